"""What was done to a graph, when and by whom: the quads of loads and of changes of status."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pyoxigraph as ox

from cuibono.graph.model import Status
from cuibono.graph.store.encoding import HISTORY
from cuibono.graph.store.interface import Store
from cuibono.schema.namespaces import CB, PROV, RDF, RDFS, XSD

__all__ = [
    "BY_HAND",
    "Event",
    "Request",
    "StatusChange",
    "earlier_request",
    "entered_from",
    "history_of",
    "load_quads",
    "new_activity",
    "sources",
    "sources_of",
    "statements_of",
    "status_changes",
    "status_quads",
]

BY_HAND = CB + "ByHand"
"""What statements are entered from that come from no dossier and no import."""

_ENTERED_FROM = ox.NamedNode(CB + "enteredFrom")
_ABOUT = ox.NamedNode(CB + "about")
_SEQUENCE = ox.NamedNode(CB + "sequence")
_TYPE = ox.NamedNode(RDF + "type")


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A decision about one statement.

    Attributes
    ----------
    sequence : int
        The version of the store that it made.
    by_loading : bool
        Whether loading made it, and no person.
    """

    sequence: int
    status: Status
    agent: str
    reason: str
    by_loading: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done to a graph.

    Attributes
    ----------
    sequence : int
        The version of the store that it made.
    at : str
        When, in ISO 8601, UTC.
    agent : str
        Who did it.
    source : str or None
        IRI of what was loaded; None for something entered by hand.
    statement : str or None
        IRI of the statement that was decided on; None for a load.
    status : Status or None
        What it became.
    reason : str or None
    by_loading : bool
        Whether loading decided, and no person.
    """

    sequence: int
    at: str
    agent: str
    source: str | None = None
    statement: str | None = None
    status: Status | None = None
    reason: str | None = None
    by_loading: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What asked for a change, so that it is done once however often it is asked for.

    Attributes
    ----------
    key : str
        Chosen by whoever asks; each has keys of their own.
    digest : str
        A hash of all that was asked for.
    results : tuple of str
        IRIs of what it came to, in order.
    """

    key: str
    digest: str
    results: tuple[str, ...] = ()


def new_activity() -> ox.NamedNode:
    """Return a new name for something that is done to the graph."""
    return ox.NamedNode(f"urn:uuid:{uuid.uuid4()}")


def load_quads(activity: ox.NamedNode, agent: str, source: str | None, request: Request | None = None) -> Iterator[ox.Quad]:
    """Yield the quads that describe a load, but for its place in the order of commits."""
    yield _quad(activity, RDF + "type", ox.NamedNode(CB + "Load"))
    yield from _circumstances(activity, agent)
    if source is not None:
        yield _quad(activity, PROV + "used", ox.NamedNode(source))
    if request is not None:
        yield _quad(activity, CB + "idempotencyKey", ox.Literal(request.key))
        yield _quad(activity, CB + "requestDigest", ox.Literal(request.digest))
        yield _quad(activity, CB + "requestResults", ox.Literal(" ".join(request.results)))


def earlier_request(store: Store, agent: str, key: str) -> Request | None:
    """Return what somebody asked for under a key before, or None."""
    for found in store.quads(None, ox.NamedNode(CB + "idempotencyKey"), ox.Literal(key), HISTORY):
        assert isinstance(found.subject, ox.NamedNode)
        told = {q.predicate.value: getattr(q.object, "value", "") for q in store.quads(found.subject, None, None, HISTORY)}
        if told[CB + "agentName"] == agent:
            return Request(key, told[CB + "requestDigest"], tuple(told[CB + "requestResults"].split()))
    return None


def status_quads(
    statement: str, status: Status, *, agent: str, reason: str, by_loading: bool, sequence: int
) -> Iterator[ox.Quad]:
    """Yield the quads that describe a change of status."""
    activity = new_activity()
    yield _quad(activity, RDF + "type", ox.NamedNode(CB + "StatusChange"))
    yield from _circumstances(activity, agent)
    yield _quad(activity, CB + "about", ox.NamedNode(statement))
    yield _quad(activity, CB + "status", ox.NamedNode(CB + status.capitalize()))
    yield _quad(activity, RDFS + "comment", ox.Literal(reason))
    yield _quad(activity, CB + "byLoading", ox.Literal(by_loading))
    yield _quad(activity, CB + "sequence", ox.Literal(str(sequence), datatype=ox.NamedNode(XSD + "integer")))


def status_changes(store: Store, statement: str) -> list[StatusChange]:
    """Return what was decided about a statement, in order; its entering is no decision."""
    found = []
    for about in store.quads(None, _ABOUT, ox.NamedNode(statement), HISTORY):
        if not isinstance(about.subject, ox.NamedNode):
            continue
        fields = {
            quad.predicate.value: str(getattr(quad.object, "value", ""))
            for quad in store.quads(about.subject, None, None, HISTORY)
        }
        found.append(
            StatusChange(
                sequence=int(fields[CB + "sequence"]),
                status=Status(fields[CB + "status"].removeprefix(CB).lower()),
                agent=fields[CB + "agentName"],
                reason=fields[RDFS + "comment"],
                by_loading=fields[CB + "byLoading"] == "true",
            )
        )
    return sorted(found, key=lambda change: change.sequence)


def history_of(store: Store) -> list[Event]:
    """Return all that was done to a graph, the latest first; a commit of decisions alone is these decisions."""
    found = list(_events(store))
    decided = {event.sequence for event in found if event.statement is not None}
    told = [e for e in found if e.statement is not None or e.source is not None or e.sequence not in decided]
    return sorted(told, key=lambda event: (-event.sequence, event.statement or ""))


def _events(store: Store) -> Iterator[Event]:
    for quad in store.quads(None, _SEQUENCE, None, HISTORY):
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        told = {q.predicate.value: getattr(q.object, "value", "") for q in store.quads(quad.subject, None, None, HISTORY)}
        status = told.get(CB + "status")
        yield Event(
            sequence=int(told[CB + "sequence"]),
            at=told.get(PROV + "endedAtTime", ""),
            agent=told.get(CB + "agentName", ""),
            source=told.get(PROV + "used"),
            statement=told.get(CB + "about"),
            status=Status(status.removeprefix(CB).lower()) if status else None,
            reason=told.get(RDFS + "comment"),
            by_loading=told.get(CB + "byLoading") == "true",
        )


def entered_from(statement: str, source: str) -> ox.Quad:
    """Return the quad that says that a source states a statement."""
    return ox.Quad(ox.NamedNode(statement), _ENTERED_FROM, ox.NamedNode(source), HISTORY)


def statements_of(store: Store, source: str) -> set[str]:
    """Return the IRIs of the statements that a source states."""
    quads = store.quads(None, _ENTERED_FROM, ox.NamedNode(source), HISTORY)
    return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}


def sources(store: Store) -> set[str]:
    """Return the IRIs of all that was loaded."""
    quads = store.quads(None, ox.NamedNode(PROV + "used"), None, HISTORY)
    return {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}


def sources_of(store: Store, statement: str) -> set[str]:
    """Return the IRIs of the sources that state a statement."""
    quads = store.quads(ox.NamedNode(statement), _ENTERED_FROM, None, HISTORY)
    return {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}


def _circumstances(activity: ox.NamedNode, agent: str) -> Iterator[ox.Quad]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    yield _quad(activity, PROV + "endedAtTime", ox.Literal(now, datatype=ox.NamedNode(XSD + "dateTime")))
    yield _quad(activity, CB + "agentName", ox.Literal(agent))


def _quad(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate), value, HISTORY)
