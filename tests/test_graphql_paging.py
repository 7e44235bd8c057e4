"""Lists in pages, by the Relay connection rules."""

from __future__ import annotations

from typing import Any

import pytest

import cuibono
from cuibono.graph.model import Entity
from cuibono.schema.namespaces import CB
from tests.serving import Client, serving

LISTS = {
    "entities": "entities(%s)",
    "statements": "statements(%s)",
    "claims": "claims(%s)",
    "conflicts": "conflictsOfInterest(minStrength: 0, %s)",
    "pairs": "conflictPairs(minStrength: 0, %s)",
    "beneficiaries": 'beneficiaries(of: "DeepSeek", minStrength: 0, %s)',
    "paths": 'paths(from: "Elon Musk", to: "DeepSeek", %s)',
    "search": 'search(text: "deep", %s)',
    "statements of a document": "documents { edges { node { list: statements(%s) { ...Page } } } }",
    "a relation": 'entity(name: "DeepSeek") { ... on Company { list: asserts(%s) { ...Page } } }',
    "positions": "claims(contested: true, last: 1) { edges { node { list: disputedBy(%s) { ...Page } } } }",
}


def page(client: Client, name: str, arguments: str) -> dict[str, Any]:
    """Return a page of one of the lists."""
    template = LISTS[name] if "list:" in LISTS[name] else f"list: {LISTS[name]} {{ ...Page }}"
    selection = "totalCount edges { cursor node { __typename } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
    query = "{ " + (template % arguments).replace("...Page", selection) + " }"
    answer = client.ask(query)
    while "list" not in answer:
        answer = next(iter(answer.values()))
        answer = answer["edges"][0]["node"] if "edges" in answer else answer
    found: dict[str, Any] = answer["list"]
    return found


def cursors(connection: dict[str, Any]) -> list[str]:
    return [edge["cursor"] for edge in connection["edges"]]


@pytest.mark.parametrize("name", LISTS)
def test_a_walk_gives_every_item_once_in_either_direction(seed: Client, name: str) -> None:
    whole = cursors(page(seed, name, "first: 1000"))
    assert len(set(whole)) == len(whole) > 0
    forward: list[str] = []
    after, more = "", True
    while more:
        found = page(seed, name, f'first: 3, after: "{after}"' if after else "first: 3")
        assert found["totalCount"] == len(whole)
        assert found["pageInfo"]["hasPreviousPage"] is bool(forward)
        forward += cursors(found)
        after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    backward: list[str] = []
    before, more = "", True
    while more:
        found = page(seed, name, f'last: 4, before: "{before}"' if before else "last: 4")
        assert found["pageInfo"]["hasNextPage"] is bool(backward)
        backward = cursors(found) + backward
        before, more = found["pageInfo"]["startCursor"], found["pageInfo"]["hasPreviousPage"]
    assert forward == backward == whole


def test_between_two_cursors(seed: Client) -> None:
    whole = cursors(page(seed, "entities", "first: 1000"))
    assert cursors(page(seed, "entities", f'after: "{whole[1]}", before: "{whole[5]}"')) == whole[2:5]
    assert cursors(page(seed, "entities", f'after: "{whole[1]}", before: "{whole[5]}", last: 1')) == whole[4:5]
    assert cursors(page(seed, "entities", "first: 5, last: 2")) == whole[3:5]
    assert cursors(page(seed, "entities", f'after: "{whole[5]}", before: "{whole[1]}"')) == []


def test_twenty_items_unless_asked_and_none_if_asked(seed: Client) -> None:
    assert len(page(seed, "statements", "after: null")["edges"]) == 20
    none = page(seed, "statements", "first: 0")
    assert none["edges"] == []
    assert none["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None}


def person(name: str) -> Entity:
    return Entity(iri=f"https://example.org/entity/{name}", type=CB + "Person", label=name)


def test_what_is_written_between_two_pages_shifts_nothing() -> None:
    with cuibono.open() as kg:
        kg.add(*(person(name) for name in ("b", "d", "f", "h")))
        with serving(kg) as client:
            query = "query($after: String) { entities(first: 2, after: $after) { edges { cursor node { label } } } }"
            first = client.ask(query)["entities"]["edges"]
            assert [edge["node"]["label"] for edge in first] == ["b", "d"]
            kg.add(*(person(name) for name in ("a", "c", "e")))
            second = client.ask(query, after=first[-1]["cursor"])["entities"]["edges"]
            assert [edge["node"]["label"] for edge in second] == ["e", "f"]
