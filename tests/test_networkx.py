"""The networkx graph, as notebook users walk it."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import networkx as nx
import pytest

import cuibono
from cuibono.graph.errors import InvalidArgument, NotFound
from cuibono.graph.generation import generated_records
from cuibono.graph.model import Basis
from tests.graphs import BASE, drawn, graph, short


def edges(found: nx.MultiDiGraph) -> set[tuple[str, str, str]]:
    return {(short(start), edge["predicate"], short(end)) for start, end, edge in found.edges(data=True)}


def test_an_edge_is_a_statement_under_its_own_key() -> None:
    kg = graph("A owns X share:0.5 since:2020 until:2021-05 conf:0.5 by:B via:N on:2022-01-02 \n c harms X")
    found = kg.to_networkx()
    (said,) = kg.statements(predicate="owns")
    assert found.edges[BASE + "A", BASE + "X", said.iri] == {
        "predicate": "owns",
        "label": "owns",
        "speaker": BASE + "B",
        "said_via": BASE + "N",
        "document": BASE + "D1",
        "stated_on": "2022-01-02",
        "valid_from": "2020",
        "valid_to": "2021-05",
        "confidence": 0.5,
        "confidence_stated": True,
        "basis": "verbatim",
        "status": "accepted",
        "quote": "It says so.",
        "interest": 0.5,
        "interest_back": 0.3,
        "share": 0.5,
    }
    assert found.nodes[BASE + "c"] == {"kind": "claim", "type": "Claim", "label": "Claim c."}
    assert found.nodes[BASE + "N"] == {"kind": "entity", "type": "NewsOrganization", "label": "N"}


def test_what_is_unknown_has_no_attribute() -> None:
    found = graph("A endorses X").to_networkx()
    ((_, _, edge),) = found.edges(data=True)
    assert set(edge) == {
        "predicate", "label", "document", "confidence", "confidence_stated", "basis", "status", "quote", "stance",
    }  # fmt: skip
    assert (edge["confidence"], edge["confidence_stated"], edge["stance"]) == (1.0, False, 1.0)


def test_a_symmetric_statement_stands_in_both_directions_under_one_key() -> None:
    found = graph("X competesWith Y \n X owns Y").to_networkx()
    assert edges(found) == {("X", "competesWith", "Y"), ("Y", "competesWith", "X"), ("X", "owns", "Y")}
    assert set(found.successors(BASE + "Y")) == {BASE + "X"}
    ((there, edge),) = found[BASE + "Y"][BASE + "X"].items()
    assert found.edges[BASE + "X", BASE + "Y", there] == edge
    assert edge["interest"] == -0.8


def test_only_accepted_statements_come_along() -> None:
    kg = graph("A owns X status:proposed \n A owns Y status:rejected \n A owns Z status:retracted \n A leads X")
    assert edges(kg.to_networkx()) == {("A", "leads", "X")}


def test_things_that_nobody_speaks_of_are_nodes_too() -> None:
    found = graph("A owns X status:proposed").to_networkx()
    assert {short(node) for node in found} == {"A", "X"}


def test_statements_about_statements_come_along_when_asked_for() -> None:
    text = "s = A owns X share:0.5 \n B disputes s \n r = A leads X status:rejected \n B questions r \n A uses P"
    names = drawn(text).iris
    kg = graph(text)
    assert edges(kg.to_networkx()) == {("A", "owns", "X"), ("A", "uses", "P")}
    found = kg.to_networkx(include_statements=True)
    assert found.has_edge(BASE + "B", names["s"])
    node = found.nodes[names["s"]]
    assert (node["kind"], node["type"], node["label"]) == ("statement", "Statement", "A owns X")
    assert (node["subject"], node["predicate"], node["object"], node["share"]) == (BASE + "A", "owns", BASE + "X", 0.5)
    assert found.nodes[names["r"]]["status"] == "rejected"
    assert not found.has_edge(BASE + "A", BASE + "X", names["r"])
    assert sum(kind == "statement" for _, kind in found.nodes(data="kind")) == 2


def test_a_relation_of_an_extension(tmp_path: Path) -> None:
    file = tmp_path / "terms.ttl"
    file.write_text("""
        @prefix cb: <https://w3id.org/cuibono/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix schema: <https://schema.org/> .
        cb:Bank rdfs:subClassOf cb:Company .
        cb:lendsTo a cb:Relation ; rdfs:label "lends to" ; cb:attribute cb:label, cb:rate ; cb:forwardWeight 0.25 ;
          schema:domainIncludes cb:Bank ; schema:rangeIncludes cb:Agent .
        cb:label a cb:Attribute . cb:rate a cb:Attribute .
    """)
    kg = graph("T lendsTo A label:L rate:R", ontology=file, classes={"T": "Bank"})
    found = kg.to_networkx()
    assert found.nodes[BASE + "T"]["type"] == "Bank"
    ((_, _, edge),) = found.edges(data=True)
    assert (edge["predicate"], edge["label"], edge["interest"], edge["rate"]) == ("lendsTo", "lends to", 0.25, "R")
    assert edge["https://w3id.org/cuibono/ns#label"] == "L"  # does not take the place of the relation's


@pytest.mark.parametrize("include_statements", [False, True])
def test_networkx_writes_and_reads_the_seed(include_statements: bool) -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        found = kg.to_networkx(include_statements=include_statements)
        assert len(found) >= len(kg.entities()) + len(kg.claims())
    file = BytesIO()
    nx.write_graphml(found, file)
    file.seek(0)
    again = nx.read_graphml(file, force_multigraph=True)
    assert dict(again.nodes(data=True)) == dict(found.nodes(data=True))
    assert {(a, b, key): edge for a, b, key, edge in again.edges(keys=True, data=True)} == {
        (a, b, key): edge for a, b, key, edge in found.edges(keys=True, data=True)
    }
    assert all(type(edge["basis"]) is not Basis for _, _, edge in found.edges(data=True))


# ── what is chosen ─────────────────────────────────────────────────────────────────────────────────────

CHOICE = """
    A owns X share:0.5 conf:0.5 on:2020
    A owns X on:2021
    B leads Y
    X competesWith Y
    A endorses c
    c harms Y
    s = B disputes c
    A disputes s
    A owns Z status:proposed
"""


def named(found: nx.Graph) -> set[str]:
    return {short(node) for node in found}


def test_statements_are_chosen_by_entity_relation_and_whatever_else() -> None:
    kg = graph(CHOICE)
    assert edges(kg.to_networkx(entities=["A", "X"])) == {("A", "owns", "X"), ("A", "endorses", "c")}
    assert named(kg.to_networkx(entities=["A", "Z"])) == {"A", "Z", "c"}
    assert named(kg.to_networkx(relations=["leads"])) == {"B", "Y"}
    assert edges(kg.to_networkx(where=lambda statement: statement.certainty < 1)) == {("A", "owns", "X")}
    assert edges(kg.to_networkx(where={"subject": "A", "predicate": "owns", "status": "proposed"})) == {("A", "owns", "Z")}
    assert edges(kg.to_networkx(relations=["owns", "harms"], where={"min_confidence": 0.6})) == {
        ("A", "owns", "X"), ("c", "harms", "Y"),
    }  # fmt: skip
    assert named(kg.to_networkx(include_claims=False)) == {"A", "B", "X", "Y", "Z"}
    assert edges(kg.to_networkx(include_claims=False, include_statements=True)) == {
        ("A", "owns", "X"), ("B", "leads", "Y"), ("X", "competesWith", "Y"), ("Y", "competesWith", "X"),
        ("A", "disputes", short(drawn(CHOICE).iris["s"])),
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"entities": ["nobody"]}, {"relations": ["nothing"]}, {"weight": "heft"}, {"relations": "owns"}]
)
def test_what_is_chosen_must_be_there(wrong: dict) -> None:
    with pytest.raises((NotFound, InvalidArgument)):
        graph(CHOICE).to_networkx(**wrong)


@pytest.mark.parametrize(("directed", "multi"), [(True, True), (True, False), (False, True), (False, False)])
def test_the_four_classes_of_graphs(directed: bool, multi: bool) -> None:
    found = graph(CHOICE).to_networkx(directed=directed, multi=multi)
    assert (found.is_directed(), found.is_multigraph()) == (directed, multi)
    assert found.has_edge(BASE + "Y", BASE + "X")
    assert found.has_edge(BASE + "X", BASE + "A") is not directed
    assert found.number_of_edges(BASE + "A", BASE + "X") == (2 if multi else 1)
    if not directed:
        assert {(short(e["subject"]), short(e["object"])) for _, _, e in found.edges(data=True)} >= {("A", "X"), ("X", "Y")}
    if not multi:
        edge = found.edges[BASE + "A", BASE + "X"]
        assert (edge["statements"], edge["confidence"], edge["stated_on"]) == (2, 1.0, "2021")
        assert edge["statement"] in {statement.iri for statement in graph(CHOICE).statements()}


def test_weights() -> None:
    kg = graph(CHOICE)

    def weights(weight: object, **options: object) -> dict[tuple[str, str], float]:
        found = kg.to_networkx(weight=weight, multi=False, **options)
        return {(short(a), short(b)): w for a, b, w in found.edges(data="weight") if w is not None}

    assert weights("count")["A", "X"] == 2
    assert weights("confidence")["A", "X"] == 1
    assert weights("strength")["A", "X"] == pytest.approx(0.8)  # no share known, and full confidence, over 0.5 and half
    assert weights("distance")["A", "X"] == pytest.approx(0.2231, abs=1e-4)
    assert weights("share") == {("A", "X"): 0.5}
    assert weights(lambda edge: 3.0 if edge["predicate"] == "leads" else None) == {("B", "Y"): 3.0}
    assert weights("distance", attributes=["predicate"])["A", "X"] == pytest.approx(0.2231, abs=1e-4)


def test_edges_carry_only_what_is_asked_for() -> None:
    found = graph(CHOICE).to_networkx(attributes=["predicate", "share"], weight="strength")
    assert {frozenset(edge) for _, _, edge in found.edges(data=True)} <= {
        frozenset({"predicate", "share", "weight"}), frozenset({"predicate", "weight"}),
    }  # fmt: skip


def test_a_changed_graph_is_as_one_read_afresh() -> None:
    kg = graph("A owns X \n B leads Y")
    kg.snapshot.columns  # noqa: B018
    kg.add(*drawn("A leads Z by:C \n c harms Y").records)
    again = cuibono.open()
    again.add(*kg.snapshot.records)
    assert nx.utils.graphs_equal(kg.to_networkx(), again.to_networkx())


# ── what networkx makes of it ──────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def both() -> tuple[nx.MultiDiGraph, nx.MultiDiGraph]:
    """A generated graph, ours and one that is put together by hand from records."""
    kg = cuibono.open()
    kg.add(*generated_records(600))
    by_hand = nx.MultiDiGraph()
    by_hand.add_nodes_from(entity.iri for entity in kg.entities())
    by_hand.add_nodes_from(claim.iri for claim in kg.claims())
    for statement in kg.statements():
        if statement.object not in kg.snapshot.statements:
            by_hand.add_edge(statement.subject, statement.object, key=statement.iri, weight=statement.certainty)
            if kg.vocabulary.relation(statement.predicate).symmetric:
                by_hand.add_edge(statement.object, statement.subject, key=statement.iri, weight=statement.certainty)
    return kg.to_networkx(weight="confidence"), by_hand


def communities(found: nx.Graph) -> set[frozenset[str]]:
    simple = nx.Graph()
    simple.add_nodes_from(sorted(found))
    simple.add_edges_from(sorted((min(pair), max(pair)) for pair in set(found.edges())))
    return set(map(frozenset, nx.community.louvain_communities(simple, seed=1)))


def test_algorithms_give_what_they_give_on_a_graph_made_by_hand(both: tuple[nx.MultiDiGraph, nx.MultiDiGraph]) -> None:
    ours, by_hand = both
    assert (set(ours), set(ours.edges(keys=True))) == (set(by_hand), set(by_hand.edges(keys=True)))
    assert nx.pagerank(ours) == pytest.approx(nx.pagerank(by_hand), abs=1e-9)
    betweenness = [nx.betweenness_centrality(nx.DiGraph(found)) for found in both]
    assert betweenness[0] == pytest.approx(betweenness[1])
    assert communities(ours) == communities(by_hand)
    distances = [dict(nx.all_pairs_shortest_path_length(found)) for found in both]
    assert distances[0] == distances[1]
    start, end = max(((a, b) for a, ends in distances[0].items() for b in ends), key=lambda pair: distances[0][pair[0]][pair[1]])
    weighed = [nx.dijkstra_path_length(found, start, end) for found in both]
    assert weighed[0] == pytest.approx(weighed[1])
    paths = [sorted(nx.all_simple_edge_paths(found, start, end, cutoff=distances[0][start][end] + 1)) for found in both]
    assert paths[0] == paths[1]
    assert paths[0]


BACKEND = """
import networkx as nx


class Backend:
    asked = []

    @staticmethod
    def convert_from_nx(graph, **options):
        fast = type("Fast" + type(graph).__name__, (type(graph),), {"__networkx_backend__": "fast"})(graph)
        return fast

    @staticmethod
    def convert_to_nx(result, **options):
        return result

    @staticmethod
    def betweenness_centrality(graph, *arguments, **options):
        Backend.asked.append((type(graph).__name__, len(graph), graph.number_of_edges()))
        return "from the backend"
"""
ASKING = """
import networkx as nx, cuibono, fast
kg = cuibono.open()
kg.build(cuibono.seed_dossier())
G = kg.to_networkx()
assert nx.betweenness_centrality(G, backend="fast") == "from the backend"
with nx.config(backend_priority=["fast"]):
    assert nx.betweenness_centrality(G) == "from the backend"
assert fast.Backend.asked[0] == ("FastMultiDiGraph", len(G), G.number_of_edges()), fast.Backend.asked
"""


def test_networkx_hands_it_over_to_a_backend_that_is_installed(tmp_path: Path) -> None:
    (tmp_path / "fast.py").write_text(BACKEND)
    installed = tmp_path / "fast-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: fast\nVersion: 1\n")
    (installed / "entry_points.txt").write_text("[networkx.backends]\nfast = fast:Backend\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", ASKING], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
