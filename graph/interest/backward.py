"""The compiled walk from all to one: who gains or loses with something."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from cuibono.graph.compilation import compiled
from cuibono.graph.interest.compressed import CARRIES
from cuibono.graph.interest.steps import MOST_HOPS, SLACK, is_among, offer, weight_for

__all__ = ["walked_back"]


@compiled
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
    stop = np.empty(MOST_HOPS + 1, np.int64)
    is_later = np.zeros(MOST_HOPS + 1, np.bool_)
    size = np.ones(MOST_HOPS + 1, np.float64)
    broken = np.zeros(MOST_HOPS + 1, np.bool_)
    path = np.empty(MOST_HOPS, np.int32)
    bound = least * SLACK
    depth = 0
    node[0], position[0] = end, graph.into_nodes[end].start
    stop[0] = position[0] + graph.into_nodes[end].count
    while depth >= 0:
        limit -= 1
        if depth == max_hops or limit < 0:
            depth -= 1
            continue
        if position[depth] == stop[depth]:
            here = graph.into_nodes[node[depth]]
            if is_later[depth]:
                depth -= 1
            else:
                position[depth], stop[depth], is_later[depth] = here.later, here.later + here.later_count, True
            continue
        edge = graph.into_ways[position[depth]].edge
        position[depth] += 1
        found = graph.edges[edge]
        reached = size[depth] * abs(found.weight)
        if reached < bound:
            # All that is still to come is weaker, but for what came later.
            if not is_later[depth]:
                position[depth] = stop[depth]
            continue
        if found.died <= graph.version[0]:
            continue
        walker = found.source
        if (broken[depth] and not found.chains) or is_among(node, depth, walker):
            continue
        path[depth] = edge
        score = _score(graph.edges, path, depth, walker)
        if score != 0.0:
            if lengths[walker, 0] == 0 and lengths[walker, 1] == 0:
                walkers.append(walker)
            sign = 0 if score > 0.0 else 1
            offer(graph, path, depth + 1, True, score, scores[walker], lengths[walker], paths[walker], sign)
        if graph.flags[walker] & CARRIES and reached > 0.0:
            depth += 1
            node[depth], position[depth], size[depth] = walker, graph.into_nodes[walker].start, reached
            stop[depth], is_later[depth] = position[depth] + graph.into_nodes[walker].count, False
            broken[depth] = broken[depth - 1] or not found.chains
    return np.array(walkers, np.int32), limit < 0


@njit(cache=True, nogil=True, inline="always")
def _score(edges: Any, path: Any, depth: int, walker: int) -> Any:
    """Return what a path weighs for who walks it."""
    score = 1.0
    for place in range(depth, -1, -1):
        score *= weight_for(edges[path[place]], walker)
    return score
