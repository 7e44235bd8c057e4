"""The root of the API: what can be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np
import strawberry

from cuibono.api.graphql.arguments import (
    WHICH,
    Actor,
    AlignmentArgument,
    AsOf,
    ClaimsOrder,
    ClaimsWhere,
    DocumentsOrder,
    DocumentsWhere,
    EntitiesOrder,
    EntitiesWhere,
    Evidence,
    MaxHops,
    MinStrength,
    StatementsOrder,
    StatementsWhere,
    StatusArgument,
    Target,
    statuses,
)
from cuibono.api.graphql.connections import MAXIMUM_PAGE, PAGING, Connection, Listing, Paged, PageInfo
from cuibono.api.graphql.filter_inputs import (
    ClaimOrder,
    ClaimWhere,
    DocumentOrder,
    DocumentWhere,
    EntityOrder,
    EntityWhere,
)
from cuibono.api.graphql.findings import (
    Beneficiary,
    ConflictOfInterest,
    ConflictPair,
    Path,
    beneficiary_listing,
    conflict_listing,
    pair_listing,
    path_listing,
)
from cuibono.api.graphql.identifiers import iri_of, named
from cuibono.api.graphql.listings import chosen_statuses, record_listing
from cuibono.api.graphql.neighborhoods import DEFAULT_LIMIT, DESCRIPTION, Depth, Limit, Neighborhood, Via, neighborhood
from cuibono.api.graphql.nodes import (
    Claim,
    Document,
    Entity,
    Node,
    Thing,
    entity,
    node,
    statement_listing,
    statements_asked,
    thing,
)
from cuibono.api.graphql.ontology import Info, Ontology, info_of, ontology_of
from cuibono.api.graphql.record_connections import ClaimConnection, DocumentConnection, EntityConnection, StatementConnection
from cuibono.api.graphql.view import View
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.filtering.conditions import All, Condition, Contested
from cuibono.graph.filtering.ordering import OrderBy
from cuibono.graph.filtering.statements import statement_rows
from cuibono.graph.interest import findings as engine
from cuibono.graph.interest.findings import DEFAULT_HOPS, DEFAULT_MIN_STRENGTH
from cuibono.graph.model import Basis, Status
from cuibono.graph.snapshot.search import Match

__all__ = ["Query"]

_Context = strawberry.Info[View, None]


@strawberry.type(description="Something that was found by its words.")
class SearchEdge:
    cursor: str = strawberry.field(description="The item's place in the list, for `after` and `before`.")
    node: Thing = strawberry.field(description="What was found.")
    text: str = strawberry.field(description="The name, claim or quote that has the words.")
    score: float = strawberry.field(description="1 for the very words, less for a beginning, a word in the middle, a part.")


@strawberry.type(description=f"A page of what was found. {PAGING}")
class SearchConnection:
    edges: list[SearchEdge] = strawberry.field(description="What was found, the best first.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")
    total_count: int = strawberry.field(description="How much was found in all.")


@strawberry.type(description="What can be asked. Answers rest on accepted statements unless another status is asked for.")
class Query:
    @strawberry.field(description="The thing of an id; null if there is none any more.")
    def node(self, info: _Context, id: strawberry.ID) -> Node | None:
        return node(info.context, iri_of(id))

    @strawberry.field(description=f"The things of at most {MAXIMUM_PAGE} ids, in their order; null where there is none any more.")
    def nodes(self, info: _Context, ids: list[strawberry.ID]) -> list[Node | None]:
        if len(ids) > MAXIMUM_PAGE:
            raise InvalidArgument("ids", f"are {len(ids)}; give at most {MAXIMUM_PAGE} at a time")
        return [node(info.context, iri_of(id)) for id in ids]

    @strawberry.field(
        description="The entity of an IRI (of a merged one, that which it is shown as), null if there is none; or that of a "
        "label or alias, case aside, an error if there is none (which names those that come near) or if there are several "
        "(which gives their IRIs)."
    )
    def entity(self, info: _Context, iri: str | None = None, name: str | None = None) -> Entity | None:
        if name is not None and iri is None:
            return entity(info.context, info.context.graph.entity(name, exact=True).iri)
        if iri is not None and name is None:
            shown = info.context.snapshot.identities.of(iri)
            return entity(info.context, shown) if shown in info.context.snapshot.entities else None
        raise InvalidArgument("name", "give either a name or an iri")

    @strawberry.field(
        graphql_type=EntityConnection,
        extensions=[Paged()],
        description="Entities, in the order of their IRIs unless asked otherwise.",
    )
    def entities(
        self,
        info: _Context,
        type: Annotated[
            str | None, strawberry.argument(description="Only members of this class and of those below it: a name or an IRI.")
        ] = None,
        where: EntitiesWhere = None,
        order_by: EntitiesOrder = None,
    ) -> Listing[int]:
        view = info.context
        parts = [view.asking.condition(EntityWhere, where)] + ([] if type is None else [view.asking.of_classes([type])])
        return _listing(view, "entities", parts, view.asking.order(EntityOrder, order_by), lambda e: entity(view, e.iri))

    @strawberry.field(
        graphql_type=SearchConnection,
        extensions=[Paged()],
        description="What has the words, in this order, in its name, its text or a quote; the best first.",
    )
    def search(self, info: _Context, text: str) -> Listing[Match]:
        def edge(match: Match, cursor: str) -> SearchEdge:
            return SearchEdge(cursor=cursor, node=thing(info.context, match.iri), text=match.text, score=match.score)

        return Listing(info.context.graph.search(text), lambda match: (-match.score, match.iri), edge)

    @strawberry.field(
        graphql_type=StatementConnection,
        extensions=[Paged()],
        description="Statements that have all that is asked for, in the order of their IRIs unless asked otherwise.",
    )
    def statements(
        self,
        info: _Context,
        subject: Annotated[str | None, strawberry.argument(description=f"Its subject: {WHICH}.")] = None,
        predicate: Annotated[str | None, strawberry.argument(description="Its relation: a name or an IRI.")] = None,
        object: Annotated[str | None, strawberry.argument(description=f"Its object: {WHICH}.")] = None,
        speaker: Annotated[str | None, strawberry.argument(description=f"Who says so: {WHICH}.")] = None,
        said_via: Annotated[str | None, strawberry.argument(description=f"The channel it was said on: {WHICH}.")] = None,
        document: Annotated[str | None, strawberry.argument(description="Where it is found: an IRI or an id.")] = None,
        basis: Annotated[Basis | None, strawberry.argument(description="Its basis.")] = None,
        status: Annotated[list[Status] | None, strawberry.argument(description="Any of these; accepted unless given.")] = None,
        stated_from: Annotated[PartialDate | None, strawberry.argument(description="Said on that day or later.")] = None,
        stated_to: Annotated[PartialDate | None, strawberry.argument(description="Said on that day or before.")] = None,
        as_of: Annotated[PartialDate | None, strawberry.argument(description="May be valid on that day.")] = None,
        min_confidence: Annotated[float, strawberry.argument(description="Of at least this confidence.")] = 0.0,
        where: StatementsWhere = None,
        evidence: Evidence = None,
        order_by: StatementsOrder = None,
    ) -> Listing[int]:
        view = info.context
        rows = statement_rows(
            view.evaluation,
            subject=named(subject),
            predicate=predicate,
            object=named(object),
            speaker=named(speaker),
            said_via=named(said_via),
            document=named(document),
            basis=basis,
            status=chosen_statuses(status, evidence),
            stated_from=stated_from,
            stated_to=stated_to,
            as_of=as_of,
            min_confidence=min_confidence,
            where=statements_asked(view, where, evidence),
        )
        return statement_listing(view, rows, None, None, order_by)

    @strawberry.field(
        graphql_type=ClaimConnection,
        extensions=[Paged()],
        description="Claims, in the order of their IRIs unless asked otherwise.",
    )
    def claims(
        self,
        info: _Context,
        contested: Annotated[
            bool | None, strawberry.argument(description="Only those that are contested, or only those that are not.")
        ] = None,
        where: ClaimsWhere = None,
        order_by: ClaimsOrder = None,
    ) -> Listing[int]:
        view = info.context
        parts = [view.asking.condition(ClaimWhere, where)] + ([] if contested is None else [Contested(contested)])
        return _listing(
            view, "claims", parts, view.asking.order(ClaimOrder, order_by), lambda record: Claim(view=view, record=record)
        )

    @strawberry.field(
        graphql_type=DocumentConnection,
        extensions=[Paged()],
        description="Documents, in the order of their IRIs unless asked otherwise.",
    )
    def documents(self, info: _Context, where: DocumentsWhere = None, order_by: DocumentsOrder = None) -> Listing[int]:
        view = info.context
        parts = [view.asking.condition(DocumentWhere, where)]
        order = view.asking.order(DocumentOrder, order_by)
        return _listing(view, "documents", parts, order, lambda record: Document(view=view, record=record))

    @strawberry.field(
        graphql_type=Connection[ConflictOfInterest],
        extensions=[Paged()],
        description="Who takes a stand on something that they stand to gain or lose by, the strongest first.",
    )
    def conflicts_of_interest(
        self,
        info: _Context,
        actor: Actor = None,
        target: Target = None,
        alignment: AlignmentArgument = None,
        min_strength: MinStrength = DEFAULT_MIN_STRENGTH,
        max_hops: MaxHops = DEFAULT_HOPS,
        as_of: AsOf = None,
        status: StatusArgument = None,
    ) -> Listing[engine.ConflictOfInterest]:
        found = info.context.graph.conflicts(
            actor=named(actor),
            target=named(target),
            alignment=alignment,
            min_strength=min_strength,
            max_hops=max_hops,
            as_of=as_of,
            status=statuses(status),
        )
        return conflict_listing(info.context, found)

    @strawberry.field(
        graphql_type=Connection[ConflictPair],
        extensions=[Paged()],
        description="Conflicts of interest grouped by actor and target, the strongest first.",
    )
    def conflict_pairs(
        self,
        info: _Context,
        actor: Actor = None,
        target: Target = None,
        alignment: AlignmentArgument = None,
        min_strength: MinStrength = DEFAULT_MIN_STRENGTH,
        max_hops: MaxHops = DEFAULT_HOPS,
        as_of: AsOf = None,
        status: StatusArgument = None,
    ) -> Listing[engine.ConflictPair]:
        found = info.context.graph.conflict_pairs(
            actor=named(actor),
            target=named(target),
            alignment=alignment,
            min_strength=min_strength,
            max_hops=max_hops,
            as_of=as_of,
            status=statuses(status),
        )
        return pair_listing(info.context, found)

    @strawberry.field(
        graphql_type=Connection[Beneficiary],
        extensions=[Paged()],
        description="Who gains and who loses if a claim is believed, or if an entity gains; the most affected first.",
    )
    def beneficiaries(
        self,
        info: _Context,
        of: Annotated[str, strawberry.argument(description=f"A claim or an entity: {WHICH}, or a claim's text.")],
        min_strength: MinStrength = DEFAULT_MIN_STRENGTH,
        max_hops: MaxHops = DEFAULT_HOPS,
        as_of: AsOf = None,
        status: StatusArgument = None,
    ) -> Listing[engine.Beneficiary]:
        found = info.context.graph.beneficiaries(
            _known(of), min_strength=min_strength, max_hops=max_hops, as_of=as_of, status=statuses(status)
        )
        return beneficiary_listing(info.context, found)

    @strawberry.field(
        graphql_type=Connection[Path],
        extensions=[Paged()],
        description="How two entities or claims are connected: paths over statements in either direction, the shortest "
        f"first, then the strongest; {MAXIMUM_PAGE} at most.",
    )
    def paths(
        self,
        info: _Context,
        start: Annotated[str, strawberry.argument(name="from", description=f"Where to begin: {WHICH}.")],
        end: Annotated[str, strawberry.argument(name="to", description=f"Where to arrive: {WHICH}.")],
        via: Via = None,
        max_hops: MaxHops = DEFAULT_HOPS,
        as_of: AsOf = None,
        status: StatusArgument = None,
    ) -> Listing[engine.Path]:
        found = info.context.graph.paths(
            _known(start),
            _known(end),
            via=via,
            max_hops=max_hops,
            as_of=as_of,
            status=statuses(status),
            limit=MAXIMUM_PAGE,
        )
        return path_listing(info.context, found)

    @strawberry.field(description=DESCRIPTION.replace("around it", "around an entity or a claim"))
    def neighborhood(
        self,
        info: _Context,
        of: Annotated[str, strawberry.argument(description=f"An entity or a claim: {WHICH}, or a claim's text.")],
        depth: Depth = 1,
        via: Via = None,
        as_of: AsOf = None,
        status: StatusArgument = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Neighborhood:
        return neighborhood(info.context, _known(of), depth=depth, via=via, as_of=as_of, status=status, limit=limit)

    @strawberry.field(description="What may be said, and what it means for interests.")
    def ontology(self, info: _Context) -> Ontology:
        return ontology_of(info.context.vocabulary)

    @strawberry.field(description="What the graph holds, in numbers.")
    def info(self, info: _Context) -> Info:
        return info_of(info.context.graph.info())


def _known(text: str) -> str:
    return named(text) or text


def _listing(
    view: View, kind: str, parts: Sequence[Condition], order: Sequence[OrderBy], node: Callable[[Any], object]
) -> Listing[int]:
    asked = tuple(part for part in parts if part != All())
    rows = view.evaluation.chosen(kind, All(asked))
    if kind == "documents" and view.graph.withdrawn:
        table = view.evaluation.tables.documents
        rows = rows[~np.isin(rows, [table.row(iri) for iri in view.graph.withdrawn])]
    return record_listing(view, kind, rows, order, node)
