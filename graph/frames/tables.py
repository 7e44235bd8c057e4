"""Records as Arrow tables that people read: names beside IRIs, dates as dates, the first quote beside the statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from cuibono.graph.frames.arrow import attribute, dates, end, referred, string_lists, strings
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.columns import ABSENT, BASES, CLAIM_KIND, ENTITY_KIND, STATUSES, Columns, Ints, unpacked_date
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.strings import Strings

__all__ = ["RECORD_TABLES", "days", "record_table", "timeline_table"]

Rows = NDArray[np.integer]
_Table = dict[str, Any]


def record_table(kind: str, snapshot: Snapshot, iris: Iterable[str] | None = None) -> pa.Table:
    """Return the records of a kind as a table: all of them, or those of some IRIs in their order.

    Parameters
    ----------
    kind : str
        One of `RECORD_TABLES`.
    """
    columns = snapshot.columns
    names: Strings = getattr(columns, kind).iri
    rows = np.arange(len(names)) if iris is None else np.array([names.position(iri) for iri in iris], np.int64)
    return pa.table(RECORD_TABLES[kind](snapshot, columns, rows))


def _entities(snapshot: Snapshot, columns: Columns, rows: Rows) -> _Table:
    of, texts = columns.entities, columns.texts
    types = Strings.of(snapshot.vocabulary.entity_class(iri).name for iri in columns.classes)
    return {
        "iri": strings(of.iri, rows),
        "type": strings(types, of.type[rows]),
        "label": strings(texts, of.label[rows]),
        "aliases": string_lists(texts, of.aliases, rows),
        "description": strings(texts, of.description[rows]),
        "same_as": string_lists(texts, of.same_as, rows),
    }


def _claims(snapshot: Snapshot, columns: Columns, rows: Rows) -> _Table:  # noqa: ARG001
    of, texts = columns.claims, columns.texts
    quantity = strings(texts, of.quantity[rows])
    return {
        "iri": strings(of.iri, rows),
        "text": strings(texts, of.text[rows]),
        "quantity": quantity.cast(pa.float64()),
        "unit": strings(texts, of.unit[rows]),
        "hedges": string_lists(texts, of.hedges, rows),
    }


def _documents(snapshot: Snapshot, columns: Columns, rows: Rows) -> _Table:  # noqa: ARG001
    of, texts = columns.documents, columns.texts
    words = ("title", "publisher", "licence", "url", "language")
    return {
        "iri": strings(of.iri, rows),
        **{name: strings(texts, getattr(of, name)[rows]) for name in words},
        "authors": string_lists(texts, of.authors, rows),
        "published": dates(of.published[rows]),
        "retrieved": dates(of.retrieved[rows]),
        "sha256": strings(texts, of.sha256[rows]),
    }


def _evidence(snapshot: Snapshot, columns: Columns, rows: Rows) -> _Table:  # noqa: ARG001
    of, texts = columns.evidence, columns.texts
    places = {name: getattr(of, name)[rows] for name in ("start", "end")}
    return {
        "iri": strings(of.iri, rows),
        "document": referred(columns.documents.iri, texts, of.document[rows]),
        "document_title": _titles(columns, of.document[rows]),
        **{name: strings(texts, getattr(of, name)[rows]) for name in ("prefix", "exact", "suffix", "row")},
        **{name: pa.array(place, mask=place == ABSENT) for name, place in places.items()},
    }


def _statements(snapshot: Snapshot, columns: Columns, rows: Rows) -> _Table:
    of, texts = columns.statements, columns.texts
    relations = [snapshot.vocabulary.relation(iri) for iri in columns.relations]
    attributes = [snapshot.vocabulary.attribute(iri) for iri in columns.attributes]
    made: _Table = {
        "iri": strings(of.iri, rows),
        "subject": end(columns, "subject", rows)["subject"],
        "subject_label": _end_labels(columns, of.subject_kind[rows], of.subject[rows]),
        "relation": strings(Strings.of(relation.name for relation in relations), of.predicate[rows]),
        "object": end(columns, "object", rows)["object"],
        "object_label": _end_labels(columns, of.object_kind[rows], of.object[rows]),
        "object_kind": end(columns, "object", rows)["object_kind"],
        "speaker": referred(columns.entities.iri, texts, of.speaker[rows]),
        "speaker_label": _labels(columns, of.speaker[rows]),
        "said_via": referred(columns.entities.iri, texts, of.said_via[rows]),
        "document": referred(columns.documents.iri, texts, of.document[rows]),
        "document_title": _titles(columns, of.document[rows]),
        "quote": strings(texts, _first_quotes(columns, rows)),
        "stated_on": dates(of.stated_on[rows]),
        "stated_on_first": days(of.stated_on[rows]),
        "valid_from": dates(of.valid_from[rows]),
        "valid_from_first": days(of.valid_from[rows]),
        "valid_to": dates(of.valid_to[rows]),
        "valid_to_last": days(of.valid_to[rows], last=True),
        "confidence": pa.array(of.confidence[rows], from_pandas=True),
        "basis": strings(Strings.of(BASES), of.basis[rows]),
        "status": strings(Strings.of(STATUSES), of.status[rows]),
    }
    for number, declared in enumerate(attributes):
        made[declared.iri if declared.name in made else declared.name] = attribute(columns, number, declared, rows)
    return made


RECORD_TABLES: Mapping[str, Callable[[Snapshot, Columns, Rows], _Table]] = {
    "entities": _entities,
    "claims": _claims,
    "documents": _documents,
    "evidence": _evidence,
    "statements": _statements,
}
"""By kind of record, what gives the columns of rows."""


def timeline_table(snapshot: Snapshot, statements: Iterable[Statement]) -> pa.Table:
    """Return statements as a table in the order of the days they are dated by, those without a date last.

    A statement is dated by when it was said, or else by since when it holds; ``dated_by`` says which.
    """
    table = record_table("statements", snapshot, (statement.iri for statement in statements))
    said, since = table["stated_on_first"], table["valid_from_first"]
    by = pa.compute.if_else(said.is_valid(), "stated_on", pa.compute.if_else(since.is_valid(), "valid_from", None))
    stances = {relation.name: relation.stance for relation in snapshot.vocabulary.relations.values()}
    table = table.add_column(0, "date", pa.compute.coalesce(said, since))
    table = table.add_column(1, "dated_by", by)
    signs = pa.array([stances[name] for name in table["relation"].to_pylist()], pa.float64())
    table = table.add_column(2, "stance", signs)
    return table.sort_by([("date", "ascending"), ("iri", "ascending")])


def days(packed: Ints, *, last: bool = False) -> pa.Array:
    """Return the first day, or the last, that each packed date may mean."""
    each, places = np.unique(packed, return_inverse=True)
    known = [unpacked_date(number) for number in each.tolist()]
    values = [None if day is None else day.last if last else day.first for day in known]
    return pa.array(values, pa.date32()).take(pa.array(places))


def _first_quotes(columns: Columns, rows: Rows) -> Ints:
    """Return the text of each statement's first piece of evidence, a row of texts or `ABSENT`."""
    evidence = columns.statements.evidence
    begins, ends = evidence.offsets[rows], evidence.offsets[np.asarray(rows) + 1]
    quotes = np.full(len(rows), ABSENT, np.int32)
    some = np.flatnonzero(ends > begins)
    piece = evidence.values[begins[some]]
    quotes[some[piece >= 0]] = columns.evidence.exact[piece[piece >= 0]]
    return quotes


def _labels(columns: Columns, rows: Ints) -> pa.Array:
    return _texts_at(columns, columns.entities.label, rows)


def _titles(columns: Columns, rows: Ints) -> pa.Array:
    return _texts_at(columns, columns.documents.title, rows)


def _texts_at(columns: Columns, of: Ints, rows: Ints) -> pa.Array:
    """Return the texts that a column has at some rows of its kind, null where there is no row."""
    texts = np.full(len(rows), ABSENT, np.int32)
    texts[rows >= 0] = of[rows[rows >= 0]]
    return strings(columns.texts, texts)


def _end_labels(columns: Columns, kinds: NDArray[np.int8], rows: Ints) -> pa.Array:
    """Return the names of entities and the texts of claims, null for statements."""
    labels = np.full(len(rows), ABSENT, np.int32)
    for kind, column in ((ENTITY_KIND, columns.entities.label), (CLAIM_KIND, columns.claims.text)):
        labels[kinds == kind] = column[rows[kinds == kind]]
    return strings(columns.texts, labels)
