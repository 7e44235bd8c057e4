"""What statements say of their ends, as GraphQL types: relations and attributes."""

from __future__ import annotations

import strawberry

from cuibono.api.graphql.scalars import AttributeValue

__all__ = ["Predicate", "StatementAttribute"]


@strawberry.type(description="A relation of the ontology, as the predicate of a statement.")
class Predicate:
    name: str = strawberry.field(description="Its name, as in the names of fields.")
    label: str = strawberry.field(description="Words for it.")
    iri: str = strawberry.field(description="Its IRI.")


@strawberry.type(description="An attribute that a statement carries, such as a share.")
class StatementAttribute:
    name: str = strawberry.field(description="Its name in the ontology.")
    label: str = strawberry.field(description="Words for it.")
    iri: str = strawberry.field(description="Its IRI.")
    value: AttributeValue = strawberry.field(description="Its value.")
