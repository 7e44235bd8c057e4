"""What is known of an entity that helps to tell whether it is another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cuibono.graph.build.resolution.names import Name, organization_names, person_names, plain_names
from cuibono.graph.build.resolution.tables import table
from cuibono.graph.model import Entity, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB

__all__ = ["Profile", "identifier", "profile_of", "with_ties"]

_UNIQUE = ("wikidata", "lei")
_PERSON, _ORGANIZATION = CB + "Person", CB + "Organization"
_WIKIDATA = re.compile(r"https?://(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/(?:Special:EntityPage/)?(Q\d+)", re.ASCII | re.I)
_LEI = re.compile(r"(?:lei[:/=]|gleif\.org/.*?)([0-9A-Z]{18}\d\d)\b", re.ASCII | re.I)
_ISO_DAY = r"(\d{4})-(\d\d)-(\d\d)"
_WRITTEN_DAY = r"(?:(\d{1,2})\s+(\w+)\s+|(\w+)\s+(\d{1,2}),\s+)?(\d{4})"
_BORN = re.compile(rf"\b(?:born|b\.|\*)\s*(?:on\s+)?(?:{_ISO_DAY}|{_WRITTEN_DAY})", re.I)
_FOUNDED = re.compile(r"\b(?:founded|established|incorporated|since)\s+(?:in\s+|by .* in )?(\d{4})\b", re.I)
_MONTHS = {name: number for number, name in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"), 1)}
_NATIONS = dict(table("nations.csv"))
_NATION = re.compile(r"\b(" + "|".join(sorted(_NATIONS, key=len, reverse=True)) + r")\b")


@dataclass(frozen=True, slots=True)
class Profile:
    """An entity in the eyes of whoever looks for others that are the same.

    Attributes
    ----------
    kind : str
        ``person``, ``organization``, or the IRI of its class.
    lineage : frozenset of str
        Its class and those above it.
    identifiers : frozenset of (scheme, value)
    unique : tuple of (scheme, value)
        Those of schemes that give one thing one value (``wikidata``, ``lei``), and so tell things apart, too.
    year : int or None
        Of birth, or of foundation.
    day : str or None
        Of birth, ``MM-DD``.
    nation : str or None
        ISO 3166 code.
    ties : frozenset of (str, str)
        Relation and other end of what is stated of it.
    """

    iri: str
    type: str
    kind: str
    lineage: frozenset[str]
    names: tuple[Name, ...]
    identifiers: frozenset[tuple[str, str]]
    unique: tuple[tuple[str, str], ...]
    year: int | None
    day: str | None
    nation: str | None
    ties: frozenset[tuple[str, str]] = frozenset()


def profile_of(entity: Entity, vocabulary: Vocabulary) -> Profile:
    """Return the profile of an entity as it was entered, without its ties."""
    kind = _kind(entity, vocabulary)
    read = {"person": person_names, "organization": organization_names}.get(kind, plain_names)
    names = (way for name in entity.names for way in read(name))
    year, day = _begun(entity.description or "", kind)
    identifiers = frozenset(identifier(iri) for iri in (entity.iri, *entity.same_as))
    return Profile(
        iri=entity.iri,
        type=entity.type,
        kind=kind,
        lineage=frozenset(vocabulary.ancestors(entity.type)),
        names=tuple(dict.fromkeys(name for name in names if name.words)),
        identifiers=identifiers,
        unique=tuple(sorted(pair for pair in identifiers if pair[0] in _UNIQUE)),
        year=year,
        day=day,
        nation=_nation(entity.description or ""),
    )


def with_ties(profile: Profile, snapshot: Snapshot) -> Profile:
    """Return a profile with what is stated of the entity."""
    return replace(profile, ties=frozenset(_ties(profile.iri, snapshot)))


def identifier(iri: str) -> tuple[str, str]:
    """Return scheme and value of an identifier, however its IRI is written.

    Examples
    --------
    >>> identifier("http://www.wikidata.org/wiki/Q312") == identifier("https://www.wikidata.org/entity/Q312")
    True
    """
    if found := _WIKIDATA.match(iri):
        return "wikidata", found[1].upper()
    if found := _LEI.search(iri):
        return "lei", found[1].upper()
    return "iri", re.sub(r"^https?://(www\.)?", "", iri).rstrip("/")


def _kind(entity: Entity, vocabulary: Vocabulary) -> str:
    above = vocabulary.ancestors(entity.type)
    return "person" if _PERSON in above else "organization" if _ORGANIZATION in above else entity.type


def _begun(text: str, kind: str) -> tuple[int | None, str | None]:
    """Return the year and the day of birth, or the year of foundation, as far as a description has them."""
    if kind != "person":
        found = _FOUNDED.search(text)
        return (int(found[1]) if found else None), None
    found = _BORN.search(text)
    if not found:
        return None, None
    if found[1]:
        return int(found[1]), f"{found[2]}-{found[3]}"
    day, month = found[4] or found[7], _MONTHS.get((found[5] or found[6] or "")[:3].lower())
    return int(found[8]), f"{month:02}-{int(day):02}" if day and month else None


def _nation(text: str) -> str | None:
    found = {_NATIONS[name] for name in _NATION.findall(text.lower())}
    return found.pop() if len(found) == 1 else None


def _ties(iri: str, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for index, end in ((snapshot.by_subject, "object"), (snapshot.by_object, "subject")):
        for statement in index.get(iri, ()):
            other = getattr(statement, end)
            if statement.status is Status.ACCEPTED and other in snapshot.entities and other != iri:
                yield statement.predicate + end, other
