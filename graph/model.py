"""The model: entities, claims, statements, evidence and documents, and the identity of each."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from urllib.parse import quote

from cuibono.graph.dates import PartialDate
from cuibono.graph.showing import Shown
from cuibono.schema.vocabulary import Relation, local_name

__all__ = [
    "Basis",
    "Claim",
    "Document",
    "Entity",
    "Evidence",
    "Record",
    "Records",
    "Statement",
    "Status",
    "content_hash",
    "evidence_iri",
    "hashed_part",
    "iri_part",
    "proposition",
    "statement_iri",
    "text_hash",
]

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_BASE32_PAIRS = tuple(first + second for first in _BASE32 for second in _BASE32)

_NOT_IN_A_PART = re.compile(r"[^\w.~-]")

AttributeValue = str | int | float | bool
Proposition = tuple[str, str, str]


class Basis(StrEnum):
    """How a statement relates to its evidence, the strongest first."""

    VERBATIM = "verbatim"
    RECORDED = "recorded"
    PARAPHRASED = "paraphrased"
    INFERRED = "inferred"

    @property
    def rank(self) -> int:
        """0 for the strongest."""
        return list(Basis).index(self)


class Status(StrEnum):
    """What was decided about a statement last."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RETRACTED = "retracted"


def _sort(record: object, *fields: str) -> None:
    """Sort the set-valued fields of a new record, as RDF keeps no order and no repetition."""
    for name in fields:
        object.__setattr__(record, name, tuple(sorted(set(getattr(record, name)))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Shown):
    """Somebody or something that statements are about.

    Attributes
    ----------
    type : str
        IRI of its class.
    same_as : tuple of str
        IRIs under which others know it.
    """

    iri: str
    type: str
    label: str
    aliases: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    description: str | None = None

    def __post_init__(self) -> None:
        _sort(self, "aliases", "same_as")

    @property
    def names(self) -> tuple[str, ...]:
        """Its label and its aliases."""
        return (self.label, *self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Shown):
    """A proposition that people take sides on.

    Attributes
    ----------
    quantity : Decimal or None
        The number it is about, counted in ``unit``.
    hedges : tuple of str
        The words that soften it.
    """

    iri: str
    text: str
    quantity: Decimal | None = None
    unit: str | None = None
    hedges: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _sort(self, "hedges")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Shown):
    """Something that statements are found in. What is unknown about it is None, or empty.

    Attributes
    ----------
    sha256 : str or None
        Of ``text`` in UTF-8, or of the bytes of a table, lower-case hexadecimal; kept where the text itself is left
        out. None where only the document's address is known.
    text : str or None
        The full text; offsets of evidence count its Unicode code points.
    """

    iri: str
    sha256: str | None = None
    title: str | None = None
    text: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    licence: str | None = None
    url: str | None = None
    published: PartialDate | None = None
    retrieved: PartialDate | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        _sort(self, "authors")

    @property
    def label(self) -> str:
        """Its title, else its address, else the last part of its IRI."""
        return self.title or self.url or local_name(self.iri)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Shown):
    """A place in a document: a quote with its offsets, or a row of a table.

    Attributes
    ----------
    exact : str
        The document's own slice from ``start`` to ``end``; of a table, the row's text.
    prefix, suffix : str
        What stands before and after it, at most 32 code points each.
    start, end : int or None
        In code points, the end excluded; None for a row.
    row : str or None
        The fragment of RFC 7111 that picks the row (``row=5``); None for a quote.
    """

    iri: str
    document: str
    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    end: int | None = None
    row: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Shown):
    """Subject, predicate and object, said by somebody, somewhere, sometime: quoted, not asserted.

    Attributes
    ----------
    subject, predicate, object : str
        IRIs; the object is an entity, a claim or a statement.
    speaker : str or None
        IRI of who says so; None for the document in its own voice.
    said_via : str or None
        IRI of the channel it was said on.
    document : str or None
        IRI of the document it was first found in.
    confidence : float or None
        Between 0 and 1; None where nobody stated one, which counts as 1.
    evidence : tuple of str
        IRIs, sorted.
    derived_from : tuple of str
        IRIs of the statements that an inferred one follows from, sorted.
    attributes : tuple of (str, value)
        IRIs of attributes and their values, sorted.
    """

    iri: str
    subject: str
    predicate: str
    object: str
    basis: Basis
    status: Status = Status.ACCEPTED
    speaker: str | None = None
    said_via: str | None = None
    document: str | None = None
    stated_on: PartialDate | None = None
    valid_from: PartialDate | None = None
    valid_to: PartialDate | None = None
    confidence: float | None = None
    evidence: tuple[str, ...] = ()
    in_response_to: str | None = None
    derived_from: tuple[str, ...] = ()
    revision_of: str | None = None
    attributes: tuple[tuple[str, AttributeValue], ...] = ()

    def __post_init__(self) -> None:
        _sort(self, "evidence", "derived_from", "attributes")

    @property
    def certainty(self) -> float:
        """The confidence, 1 where none was stated."""
        return 1.0 if self.confidence is None else self.confidence

    @property
    def is_reported(self) -> bool:
        """Whether somebody other than the subject says it of the subject."""
        return self.speaker is not None and self.speaker != self.subject


Record = Entity | Claim | Document | Evidence | Statement


@dataclass(frozen=True)
class Records:
    """A set of records of each kind, by IRI."""

    entities: Mapping[str, Entity] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[Record]) -> Records:
        """Return the records sorted into their kinds; of two under one IRI, the later."""
        kinds: dict[type, dict[str, Record]] = {kind: {} for kind in (Entity, Claim, Document, Evidence, Statement)}
        for record in records:
            kinds[type(record)][record.iri] = record
        return cls(*(kinds[kind] for kind in (Entity, Claim, Document, Evidence, Statement)))  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Record]:
        for kind in (self.entities, self.claims, self.documents, self.evidence, self.statements):
            yield from kind.values()

    def __len__(self) -> int:
        return sum(map(len, (self.entities, self.claims, self.documents, self.evidence, self.statements)))


def iri_part(name: str) -> str:
    """Return a name as the last part of an IRI, for each another one: letters of all scripts stand as they are, all else encoded.

    Examples
    --------
    >>> iri_part("Ann Lee"), iri_part("Иванов/2")
    ('Ann%20Lee', 'Иванов%2F2')
    """
    return _NOT_IN_A_PART.sub(lambda found: quote(found[0], safe=""), unicodedata.normalize("NFC", name))


def content_hash(*parts: str | None) -> str:
    """Return 128 bits of the SHA-256 of parts, in order, as 26 characters of lower-case Base32 (RFC 4648).

    Parts are written with their lengths, so that no two lists of parts run into the same text, and an absent
    part differs from an empty one.

    Examples
    --------
    >>> content_hash("a", None) == content_hash("a", "")
    False
    >>> len(content_hash("a"))
    26
    """
    digest = hashlib.sha256(b"".join(map(hashed_part, parts))).digest()
    bits = int.from_bytes(digest[:16]) << 2
    return "".join([_BASE32_PAIRS[bits >> shift & 1023] for shift in range(120, -1, -10)])


def hashed_part(part: str | None) -> bytes:
    """Return how `content_hash` writes one part."""
    if part is None:
        return b"-;"
    data = part.encode()
    return b"%d:%b;" % (len(data), data)


def proposition(relation: Relation, subject: str, obj: str) -> Proposition:
    """Return subject, predicate and object, the ends of a symmetric relation sorted."""
    if relation.symmetric and obj < subject:
        subject, obj = obj, subject
    return subject, relation.iri, obj


def statement_iri(
    base: str,
    key: Proposition,
    *,
    speaker: str | None,
    stated_on: PartialDate | None,
    valid_from: PartialDate | None,
    document: str | None,
) -> str:
    """Return the IRI of a statement: a hash of what makes it itself, under a base IRI.

    Parameters
    ----------
    key : (subject, predicate, object)
        As `proposition` gives it.
    """
    dates = (str(day) if day else None for day in (stated_on, valid_from))
    return f"{base}statement/{content_hash(*key, speaker, *dates, document)}"


def evidence_iri(base: str, *, document: str, exact: str, start: int | None, row: str | None) -> str:
    """Return the IRI of a piece of evidence: a hash of the document, the quote and its place."""
    return f"{base}evidence/{content_hash(document, exact, None if start is None else str(start), row)}"


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, as lower-case hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
