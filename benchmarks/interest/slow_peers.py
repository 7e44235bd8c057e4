"""Those who are asked for some of the actors only, each with so much patience."""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.interest.engine_peer import EnginePeer, answers_of
from benchmarks.interest.networkx_peer import NetworkxWalk
from benchmarks.interest.oxigraph_peer import FlatOxigraph
from benchmarks.interest.patience import answered
from benchmarks.interest.problem import Problem, by_key, problem_of
from benchmarks.interest.report import check, distribution, heading, line, repeated, timed
from benchmarks.interest.run import Run
from benchmarks.interest.rustworkx_peer import RustworkxWalk
from benchmarks.interest.simple_paths import NetworkxPaths, RustworkxPaths
from benchmarks.interest.sparql_peers import OxigraphPeer, RdflibPeer, SparqlPeer, write_triples
from cuibono.graph.export.parquet import write_parquet
from cuibono.graph.generation import generated_columns
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary

__all__ = ["networkx", "oxigraph", "plain_sparql", "rustworkx"]

OXIGRAPH_STATEMENTS, RDFLIB_STATEMENTS = 20_000, 1_000


class Peer(Protocol):
    """What answers of one actor."""

    def scores(self, rows: NDArray[np.int64], hops: int) -> NDArray[np.float64]:
        """Return the strongest path of each sign for each of the effects of an actor."""


def rustworkx(run: Run, hops: Sequence[int]) -> None:
    """Print how long rustworkx takes: its own search for paths, and the C loop's walk written in Python over it."""
    _beside(run, RustworkxPaths, "rustworkx, all_simple_paths, each weighed", hops)
    _beside(run, RustworkxWalk, "rustworkx, the C loop's walk in Python", hops)


def networkx(run: Run, hops: Sequence[int]) -> None:
    """Print how long networkx takes: its own search for paths, and the C loop's walk written in Python over it."""
    _beside(run, NetworkxPaths, "networkx, all_simple_edge_paths, each weighed", hops)
    _beside(run, NetworkxWalk, "networkx, the C loop's walk in Python", hops)


def oxigraph(run: Run, hops: Sequence[int]) -> None:
    """Print how long SPARQL takes on Oxigraph, the query and the data made for speed."""
    _beside(run, FlatOxigraph, "SPARQL on Oxigraph, for speed, over flat relations", hops)


def _beside(run: Run, kind: Callable[[Problem], Peer], name: str, all_hops: Sequence[int]) -> None:
    heading(f"{name}, {run.options.statements:,} statements")
    peer, seconds, _ = timed(lambda: kind(run.problem))
    line("loaded", f"{seconds:,.1f} s")
    places = range(0, len(run.rows), max(len(run.rows) // run.options.slow_actors, 1))
    for hops in all_hops:
        results = answered(partial(peer.scores, hops=hops), [run.rows[place] for place in places], run.options.patience)
        for place, (_, scores) in zip(places, results, strict=True):
            if scores is not None:
                check(name, by_key(run.problem, run.rows[place], scores), run.wanted(place, hops))
        times = [seconds for seconds, _ in results]
        mine = repeated(partial(run.engine.found, hops=hops), [run.names[place] for place in places])
        line(f"{hops} hops, one actor, {len(times)} of the {len(run.actors)}", distribution(times))
        line("", _ratios(times, mine))
        line("", _late([scores for _, scores in results], run.options.patience))
        ours = run.seconds_for_all(hops)
        theirs = statistics.mean(times) * len(run.holders)
        line("", f"all conflicts, from their mean: {theirs:,.0f} s, {theirs / ours:,.0f} times ours ({ours:,.2f} s)")


def plain_sparql(options: argparse.Namespace) -> None:
    """Print how long one SPARQL query over the statements as they are stored takes, on graphs that engines can answer of."""
    _sparql_beside(OxigraphPeer, min(options.statements, OXIGRAPH_STATEMENTS), (2, 3), options)
    _sparql_beside(RdflibPeer, min(options.statements, RDFLIB_STATEMENTS), (1, 2, 3), options)


def _sparql_beside(kind: type[SparqlPeer], statements: int, all_hops: Sequence[int], options: argparse.Namespace) -> None:
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
        heading(f"SPARQL on {name}, not tuned, {statements:,} statements without their evidence")
        for hops in all_hops:
            results = answered(partial(peer.found, hops=hops), actors, options.patience)
            for actor, (_, found) in zip(actors, results, strict=True):
                if found is not None:
                    check(name, found, answers_of(engine.found(actor, hops)))
            times, mine = [seconds for seconds, _ in results], repeated(partial(engine.found, hops=hops), actors)
            line(f"{hops} hops, one actor, {len(actors)} of them", distribution(times))
            line("", _ratios(times, mine))
            line("", _late([found for _, found in results], options.patience))


def _ratios(times: Sequence[float], mine: Sequence[float]) -> str:
    ratios = statistics.median(times) / statistics.median(mine), statistics.mean(times) / statistics.mean(mine)
    return "{:,.0f} (medians), {:,.0f} (means) times our findings".format(*ratios)


def _late(answers: Sequence[Any], patience: float) -> str:
    late = sum(answer is None for answer in answers)
    if not late:
        return f"all answered within {patience:g} s each"
    return f"{late} without an answer after {patience:g} s: they count so much, so that the mean is a lower bound"
