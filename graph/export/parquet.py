"""A graph as a directory of Parquet files: for analysts, and for the engine that takes what outgrows memory.

One file for each kind of record, one for what the vocabulary says of classes, and one of relations. Records are
numbered in the order of their IRIs, so that joins need no strings; what a reader looks at stands beside the
numbers as text. Full texts of documents are left out.

Every date stands there three times: as it was given (``stated_on``), and the first and last day that it may mean
(``stated_on_first``, ``stated_on_last``) as year × 10,000 + month × 100 + day. These are for comparison: months end on
the 31st.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.errors import InvalidArgument, MissingExtra
from cuibono.graph.frames.arrow import attribute, dates, end, interval, referred, referred_lists, string_lists, strings
from cuibono.graph.snapshot.columns import ABSENT, BASES, STATUSES, Columns, Ints
from cuibono.graph.snapshot.strings import Strings
from cuibono.schema import Attribute, Relation, Vocabulary

try:
    import pyarrow as pa
    from pyarrow import parquet
except ImportError as _error:
    raise MissingExtra("tables", "Parquet files", "pyarrow") from _error

__all__ = ["write_parquet"]

_ROWS = 131_072

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
            "iri": strings(of.iri, rows),
            "class": strings(classes, of.type[rows]),
            "label": strings(columns.texts, of.label[rows]),
            "description": strings(columns.texts, of.description[rows]),
            "aliases": string_lists(columns.texts, of.aliases, rows),
            "same_as": string_lists(columns.texts, of.same_as, rows),
        }


def _claims(columns: Columns) -> Table:
    of = columns.claims
    for rows in _parts(len(of.iri)):
        yield {
            "number": pa.array(rows),
            "iri": strings(of.iri, rows),
            **{name: strings(columns.texts, getattr(of, name)[rows]) for name in ("text", "quantity", "unit")},
            "hedges": string_lists(columns.texts, of.hedges, rows),
        }


def _documents(columns: Columns) -> Table:
    of = columns.documents
    for rows in _parts(len(of.iri)):
        yield {
            "number": pa.array(rows),
            "iri": strings(of.iri, rows),
            **{n: strings(columns.texts, getattr(of, n)[rows]) for n in ("title", "publisher", "licence", "url", "language")},
            "authors": string_lists(columns.texts, of.authors, rows),
            "published": dates(of.published[rows]),
            "retrieved": dates(of.retrieved[rows]),
            "sha256": strings(columns.texts, of.sha256[rows]),
        }


def _evidence(columns: Columns) -> Table:
    of = columns.evidence
    for rows in _parts(len(of.iri)):
        yield {
            "number": pa.array(rows),
            "iri": strings(of.iri, rows),
            "document": referred(columns.documents.iri, columns.texts, of.document[rows]),
            **{name: strings(columns.texts, getattr(of, name)[rows]) for name in ("exact", "prefix", "suffix", "row")},
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
        values = {each.name: attribute(columns, number, each, rows) for number, each in enumerate(attributes)}
        yield {
            "number": pa.array(rows),
            "iri": strings(of.iri, rows),
            **end(columns, "subject", rows),
            "relation": strings(words["relation"], of.predicate[rows]),
            **end(columns, "object", rows),
            **{n: referred(columns.entities.iri, texts, getattr(of, n)[rows]) for n in ("speaker", "said_via")},
            "document": referred(columns.documents.iri, texts, of.document[rows]),
            **interval("stated_on", of.stated_on[rows]),
            **interval("valid_from", of.valid_from[rows]),
            **interval("valid_to", of.valid_to[rows]),
            "confidence": pa.array(of.confidence[rows], from_pandas=True),
            "basis": strings(words["basis"], of.basis[rows]),
            "status": strings(words["status"], of.status[rows]),
            **{n: referred(of.iri, texts, getattr(of, n)[rows]) for n in ("in_response_to", "revision_of")},
            "evidence": referred_lists(columns.evidence.iri, texts, of.evidence, rows),
            "derived_from": referred_lists(of.iri, texts, of.derived_from, rows),
            "scale": _scale(relations, attributes, values, of.predicate[rows]),
            **({"attributes": pa.StructArray.from_arrays(list(values.values()), list(values))} if values else {}),
        }


# ── columns ──────────────────────────────────────────────────────────────────────────────────────────────


def _parts(count: int) -> Iterator[Ints]:
    """Yield all rows, some at a time; no rows once where there are none, so that the file has its columns."""
    for first in range(0, max(count, 1), _ROWS):
        yield np.arange(first, min(first + _ROWS, count), dtype=np.int32)


def _scale(relations: list[Relation], attributes: list[Attribute], values: Mapping[str, Any], predicate: NDArray[Any]) -> Any:
    """Return the value that scales the weights of each statement's relation, null where there is none."""
    scale = np.full(len(predicate), np.nan)
    for declared in attributes:
        scaled = np.array([relation.scaled_by == declared.iri for relation in relations], np.bool_)[predicate]
        if scaled.any() and declared.datatype is not str:
            numbers = values[declared.name].cast(pa.float64()).to_numpy(zero_copy_only=False)
            scale[scaled] = numbers[scaled]
    return pa.array(scale, from_pandas=True)
