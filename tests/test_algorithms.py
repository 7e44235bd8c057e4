"""Signed and weighted algorithms: held against what is obvious, against exhaustive search, and against networkx."""

from __future__ import annotations

import math
from io import BytesIO
from itertools import pairwise, product

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cuibono
from cuibono.graph.algorithms import (
    balanced_sides,
    frustration_index,
    is_balanced,
    near_balanced_sides,
    signed_pagerank,
    single_source_strongest_paths,
    strongest_path,
    strongest_path_strength,
    triangle_balance,
)
from cuibono.graph.errors import InvalidArgument
from tests.graphs import BASE, graph, short


@st.composite
def signed_graphs(draw: st.DrawFn, kind: type[nx.Graph] = nx.Graph) -> nx.Graph:
    count = draw(st.integers(1, 8))
    found = kind()
    found.add_nodes_from(range(count))
    ends = st.integers(0, count - 1)
    for u, v, sign, weight in draw(
        st.lists(st.tuples(ends, ends, st.sampled_from([1, -1]), st.sampled_from([0.25, 0.5, 1.0])), max_size=18)
    ):
        if u != v or not kind().is_directed():
            found.add_edge(u, v, sign=sign, weight=weight, signed=sign * weight)
    return found


def frustration(found: nx.Graph, side: dict, weight: str | None = None) -> float:
    return sum(
        (edge[weight] if weight else 1) for u, v, edge in found.edges(data=True) if (edge["sign"] > 0) != (side[u] == side[v])
    )


@given(found=st.one_of(signed_graphs(), signed_graphs(nx.MultiGraph)), weight=st.sampled_from([None, "weight"]))
@settings(deadline=None, max_examples=150)
def test_balance_is_what_exhaustive_search_finds(found: nx.Graph, weight: str | None) -> None:
    every = (dict(zip(found, sides, strict=True)) for sides in product([True, False], repeat=len(found)))
    least = min(frustration(found, side, weight) for side in every)
    assert frustration_index(found, weight=weight) == pytest.approx(least)
    assert is_balanced(found) is (least == 0)
    (one, other), bound = near_balanced_sides(found, weight=weight)
    assert frustration(found, {**dict.fromkeys(one, True), **dict.fromkeys(other, False)}, weight) == pytest.approx(bound)
    assert bound >= least - 1e-9
    if least == 0:
        assert bound == 0
        sides = balanced_sides(found)
        assert frustration(found, {node: node in sides[0] for node in found}) == 0
    else:
        with pytest.raises(nx.NetworkXUnfeasible):
            balanced_sides(found)


@given(found=signed_graphs())
@settings(deadline=None, max_examples=60)
def test_triangles_are_balanced_as_their_signs_multiply(found: nx.Graph) -> None:
    found.remove_edges_from(list(nx.selfloop_edges(found)))
    triangles = [clique for clique in nx.enumerate_all_cliques(found) if len(clique) == 3]
    good = [t for t in triangles if math.prod(found[a][b]["sign"] for a, b in ((t[0], t[1]), (t[1], t[2]), (t[0], t[2]))) > 0]
    assert triangle_balance(found) == (len(good) / len(triangles) if triangles else 1.0)


def test_errors_are_those_of_networkx() -> None:
    for algorithm in (is_balanced, balanced_sides, triangle_balance, frustration_index, near_balanced_sides):
        with pytest.raises(nx.NetworkXNotImplemented):
            algorithm(nx.DiGraph())
        with pytest.raises(nx.NetworkXError, match="has no 'sign'"):
            algorithm(nx.path_graph(3))
    large = nx.complete_graph(40)
    nx.set_edge_attributes(large, -1, "sign")
    with pytest.raises(nx.NetworkXError, match="A block has 40 nodes"):
        frustration_index(large)
    assert near_balanced_sides(large)[1] == 2 * math.comb(20, 2)
    with pytest.raises(nx.NetworkXNoPath):
        strongest_path(nx.DiGraph([(1, 2)]), 2, 1)
    with pytest.raises(nx.NodeNotFound):
        strongest_path(nx.DiGraph([(1, 2)]), 3, 1)
    with pytest.raises(ValueError, match="strengths are between"):
        strongest_path(nx.Graph([(1, 2, {"weight": 3})]), 1, 2)


@given(found=st.one_of(signed_graphs(nx.DiGraph), signed_graphs(nx.MultiDiGraph)), cutoff=st.sampled_from([0.0, 0.125, 0.5]))
@settings(deadline=None, max_examples=80)
def test_strongest_paths_are_the_strongest_of_all(found: nx.Graph, cutoff: float) -> None:
    def strength(path: list) -> float:
        pairs = pairwise(path)
        edges = [found.get_edge_data(u, v) for u, v in pairs]
        return math.prod(max(e["weight"] for e in (edge.values() if found.is_multigraph() else [edge])) for edge in edges)

    strengths, paths = single_source_strongest_paths(found, 0, cutoff=cutoff)
    for target in found:
        every = [strength(path) for path in nx.all_simple_paths(found, 0, target)] if target else [1.0]
        best = max(every, default=0.0)
        assert (target in strengths) is (best >= cutoff and best > 0)
        if target in strengths:
            assert strengths[target] == pytest.approx(best)
            assert strength(paths[target]) == pytest.approx(best)
            assert strongest_path_strength(found, 0, target) == pytest.approx(best)


@given(found=st.one_of(signed_graphs(), signed_graphs(nx.DiGraph)))
@settings(deadline=None, max_examples=60)
def test_friends_and_enemies_together_are_the_pagerank(found: nx.Graph) -> None:
    friendly, hostile = signed_pagerank(found, weight="signed", tol=1e-10, max_iter=500)
    together = {node: friendly[node] + hostile[node] for node in found}
    assert together == pytest.approx(nx.pagerank(found, weight="weight", tol=1e-10, max_iter=500), abs=1e-6)


def test_an_enemy_of_an_enemy_is_a_friend() -> None:
    found = nx.path_graph(4)
    nx.set_edge_attributes(found, -1, "weight")
    friendly, hostile = signed_pagerank(found, personalization={0: 1})
    assert [friendly[node] > hostile[node] for node in found] == [True, False, True, False]
    with pytest.raises(nx.PowerIterationFailedConvergence):
        signed_pagerank(found, max_iter=1, tol=1e-12)
    with pytest.raises(ZeroDivisionError):
        signed_pagerank(found, personalization={0: 0})


# ── projections ────────────────────────────────────────────────────────────────────────────────────────


def drawn_edges(found: nx.Graph, attribute: str) -> dict[frozenset[str], object]:
    return {frozenset((short(u), short(v))): edge[attribute] for u, v, edge in found.edges(data=True)}


def test_who_competes_with_whom() -> None:
    kg = graph("""
        X competesWith Y conf:0.5
        X competesWith Y on:2020
        A owns X
        A restrictedBy R
        Y competesWith Z status:proposed
    """)
    found = kg.projection("competition")
    assert drawn_edges(found, "weight") == {frozenset("XY"): 0.8}
    assert drawn_edges(found, "statements") == {frozenset("XY"): 2}
    assert found.nodes[BASE + "X"]["label"] == "X"
    assert drawn_edges(kg.projection("competition", status=["proposed"]), "weight") == {frozenset("YZ"): 0.8}


def test_who_shares_an_interest_in_what() -> None:
    kg = graph("A owns X share:1.0 \n B owns X share:0.5 \n X competesWith Y \n C owns Y share:1.0")
    found = kg.projection("shared_interests", targets=["X"])
    assert drawn_edges(found, "sign")[frozenset("AB")] == 1
    assert drawn_edges(found, "aligned")[frozenset("AB")] == 0.5
    assert drawn_edges(found, "things")[frozenset("AB")] == "X"
    assert drawn_edges(found, "sign")[frozenset("AY")] == -1
    assert frozenset("AC") not in drawn_edges(found, "sign")
    assert drawn_edges(kg.projection("shared_interests", targets=["X"], max_hops=2), "sign")[frozenset("AC")] == -1
    assert drawn_edges(kg.projection("shared_interests"), "shared")[frozenset("AB")] >= 1


def test_who_sides_with_whom() -> None:
    kg = graph("""
        A endorses c conf:0.5
        B disputes c
        c harms X
        A disputes X
        A endorses Y on:2020
        A disputes Y on:2021
        c contradicts d
    """)
    found = kg.projection("stances")
    assert drawn_edges(found, "sign") == {
        frozenset("Ac"): 1,
        **dict.fromkeys(map(frozenset, ("Bc", "cX", "AX", "AY", "cd")), -1),
    }
    assert drawn_edges(found, "weight")[frozenset("Ac")] == 0.5
    assert is_balanced(found)
    assert {frozenset(map(short, side)) for side in balanced_sides(found)} == {frozenset("Acd") - {"d"}, frozenset("BXYd")}
    people = kg.projection("stances", claims=False)
    assert drawn_edges(people, "sign") == {frozenset("AX"): -1, frozenset("BX"): 1, frozenset("AY"): -1}


def test_projections_are_written_by_networkx() -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        for kind in ("competition", "shared_interests", "stances"):
            found = kg.projection(kind, max_hops=2)
            assert found.number_of_edges()
            file = BytesIO()
            nx.write_graphml(found, file)
            file.seek(0)
            again = nx.read_graphml(file)
            assert dict(again.nodes(data=True)) == dict(found.nodes(data=True))
            assert nx.utils.edges_equal(again.edges(data=True), found.edges(data=True))
        with pytest.raises(InvalidArgument, match="kind"):
            kg.projection("friends")
