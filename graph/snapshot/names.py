"""What people mean by a name: the entity, the claim or whatever else is called so."""

from __future__ import annotations

import re

from cuibono.graph.errors import AmbiguousName, NotFound
from cuibono.graph.model import Claim, Document, Entity, Evidence, Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.search import claims_called, near_claims, near_names

__all__ = ["claim_called", "claim_or_entity_called", "document_called", "entity_called", "entity_like", "iri_of"]

_NEAR = 3
_KINDS = {
    Claim: "a claim",
    Document: "a document",
    Entity: "an entity",
    Evidence: "a piece of evidence",
    Statement: "a statement",
}


def entity_called(snapshot: Snapshot, name: str) -> Entity:
    """Return the entity of a label, an alias (case aside) or an IRI; of a merged one, that which it is shown as.

    Raises
    ------
    NotFound
        If there is none; the error names those that come near.
    AmbiguousName
        If there are several.
    """
    entity = snapshot.entities.get(snapshot.identities.of(name))
    if entity is not None:
        return entity
    iris = snapshot.by_name.get(name.casefold().strip(), ())
    if len(iris) > 1:
        raise AmbiguousName(name, iris)
    if not iris:
        raise _not_found(snapshot, "entity", name) or NotFound("entity", name, near_names(snapshot, name))
    return snapshot.entities[iris[0]]


def document_called(snapshot: Snapshot, name: str) -> Document:
    """Return the document of an IRI, an address or a title (case aside).

    Takes time that grows with the number of documents where it is no IRI.

    Raises
    ------
    NotFound
        If there is none.
    AmbiguousName
        If there are several.
    """
    known = snapshot.documents.get(name)
    if known is not None:
        return known
    wanted = name.casefold().strip()
    found = [d for d in snapshot.documents.values() if d.url == name or (d.title or "").casefold() == wanted]
    if not found:
        raise NotFound("document", name)
    if len(found) > 1:
        raise AmbiguousName(name, [document.iri for document in found])
    return found[0]


def entity_like(snapshot: Snapshot, name: str) -> Entity:
    """Return the entity of a name, as `entity_called`, or else the only one whose name has its words.

    Words count as wholes, case aside: ``musk`` finds Elon Musk, and no Muskoka.

    Raises
    ------
    NotFound
        If there is none; the error names those that come near.
    AmbiguousName
        If there are several.
    """
    try:
        return entity_called(snapshot, name)
    except NotFound:
        words = name.casefold().split()
        inside = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in words]
        called = (n for n in snapshot.by_name if all(word in n for word in words) and all(p.search(n) for p in inside))
        iris = sorted({iri for found in called for iri in snapshot.by_name[found]}) if words else []
        if not iris:
            raise
    if len(iris) > 1:
        raise AmbiguousName(name, iris)
    return snapshot.entities[iris[0]]


def claim_called(snapshot: Snapshot, text: str) -> Claim:
    """Return the claim of an IRI, of the last part of one, or of a text.

    Raises
    ------
    NotFound
        If there is none.
    AmbiguousName
        If several have the text.
    """
    claim = snapshot.claims.get(text)
    if claim is not None:
        return claim
    found = claims_called(snapshot, text)
    if len(found) > 1:
        raise AmbiguousName(text, [claim.iri for claim in found])
    if not found:
        raise NotFound("claim", text, near_claims(snapshot, text))
    return found[0]


def claim_or_entity_called(snapshot: Snapshot, name: str) -> str:
    """Return the IRI of the claim, or else of the entity, of a name.

    Raises
    ------
    NotFound
        If there is neither.
    AmbiguousName
        If there are several.
    """
    shown = snapshot.identities.of(name)
    if shown in snapshot.entities:
        return shown
    try:
        return claim_called(snapshot, name).iri
    except NotFound:
        try:
            return entity_called(snapshot, name).iri
        except NotFound as error:
            near = [*error.near, *near_claims(snapshot, name)][:_NEAR]
            raise _not_found(snapshot, "claim or entity", name) or NotFound("claim or entity", name, near) from None


def _not_found(snapshot: Snapshot, kind: str, name: str) -> NotFound | None:
    """Return the error of the IRI of something else; None where it is that of nothing."""
    node = snapshot.node(name)
    if node is None:
        return None
    return NotFound(kind, name, other=_KINDS[type(node)])


def iri_of(snapshot: Snapshot, name: str | None) -> str | None:
    """Return the IRI of an entity's name, of None none; an IRI of anything in the graph is taken as it is.

    Raises
    ------
    NotFound
        If it is nobody's name.
    AmbiguousName
        If it is that of several.
    """
    if name is None or snapshot.node(name) is not None:
        return name and snapshot.identities.of(name)
    return entity_called(snapshot, name).iri
