"""Answers as JSON documents: the names are those of the GraphQL schema, and docs/command-line.md describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cuibono.graph.build.loading import LoadReport
from cuibono.graph.errors import InvalidInput
from cuibono.graph.frames.lists import Found
from cuibono.graph.interest.account import account_of
from cuibono.graph.interest.findings import Beneficiary, ConflictOfInterest, ConflictPair, Hop, Path
from cuibono.graph.interest.positions import Position, Positions
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.lookups import Info
from cuibono.graph.model import Claim, Document, Evidence, Statement
from cuibono.graph.quality import Quality
from cuibono.graph.store.history import Event
from cuibono.schema.vocabulary import local_name

__all__ = ["JsonForms", "of_event", "of_info", "of_problems", "of_quality", "of_report"]

_Object = dict[str, object]


class JsonForms:
    """Makes JSON objects of what a graph answers.

    Parameters
    ----------
    kg : KnowledgeGraph
        Gives things their names.
    """

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._snapshot = kg.snapshot

    def reference(self, iri: str | None) -> _Object | None:
        """Return IRI, type and name of an entity, claim or statement, enough to show it and to ask for it."""
        if iri is None:
            return None
        class_iri = self._snapshot.class_of(iri)
        return {"iri": iri, "type": local_name(class_iri) if class_iri else "Document", "label": self._snapshot.label(iri)}

    def cuts(self, found: Found[Any]) -> list[_Object]:
        """Return where the search for an answer came to its limit."""
        return [{"start": self.reference(cut.start), "end": self.reference(cut.end), "steps": cut.steps} for cut in found.cuts]

    def statement(self, statement: Statement) -> _Object:
        """Return a statement with its sources and quotes."""
        return {
            "iri": statement.iri,
            "subject": self.reference(statement.subject),
            "predicate": self._snapshot.relation(statement).name,
            "object": self.reference(statement.object),
            "speaker": self.reference(statement.speaker),
            "saidVia": self.reference(statement.said_via),
            "document": self.reference(statement.document),
            "statedOn": _text(statement.stated_on),
            "validFrom": _text(statement.valid_from),
            "validTo": _text(statement.valid_to),
            "confidence": statement.confidence,
            "basis": statement.basis.value,
            "status": statement.status.value,
            "inResponseTo": statement.in_response_to,
            "derivedFrom": list(statement.derived_from),
            "attributes": {local_name(iri): value for iri, value in statement.attributes},
            "evidence": [self.evidence(piece) for piece in self._in_reading_order(statement)],
        }

    def _in_reading_order(self, statement: Statement) -> list[Evidence]:
        pieces = (self._snapshot.evidence[iri] for iri in statement.evidence)
        return sorted(pieces, key=lambda piece: (piece.document, piece.start or 0, piece.iri))

    def evidence(self, evidence: Evidence) -> _Object:
        """Return a quote, and where it stands."""
        return {
            "iri": evidence.iri,
            "document": evidence.document,
            "exact": evidence.exact,
            "prefix": evidence.prefix,
            "suffix": evidence.suffix,
            "start": evidence.start,
            "end": evidence.end,
            "row": evidence.row,
        }

    def claim(self, claim: Claim, positions: Positions) -> _Object:
        """Return a claim with those for and those against it."""
        sides = positions.on_claim(claim.iri)
        return {
            "iri": claim.iri,
            "text": claim.text,
            "quantity": _text(claim.quantity),
            "unit": claim.unit,
            "hedges": list(claim.hedges),
            "contested": sides.contested,
            "supportedBy": [self._position(p) for p in sides.supporters],
            "disputedBy": [self._position(p) for p in sides.opponents],
        }

    def conflict(self, finding: ConflictOfInterest) -> _Object:
        """Return a conflict of interest with all that it rests on."""
        return {
            "actor": self.reference(finding.actor),
            "target": self.reference(finding.target),
            "alignment": finding.alignment.value,
            "strength": _number(finding.strength),
            "explanation": finding.explanation,
            "arithmetic": account_of(self._snapshot, finding).arithmetic,
            "effectiveStance": _number(finding.effective_stance),
            "interest": _number(finding.interest_path.interest),
            "stance": self.statement(finding.stance),
            "claim": self.reference(finding.claim),
            "bearing": self.statement(finding.bearing) if finding.bearing else None,
            "interestPath": self.path(finding.interest_path),
            "opposingPath": self.path(finding.opposing_path) if finding.opposing_path else None,
            "weakestBasis": finding.weakest_basis.value,
            "undated": finding.undated,
        }

    def pair(self, pair: ConflictPair) -> _Object:
        """Return the conflicts of one actor and one target."""
        return {
            "actor": self.reference(pair.actor),
            "target": self.reference(pair.target),
            "alignment": pair.alignment.value,
            "strength": _number(pair.strength),
            "conflicts": [self.conflict(finding) for finding in pair.findings],
        }

    def beneficiary(self, beneficiary: Beneficiary) -> _Object:
        """Return somebody who gains or loses."""
        opposing_bearing, opposing_path = beneficiary.opposing_bearing, beneficiary.opposing_path
        return {
            "entity": self.reference(beneficiary.entity),
            "effect": beneficiary.effect.value,
            "gain": _number(beneficiary.gain),
            "explanation": beneficiary.explanation,
            "arithmetic": account_of(self._snapshot, beneficiary).arithmetic,
            "bearing": self.statement(beneficiary.bearing) if beneficiary.bearing else None,
            "path": self.path(beneficiary.path),
            "opposingBearing": self.statement(opposing_bearing) if opposing_bearing else None,
            "opposingPath": self.path(opposing_path) if opposing_path else None,
            "weakestBasis": beneficiary.weakest_basis.value,
        }

    def path(self, path: Path) -> _Object:
        """Return a path, hop by hop; its strength is null where a hop carries no interest."""
        return {"strength": _number(path.strength), "hops": [self._hop(hop) for hop in path.hops]}

    def document(self, document: Document) -> _Object:
        """Return what is known about a document, without its text."""
        return {
            "iri": document.iri,
            "title": document.title,
            "publisher": document.publisher,
            "authors": list(document.authors),
            "licence": document.licence,
            "url": document.url,
            "published": _text(document.published),
            "retrieved": _text(document.retrieved),
            "language": document.language,
            "sha256": document.sha256,
        }

    def _hop(self, hop: Hop) -> _Object:
        return {
            "from": self.reference(hop.source),
            "to": self.reference(hop.target),
            "weight": _number(hop.weight),
            "relationWeight": _number(hop.relation_weight),
            "disputedBy": [self.reference(iri) for iri in hop.disputed_by],
            "halved": hop.halved,
            "undated": hop.undated,
            "statement": self.statement(hop.statement),
            "also": [self.statement(other) for other in hop.also],
        }

    def _position(self, position: Position) -> _Object:
        return {
            "actor": self.reference(position.actor),
            "stance": self.statement(position.stance),
            "through": self.statement(position.through) if position.through else None,
        }


def of_report(report: LoadReport, store: str) -> _Object:
    """Return what a load did."""
    return {
        "store": store,
        "version": report.version,
        "added": _counts(report.added),
        "changed": _counts(report.changed),
        "unchanged": _counts(report.unchanged),
        "retracted": report.retracted,
        "didNothing": report.did_nothing,
    }


def of_info(info: Info) -> _Object:
    """Return what a graph holds, in numbers."""
    return {
        "store": info.url,
        "version": info.version,
        "entities": info.entities,
        "claims": info.claims,
        "documents": info.documents,
        "evidence": info.evidence,
        "statements": dict(info.statements),
        "relations": dict(info.relations),
    }


def of_problems(found: InvalidInput) -> _Object:
    """Return what is wrong with an input, perhaps nothing."""
    return {
        "valid": not found.count,
        "count": found.count,
        "problems": [{"place": p.place, "field": p.field, "message": p.message} for p in found.problems],
        "unlisted": [{"like": kind.like, "count": kind.count - kind.listed} for kind in found.unlisted],
    }


def _counts(counter: Mapping[str, int]) -> dict[str, int]:
    return {name: counter[name] for name in sorted(counter)}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: float | None) -> float | None:
    """Return a number without the last digits, in which machines differ."""
    return None if value is None else round(value, 12)


def of_event(event: Event) -> _Object:
    """Return something that was done to a graph."""
    return {
        "version": event.sequence,
        "at": event.at,
        "agent": event.agent,
        "source": event.source,
        "statement": event.statement,
        "status": event.status.value if event.status else None,
        "reason": event.reason,
        "byLoading": event.by_loading,
    }


def of_quality(found: Quality) -> _Object:
    """Return how well a graph is founded."""
    return {
        "statements": dict(found.statements),
        "bases": dict(found.bases),
        "documents": dict(found.documents),
        "undated": found.undated,
        "unstatedConfidence": found.unstated_confidence,
        "unquoted": list(found.unquoted),
        "singleSource": list(found.single_source),
        "contestedClaims": list(found.contested_claims),
        "contestedStatements": list(found.contested_statements),
        "orphanDocuments": list(found.orphan_documents),
        "unmentionedEntities": list(found.unmentioned_entities),
    }
