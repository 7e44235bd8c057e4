"""Taking records in: whole or not at all, once or again, and what becomes of what a source takes back."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cuibono
from cuibono.graph.build.shapes import shape_problems
from cuibono.graph.dates import PartialDate
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Basis, Records, Statement, Status
from cuibono.graph.store.encoding import DERIVED, DOCUMENTS, HISTORY, ONTOLOGY, STATEMENTS, encoded
from cuibono.graph.store.history import status_changes
from tests.dossiers import ARTICLE, COMPETES, LEADS, PRAISES, THINGS, write_dossier
from tests.graphs import drawn

GRAPHS = (STATEMENTS, DOCUMENTS, DERIVED, ONTOLOGY)


def said(kg: KnowledgeGraph, predicate: str = "leads") -> Statement:
    """Return the one statement of a relation, whatever its status."""
    (statement,) = kg.statements(predicate=predicate, status=list(Status))
    return statement


def contents(kg: KnowledgeGraph) -> set[ox.Quad]:
    """Return all quads but those of the history."""
    return {quad for graph in GRAPHS for quad in kg.store.quads(None, None, None, graph)}


# ── Once more ──────────────────────────────────────────────────────────────────────────────────────────


def test_building_again_changes_nothing(tmp_path: Path) -> None:
    dossier = write_dossier(tmp_path / "d", LEADS, COMPETES, PRAISES)
    with cuibono.open(tmp_path / "store") as kg:
        first = kg.build(dossier)
        before = contents(kg)
        again = kg.build(dossier)
        assert first.added == Counter(Document=1, Entity=4, Evidence=3, Statement=3)
        assert again.did_nothing
        assert again.unchanged == first.added
        assert (again.version, kg.version) == (1, 1)
        assert contents(kg) == before


def test_building_the_seed_again_changes_nothing() -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        before = contents(kg)
        assert kg.build(cuibono.seed_dossier()).did_nothing
        assert contents(kg) == before


def test_adding_again_changes_nothing() -> None:
    records = drawn("s = A leads X \n B disputes s").records
    with cuibono.open() as kg:
        assert kg.add(*records).version == 1
        again = kg.add(*records)
        assert again.did_nothing
        assert kg.version == 1


_LETTERS = drawn(
    "s = A leads X \n X competesWith Y conf:0.5 \n B disputes s on:2020 \n A asserts c \n c harms Y \n t = B owns X share:0.5"
)


@given(order=st.permutations(_LETTERS.records))
@settings(max_examples=30, deadline=None)
def test_the_order_of_loading_changes_nothing(order: list[cuibono.graph.model.Record]) -> None:
    with cuibono.open() as kg, cuibono.open() as other:
        kg.add(*_LETTERS.records)
        other.add(*order)
        assert contents(other) == contents(kg)


@given(names=st.permutations(["one", "two", "three"]))
@settings(max_examples=6, deadline=None)
def test_the_order_of_dossiers_changes_nothing(names: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("dossiers")
    statements = {"one": (LEADS, COMPETES), "two": (COMPETES, PRAISES), "three": (LEADS, PRAISES)}
    with cuibono.open() as kg, cuibono.open() as other:
        for name in ("one", "two", "three"):
            kg.build(write_dossier(root / name, *statements[name]))
        for name in names:
            other.build(root / name)
        assert contents(other) == contents(kg)


# ── A dossier that is edited ───────────────────────────────────────────────────────────────────────────


def test_what_a_dossier_no_longer_states_is_retracted_and_not_deleted(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS, COMPETES))
        before = said(kg)
        report = kg.build(write_dossier(tmp_path, COMPETES), agent="Eve")
        assert report.retracted == 1
        assert said(kg) == replace(before, status=Status.RETRACTED)
        (change,) = status_changes(kg.store, before.iri)
        assert (change.status, change.agent, change.by_loading) == (Status.RETRACTED, "Eve", True)
        assert change.reason == "no longer stated by its source"
        assert not list(kg.store.quads(ox.NamedNode(before.subject), ox.NamedNode(before.predicate), None, DERIVED))


def test_what_it_states_again_is_accepted_again(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS))
        before = contents(kg)
        kg.build(write_dossier(tmp_path))
        assert kg.build(write_dossier(tmp_path, LEADS)).changed == Counter(Statement=1)
        assert contents(kg) == before
        assert [c.status for c in status_changes(kg.store, said(kg).iri)] == [Status.RETRACTED, Status.ACCEPTED]


@pytest.mark.parametrize("decision", ["rejected", "retracted", "proposed"])
def test_a_persons_decision_is_never_undone_by_loading(tmp_path: Path, decision: str) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS))
        kg.review(said(kg).iri, decision, by="Eve", why="Ada left")
        kg.build(write_dossier(tmp_path, LEADS, COMPETES))
        assert said(kg).status == decision
        kg.add(replace(said(kg), status=Status.ACCEPTED))
        assert said(kg).status == decision


def test_what_a_person_accepted_is_not_retracted_by_loading(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS))
        kg.review(said(kg).iri, "accepted", by="Eve", why="checked")
        assert kg.build(write_dossier(tmp_path)).retracted == 0
        assert said(kg).status is Status.ACCEPTED


def test_a_rejection_outlives_that_the_source_takes_it_back_and_states_it_again(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS))
        kg.review(said(kg).iri, "rejected", by="Eve", why="Ada left")
        kg.build(write_dossier(tmp_path))
        kg.build(write_dossier(tmp_path, LEADS))
        assert said(kg).status is Status.REJECTED


def test_a_decision_that_changes_nothing_is_noted(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS))
        kg.review(said(kg).iri, "accepted", by="Eve", why="checked")
        assert [(c.status, c.agent, c.reason) for c in status_changes(kg.store, said(kg).iri)] == [
            (Status.ACCEPTED, "Eve", "checked")
        ]


def test_who_decides_and_why_must_be_said(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS))
        for by, why, argument in (("", "x", "by"), ("Eve", " ", "why")):
            with pytest.raises(cuibono.InvalidArgument, match=f"^{argument}: is empty"):
                kg.review(said(kg).iri, "rejected", by=by, why=why)
        with pytest.raises(cuibono.NotFound):
            kg.review("https://example.org/nothing", "rejected", by="Eve", why="x")
        assert kg.version == 1


def test_a_corrected_quote_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS))
        old = said(kg)
        kg.build(write_dossier(tmp_path, LEADS.replace("quote: Ada leads Acme", "quote: Ada leads")))
        assert said(kg).iri == old.iri
        assert [e.exact for e in kg.snapshot.evidence.values()] == ["Ada leads"]
        assert not list(kg.store.quads(None, None, ox.Literal("Ada leads Acme")))


def test_evidence_that_another_statement_rests_on_stays(tmp_path: Path) -> None:
    founded = LEADS.replace("leads, o", "founded, o")
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS, founded))
        kg.build(write_dossier(tmp_path, LEADS.replace("quote: Ada leads Acme", "quote: Ada leads"), founded))
        assert {e.exact for e in kg.snapshot.evidence.values()} == {"Ada leads", "Ada leads Acme"}


def test_quotes_of_a_text_that_changed_stay_verbatim(tmp_path: Path) -> None:
    """What is no longer stated, and what another dossier states, still quotes the text that it was taken from."""
    kg = cuibono.open()
    kg.build(write_dossier(tmp_path / "one", LEADS, COMPETES))
    kg.build(write_dossier(tmp_path / "two", PRAISES))
    for _ in range(2):  # the second time, nothing is left to do
        kg.build(write_dossier(tmp_path / "one", COMPETES, article="It is known: " + ARTICLE))
        snapshot = kg.snapshot
        for statement in snapshot.statements.values():
            for piece in (snapshot.evidence[iri] for iri in statement.evidence):
                text = snapshot.documents[piece.document].text or ""
                assert piece.prefix + piece.exact + piece.suffix in text
                assert text[piece.start : piece.end] == piece.exact
        assert sorted(d.text or "" for d in kg.documents()) == [ARTICLE, "It is known: " + ARTICLE]
        assert not shape_problems((q for r in snapshot.records for q in encoded(r)), kg.vocabulary)
    assert [s.status for s in snapshot.statements.values() if s.predicate == said(kg, "leads").predicate] == [Status.RETRACTED]


def test_what_identity_does_not_hang_on_is_corrected_in_place(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS))
        old = said(kg)
        kg.build(write_dossier(tmp_path, LEADS.replace("}", ", confidence: 0.5, valid-to: 2024, attributes: {role: CEO}}")))
        new = said(kg)
        assert (new.iri, new.confidence, new.valid_to) == (old.iri, 0.5, PartialDate("2024"))
        kg.build(write_dossier(tmp_path, LEADS))
        assert said(kg) == old


def test_what_identity_hangs_on_makes_a_new_statement(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS))
        old = said(kg)
        report = kg.build(write_dossier(tmp_path, LEADS.replace("}", ", stated-on: 2024}")))
        assert (report.added, report.retracted) == (Counter(Statement=1), 1)
        assert kg.snapshot.statements[old.iri].status is Status.RETRACTED


# ── Two sources ────────────────────────────────────────────────────────────────────────────────────────


def test_a_second_source_that_states_the_same_keeps_it(tmp_path: Path) -> None:
    one, two = write_dossier(tmp_path / "one", LEADS), write_dossier(tmp_path / "two", LEADS)
    with cuibono.open() as kg:
        kg.build(one)
        kg.build(two)
        assert kg.build(write_dossier(one)).retracted == 0
        assert said(kg).status is Status.ACCEPTED
        assert kg.build(write_dossier(two)).retracted == 1
        assert said(kg).status is Status.RETRACTED


def test_two_sources_each_bring_their_evidence(tmp_path: Path) -> None:
    one = write_dossier(tmp_path / "one", LEADS)
    two = write_dossier(tmp_path / "two", LEADS.replace("verbatim, quote: Ada leads Acme", "inferred, quote: Ada leads"))
    with cuibono.open() as kg:
        for dossier in (one, two, one, two):
            kg.build(dossier)
        statement = said(kg)
        assert {kg.snapshot.evidence[e].exact for e in statement.evidence} == {"Ada leads Acme", "Ada leads"}
        assert statement.basis is Basis.VERBATIM
        assert kg.build(one).did_nothing


def test_one_source_does_not_undo_what_another_states(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path / "one", LEADS))
        kg.build(write_dossier(tmp_path / "two", LEADS.replace("}", ", status: proposed}")))
        assert said(kg).status is Status.ACCEPTED


def test_a_source_that_accepts_accepts_what_another_proposed(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path / "one", LEADS.replace("}", ", status: proposed}")))
        assert said(kg).status is Status.PROPOSED
        kg.build(write_dossier(tmp_path / "two", LEADS))
        assert said(kg).status is Status.ACCEPTED


def test_what_was_entered_by_hand_outlives_a_dossier_that_states_it_too(tmp_path: Path) -> None:
    with cuibono.open() as kg, cuibono.open() as elsewhere:
        elsewhere.build(write_dossier(tmp_path, LEADS.replace("quote: Ada leads Acme", "quote: Ada leads")))
        kg.add(*elsewhere.snapshot.records)
        for _ in range(2):
            kg.build(write_dossier(tmp_path, LEADS))
            assert {kg.snapshot.evidence[e].exact for e in said(kg).evidence} == {"Ada leads Acme", "Ada leads"}
        assert kg.build(write_dossier(tmp_path)).retracted == 0
        assert said(kg).status is Status.ACCEPTED


# ── All or nothing ─────────────────────────────────────────────────────────────────────────────────────

MISTAKES = {
    "a misquote": (LEADS.replace("quote: Ada leads Acme", "quote: Ada left Acme"), "quote: .*does not stand in"),
    "an unknown entity": (LEADS.replace("object: acme", "object: acne"), "object: .*did you mean acme"),
    "an unknown relation": (LEADS.replace("leads, o", "heads, o"), "predicate: 'heads' is no relation"),
    "an inverse for a relation": (LEADS.replace("leads, o", "ledBy, o"), "predicate: .*write leads with the ends changed over"),
    "ends of the wrong class": (LEADS.replace("object: acme", "object: bob"), "object: a Person cannot be the object of leads"),
    "a date that is none": (LEADS.replace("}", ", stated-on: yesterday}"), "stated-on: 'yesterday' is no date"),
    "no quote": (LEADS.replace(", quote: Ada leads Acme", ""), "evidence: .*needs a quote"),
    "an empty list of quotes": (LEADS.replace("quote: Ada leads Acme", "quote: []"), "evidence: .*needs a quote"),
    "too much confidence": (LEADS.replace("}", ", confidence: 2}"), "confidence: 2 is not between 0 and 1"),
    "an endless number": (LEADS.replace("}", ", confidence: 1e999999999}"), "confidence: "),
    "an end before the beginning": (LEADS.replace("}", ", valid-from: 2024, valid-to: 2023}"), "valid[-_]to: 2023 comes before"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_names_its_place_and_changes_nothing(tmp_path: Path, mistake: str) -> None:
    statement, message = MISTAKES[mistake]
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path / "d", COMPETES))
        before, history = contents(kg), set(kg.store.quads(None, None, None, HISTORY))
        with pytest.raises(cuibono.InvalidInput, match=f"^statements.yaml:2: {message}"):
            kg.build(write_dossier(tmp_path / "d", statement, PRAISES))
        assert (contents(kg), set(kg.store.quads(None, None, None, HISTORY))) == (before, history)


def test_several_mistakes_are_told_together(tmp_path: Path) -> None:
    statements = [statement for statement, _ in MISTAKES.values()]
    with cuibono.open() as kg, pytest.raises(cuibono.InvalidInput) as error:
        kg.build(write_dossier(tmp_path, *statements[:4]))
    assert [problem.place for problem in error.value.problems] == [f"statements.yaml:{line}" for line in (2, 3, 4, 5)]


def test_a_broken_record_lets_none_in() -> None:
    records = drawn("A leads X").records
    broken = [replace(r, confidence=2.0) if isinstance(r, Statement) else r for r in records]
    with cuibono.open() as kg:
        with pytest.raises(cuibono.InvalidInput, match="confidence: 2 is not between 0 and 1"):
            kg.add(*broken)
        assert kg.version == 0
        assert len(kg.snapshot.records) == 0
        assert not list(kg.store.quads())


# ── On disk ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_store_is_there_after_it_was_closed(tmp_path: Path) -> None:
    with cuibono.open(tmp_path / "store") as kg:
        kg.build(cuibono.seed_dossier())
        before, quads = kg.snapshot.records, contents(kg)
    with cuibono.open(tmp_path / "store", create=False) as kg:
        assert kg.version == 1
        assert kg.snapshot.records == before
        assert contents(kg) == quads
        assert kg.build(cuibono.seed_dossier()).did_nothing


def test_nothing_is_left_of_what_was_derived(tmp_path: Path) -> None:
    with cuibono.open(tmp_path / "store") as kg:
        kg.build(write_dossier(tmp_path / "d", LEADS, COMPETES, PRAISES))
        kg.build(write_dossier(tmp_path / "d"))
        assert not list(kg.store.quads(None, None, None, DERIVED))
        assert kg.info().statements == {"proposed": 0, "accepted": 0, "rejected": 0, "retracted": 3}


def test_a_store_in_use_by_another_process_says_so(tmp_path: Path) -> None:
    script = (
        "import sys, cuibono\n"
        "try:\n    cuibono.open(sys.argv[1])\n"
        "except cuibono.StoreError as error:\n    print(error)\n"
        "else:\n    sys.exit('opened')\n"
    )
    with cuibono.open(tmp_path / "store") as kg:
        kg.build(write_dossier(tmp_path / "d", LEADS))
        run = subprocess.run([sys.executable, "-c", script, str(tmp_path / "store")], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert "is in use by another process" in run.stdout


def test_a_directory_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("Dear Eve", encoding="utf-8")
    for create in (True, False):
        with pytest.raises(cuibono.StoreError, match=r"name another directory|there is no store"):
            cuibono.open(tmp_path, create=create)
    assert [file.name for file in tmp_path.iterdir()] == ["letters.txt"]


def test_a_file_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("Dear Eve", encoding="utf-8")
    with pytest.raises(cuibono.StoreError):
        cuibono.open(tmp_path / "file")


def test_a_store_that_is_not_there_is_not_made_unless_asked_for(tmp_path: Path) -> None:
    with pytest.raises(cuibono.StoreError, match="there is no store"):
        cuibono.open(tmp_path / "store", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_another_format_is_refused(tmp_path: Path) -> None:
    cuibono.open(tmp_path / "store").close()
    (tmp_path / "store" / "cuibono.json").write_text('{"store": "cuibono", "format": 99}', encoding="utf-8")
    with pytest.raises(cuibono.StoreError, match="has format 99"):
        cuibono.open(tmp_path / "store")


@pytest.mark.parametrize("url", ["ftp://example.org/store", "sparql+ftp://example.org/"])
def test_a_url_that_is_no_store_is_refused(url: str) -> None:
    with pytest.raises(cuibono.StoreError):
        cuibono.open(url)


# ── What is remembered of it ───────────────────────────────────────────────────────────────────────────


def test_history_is_exported_only_when_asked_for(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path / "d", LEADS), agent="Eve")
        kg.review(said(kg).iri, "rejected", by="Mallory", why="out of spite")
        kg.export(tmp_path / "without.nq")
        kg.export(tmp_path / "with.nq", history=True)
    without, with_history = ((tmp_path / name).read_text(encoding="utf-8") for name in ("without.nq", "with.nq"))
    for word in ("Eve", "Mallory", "out of spite", "endedAtTime"):
        assert word in with_history
        assert word not in without


def test_nothing_is_in_the_default_graph_and_no_node_is_blank() -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        quads = list(kg.store.quads())
    assert not any(isinstance(quad.graph_name, ox.DefaultGraph) for quad in quads)
    assert not any(isinstance(term, ox.BlankNode) for quad in quads for term in (quad.subject, quad.object))


def test_a_snapshot_that_was_taken_does_not_change(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path, LEADS))
        before = kg.snapshot
        kg.build(write_dossier(tmp_path, COMPETES, things=THINGS.replace("Ada", "Ada Lovelace"), article=ARTICLE))
        assert {e.label for e in before.entities.values()} == {"Ada", "Bob", "Acme", "Bolt"}
        assert len(before.statements) == 1
        assert isinstance(before.records, Records)
