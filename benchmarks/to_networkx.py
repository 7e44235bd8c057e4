"""A graph as networkx: ours beside bare ``add_edges_from`` with the same attributes, and beside rdflib's converter.

python -m benchmarks.to_networkx --statements 1e6

Each is done several times in turn in one process, and the medians of the processor's time are compared. The bare one
is given its nodes and edges, attributes and all, as lists that stand ready; rdflib's converter a graph of the direct
triples, which has no attributes at all.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import networkx as nx
import rdflib
from rdflib.extras.external_graph_libs import rdflib_to_networkx_multidigraph

from cuibono.graph.generation import generated_columns
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.networkx import to_networkx
from cuibono.schema import Vocabulary


def seconds(work: Callable[[], Any]) -> float:
    """Return the processor's time that work takes, its result dropped."""
    gc.collect()
    begin = time.process_time()
    result = work()
    taken = time.process_time() - begin
    del result
    return taken


def bare(nodes: list[Any], edges: list[Any]) -> nx.MultiDiGraph[str]:
    """Return a graph of what stands ready, as anybody would make it."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    return graph


def direct_triples(graph: nx.MultiDiGraph[str]) -> rdflib.Graph:
    """Return what the edges say as triples."""
    triples, relation = rdflib.Graph(), rdflib.Namespace("https://w3id.org/cuibono/ns#")
    iris = {node: rdflib.URIRef(node) for node in graph}
    for start, end, data in graph.edges(data=True):
        triples.add((iris[start], relation[data["predicate"]], iris[end]))
    return triples


def compared(snapshot: Snapshot, found: nx.MultiDiGraph[str], attributes: list[str] | None, rounds: int) -> tuple[float, float]:
    """Return how many edges a second `to_networkx` makes, and ``add_edges_from`` of the same edges."""
    nodes, edges = list(found.nodes(data=True)), list(found.edges(keys=True, data=True))
    ours, bares = [], []
    for _ in range(rounds):
        ours.append(seconds(lambda: to_networkx(snapshot, attributes=attributes)))
        bares.append(seconds(lambda: bare(nodes, edges)))
    return len(edges) / statistics.median(ours), len(edges) / statistics.median(bares)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=float, default=1e6)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    snapshot = Snapshot.of(Base(generated_columns(int(options.statements))), Vocabulary.bundled())
    found = to_networkx(snapshot)
    print(f"{len(snapshot.statements):,} statements: {len(found):,} nodes, {found.number_of_edges():,} edges")
    full = compared(snapshot, found, None, options.rounds)
    lean = compared(snapshot, to_networkx(snapshot, attributes=["predicate"]), ["predicate"], options.rounds)
    triples = direct_triples(found)
    del found
    peers = [seconds(lambda: rdflib_to_networkx_multidigraph(triples)) for _ in range(options.rounds)]
    peer = len(triples) / statistics.median(peers)
    print(f"{'':<26} {'to_networkx':>12} {'add_edges_from':>16} {'ratio':>7} {'rdflib':>9} {'ratio':>7}")
    for name, (ours, theirs) in {"all attributes": full, "predicate only": lean}.items():
        figures = (
            f"{ours / 1000:8.0f} k/s {theirs / 1000:12.0f} k/s {ours / theirs:7.2f} {peer / 1000:5.0f} k/s {ours / peer:7.2f}"
        )
        print(f"{name:<26} {figures}")


if __name__ == "__main__":
    main()
