"""What the ontology adds to the API: a type for each class, and for each relation a field at both of its ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

import strawberry
from strawberry.types.field import StrawberryField

from cuibono.api.graphql.connections import GROUPS, PAGING, GroupCount, Listing, MostGroups, Page, Paged, PageInfo
from cuibono.api.graphql.ends import End, clash, ends_at, owner_name
from cuibono.api.graphql.filter_inputs import EvidenceFilter, StatementOrder, Value
from cuibono.api.graphql.listings import chosen_statuses, row_listing
from cuibono.api.graphql.nodes import Entity, Node, Statement, Thing, thing
from cuibono.graph import model
from cuibono.graph.dates import PartialDate
from cuibono.graph.filtering.conditions import All, RelationEdges, ValidOn
from cuibono.graph.filtering.grouping import StatementGrouping
from cuibono.graph.model import Status
from cuibono.schema import EntityClass, Vocabulary
from cuibono.schema.vocabulary import CLAIM, ENTITY, STATEMENT

__all__ = ["check_type_names", "entity_types", "relation_ends", "relation_field"]


@strawberry.type(description="A statement, seen from one of its ends.")
class RelationEdge:
    cursor: str = strawberry.field(description="The statement's place in the list, for `after` and `before`.")
    node: Thing = strawberry.field(description="The other end.")
    statement: Statement = strawberry.field(description="What says so, with its speaker and evidence.")


@strawberry.type(
    description="A page of statements of one relation, seen from one of their ends; accepted ones unless another `status` "
    "is asked for, and with `asOf` only those that may be valid on that day. `where` is about what they lead to, `evidence` "
    f"about themselves. {PAGING}"
)
class RelationConnection:
    edges: list[RelationEdge] = strawberry.field(description="The statements of the page, ordered by IRI unless asked otherwise.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")
    total_count: int = strawberry.field(description="How many statements the whole list has.")

    @strawberry.field(description=GROUPS)
    def group_counts(self: Page[Any], by: StatementGrouping, first: MostGroups = 100) -> list[GroupCount]:
        return self.groups(by, first)


def relation_field(end: End, target: type) -> StrawberryField:
    """Return the field of a relation at one of its ends.

    Parameters
    ----------
    target : type
        The input type of the filters of what stands at the other end.
    """
    edges = RelationEdges(end.relation.iri, end.inverse)

    def related(
        root: Node,
        status: list[Status] | None = None,
        as_of: PartialDate | None = None,
        where: Value | None = None,
        evidence: Annotated[Value | None, strawberry.argument(graphql_type=EvidenceFilter | None)] = None,
        order_by: Annotated[list[Value] | None, strawberry.argument(graphql_type=list[StatementOrder] | None)] = None,
    ) -> Listing[int]:
        view, iri = root.view, root.record.iri
        rows = view.evaluation.at(iri, replace(edges, statuses=chosen_statuses(status, evidence)))
        asked = view.asking.evidence(evidence)[1]
        rows = view.evaluation.meeting(rows, asked if as_of is None else All((asked, ValidOn(as_of))))
        other = view.asking.other(target, where)
        if other is not None:
            rows = view.evaluation.leading_to(rows, iri, other)

        def edge(record: model.Statement, cursor: str) -> RelationEdge:
            there = record.subject if record.object == iri else record.object
            return RelationEdge(cursor=cursor, node=thing(view, there), statement=Statement(view=view, record=record))

        return row_listing(view, "statements", rows, view.asking.order(StatementOrder, order_by), edge, seen_from=iri)

    # Arguments say nothing of themselves here: there are so many fields that it would make up half of the schema.
    related.__annotations__["where"] = Annotated[Value | None, strawberry.argument(graphql_type=target | None)]
    field: StrawberryField = strawberry.field(
        name=end.name, description=end.description, graphql_type=RelationConnection, extensions=[Paged()]
    )(related)
    field.python_name = end.name
    return field


def entity_types(vocabulary: Vocabulary) -> dict[str, type[Entity]]:
    """Return, by the IRI of each class, its GraphQL type: an interface for one that only groups others."""
    types: dict[str, type[Entity]] = {ENTITY: Entity}
    # Interfaces first and from the top down: a type is made from those of the classes above it.
    for entity_class in sorted(vocabulary.classes.values(), key=lambda c: (not c.abstract, len(c.ancestors), c.iri)):
        if entity_class.iri != ENTITY:
            types[entity_class.iri] = _entity_type(vocabulary, entity_class, types)
    return types


def _entity_type(vocabulary: Vocabulary, entity_class: EntityClass, types: Mapping[str, type[Entity]]) -> type[Entity]:
    above = [c for c in vocabulary.classes.values() if c.abstract and c.iri in entity_class.ancestors and c.iri in types]
    # Nearest first, in one order for all classes, so that Python can line up the bases of every class.
    bases = [types[c.iri] for c in sorted(above, key=lambda c: (-len(c.ancestors), c.iri))]
    # The annotations that it inherits are read with the names of the module that it says it stands in.
    made: type[Entity] = type(entity_class.name, tuple(bases), {"__module__": Entity.__module__})
    decorate = strawberry.interface if entity_class.abstract else strawberry.type
    return decorate(made, name=entity_class.name, description=entity_class.comment or entity_class.label)


def relation_ends(vocabulary: Vocabulary, iri: str, built_in: Collection[str]) -> Iterator[End]:
    """Yield the ends of relations that members of a class may stand at, in the order of the relations' names.

    Parameters
    ----------
    iri : str
        IRI of an entity class, ``cb:Claim`` or ``cb:Statement``.
    built_in : collection of str
        The names of the other fields of the class's type.

    Raises
    ------
    OntologyError
        If the name of an end is taken.
    """
    for end in ends_at(vocabulary, iri):
        if _is_position(end, iri):
            continue
        if end.name in built_in:
            raise clash(vocabulary, end, f"every {owner_name(vocabulary, iri)}")
        yield end


def check_type_names(vocabulary: Vocabulary, built_in: Collection[str]) -> None:
    """Refuse a class that is called as one of the API's own types.

    Raises
    ------
    OntologyError
        If there is one.
    """
    for entity_class in vocabulary.classes.values():
        if entity_class.name in built_in and entity_class.iri != ENTITY:
            message = f"the API has a type {entity_class.name!r} already; give the class's IRI another last part"
            raise vocabulary.ontology.error(entity_class.iri, message)


def _is_position(end: End, iri: str) -> bool:
    """Return whether the built-in positions on a claim or statement are what an end is called after, and contain it."""
    signs = {"supportedBy": 1, "disputedBy": -1}
    stance = end.relation.stance or 0
    return end.inverse and iri in (CLAIM, STATEMENT) and signs.get(end.name, 0) * stance > 0
