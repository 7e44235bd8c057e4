"""The walk over a ``networkx.MultiDiGraph``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx

from benchmarks.interest.library_walk import LibraryWalk, Way

__all__ = ["NetworkxWalk"]


class NetworkxWalk(LibraryWalk):
    """Adjacency as networkx keeps it: dictionaries of dictionaries."""

    def _load(self, count: int, relations: Iterable[tuple[int, int, Way]]) -> None:
        self._graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
        self._graph.add_nodes_from(range(count))
        self._graph.add_edges_from((source, target, {"way": way}) for source, target, way in relations)

    def _out(self, node: int) -> Iterable[tuple[int, Way]]:
        return ((there, data["way"]) for there, several in self._graph.succ[node].items() for data in several.values())

    def _into(self, node: int) -> Iterable[tuple[int, Way]]:
        return ((there, data["way"]) for there, several in self._graph.pred[node].items() for data in several.values())

    def _between(self, source: int, target: int) -> Sequence[Way]:
        return [data["way"] for data in self._graph.succ[source].get(target, {}).values()]
