"""Entities that are one: merged, asked for, and split again."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

import cuibono
from cuibono.api.graphql.execution import execute
from cuibono.graph.build.merging import IDENTICAL, identity_iri
from cuibono.graph.errors import AmbiguousName, InvalidArgument, InvalidInput, NotFound
from cuibono.graph.export import FORMATS, exported
from cuibono.graph.interest.bulk import bulk_conflicts
from cuibono.graph.interest.compiled import CompiledEngine
from cuibono.graph.interest.positions import Positions
from cuibono.graph.interest.reference import ReferenceEngine
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Basis, Entity, Records, Statement, Status, proposition
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import identity_statements, resolved
from cuibono.graph.store.encoding import HISTORY, decoded
from cuibono.graph.store.history import status_changes
from cuibono.schema import Vocabulary
from tests.command_line import output
from tests.generated import records
from tests.graphs import BASE, MANY, graph, short
from tests.random_graphs import random_records
from tests.test_engines import of_beneficiary, of_conflict
from tests.test_export_properties import few

VOCABULARY = Vocabulary.bundled()

# Arden leads X; A, who is Arden under another name, speaks for Y, whom X competes with.
TWICE = """
A leads X
B disputes Y
X competesWith Y
B develops P
"""


def all_quads(kg: KnowledgeGraph, *, history: bool = False) -> set[str]:
    quads = b"".join(exported(kg.store, "nquads", text=True, history=history)).decode().splitlines()
    return {quad for quad in quads if f" {HISTORY} ." not in quad}


def all_bytes(kg: KnowledgeGraph) -> dict[str, bytes]:
    return {format: b"".join(exported(kg.store, format, text=True)) for format in FORMATS}


def pairs(kg: KnowledgeGraph) -> set[tuple[str, str]]:
    return {(short(finding.actor), short(finding.target)) for finding in kg.conflicts(min_strength=0)}


def test_a_conflict_comes_to_light_when_two_are_one_and_goes_when_they_are_not() -> None:
    kg = graph(TWICE)
    assert pairs(kg) == set()
    assert kg.merge(BASE + "B", BASE + "A", why="the same person", by="Eve").iri == BASE + "A"
    assert pairs(kg) == {("A", "Y")}
    assert [short(b.entity) for b in kg.beneficiaries("P") if b.entity == BASE + "A"] == ["A"]
    kg.split("A", "B", why="they are cousins", by="Eve")
    assert pairs(kg) == set()


def test_questions_see_one_entity_and_the_originals_stay_readable() -> None:
    kg = graph(TWICE)
    originals = {name: kg.entity(name) for name in "AB"}
    statements = {s.iri: s for s in kg.statements()}
    kg.merge("A", "B", why="the same person", by="Eve")
    assert BASE + "B" not in kg.snapshot.entities
    assert kg.entity("A") == kg.entity("B") == kg.entity(BASE + "B") == replace(originals["A"], label="B", aliases=("A",))
    assert kg.node(BASE + "B") == originals["B"]
    assert {short(s.object) for s in kg.statements(subject="B", predicate="disputes")} == {"Y"}
    assert kg.statements(subject=BASE + "B") == kg.statements(subject=BASE + "A")
    assert {kg.snapshot.stored.statements[iri] for iri in statements} == set(statements.values())
    assert [m.node.iri for m in kg.search("B") if isinstance(m.node, Entity)] == [BASE + "A"]
    assert [[short(h.target) for h in p.hops] for p in kg.paths("X", "P", max_hops=2)] == [["A", "P"]]
    network = kg.to_networkx()
    assert BASE + "B" not in network
    assert network.has_edge(BASE + "A", BASE + "Y")
    assert all("label" in attributes for _, attributes in network.nodes(data=True))


def test_a_merge_is_sourced_dated_and_decided_by_somebody() -> None:
    kg = graph(TWICE)
    kg.merge("A", "B", why="Both sign as chair of X.", by="Eve")
    [same] = kg.statements(predicate="identicalTo")
    assert (short(same.subject), short(same.object), same.basis) == ("A", "B", Basis.INFERRED)
    [quote] = (kg.snapshot.evidence[iri] for iri in same.evidence)
    reason = kg.snapshot.documents[quote.document]
    assert (reason.text, quote.exact, reason.authors) == ("Both sign as chair of X.", "Both sign as chair of X.", ("Eve",))
    assert reason.published is not None
    [decision] = status_changes(kg.store, same.iri)
    assert (decision.status, decision.agent, decision.reason) == (Status.ACCEPTED, "Eve", "Both sign as chair of X.")
    assert cuibono.open().add(*kg.snapshot.stored.records).added["Statement"] == 5


def test_a_split_restores_the_graph_and_the_history_keeps_the_decision() -> None:
    kg = graph(TWICE)
    before, written = all_quads(kg), all_bytes(kg)
    answers = pairs(kg), kg.entities(), kg.statements()
    kg.merge("A", "B", why="the same", by="Eve")
    assert before < all_quads(kg)
    kg.split("A", "B", why="not the same", by="Eve")
    assert (pairs(kg), kg.entities(), kg.statements()) == answers
    assert all_bytes(kg) == written
    left = all_quads(kg, history=True)
    assert before < left
    own = {identity_iri(BASE + "A", BASE + "B")}
    records = kg.snapshot.records
    own |= {e for s in own for e in records.statements[s].evidence}
    own |= {records.evidence[e].document for e in own if e in records.evidence}
    assert all(any(iri in line for iri in own) for line in left - before)
    assert {iri for line in left - before for iri in own if iri in line} == own
    assert records.statements[identity_iri(BASE + "A", BASE + "B")].status is Status.RETRACTED
    assert not kg.difference(graph(TWICE))
    again = cuibono.open()
    again.add(*decoded(ox.parse("\n".join(left), format=ox.RdfFormat.N_QUADS), VOCABULARY))
    assert all_bytes(again) == written
    assert again.snapshot.records == records, "with the history, the decision comes along"
    # From then on, merging and splitting leads back to the same bytes.
    kg.merge("A", "B", why="the same", by="Eve")
    kg.split("A", "B", why="not the same", by="Eve")
    assert all_quads(kg, history=True) == left


@few
@given(records(most=8), st.randoms(use_true_random=False))
def test_any_merges_that_are_all_taken_back_leave_the_same_bytes(found: Records, chance: random.Random) -> None:
    kg = graph(MANY)
    kg.add(*found)
    by_class: dict[str, list[str]] = {}
    for entity in kg.snapshot.stored.entities.values():
        by_class.setdefault(entity.type, []).append(entity.iri)
    groups = [group for group in by_class.values() if len(group) > 1]
    ours = {s.iri for s in identity_statements(kg.snapshot.stored)}
    before, answers = all_bytes(kg), (kg.entities(), kg.statements())
    merged = set[tuple[str, str]]()
    for _ in range(8):
        one, other = sorted(chance.sample(chance.choice(groups), 2))
        if (one, other) in merged and chance.random() < 0.5:
            kg.review(identity_iri(one, other), Status.RETRACTED, why="it was an error", by="Eve")
            merged.discard((one, other))
        elif identity_iri(one, other) not in ours:
            with suppress(InvalidInput):
                kg.merge(one, other, why=f"reason {chance.randrange(3)}", by="Eve")
                merged.add((one, other))
    for one, other in sorted(merged, key=lambda pair: chance.random()):
        kg.review(identity_iri(one, other), Status.RETRACTED, why="none are one", by="Eve")
    assert (kg.entities(), kg.statements()) == answers
    assert all_bytes(kg) == before


def test_that_two_differ_is_a_decision_that_is_exported() -> None:
    kg = graph(TWICE)
    before = all_quads(kg)
    kg.split("A", "B", why="cousins", by="Eve")
    assert any(f"<{identity_iri(BASE + 'A', BASE + 'B')}>" in line for line in all_quads(kg) - before)


def test_a_decision_that_others_speak_of_or_that_a_source_made_stays_in_the_export() -> None:
    kg = graph(TWICE)
    before = all_quads(kg)
    kg.merge("A", "B", why="the same", by="Eve")
    [same] = kg.statements(predicate="identicalTo")
    [leads] = kg.statements(predicate="leads")
    kg.add(replace(leads, iri=f"{leads.iri}-2", predicate=f"{IDENTICAL.rpartition('#')[0]}#disputes", object=same.iri))
    kg.split("A", "B", why="not the same", by="Eve")
    assert any(f"<{same.iri}>" in line for line in all_quads(kg) - before)


def test_the_name_that_most_is_said_of_is_shown_everywhere(tmp_path: Path) -> None:
    kg = graph("A leads X\nB disputes Y\nB leads Z\nC owns Y")
    assert kg.merge("A", "B", why="the same", by="Eve").label == "B"
    assert kg.merge("B", "C", why="the same", by="Eve").label == "B", "what makes them one does not count"
    [entity] = [e for e in kg.entities() if e.iri == BASE + "A"]
    assert (entity.label, entity.aliases) == ("B", ("A", "C"))
    assert kg.to_networkx().nodes[BASE + "A"]["label"] == "B"
    assert execute(kg, "query ($iri: String!) { entity(iri: $iri) { label } }", {"iri": BASE + "C"})["data"] == {
        "entity": {"label": "B"}
    }
    kg.export(tmp_path / "tables", "parquet")
    rows = parquet.read_table(tmp_path / "tables" / "entities.parquet").to_pylist()
    assert [row["label"] for row in rows if row["iri"] == BASE + "A"] == ["B"]
    kg.add(*(replace(s, iri=f"{s.iri}-{n}", subject=BASE + "C") for s in kg.statements(predicate="owns") for n in range(2)))
    assert (kg.entity("B").label, kg.entity("A").aliases) == ("C", ("A", "B")), "it follows what is added"
    [one, other] = kg.split(BASE + "B", BASE + "C", why="not the same", by="Eve")
    assert {one.label, other.label} == {"B", "C"}


MERGES = [("A", "B"), ("B", "C"), ("D", "C"), ("X", "Y")]


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_merges_and_their_repetition_change_nothing(seed: int) -> None:
    text = "A leads X\nB disputes Y\nX competesWith Y\nC owns Y\nD supplies X by:A\nE questions X via:D"
    chance = random.Random(seed)
    one, other = graph(text), graph(text)
    for first, second in MERGES:
        one.merge(BASE + first, BASE + second, why="the same", by="Eve")
    shuffled = [ends if chance.random() < 0.5 else ends[::-1] for ends in MERGES * 2]
    chance.shuffle(shuffled)
    for first, second in shuffled:
        other.merge(BASE + first, BASE + second, why="the same", by="Eve")
    assert all_quads(one) == all_quads(other)
    assert one.snapshot.records == other.snapshot.records
    assert {short(e.iri) for e in one.entities()} == {"A", "E", "X"}
    assert {short(s.subject) for s in one.statements(predicate="questions")} == {"E"}
    assert {short(s.said_via or "") for s in one.statements(predicate="questions")} == {"A"}
    version = other.version
    other.merge(BASE + "A", BASE + "B", why="the same", by="Eve")
    assert other.version == version, "what was said before is not said again"


def test_two_joined_by_way_of_others_are_parted_by_as_little_as_does_it() -> None:
    kg = graph("A leads X\nB leads X\nC leads X\nD leads X")
    for first, second in (("A", "B"), ("B", "C"), ("C", "D")):
        kg.merge(BASE + first, BASE + second, why="the same", by="Eve")
    one, other = kg.split(BASE + "A", BASE + "C", why="they met", by="Eve")
    assert one.iri != other.iri
    assert len(kg.statements(predicate="identicalTo")) == 2
    different = kg.snapshot.statements[identity_iri(BASE + "A", BASE + "C")]
    assert different.status is Status.REJECTED
    kg.split(BASE + "D", why="a different one", by="Eve")
    assert kg.entity(BASE + "D").aliases == ()
    with pytest.raises(InvalidArgument, match="merged with nothing"):
        kg.split(BASE + "D", why="again", by="Eve")


def test_what_a_merge_makes_of_an_edge_to_itself_carries_no_interest() -> None:
    kg = graph("A endorses Y\nX owns Y\nA leads X")
    kg.merge("X", "Y", why="renamed", by="Eve")
    [finding] = kg.conflicts(min_strength=0)
    assert [short(h.target) for h in finding.interest_path.hops] == ["X"]
    assert not kg.paths("X", "Y")


def test_a_symmetric_statement_is_found_from_both_ends_and_disputed_as_one() -> None:
    text = "s = B competesWith C\nt = A competesWith D\nE disputes s"
    kg = graph(text, classes=dict.fromkeys("ABCD", "Company"))
    kg.merge("B", "D", why="renamed", by="Eve")
    kg.merge("A", "C", why="renamed", by="Eve")
    same = kg.statements(predicate="competesWith")
    assert {(short(s.subject), short(s.object)) for s in same} == {("A", "B")}
    disputers = [kg.positions().disputers(s) for s in same]
    assert disputers == [{BASE + "E"}] * 2
    assert [len(kg.statements(subject=name, predicate="competesWith")) for name in "ABCD"] == [2, 2, 2, 2]


def test_records_that_questions_gave_can_be_entered_again() -> None:
    kg = graph("B leads X conf:0.5")
    kg.add(replace(kg.entity("B"), iri=BASE + "A", label="A"))
    kg.merge("A", "B", why="the same", by="Eve")
    [leads] = kg.statements(predicate="leads")
    assert short(leads.subject) == "A"
    kg.add(replace(leads, confidence=0.9))
    [again] = kg.statements(predicate="leads")
    assert (again.iri, again.confidence) == (leads.iri, 0.9)
    assert kg.snapshot.stored.statements[leads.iri].subject == BASE + "B"


def test_loading_anew_undoes_no_decision(tmp_path: Path) -> None:
    kg = cuibono.open(tmp_path / "store")
    kg.build(cuibono.seed_dossier())
    openai = kg.entity("OpenAI")
    kg.add(replace(openai, iri=openai.iri + "-inc", label="OpenAI, Inc."))
    kg.merge(openai.iri, openai.iri + "-inc", why="the same", by="Eve")
    kg.split(openai.iri, openai.iri + "-inc", why="another one", by="Eve")
    same = kg.snapshot.statements[identity_iri(openai.iri, openai.iri + "-inc")]
    kg.add(replace(same, status=Status.ACCEPTED), agent="a machine")
    assert kg.snapshot.statements[same.iri].status is Status.RETRACTED
    kg.merge(openai.iri, openai.iri + "-inc", why="no, the same", by="Ada")
    kg.build(cuibono.seed_dossier())
    assert kg.entity(openai.iri + "-inc").iri == openai.iri
    kg.close()
    with cuibono.open(tmp_path / "store") as again:
        assert again.entity("OpenAI, Inc.").iri == openai.iri
        assert again.snapshot.records == resolved(again.snapshot.stored).records
        assert [c.agent for c in status_changes(again.store, same.iri)] == ["Eve", "Eve", "Ada"]


WRONG: dict[str, tuple[Callable[[KnowledgeGraph], Any], type[Exception], str]] = {
    "itself": (lambda kg: kg.merge("A", BASE + "A", why="x", by="Eve"), InvalidArgument, "give the IRIs of two entities"),
    "nobody": (lambda kg: kg.merge("A", "Nobody", why="x", by="Eve"), NotFound, "no entity is called 'Nobody'"),
    "no reason": (lambda kg: kg.merge("A", "B", why=" ", by="Eve"), InvalidArgument, "why: is empty"),
    "by nobody": (lambda kg: kg.split("A", "B", why="x", by=" "), InvalidArgument, "by: is empty"),
    "a person and a product": (lambda kg: kg.merge("A", "P", why="x", by="Eve"), InvalidInput, "Person and a Product cannot be"),
    "a company and a person": (lambda kg: kg.merge("A", "X", why="x", by="Eve"), InvalidInput, "cannot be the same"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_merged_is_refused_and_nothing_changes(case: str) -> None:
    kg = graph(TWICE)
    before, version = all_quads(kg), kg.version
    action, kind, message = WRONG[case]
    with pytest.raises(kind, match=message):
        action(kg)
    assert (all_quads(kg), kg.version) == (before, version)


def test_names_that_several_have_ask_for_an_iri() -> None:
    kg = graph("A leads X")
    kg.add(replace(kg.entity("A"), iri=BASE + "A2"))
    with pytest.raises(AmbiguousName, match="A2"):
        kg.merge("A", BASE + "A2", why="x", by="Eve")
    kg.merge(BASE + "A", BASE + "A2", why="x", by="Eve")
    assert kg.entity("A").iri == BASE + "A"


def test_graphql_shows_one_entity_and_what_it_was_made_of() -> None:
    kg = graph(TWICE)
    kg.merge("A", "B", why="the same", by="Eve")
    asked = """query ($iri: String!) {
      entity(iri: $iri) { iri aliases mergedFrom { iri aliases mergedInto { iri } mergedFrom { iri } } mergedInto { iri } }
      entities { totalCount }
      statements(predicate: "identicalTo")
      { edges { node { subject { ... on Node { iri } } object { ... on Node { iri } } } } } }"""
    answer = execute(kg, asked, {"iri": BASE + "B"})
    assert "errors" not in answer, answer
    assert answer["data"]["entity"] == {
        "iri": BASE + "A",
        "aliases": ["A"],
        "mergedInto": None,
        "mergedFrom": [
            {"iri": BASE + "A", "aliases": [], "mergedInto": None, "mergedFrom": []},
            {"iri": BASE + "B", "aliases": [], "mergedInto": {"iri": BASE + "A"}, "mergedFrom": []},
        ],
    }
    assert answer["data"]["entities"]["totalCount"] == 4
    [same] = (edge["node"] for edge in answer["data"]["statements"]["edges"])
    assert (same["subject"]["iri"], same["object"]["iri"]) == (BASE + "A", BASE + "B")


def test_findings_of_a_merged_graph_come_as_a_bundle_that_needs_no_other(tmp_path: Path) -> None:
    kg = graph(TWICE)
    kg.merge("A", "B", why="the same", by="Eve")
    kg.write_bundle(kg.conflicts(min_strength=0), tmp_path / "found.jsonld")
    read = decoded(ox.parse((tmp_path / "found.jsonld").read_bytes(), format=ox.RdfFormat.JSON_LD), VOCABULARY)
    alone = cuibono.open()
    alone.add(*read)
    assert alone.entity(BASE + "B").iri == BASE + "A"
    assert pairs(alone) == pairs(kg) == {("A", "Y")}


def test_what_outgrows_memory_sees_one_entity_too(tmp_path: Path) -> None:
    kg = graph(TWICE)
    kg.merge("A", "B", why="the same", by="Eve")
    kg.export(tmp_path / "tables", "parquet")
    bulk_conflicts(tmp_path / "tables", tmp_path / "found", min_strength=0)
    [found] = parquet.read_table(tmp_path / "found").to_pylist()
    assert (short(found["actor"]), short(found["target"])) == ("A", "Y")


# ── every way to the answers agrees ────────────────────────────────────────────────────────────────────


def merged_records(seed: int) -> tuple[Records, Records]:
    """Return a random graph with merges, and the same graph with the merged entities written as one."""
    chance = random.Random(seed)
    found = random_records(seed, VOCABULARY, entities=5 + seed % 6, statements=15 + seed % 40)
    statements = {s.iri: s for s in found.statements.values() if s.predicate != IDENTICAL}
    # What was said of a statement of identity goes with it, and what was said of that.
    while dangling := [s.iri for s in statements.values() if "/statement/" in s.object and s.object not in statements]:
        statements = {iri: s for iri, s in statements.items() if iri not in dangling}
    by_class: dict[str, list[str]] = {}
    for entity in found.entities.values():
        by_class.setdefault(entity.type, []).append(entity.iri)
    same = {}
    for group in by_class.values():
        for one, other in pairwise(group):
            if chance.random() < 0.5:
                same[identity_iri(one, other)] = Statement(
                    iri=identity_iri(one, other),
                    subject=min(one, other),
                    predicate=IDENTICAL,
                    object=max(one, other),
                    basis=Basis.INFERRED,
                )
    graph = resolved(Snapshot(replace(found, statements={**statements, **same}), VOCABULARY))
    shown = {iri: graph.identities.of(iri) for iri in found.entities}

    def written(s: Statement) -> Statement:
        subject, _, obj = proposition(
            VOCABULARY.relation(s.predicate), shown.get(s.subject, s.subject), shown.get(s.object, s.object)
        )
        return replace(s, subject=subject, object=obj)

    rewritten = {iri: written(s) for iri, s in statements.items()}
    kept = {e.iri: e for e in graph.entities.values()}
    return replace(found, statements={**statements, **same}), replace(found, entities=kept, statements=rewritten)


@pytest.mark.parametrize("chunk", range(4))
def test_engines_see_what_they_would_in_a_graph_written_as_one(chunk: int) -> None:
    found = merged = 0
    for seed in range(chunk * 40, chunk * 40 + 40):
        apart, as_one = merged_records(seed)
        snapshot, expected = resolved(Snapshot(apart, VOCABULARY)), Snapshot(as_one, VOCABULARY)
        merged += len(snapshot.identities.canonical)
        assert list(snapshot.entities) == list(expected.entities)
        options: Any = {"max_hops": 1 + seed % 4, "min_strength": 0.0}
        wanted = sorted(map(of_conflict, ReferenceEngine(expected).conflicts(**options)))
        found += len(wanted)
        for engine in (ReferenceEngine, CompiledEngine):
            assert sorted(map(of_conflict, engine(snapshot).conflicts(**options))) == wanted, f"{engine} {seed}"
            for of in [*as_one.claims, *list(as_one.entities)[:2]]:
                assert sorted(map(of_beneficiary, engine(snapshot).beneficiaries(of, **options))) == sorted(
                    map(of_beneficiary, ReferenceEngine(expected).beneficiaries(of, **options))
                ), f"{engine} {seed} {of}"
        for claim in as_one.claims:
            assert Positions(snapshot).on_claim(claim) == Positions(expected).on_claim(claim)
    assert found > 20
    assert merged > 30


@pytest.mark.parametrize("seed", range(6))
def test_following_commits_is_the_same_as_reading_anew(seed: int) -> None:
    chance = random.Random(seed)
    text = "A leads X\nB disputes Y\nX competesWith Y\nC owns Y\nD supplies X by:A\nE questions X via:D\nA leads Z\nB owns U"
    kg = graph(text)
    for _ in range(10):
        one, other = (BASE + letter for letter in chance.choice(["AB", "BC", "CD", "AD", "XY", "YZ", "XU", "ED"]))
        if chance.random() < 0.6:
            kg.merge(one, other, why="x", by="Eve")
        elif chance.random() < 0.6:
            kg.split(one, other, why="y", by="Eve")
        else:
            entity = kg.snapshot.stored.entities[one]
            kg.add(replace(entity, aliases=(*entity.aliases, f"alias {chance.random()}")))
        again = resolved(Snapshot(kg.snapshot.stored.records, kg.vocabulary))
        assert kg.snapshot.records == again.records
        assert dict(kg.snapshot.by_name) == dict(again.by_name)
        assert {k: kg.snapshot.by_subject.get(k) for k in again.entities} == {k: again.by_subject.get(k) for k in again.entities}
        assert sorted(map(of_conflict, CompiledEngine(kg.snapshot).conflicts())) == sorted(
            map(of_conflict, CompiledEngine(again).conflicts())
        )


def test_many_reasons_do_not_drown_what_a_graph_rests_on(tmp_path: Path) -> None:
    letter = graph("A leads X").entity("A")
    letters = [replace(letter, iri=f"{BASE}A{number}") for number in range(60)]
    with cuibono.open() as kg, cuibono.open(tmp_path / "store") as store:
        kg.add(*letters)
        for one, other in pairwise(letters):
            kg.merge(one.iri, other.iri, why="the same", by="Eve")
        store.add(*kg.snapshot.stored.records)
    page = output("info", "--store", tmp_path / "store")
    assert page.count("Why two are one") == 50
    assert "and 9 more; --json has all" in page
