"""What the interest engine finds, as GraphQL types."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from cuibono.api.graphql.connections import Listing
from cuibono.api.graphql.nodes import Claim, Entity, Statement, Thing, entity, thing
from cuibono.api.graphql.view import View
from cuibono.graph.interest import findings as engine
from cuibono.graph.interest.findings import Alignment, Effect
from cuibono.graph.model import Basis
from cuibono.graph.model import Statement as StatementRecord

__all__ = [
    "Beneficiary",
    "ConflictOfInterest",
    "ConflictPair",
    "Hop",
    "Path",
    "beneficiary_listing",
    "conflict_listing",
    "pair_listing",
    "path_listing",
]


@strawberry.type(description="One statement of a path, walked in one direction.")
class Hop:
    view: strawberry.Private[View]
    record: strawberry.Private[engine.Hop]

    @strawberry.field(description="The statement, which may point the other way.")
    def statement(self) -> Statement:
        return Statement(view=self.view, record=self.record.statement)

    @strawberry.field(name="from", description="Where the step begins.")
    def source(self) -> Thing:
        return thing(self.view, self.record.source)

    @strawberry.field(
        description="Others that say the same, the stronger first; told of what `paths` finds, where all that say so are one hop."
    )
    def also(self) -> list[Statement]:
        return [Statement(view=self.view, record=other) for other in self.record.also]

    @strawberry.field(name="to", description="Where the step ends.")
    def target(self) -> Thing:
        return thing(self.view, self.record.target)

    @strawberry.field(
        description="What happens to the one where the step begins when the other gains, between -1 and 1: the relation's "
        "weight times the confidence, halved where disputed; null where the relation carries no interest."
    )
    def weight(self) -> float | None:
        return self.record.weight

    @strawberry.field(description="The weight of the relation in that direction, before confidence and dispute.")
    def relation_weight(self) -> float | None:
        return self.record.relation_weight

    @strawberry.field(description="Those who dispute what the statement says.")
    def disputed_by(self) -> list[Entity]:
        return [entity(self.view, iri) for iri in self.record.disputed_by]

    @strawberry.field(description="Whether the weight counts half, because somebody other than the one who walks disputes it.")
    def halved(self) -> bool:
        return self.record.halved

    @strawberry.field(description="Whether it is unknown that the relation held at the time asked for.")
    def undated(self) -> bool:
        return self.record.undated


@strawberry.type(description="Statements that lead from one thing to another.")
class Path:
    view: strawberry.Private[View]
    record: strawberry.Private[engine.Path]

    @strawberry.field(description="The statements, in order; none on the way from a thing to itself.")
    def hops(self) -> list[Hop]:
        return [Hop(view=self.view, record=hop) for hop in self.record.hops]

    @strawberry.field(description="The signed product of the weights; null where a hop carries no interest.")
    def strength(self) -> float | None:
        return self.record.strength

    @strawberry.field(description="Whether the time of any hop is unknown.")
    def undated(self) -> bool:
        return self.record.undated


@strawberry.type(description="Somebody takes a stand on something that they stand to gain or lose by.")
class ConflictOfInterest:
    view: strawberry.Private[View]
    record: strawberry.Private[engine.ConflictOfInterest]

    @strawberry.field(description="Who takes the stand.")
    def actor(self) -> Entity:
        return entity(self.view, self.record.actor)

    @strawberry.field(description="What the stand touches, and the actor has an interest in.")
    def target(self) -> Entity:
        return entity(self.view, self.record.target)

    @strawberry.field(description="The stance, on the target or on a claim that bears on it.")
    def stance(self) -> Statement:
        return Statement(view=self.view, record=self.record.stance)

    @strawberry.field(description="The claim, where the stance is on one.")
    def claim(self) -> Claim | None:
        claims = self.view.snapshot.claims
        return None if self.record.claim is None else Claim(view=self.view, record=claims[self.record.claim])

    @strawberry.field(description="What says that the claim bears on the target.")
    def bearing(self) -> Statement | None:
        return _optional_statement(self.view, self.record.bearing)

    @strawberry.field(description="Signed: the stance, times what the claim means for the target.")
    def effective_stance(self) -> float:
        return self.record.effective_stance

    @strawberry.field(description="The strongest path from the actor to the target; empty where they are the same.")
    def interest_path(self) -> Path:
        return Path(view=self.view, record=self.record.interest_path)

    @strawberry.field(description="The strongest path of the other sign, where it is at least half as strong.")
    def opposing_path(self) -> Path | None:
        return _optional_path(self.view, self.record.opposing_path)

    @strawberry.field(description="Which way the stance and the interest lie.")
    def alignment(self) -> Alignment:
        return self.record.alignment

    @strawberry.field(description="Between 0 and 1: stance × confidence × bearing × interest.")
    def strength(self) -> float:
        return self.record.strength

    @strawberry.field(description="The weakest basis of all the statements it rests on.")
    def weakest_basis(self) -> Basis:
        return self.record.weakest_basis

    @strawberry.field(description="Whether it is unknown that the interest was held when the stance was taken.")
    def undated(self) -> bool:
        return self.record.undated

    @strawberry.field(description="One sentence of plain English.")
    def explanation(self) -> str:
        return self.record.explanation


@strawberry.type(description="All conflicts of interest of one actor in one target.")
class ConflictPair:
    view: strawberry.Private[View]
    record: strawberry.Private[engine.ConflictPair]

    @strawberry.field(description="Who takes the stands.")
    def actor(self) -> Entity:
        return entity(self.view, self.record.actor)

    @strawberry.field(description="What they touch, and the actor has an interest in.")
    def target(self) -> Entity:
        return entity(self.view, self.record.target)

    @strawberry.field(description="Which way the strongest of them lie.")
    def alignment(self) -> Alignment:
        return self.record.alignment

    @strawberry.field(description="That of the strongest.")
    def strength(self) -> float:
        return self.record.strength

    @strawberry.field(description="The conflicts, the strongest first.")
    def findings(self) -> list[ConflictOfInterest]:
        return [ConflictOfInterest(view=self.view, record=finding) for finding in self.record.findings]


@strawberry.type(description="Somebody who gains or loses if a claim is believed, or if an entity gains.")
class Beneficiary:
    view: strawberry.Private[View]
    record: strawberry.Private[engine.Beneficiary]

    @strawberry.field(description="Who.")
    def entity(self) -> Entity:
        return entity(self.view, self.record.entity)

    @strawberry.field(description="Whether they gain or lose.")
    def effect(self) -> Effect:
        return self.record.effect

    @strawberry.field(description="How much, between -1 and 1, by the strongest path.")
    def gain(self) -> float:
        return self.record.gain

    @strawberry.field(description="The size of the gain or loss.")
    def strength(self) -> float:
        return self.record.strength

    @strawberry.field(description="What says whom the claim touches; null where the question was about an entity.")
    def bearing(self) -> Statement | None:
        return _optional_statement(self.view, self.record.bearing)

    @strawberry.field(description="From them to the one who is touched; empty where that is themselves.")
    def path(self) -> Path:
        return Path(view=self.view, record=self.record.path)

    @strawberry.field(description="What says whom the claim touches, for the opposing path.")
    def opposing_bearing(self) -> Statement | None:
        return _optional_statement(self.view, self.record.opposing_bearing)

    @strawberry.field(description="The strongest path of the other sign, where it is at least half as strong.")
    def opposing_path(self) -> Path | None:
        return _optional_path(self.view, self.record.opposing_path)

    @strawberry.field(description="The weakest basis of all the statements it rests on.")
    def weakest_basis(self) -> Basis:
        return self.record.weakest_basis

    @strawberry.field(description="One sentence of plain English.")
    def explanation(self) -> str:
        return self.record.explanation


def conflict_listing(view: View, found: Sequence[engine.ConflictOfInterest]) -> Listing[engine.ConflictOfInterest]:
    """Return conflicts, the strongest first, as a list to page through."""
    return Listing.of_nodes(found, lambda f: f.order, lambda f: ConflictOfInterest(view=view, record=f))


def pair_listing(view: View, found: Sequence[engine.ConflictPair]) -> Listing[engine.ConflictPair]:
    """Return groups of conflicts, the strongest first, as a list to page through."""
    return Listing.of_nodes(
        found, lambda p: (-round(p.strength, 12), p.actor, p.target), lambda p: ConflictPair(view=view, record=p)
    )


def beneficiary_listing(view: View, found: Sequence[engine.Beneficiary]) -> Listing[engine.Beneficiary]:
    """Return gainers and losers, the most affected first, as a list to page through."""
    return Listing.of_nodes(found, lambda b: b.order, lambda b: Beneficiary(view=view, record=b))


def path_listing(view: View, found: Sequence[engine.Path]) -> Listing[engine.Path]:
    """Return paths, the shortest first, then the strongest, as a list to page through."""

    def key(path: engine.Path) -> tuple[int, float, str]:
        strength, length, statements = path.order
        return length, strength, " ".join(statements)

    return Listing.of_nodes(found, key, lambda p: Path(view=view, record=p))


def _optional_statement(view: View, record: StatementRecord | None) -> Statement | None:
    return None if record is None else Statement(view=view, record=record)


def _optional_path(view: View, record: engine.Path | None) -> Path | None:
    return None if record is None else Path(view=view, record=record)
