"""What a process takes to open a saved snapshot and to answer of one actor: figures as JSON.

python -m benchmarks.interest.opening FOLDER ACTOR
"""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise
from pathlib import Path

from cuibono.graph.interest.compiled import CompiledEngine
from cuibono.graph.snapshot.files import mapped_base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary


def main() -> None:
    """Print seconds and megabytes."""
    folder, actor = Path(sys.argv[1]), sys.argv[2]
    vocabulary, manifest = Vocabulary.bundled(), json.loads((folder / "manifest.json").read_text())
    times = [time.perf_counter()]
    snapshot = Snapshot.of(mapped_base(manifest, folder), vocabulary)
    times.append(time.perf_counter())
    engine = CompiledEngine(snapshot)
    times.append(time.perf_counter())
    for _ in range(2):
        engine.conflicts(actor=actor, min_strength=0.1)
        times.append(time.perf_counter())
    taken = [end - begin for begin, end in pairwise(times)]
    print(json.dumps({"seconds": taken, "megabytes": _memory()}))


def _memory() -> list[float]:
    """Return the most memory that this process had, and what of its present memory is no file."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return [int(status[name].split()[0]) / 1024 for name in ("VmHWM", "RssAnon")]


if __name__ == "__main__":
    main()
