"""Which records meet a condition: masks over tables, with no record made but those that were changed of late."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.deadline import check_deadline
from cuibono.graph.filtering import conditions as c
from cuibono.graph.filtering.conditions import Condition
from cuibono.graph.filtering.contested import contested
from cuibono.graph.filtering.days import meets_day, valid_on
from cuibono.graph.filtering.numbers import attributed, meets_number, numbers
from cuibono.graph.filtering.tables import Links, Mask, Rows, tables_of
from cuibono.graph.filtering.texts import hits
from cuibono.graph.filtering.worked import TEXTS
from cuibono.graph.model import Status
from cuibono.graph.snapshot.columns import ABSENT, BASES, STATUSES
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.sets import distinct, united

__all__ = ["Evaluation"]

_MOST_KEPT = 256
_TARGETS = {"speaker": "entities", "said_via": "entities", "in_response_to": "statements", "revision_of": "statements"}


class Evaluation:
    """Answers which records of a snapshot meet conditions; each condition is evaluated once.

    Parameters
    ----------
    snapshot : Snapshot
        The records.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self.tables = snapshot, tables_of(snapshot)
        self._known: dict[tuple[str, Condition], Mask] = {}
        self._edges: dict[tuple[str, c.RelationEdges | c.StatementEdges], tuple[Rows, Rows, Rows | None]] = {}

    def mask(self, kind: str, condition: Condition) -> Mask:
        """Return which rows of a kind, or which numbers of things, meet a condition; not to be written to."""
        key = kind, condition
        known = self._known.get(key)
        if known is None:
            check_deadline()
            known = self._evaluated(kind, condition)
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[key] = known
        return known

    def chosen(self, kind: str, condition: Condition) -> Rows:
        """Return the rows that meet a condition, in the order of their IRIs."""
        table = self.tables.table(kind)
        return table.all() if condition == c.All() else table.chosen(self.mask(kind, condition))

    def meeting(self, rows: Rows, condition: Condition) -> Rows:
        """Return those of some rows of statements that meet a condition, in their order."""
        return rows if condition == c.All() or not len(rows) else rows[self._among_rows(rows, condition)]

    def _among_rows(self, rows: Rows, condition: Condition) -> Mask:
        """Return which of some rows of statements meet a condition, looking at no others where that is simple."""
        tables = self.tables
        match condition:
            case c.All(conditions):
                kept = np.ones(len(rows), np.bool_)
                for one in conditions:
                    kept[kept] = self._among_rows(rows[kept], one)
                return kept
            case c.Either(conditions):
                found = (self._among_rows(rows, one) for one in conditions)
                return reduce(np.logical_or, found, np.zeros(len(rows), np.bool_))
            case c.Not(inner):
                return ~self._among_rows(rows, inner)
            case c.Among(field, values):
                return self._among(field, values, rows)
            case c.Refers(("subject" | "object") as field, c.OneOf(iris)):
                return np.isin(getattr(tables, field)[rows], list(map(tables.number, iris)))
            case c.Refers(("speaker" | "said_via") as field, c.OneOf(iris)):
                known = [row for row in map(tables.entities.row, iris) if row >= 0]
                return np.isin(tables.references(field, "entities")[rows], known)
            case c.Dated(field, test):
                first, last = tables.days("statements", field)
                return meets_day((first[rows], last[rows]), test)
            case c.Numbered(field, test):
                return meets_number(numbers(tables, "statements", field)[rows], test)
            case _:
                found_of_all: Mask = self.mask("statements", condition)
                return found_of_all[rows]

    def edges(self, kind: str, edges: c.RelationEdges | c.StatementEdges) -> tuple[Rows, Rows, Rows | None]:
        """Return the edges of all rows of a kind: the rows, the statements, and the numbers of what is at the other end."""
        key = kind, edges
        if key not in self._edges:
            found = self._of_relation(edges) if isinstance(edges, c.RelationEdges) else self._of_statements(kind, edges)
            if kind != "documents":
                start, count = self.tables.starts[kind], len(self.tables.table(kind))
                inside = (found[0] >= start) & (found[0] < start + count)
                found = found[0][inside] - start, found[1][inside], None if found[2] is None else found[2][inside]
            self._edges[key] = found
        return self._edges[key]

    def with_status(self, rows: Rows, statuses: frozenset[Status]) -> Rows:
        """Return those of some rows of statements that have one of some statuses, in their order."""
        return rows[_status_flags(statuses)[self.tables.status[rows]]]

    def at(self, iri: str, edges: c.RelationEdges | c.StatementEdges) -> Rows:
        """Return the statements at one entity, claim or statement, in the order of IRIs; takes no time for the others."""
        tables = self.tables
        relation = tables.vocabulary.relation(edges.relation) if isinstance(edges, c.RelationEdges) else None
        if relation is None or relation.symmetric:
            rows = self._united(*tables.at_ends(iri, "subject", "object"))
        else:
            assert isinstance(edges, c.RelationEdges)
            (rows,) = tables.at_ends(iri, "object" if edges.inverse else "subject")
        kept = _status_flags(edges.statuses)[tables.status[rows]]
        if relation is not None:
            kept &= tables.predicate[rows] == tables.relation_row(relation.iri)
        return rows[kept]

    def _united(self, rows: Rows, others: Rows) -> Rows:
        if not len(others) or not len(rows):
            return rows if len(rows) else others
        both, ranks = united(rows, others), self.tables.statements.ranks
        return both if ranks is None else both[np.argsort(ranks[both])]

    def leading_to(self, rows: Rows, iri: str, condition: Condition) -> Rows:
        """Return those of some statements at a thing of which the thing at the other end meets a condition."""
        tables = self.tables
        subject, obj = tables.subject[rows], tables.object[rows]
        there = np.where(obj == tables.number(iri), subject, obj)
        return rows[self.mask("things", condition)[there]]

    def counts(self, kind: str, edges: c.RelationEdges | c.StatementEdges) -> Rows:
        """Return how many edges each row of a kind has."""
        return np.bincount(self.edges(kind, edges)[0], minlength=len(self.tables.table(kind)))

    def of_statuses(self, statuses: frozenset[Status]) -> Mask:
        """Return which statements have one of some statuses."""
        return _status_flags(statuses)[self.tables.status]

    # ── each kind of condition ─────────────────────────────────────────────────────────────────────────

    def _evaluated(self, kind: str, condition: Condition) -> Mask:
        match condition:
            case c.All(conditions):
                return reduce(np.logical_and, (self.mask(kind, one) for one in conditions), self._full(kind, True))
            case c.Either(conditions):
                return reduce(np.logical_or, (self.mask(kind, one) for one in conditions), self._full(kind, False))
            case c.Not(inner):
                return ~self.mask(kind, inner)
            case c.OneOf(iris):
                rows = self.tables.number if kind == "things" else self.tables.table(kind).row
                return self._flags(kind, [row for row in map(rows, iris) if row >= 0])
            case c.OfKind(of, inner):
                found = self._full(kind, False)
                self.tables.of_things(found, of)[:] = self.mask(of, inner)
                return found
            case c.Contested(wanted):
                found = contested(self.tables, kind)
                return found if wanted else ~found
            case c.Quantified():
                return self._quantified(kind, condition)
            case _:
                return self._of_fields(kind, condition)

    def _of_fields(self, kind: str, condition: Condition) -> Mask:
        tables = self.tables
        match condition:
            case c.Worded(field, test):
                return self._worded(kind, field, test)
            case c.Dated(field, test):
                return meets_day(tables.days(kind, field), test)
            case c.Numbered(field, test):
                return meets_number(numbers(tables, kind, field), test)
            case c.Known(field):
                return self._has(kind, field)
            case c.Of(classes):
                return self._of_classes(classes)
            case c.Among(field, values):
                return self._among(field, values)
            case c.Attributed():
                return attributed(tables, condition)
            case c.ValidOn(day):
                return valid_on(tables, day)
            case c.Refers(field, inner):
                return self._refers(field, inner)
        raise TypeError(condition)

    def _full(self, kind: str, value: bool) -> Mask:
        return np.full(self.tables.things if kind == "things" else len(self.tables.table(kind)), value)

    def _flags(self, kind: str, rows: Collection[int] | Rows) -> Mask:
        flags = self._full(kind, False)
        flags[np.asarray(rows, np.int64)] = True
        return flags

    def _worded(self, kind: str, field: str, test: c.TextTest) -> Mask:
        if kind == "statements":
            return self._pointing(self.tables.evidence_of, self._worded("evidence", "exact", test), kind)
        table, texts, of = self.tables.table(kind), self.tables.worked.texts(kind, field), TEXTS[kind][field].of
        found = self._full(kind, False)
        found[texts.owners[hits(test, texts.strings if test.match_case else texts.folded)]] = True
        for row, record in table.changed.items():
            found[row] = any(text is not None and test.meets(text) for text in of(record))
        return found

    def _has(self, kind: str, field: str) -> Mask:
        tables = self.tables
        if field in _TARGETS:
            return np.greater(tables.references(field, _TARGETS[field]), ABSENT)
        if field == "document":
            return self._flags(kind, tables.documents_of[0])
        if kind in TEXTS and field in TEXTS[kind]:
            return self._worded(kind, field, c.TextTest(contains=""))
        if field == "exact":
            return self._worded(kind, field, c.TextTest(contains=""))
        if field == "confidence":
            return tables.confidence_stated
        if field == "quantity":
            values: NDArray[np.float64] = numbers(tables, kind, field)
            return np.logical_not(np.isnan(values))
        return np.not_equal(tables.days(kind, field)[0], 0)

    def _of_classes(self, classes: Collection[str]) -> Mask:
        tables = self.tables
        known, vocabulary = tables.classes, tables.vocabulary
        wanted: Mask = np.array([bool(vocabulary.ancestors(iri) & frozenset(classes)) for iri in known], np.bool_)
        return wanted[tables.type]

    def _among(self, field: str, values: Collection[str], rows: Rows | None = None) -> Mask:
        codes: dict[str, tuple[Collection[Any], Rows]] = {
            "predicate": (self.tables.relations, self.tables.predicate),
            "basis": (BASES, self.tables.basis),
            "status": (STATUSES, self.tables.status),
        }
        known, column = codes[field]
        wanted: Mask = np.array([value in values for value in known], np.bool_)
        return wanted[column if rows is None else column[rows]]

    def _refers(self, field: str, condition: Condition) -> Mask:
        tables = self.tables
        if field in ("subject", "object"):
            found: Mask = self.mask("things", condition)[getattr(tables, field)]
            return found
        if field == "document":
            return self._pointing(tables.documents_of, self.mask("documents", condition), "statements")
        target = _TARGETS[field]
        rows = tables.references(field, target)
        wanted = np.append(self.mask(target, condition), False)
        return np.take(wanted, np.maximum(rows, ABSENT))

    def _pointing(self, links: Links, wanted: Mask, kind: str) -> Mask:
        owners, others = links
        return self._flags(kind, owners[wanted[others]])

    # ── edges ──────────────────────────────────────────────────────────────────────────────────────────

    def _quantified(self, kind: str, condition: c.Quantified) -> Mask:
        owners, rows, others = self.edges(kind, condition.edges)
        meeting = self.mask("statements", condition.statement)[rows]
        if condition.other is not None:
            assert others is not None
            meeting = meeting & self.mask("things", condition.other)[others]
        if condition.every:
            return ~self._flags(kind, owners[~meeting])
        if condition.number == c.NumberTest(at_least=1):
            return self._flags(kind, owners[meeting])
        counts = np.bincount(owners[meeting], minlength=len(self.tables.table(kind)))
        return meets_number(counts, condition.number)

    def _of_relation(self, edges: c.RelationEdges) -> tuple[Rows, Rows, Rows | None]:
        tables = self.tables
        relation = tables.vocabulary.relation(edges.relation)
        number = tables.relation_row(edges.relation)
        rows = tables.by_predicate[number] if number >= 0 else np.zeros(0, np.int64)
        rows = rows[self.of_statuses(edges.statuses)[rows]]
        ends = tables.subject[rows], tables.object[rows]
        here, there = ends[::-1] if edges.inverse else ends
        if relation.symmetric:
            again = np.flatnonzero(here != there)
            return (
                np.concatenate([here, there[again]]),
                np.concatenate([rows, rows[again]]),
                np.concatenate([there, here[again]]),
            )
        return here, rows, there

    def _of_statements(self, kind: str, edges: c.StatementEdges) -> tuple[Rows, Rows, Rows | None]:
        tables, counting = self.tables, self.of_statuses(edges.statuses)
        if kind == "documents":
            statements, documents = tables.documents_of
            counted = counting[statements]
            pairs = distinct(documents[counted].astype(np.int64) * len(tables.statements) + statements[counted])
            owners, rows = np.divmod(pairs, max(1, len(tables.statements)))
            return owners, rows, None
        rows = np.flatnonzero(counting)
        again = rows[tables.subject[rows] != tables.object[rows]]
        return np.concatenate([tables.subject[rows], tables.object[again]]), np.concatenate([rows, again]), None


@lru_cache
def _status_flags(statuses: frozenset[Status]) -> Mask:
    return np.array([status in statuses for status in STATUSES], np.bool_)
