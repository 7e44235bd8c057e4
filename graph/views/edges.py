"""The edges of a networkx graph: put in fast, made one of several, and weighed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cuibono.graph.errors import InvalidArgument
from cuibono.graph.views.attributes import Attributes

__all__ = ["WEIGHTS", "Weight", "add_weights", "fill", "single_edges", "weighed_by"]

Weight = str | Callable[[Mapping[str, Any]], float | None]


def fill(
    graph: Any,
    nodes: Sequence[str],
    starts: Sequence[int],
    ends: Sequence[int],
    keys: Sequence[str],
    made: Sequence[Attributes],
    both: Sequence[bool],
) -> None:
    """Add edges between nodes that are there, each key once.

    Does what ``add_edges_from`` does for such edges, in a fraction of its time: it makes no dictionary a second time,
    and looks no node up.

    Parameters
    ----------
    nodes : sequence of str
        All nodes of the graph, as they were added.
    starts, ends : sequence of int
        Where among the nodes the ends of each edge stand; quickest where the edges of a start stand together.
    both : sequence of bool
        Whether an edge goes the other way as well.
    """
    forward = list(graph._adj.values())
    backward = list(graph._pred.values()) if graph.is_directed() else forward
    for start, end, key, edge, again in zip(starts, ends, keys, made, both, strict=True):
        ahead, target = forward[start], nodes[end]
        if target in ahead:
            ahead[target][key] = edge
        else:
            ahead[target] = backward[end][nodes[start]] = {key: edge}
        if again and start != end:
            back, source = forward[end], nodes[start]
            if source in back:
                back[source][key] = edge.copy()
            else:
                back[source] = backward[start][target] = {key: edge.copy()}


def single_edges(
    nodes: Sequence[str],
    starts: Sequence[int],
    ends: Sequence[int],
    keys: Sequence[str],
    made: Sequence[Attributes],
    both: Sequence[bool],
    weight: Weight | None,
    *,
    directed: bool,
) -> Iterator[tuple[str, str, Attributes]]:
    """Yield one edge for each pair of nodes: the statement that weighs most, the first of several.

    Takes what `fill` takes.
    """
    chosen: dict[tuple[int, int], tuple[float, Attributes]] = {}
    for start, end, key, edge, again in zip(starts, ends, keys, made, both, strict=True):
        rank = _rank(edge, weight)
        for pair in [(start, end), (end, start)] if again and start != end else [(start, end)]:
            pair = pair if directed else (min(pair), max(pair))
            before = chosen.get(pair)
            count = 1 if before is None else int(before[1]["statements"]) + 1
            if before is None or rank > before[0]:
                chosen[pair] = rank, {**edge, "statement": key, "statements": count}
            else:
                before[1]["statements"] = count
    for (start, end), (_, edge) in chosen.items():
        if weight == "count":
            edge["weight"] = float(edge["statements"])
        yield nodes[start], nodes[end], edge


def _rank(edge: Attributes, weight: Weight | None) -> float:
    value = edge.get("confidence") if weight in (None, "count") else edge.get("weight")
    if not isinstance(value, (int, float)):
        return -math.inf
    return -value if weight == "distance" else value


def _strength(edge: Mapping[str, Any]) -> float:
    """Return the size of an edge's interest or sign, times its confidence; 0 where it has neither."""
    sign = next((edge[name] for name in ("interest", "stance", "bearing") if name in edge), 0.0)
    return abs(float(sign)) * float(edge["confidence"])


def _distance(edge: Mapping[str, Any]) -> float | None:
    strength = _strength(edge)
    return -math.log(strength) + 0.0 if strength > 0 else None


WEIGHTS: Mapping[str, Callable[[Mapping[str, Any]], float | None]] = {
    "count": lambda edge: 1.0,  # noqa: ARG005
    "confidence": lambda edge: float(edge["confidence"]),
    "strength": _strength,
    "distance": _distance,
}
"""What edges may weigh: the number of statements; their confidence; the size of their interest, stance or bearing times
the confidence; the negative logarithm of that, which makes the strongest path the shortest."""


def weighed_by(weight: Weight | None, *, ranked: bool) -> set[str]:
    """Return the attributes that weights, and the ranks of parallel edges, are made of."""
    names = {"confidence"} if ranked or weight in ("confidence", "strength", "distance") else set()
    if weight in ("strength", "distance"):
        names |= {"interest", "stance", "bearing"}
    return names | {weight} if isinstance(weight, str) and weight not in WEIGHTS else names


def add_weights(made: Sequence[Attributes], weight: Weight | None) -> None:
    """Give edges what they are asked to weigh, where they have it.

    Raises
    ------
    InvalidArgument
        If none of them has an attribute of that name.
    """
    if weight is None:
        return
    measure = weight if callable(weight) else WEIGHTS.get(weight, lambda edge: edge.get(weight))
    found = False
    for edge in made:
        value = measure(edge)
        if value is not None:
            edge["weight"], found = value, True
    if made and not found and isinstance(weight, str) and weight not in WEIGHTS:
        raise InvalidArgument("weight", f"no edge has an attribute {weight!r}; there are {', '.join(WEIGHTS)} beside attributes")
