"""What stands around an entity or a claim, as GraphQL types and as a field of both."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types.field import StrawberryField

from cuibono.api.graphql.arguments import AsOf, StatusArgument, statuses
from cuibono.api.graphql.connections import MAXIMUM_PAGE
from cuibono.api.graphql.nodes import Node, Statement, Thing, thing
from cuibono.api.graphql.view import View
from cuibono.graph.arguments import whole
from cuibono.graph.dates import PartialDate
from cuibono.graph.interest import neighborhood as engine
from cuibono.graph.interest.findings import MAXIMUM_HOPS
from cuibono.graph.model import Status

__all__ = ["DEFAULT_LIMIT", "DESCRIPTION", "Depth", "Limit", "Neighborhood", "Via", "neighborhood", "neighborhood_field"]

DESCRIPTION = "What stands around it: entities and claims within some hops, either way, and the statements that join them."
DEFAULT_LIMIT = 100

Depth = Annotated[int, strawberry.argument(description=f"The most hops, 1 to {MAXIMUM_HOPS}.")]
Via = Annotated[list[str] | None, strawberry.argument(description="Names of the relations to walk; all unless given.")]
Limit = Annotated[int, strawberry.argument(description=f"The most statements, 1 to {MAXIMUM_PAGE:,}; the nearest come first.")]


@strawberry.type(description="Something that was reached.")
class Neighbor:
    node: Thing = strawberry.field(description="What was reached.")
    distance: int = strawberry.field(description="How many hops away it is; 0 for the center.")


@strawberry.type(description="What stands around an entity or a claim, the nearest first.")
class Neighborhood:
    view: strawberry.Private[View]
    record: strawberry.Private[engine.Neighborhood]

    @strawberry.field(description="What it stands around.")
    def center(self) -> Thing:
        return thing(self.view, self.record.center)

    @strawberry.field(description="The entities and claims, the center among them.")
    def nodes(self) -> list[Neighbor]:
        found = self.record.distances.items()
        return [Neighbor(node=thing(self.view, iri), distance=distance) for iri, distance in found]

    @strawberry.field(description="The statements that join them, each once.")
    def statements(self) -> list[Statement]:
        return [Statement(view=self.view, record=record) for record in self.record.statements]

    @strawberry.field(description="Whether the limit was reached, so that something is missing.")
    def cut(self) -> bool:
        return self.record.cut


def neighborhood(
    view: View,
    name: str,
    *,
    depth: int,
    via: list[str] | None,
    as_of: PartialDate | None,
    status: list[Status] | None,
    limit: int,
) -> Neighborhood:
    """Return what stands around an entity or a claim."""
    record = view.graph.neighborhood(
        name,
        depth=depth,
        via=via,
        as_of=as_of,
        status=statuses(status),
        limit=whole(limit, "limit", 1, MAXIMUM_PAGE),
    )
    return Neighborhood(view=view, record=record)


def neighborhood_field() -> StrawberryField:
    """Return the field of an entity or a claim that gives what stands around it."""

    def around(
        root: Node,
        depth: Depth = 1,
        via: Via = None,
        as_of: AsOf = None,
        status: StatusArgument = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Neighborhood:
        return neighborhood(root.view, root.record.iri, depth=depth, via=via, as_of=as_of, status=status, limit=limit)

    field: StrawberryField = strawberry.field(name="neighborhood", description=DESCRIPTION)(around)
    field.python_name = "neighborhood"
    return field
