"""The questions, and the data that all servers answer them from."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cuibono
from benchmarks.graphql.walk import adjacency
from cuibono.api.graphql.execution import Executor
from cuibono.graph.generation import generated_records
from cuibono.graph.interest.findings import DEFAULT_MIN_STRENGTH

__all__ = ["SAMPLE", "Question", "asked_of", "body", "prepared"]

_QUERIES = {
    "A": """query A($iri: String!) { entity(iri: $iri) {
  id iri label aliases sameAs description name: label others: aliases elsewhere: sameAs address: iri } }""",
    "B": """query B { entities(first: 100) { edges { node { label statements(first: 10) { edges { node {
  id iri basis status confidence } } } } } } }""",
    "C": """query C($actor: String!) { conflictsOfInterest(actor: $actor, first: 10) { edges { node {
  actor { label } target { label } alignment strength explanation
  stance { text evidence { exact document { title } } }
  interestPath { hops { weight statement { text evidence { exact } } } } } } } }""",
}
SAMPLE = 400


@dataclass(frozen=True)
class Question:
    """A question, as the bodies of requests.

    Attributes
    ----------
    about : str
        What it asks for.
    """

    name: str
    about: str
    bodies: list[str]


def prepared(statements: int, folder: Path) -> list[Question]:
    """Return the questions on a generated graph, which stands as a store and as ``data.json`` in a folder."""
    store = folder / "store"
    with cuibono.open(store) as kg:
        kg.add(*generated_records(statements))
        executor = Executor(kg)
        chosen = random.Random(1)
        actors = sorted({finding.actor for finding in kg.conflicts(min_strength=DEFAULT_MIN_STRENGTH)})
        actors = chosen.sample(actors, min(SAMPLE, len(actors)))
        people = chosen.sample([entity.iri for entity in kg.entities()], SAMPLE)
        data = {
            "entity": {iri: asked_of(executor, "A", iri=iri)["entity"] for iri in people},
            "entities": asked_of(executor, "B")["entities"],
            "conflicts": {actor: asked_of(executor, "C", actor=actor)["conflictsOfInterest"] for actor in actors},
            "graph": adjacency(kg) | {"statements": _all_statements(executor), "least": DEFAULT_MIN_STRENGTH},
        }
    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    return [
        Question("A", "one entity, ten fields", [body("A", iri=iri) for iri in people]),
        Question("B", "100 entities x 10 edges x 5 fields", [body("B")]),
        Question("C", "conflicts of a random actor, with quotes", [body("C", actor=actor) for actor in actors]),
    ]


def asked_of(executor: Executor, name: str, **variables: str) -> Any:
    """Return the answer to a question."""
    answer = json.loads(executor.answer(_QUERIES[name], variables).content)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def body(name: str, **variables: str) -> str:
    """Return the body of a request for a question."""
    return json.dumps({"query": _QUERIES[name], "variables": variables})


def _all_statements(executor: Executor) -> dict[str, Any]:
    found: dict[str, Any] = {}
    query = """query($after: String) { statements(first: 1000, after: $after) { pageInfo { endCursor hasNextPage }
      edges { node { iri text evidence { exact document { title } } } } } }"""
    page: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        answer = json.loads(executor.answer(query, {"after": page["endCursor"]}).content)["data"]["statements"]
        found |= {edge["node"].pop("iri"): edge["node"] for edge in answer["edges"]}
        page = answer["pageInfo"]
    return found
