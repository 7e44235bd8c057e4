"""Influence along friendly and hostile edges: PageRank whose surfer changes sides at every negative edge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx
import numpy as np

__all__ = ["signed_pagerank"]


def signed_pagerank(
    G: Any,  # noqa: N803
    alpha: float = 0.85,
    personalization: Mapping[Any, float] | None = None,
    max_iter: int = 100,
    tol: float = 1.0e-6,
    weight: str = "weight",
) -> tuple[dict[Any, float], dict[Any, float]]:
    """Return how much nodes are reached as friends and as enemies by a surfer who starts as a friend.

    The surfer walks as PageRank's does, along edges by the size of their weights, and changes from friend to enemy, or
    back, along edges with a weight below 0: the enemy of an enemy is a friend (signed random walk with restart; Jung,
    Jin, Sael and Kang, ICDM 2016, here without attenuation).

    Parameters
    ----------
    G : NetworkX graph
        Undirected graphs are walked in both directions.
    alpha : float, optional (default: 0.85)
        Damping parameter.
    personalization : dict, optional
        Where the surfer starts, and starts again; all nodes alike unless given.
    max_iter : integer, optional (default: 100)
        Maximum number of iterations.
    tol : float, optional (default: 1e-6)
        Error tolerance, for all nodes together as in `networkx.pagerank`.
    weight : string, optional (default: "weight")
        The edge attribute whose size and sign count; 1 where there is none.

    Returns
    -------
    friendly, hostile : tuple of two dictionaries
        By node. Together they are the PageRank by the sizes of the weights; the difference says on which side of the
        start a node is.

    Raises
    ------
    PowerIterationFailedConvergence
        If the algorithm fails to converge within the maximum number of iterations.
    ZeroDivisionError
        If the personalization sums to 0.

    Examples
    --------
    >>> G = nx.Graph()
    >>> G.add_weighted_edges_from([("a", "b", -1), ("b", "c", -1)])
    >>> friendly, hostile = signed_pagerank(G, personalization={"a": 1})
    >>> friendly["c"] > hostile["c"], friendly["b"] < hostile["b"]
    (True, True)
    """
    nodes = list(G)
    if not nodes:
        return {}, {}
    place = {node: number for number, node in enumerate(nodes)}
    edges = [(place[u], place[v], value) for u, v, value in G.edges(data=weight, default=1)]
    if not G.is_directed():
        edges += [(v, u, value) for u, v, value in edges if u != v]
    starts = np.array([u for u, _, _ in edges], np.int64)
    ends = np.array([v for _, v, _ in edges], np.int64)
    weights = np.array([value for _, _, value in edges], np.float64)
    leaving = np.bincount(starts, np.abs(weights), minlength=len(nodes))
    share = np.abs(weights) / np.where(leaving[starts] > 0, leaving[starts], 1)
    hostile_edge = weights < 0
    begin = np.array([(personalization or dict.fromkeys(nodes, 1)).get(node, 0) for node in nodes], np.float64)
    if begin.sum() == 0:
        raise ZeroDivisionError("The personalization sums to 0.")
    begin /= begin.sum()
    friend: Any = begin.copy()
    enemy: Any = np.zeros(len(nodes))
    for _ in range(max_iter):
        # Where no edge leads on, the surfer starts again, as a friend.
        lost = float((friend + enemy)[leaving == 0].sum())
        kept = np.where(hostile_edge, enemy[starts], friend[starts]) * share
        turned = np.where(hostile_edge, friend[starts], enemy[starts]) * share
        next_friend = alpha * (np.bincount(ends, kept, minlength=len(nodes)) + lost * begin) + (1 - alpha) * begin
        next_enemy = alpha * np.bincount(ends, turned, minlength=len(nodes))
        error = np.abs(next_friend - friend).sum() + np.abs(next_enemy - enemy).sum()
        friend, enemy = next_friend, next_enemy
        if error < len(nodes) * tol:
            found = (dict(zip(nodes, side.tolist(), strict=True)) for side in (friend, enemy))
            return next(found), next(found)
    raise nx.PowerIterationFailedConvergence(max_iter)
