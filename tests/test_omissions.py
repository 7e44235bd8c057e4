"""What an export says that it leaves out is what is not there when it comes in again, and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cuibono
from cuibono.graph.build.graphml import read_graph_file
from cuibono.graph.export import FORMATS
from cuibono.graph.export.omissions import HISTORY, TEXTS
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Document, Records
from tests.command_line import call
from tests.generated import records
from tests.graphs import graph
from tests.test_export_properties import few

pytestmark = pytest.mark.slow

TERMS = "triples of the graph's own ontology"

EXTENSION = """\
@prefix ex: <https://example.org/mine#> . @prefix cb: <https://w3id.org/cuibono/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:Fund rdfs:subClassOf cb:Company ; rdfs:label "fund" .
"""


def extended(folder: Path, found: Records) -> KnowledgeGraph:
    """Return a graph with an ontology of its own, on which somebody has decided something."""
    (folder / "mine.ttl").write_text(EXTENSION, encoding="utf-8")
    kg = cuibono.open(ontology=folder / "mine.ttl")
    kg.add(*found)
    for statement in list(kg.snapshot.stored.statements)[:1]:
        kg.review(statement, "rejected", by="Eve", why="a test")
    return kg


def without_texts(found: Records) -> Records:
    return Records.of(replace(record, text=None) if isinstance(record, Document) else record for record in found)


@few
@given(records(), st.booleans(), st.booleans())
def test_rdf_leaves_out_texts_and_history_and_nothing_else(found: Records, text: bool, history: bool) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        kg = extended(folder, found)
        stored = kg.snapshot.stored.records
        texts = sum(document.text is not None for document in stored.documents.values())
        for format in FORMATS:
            file = folder / f"g{FORMATS[format].suffixes[0]}"
            left_out = kg.export(file, text=text, history=history)
            wanted = {HISTORY: 0 if history else kg.version, TEXTS: 0 if text else texts}
            assert left_out == {what: count for what, count in wanted.items() if count}
            again = cuibono.open()
            report = again.import_rdf(file)
            assert again.snapshot.stored.records == (without_texts(stored) if TEXTS in left_out else stored)
            assert again.vocabulary.ontology.merged_extensions() == kg.vocabulary.ontology.merged_extensions()
            assert (report.unused, report.history > 0) == ({}, history), format


@few
@given(records())
def test_graphml_leaves_out_what_is_not_accepted_and_its_sources(found: Records) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        kg = extended(folder, found)
        left_out = Counter(kg.export(folder / "g.graphml", text=True))
        again = cuibono.open()
        report = again.from_networkx(read_graph_file(folder / "g.graphml"))
        before, after = kg.snapshot.stored.records, again.snapshot.stored.records
        assert report.added.total() == len(after)
        lost = {record.iri: record for record in before if record.iri not in {kept.iri for kept in after}}
        assert all(record == lost.get(record.iri, record) for record in before)
        statements = Counter(f"statements that are {s.status.value}" for s in before.statements.values() if s.iri in lost)
        assert {what: n for what, n in left_out.items() if what.startswith("statements")} == statements
        assert left_out["documents of no statement that is written"] == sum(iri in lost for iri in before.documents)
        assert left_out["quotes of no statement that is written"] == sum(iri in lost for iri in before.evidence)
        assert len(lost) == sum(n for what, n in left_out.items() if what not in (HISTORY, TERMS))
        assert (left_out[HISTORY], left_out[TERMS]) == (kg.version, 2)


def test_every_format_says_what_it_left_out_in_one_line_on_standard_error(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with cuibono.open(store) as kg:
        kg.build(cuibono.seed_dossier())
        openai = kg.entity("OpenAI")
        kg.add(replace(openai, iri=f"{openai.iri}-inc", label="OpenAI, Inc."))
        kg.merge("OpenAI", "OpenAI, Inc.", why="the same", by="Eve")
    rdf = "left out: commits of the history (3: --history), full texts of documents (2: --text)\n"
    for format in FORMATS:
        assert call("export", "--store", store, "-f", format).stderr == rdf
        assert call("export", "--store", store, "-o", tmp_path / f"g{FORMATS[format].suffixes[0]}").stderr == rdf
    assert call("export", "--store", store, "--text", "--history").stderr == ""
    told = call("export", "--store", store, "-f", "parquet", "-o", tmp_path / "tables").stderr
    assert told == "left out: commits of the history (3), entities that are shown as others (1), full texts of documents (2)\n"
    told = call("export", "--store", store, "-o", tmp_path / "g.graphml").stderr
    assert told == "left out: commits of the history (3), full texts of documents (2: --text)\n"
    told = call("export", "--store", store, "-o", tmp_path / "g.ftm.json").stderr
    assert told.startswith("left out: bases that are ")
    assert told.count("\n") == 1
    assert "claims (9)" in told
    assert json.loads((tmp_path / "g.ftm.json").read_text(encoding="utf-8").splitlines()[0])["schema"]


def test_graphml_is_the_same_bytes_for_the_same_graph_and_has_no_texts_unless_asked(tmp_path: Path) -> None:
    written = []
    for name in ("one", "other"):
        kg = cuibono.open()
        kg.build(cuibono.seed_dossier())
        kg.export(tmp_path / f"{name}.graphml")
        written.append((tmp_path / f"{name}.graphml").read_bytes())
    assert written[0] == written[1]
    [text] = [document.text for document in kg.documents()]
    assert text is not None
    assert text[:40].encode() not in written[0]
    again = cuibono.open()
    again.from_networkx(read_graph_file(tmp_path / "one.graphml"))
    assert again.snapshot.records == without_texts(kg.snapshot.records)


@pytest.mark.parametrize(("format", "option"), [("graphml", "--history"), ("followthemoney", "--text"), ("parquet", "--text")])
def test_what_a_format_has_no_place_for_cannot_be_asked_for(format: str, option: str, tmp_path: Path) -> None:
    with cuibono.open(tmp_path / "store") as kg:
        kg.add(*graph("A leads X").snapshot.records)
    done = call("export", "--store", tmp_path / "store", "-f", format, option, "-o", tmp_path / "out")
    assert done.returncode == 2
    assert option in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("ending", ["nq", "trig", "ttl"])
def test_the_bulk_loader_counts_history_as_all_others_do(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kg = cuibono.open()
    kg.build(cuibono.seed_dossier())
    kg.export(tmp_path / f"g.{ending}", history=True)
    expected = cuibono.open().import_rdf(tmp_path / f"g.{ending}")
    monkeypatch.setattr("cuibono.graph.imports.BULK_FROM", 0)
    with cuibono.open(tmp_path / "store") as again:
        report = again.import_rdf(tmp_path / f"g.{ending}")
    assert report.history == expected.history > 0
    assert (report.unused, report.quads) == (expected.unused, expected.quads)
