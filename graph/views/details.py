"""All that a networkx graph would not say of records, as one text for each, so that they can be made again of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Claim, Document, Entity, Evidence, Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.attributes import Attributes, printed

__all__ = ["DETAILS", "details_of", "document_node", "document_of", "evidence_of", "needed"]

DETAILS = "details"
"""The attribute that holds them: JSON, in ASCII."""

_EVIDENCE_FIELDS = ("iri", "document", "exact", "prefix", "suffix", "start", "end", "row")


def details_of(record: Entity | Claim | Statement | Document, snapshot: Snapshot) -> str:
    """Return what the attributes of a record's node or edge leave out; texts that they had to change among it."""
    found: dict[str, Any]
    match record:
        case Entity():
            found = {"aliases": record.aliases, "same_as": record.same_as, **_changed(label=record.label)}
            found |= _changed(description=record.description)
        case Claim():
            quantity = None if record.quantity is None else str(record.quantity)
            found = {"hedges": record.hedges, "quantity": quantity, **_changed(text=record.text, unit=record.unit)}
        case Document():
            found = {name: _plain(getattr(record, name)) for name in record.__slots__ if name != "iri"}
        case Statement():
            pieces = (snapshot.evidence[iri] for iri in record.evidence)
            own = {iri: value for iri, value in record.attributes if isinstance(value, str) and printed(value) != value}
            found = {
                "evidence": [{name: getattr(piece, name) for name in _EVIDENCE_FIELDS} for piece in pieces],
                "in_response_to": record.in_response_to,
                "derived_from": record.derived_from,
                "revision_of": record.revision_of,
                "attributes": own,
            }
    return json.dumps({name: value for name, value in found.items() if value not in (None, (), [], {})})


def evidence_of(details: Mapping[str, Any]) -> Iterator[Evidence]:
    """Yield the evidence of a statement, from its details.

    Raises
    ------
    TypeError, KeyError
        If they are not what `details_of` gives.
    """
    for piece in details.get("evidence", ()):
        fields = {name: piece[name] for name in _EVIDENCE_FIELDS}
        for name, value in fields.items():
            _check(name, value, (int, type(None)) if name in ("start", "end") else (str, type(None)))
        yield Evidence(**fields)


def document_of(iri: str, details: Mapping[str, Any]) -> Document:
    """Return a document, from its details; raises as `evidence_of` does."""
    for name, value in details.items():
        _check(name, value, list if name == "authors" else str)
    dates = {name: PartialDate(details[name]) for name in ("published", "retrieved") if name in details}
    return Document(iri=iri, **{**details, **dates})


def _check(name: str, value: object, kind: type | tuple[type, ...]) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"{name} is {value!r}")


def document_node(document: Document, snapshot: Snapshot) -> Attributes:
    """Return what the node of a document carries."""
    return {"kind": "document", "type": "Document", "label": printed(document.label), DETAILS: details_of(document, snapshot)}


def needed(statements: Iterator[str], snapshot: Snapshot) -> dict[str, Entity | Claim | Statement | Document]:
    """Return all that some statements refer to, and what that refers to, by IRI."""
    found: dict[str, Entity | Claim | Statement | Document] = {}
    waiting = list(statements)
    seen = set(waiting)
    while waiting:
        iri = waiting.pop()
        record = snapshot.node(iri)
        if record is None or isinstance(record, Evidence):
            continue
        found[iri] = record
        if isinstance(record, Statement):
            referred = {*_references(record), *(snapshot.evidence[piece].document for piece in record.evidence)}
            waiting += referred - seen
            seen |= referred
    return found


def _references(statement: Statement) -> Iterator[str]:
    yield statement.subject
    yield statement.object
    yield from statement.derived_from
    for iri in (statement.speaker, statement.said_via, statement.document, statement.in_response_to, statement.revision_of):
        if iri is not None:
            yield iri


def _changed(**texts: str | None) -> dict[str, str]:
    """Return the texts that cannot stand as attributes as they are."""
    return {name: text for name, text in texts.items() if text is not None and printed(text) != text}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, PartialDate) else value
