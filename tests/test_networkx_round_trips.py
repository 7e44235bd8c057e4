"""A graph goes out to networkx, through its file formats, and comes in again as the same records."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings

import cuibono
from cuibono.graph.errors import InvalidArgument, InvalidInput
from cuibono.graph.model import Basis, Record, Records, Status
from cuibono.graph.views.details import needed
from tests.generated import records
from tests.graphs import BASE, graph

Journey = Callable[[nx.MultiDiGraph], nx.Graph]


def through(write: Callable, read: Callable, **options: object) -> Journey:
    """Return what sends a graph through a file format."""

    def journey(found: nx.MultiDiGraph) -> nx.Graph:
        file = BytesIO()
        write(found, file)
        file.seek(0)
        return read(file, **options)

    return journey


def as_it_is(found: nx.MultiDiGraph) -> nx.Graph:
    return found


JOURNEYS = {
    "as it is": as_it_is,
    "GraphML": through(nx.write_graphml, nx.read_graphml, force_multigraph=True),
    "GEXF": through(nx.write_gexf, nx.read_gexf),
}


def complete(kg: cuibono.KnowledgeGraph) -> dict[str, Record]:
    """Return what a complete graph of networkx holds: the accepted statements, all entities and claims, and their sources."""
    snapshot = kg.snapshot.stored
    accepted = [statement.iri for statement in snapshot.statements.values() if statement.status is Status.ACCEPTED]
    evidence = {
        iri: snapshot.evidence[iri] for s in needed(iter(accepted), snapshot).values() for iri in getattr(s, "evidence", ())
    }
    return {**dict(snapshot.entities), **dict(snapshot.claims), **needed(iter(accepted), snapshot), **evidence}


@pytest.mark.parametrize("journey", JOURNEYS.values(), ids=JOURNEYS)
def test_the_seed_comes_back_as_it_was(journey: Journey) -> None:
    with cuibono.open() as kg, cuibono.open() as again:
        kg.build(cuibono.seed_dossier())
        again.from_networkx(journey(kg.to_networkx(complete=True)))
        assert again.snapshot.stored.records == Records.of(complete(kg).values())
        assert again.conflicts() == kg.conflicts()


@pytest.mark.parametrize("journey", JOURNEYS.values(), ids=JOURNEYS)
@given(found=records())
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_anything_comes_back_as_it_was(journey: Journey, found: Records) -> None:
    with cuibono.open() as kg, cuibono.open() as again:
        kg.add(*found)
        again.from_networkx(journey(kg.to_networkx(complete=True)))
        assert again.snapshot.stored.records == Records.of(complete(kg).values())


def test_what_was_changed_in_networkx_counts() -> None:
    kg = graph("A owns X share:0.5 conf:0.5 \n B endorses X")
    found = kg.to_networkx()
    (owns,) = kg.statements(predicate="owns")
    edge = found.edges[BASE + "A", BASE + "X", owns.iri]
    edge["confidence"], edge["share"] = 0.25, 1
    found.nodes[BASE + "B"]["label"] = "Bea"
    report = kg.from_networkx(found)
    assert report.changed == {"Statement": 1, "Entity": 1}
    (changed,) = kg.statements(predicate="owns")
    assert (changed.confidence, dict(changed.attributes).popitem()[1], changed.evidence) == (0.25, 1.0, owns.evidence)
    assert kg.entity("Bea").iri == BASE + "B"


def test_another_day_makes_another_statement() -> None:
    kg = graph("A owns X since:2020")
    found = kg.to_networkx()
    ((_, _, edge),) = found.edges(data=True)
    edge["valid_from"] = "2021"
    kg.from_networkx(found, base=BASE)
    assert sorted(str(statement.valid_from) for statement in kg.statements()) == ["2020", "2021"]


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_anybodys_graph(kind: type[nx.Graph]) -> None:
    found = kind(name="Who owns whom")
    found.add_node("Ann Lee", type="Person")
    found.add_node("https://example.org/acme", type="Company", label="Acme")
    found.add_edge("Ann Lee", "https://example.org/acme", predicate="owns", share=0.75, confidence=0.5, colour="red")
    with cuibono.open() as kg:
        kg.from_networkx(found, base=BASE)
        (statement,) = kg.statements()
        assert (kg.entity("Ann Lee").iri, kg.entity("Acme").iri) == (BASE + "entity/Ann%20Lee", "https://example.org/acme")
        assert (statement.basis, statement.confidence) == (Basis.RECORDED, 0.5)
        (document,) = kg.documents()
        assert document.title == "Who owns whom"
        (evidence,) = (kg.node(iri) for iri in statement.evidence)
        assert (evidence.row, evidence.exact) == ("row=1", document.text)
        assert "share=0.75" in evidence.exact
        assert kg.from_networkx(found, base=BASE).did_nothing


def test_one_relation_and_one_class_for_all() -> None:
    with cuibono.open() as kg:
        kg.from_networkx(nx.path_graph(["a", "b", "c"]), base=BASE, relation="competesWith", type="Company")
        assert [entity.label for entity in kg.entities(type="Company")] == ["a", "b", "c"]
        assert len(kg.statements(predicate="competesWith")) == 2


@pytest.mark.parametrize(
    ("node", "edge", "message"),
    [
        ({}, {}, "node 'a': type: has none; name its class"),
        ({"type": "Robot"}, {}, "node 'a': type: 'Robot' is no class of the ontology"),
        ({"kind": "thing"}, {}, "node 'a': kind: 'thing' is none of"),
        ({"type": "Person"}, {"predicate": "knows"}, "edge 'a' → 'b': predicate: 'knows' is no relation"),
        ({"type": "Person"}, {"predicate": "leads"}, "a Person cannot be the object of leads"),
        ({"type": "Person"}, {"stated_on": "May"}, "edge 'a' → 'b': stated_on: 'May' cannot be read"),
        ({"type": "Person"}, {"confidence": 7}, "edge 'a' → 'b': confidence: 7 is not between 0 and 1"),
        ({"type": "Person"}, {"details": "[[["}, "edge 'a' → 'b': details: is no JSON"),
        ({"type": "Person"}, {"details": '{"evidence": [1]}'}, "details: is not what to_networkx"),
        ({"type": "Person", "details": '{"aliases": 5}'}, {}, "node 'a': details: is not what to_networkx"),
        ({"kind": "document", "details": '{"colour": 5}'}, {}, "node 'a': details: is not what to_networkx"),
        ({"kind": "claim", "quantity": "many"}, {}, "node 'a': quantity: 'many' cannot be read"),
    ],
)
def test_what_cannot_be_read_names_the_node_or_edge(node: dict, edge: dict, message: str) -> None:
    found = nx.DiGraph([("a", "b", {"predicate": "relatedTo", **edge})])
    found.add_node("a", **node)
    found.add_node("b", type="Person")
    with cuibono.open() as kg:
        with pytest.raises(InvalidInput) as error:
            kg.from_networkx(found, base=BASE)
        assert message in str(error.value)
        assert not kg.entities()


def test_names_need_a_base() -> None:
    with cuibono.open() as kg, pytest.raises(InvalidArgument, match="base: is needed"):
        kg.from_networkx(nx.DiGraph([("a", "b")]), relation="relatedTo", type="Person")


def test_entities_that_are_one_go_out_as_one_and_come_back_as_entered() -> None:
    kg = graph("A owns X \n B leads Y")
    kg.merge(BASE + "A", BASE + "B", why="the same passport")
    found = kg.to_networkx()
    assert set(found.successors(BASE + "A")) == {BASE + "X", BASE + "Y"}
    assert kg.from_networkx(found).did_nothing
    with cuibono.open() as again:
        again.from_networkx(kg.to_networkx(complete=True))
        assert again.snapshot.stored.records == kg.snapshot.stored.records
