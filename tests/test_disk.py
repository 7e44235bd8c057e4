"""A disk that gets full, or has too little room from the beginning: what is told, and that the graph is as it was."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import cuibono
from cuibono.graph.build.bulk.room import Need, demand_room, need_of_file, need_of_rows, size_of
from cuibono.graph.disk import write_failure
from cuibono.graph.errors import StoreError
from cuibono.graph.progress import Notice, Step
from tests.exports import export_of
from tests.tables import COLUMNS, register, write_csv, write_mapping

pytestmark = pytest.mark.slow

MB = 1_000_000
Disk = Callable[[int], Path]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Return what makes a file system of so many megabytes, or gives the one that it made another size."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = False

    def sized(megabytes: int) -> Path:
        nonlocal made
        options = f"size={megabytes}m" + (",remount" if made else "")
        try:
            subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("only who may mount has a small disk at hand")
        made = True
        return folder

    yield sized
    if made:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an export of more than twenty megabytes."""
    folder = tmp_path_factory.mktemp("graph")
    with cuibono.open() as kg:
        kg.import_table(write_csv(folder / "owners.csv", register(4_000)), write_mapping(folder))
        kg.export(folder / "graph.nq")
    assert 22 * MB < (folder / "graph.nq").stat().st_size < 24 * MB
    return folder / "graph.nq"


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_too_little_room_is_told_before_anything_is_loaded(disk: Disk, graph: Path, tmp_path: Path) -> None:
    folder = disk(14)  # the first megabytes are looked at
    told: list[Step | str] = []
    with cuibono.open(folder / "store") as kg:
        with pytest.raises(
            StoreError, match=r"graph\.nq takes about .* MB beside the store .* too little in any case; make room"
        ):
            kg.import_rdf(graph, progress=told.append)
        assert "loading" not in told
        assert kg.version == 0
        assert left_in(folder) == ["store"]
        disk(200)
        kg.import_rdf(graph)
        assert export_of(kg, tmp_path / "after.nq") == graph.read_bytes()


@pytest.mark.parametrize("megabytes", [18, 21])
def test_a_disk_that_gets_full_leaves_the_graph_as_it_was(megabytes: int, disk: Disk, graph: Path, tmp_path: Path) -> None:
    folder = disk(megabytes)
    told: list[Step | str] = []
    with cuibono.open(folder / "store") as kg:
        kg.build(cuibono.seed_dossier())
        before = export_of(kg, tmp_path / "before.nq")
        with pytest.raises(StoreError, match=r"the disk of .* is full; make room"):
            kg.import_rdf(graph, progress=told.append)
        assert any(isinstance(step, Notice) and "if the disk gets full, nothing is imported" in step for step in told)
        assert export_of(kg, tmp_path / "after.nq") == before
        assert left_in(folder) == ["store"]
        disk(200)
        assert kg.import_rdf(graph).load.added["Statement"] == 4_000


def test_a_small_import_on_a_full_disk_leaves_the_graph_as_it_was(disk: Disk, tmp_path: Path) -> None:
    folder = disk(4)
    table, mapping = write_csv(tmp_path / "owners.csv", register(900)), write_mapping(tmp_path)
    with cuibono.open(folder / "store") as kg:
        kg.build(cuibono.seed_dossier())
        before = export_of(kg, tmp_path / "before.nq")
        with pytest.raises(StoreError, match=r"is full, or was .* open the graph again|is the disk full"):
            kg.import_table(table, mapping)
        assert export_of(kg, tmp_path / "after.nq") == before
        assert kg.statements(subject="Sam Altman")
    with cuibono.open(folder / "store") as kg:
        assert export_of(kg, tmp_path / "again.nq") == before
        disk(100)
        assert kg.import_table(table, mapping).load.added["Statement"] == 900


def test_of_a_table_it_is_told_once_and_before_most_rows_are_read(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cuibono.graph.imports.BULK_FROM", 1)
    monkeypatch.setattr("cuibono.graph.build.staging.gathering._AT_ONCE", 100)
    folder = disk(16)
    rows = [[*row, "x" * 1_000] for row in register(2_000)]  # more than is read ahead
    table, mapping = write_csv(tmp_path / "owners.csv", rows, [*COLUMNS, "note"]), write_mapping(tmp_path)
    told: list[Step | str] = []
    with cuibono.open(folder / "store") as kg:
        with pytest.raises(StoreError, match="full"):
            kg.import_table(table, mapping, progress=told.append)
        assert kg.version == 0
        [notice] = [step for step in told if isinstance(step, Notice)]
        assert "owners.csv takes about " in notice
        assert told.index(notice) < [isinstance(step, Step) for step in told].index(True)
        assert left_in(folder) == ["store"]
        disk(300)
        told.clear()
        kg.import_table(table, mapping, progress=told.append)
        assert not any(isinstance(step, Notice) for step in told)


# ── what is told ───────────────────────────────────────────────────────────────────────────────────────


def test_what_is_too_little_is_refused_and_what_may_be_is_told(tmp_path: Path) -> None:
    told: list[str] = []

    def demanded(room: int) -> None:
        demand_room(Need(2_000 * MB, 800 * MB), room, "a.nq", tmp_path / "store", told.append)

    demanded(2_000 * MB)
    assert told == []
    demanded(800 * MB)
    takes = f"a.nq takes about 2.0 GB beside the store meanwhile, and {tmp_path} has"
    assert told[0].startswith(f"{takes} 800 MB left: if the disk gets full, nothing is imported")
    with pytest.raises(StoreError, match=f"{takes} 100 MB left, too little in any case"):
        demanded(100 * MB)
    assert len(told) == 1


def test_what_nobody_knows_for_certain_is_not_refused() -> None:
    assert need_of_file(100 * MB, "nquads", ".gz", 0).least == 0
    assert need_of_rows(100 * MB, 0).least == 0
    assert need_of_file(100 * MB, "turtle", "", 0).usual > need_of_file(100 * MB, "nquads", "", 0).usual


def test_what_an_import_takes_is_within_what_is_foretold(disk: Disk, graph: Path) -> None:
    folder = disk(200)
    with cuibono.open(folder / "store") as kg:
        kg.import_rdf(graph)
    size = graph.stat().st_size
    need = need_of_file(size, "nquads", "", 0)
    assert 0.5 * size < size_of(folder / "store") < need.usual
    assert need.least < need.usual


@pytest.mark.parametrize(
    ("error", "is_full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError("IO error: No space left on device: While appending to file: x.sst"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
    ],
)
def test_a_full_disk_is_known_by_its_errors(error: OSError, is_full: bool, tmp_path: Path) -> None:
    told = write_failure(error, tmp_path)
    assert told == (
        f"the disk of {tmp_path} is full; make room, or have the store on a larger one" if is_full else "Permission denied"
    )


def test_a_part_that_was_not_written_is_told_with_the_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuibono.graph.disk.room_in", lambda _: 0)
    told = write_failure(OSError("10000 requested and 6320 written"), tmp_path)
    assert told.startswith("10000 requested and 6320 written; the disk of ")
