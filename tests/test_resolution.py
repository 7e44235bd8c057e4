"""Finding entities that are one: by identifiers and names, with reasons, and never against a person's word."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

import cuibono
from benchmarks.identity.__main__ import FOLDER, interval, labelled, measured
from cuibono.api.graphql.execution import execute
from cuibono.graph.build.merging import identity_iri
from cuibono.graph.build.resolution import Outcome, resolution_of
from cuibono.graph.build.resolution.profiles import profile_of
from cuibono.graph.build.resolution.scoring import match
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Entity, Records, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.history import status_changes
from cuibono.schema import Vocabulary
from tests.command_line import call, document, errors, output
from tests.graphs import graph

VOCABULARY = Vocabulary.bundled()
BASE = "https://example.org/entity/"


def entity(key: str, label: str, description: str | None = None, *, type: str = "Person", same_as: str = "") -> Entity:
    iri = VOCABULARY.entity_class(type).iri
    return Entity(iri=BASE + key, type=iri, label=label, description=description, same_as=(same_as,) if same_as else ())


def company(key: str, label: str, description: str | None = None, *, same_as: str = "") -> Entity:
    return entity(key, label, description, type="Company", same_as=same_as)


def outcome(one: Entity, other: Entity) -> Outcome:
    return match(*(profile_of(found, VOCABULARY) for found in (one, other))).outcome


# ── how well ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_labelled_set_is_resolved_as_well_as_was_promised() -> None:
    known = labelled(FOLDER / "labelled.csv")
    figures, _ = measured(known)
    assert figures.merges >= 300
    assert figures.right / figures.merges >= 0.99
    assert figures.hard_queued / figures.hard < 0.04
    for part in (known, known.half(seen=False)):
        figures, _ = measured(part)
        assert interval(figures.found, figures.pairs)[0] >= 0.9


def test_the_halves_of_the_labelled_set_are_the_whole_and_share_nobody() -> None:
    known = labelled(FOLDER / "labelled.csv")
    seen, unseen = known.half(seen=True), known.half(seen=False)
    assert seen.entities | unseen.entities == known.entities
    assert not set(seen.keys.values()) & set(unseen.keys.values())


def test_intervals_are_wilsons() -> None:
    assert interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert interval(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)


JANE = entity("1", "Jane Roe", "born 1970")
CASES: dict[str, tuple[Entity, Entity, Outcome]] = {
    "an identifier, however written": (
        company("1", "Big Blue", same_as="http://www.wikidata.org/wiki/Q1"),
        company("2", "Something else", same_as="https://www.wikidata.org/entity/Q1"),
        Outcome.CERTAIN,
    ),
    "two identifiers of one scheme": (
        company("1", "Acme Inc.", same_as="https://www.wikidata.org/entity/Q1"),
        company("2", "Acme Inc.", same_as="https://www.wikidata.org/entity/Q2"),
        Outcome.DIFFERENT,
    ),
    "an LEI": (
        company("1", "Acme", same_as="https://search.gleif.org/#/record/5493001KJTIIGC8Y1R12"),
        company("2", "Acme Worldwide", same_as="urn:lei:5493001kjtiigc8y1r12"),
        Outcome.CERTAIN,
    ),
    "a legal form more or less": (company("1", "Acme Corp."), company("2", "ACME"), Outcome.CERTAIN),
    "legal forms of two kinds": (company("1", "Acme GmbH"), company("2", "Acme AG"), Outcome.UNCERTAIN),
    "another script": (company("1", "ПАО «Ромашка»"), company("2", "Romashka PJSC"), Outcome.CERTAIN),
    "sister companies": (company("1", "Acme Steel AG"), company("2", "Acme Energy AG"), Outcome.DIFFERENT),
    "a number": (company("1", "Fund 1 Ltd"), company("2", "Fund 2 Ltd"), Outcome.DIFFERENT),
    "a name of two words alone": (entity("1", "Jane Roe"), entity("2", "Jane Roe"), Outcome.UNCERTAIN),
    "the same name and year": (
        entity("1", "Jane Roe", "born 1970"),
        entity("2", "ROE, Jane", "born 2 May 1970"),
        Outcome.CERTAIN,
    ),
    "the same name and another year": (
        entity("1", "Jane Roe", "born 1970"),
        entity("2", "Jane Roe", "born 1971"),
        Outcome.DIFFERENT,
    ),
    "another day of the same year": (
        entity("1", "Jane Roe", "born 1970-05-02"),
        entity("2", "Jane Roe", "born 3 May 1970"),
        Outcome.DIFFERENT,
    ),
    "father and son": (entity("1", "John Roe Sr."), entity("2", "John Roe Jr."), Outcome.DIFFERENT),
    "maybe a son": (entity("1", "John Roe"), entity("2", "John Roe Jr."), Outcome.UNCERTAIN),
    "a short form": (entity("1", "Bill Roe", "born 1970"), entity("2", "William J. Roe", "born 1970"), Outcome.CERTAIN),
    "a Chinese name": (entity("1", "陈小明", "born 1970"), entity("2", "Xiaoming Chen", "born 1970"), Outcome.CERTAIN),
    "another nation": (
        entity("1", "Jane Roe", "British, born 1970"),
        entity("2", "Jane A. Roe", "American, born 1970"),
        Outcome.UNCERTAIN,
    ),
    "a name read in Japanese": (
        entity("1", "村上春樹", "born 1949"),
        entity("2", "Haruki Murakami", "born 1949"),
        Outcome.CERTAIN,
    ),
    "two names that are read the same in Japanese": (
        entity("1", "李健", "born 1970"),
        entity("2", "李賢", "born 1970"),
        Outcome.UNCERTAIN,
    ),
    "a company's name read in Japanese": (company("1", "丸紅株式会社"), company("2", "Marubeni Corporation"), Outcome.UNCERTAIN),
    "letters as they are spoken": (company("1", "エヌ・ティ・ティ・データ"), company("2", "NTT Data"), Outcome.UNCERTAIN),
    "letters in Hangul": (company("1", "에스케이텔레콤"), company("2", "SK Telecom"), Outcome.UNCERTAIN),
    "a script within a name": (company("1", "LG생활건강"), company("2", "LG 생활건강"), Outcome.CERTAIN),
    "initials": (company("1", "United Parcel Service, Inc."), company("2", "UPS"), Outcome.UNCERTAIN),
    "initials of nobody": (company("1", "United Parcel Service, Inc."), company("2", "UBS"), Outcome.DIFFERENT),
    "a word that is no abbreviation": (company("1", "World Health Organization"), company("2", "Who"), Outcome.DIFFERENT),
    "sounds of English in Cyrillic": (entity("1", "Джейн Джонс"), entity("2", "Jane Jones"), Outcome.UNCERTAIN),
    "a Korean family name": (entity("1", "박지성", "born 1981"), entity("2", "Park Ji-sung", "born 1981"), Outcome.CERTAIN),
    "an Arabic article": (entity("1", "Nabil El-Araby"), entity("2", "Nabil al Araby"), Outcome.UNCERTAIN),
    "companies that sound alike": (company("1", "Velti"), company("2", "Veruta"), Outcome.DIFFERENT),
    "one given name, two families": (entity("1", "Steve Kowalik"), entity("2", "Steve Meliza"), Outcome.DIFFERENT),
    "an initial of another name": (entity("1", "Steve M. Robbins"), entity("2", "Steve McIntyre"), Outcome.DIFFERENT),
    "an initial of the same name": (entity("1", "Steve M. Robbins"), entity("2", "Steve Miles Robbins"), Outcome.UNCERTAIN),
    "an office": (entity("1", "President Jane Roe", "born 1970"), entity("2", "Jane Roe", "born 1970"), Outcome.CERTAIN),
    "one name of several, the same year": (
        entity("1", "Roe", "born 1970"),
        entity("2", "Jane Roe", "born 1970"),
        Outcome.UNCERTAIN,
    ),
    "one name of several": (entity("1", "Roe"), entity("2", "Jane Alexandra Roe"), Outcome.DIFFERENT),
    "a person and a company": (entity("1", "Robert Roe"), company("2", "Robert Roe"), Outcome.DIFFERENT),
}


@pytest.mark.parametrize("case", CASES)
def test_what_follows_from_two_entities(case: str) -> None:
    one, other, wanted = CASES[case]
    assert outcome(one, other) is outcome(other, one) is wanted


def test_who_shares_a_name_and_a_tie_is_one() -> None:
    kg = graph("A leads X\nB leads X\nC leads Y")
    kg.add(*(replace(kg.entity(letter), label="Jane Roe") for letter in "ABC"))
    found = kg.resolve(dry_run=True)
    assert [(pair.one[-1], pair.other[-1]) for pair in found.certain] == [("A", "B")]
    assert "both tied to" in found.certain[0].text
    assert len(found.uncertain) == 1


def test_what_is_found_hangs_on_no_order_and_two_of_a_group_do_not_contradict() -> None:
    known = labelled(FOLDER / "tuning.csv")
    expected = resolution_of(Snapshot(Records(entities=known.entities), VOCABULARY))
    shuffled = list(known.entities.values())
    random.Random(1).shuffle(shuffled)
    assert resolution_of(Snapshot(Records.of(shuffled), VOCABULARY)) == expected
    middle = entity("2", "Jane Roe", same_as="urn:x:1")
    ends = entity("1", "Jane Roe", "born 1970", same_as="urn:x:1"), entity("3", "Jane Roe", "born 1971", same_as="urn:x:1")
    found = resolution_of(Snapshot(Records.of([*ends, middle]), VOCABULARY))
    assert len(found.certain) == 1, "with either, but not with both"


# ── in a graph ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def kg() -> KnowledgeGraph:
    kg = cuibono.open()
    kg.add(
        company("acme", "Acme Corp."),
        company("acme-2", "ACME"),
        company("acme-3", "Acme, Inc."),
        entity("roe", "Jane Roe"),
        entity("roe-2", "Jane Roe", "born 1970"),
    )
    return kg


def test_what_is_certain_is_merged_and_the_rest_proposed_with_reasons(kg: KnowledgeGraph) -> None:
    assert kg.resolve(dry_run=True) == kg.resolve(dry_run=True)
    assert kg.version == 1
    kg.resolve(by="Eve")
    assert kg.entity("ACME").iri == BASE + "acme"
    assert len(kg.entities(type="Company")) == 1
    assert len(kg.entities(type="Person")) == 2
    asked = """{ statements(predicate: "identicalTo", status: [PROPOSED]) { edges { node {
      confidence evidence { exact document { authors } } } } } }"""
    [edge] = execute(kg, asked)["data"]["statements"]["edges"]
    assert edge["node"]["confidence"] == 0.7
    assert edge["node"]["evidence"][0] == {
        "exact": "the same name: Jane Roe – Jane Roe",
        "document": {"authors": ["cuibono resolve"]},
    }
    version = kg.version
    kg.resolve(by="Eve")
    assert kg.version == version, "doing it again changes nothing"


def test_no_decision_of_a_person_is_undone(kg: KnowledgeGraph) -> None:
    kg.resolve()
    kg.split(BASE + "acme", BASE + "acme-2", why="a namesake", by="Eve")
    kg.review(identity_iri(BASE + "roe", BASE + "roe-2"), Status.ACCEPTED, why="her passport", by="Eve")
    kg.resolve()
    assert kg.entity(BASE + "acme").iri != kg.entity(BASE + "acme-2").iri
    assert kg.entity(BASE + "roe-2").iri == BASE + "roe"
    assert not kg.statements(status="proposed")
    decisions = status_changes(kg.store, identity_iri(BASE + "roe", BASE + "roe-2"))
    assert [(change.agent, change.by_loading) for change in decisions] == [("Eve", False)]


def test_who_a_person_keeps_apart_is_not_joined_by_way_of_another(kg: KnowledgeGraph) -> None:
    kg.split(BASE + "acme", BASE + "acme-2", why="a namesake", by="Eve")
    kg.resolve()
    assert kg.entity(BASE + "acme").iri != kg.entity(BASE + "acme-2").iri
    assert kg.entity(BASE + "acme-3").iri in {BASE + "acme", BASE + "acme-2"}, "it goes with one of them"


def test_what_no_longer_holds_is_taken_back(kg: KnowledgeGraph) -> None:
    kg.add(company("acme-3", "Acme, Inc.", same_as="https://www.wikidata.org/entity/Q3"))
    kg.resolve()
    assert kg.entity(BASE + "acme-3").iri == BASE + "acme"
    kg.add(company("acme", "Acme Corp.", same_as="https://www.wikidata.org/entity/Q1"))
    kg.resolve()
    assert kg.entity(BASE + "acme-3").iri != kg.entity(BASE + "acme").iri
    [retracted] = kg.statements(predicate="identicalTo", status="retracted")
    assert status_changes(kg.store, retracted.iri)[-1].by_loading


@pytest.mark.parametrize("format", ["turtle", "nquads", "jsonld"])
def test_decisions_outlive_a_graph_that_is_built_anew_from_its_export(kg: KnowledgeGraph, tmp_path: Path, format: str) -> None:
    kg.resolve()
    kg.split(BASE + "acme", BASE + "acme-2", why="a namesake", by="Eve")
    kg.merge(BASE + "roe", BASE + "roe-2", why="her passport", by="Eve")
    suffix = {"turtle": "ttl", "nquads": "nq", "jsonld": "jsonld"}[format]
    kg.export(tmp_path / f"graph.{suffix}", format, text=True)
    with cuibono.open(tmp_path / "anew") as anew:
        anew.import_rdf(tmp_path / f"graph.{suffix}")
        assert anew.snapshot.records == kg.snapshot.records
        anew.resolve()
        assert anew.entity(BASE + "acme").iri != anew.entity(BASE + "acme-2").iri
        assert anew.entity(BASE + "roe-2").iri == BASE + "roe"


# ── at the command line ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def store(kg: KnowledgeGraph, tmp_path: Path) -> Path:
    with cuibono.open(tmp_path / "store") as other:
        other.add(*kg.snapshot.records)
        other.add(entity("poe", "Joan Poe"), entity("poe-2", "Joan Poe", "born 1980"))
    return tmp_path / "store"


def test_the_command_shows_merges_and_asks(store: Path) -> None:
    assert "2 pairs would be merged" in output("resolve", "--store", store, "--dry-run")
    found = document("resolve", "--store", store)
    assert (found["changed"], len(found["certain"]), len(found["uncertain"])) == (True, 2, 2)
    assert found["certain"][0]["reasons"] == ["the same name: Acme Corp. – ACME"]
    asked = call("resolve", "--store", store, "--review", "--by", "Eve", stdin="x\ny\nn\n")
    assert asked.returncode == 0
    assert "2 decided, 0 wait" in asked.stdout
    assert "born 1980" in asked.stderr
    with cuibono.open(store) as kg:
        assert len(kg.entities(type="Person")) == 3
        assert [s.status.value for s in kg.statements(predicate="identicalTo", status=list(Status)) if "oe" in s.object] in (
            ["accepted", "rejected"],
            ["rejected", "accepted"],
        )
    assert document("resolve", "--store", store)["uncertain"] == []
    assert "give one" in errors("resolve", "--store", store, "--review", "--dry-run", code=2)[0]


def test_who_has_enough_stops_and_the_rest_waits(store: Path) -> None:
    output("resolve", "--store", store)
    asked = call("resolve", "--store", store, "--review", stdin="s\nq\n")
    assert "0 decided, 2 wait" in asked.stdout
