"""Arguments that several fields take, each described once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import strawberry

from cuibono.api.graphql.filter_inputs import (
    ClaimOrder,
    ClaimWhere,
    DocumentOrder,
    DocumentWhere,
    EntityOrder,
    EntityWhere,
    EvidenceFilter,
    StatementOrder,
    StatementWhere,
    Value,
)
from cuibono.api.graphql.view import ACCEPTED
from cuibono.graph.dates import PartialDate
from cuibono.graph.interest.findings import MAXIMUM_HOPS, Alignment
from cuibono.graph.model import Status

__all__ = [
    "WHICH",
    "Actor",
    "AlignmentArgument",
    "AsOf",
    "ClaimsOrder",
    "ClaimsWhere",
    "DocumentsOrder",
    "DocumentsWhere",
    "EntitiesOrder",
    "EntitiesWhere",
    "Evidence",
    "MaxHops",
    "MinStrength",
    "StatementsOrder",
    "StatementsWhere",
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

_WHERE = "Only those that have all this."
_ORDER = "What they are put in order by, the first counting most; by IRI where nothing else decides."
EntitiesWhere = Annotated[Value | None, strawberry.argument(graphql_type=EntityWhere | None, description=_WHERE)]
ClaimsWhere = Annotated[Value | None, strawberry.argument(graphql_type=ClaimWhere | None, description=_WHERE)]
StatementsWhere = Annotated[Value | None, strawberry.argument(graphql_type=StatementWhere | None, description=_WHERE)]
DocumentsWhere = Annotated[Value | None, strawberry.argument(graphql_type=DocumentWhere | None, description=_WHERE)]
Evidence = Annotated[
    Value | None,
    strawberry.argument(graphql_type=EvidenceFilter | None, description="Only statements of which all this holds as evidence."),
]
EntitiesOrder = Annotated[list[Value] | None, strawberry.argument(graphql_type=list[EntityOrder] | None, description=_ORDER)]
ClaimsOrder = Annotated[list[Value] | None, strawberry.argument(graphql_type=list[ClaimOrder] | None, description=_ORDER)]
StatementsOrder = Annotated[list[Value] | None, strawberry.argument(graphql_type=list[StatementOrder] | None, description=_ORDER)]
DocumentsOrder = Annotated[list[Value] | None, strawberry.argument(graphql_type=list[DocumentOrder] | None, description=_ORDER)]


def statuses(status: list[Status] | None) -> Sequence[Status]:
    """Return the statuses that an argument asks for."""
    return ACCEPTED if status is None else status
