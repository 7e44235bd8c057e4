"""The walk over a ``rustworkx.PyDiGraph``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import rustworkx as rx

from benchmarks.interest.library_walk import LibraryWalk, Way

__all__ = ["RustworkxWalk"]


class RustworkxWalk(LibraryWalk):
    """Adjacency as rustworkx gives it: lists made for each call."""

    def _load(self, count: int, relations: Iterable[tuple[int, int, Way]]) -> None:
        self._graph: rx.PyDiGraph[int, Way] = rx.PyDiGraph(multigraph=True)
        self._graph.add_nodes_from(list(range(count)))
        self._graph.add_edges_from(list(relations))

    def _out(self, node: int) -> Iterable[tuple[int, Way]]:
        return ((target, way) for _, target, way in self._graph.out_edges(node))

    def _into(self, node: int) -> Iterable[tuple[int, Way]]:
        return ((source, way) for source, _, way in self._graph.in_edges(node))

    def _between(self, source: int, target: int) -> Sequence[Way]:
        return self._graph.get_all_edge_data(source, target) if self._graph.has_edge(source, target) else ()
