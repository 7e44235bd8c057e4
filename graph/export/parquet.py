"""A graph as a directory of Parquet files: for analysts, and for the engine that takes what outgrows memory.

One file for each kind of record, one for what the vocabulary says of classes, and one of relations. Records are
numbered in the order of their IRIs, so that joins need no strings; what a reader looks at stands beside the
numbers as text. Full texts of documents are left out.

Every date stands there three times: as it was given (``stated_on``), and the first and last day that it may mean
(``stated_on_first``, ``stated_on_last``) as year × 10,000 + month × 100 + day. These are for comparison: months end on
the 31st.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.errors import InvalidArgument, MissingExtra
from cuibono.graph.snapshot.columns import (
    ABSENT,
    BASES,
    STATUSES,
    Columns,
    Ints,
    first_days,
    last_days,
    unpacked_date,
)
from cuibono.graph.snapshot.strings import Ragged, Strings
from cuibono.schema import Attribute, Relation, Vocabulary

try:
    import pyarrow as pa
    from pyarrow import parquet
except ImportError as _error:
    raise MissingExtra("tables", "Parquet files", "pyarrow") from _error

__all__ = ["write_parquet"]

KINDS = ("entity", "claim", "statement", None)
"""What the ends of statements are, as words, by number of kind."""

_ROWS = 131_072
_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}

Table = Iterator[dict[str, Any]]


def write_parquet(columns: Columns, vocabulary: Vocabulary, directory: str | Path) -> None:
    """Write a graph as a directory of Parquet files, whole or not at all.

    Takes the room of some hundred thousand rows at a time beside the columns.

    Parameters
    ----------
    columns : Columns
        The graph.
    vocabulary : Vocabulary
        What its classes, relations and attributes mean.
    directory : path
        Where to; an export that stands there is replaced.

    Raises
    ------
    InvalidArgument
        If the directory holds something else, or cannot be written.
    """
    target = Path(directory)
    if target.exists() and not _is_export(target):
        raise InvalidArgument("path", f"{target} is there, and no Parquet export; name a directory that is not there yet")
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        try:
            beside.mkdir(parents=True)
            for name, table in _tables(columns, vocabulary):
                _write(beside / f"{name}.parquet", table)
            _put_in_place(beside, target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise InvalidArgument("path", f"{target} cannot be written: {error.strerror or error}") from error


def _is_export(path: Path) -> bool:
    return path.is_dir() and (not any(path.iterdir()) or (path / "statements.parquet").exists())


def _put_in_place(made: Path, target: Path) -> None:
    old = made.with_name(f"{made.name}.old")
    if target.exists():
        target.rename(old)
    made.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, table: Table) -> None:
    writer = None
    try:
        for part in table:
            batch = pa.table(part)
            writer = writer or parquet.ParquetWriter(path, batch.schema, compression="zstd")
            writer.write_table(batch)
    finally:
        if writer is not None:
            writer.close()


def _tables(columns: Columns, vocabulary: Vocabulary) -> Iterator[tuple[str, Table]]:
    relations = [vocabulary.relation(iri) for iri in columns.relations]
    yield "classes", _classes(columns, vocabulary)
    yield "relations", iter([_relations(relations)])
    yield "entities", _entities(columns)
    yield "claims", _claims(columns)
    yield "documents", _documents(columns)
    yield "evidence", _evidence(columns)
    yield "statements", _statements(columns, relations, [vocabulary.attribute(iri) for iri in columns.attributes])


# ── vocabulary ─────────────────────────────────────────────────────────────────────────────────────────


def _classes(columns: Columns, vocabulary: Vocabulary) -> Table:
    classes = [vocabulary.entity_class(iri) for iri in columns.classes]
    yield {
        "class": pa.array([c.iri for c in classes], pa.string()),
        "name": pa.array([c.name for c in classes], pa.string()),
        "label": pa.array([c.label for c in classes], pa.string()),
        "carries_interest": pa.array([c.carries_interest for c in classes], pa.bool_()),
    }


def _relations(relations: list[Relation]) -> dict[str, Any]:
    texts = {name: pa.array([getattr(r, name) for r in relations], pa.string()) for name in ("name", "label", "scaled_by")}
    numbers = ("stance", "bearing", "forward_weight", "backward_weight", "forward_scaled_weight", "backward_scaled_weight")
    flags = ("chains", "symmetric", "excludes")
    return {
        "relation": pa.array([r.iri for r in relations], pa.string()),
        **texts,
        **{name: pa.array([getattr(r, name) for r in relations], pa.float64()) for name in numbers},
        **{name: pa.array([getattr(r, name) for r in relations], pa.bool_()) for name in flags},
    }


# ── records ────────────────────────────────────────────────────────────────────────────────────────────


def _entities(columns: Columns) -> Table:
    of, classes = columns.entities, Strings.of(columns.classes)
    for rows in _parts(len(of.iri)):
        yield {
            "number": pa.array(rows),
            "iri": _strings(of.iri, rows),
            "class": _strings(classes, of.type[rows]),
            "label": _strings(columns.texts, of.label[rows]),
            "description": _strings(columns.texts, of.description[rows]),
            "aliases": _lists(columns.texts, of.aliases, rows),
            "same_as": _lists(columns.texts, of.same_as, rows),
        }


def _claims(columns: Columns) -> Table:
    of = columns.claims
    for rows in _parts(len(of.iri)):
        yield {
            "number": pa.array(rows),
            "iri": _strings(of.iri, rows),
            **{name: _strings(columns.texts, getattr(of, name)[rows]) for name in ("text", "quantity", "unit")},
            "hedges": _lists(columns.texts, of.hedges, rows),
        }


def _documents(columns: Columns) -> Table:
    of = columns.documents
    for rows in _parts(len(of.iri)):
        yield {
            "number": pa.array(rows),
            "iri": _strings(of.iri, rows),
            **{n: _strings(columns.texts, getattr(of, n)[rows]) for n in ("title", "publisher", "licence", "url", "language")},
            "authors": _lists(columns.texts, of.authors, rows),
            "published": _dates(of.published[rows]),
            "retrieved": _dates(of.retrieved[rows]),
            "sha256": _strings(columns.texts, of.sha256[rows]),
        }


def _evidence(columns: Columns) -> Table:
    of = columns.evidence
    for rows in _parts(len(of.iri)):
        yield {
            "number": pa.array(rows),
            "iri": _strings(of.iri, rows),
            "document": _referred(columns.documents.iri, columns.texts, of.document[rows]),
            **{name: _strings(columns.texts, getattr(of, name)[rows]) for name in ("exact", "prefix", "suffix", "row")},
            **{
                name: pa.array(column[rows], mask=column[rows] == ABSENT)
                for name, column in (("start", of.start), ("end", of.end))
            },
        }


def _statements(columns: Columns, relations: list[Relation], attributes: list[Attribute]) -> Table:
    of, texts = columns.statements, columns.texts
    words = {
        name: Strings.of(values) for name, values in (("relation", columns.relations), ("basis", BASES), ("status", STATUSES))
    }
    for rows in _parts(len(of.iri)):
        values = {attribute.name: _attribute(columns, number, attribute, rows) for number, attribute in enumerate(attributes)}
        yield {
            "number": pa.array(rows),
            "iri": _strings(of.iri, rows),
            **_end(columns, "subject", rows),
            "relation": _strings(words["relation"], of.predicate[rows]),
            **_end(columns, "object", rows),
            **{n: _referred(columns.entities.iri, texts, getattr(of, n)[rows]) for n in ("speaker", "said_via")},
            "document": _referred(columns.documents.iri, texts, of.document[rows]),
            **_interval("stated_on", of.stated_on[rows]),
            **_interval("valid_from", of.valid_from[rows]),
            **_interval("valid_to", of.valid_to[rows]),
            "confidence": pa.array(of.confidence[rows], from_pandas=True),
            "basis": _strings(words["basis"], of.basis[rows]),
            "status": _strings(words["status"], of.status[rows]),
            **{n: _referred(of.iri, texts, getattr(of, n)[rows]) for n in ("in_response_to", "revision_of")},
            "evidence": _referred_lists(columns.evidence.iri, texts, of.evidence, rows),
            "derived_from": _referred_lists(of.iri, texts, of.derived_from, rows),
            "scale": _scale(relations, attributes, values, of.predicate[rows]),
            **({"attributes": pa.StructArray.from_arrays(list(values.values()), list(values))} if values else {}),
        }


def _end(columns: Columns, end: str, rows: Ints) -> dict[str, Any]:
    """Return the subject or the object of statements: IRI, kind and number."""
    kinds, numbers = getattr(columns.statements, f"{end}_kind")[rows], getattr(columns.statements, end)[rows]
    sources = (columns.entities.iri, columns.claims.iri, columns.statements.iri, columns.texts)
    order = np.argsort(kinds, kind="stable")
    parts = [source.take(numbers[order][kinds[order] == kind]) for kind, source in enumerate(sources)]
    back = np.empty(len(rows), np.int64)
    back[order] = np.arange(len(rows))
    return {
        end: _strings(Strings.joined(parts), back),
        f"{end}_kind": pa.array(KINDS, pa.string()).take(pa.array(kinds)),
        f"{end}_number": pa.array(numbers),
    }


# ── columns ────────────────────────────────────────────────────────────────────────────────────────────


def _parts(count: int) -> Iterator[Ints]:
    """Yield all rows, some at a time; no rows once where there are none, so that the file has its columns."""
    for first in range(0, max(count, 1), _ROWS):
        yield np.arange(first, min(first + _ROWS, count), dtype=np.int32)


def _strings(strings: Strings, rows: NDArray[Any]) -> Any:
    """Return the strings at some rows, null where there is none."""
    absent = rows < 0
    taken = strings.take(rows[~absent])
    lengths = np.zeros(len(rows), np.int64)
    lengths[~absent] = np.diff(taken.offsets)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    present = pa.py_buffer(np.packbits(~absent, bitorder="little"))
    buffers = [present, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(taken.data))]
    return pa.Array.from_buffers(pa.large_string(), len(rows), buffers).cast(pa.string())


def _referred(iris: Strings, texts: Strings, rows: Ints) -> Any:
    """Return the IRIs that rows refer to, of a record or of none."""
    return _strings(*_resolved(iris, texts, rows))


def _resolved(iris: Strings, texts: Strings, rows: Ints) -> tuple[Strings, NDArray[Any]]:
    lost = np.flatnonzero(rows < ABSENT)
    if not len(lost):
        return iris, rows
    known = np.flatnonzero(rows >= 0)
    places = np.full(len(rows), ABSENT, np.int64)
    places[known] = np.arange(len(known))
    places[lost] = len(known) + np.arange(len(lost))
    return Strings.joined([iris.take(rows[known]), texts.take(-2 - rows[lost].astype(np.int64))]), places


def _lists(strings: Strings, ragged: Ragged, rows: Ints) -> Any:
    taken = ragged.take(rows)
    return pa.ListArray.from_arrays(pa.array(taken.offsets.astype(np.int32)), _strings(strings, taken.values))


def _referred_lists(iris: Strings, texts: Strings, ragged: Ragged, rows: Ints) -> Any:
    taken = ragged.take(rows)
    return pa.ListArray.from_arrays(pa.array(taken.offsets.astype(np.int32)), _referred(iris, texts, taken.values))


def _dates(packed: Ints) -> Any:
    """Return dates as they were given."""
    each, places = np.unique(packed, return_inverse=True)
    texts = [str(date) if (date := unpacked_date(int(one))) else None for one in each.tolist()]
    return pa.array(texts, pa.string()).take(pa.array(places))


def _interval(name: str, packed: Ints) -> dict[str, Any]:
    unknown = packed == 0
    return {
        name: _dates(packed),
        f"{name}_first": pa.array(first_days(packed), mask=unknown),
        f"{name}_last": pa.array(last_days(packed), mask=unknown),
    }


def _attribute(columns: Columns, number: int, attribute: Attribute, rows: Ints) -> Any:
    """Return what statements say of one attribute, null where they say nothing."""
    of = columns.statements
    names, values = of.attribute_names.take(rows), of.attribute_values.take(rows)
    owner = np.repeat(np.arange(len(rows)), np.diff(names.offsets))
    having = names.values == number
    texts, places = np.unique(values.values[having], return_inverse=True)
    read = _READERS[attribute.datatype]
    each = pa.array([*(read(json.loads(columns.texts[text])) for text in texts.tolist()), None], _TYPES[attribute.datatype])
    chosen = np.full(len(rows), len(texts))
    chosen[owner[having]] = places
    return each.take(pa.array(chosen))


_READERS: Mapping[type, Callable[[Any], Any]] = {str: str, int: int, float: float, bool: bool}


def _scale(relations: list[Relation], attributes: list[Attribute], values: Mapping[str, Any], predicate: NDArray[Any]) -> Any:
    """Return the value that scales the weights of each statement's relation, null where there is none."""
    scale = np.full(len(predicate), np.nan)
    for attribute in attributes:
        scaled = np.array([relation.scaled_by == attribute.iri for relation in relations], np.bool_)[predicate]
        if scaled.any() and attribute.datatype is not str:
            numbers = values[attribute.name].cast(pa.float64()).to_numpy(zero_copy_only=False)
            scale[scaled] = numbers[scaled]
    return pa.array(scale, from_pandas=True)
