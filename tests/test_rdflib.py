"""The rdflib dataset over a store: it shows what is there, follows it, and cannot write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SKOS

import cuibono
from cuibono.graph.errors import StoreError
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.store.encoding import DERIVED, HISTORY, STATEMENTS
from tests.graphs import BASE, drawn, graph

CB = rdflib.Namespace("https://w3id.org/cuibono/ns#")
A, X = rdflib.URIRef(BASE + "A"), rdflib.URIRef(BASE + "X")
TRIPLE = (A, CB.owns, rdflib.URIRef(BASE + "Y"))


@pytest.fixture(params=["memory", "directory"])
def kg(request: pytest.FixtureRequest, tmp_path: Path) -> KnowledgeGraph:
    opened = cuibono.open(None if request.param == "memory" else tmp_path / "store")
    opened.add(*drawn("A owns X share:0.5 conf:0.6").records)
    return opened


def test_readers_see_the_union_of_the_named_graphs(kg: KnowledgeGraph) -> None:
    dataset = kg.to_rdflib()
    assert (A, CB.owns, X) in dataset
    assert dataset.value(A, SKOS.prefLabel) == rdflib.Literal("A")
    assert {str(g.identifier) for g in dataset.graphs()} >= {STATEMENTS.value, DERIVED.value, HISTORY.value}
    derived = dataset.graph(rdflib.URIRef(DERIVED.value))
    assert list(derived) == [(A, CB.owns, X)]


def test_it_is_what_the_export_says(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "graph.ttl", text=True, history=True)
    parsed = rdflib.Graph().parse(tmp_path / "graph.ttl")
    union = rdflib.Graph()
    union += kg.to_rdflib().triples((None, None, None))
    assert isomorphic(parsed, union)


def test_sparql_through_it(kg: KnowledgeGraph) -> None:
    dataset = kg.to_rdflib()
    question = "SELECT ?name { ?s rdf:predicate cb:owns ; rdf:subject ?a . ?a skos:prefLabel ?name }"
    assert [row.name for row in dataset.query(question)] == [rdflib.Literal("A")]
    prepared = rdflib.plugins.sparql.prepareQuery(question, initNs=dict(dataset.namespaces()))
    assert [row.name for row in dataset.query(prepared)] == [rdflib.Literal("A")]
    assert dataset.query("ASK { ?a cb:owns ?b }").askAnswer
    built = dataset.query("CONSTRUCT { ?a cb:called ?name } WHERE { ?a cb:owns ?b ; skos:prefLabel ?name }")
    assert list(built) == [(A, CB.called, rdflib.Literal("A"))]
    bound = dataset.query("SELECT ?b { ?a cb:owns ?b }", initBindings={"a": A})
    assert [row.b for row in bound] == [X]
    with pytest.raises(cuibono.InvalidArgument, match="query: is not SPARQL"):
        dataset.query("SELECT nothing")


def test_it_is_live(kg: KnowledgeGraph) -> None:
    dataset = kg.to_rdflib()
    before = len(dataset)
    kg.add(*drawn("B leads X").records)
    assert (rdflib.URIRef(BASE + "B"), CB.leads, X) in dataset
    assert len(dataset) > before


UPDATES = [
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "LOAD <file:///etc/hostname>",
    "LOAD <http://127.0.0.1:9/nothing>",
    "CLEAR ALL",
    "CREATE GRAPH <urn:g>",
    "no SPARQL at all",
]
WRITES: dict[str, Callable[[rdflib.Dataset], object]] = {
    "add": lambda d: d.add(TRIPLE),
    "add to a graph": lambda d: d.graph(rdflib.URIRef(STATEMENTS.value)).add(TRIPLE),
    "add many": lambda d: d.addN([(*TRIPLE, d.default_graph)]),
    "set": lambda d: d.set((A, SKOS.prefLabel, rdflib.Literal("Z"))),
    "iadd": lambda d: d.__iadd__([(*TRIPLE, None)]),
    "remove": lambda d: d.remove((None, None, None)),
    "remove a graph": lambda d: d.remove_graph(rdflib.URIRef(STATEMENTS.value)),
    "parse": lambda d: d.parse(data="<urn:a> <urn:b> <urn:c> .", format="turtle"),
    "parse with Oxigraph": lambda d: d.parse(data="<urn:a> <urn:b> <urn:c> .", format="ox-turtle"),
    "parse in bulk": lambda d: d.parse(data="<urn:a> <urn:b> <urn:c> .", format="ox-nt", transactional=False),
    "open": lambda d: d.open("elsewhere"),
    "destroy": lambda d: d.destroy("elsewhere"),
    **{update: lambda d, update=update: d.update(update) for update in UPDATES},
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_write_is_refused_and_says_where_to_go(kg: KnowledgeGraph, write: Callable[[rdflib.Dataset], object]) -> None:
    before = set(kg.store.quads())
    with pytest.raises(StoreError, match=r"write with KnowledgeGraph\.add or KnowledgeGraph\.build"):
        write(kg.to_rdflib())
    assert set(kg.store.quads()) == before


def test_looking_at_a_graph_makes_none(kg: KnowledgeGraph) -> None:
    before = set(kg.store.quads())
    dataset = kg.to_rdflib()
    assert len(dataset.graph(rdflib.URIRef("urn:nothing"))) == 0
    assert rdflib.URIRef("urn:nothing") not in {g.identifier for g in dataset.graphs()}
    dataset.commit()
    dataset.rollback()
    assert set(kg.store.quads()) == before


def test_closing_it_leaves_the_store_open_and_the_store_closes_it(tmp_path: Path) -> None:
    kg = cuibono.open(tmp_path / "store")
    kg.add(*drawn("A owns X").records)
    dataset = kg.to_rdflib()
    dataset.close()
    assert kg.info().entities == 2
    kg.close()
    with pytest.raises(StoreError, match="is closed"):
        list(dataset)
    with cuibono.open(tmp_path / "store") as again:  # no lock was kept
        assert again.info().entities == 2


@pytest.mark.parametrize("format", ["turtle", "nt", "ox-trig", "nquads"])
def test_rdflib_writes_it(kg: KnowledgeGraph, format: str) -> None:
    written = kg.to_rdflib().serialize(format=format)
    assert BASE in written


def test_types_are_there_for_rdflib_users() -> None:
    dataset = graph("A owns X").to_rdflib()
    assert list(dataset.subjects(RDF.type, CB.Person)) == [A]
