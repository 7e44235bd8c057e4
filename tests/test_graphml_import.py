"""GraphML and GEXF come in, with their attributes."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

import cuibono
from tests.command_line import call, errors, output


def test_what_networkx_wrote_of_a_graph_comes_back(tmp_path: Path) -> None:
    kg = cuibono.open()
    kg.build(cuibono.seed_dossier())
    nx.write_graphml(kg.to_networkx(), tmp_path / "seed.graphml")
    written = output("import", tmp_path / "seed.graphml", "--base", "urn:example:", "--store", tmp_path / "store")
    assert f"{kg.to_networkx().number_of_edges()} edges read" in written
    with cuibono.open(tmp_path / "store") as again:
        assert {e.label for e in again.entities()} == {e.label for e in kg.entities()}
        wanted = {(s.subject, s.predicate, s.object) for s in kg.statements() if s.object not in kg.snapshot.statements}
        assert {(s.subject, s.predicate, s.object) for s in again.statements()} == wanted


def test_anybodys_network(tmp_path: Path) -> None:
    graph = nx.DiGraph([("Ann", "Acme"), ("Bob", "Acme", {"predicate": "owns", "share": 0.5})])
    nx.set_node_attributes(graph, {"Acme": "Company"}, "type")
    nx.write_gexf(graph, tmp_path / "net.gexf")
    arguments = ["--base", "urn:example:", "--relation", "leads", "--class", "Person", "--store", tmp_path / "store"]
    assert "2 nodes" not in output("import", tmp_path / "net.gexf", *arguments)
    with cuibono.open(tmp_path / "store") as kg:
        [owns] = kg.statements(predicate="owns")
        assert (kg.entity("Bob").iri, [value for _, value in owns.attributes]) == (owns.subject, [0.5])
        assert len(kg.statements(predicate="leads", subject="Ann")) == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("g.graphml", '<!DOCTYPE g [<!ENTITY a "b">]><graphml/>', "has a DOCTYPE, which is refused"),
        ("g.graphml", "<graphml", "is no graphml"),
        ("g.gexf", "<gexf/>", "is no gexf"),
    ],
)
def test_a_wrong_file(name: str, text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    [error] = errors("import", tmp_path / name, "--store", tmp_path / "store")
    assert message in error


def test_a_base_is_asked_for_where_one_is_needed(tmp_path: Path) -> None:
    nx.write_graphml(nx.DiGraph([("a", "b")]), tmp_path / "g.graphml")
    done = call("import", tmp_path / "g.graphml", "--relation", "leads", "--class", "Person", "--store", tmp_path / "store")
    assert done.returncode != 0
    assert "base" in done.stderr


def test_what_gephi_writes_beside_is_counted_and_what_is_missing_told_with_the_option(tmp_path: Path) -> None:
    network = nx.DiGraph()
    network.add_node("n0", label="Ann Bee", type="Person", size=10.0, r=3)
    network.add_node("n1", label="Acme", type="Company", size=5.0)
    network.add_edge("n0", "n1", weight=2.0)
    nx.write_graphml(network, tmp_path / "gephi.graphml")
    arguments = ("import", tmp_path / "gephi.graphml", "--base", "urn:example:", "--store", tmp_path / "store")
    [error] = errors(*arguments)
    assert "on the command line --relation" in error
    written = output(*arguments, "--relation", "leads")
    assert "unused     4 values of attributes that a graph has no place for:" in written
    assert [line.split() for line in written.splitlines()[-3:]] == [
        ["node", "size", "2"],
        ["edge", "weight", "1"],
        ["node", "r", "1"],
    ]
    assert "left" not in written
    del network.nodes["n0"]["type"]
    nx.write_graphml(network, tmp_path / "gephi.graphml")
    [error] = errors(*arguments, "--relation", "leads")
    assert "on the command line --class" in error


def test_nothing_of_what_cuibono_writes_is_unread(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        kg.export(tmp_path / "seed.graphml")
    assert "unused" not in output("import", tmp_path / "seed.graphml", "--store", tmp_path / "store")


def test_a_newer_version_retracts_what_it_no_longer_says(tmp_path: Path) -> None:
    network = nx.DiGraph([("Ann", "Acme"), ("Ben", "Bolt")])
    nx.set_node_attributes(network, {"Ann": "Person", "Ben": "Person", "Acme": "Company", "Bolt": "Company"}, "type")
    nx.write_graphml(network, tmp_path / "board.graphml")
    arguments = (
        "import",
        tmp_path / "board.graphml",
        "--base",
        "urn:example:",
        "--relation",
        "leads",
        "--store",
        tmp_path / "store",
    )
    output(*arguments)
    assert "unchanged" in output(*arguments)
    network.remove_edge("Ben", "Bolt")
    network.add_edge("Ben", "Acme")
    nx.write_graphml(network, tmp_path / "board.graphml")
    output(*arguments)
    with cuibono.open(tmp_path / "store") as kg:
        found = {
            status: {(s.subject.rpartition("/")[2], s.object.rpartition("/")[2]) for s in kg.statements(status=status)}
            for status in ("accepted", "retracted")
        }
    assert found == {"accepted": {("Ann", "Acme"), ("Ben", "Acme")}, "retracted": {("Ben", "Bolt")}}
