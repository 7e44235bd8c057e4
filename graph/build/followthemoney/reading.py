"""A stream of FollowTheMoney entities as records: each tie a dated statement, found in its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from cuibono.graph.build.table.reading import Table, TableRow
from cuibono.graph.build.table.translation import Reject
from cuibono.graph.build.validation import problems
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidInput, InvalidValue, Problem
from cuibono.graph.model import (
    AttributeValue,
    Basis,
    Document,
    Entity,
    Evidence,
    Record,
    Records,
    Statement,
    content_hash,
    evidence_iri,
    proposition,
    statement_iri,
)
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema.followthemoney import Edge, FollowTheMoney
from cuibono.schema.namespaces import CB

__all__ = ["EntityStream", "read_stream"]

_SHARE, _ROLE = CB + "share", CB + "role"
_REGULATION = CB + "Regulation"
_WIKIDATA = "http://www.wikidata.org/entity/"
_DOCUMENTS = {"Document", "Article", "PlainText", "HyperText", "Pages", "Page", "Package", "Image", "Email", "Folder", "Workbook"}
_ALIASES = ("alias", "weakAlias", "previousName", "abbreviation")
_DESCRIPTIONS = ("summary", "description", "notes")
_USED = {"name", "wikidataId", *_ALIASES, *_DESCRIPTIONS}

_Properties = Mapping[str, list[str]]


@dataclass(frozen=True)
class EntityStream:
    """What a stream says.

    Attributes
    ----------
    rows : int
        Entities that were read, ties included.
    unused : mapping of str to int
        By ``Schema`` or ``Schema.property``, how many of them nothing was made of.
    rejects : tuple of Reject
        Those that broke a rule, in the order of the stream.
    """

    records: Records
    rows: int
    unused: Mapping[str, int]
    rejects: tuple[Reject, ...]


def read_stream(table: Table, base: str, existing: Snapshot, *, keep_going: bool = False) -> EntityStream:
    """Return what a stream of entities says.

    Parameters
    ----------
    table : Table
        JSON Lines, an entity a line: ``id``, ``schema``, ``properties``, ``datasets``.
    base : str
        The IRI under which the entities are to stand, by their ids.
    existing : Snapshot
        The graph that they are meant for, its vocabulary extended by that of FollowTheMoney.
    keep_going : bool
        Whether to leave out what breaks a rule, and say what.

    Raises
    ------
    InvalidInput
        If anything breaks a rule and `keep_going` was not asked for.
    """
    rejects: dict[int, Reject] = {}
    while True:
        reader = _Reader(table, base, existing)
        reader.read(rejects)
        found = reader.problems()
        if not keep_going and (rejects or found):
            told = [Problem(f"{table.name}:{reject.row.number}", None, reject.reason) for reject in rejects.values()]
            raise InvalidInput([*told, *(Problem(f"{table.name}:{row.number}", None, reason) for row, reason in found)])
        if not found:
            return reader.stream(tuple(rejects[number] for number in sorted(rejects)))
        for row, reason in found:
            rejects.setdefault(row.number, Reject(row, reason))


class _Reader:
    def __init__(self, table: Table, base: str, existing: Snapshot) -> None:
        self._table, self._base, self._existing = table, base, existing
        self._schemata = FollowTheMoney.bundled()
        self._records: dict[str, Record] = {}
        self._rows: dict[str, TableRow] = {}
        self._ties: list[tuple[TableRow, Edge, _Properties]] = []
        self._unused: Counter[str] = Counter()
        self._count = 0

    def read(self, rejects: dict[int, Reject]) -> None:
        """Take the stream in: things first, as ties may stand before their ends."""
        for row in self._table.rows():
            self._count += 1
            if row.number in rejects:
                continue
            try:
                self._enter(row)
            except InvalidValue as error:
                rejects[row.number] = Reject(row, str(error))
        for row, edge, properties in self._ties:
            if row.number not in rejects:
                try:
                    for record in self._tie(row, edge, properties):
                        self._keep(row, record)
                except InvalidValue as error:
                    rejects[row.number] = Reject(row, str(error))

    def problems(self) -> list[tuple[TableRow, str]]:
        """Return what is wrong with the records as a whole, and the rows that made them."""
        found = []
        for problem in problems(Records.of(self._records.values()), self._existing, lambda iri, _: iri):
            row = self._rows.get(problem.place)
            if row is None:
                raise InvalidInput([problem])
            found.append((row, f"{problem.field}: {problem.message}" if problem.field else problem.message))
        return found

    def stream(self, rejects: tuple[Reject, ...]) -> EntityStream:
        return EntityStream(Records.of(self._records.values()), self._count, self._unused, rejects)

    def _keep(self, row: TableRow, record: Record) -> None:
        old = self._records.get(record.iri)
        if isinstance(old, Statement) and isinstance(record, Statement):
            if old.attributes != record.attributes or old.valid_to != record.valid_to:
                raise InvalidValue(f"says otherwise of the tie of line {self._rows[old.iri].number}")
            return
        self._records[record.iri] = record
        self._rows[record.iri] = row

    def _enter(self, row: TableRow) -> None:
        schema, properties = _checked(row)
        edge, kind = self._schemata.edges.get(schema), self._schemata.classes.get(schema)
        if edge is not None:
            self._ties.append((row, edge, properties))
        elif kind is not None:
            self._keep(row, self._entity(row, kind, schema, properties))
        elif schema in _DOCUMENTS:
            self._keep(row, self._document(row, schema, properties))
        else:
            self._unused[schema] += 1

    # ── things ─────────────────────────────────────────────────────────────────────────────────────────

    def _iri(self, key: str, folder: str = "entity/") -> str:
        """Return the IRI of an id: the id itself where it is one, else under the base."""
        return key if key.startswith(("https://", "http://", "urn:")) else f"{self._base}{folder}{quote(key, safe='-._~')}"

    def _entity(self, row: TableRow, kind: str, schema: str, properties: _Properties) -> Entity:
        names = properties.get("name", [])
        label = names[0] if names else str(row.cells.get("caption") or row.cells["id"])
        for name, values in properties.items():
            if name not in _USED:
                self._unused[f"{schema}.{name}"] += len(values)
        described = [(name, text) for name in _DESCRIPTIONS for text in properties.get(name, ())]
        self._unused.update(f"{schema}.{name}" for name, _ in described[1:])
        aliases = {*names, *(alias for name in _ALIASES for alias in properties.get(name, ()))}
        return Entity(
            iri=self._iri(str(row.cells["id"])),
            type=kind,
            label=label,
            aliases=tuple(aliases - {label}),
            same_as=tuple(_WIKIDATA + number for number in properties.get("wikidataId", ()) if number.isalnum()),
            description=described[0][1] if described else None,
        )

    def _document(self, row: TableRow, schema: str, properties: _Properties) -> Document:
        left = {name: list(values) for name, values in properties.items()}

        def one(*names: str) -> str | None:
            return next((left[name].pop(0) for name in names if left.get(name)), None)

        document = Document(
            iri=self._iri(str(row.cells["id"]), "document/"),
            title=one("title", "name", "fileName"),
            publisher=one("publisher"),
            authors=tuple(left.pop("author", ())),
            url=one("sourceUrl"),
            published=_day(one("publishedAt", "date")),
            retrieved=_day(one("retrievedAt")),
            language=one("language"),
        )
        self._unused.update({f"{schema}.{name}": len(values) for name, values in left.items() if values})
        return document

    # ── ties ───────────────────────────────────────────────────────────────────────────────────────────

    def _tie(self, row: TableRow, edge: Edge, properties: _Properties) -> Iterator[Record]:
        subject = self._end(edge.subject, properties)
        if edge.object is None:
            rule = self._rule(properties)
            obj = rule.iri
            yield rule
        else:
            obj = self._end(edge.object, properties)
        dataset = self._dataset(row)
        source = self._source(properties)
        yield dataset
        if source is not None:
            yield source
        locator = f"line={row.number - 1},{row.number}"
        evidence = Evidence(
            iri=evidence_iri(self._base, document=dataset.iri, exact=row.text, start=None, row=locator),
            document=dataset.iri,
            exact=row.text,
            row=locator,
        )
        yield evidence
        relation = self._existing.vocabulary.relation(edge.relation)
        key = proposition(relation, subject, obj)
        since = self._date(edge, properties, "startDate", "listingDate", "date")
        document = (source or dataset).iri
        self._count_unused(edge, properties)
        yield Statement(
            iri=statement_iri(self._base, key, speaker=None, stated_on=None, valid_from=since, document=document),
            subject=key[0],
            predicate=key[1],
            object=key[2],
            basis=Basis.RECORDED,
            document=document,
            valid_from=since,
            valid_to=self._date(edge, properties, "endDate"),
            evidence=(evidence.iri,),
            attributes=tuple(self._attributes(edge, properties)),
        )

    def _end(self, name: str, properties: _Properties) -> str:
        keys = properties.get(name, [])
        if len(keys) != 1:
            raise InvalidValue(f"{name}: has {len(keys)} ends where one is wanted")
        iri = self._iri(keys[0])
        if iri not in self._records and iri not in self._existing.entities:
            raise InvalidValue(f"{name}: {keys[0]!r} is neither in the stream nor in the graph")
        return iri

    def _rule(self, properties: _Properties) -> Entity:
        """Return the rule that a sanction is imposed under, by the name of its programme or authority."""
        name = next((text for key in ("program", "programId", "authority") for text in properties.get(key, ())), None)
        if name is None:
            raise InvalidValue("program: names neither a programme nor an authority")
        return Entity(iri=self._iri(f"sanction-{name}"), type=_REGULATION, label=name)

    def _dataset(self, row: TableRow) -> Document:
        given = row.cells.get("datasets")
        names = given if isinstance(given, list) and given else [self._table.name]
        return Document(iri=f"{self._base}document/{quote(names[0], safe='-._~')}", title=names[0])

    def _source(self, properties: _Properties) -> Document | None:
        """Return the document that proves a tie, or the page that it was taken from."""
        for key in properties.get("proof", ()):
            known = self._records.get(self._iri(key, "document/"))
            if isinstance(known, Document):
                return known
        for url in properties.get("sourceUrl", ()):
            publisher = next(iter(properties.get("publisher", ())), None)
            retrieved = _day(next(iter(properties.get("retrievedAt", ())), None))
            iri = f"{self._base}document/{content_hash(url)}"
            return Document(iri=iri, url=url, publisher=publisher, retrieved=retrieved)
        return None

    def _attributes(self, edge: Edge, properties: _Properties) -> Iterator[tuple[str, AttributeValue]]:
        allowed = self._existing.vocabulary.relation(edge.relation).attributes
        if edge.role and _ROLE in allowed and properties.get(edge.role):
            yield _ROLE, "; ".join(properties[edge.role])
        for text in properties.get("percentage", ())[:1] if _SHARE in allowed else ():
            share = _share(text)
            if share is None:
                self._unused[f"{edge.schema}.percentage"] += 1
            else:
                yield _SHARE, share

    def _date(self, edge: Edge, properties: _Properties, *names: str) -> PartialDate | None:
        for name in names:
            for text in properties.get(name, ())[:1]:
                if (day := _day(text)) is not None:
                    return day
                self._unused[f"{edge.schema}.{name}"] += 1
        return None

    def _count_unused(self, edge: Edge, properties: _Properties) -> None:
        used = {edge.subject, edge.object, edge.role, "startDate", "endDate", "date", "listingDate", "percentage"}
        used |= {"proof", "sourceUrl", "publisher", "retrievedAt"}
        used |= {"program", "programId", "authority"} if edge.object is None else set()
        for name, values in properties.items():
            # Of several sources, dates or shares one is taken; several roles are put together.
            several = edge.role if name not in {edge.subject, edge.object} else name
            left = len(values) - (0 if name not in used else len(values) if name == several else 1)
            if left > 0:
                self._unused[f"{edge.schema}.{name}"] += left


def _checked(row: TableRow) -> tuple[str, _Properties]:
    """Return the schema and the properties of an entity."""
    if row.problem is not None:
        raise InvalidValue(row.problem)
    schema, key = row.cells.get("schema"), row.cells.get("id")
    if not isinstance(schema, str) or not schema:
        raise InvalidValue("schema: is missing; an entity has id, schema and properties")
    if not isinstance(key, str) or not key:
        raise InvalidValue("id: is missing; an entity has id, schema and properties")
    properties = {}
    for name, cell in row.cells.items():
        if name.startswith("properties."):
            values = cell if isinstance(cell, list) else [cell]
            properties[name.removeprefix("properties.")] = [value for value in values if value]
    return schema, properties


def _day(text: str | None) -> PartialDate | None:
    try:
        return None if text is None else PartialDate(text[:10])
    except InvalidValue:
        return None


def _share(text: str) -> float | None:
    try:
        share = Decimal(text.strip().rstrip("%").strip().replace(",", ".")) / 100
    except InvalidOperation:
        return None
    return float(share) if 0 <= share <= 1 else None
