"""Long work of the command line ends when it is asked to: soon, with its exit code, without a word, with nothing half done."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cuibono
from cuibono.graph.generation import generated_records
from tests.command_line import environment
from tests.terminal import on_terminal

pytestmark = pytest.mark.slow

BEGINNING = """
import sys, time
from cuibono.api.cli import main
from cuibono.graph.interest import compiled, path_kernels
from cuibono.graph.snapshot import keeping

def again_and_again(what):
    def doing(*arguments):
        print("at work", flush=True)
        until = time.monotonic() + 600
        while time.monotonic() < until:
            done = what(*arguments)
        return done
    return doing

"""

WORK = {
    "all conflicts": (
        # Real walks, a few of them at a time, over and over.
        """compiled._AT_ONCE = 2
compiled._by_all_cores = again_and_again(compiled._by_all_cores)""",
        ["conflicts", "--min-strength", "0"],
    ),
    "reading the store": ("keeping.read_snapshot = again_and_again(keeping.read_snapshot)", ["claims"]),
    "writing a snapshot": ("keeping.write_base = again_and_again(keeping.write_base)", ["claims"]),
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("graph") / "store"
    with cuibono.open(store) as kg:
        kg.add(*generated_records(1_000, seed=3))
        kg.warm()
    return store


@pytest.fixture
def store(graph: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(graph, tmp_path / "store"))


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("work", WORK)
def test_it_ends_and_leaves_nothing_behind(store: Path, work: str, how: signal.Signals, code: int) -> None:
    slowed, arguments = WORK[work]
    if work != "all conflicts":
        shutil.rmtree(store / "snapshot")
    script = f"{BEGINNING}{slowed}\nmain({[*arguments, '--store', str(store)]!r})"
    process = subprocess.Popen(
        [sys.executable, "-c", script], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "at work\n"
    time.sleep(0.3)
    process.send_signal(how)
    said, complained = process.communicate(timeout=120)
    assert (process.returncode, said.replace("at work\n", ""), complained.strip()) == (code, "", "")
    left = {path.suffix for path in (store / "snapshot").glob("*")}
    assert left <= ({".json", ".columns", ".journal"} if work == "all conflicts" else set())
    with cuibono.open(store) as kg:
        assert len(kg.snapshot.statements) == 1_000
        assert kg.conflicts()


LINGERING = """
import sys, threading
from cuibono.api.cli import main
from cuibono.graph.snapshot import keeping
reading, writing, drawn = keeping.read_snapshot, sys.stderr.write, threading.Event()

def write(text):
    if "reading the graph" in text:
        drawn.set()
    return writing(text)

def read_slowly(*arguments):
    done = reading(*arguments)
    drawn.wait(120)  # a line that stands for less than a moment is never drawn
    return done

sys.stderr.write = write
keeping.read_snapshot = read_slowly
main(sys.argv[1:])
"""


def test_reading_a_store_shows_how_far_it_is(store: Path) -> None:
    shutil.rmtree(store / "snapshot")
    slowly = [sys.executable, "-c", LINGERING]
    code, screen = on_terminal("stats", "--store", store, command=slowly)
    assert code == 0
    assert "reading the graph" in screen
    again, shown = on_terminal("stats", "--store", store, command=slowly)
    assert again == 0
    assert "reading the graph: statements" not in shown
