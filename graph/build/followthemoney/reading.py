"""A stream of FollowTheMoney entities as records: each tie a dated statement, found in its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from urllib.parse import quote

from cuibono.graph.build.table.reading import Table
from cuibono.graph.build.table.source import TableRow
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidValue
from cuibono.graph.model import (
    AttributeValue,
    Basis,
    Document,
    Entity,
    Evidence,
    Record,
    Statement,
    content_hash,
    evidence_iri,
    proposition,
    statement_iri,
)
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema.followthemoney import Edge, FollowTheMoney
from cuibono.schema.namespaces import CB

__all__ = ["REJECTS", "EntityStream"]

REJECTS = ".rejects.jsonl"
"""The ending of a file of what was left out, after the name of the stream."""

_SHARE, _ROLE = CB + "share", CB + "role"
_REGULATION = CB + "Regulation"
_WIKIDATA = "http://www.wikidata.org/entity/"
_DOCUMENTS = {"Document", "Article", "PlainText", "HyperText", "Pages", "Page", "Package", "Image", "Email", "Folder", "Workbook"}
_ALIASES = ("alias", "weakAlias", "previousName", "abbreviation")
_DESCRIPTIONS = ("summary", "description", "notes")
_USED = {"name", "wikidataId", *_ALIASES, *_DESCRIPTIONS}

_KEPT = 20_000

_Properties = Mapping[str, list[str]]


class EntityStream:
    """A stream of entities: a `cuibono.graph.build.staging.gathering.RowSource`.

    It is read twice, things first, as ties may stand before their ends. Counted is, by ``Schema`` or ``Schema.property``, how
    many of them nothing was made of.

    Parameters
    ----------
    table : Table
        JSON Lines, an entity a line: ``id``, ``schema``, ``properties``, ``datasets``.
    base : str
        The IRI under which the entities are to stand, by their ids.
    existing : Snapshot
        The graph that they are meant for, its vocabulary extended by that of FollowTheMoney.

    Attributes
    ----------
    is_partial : bool
        Never: a stream is all that its source says.
    is_portable : bool
        Never: ties look their ends up among the things.
    """

    is_partial = False
    is_portable = False
    whole: Sequence[Record] = ()

    def __init__(self, table: Table, base: str, existing: Snapshot) -> None:
        self.table, self._base, self._existing = table, base, existing
        self._schemata = FollowTheMoney.bundled()
        self._kind_of: Callable[[str], type[Record] | None] = lambda _: None

    @property
    def parts(self) -> Sequence[Callable[[TableRow, Counter[str]], Sequence[Record]]]:
        """The two readings."""
        return self._things, self._ties

    def begins(self, part: int, kind_of: Callable[[str], type[Record] | None]) -> None:  # noqa: ARG002
        """Get ready for a reading; ties look their ends up among the things."""
        self._kind_of = lru_cache(_KEPT)(kind_of)

    def before(self, iri: str) -> Record | None:  # noqa: ARG002
        """Return None: a stream says all of a thing."""
        return None

    def merged(self, old: Record, new: Record, row: int) -> Record:
        """Return the later of two entities, or the earlier of two ties, which must say the same.

        Raises
        ------
        InvalidValue
            Where two ties differ.
        """
        if not (isinstance(old, Statement) and isinstance(new, Statement)):
            return new
        if old.attributes != new.attributes or old.valid_to != new.valid_to:
            raise InvalidValue(f"says otherwise of the tie of line {row}")
        return old

    def _things(self, row: TableRow, unused: Counter[str]) -> Sequence[Record]:
        schema, properties = _checked(row)
        kind = self._schemata.classes.get(schema)
        if schema in self._schemata.edges:
            return ()
        if kind is not None:
            return (self._entity(row, kind, schema, properties, unused),)
        if schema in _DOCUMENTS:
            return (self._document(row, schema, properties, unused),)
        unused[schema] += 1
        return ()

    def _ties(self, row: TableRow, unused: Counter[str]) -> Sequence[Record]:
        schema, properties = _checked(row)
        edge = self._schemata.edges.get(schema)
        return () if edge is None else tuple(self._tie(row, edge, properties, unused))

    # ── things ─────────────────────────────────────────────────────────────────────────────────────────

    def _iri(self, key: str, folder: str = "entity/") -> str:
        """Return the IRI of an id: the id itself where it is one, else under the base."""
        return key if key.startswith(("https://", "http://", "urn:")) else f"{self._base}{folder}{quote(key, safe='-._~')}"

    def _entity(self, row: TableRow, kind: str, schema: str, properties: _Properties, unused: Counter[str]) -> Entity:
        names = properties.get("name", [])
        label = names[0] if names else str(row.cells.get("caption") or row.cells["id"])
        for name, values in properties.items():
            if name not in _USED:
                unused[f"{schema}.{name}"] += len(values)
        described = [(name, text) for name in _DESCRIPTIONS for text in properties.get(name, ())]
        unused.update(f"{schema}.{name}" for name, _ in described[1:])
        aliases = {*names, *(alias for name in _ALIASES for alias in properties.get(name, ()))}
        return Entity(
            iri=self._iri(str(row.cells["id"])),
            type=kind,
            label=label,
            aliases=tuple(aliases - {label}),
            same_as=tuple(_WIKIDATA + number for number in properties.get("wikidataId", ()) if number.isalnum()),
            description=described[0][1] if described else None,
        )

    def _document(self, row: TableRow, schema: str, properties: _Properties, unused: Counter[str]) -> Document:
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
        unused.update({f"{schema}.{name}": len(values) for name, values in left.items() if values})
        return document

    # ── ties ───────────────────────────────────────────────────────────────────────────────────────────

    def _tie(self, row: TableRow, edge: Edge, properties: _Properties, unused: Counter[str]) -> Iterator[Record]:
        subject = self._end(edge.subject, properties)
        if edge.object is None:
            rule = self._rule(properties)
            obj = rule.iri
            yield rule
        else:
            obj = self._end(edge.object, properties)
        dataset = self._dataset(row)
        proof = self._proof(properties)
        source = self._source(properties) if proof is None else None
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
        since = _date(edge, properties, unused, "startDate", "listingDate", "date")
        document = proof or (source or dataset).iri
        _count_unused(edge, properties, unused)
        yield Statement(
            iri=statement_iri(self._base, key, speaker=None, stated_on=None, valid_from=since, document=document),
            subject=key[0],
            predicate=key[1],
            object=key[2],
            basis=Basis.RECORDED,
            document=document,
            valid_from=since,
            valid_to=_date(edge, properties, unused, "endDate"),
            evidence=(evidence.iri,),
            attributes=tuple(self._attributes(edge, properties, unused)),
        )

    def _end(self, name: str, properties: _Properties) -> str:
        keys = properties.get(name, [])
        if len(keys) != 1:
            raise InvalidValue(f"{name}: has {len(keys)} ends where one is wanted")
        iri = self._iri(keys[0])
        if self._kind_of(iri) is None and iri not in self._existing.entities:
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
        names = given if isinstance(given, list) and given else [self.table.name]
        return Document(iri=f"{self._base}document/{quote(names[0], safe='-._~')}", title=names[0])

    def _proof(self, properties: _Properties) -> str | None:
        """Return the IRI of the document of the stream that proves a tie."""
        iris = (self._iri(key, "document/") for key in properties.get("proof", ()))
        return next((iri for iri in iris if self._kind_of(iri) is Document), None)

    def _source(self, properties: _Properties) -> Document | None:
        """Return the page that a tie was taken from."""
        for url in properties.get("sourceUrl", ()):
            publisher = next(iter(properties.get("publisher", ())), None)
            retrieved = _day(next(iter(properties.get("retrievedAt", ())), None))
            iri = f"{self._base}document/{content_hash(url)}"
            return Document(iri=iri, url=url, publisher=publisher, retrieved=retrieved)
        return None

    def _attributes(self, edge: Edge, properties: _Properties, unused: Counter[str]) -> Iterator[tuple[str, AttributeValue]]:
        allowed = self._existing.vocabulary.relation(edge.relation).attributes
        if edge.role and _ROLE in allowed and properties.get(edge.role):
            yield _ROLE, "; ".join(properties[edge.role])
        for text in properties.get("percentage", ())[:1] if _SHARE in allowed else ():
            share = _share(text)
            if share is None:
                unused[f"{edge.schema}.percentage"] += 1
            else:
                yield _SHARE, share


def _date(edge: Edge, properties: _Properties, unused: Counter[str], *names: str) -> PartialDate | None:
    for name in names:
        for text in properties.get(name, ())[:1]:
            if (day := _day(text)) is not None:
                return day
            unused[f"{edge.schema}.{name}"] += 1
    return None


def _count_unused(edge: Edge, properties: _Properties, unused: Counter[str]) -> None:
    used = {edge.subject, edge.object, edge.role, "startDate", "endDate", "date", "listingDate", "percentage"}
    used |= {"proof", "sourceUrl", "publisher", "retrievedAt"}
    used |= {"program", "programId", "authority"} if edge.object is None else set()
    for name, values in properties.items():
        # Of several sources, dates or shares one is taken; several roles are put together.
        several = edge.role if name not in {edge.subject, edge.object} else name
        left = len(values) - (0 if name not in used else len(values) if name == several else 1)
        if left > 0:
            unused[f"{edge.schema}.{name}"] += left


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
