"""Paths between two things are those of networkx, in order, after commits too; where the search is cut it says so."""

from __future__ import annotations

import random
from collections.abc import Iterable

import networkx as nx
import pytest

from cuibono.graph.dates import PartialDate
from cuibono.graph.generation import generated_columns
from cuibono.graph.interest.findings import Findings, Path
from cuibono.graph.interest.paths import paths_between, searched_paths, walked_paths
from cuibono.graph.interest.selection import Selection
from cuibono.graph.model import Record, Records, Status
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import resolved
from cuibono.schema import Vocabulary
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
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    nodes = {*snapshot.entities, *snapshot.claims}
    graph.add_nodes_from(nodes)
    for statement in selection.statements(snapshot):
        wanted = via is None or statement.predicate in via
        if wanted and {statement.subject, statement.object} <= nodes and statement.subject != statement.object:
            graph.add_edge(statement.subject, statement.object, statement.iri)
    found = nx.all_simple_edge_paths(graph, start, end, cutoff=hops)
    return sorted(" ".join(key for *_, key in path) for path in found)


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
    assert sorted(told(found)) == by_networkx(snapshot, selection, start, end, via, 3)
    assert not found.cut


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
