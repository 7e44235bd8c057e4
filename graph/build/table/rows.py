"""One row of a table as records, as a mapping says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from cuibono.graph.build.table.mapping import Condition, Mapping, Section, StatementSection, Value
from cuibono.graph.build.table.nested import written_cell
from cuibono.graph.build.table.reading import Table
from cuibono.graph.build.table.source import TableRow
from cuibono.graph.build.table.templates import Row
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidValue
from cuibono.graph.model import (
    AttributeValue,
    Claim,
    Document,
    Entity,
    Evidence,
    Record,
    Statement,
    content_hash,
    evidence_iri,
    iri_part,
    proposition,
    statement_iri,
)
from cuibono.schema import Vocabulary
from cuibono.schema.vocabulary import local_name

__all__ = ["REJECT_COLUMNS", "RowReader", "table_document"]

REJECT_COLUMNS = ("cuibono:row", "cuibono:reason", "cuibono:text")
"""What stands before the cells of rejected rows: the row's number in its table, why it was rejected, and, where its
cells could not be told apart, its text. A table with these columns is one of mended rows."""

_KEPT = 20_000


class RowReader:
    """Makes records of single rows.

    Parameters
    ----------
    document : Document
        The table.
    """

    def __init__(self, mapping: Mapping, vocabulary: Vocabulary, document: Document) -> None:
        self._mapping, self._vocabulary, self._document = mapping, vocabulary, document
        self._entities: dict[tuple[object, ...], Entity | None] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return RowReader, (self._mapping, self._vocabulary, self._document)

    def records(self, row: TableRow, counted: Counter[str]) -> list[Record]:  # noqa: ARG002
        """Return what a row says.

        Raises
        ------
        InvalidValue
            If a cell is not what the mapping makes of it.
        """
        found: dict[str, Record] = {}
        for section in self._mapping.entities.values():
            if (entity := self._entity(section, row.cells)) is not None:
                found[section.name] = entity
        for section in self._mapping.claims.values():
            if (claim := self._claim(section, row.cells)) is not None:
                found[section.name] = claim
        source = self._source(row.cells)
        evidence = self._evidence(row)
        statements = [
            statement
            for section in self._mapping.statements
            if (statement := self._statement(section, row.cells, found, source or self._document, evidence)) is not None
        ]
        if not statements:
            return list(found.values())
        return [*found.values(), *([source] if source else []), evidence, *statements]

    def _entity(self, section: Section, row: Row) -> Entity | None:
        """Return an entity; the same one where the cells that make it are the same again."""
        try:
            key = (section.name, *[row.get(column) for column in section.columns])
            if key in self._entities:
                return self._entities[key]
        except TypeError:  # a list of values, which is no key
            return self._new_entity(section, row)
        if len(self._entities) >= _KEPT:
            self._entities.clear()
        found = self._entities[key] = self._new_entity(section, row)
        return found

    def _new_entity(self, section: Section, row: Row) -> Entity | None:
        iri = self._iri("entity", section, row)
        if iri is None or "type" not in section.values:
            return None
        label = self._required(section, "label", row)
        name = self._required(section, "type", row)
        try:
            kind = self._vocabulary.entity_class(name).iri
        except KeyError:
            known = ", ".join(c.name for c in self._vocabulary.classes.values() if not c.abstract)
            raise InvalidValue(f"{section.name}: type: {name!r} is no class of the ontology; it has {known}") from None
        return Entity(
            iri=iri,
            type=kind,
            label=label,
            aliases=tuple(set(_many(section, "aliases", row)) - {label}),
            same_as=_many(section, "same-as", row),
            description=_one(section, "description", row),
        )

    def _claim(self, section: Section, row: Row) -> Claim | None:
        iri = self._iri("claim", section, row)
        if iri is None:
            return None
        quantity = _one(section, "quantity", row)
        return Claim(
            iri=iri,
            text=self._required(section, "text", row),
            quantity=None if quantity is None else _decimal(quantity, f"{section.name}: quantity"),
            unit=_one(section, "unit", row),
            hedges=_many(section, "hedges", row),
        )

    def _source(self, row: Row) -> Document | None:
        section = self._mapping.source
        if section is None:
            return None
        url = _one(section, "url", row)
        if url is None:
            if section.optional:
                return None
            raise InvalidValue("source: url: is empty; a row without one needs `optional: true` in the mapping")
        return _document(f"{self._mapping.base}document/{content_hash(url)}", section, row)

    def _evidence(self, row: TableRow) -> Evidence:
        number = str(row.cells.get(REJECT_COLUMNS[0]) or row.number)
        if not re.fullmatch("[1-9][0-9]*", number):
            raise InvalidValue(f"{REJECT_COLUMNS[0]}: {number!r} is no number of a row")
        text = row.text
        if REJECT_COLUMNS[0] in row.cells:
            text = ",".join(written_cell(cell) for name, cell in row.cells.items() if name not in REJECT_COLUMNS)
        locator, document = f"row={number}", self._document.iri
        iri = evidence_iri(self._mapping.base, document=document, exact=text, start=None, row=locator)
        return Evidence(iri=iri, document=document, exact=text, row=locator)

    def _statement(
        self, section: StatementSection, row: Row, found: dict[str, Record], document: Document, evidence: Evidence
    ) -> Statement | None:
        if not _holds(section.conditions, row):
            return None
        ends = [self._reference(name, row, found) for name in (section.subject, section.object)]
        subject, obj = ends
        if subject is None or obj is None:
            return None
        key = proposition(section.relation, subject, obj)
        dates = {name: _date(section, name, row) for name in ("stated-on", "valid-from", "valid-to")}
        speaker = self._reference(section.speaker, row, found)
        confidence = _one(section, "confidence", row)
        iri = statement_iri(
            self._mapping.base,
            key,
            speaker=speaker,
            stated_on=dates["stated-on"],
            valid_from=dates["valid-from"],
            document=document.iri,
        )
        return Statement(
            iri=iri,
            subject=key[0],
            predicate=key[1],
            object=key[2],
            basis=section.basis,
            status=section.status,
            speaker=speaker,
            said_via=self._reference(section.said_via, row, found),
            document=document.iri,
            stated_on=dates["stated-on"],
            valid_from=dates["valid-from"],
            valid_to=dates["valid-to"],
            confidence=None if confidence is None else float(_decimal(confidence, "confidence")),
            evidence=(evidence.iri,),
            attributes=tuple(self._attributes(section, row)),
        )

    def _attributes(self, section: StatementSection, row: Row) -> Iterator[tuple[str, AttributeValue]]:
        for iri, value in section.attributes.items():
            try:
                text = value.one(row)
            except InvalidValue as error:
                raise InvalidValue(f"{local_name(iri)}: {error}") from error
            if text is not None:
                yield iri, _attribute(local_name(iri), text, self._vocabulary.attribute(iri).datatype)

    def _reference(self, name: str | None, row: Row, found: dict[str, Record]) -> str | None:
        if name is None:
            return None
        if name in found:
            return found[name].iri
        section = self._mapping.entities.get(name)
        return self._iri("entity", section, row) if section is not None and "type" not in section.values else None

    def _iri(self, kind: str, section: Section, row: Row) -> str | None:
        """Return the IRI of a thing, None where the row leaves it out."""
        if not _holds(section.conditions, row):
            return None
        name = "iri" if "iri" in section.values else "key"
        value = _one(section, name, row)
        if value is None:
            if section.optional:
                return None
            raise InvalidValue(f"{section.name}: {name}: is empty; what a row may leave out is `optional: true` in the mapping")
        return value if name == "iri" else f"{self._mapping.base}{kind}/{iri_part(value)}"

    def _required(self, section: Section, name: str, row: Row) -> str:
        value = _one(section, name, row)
        if value is None:
            raise InvalidValue(f"{section.name}: {name}: is empty")
        return value


def table_document(table: Table, mapping: Mapping) -> Document:
    """Return a table as the document that its rows stand in."""
    return _document(mapping.document_iri, mapping.document, {}, title=table.name, sha256=table.sha256)


def _holds(conditions: tuple[Condition, ...], row: Row) -> bool:
    return all(condition.holds(_text(row.get(condition.column, ""))) for condition in conditions)


def _text(cell: str | list[str]) -> str:
    return cell.strip() if isinstance(cell, str) else "; ".join(cell)


def _one(section: Section | StatementSection, name: str, row: Row) -> str | None:
    value: Value | None = section.values.get(name)
    if value is None:
        return None
    try:
        return value.templates[0].value(row)
    except InvalidValue as error:
        place = f"{section.name}: {name}" if isinstance(section, Section) else name
        raise InvalidValue(f"{place}: {error}") from error


def _many(section: Section, name: str, row: Row) -> tuple[str, ...]:
    value = section.values.get(name)
    try:
        return () if value is None else value.all(row)
    except InvalidValue as error:
        raise InvalidValue(f"{section.name}: {name}: {error}") from error


def _date(section: Section | StatementSection, name: str, row: Row) -> PartialDate | None:
    text = _one(section, name, row)
    try:
        return None if text is None else PartialDate(text)
    except InvalidValue as error:
        raise InvalidValue(f"{name}: {error}; the step `date` reads other forms") from error


def _document(iri: str, section: Section, row: Row, *, title: str | None = None, sha256: str | None = None) -> Document:
    return Document(
        iri=iri,
        sha256=sha256,
        title=_one(section, "title", row) or title,
        publisher=_one(section, "publisher", row),
        authors=_many(section, "authors", row),
        licence=_one(section, "licence", row),
        url=_one(section, "url", row),
        published=_date(section, "published", row),
        retrieved=_date(section, "retrieved", row),
        language=_one(section, "language", row),
    )


def _decimal(text: str, place: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise InvalidValue(f"{place}: {text!r} is no number; where it has separators, the step `number` takes them out")
    return number


def _attribute(name: str, text: str, datatype: type) -> AttributeValue:
    if datatype is str:
        return text
    if datatype is bool:
        if text.lower() not in {"true", "false"}:
            raise InvalidValue(f"{name}: {text!r} is neither true nor false; the step `lookup` can translate it")
        return text.lower() == "true"
    number = _decimal(text, name)
    if datatype is int:
        if number != int(number):
            raise InvalidValue(f"{name}: {text!r} is no whole number")
        return int(number)
    return float(number)
