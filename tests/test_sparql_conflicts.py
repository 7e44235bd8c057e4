"""The engines find what SPARQL finds, over random graphs with every feature; Oxigraph evaluates it.

One query goes over the statements as they are stored, and shares no line of walking, weighing or comparing dates with the
engines. The other is made for speed, over relations that were weighed beforehand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyoxigraph as ox
import pytest

from benchmarks.interest.oxigraph_peer import FlatOxigraph
from benchmarks.interest.problem import LEAST, by_key, problem_of
from benchmarks.interest.sparql_text import NO_BEARING, conflicts_query
from cuibono.graph.dates import PartialDate
from cuibono.graph.export.parquet import write_parquet
from cuibono.graph.interest.compiled import CompiledEngine
from cuibono.graph.interest.engines import Engine
from cuibono.graph.interest.reference import ReferenceEngine
from cuibono.graph.interest.selection import Selection
from cuibono.graph.model import Records, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import encoded
from cuibono.schema import Vocabulary
from tests.random_graphs import graphs_beside_each_other

pytestmark = pytest.mark.slow

VOCABULARY = Vocabulary.bundled()
SELECTIONS = (
    Selection(),
    Selection(as_of=PartialDate("2020-06")),
    Selection(frozenset({Status.ACCEPTED, Status.PROPOSED})),
)
STRENGTHS = (0.0, 0.1, 0.3)
NAMES = ("actor", "target", "stance", "bearing", "alignment")

Found = dict[tuple[str, str, str, str, str], float]


def by_sparql(records: Records, selection: Selection, **options: Any) -> Found:
    store = ox.Store()
    store.bulk_extend(quad for record in records for quad in encoded(record))
    query = conflicts_query(VOCABULARY, selection=selection, **options)
    rows: Any = store.query(query, use_default_graph_as_union=True)
    found: Found = {}
    for row in rows:
        actor, target, stance, bearing, alignment = (row[name].value for name in NAMES)
        key = actor, target, stance, bearing, alignment
        assert key not in found, "a row for each finding"
        found[key] = float(row["strength"].value)
    return found


def by_engine(engine: Engine, **options: Any) -> Found:
    return {
        (f.actor, f.target, f.stance.iri, f.bearing.iri if f.bearing else NO_BEARING, f.alignment.value): f.strength
        for f in engine.conflicts(**options)
    }


def compare(seeds: range, turn: int, max_hops: int) -> Found:
    """Ask all three of some graphs, and return what they agree on; the turn chooses what else is asked."""
    records = graphs_beside_each_other(seeds, VOCABULARY)
    snapshot, selection = Snapshot(records, VOCABULARY), SELECTIONS[turn % 3]
    options = {"max_hops": max_hops, "min_strength": STRENGTHS[turn // 3 % 3]}
    wanted = by_sparql(records, selection, **options)
    for engine in (ReferenceEngine(snapshot, selection), CompiledEngine(snapshot, selection)):
        found = by_engine(engine, **options)
        assert found.keys() == wanted.keys(), f"{type(engine).__name__}, graphs {seeds}"
        assert found == pytest.approx(wanted, rel=0, abs=1e-9)
    return wanted


@pytest.mark.parametrize(("turn", "max_hops", "graphs"), [(0, 1, 100), (1, 2, 50), (2, 3, 25), (3, 3, 25), (0, 4, 5), (2, 5, 2)])
def test_engines_and_sparql_agree(turn: int, max_hops: int, graphs: int) -> None:
    first = 10_000 + 200 * (6 * turn + max_hops)
    assert len(compare(range(first, first + graphs), turn, max_hops)) > graphs / 5, "the graphs hold conflicts to find"


@pytest.mark.parametrize("max_hops", [1, 2, 3])
def test_engines_and_sparql_agree_on_thousands_of_graphs(max_hops: int) -> None:
    graphs = {1: 120, 2: 50, 3: 18}[max_hops]
    found: Found = {}
    for turn in range(12):
        first = 20_000 + (max_hops * 100 + turn) * 200
        found |= compare(range(first, first + graphs), turn, max_hops)
    assert {key[4] for key in found} == {"SELF_SERVING", "AGAINST_INTEREST", "MIXED", "OWN_CASE"}


def test_the_query_asks_of_one_actor_only() -> None:
    records = graphs_beside_each_other(range(20), VOCABULARY)
    every = by_sparql(records, Selection(), max_hops=2)
    actors = {actor for actor, *_ in every}
    for actor in sorted(actors)[:3]:
        chosen = by_sparql(records, Selection(), max_hops=2, actor=actor)
        assert chosen == {key: strength for key, strength in every.items() if key[0] == actor}


def by_fast_sparql(records: Records, folder: Path, max_hops: int) -> Found:
    write_parquet(Snapshot(records, VOCABULARY).columns, VOCABULARY, folder)
    problem = problem_of(folder)
    peer = FlatOxigraph(problem)
    found: Found = {}
    for rows in problem.of_actors(np.unique(problem.effects["actor"])):
        for key, (alignment, strength) in by_key(problem, rows, peer.scores(rows, max_hops)).items():
            actor, target, stance, bearing = key
            found[actor, target, stance, bearing or NO_BEARING, alignment] = strength
    return found


def compare_fast(seeds: range, folder: Path, max_hops: int) -> Found:
    records = graphs_beside_each_other(seeds, VOCABULARY)
    wanted = by_fast_sparql(records, folder, max_hops)
    snapshot = Snapshot(records, VOCABULARY)
    for engine in (ReferenceEngine(snapshot), CompiledEngine(snapshot)):
        found = by_engine(engine, max_hops=max_hops, min_strength=LEAST)
        assert found.keys() == wanted.keys(), f"{type(engine).__name__}, graphs {seeds}"
        assert found == pytest.approx(wanted, rel=0, abs=1e-9)
    return wanted


@pytest.mark.parametrize(("max_hops", "graphs"), [(1, 40), (2, 40), (3, 150)])
def test_engines_and_sparql_made_for_speed_agree(max_hops: int, graphs: int, tmp_path: Path) -> None:
    assert len(compare_fast(range(41_000, 41_000 + graphs), tmp_path, max_hops)) > graphs / 5, "the graphs hold conflicts to find"


def test_engines_and_sparql_made_for_speed_agree_on_a_thousand_graphs(tmp_path: Path) -> None:
    found = compare_fast(range(42_000, 43_000), tmp_path, 3)
    assert {key[4] for key in found} == {"SELF_SERVING", "AGAINST_INTEREST", "MIXED", "OWN_CASE"}


def test_the_graphs_hold_what_other_engines_trip_over() -> None:
    """Rows that are the same but for the relation, which a path of alternatives loses; and cycles, which some undercount."""
    records = graphs_beside_each_other(range(41_000, 41_150), VOCABULARY)
    between: dict[tuple[str, str], set[str]] = {}
    for statement in records.statements.values():
        if VOCABULARY.relation(statement.predicate).carries_interest:
            between.setdefault((statement.subject, statement.object), set()).add(statement.predicate)
    assert sum(len(relations) > 1 for relations in between.values()) > 100, "parallel statements"
    assert sum(one == other for one, other in between) > 20, "self-loops"
    assert sum((other, one) in between for one, other in between if one < other) > 50, "cycles of two"
    after: dict[str, set[str]] = {}
    for one, other in between:
        after.setdefault(one, set()).add(other)
    rings = [(a, c) for a, b in between for c in after.get(b, ()) if len({a, b, c}) == 3 and (c, a) in between]
    assert len(rings) > 50, "cycles of three"
