"""Fields of many records at once, read from the columns that they stand in, with no record made.

Each gives what the resolver of the field gives, for rows that are as they were when the columns were made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache, partial
from math import isnan
from typing import Any

import numpy as np

from cuibono.api.graphql.identifiers import encoded_id
from cuibono.api.graphql.nodes import Claim, Document, Evidence, Node, Statement
from cuibono.api.graphql.predicates import Predicate
from cuibono.api.graphql.view import View
from cuibono.graph.snapshot.columns import (
    ABSENT,
    BASES,
    CLAIM_KIND,
    ENTITY_KIND,
    STATEMENT_KIND,
    STATUSES,
    Columns,
    unpacked_date,
)
from cuibono.graph.snapshot.draft import KINDS
from cuibono.graph.snapshot.overlay import KIND_OF
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.strings import Strings

__all__ = [
    "READS",
    "REFERENCES",
    "Changed",
    "NoColumns",
    "Read",
    "Rows",
    "Thing",
    "check_rows",
    "column_of",
    "ends",
    "objects",
    "other_ends",
    "referred",
    "referred_lists",
]

Rows = Sequence[int]
Read = Callable[[View, Rows], list[Any]]
Thing = tuple[str, int]
"""What stands at the end of a statement: the kind of record, and its row."""

_CLASSES = {kind: made.__name__ for made, kind in KIND_OF.items()}
_END_KINDS = {ENTITY_KIND: "entities", CLAIM_KIND: "claims", STATEMENT_KIND: "statements"}
_OBJECTS: Mapping[str, type[Node]] = {"claims": Claim, "statements": Statement, "documents": Document, "evidence": Evidence}
_FEW = 32  # up to which strings are sooner taken one by one
_day = lru_cache(maxsize=8192)(unpacked_date)


class NoColumns(Exception):
    """A field does not stand in columns."""


class Changed(Exception):
    """A row is not as it was when the columns were made."""


def check_rows(kind: str, rows: Rows, snapshot: Snapshot) -> None:
    """Raise `Changed` unless all rows are as they were when the columns were made."""
    hidden = snapshot.overlay.hidden[kind]
    count = len(getattr(snapshot.base.columns, kind).iri)
    if any(row >= count for row in rows) or (hidden and not hidden.isdisjoint(rows)):
        raise Changed


def column_of(columns: Columns, kind: str, name: str) -> Any:
    """Return a column as a memoryview, whose items are plain numbers."""
    return getattr(getattr(columns, kind), name).data


def _columns(view: View) -> Columns:
    return view.snapshot.base.columns


def _iris(kind: str, view: View, rows: Rows) -> list[Any]:
    iris: Strings = getattr(_columns(view), kind).iri
    return list(iris.take(np.array(rows)) if len(rows) > _FEW else map(iris.__getitem__, rows))


def _ids(kind: str, view: View, rows: Rows) -> list[Any]:
    name = _CLASSES[kind]
    return [encoded_id(name, iri) for iri in _iris(kind, view, rows)]


def _labels(kind: str, view: View, rows: Rows) -> list[Any]:
    return list(map(view.snapshot.label, _iris(kind, view, rows)))


def _texts(kind: str, name: str, view: View, rows: Rows) -> list[Any]:
    columns = _columns(view)
    of, texts = column_of(columns, kind, name), columns.texts
    return [None if of[row] == ABSENT else texts[of[row]] for row in rows]


def _lists(kind: str, name: str, view: View, rows: Rows) -> list[Any]:
    columns = _columns(view)
    of, texts = getattr(getattr(columns, kind), name), columns.texts
    return [[texts[text] for text in of[row].tolist()] for row in rows]


def _dates(kind: str, name: str, view: View, rows: Rows) -> list[Any]:
    of = column_of(_columns(view), kind, name)
    return [_day(of[row]) for row in rows]


def _places(name: str, view: View, rows: Rows) -> list[Any]:
    of = column_of(_columns(view), "evidence", name)
    return [None if of[row] == ABSENT else of[row] for row in rows]


def _quantities(view: View, rows: Rows) -> list[Any]:
    return [None if text is None else float(Decimal(text)) for text in _texts("claims", "quantity", view, rows)]


def _confidences(view: View, rows: Rows) -> list[Any]:
    of = column_of(_columns(view), "statements", "confidence")
    return [1.0 if isnan(of[row]) else of[row] for row in rows]


def _stated(view: View, rows: Rows) -> list[Any]:
    of = column_of(_columns(view), "statements", "confidence")
    return [not isnan(of[row]) for row in rows]


def _members(name: str, members: Sequence[Any], view: View, rows: Rows) -> list[Any]:
    of = column_of(_columns(view), "statements", name)
    return [members[of[row]] for row in rows]


def _predicates(view: View, rows: Rows) -> list[Any]:
    columns = _columns(view)
    of = column_of(columns, "statements", "predicate")
    relations = {number: view.vocabulary.relation(columns.relations[number]) for number in {of[row] for row in rows}}
    shown = {number: Predicate(name=r.name, label=r.label, iri=r.iri) for number, r in relations.items()}
    return [shown[of[row]] for row in rows]


def _clauses(view: View, rows: Rows) -> list[Any]:
    columns, reader = _columns(view), view.snapshot.base.reader
    ends = [[column_of(columns, "statements", name) for name in (f"{end}_kind", end)] for end in ("subject", "object")]
    (subject_kind, subject), (object_kind, obj) = ends
    of, name = column_of(columns, "statements", "predicate"), view.explainer.name
    labels = {number: view.vocabulary.relation(columns.relations[number]).label for number in {of[row] for row in rows}}
    return [
        f"{name(reader.end(subject_kind[row], subject[row]))} {labels[of[row]]} {name(reader.end(object_kind[row], obj[row]))}"
        for row in rows
    ]


# ── references ─────────────────────────────────────────────────────────────────────────────────────────────


def referred(kind: str, name: str, rows: Rows, snapshot: Snapshot, needed: bool) -> Rows:
    """Return the rows that a column refers to, `ABSENT` where it refers to none.

    Raises
    ------
    Changed
        If there was no record of one when the columns were made, or if there is none and one is needed.
    """
    of = column_of(snapshot.base.columns, kind, name)
    found = [of[row] for row in rows]
    if any(row < ABSENT or (needed and row == ABSENT) for row in found):
        raise Changed
    return found


def referred_lists(kind: str, name: str, rows: Rows, snapshot: Snapshot) -> list[Rows]:
    """Return the rows that each row of a column refers to, as `referred` does."""
    of = getattr(getattr(snapshot.base.columns, kind), name)
    found: list[Rows] = [of[row].tolist() for row in rows]
    if any(row < 0 for each in found for row in each):
        raise Changed
    return found


def objects(view: View, kind: str, rows: Rows) -> list[Node]:
    """Return what stands in rows as objects that fields are resolved of."""
    records = map(view.evaluation.tables.table(kind).record, rows)
    if kind == "entities":
        return [view.entity_types[record.type](view=view, record=record) for record in records]
    made = _OBJECTS[kind]
    return [made(view=view, record=record) for record in records]


def ends(end: str, rows: Rows, snapshot: Snapshot) -> list[Thing]:
    """Return what stands at an end of statements, ``subject`` or ``object``."""
    columns = snapshot.base.columns
    kinds, of = column_of(columns, "statements", f"{end}_kind"), column_of(columns, "statements", end)
    if any(kinds[row] not in _END_KINDS for row in rows):
        raise Changed
    return [(_END_KINDS[kinds[row]], of[row]) for row in rows]


def other_ends(iri: str, rows: Rows, view: View) -> list[Thing]:
    """Return what stands at the other end of statements than a thing does."""
    snapshot = view.snapshot
    check_rows("statements", rows, snapshot)
    here = {(kind, snapshot.base.row_of[kind](iri)) for kind in _END_KINDS.values()}
    pairs = zip(ends("subject", rows, snapshot), ends("object", rows, snapshot), strict=True)
    return [subject if obj in here else obj for subject, obj in pairs]


READS: Mapping[tuple[str, str], Read] = {
    **{(kind, "iri"): partial(_iris, kind) for kind in KINDS},
    **{(kind, "id"): partial(_ids, kind) for kind in KINDS},
    **{(kind, "label"): partial(_labels, kind) for kind in ("statements", "documents")},
    ("entities", "label"): partial(_texts, "entities", "label"),
    ("entities", "description"): partial(_texts, "entities", "description"),
    ("entities", "aliases"): partial(_lists, "entities", "aliases"),
    ("entities", "sameAs"): partial(_lists, "entities", "same_as"),
    ("claims", "label"): partial(_texts, "claims", "text"),
    ("claims", "text"): partial(_texts, "claims", "text"),
    ("claims", "unit"): partial(_texts, "claims", "unit"),
    ("claims", "quantity"): _quantities,
    ("claims", "hedges"): partial(_lists, "claims", "hedges"),
    ("evidence", "label"): partial(_texts, "evidence", "exact"),
    **{("evidence", name): partial(_texts, "evidence", name) for name in ("exact", "prefix", "suffix", "row")},
    **{("evidence", name): partial(_places, name) for name in ("start", "end")},
    **{("documents", name): partial(_texts, "documents", name) for name in ("title", "publisher", "licence", "url")},
    **{("documents", name): partial(_texts, "documents", name) for name in ("language", "text", "sha256")},
    **{("documents", name): partial(_dates, "documents", name) for name in ("published", "retrieved")},
    ("documents", "authors"): partial(_lists, "documents", "authors"),
    ("statements", "text"): _clauses,
    ("statements", "predicate"): _predicates,
    ("statements", "statedOn"): partial(_dates, "statements", "stated_on"),
    ("statements", "validFrom"): partial(_dates, "statements", "valid_from"),
    ("statements", "validTo"): partial(_dates, "statements", "valid_to"),
    ("statements", "confidence"): _confidences,
    ("statements", "confidenceStated"): _stated,
    ("statements", "basis"): partial(_members, "basis", BASES),
    ("statements", "status"): partial(_members, "status", STATUSES),
}
"""By the kind of records and the name of a field."""

REFERENCES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("statements", "speaker"): ("entities", "speaker"),
    ("statements", "saidVia"): ("entities", "said_via"),
    ("statements", "document"): ("documents", "document"),
    ("statements", "inResponseTo"): ("statements", "in_response_to"),
    ("statements", "evidence"): ("evidence", "evidence"),
    ("statements", "derivedFrom"): ("statements", "derived_from"),
    ("evidence", "document"): ("documents", "document"),
}
"""Fields that lead to other records: the kind of those, and the column of their rows."""
