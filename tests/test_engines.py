"""The compiled engine gives what the reference engine gives, over thousands of random graphs with every feature."""

from __future__ import annotations

from typing import Any

import pytest

from cuibono.graph.dates import PartialDate
from cuibono.graph.interest import compressed
from cuibono.graph.interest.adjacency import adjacency
from cuibono.graph.interest.compiled import CompiledEngine
from cuibono.graph.interest.findings import Beneficiary, ConflictOfInterest, Path
from cuibono.graph.interest.reference import ReferenceEngine
from cuibono.graph.interest.selection import Selection
from cuibono.graph.model import Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
from tests.random_graphs import random_records

pytestmark = pytest.mark.slow

VOCABULARY = Vocabulary.bundled()
SELECTIONS = (
    Selection(),
    Selection(as_of=PartialDate("2020-06")),
    Selection(frozenset({Status.ACCEPTED, Status.PROPOSED})),
)
STRENGTHS = (0.0, 0.1, 0.3)
CHUNKS, GRAPHS_A_CHUNK = 8, 200


def walked(path: Path | None) -> Any:
    """Return all that an engine decides about a path."""
    return path and tuple(
        (h.statement.iri, h.source, h.target, round(h.weight or 0, 9), h.halved, h.disputed_by, h.undated) for h in path.hops
    )


def of_conflict(found: ConflictOfInterest) -> Any:
    return (
        found.actor,
        found.target,
        found.stance.iri,
        found.bearing.iri if found.bearing else "",
        found.alignment.value,
        round(found.strength, 9),
        walked(found.interest_path),
        walked(found.opposing_path) or (),
        found.weakest_basis.value,
        found.explanation,
    )


def of_beneficiary(found: Beneficiary) -> Any:
    return (
        found.entity,
        found.effect.value,
        round(found.gain, 9),
        found.bearing.iri if found.bearing else "",
        walked(found.path),
        found.opposing_bearing.iri if found.opposing_bearing else "",
        walked(found.opposing_path) or (),
        found.explanation,
    )


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_engines_agree(chunk: int) -> None:
    found = 0
    for seed in range(chunk * GRAPHS_A_CHUNK, (chunk + 1) * GRAPHS_A_CHUNK):
        records = random_records(seed, VOCABULARY, entities=4 + seed % 6, statements=10 + seed % 40)
        snapshot, selection = Snapshot(records, VOCABULARY), SELECTIONS[seed % 3]
        engines = [engine(snapshot, selection) for engine in (ReferenceEngine, CompiledEngine)]
        options: Any = {"max_hops": 1 + seed % 5, "min_strength": STRENGTHS[seed // 3 % 3]}
        one, other = (sorted(map(of_conflict, engine.conflicts(**options))) for engine in engines)
        assert one == other, f"conflicts of graph {seed}"
        found += len(one)
        for of in [*records.claims, *list(records.entities)[:2]]:
            one, other = (sorted(map(of_beneficiary, engine.beneficiaries(of, **options))) for engine in engines)
            assert one == other, f"beneficiaries of {of} in graph {seed}"
    assert found > GRAPHS_A_CHUNK / 4, "the graphs hold conflicts to find"


@pytest.mark.parametrize("chunk", range(3))
def test_engines_agree_among_hubs(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "SMALLEST_HUB", 4)
    met = 0
    for seed in range(chunk * 20, chunk * 20 + 20):
        records = random_records(seed, VOCABULARY, entities=7, statements=120)
        snapshot, selection = Snapshot(records, VOCABULARY), SELECTIONS[seed % 3]
        reference, engine = ReferenceEngine(snapshot, selection), CompiledEngine(snapshot, selection)
        options: Any = {"max_hops": 2 + seed % 3, "min_strength": STRENGTHS[seed // 3 % 3]}
        one, other = (sorted(map(of_conflict, each.conflicts(**options))) for each in (reference, engine))
        assert one == other, f"conflicts of graph {seed}"
        graph = adjacency(snapshot.columns, VOCABULARY, selection).graph
        met += len(graph.hubs) if len(graph.hubs) < graph.out_nodes["count"].max() else 0
    assert met > 20, "the graphs have hubs that are looked up"


@pytest.mark.parametrize("seed", range(20))
def test_an_actor_and_a_target_are_the_same_as_those_of_all(seed: int) -> None:
    records = random_records(seed, VOCABULARY, entities=8, statements=60)
    engine = CompiledEngine(Snapshot(records, VOCABULARY))
    every = sorted(map(of_conflict, engine.conflicts()))
    for iri in records.entities:
        assert sorted(map(of_conflict, engine.conflicts(actor=iri))) == [f for f in every if f[0] == iri]
        assert sorted(map(of_conflict, engine.conflicts(target=iri))) == [f for f in every if f[1] == iri]
    pairs = {(f[0], f[1]) for f in every}
    for actor, target in pairs:
        both = sorted(map(of_conflict, engine.conflicts(actor=actor, target=target)))
        assert both == [f for f in every if f[:2] == (actor, target)]


def test_an_empty_graph_has_nothing_to_find() -> None:
    engine = CompiledEngine(Snapshot(random_records(0, VOCABULARY, entities=0, statements=0), VOCABULARY))
    assert list(engine.conflicts()) == []
