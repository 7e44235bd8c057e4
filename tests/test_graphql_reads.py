"""What a request reads of the graph does not grow with the number of entities that it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import orjson
import pytest

import cuibono
from cuibono.api.graphql.examples import examples
from cuibono.api.graphql.execution import Executor
from cuibono.graph.filtering.evaluation import Evaluation
from cuibono.graph.filtering.tables import Tables
from cuibono.graph.filtering.worked import Worked
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.snapshot.mappings import KindMapping
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.oxigraph import OxigraphStore
from tests.graphs import graph

# What looks at a whole store, at all records of a kind, or at whole columns.
READS = {
    OxigraphStore: ("quads", "query"),
    Snapshot: ("tally", "folded"),
    KindMapping: ("__iter__", "in_order"),
    Evaluation: ("_evaluated", "_of_relation", "_of_statements"),
    Tables: ("_end",),
    Worked: ("end", "texts", "days", "attributes"),
}


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count what is read of the store and of the read model as long as the block runs."""
    found: Counter[str] = Counter()

    def counted(owner: type, name: str) -> None:
        method = getattr(owner, name)

        @wraps(method)
        def read(self: Any, *args: Any, **kwargs: Any) -> Any:
            found[f"{owner.__name__}.{name}"] += 1
            return method(self, *args, **kwargs)

        monkeypatch.setattr(owner, name, read)

    select = Snapshot.select

    def selecting(self: Snapshot, keeps: Any, end: str | None = None) -> Any:
        found["Snapshot.select of all"] += end is None
        return select(self, keeps, end)

    with monkeypatch.context() as patch:
        monkeypatch = patch
        patch.setattr(Snapshot, "select", selecting)
        for owner, names in READS.items():
            for name in names:
                counted(owner, name)
        yield found


def cells(count: int) -> KnowledgeGraph:
    """Return a graph of as many alike parts as wanted."""
    lines = []
    for n in range(count):
        lines += [
            f"P{n} leads U{n} since:2020 doc:D{n}",
            f"P{n} owns U{n} share:0.5 by:P{(n + 1) % count} conf:0.9",
            f"U{n} competesWith U{(n + 1) % count} on:2021",
            f"s{n} = P{n} disputes c{n} on:2022",
            f"P{(n + 1) % count} asserts c{n} on:2022-03",
            f"c{n} favours U{n}",
        ]
    classes = {f"P{n}": "Person" for n in range(count)} | {f"U{n}": "Company" for n in range(count)}
    return graph("\n".join(lines), classes=classes)


WHOLE = """
fragment Whole on Statement {
  id text basis confidence contested speaker { label } document { title } evidence { exact } responses { totalCount }
}
"""
QUERIES = {
    "entities with edges at both ends": """{ entities(first: 1000) { totalCount edges { node {
        id label
        statements(first: 10, where: { confidence: { gte: 0.5 } }, orderBy: [{ statedOn: DESC }]) {
          totalCount edges { node { id } } }
        ... on Person {
          owns(where: { competesWith: { some: {} } }, evidence: { minConfidence: 0.2, asOf: "2021" }) {
            totalCount edges { node { ... on Node { label } } statement { ...Whole } } }
          leads(evidence: { contested: false }) { groupCounts(by: BASIS) { count } edges { statement { ...Whole } } } }
        ... on Company {
          competesWith { edges { node { ... on Company { ownedBy { edges { node { ... on Node { label } } } } } } } } }
      } } } }"""
    + WHOLE,
    "claims with both sides": """{ claims(first: 1000, where: { contested: true }) { totalCount edges { node {
        text
        supportedBy { totalCount edges { node { actor { label } } } }
        disputedBy { totalCount edges { node { actor { label } stance { text } } } }
        favours { edges { node { ... on Node { label } } } }
      } } } }""",
    "documents with statements": """{ documents(first: 1000, orderBy: [{ statements: DESC }]) { edges { node {
        title
        statements(first: 100, evidence: { saidAfter: "2019" }) { totalCount edges { node { ...Whole } } }
      } } } }"""
    + WHOLE,
    "statements by nested parts": """{ statements(
        first: 1000
        where: { subject: { entity: { owns: { some: { node: { competesWith: { count: { gte: 1 } } } } } } } }
      ) { totalCount edges { node { ...Whole } } } }"""
    + WHOLE,
    "neighborhoods": "{ entities(first: 1000) { edges { node { neighborhood(depth: 2, limit: 20) { nodes { distance } } } } } }",
}


def reads(monkeypatch: pytest.MonkeyPatch, count: int, query: str) -> Counter[str]:
    with cells(count) as kg:
        kg.warm()
        executor = Executor(kg)
        with counting(monkeypatch) as found:
            answer = orjson.loads(executor.answer(query).content)
        assert "errors" not in answer, answer
        assert len(next(iter(answer["data"].values()))["edges"]) >= count
    return found


@pytest.mark.parametrize("name", QUERIES)
def test_reads_are_as_many_for_many_entities_as_for_few(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    few, many = (reads(monkeypatch, count, QUERIES[name]) for count in (3, 30))
    assert few == many
    assert not any(read.startswith("OxigraphStore") for read in many)


def test_the_examples_read_nothing_of_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        executor = Executor(kg)
        for example in examples():
            with counting(monkeypatch) as found:
                assert executor.answer(example.query).codes == frozenset()
            assert not any(read.startswith("OxigraphStore") for read in found)
