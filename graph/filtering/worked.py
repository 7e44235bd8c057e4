"""What is worked out of columns for filters and orders, once for all snapshots over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.filtering.calendar import Days, first_days, last_days
from cuibono.graph.filtering.texts import folded
from cuibono.graph.model import Claim, Document, Entity, Evidence
from cuibono.graph.snapshot.columns import OTHER_KIND, Columns
from cuibono.graph.snapshot.strings import Ragged, Strings

__all__ = ["TEXTS", "TextField", "Texts", "Worked"]

_Texts = Callable[[Any], Iterable[str | None]]


@dataclass(frozen=True, slots=True)
class TextField:
    """Texts of a record.

    Attributes
    ----------
    columns : tuple of str
        The columns they stand in.
    of : callable
        Gives them of a record.
    """

    columns: tuple[str, ...]
    of: _Texts


def _entity(of: Callable[[Entity], Iterable[str | None]], *columns: str) -> TextField:
    return TextField(columns, of)


def _claim(of: Callable[[Claim], Iterable[str | None]], *columns: str) -> TextField:
    return TextField(columns, of)


def _document(of: Callable[[Document], Iterable[str | None]], *columns: str) -> TextField:
    return TextField(columns, of)


def _evidence(of: Callable[[Evidence], Iterable[str | None]], *columns: str) -> TextField:
    return TextField(columns, of)


TEXTS: Mapping[str, Mapping[str, TextField]] = {
    "entities": {
        "label": _entity(lambda e: (e.label,), "label"),
        "alias": _entity(lambda e: e.aliases, "aliases"),
        "name": _entity(lambda e: e.names, "label", "aliases"),
        "description": _entity(lambda e: (e.description,), "description"),
        "same_as": _entity(lambda e: e.same_as, "same_as"),
    },
    "claims": {
        "text": _claim(lambda c: (c.text,), "text"),
        "unit": _claim(lambda c: (c.unit,), "unit"),
        "hedge": _claim(lambda c: c.hedges, "hedges"),
    },
    "documents": {
        "title": _document(lambda d: (d.title,), "title"),
        "publisher": _document(lambda d: (d.publisher,), "publisher"),
        "author": _document(lambda d: d.authors, "authors"),
        "licence": _document(lambda d: (d.licence,), "licence"),
        "language": _document(lambda d: (d.language,), "language"),
        "url": _document(lambda d: (d.url,), "url"),
    },
    "evidence": {"exact": _evidence(lambda e: (e.exact,), "exact")},
}


class Texts:
    """The texts of one field of all records of a kind.

    Attributes
    ----------
    owners : (n,) array of int64
        The row that has each.
    strings : Strings
    """

    def __init__(self, owners: NDArray[np.int64], strings: Strings) -> None:
        self.owners, self.strings = owners, strings

    @cached_property
    def folded(self) -> Strings:
        """The texts with their case folded."""
        return folded(self.strings)

    @cached_property
    def sorted(self) -> tuple[Strings, NDArray[np.int64]]:
        """Each text once, case folded and sorted, and where among them each stands."""
        each, inverse = self.folded.distinct()
        order = each.order()
        rank = np.empty(len(each), np.int64)
        rank[order] = np.arange(len(each))
        return each.take(order), rank[inverse]


class Worked:
    """What is worked out of columns, each when first asked for."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._texts: dict[tuple[str, str], Texts] = {}
        self._days: dict[tuple[str, str], Days] = {}
        self._ends: dict[str, tuple[tuple[int, ...], NDArray[np.int64], NDArray[np.int64]]] = {}

    def like(self, earlier: Worked) -> None:
        """Work out what was worked out of other columns, so that nobody who asks waits for it."""
        for (kind, field), texts in list(earlier._texts.items()):
            found = self.texts(kind, field)
            for name in vars(texts).keys() & _OF_TEXTS:
                getattr(found, name)
        for kind, field in list(earlier._days):
            self.days(kind, field)
        for name in vars(earlier).keys() & _OF_COLUMNS:
            getattr(self, name)

    def texts(self, kind: str, field: str) -> Texts:
        """Return the texts of a field."""
        if (kind, field) not in self._texts:
            of = getattr(self._columns, kind)
            links = [_links(getattr(of, name)) for name in TEXTS[kind][field].columns]
            rows = np.concatenate([values for _, values in links])
            owners = np.concatenate([owners for owners, _ in links])
            self._texts[kind, field] = Texts(owners, self._columns.texts.take(rows))
        return self._texts[kind, field]

    def end(self, end: str, starts: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return numbers of the subjects or objects of statements, and which of these are no records.

        Parameters
        ----------
        end : {"subject", "object"}
        starts : tuple of int
            The first number of entities, of claims and of statements, and the one for all that is no record.
        """
        known = self._ends.get(end)
        if known is None or known[0] != starts:
            of = self._columns.statements
            kinds, rows = getattr(of, f"{end}_kind"), getattr(of, end)
            numbers = np.array(starts, np.int64)[kinds] + np.where(kinds == OTHER_KIND, 0, rows)
            known = self._ends[end] = starts, numbers, np.flatnonzero(kinds == OTHER_KIND)
        return known[1:]

    @cached_property
    def confidence(self) -> NDArray[np.float64]:
        """The confidence of statements, 1 where none was stated."""
        return np.nan_to_num(self._columns.statements.confidence, nan=1.0)

    def days(self, kind: str, field: str) -> Days:
        """Return the first and last days of dates."""
        if (kind, field) not in self._days:
            packed = getattr(getattr(self._columns, kind), field)
            self._days[kind, field] = first_days(packed), last_days(packed)
        return self._days[kind, field]

    @cached_property
    def quantity(self) -> NDArray[np.float64]:
        """The quantities of claims, NaN where there is none."""
        rows = self._columns.claims.quantity
        quantities = np.full(len(rows), np.nan)
        known = np.flatnonzero(rows >= 0)
        quantities[known] = [float(text) for text in self._columns.texts.take(rows[known])]
        return quantities

    @cached_property
    def evidence_of(self) -> tuple[NDArray[np.int64], NDArray[np.integer[Any]]]:
        """Statements and their evidence."""
        return _links(self._columns.statements.evidence)

    def attributes(self, iri: str) -> tuple[NDArray[np.int64], NDArray[np.integer[Any]], Strings]:
        """Return the statements that have an attribute, which of its values each has, and the values as JSON."""
        of = self._columns.statements
        owners, names = _links(of.attribute_names)
        known = self._columns.attributes
        number = known.index(iri) if iri in known else -1
        chosen = np.flatnonzero(names == number)
        rows, which = np.unique(of.attribute_values.values[chosen], return_inverse=True)
        return owners[chosen], which, self._columns.texts.take(rows)


_OF_TEXTS = {"folded", "sorted"}
_OF_COLUMNS = {"confidence", "evidence_of", "quantity"}


def _links(column: NDArray[np.int32] | Ragged) -> tuple[NDArray[np.int64], NDArray[np.integer[Any]]]:
    """Return the rows that have something, and what; a row of several comes several times."""
    if isinstance(column, Ragged):
        owners, values = np.repeat(np.arange(len(column)), np.diff(column.offsets)), column.values
    else:
        owners, values = np.arange(len(column)), column
    known = values >= 0
    return (owners, values) if known.all() else (owners[known], values[known])
