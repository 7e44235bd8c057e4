"""Compressed adjacency: the interest relations of a graph as the arrays that the kernels walk over.

What a walk looks at first stands together: a record for each entity, and behind it the entity's relations by falling
weight, each with its other end. Whether two entities are related at all is told by a filter of bits for each of them,
as Bloom's is; only where it says yes, the relation itself is looked up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cuibono.graph.compilation import compiled, compiled_part

__all__ = [
    "ALIVE",
    "CARRIES",
    "EDGE",
    "HASH",
    "NODE",
    "NO_DISPUTER",
    "PAIR",
    "SEVERAL_DISPUTERS",
    "WAY",
    "Graph",
    "Room",
    "add_ways",
    "compressed",
    "fill_ways",
    "grouped",
    "rearrange",
]

NO_DISPUTER, SEVERAL_DISPUTERS = -1, -2
"""Values of an edge's ``disputer`` that are no row of an entity."""

CARRIES = 1
"""Flag of an entity: interest passes through it."""

ALIVE = 2**31 - 1
"""When an edge died that is still there."""

EDGE = np.dtype(
    [
        ("weight", np.float64),
        ("rank", np.int64),
        ("source", np.int32),
        ("target", np.int32),
        ("statement", np.int32),
        ("disputer", np.int32),
        ("first", np.int32),
        ("last", np.int32),
        ("died", np.int32),
        ("chains", np.bool_),
    ],
    align=True,
)
"""One direction of an interest relation: its weight, signed and with confidence; a number that orders as its
statement's IRI does; from where to where it leads; its statement; who alone disputes it; the days between which it may
hold; the version of the graph from which on it is no more; whether it may follow another of its kind."""

NODE = np.dtype(
    [
        ("start", np.int32),
        ("count", np.int32),
        ("later", np.int32),
        ("later_count", np.int32),
        ("filter", np.int32),
        ("shift", np.int32),
        ("positive", np.float32),
        ("negative", np.float32),
    ],
    align=True,
)
"""An entity as seen from one side: where its ways begin and how many there are; the same for ways that came later, and
stand in no order; where its filter begins, and how many
bits of a hash find a place in it; the size of its strongest way of either sign."""

WAY = np.dtype([("other", np.int32), ("edge", np.int32), ("weight", np.float32)], align=True)
"""An edge as seen from one end: the other end, and its weight, rounded away from 0."""

PAIR = np.dtype([("first", np.int32), ("last", np.int32), ("strength", np.float32)], align=True)
"""Two edges, one after the other, and the size of their product, rounded away from 0."""

HASH = 0x9E3779B97F4A7C15
"""Spreads numbers over 64 bits: the golden ratio's, as Knuth has it."""

_BITS_A_WAY = 12
_SMALLEST_SHIFT = 6
_SMALLEST_LATER = 4
SMALLEST_HUB = 256
"""What has fewer relations is no hub."""

_ROOM = 8
"""An eighth of the arrays is left free, for what is going to change."""

_Ints = NDArray[np.int32]
_Longs = NDArray[np.int64]
_Reals = NDArray[np.float32]
_NONE = np.zeros(0, np.int32)


class Graph(NamedTuple):
    """The interest relations between n entities, each direction that carries counted once.

    Attributes
    ----------
    edges : array of `EDGE`
        Those of each source together, by target and falling weight.
    ends : array of int32
        The targets of the edges.
    out_nodes, into_nodes : (n,) array of `NODE`
    out_ways, into_ways : array of `WAY`
        Of each entity together, by falling weight. The ways out of an entity begin where its edges do,
        but for later ones.
    bits : array of uint64
        The filters: which other ends an entity has, by their hashes. The first word is empty.
    flags : (n,) array of uint8
        `CARRIES` or nothing.
    hub_number : (n,) array of int32
        Of the entities with very many relations, -1 for others.
    hubs : (h,) array of int32
    hub_edge, hub_edge_into : (h, h) array of int32
        The first edge from one hub to another, -1 where there is none; and the same by the other's number first.
    hub_weight, hub_weight_into : (h, h) array of float32
        The sizes of their weights, 0 where there is none.
    hub_start : (2 * h * h + 1,) array of int64
        Where the paths of two edges from hub a to hub b begin that no hub stands between: those of positive interest at
        ``2 * (a * h + b)``, then those of negative interest.
    hub_paths : array of `PAIR`
        Those paths, the strongest first.
    changed : array of int32
        Entities, no hubs, that paths between hubs may lead through which are not among those.
    version : (1,) array of int32
        Edges that died by then are no more.
    """

    edges: NDArray[np.void]
    ends: _Ints
    out_nodes: NDArray[np.void]
    into_nodes: NDArray[np.void]
    out_ways: NDArray[np.void]
    into_ways: NDArray[np.void]
    bits: NDArray[np.uint64]
    flags: NDArray[np.uint8]
    hub_number: _Ints
    hubs: _Ints
    hub_edge: _Ints
    hub_edge_into: _Ints
    hub_weight: NDArray[np.float32]
    hub_weight_into: NDArray[np.float32]
    hub_start: _Longs
    hub_paths: NDArray[np.void]
    changed: _Ints
    version: _Ints


@dataclass(slots=True)
class Room:
    """How much of a graph's arrays is taken; what is free takes what changes, and nothing is written over.

    Attributes
    ----------
    edges, out_ways, into_ways, bits : int
        Where the free part of those arrays begins; that of ``ends`` begins where that of the edges does.
    effects : int
        The same for the table of effects that belongs to the graph.
    version : int
        The version that was made last; what comes next can follow upon that one only.
    lock : Lock
        Held by whoever takes room.
    """

    edges: int
    out_ways: int
    into_ways: int
    bits: int
    effects: int = 0
    version: int = 0
    lock: Lock = field(default_factory=Lock)


def compressed(edges: NDArray[np.void], carries: NDArray[np.bool_]) -> tuple[Graph, Room]:
    """Return the graph of edges that stand in any order, and how much of its arrays is taken.

    Parameters
    ----------
    edges : (e,) array of `EDGE`
    carries : (n,) array of bool
    """
    count, size = len(carries), len(edges)
    by_weight = np.argsort(-np.abs(edges["weight"]), kind="stable").astype(np.int32)
    order = by_weight
    for end in ("target", "source"):
        _, moved = grouped(edges[end][order], count)
        order = order[moved]
    place = np.empty(size, np.int32)
    place[order] = np.arange(size, dtype=np.int32)
    kept = np.zeros(size + size // _ROOM + 1024, EDGE)
    kept[:size] = edges[order]
    words = 1 + sum(_words(kept[end][:size], count) for end in ("source", "target"))
    bits = np.zeros(words + words // _ROOM + 1024, np.uint64)
    sides, words = [], 1
    for end, other in (("source", "target"), ("target", "source")):
        start, moved = grouped(edges[end][by_weight], count)
        ways = np.zeros(len(kept), WAY)
        fill_ways(ways, kept, place[by_weight[moved]], other == "target")
        nodes = np.zeros(count, NODE)
        words = _index_nodes(nodes, start, ways, bits, words)
        sides.append((nodes, ways))
    (out_nodes, out_ways), (into_nodes, into_ways) = sides
    flags = carries.astype(np.uint8) * np.uint8(CARRIES)
    hub_number, hubs = _hubs(out_nodes, into_nodes, size)
    paths = _paths_between_hubs(kept, flags, out_nodes, out_ways, into_nodes, into_ways, hub_number, len(hubs))
    ends = np.ascontiguousarray(kept["target"])
    between = (*_between_hubs(kept[:size], hub_number, hubs), *paths, _NONE, np.zeros(1, np.int32))
    graph = Graph._make((kept, ends, out_nodes, into_nodes, out_ways, into_ways, bits, flags, hub_number, hubs, *between))
    return graph, Room(size + 1, size, size, words)


@compiled
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


# ── entities and their ways ────────────────────────────────────────────────────────────────────────────


def _words(ends: _Ints, count: int) -> int:
    """Return how many words the filters of one side take."""
    counts = np.bincount(ends, minlength=count)
    shifts = np.ceil(np.log2(np.maximum(counts[counts > 0] * _BITS_A_WAY, 1))).astype(np.int64)
    return int(np.left_shift(1, np.maximum(shifts, _SMALLEST_SHIFT) - _SMALLEST_SHIFT).sum())


@compiled
def fill_ways(ways: Any, edges: Any, order: Any, is_out: bool) -> None:
    """Write the ways that edges are, in an order, as seen from their sources or from their targets."""
    for row in range(len(order)):
        edge = order[row]
        ways[row].edge = edge
        ways[row].other = edges[edge].target if is_out else edges[edge].source
        ways[row].weight = _rounded(edges[edge].weight)


@njit(cache=True, nogil=True, inline="always")
def _rounded(weight: float) -> Any:
    """Return a weight in fewer digits, and not nearer to 0."""
    rounded = np.float32(weight)
    return rounded if abs(np.float64(rounded)) >= abs(weight) else np.float32(weight * (1.0 + 1e-7))


@compiled
def _index_nodes(nodes: Any, start: Any, ways: Any, bits: Any, word: int) -> int:
    for node in range(len(nodes)):
        word = _index_node(nodes, node, start[node], start[node + 1] - start[node], ways, bits, word)
    return word


@compiled_part
def _index_node(nodes: Any, node: int, start: int, count: int, ways: Any, bits: Any, word: int) -> int:
    """Write the record of an entity whose ways are there, and its filter from a word on; return the word after it."""
    record = nodes[node]
    record.start, record.count = start, count
    record.later, record.later_count = 0, 0
    record.positive, record.negative = 0.0, 0.0
    shift = _SMALLEST_SHIFT
    if count == 0:
        record.filter, record.shift = 0, shift
        return word
    while (1 << shift) < count * _BITS_A_WAY:
        shift += 1
    record.filter, record.shift = word, shift
    for place in range(start, start + count):
        enlist(record, ways[place], bits)
    return word + (1 << (shift - _SMALLEST_SHIFT))


@compiled
def enlist(record: Any, way: Any, bits: Any) -> None:
    """Let the record of an entity and its filter know of a way."""
    record.positive, record.negative = max(record.positive, way.weight), max(record.negative, -way.weight)
    at = (np.uint64(way.other) * np.uint64(HASH)) >> np.uint64(64 - record.shift)
    bits[record.filter + np.int64(at >> np.uint64(6))] |= np.uint64(1) << (at & np.uint64(63))


@compiled
def add_ways(nodes: Any, node: int, ways: Any, new: Any, free: int, bits: Any, word: int, version: Any, edges: Any) -> Any:
    """Add ways to an entity, which come later than its others; return what is free of the ways and of the bits after that.

    Where those that came later before have no room left behind them, they move to twice the room, but for dead ones.
    Nobody may have written behind them in the meantime.

    Parameters
    ----------
    nodes : array of `NODE`
        A copy, as the record is written over.
    new : array of `WAY`
    free, word : int
        Where the free parts of ``ways`` and of ``bits`` begin.
    version : int
    """
    record = nodes[node]
    kept, room = record.later_count, _SMALLEST_LATER
    while room < kept:
        room *= 2
    if kept == 0 or kept + len(new) > room:
        start, moved = free, 0
        for place in range(record.later, record.later + kept):
            if edges[ways[place].edge].died > version:
                ways[start + moved] = ways[place]
                moved += 1
        room = _SMALLEST_LATER
        while room < moved + len(new):
            room *= 2
        free += room
        record.later, kept = start, moved
    for place in range(len(new)):
        ways[record.later + kept + place] = new[place]
    record.later_count = kept + len(new)
    total = record.count + room
    if record.filter == 0 or (2 * room > record.count and (1 << record.shift) < total * _BITS_A_WAY // 2):
        shift = _SMALLEST_SHIFT
        while (1 << shift) < total * _BITS_A_WAY:
            shift += 1
        record.filter, record.shift = word, shift
        word += 1 << (shift - _SMALLEST_SHIFT)
        for place in range(record.start, record.start + record.count):
            enlist(record, ways[place], bits)
    for place in range(record.later, record.later + record.later_count):
        enlist(record, ways[place], bits)
    return free, word


# ── hubs ───────────────────────────────────────────────────────────────────────────────────────────────


def _hubs(out_nodes: NDArray[np.void], into_nodes: NDArray[np.void], size: int) -> tuple[_Ints, _Ints]:
    # So few that tables of all pairs are small, and so great that the others' edges are soon gone through.
    smallest = max(SMALLEST_HUB, int(size**0.5) // 4)
    hubs = np.flatnonzero(np.maximum(out_nodes["count"], into_nodes["count"]) > smallest).astype(np.int32)
    number = np.full(len(out_nodes), -1, np.int32)
    number[hubs] = np.arange(len(hubs))
    return number, hubs


def _between_hubs(edges: NDArray[np.void], number: _Ints, hubs: _Ints) -> tuple[_Ints, _Ints, _Reals, _Reals]:
    """Return the first edges from hub to hub and their weights, each by either end."""
    between = np.full((len(hubs), len(hubs)), -1, np.int32)
    weights = np.zeros((len(hubs), len(hubs)), np.float32)
    rows = np.flatnonzero((number[edges["source"]] >= 0) & (number[edges["target"]] >= 0))[::-1]
    ends = number[edges["source"][rows]], number[edges["target"][rows]]
    # Of several edges the first is written last.
    between[ends], weights[ends] = rows, np.nextafter(np.abs(edges["weight"][rows]).astype(np.float32), np.float32(2))
    return between, np.ascontiguousarray(between.T), weights, np.ascontiguousarray(weights.T)


@compiled_part
def _begin(start: Any, places: Any) -> None:
    """Add up how many there are of each, which stands behind it, to where each begins."""
    for place in range(len(places)):
        start[place + 1] += start[place]
        places[place] = start[place]


@compiled_part
def rearrange(records: Any, begin: int, order: Any) -> None:
    """Put records from a place on in an order; record by record, as to assign a slice takes long to compile."""
    before = records[begin : begin + len(order)].copy()
    for place in range(len(order)):
        records[begin + place] = before[order[place]]


@compiled
def _paths_between_hubs(
    edges: Any, flags: Any, out_nodes: Any, out_ways: Any, into_nodes: Any, into_ways: Any, number: Any, count: int
) -> Any:
    """Return the paths of two edges between hubs through others, the strongest of each pair and sign first."""
    start = np.zeros(2 * count * count + 1, np.int64)
    paths: Any = np.empty(0, PAIR)
    places = start[:-1].copy()
    for is_filling in (False, True):
        if is_filling:
            _begin(start, places)
            paths = np.empty(start[-1], PAIR)
        for node in range(len(flags)):
            if number[node] >= 0 or not flags[node] & CARRIES:
                continue
            into, out = into_nodes[node], out_nodes[node]
            for i in range(into.start, into.start + into.count):
                source = number[into_ways[i].other]
                if source < 0:
                    continue
                for j in range(out.start, out.start + out.count):
                    target = number[out_ways[j].other]
                    if target < 0 or target == source:
                        continue
                    one, two = into_ways[i].edge, out_ways[j].edge
                    weight = edges[one].weight * edges[two].weight
                    pair = 2 * (source * count + target) + (weight < 0.0)
                    if is_filling:
                        path = paths[places[pair]]
                        path.first, path.last, path.strength = one, two, _rounded(abs(weight))
                        places[pair] += 1
                    else:
                        start[pair + 1] += 1
    for pair in range(len(start) - 1):
        low, high = start[pair], start[pair + 1]
        if high - low > 1:
            rearrange(paths, low, np.argsort(-paths[low:high].strength))
    return start, paths
