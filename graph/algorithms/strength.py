"""Strongest paths: those whose strengths, multiplied, are the most that any path has."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import networkx as nx

__all__ = ["single_source_strongest_paths", "strongest_path", "strongest_path_strength"]

Graph = Any


def strongest_path(G: Graph, source: Any, target: Any, weight: str = "weight") -> list[Any]:  # noqa: N803
    """Return the path from source to target whose strengths, multiplied, are the greatest.

    Parameters
    ----------
    G : NetworkX graph
    source, target : node
    weight : string, optional (default: "weight")
        The edge attribute of the strength, between -1 and 1, of which the size counts; 1 where there is none. Edges
        with a strength of 0 are not walked. Of parallel edges the strongest counts.

    Returns
    -------
    list of nodes

    Raises
    ------
    NodeNotFound
        If source is not in the graph.
    NetworkXNoPath
        If there is no path.
    ValueError
        If a strength is not between -1 and 1.

    Examples
    --------
    >>> G = nx.DiGraph()
    >>> G.add_weighted_edges_from([("a", "b", 0.9), ("b", "c", 0.8), ("a", "c", 0.5)])
    >>> strongest_path(G, "a", "c")
    ['a', 'b', 'c']

    See Also
    --------
    strongest_path_strength, single_source_strongest_paths
    """
    found: list[Any] = nx.dijkstra_path(G, source, target, weight=_distance(G, weight))
    return found


def strongest_path_strength(G: Graph, source: Any, target: Any, weight: str = "weight") -> float:  # noqa: N803
    """Return the strength of the strongest path: the product of the sizes of its strengths.

    Takes and raises what `strongest_path` does.

    Examples
    --------
    >>> G = nx.DiGraph()
    >>> G.add_weighted_edges_from([("a", "b", 0.9), ("b", "c", -0.8)])
    >>> round(strongest_path_strength(G, "a", "c"), 2)
    0.72
    """
    return math.exp(-nx.dijkstra_path_length(G, source, target, weight=_distance(G, weight)))


def single_source_strongest_paths(
    G: Graph,  # noqa: N803
    source: Any,
    cutoff: float = 0.0,
    weight: str = "weight",
) -> tuple[dict[Any, float], dict[Any, list[Any]]]:
    """Return the strongest paths from a node to all that it reaches, and their strengths.

    Parameters
    ----------
    G : NetworkX graph
    source : node
    cutoff : float, optional (default: 0)
        Weaker paths are left out.
    weight : string, optional (default: "weight")
        As `strongest_path` takes it.

    Returns
    -------
    strengths, paths : tuple of two dictionaries
        By node; the source reaches itself with strength 1.

    Raises
    ------
    NodeNotFound
        If source is not in the graph.
    ValueError
        If a strength is not between -1 and 1.

    Examples
    --------
    >>> G = nx.DiGraph()
    >>> G.add_weighted_edges_from([("a", "b", 0.9), ("b", "c", 0.1)])
    >>> sorted(single_source_strongest_paths(G, "a", cutoff=0.5)[0].items())
    [('a', 1.0), ('b', 0.9)]
    """
    # A path exactly as strong as the cutoff stays, though logarithms are not exact.
    limit = -math.log(cutoff) + 1e-12 if cutoff > 0 else None
    found: Any = nx.single_source_dijkstra(G, source, cutoff=limit, weight=_distance(G, weight))
    distances, paths = found
    return {node: round(math.exp(-distance), 15) for node, distance in distances.items()}, paths


def _distance(G: Graph, weight: str) -> Callable[[Any, Any, Any], float | None]:  # noqa: N803
    multi = G.is_multigraph()

    def distance(u: Any, v: Any, edge: Any) -> float | None:
        strengths = [abs(each.get(weight, 1)) for each in (edge.values() if multi else (edge,))]
        strongest = max(strengths)
        if not 0 <= strongest <= 1:
            raise ValueError(f"The {weight} of the edge {u!r}, {v!r} is {strongest}; strengths are between -1 and 1.")
        return -math.log(strongest) if strongest > 0 else None

    return distance
