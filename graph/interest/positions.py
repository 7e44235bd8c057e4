"""Who stands where on a claim or a statement, by each actor's latest stance, and what is contested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from cuibono.graph.interest.selection import Selection
from cuibono.graph.model import Proposition, Statement
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Position", "Positions", "Sides"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where an actor stands.

    Attributes
    ----------
    stance : Statement
        What says so; its subject is the actor.
    sign : float
        Above 0 for, below 0 against.
    through : Statement or None
        The statement that two claims exclude each other, where the stance is on the other one.
    """

    stance: Statement
    sign: float
    through: Statement | None = None

    @property
    def actor(self) -> str:
        """IRI of whoever stands there."""
        return self.stance.subject


@dataclass(frozen=True, slots=True)
class Sides:
    """Those for and those against, each in the order of actors.

    A stance on a claim that excludes this one is left out where the actor takes the same side on this one.
    Somebody whose stances cannot be put in order of time stands on both sides.
    """

    supporters: tuple[Position, ...] = ()
    opponents: tuple[Position, ...] = ()

    @property
    def contested(self) -> bool:
        """Whether there are both."""
        return bool(self.supporters and self.opponents)


class Positions:
    """The stances of one selection of statements, by what they are on."""

    def __init__(self, snapshot: Snapshot, selection: Selection | None = None) -> None:
        self._snapshot, self._selection = snapshot, selection or Selection()

    def on_claim(self, claim: str) -> Sides:
        """Return who stands where on a claim; supporting one that excludes it counts as opposing it."""
        through = [
            Position(position.stance, -position.sign, exclusion)
            for other, exclusion in self._exclusions.get(claim, ())
            for position in _latest(self._on_claims.get(other, ()))
            if position.sign > 0
        ]
        return _sides([*self._on_claims.get(claim, ()), *through])

    def on_statement(self, statement: Statement) -> Sides:
        """Return who stands where on what a statement says, whichever document it stands in."""
        return self.on_proposition(self._snapshot.proposition(statement))

    def on_proposition(self, proposition: Proposition) -> Sides:
        """Return who stands where on a proposition."""
        return _sides(self._on_propositions.get(proposition, ()))

    def disputers(self, statement: Statement) -> frozenset[str]:
        """Return the IRIs of those who stand against what a statement says."""
        positions = self._on_propositions.get(self._snapshot.proposition(statement))
        return frozenset(position.actor for position in _sides(positions).opponents) if positions else frozenset()

    def _stances(self) -> Iterable[tuple[Statement, float]]:
        for statement in self._selection.statements(self._snapshot):
            sign = self._snapshot.relation(statement).stance
            if sign:
                yield statement, sign

    @cached_property
    def _on_claims(self) -> Mapping[str, list[Position]]:
        found: dict[str, list[Position]] = defaultdict(list)
        for statement, sign in self._stances():
            if statement.object in self._snapshot.claims:
                found[statement.object].append(Position(statement, sign))
        return found

    @cached_property
    def _on_propositions(self) -> Mapping[Proposition, list[Position]]:
        found: dict[Proposition, list[Position]] = defaultdict(list)
        for statement, sign in self._stances():
            target = self._snapshot.statements.get(statement.object)
            if target is not None:
                found[self._snapshot.proposition(target)].append(Position(statement, sign))
        return found

    @cached_property
    def _exclusions(self) -> Mapping[str, list[tuple[str, Statement]]]:
        found: dict[str, list[tuple[str, Statement]]] = defaultdict(list)
        for statement in self._selection.statements(self._snapshot):
            if self._snapshot.relation(statement).excludes:
                found[statement.subject].append((statement.object, statement))
                found[statement.object].append((statement.subject, statement))
        return found


def _sides(positions: Iterable[Position] | None) -> Sides:
    latest = _latest(positions or ())
    direct = {(p.actor, p.sign > 0) for p in latest if p.through is None}
    latest = [p for p in latest if p.through is None or (p.actor, p.sign > 0) not in direct]
    latest.sort(key=lambda p: (p.actor, p.stance.iri, p.through.iri if p.through else ""))
    return Sides(tuple(p for p in latest if p.sign > 0), tuple(p for p in latest if p.sign < 0))


def _latest(positions: Iterable[Position]) -> list[Position]:
    """Return the positions that no later one of the same actor has taken the place of."""
    known = list(positions)
    return [p for p in known if not any(_supersedes(q, p) for q in known)]


def _supersedes(later: Position, earlier: Position) -> bool:
    """Return whether one stance of an actor was certainly taken after another."""
    after, before = later.stance.stated_on, earlier.stance.stated_on
    return later.actor == earlier.actor and after is not None and before is not None and after.first > before.last
