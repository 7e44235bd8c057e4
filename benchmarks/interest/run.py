"""One generated graph and what all are asked of it; those who answer in microseconds."""

from __future__ import annotations

import argparse
import os
import random
import statistics
from functools import cached_property, partial
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from benchmarks.interest.c_peer import CLoop
from benchmarks.interest.engine_peer import EnginePeer, answers_of
from benchmarks.interest.problem import Answers, Problem, by_key, problem_of
from benchmarks.interest.report import check, distribution, heading, line, repeated, timed
from cuibono.graph.export.parquet import write_parquet
from cuibono.graph.generation import generated_columns
from cuibono.graph.interest.bulk import Limits, bulk_conflicts
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary

__all__ = ["Run"]


class Run:
    """One graph and what all are asked of it.

    Attributes
    ----------
    actors : array of int32
        A sample of those who hold stances.
    rows : list of array of int64
        The effects of each of them.
    """

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        heading("The graph")
        self.options, self.folder, self.tables = options, folder, folder / "tables"
        self.columns, seconds, _ = timed(lambda: generated_columns(options.statements))
        line(f"generate {options.statements:,} statements", f"{seconds:,.1f} s")
        write_parquet(self.columns, Vocabulary.bundled(), self.tables)
        self.problem: Problem = problem_of(self.tables)
        self.holders = np.unique(self.problem.effects["actor"])
        chosen = random.Random(1).sample(range(len(self.holders)), min(options.actors, len(self.holders)))
        self.actors: NDArray[np.int32] = self.holders[sorted(chosen)]
        self.rows = self.problem.of_actors(self.actors)
        self.names = [str(self.problem.effects["actor_iri"][rows[0]]) for rows in self.rows]
        line("relations of interest, each direction counted", f"{len(self.problem.edges['weight']):,}")
        line("the same without those that another outdoes", f"{len(self.problem.fewest['weight']):,}")
        line("those who hold stances", f"{len(self.holders):,}")
        line("stances and what each touches", f"{len(self.problem.effects['actor']):,}")

    @cached_property
    def engine(self) -> EnginePeer:
        """The compiled engine, its code loaded."""
        engine = EnginePeer(Snapshot.of(Base(self.columns), Vocabulary.bundled()))
        engine.found(self.names[0], 3)
        return engine

    @cached_property
    def loop(self) -> CLoop:
        """The C loop."""
        return CLoop(self.problem)

    def seconds_for_all(self, hops: int) -> float:
        """Return the seconds that the engine takes for all conflicts, found and in order: the median of three."""
        return statistics.median(timed(lambda: self.engine.ordered(None, hops))[1] for _ in range(3))

    def wanted(self, place: int, hops: int) -> Answers:
        """Return what is right for one of the actors."""
        return by_key(self.problem, self.rows[place], self.loop.scores(self.loop.asked(self.rows[place]), hops))

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
        query = f"SELECT actor, target, stance, coalesce(bearing, ''), alignment, strength FROM '{output}'"
        rows = duckdb.execute(query).fetchall()
        check("DuckDB", {(a, t, s, b): (alignment, strength) for a, t, s, b, alignment, strength in rows}, wanted)
        line("DuckDB over Parquet, findings as Parquet", _seconds(clock, processor, limit))
        line("findings, the same from all", f"{len(wanted):,}")

    def one_actor(self, hops: int) -> None:
        """Print how long the findings of one actor take."""
        heading(f"One actor, {hops} hops: {len(self.actors)} actors sampled from those who hold stances")
        asked = [self.loop.asked(rows) for rows in self.rows]
        line("C loop", distribution(repeated(lambda question: self.loop.scores(question, hops), asked)))
        questions = [self.engine.question(name) for name in self.names]
        line("compiled engine, kernels", distribution(repeated(lambda question: self.engine.kernel(question, hops), questions)))
        mine = repeated(lambda name: self.engine.found(name, hops), self.names)
        line("compiled engine, findings with statements and sentences", distribution(mine))
        for place, name in enumerate(self.names):
            check("the compiled engine", answers_of(self.engine.found(name, hops)), self.wanted(place, hops))


def _seconds(clock: float, processor: float, limit: float) -> str:
    return f"{clock:8.2f} s by the clock, {processor:8.2f} s of processors, {processor / limit:8.1f} × C"
