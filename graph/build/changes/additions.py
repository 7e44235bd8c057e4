"""What is added by hand: given in names and quotes, and made into records."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from cuibono.graph.build.anchoring import anchored
from cuibono.graph.build.changes.interface import Made
from cuibono.graph.build.loading import Decision
from cuibono.graph.build.merging import base_of
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import AmbiguousName, CuibonoError, InvalidInput, InvalidValue, NotFound, Problem
from cuibono.graph.model import (
    AttributeValue,
    Basis,
    Claim,
    Document,
    Entity,
    Evidence,
    Record,
    Statement,
    Status,
    evidence_iri,
    proposition,
    statement_iri,
    text_hash,
)
from cuibono.graph.snapshot.names import claim_or_entity_called, entity_called
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Relation

__all__ = ["AddClaim", "AddDocument", "AddEntity", "AddEvidence", "AddStatement", "Quote"]

_BASE = "urn:cuibono:"
"""Under which things stand that nobody gave an IRI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEntity:
    """A new entity.

    Attributes
    ----------
    type : str
        Name or IRI of its class.
    iri : str or None
        Under which it is to stand; a new one unless given.
    """

    type: str
    label: str
    aliases: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    description: str | None = None
    iri: str | None = None

    def made(self, snapshot: Snapshot, by: str) -> Made:  # noqa: ARG002
        """Return the entity."""
        iri = _new_iri("entity", self.iri, snapshot)
        try:
            class_iri = snapshot.vocabulary.entity_class(self.type).iri
        except KeyError:
            class_iri = self.type
        fields = {"aliases": self.aliases, "same_as": self.same_as, "description": self.description}
        return _only(Entity(iri=iri, type=class_iri, label=self.label, **fields))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClaim:
    """A new claim; see `cuibono.graph.model.Claim`."""

    text: str
    quantity: Decimal | None = None
    unit: str | None = None
    hedges: tuple[str, ...] = ()
    iri: str | None = None

    def made(self, snapshot: Snapshot, by: str) -> Made:  # noqa: ARG002
        """Return the claim."""
        iri = _new_iri("claim", self.iri, snapshot)
        return _only(Claim(iri=iri, text=self.text, quantity=self.quantity, unit=self.unit, hedges=self.hedges))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDocument:
    """A new document; quotes can be found in it only if its text is given."""

    title: str | None = None
    text: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    licence: str | None = None
    url: str | None = None
    published: PartialDate | None = None
    retrieved: PartialDate | None = None
    language: str | None = None
    iri: str | None = None

    def made(self, snapshot: Snapshot, by: str) -> Made:  # noqa: ARG002
        """Return the document."""
        if not (self.text or self.url or self.title):
            raise InvalidInput([Problem("document", "text", "is missing; give a text, a url or a title")])
        iri = _new_iri("document", self.iri, snapshot)
        fields = {name: getattr(self, name) for name in self.__slots__ if name != "iri"}
        return _only(Document(iri=iri, sha256=None if self.text is None else text_hash(self.text), **fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Where something stands in a document.

    Attributes
    ----------
    document : str
        IRI.
    quote : str
        The words of its text; or of a table, the text of the row.
    prefix, suffix : str
        What stands right before and after, as much as tells the place apart.
    start : int or None
        The code point at which it begins.
    row : str or None
        The fragment of RFC 7111 that picks the row of a table (``row=5``).
    """

    document: str
    quote: str
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    row: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEvidence:
    """More evidence for a statement that is there."""

    statement: str
    evidence: tuple[Quote, ...]

    def made(self, snapshot: Snapshot, by: str) -> Made:  # noqa: ARG002
        """Return the statement with its evidence, and what is new of that."""
        reading = _Reading(snapshot, "statement")
        pieces = reading.pieces(self.evidence)
        old = snapshot.stored.statements.get(self.statement)
        if old is None:
            reading.refuse("statement", NotFound("statement", self.statement))
        if not self.evidence:
            reading.problems.append(Problem("statement", "evidence", "is empty; give at least one quote"))
        reading.check()
        assert old is not None
        after = replace(old, evidence=(*old.evidence, *(piece.iri for piece in pieces)))
        return Made((old.iri,), (*pieces, after), places=reading.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddStatement:
    """A new statement with its evidence; one that revises another retracts it.

    Attributes
    ----------
    subject, object, speaker, said_via : str
        Names or IRIs.
    predicate : str
        Name or IRI of the relation.
    document : str or None
        IRI; that of the first piece of evidence unless given.
    in_response_to, revision_of : str or None
        IRIs of statements.
    derived_from : tuple of str
        IRIs of statements.
    attributes : tuple of (str, value)
        Names or IRIs of attributes with their values.
    """

    subject: str
    predicate: str
    object: str
    basis: Basis
    status: Status = Status.ACCEPTED
    evidence: tuple[Quote, ...] = ()
    speaker: str | None = None
    said_via: str | None = None
    document: str | None = None
    stated_on: PartialDate | None = None
    valid_from: PartialDate | None = None
    valid_to: PartialDate | None = None
    confidence: float | None = None
    in_response_to: str | None = None
    derived_from: tuple[str, ...] = ()
    revision_of: str | None = None
    attributes: tuple[tuple[str, AttributeValue], ...] = ()

    def made(self, snapshot: Snapshot, by: str) -> Made:  # noqa: ARG002
        """Return the statement and its evidence."""
        reading = _Reading(snapshot, "statement")
        statement, pieces = self._read(reading)
        if self.status not in (Status.ACCEPTED, Status.PROPOSED):
            reading.problems.append(
                Problem("statement", "status", "a new statement is accepted or proposed; review it afterwards")
            )
        reading.check()
        assert statement is not None
        reading.places[statement.iri] = "statement"
        decisions = []
        if self.revision_of is not None:
            decisions.append(Decision(self.revision_of, Status.RETRACTED, f"corrected by {statement.iri}"))
        return Made((statement.iri,), (*pieces, statement), tuple(decisions), reading.places)

    def _read(self, reading: _Reading) -> tuple[Statement | None, list[Evidence]]:
        relation = reading.relation(self.predicate)
        subject, obj = reading.end("subject", self.subject), reading.end("object", self.object)
        speaker, said_via = reading.entity("speaker", self.speaker), reading.entity("said_via", self.said_via)
        pieces = reading.pieces(self.evidence)
        document = self.document or (self.evidence[0].document if self.evidence else None)
        if relation is None or subject is None or obj is None:
            return None, pieces
        key = proposition(relation, subject, obj)
        dates = {"stated_on": self.stated_on, "valid_from": self.valid_from}
        iri = statement_iri(base_of(key[0]), key, speaker=speaker, document=document, **dates)
        if iri in reading.stored.statements:
            message = f"is the same as {iri}, which is there; add evidence to that, or review it"
            reading.problems.append(Problem("statement", None, message, "ALREADY_EXISTS"))
        return Statement(
            iri=iri,
            subject=key[0],
            predicate=key[1],
            object=key[2],
            basis=self.basis,
            status=self.status,
            speaker=speaker,
            said_via=said_via,
            document=document,
            **dates,
            valid_to=self.valid_to,
            confidence=self.confidence,
            evidence=tuple(piece.iri for piece in pieces),
            in_response_to=self.in_response_to,
            derived_from=self.derived_from,
            revision_of=self.revision_of,
            attributes=tuple(reading.attributes(relation, self.attributes)),
        ), pieces


class _Reading:
    """Reads the parts of a change against a graph, and gathers what is wrong with them."""

    def __init__(self, snapshot: Snapshot, place: str) -> None:
        self.shown, self.stored, self.place = snapshot, snapshot.stored, place
        self.problems: list[Problem] = []
        self.places: dict[str, str] = {}

    def check(self) -> None:
        if self.problems:
            raise InvalidInput(self.problems)

    def refuse(self, field: str, error: CuibonoError) -> None:
        self.problems.append(Problem(self.place, field, str(error), error.code))

    def end(self, field: str, name: str) -> str | None:
        """Return the IRI of an entity, claim or statement; one as it was entered, where its own IRI is given."""
        if any(name in kind for kind in (self.stored.entities, self.stored.claims, self.stored.statements)):
            return name
        return self._called(field, lambda: claim_or_entity_called(self.shown, name))

    def entity(self, field: str, name: str | None) -> str | None:
        if name is None or name in self.stored.entities:
            return name
        return self._called(field, lambda: entity_called(self.shown, name).iri)

    def relation(self, name: str) -> Relation | None:
        try:
            return self.stored.vocabulary.relation(name)
        except KeyError:
            known = ", ".join(self.stored.vocabulary.relations)
            self.problems.append(Problem(self.place, "predicate", f"{name!r} is no relation of the ontology; it has {known}"))
            return None

    def attributes(
        self, relation: Relation, given: tuple[tuple[str, AttributeValue], ...]
    ) -> Iterator[tuple[str, AttributeValue]]:
        for name, value in given:
            try:
                attribute = self.stored.vocabulary.attribute(name)
            except KeyError:
                known = ", ".join(self.stored.vocabulary.attribute(iri).name for iri in relation.attributes) or "none"
                message = f"{name!r} is no attribute of {relation.name}, which may carry: {known}"
                self.problems.append(Problem(self.place, "attributes", message))
                continue
            whole = type(value) is int and attribute.datatype is float
            yield attribute.iri, float(value) if whole else value

    def pieces(self, quotes: tuple[Quote, ...]) -> list[Evidence]:
        found = []
        for number, quote in enumerate(quotes):
            piece = self._piece(quote, f"{self.place}.evidence.{number}")
            if piece is not None:
                found.append(piece)
                self.places.setdefault(piece.iri, f"{self.place}.evidence.{number}")
        return found

    def _piece(self, quote: Quote, place: str) -> Evidence | None:
        document = self.stored.documents.get(quote.document)
        if document is None:
            message = f"{quote.document} is no document of the graph; add it first"
            self.problems.append(Problem(place, "document", message, NotFound.code))
            return None
        base = base_of(document.iri, "document/")
        if quote.row is not None:
            iri = evidence_iri(base, document=document.iri, exact=quote.quote, start=None, row=quote.row)
            return Evidence(iri=iri, document=document.iri, exact=quote.quote, row=quote.row)
        if document.text is None:
            message = "the text of the document is not kept, so that no quote can be found in it; name a row"
            self.problems.append(Problem(place, "document", message))
            return None
        try:
            anchor = anchored(document.text, quote.quote, prefix=quote.prefix, suffix=quote.suffix, start=quote.start)
        except InvalidValue as error:
            self.problems.append(Problem(place, "quote", str(error)))
            return None
        return Evidence(
            iri=evidence_iri(base, document=document.iri, exact=anchor.exact, start=anchor.start, row=None),
            document=document.iri,
            exact=anchor.exact,
            prefix=anchor.prefix,
            suffix=anchor.suffix,
            start=anchor.start,
            end=anchor.end,
        )

    def _called(self, field: str, look: Callable[[], str]) -> str | None:
        try:
            return look()
        except (NotFound, AmbiguousName) as error:
            self.refuse(field, error)
            return None


def _only(record: Record) -> Made:
    return Made((record.iri,), (record,), places={record.iri: type(record).__name__.lower()})


def _new_iri(kind: str, given: str | None, snapshot: Snapshot) -> str:
    """Return the IRI of a new thing.

    Raises
    ------
    InvalidInput
        If something stands under the one that was given.
    """
    if given is None:
        return f"{_BASE}{kind}/{uuid.uuid4()}"
    if snapshot.node(given) is not None:
        raise InvalidInput([Problem(kind, "iri", f"{given} is there already", "ALREADY_EXISTS")])
    return given
