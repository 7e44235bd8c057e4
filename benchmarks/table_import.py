"""A large table into an empty store, with a source a row: by cuibono, beside the same graph as N-Quads and what only loads.

``.venv/bin/python -m benchmarks.table_import --statements 100000``. Each way runs in a process of its own; quads a second are by
the clock, and shares are medians of ratios within one round, by the clock and by the time that all processors worked, those of
processes that were started included. ``--whole`` tells of the run that makes the N-Quads, too, where one run takes long.
"""

from __future__ import annotations

import argparse
import csv
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyoxigraph as ox
import rdflib
from pyarrow import parquet

import cuibono
from benchmarks.processes import Run, apart, measured

COLUMNS = ("owner id", "owner", "kind", "company id", "company", "share", "since", "filing")
MAPPING = """\
base: https://example.org/register/
name: owners
document: {title: Register of owners, publisher: The Registry, retrieved: 2024-06-01}
source: {url: "{filing}", title: "Filing of {company | collapse}"}
lookups:
  kinds: {individual: Person, corporate: Company}
entities:
  owner: {type: "{kind | lower | lookup kinds}", key: "{owner id}", label: "{owner | collapse}"}
  company: {type: Company, key: "{company id}", label: "{company | collapse}"}
statements:
  - subject: owner
    predicate: owns
    object: company
    valid-from: "{since | date %d/%m/%Y}"
    attributes: {share: "{share | number | divide 100}"}
"""
_PEERS = ("oxigraph", "n-quads", "rdflib")
_RDFLIB_QUADS = 200_000
_BATCH = 10_000


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a register: owners with about three companies, companies with about four owners."""
    draw = random.Random(1)
    for number in range(count):
        owner, company = number % (count // 3 + 1), draw.randrange(count // 4 + 1)
        yield (
            f"P{owner}",
            f" Owner  {owner}",
            "Individual" if owner % 2 else "corporate",
            f"C{company:07}",
            f"Company {company}",
            f"{draw.randrange(1, 100)},5 %",
            f"{draw.randrange(1, 29):02}/{draw.randrange(1, 13):02}/{draw.randrange(1990, 2024)}",
            f"https://registry.example.org/filing/{number}",
        )


def written(folder: Path, count: int) -> None:
    """Write the register as CSV and as Parquet, and the mapping."""
    (folder / "owners.map.yaml").write_text(MAPPING, encoding="utf-8")
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    with (folder / "owners.csv").open("w", newline="") as file, parquet.ParquetWriter(folder / "owners.parquet", schema) as table:
        plain = csv.writer(file)
        plain.writerow(COLUMNS)
        some: list[tuple[str, ...]] = []
        for number, row in enumerate(rows(count), 1):
            plain.writerow(row)
            some.append(row)
            if len(some) == _BATCH or number == count:
                columns = [pa.array(column) for column in zip(*some, strict=True)]
                table.write_batch(pa.record_batch(columns, schema=schema))
                some = []


def by_csv(folder: Path, store: Path) -> None:
    """Read, check, gather, load, derive, and keep the read model."""
    _imported(folder, store, "owners.csv")


def by_parquet(folder: Path, store: Path) -> None:
    """Do the same with Parquet."""
    _imported(folder, store, "owners.parquet")


def _imported(folder: Path, store: Path, name: str) -> None:
    marks: list[tuple[str, float]] = []
    with cuibono.open(store) as kg:
        kg.import_table(
            folder / name,
            folder / "owners.map.yaml",
            progress=lambda step: marks.append(
                (str(step).partition(" ")[2] if "rows" in str(step) else str(step), time.perf_counter())
            ),
        )
    first, last = marks[0][1], next(at for what, at in marks if what == "reading")
    print(f"reading {last - first:.1f} s", file=sys.stderr)


def by_nquads(folder: Path, store: Path) -> None:
    """Load the same graph from N-Quads, checked."""
    with cuibono.open(store) as kg:
        kg.import_rdf(folder / "graph.nq")


def by_oxigraph(folder: Path, store: Path) -> None:
    """Load the same quads by Oxigraph's bulk loader, nothing checked."""
    ox.Store(str(store)).bulk_load(path=str(folder / "graph.nq"), format=ox.RdfFormat.N_QUADS)


def by_rdflib(folder: Path, store: Path) -> None:  # noqa: ARG001
    """Load the first of the quads into rdflib's memory, nothing checked."""
    rdflib.Dataset().parse(str(folder / "small.nq"), format="nquads")


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "oxigraph": by_oxigraph,
    "n-quads": by_nquads,
    "csv": by_csv,
    "parquet": by_parquet,
    "rdflib": by_rdflib,
}


def _run(way: str, folder: Path) -> Run:
    with tempfile.TemporaryDirectory(dir=folder) as store:
        return _run_into(Path(store), way, folder)


def _run_into(store: Path, way: str, folder: Path) -> Run:
    return apart("benchmarks.table_import", "--way", way, "--folder", folder, "--store", store)


def prepared(folder: Path) -> tuple[int, int]:
    """Write the graph of the table as N-Quads, without what a load derives and notes, and return the numbers of quads."""
    store = ox.Store(str(folder / "made" / "store" / "oxigraph"))
    graphs = [ox.NamedNode(f"https://w3id.org/cuibono/graph/{name}") for name in ("statements", "documents")]
    count = few = 0
    with (folder / "graph.nq").open("w") as whole, (folder / "small.nq").open("w") as small:
        for graph in graphs:
            for quad in store.quads_for_pattern(None, None, None, graph):
                line = f"{quad} .\n"
                whole.write(line)
                count += 1
                if few < _RDFLIB_QUADS:
                    small.write(line)
                    few += 1
    return count, few


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--ways", nargs="*", default=list(WAYS), choices=WAYS)
    parser.add_argument("--whole", action="store_true", help="tell of the first run of the table, which makes the N-Quads")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--store", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        measured(lambda: WAYS[options.way](options.folder, options.store / "store"))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder, options.statements)
        first = _run_into(folder / "made", "csv", folder)
        quads, few = prepared(folder)
        shutil.rmtree(folder / "made")
        sizes = ", ".join(f"{file} {(folder / file).stat().st_size / 1e6:,.0f} MB" for file in ("owners.csv", "graph.nq"))
        print(f"{options.statements:,} rows, {quads:,} quads; {sizes}", flush=True)
        runs: dict[str, list[Run]] = {"csv, first": [first]} if options.whole else {}
        for way in options.ways * options.runs:
            runs.setdefault(way, []).append(_run(way, folder))
    for way, found in runs.items():
        count = few if way == "rdflib" else quads
        beside = [peer for peer in _PEERS if peer in runs and peer != way]
        shares = [_share(found, runs[peer], peer, count / (few if peer == "rdflib" else quads)) for peer in beside]
        rate = count / statistics.median(run.seconds for run in found)
        rows = f"{options.statements / statistics.median(run.seconds for run in found):>7,.0f} rows/s"
        peak, anonymous = max(run.peak for run in found), max(run.anonymous for run in found)
        note = f" (on the first {few:,} quads)" if way == "rdflib" else f"{rows if way not in _PEERS else ''}"
        print(f"{way:<10} {rate:>9,.0f} quads/s  {'  '.join(shares)}  {peak:,} MiB, {anonymous:,} MiB anonymous  {note}")


def _share(found: Sequence[Run], others: Sequence[Run], peer: str, size: float) -> str:
    """Return how fast a way is beside a peer, by the clock and by processor time."""
    pairs = list(zip(found, others, strict=False))
    clock = size * statistics.median(other.seconds / run.seconds for run, other in pairs)
    worked = size * statistics.median(other.processor_seconds / run.processor_seconds for run, other in pairs)
    return f"{clock:5.2f} / {worked:4.2f} × {peer}"


if __name__ == "__main__":
    main()
