"""Global ids: opaque texts that stand for one thing in the graph, as Relay's object identification asks for."""

from __future__ import annotations

import base64
import binascii

from cuibono.api.graphql.errors import BadId
from cuibono.graph.model import Claim, Document, Entity, Evidence, Statement
from cuibono.graph.snapshot.records import Node

__all__ = ["encoded_id", "global_id", "iri_of", "named"]

_KINDS = {kind.__name__: kind for kind in (Entity, Claim, Statement, Evidence, Document)}


def global_id(record: Node) -> str:
    """Return the id of a record: its kind and its IRI.

    The kind of an entity is `Entity` whatever its class, so that the id outlives a correction of the class.
    """
    return encoded_id(type(record).__name__, record.iri)


def encoded_id(kind: str, iri: str) -> str:
    """Return the id of the record of a class and an IRI."""
    made = binascii.b2a_base64(f"{kind}:{iri}".encode(), newline=False).decode()
    return made.rstrip("=").replace("+", "-").replace("/", "_")


def iri_of(text: str) -> str:
    """Return the IRI in a global id.

    Raises
    ------
    BadId
        If it is none.

    Examples
    --------
    >>> iri_of(global_id(Claim(iri="https://example.org/claim/1", text="Water is wet.")))
    'https://example.org/claim/1'
    """
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise BadId(text) from error
    kind, _, iri = decoded.partition(":")
    if kind not in _KINDS or not iri:
        raise BadId(text)
    return iri


def named(text: str | None) -> str | None:
    """Return what an argument that takes a name, an IRI or a global id stands for: an id's IRI, else the text itself."""
    if text is None:
        return None
    try:
        return iri_of(text)
    except BadId:
        return text
