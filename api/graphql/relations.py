"""What the ontology adds to the API: a type for each class, and for each relation a field at both of its ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import strawberry
from strawberry.types.field import StrawberryField

from cuibono.api.graphql.connections import Listing, Paged
from cuibono.api.graphql.nodes import Entity, Node, RelationConnection, RelationEdge, Statement, thing
from cuibono.graph import model
from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Status
from cuibono.schema import EntityClass, OntologyError, Relation, Vocabulary
from cuibono.schema.vocabulary import CLAIM, ENTITY, STATEMENT

__all__ = ["End", "check_type_names", "entity_types", "relation_ends"]


@dataclass(frozen=True, slots=True)
class End:
    """A relation, seen from its subjects or, where `inverse`, from its objects."""

    relation: Relation
    inverse: bool

    @property
    def name(self) -> str:
        """The name of its field."""
        return self.relation.inverse_name if self.inverse else self.relation.name

    @property
    def description(self) -> str:
        """What its field says of itself."""
        direction = "either way" if self.relation.symmetric else "from the other to this" if self.inverse else "from this"
        return f"Statements of the relation “{self.relation.label}”, {direction}. {self.relation.comment}".strip()

    def field(self) -> StrawberryField:
        """Return its field."""
        relation, inverse = self.relation, self.inverse

        def related(root: Node, status: list[Status] | None = None, as_of: PartialDate | None = None) -> Listing[model.Statement]:
            def edge(record: model.Statement, cursor: str) -> RelationEdge:
                other = record.subject if record.object == root.record.iri else record.object
                return RelationEdge(
                    cursor=cursor, node=thing(root.view, other), statement=Statement(view=root.view, record=record)
                )

            found = root.view.related(root.record.iri, relation, inverse=inverse, status=status, as_of=as_of)
            return Listing(found, lambda record: (record.iri,), edge)

        field: StrawberryField = strawberry.field(
            name=self.name, description=self.description, graphql_type=RelationConnection, extensions=[Paged()]
        )(related)
        field.python_name = self.name
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
    for end in _ends_at(vocabulary, iri):
        if _is_position(end, iri):
            continue
        if end.name in built_in:
            raise _clash(vocabulary, end, iri)
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


def _ends_at(vocabulary: Vocabulary, iri: str) -> Iterator[End]:
    ancestors = vocabulary.ancestors(iri)
    for name in sorted(vocabulary.relations):
        relation = vocabulary.relations[name]
        if ancestors.intersection(relation.domain):
            yield End(relation, inverse=False)
        if ancestors.intersection(relation.range) and not relation.symmetric:
            yield End(relation, inverse=True)


def _is_position(end: End, iri: str) -> bool:
    """Return whether the built-in positions on a claim or statement are what an end is called after, and contain it."""
    signs = {"supportedBy": 1, "disputedBy": -1}
    stance = end.relation.stance or 0
    return end.inverse and iri in (CLAIM, STATEMENT) and signs.get(end.name, 0) * stance > 0


def _clash(vocabulary: Vocabulary, end: End, iri: str) -> OntologyError:
    owner = {CLAIM: "Claim", STATEMENT: "Statement"}.get(iri) or vocabulary.entity_class(iri).name
    whose, remedy = "its name", "give its IRI another last part"
    if end.inverse:
        whose, remedy = "the name of its inverse", "give it an owl:inverseOf of another name"
    return vocabulary.ontology.error(end.relation.iri, f"{whose}: every {owner} has a field {end.name!r} already; {remedy}")
