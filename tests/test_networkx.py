"""The networkx graph, as notebook users walk it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import networkx as nx
import pytest

import cuibono
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
