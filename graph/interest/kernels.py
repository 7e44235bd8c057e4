"""The compiled inner loops of the interest engine: walks over compressed adjacency, cut by bounds.

A walk is cut only where no continuation can matter: weights lie between -1 and 1, so that a path is never stronger
than its beginning times the strongest relation at its end. So the answers are exact, unless a walk exceeds the
limit of steps; then it says so. Walks begin at the end that has fewer relations, the last two relations are met
from the side that has fewer, and what stands between two hubs is looked up, so that a hub costs little.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cuibono.graph.interest.compressed import NO_DISPUTER

__all__ = ["MOST_HOPS", "strongest_paths", "walked_back"]

MOST_HOPS = 5

_TOLERANCE = 1e-12
_SLACK = 1 - 1e-9
_BOTH_SIGNS = -1


class _Question(NamedTuple):
    """From whom to what, when each relation must hold, and which end the walk begins at."""

    actor: int
    start: int
    end: int
    first: int
    last: int
    is_backward: bool


class _Wanted(NamedTuple):
    """How strong a path must be, and of which sign."""

    least: float
    sign: int


class _Walk(NamedTuple):
    """Where a walk stands: for each depth the node, how many of its edges were seen, the product of the weights
    up to it and whether a relation that does not chain lies behind; the edges walked; and steps left."""

    node: NDArray[np.int32]
    position: NDArray[np.int64]
    product: NDArray[np.float64]
    broken: NDArray[np.bool_]
    path: NDArray[np.int32]
    steps: NDArray[np.int64]


class _Best(NamedTuple):
    """The strongest path of each sign so far, the positive first."""

    scores: NDArray[np.float64]
    lengths: NDArray[np.int8]
    paths: NDArray[np.int32]


@njit(cache=True, nogil=True)
def strongest_paths(
    graph: Any, actors: Any, targets: Any, firsts: Any, lasts: Any, leasts: Any, max_hops: int, limit: int
) -> Any:
    """Return the strongest path of each sign for each of many questions.

    The weaker of the two may be missing where it is less than half as strong as the other, and both where neither
    has the least strength that matters.

    Parameters
    ----------
    graph : Graph
    actors, targets : (q,) array of int32
        Where each path begins and ends.
    firsts, lasts : (q,) array of int32
        The period during which each relation must hold.
    leasts : (q,) array of float64
        The least strength that matters.
    max_hops : int
        The most relations of a path, 1 to 5.
    limit : int
        The most edges to look at for one question.

    Returns
    -------
    scores : (q, 2) array of float64
        Of the positive and of the negative path; 0 where there is none.
    lengths : (q, 2) array of int8
    paths : (q, 2, 5) array of int32
        Edges, from the actor on.
    cut : (q,) array of bool
        Whether the limit was reached, so that a stronger path may have been missed.
    """
    count = len(actors)
    scores = np.zeros((count, 2), np.float64)
    lengths = np.zeros((count, 2), np.int8)
    paths = np.empty((count, 2, MOST_HOPS), np.int32)
    cut = np.zeros(count, np.bool_)
    walk = _Walk(
        np.empty(MOST_HOPS, np.int32),
        np.empty(MOST_HOPS, np.int64),
        np.ones(MOST_HOPS, np.float64),
        np.zeros(MOST_HOPS, np.bool_),
        np.empty(MOST_HOPS, np.int32),
        np.empty(1, np.int64),
    )
    for row in range(count):
        actor, target = actors[row], targets[row]
        ways_out = graph.out.start[actor + 1] - graph.out.start[actor]
        ways_in = graph.into.start[target + 1] - graph.into.start[target]
        if actor == target or ways_out == 0 or ways_in == 0:
            continue
        best = _Best(scores[row], lengths[row], paths[row])
        walk.steps[0] = limit
        if ways_out <= ways_in:
            question = _Question(actor, actor, target, firsts[row], lasts[row], False)
            _search(graph, graph.out, graph.into, question, walk, best, max_hops, leasts[row])
        else:
            question = _Question(actor, target, actor, firsts[row], lasts[row], True)
            _search(graph, graph.into, graph.out, question, walk, best, max_hops, leasts[row])
        cut[row] = walk.steps[0] < 0
    return scores, lengths, paths, cut


@njit(cache=True, nogil=True)
def _search(graph: Any, near: Any, far: Any, question: Any, walk: Any, best: Any, max_hops: int, least: float) -> None:
    """Find the strongest path of all; then, now that it is known, that of the other sign, down to half of it."""
    _walk_all(graph, near, far, question, walk, best, max_hops, _Wanted(least, _BOTH_SIGNS))
    positive, negative = best.scores[0], -best.scores[1]
    if max(positive, negative) > 0.0:
        wanted = _Wanted(max(positive, negative) * 0.5, 1 if positive >= negative else 0)
        _walk_all(graph, near, far, question, walk, best, max_hops, wanted)


@njit(cache=True, nogil=True)
def _walk_all(graph: Any, near: Any, far: Any, question: Any, walk: Any, best: Any, max_hops: int, wanted: Any) -> None:
    """Walk from the start, and meet the end from each node on the way."""
    start, end = question.start, question.end
    walk.node[0], walk.position[0] = start, near.start[start]
    _meet(graph, question, walk, best, 0, 1.0, _between(near, far, start, end), wanted)
    if max_hops >= 2:
        _meet_in_two(graph, near, far, question, walk, best, 0, wanted)
    depth = 0 if max_hops >= 3 else -1
    strongest = abs(graph.edges[far.by_weight[far.start[end]]].weight)
    while depth >= 0:
        walk.steps[0] -= 1
        if walk.position[depth] == near.start[walk.node[depth] + 1] or walk.steps[0] < 0:
            depth -= 1
            continue
        edge = near.by_weight[walk.position[depth]]
        walk.position[depth] += 1
        bound = _bound(best, wanted)
        if abs(walk.product[depth] * graph.edges[edge].weight) * strongest < bound:
            depth -= 1
            continue
        reached = _reached(graph, question, walk, depth, walk.product[depth], edge)
        there = _other_end(graph, question, edge)
        if reached == 0.0 or abs(reached) * strongest < bound or not _may_pass(graph, question, walk, depth, there):
            continue
        walk.path[depth] = edge
        walk.node[depth + 1], walk.position[depth + 1], walk.product[depth + 1] = there, near.start[there], reached
        walk.broken[depth + 1] = walk.broken[depth] or not graph.edges[edge].chains
        _meet_in_two(graph, near, far, question, walk, best, depth + 1, wanted)
        if depth + 4 <= max_hops:
            depth += 1


# ── the last two relations ─────────────────────────────────────────────────────────────────────────────


@njit(cache=True, nogil=True)
def _meet_in_two(graph: Any, near: Any, far: Any, question: Any, walk: Any, best: Any, depth: int, wanted: Any) -> None:
    """Offer all paths that go on from a node of the walk with just two more edges."""
    here, end = walk.node[depth], question.end
    ways_on = near.start[here + 1] - near.start[here]
    ways_in = far.start[end + 1] - far.start[end]
    if min(ways_on, ways_in) > len(graph.hubs.entity) and min(graph.hubs.number[here], graph.hubs.number[end]) >= 0:
        _meet_between_hubs(graph, question, walk, best, depth, wanted)
    elif ways_on <= ways_in:
        _meet_forward(graph, near, far, question, walk, best, depth, wanted)
    elif ways_in > 0:
        _meet_backward(graph, near, far, question, walk, best, depth, wanted)


@njit(cache=True, nogil=True)
def _meet_forward(graph: Any, near: Any, far: Any, question: Any, walk: Any, best: Any, depth: int, wanted: Any) -> None:
    """Go through the edges of the node, and look up whether they lead to what does to the end."""
    here, end, product = walk.node[depth], question.end, walk.product[depth]
    strongest = abs(product * graph.edges[far.by_weight[far.start[end]]].weight)
    for place in range(near.start[here], near.start[here + 1]):
        edge = near.by_weight[place]
        walk.steps[0] -= 1
        if strongest * abs(graph.edges[edge].weight) < _bound(best, wanted) or walk.steps[0] < 0:
            return
        middle = _other_end(graph, question, edge)
        if _may_pass(graph, question, walk, depth, middle):
            last = _between(near, far, middle, end)
            if last >= 0:
                _meet_through(graph, question, walk, best, depth, edge, last, wanted)


@njit(cache=True, nogil=True)
def _meet_backward(graph: Any, near: Any, far: Any, question: Any, walk: Any, best: Any, depth: int, wanted: Any) -> None:
    """Go through the edges of the end, and look up whether the node leads to where they come from."""
    here, end, product = walk.node[depth], question.end, walk.product[depth]
    strongest = abs(product * graph.edges[near.by_weight[near.start[here]]].weight)
    for place in range(far.start[end], far.start[end + 1]):
        last = far.by_weight[place]
        walk.steps[0] -= 1
        if strongest * abs(graph.edges[last].weight) < _bound(best, wanted) or walk.steps[0] < 0:
            return
        middle = _near_end(graph, question, last)
        if _may_pass(graph, question, walk, depth, middle):
            edge = _between(near, far, here, middle)
            if edge >= 0:
                _meet_from(graph, question, walk, best, depth, edge, last, wanted)


@njit(cache=True, nogil=True)
def _meet_between_hubs(graph: Any, question: Any, walk: Any, best: Any, depth: int, wanted: Any) -> None:
    """Look up the paths between two hubs, and put together those that lead through a third."""
    hubs, product = graph.hubs, walk.product[depth]
    count = len(hubs.entity)
    source, target = hubs.number[walk.node[depth]], hubs.number[question.end]
    if question.is_backward:
        source, target = target, source
    pair = 2 * (source * count + target)
    for sign in range(2):
        if wanted.sign == _BOTH_SIGNS or (sign == 0) == ((product > 0.0) == (wanted.sign == 0)):
            for place in range(hubs.start[pair + sign], hubs.start[pair + sign + 1]):
                one, two = hubs.first[place], hubs.last[place]
                strength = abs(product * (graph.edges[one].weight * graph.edges[two].weight))
                walk.steps[0] -= 1
                if strength < _bound(best, wanted) or walk.steps[0] < 0:
                    break
                _meet_exactly(graph, question, walk, best, depth, one, two, wanted)
    for hub in range(count):
        one, two = hubs.edge[source, hub], hubs.edge[hub, target]
        walk.steps[0] -= 1
        if one < 0 or two < 0:
            continue
        strength = abs(product * (graph.edges[one].weight * graph.edges[two].weight))
        if strength >= _bound(best, wanted) and _may_pass(graph, question, walk, depth, hubs.entity[hub]):
            _meet_in_runs(graph, question, walk, best, depth, one, two, wanted)


@njit(cache=True, nogil=True)
def _meet_exactly(graph: Any, question: Any, walk: Any, best: Any, depth: int, one: int, two: int, wanted: Any) -> None:
    """Offer the path through two edges, if it may pass between them."""
    if question.is_backward:
        one, two = two, one
    if not _may_pass(graph, question, walk, depth, _other_end(graph, question, one)):
        return
    reached = _reached(graph, question, walk, depth, walk.product[depth], one)
    if reached != 0.0:
        walk.path[depth] = one
        walk.broken[depth + 1] = walk.broken[depth] or not graph.edges[one].chains
        score = _reached(graph, question, walk, depth + 1, reached, two)
        _propose(graph, question, walk, best, depth + 1, score, two, wanted)


@njit(cache=True, nogil=True)
def _meet_in_runs(graph: Any, question: Any, walk: Any, best: Any, depth: int, one: int, two: int, wanted: Any) -> None:
    """Offer the paths through one of the parallel edges from the first on, and then one from the second on."""
    if question.is_backward:
        one, two = two, one
    _meet_from(graph, question, walk, best, depth, one, two, wanted)


@njit(cache=True, nogil=True)
def _meet_from(graph: Any, question: Any, walk: Any, best: Any, depth: int, edge: int, last: int, wanted: Any) -> None:
    """Offer the paths that go on with one of parallel edges, and end with another given, or one parallel to it."""
    source, target = graph.edges[edge].source, graph.edges[edge].target
    stop = graph.out.start[source + 1]
    strongest = abs(walk.product[depth] * graph.edges[last].weight)
    while edge < stop and graph.edges[edge].target == target:
        walk.steps[0] -= 1
        if strongest * abs(graph.edges[edge].weight) < _bound(best, wanted):
            return
        _meet_through(graph, question, walk, best, depth, edge, last, wanted)
        edge += 1


@njit(cache=True, nogil=True)
def _meet_through(graph: Any, question: Any, walk: Any, best: Any, depth: int, edge: int, last: int, wanted: Any) -> None:
    """Offer the paths that go on with an edge, and end with another or one parallel to it."""
    reached = _reached(graph, question, walk, depth, walk.product[depth], edge)
    if reached != 0.0:
        walk.path[depth] = edge
        walk.broken[depth + 1] = walk.broken[depth] or not graph.edges[edge].chains
        _meet(graph, question, walk, best, depth + 1, reached, last, wanted)


@njit(cache=True, nogil=True)
def _meet(graph: Any, question: Any, walk: Any, best: Any, depth: int, product: float, edge: int, wanted: Any) -> None:
    """Offer the paths that end with an edge, or with one parallel to it."""
    if edge < 0:
        return
    source, target = graph.edges[edge].source, graph.edges[edge].target
    stop = graph.out.start[source + 1]
    while edge < stop and graph.edges[edge].target == target:
        walk.steps[0] -= 1
        if abs(product * graph.edges[edge].weight) < _bound(best, wanted):
            return
        score = _reached(graph, question, walk, depth, product, edge)
        _propose(graph, question, walk, best, depth, score, edge, wanted)
        edge += 1


@njit(cache=True, nogil=True)
def _propose(graph: Any, question: Any, walk: Any, best: Any, depth: int, score: float, edge: int, wanted: Any) -> None:
    """Offer the path that ends with an edge, if it is wanted."""
    sign = 0 if score > 0.0 else 1
    if score != 0.0 and (wanted.sign == _BOTH_SIGNS or wanted.sign == sign) and abs(score) >= wanted.least * _SLACK:
        walk.path[depth] = edge
        _offer(graph, walk.path, depth + 1, question.is_backward, score, best.scores, best.lengths, best.paths, sign)


@njit(cache=True, nogil=True)
def _offer(
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


@njit(cache=True, nogil=True)
def _is_smaller(graph: Any, path: Any, length: int, is_backward: bool, other: Any, other_length: int) -> bool:
    if length != other_length:
        return length < other_length
    for place in range(length):
        edge = path[length - 1 - place] if is_backward else path[place]
        ours, theirs = graph.edges[edge].statement, graph.edges[other[place]].statement
        if ours != theirs:
            return bool(ours < theirs)
    return False


# ── single steps ───────────────────────────────────────────────────────────────────────────────────────


@njit(cache=True, nogil=True, inline="always")
def _bound(best: Any, wanted: Any) -> Any:
    """Return how strong a path must be to matter."""
    if wanted.sign == _BOTH_SIGNS:
        return max(wanted.least, best.scores[0], -best.scores[1]) * _SLACK
    return max(wanted.least, abs(best.scores[wanted.sign])) * _SLACK


@njit(cache=True, nogil=True, inline="always")
def _other_end(graph: Any, question: Any, edge: int) -> Any:
    """Return where an edge leads, as the walk goes."""
    return graph.edges[edge].source if question.is_backward else graph.edges[edge].target


@njit(cache=True, nogil=True, inline="always")
def _near_end(graph: Any, question: Any, edge: int) -> Any:
    """Return where an edge comes from, as the walk goes."""
    return graph.edges[edge].target if question.is_backward else graph.edges[edge].source


@njit(cache=True, nogil=True, inline="always")
def _may_pass(graph: Any, question: Any, walk: Any, depth: int, node: int) -> bool:
    """Return whether a path may lead through a node: one that carries interest and is not on it."""
    if node == question.end or not graph.carries[node]:
        return False
    return not _is_among(walk.node, depth, node)


@njit(cache=True, nogil=True, inline="always")
def _is_among(nodes: Any, depth: int, node: int) -> bool:
    found = False
    for place in range(depth + 1):
        found |= nodes[place] == node
    return found


@njit(cache=True, nogil=True, inline="always")
def _reached(graph: Any, question: Any, walk: Any, depth: int, product: float, edge: int) -> Any:
    """Return the product with one more edge, 0 where the edge may not stand there or does not hold."""
    found = graph.edges[edge]
    if found.first > question.last or found.last < question.first or (walk.broken[depth] and not found.chains):
        return 0.0
    return product * _weight_for(found, question.actor)


@njit(cache=True, nogil=True, inline="always")
def _weight_for(edge: Any, actor: int) -> Any:
    """Return an edge's weight for an actor: half where somebody else disputes it."""
    undisputed = edge.disputer == NO_DISPUTER or edge.disputer == actor
    return edge.weight if undisputed else edge.weight * 0.5


@njit(cache=True, nogil=True)
def _between(near: Any, far: Any, here: int, there: int) -> int:
    """Return the first edge between two nodes, -1 if there is none."""
    low, high = near.start[here], near.start[here + 1]
    from_low, from_high = far.start[there], far.start[there + 1]
    if high - low <= from_high - from_low:
        place = _place(near.other, low, high, there)
        return near.by_other[place] if place < high and near.other[place] == there else -1
    place = _place(far.other, from_low, from_high, here)
    return far.by_other[place] if place < from_high and far.other[place] == here else -1


@njit(cache=True, nogil=True, inline="always")
def _place(values: Any, low: int, high: int, wanted: int) -> int:
    """Return where the first of sorted values stands that is not smaller."""
    while low < high:
        middle = (low + high) >> 1
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


# ── from all to one ────────────────────────────────────────────────────────────────────────────────────


@njit(cache=True, nogil=True)
def walked_back(graph: Any, end: int, least: float, max_hops: int, limit: int, scores: Any, lengths: Any, paths: Any) -> Any:
    """Find the strongest path of each sign from every node to one.

    Parameters
    ----------
    end : int
        The node that all paths lead to.
    least : float
        The least strength that matters.
    scores : (n, 2) array of float64
        Zeros; the scores of the positive and of the negative path are written there.
    lengths : (n, 2) array of int8
        Zeros likewise.
    paths : (n, 2, 5) array of int32
        Edges, from the node on.

    Returns
    -------
    walkers : array of int32
        The nodes from which there is a path, in no order.
    cut : bool
        Whether the limit of steps was reached.
    """
    walkers = [np.int32(0) for _ in range(0)]
    node = np.empty(MOST_HOPS + 1, np.int32)
    position = np.empty(MOST_HOPS + 1, np.int64)
    size = np.ones(MOST_HOPS + 1, np.float64)
    broken = np.zeros(MOST_HOPS + 1, np.bool_)
    path = np.empty(MOST_HOPS, np.int32)
    bound = least * _SLACK
    depth = 0
    node[0], position[0] = end, graph.into.start[end]
    while depth >= 0:
        here = node[depth]
        limit -= 1
        if depth == max_hops or position[depth] == graph.into.start[here + 1] or limit < 0:
            depth -= 1
            continue
        edge = graph.into.by_weight[position[depth]]
        position[depth] += 1
        found = graph.edges[edge]
        reached = size[depth] * abs(found.weight)
        if reached < bound:
            depth -= 1
            continue
        walker = found.source
        if (broken[depth] and not found.chains) or _is_among(node, depth, walker):
            continue
        path[depth] = edge
        score = 1.0
        for place in range(depth, -1, -1):
            score *= _weight_for(graph.edges[path[place]], walker)
        if score != 0.0:
            if lengths[walker, 0] == 0 and lengths[walker, 1] == 0:
                walkers.append(walker)
            sign = 0 if score > 0.0 else 1
            _offer(graph, path, depth + 1, True, score, scores[walker], lengths[walker], paths[walker], sign)
        if graph.carries[walker] and reached > 0.0:
            depth += 1
            node[depth], position[depth], size[depth] = walker, graph.into.start[walker], reached
            broken[depth] = broken[depth - 1] or not found.chains
    return np.array(walkers, np.int32), limit < 0
