"""The ontology and the numbers of a graph, as GraphQL types."""

from __future__ import annotations

from importlib.metadata import version

import strawberry

from cuibono.graph import lookups
from cuibono.graph.model import Status
from cuibono.schema import Attribute, EntityClass, Relation, Vocabulary
from cuibono.schema.vocabulary import local_name

__all__ = ["Info", "Ontology", "info_of", "ontology_of"]


@strawberry.type(description="A class of entities.")
class OntologyClass:
    name: str = strawberry.field(description="Its name, which is that of its GraphQL type.")
    label: str = strawberry.field(description="Words for it.")
    iri: str = strawberry.field(description="Its IRI.")
    comment: str = strawberry.field(description="What it is.")
    parents: list[str] = strawberry.field(description="Names of the classes that it is directly a part of.")
    abstract: bool = strawberry.field(description="Whether it only groups others, as a GraphQL interface.")
    carries_interest: bool = strawberry.field(description="Whether an interest path may pass through a member.")


@strawberry.type(description="An attribute that a statement may carry.")
class OntologyAttribute:
    name: str = strawberry.field(description="Its name.")
    label: str = strawberry.field(description="Words for it.")
    iri: str = strawberry.field(description="Its IRI.")
    comment: str = strawberry.field(description="What it says.")
    minimum: float | None = strawberry.field(description="The smallest value it may have.")
    maximum: float | None = strawberry.field(description="The largest value it may have.")


@strawberry.type(description="A relation that may stand as the predicate of a statement.")
class OntologyRelation:
    name: str = strawberry.field(description="Its name, which is that of the field of its subjects.")
    label: str = strawberry.field(description="Words for it.")
    iri: str = strawberry.field(description="Its IRI.")
    comment: str = strawberry.field(description="What it says.")
    domain: list[str] = strawberry.field(description="Names of the classes of its subjects.")
    range: list[str] = strawberry.field(description="Names of the classes of its objects.")
    inverse_name: str = strawberry.field(description="The name of the field of its objects.")
    inverse_label: str = strawberry.field(description="Words for it from the object's side.")
    symmetric: bool = strawberry.field(description="Whether it holds both ways.")
    stance: float | None = strawberry.field(
        description="Its sign between -1 and 1, where it says that the subject is for or against the object."
    )
    bearing: float | None = strawberry.field(
        description="Its sign between -1 and 1, where it says what follows for the object if people believe the subject."
    )
    forward_weight: float = strawberry.field(
        description="Between -1 and 1: what happens to the subject when the object gains; 0: nothing."
    )
    backward_weight: float = strawberry.field(
        description="Between -1 and 1: what happens to the object when the subject gains; 0: nothing."
    )
    scaled_by: str | None = strawberry.field(
        description="The attribute that multiplies the scaled weights, which then stand in place of the plain ones."
    )
    forward_scaled_weight: float | None = strawberry.field(description="The forward weight where the attribute is known.")
    backward_scaled_weight: float | None = strawberry.field(description="The backward weight where the attribute is known.")
    weight_reason: str | None = strawberry.field(description="Why the weights are what they are: they are judgements.")
    chains: bool = strawberry.field(description="Whether more than one such relation may stand in an interest path.")
    excludes: bool = strawberry.field(description="Whether the two claims it joins cannot both hold.")
    identifies: bool = strawberry.field(description="Whether the two entities it joins are one.")
    attributes: list[str] = strawberry.field(description="Names of the attributes that it may carry.")


@strawberry.type(description="What may be said, and what it means for interests.")
class Ontology:
    classes: list[OntologyClass] = strawberry.field(description="The classes of entities, by name.")
    relations: list[OntologyRelation] = strawberry.field(description="The relations, by name.")
    attributes: list[OntologyAttribute] = strawberry.field(description="The attributes, by name.")


@strawberry.type(description="How many statements have a status.")
class StatusCount:
    status: Status = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="How many accepted statements have a relation.")
class RelationCount:
    relation: str = strawberry.field(description="The name of the relation.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="What the graph holds, in numbers.")
class Info:
    software: str = strawberry.field(description="The version of cuibono that answers.")
    version: int = strawberry.field(description="The version of the graph: how often it has changed.")
    entities: int = strawberry.field(description="How many entities.")
    claims: int = strawberry.field(description="How many claims.")
    documents: int = strawberry.field(description="How many documents.")
    evidence: int = strawberry.field(description="How many pieces of evidence.")
    statements: list[StatusCount] = strawberry.field(description="How many statements, by status.")
    relations: list[RelationCount] = strawberry.field(description="How many accepted statements, by relation.")


def ontology_of(vocabulary: Vocabulary) -> Ontology:
    """Return the ontology that a vocabulary was read from."""
    return Ontology(
        classes=[_entity_class(vocabulary.classes[name]) for name in sorted(vocabulary.classes)],
        relations=[_relation(vocabulary.relations[name]) for name in sorted(vocabulary.relations)],
        attributes=[_attribute(vocabulary.attributes[name]) for name in sorted(vocabulary.attributes)],
    )


def info_of(info: lookups.Info) -> Info:
    """Return the numbers of a graph."""
    return Info(
        software=version("cuibono"),
        version=info.version,
        entities=info.entities,
        claims=info.claims,
        documents=info.documents,
        evidence=info.evidence,
        statements=[StatusCount(status=Status(status), count=count) for status, count in info.statements.items()],
        relations=[RelationCount(relation=name, count=count) for name, count in info.relations.items()],
    )


def _entity_class(entity_class: EntityClass) -> OntologyClass:
    return OntologyClass(
        name=entity_class.name,
        label=entity_class.label,
        iri=entity_class.iri,
        comment=entity_class.comment,
        parents=[local_name(iri) for iri in entity_class.parents],
        abstract=entity_class.abstract,
        carries_interest=entity_class.carries_interest,
    )


def _attribute(attribute: Attribute) -> OntologyAttribute:
    return OntologyAttribute(
        name=attribute.name,
        label=attribute.label,
        iri=attribute.iri,
        comment=attribute.comment,
        minimum=attribute.minimum,
        maximum=attribute.maximum,
    )


def _relation(relation: Relation) -> OntologyRelation:
    return OntologyRelation(
        name=relation.name,
        label=relation.label,
        iri=relation.iri,
        comment=relation.comment,
        domain=[local_name(iri) for iri in relation.domain],
        range=[local_name(iri) for iri in relation.range],
        inverse_name=relation.name if relation.symmetric else relation.inverse_name,
        inverse_label=relation.label if relation.symmetric else relation.inverse_label,
        symmetric=relation.symmetric,
        stance=relation.stance,
        bearing=relation.bearing,
        forward_weight=relation.forward_weight,
        backward_weight=relation.backward_weight,
        scaled_by=None if relation.scaled_by is None else local_name(relation.scaled_by),
        forward_scaled_weight=relation.forward_scaled_weight,
        backward_scaled_weight=relation.backward_scaled_weight,
        weight_reason=relation.weight_reason,
        chains=relation.chains,
        excludes=relation.excludes,
        identifies=relation.identifies,
        attributes=[local_name(iri) for iri in relation.attributes],
    )
