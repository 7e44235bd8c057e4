"""Structural balance: whether the friends and enemies of a signed graph fall into two camps, and how far it is from that.

A signed graph is balanced if its nodes fall into two sides with positive edges within and negative edges between them
(Cartwright and Harary, Psychological Review 63, 1956). The frustration index counts the edges that stand in the way
(Harary, Behavioral Science 4, 1959).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import networkx as nx
from networkx.utils import not_implemented_for, py_random_state

__all__ = ["balanced_sides", "frustration_index", "is_balanced", "near_balanced_sides", "triangle_balance"]

_LARGEST_BLOCK = 26

Graph = Any
Sides = tuple[set[Any], set[Any]]


@not_implemented_for("directed")
def is_balanced(G: Graph, sign: str = "sign") -> bool:  # noqa: N803
    """Return True if the signed graph is balanced.

    Parameters
    ----------
    G : NetworkX graph
        Undirected; parallel edges may differ in sign, and then are not balanced.
    sign : string, optional (default: "sign")
        The edge attribute that is above or below 0.

    Returns
    -------
    bool

    Raises
    ------
    NetworkXNotImplemented
        If the graph is directed.
    NetworkXError
        If an edge has no sign.

    Examples
    --------
    >>> G = nx.Graph([("a", "b", {"sign": -1}), ("b", "c", {"sign": -1}), ("c", "a", {"sign": 1})])
    >>> is_balanced(G)
    True
    >>> G["c"]["a"]["sign"] = -1
    >>> is_balanced(G)
    False

    See Also
    --------
    balanced_sides, frustration_index
    """
    return _sides(G, sign) is not None


@not_implemented_for("directed")
def balanced_sides(G: Graph, sign: str = "sign") -> Sides:  # noqa: N803
    """Return the two sides of a balanced signed graph.

    Parameters
    ----------
    G : NetworkX graph
        Undirected.
    sign : string, optional (default: "sign")
        The edge attribute that is above or below 0.

    Returns
    -------
    tuple of two sets
        The first has the first node of each component; so the sides of components with no edge between them say
        nothing about each other.

    Raises
    ------
    NetworkXUnfeasible
        If the graph is not balanced.
    NetworkXNotImplemented
        If the graph is directed.
    NetworkXError
        If an edge has no sign.

    Examples
    --------
    >>> G = nx.Graph([("a", "b", {"sign": -1}), ("b", "c", {"sign": 1})])
    >>> sides = balanced_sides(G)
    >>> sorted(sides[0]), sorted(sides[1])
    (['a'], ['b', 'c'])
    """
    sides = _sides(G, sign)
    if sides is None:
        raise nx.NetworkXUnfeasible("The graph is not balanced; near_balanced_sides gives sides that come near.")
    return sides


@not_implemented_for("directed")
def triangle_balance(G: Graph, sign: str = "sign") -> float:  # noqa: N803
    """Return the fraction of triangles that are balanced, those with an even number of negative edges.

    Parameters
    ----------
    G : NetworkX graph
        Undirected, without parallel edges.
    sign : string, optional (default: "sign")
        The edge attribute that is above or below 0.

    Returns
    -------
    float
        Between 0 and 1; 1 where there is no triangle.

    Raises
    ------
    NetworkXNotImplemented
        If the graph is directed or a multigraph.
    NetworkXError
        If an edge has no sign.

    Examples
    --------
    >>> G = nx.complete_graph(4)
    >>> nx.set_edge_attributes(G, -1, "sign")
    >>> triangle_balance(G)
    0.0
    """
    if G.is_multigraph():
        raise nx.NetworkXNotImplemented("not implemented for multigraph type")
    signs = {frozenset((u, v)): value > 0 for u, v, value in _signed(G, sign)}
    place = {node: number for number, node in enumerate(G)}
    found = balanced = 0
    for u in G:
        later = [v for v in G[u] if place[v] > place[u]]
        for v, w in combinations(later, 2):
            if w in G[v]:
                found += 1
                positive = signs[frozenset((u, v))] + signs[frozenset((u, w))] + signs[frozenset((v, w))]
                balanced += positive in (1, 3)
    return balanced / found if found else 1.0


@not_implemented_for("directed")
def frustration_index(G: Graph, sign: str = "sign", weight: str | None = None) -> float:  # noqa: N803
    """Return the least number, or weight, of edges that must go for the signed graph to be balanced.

    Finding it is NP-hard. It is found exactly, block by block (of 2-connected components), by branch and bound.

    Parameters
    ----------
    G : NetworkX graph
        Undirected.
    sign : string, optional (default: "sign")
        The edge attribute that is above or below 0.
    weight : string or None, optional (default: None)
        The edge attribute that counts, 1 where there is none; if None, every edge counts 1.

    Returns
    -------
    number
        0 if the graph is balanced.

    Raises
    ------
    NetworkXError
        If an edge has no sign, or a block that is not balanced has more than 26 nodes; `near_balanced_sides` gives a
        bound then.
    NetworkXNotImplemented
        If the graph is directed.

    Examples
    --------
    >>> G = nx.cycle_graph(5)
    >>> nx.set_edge_attributes(G, -1, "sign")
    >>> frustration_index(G)
    1
    """
    costs = _costs(G, sign, weight)
    simple = nx.Graph(list(costs))
    total: float = sum(cost[0] for (u, v), cost in costs.items() if u == v)
    blocks: Any = nx.biconnected_components(simple)
    for block in blocks:
        inside = {pair: cost for pair, cost in costs.items() if pair[0] != pair[1] and set(pair) <= block}
        order = sorted(block, key=lambda node: (-simple.degree(node), str(node)))
        if len(order) > _LARGEST_BLOCK and _frustration(inside, _greedy(inside, order)) > 0:
            most = f"no more than {_LARGEST_BLOCK} can be searched"
            raise nx.NetworkXError(f"A block has {len(order)} nodes, and {most}; near_balanced_sides gives a bound.")
        total += _least(inside, order)
    return total


@not_implemented_for("directed")
@py_random_state("seed")
def near_balanced_sides(
    G: Graph,  # noqa: N803
    sign: str = "sign",
    weight: str | None = None,
    *,
    rounds: int = 20,
    seed: Any = 0,
) -> tuple[Sides, float]:
    """Return two sides with few edges in the way, and how many they are.

    Nodes change sides for as long as that helps, from several beginnings.

    Parameters
    ----------
    G : NetworkX graph
        Undirected.
    sign : string, optional (default: "sign")
        The edge attribute that is above or below 0.
    weight : string or None, optional (default: None)
        The edge attribute that counts; if None, every edge counts 1.
    rounds : int, optional (default: 20)
        How many beginnings to try.
    seed : integer, random_state, or None, optional (default: 0)
        Indicator of random number generation state.

    Returns
    -------
    sides : tuple of two sets
    frustration : number
        An upper bound of `frustration_index`.

    Raises
    ------
    NetworkXError
        If an edge has no sign.
    NetworkXNotImplemented
        If the graph is directed.

    Examples
    --------
    >>> G = nx.complete_graph(3)
    >>> nx.set_edge_attributes(G, -1, "sign")
    >>> near_balanced_sides(G)[1]
    1
    """
    costs, nodes = _costs(G, sign, weight), list(G)
    around: dict[Any, list[tuple[Any, float, float]]] = {node: [] for node in nodes}
    for (u, v), (apart, together) in costs.items():
        if u != v:
            around[u].append((v, apart, together))
            around[v].append((u, apart, together))
    best, least = dict.fromkeys(nodes, True), float("inf")
    for number in range(max(rounds, 1)):
        side = _greedy(costs, nodes) if number == 0 else {node: seed.random() < 0.5 for node in nodes}
        changed = True
        while changed:
            changed = False
            for node in nodes:
                gain = sum((c - t) if side[other] == side[node] else (t - c) for other, c, t in around[node])
                if gain > 1e-12:
                    side[node], changed = not side[node], True
        found = _frustration(costs, side)
        if found < least:
            best, least = dict(side), found
    return ({node for node in nodes if best[node]}, {node for node in nodes if not best[node]}), least if nodes else 0


# ── how it is done ─────────────────────────────────────────────────────────────────────────────────────


def _signed(G: Graph, sign: str) -> Iterator[tuple[Any, Any, float]]:  # noqa: N803
    for u, v, value in G.edges(data=sign):
        if value is None or not value:
            raise nx.NetworkXError(f"The edge {u!r}, {v!r} has no {sign!r} above or below 0.")
        yield u, v, value


def _sides(G: Graph, sign: str) -> Sides | None:  # noqa: N803
    around: dict[Any, list[tuple[Any, bool]]] = {node: [] for node in G}
    for u, v, value in _signed(G, sign):
        around[u].append((v, value > 0))
        around[v].append((u, value > 0))
    side: dict[Any, bool] = {}
    for start in G:
        if start in side:
            continue
        side[start], waiting = True, [start]
        while waiting:
            node = waiting.pop()
            for other, same in around[node]:
                wanted = side[node] if same else not side[node]
                if other not in side:
                    side[other] = wanted
                    waiting.append(other)
                elif side[other] is not wanted:
                    return None
    return {node for node in G if side[node]}, {node for node in G if not side[node]}


def _costs(G: Graph, sign: str, weight: str | None) -> dict[tuple[Any, Any], tuple[float, float]]:  # noqa: N803
    """Return for each pair what it costs on the same side, and on different sides."""
    place = {node: number for number, node in enumerate(G)}
    costs: dict[tuple[Any, Any], tuple[float, float]] = {}
    counts = (1 if weight is None else value for _, _, value in G.edges(data=weight or sign, default=1))
    for (u, v, value), count in zip(_signed(G, sign), counts, strict=True):
        pair = (u, v) if place[u] <= place[v] else (v, u)
        same, apart = costs.get(pair, (0, 0))
        costs[pair] = (same, apart + count) if value > 0 else (same + count, apart)
    return costs


def _frustration(costs: dict[tuple[Any, Any], tuple[float, float]], side: dict[Any, bool]) -> float:
    return sum(cost[side[u] != side[v]] for (u, v), cost in costs.items())


def _greedy(costs: dict[tuple[Any, Any], tuple[float, float]], order: list[Any]) -> dict[Any, bool]:
    """Return sides along a breadth-first tree, which makes a balanced graph balanced."""
    tree = nx.Graph([pair for pair in costs if pair[0] != pair[1]])
    side: dict[Any, bool] = {}
    for start in order:
        if start in side or start not in tree:
            side.setdefault(start, True)
            continue
        side[start] = True
        for u, v in nx.bfs_edges(tree, start):
            cost = costs.get((u, v)) or costs[v, u]
            side[v] = side[u] if cost[0] <= cost[1] else not side[u]
    return side


def _least(costs: dict[tuple[Any, Any], tuple[float, float]], order: list[Any]) -> float:
    """Return the least frustration, by placing one node after the other and giving up what cannot be better."""
    earlier: dict[Any, list[tuple[Any, tuple[float, float]]]] = {node: [] for node in order}
    place = {node: number for number, node in enumerate(order)}
    for (u, v), cost in costs.items():
        last, first = (u, v) if place[u] > place[v] else (v, u)
        earlier[last].append((first, cost))
    best = _frustration(costs, _greedy(costs, order))
    side: dict[Any, bool] = {}

    def put(number: int, so_far: float) -> None:
        nonlocal best
        if so_far >= best:
            return
        if number == len(order):
            best = so_far
            return
        node = order[number]
        prices = [(sum(cost[side[other] != choice] for other, cost in earlier[node]), choice) for choice in (True, False)]
        for price, choice in sorted(prices)[: 1 if number == 0 else 2]:
            side[node] = choice
            put(number + 1, so_far + price)
        side.pop(node, None)

    put(0, 0)
    return best
