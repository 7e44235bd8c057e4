"""From rows of columns back to records."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

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
from cuibono.graph.snapshot.strings import Strings

__all__ = ["RowReader"]


class RowReader:
    """Makes the records of rows, a new one each time.

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

    def entity(self, row: int) -> Entity:
        """Return the entity of a row."""
        of = self._columns.entities
        return Entity(
            iri=of.iri[row],
            type=self._columns.classes[of.type[row]],
            label=self._text(of.label[row]),
            aliases=self._texts(of.aliases[row]),
            same_as=self._texts(of.same_as[row]),
            description=self._optional(of.description[row]),
        )

    def claim(self, row: int) -> Claim:
        """Return the claim of a row."""
        of = self._columns.claims
        quantity = self._optional(of.quantity[row])
        return Claim(
            iri=of.iri[row],
            text=self._text(of.text[row]),
            quantity=None if quantity is None else Decimal(quantity),
            unit=self._optional(of.unit[row]),
            hedges=self._texts(of.hedges[row]),
        )

    def document(self, row: int) -> Document:
        """Return the document of a row."""
        of = self._columns.documents
        return Document(
            iri=of.iri[row],
            sha256=self._text(of.sha256[row]),
            title=self._optional(of.title[row]),
            text=self._optional(of.text[row]),
            publisher=self._optional(of.publisher[row]),
            authors=self._texts(of.authors[row]),
            licence=self._optional(of.licence[row]),
            url=self._optional(of.url[row]),
            published=_date(of.published[row]),
            retrieved=_date(of.retrieved[row]),
            language=self._optional(of.language[row]),
        )

    def evidence(self, row: int) -> Evidence:
        """Return the evidence of a row."""
        of = self._columns.evidence
        return Evidence(
            iri=of.iri[row],
            document=self._iri(of.document[row], self._columns.documents.iri) or "",
            exact=self._text(of.exact[row]),
            prefix=self._text(of.prefix[row]),
            suffix=self._text(of.suffix[row]),
            start=_number(of.start[row]),
            end=_number(of.end[row]),
            row=self._optional(of.row[row]),
        )

    def statement(self, row: int) -> Statement:
        """Return the statement of a row."""
        columns, of = self._columns, self._columns.statements
        entities, statements = columns.entities.iri, of.iri
        confidence = float(of.confidence[row])
        names, values = of.attribute_names[row].tolist(), of.attribute_values[row].tolist()
        return Statement(
            iri=of.iri[row],
            subject=self.end(of.subject_kind[row], of.subject[row]),
            predicate=columns.relations[of.predicate[row]],
            object=self.end(of.object_kind[row], of.object[row]),
            basis=BASES[of.basis[row]],
            status=STATUSES[of.status[row]],
            speaker=self._iri(of.speaker[row], entities),
            said_via=self._iri(of.said_via[row], entities),
            document=self._iri(of.document[row], columns.documents.iri),
            stated_on=_date(of.stated_on[row]),
            valid_from=_date(of.valid_from[row]),
            valid_to=_date(of.valid_to[row]),
            confidence=None if confidence != confidence else confidence,
            evidence=self._iris(of.evidence[row], columns.evidence.iri),
            in_response_to=self._iri(of.in_response_to[row], statements),
            derived_from=self._iris(of.derived_from[row], statements),
            revision_of=self._iri(of.revision_of[row], statements),
            attributes=tuple(
                (columns.attributes[name], json.loads(columns.texts[value])) for name, value in zip(names, values, strict=True)
            ),
        )

    def end(self, kind: int, row: int) -> str:
        """Return the IRI of an end of a statement."""
        return self._ends.get(int(kind), self._columns.texts)[int(row)]

    def _iri(self, row: int, iris: Strings) -> str | None:
        if row == ABSENT:
            return None
        return iris[int(row)] if row >= 0 else self._columns.texts[-2 - int(row)]

    def _iris(self, rows: NDArray[np.int32], iris: Strings) -> tuple[str, ...]:
        return tuple(filter(None, (self._iri(row, iris) for row in rows.tolist())))

    def _text(self, row: int) -> str:
        return self._columns.texts[int(row)]

    def _optional(self, row: int) -> str | None:
        return None if row == ABSENT else self._columns.texts[int(row)]

    def _texts(self, rows: NDArray[np.int32]) -> tuple[str, ...]:
        return tuple(self._columns.texts[row] for row in rows.tolist())


def _date(packed: int) -> PartialDate | None:
    return unpacked_date(int(packed))


def _number(number: int) -> int | None:
    return None if number == ABSENT else int(number)
