"""What was merged by hand and is split again leaves every view and every export as it was; the history keeps the decisions."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

import cuibono
from cuibono.api.graphql.execution import execute
from cuibono.graph.build.merging import identity_iri
from cuibono.graph.errors import InvalidInput
from cuibono.graph.export import FORMATS, exported
from cuibono.graph.export.followthemoney import followthemoney_entities
from cuibono.graph.export.omissions import HISTORY
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Records, Status
from cuibono.graph.snapshot.resolved import identity_statements
from tests.command_line import document, output
from tests.generated import records
from tests.graphs import BASE, MANY, graph
from tests.test_engines import of_conflict
from tests.test_export_properties import few

pytestmark = pytest.mark.slow

ASKED = """{
  info { entities claims documents evidence statements { status count } relations { relation count } }
  documents(first: 100) { totalCount edges { node { iri title } } groupCounts(by: YEAR) { value count } }
  entities(first: 100) { totalCount edges { node { iri label aliases statements { totalCount } } } }
  statements(first: 100) { totalCount edges { node { iri } } }
  claims(first: 100) { totalCount }
}"""


def views(kg: KnowledgeGraph, folder: Path) -> dict[str, Any]:
    """Return what the graph answers and how it is written, in every form there is."""
    info = kg.info()
    kg.export(folder / "tables", "parquet")
    asked = execute(kg, ASKED)
    assert "errors" not in asked, asked
    kg.export(folder / "g.graphml")
    stream, left_out = followthemoney_entities(kg.published)
    return {
        **{format: b"".join(exported(kg.store, format, text=True)) for format in FORMATS},
        "parquet": {path.name: parquet.read_table(path).to_pylist() for path in sorted((folder / "tables").iterdir())},
        "followthemoney": (stream, {what: count for what, count in left_out.items() if what != HISTORY}),
        "graphml": (folder / "g.graphml").read_bytes(),
        "graphql": asked["data"],
        "info": (info.entities, info.claims, info.documents, info.evidence, info.statements, info.relations),
        "quality": kg.quality(),
        "documents": list(kg.documents()),
        "entities": list(kg.entities()),
        "claims": list(kg.claims()),
        "statements": list(kg.statements()),
        "conflicts": sorted(map(of_conflict, kg.conflicts(min_strength=0))),
        "search": [match.node.iri for match in kg.search("reason")],
        "frames": {kind: kg.to_frame(kind, library="arrow").to_pylist() for kind in ("documents", "evidence", "statements")},
    }


def graph_with(found: Records) -> KnowledgeGraph:
    """Return a graph of some records and more, in which nothing says that two are one."""
    kg = graph(MANY)
    kg.add(*found)
    return graph(MANY) if identity_statements(kg.snapshot.stored) else kg


@few
@given(records(most=8), st.randoms(use_true_random=False))
def test_merges_and_splits_in_any_order_restore_every_view(found: Records, chance: random.Random) -> None:
    kg = graph_with(found)
    by_class: dict[str, list[str]] = {}
    for entity in kg.snapshot.stored.entities.values():
        by_class.setdefault(entity.type, []).append(entity.iri)
    groups = [group for group in by_class.values() if len(group) > 1]
    with TemporaryDirectory() as folder:
        before = views(kg, Path(folder))
        merged = set[tuple[str, str]]()
        for _ in range(8):
            if merged and chance.random() < 0.4:
                kg.split(*chance.choice(sorted(merged)), why=f"reason {chance.randrange(3)}", by="Eve")
                continue
            one, other = sorted(chance.sample(chance.choice(groups), 2))
            with suppress(InvalidInput):
                kg.merge(one, other, why=f"reason {chance.randrange(3)}", by="Eve")
                merged.add((one, other))
        for pair in sorted(merged, key=lambda pair: chance.random()):
            kg.split(*chance.sample(pair, 2), why="none are one", by="Eve")
        after = views(kg, Path(folder))
    assert {view for view in before if after[view] != before[view]} == set()
    for pair in merged:
        said = kg.snapshot.statements[identity_iri(*pair)]
        assert said.status is Status.RETRACTED
        assert said.iri in {event.statement for event in kg.history()}


@pytest.mark.parametrize("place", ["memory", "disk"])
def test_what_was_taken_back_is_shown_to_those_who_ask_for_it(place: str, tmp_path: Path) -> None:
    kg = cuibono.open(tmp_path / "store") if place == "disk" else cuibono.open()
    kg.add(*graph(MANY).snapshot.records)
    before = kg.info().documents
    kg.merge("A", "B", why="Both sign as chair.", by="Eve")
    assert kg.info().documents == before + 1
    kg.split("A", "B", why="They are cousins.", by="Eve")
    assert (kg.info().documents, kg.info().statements["retracted"]) == (before, 0)
    [said] = kg.statements(status="retracted")
    asked = """{ statements(status: [RETRACTED]) { edges { node { iri evidence { exact document { text } } } } } }"""
    [edge] = execute(kg, asked)["data"]["statements"]["edges"]
    quote = "Both sign as chair."
    assert edge["node"] == {"iri": said.iri, "evidence": [{"exact": quote, "document": {"text": quote}}]}
    assert [(e.status, e.reason) for e in kg.history() if e.statement] == [
        (Status.RETRACTED, "They are cousins."),
        (Status.ACCEPTED, quote),
    ]
    kg.review(said.iri, "accepted", by="Eve", why="They are one, after all.")
    assert kg.entity("A").iri == kg.entity("B").iri
    assert kg.info().documents == before + 1
    kg.close()


def test_the_command_line_shows_no_trace_but_in_the_log(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with cuibono.open(store) as kg:
        kg.add(*graph(MANY).snapshot.records)
    commands = ("info", "stats", "conflicts", "export")
    before = {command: output(command, "--store", store) for command in commands}
    output("merge", "A", "B", "--why", "Both sign as chair.", "--store", store)
    assert "Why two are one" in output("info", "--store", store)
    output("split", "A", "B", "--why", "They are cousins.", "--store", store)
    after = {command: output(command, "--store", store) for command in commands}
    assert after["info"].partition("\n")[2] == before["info"].partition("\n")[2]
    assert {c: after[c] for c in commands[1:]} == {c: before[c] for c in commands[1:]}
    assert "They are cousins." in output("log", "--store", store)
    assert "Both sign as chair." in output("export", "--history", "--text", "--store", store)
    assert len(document("review", "--status", "retracted", "--store", store)["statements"]) == 1


def test_that_two_who_never_were_one_differ_is_a_statement_that_stays() -> None:
    kg = graph(MANY)
    before = kg.info()
    kg.split("A", "B", why="cousins", by="Eve")
    kg.split("A", "B", why="cousins indeed", by="Eve")
    assert kg.snapshot.statements[identity_iri(BASE + "A", BASE + "B")].status is Status.REJECTED
    assert kg.info().statements["rejected"] == before.statements["rejected"] + 1
