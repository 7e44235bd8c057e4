"""The reference engine: signed interest walked path by path, as the design defines it.

Clear and exact before fast: whatever computes the same answers in another way is held against this one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cuibono.graph.dates import PartialDate
from cuibono.graph.interest.explanation import Explainer
from cuibono.graph.interest.findings import Alignment, Beneficiary, ConflictOfInterest, Effect, Hop, Path
from cuibono.graph.interest.positions import Positions
from cuibono.graph.interest.selection import Selection, holds_during
from cuibono.graph.interest.signs import DISPUTED_FACTOR, MIXED_FACTOR, relation_weights
from cuibono.graph.model import Basis, Statement
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["ReferenceEngine"]


@dataclass(frozen=True, slots=True)
class _Edge:
    """An interest statement, walked in one direction."""

    statement: Statement
    source: str
    target: str
    relation_weight: float
    chains: bool
    disputers: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Interest:
    """The strongest path of each sign between two things."""

    positive: Path | None = None
    negative: Path | None = None

    def with_path(self, path: Path) -> _Interest:
        if path.interest > 0:
            return _Interest(_stronger(self.positive, path), self.negative)
        return _Interest(self.positive, _stronger(self.negative, path))

    @property
    def main(self) -> Path:
        """The stronger of the two, the positive one if they are equal."""
        paths = [path for path in (self.positive, self.negative) if path is not None]
        return min(paths, key=lambda path: -round(abs(path.interest), 12))

    @property
    def opposing(self) -> Path | None:
        """The other one, where it is at least half as strong."""
        main = self.main
        other = self.negative if main is self.positive else self.positive
        if other is None or abs(other.interest) < MIXED_FACTOR * abs(main.interest) - 1e-12:
            return None
        return other


class ReferenceEngine:
    """Answers over one snapshot and one selection of its statements.

    Parameters
    ----------
    snapshot : Snapshot
        The graph.
    selection : Selection, optional
        Which of its statements count; the accepted ones unless given.
    """

    def __init__(self, snapshot: Snapshot, selection: Selection | None = None) -> None:
        self._snapshot = snapshot
        self._selection = selection or Selection()
        self._positions = Positions(snapshot, self._selection)
        self._explainer = Explainer(snapshot)
        self._interests = lru_cache(maxsize=4096)(self._walked)

    def conflicts(self, *, actor: str | None = None, target: str | None = None, hops: int = 3) -> Iterator[ConflictOfInterest]:
        """Yield every conflict of interest, in no order.

        Parameters
        ----------
        actor, target : str, optional
            IRIs; all unless given.
        hops : int
            The most relations an interest path may have.
        """
        for stance in self._selection.statements(self._snapshot):
            sign = self._snapshot.relation(stance).stance
            if not sign or (actor is not None and stance.subject != actor):
                continue
            for touched, bearing, effective in self._effects(stance, sign):
                if target is None or touched == target:
                    yield from self._finding(stance, touched, bearing, effective, hops)

    def beneficiaries(self, of: str, *, hops: int = 3) -> Iterator[Beneficiary]:
        """Yield all who gain or lose if a claim is believed, or if an entity gains, in no order.

        Parameters
        ----------
        of : str
            IRI of the claim or entity.
        """
        gains: dict[str, list[tuple[float, Statement | None, Path]]] = defaultdict(list)
        touched: list[tuple[str, Statement | None, float]] = []
        if of in self._snapshot.claims:
            touched += [(b.object, b, sign * b.certainty) for b, sign in self._bearings.get(of, ())]
            for end, bearing, sign in touched:
                gains[end].append((sign, bearing, Path()))
        else:
            touched.append((of, None, 1.0))
        for end, bearing, sign in touched:
            for walker in self._snapshot.entities:
                interest = self._interests(walker, None, hops).get(end)
                for path in (interest.positive, interest.negative) if interest else ():
                    if path is not None:
                        gains[walker].append((sign * path.interest, bearing, path))
        for entity, candidates in gains.items():
            yield self._beneficiary(entity, candidates, of)

    # ── stances ────────────────────────────────────────────────────────────────────────────────────────

    def _effects(self, stance: Statement, sign: float) -> Iterator[tuple[str, Statement | None, float]]:
        """Yield what a stance touches: a target, the bearing by which it does, and the signed stance on it."""
        if stance.object in self._snapshot.entities:
            yield stance.object, None, sign
        for bearing, bearing_sign in self._bearings.get(stance.object, ()):
            yield bearing.object, bearing, sign * bearing_sign * bearing.certainty

    @cached_property
    def _bearings(self) -> Mapping[str, list[tuple[Statement, float]]]:
        found: dict[str, list[tuple[Statement, float]]] = defaultdict(list)
        for statement in self._selection.statements(self._snapshot):
            sign = self._snapshot.relation(statement).bearing
            if sign:
                found[statement.subject].append((statement, sign))
        return found

    def _finding(
        self, stance: Statement, target: str, bearing: Statement | None, effective: float, hops: int
    ) -> Iterator[ConflictOfInterest]:
        actor = stance.subject
        if actor == target:
            path, opposing, alignment = Path(), None, Alignment.OWN_CASE
        else:
            interest = self._interests(actor, stance.stated_on, hops).get(target)
            if interest is None:
                return
            path, opposing = interest.main, interest.opposing
            alignment = Alignment.SELF_SERVING if effective * path.interest > 0 else Alignment.AGAINST_INTEREST
            alignment = Alignment.MIXED if opposing else alignment
        strength = abs(effective) * stance.certainty * abs(path.interest)
        if strength == 0:
            return
        rests_on = (stance, *([bearing] if bearing else []), *path.statements, *(opposing.statements if opposing else ()))
        yield ConflictOfInterest(
            actor=actor,
            target=target,
            stance=stance,
            claim=bearing.subject if bearing else None,
            bearing=bearing,
            effective_stance=effective,
            interest_path=path,
            opposing_path=opposing,
            alignment=alignment,
            strength=strength,
            weakest_basis=_weakest(rests_on),
            explanation=self._explainer.conflict(stance, target, bearing, effective, path, opposing, alignment),
        )

    def _beneficiary(self, entity: str, candidates: list[tuple[float, Statement | None, Path]], of: str) -> Beneficiary:
        def order(candidate: tuple[float, Statement | None, Path]) -> tuple[float, int, tuple[str, ...], str]:
            gain, bearing, path = candidate
            return (-round(abs(gain), 12), len(path.hops), path.order[2], bearing.iri if bearing else "")

        sides = [sorted((c for c in candidates if c[0] * side > 0), key=order)[:1] for side in (1, -1)]
        (gain, bearing, path), *others = sorted((c for side in sides for c in side), key=lambda c: -round(abs(c[0]), 12))
        opposing = next((c for c in others if abs(c[0]) >= MIXED_FACTOR * abs(gain) - 1e-12), None)
        rests_on = [*([bearing] if bearing else []), *path.statements]
        if opposing:
            rests_on += [*([opposing[1]] if opposing[1] else []), *opposing[2].statements]
        effect = Effect.MIXED if opposing else Effect.GAINS if gain > 0 else Effect.LOSES
        return Beneficiary(
            entity=entity,
            gain=gain,
            effect=effect,
            bearing=bearing,
            path=path,
            opposing_bearing=opposing[1] if opposing else None,
            opposing_path=opposing[2] if opposing else None,
            weakest_basis=_weakest(rests_on),
            explanation=self._explainer.beneficiary(entity, of, bearing, path, gain, effect),
        )

    # ── interests ──────────────────────────────────────────────────────────────────────────────────────

    def _walked(self, actor: str, when: PartialDate | None, hops: int) -> dict[str, _Interest]:
        """Return the interest of an actor in everything within reach, at the time a stance was taken."""
        found: dict[str, _Interest] = {}
        walked: list[Hop] = []
        visited = {actor}

        def step(node: str, may_break_chain: bool) -> None:
            for edge in self._edges.get(node, ()):
                if edge.target in visited or not (edge.chains or may_break_chain) or not self._holds(edge, when):
                    continue
                walked.append(self._hop(edge, actor, when))
                path = Path(tuple(walked))
                if path.interest:
                    found[edge.target] = found.get(edge.target, _Interest()).with_path(path)
                    if len(walked) < hops and self._carries(edge.target):
                        visited.add(edge.target)
                        step(edge.target, may_break_chain and edge.chains)
                        visited.remove(edge.target)
                walked.pop()

        step(actor, True)
        return found

    @cached_property
    def _edges(self) -> Mapping[str, list[_Edge]]:
        found: dict[str, list[_Edge]] = defaultdict(list)
        entities = self._snapshot.entities
        for statement in self._selection.statements(self._snapshot):
            relation = self._snapshot.relation(statement)
            if not relation.carries_interest or statement.subject not in entities or statement.object not in entities:
                continue
            forward, backward = relation_weights(relation, statement)
            disputers = self._positions.disputers(statement)
            for source, target, weight in (
                (statement.subject, statement.object, forward),
                (statement.object, statement.subject, backward),
            ):
                if weight and source != target:
                    found[source].append(_Edge(statement, source, target, weight, relation.chains, disputers))
        return found

    def _holds(self, edge: _Edge, when: PartialDate | None) -> bool:
        return when is None or holds_during(edge.statement, self._snapshot.relation(edge.statement), when)

    def _hop(self, edge: _Edge, actor: str, when: PartialDate | None) -> Hop:
        halved = bool(edge.disputers - {actor})
        weight = edge.relation_weight * edge.statement.certainty * (DISPUTED_FACTOR if halved else 1.0)
        return Hop(
            statement=edge.statement,
            source=edge.source,
            target=edge.target,
            weight=weight,
            relation_weight=edge.relation_weight,
            disputed_by=tuple(sorted(edge.disputers)),
            halved=halved,
            undated=when is None or edge.statement.valid_from is None,
        )

    def _carries(self, iri: str) -> bool:
        return self._snapshot.vocabulary.entity_class(self._snapshot.entities[iri].type).carries_interest


def _stronger(old: Path | None, new: Path) -> Path:
    return new if old is None else min(old, new, key=lambda path: path.order)


def _weakest(statements: list[Statement] | tuple[Statement, ...]) -> Basis:
    return max((s.basis for s in statements), key=lambda basis: basis.rank, default=Basis.VERBATIM)
