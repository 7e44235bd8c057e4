"""Columns of a graph as Arrow arrays, which frames of other libraries and Parquet files are made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.errors import MissingExtra
from cuibono.graph.snapshot.columns import ABSENT, Columns, Ints, first_days, last_days, unpacked_date
from cuibono.graph.snapshot.strings import Ragged, Strings
from cuibono.schema import Attribute

try:
    import pyarrow as pa
except ImportError as _error:
    raise MissingExtra("tables", "Arrow tables and Parquet files", "pyarrow") from _error

__all__ = ["attribute", "dates", "end", "interval", "referred", "referred_lists", "string_lists", "strings"]

_KINDS = ("entity", "claim", "statement", None)
"""What the ends of statements are, as words, by number of kind."""

_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


def end(columns: Columns, name: str, rows: NDArray[np.integer]) -> dict[str, Any]:
    """Return the subject or the object of statements, as it is called: IRI, kind and number."""
    kinds, numbers = getattr(columns.statements, f"{name}_kind")[rows], getattr(columns.statements, name)[rows]
    sources = (columns.entities.iri, columns.claims.iri, columns.statements.iri, columns.texts)
    order = np.argsort(kinds, kind="stable")
    parts = [source.take(numbers[order][kinds[order] == kind]) for kind, source in enumerate(sources)]
    back = np.empty(len(rows), np.int64)
    back[order] = np.arange(len(rows))
    return {
        name: strings(Strings.joined(parts), back),
        f"{name}_kind": pa.array(_KINDS, pa.string()).take(pa.array(kinds)),
        f"{name}_number": pa.array(numbers),
    }


def strings(values: Strings, rows: NDArray[Any]) -> Any:
    """Return the strings at some rows, null where there is none."""
    absent = rows < 0
    taken = values.take(rows[~absent])
    lengths = np.zeros(len(rows), np.int64)
    lengths[~absent] = np.diff(taken.offsets)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    present = pa.py_buffer(np.packbits(~absent, bitorder="little"))
    buffers = [present, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(taken.data))]
    return pa.Array.from_buffers(pa.large_string(), len(rows), buffers).cast(pa.string())


def referred(iris: Strings, texts: Strings, rows: NDArray[np.integer]) -> Any:
    """Return the IRIs that rows refer to, of a record or of none."""
    return strings(*_resolved(iris, texts, rows))


def _resolved(iris: Strings, texts: Strings, rows: NDArray[np.integer]) -> tuple[Strings, NDArray[Any]]:
    lost = np.flatnonzero(rows < ABSENT)
    if not len(lost):
        return iris, rows
    known = np.flatnonzero(rows >= 0)
    places = np.full(len(rows), ABSENT, np.int64)
    places[known] = np.arange(len(known))
    places[lost] = len(known) + np.arange(len(lost))
    return Strings.joined([iris.take(rows[known]), texts.take(-2 - rows[lost].astype(np.int64))]), places


def string_lists(values: Strings, ragged: Ragged, rows: NDArray[np.integer]) -> Any:
    taken = ragged.take(rows)
    return pa.ListArray.from_arrays(pa.array(taken.offsets.astype(np.int32)), strings(values, taken.values))


def referred_lists(iris: Strings, texts: Strings, ragged: Ragged, rows: NDArray[np.integer]) -> Any:
    taken = ragged.take(rows)
    return pa.ListArray.from_arrays(pa.array(taken.offsets.astype(np.int32)), referred(iris, texts, taken.values))


def dates(packed: Ints) -> Any:
    """Return dates as they were given."""
    each, places = np.unique(packed, return_inverse=True)
    texts = [str(date) if (date := unpacked_date(int(one))) else None for one in each.tolist()]
    return pa.array(texts, pa.string()).take(pa.array(places))


def interval(name: str, packed: Ints) -> dict[str, Any]:
    unknown = packed == 0
    return {
        name: dates(packed),
        f"{name}_first": pa.array(first_days(packed), mask=unknown),
        f"{name}_last": pa.array(last_days(packed), mask=unknown),
    }


def attribute(columns: Columns, number: int, declared: Attribute, rows: NDArray[np.integer]) -> Any:
    """Return what statements say of one attribute, null where they say nothing."""
    of = columns.statements
    names, values = of.attribute_names.take(rows), of.attribute_values.take(rows)
    owner = np.repeat(np.arange(len(rows)), np.diff(names.offsets))
    having = names.values == number
    texts, places = np.unique(values.values[having], return_inverse=True)
    read = _READERS[declared.datatype]
    each = pa.array([*(read(json.loads(columns.texts[text])) for text in texts.tolist()), None], _TYPES[declared.datatype])
    chosen = np.full(len(rows), len(texts))
    chosen[owner[having]] = places
    return each.take(pa.array(chosen))


_READERS: Mapping[type, Callable[[Any], Any]] = {str: str, int: int, float: float, bool: bool}
