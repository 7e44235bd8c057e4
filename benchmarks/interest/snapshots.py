"""The read model: how soon it is built, opened and brought up to date, and what a statement takes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import cuibono
from cuibono.graph.generation import generated_records
from cuibono.graph.model import Claim
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.files import write_base
from cuibono.graph.snapshot.reading import read_snapshot
from cuibono.schema import Vocabulary

__all__ = ["in_arrays", "in_store"]

Figure = tuple[str, str]

_OPENED = """
import json, sys, time
from pathlib import Path
from cuibono.graph.interest.compiled import CompiledEngine
from cuibono.graph.snapshot.files import mapped_base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
folder, actor = Path(sys.argv[1]), sys.argv[2]
vocabulary, manifest = Vocabulary.bundled(), json.loads((folder / "manifest.json").read_text())
def memory():
    status = Path("/proc/self/status").read_text()
    return [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(("RssAnon", "VmHWM"))]
times, sizes = [time.perf_counter()], []
snapshot = Snapshot.of(mapped_base(manifest, folder), vocabulary)
times.append(time.perf_counter())
engine = CompiledEngine(snapshot)
times.append(time.perf_counter())
list(engine.conflicts(actor=actor, min_strength=0.1))
times.append(time.perf_counter())
list(engine.conflicts(actor=actor, min_strength=0.1))
times.append(time.perf_counter())
print(json.dumps([[b - a for a, b in zip(times, times[1:])], memory()]))
"""


def in_arrays(columns: Columns, folder: Path, actor: str) -> Iterator[Figure]:
    """Yield figures of a snapshot made of arrays, without a store behind."""
    count = len(columns.statements.iri)
    begin = time.perf_counter()
    base = Base(columns)
    indexed = time.perf_counter() - begin
    begin = time.perf_counter()
    manifest = write_base(base, folder / "graph.columns")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    written = time.perf_counter() - begin
    yield "snapshot indexed and written, from arrays", f"{count / (indexed + written):,.0f} statements a second"
    done = subprocess.run([sys.executable, "-c", _OPENED, str(folder), actor], check=True, capture_output=True, text=True)
    (opened, engine, first, second), (most, anonymous) = json.loads(done.stdout)
    yield "a saved one checked and mapped", f"{opened * 1e3:,.0f} ms"
    yield "engine over it, first question of a process", f"{engine:,.2f} s, then {first * 1e3:,.0f} ms"
    yield "the same question again", f"{second * 1e3:,.2f} ms"
    yield "memory of that process: at most; not of files", f"{most:,.0f} MB; {anonymous:,.0f} MB"
    sizes = {name: place[2] * np.dtype(place[1]).itemsize for name, place in manifest["arrays"].items()}
    texts = sum(size for name, size in sizes.items() if name.endswith(".data"))
    yield "file, a statement", f"{sum(sizes.values()) / count:,.0f} bytes, of which strings {texts / count:,.0f}"


def in_store(statements: int) -> Iterator[Figure]:
    """Yield figures of a snapshot read from a store on disk, opened, and followed by a commit."""
    with tempfile.TemporaryDirectory() as folder:
        with cuibono.open(folder) as kg:
            kg.add(*generated_records(statements))
            begin = time.perf_counter()
            read_snapshot(kg._store, Vocabulary.bundled())
            yield "snapshot from a store", f"{statements / (time.perf_counter() - begin):,.0f} statements a second"
        begin = time.perf_counter()
        with cuibono.open(folder) as kg:
            kg.info()
            yield f"opening a store of {statements:,} statements", f"{(time.perf_counter() - begin) * 1e3:,.0f} ms"
            times = []
            for number in range(20):
                begin = time.perf_counter()
                kg.add(Claim(iri=f"https://example.org/claim/new-{number}", text="New"))
                assert kg.snapshot.claims[f"https://example.org/claim/new-{number}"].text == "New"
                times.append(time.perf_counter() - begin)
            yield "a commit of one record, seen by the next question", f"{np.median(times) * 1e3:,.1f} ms, disk included"
