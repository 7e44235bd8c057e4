"""A large export into an empty store: cuibono's checked import beside Oxigraph's bulk loader and rdflib, on the same quads.

python -m benchmarks.bulk_import --statements 100000
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import rdflib

import cuibono
from cuibono.graph.generation import generated_columns
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import encoded
from cuibono.schema import Vocabulary

_RDFLIB_QUADS = 200_000


def written(path: Path, count: int) -> int:
    """Write a generated graph as N-Quads, and return how many there are."""
    snapshot = Snapshot.of(Base(generated_columns(count)), Vocabulary.bundled())
    quads = 0
    with path.open("wb") as file:
        for record in snapshot.records:
            lines = [f"{quad} .\n" for quad in encoded(record)]
            quads += len(lines)
            file.write("".join(lines).encode())
    return quads


def by_oxigraph(path: Path, folder: Path) -> None:
    """Load by Oxigraph's bulk loader, nothing checked."""
    ox.Store(str(folder)).bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)


def by_cuibono(path: Path, folder: Path) -> None:
    """Load, check, note where it comes from, derive, and keep the read model."""
    with cuibono.open(folder) as kg:
        kg.import_rdf(path)


def by_rdflib(path: Path, folder: Path) -> None:  # noqa: ARG001
    """Load into rdflib's memory, nothing checked."""
    rdflib.Dataset().parse(str(path), format="nquads")


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "oxigraph": by_oxigraph,
    "cuibono": by_cuibono,
    "rdflib": by_rdflib,
}


def apart(way: str, path: Path) -> tuple[float, int]:
    """Run one way in a process of its own, and return its seconds and its peak of memory in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.bulk_import", "--way", way, "--file", str(path), "--folder", folder]
        seconds, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), int(peak)


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        begin = time.perf_counter()
        WAYS[options.way](options.file, options.folder / "store")
        seconds = time.perf_counter() - begin
        print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "graph.nq", Path(folder) / "small.nq"
        quads = written(path, options.statements)
        with path.open("rb") as source, small.open("wb") as target:
            few = sum(1 for line, _ in zip(source, range(_RDFLIB_QUADS), strict=False) if target.write(line))
        print(f"{options.statements:,} statements, {quads:,} quads, {path.stat().st_size / 1e6:,.0f} MB of N-Quads")
        rates: dict[str, list[float]] = {way: [] for way in WAYS}
        peaks = dict.fromkeys(WAYS, 0)
        for _ in range(options.runs):
            for way in WAYS:
                seconds, peak = apart(way, small if way == "rdflib" else path)
                rates[way].append((few if way == "rdflib" else quads) / seconds)
                peaks[way] = max(peaks[way], peak)
    for way, found in rates.items():
        share = statistics.median(one / other for one, other in zip(found, rates["oxigraph"], strict=True))
        note = f" (on the first {few:,} quads)" if way == "rdflib" else ""
        print(f"{way:<10} {statistics.median(found):>10,.0f} quads/s  {share:5.2f} × Oxigraph  {peaks[way]:>6,} MiB{note}")


if __name__ == "__main__":
    main()
