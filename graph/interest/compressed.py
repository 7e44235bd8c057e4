"""Compressed adjacency: the interest relations of a graph as the arrays that the kernels walk over."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["EDGE", "NO_DISPUTER", "SEVERAL_DISPUTERS", "Graph", "Hubs", "Side", "compressed", "grouped"]

NO_DISPUTER, SEVERAL_DISPUTERS = -1, -2
"""Values of an edge's ``disputer`` that are no row of an entity."""

EDGE = np.dtype(
    [
        ("weight", np.float64),
        ("source", np.int32),
        ("target", np.int32),
        ("statement", np.int32),
        ("disputer", np.int32),
        ("first", np.int32),
        ("last", np.int32),
        ("chains", np.bool_),
    ],
    align=True,
)
"""One direction of an interest relation: its weight, signed and with confidence; from where to where it leads; its
statement; who alone disputes it; the days between which it may hold; whether it may follow another of its kind."""

_SMALLEST_HUB = 256

_Ints = NDArray[np.int32]
_Longs = NDArray[np.int64]


class Side(NamedTuple):
    """The edges of n entities as seen from one end.

    Attributes
    ----------
    start : (n + 1,) array of int64
        Where each entity's edges begin in the other arrays.
    by_weight : (e,) array of int32
        Edges, those of each entity by falling weight.
    by_other : (e,) array of int32
        Edges, those of each entity by the other end.
    other : (e,) array of int32
        The other ends of ``by_other``.
    """

    start: _Longs
    by_weight: _Ints
    by_other: _Ints
    other: _Ints


class Hubs(NamedTuple):
    """The entities with very many edges, and the paths of two edges between any two of them.

    Attributes
    ----------
    number : (n,) array of int32
        Of each entity, -1 for those that are no hubs.
    entity : (h,) array of int32
    edge : (h, h) array of int32
        The first edge from one hub to another, -1 where there is none.
    start : (2 * h * h + 1,) array of int64
        Where the paths from hub a to hub b begin that a non-hub stands between: those of positive interest at
        ``2 * (a * h + b)``, then those of negative interest.
    first, last : (m,) array of int32
        The edges of those paths, the strongest first.
    """

    number: _Ints
    entity: _Ints
    edge: _Ints
    start: _Longs
    first: _Ints
    last: _Ints


class Graph(NamedTuple):
    """The interest relations between n entities, each direction that carries counted once.

    Attributes
    ----------
    edges : (e,) array of `EDGE`
        By source, by target, and by falling weight.
    carries : (n,) array of bool
        Whether interest passes through each entity.
    out, into : Side
        Edges by source and by target.
    hubs : Hubs
    """

    edges: NDArray[np.void]
    carries: NDArray[np.bool_]
    out: Side
    into: Side
    hubs: Hubs


def compressed(edges: NDArray[np.void], carries: NDArray[np.bool_]) -> Graph:
    """Return the graph of edges that stand in any order.

    Parameters
    ----------
    edges : (e,) array of `EDGE`
    carries : (n,) array of bool
    """
    count = len(carries)
    order = np.argsort(-np.abs(edges["weight"]), kind="stable").astype(np.int32)
    for end in ("target", "source"):
        _, moved = grouped(edges[end][order], count)
        order = order[moved]
    edges = edges[order]
    by_weight = np.argsort(-np.abs(edges["weight"]), kind="stable").astype(np.int32)
    out = _side(edges["source"].copy(), edges["target"].copy(), by_weight, count)
    into = _side(edges["target"].copy(), edges["source"].copy(), by_weight, count)
    return Graph(edges, carries, out, into, _hubs(edges, carries, out, into))


@njit(cache=True, nogil=True)
def grouped(keys: Any, count: int) -> Any:
    """Return where each key from 0 on begins in the order by key, and that order, which changes nothing else."""
    start = np.zeros(count + 1, np.int64)
    for key in keys:
        start[key + 1] += 1
    for key in range(count):
        start[key + 1] += start[key]
    places, order = start[:-1].copy(), np.empty(len(keys), np.int32)
    for row in range(len(keys)):
        order[places[keys[row]]] = row
        places[keys[row]] += 1
    return start, order


def _side(here: _Ints, there: _Ints, by_weight: _Ints, count: int) -> Side:
    _, by_weight_here = grouped(here[by_weight], count)
    start, by_other = grouped(here, count)
    return Side(start, by_weight[by_weight_here], by_other, there[by_other])


def _hubs(edges: NDArray[np.void], carries: NDArray[np.bool_], out: Side, into: Side) -> Hubs:
    # So few that tables of all pairs are small, and so great that the others' edges are soon gone through.
    smallest = max(_SMALLEST_HUB, int(len(edges) ** 0.5) // 4)
    degrees = np.maximum(np.diff(out.start), np.diff(into.start))
    entity = np.flatnonzero(degrees > smallest).astype(np.int32)
    number = np.full(len(carries), -1, np.int32)
    number[entity] = np.arange(len(entity))
    between = np.full((len(entity), len(entity)), -1, np.int32)
    rows = np.flatnonzero((number[edges["source"]] >= 0) & (number[edges["target"]] >= 0))[::-1]
    # Of several edges the first is written last.
    between[number[edges["source"][rows]], number[edges["target"][rows]]] = rows
    start, first, last = _paths_between_hubs(edges, carries, out, into, number, len(entity))
    return Hubs(number, entity, between, start, first, last)


@njit(cache=True, nogil=True)
def _paths_between_hubs(edges: Any, carries: Any, out: Any, into: Any, number: Any, count: int) -> Any:
    """Return the paths of two edges between hubs through others, the strongest of each pair and sign first."""
    start = np.zeros(2 * count * count + 1, np.int64)
    first, last = np.empty(0, np.int32), np.empty(0, np.int32)
    places = start[:-1].copy()
    for is_filling in (False, True):
        if is_filling:
            start[1:] = np.cumsum(start[1:])
            places[:] = start[:-1]
            first, last = np.empty(start[-1], np.int32), np.empty(start[-1], np.int32)
        for node in range(len(carries)):
            if number[node] >= 0 or not carries[node]:
                continue
            for i in range(into.start[node], into.start[node + 1]):
                source = number[into.other[i]]
                if source < 0:
                    continue
                for j in range(out.start[node], out.start[node + 1]):
                    target = number[out.other[j]]
                    if target < 0 or target == source:
                        continue
                    one, two = into.by_other[i], out.by_other[j]
                    pair = 2 * (source * count + target) + (edges[one].weight * edges[two].weight < 0.0)
                    if is_filling:
                        first[places[pair]], last[places[pair]] = one, two
                        places[pair] += 1
                    else:
                        start[pair + 1] += 1
    _strongest_first(edges, start, first, last)
    return start, first, last


@njit(cache=True, nogil=True)
def _strongest_first(edges: Any, start: Any, first: Any, last: Any) -> None:
    """Put the paths of each pair of hubs and sign in the order of falling strength."""
    for pair in range(len(start) - 1):
        low, high = start[pair], start[pair + 1]
        if high - low > 1:
            strength = np.empty(high - low, np.float64)
            for i in range(low, high):
                strength[i - low] = -abs(edges[first[i]].weight * edges[last[i]].weight)
            order = np.argsort(strength) + low
            first[low:high], last[low:high] = first[order], last[order]
