"""Plain English for findings, built from the statements they rest on."""

from __future__ import annotations

from functools import lru_cache

from cuibono.graph.interest.findings import Alignment, Effect, Hop, Path
from cuibono.graph.model import Claim, Entity, Statement
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Explainer"]


class Explainer:
    """Writes one sentence about a finding.

    Parameters
    ----------
    snapshot : Snapshot
        Gives things their names.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._names = lru_cache(maxsize=10_000)(self._name)

    def conflict(
        self,
        stance: Statement,
        target: str,
        bearing: Statement | None,
        effective: float,
        path: Path,
        opposing: Path | None,
        alignment: Alignment,
    ) -> str:
        """Return the sentence that explains a conflict of interest."""
        actor = self.name(stance.subject)
        says = self.statement(stance)
        if stance.is_reported and stance.speaker:
            says += f" (as {self.name(stance.speaker)} reports)"
        if bearing is not None:
            says += f", which {self.relation(bearing)} {self.name(target)}"
        if alignment is Alignment.OWN_CASE:
            return f"{says}: {actor} speaks in its own {'favour' if effective > 0 else 'disfavour'}."
        serves = effective * path.interest > 0
        verdict = f"serves {actor}'s own interest" if serves else f"goes against {actor}'s own interest"
        sentence = f"{says}; as {self.path(path, stance.subject)}, that {verdict}"
        if opposing is not None:
            contrary = "goes against it" if serves else "serves it"
            sentence += f", but as {self.path(opposing, stance.subject)}, it also {contrary}"
        return sentence + "."

    def beneficiary(self, entity: str, of: str, bearing: Statement | None, path: Path, gain: float, effect: Effect) -> str:
        """Return the sentence that explains why somebody gains or loses."""
        verb = "gains" if gain > 0 else "loses"
        if bearing is None:
            reasons = self.path(path, entity)
            condition = f"if {self.name(of)} gains"
        else:
            touched = f"the claim {self.relation(bearing)} {self.name(bearing.object)}"
            reasons = f"{touched} and {self.path(path, entity)}" if path.hops else touched
            condition = "if the claim is believed"
        mixed = ", though there is a reason to the contrary" if effect is Effect.MIXED else ""
        return f"{self.name(entity)} {verb} {condition}, as {reasons}{mixed}."

    def path(self, path: Path, walker: str) -> str:
        """Return the hops of a path, joined."""
        return " and ".join(self._hop(hop, walker) for hop in path.hops)

    def statement(self, statement: Statement) -> str:
        """Return a statement as a clause."""
        return f"{self.name(statement.subject)} {self.relation(statement)} {self.name(statement.object)}"

    def relation(self, statement: Statement) -> str:
        """Return the words for a statement's relation."""
        return self._snapshot.relation(statement).label

    def name(self, iri: str) -> str:
        """Return the name of a thing; a claim's text or what a statement says in quotation marks."""
        return self._names(iri)

    def _name(self, iri: str) -> str:
        match self._snapshot.node(iri):
            case Entity() as entity:
                return entity.label
            case Claim() as claim:
                return f"“{claim.text.rstrip('.')}”"
            case Statement() as statement:
                return f"“{self.statement(statement)}”"
            case _:
                return self._snapshot.label(iri)

    def _hop(self, hop: Hop, walker: str) -> str:
        statement = hop.statement
        clause = self.statement(statement)
        if self._snapshot.relation(statement).symmetric:
            clause = f"{self.name(hop.source)} {self.relation(statement)} {self.name(hop.target)}"
        others = [self.name(iri) for iri in hop.disputed_by if iri != walker]
        if others:
            clause += (
                f" (which {' and '.join(others)} disputes)" if len(others) == 1 else f" (which {' and '.join(others)} dispute)"
            )
        elif walker in hop.disputed_by:
            clause += f" (which {self.name(walker)} denies)"
        return clause
