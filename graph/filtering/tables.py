"""A snapshot as tables of rows, whether its records stand in columns or lie over them.

A changed record takes the row of the one it replaces, a new one a row at the end; so most of what is worked out of the
columns holds for every snapshot over them, and a commit costs what it changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.filtering.calendar import Days, first_days, last_days
from cuibono.graph.filtering.worked import Worked
from cuibono.graph.model import Claim, Document, Entity, Evidence, Statement
from cuibono.graph.snapshot.columns import ABSENT, BASES, STATUSES, packed_date
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.sets import distinct
from cuibono.graph.snapshot.strings import Strings
from cuibono.schema import Relation

__all__ = ["Links", "Mask", "Rows", "Table", "Tables", "tables_of", "work_out_alike"]

Mask = NDArray[np.bool_]
Rows = NDArray[np.integer]
Links = tuple[Rows, Rows]
"""Pairs of rows: of a record, and of what it refers to."""

_Record = TypeVar("_Record")
_ENDS = ("entities", "claims", "statements")
_ROOM = 16_384


class Table(Generic[_Record]):
    """The records of one kind.

    Parameters
    ----------
    iris : Strings
        Those of the columns, sorted.
    made : callable
        Gives the record of a row of the columns.
    changed : mapping of str to record
        What lies over the columns.
    hidden : frozenset of int
        Rows of the columns that are no more, or that were changed.
    """

    def __init__(
        self, iris: Strings, made: Callable[[int], _Record], changed: Mapping[str, _Record], hidden: frozenset[int]
    ) -> None:
        self._iris, self._made = iris, made
        self.changed: dict[int, _Record] = {}
        self._new: dict[str, int] = {}
        for iri in sorted(changed):
            row = iris.position(iri)
            if row < 0:
                row = self._new[iri] = len(iris) + len(self._new)
            self.changed[row] = changed[iri]
        self._gone = hidden - self.changed.keys()
        self._new_iris = list(self._new)

    def __len__(self) -> int:
        return len(self._iris) + len(self._new)

    def iri(self, row: int) -> str:
        """Return the IRI of a row."""
        return self._iris[row] if row < len(self._iris) else self._new_iris[row - len(self._iris)]

    def row(self, iri: str | None) -> int:
        """Return the row of an IRI, `ABSENT` if there is none."""
        if iri is None:
            return ABSENT
        row = self._iris.position(iri)
        if row >= 0:
            return ABSENT if self._gone and row in self._gone else row
        return self._new.get(iri, ABSENT)

    def record(self, row: int) -> _Record:
        """Return the record of a row."""
        changed = self.changed.get(row) if self.changed else None
        return self._made(row) if changed is None else changed

    def patched(self, values: NDArray[Any], value: Callable[[_Record], Any]) -> NDArray[Any]:
        """Return a column with the values of changed and of new records put in."""
        if not self.changed:
            return values
        column = np.empty(len(self), values.dtype)
        column[: len(values)] = values
        for row, record in self.changed.items():
            column[row] = value(record)
        return column

    def relinked(self, links: Links, values: Callable[[_Record], Iterable[int]]) -> Links:
        """Return pairs of rows with those of changed and of new records put in."""
        if not self.changed:
            return links
        owners, others = links
        kept = ~np.isin(owners, np.fromiter(self.changed, np.int64))
        again = [(row, other) for row, record in self.changed.items() for other in values(record)]
        pairs = np.array(again, np.int64).reshape(-1, 2)
        return np.concatenate([owners[kept], pairs[:, 0]]), np.concatenate([others[kept], pairs[:, 1]])

    def flags(self, rows: Iterable[int] | Rows) -> Mask:
        """Return a mask of some rows."""
        mask = np.zeros(len(self), np.bool_)
        mask[np.asarray(rows, np.int64) if isinstance(rows, np.ndarray) else np.fromiter(rows, np.int64)] = True
        return mask

    @cached_property
    def ranks(self) -> Rows | None:
        """Where each row stands in the order of IRIs; None where rows stand in it as they are."""
        if not self._new:
            return None
        places = np.concatenate([np.arange(len(self._iris)), [self._iris.place(iri) - 0.5 for iri in self._new]])
        ranks = np.empty(len(places), np.int64)
        ranks[np.argsort(places, kind="stable")] = np.arange(len(places))
        return ranks

    def all(self) -> Rows:
        """Return all rows in the order of IRIs."""
        rows = np.arange(len(self)) if self.ranks is None else np.argsort(self.ranks)
        return self._still(rows)

    def chosen(self, mask: Mask) -> Rows:
        """Return the rows of a mask in the order of IRIs."""
        rows = np.flatnonzero(mask)
        if self.ranks is not None:
            rows = rows[np.argsort(self.ranks[rows])]
        return self._still(rows)

    def gone(self, rows: Rows) -> Mask:
        """Return which rows are no more."""
        return np.isin(rows, list(self._gone)) if self._gone else np.zeros(len(rows), np.bool_)

    def _still(self, rows: Rows) -> Rows:
        return rows[~self.gone(rows)] if self._gone else rows


class Tables:
    """The tables of a snapshot, and the columns of its statements, each worked out when first asked for.

    The things that can stand at the end of a statement have numbers: entities first, then claims, then statements, each with
    room for some that are new, then one for all of which there is no record. With that room the numbers, and what is worked
    out of them, outlive a commit.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        # Not the snapshot itself, which these tables are kept under.
        self.vocabulary, self.worked = snapshot.vocabulary, _worked(snapshot)
        base, above, hidden = snapshot.base, snapshot.overlay.records, snapshot.overlay.hidden
        columns, reader = base.columns, base.reader
        self._columns, self._nodes = columns, base.nodes
        self._by_end = {"subject": base.indexes.by_subject, "object": base.indexes.by_object}
        self._changed_by_end = {"subject": snapshot.overlay.by_subject, "object": snapshot.overlay.by_object}
        self.entities: Table[Entity] = Table(columns.entities.iri, reader.entity, above.entities, hidden["entities"])
        self.claims: Table[Claim] = Table(columns.claims.iri, reader.claim, above.claims, hidden["claims"])
        self.documents: Table[Document] = Table(columns.documents.iri, reader.document, above.documents, hidden["documents"])
        self.evidence: Table[Evidence] = Table(columns.evidence.iri, reader.evidence, above.evidence, hidden["evidence"])
        self.statements: Table[Statement] = Table(
            columns.statements.iri, reader.statement, above.statements, hidden["statements"]
        )
        new = {statement.predicate for statement in above.statements.values()}.difference(columns.relations)
        self.relations = (*columns.relations, *sorted(new))
        ends = np.cumsum([0, *(_with_room(self.table(kind)) for kind in _ENDS)]).tolist()
        self.starts, self.things = dict(zip(_ENDS, ends, strict=False)), ends[-1] + 1

    def table(self, kind: str) -> Table[Any]:
        """Return the table of a kind of records."""
        return cast("Table[Any]", getattr(self, kind))

    # ── things ─────────────────────────────────────────────────────────────────────────────────────────

    def number(self, iri: str) -> int:
        """Return the number of a thing, `ABSENT` if there is none."""
        for kind in _ENDS:
            row = self.table(kind).row(iri)
            if row >= 0:
                return int(self.starts[kind]) + row
        return ABSENT

    def of_things(self, values: NDArray[Any], kind: str) -> NDArray[Any]:
        """Return the part of an array over things that is about one kind."""
        start = self.starts[kind]
        return values[start : start + len(self.table(kind))]

    @cached_property
    def subject(self) -> Rows:
        """Numbers of the subjects of statements."""
        return self._end("subject")

    @cached_property
    def object(self) -> Rows:
        """Numbers of the objects of statements."""
        return self._end("object")

    def _end(self, end: str) -> Rows:
        starts = (*(self.starts[kind] for kind in _ENDS), self.things - 1)
        numbers, unknown = self.worked.end(end, starts)
        # An entity that was merged into another is no thing any more, though statements of identity still name it.
        gone = self.entities.gone(numbers)  # whose numbers are their rows
        if gone.any() or len(unknown):
            numbers = np.where(gone, self.things - 1, numbers)
            rows = getattr(self._columns.statements, end)
            for place in unknown.tolist():
                numbers[place] = self._thing(self._columns.texts[int(rows[place])])
        return self.statements.patched(numbers, lambda statement: self._thing(getattr(statement, end)))

    def _thing(self, iri: str) -> int:
        number = self.number(iri)
        return self.things - 1 if number < 0 else number

    def at_ends(self, iri: str, *ends: str) -> list[Rows]:
        """Return for each end the rows of the statements with a thing there, in the order of IRIs; takes no time for others."""
        number = self._nodes.number(iri)
        return [self._at_end(iri, number, end) for end in ends]

    def _at_end(self, iri: str, number: int, end: str) -> Rows:
        index = self._by_end[end]
        rows: Rows = index[number] if number >= 0 else index.values[:0]
        if not self.statements.changed:
            return rows
        still = rows[~np.isin(rows, self._changed_rows)]
        changed = [self.statements.row(other) for other in self._changed_by_end[end].get(iri, ())]
        if not changed:
            return still
        both = np.sort(np.concatenate([still, np.array(changed, np.int64)]))
        return both if self.statements.ranks is None else both[np.argsort(self.statements.ranks[both])]

    @cached_property
    def _changed_rows(self) -> Rows:
        return np.fromiter(self.statements.changed, np.int64)

    # ── entities ───────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """IRIs of the classes that entities are of."""
        new = {entity.type for entity in self.entities.changed.values()}.difference(self._columns.classes)
        return (*self._columns.classes, *sorted(new))

    @cached_property
    def type(self) -> Rows:
        """Rows of `classes`."""
        return self.entities.patched(self._columns.entities.type, lambda entity: self.classes.index(entity.type))

    # ── statements ─────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def predicate(self) -> Rows:
        """Rows of `relations`."""
        return self.statements.patched(self._columns.statements.predicate, lambda s: self.relations.index(s.predicate))

    @cached_property
    def basis(self) -> Rows:
        """Rows of `BASES`."""
        return self.statements.patched(self._columns.statements.basis, lambda s: BASES.index(s.basis))

    @cached_property
    def status(self) -> Rows:
        """Rows of `STATUSES`."""
        return self.statements.patched(self._columns.statements.status, lambda s: STATUSES.index(s.status))

    @cached_property
    def confidence(self) -> NDArray[np.float64]:
        """1 where none was stated."""
        return self.statements.patched(self.worked.confidence, lambda statement: statement.certainty)

    @cached_property
    def confidence_stated(self) -> Mask:
        """Where somebody stated a confidence."""
        stated = ~np.isnan(self._columns.statements.confidence)
        return self.statements.patched(stated, lambda statement: statement.confidence is not None)

    def days(self, kind: str, field: str) -> Days:
        """Return the first and last days of dates."""
        if (kind, field) not in self._days:
            first, last = self.worked.days(kind, field)
            table = self.table(kind)

            def packed(record: Any) -> NDArray[np.int32]:
                return np.array([packed_date(getattr(record, field))], np.int32)

            self._days[kind, field] = (
                table.patched(first, lambda record: first_days(packed(record))[0]),
                table.patched(last, lambda record: last_days(packed(record))[0]),
            )
        return self._days[kind, field]

    @cached_property
    def _days(self) -> dict[tuple[str, str], Days]:
        return {}

    def relation_row(self, iri: str) -> int:
        """Return the row of a relation in `relations`, `ABSENT` if no statement has it."""
        return self._relation_rows.get(iri, ABSENT)

    @cached_property
    def _relation_rows(self) -> dict[str, int]:
        return {iri: row for row, iri in enumerate(self.relations)}

    def of_relations(self, value: Callable[[Relation], Any]) -> NDArray[Any]:
        """Return what is true of the relation of each statement."""
        known = {relation.iri: relation for relation in self.vocabulary.relations.values()}
        values = [value(known[iri]) for iri in self.relations]
        return np.array(values)[self.predicate] if values else np.zeros(0, np.bool_)

    def references(self, field: str, kind: str) -> Rows:
        """Return the rows of a kind that a field of statements refers to, below 0 where it refers to none."""
        name = f"{field} {kind}"
        if name not in self._references:
            values, table = getattr(self._columns.statements, field), self.table(kind)
            if table.changed and len(values):
                values = self._found(values, table)
            values = np.where(table.gone(values), ABSENT, values)
            self._references[name] = self.statements.patched(values, lambda record: table.row(getattr(record, field)))
        return self._references[name]

    @cached_property
    def _references(self) -> dict[str, Rows]:
        return {}

    def _found(self, references: Rows, table: Table[Any]) -> Rows:
        """Return references with those put in that were to nothing when the columns were made."""
        lost = np.flatnonzero(references < ABSENT)
        if not len(lost):
            return references
        found = references.copy()
        found[lost] = [table.row(self._columns.texts[-2 - row]) for row in references[lost].tolist()]
        return found

    @cached_property
    def evidence_of(self) -> Links:
        """Statements and their evidence."""
        return self.statements.relinked(self.worked.evidence_of, lambda s: filter(_is_row, map(self.evidence.row, s.evidence)))

    @cached_property
    def documents_of(self) -> Links:
        """Statements and the documents that they are found in, by themselves or by their evidence; pairs may come twice."""
        values: Rows = self._columns.evidence.document
        values = self._found(values, self.documents) if self.documents.changed and len(values) else values
        document = self.evidence.patched(values, lambda evidence: self.documents.row(evidence.document))
        first = self.references("document", "documents")
        statements, evidence = self.evidence_of
        owners = np.concatenate([np.flatnonzero(first >= 0), statements])
        others = np.concatenate([first[first >= 0], document[evidence]])
        known = others >= 0
        return (owners, others) if known.all() else (owners[known], others[known])

    def answering(self, row: int) -> Rows:
        """Return the statements that answer a statement, in the order of IRIs."""
        return _at(self._by_answered, row)

    def found_in(self, row: int) -> Rows:
        """Return the statements that are found in a document, in the order of IRIs."""
        rows = distinct(_at(self._by_document, row))
        return rows if self.statements.ranks is None else rows[np.argsort(self.statements.ranks[rows])]

    @cached_property
    def _by_answered(self) -> Links:
        answered = self.references("in_response_to", "statements")
        rows = self.statements.all()
        rows = rows[answered[rows] >= 0]
        order = np.argsort(answered[rows], kind="stable")
        return answered[rows][order], rows[order]

    @cached_property
    def _by_document(self) -> Links:
        statements, documents = self.documents_of
        order = np.argsort(documents, kind="stable")
        return documents[order], statements[order]

    @cached_property
    def contested(self) -> dict[str, Mask]:
        """What is contested, by kind, as far as it was worked out."""
        return {}

    @cached_property
    def by_predicate(self) -> Mapping[int, Rows]:
        """Rows of statements by row of `relations`."""
        order = np.argsort(self.predicate, kind="stable")
        ends = np.cumsum(np.bincount(self.predicate, minlength=len(self.relations)))
        return dict(enumerate(np.split(order, ends[:-1])))


def _with_room(table: Table[Any]) -> int:
    """Return how many numbers the rows of a table may have: more than it needs, and the same after a few changes."""
    return -(-(len(table) + _ROOM) // _ROOM) * _ROOM


def _at(links: Links, owner: int) -> Rows:
    """Return what an owner is linked to, where pairs stand in the order of owners."""
    owners, others = links
    return others[np.searchsorted(owners, owner) : np.searchsorted(owners, owner, side="right")]


def _is_row(row: int) -> bool:
    return row >= 0


_TABLES: WeakKeyDictionary[Snapshot, Tables] = WeakKeyDictionary()
_WORKED: WeakKeyDictionary[object, Worked] = WeakKeyDictionary()


def tables_of(snapshot: Snapshot) -> Tables:
    """Return the tables of a snapshot, the same ones each time."""
    known = _TABLES.get(snapshot)
    if known is None:
        known = _TABLES[snapshot] = Tables(snapshot)
    return known


def work_out_alike(before: Snapshot, after: Snapshot) -> None:
    """Work out of the columns of a snapshot what was worked out of those of another."""
    known = _WORKED.get(before.base)
    if known is not None and after.base is not before.base:
        _worked(after).like(known)


def _worked(snapshot: Snapshot) -> Worked:
    known = _WORKED.get(snapshot.base)
    if known is None:
        known = _WORKED[snapshot.base] = Worked(snapshot.base.columns)
    return known
