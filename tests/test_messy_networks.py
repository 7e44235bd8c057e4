"""Networks as people have them: names in any script, edges without a direction, ids that stand there twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import networkx as nx
import pytest

import cuibono
from cuibono.graph.build.graphml import read_graph_file
from cuibono.graph.errors import InvalidInput

BASE = "https://example.org/"
NAMESPACE = 'xmlns="http://graphml.graphdrawing.org/xmlns"'


def network(kind: type[nx.Graph], people: Sequence[object], *edges: tuple[object, object], company: str = "Acme") -> nx.Graph:
    found = kind()
    found.add_nodes_from(people, type="Person")
    found.add_node(company, type="Company")
    found.add_edges_from(edges, predicate="owns")
    return found


def owners(found: nx.Graph) -> list[tuple[str, str]]:
    with cuibono.open() as kg:
        kg.from_networkx(found, base=BASE)
        label = {entity.iri: entity.label for entity in kg.snapshot.entities.values()}
        return sorted((label[one.subject], label[one.object]) for one in kg.statements())


@pytest.mark.parametrize(
    "people",
    [("Иванов", "Петров"), ("北京", "上海"), ("Ann Lee", "Ann-Lee"), ("a/b", "a?b"), ("Å", "A"), (("x", 1), ("x", 2)), (1, 2)],
)
def test_nodes_of_any_names_are_things_of_their_own(people: tuple[object, object]) -> None:
    found = network(nx.DiGraph, people, *((one, "Газ") for one in people), company="Газ")
    assert owners(found) == sorted((str(one), "Газ") for one in people)


def test_nodes_that_would_be_one_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"node '1': iri: would be https://example.org/entity/1, as node 1 is"):
        owners(network(nx.DiGraph, [1, "1"], (1, "Acme"), ("1", "Acme")))


@pytest.mark.parametrize("kind", [nx.Graph, nx.MultiGraph])
def test_an_edge_without_direction_leads_where_its_relation_can(kind: type[nx.Graph]) -> None:
    found = kind()
    found.add_node("Acme", type="Company")  # first, so that networkx tells the edge from its end
    found.add_node("Ann", type="Person")
    found.add_edge("Ann", "Acme", predicate="owns")
    assert owners(found) == [("Ann", "Acme")]
    found.add_node("Beta", type="Company")
    found.add_edge("Beta", "Acme", predicate="owns")
    with pytest.raises(InvalidInput, match=r"'owns' leads from one to the other.*make the graph directed"):
        owners(found)
    found.add_edge("Beta", "Acme", **({"key": 0} if found.is_multigraph() else {}), subject="Beta", object="Acme")
    assert owners(found) == [("Ann", "Acme"), ("Beta", "Acme")]


def test_an_edge_without_direction_can_be_symmetric() -> None:
    found = nx.Graph()
    found.add_nodes_from(["Beta", "Acme"], type="Company")
    found.add_edge("Beta", "Acme", predicate="competesWith")
    assert owners(found) == [("Acme", "Beta")]


def test_edges_that_say_the_same_are_evidence_of_one_statement_and_may_not_differ() -> None:
    found = network(nx.MultiDiGraph, ["Ann"], ("Ann", "Acme"), ("Ann", "Acme"))
    found.edges["Ann", "Acme", 0]["note"] = "the one"
    with cuibono.open() as kg:
        kg.from_networkx(found, base=BASE)
        (statement,) = kg.statements()
        assert len(statement.evidence) == 2
    found.edges["Ann", "Acme", 0]["share"], found.edges["Ann", "Acme", 1]["share"] = 0.25, 0.5
    with pytest.raises(InvalidInput, match="says otherwise of what edge 'Ann' → 'Acme' says"):
        owners(found)


GRAPHML = f'<graphml {NAMESPACE}><graph edgedefault="{{}}">{{}}</graph></graphml>'
GEXF = (
    '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">'
    '<graph defaultedgetype="{}"><nodes>{}</nodes><edges>{}</edges></graph></gexf>'
)
A, B = '<node id="a" label="A"/>', '<node id="b" label="B"/>'
ONE, BACK = '<edge id="1" source="a" target="b"/>', '<edge id="1" source="b" target="a"/>'


@pytest.mark.parametrize(
    ("direction", "nodes", "edges", "told"),
    [
        ("directed", A + A + B, ONE, "node 'a' stands there 2 times"),
        ("directed", A + B, ONE + ONE, "edge 'a' → 'b': the id '1' stands there 2 times"),
        ("undirected", A + B, ONE + BACK, "edge 'a' → 'b': the id '1' stands there 2 times"),
        ("directed", A, ONE, "edge 'a' → 'b': there is no node 'b'"),
        ("directed", A + B, ONE + BACK, None),
    ],
)
@pytest.mark.parametrize("ending", ["graphml", "gexf"])
def test_what_networkx_would_lose_or_make_up_is_refused(
    direction: str, nodes: str, edges: str, told: str | None, ending: str, tmp_path: Path
) -> None:
    file = tmp_path / f"t.{ending}"
    file.write_text(GRAPHML.format(direction, nodes + edges) if ending == "graphml" else GEXF.format(direction, nodes, edges))
    if told is None:
        assert read_graph_file(file).number_of_edges() == 2
        return
    with pytest.raises(InvalidInput) as caught:
        read_graph_file(file)
    assert f"t.{ending}: {told}" in str(caught.value)


DIRECTED = '<graph edgedefault="directed">'


@pytest.mark.parametrize(
    "graphs", [f"{DIRECTED}{A}</graph>{DIRECTED}{B}</graph>", f'{DIRECTED}<node id="g">{DIRECTED}{A}</graph></node></graph>']
)
def test_a_second_graph_is_refused(graphs: str, tmp_path: Path) -> None:
    (tmp_path / "t.graphml").write_text(f"<graphml {NAMESPACE}>{graphs}</graphml>")
    with pytest.raises(InvalidInput, match="holds 2 graphs"):
        read_graph_file(tmp_path / "t.graphml")
