"""The questions, and the data that all servers answer them from."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cuibono
from cuibono.api.graphql.execution import Executor
from cuibono.graph.generation import generated_records
from cuibono.graph.interest.findings import DEFAULT_MIN_STRENGTH

__all__ = ["Question", "prepared"]

_A = """query A($iri: String!) { entity(iri: $iri) {
  id iri label aliases sameAs description name: label others: aliases elsewhere: sameAs address: iri } }"""
_B = """query B { entities(first: 100) { edges { node { label statements(first: 10) { edges { node {
  id iri basis status confidence } } } } } } }"""
_C = """query C($actor: String!) { conflictsOfInterest(actor: $actor, first: 10) { edges { node {
  actor { label } target { label } alignment strength explanation
  stance { text evidence { exact document { title } } }
  interestPath { hops { weight statement { text evidence { exact } } } } } } } }"""
_SAMPLE = 400


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
        actors = chosen.sample(actors, min(_SAMPLE, len(actors)))
        people = chosen.sample([entity.iri for entity in kg.entities()], _SAMPLE)
        data = {
            "entity": {iri: _asked(executor, _A, iri=iri)["entity"] for iri in people},
            "entities": _asked(executor, _B)["entities"],
            "conflicts": {actor: _asked(executor, _C, actor=actor)["conflictsOfInterest"] for actor in actors},
        }
    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    return [
        Question("A", "one entity, ten fields", [_body(_A, iri=iri) for iri in people]),
        Question("B", "100 entities x 10 edges x 5 fields", [_body(_B)]),
        Question("C", "conflicts of a random actor, with quotes", [_body(_C, actor=actor) for actor in actors]),
    ]


def _asked(executor: Executor, query: str, **variables: str) -> Any:
    answer = json.loads(executor.answer(query, variables).content)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def _body(query: str, **variables: str) -> str:
    return json.dumps({"query": query, "variables": variables})
