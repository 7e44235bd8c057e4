"""Single steps of a walk over compressed adjacency: where it may go, what that weighs, and which path is the best."""

from __future__ import annotations

from typing import Any

import numpy as np

from cuibono.graph.compilation import inlined_part
from cuibono.graph.interest.compressed import CARRIES, HASH, NO_DISPUTER

__all__ = [
    "BOTH_SIGNS",
    "MOST_HOPS",
    "SLACK",
    "between",
    "bound_of",
    "is_among",
    "may_be_in",
    "may_pass",
    "offer",
    "other_end",
    "reached_by",
    "weight_for",
]

MOST_HOPS = 5
SLACK = 1 - 1e-9
BOTH_SIGNS = -1

_TOLERANCE = 1e-12


@inlined_part
def bound_of(best: Any, wanted: Any) -> Any:
    """Return how strong a path must be to matter."""
    if wanted.sign == BOTH_SIGNS:
        return max(wanted.least, best.scores[0], -best.scores[1]) * SLACK
    return max(wanted.least, abs(best.scores[wanted.sign])) * SLACK


@inlined_part
def other_end(graph: Any, question: Any, edge: int) -> Any:
    """Return where an edge leads, as the walk goes."""
    return graph.edges[edge].source if question.is_backward else graph.edges[edge].target


@inlined_part
def may_pass(graph: Any, question: Any, walk: Any, depth: int, node: int) -> bool:
    """Return whether a path may lead through a node: one that carries interest and is not on it."""
    if node == question.end or not graph.flags[node] & CARRIES:
        return False
    return not is_among(walk.node, depth, node)


@inlined_part
def is_among(nodes: Any, depth: int, node: int) -> bool:
    found = False
    for place in range(depth + 1):
        found |= nodes[place] == node
    return found


@inlined_part
def reached_by(graph: Any, question: Any, walk: Any, depth: int, product: float, edge: int) -> Any:
    """Return the product with one more edge, 0 where the edge may not stand there or does not hold."""
    found = graph.edges[edge]
    if found.first > question.last or found.last < question.first or (walk.broken[depth] and not found.chains):
        return 0.0
    if found.died <= graph.version[0]:
        return 0.0
    return product * weight_for(found, question.actor)


@inlined_part
def weight_for(edge: Any, actor: int) -> Any:
    """Return an edge's weight for an actor: half where somebody else disputes it."""
    undisputed = edge.disputer == NO_DISPUTER or edge.disputer == actor
    return edge.weight if undisputed else edge.weight * 0.5


@inlined_part
def may_be_in(graph: Any, node: Any, other: int) -> Any:
    """Return whether a way of an entity may lead to another; there is none where the filter says no."""
    at = (np.uint64(other) * np.uint64(HASH)) >> np.uint64(64 - node.shift)
    return (graph.bits[node.filter + np.int64(at >> np.uint64(6))] >> (at & np.uint64(63))) & np.uint64(1) != 0


@inlined_part
def between(graph: Any, question: Any, here: int, there: int) -> Any:
    """Return the first edge between two nodes as the walk goes, -1 if there is none."""
    source, target = (there, here) if question.is_backward else (here, there)
    node = graph.out_nodes[source]
    for place in range(node.later, node.later + node.later_count):
        way = graph.out_ways[place]
        if way.other == target and graph.edges[way.edge].died > graph.version[0]:
            return np.int64(way.edge)
    low, high = np.int64(node.start), np.int64(node.start) + node.count
    stop = high
    while low < high:
        middle = (low + high) >> 1
        if graph.ends[middle] < target:
            low = middle + 1
        else:
            high = middle
    return low if low < stop and graph.ends[low] == target else np.int64(-1)


@inlined_part
def offer(
    graph: Any, path: Any, length: int, is_backward: bool, score: float, scores: Any, lengths: Any, paths: Any, sign: int
) -> None:
    """Keep a path if it goes before the best so far: stronger, or equal and shorter, or of smaller statements."""
    difference = abs(score) - abs(scores[sign])
    if lengths[sign] > 0 and difference < -_TOLERANCE:
        return
    is_tied = lengths[sign] > 0 and difference <= _TOLERANCE
    if is_tied and not _is_smaller(graph, path, length, is_backward, paths[sign], lengths[sign]):
        return
    scores[sign], lengths[sign] = score, length
    for place in range(length):
        paths[sign, place] = path[length - 1 - place] if is_backward else path[place]


@inlined_part
def _is_smaller(graph: Any, path: Any, length: int, is_backward: bool, other: Any, other_length: int) -> bool:
    if length != other_length:
        return length < other_length
    for place in range(length):
        edge = path[length - 1 - place] if is_backward else path[place]
        ours, theirs = graph.edges[edge].rank, graph.edges[other[place]].rank
        if ours != theirs:
            return bool(ours < theirs)
    return False
