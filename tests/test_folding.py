"""Columns are made anew in the background: commits go on, readers see whole versions, and a store is found again as it is."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import cuibono
from cuibono.api.graphql.execution import Executor
from cuibono.graph import folding, versions
from cuibono.graph.filtering import worked
from cuibono.graph.generation import generated_records
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Entity, Records, Status
from cuibono.graph.snapshot import keeping, records
from cuibono.graph.snapshot.rebasing import in_columns
from cuibono.graph.store.encoding import decoded
from tests.generated import VOCABULARY

pytestmark = pytest.mark.slow

COMPANY = VOCABULARY.entity_class("Company").iri


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin to fold after few changes; what is much stays what it was."""
    monkeypatch.setattr(versions, "FOLD_FROM", 20)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Columns wait in the background until this is set; and it is set at last, so that nothing waits for ever."""
    going_on = threading.Event()

    def waiting(shown):  # type: ignore[no-untyped-def]
        assert going_on.wait(600)
        return in_columns(shown)

    monkeypatch.setattr(folding, "in_columns", waiting)
    yield going_on
    going_on.set()


@pytest.fixture(params=["memory", "disk"])
def kg(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KnowledgeGraph]:
    with cuibono.open(tmp_path / "store" if request.param == "disk" else None) as graph:
        graph.add(*generated_records(600, seed=5))
        ended(graph)
        yield graph


def commit_at_random(kg: KnowledgeGraph, chance: random.Random) -> None:
    statement = chance.choice(list(kg.snapshot.statements.values()))
    entities = list(kg.snapshot.entities.values())
    match chance.randrange(5):
        case 0:
            kg.review(statement.iri, chance.choice(list(Status)), by="me", why="test")
        case 1:
            kg.add(*(Entity(iri=f"https://example.org/{chance.randrange(99)}", type=COMPANY, label=f"C{i}") for i in range(3)))
        case 2:
            kg.add(replace(statement, confidence=chance.random()))
        case 3:
            one, other = chance.sample([entity for entity in entities if entity.type == COMPANY], 2)
            kg.merge(one.iri, other.iri, why="test")
        case 4:
            merged = sorted(kg.snapshot.identities.members)
            if merged:
                kg.split(chance.choice(merged), why="test")


def changed_much(kg: KnowledgeGraph) -> None:
    kg.add(*(Entity(iri=f"https://example.org/new/{i}", type=COMPANY, label=f"N{i}") for i in range(30)))


def ended(kg: KnowledgeGraph) -> None:
    """Wait until nothing is made in the background any more."""
    while (fold := kg._fold) is not None:
        fold.join()


def is_what_the_store_holds(kg: KnowledgeGraph) -> None:
    assert Records.of(kg.snapshot.stored.records) == decoded(kg.store.quads(), kg.vocabulary)
    with cuibono.open() as other:
        other.add(*(kg.snapshot.stored.records))
        anew = other.snapshot
        assert {s.iri: s for s in kg.snapshot.statements.values()} == {s.iri: s for s in anew.statements.values()}
        assert list(kg.snapshot.entities.values()) == list(anew.entities.values())
        assert [f.explanation for f in kg.conflicts()] == [f.explanation for f in other.conflicts()]


@pytest.mark.parametrize("seed", range(3))
def test_commits_go_on_meanwhile(kg: KnowledgeGraph, held: threading.Event, seed: int) -> None:
    chance, base = random.Random(seed), kg.snapshot.base
    for _ in range(4):
        commit_at_random(kg, chance)
    changed_much(kg)
    assert kg._fold is not None
    for _ in range(6):
        commit_at_random(kg, chance)
    earlier = kg.snapshot
    before = Records.of(earlier.records)
    assert earlier.stored.base is base, "nobody waited"
    held.set()
    ended(kg)
    assert kg.snapshot.base is not base
    assert len(kg.snapshot.stored.overlay) < len(earlier.stored.overlay)
    assert Records.of(kg.snapshot.records) == before == Records.of(earlier.records)
    is_what_the_store_holds(kg)


def test_commits_go_on_while_the_engine_follows(kg: KnowledgeGraph) -> None:
    chance = random.Random(7)
    for _ in range(40):
        commit_at_random(kg, chance)
        kg.conflicts()
    ended(kg)
    is_what_the_store_holds(kg)


def test_readers_see_whole_versions_all_the_while(kg: KnowledgeGraph) -> None:
    seen: list[tuple[int, int]] = []
    going_on = True

    def read() -> None:
        while going_on:
            snapshot = kg.snapshot
            seen.append((snapshot.version, sum(1 for iri in snapshot.entities if iri.startswith("https://example.org/new/"))))

    reader = threading.Thread(target=read)
    reader.start()
    first = kg.version
    for number in range(20):
        label = f"{number}"
        kg.add(*(Entity(iri=f"https://example.org/new/{number}/{i}", type=COMPANY, label=label) for i in range(10)))
    ended(kg)
    going_on = False
    reader.join()
    assert [pair for pair in seen if pair[1] != 10 * (pair[0] - first)] == []
    assert [version for version, _ in seen] == sorted(version for version, _ in seen)


def test_the_engine_is_there_when_new_columns_are_shown(kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    kg.conflicts()
    changed_much(kg)
    ended(kg)
    monkeypatch.setattr("cuibono.graph.interest.compiled.adjacency", None)  # what would make all arrays anew
    assert kg.conflicts()


def test_who_commits_waits_where_very_much_lies_over_the_columns(
    kg: KnowledgeGraph, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_much(kg)
    base = kg.snapshot.base
    monkeypatch.setattr(versions, "_MOST_MEANWHILE", 40)
    threading.Timer(0.3, held.set).start()
    kg.add(*(Entity(iri=f"https://example.org/more/{i}", type=COMPANY, label=f"M{i}") for i in range(20)))
    assert held.is_set()
    assert kg.snapshot.base is not base
    ended(kg)
    is_what_the_store_holds(kg)


def test_closing_waits_and_the_store_is_found_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with cuibono.open(tmp_path / "store") as kg:
        kg.add(*generated_records(600, seed=5))
        ended(kg)
        changed_much(kg)
        kg.add(Entity(iri="https://example.org/last", type=COMPANY, label="Last"))
        expected = Records.of(kg.snapshot.records)
    assert len(list((tmp_path / "store" / "snapshot").iterdir())) == 3, "what was replaced is gone"
    monkeypatch.setattr(keeping, "read_snapshot", None)
    with cuibono.open(tmp_path / "store") as kg:
        assert Records.of(kg.snapshot.records) == expected
        assert len(kg.snapshot.overlay) <= 1


def test_a_long_journal_is_begun_anew_in_the_background(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_LONGEST_JOURNAL", 2_000)
    with cuibono.open(tmp_path / "store") as kg:
        kg.add(*generated_records(300, seed=5))
        for number in range(9):
            kg.add(Entity(iri=f"https://example.org/{number}", type=COMPANY, label=f"C{number}"))
        expected = Records.of(kg.snapshot.records)
    [journal] = (tmp_path / "store" / "snapshot").glob("*.journal")
    assert journal.stat().st_size < 2_000
    with cuibono.open(tmp_path / "store") as kg:
        assert Records.of(kg.snapshot.records) == expected


def test_no_memory_for_new_columns_harms_nothing(kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(shown: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(folding, "in_columns", fails)
        changed_much(kg)
        ended(kg)
        is_what_the_store_holds(kg)
    kg.add(Entity(iri="https://example.org/last", type=COMPANY, label="Last"))
    ended(kg)
    assert not kg.snapshot.overlay.records.entities
    is_what_the_store_holds(kg)


KILLED = """
import sys, time
import cuibono
from cuibono.graph import folding, versions
from cuibono.graph.generation import generated_records
from cuibono.graph.model import Entity

versions.FOLD_FROM = 20
written = folding.prepared
def prepared(*given):
    file = written(*given)
    print("written", flush=True)
    time.sleep(600)
    return file
folding.prepared = prepared
kg = cuibono.open(sys.argv[1])
kg.add(*generated_records(300, seed=5))
company = kg.vocabulary.entity_class("Company").iri
kg.add(*(Entity(iri=f"https://example.org/new/{i}", type=company, label=f"N{i}") for i in range(30)))
kg.add(Entity(iri="https://example.org/last", type=company, label="Last"))
print("committed", flush=True)
{end}
"""


@pytest.mark.parametrize(
    ("end", "how", "code"),
    [("time.sleep(600)", signal.SIGKILL, -signal.SIGKILL), ("kg.close()", signal.SIGINT, None), ("", None, 0)],
    ids=["killed", "interrupted while closing", "ended without closing"],
)
def test_what_is_half_done_is_never_found(tmp_path: Path, end: str, how: signal.Signals | None, code: int | None) -> None:
    store = tmp_path / "store"
    command = [sys.executable, "-c", KILLED.replace("{end}", end), str(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        said = {run.stdout.readline().strip(), run.stdout.readline().strip()}
        assert said == {"written", "committed"}
        if how is not None:
            time.sleep(0.3)
            os.kill(run.pid, how)
        _, problems = run.communicate(timeout=120)
    assert run.returncode == code if code is not None else "KeyboardInterrupt" in problems
    with cuibono.open(store) as kg:
        assert kg.entity("Last").iri == "https://example.org/last"
        assert len(kg.entities()) > 30
        assert Records.of(kg.snapshot.records) == decoded(kg.store.quads(), kg.vocabulary)
        ended(kg)
        assert len(list((store / "snapshot").iterdir())) == 3, "what was never finished is gone"


def test_small_graphs_are_folded_at_once() -> None:
    with cuibono.open() as kg:
        kg.add(*generated_records(records.FOLD_FROM, seed=2))
        assert len(kg.snapshot.overlay) == 0
        assert kg._fold is None


def test_what_filters_work_out_is_worked_out_in_the_background_as_well(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor = Executor(kg)
    query = '{ entities(where: {label: {contains: "Company 1"}}, first: 500) { edges { node { iri } } } }'
    asked = executor.answer(query).content
    base = kg.snapshot.base
    changed_much(kg)
    ended(kg)
    assert kg.snapshot.base is not base

    def nobody(*_: object) -> None:
        raise AssertionError("somebody who asks waits for it")

    monkeypatch.setattr(worked, "folded", nobody)
    assert executor.answer(query).content == asked
