"""Where a search comes to its limit, every face says so, and between whom."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import cuibono
from cuibono.api.cli.program import cuibono as main
from cuibono.api.graphql.execution import execute
from cuibono.graph.interest import compiled, engines
from cuibono.graph.knowledge_graph import KnowledgeGraph


@pytest.fixture
def stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make each search stop after a few relations."""
    monkeypatch.setattr(engines, "COMPILED_FROM", 0)
    monkeypatch.setattr(compiled, "STEP_LIMIT", 2)


@pytest.fixture
def kg() -> KnowledgeGraph:
    graph = cuibono.open()
    graph.build(cuibono.seed_dossier())
    return graph


@pytest.mark.usefixtures("stopping")
def test_python_says_where(kg: KnowledgeGraph) -> None:
    found = kg.conflicts(actor="Elon Musk", target="DeepSeek")
    ends = kg.entity("Elon Musk").iri, kg.entity("DeepSeek").iri
    assert found.cut
    assert [(cut.start, cut.end, cut.steps) for cut in found.cuts] == [(*ends, 2)]
    assert found[:1].cuts == kg.conflict_pairs(actor="Elon Musk", target="DeepSeek").cuts == found.cuts
    assert "cut at a limit" in repr(found)
    gaining = kg.beneficiaries("DeepSeek")
    assert [(cut.start, cut.end) for cut in gaining.cuts] == [(None, ends[1])]


@pytest.mark.usefixtures("stopping")
def test_graphql_says_where(kg: KnowledgeGraph) -> None:
    query = """{ conflictsOfInterest(actor: "Elon Musk", target: "DeepSeek") { cuts { start end steps } }
                 conflictPairs(actor: "Elon Musk", target: "DeepSeek") { cuts { steps } }
                 statements(first: 1) { cuts { steps } } }"""
    data = execute(kg, query)["data"]
    cut = {"start": kg.entity("Elon Musk").iri, "end": kg.entity("DeepSeek").iri, "steps": 2}
    assert data["conflictsOfInterest"]["cuts"] == [cut]
    assert data["conflictPairs"]["cuts"] == [{"steps": 2}]
    assert data["statements"]["cuts"] == []


@pytest.mark.usefixtures("stopping")
def test_the_command_line_says_where(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = str(tmp_path_factory.mktemp("cut") / "store")
    with cuibono.open(store) as graph:
        graph.build(cuibono.seed_dossier())
    runner = CliRunner()
    asked = ["conflicts", "--store", store, "--actor", "Elon Musk", "--target", "DeepSeek"]
    text = runner.invoke(main, asked)
    assert text.exit_code == 0
    assert "warning: from Elon Musk to DeepSeek the search stopped after 2 relations" in text.stderr
    document = json.loads(runner.invoke(main, [*asked, "--json"]).stdout)
    assert [(cut["start"]["label"], cut["end"]["label"], cut["steps"]) for cut in document["cuts"]] == [
        ("Elon Musk", "DeepSeek", 2)
    ]
    gaining = json.loads(runner.invoke(main, ["benefits", "DeepSeek", "--store", store, "--json"]).stdout)
    assert [(cut["start"], cut["end"]["label"]) for cut in gaining["cuts"]] == [(None, "DeepSeek")]


def test_a_whole_answer_says_that_nothing_is_missing(kg: KnowledgeGraph) -> None:
    found = kg.conflicts()
    assert found
    assert not found.cut
    assert found.cuts == ()
