"""The reference engine: signed interest walked path by path, as the design defines it.

Clear and exact before fast: whatever computes the same answers in another way is held against this one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cuibono.graph.dates import PartialDate
from cuibono.graph.interest.assembly import TOLERANCE, Assembler, Gain, Interest
from cuibono.graph.interest.findings import Alignment, Beneficiary, ConflictOfInterest, Findings, Hop, Path
from cuibono.graph.interest.positions import Positions
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import DISPUTED_FACTOR, relation_weights
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.validity import holds_during

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
        self._assembler = Assembler(snapshot)
        self._interests = lru_cache(maxsize=4096)(self._walked)

    def conflicts(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        alignment: Alignment | None = None,
        max_hops: int = 3,
        min_strength: float = 0.0,
    ) -> Findings[ConflictOfInterest]:
        """Return every conflict of interest of at least a strength, the strongest first.

        Parameters
        ----------
        actor, target : str, optional
            IRIs; all unless given.
        max_hops : int
            The most relations an interest path may have.
        """
        found = self._conflicts(actor, target, max_hops, min_strength)
        return Findings(sorted((f for f in found if alignment in (None, f.alignment)), key=lambda finding: finding.order))

    def _conflicts(self, actor: str | None, target: str | None, max_hops: int, least: float) -> Iterator[ConflictOfInterest]:
        for stance in self._selection.statements(self._snapshot):
            sign = self._snapshot.relation(stance).stance
            if not sign or (actor is not None and stance.subject != actor):
                continue
            for touched, bearing, effective in self._effects(stance, sign):
                if target is None or touched == target:
                    found = self._finding(stance, touched, bearing, effective, max_hops)
                    yield from (finding for finding in found if finding.strength >= least - TOLERANCE)

    def beneficiaries(self, of: str, *, max_hops: int = 3, min_strength: float = 0.0) -> Findings[Beneficiary]:
        """Return all who gain or lose if a claim is believed, or if an entity gains, the most affected first.

        Parameters
        ----------
        of : str
            IRI of the claim or entity.
        """
        return Findings(sorted(self._beneficiaries(of, max_hops, min_strength), key=lambda beneficiary: beneficiary.order))

    def _beneficiaries(self, of: str, max_hops: int, min_strength: float) -> Iterator[Beneficiary]:
        gains: dict[str, list[Gain]] = defaultdict(list)
        touched: list[tuple[str, Statement | None, float]] = []
        if of in self._snapshot.claims:
            touched += [(b.object, b, sign * b.certainty) for b, sign in self._bearings.get(of, ()) if b.certainty]
            for end, bearing, sign in touched:
                gains[end].append(Gain(sign, bearing, Path()))
        else:
            touched.append((of, None, 1.0))
        for end, bearing, sign in touched:
            for walker in self._snapshot.entities:
                interest = self._interests(walker, None, max_hops).get(end)
                for path in (interest.positive, interest.negative) if interest else ():
                    if path is not None:
                        gains[walker].append(Gain(sign * path.interest, bearing, path))
        for entity, ways in gains.items():
            if any(way.gain for way in ways):
                found = self._assembler.beneficiary(entity, of, (way for way in ways if way.gain))
                if found.strength >= min_strength - TOLERANCE:
                    yield found

    def warm(self) -> None:
        """Do nothing: there is nothing to load."""

    def after(self, snapshot: Snapshot) -> None:
        """Return None: there is nothing to go on with."""

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
        self, stance: Statement, target: str, bearing: Statement | None, effective: float, max_hops: int
    ) -> Iterator[ConflictOfInterest]:
        interest = None
        if stance.subject != target:
            interest = self._interests(stance.subject, stance.stated_on, max_hops).get(target)
            if interest is None:
                return
        if effective and stance.certainty:
            yield self._assembler.conflict(stance, target, bearing, effective, interest)

    # ── interests ──────────────────────────────────────────────────────────────────────────────────────

    def _walked(self, actor: str, when: PartialDate | None, max_hops: int) -> dict[str, Interest]:
        """Return the interest of an actor in everything within reach, at the time a stance was taken."""
        found: dict[str, Interest] = {}
        walked: list[Hop] = []
        visited = {actor}

        def step(node: str, may_break_chain: bool) -> None:
            for edge in self._edges.get(node, ()):
                if edge.target in visited or not (edge.chains or may_break_chain) or not self._holds(edge, when):
                    continue
                walked.append(self._hop(edge, actor))
                path = Path(tuple(walked))
                if path.interest:
                    found[edge.target] = found.get(edge.target, Interest()).with_path(path)
                    if len(walked) < max_hops and self._carries(edge.target):
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

    def _hop(self, edge: _Edge, actor: str) -> Hop:
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
            undated=edge.statement.valid_from is None,
        )

    def _carries(self, iri: str) -> bool:
        return self._snapshot.vocabulary.entity_class(self._snapshot.entities[iri].type).carries_interest
