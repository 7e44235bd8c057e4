"""Who stands where on a claim or a statement, by each actor's latest stance, and what is contested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from cuibono.graph.interest.selection import Selection
from cuibono.graph.model import Proposition, Statement
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Position", "Positions", "Sides", "disputed_anew", "stances"]


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
            for other, exclusion in self._exclusions(claim)
            for position in _latest(self._on(other))
            if position.sign > 0
        ]
        return _sides([*self._on(claim), *through])

    def on_statement(self, statement: Statement) -> Sides:
        """Return who stands where on what a statement says, whichever document it stands in."""
        return self.on_proposition(self._snapshot.proposition(statement))

    def on_proposition(self, proposition: Proposition) -> Sides:
        """Return who stands where on a proposition."""
        saying = self._snapshot.by_proposition.get(proposition, ())
        return _sides([position for statement in saying for position in self._on(statement.iri)])

    def disputers(self, statement: Statement) -> frozenset[str]:
        """Return the IRIs of those who stand against what a statement says."""
        return frozenset(position.actor for position in self.on_statement(statement).opponents)

    def _on(self, iri: str) -> list[Position]:
        """Return the stances on a claim or a statement, earlier ones included."""
        found = []
        for statement in self._snapshot.by_object.get(iri, ()):
            relation = self._snapshot.relation(statement)
            if relation.stance and self._selection.sees(statement, relation):
                found.append(Position(statement, relation.stance))
        return found

    def _exclusions(self, claim: str) -> Iterator[tuple[str, Statement]]:
        """Yield the claims that exclude a claim, each with the statement that says so."""
        for index, other in ((self._snapshot.by_subject, "object"), (self._snapshot.by_object, "subject")):
            for statement in index.get(claim, ()):
                relation = self._snapshot.relation(statement)
                if relation.excludes and self._selection.sees(statement, relation):
                    yield getattr(statement, other), statement


def stances(snapshot: Snapshot, selection: Selection | None = None) -> Iterator[tuple[str, Position]]:
    """Yield everybody's latest stances, with the IRI of what each is on; those through claims that exclude it left out."""
    seen, positions = selection or Selection(), Positions(snapshot, selection)
    taken = np.array([bool(snapshot.vocabulary.relation(iri).stance) for iri in snapshot.base.columns.relations], np.bool_)
    found = snapshot.select(lambda columns, rows: taken[columns.statements.predicate[rows]])
    targets = {s.object for s in found if snapshot.relation(s).stance and seen.sees(s, snapshot.relation(s))}
    for target in sorted(targets):
        sides = positions.on_claim(target)
        yield from ((target, p) for p in (*sides.supporters, *sides.opponents) if p.through is None)


def disputed_anew(old: Snapshot, new: Snapshot, changed: Iterable[Statement]) -> Iterator[Statement]:
    """Yield the statements that others may stand against since some have changed: what stances are on, what they say or said."""
    for statement in changed:
        stands_on = statement.object if new.relation(statement).stance else ""
        for said in (new.statements.get(stands_on), statement, old.statements.get(statement.iri)):
            if said is not None:
                yield from new.by_proposition.get(new.proposition(said), ())


def _sides(positions: Iterable[Position]) -> Sides:
    latest = _latest(positions)
    direct = {(p.actor, p.sign > 0) for p in latest if p.through is None}
    latest = [p for p in latest if p.through is None or (p.actor, p.sign > 0) not in direct]
    latest.sort(key=lambda p: (p.actor, p.stance.iri, p.through.iri if p.through else ""))
    return Sides(tuple(p for p in latest if p.sign > 0), tuple(p for p in latest if p.sign < 0))


def _latest(positions: Iterable[Position]) -> list[Position]:
    """Return the positions that no later one of the same actor has taken the place of: none certainly taken after."""
    known = list(positions)
    newest: dict[str, date] = {}
    for position in known:
        taken = position.stance.stated_on
        if taken is not None:
            newest[position.actor] = max(taken.first, newest.get(position.actor, taken.first))
    return [p for p in known if p.stance.stated_on is None or newest[p.actor] <= p.stance.stated_on.last]
