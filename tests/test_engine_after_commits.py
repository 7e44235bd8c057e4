"""The compiled engine after commits gives what an engine made anew gives, and earlier versions go on as they were."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

import cuibono
from cuibono.graph.generation import generated_records
from cuibono.graph.interest import compiled, compressed
from cuibono.graph.interest.compiled import CompiledEngine
from cuibono.graph.interest.findings import Alignment
from cuibono.graph.interest.reference import ReferenceEngine
from cuibono.graph.model import Record, Records, Statement, Status
from cuibono.graph.snapshot.records import Snapshot
from tests.random_graphs import random_records
from tests.test_engines import SELECTIONS, STRENGTHS, VOCABULARY, of_beneficiary, of_conflict

pytestmark = pytest.mark.slow

COMMITS = 4


def commits(records: Records, rng: random.Random) -> tuple[Records, list[list[Record]]]:
    """Return the beginning of a graph, and what is committed to it: new things, and others that have changed."""
    statements = list(records.statements.values())
    first = statements[: len(statements) // 2]
    mentioned = {iri for s in first for iri in (s.subject, s.object)}
    begun = [r for kind in (records.entities, records.claims) for r in kind.values() if r.iri in mentioned]
    later: list[Record] = [r for kind in (records.entities, records.claims) for r in kind.values() if r.iri not in mentioned]
    changes: list[list[Record]] = [later]
    for number in range(COMMITS):
        new = statements[len(first) + number :: COMMITS] if number else statements[len(first) :: COMMITS]
        again = [_changed(s, rng) for s in rng.sample(first, min(4, len(first)))]
        changes.append([*new, *(s for s in again if s.iri not in {n.iri for n in new})])
    return Records.of([*begun, *first]), changes


def _changed(statement: Statement, rng: random.Random) -> Statement:
    if rng.random() < 0.5:
        return replace(statement, status=rng.choice(list(Status)))
    return replace(statement, confidence=rng.choice((0.0, 0.4, 0.7, None)))


def answers(engine: Any, ends: list[str], **options: Any) -> Any:
    found = engine.conflicts(**options)
    assert [f.order for f in found] == sorted(f.order for f in found), "the strongest first, then by IRIs"
    for alignment in Alignment:
        chosen = engine.conflicts(alignment=alignment, **options)
        assert list(chosen) == [f for f in found if f.alignment is alignment]
    conflicts = sorted(map(of_conflict, found))
    return conflicts, [sorted(map(of_beneficiary, engine.beneficiaries(of, **options))) for of in ends]


@pytest.mark.parametrize("chunk", range(6))
def test_an_engine_follows_commits(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if chunk % 2:
        monkeypatch.setattr(compressed, "SMALLEST_HUB", 4)
    followed = found = 0
    for seed in range(chunk * 25, chunk * 25 + 25):
        rng = random.Random(seed)
        records = random_records(seed, VOCABULARY, entities=5 + seed % 5, statements=120 if chunk % 2 else 50 + seed % 60)
        begun, changes = commits(records, rng)
        selection, snapshot = SELECTIONS[seed % 3], Snapshot(begun, VOCABULARY)
        options: Any = {"max_hops": 1 + seed % 4, "min_strength": STRENGTHS[seed // 3 % 3]}
        ends = [*records.claims, *list(records.entities)[:2]]
        engine = CompiledEngine(snapshot, selection)
        past = []
        for version, changed in enumerate(changes, 1):
            past.append((engine, answers(engine, ends, **options)))
            snapshot = snapshot.with_changes(changed, version)
            after = engine.after(snapshot)
            followed += after is not None
            engine = after or CompiledEngine(snapshot, selection)
            now = answers(engine, ends, **options)
            assert now == answers(ReferenceEngine(snapshot, selection), ends, **options), f"graph {seed}, version {version}"
            for iri in records.entities:
                assert sorted(map(of_conflict, engine.conflicts(actor=iri, **options))) == [f for f in now[0] if f[0] == iri]
            found += len(now[0])
        for earlier, answered in past:
            assert answers(earlier, ends, **options) == answered, f"graph {seed}: an earlier version has changed"
    assert followed == 25 * (COMMITS + 1), "no commit makes the engine begin anew"
    assert found > 50


def test_an_engine_over_changed_columns_is_made_of_theirs() -> None:
    records = random_records(3, VOCABULARY, entities=8, statements=80)
    begun, changes = commits(records, random.Random(3))
    snapshot = Snapshot(begun, VOCABULARY)
    for version, changed in enumerate(changes, 1):
        snapshot = snapshot.with_changes(changed, version)
    assert answers(CompiledEngine(snapshot), []) == answers(ReferenceEngine(snapshot), [])
    assert "columns" not in vars(snapshot), "nothing was folded"


def test_a_commit_is_followed_before_anybody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    with cuibono.open() as kg:
        kg.add(*generated_records(600, seed=4))
        before = kg.conflicts(min_strength=0.2)
        monkeypatch.setattr(compiled, "adjacency", None)  # what would make all arrays anew
        finding = before[0]
        kg.review(finding.stance.iri, Status.RETRACTED, by="me", why="to see it go")
        after = kg.conflicts(min_strength=0.2)
        assert [f.order for f in after] == [f.order for f in before if f.stance.iri != finding.stance.iri]
        assert before[0] == finding
