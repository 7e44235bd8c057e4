"""Communities in a small graph, to draw many things as few."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx

__all__ = ["communities"]


def communities(nodes: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return which community each node of a graph belongs to, the same for the same graph on every machine.

    Nodes of a community have more to do with each other than with the rest (Louvain's method: Blondel and others, 2008).

    Parameters
    ----------
    nodes : int
        How many, numbered from 0.
    edges : sequence of (int, int)
        Which are joined; those joined more than once belong together the more.

    Returns
    -------
    list of int
        The number of a community for each node, the largest community first.

    Examples
    --------
    >>> communities(5, [(0, 1), (1, 2), (2, 0), (3, 4)])
    [0, 0, 0, 1, 1]
    """
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(nodes), weight=1)
    for start, end in edges:
        if start != end:
            graph.add_edge(start, end, weight=graph.get_edge_data(start, end, {"weight": 0})["weight"] + 1)
    found = [sorted(group) for group in nx.community.louvain_communities(graph, seed=1)]
    numbers = [0] * nodes
    for number, group in enumerate(sorted(found, key=lambda group: (-len(group), group))):
        for node in group:
            numbers[node] = number
    return numbers
