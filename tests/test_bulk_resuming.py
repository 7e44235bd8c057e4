"""A large import that is killed, interrupted or disturbed: the store is as before or whole, and the same import goes on."""

from __future__ import annotations

import gzip
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

import cuibono
from cuibono.graph.errors import InvalidInput
from cuibono.graph.generation import generated_columns
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
from tests.exports import export_of

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuibono.graph.imports.BULK_FROM", 0)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that some are loaded, some are waiting, and some are to come, when anything happens."""
    monkeypatch.setattr("cuibono.graph.build.bulk.passing._AT_ONCE", 30_000)
    monkeypatch.setattr("cuibono.graph.build.bulk.passing._TOLD_EVERY", 0)
    monkeypatch.setattr("cuibono.graph.build.bulk.feeding._LINES_AT_ONCE", 700)


@pytest.fixture
def kept_often(small_pieces: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the processes that are killed do."""
    monkeypatch.setattr("cuibono.graph.build.bulk.incoming._KEPT_EVERY", 500)


# ── whole or not at all ────────────────────────────────────────────────────────────────────────────────

PROGRAM = """
import os, signal, sys, pathlib
import cuibono, cuibono.graph.imports
from cuibono.graph.build.bulk import incoming, passing, resuming
cuibono.graph.imports.BULK_FROM = 0
passing._AT_ONCE, incoming._KEPT_EVERY = 30_000, 500
renames, rename = int(sys.argv[3]), pathlib.Path.rename
checkpoints, keep = int(sys.argv[4]), resuming.Beside.keep

def kept(beside, checkpoint):
    global checkpoints
    keep(beside, checkpoint)
    checkpoints -= 1
    if checkpoints == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def counted(path, target):
    global renames
    done = rename(path, target)
    if "importing" in str(path) or "before" in str(target):
        renames -= 1
        if renames == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return done

pathlib.Path.rename, resuming.Beside.keep = counted, kept
with cuibono.open(sys.argv[2]) as kg:
    print("go", flush=True)
    kg.import_rdf(sys.argv[1])
"""


class _Killing:
    """Imports by a process that is killed, into a store that is empty or holds another graph."""

    def __init__(self, folder: Path, ending: str, *, filled: bool) -> None:
        self.folder, self.store = folder, folder / "store"
        self.file = folder / f"g.{ending}"
        with cuibono.open() as kg:
            kg.add(*Snapshot.of(Base(generated_columns(160)), Vocabulary.bundled()).records)
            given = export_of(kg, folder / f"g.{ending.removesuffix('.gz')}")
        if ending.endswith(".gz"):
            self.file.write_bytes(gzip.compress(given))
        stores = [self.store, folder / "undisturbed"]
        if filled:
            before = list(Snapshot.of(Base(generated_columns(100, seed=4)), Vocabulary.bundled()).records)
            for store in stores:
                with cuibono.open(store) as kg:
                    kg.add(*before, agent="Jo")
        self.outcomes = {0: b"", 1: b""}
        with cuibono.open(stores[1]) as kg:
            self.first = kg.version
            self.outcomes = {self.first: export_of(kg, folder / "before.nq")}
            begin = time.monotonic()
            kg.import_rdf(self.file)
            self.lasting = time.monotonic() - begin
            self.outcomes[self.first + 1] = export_of(kg, folder / "after.nq")

    def kill(self, *, after: float | None = None, at_rename: int = 0, at_checkpoint: int = 0) -> int:
        """Return the version that is found afterwards, of which all is to be there."""
        command = [sys.executable, "-c", PROGRAM, str(self.file), str(self.store), str(at_rename), str(at_checkpoint)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            if after is not None:
                time.sleep(after)
                process.send_signal(signal.SIGKILL)
        with cuibono.open(self.store) as kg:
            assert export_of(kg, self.folder / "found.nq") == self.outcomes[kg.version]
            return kg.version

    def finish(self) -> list[str]:
        """Import undisturbed, demand what that gives where nothing was killed before, and return what was told."""
        told: list[str] = []
        with cuibono.open(self.store) as kg:
            kg.import_rdf(self.file, progress=told.append)
            assert export_of(kg, self.folder / "found.nq") == self.outcomes[self.first + 1]
            assert kg.version == self.first + 1
        assert [path.name for path in self.folder.iterdir() if "importing" in path.name] == []
        assert not (self.store / "oxigraph.before").exists()
        return told


@pytest.mark.parametrize(("ending", "filled"), [("nq", False), ("ttl", True)])
def test_killed_at_any_moment_the_store_is_as_before_or_whole(ending: str, filled: bool, tmp_path: Path) -> None:
    killing, draw = _Killing(tmp_path, ending, filled=filled), random.Random(3)
    for _ in range(10):
        killing.kill(after=draw.random() * killing.lasting)
    killing.finish()


@pytest.mark.parametrize(("rename", "is_done"), [(1, False), (2, True), (3, True)])
def test_killed_while_it_takes_the_place_of_the_store(rename: int, is_done: bool, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "nq", filled=True)
    assert killing.kill(at_rename=rename) == killing.first + is_done
    killing.finish()


@pytest.mark.parametrize(("phase", "ending"), [("reading:", "nq"), ("reading:", "ttl"), ("loading", "nq")])
def test_a_file_that_changes_meanwhile_is_refused(phase: str, ending: str, small_pieces: None, tmp_path: Path) -> None:
    killing, is_changed = _Killing(tmp_path, ending, filled=False), False

    def change(told: str) -> None:
        nonlocal is_changed
        if told.startswith(phase) and not is_changed:
            is_changed = True
            with killing.file.open("a", encoding="utf-8") as file:
                file.write("\n")

    with cuibono.open(killing.store) as kg:
        if (phase, ending) != ("reading:", "nq"):  # it is kept, or read again, where it says other things of what is there
            known = next(iter(Snapshot.of(Base(generated_columns(160)), Vocabulary.bundled()).entities.values()))
            kg.add(replace(known, label="Known otherwise"))
        before = kg.version
        with pytest.raises(InvalidInput, match=r"g\.\w+: was changed while it was read; import it again"):
            kg.import_rdf(killing.file, progress=change)
        assert is_changed
        assert kg.version == before
    assert [path.name for path in tmp_path.iterdir() if "importing" in path.name] == []


def test_a_line_that_only_the_loader_refuses(small_pieces: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "nq", filled=False)
    lines = killing.file.read_bytes().splitlines(keepends=True)
    wrong = next(number for number in range(20, len(lines)) if lines[number].startswith(b"<https://example.org/entity"))
    subject = lines[wrong].split(b">")[0]
    lines[wrong:] = [line.replace(subject + b">", subject + b"^>") for line in lines[wrong:]]
    killing.file.write_bytes(b"".join(lines))
    with cuibono.open(killing.store) as kg:
        with pytest.raises(InvalidInput, match=rf"g\.nq:{wrong + 1}: cannot be parsed: .*IRI"):
            kg.import_rdf(killing.file)
        assert kg.version == 0
    assert [path.name for path in tmp_path.iterdir() if "importing" in path.name] == []


def test_interrupted_it_leaves_nothing(small_pieces: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "ttl", filled=True)
    for phase, times in (("reading", 1), ("reading", 12), ("checking", 1), ("loading", 1), ("noting", 1)):
        left = iter(range(times - 1, -1, -1))

        def interrupt(told: str, phase: str = phase, left: Iterator[int] = left) -> None:
            if told.startswith(phase) and next(left) == 0:
                raise KeyboardInterrupt

        with cuibono.open(killing.store) as kg:
            with pytest.raises(KeyboardInterrupt):
                kg.import_rdf(killing.file, progress=interrupt)
            assert kg.version == killing.first
            assert kg.snapshot.statements
        assert [path.name for path in tmp_path.iterdir() if "importing" in path.name] == []
    killing.finish()


# ── going on ───────────────────────────────────────────────────────────────────────────────────────────


def _read_again(told: list[str]) -> bool:
    return any(each.startswith("reading:") for each in told)


@pytest.mark.parametrize(("ending", "filled"), [("nq", False), ("ttl", True), ("nq.gz", True)])
def test_killed_it_goes_on_from_the_last_checkpoint(ending: str, filled: bool, kept_often: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, ending, filled=filled)
    assert killing.kill(at_checkpoint=2) == killing.first
    assert killing.kill(at_checkpoint=3) == killing.first
    told = killing.finish()
    assert re.fullmatch(r"going on after [\d,]+ quads, which an interrupted import has read", told[0])
    gone_on_after = int(re.sub(r"\D", "", told[0]))
    assert 2_500 <= gone_on_after < 3_500  # five times the five hundred that are kept, and a piece each
    assert _read_again(told)


def test_interrupted_when_all_is_read_it_goes_on_from_the_last_checkpoint(kept_often: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "nq", filled=False)
    moments: list[str] = []

    def interrupt(told: str) -> None:
        moments.append(told)
        if told == "noting where it comes from":
            raise KeyboardInterrupt

    with cuibono.open(killing.store) as kg:
        with pytest.raises(KeyboardInterrupt) as interrupted:
            kg.import_rdf(killing.file, progress=interrupt)
        assert kg.version == 0
    assert re.match(
        r"[\d,]+ quads are kept in .*: the same import of the same file goes on from there", interrupted.value.__notes__[0]
    )
    told = killing.finish()
    assert told[0].startswith("going on after")


def test_what_another_import_would_go_on_from_is_dropped(kept_often: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "nq", filled=False)
    killing.store = tmp_path / "a [1]*"
    killing.kill(at_checkpoint=3)
    os.utime(killing.file, (1, 1))
    assert killing.finish()[0] == "dropping what an interrupted import of something else left behind"


@pytest.mark.parametrize("what", ["gathered/values", "gathered/iris.data", "the copy"])
def test_what_cannot_be_gone_on_with_is_dropped(what: str, kept_often: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "nq", filled=False)
    killing.kill(at_checkpoint=3)
    (scratch,) = tmp_path.glob(".store.importing-*.scratch")
    if what == "the copy":
        shutil.rmtree(scratch.with_name(scratch.name.removesuffix(".scratch")))
    else:
        os.truncate(scratch / what, 10)
    assert killing.finish()[0] == "dropping what an interrupted import left behind, as it cannot be read"


def test_what_is_about_what_is_there_goes_on_too(kept_often: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "ttl", filled=False)
    known = next(iter(Snapshot.of(Base(generated_columns(160)), Vocabulary.bundled()).entities.values()))
    stores = [tmp_path / name for name in ("known", "undisturbed-known")]
    for store in stores:
        with cuibono.open(store) as kg:
            kg.add(replace(known, label="Known otherwise"), agent="Jo")
            kg.import_rdf(killing.file) if store == stores[1] else None
            killing.outcomes[kg.version] = export_of(kg, tmp_path / "found.nq")
    killing.store = stores[0]
    assert killing.kill(at_checkpoint=3) == 1
    killing.first = 1
    assert killing.finish()[0].startswith("going on after")


def test_a_checkpoint_is_noted_when_what_it_tells_of_is_on_the_disk(
    kept_often: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Power may go at any moment: no file that a note tells of may come after it."""
    killing = _Killing(tmp_path, "nq", filled=False)
    done: list[tuple[str, str]] = []
    synced, renamed = os.fsync, os.replace

    def sync(descriptor: int) -> None:
        synced(descriptor)
        done.append(("synced", Path(os.readlink(f"/proc/self/fd/{descriptor}")).name))

    def rename(source: Path, target: Path) -> None:
        renamed(source, target)
        done.append(("noted", Path(target).name))

    monkeypatch.setattr("os.fsync", sync)
    monkeypatch.setattr("os.replace", rename)
    with cuibono.open(killing.store) as kg:
        kg.import_rdf(killing.file)
    notes = [place for place, each in enumerate(done) if each == ("noted", "checkpoint.json")]
    assert len(notes) > 2
    for before, note in pairwise([0, *notes]):
        names = [name for what, name in done[before:note] if what == "synced"]
        assert {"values", "checkpoint.new", "gathered"} <= set(names)
        assert "gathered" in names[names.index("values") :], "its names come after what they name"
    assert any(name.endswith(".scratch") for _, name in done[notes[-1] :])
