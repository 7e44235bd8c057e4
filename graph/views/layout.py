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
_SIZE = (1.2, 0.7)
"""The room that a node takes unless told: its mark, with a name under it."""
_LOOKS, _NUDGES, _PUSH = 8, 12, 0.35
_NEARNESS = 0.7
_MANY_LEAVES = 12
_LOOSE = 1.2
_GOLDEN = math.pi * (3 - math.sqrt(5))
_SQUARE = 4
"""The norm that says how near two nodes are: the greater, the squarer the room of each."""

_Places = NDArray[np.float64]


def layout(
    nodes: int,
    edges: Sequence[tuple[int, int]],
    fixed: Sequence[tuple[int, float, float]] = (),
    sizes: Sequence[tuple[float, float]] = (),
) -> list[tuple[float, float]]:
    """Return where nodes of a graph stand on a plane, the same for the same graph on every machine.

    Forces place them (Fruchterman and Reingold, 1991), from rings around the first node; what hangs on one node alone, with
    many others, fills a disc around that one, as the seeds of a sunflower do (Vogel, 1979). Those too near each other are then
    moved apart. The time grows with the square of the number of nodes.

    Parameters
    ----------
    nodes : int
        How many, numbered from 0; the first stands in the middle.
    edges : sequence of (int, int)
        Which are joined.
    fixed : sequence of (int, float, float)
        Nodes that stay where they are.
    sizes : sequence of (float, float)
        How wide and how high each node is with its name; 1.2 by 0.7 unless given.

    Returns
    -------
    list of (float, float)
        One for each node; those that are joined are about 1 apart, or further where they would stand on one another.

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
    room = np.array(sizes or [_SIZE] * nodes, dtype=np.float64)
    leaves = _leaves(graph, held)
    folded = {leaf for group in leaves.values() for leaf in group}
    standing = [node for node in range(nodes) if node not in folded]
    placed = _standing(graph.subgraph(standing), held, gathered=not fixed)
    discs = room.copy()
    for hub, group in leaves.items():
        discs[hub] = np.maximum(room[hub], 2 * _disc(room, hub, group)[-1])
    rows = np.array(standing)
    places = np.zeros((nodes, 2))
    places[rows] = _apart(
        np.array([placed[node] for node in standing]), discs[rows], np.array([node in held for node in standing])
    )
    for hub, group in leaves.items():
        reach, angle = _disc(room, hub, group), _GOLDEN * np.arange(len(group))
        places[group] = places[hub] + np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
    # What fills a disc moves aside for the names of others, and these stay where they are.
    places = _apart(places, room, np.array([node in held or node not in folded for node in range(nodes)]))
    return [(round(x, 3), round(y, 3)) for x, y in places.tolist()]


def _leaves(graph: nx.Graph[int], held: dict[int, tuple[float, float]]) -> dict[int, list[int]]:
    """Return what hangs on one node alone, by that node, where it is much."""
    groups: dict[int, list[int]] = {}
    for node in graph:
        if graph.degree(node) == 1 and node not in held:
            groups.setdefault(next(iter(graph[node])), []).append(node)
    return {hub: group for hub, group in groups.items() if len(group) >= _MANY_LEAVES}


def _disc(room: _Places, hub: int, leaves: list[int]) -> NDArray[np.float64]:
    """Return how far from a node each of those that hang on it stands."""
    areas = np.cumsum(room[leaves, 0] * room[leaves, 1])
    reach: NDArray[np.float64] = np.sqrt(np.sum(room[hub] ** 2) / 4 + areas * (_LOOSE / math.pi))
    return reach


def _standing(graph: nx.Graph[int], held: dict[int, tuple[float, float]], *, gathered: bool) -> dict[int, tuple[float, float]]:
    """Return places of a graph as forces find them."""
    begin = _beginning(graph, held)
    if len(held) < len(graph):
        rounds = _ROUNDS if len(graph) <= _MANY else _FEWER_ROUNDS
        found = nx.spring_layout(graph, k=1.0, pos=begin, fixed=list(held), iterations=rounds, seed=1, method="force", scale=None)
        begin = {node: (float(x), float(y)) for node, (x, y) in found.items()}
    if not gathered:
        return begin
    return dict(zip(begin, map(tuple, _gathered(np.array(list(begin.values()))).tolist()), strict=True))


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


def _apart(places: _Places, room: _Places, held: NDArray[np.bool_]) -> _Places:
    """Return places moved until no two nodes stand on one another, or for as often as it is worth it."""
    moved = places.copy()
    for _ in range(_LOOKS):
        one, other = _near(moved, room)
        reach = (room[one] + room[other]) / 2
        for _ in range(_NUDGES):
            delta = moved[one] - moved[other]
            # What stands on the very same spot is parted in a direction of its own.
            delta[:, 0] += (one - other) * 1e-6
            distance = np.maximum(_nearness(delta, reach), 1e-9)
            lacking = np.clip(1 - distance, 0, None)
            if not lacking.any():
                break
            push = delta * (lacking / distance * _PUSH)[:, None]
            for axis in (0, 1):
                moved[:, axis] += np.where(held, 0, np.bincount(one, push[:, axis], len(moved)))
                moved[:, axis] -= np.where(held, 0, np.bincount(other, push[:, axis], len(moved)))
    return moved


def _near(places: _Places, room: _Places) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of places that may come too near each other in a few moves."""
    delta = places[:, None, :] - places[None, :, :]
    reach = (room[:, None, :] + room[None, :, :]) / 2
    one, other = np.nonzero(np.triu(_nearness(delta, reach) < 2, 1))
    return one, other


def _nearness(delta: _Places, reach: _Places) -> NDArray[np.float64]:
    """Return how far apart nodes are, where 1 is as near as their sizes allow."""
    distance: NDArray[np.float64] = np.sum(np.abs(delta / reach) ** _SQUARE, axis=-1) ** (1 / _SQUARE)
    return distance
