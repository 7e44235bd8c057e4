"""Paths between two things are those of networkx, in order, after commits too; among hubs the search is cut, and says so."""

from __future__ import annotations

import random
from collections.abc import Iterable

import networkx as nx
import pytest

from cuibono.graph.interest import paths
from cuibono.graph.interest.paths import paths_between
from cuibono.graph.interest.selection import Selection
from cuibono.graph.model import Records
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
from tests.random_graphs import random_records

VOCABULARY = Vocabulary.bundled()


def by_networkx(records: Records, selection: Selection, start: str, end: str, via: Iterable[str] | None) -> list[tuple[str, ...]]:
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    nodes = records.entities.keys() | records.claims.keys()
    graph.add_nodes_from(nodes)
    for statement in selection.statements(Snapshot(records, VOCABULARY)):
        wanted = via is None or statement.predicate in via
        if wanted and {statement.subject, statement.object} <= nodes and statement.subject != statement.object:
            graph.add_edge(statement.subject, statement.object, statement.iri)
    found = nx.all_simple_edge_paths(graph, start, end, cutoff=3)
    return sorted(tuple(key for *_, key in path) for path in found)


@pytest.mark.parametrize("seed", range(40))
def test_paths_are_those_of_networkx(seed: int) -> None:
    rng = random.Random(seed)
    records = random_records(seed, VOCABULARY, entities=7, statements=30)
    statements = list(records.statements.values())
    begun = Records(records.entities, records.claims, {}, {}, {s.iri: s for s in statements[:15]})
    selection = Selection()
    via = frozenset(rng.sample(sorted(r.iri for r in VOCABULARY.relations.values()), 12)) if seed % 3 == 0 else None
    snapshots = Snapshot(records, VOCABULARY), Snapshot(begun, VOCABULARY).with_changes(statements[15:], 1)
    start, end = rng.sample([*records.entities, *records.claims], 2)
    wanted = by_networkx(records, selection, start, end, via)
    for snapshot in snapshots:
        found = paths_between(snapshot, start, end, max_hops=3, via=via, selection=selection, limit=10_000)
        assert sorted(tuple(s.iri for s in path.statements) for path in found) == wanted
        orders = [(len(path.hops), path.order) for path in found]
        assert orders == sorted(orders)
        assert list(paths_between(snapshot, start, end, max_hops=3, via=via, limit=2)) == list(found[:2])
        assert not found.cut


def test_a_search_that_is_cut_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    records = random_records(1, VOCABULARY, entities=5, statements=120)
    snapshot = Snapshot(records, VOCABULARY)
    start, end = list(records.entities)[:2]
    whole = paths_between(snapshot, start, end, max_hops=3, limit=10_000)
    monkeypatch.setattr(paths, "MOST_STEPS", 60)
    some = paths_between(snapshot, start, end, max_hops=3, limit=10_000)
    assert [(cut.start, cut.end, cut.steps) for cut in some.cut] == [(start, end, 60)]
    assert 0 < len(some) < len(whole)
    assert [path.order for path in some] != []
    assert {path.order for path in some} <= {path.order for path in whole}
