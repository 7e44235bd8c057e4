"""What stands around something, over GraphQL."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.serving import Client

AROUND = """
query Around($of: String!, $depth: Int, $via: [String!], $limit: Int) {
  neighborhood(of: $of, depth: $depth, via: $via, limit: $limit) {
    center { ... on Node { label } }
    nodes { distance node { ... on Node { label } } }
    statements { id subject { ... on Node { label } } object { ... on Node { label } } }
    cut
  }
}
"""


def distances(found: dict[str, Any]) -> dict[str, int]:
    return {reached["node"]["label"]: reached["distance"] for reached in found["nodes"]}


def test_a_neighborhood_gives_what_is_near_and_how_it_is_joined(seed: Client) -> None:
    found = seed.ask(AROUND, of="xAI", depth=1, via=["owns", "competesWith"])["neighborhood"]
    assert found["center"] == {"label": "xAI"}
    assert distances(found) == {"xAI": 0, "Elon Musk": 1, "DeepSeek": 1}
    joined = {(s["subject"]["label"], s["object"]["label"]) for s in found["statements"]}
    assert joined == {("Elon Musk", "xAI"), ("DeepSeek", "xAI")}
    assert found["cut"] is False


def test_a_neighborhood_grows_with_depth_and_joins_only_what_it_names(seed: Client) -> None:
    sizes = []
    for depth in (1, 2, 3):
        found = seed.ask(AROUND, of="xAI", depth=depth, limit=1000)["neighborhood"]
        known = distances(found)
        sizes.append(len(known))
        assert max(known.values()) == depth
        assert all({s["subject"]["label"], s["object"]["label"]} <= known.keys() for s in found["statements"])
        assert len({s["id"] for s in found["statements"]}) == len(found["statements"])
    assert all(less < more for less, more in itertools.pairwise(sizes))


def test_a_neighborhood_that_is_cut_says_so(seed: Client) -> None:
    found = seed.ask(AROUND, of="DeepSeek", depth=3, limit=2)["neighborhood"]
    assert len(found["statements"]) == 2
    assert found["cut"] is True


def test_an_entity_and_a_claim_have_a_neighborhood_of_their_own(seed: Client) -> None:
    found = seed.ask(
        """{ entity(name: "xAI") { neighborhood(via: ["owns"]) { nodes { distance node { ... on Node { label } } } } }
             claims(first: 1) { edges { node { id neighborhood(depth: 1) { center { ... on Node { id } } } } } } }"""
    )
    assert distances(found["entity"]["neighborhood"]) == {"xAI": 0, "Elon Musk": 1}
    claim = found["claims"]["edges"][0]["node"]
    assert claim["neighborhood"]["center"] == {"id": claim["id"]}


@pytest.mark.parametrize(("argument", "value"), [("limit", 0), ("limit", 1001), ("depth", 0), ("depth", 6)])
def test_a_neighborhood_out_of_bounds_is_refused(seed: Client, argument: str, value: int) -> None:
    error = seed.error(AROUND, of="xAI", **{argument: value})
    assert error["extensions"] == {"code": "INVALID_ARGUMENT", "argument": argument}
