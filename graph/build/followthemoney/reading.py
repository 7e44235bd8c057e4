"""A stream of FollowTheMoney entities as records: each tie a dated statement, found in its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from urllib.parse import quote

from cuibono.graph.build.followthemoney.values import Values
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
from cuibono.schema.vocabulary import local_name

__all__ = ["REJECTS", "EntityStream"]

REJECTS = ".rejects.jsonl"
"""The ending of a file of what was left out, after the name of the stream."""

_SHARE, _ROLE = CB + "share", CB + "role"
_ABOVE = {"LegalEntity": CB + "Agent", "Asset": CB + "Company"}
"""Schemata that lie above what they do not in the ontology: a person or an organization, and what is owned, as companies are."""
_REGULATION = CB + "Regulation"
_WIKIDATA = "http://www.wikidata.org/entity/"
_DOCUMENTS = {"Document", "Article", "PlainText", "HyperText", "Pages", "Page", "Package", "Image", "Email", "Folder", "Workbook"}
_ALIASES = ("alias", "weakAlias", "previousName", "abbreviation")
_DESCRIPTIONS = ("summary", "description", "notes")
_BETWEEN_ROLES = "; "
_PROPERTIES = "properties."
_FIELDS = {"id", "schema", "caption", "datasets"}

_KEPT = 20_000


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
    position = 0
    whole: Sequence[Record] = ()

    def __init__(self, table: Table, base: str, existing: Snapshot) -> None:
        self.table, self._base, self._existing = table, base, existing
        self._schemata = FollowTheMoney.bundled()
        self._kind_of: Callable[[str], type[Record] | None] = lambda _: None

    @property
    def parts(self) -> Sequence[Callable[[TableRow, Counter[str]], Sequence[Record]]]:
        """The two readings."""
        return self._things, self._ties

    def begins(self, part: int, kind_of: Callable[[str], type[Record] | None], position: int) -> None:  # noqa: ARG002
        """Get ready for a reading; ties look their ends up among the things."""
        self._kind_of = lru_cache(_KEPT)(kind_of)

    def before(self, iri: str) -> Record | None:  # noqa: ARG002
        """Return None: a stream says all of a thing."""
        return None

    def merged(self, old: Record, new: Record, row: int) -> Record:
        """Return what two rows say of one thing: all names of an entity, all roles of a tie.

        Raises
        ------
        InvalidValue
            Where two ties differ in when they end, or in their shares; where one thing is of two classes, neither of which lies
            above the other.
        """
        match old, new:
            case Statement(), Statement():
                return _merged_tie(old, new, row)
            case Entity(), Entity():
                aliases = {*old.names, *new.names} - {new.label}
                same, told = (*old.same_as, *new.same_as), new.description or old.description
                kind = self._most_special(old, new, row)
                return replace(new, type=kind, aliases=tuple(aliases), same_as=same, description=told)
        return new

    def _most_special(self, old: Entity, new: Entity, row: int) -> str:
        if self._lies_above(old.type, new.type):
            return new.type
        if self._lies_above(new.type, old.type):
            return old.type
        kinds = local_name(old.type), local_name(new.type)
        raise InvalidValue(f"{new.label!r} is a {kinds[0]} in line {row}, here a {kinds[1]}, under the same id; mend either")

    def _lies_above(self, one: str, other: str) -> bool:
        above = self._existing.vocabulary.ancestors(other)
        return one in above or any(self._schemata.classes[schema] == one and kind in above for schema, kind in _ABOVE.items())

    def _things(self, row: TableRow, unused: Counter[str]) -> Sequence[Record]:
        schema, values = _checked(row)
        kind = self._schemata.classes.get(schema)
        if schema in self._schemata.edges:
            return ()
        if kind is not None:
            return (self._entity(row, kind, values, unused),)
        if schema in _DOCUMENTS:
            return (self._document(row, values, unused),)
        unused[schema] += 1
        return ()

    def _ties(self, row: TableRow, unused: Counter[str]) -> Sequence[Record]:
        schema, values = _checked(row)
        edge = self._schemata.edges.get(schema)
        return () if edge is None else tuple(self._tie(row, edge, values, unused))

    # ── things ─────────────────────────────────────────────────────────────────────────────────────────

    def _iri(self, key: str, folder: str = "entity/") -> str:
        """Return the IRI of an id: the id itself where it is one, else under the base."""
        return key if key.startswith(("https://", "http://", "urn:")) else f"{self._base}{folder}{quote(key, safe='-._~')}"

    def _entity(self, row: TableRow, kind: str, values: Values, unused: Counter[str]) -> Entity:
        names, others = values.all("name"), values.all(*_ALIASES)
        label = names[0] if names else str(row.cells.get("caption") or row.cells["id"])
        numbers = values.all("wikidataId", such=str.isalnum)
        description = values.one(*_DESCRIPTIONS)
        _count_left(row, values, unused, {"datasets"})
        return Entity(
            iri=self._iri(str(row.cells["id"])),
            type=kind,
            label=label,
            aliases=tuple({*names, *others} - {label}),
            same_as=tuple(_WIKIDATA + number for number in numbers),
            description=description,
        )

    def _document(self, row: TableRow, values: Values, unused: Counter[str]) -> Document:
        document = Document(
            iri=self._iri(str(row.cells["id"]), "document/"),
            title=values.one("title", "name", "fileName"),
            publisher=values.one("publisher"),
            authors=tuple(values.all("author")),
            url=values.one("sourceUrl"),
            published=_date(values, "publishedAt", "date"),
            retrieved=_date(values, "retrievedAt"),
            language=values.one("language"),
        )
        _count_left(row, values, unused, {"datasets"})
        return document

    # ── ties ───────────────────────────────────────────────────────────────────────────────────────────

    def _tie(self, row: TableRow, edge: Edge, values: Values, unused: Counter[str]) -> Iterator[Record]:
        subject = self._end(edge.subject, values)
        if edge.object is None:
            rule = self._rule(values)
            obj = rule.iri
            yield rule
        else:
            obj = self._end(edge.object, values)
        dataset, others = self._dataset(row)
        if others:
            unused[f"{edge.schema}.datasets"] += others
        proof = self._proof(values)
        source = self._source(values) if proof is None else None
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
        since, until = _date(values, "startDate", "listingDate", "date"), _date(values, "endDate")
        document = proof or (source or dataset).iri
        attributes = tuple(self._attributes(edge, values))
        _count_left(row, values, unused)
        yield Statement(
            iri=statement_iri(self._base, key, speaker=None, stated_on=None, valid_from=since, document=document),
            subject=key[0],
            predicate=key[1],
            object=key[2],
            basis=Basis.RECORDED,
            document=document,
            valid_from=since,
            valid_to=until,
            evidence=(evidence.iri,),
            attributes=attributes,
        )

    def _end(self, name: str, values: Values) -> str:
        keys = values.all(name)
        if len(keys) != 1:
            raise InvalidValue(f"{name}: has {len(keys)} ends where one is wanted")
        iri = self._iri(keys[0])
        if self._kind_of(iri) is None and iri not in self._existing.entities:
            raise InvalidValue(f"{name}: {keys[0]!r} is neither in the stream nor in the graph")
        return iri

    def _rule(self, values: Values) -> Entity:
        """Return the rule that a sanction is imposed under, by the name of its programme or authority."""
        name = values.one("program", "programId", "authority")
        if name is None:
            raise InvalidValue("program: names neither a programme nor an authority")
        return Entity(iri=self._iri(f"sanction-{name}"), type=_REGULATION, label=name)

    def _dataset(self, row: TableRow) -> tuple[Document, int]:
        """Return the document that a tie stands in, and how many others it names."""
        given = row.cells.get("datasets")
        names = given if isinstance(given, list) and given else [self.table.name]
        return Document(iri=f"{self._base}document/{quote(names[0], safe='-._~')}", title=names[0]), len(names) - 1

    def _proof(self, values: Values) -> str | None:
        """Return the IRI of the document of the stream that proves a tie."""
        found = values.one("proof", such=lambda key: self._kind_of(self._iri(key, "document/")) is Document)
        return None if found is None else self._iri(found, "document/")

    def _source(self, values: Values) -> Document | None:
        """Return the page that a tie was taken from."""
        url = values.one("sourceUrl")
        if url is None:
            return None
        publisher, retrieved = values.one("publisher"), _date(values, "retrievedAt")
        # What ties tell differently of one page is kept apart, or the last of them would win.
        known = [str(part) for part in (url, publisher, retrieved) if part is not None]
        iri = f"{self._base}document/{content_hash(*known)}"
        return Document(iri=iri, url=url, publisher=publisher, retrieved=retrieved)

    def _attributes(self, edge: Edge, values: Values) -> Iterator[tuple[str, AttributeValue]]:
        allowed = self._existing.vocabulary.relation(edge.relation).attributes
        if edge.role and _ROLE in allowed and (roles := values.all(edge.role)):
            yield _ROLE, _BETWEEN_ROLES.join(roles)
        if _SHARE in allowed and (text := values.one("percentage", such=lambda text: _share(text) is not None)):
            share = _share(text)
            assert share is not None
            yield _SHARE, share


def _merged_tie(old: Statement, new: Statement, row: int) -> Statement:
    before, after = dict(old.attributes), dict(new.attributes)
    roles = dict.fromkeys(
        role for found in (before, after) if _ROLE in found for role in str(found.pop(_ROLE)).split(_BETWEEN_ROLES)
    )
    if before != after or old.valid_to != new.valid_to:
        raise InvalidValue(f"says otherwise of the tie of line {row}")
    attributes = {**after, **({_ROLE: _BETWEEN_ROLES.join(roles)} if roles else {})}
    return replace(old, evidence=(*old.evidence, *new.evidence), attributes=tuple(attributes.items()))


def _date(values: Values, *names: str) -> PartialDate | None:
    return _day(values.one(*names, such=lambda text: _day(text) is not None))


def _count_left(row: TableRow, values: Values, unused: Counter[str], fields: Container[str] = ()) -> None:
    """Count what nothing was made of.

    Parameters
    ----------
    fields : container of str
        Those beside its properties, of which nothing is made either.
    """
    schema = row.cells["schema"]
    unused.update({f"{schema}.{name}": count for name, count in values.left()})
    for name, cell in row.cells.items():
        if cell and not name.startswith(_PROPERTIES) and (name in fields or name not in _FIELDS):
            unused[f"{schema}.{name}"] += len(cell) if isinstance(cell, list) else 1


def _checked(row: TableRow) -> tuple[str, Values]:
    """Return the schema and the values of the properties of an entity."""
    if row.problem is not None:
        raise InvalidValue(row.problem)
    schema, key = row.cells.get("schema"), row.cells.get("id")
    if not isinstance(schema, str) or not schema:
        raise InvalidValue("schema: is missing; an entity has id, schema and properties")
    if not isinstance(key, str) or not key:
        raise InvalidValue("id: is missing; an entity has id, schema and properties")
    properties = {}
    for name, cell in row.cells.items():
        if name.startswith(_PROPERTIES):
            values = cell if isinstance(cell, list) else [cell]
            properties[name.removeprefix(_PROPERTIES)] = [value for value in values if value]
    return schema, Values(properties)


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
