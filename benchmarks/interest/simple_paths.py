"""What users of a graph library would write: all simple paths from the actor to the target, each weighed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

import networkx as nx
import rustworkx as rx

from benchmarks.interest.library_walk import Question
from benchmarks.interest.networkx_peer import NetworkxWalk
from benchmarks.interest.rustworkx_peer import RustworkxWalk

__all__ = ["NetworkxPaths", "RustworkxPaths"]


def _edge_paths(graph: nx.MultiDiGraph[int], question: Question, hops: int) -> Iterator[list[tuple[int, int, int]]]:
    # The stubs know of edges without keys alone.
    yield from nx.all_simple_edge_paths(graph, question.actor, question.target, cutoff=hops)  # type: ignore[misc]


class NetworkxPaths(NetworkxWalk):
    """By ``networkx.all_simple_edge_paths``."""

    def _walk(self, question: Question, hops: int) -> None:
        for edges in _edge_paths(self._graph, question, hops):
            if self._passes(node for node, _, _ in edges[1:]):
                self._weigh(question, [self._graph.edges[edge]["way"] for edge in edges])


class RustworkxPaths(RustworkxWalk):
    """By ``rustworkx.all_simple_paths``, which gives the entities of each path, as often as there are relations."""

    def _walk(self, question: Question, hops: int) -> None:
        paths = rx.all_simple_paths(self._graph, question.actor, question.target, cutoff=hops + 1)
        for nodes in {tuple(path) for path in paths}:
            if self._passes(nodes[1:-1]):
                for ways in product(*(self._between(*ends) for ends in pairwise(nodes))):
                    self._weigh(question, ways)
