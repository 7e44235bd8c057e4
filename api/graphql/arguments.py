"""Arguments that several fields take, each described once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import strawberry

from cuibono.api.graphql.view import ACCEPTED
from cuibono.graph.dates import PartialDate
from cuibono.graph.interest.findings import MAXIMUM_HOPS, Alignment
from cuibono.graph.model import Status

__all__ = [
    "WHICH",
    "Actor",
    "AlignmentArgument",
    "AsOf",
    "MaxHops",
    "MinStrength",
    "StatusArgument",
    "Target",
    "statuses",
]

WHICH = "a name, an IRI or an id"

Actor = Annotated[str | None, strawberry.argument(description=f"Only those of this actor: {WHICH}.")]
Target = Annotated[str | None, strawberry.argument(description=f"Only those that touch this: {WHICH}.")]
AlignmentArgument = Annotated[Alignment | None, strawberry.argument(description="Only those that lie this way.")]
MinStrength = Annotated[float, strawberry.argument(description="Only what is at least so strong, between 0 and 1.")]
MaxHops = Annotated[int, strawberry.argument(description=f"The most statements a path may have, 1 to {MAXIMUM_HOPS}.")]
AsOf = Annotated[PartialDate | None, strawberry.argument(description="Only statements that may be valid on that day.")]
StatusArgument = Annotated[list[Status] | None, strawberry.argument(description="Statements that count; accepted unless given.")]


def statuses(status: list[Status] | None) -> Sequence[Status]:
    """Return the statuses that an argument asks for."""
    return ACCEPTED if status is None else status
