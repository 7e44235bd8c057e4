"""Filters, orders and groups over columns, held against plain Python over records."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from cuibono.graph.errors import InvalidArgument
from cuibono.graph.filtering.conditions import All, RelationEdges, StatementEdges, TextTest
from cuibono.graph.filtering.evaluation import Evaluation
from cuibono.graph.filtering.grouping import EntityGrouping, StatementGrouping, groups
from cuibono.graph.filtering.ordering import OrderBy, Ordering
from cuibono.graph.filtering.texts import folded, hits
from cuibono.graph.generation import generated_columns
from cuibono.graph.model import Records, Status
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import resolved
from cuibono.graph.snapshot.strings import Strings
from cuibono.schema import Vocabulary
from tests.filter_oracle import KINDS, Asker, Oracle, layered, rich_records

VOCABULARY = Vocabulary.bundled()


def snapshots(seed: int) -> tuple[Snapshot, ...]:
    """Return a graph in columns, and the same one with much of it lying over older columns."""
    records = rich_records(seed, VOCABULARY)
    return Snapshot(records, VOCABULARY), layered(records, seed, VOCABULARY)


@pytest.mark.parametrize("block", range(6))
def test_filters_find_what_plain_python_finds(block: int) -> None:
    found_some = 0
    for seed in range(block * 10, block * 10 + 10):
        columns, over = snapshots(seed)
        one = resolved(over)  # entities that are said to be the same stand as one
        asker = Asker(seed, columns)
        both = [(Evaluation(columns), Oracle(columns)), (Evaluation(over), Oracle(columns)), (Evaluation(one), Oracle(one))]
        for number in range(60):
            kind = KINDS[number % 4]
            condition = asker.condition(kind)
            for evaluation, oracle in both:
                expected = oracle.meeting(kind, condition)
                found_some += bool(expected)
                table = evaluation.tables.table(kind)
                found = [table.iri(row) for row in evaluation.chosen(kind, condition).tolist()]
                assert found == expected, condition
                if kind == "statements":  # a few rows are looked at by themselves
                    few = table.all()[::2]
                    kept = Evaluation(evaluation.snapshot).meeting(few, condition).tolist()
                    assert kept == [row for row in few.tolist() if table.iri(row) in expected], condition
    assert found_some > 300


ORDERS: dict[str, list[Any]] = {
    "entities": ["label", "description", RelationEdges(VOCABULARY.relation("owns").iri), StatementEdges()],
    "claims": ["text", "unit", StatementEdges()],
    "statements": ["stated_on", "valid_to", "confidence"],
    "documents": ["title", "published", StatementEdges()],
}


def value(oracle: Oracle, record: Any, by: Any) -> Any:
    """Return what a record is ordered by, in plain Python."""
    if isinstance(by, (RelationEdges, StatementEdges)):
        return sum(1 for _ in oracle._edges(record, by))
    if by == "confidence":
        return record.certainty
    found = getattr(record, by)
    return found.casefold() if isinstance(found, str) else None if found is None else found.first


@pytest.mark.parametrize("kind", KINDS)
def test_orders_are_those_of_plain_python_and_their_places_are_found_again(kind: str) -> None:
    for seed in range(8):
        for snapshot in snapshots(seed):
            oracle, records = Oracle(snapshot), getattr(snapshot, kind)
            for by in ORDERS[kind]:
                for descending in (False, True):
                    for second in ((), (OrderBy(ORDERS[kind][0], True),)) if by != ORDERS[kind][0] else ((),):
                        expected = sorted(records)
                        for key in reversed((OrderBy(by, descending), *second)):
                            known = {iri: value(oracle, records[iri], key.by) for iri in expected}
                            whole = [iri for iri in expected if known[iri] is not None]
                            whole.sort(key=known.__getitem__, reverse=key.descending)
                            expected = [*whole, *(iri for iri in expected if known[iri] is None)]
                        evaluation = Evaluation(snapshot)
                        ordering = Ordering(evaluation, kind, (OrderBy(by, descending), *second))
                        rows = ordering.sorted(evaluation.chosen(kind, All())).tolist()
                        assert [evaluation.tables.table(kind).iri(row) for row in rows] == expected
                        places = [ordering.place(ordering.key(row)) for row in rows]
                        assert all(ordering.fits(ordering.key(row)) for row in rows)
                        assert all(not places[n + 1] < places[n] and places[n] < places[n + 1] for n in range(len(rows) - 1))


def test_groups_are_counted_as_plain_python_counts_them() -> None:
    for seed in range(8):
        for snapshot in snapshots(seed):
            evaluation, statements = Evaluation(snapshot), snapshot.statements.values()
            positions = Oracle(snapshot).positions
            expected: dict[Any, Counter[Any]] = {
                StatementGrouping.PREDICATE: Counter(snapshot.relation(s).name for s in statements),
                StatementGrouping.STATUS: Counter(s.status.name for s in statements),
                StatementGrouping.BASIS: Counter(s.basis.name for s in statements),
                StatementGrouping.SPEAKER: Counter(s.speaker for s in statements),
                StatementGrouping.DOCUMENT: Counter(s.document for s in statements),
                StatementGrouping.SUBJECT: Counter(s.subject for s in statements),
                StatementGrouping.OBJECT: Counter(s.object for s in statements),
                StatementGrouping.YEAR: Counter(s.stated_on.text[:4] if s.stated_on else None for s in statements),
                StatementGrouping.CONTESTED: Counter(str(positions.on_statement(s).contested).lower() for s in statements),
            }
            rows = evaluation.chosen("statements", All())
            for by, counts in expected.items():
                found = groups(evaluation.tables, "statements", rows, by, 1000)
                assert {group.value: group.count for group in found} == counts
                assert [group.count for group in found] == sorted(counts.values(), reverse=True)
            types = groups(evaluation.tables, "entities", evaluation.chosen("entities", All()), EntityGrouping.TYPE, 1000)
            classes = (VOCABULARY.entity_class(entity.type).name for entity in snapshot.entities.values())
            assert {group.value: group.count for group in types} == Counter(classes)


def test_an_empty_graph_has_nothing_of_anything() -> None:
    snapshot = Snapshot(Records(), VOCABULARY)
    evaluation, asker = Evaluation(snapshot), Asker(1, snapshot)
    for number in range(200):
        kind = KINDS[number % 4]
        assert len(evaluation.chosen(kind, asker.condition(kind))) == 0


def test_numbers_of_many_statements_and_documents_do_not_overflow() -> None:
    columns = generated_columns(150_000)
    evaluation = Evaluation(Snapshot.of(Base(columns), VOCABULARY))
    statements = evaluation.tables.statements
    counts = evaluation.counts("documents", StatementEdges(frozenset(Status)))
    last = len(counts) - 1
    assert last * len(statements) > 2**31  # what 32 bits do not hold
    for row in (0, last // 2, last):
        document = evaluation.tables.documents.iri(row)
        assert counts[row] == len(evaluation.tables.found_in(row)) > 0
        assert all(statements.record(found).document == document for found in evaluation.tables.found_in(row).tolist())


@pytest.mark.parametrize("part", ["a", "ab", "ba", "bc", "abc", "c", "é", "aé", "nothing", ""])
def test_a_part_is_found_however_often_it_stands_there(part: str) -> None:
    texts = [*("abab", "", "b", "é", "aé bc", "ABC") * 3000, "abc", *("x" * n for n in range(20))]
    expected = [part in text for text in texts]
    test = TextTest(contains=part, match_case=True)
    assert hits(test, Strings.of(texts)).tolist() == expected
    assert hits(replace(test, match_case=False), folded(Strings.of(texts))).tolist() == [
        part.casefold() in text.casefold() for text in texts
    ]


def test_a_text_too_long_to_look_for_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="contains: has 1,001 characters; give at most 1,000"):
        TextTest(contains="x" * 1001)
