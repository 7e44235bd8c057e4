"""From rows of columns back to records."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from functools import lru_cache
from math import isnan
from typing import TYPE_CHECKING, Any, TypeVar

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Claim, Document, Entity, Evidence, Statement
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
from cuibono.graph.snapshot.strings import Ragged, Strings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["RowReader"]

_KEPT = 8192
_Items = Mapping[str, Any]
_Record = TypeVar("_Record")


class RowReader:
    """Makes the records of rows; those that were asked for last are kept.

    Parameters
    ----------
    columns : Columns
        Where the rows stand.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._ends: dict[int, Strings] = {
            ENTITY_KIND: columns.entities.iri,
            CLAIM_KIND: columns.claims.iri,
            STATEMENT_KIND: columns.statements.iri,
        }
        self.entity = lru_cache(_KEPT)(_with(self._entity, columns.entities))
        self.claim = lru_cache(_KEPT)(_with(self._claim, columns.claims))
        self.document = lru_cache(_KEPT)(_with(self._document, columns.documents))
        self.evidence = lru_cache(_KEPT)(_with(self._evidence, columns.evidence))
        self.statement = lru_cache(_KEPT)(_with(self._statement, columns.statements))

    def end(self, kind: int, row: int) -> str:
        """Return the IRI of an end of a statement."""
        return self._ends.get(kind, self._columns.texts)[row]

    def _entity(self, row: int, of: _Items) -> Entity:
        return Entity(
            iri=self._columns.entities.iri[row],
            type=self._columns.classes[of["type"][row]],
            label=self._columns.texts[of["label"][row]],
            aliases=self._texts(of["aliases"][row]),
            same_as=self._texts(of["same_as"][row]),
            description=self._text(of["description"][row]),
        )

    def _claim(self, row: int, of: _Items) -> Claim:
        quantity = self._text(of["quantity"][row])
        return Claim(
            iri=self._columns.claims.iri[row],
            text=self._columns.texts[of["text"][row]],
            quantity=None if quantity is None else Decimal(quantity),
            unit=self._text(of["unit"][row]),
            hedges=self._texts(of["hedges"][row]),
        )

    def _document(self, row: int, of: _Items) -> Document:
        return Document(
            iri=self._columns.documents.iri[row],
            sha256=self._text(of["sha256"][row]),
            title=self._text(of["title"][row]),
            text=self._text(of["text"][row]),
            publisher=self._text(of["publisher"][row]),
            authors=self._texts(of["authors"][row]),
            licence=self._text(of["licence"][row]),
            url=self._text(of["url"][row]),
            published=_date(of["published"][row]),
            retrieved=_date(of["retrieved"][row]),
            language=self._text(of["language"][row]),
        )

    def _evidence(self, row: int, of: _Items) -> Evidence:
        texts = self._columns.texts
        return Evidence(
            iri=self._columns.evidence.iri[row],
            document=self._iri(of["document"][row], self._columns.documents.iri) or "",
            exact=texts[of["exact"][row]],
            prefix=texts[of["prefix"][row]],
            suffix=texts[of["suffix"][row]],
            start=_number(of["start"][row]),
            end=_number(of["end"][row]),
            row=self._text(of["row"][row]),
        )

    def _statement(self, row: int, of: _Items) -> Statement:
        columns = self._columns
        entities, statements, confidence = columns.entities.iri, columns.statements.iri, of["confidence"][row]
        attributes = zip(of["attribute_names"][row], of["attribute_values"][row], strict=True)
        return Statement(
            iri=statements[row],
            subject=self.end(of["subject_kind"][row], of["subject"][row]),
            predicate=columns.relations[of["predicate"][row]],
            object=self.end(of["object_kind"][row], of["object"][row]),
            basis=BASES[of["basis"][row]],
            status=STATUSES[of["status"][row]],
            speaker=self._iri(of["speaker"][row], entities),
            said_via=self._iri(of["said_via"][row], entities),
            document=self._iri(of["document"][row], columns.documents.iri),
            stated_on=_date(of["stated_on"][row]),
            valid_from=_date(of["valid_from"][row]),
            valid_to=_date(of["valid_to"][row]),
            confidence=None if isnan(confidence) else confidence,
            evidence=self._iris(of["evidence"][row], columns.evidence.iri),
            in_response_to=self._iri(of["in_response_to"][row], statements),
            derived_from=self._iris(of["derived_from"][row], statements),
            revision_of=self._iri(of["revision_of"][row], statements),
            attributes=tuple((columns.attributes[name], json.loads(columns.texts[value])) for name, value in attributes),
        )

    def _iri(self, row: int, iris: Strings) -> str | None:
        if row == ABSENT:
            return None
        return iris[row] if row >= 0 else self._columns.texts[-2 - row]

    def _iris(self, rows: Sequence[int], iris: Strings) -> tuple[str, ...]:
        return tuple(iris[row] if row >= 0 else self._columns.texts[-2 - row] for row in rows)

    def _text(self, row: int) -> str | None:
        return None if row == ABSENT else self._columns.texts[row]

    def _texts(self, rows: Sequence[int]) -> tuple[str, ...]:
        return tuple(self._columns.texts[row] for row in rows)


class _Lists:
    """The rows of a Ragged as sequences of plain numbers."""

    def __init__(self, ragged: Ragged) -> None:
        self._offsets, self._values = ragged.offsets.data, ragged.values.data

    def __getitem__(self, row: int) -> Sequence[int]:
        return self._values[self._offsets[row] : self._offsets[row + 1]]


def _with(make: Callable[[int, _Items], _Record], table: DataclassInstance) -> Callable[[int], _Record]:
    """Return a maker of records that gets at a table's columns by memoryviews, whose items are plain numbers."""
    columns = {f.name: getattr(table, f.name) for f in fields(table)}
    items = {n: _Lists(c) if isinstance(c, Ragged) else c.data for n, c in columns.items() if not isinstance(c, Strings)}
    return lambda row: make(row, items)


@lru_cache(_KEPT)
def _date(packed: int) -> PartialDate | None:
    return unpacked_date(packed)


def _number(number: int) -> int | None:
    return None if number == ABSENT else number
