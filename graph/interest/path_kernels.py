"""The compiled search for the best simple paths between two nodes: branch and bound, with bounds that are walks' own.

For each node near the end it is worked out how strong a walk of so many statements from there to the end can be that does not
go straight back, and from where it comes on. What the strongest continuation is known to be is walked first, and left as soon
as it cannot be among the best any more. So the answer is exact, unless the limit of steps is exceeded; then it says so.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.compilation import compiled, compiled_part, inlined_part
from cuibono.graph.interest.borrowing import borrowed
from cuibono.graph.interest.compressed import NO_DISPUTER, rearrange
from cuibono.graph.interest.connections import ALONG, DISPUTED, RANK_SHIFT, Connections
from cuibono.graph.interest.steps import MOST_HOPS

__all__ = ["Question", "best_paths", "levels_for"]

_DIGITS = 1e12
"""Strengths that differ in later digits only are equal, as `Path.order` has it."""

_CHILD = np.dtype([("value", np.float64), ("other", np.int32), ("code", np.int32), ("following", np.int32)], align=True)
"""A step that may be taken: how strong what goes on with it is at most, where it leads, and where in the list the steps begin
that are weaker."""

_COST = 4
"""To list a step and put it in order takes as long as to look at so many."""


class Question(NamedTuple):
    """Between which nodes, over which relations (all where there are none), how many paths, and how many steps at most."""

    start: int
    end: int
    allowed: NDArray[np.bool_]
    most: int
    limit: int


class _Levels(NamedTuple):
    """By hops to the end, less one, and node: the strongest walk to the end, where it goes on, plus 1, and the strongest of
    those that go on elsewhere; which list of steps was made; and by node the first of its steps to the end, plus 1."""

    strongest: NDArray[np.float64]
    second: NDArray[np.float64]
    onto: NDArray[np.int32]
    second_onto: NDArray[np.int32]
    listed: NDArray[np.int32]
    last: NDArray[np.int32]


class _Lists(NamedTuple):
    """The steps that may be taken from nodes, where each list begins and ends, and how much of either is taken."""

    children: NDArray[np.void]
    spans: NDArray[np.int64]
    taken: NDArray[np.int64]


class _Best(NamedTuple):
    """A heap of paths with the last one on top: their strengths in whole numbers, and their codes."""

    keys: NDArray[np.int64]
    codes: NDArray[np.int32]


def levels_for(connections: Connections, max_hops: int) -> _Levels:
    """Return the tables that a search writes to; they take no memory until they are written to."""
    count = max(len(connections.start) - 1, len(connections.later_of))
    shape = max(max_hops - 1, 1), count
    reals, ints = (np.zeros(shape), np.zeros(shape)), (np.zeros(shape, np.int32), np.zeros(shape, np.int32))
    return _Levels(*reals, *ints, np.zeros((max_hops, count), np.int32), np.zeros(count, np.int32))


@compiled
def best_paths(graph: Any, question: Any, levels: Any, max_hops: int) -> Any:
    """Return the best simple paths, the shorter before the longer; those of one length in no order.

    Parameters
    ----------
    graph : Connections
    question : Question
    levels : _Levels
        Of `levels_for`, for this search alone.
    max_hops : int
        The most statements of a path, 1 to 5.

    Returns
    -------
    codes : (p, 5) array of int32
        Statements, as `STEP` has them.
    lengths : (p,) array of int8
    cut : bool
        Whether the limit was reached, so that paths may be missing of the greatest length or of greater ones.
    """
    graph, levels = borrowed(graph), borrowed(levels)
    found, lengths, count = np.empty((64, MOST_HOPS), np.int32), np.empty(64, np.int8), 0
    steps = np.full(1, question.limit, np.int64)
    chain, members = _last_steps(graph, question, levels, steps)
    is_whole = True
    children, spans, taken = np.empty(256, _CHILD), np.empty((64, 2), np.int64), np.zeros(2, np.int64)
    lists = _Lists(children, spans, taken)
    for length in range(1, max_hops + 1):
        if length > 2:
            if not is_whole:
                members = _pushed(graph, question, levels, length - 2, members, steps)
            before = members
            is_whole = _cost(graph, before) <= _cost_around(graph, question)
            if is_whole:
                members = _pushed(graph, question, levels, length - 1, before, steps)
            else:
                _pulled(graph, question, levels, length - 1, steps)
        if steps[0] < 0:
            return found[:count], lengths[:count], True
        best, size, lists = _search(graph, question, levels, chain, lists, length, question.most - count, steps)
        while count + size > len(found):
            found, lengths = _doubled(found), np.concatenate((lengths, np.empty_like(lengths)))
        # Place by place here and below: to assign a slice is to compile what tells of shapes that differ.
        for place in range(size):
            lengths[count + place] = length
            for hop in range(MOST_HOPS):
                found[count + place, hop] = best.codes[place, hop]
        count += size
        if steps[0] < 0 or count == question.most:
            break
    return found[:count], lengths[:count], steps[0] < 0


@compiled_part
def _doubled(array: Any) -> Any:
    return np.concatenate((array, np.empty_like(array)))


# ── single steps ───────────────────────────────────────────────────────────────────────────────────────


@inlined_part
def _stretch(graph: Any, node: int, is_later: bool) -> Any:
    """Return between which places the steps from a node stand, those of columns or those that came later."""
    if not is_later:
        if node + 1 < len(graph.start):
            return graph.start[node], graph.start[node + 1]
    elif len(graph.later_of) and graph.later_of[node]:
        place = graph.later_of[node]
        return np.int64(graph.later_start[place - 1]), np.int64(graph.later_start[place])
    return np.int64(0), np.int64(0)


@inlined_part
def _may_go(graph: Any, question: Any, code: int) -> bool:
    """Return whether a statement is asked for, walked in that direction."""
    number, rows = code >> 1, len(graph.forward)
    if not graph.flags[number] & (ALONG << (code & 1)):
        return False
    if len(question.allowed) == 0:
        return True
    predicate = graph.predicate[number] if number < rows else graph.added[number - rows].predicate
    return bool(question.allowed[predicate])


@inlined_part
def _weight(graph: Any, question: Any, code: int) -> Any:
    """Return the size of what a step weighs, half where somebody other than the one who walks disputes it."""
    number, rows = code >> 1, len(graph.forward)
    if number < rows:
        weight = graph.backward[number] if code & 1 else graph.forward[number]
    else:
        added = graph.added[number - rows]
        weight = added.backward if code & 1 else added.forward
    if weight != 0.0 and graph.flags[number] & DISPUTED:
        disputer = graph.disputer[np.searchsorted(graph.disputed, np.int32(number))]
        if disputer not in (NO_DISPUTER, question.start):
            weight *= 0.5
    return abs(weight)


@inlined_part
def _rank(graph: Any, code: int) -> Any:
    """Return a number that orders as the statement's IRI does."""
    number, rows = np.int64(code >> 1), len(graph.forward)
    return number << RANK_SHIFT if number < rows else graph.added[number - rows].rank


@inlined_part
def _key(strength: float) -> Any:
    return np.int64(np.rint(strength * _DIGITS))


# ── how strong what is still to come can be ────────────────────────────────────────────────────────────


@inlined_part
def _told(levels: Any, hops: int, node: int, onto: int, value: float) -> bool:
    """Let a node know of a walk to the end that goes on with a node; return whether it is the first one."""
    level = hops - 1
    known = levels.onto[level, node]
    if known == 0:
        levels.strongest[level, node], levels.onto[level, node] = value, onto + 1
        return True
    if known == onto + 1:
        levels.strongest[level, node] = max(levels.strongest[level, node], value)
    elif value > levels.strongest[level, node]:
        levels.second[level, node], levels.second_onto[level, node] = levels.strongest[level, node], known
        levels.strongest[level, node], levels.onto[level, node] = value, onto + 1
    elif levels.second_onto[level, node] == 0 or value > levels.second[level, node]:
        levels.second[level, node], levels.second_onto[level, node] = value, onto + 1
    return False


@inlined_part
def _strongest_without(levels: Any, hops: int, node: int, without: int) -> Any:
    """Return the strength of the strongest walk to the end that does not go on with a node, below 0 if there is none."""
    level = hops - 1
    onto = levels.onto[level, node]
    if onto == 0:
        return -1.0
    if onto != without + 1:
        return levels.strongest[level, node]
    return levels.second[level, node] if levels.second_onto[level, node] else -1.0


@compiled_part
def _last_steps(graph: Any, question: Any, levels: Any, steps: Any) -> Any:
    """Let all that is joined with the end know; return the last steps, each with the next one of its node, and those nodes."""
    first, stop = _stretch(graph, question.end, False)
    later, later_stop = _stretch(graph, question.end, True)
    steps[0] -= stop - first + later_stop - later
    chain, members = np.empty((stop - first + later_stop - later, 2), np.int32), np.empty(64, np.int32)
    count = members_count = 0
    for is_later in (True, False):
        begin, end = _stretch(graph, question.end, is_later)
        # Backwards, so that the chain of a node is in the order of IRIs.
        for place in range(end - 1, begin - 1, -1):
            step = graph.later_steps[place] if is_later else graph.steps[place]
            if not _may_go(graph, question, step.code ^ 1):
                continue
            chain[count, 0], chain[count, 1] = step.code ^ 1, levels.last[step.other]
            count += 1
            levels.last[step.other] = count
            if step.other == question.start:
                continue
            if _told(levels, 1, step.other, question.end, _weight(graph, question, step.code ^ 1)):
                if members_count == len(members):
                    members = _doubled(members)
                members[members_count] = step.other
                members_count += 1
    return chain[:count], members[:members_count]


@compiled_part
def _cost(graph: Any, members: Any) -> int:
    """Return how many steps there are from nodes."""
    cost = 0
    for node in members:
        for is_later in (False, True):
            begin, end = _stretch(graph, node, is_later)
            cost += end - begin
    return cost


@compiled_part
def _cost_around(graph: Any, question: Any) -> int:
    """Return how many steps there are from what is joined with the start."""
    cost = 0
    for is_later in (False, True):
        begin, end = _stretch(graph, question.start, is_later)
        for place in range(begin, end):
            node = graph.later_steps[place].other if is_later else graph.steps[place].other
            for is_further in (False, True):
                first, stop = _stretch(graph, node, is_further)
                cost += stop - first
    return cost


@compiled_part
def _pushed(graph: Any, question: Any, levels: Any, hops: int, before: Any, steps: Any) -> Any:
    """Let all that is joined with nodes one hop nearer to the end know; return what has come to know anything."""
    members, count = np.empty(64, np.int32), 0
    steps[0] -= _cost(graph, before)
    if steps[0] < 0:
        return members[:0]
    is_new = np.zeros(levels.onto.shape[1], np.bool_) if len(before) else np.zeros(0, np.bool_)
    for node in before:
        for is_later in (False, True):
            begin, end = _stretch(graph, node, is_later)
            for place in range(begin, end):
                step = graph.later_steps[place] if is_later else graph.steps[place]
                if step.other in (question.start, question.end) or not _may_go(graph, question, step.code ^ 1):
                    continue
                value = _strongest_without(levels, hops - 1, node, step.other)
                if value < 0.0:
                    continue
                _told(levels, hops, step.other, node, value * _weight(graph, question, step.code ^ 1))
                if not is_new[step.other]:
                    is_new[step.other] = True
                    if count == len(members):
                        members = _doubled(members)
                    members[count] = step.other
                    count += 1
    return members[:count]


@compiled_part
def _pulled(graph: Any, question: Any, levels: Any, hops: int, steps: Any) -> None:
    """Let what is joined with the start know of the walks to the end that go on from there."""
    for is_later in (False, True):
        begin, end = _stretch(graph, question.start, is_later)
        for place in range(begin, end):
            step = graph.later_steps[place] if is_later else graph.steps[place]
            if step.other == question.end or not _may_go(graph, question, step.code) or levels.onto[hops - 1, step.other]:
                continue
            for is_further in (False, True):
                first, stop = _stretch(graph, step.other, is_further)
                steps[0] -= stop - first
                if steps[0] < 0:
                    return
                for further in range(first, stop):
                    on = graph.later_steps[further] if is_further else graph.steps[further]
                    if on.other in (question.start, question.end) or not _may_go(graph, question, on.code):
                        continue
                    value = _strongest_without(levels, hops - 1, on.other, step.other)
                    if value >= 0.0:
                        _told(levels, hops, step.other, on.other, value * _weight(graph, question, on.code))


# ── the search ─────────────────────────────────────────────────────────────────────────────────────────


@compiled_part
def _search(graph: Any, question: Any, levels: Any, chain: Any, lists: Any, length: int, most: int, steps: Any) -> Any:
    """Return the best paths of exactly that many hops, how many there are, and the lists, which may have grown."""
    best, count = _Best(np.empty(64, np.int64), np.empty((64, MOST_HOPS), np.int32)), 0
    nodes, codes = np.empty(MOST_HOPS + 1, np.int32), np.empty(MOST_HOPS, np.int32)
    position, stop = np.zeros(MOST_HOPS, np.int64), np.zeros(MOST_HOPS, np.int64)
    product = np.ones(MOST_HOPS + 1, np.float64)
    nodes[0], depth = question.start, 0
    lists = _listed(graph, question, levels, chain, lists, question.start, length, steps)
    position[0], stop[0] = lists.spans[levels.listed[length - 1, question.start] - 1]
    while depth >= 0 and steps[0] >= 0:
        if position[depth] == stop[depth]:
            depth -= 1
            continue
        child = lists.children[position[depth]]
        steps[0] -= 1
        if count == most:
            key = _key(product[depth] * child.value)
            if key < best.keys[0]:
                # So are all that follow.
                position[depth] = stop[depth]
                continue
            if key == best.keys[0] and _comes_later(graph, codes, depth, child.code, best.codes[0]):
                position[depth] = child.following
                continue
        position[depth] += 1
        is_visited = False
        for place in range(1, depth + 1):
            is_visited |= nodes[place] == child.other
        if is_visited:
            continue
        codes[depth] = child.code
        reached = product[depth] * _weight(graph, question, child.code)
        if depth + 1 == length:
            if count == len(best.keys) and count < most:
                best = _Best(_doubled(best.keys), _doubled(best.codes))
            count = _kept(graph, best, count, most, _key(reached), codes, length)
            continue
        depth += 1
        nodes[depth], product[depth] = child.other, reached
        remaining = length - depth
        if levels.listed[remaining - 1, child.other] == 0:
            lists = _listed(graph, question, levels, chain, lists, int(child.other), remaining, steps)
        position[depth], stop[depth] = lists.spans[levels.listed[remaining - 1, nodes[depth]] - 1]
    return best, count, lists


@compiled_part
def _listed(graph: Any, question: Any, levels: Any, chain: Any, lists: Any, node: int, remaining: int, steps: Any) -> Any:
    """Make the list of the steps from a node from which the end can be reached in so many hops, the strongest first."""
    children, spans, taken = lists
    begin = used = taken[0]
    is_later = False
    if remaining == 1:
        place = levels.last[node]
        while place:
            if used == len(children):
                children = _doubled(children)
            code = chain[place - 1, 0]
            children[used].value, children[used].code = _weight(graph, question, code), code
            children[used].other = question.end
            used, place = used + 1, chain[place - 1, 1]
            is_later |= code >> 1 >= len(graph.forward)
    else:
        for is_later_now in (False, True):
            first, stop = _stretch(graph, node, is_later_now)
            steps[0] -= stop - first
            is_later |= stop > first and is_later_now
            for place in range(first, stop):
                step = graph.later_steps[place] if is_later_now else graph.steps[place]
                if step.other in (question.start, question.end):
                    continue
                value = _strongest_without(levels, remaining - 1, step.other, node)
                if value < 0.0 or not _may_go(graph, question, step.code):
                    continue
                if used == len(children):
                    children = _doubled(children)
                children[used].value = value * _weight(graph, question, step.code)
                children[used].other, children[used].code = step.other, step.code
                used += 1
    _put_in_order(graph, children, begin, used, is_later)
    steps[0] -= _COST * (used - begin)
    if taken[1] == len(spans):
        spans = _doubled(spans)
    spans[taken[1], 0], spans[taken[1], 1] = begin, used
    taken[0], taken[1] = used, taken[1] + 1
    levels.listed[remaining - 1, node] = taken[1]
    return _Lists(children, spans, taken)


@compiled_part
def _put_in_order(graph: Any, children: Any, begin: int, end: int, is_mixed: bool) -> None:
    """Put steps in the order of falling value, then of IRIs."""
    if end - begin > 1:
        if is_mixed:
            ranks = np.empty(end - begin, np.int64)
            for place in range(begin, end):
                ranks[place - begin] = _rank(graph, children[place].code)
            rearrange(children, begin, np.argsort(ranks, kind="mergesort"))
        values = np.empty(end - begin, np.float64)
        for place in range(begin, end):
            values[place - begin] = -children[place].value
        rearrange(children, begin, np.argsort(values, kind="mergesort"))
    for place in range(end - 1, begin - 1, -1):
        is_last = place + 1 == end or children[place + 1].value != children[place].value
        children[place].following = place + 1 if is_last else children[place + 1].following


@inlined_part
def _comes_later(graph: Any, codes: Any, depth: int, code: int, other: Any) -> bool:
    """Return whether a path that begins with some steps and another one comes after a path by IRIs."""
    for place in range(depth + 1):
        ours = _rank(graph, codes[place] if place < depth else code)
        theirs = _rank(graph, other[place])
        if ours != theirs:
            return bool(ours > theirs)
    return False


# ── the best so far ────────────────────────────────────────────────────────────────────────────────────


@compiled_part
def _kept(graph: Any, best: Any, count: int, most: int, key: int, codes: Any, length: int) -> int:
    """Keep a path, in place of the last one where there are as many as wanted; return how many there are."""
    if count == most:
        if key < best.keys[0] or (
            key == best.keys[0] and _comes_later(graph, codes, length - 1, codes[length - 1], best.codes[0])
        ):
            return count
        _put(best, 0, key, codes)
        _sink(graph, best, count, length)
        return count
    _put(best, count, key, codes)
    place = count
    while place > 0 and _goes_after(graph, best, place, (place - 1) // 2, length):
        _swap(best, place, (place - 1) // 2)
        place = (place - 1) // 2
    return count + 1


@compiled_part
def _put(best: Any, place: int, key: int, codes: Any) -> None:
    best.keys[place] = key
    for hop in range(MOST_HOPS):
        best.codes[place, hop] = codes[hop]


@compiled_part
def _sink(graph: Any, best: Any, count: int, length: int) -> None:
    place = 0
    while True:
        last = place
        for below in (2 * place + 1, 2 * place + 2):
            if below < count and _goes_after(graph, best, below, last, length):
                last = below
        if last == place:
            return
        _swap(best, place, last)
        place = last


@compiled_part
def _goes_after(graph: Any, best: Any, one: int, other: int, length: int) -> bool:
    if best.keys[one] != best.keys[other]:
        return bool(best.keys[one] < best.keys[other])
    codes = best.codes[one]
    return _comes_later(graph, codes, length - 1, codes[length - 1], best.codes[other])


@compiled_part
def _swap(best: Any, one: int, other: int) -> None:
    best.keys[one], best.keys[other] = best.keys[other], best.keys[one]
    for place in range(MOST_HOPS):
        best.codes[one, place], best.codes[other, place] = best.codes[other, place], best.codes[one, place]
