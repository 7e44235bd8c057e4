"""Conflicts of interest on one generated graph, in one run: the compiled engine, a C loop, DuckDB, networkx, rustworkx and
SPARQL, which must all find the same.

python -m benchmarks.interest --statements 1000000
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from benchmarks.interest.c_peer import CLoop
from benchmarks.interest.engine_peer import EnginePeer, answers_of, first_call
from benchmarks.interest.library_walk import LibraryWalk
from benchmarks.interest.networkx_peer import NetworkxWalk
from benchmarks.interest.problem import Answers, Problem, by_key, problem_of
from benchmarks.interest.report import check, distribution, heading, line, repeated, timed
from benchmarks.interest.rustworkx_peer import RustworkxWalk
from benchmarks.interest.snapshots import in_arrays, in_store
from benchmarks.interest.sparql_peers import OxigraphPeer, RdflibPeer, SparqlPeer, write_triples
from cuibono.graph.export.parquet import write_parquet
from cuibono.graph.generation import generated_columns
from cuibono.graph.interest.bulk import Limits, bulk_conflicts
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary

HOPS = (2, 3)
OXIGRAPH_STATEMENTS, RDFLIB_STATEMENTS = 20_000, 1_000


class Run:
    """One graph and what all are asked of it.

    Attributes
    ----------
    actors : array of int32
        A sample of those who hold stances.
    """

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options, self.folder, self.tables = options, folder, folder / "tables"
        self.columns, seconds, _ = timed(lambda: generated_columns(options.statements))
        line(f"generate {options.statements:,} statements", f"{seconds:,.1f} s")
        write_parquet(self.columns, Vocabulary.bundled(), self.tables)
        self.problem: Problem = problem_of(self.tables)
        holders = np.unique(self.problem.effects["actor"])
        chosen = random.Random(1).sample(range(len(holders)), min(options.actors, len(holders)))
        self.actors: NDArray[np.int32] = holders[sorted(chosen)]
        self.rows = self.problem.of_actors(self.actors)
        self.names = [str(self.problem.effects["actor_iri"][rows[0]]) for rows in self.rows]
        self.engine = EnginePeer(Snapshot.of(Base(self.columns), Vocabulary.bundled()))
        self.loop = CLoop(self.problem)
        line("relations of interest, each direction counted", f"{len(self.problem.edges['weight']):,}")
        line("stances and what each touches", f"{len(self.problem.effects['actor']):,}")
        self.engine.found(self.names[0], 3)

    # ── all conflicts ──────────────────────────────────────────────────────────────────────────────────

    def all_conflicts(self, hops: int) -> None:
        """Print how long all conflicts take."""
        heading(f"All conflicts, {hops} hops")
        every = np.arange(len(self.problem.effects["actor"]))
        asked = self.loop.asked(every)
        scores, clock, limit = timed(lambda: self.loop.scores(asked, hops))
        wanted = by_key(self.problem, every, scores)
        line("C loop, one thread", _seconds(clock, limit, limit))
        both, clock, processor = timed(lambda: self.loop.scores_by_threads(asked, hops, os.cpu_count() or 1))
        check("the C loop by threads", by_key(self.problem, every, both), wanted)
        line(f"C loop, {os.cpu_count()} threads", _seconds(clock, processor, limit))
        question = self.engine.question(None)
        _, clock, processor = timed(lambda: self.engine.kernel(question, hops))
        line("compiled engine, kernels, one thread", _seconds(clock, processor, limit))
        _, clock, processor = timed(lambda: self.engine.ordered(None, hops))
        line("compiled engine, found and in order, made when reached", _seconds(clock, processor, limit))
        found, clock, processor = timed(lambda: self.engine.found(None, hops))
        check("the compiled engine", answers_of(found), wanted)
        line("compiled engine, each made, with statements and sentences", _seconds(clock, processor, limit))
        output = self.folder / "found.parquet"
        limits = Limits(self.options.memory, str(self.folder))
        _, clock, processor = timed(partial(bulk_conflicts, self.tables, output, max_hops=hops, limits=limits))
        rows = duckdb.sql(f"SELECT actor, target, stance, coalesce(bearing, ''), alignment, strength FROM '{output}'").fetchall()
        check("DuckDB", {(a, t, s, b): (alignment, strength) for a, t, s, b, alignment, strength in rows}, wanted)
        line("DuckDB over Parquet, findings as Parquet", _seconds(clock, processor, limit))
        line("findings, the same from all", f"{len(wanted):,}")

    # ── one actor ──────────────────────────────────────────────────────────────────────────────────────

    def one_actor(self, hops: int) -> None:
        """Print how long the findings of one actor take."""
        heading(f"One actor, {hops} hops: {len(self.actors)} actors sampled from those who hold stances")
        asked = [self.loop.asked(rows) for rows in self.rows]
        line("C loop", distribution(repeated(lambda question: self.loop.scores(question, hops), asked)))
        questions = [self.engine.question(name) for name in self.names]
        line("compiled engine, kernels", distribution(repeated(lambda question: self.engine.kernel(question, hops), questions)))
        mine = repeated(lambda name: self.engine.found(name, hops), self.names)
        line("compiled engine, findings with statements and sentences", distribution(mine))
        wanted = [by_key(self.problem, rows, self.loop.scores(self.loop.asked(rows), hops)) for rows in self.rows]
        for name, right in zip(self.names, wanted, strict=True):
            check("the compiled engine", answers_of(self.engine.found(name, hops)), right)
        for kind in (RustworkxWalk, NetworkxWalk):
            self._library(kind(self.problem), kind.__name__.removesuffix("Walk").lower(), hops, wanted, mine)

    def _library(self, peer: LibraryWalk, name: str, hops: int, wanted: list[Answers], mine: list[float]) -> None:
        some = range(0, len(self.rows), max(len(self.rows) // self.options.slow_actors, 1))
        times = []
        for place in some:
            scores, clock, _ = timed(partial(peer.scores, self.rows[place], hops))
            check(name, by_key(self.problem, self.rows[place], scores), wanted[place])
            times.append(clock)
        self._beside(name, times, [mine[place] for place in some])

    def _beside(self, name: str, times: list[float], mine: list[float]) -> None:
        """Print the times of a slow peer, for some of the actors, beside ours for the same."""
        line(f"{name}, {len(times)} of the actors", distribution(times))
        holders = len(np.unique(self.problem.effects["actor"]))
        line("", _ratios(times, mine))
        line("", f"all conflicts, scaled from these: {statistics.mean(times) * holders:,.0f} s")


def sparql_beside(kind: type[SparqlPeer], statements: int, all_hops: Sequence[int], options: argparse.Namespace) -> None:
    """Print how long one SPARQL query takes for one actor, on a graph that its engine can answer of."""
    name = kind.__name__.removesuffix("Peer")
    with tempfile.TemporaryDirectory() as folder:
        tables, triples = Path(folder) / "tables", Path(folder) / "statements.nt"
        columns = generated_columns(statements)
        write_parquet(columns, Vocabulary.bundled(), tables)
        write_triples(tables, triples)
        engine = EnginePeer(Snapshot.of(Base(columns), Vocabulary.bundled()))
        holders = sorted(set(problem_of(tables).effects["actor_iri"].tolist()))
        actors = random.Random(1).sample(holders, 5)
        peer = kind(triples)
        for hops in all_hops:
            heading(f"SPARQL on {name}, {hops} hops, one actor, {statements:,} statements without their evidence")
            results = peer.timed(actors, hops, options.patience)
            for actor, (_, found) in zip(actors, results, strict=True):
                if found is not None:
                    check(name, found, answers_of(engine.found(actor, hops)))
            times, mine = [seconds for seconds, _ in results], repeated(partial(engine.found, hops=hops), actors)
            line(f"{name}, {len(actors)} actors", distribution(times))
            line("", _ratios(times, mine))
            late = sum(found is None for _, found in results)
            line("", f"{late} of them without an answer after {options.patience:g} s: they count so much")


def _ratios(times: list[float], mine: list[float]) -> str:
    ratios = statistics.median(times) / statistics.median(mine), statistics.mean(times) / statistics.mean(mine)
    return "{:,.0f} (medians), {:,.0f} (means) times our findings".format(*ratios)


def _seconds(clock: float, processor: float, limit: float) -> str:
    return f"{clock:8.2f} s by the clock, {processor:8.2f} s of processors, {processor / limit:8.1f} × C"


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--actors", type=int, default=500, help="how many are asked for one at a time")
    parser.add_argument("--slow-actors", type=int, default=20, help="how many of them the slow peers are asked for")
    parser.add_argument("--patience", type=float, default=30, help="seconds that SPARQL may take for one")
    parser.add_argument("--memory", default="4GB", help="what DuckDB may take")
    parser.add_argument("--without", nargs="*", default=[], choices=["sparql", "snapshots"], help="what to leave out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        heading("The graph")
        run = Run(options, folder)
        for hops in HOPS:
            run.all_conflicts(hops)
        for hops in HOPS:
            run.one_actor(hops)
        if "snapshots" not in options.without:
            heading("The read model")
            for figure in (*in_arrays(run.columns, folder, run.names[0]), *in_store(min(options.statements, 50_000))):
                line(*figure)
            heading("The first question of a process, beyond the second")
            line("compiled code from the cache on disk", f"{first_call(None):,.2f} s")
            line("compiled anew", f"{first_call(str(folder / 'cache')):,.1f} s")
        if "sparql" not in options.without:
            sparql_beside(OxigraphPeer, min(options.statements, OXIGRAPH_STATEMENTS), (2, 3), options)
            sparql_beside(RdflibPeer, min(options.statements, RDFLIB_STATEMENTS), (1, 2), options)


if __name__ == "__main__":
    main()
