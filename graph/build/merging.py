"""Saying that two entities are one, or that they are not: statements of identity, with their reasons as documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from cuibono.graph.build.anchoring import anchor_at
from cuibono.graph.build.loading import Decision
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.model import (
    Basis,
    Document,
    Evidence,
    Record,
    Statement,
    Status,
    content_hash,
    evidence_iri,
    statement_iri,
    text_hash,
)
from cuibono.graph.snapshot.names import entity_called
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import identity_statements
from cuibono.graph.store.withdrawn import IDENTICAL, REASON

__all__ = ["IDENTICAL", "Reason", "base_of", "identity_iri", "identity_records", "merging", "splitting"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two entities are one, or are not.

    Attributes
    ----------
    text : str
        In words; it becomes a document, which the statement quotes.
    author : str or None
        Who says so.
    day : PartialDate or None
        When.
    """

    text: str
    author: str | None = None
    day: PartialDate | None = None


def merging(stored: Snapshot, one: str, other: str, reason: Reason) -> tuple[list[Record], list[Decision]]:
    """Return what says that two entities are one.

    Parameters
    ----------
    stored : Snapshot
        The graph as it is stored.
    one, other : str
        Names or IRIs of entities as they were entered.

    Raises
    ------
    NotFound, AmbiguousName
        If a name is nobody's, or that of several.
    InvalidArgument
        If both are the same.
    """
    pair = _pair(stored, one, other)
    old = stored.statements.get(identity_iri(*pair))
    if old is not None and old.status is Status.ACCEPTED:
        return [], [Decision(old.iri, Status.ACCEPTED, reason.text)]
    return _decided(stored, pair, reason, Status.ACCEPTED)


def splitting(stored: Snapshot, one: str, other: str | None, reason: Reason) -> tuple[list[Record], list[Decision]]:
    """Return what says that two entities are not one, or that one of several that are one is none of them.

    Between two that are joined by way of others, as few statements as part them are retracted. That they are not
    the same stays on record, so that nothing joins them again but a person: as the retraction of what made them one, or,
    where nothing ever said that they are, as a statement that is rejected.

    Raises
    ------
    NotFound, AmbiguousName
        If a name is nobody's, or that of several.
    InvalidArgument
        If both are the same, or there is nothing to part.
    """
    if other is None:
        alone = entity_called(stored, one).iri
        found = [s for s in _accepted(stored) if alone in (s.subject, s.object)]
        if not found:
            raise InvalidArgument("one", f"{one!r} was merged with nothing; name the other entity to say that they differ")
        return [], [Decision(s.iri, Status.RETRACTED, reason.text) for s in found]
    pair = _pair(stored, one, other)
    iris = sorted(_parting(stored, pair))
    decisions = [Decision(iri, Status.RETRACTED, reason.text) for iri in iris]
    if identity_iri(*pair) in iris:
        return [], decisions
    old = stored.statements.get(identity_iri(*pair))
    if old is not None and old.status is Status.RETRACTED:
        return [], [*decisions, Decision(old.iri, Status.RETRACTED, reason.text)]
    records, rejection = _decided(stored, pair, reason, Status.REJECTED)
    return records, [*decisions, *rejection]


def identity_records(pair: tuple[str, str], reason: Reason, status: Status, evidence: Iterable[str] = ()) -> list[Record]:
    """Return the records of a statement of identity: it, and the document and the quote that give its reason.

    Parameters
    ----------
    pair : (str, str)
        IRIs of two entities, sorted.
    evidence : iterable of str
        IRIs of what else it rests on.
    """
    base, text = base_of(pair[0]), reason.text
    document = f"{base}{REASON}{content_hash(*pair, text, reason.author)}"
    anchor = anchor_at(text, 0, len(text))
    quote = evidence_iri(base, document=document, exact=text, start=0, row=None)
    return [
        Document(
            iri=document,
            sha256=text_hash(text),
            title="Why two are one" if status is Status.ACCEPTED else "Whether two are one",
            text=text,
            authors=(reason.author,) if reason.author else (),
            published=reason.day,
        ),
        Evidence(
            iri=quote, document=document, exact=anchor.exact, prefix=anchor.prefix, suffix=anchor.suffix, start=0, end=len(text)
        ),
        Statement(
            iri=identity_iri(*pair),
            subject=pair[0],
            predicate=IDENTICAL,
            object=pair[1],
            basis=Basis.INFERRED,
            status=status,
            evidence=(*evidence, quote),
        ),
    ]


def identity_iri(one: str, other: str) -> str:
    """Return the IRI of the statement that two entities are one, whoever says so: the same for all."""
    first, second = sorted((one, other))
    key = (first, IDENTICAL, second)
    return statement_iri(base_of(first), key, speaker=None, stated_on=None, valid_from=None, document=None)


def base_of(iri: str, folder: str = "entity/") -> str:
    """Return the base IRI under which an entity stands, or something of another folder.

    Examples
    --------
    >>> base_of("https://example.org/news/entity/ada")
    'https://example.org/news/'
    >>> base_of("http://www.wikidata.org/entity/Q1")
    'http://www.wikidata.org/'
    >>> base_of("urn:lei:123")
    'urn:lei:'
    """
    head, found, _ = iri.rpartition(folder)
    if not found:
        head = iri[: max(map(iri.rfind, "/#:")) + 1]
    return f"{iri}/" if head.endswith("//") else head


def _pair(stored: Snapshot, one: str, other: str) -> tuple[str, str]:
    first, second = sorted((entity_called(stored, one).iri, entity_called(stored, other).iri))
    if first == second:
        raise InvalidArgument("other", f"{one!r} and {other!r} both name {first}; give the IRIs of two entities")
    return first, second


def _decided(stored: Snapshot, pair: tuple[str, str], reason: Reason, status: Status) -> tuple[list[Record], list[Decision]]:
    old = stored.statements.get(identity_iri(*pair))
    records = identity_records(pair, reason, status, () if old is None else old.evidence)
    return records, [Decision(identity_iri(*pair), status, reason.text)]


def _accepted(stored: Snapshot) -> Iterator[Statement]:
    return (s for s in identity_statements(stored) if s.status is Status.ACCEPTED and s.subject != s.object)


def _parting(stored: Snapshot, pair: tuple[str, str]) -> set[str]:
    """Return the IRIs of the fewest accepted statements that keep two entities one."""
    import networkx as nx  # see `identities`

    graph: nx.Graph[str] = nx.Graph()
    for statement in _accepted(stored):
        ends = statement.subject, statement.object
        graph.add_edge(*ends)
        graph.edges[ends].setdefault("iris", []).append(statement.iri)
    if not (set(pair) <= set(graph) and nx.has_path(graph, *pair)):
        return set()
    return set(chain.from_iterable(graph.edges[ends]["iris"] for ends in nx.minimum_edge_cut(graph, *pair)))
