"""Paths between two things are those of networkx, in order, after commits too; where the search is cut it says so."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path as FilePath

import networkx as nx
import pytest

import cuibono
from cuibono.api.graphql.execution import Executor
from cuibono.graph.dates import PartialDate
from cuibono.graph.generation import generated_columns
from cuibono.graph.interest.findings import Findings, Path
from cuibono.graph.interest.paths import paths_between, searched_paths, walked_paths
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import relation_weights
from cuibono.graph.model import Record, Records, Statement, Status
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import resolved
from cuibono.schema import Vocabulary
from tests.command_line import document, output
from tests.graphs import drawn, graph
from tests.random_graphs import random_records

VOCABULARY = Vocabulary.bundled()
MANY = 100_000
SELECTIONS = (
    Selection(),
    Selection(frozenset({Status.ACCEPTED, Status.PROPOSED})),
    Selection(as_of=PartialDate("2020-06")),
)


def by_networkx(
    snapshot: Snapshot, selection: Selection, start: str, end: str, via: Iterable[str] | None, hops: int
) -> list[str]:
    joined: nx.MultiGraph[str] = nx.MultiGraph()
    nodes = {*snapshot.entities, *snapshot.claims}
    joined.add_nodes_from(nodes)
    for statement in selection.statements(snapshot):
        wanted = via is None or statement.predicate in via
        if wanted and {statement.subject, statement.object} <= nodes and statement.subject != statement.object:
            joined.add_edge(statement.subject, statement.object, said(snapshot, statement))
    found = nx.all_simple_edge_paths(joined, start, end, cutoff=hops)
    return sorted(" ".join(key for *_, key in path) for path in found)


def said(snapshot: Snapshot, statement: Statement) -> str:
    """Return what tells what statements say apart that join the same two things."""
    relation = snapshot.relation(statement)
    return relation.name if relation.symmetric else f"{relation.name} of {statement.subject}"


def told(found: Findings[Path]) -> list[str]:
    return [" ".join(statement.iri for statement in path.statements) for path in found]


@pytest.mark.parametrize("seed", range(40))
def test_paths_are_those_of_networkx(seed: int) -> None:
    rng = random.Random(seed)
    records = random_records(seed, VOCABULARY, entities=7, statements=30)
    via = frozenset(rng.sample(sorted(r.iri for r in VOCABULARY.relations.values()), 12)) if seed % 3 == 0 else None
    start, end = rng.sample([*records.entities, *records.claims], 2)
    snapshot, selection = Snapshot(records, VOCABULARY), SELECTIONS[seed % 3]
    found = paths_between(snapshot, start, end, max_hops=3, via=via, selection=selection, limit=MANY)
    walked = sorted(" ".join(said(snapshot, statement) for statement in path.statements) for path in found)
    assert walked == by_networkx(snapshot, selection, start, end, via, 3)
    assert not found.cut


@pytest.mark.parametrize("seed", range(40))
def test_each_hop_has_all_statements_that_say_so_the_strongest_first(seed: int) -> None:
    records = random_records(seed, VOCABULARY, entities=4, statements=60)
    snapshot, selection = Snapshot(records, VOCABULARY), SELECTIONS[seed % 3]
    start, end = random.Random(seed).sample(list(records.entities), 2)
    seen = list(selection.statements(snapshot))
    for path in paths_between(snapshot, start, end, max_hops=2, selection=selection, limit=MANY):
        for hop in path.hops:
            ends, all = {hop.source, hop.target}, [hop.statement, *hop.also]
            alike = {s for s in seen if {s.subject, s.object} == ends and said(snapshot, s) == said(snapshot, hop.statement)}
            assert set(all) == alike
            assert len(all) == len(alike)
            sizes = [abs(weight_of(snapshot, hop.source, statement)) for statement in all]
            assert sizes == sorted(sizes, reverse=True)
            if hop.weight is not None:
                assert abs(hop.weight) == pytest.approx(sizes[0] * (0.5 if hop.halved else 1))


def weight_of(snapshot: Snapshot, source: str, statement: Statement) -> float:
    forward, backward = relation_weights(snapshot.relation(statement), statement)
    return (forward if source == statement.subject else backward) * statement.certainty


def test_what_two_articles_say_is_one_path_in_the_api_as_well() -> None:
    with graph("A leads X conf:0.5\nA leads X doc:D2 conf:0.9\nA leads X doc:D3 conf:0.7\nX owns Y") as kg:
        [path] = kg.paths("A", "Y")
        assert [s.certainty for s in (path.hops[0].statement, *path.hops[0].also)] == [0.9, 0.7, 0.5]
        account = kg.explain(path)
        assert [(step.role, step.clause) for step in account.steps] == [
            ("interest", "A leads X"),
            ("says the same", "A leads X"),
            ("says the same", "A leads X"),
            ("interest", "X owns Y"),
        ]
        query = (
            '{ paths(from: "A", to: "Y") { totalCount edges { node { hops { statement { iri } also { iri confidence } } } } } }'
        )
        found = json.loads(Executor(kg).answer(query).content)["data"]["paths"]
        assert found["totalCount"] == 1
        first, second = found["edges"][0]["node"]["hops"]
        assert first["statement"] == {"iri": path.hops[0].statement.iri}
        assert [other["confidence"] for other in first["also"]] == [0.7, 0.5]
        assert second["also"] == []
        [backwards] = kg.paths("Y", "A")
        assert backwards.hops[1].statement.certainty == 0.9


def test_what_two_articles_say_is_one_path_on_the_command_line(tmp_path: FilePath) -> None:
    store = tmp_path / "store"
    with cuibono.open(store) as kg:
        kg.add(*drawn("A leads X conf:0.5 basis:recorded\nA leads X doc:D2").records)
    page = output("paths", "A", "X", "--store", store)
    assert page.count("A leads X") == 1
    assert "says the same  (recorded · confidence 0.5)" in page
    [found] = document("paths", "A", "X", "--store", store)["paths"]
    assert [other["basis"] for other in found["hops"][0]["also"]] == ["recorded"]


@pytest.mark.parametrize("seed", range(300))
def test_the_compiled_search_finds_what_walking_finds_in_the_same_order(seed: int) -> None:
    rng = random.Random(seed)
    statements = (30, 60, 110)[seed % 3]
    records = random_records(seed, VOCABULARY, entities=rng.choice((4, 7, 15)), statements=statements)
    snapshot, hops, selection = changed_on_the_way(records, rng), rng.choice((2, 3, 3, 4, 5)), rng.choice(SELECTIONS)
    via = frozenset(rng.sample(sorted(r.iri for r in VOCABULARY.relations.values()), 12)) if seed % 5 == 0 else None
    for _ in range(3):
        start, end = rng.sample([*snapshot.entities, *snapshot.claims], 2)
        asked = {"max_hops": hops, "via": via, "selection": selection}
        whole = walked_paths(snapshot, start, end, **asked, limit=MANY, most_steps=400_000)
        if whole.cut or len(whole) > 5_000:
            continue
        for limit in {1, 2, 5, len(whole) // 2 + 1, MANY}:
            found = searched_paths(snapshot, start, end, **asked, limit=limit)
            assert list(found) == list(whole[:limit])
            assert not found.cut


def changed_on_the_way(records: Records, rng: random.Random) -> Snapshot:
    """Return a snapshot of which half lies over columns: with statements that were others before, and entities that are one."""
    statements = list(records.statements.values())
    rng.shuffle(statements)
    half = len(statements) // 2
    below: list[Record] = [*list(records.entities.values())[1:], *records.claims.values()]
    nodes = {record.iri for record in below}
    first = {s.iri: s for s in statements[:half] if s.object not in records.statements and {s.subject, s.object} <= nodes}
    rejected = [
        type(s)(**{f: getattr(s, f) for f in s.__slots__} | {"status": Status.REJECTED}) for s in list(first.values())[:4]
    ]
    base = Snapshot(Records.of([*below, *(first | {s.iri: s for s in rejected}).values()]), VOCABULARY)
    later = base.with_changes([*records.entities.values(), *statements], 1)
    return resolved(later) if rng.random() < 0.7 else Snapshot(records, VOCABULARY)


def test_hubs_are_searched_to_the_end() -> None:
    snapshot = Snapshot.of(Base(generated_columns(20_000)), VOCABULARY)
    by_size = sorted(
        snapshot.entities, key=lambda iri: -len(snapshot.by_subject.get(iri, ())) - len(snapshot.by_object.get(iri, ()))
    )
    start, end = by_size[0], by_size[1]
    many = searched_paths(snapshot, start, end, max_hops=3, via=None, selection=Selection(), limit=2_000)
    few = searched_paths(snapshot, start, end, max_hops=3, via=None, selection=Selection(), limit=100)
    assert not many.cut
    assert list(few) == list(many[:100])
    assert [(len(path.hops), path.order) for path in many] == sorted((len(path.hops), path.order) for path in many)


def test_a_search_that_is_cut_says_so() -> None:
    records = random_records(1, VOCABULARY, entities=5, statements=120)
    snapshot, selection = Snapshot(records, VOCABULARY), Selection()
    start, end = list(records.entities)[:2]
    whole = walked_paths(snapshot, start, end, max_hops=3, via=None, selection=selection, limit=MANY, most_steps=MANY)
    for some in (
        walked_paths(snapshot, start, end, max_hops=3, via=None, selection=selection, limit=MANY, most_steps=200),
        searched_paths(snapshot, start, end, max_hops=3, via=None, selection=selection, limit=MANY, step_limit=200),
    ):
        assert [(cut.start, cut.end, cut.steps) for cut in some.cut] == [(start, end, 200)]
        assert 0 < len(some) < len(whole)
        assert set(told(some)) <= set(told(whole))
    short = walked_paths(snapshot, start, end, max_hops=3, via=None, selection=selection, limit=MANY, most_steps=200)
    assert len(short) < len(paths_between(snapshot, start, end, max_hops=3, limit=MANY)) == len(whole)


def test_ends_that_nothing_joins_have_no_path() -> None:
    records = random_records(2, VOCABULARY)
    snapshot, (start, end) = Snapshot(records, VOCABULARY), list(records.entities)[:2]
    for found in (
        searched_paths(snapshot, start, start, max_hops=3, via=None, selection=Selection(), limit=5),
        searched_paths(snapshot, start, "urn:x:nothing", max_hops=3, via=None, selection=Selection(), limit=5),
        searched_paths(snapshot, start, end, max_hops=3, via=frozenset(), selection=Selection(), limit=5),
    ):
        assert not found
        assert not found.cut
