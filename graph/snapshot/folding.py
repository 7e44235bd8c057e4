"""Columns and what lies over them made into columns again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.snapshot.building import draft_of
from cuibono.graph.snapshot.columns import (
    ABSENT,
    CLAIM_KIND,
    ENTITY_KIND,
    OTHER_KIND,
    STATEMENT_KIND,
    Columns,
    Ints,
)
from cuibono.graph.snapshot.draft import ENDS, KINDS, REFERENCES, Draft, Table
from cuibono.graph.snapshot.overlay import Overlay
from cuibono.graph.snapshot.sets import distinct
from cuibono.graph.snapshot.space import IN_MEMORY, Space
from cuibono.graph.snapshot.strings import Ragged, Strings

__all__ = ["folded", "joined"]


def folded(base: Columns, overlay: Overlay) -> Columns:
    """Return the columns of what a base and an overlay say together."""
    upper = draft_of(overlay.records, base.classes, base.relations, base.attributes)
    return _joined(base, overlay.hidden, upper, IN_MEMORY)


def joined(base: Columns, other: Columns, rows: Mapping[str, NDArray[np.integer]], space: Space = IN_MEMORY) -> Columns:
    """Return columns with some rows of others, of records that are not there.

    Parameters
    ----------
    rows : mapping of str to array
        By kind (``entities``, ``statements``, …) which rows of the other columns.
    space : Space, optional
        Where the columns, and what making them takes, are put.
    """
    upper = _Unfinished(other, space)
    classes, relations, attributes = (
        tuple(dict.fromkeys([*getattr(base, name), *getattr(other, name)])) for name in ("classes", "relations", "attributes")
    )
    tables = {kind: upper.table(kind).take(rows[kind], space) for kind in KINDS}
    tables["entities"] = _recoded(tables["entities"], "type", other.classes, classes)
    tables["statements"] = _recoded(tables["statements"], "predicate", other.relations, relations)
    tables["statements"] = _recoded(tables["statements"], "attribute_names", other.attributes, attributes)
    draft = Draft(classes, relations, attributes, upper.iris, other.texts, **tables)
    return _joined(base, {kind: frozenset() for kind in KINDS}, draft, space)


def _recoded(table: Table, name: str, before: Sequence[str], after: Sequence[str]) -> Table:
    """Return a table with the codes that names have afterwards."""
    places = {string: place for place, string in enumerate(after)}
    codes = np.array([places[string] for string in before], np.int32)
    column = table.columns[name]
    if isinstance(column, Ragged):
        return Table(table.iri, {**table.columns, name: Ragged(column.offsets, codes[column.values])})
    return Table(table.iri, {**table.columns, name: codes[column].astype(column.dtype)})


def _joined(base: Columns, hidden: Mapping[str, frozenset[int]], upper: Draft, space: Space) -> Columns:
    """Return the columns of what a base, but for hidden rows, and a draft say together."""
    lower = _Unfinished(base, space)
    numbers = lower.numbers(upper.iris)
    new = np.flatnonzero(numbers == ABSENT)
    numbers[new] = len(lower.iris) + np.arange(len(new))
    tables = {}
    for kind in KINDS:
        below = lower.table(kind).take(_kept(len(getattr(base, kind).iri), hidden[kind]), space)
        above = _with_later_texts(kind, getattr(upper, kind), len(base.texts), space).renumbered(kind, numbers, space)
        tables[kind] = below.followed_by(above, space)
    return Draft(
        classes=upper.classes,
        relations=upper.relations,
        attributes=upper.attributes,
        iris=Strings.joined([lower.iris, upper.iris.take(new, space)], space),
        texts=Strings.joined([base.texts, upper.texts], space),
        **tables,
    ).columns(space)


class _Unfinished:
    """Columns as the draft that they might have been made of."""

    def __init__(self, columns: Columns, space: Space) -> None:
        self._columns, self._space = columns, space
        tables = [getattr(columns, kind) for kind in KINDS]
        starts = np.cumsum([0, *(len(table.iri) for table in tables)])
        self._starts = dict(zip(KINDS, starts.tolist(), strict=False))
        self._known = [table.iri for table in tables]
        self._unknown = self._unknown_texts()
        each, inverse = columns.texts.take(self._unknown).distinct()
        found = _first_found(each, self._known)
        others = each.order(np.flatnonzero(found == ABSENT))
        found[others] = starts[-1] + np.arange(len(others))
        self._others = each.take(others)
        self._unknown_numbers = found[inverse]
        self.iris = Strings.joined([*self._known, self._others], space)

    def numbers(self, iris: Strings) -> NDArray[np.int64]:
        """Return the number of each IRI, `ABSENT` for one that is new."""
        return _first_found(iris, [*self._known, self._others])

    def table(self, kind: str) -> Table:
        of = getattr(self._columns, kind)
        numbers = self._starts[kind] + np.arange(len(of.iri), dtype=np.int32)
        columns: dict[str, Any] = {f.name: getattr(of, f.name) for f in fields(of) if f.name not in ("iri", *_KINDS_OF_ENDS)}
        for name, target in REFERENCES.get(kind, {}).items():
            column = columns[name]
            if isinstance(column, Ragged):
                columns[name] = Ragged(column.offsets, self._numbers(column.values, target))
            else:
                columns[name] = self._numbers(column, target)
        if kind == "statements":
            for end in ENDS:
                columns[end] = self._end_numbers(getattr(of, f"{end}_kind"), columns[end])
        return Table(numbers, columns)

    def _unknown_texts(self) -> NDArray[np.int64]:
        """Return the rows of texts that are IRIs of no record."""
        found: list[NDArray[Any]] = [np.zeros(0, np.int64)]
        for kind, references in REFERENCES.items():
            for name in references:
                column = getattr(getattr(self._columns, kind), name)
                values = column.values if isinstance(column, Ragged) else column
                found.append(-2 - values[values < ABSENT])
        of = self._columns.statements
        found += [rows[kinds == OTHER_KIND] for kinds, rows in ((of.subject_kind, of.subject), (of.object_kind, of.object))]
        return distinct(np.concatenate(found)).astype(np.int64)

    def _numbers(self, rows: Ints, target: str) -> Ints:
        known = np.where(rows == ABSENT, ABSENT, rows + self._starts[target])
        return self._space.put(np.where(rows < ABSENT, self._of_unknown(-2 - rows), known).astype(np.int32))

    def _end_numbers(self, kinds: NDArray[np.int8], rows: Ints) -> Ints:
        starts = np.zeros(4, np.int64)
        starts[[ENTITY_KIND, CLAIM_KIND, STATEMENT_KIND]] = [self._starts[kind] for kind in ("entities", "claims", "statements")]
        found = np.where(kinds == OTHER_KIND, self._of_unknown(rows), rows + starts[kinds]).astype(np.int32)
        return self._space.put(found)

    def _of_unknown(self, texts: NDArray[np.integer]) -> NDArray[np.int64]:
        if not len(self._unknown):
            return np.full(len(texts), ABSENT)
        return self._unknown_numbers[np.minimum(np.searchsorted(self._unknown, texts), len(self._unknown) - 1)]


def _first_found(iris: Strings, sequences: Sequence[Strings]) -> NDArray[np.int64]:
    """Return where IRIs stand among sorted sequences, one after the other; of several places the first."""
    found, start = np.full(len(iris), ABSENT, np.int64), 0
    for sequence in sequences:
        places = sequence.positions(iris)
        found = np.where((found == ABSENT) & (places != ABSENT), start + places, found)
        start += len(sequence)
    return found


_KINDS_OF_ENDS = tuple(f"{end}_kind" for end in ENDS)

_TEXTS = {
    "entities": ("label", "description", "aliases", "same_as"),
    "claims": ("text", "quantity", "unit", "hedges"),
    "documents": ("sha256", "title", "text", "publisher", "authors", "licence", "url", "language"),
    "evidence": ("exact", "prefix", "suffix", "row"),
    "statements": ("attribute_values",),
}


def _with_later_texts(kind: str, table: Table, by: int, space: Space) -> Table:
    """Return a table whose texts stand further down."""
    columns = dict(table.columns)
    for name in _TEXTS[kind]:
        column = columns[name]
        if isinstance(column, Ragged):
            columns[name] = Ragged(column.offsets, space.put(_later(column.values, by)))
        else:
            columns[name] = space.put(_later(column, by))
    return Table(table.iri, columns)


def _later(rows: NDArray[Any], by: int) -> Ints:
    return np.where(rows == ABSENT, ABSENT, rows + by).astype(np.int32)


def _kept(count: int, hidden: frozenset[int]) -> NDArray[np.int64]:
    kept = np.ones(count, np.bool_)
    kept[list(hidden)] = False
    return np.flatnonzero(kept)
