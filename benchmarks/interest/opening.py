"""What a process takes to open a saved snapshot, to answer of one actor, and to walk for all: figures as JSON.

python -m benchmarks.interest.opening FOLDER [ACTOR] [--all]

The engine is made the first time, and mapped from then on. The folder holds ``graph.columns`` and ``manifest.json``, as `make`
writes them; with ``--make STATEMENTS`` it does so first.
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.interest.problem import LEAST
from cuibono.graph.export.parquet import write_parquet
from cuibono.graph.generation import generated_columns
from cuibono.graph.interest.compiled import STEP_LIMIT, CompiledEngine
from cuibono.graph.interest.kernels import strongest_paths
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.files import mapped_base, write_base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary

__all__ = ["make"]


def make(columns: Columns, folder: Path) -> tuple[float, int]:
    """Save columns as a snapshot without a store; return the seconds and the bytes, strings aside."""
    begin = time.perf_counter()
    manifest = write_base(Base(columns), folder / "graph.columns")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    sizes = {name: place[2] * np.dtype(place[1]).itemsize for name, place in manifest["arrays"].items()}
    return time.perf_counter() - begin, sum(size for name, size in sizes.items() if not name.endswith(".data"))


def main() -> None:
    """Print seconds and megabytes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("actor", nargs="?", help="IRI; one in the middle of those who hold stances unless given")
    parser.add_argument("--make", type=float, metavar="STATEMENTS", help="write the snapshot, and Parquet, first and do no more")
    parser.add_argument("--all", action="store_true", help="walk for all conflicts as well")
    options = parser.parse_args()
    if options.make:
        options.folder.mkdir(parents=True, exist_ok=True)
        columns = generated_columns(int(options.make))
        print(json.dumps({"seconds to index and write": make(columns, options.folder)[0]}))
        write_parquet(columns, Vocabulary.bundled(), options.folder / "tables")
        return
    times = [time.perf_counter()]
    manifest = json.loads((options.folder / "manifest.json").read_text())
    snapshot = Snapshot.of(mapped_base(manifest, options.folder), Vocabulary.bundled())
    times.append(time.perf_counter())
    engine = CompiledEngine(snapshot)
    times.append(time.perf_counter())
    known = engine.adjacency
    actor = options.actor or known.entities[int(np.median(np.unique(known.effects.table["actor"])))]
    for _ in range(2):
        engine.conflicts(actor=actor, min_strength=LEAST)
        times.append(time.perf_counter())
    figures = {"seconds": [end - begin for begin, end in pairwise(times)], "megabytes": _memory()}
    if options.all:
        figures["all"] = _all(engine)
    print(json.dumps(figures))


def _all(engine: CompiledEngine) -> list[float]:
    """Return the seconds of all walks of up to three relations, by one thread, and how many found something."""
    known = engine.adjacency
    rows, begin = known.effects.chosen(None, None), time.process_time()
    scores, _, _, cut = strongest_paths(known.graph, known.effects.table, rows, LEAST, 3, STEP_LIMIT)
    return [time.process_time() - begin, int(np.count_nonzero(scores.any(axis=1))), int(np.count_nonzero(cut)), *_memory()]


def _memory() -> list[float]:
    """Return the most memory that this process had, and what of its present memory is no file."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return [int(status[name].split()[0]) / 1024 for name in ("VmHWM", "RssAnon")]


if __name__ == "__main__":
    main()
