"""Large files of our own model: cuibono's checked import beside Oxigraph's bulk loader and rdflib, on the same quads.

Each way runs in a process of its own: into an empty store, and into one that holds another graph of the same size; from
N-Quads and from Turtle. Oxigraph's loader checks nothing, and is given N-Quads: of Turtle it makes triples of no named graph,
which take half the indexes (shown as ``triples``). rdflib loads into memory; with the checks, which pySHACL makes by the same
shapes, on a small part.
Of memory, two sizes are told: what the process held at most, and what of it
was anonymous, its children's included: pages of files that are mapped are the system's to take back.

python -m benchmarks.bulk_import --statements 100000
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import rdflib

import cuibono
from benchmarks.processes import Run, apart, measured
from cuibono.graph.build.shapes import shape_problems
from cuibono.graph.generation import generated_columns
from cuibono.graph.progress import Step
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import encoded
from cuibono.schema import Vocabulary

_RDFLIB_QUADS = 200_000
_SHAPED_STATEMENTS = 100
_PHASES: list[tuple[float, str]] = []
_KINDS = {"empty": "an empty store", "filled": "a store of as many"}
_FORMATS = {"nq": ox.RdfFormat.N_QUADS, "ttl": ox.RdfFormat.TURTLE}


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
    folder.mkdir(exist_ok=True)
    ox.Store(str(folder / "oxigraph")).bulk_load(path=str(path), format=_FORMATS[path.suffix[1:]])


def by_cuibono(path: Path, folder: Path) -> None:
    """Load, check, note where it comes from, derive, and keep the read model."""
    with cuibono.open(folder) as kg:
        kg.import_rdf(path, progress=_tell)


def _tell(told: Step | str) -> None:
    """Keep when something else begins to be done."""
    doing = told.what if isinstance(told, Step) else told.partition(":")[0]
    if not _PHASES or _PHASES[-1][1] != doing:
        _PHASES.append((time.monotonic(), doing))


def by_rdflib(path: Path, folder: Path) -> None:  # noqa: ARG001
    """Load into rdflib's memory, nothing checked."""
    rdflib.Dataset().parse(str(path), format="nquads")


def by_shapes(path: Path, folder: Path) -> None:
    """Load into rdflib's memory, and check by pySHACL with the shapes that say what the import demands."""
    by_rdflib(path, folder)
    assert not shape_problems(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS), Vocabulary.bundled())


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "oxigraph": by_oxigraph,
    "triples": by_oxigraph,
    "cuibono": by_cuibono,
    "rdflib": by_rdflib,
    "rdflib and pySHACL": by_shapes,
}


def _run(way: str, path: Path, beside: Path, filled: Path | None) -> Run:
    """Run one way in a process of its own, into a store that is empty or a copy of another."""
    with tempfile.TemporaryDirectory(dir=beside) as folder:
        store = Path(folder) / "store"
        if filled is not None:
            shutil.copytree(filled, store, copy_function=_linked)
        return apart("benchmarks.bulk_import", "--way", way, "--file", path, "--folder", store)


def _by_phase(run: Run) -> dict[str, int]:
    """Return the anonymous memory at most, in MiB, by what was being done, as an import tells it."""
    phases: dict[str, int] = {}
    for (begin, doing), (end, _) in pairwise([*run.found, (float("inf"), "")]):
        phases[doing] = max([phases.get(doing, 0), *(size for when, size in run.memory if begin <= when < end)])
    return phases


def _linked(source: str, target: str) -> None:
    """Copy a file; a table of RocksDB's, which never changes, is linked."""
    if source.endswith(".sst"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def _phases(way: str, path: Path, folder: Path) -> list[tuple[float, str]]:
    """Run one way here, and return what it told."""
    WAYS[way](path, folder)
    return _PHASES


def shown(title: str, quads: int, runs: dict[str, list[Run]]) -> None:
    """Print how ways compare with the first of them."""
    print(title)
    first = next(iter(runs.values()))
    for way, found in runs.items():
        share = statistics.median(one.seconds / other.seconds for one, other in zip(first, found, strict=True))
        worked = statistics.median(
            one.processor_seconds / other.processor_seconds for one, other in zip(first, found, strict=True)
        )
        seconds = statistics.median(run.seconds for run in found)
        peak, anonymous = max(run.peak for run in found), max(run.anonymous for run in found)
        print(
            f"  {way:<10} {quads / seconds:>10,.0f} quads/s  {share:5.2f} × Oxigraph by the clock, "
            f"{worked:5.2f} × by processor time  {peak:>6,} MiB, {anonymous:>6,} MiB anonymous",
            flush=True,
        )
        phases = [_by_phase(run) for run in found]
        for doing in phases[0]:
            print(f"    {doing}: {max(each.get(doing, 0) for each in phases):,} MiB anonymous at most", flush=True)


def inputs(folder: Path, count: int) -> tuple[int, dict[str, Path], Path]:
    """Write a graph as N-Quads and Turtle, and a store that holds another; return the quads, the files and the store."""
    files = {name: folder / f"graph.{name}" for name in _FORMATS}
    quads = written(files["nq"], count)
    with files["ttl"].open("wb") as target:
        ox.serialize((quad.triple for quad in _in_order(files["nq"])), target, ox.RdfFormat.TURTLE)
    other = folder / "other.nq"
    with files["nq"].open("rb") as source, other.open("wb") as target:
        target.writelines(line.replace(b"<https://example.org/", b"<https://example.net/") for line in source)
    with cuibono.open(folder / "filled") as kg:
        kg.import_rdf(other)
    other.unlink()
    return quads, files, folder / "filled"


def _in_order(path: Path) -> Iterator[ox.Quad]:
    yield from ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS)


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=["nq", "ttl"], help="one syntax only")
    parser.add_argument("--kinds", nargs="+", choices=list(_KINDS), default=list(_KINDS), help="of stores")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        measured(lambda: _phases(options.way, options.file, options.folder))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quads, files, filled = inputs(folder, options.statements)
        size = files["nq"].stat().st_size / 1e6
        print(f"{options.statements:,} statements, {quads:,} quads, {size:,.0f} MB of N-Quads", flush=True)
        rates: dict[str, float] = {}
        for ending, path in files.items():
            for kind in options.kinds:
                store = filled if kind == "filled" else None
                if options.only in (None, ending):
                    ways = ["oxigraph", "cuibono", *(["triples"] if ending == "ttl" else [])]
                    runs: dict[str, list[Run]] = {way: [] for way in ways}
                    for _ in range(options.runs):
                        for way, found in runs.items():
                            found.append(_run(way, files["nq"] if way == "oxigraph" else path, folder, store))
                    title = f"{'N-Quads' if ending == 'nq' else 'Turtle'} into {_KINDS[kind]}"
                    shown(title, quads, runs)
                    rates[title] = quads / statistics.median(run.seconds for run in runs["cuibono"])
        small = folder / "small.nq"
        with files["nq"].open("rb") as source, small.open("wb") as target:
            few = sum(1 for line, _ in zip(source, range(_RDFLIB_QUADS), strict=False) if target.write(line))
        beside_rdflib("rdflib", small, few, rates, options.runs)
        beside_rdflib("rdflib and pySHACL", small, written(small, _SHAPED_STATEMENTS), rates, 1)


def beside_rdflib(way: str, path: Path, quads: int, rates: dict[str, float], runs: int) -> None:
    """Print how many times as fast as rdflib we are."""
    rate = quads / statistics.median(_run(way, path, path.parent, None).seconds for _ in range(runs))
    print(f"{way}, in memory, {quads:,} quads: {rate:,.0f} quads/s", flush=True)
    for title, ours in rates.items():
        print(f"  cuibono, {title}: {ours / rate:,.1f} × as fast", flush=True)


if __name__ == "__main__":
    main()
