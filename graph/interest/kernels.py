"""The compiled inner loops of the interest engine: walks over compressed adjacency, cut by bounds.

A walk is cut only where no continuation can matter: weights lie between -1 and 1, so that a path is never stronger
than its beginning times the strongest relations at the ends of what is still to come, of the sign that is wanted. So
the answers are exact, unless a walk exceeds the limit of steps; then it says so. Walks begin at the end that has fewer
relations, the last two relations are met from the side that has fewer, and what stands between two hubs is looked up,
so that a hub costs little.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.compilation import compiled, inlined_part
from cuibono.graph.interest.borrowing import borrowed
from cuibono.graph.interest.steps import (
    BOTH_SIGNS,
    MOST_HOPS,
    SLACK,
    between,
    bound_of,
    may_be_in,
    may_pass,
    offer,
    other_end,
    reached_by,
)

__all__ = ["strongest_paths"]


class _Side(NamedTuple):
    """The entities and their ways as seen from one end."""

    nodes: NDArray[np.void]
    ways: NDArray[np.void]


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
    """Where a walk stands: for each depth the node, which of its ways are still to come and whether they came later, the
    product of the weights up to it and whether a relation that does not chain lies behind; the edges walked; and steps
    left."""

    node: NDArray[np.int32]
    position: NDArray[np.int64]
    stop: NDArray[np.int64]
    is_later: NDArray[np.bool_]
    product: NDArray[np.float64]
    broken: NDArray[np.bool_]
    path: NDArray[np.int32]
    steps: NDArray[np.int64]


class _Best(NamedTuple):
    """The strongest path of each sign so far, the positive first."""

    scores: NDArray[np.float64]
    lengths: NDArray[np.int8]
    paths: NDArray[np.int32]


@compiled
def strongest_paths(graph: Any, effects: Any, rows: Any, least: float, max_hops: int, limit: int) -> Any:
    """Return the strongest path of each sign for each of many questions.

    The weaker of the two may be missing where it is less than half as strong as the other, and both where neither
    has the least strength that matters.

    Parameters
    ----------
    graph : Graph
    effects : array of `EFFECT`
        The actor and the target that a path leads to, the period during which each of its relations must hold, and what
        its strength is to be multiplied with.
    rows : (q,) array of int32
        Which of these are asked.
    least : float
        The least strength that matters, once multiplied.
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
    count = len(rows)
    scores = np.zeros((count, 2), np.float64)
    lengths = np.zeros((count, 2), np.int8)
    paths = np.empty((count, 2, MOST_HOPS), np.int32)
    cut = np.zeros(count, np.bool_)
    kept = _Walk(
        np.empty(MOST_HOPS, np.int32),
        np.empty(MOST_HOPS, np.int64),
        np.empty(MOST_HOPS, np.int64),
        np.zeros(MOST_HOPS, np.bool_),
        np.ones(MOST_HOPS, np.float64),
        np.zeros(MOST_HOPS, np.bool_),
        np.empty(MOST_HOPS, np.int32),
        np.empty(1, np.int64),
    )
    walk, graph = borrowed(kept), borrowed(graph)
    out, into = _Side(graph.out_nodes, graph.out_ways), _Side(graph.into_nodes, graph.into_ways)
    for place in range(count):
        effect = effects[rows[place]]
        actor, target, strength = effect.actor, effect.target, effect.strength
        ways_out, ways_in = _ways(out.nodes[actor]), _ways(into.nodes[target])
        if actor == target or ways_out == 0 or ways_in == 0 or strength < least or strength <= 0.0:
            continue
        best = borrowed(_Best(scores[place], lengths[place], paths[place]))
        walk.steps[0] = limit
        is_backward = ways_out > ways_in
        start, end = (target, actor) if is_backward else (actor, target)
        near, far = (into, out) if is_backward else (out, into)
        question = _Question(actor, start, end, effect.first, effect.last, is_backward)
        _search(graph, near, far, question, walk, best, max_hops, least / strength)
        cut[place] = kept.steps[0] < 0
    return scores, lengths, paths, cut


@inlined_part
def _search(graph: Any, near: Any, far: Any, question: Any, walk: Any, best: Any, max_hops: int, least: float) -> None:
    """Find the strongest path of all; then, now that it is known, that of the other sign, down to half of it."""
    wanted = _Wanted(least, BOTH_SIGNS)
    for is_second in (False, True):
        if is_second:
            positive, negative = best.scores[0], -best.scores[1]
            if max(positive, negative) == 0.0:
                return
            wanted = _Wanted(max(positive, negative) * 0.5, 1 if positive >= negative else 0)
        _walk_all(graph, near, far, question, walk, best, max_hops, wanted)


@inlined_part
def _walk_all(graph: Any, near: Any, far: Any, question: Any, walk: Any, best: Any, max_hops: int, wanted: Any) -> None:
    """Walk from the start, and meet the end from each node on the way."""
    start, end = question.start, question.end
    if may_be_in(graph, near.nodes[start], end):
        _meet(graph, question, walk, best, 0, 1.0, between(graph, question, start, end), wanted)
    strongest = np.float64(max(far.nodes[end].positive, far.nodes[end].negative))
    _enter(near, walk, 0, start, 1.0)
    depth, is_new = (0 if max_hops >= 2 else -1), True
    while depth >= 0:
        if is_new:
            _meet_in_two(graph, near, far, question, walk, best, depth, wanted)
            is_new = False
            if depth + 3 > max_hops:
                depth -= 1
                continue
        if walk.position[depth] == walk.stop[depth] or walk.steps[0] < 0:
            if walk.is_later[depth] or walk.steps[0] < 0:
                depth -= 1
            else:
                _enter_later(near, walk, depth)
            continue
        way = near.ways[walk.position[depth]]
        walk.position[depth] += 1
        walk.steps[0] -= 1
        product = walk.product[depth] * way.weight
        bound = bound_of(best, wanted)
        if abs(product) * strongest < bound:
            # All that is still to come is weaker, but for what came later.
            if not walk.is_later[depth]:
                walk.position[depth] = walk.stop[depth]
            continue
        if depth + 4 > max_hops and _most_in_two(near, far, way.other, end, product, wanted) < bound:
            continue
        reached = reached_by(graph, question, walk, depth, walk.product[depth], way.edge)
        if abs(reached) * strongest < bound or reached == 0.0 or not may_pass(graph, question, walk, depth, way.other):
            continue
        walk.path[depth] = way.edge
        walk.broken[depth + 1] = walk.broken[depth] or not graph.edges[way.edge].chains
        depth += 1
        _enter(near, walk, depth, way.other, reached)
        is_new = True


@inlined_part
def _enter(near: Any, walk: Any, depth: int, node: int, product: float) -> None:
    walk.node[depth], walk.product[depth] = node, product
    walk.position[depth] = near.nodes[node].start
    walk.stop[depth] = walk.position[depth] + near.nodes[node].count
    walk.is_later[depth] = False


@inlined_part
def _enter_later(near: Any, walk: Any, depth: int) -> None:
    node = near.nodes[walk.node[depth]]
    walk.position[depth], walk.stop[depth], walk.is_later[depth] = node.later, node.later + node.later_count, True


@inlined_part
def _ways(node: Any) -> Any:
    """Return how many ways an entity has."""
    return node.count + node.later_count


# ── the last two relations ─────────────────────────────────────────────────────────────────────────────


@inlined_part
def _most_in_two(near: Any, far: Any, here: int, end: int, product: float, wanted: Any) -> Any:
    """Return how strong a path of the wanted sign could be at most that goes on with just two more edges."""
    one, two = near.nodes[here], far.nodes[end]
    # Wide numbers, as these products are not to be rounded down.
    gain, loss = np.float64(one.positive), np.float64(one.negative)
    same = max(gain * two.positive, loss * two.negative)
    other = max(gain * two.negative, loss * two.positive)
    if wanted.sign == BOTH_SIGNS:
        return abs(product) * max(same, other)
    return abs(product) * (same if (product > 0.0) == (wanted.sign == 0) else other)


@inlined_part
def _meet_in_two(graph: Any, near: Any, far: Any, question: Any, walk: Any, best: Any, depth: int, wanted: Any) -> None:
    """Offer all paths that go on from a node of the walk with just two more edges."""
    here, end = walk.node[depth], question.end
    if _most_in_two(near, far, here, end, walk.product[depth], wanted) < bound_of(best, wanted):
        return
    ways_on, ways_in = _ways(near.nodes[here]), _ways(far.nodes[end])
    are_many = min(ways_on, ways_in) > len(graph.hubs)
    if are_many and graph.hub_number[here] >= 0 and graph.hub_number[end] >= 0:
        _meet_between_hubs(graph, near, question, walk, best, depth, wanted)
    elif ways_on <= ways_in:
        _meet_forward(graph, near, far, question, walk, best, depth, wanted)
    else:
        _meet_backward(graph, near, far, question, walk, best, depth, wanted)


@inlined_part
def _meet_forward(graph: Any, near: Any, far: Any, question: Any, walk: Any, best: Any, depth: int, wanted: Any) -> None:
    """Go through the edges of the node, and look up whether they lead to what does to the end."""
    node, there = near.nodes[walk.node[depth]], far.nodes[question.end]
    product, bound = walk.product[depth], bound_of(best, wanted)
    strongest = abs(product) * max(there.positive, there.negative)
    for is_later in (False, True):
        start, count = (node.later, node.later_count) if is_later else (node.start, node.count)
        for place in range(start, start + count):
            way = near.ways[place]
            walk.steps[0] -= 1
            if walk.steps[0] < 0:
                return
            if strongest * abs(way.weight) < bound:
                # Later ways stand in no order.
                if is_later:
                    continue
                break
            if may_be_in(graph, there, way.other) and may_pass(graph, question, walk, depth, way.other):
                last = between(graph, question, way.other, question.end)
                if last >= 0:
                    _meet_through(graph, question, walk, best, depth, way.edge, last, wanted)
                    bound = bound_of(best, wanted)


@inlined_part
def _meet_backward(graph: Any, near: Any, far: Any, question: Any, walk: Any, best: Any, depth: int, wanted: Any) -> None:
    """Go through the edges of the end, and look up whether the node leads to where they come from."""
    here, there = walk.node[depth], far.nodes[question.end]
    node, product, bound = near.nodes[here], walk.product[depth], bound_of(best, wanted)
    strongest = abs(product) * max(node.positive, node.negative)
    for is_later in (False, True):
        start, count = (there.later, there.later_count) if is_later else (there.start, there.count)
        for place in range(start, start + count):
            way = far.ways[place]
            walk.steps[0] -= 1
            if walk.steps[0] < 0:
                return
            if strongest * abs(way.weight) < bound:
                # Later ways stand in no order.
                if is_later:
                    continue
                break
            if may_be_in(graph, node, way.other) and may_pass(graph, question, walk, depth, way.other):
                edge = between(graph, question, here, way.other)
                if edge >= 0:
                    _meet_from(graph, question, walk, best, depth, edge, way.edge, wanted)
                    bound = bound_of(best, wanted)


@inlined_part
def _meet_between_hubs(graph: Any, near: Any, question: Any, walk: Any, best: Any, depth: int, wanted: Any) -> None:
    """Look up the paths between two hubs, and put together those that lead through a third, or through what has changed."""
    source, target = graph.hub_number[walk.node[depth]], graph.hub_number[question.end]
    if question.is_backward:
        source, target = target, source
    pair = 2 * (source * len(graph.hubs) + target)
    for sign in range(2):
        if wanted.sign == BOTH_SIGNS or (sign == 0) == ((walk.product[depth] > 0.0) == (wanted.sign == 0)):
            _meet_as_kept(graph, question, walk, best, depth, graph.hub_start[pair + sign : pair + sign + 2], wanted)
    _meet_through_hubs(graph, question, walk, best, depth, source, target, wanted)
    for middle in graph.changed:
        walk.steps[0] -= 1
        if may_be_in(graph, near.nodes[walk.node[depth]], middle) and may_pass(graph, question, walk, depth, middle):
            one, two = between(graph, question, walk.node[depth], middle), between(graph, question, middle, question.end)
            if one >= 0 and two >= 0:
                _meet_from(graph, question, walk, best, depth, one, two, wanted)


@inlined_part
def _meet_as_kept(graph: Any, question: Any, walk: Any, best: Any, depth: int, places: Any, wanted: Any) -> None:
    """Offer the paths between two hubs that were put together before."""
    size = abs(walk.product[depth])
    for place in range(places[0], places[1]):
        path = graph.hub_paths[place]
        walk.steps[0] -= 1
        if size * path.strength < bound_of(best, wanted) or walk.steps[0] < 0:
            return
        _meet_exactly(graph, question, walk, best, depth, path.first, path.last, wanted)


@inlined_part
def _meet_through_hubs(
    graph: Any, question: Any, walk: Any, best: Any, depth: int, source: int, target: int, wanted: Any
) -> None:
    """Offer the paths from one hub to another through a third."""
    size, bound = np.float64(abs(walk.product[depth])), bound_of(best, wanted)
    ones, twos = graph.hub_weight[source], graph.hub_weight_into[target]
    walk.steps[0] -= len(ones)
    for hub in range(len(ones)):
        if size * ones[hub] * twos[hub] >= bound and may_pass(graph, question, walk, depth, graph.hubs[hub]):
            one, two = graph.hub_edge[source, hub], graph.hub_edge_into[target, hub]
            if one >= 0 and two >= 0:
                _meet_in_runs(graph, question, walk, best, depth, one, two, wanted)
                bound = bound_of(best, wanted)


@inlined_part
def _meet_exactly(graph: Any, question: Any, walk: Any, best: Any, depth: int, one: int, two: int, wanted: Any) -> None:
    """Offer the path through two edges, if it may pass between them."""
    if question.is_backward:
        one, two = two, one
    if not may_pass(graph, question, walk, depth, other_end(graph, question, one)):
        return
    reached = reached_by(graph, question, walk, depth, walk.product[depth], one)
    if reached != 0.0:
        walk.path[depth] = one
        walk.broken[depth + 1] = walk.broken[depth] or not graph.edges[one].chains
        score = reached_by(graph, question, walk, depth + 1, reached, two)
        _propose(graph, question, walk, best, depth + 1, score, two, wanted)


@inlined_part
def _meet_in_runs(graph: Any, question: Any, walk: Any, best: Any, depth: int, one: int, two: int, wanted: Any) -> None:
    """Offer the paths through one of the parallel edges from the first on, and then one from the second on."""
    if question.is_backward:
        one, two = two, one
    _meet_from(graph, question, walk, best, depth, one, two, wanted)


@inlined_part
def _meet_from(graph: Any, question: Any, walk: Any, best: Any, depth: int, edge: int, last: int, wanted: Any) -> None:
    """Offer the paths that go on with one of parallel edges, and end with another given, or one parallel to it."""
    source, target = graph.edges[edge].source, graph.edges[edge].target
    strongest = abs(walk.product[depth] * graph.edges[last].weight)
    while graph.edges[edge].target == target and graph.edges[edge].source == source:
        walk.steps[0] -= 1
        if strongest * abs(graph.edges[edge].weight) < bound_of(best, wanted):
            return
        _meet_through(graph, question, walk, best, depth, edge, last, wanted)
        edge += 1


@inlined_part
def _meet_through(graph: Any, question: Any, walk: Any, best: Any, depth: int, edge: int, last: int, wanted: Any) -> None:
    """Offer the paths that go on with an edge, and end with another or one parallel to it."""
    reached = reached_by(graph, question, walk, depth, walk.product[depth], edge)
    if reached != 0.0:
        walk.path[depth] = edge
        walk.broken[depth + 1] = walk.broken[depth] or not graph.edges[edge].chains
        _meet(graph, question, walk, best, depth + 1, reached, last, wanted)


@inlined_part
def _meet(graph: Any, question: Any, walk: Any, best: Any, depth: int, product: float, edge: int, wanted: Any) -> None:
    """Offer the paths that end with an edge, or with one parallel to it."""
    if edge < 0:
        return
    source, target = graph.edges[edge].source, graph.edges[edge].target
    while graph.edges[edge].target == target and graph.edges[edge].source == source:
        walk.steps[0] -= 1
        if abs(product * graph.edges[edge].weight) < bound_of(best, wanted):
            return
        score = reached_by(graph, question, walk, depth, product, edge)
        _propose(graph, question, walk, best, depth, score, edge, wanted)
        edge += 1


@inlined_part
def _propose(graph: Any, question: Any, walk: Any, best: Any, depth: int, score: float, edge: int, wanted: Any) -> None:
    """Offer the path that ends with an edge, if it is wanted."""
    sign = 0 if score > 0.0 else 1
    if score != 0.0 and (wanted.sign == BOTH_SIGNS or wanted.sign == sign) and abs(score) >= wanted.least * SLACK:
        walk.path[depth] = edge
        offer(graph, walk.path, depth + 1, question.is_backward, score, best.scores, best.lengths, best.paths, sign)
