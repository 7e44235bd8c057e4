"""The engine's arrays beside the columns are a copy: mapped where they fit, made anew where they do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import cuibono
from cuibono.graph import versions
from cuibono.graph.interest import engines, keeping
from cuibono.graph.interest.adjacency import adjacency
from cuibono.graph.interest.selection import Selection
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Status
from cuibono.graph.snapshot import records
from tests.graphs import drawn


@pytest.fixture(autouse=True)
def of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have small graphs answered by the compiled engine, and its arrays kept."""
    monkeypatch.setattr(engines, "COMPILED_FROM", 1)
    monkeypatch.setattr(keeping, "KEPT_FROM", 1)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Notes down each time that arrays are made."""
    found: list[int] = []

    def noted(*asked):  # type: ignore[no-untyped-def]
        found.append(1)
        return adjacency(*asked)

    monkeypatch.setattr(keeping, "adjacency", noted)
    return found


@pytest.fixture
def store(tmp_path: Path) -> Path:
    directory = tmp_path / "store"
    with cuibono.open(directory) as kg:
        kg.build(cuibono.seed_dossier())
    with cuibono.open(directory) as kg:
        kg.conflicts()
    return directory


def answers(kg: KnowledgeGraph) -> tuple[list[str], list[tuple[str, float]]]:
    gainers = kg.beneficiaries("deepseek-50000-h100", min_strength=0)
    return [found.explanation for found in kg.conflicts(min_strength=0)], [(g.entity, g.gain) for g in gainers]


@pytest.fixture(scope="module")
def expected() -> tuple[list[str], list[tuple[str, float]]]:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        return answers(kg)


def kept(store: Path) -> list[Path]:
    return sorted((store / "snapshot").glob("*.engine*"))


def test_what_is_kept_is_mapped_when_the_graph_is_opened_again(
    store: Path, made: list[int], expected: tuple[list[str], list[tuple[str, float]]]
) -> None:
    assert [path.suffix for path in kept(store)] == [".engine", ".json"]
    with cuibono.open(store) as kg:
        assert answers(kg) == expected
    assert not made


def test_what_is_mapped_is_what_was_made(store: Path) -> None:
    with cuibono.open(store) as kg:
        base, vocabulary = kg.snapshot.base, kg.vocabulary
        mapped = keeping.kept_adjacency(base, vocabulary, Selection())
        again = adjacency(base.columns, vocabulary, Selection())
        for ours, theirs in zip(mapped.graph, again.graph, strict=True):
            assert ours.dtype == theirs.dtype
            np.testing.assert_array_equal(ours, theirs)
            assert ours.flags.writeable
        np.testing.assert_array_equal(mapped.effects.table, again.effects.table)
        assert mapped.bearings.below == dict(again.bearings.below)
        assert mapped.opponents.below == dict(again.opponents.below)


def test_commits_are_laid_over_what_is_mapped_and_change_no_file(
    store: Path, made: list[int], expected: tuple[list[str], list[tuple[str, float]]]
) -> None:
    before = [path.read_bytes() for path in kept(store)]
    with cuibono.open(store) as kg, cuibono.open() as other:
        other.build(cuibono.seed_dossier())
        kg.conflicts()
        for statement in list(kg.statements(predicate="competesWith")):
            for graph in (kg, other):
                graph.review(statement.iri, Status.REJECTED, by="me", why="a test")
            assert answers(kg) == answers(other)
    assert [path.read_bytes() for path in kept(store)] == before
    with cuibono.open(store) as kg:
        changed = answers(kg)
    assert changed != expected
    assert made == [1], "of the graph in memory alone"


def _flipped(files: list[Path]) -> None:
    data = bytearray(files[0].read_bytes())
    data[len(data) // 3] ^= 0xFF
    files[0].write_bytes(data)


def _cut(files: list[Path]) -> None:
    files[0].write_bytes(files[0].read_bytes()[:4096])


def _emptied(files: list[Path]) -> None:
    files[0].write_bytes(b"")


def _without_arrays(files: list[Path]) -> None:
    files[0].unlink()


def _without_manifest(files: list[Path]) -> None:
    files[1].unlink()


def _with_another_manifest(files: list[Path]) -> None:
    files[1].write_text(files[1].read_text(encoding="ascii").replace("meaning", "MEANING"), encoding="ascii")


@pytest.mark.parametrize("spoil", [_flipped, _cut, _emptied, _without_arrays, _without_manifest, _with_another_manifest])
def test_what_is_damaged_is_made_anew_and_kept_again(
    spoil: Callable[[list[Path]], None],
    store: Path,
    made: list[int],
    expected: tuple[list[str], list[tuple[str, float]]],
) -> None:
    spoil(kept(store))
    for _ in range(2):
        with cuibono.open(store) as kg:
            assert answers(kg) == expected
    assert made == [1]


def test_other_weights_make_other_arrays(store: Path, made: list[int], tmp_path: Path) -> None:
    with cuibono.open(store) as kg:
        before = kg.conflicts(actor="Sam Altman")[0].strength
    heavier = tmp_path / "weights.ttl"
    heavier.write_text(
        "@prefix cb: <https://w3id.org/cuibono/ns#> .\ncb:leads cb:forwardWeight 0.1 .\n",
        encoding="utf-8",
    )
    with cuibono.open(store, ontology=heavier) as kg:
        assert kg.conflicts(actor="Sam Altman", min_strength=0)[0].strength < before
    assert made


@pytest.mark.parametrize("folds", [versions, records], ids=["in the background", "at once"])
def test_columns_that_go_take_along_what_was_kept_beside_them(
    folds: ModuleType, store: Path, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folds, "FOLD_FROM", 20)
    before = kept(store)
    with cuibono.open(store) as kg:
        kg.conflicts()
        kg.add(*drawn("\n".join(f"A leads X since:{year}" for year in range(1900, 2020))).records)
        whole = answers(kg)
    with cuibono.open(store) as kg:
        assert answers(kg) == whole
    assert len(kept(store)) == 2
    assert not set(before) & set(kept(store))
    remade = len(made)
    with cuibono.open(store) as kg:
        assert answers(kg) == whole
    assert len(made) == remade


def test_a_folder_that_cannot_be_written_to_is_no_hindrance(
    store: Path, made: list[int], expected: tuple[list[str], list[tuple[str, float]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in kept(store):
        path.unlink()

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(keeping, "write_arrays", full)
    with cuibono.open(store) as kg:
        assert answers(kg) == expected
    assert made == [1]
    assert not kept(store)
