"""The read model: how soon it is built, opened and brought up to date, and what a statement takes."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import cuibono
from benchmarks.interest.opening import make
from benchmarks.interest.report import heading
from cuibono.graph.dates import PartialDate
from cuibono.graph.generation import generated_records, write_generated
from cuibono.graph.model import Basis, Entity, Statement, proposition, statement_iri
from cuibono.graph.snapshot.columns import Columns

__all__ = ["in_arrays", "in_store"]

Figure = tuple[str, str]

_IN_MEMORY = 50_000


def in_arrays(columns: Columns, folder: Path, actor: str) -> Iterator[Figure]:
    """Yield figures of a snapshot made of arrays, without a store behind."""
    count = len(columns.statements.iri)
    seconds, size = make(columns, folder)
    yield "snapshot indexed and written, from arrays", f"{count / seconds:,.0f} statements a second"
    command = [sys.executable, "-m", "benchmarks.interest.opening", str(folder), actor]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures = json.loads(done.stdout)
    opened, engine, first, second = figures["seconds"]
    yield "a saved one checked and mapped", f"{opened * 1e3:,.0f} ms"
    yield "engine over it, first question of a process", f"{engine:,.2f} s, then {first * 1e3:,.0f} ms"
    yield "the same question again", f"{second * 1e3:,.2f} ms"
    yield "memory of that process: at most; not of files", "{:,.0f} MB; {:,.0f} MB".format(*figures["megabytes"])
    yield "file, a statement, strings aside", f"{size / count:,.0f} bytes"


def in_store(kept: Path | None, statements: int) -> Iterator[Figure]:
    """Yield figures of a snapshot read from a store on disk, opened, and followed by commits.

    Parameters
    ----------
    kept : Path, optional
        Where the store is, or is to be made; a directory that is gone afterwards unless given.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = kept or Path(scratch) / "store"
        if not folder.exists():
            yield from _store_made(folder, statements)
        command = [sys.executable, "-m", "benchmarks.interest.store_reading", str(folder)]
        read = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        heading(f"The read model, from a store of {read['statements']:,} statements on disk")
        rates = (read["statements"] / read[kind] for kind in ("clock", "processor"))
        yield "snapshot read from it", "{:,.0f} statements a second by the clock, {:,.0f} of processors".format(*rates)
        yield "memory of that process at most", f"{read['megabytes']:,.0f} MB"
        begin, begun = time.perf_counter(), time.process_time()
        with cuibono.open(folder) as kg:
            actor = next(iter(kg.snapshot.entities))
            opened = (time.perf_counter() - begin) * 1e3, (time.process_time() - begun) * 1e3
            yield "that store opened, with its saved snapshot", _milliseconds(*opened)
            yield "one statement more, seen by the next question, disk included", _milliseconds(*_commit(kg, actor))
    in_memory = min(read["statements"], _IN_MEMORY)
    with cuibono.open() as kg:
        kg.add(*generated_records(in_memory))
        actor = next(iter(kg.snapshot.entities))
        yield f"the same in memory, {in_memory:,} statements", _milliseconds(*_commit(kg, actor))


def _store_made(folder: Path, statements: int) -> Iterator[Figure]:
    heading(f"A store of {statements:,} statements on disk is made")
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        file = Path(scratch) / "graph.nq"
        write_generated(file, statements)
        begin = time.perf_counter()
        with cuibono.open(folder) as kg:
            kg.import_rdf(file)
        yield "its N-Quads imported", f"{time.perf_counter() - begin:,.0f} s"


def _milliseconds(clock: float, processor: float) -> str:
    return f"{clock:,.1f} ms by the clock, {processor:,.1f} of processors"


def _commit(kg: cuibono.KnowledgeGraph, actor: str) -> tuple[float, float]:
    """Return the medians of milliseconds, by the clock and of processors, that a statement takes to be added and seen."""
    vocabulary = kg.vocabulary
    rival = Entity(iri=f"{actor}-rival-{uuid.uuid4().hex}", type=kg.snapshot.entities[actor].type, label="R")
    kg.add(rival)
    ground = next(iter(kg.snapshot.statements))
    clock, processor = [], []
    for year in range(1900, 1920):
        key, day = proposition(vocabulary.relation("competesWith"), actor, rival.iri), PartialDate(str(year))
        iri = statement_iri("https://example.org/", key, speaker=None, stated_on=day, valid_from=None, document=None)
        made = Statement(
            iri=iri, subject=key[0], predicate=key[1], object=key[2], basis=Basis.INFERRED, stated_on=day, derived_from=(ground,)
        )
        begin, begun = time.perf_counter(), time.process_time()
        kg.add(made)
        assert kg.snapshot.statements[iri].subject == key[0]
        clock.append(time.perf_counter() - begin)
        processor.append(time.process_time() - begun)
    return statistics.median(clock) * 1e3, statistics.median(processor) * 1e3
