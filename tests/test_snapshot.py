"""The read model says what the records say, whatever was laid over it and folded in."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cuibono
from cuibono.graph.dates import PartialDate
from cuibono.graph.filtering.evaluation import Evaluation
from cuibono.graph.filtering.statements import statement_rows
from cuibono.graph.model import Basis, Claim, Entity, Records, Statement, Status, proposition
from cuibono.graph.snapshot import merging, strings
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.building import columns_of
from cuibono.graph.snapshot.columns import first_days, last_days, packed_date, unpacked_date
from cuibono.graph.snapshot.draft import KINDS
from cuibono.graph.snapshot.folding import joined
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.search import search
from cuibono.graph.snapshot.strings import Strings
from tests.generated import VOCABULARY, partial_dates, records, texts

few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
COMPANY = VOCABULARY.entity_class("Company").iri


def grouped(pairs: Iterable[tuple[Hashable, Statement]]) -> dict[Hashable, tuple[Statement, ...]]:
    groups = defaultdict(list)
    for key, statement in pairs:
        groups[key].append(statement)
    return {key: tuple(sorted(group, key=lambda s: s.iri)) for key, group in groups.items()}


def assert_says(snapshot: Snapshot, expected: Records) -> None:
    """Hold every way into a snapshot against the records themselves."""
    for kind in ("entities", "claims", "documents", "evidence", "statements"):
        found, wanted = getattr(snapshot, kind), getattr(expected, kind)
        assert list(found) == sorted(wanted)
        assert dict(found.items()) == wanted
        assert list(found.values()) == [wanted[iri] for iri in sorted(wanted)]
        assert len(found) == len(wanted)
        assert all(found[iri] == wanted[iri] and iri in found for iri in wanted)
        assert "https://example.org/nowhere" not in found
        assert found.get("https://example.org/nowhere\ud800") is None
    statements = expected.statements.values()
    assert dict(snapshot.by_subject) == grouped((s.subject, s) for s in statements)
    assert dict(snapshot.by_object) == grouped((s.object, s) for s in statements)
    assert all(end in snapshot.by_subject for end in {s.subject for s in statements})
    key = {s.iri: proposition(VOCABULARY.relation(s.predicate), s.subject, s.object) for s in statements}
    assert dict(snapshot.by_proposition) == grouped((key[s.iri], s) for s in statements)
    names = defaultdict(set)
    for entity in expected.entities.values():
        for name in entity.names:
            names[name.casefold()].add(entity.iri)
    assert {name: set(iris) for name, iris in snapshot.by_name.items()} == names
    assert all(list(iris) == sorted(iris) for iris in snapshot.by_name.values())
    tally = {pair: count for pair, count in snapshot.tally().items() if count}
    assert sum(tally.values()) == len(expected.statements)
    assert all(tally[s.status, s.predicate] for s in statements)


@few
@given(records())
def test_columns_say_what_the_records_say(graph: Records) -> None:
    snapshot = Snapshot(graph, VOCABULARY)
    assert_says(snapshot, graph)
    assert Records.of(snapshot.records) == graph


def changed_at_random(whole: Records, chance: random.Random) -> tuple[Records, list[str]]:
    """Return what to put in, some of it in other words, and the evidence to take out."""
    put = []
    for record in chance.sample(list(whole), min(len(whole), chance.randint(0, 8))):
        match record:
            case Statement():
                put.append(replace(record, status=chance.choice(list(Status))))
            case Entity():
                put.append(replace(record, label=chance.choice([record.label, "Another name", "ẞ"])))
            case _:
                put.append(record)
    rest = sorted(whole.evidence.keys() - {record.iri for record in put})
    return Records.of(put), chance.sample(rest, min(len(rest), chance.randint(0, 2)))


@few
@given(records(bases=("https://example.org/",), most=8), st.randoms(use_true_random=False))
def test_an_overlay_says_the_same_as_columns_made_anew(whole: Records, chance: random.Random) -> None:
    expected = {record.iri: record for record in chance.sample(list(whole), len(whole) // 2)}
    snapshot = Snapshot(Records.of(expected.values()), VOCABULARY)
    for version in range(1, 4):
        before, records_before = snapshot, Records.of(expected.values())
        put, removed = changed_at_random(whole, chance)
        expected = {iri: r for iri, r in expected.items() if iri not in removed} | {record.iri: record for record in put}
        snapshot = snapshot.with_changes(list(put), version, removed)
        assert_says(snapshot, Records.of(expected.values()))
        assert_says(snapshot.folded(), Records.of(expected.values()))
        assert_says(before, records_before)
        snapshot = snapshot.folded() if version == 2 else snapshot


@few
@given(records(most=8), st.randoms(use_true_random=False), st.sampled_from([1, 3, 1_000]))
def test_columns_merged_say_the_same_as_columns_made_anew(whole: Records, chance: random.Random, at_once: int) -> None:
    """Whatever stands on either side, on both, or is referred to and stands on neither."""
    sides = [chance.sample(list(whole), chance.randint(0, len(whole))) for _ in range(2)]
    below, above = (columns_of(Records.of(side), VOCABULARY) for side in sides)
    known = {record.iri for record in sides[0]}
    added = [record for record in sides[1] if record.iri not in known and chance.random() < 0.8]
    taken = {record.iri for record in added}
    new = {kind: np.array([iri in taken for iri in getattr(above, kind).iri], np.bool_) for kind in KINDS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "_AT_ONCE", at_once)
        patch.setattr(strings, "_PART", at_once)
        base = Base(joined(below, above, new))
    assert_says(Snapshot.of(base, VOCABULARY), Records.of([*sides[0], *added]))
    for kind in KINDS:
        assert list(getattr(base.columns, kind).iri) == sorted(getattr(Records.of([*sides[0], *added]), kind))


def test_a_reference_to_what_is_no_record_is_kept_and_found_when_it_becomes_one() -> None:
    rule = VOCABULARY.relation("endorses").iri
    base = "https://example.org/"
    a, b, c, d = (f"{base}{letter}" for letter in "abcd")
    one = Statement(iri=f"{base}1", subject=a, predicate=rule, object=b, basis=Basis.RECORDED, speaker=c, derived_from=(d, a))
    graph = Records.of([Entity(iri=a, type=COMPANY, label="A"), one])
    snapshot = Snapshot(graph, VOCABULARY)
    assert_says(snapshot, graph)
    two = Statement(iri=f"{base}2", subject=b, predicate=rule, object=a, basis=Basis.RECORDED, speaker=b, said_via=c)
    changes = [Entity(iri=b, type=COMPANY, label="B"), two, Claim(iri=c, text="C", quantity=Decimal("1.50"))]
    after = snapshot.with_changes(changes, 1)
    for version in (after, after.folded(), after.folded().with_changes([two], 2).folded()):
        assert_says(version, Records.of([*graph, *changes]))
        assert [s.iri for s in version.by_object[b]] == [one.iri]


@few
@given(records(most=8), st.data())
def test_a_filter_gives_what_looking_at_each_statement_gives(graph: Records, data: st.DataObject) -> None:
    things = st.none() | st.sampled_from(sorted(record.iri for record in graph))
    wanted = {
        "subject": data.draw(things),
        "object": data.draw(things),
        "predicate": data.draw(st.none() | st.sampled_from([r.iri for r in VOCABULARY.relations.values()])),
        "speaker": data.draw(things),
        "document": data.draw(st.none() | st.sampled_from(sorted(graph.documents))),
        "basis": data.draw(st.none() | st.sampled_from(list(Basis))),
        "status": data.draw(st.frozensets(st.sampled_from(list(Status)), min_size=1)),
        "min_confidence": data.draw(st.sampled_from([0.0, 0.5, 1.0])),
    }
    alone = [s.iri for s in sorted(graph.statements.values(), key=lambda s: s.iri) if matches(wanted, s, graph)]
    laid_over = Snapshot(Records(), VOCABULARY).with_changes(list(graph), 1)
    for snapshot in (Snapshot(graph, VOCABULARY), laid_over):
        evaluation = Evaluation(snapshot)
        rows = statement_rows(evaluation, **wanted)
        assert [evaluation.tables.statements.iri(row) for row in rows.tolist()] == alone


def matches(wanted: Mapping[str, Any], s: Statement, graph: Records) -> bool:
    ends = {(s.subject, s.object)}
    if VOCABULARY.relation(s.predicate).symmetric:
        ends.add((s.object, s.subject))
    documents = {s.document, *(graph.evidence[iri].document for iri in s.evidence)}
    return (
        s.status in wanted["status"]
        and s.certainty >= wanted["min_confidence"]
        and wanted["predicate"] in (None, s.predicate)
        and wanted["speaker"] in (None, s.speaker)
        and wanted["basis"] in (None, s.basis)
        and (wanted["document"] is None or wanted["document"] in documents)
        and any(wanted["subject"] in (None, a) and wanted["object"] in (None, b) for a, b in ends)
    )


@few
@given(records(most=6), st.data())
def test_search_finds_whatever_has_the_words(graph: Records, data: st.DataObject) -> None:
    names = [name for entity in graph.entities.values() for name in entity.names]
    quotes = [piece.exact for piece in graph.evidence.values()]
    words = data.draw(st.sampled_from([*names, *quotes]) | texts())
    wanted = " ".join(words.casefold().split())
    expected = {e.iri for e in graph.entities.values() if any(wanted in name.casefold() for name in e.names)}
    expected |= {c.iri for c in graph.claims.values() if wanted in c.text.casefold()}
    for s in graph.statements.values():
        if s.status is Status.ACCEPTED and any(wanted in graph.evidence[iri].exact.casefold() for iri in s.evidence):
            expected.add(s.iri)
    snapshot = Snapshot(graph, VOCABULARY)
    assert {match.node.iri for match in search(snapshot, words)} == (expected if wanted else set())
    assert search(Snapshot(Records(), VOCABULARY).with_changes(list(graph), 1), words) == search(snapshot, words)


def test_what_was_taken_before_a_commit_does_not_change_under_a_reader() -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        before = kg.snapshot
        expected = Records.of(before.records)
        done, failures = threading.Event(), []

        def read() -> None:
            while not done.is_set():
                if Records.of(before.records) != expected:
                    failures.append("changed")
                current = kg.snapshot
                if not {s.subject for s in current.statements.values()} <= {*current.entities, *current.claims}:
                    failures.append("torn")

        reader = threading.Thread(target=read)
        reader.start()
        try:
            for number in range(30):
                kg.add(Entity(iri=f"https://example.org/{number}", type=COMPANY, label=f"Company {number}"))
                kg.review(next(iter(expected.statements)), "rejected" if number % 2 else "accepted", by="me", why="test")
        finally:
            done.set()
            reader.join()
        assert not failures
        assert_says(before, expected)
        assert kg.entity("Company 29").iri == "https://example.org/29"


def test_many_changes_are_folded_in() -> None:
    snapshot = Snapshot(Records(), VOCABULARY)
    many = [Entity(iri=f"https://example.org/{n:06}", type=COMPANY, label=f"E{n}") for n in range(10_001)]
    after = snapshot.with_changes(many, 1)
    assert len(after.overlay) == 0
    assert after.by_name["e77"] == ("https://example.org/000077",)
    assert after.version == 1


@given(partial_dates() | st.none())
def test_packed_dates_read_back_and_order_as_days(day: PartialDate | None) -> None:
    packed = packed_date(day)
    assert unpacked_date(packed) == day
    first, last = (int(days(np.array([packed], np.int32))[0]) for days in (first_days, last_days))
    assert first <= last
    if day is not None:
        assert first == packed_date(PartialDate(day.first.isoformat()))
        assert last >= packed_date(PartialDate(day.last.isoformat()))


_WORDS = st.lists(st.text(max_size=20) | st.text("ab\0é𝄞", max_size=20) | st.text("ab", max_size=3).map("https://x.org/".__add__))


@settings(deadline=None)
@given(_WORDS, _WORDS)
def test_strings_are_sorted_found_and_gathered_as_python_does(words: list[str], others: list[str]) -> None:
    words = [word for word in words if not any("\ud800" <= c <= "\udfff" for c in word)]
    others = [word for word in others if not any("\ud800" <= c <= "\udfff" for c in word)]
    found = Strings.of(words)
    assert list(found) == words
    assert list(found.take(found.order())) == sorted(words)
    each, inverse = found.distinct()
    assert sorted(each) == sorted(set(words))
    assert [each[place] for place in inverse.tolist()] == words
    known = Strings.of(sorted(set(words)))
    assert list(known.positions(Strings.of(others))) == [known.position(word) for word in others]
    assert [known.position(word) for word in others] == [sorted(set(words)).index(w) if w in words else -1 for w in others]
    wanted = sorted(others)
    assert known.positions(Strings.of(wanted), are_sorted=True).tolist() == [known.position(word) for word in wanted]
    places, are_here = known.places(Strings.of(wanted))
    assert places.tolist() == [sum(word < other for word in known) for other in wanted]
    assert are_here.tolist() == [word in words for word in wanted]
    assert list(found.extended(Strings.of(words[::-1]))) == [a + b for a, b in zip(words, words[::-1], strict=True)]


def test_fixed_width_bytes_make_strings() -> None:
    assert list(Strings.of_fixed(np.array(["é".encode(), b"", b"abc"]))) == ["é", "", "abc"]
    with pytest.raises(IndexError):
        Strings.of(["a"])[1]
