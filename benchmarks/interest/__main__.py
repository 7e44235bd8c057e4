"""Conflicts of interest on a generated graph: the compiled engine beside DuckDB's joins and the reference engine.

python -m benchmarks.interest --statements 100000
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from cuibono.graph.export.parquet import write_parquet
from cuibono.graph.generation import generated_columns
from cuibono.graph.interest.bulk import Limits, bulk_conflicts
from cuibono.graph.interest.compiled import CompiledEngine
from cuibono.graph.interest.engines import Engine
from cuibono.graph.interest.reference import ReferenceEngine
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary

_Result = TypeVar("_Result")

_REFERENCE_STATEMENTS = 1_000
_LEAST = 0.1


def timed(label: str, work: Callable[[], _Result]) -> tuple[_Result, float]:
    """Return what work gives and how many seconds it took, and print them."""
    begin = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - begin
    print(f"{label:<58} {seconds:10.3f} s")
    return result, seconds


def one_actor(engine: CompiledEngine, actors: list[str]) -> None:
    """Print how long the findings of one actor take, statements and sentences included."""
    times = []
    for actor in actors:
        begin = time.perf_counter()
        list(engine.conflicts(actor=actor, min_strength=_LEAST))
        times.append((time.perf_counter() - begin) * 1e6)
    times.sort()
    figures = statistics.median(times), statistics.mean(times), times[int(len(times) * 0.99)]
    print("findings of one actor: median {:.0f} µs, mean {:.0f} µs, p99 {:.0f} µs".format(*figures), f"({len(times)} actors)")


def all_conflicts(engine: CompiledEngine, snapshot: Snapshot, max_hops: int, memory: str) -> None:
    """Print how long all conflicts take, findings included, and how long DuckDB takes to the same rows."""
    ours, seconds = timed(f"all conflicts, {max_hops} hops: compiled engine", partial(_counted, engine, max_hops))
    with tempfile.TemporaryDirectory() as folder:
        tables, found = Path(folder) / "tables", Path(folder) / "found.parquet"
        write_parquet(snapshot.columns, snapshot.vocabulary, tables)
        work = partial(bulk_conflicts, tables, found, max_hops=max_hops, min_strength=_LEAST, limits=Limits(memory))
        _, peer = timed(f"all conflicts, {max_hops} hops: DuckDB", work)
    print(f"  {ours:,} findings; DuckDB takes {peer / seconds:.1f} times as long")


def _counted(engine: Engine, max_hops: int) -> int:
    return sum(1 for _ in engine.conflicts(max_hops=max_hops, min_strength=_LEAST))


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--memory", default="4GB", help="what DuckDB may take")
    options = parser.parse_args()
    vocabulary = Vocabulary.bundled()

    columns, _ = timed(f"generate {options.statements:,} statements", lambda: generated_columns(options.statements))
    snapshot, _ = timed("index them as a snapshot", lambda: Snapshot.of(Base(columns), vocabulary))
    engine, _ = timed("make the compiled engine", lambda: CompiledEngine(snapshot))
    sample = random.Random(1).sample(sorted({s.subject for s in _stances(snapshot)}), 500)
    timed("first question, compiled code from the cache on disk", lambda: list(engine.conflicts(actor=sample[0])))
    one_actor(engine, sample)
    for max_hops in (2, 3):
        all_conflicts(engine, snapshot, max_hops, options.memory)
    small = Snapshot.of(Base(generated_columns(_REFERENCE_STATEMENTS)), vocabulary)
    for name, made in (("reference", ReferenceEngine(small)), ("compiled", CompiledEngine(small))):
        work = partial(_counted, made, 3)
        timed(f"all conflicts, 3 hops, {_REFERENCE_STATEMENTS:,} statements: {name} engine", work)


def _stances(snapshot: Snapshot) -> list[Statement]:
    relations = {relation.iri for relation in snapshot.vocabulary.relations.values() if relation.stance}
    return [s for s in snapshot.statements.values() if s.predicate in relations]


if __name__ == "__main__":
    main()
