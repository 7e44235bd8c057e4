"""Places for the nodes of a small graph, to draw it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import networkx as nx
import numpy as np
from numpy.typing import NDArray

__all__ = ["layout"]

_ROUNDS, _FEWER_ROUNDS, _MANY = 80, 40, 400
_RING = 1.0
_GAP = 0.9
"""The least distance between two nodes: a name fits under each."""
_LOOKS, _NUDGES, _PUSH = 8, 12, 0.35
_NEARNESS = 0.7

_Places = NDArray[np.float64]


def layout(
    nodes: int, edges: Sequence[tuple[int, int]], fixed: Sequence[tuple[int, float, float]] = ()
) -> list[tuple[float, float]]:
    """Return where nodes of a graph stand on a plane, the same for the same graph on every machine.

    Forces place them (Fruchterman and Reingold, 1991), from rings around the first node; those too near each other
    are then moved apart. The time grows with the square of the number of nodes.

    Parameters
    ----------
    nodes : int
        How many, numbered from 0; the first stands in the middle.
    edges : sequence of (int, int)
        Which are joined.
    fixed : sequence of (int, float, float)
        Nodes that stay where they are.

    Returns
    -------
    list of (float, float)
        One for each node; those nearest each other are about 1 apart.

    Examples
    --------
    >>> layout(3, [(0, 1), (0, 2)]) == layout(3, [(0, 1), (0, 2)])
    True
    >>> layout(2, [(0, 1)], fixed=[(0, 0.0, 0.0)])[0]
    (0.0, 0.0)
    """
    if nodes == 1 and not fixed:
        return [(0.0, 0.0)]
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from((start, end) for start, end in edges if start != end)
    held = {node: (x, y) for node, x, y in fixed} or {0: (0.0, 0.0)}
    begin = _beginning(graph, held)
    if len(held) < nodes:
        rounds = _ROUNDS if nodes <= _MANY else _FEWER_ROUNDS
        found = nx.spring_layout(graph, k=1.0, pos=begin, fixed=list(held), iterations=rounds, seed=1, method="force", scale=None)
        begin = {node: (float(x), float(y)) for node, (x, y) in found.items()}
    places = np.array([begin[node] for node in range(nodes)])
    if not fixed:
        places = _gathered(places)
    places = _apart(places, np.array([node in held for node in range(nodes)]))
    return [(round(x, 3), round(y, 3)) for x, y in places.tolist()]


def _beginning(graph: nx.Graph[int], held: dict[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """Return places on rings around the nodes that are held, by the distance from them; neighbours side by side."""
    places = dict(held)
    middle_x, middle_y = (sum(place[axis] for place in held.values()) / len(held) for axis in (0, 1))
    layers = [list(layer) for layer in nx.bfs_layers(graph, sorted(held))]
    reached = {node for layer in layers for node in layer}
    layers.append([node for node in graph if node not in reached])
    for _, layer in pairwise(layers):
        parents = {node: [other for other in sorted(graph[node]) if other in places] for node in layer}
        order = sorted(layer, key=lambda node: (parents[node], node))
        for number, node in enumerate(order):
            near = parents[node]
            x, y = places[near[0]] if near else (middle_x, middle_y)
            if (x, y) == (middle_x, middle_y):
                angle = 2 * math.pi * number / len(order)
            else:
                angle = math.atan2(y - middle_y, x - middle_x) + (number % 7 - 3) * 0.25
            reach = _RING + 0.05 * (number // 7)
            places[node] = (x + reach * math.cos(angle), y + reach * math.sin(angle))
    return places


def _gathered(places: _Places) -> _Places:
    """Return places with what is far from the middle brought nearer: much room would go to waste between clusters."""
    distance = np.hypot(places[:, 0], places[:, 1])
    return places * (np.maximum(distance, 1.0) ** (_NEARNESS - 1))[:, None]


def _apart(places: _Places, held: NDArray[np.bool_]) -> _Places:
    """Return places moved until no two are nearer than the gap, or for as often as it is worth it."""
    moved = places.copy()
    for _ in range(_LOOKS):
        one, other = _near(moved)
        for _ in range(_NUDGES):
            delta = moved[one] - moved[other]
            # What stands on the very same spot is parted in a direction of its own.
            delta[:, 0] += (one - other) * 1e-6
            distance = np.maximum(_seen_distance(delta), 1e-9)
            lacking = np.clip(_GAP - distance, 0, None)
            if not lacking.any():
                break
            push = delta * (lacking / distance * _PUSH)[:, None]
            for axis in (0, 1):
                moved[:, axis] += np.where(held, 0, np.bincount(one, push[:, axis], len(moved)))
                moved[:, axis] -= np.where(held, 0, np.bincount(other, push[:, axis], len(moved)))
    return moved


def _near(places: _Places) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of places that may come too near each other in a few moves."""
    delta = places[:, None, :] - places[None, :, :]
    one, other = np.nonzero(np.triu(_seen_distance(delta) < 2 * _GAP, 1))
    return one, other


def _seen_distance(delta: _Places) -> NDArray[np.float64]:
    # Names run from left to right: nodes side by side need more room than nodes above each other.
    distance: NDArray[np.float64] = np.hypot(delta[..., 0] * 0.75, delta[..., 1] * 1.3)
    return distance
