"""The GraphQL schema of a vocabulary: what is written by hand, and what the ontology adds to it."""

from __future__ import annotations

import copy
from dataclasses import replace

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.annotation import StrawberryAnnotation
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryObjectDefinition, StrawberryOptional, get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.types.union import StrawberryUnion
from strawberry.types.unset import UNSET

from cuibono.api.graphql.ends import End
from cuibono.api.graphql.filters import Filters
from cuibono.api.graphql.mutations import Mutation
from cuibono.api.graphql.neighborhoods import neighborhood_field
from cuibono.api.graphql.nodes import Claim, Entity, Statement
from cuibono.api.graphql.principal import ANYBODY, Principal
from cuibono.api.graphql.query import Query
from cuibono.api.graphql.relations import check_type_names, entity_types, relation_ends, relation_field
from cuibono.api.graphql.scalars import SCALARS
from cuibono.api.graphql.subscriptions import Subscription
from cuibono.api.graphql.view import FrozenGraph, View
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.schema import Vocabulary
from cuibono.schema.vocabulary import CLAIM, STATEMENT

__all__ = ["VocabularySchema", "build_schema", "sdl", "type_name"]


class VocabularySchema(strawberry.Schema):
    """The schema of a vocabulary.

    Parameters
    ----------
    vocabulary : Vocabulary
        What its classes and relations are.

    Raises
    ------
    OntologyError
        If the name of a relation cannot be that of a field, or is taken.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._frozen: FrozenGraph | None = None
        self._types = entity_types(vocabulary)
        self._class_of: dict[type, str] = {made: iri for iri, made in self._types.items()}
        self._class_of |= {Claim: CLAIM, Statement: STATEMENT}
        self.filters = Filters(vocabulary)
        self.filters.check_names()
        self._made_fields: dict[End, StrawberryField] = {}
        self._relation_fields = {made: list(self._read_relations(made)) for made in self._class_of}
        self._input_fields = self.filters.fields  # now, so that a clash is an error of the ontology
        concrete = [made for made in self._types.values() if not _definition(made).is_interface]
        members = sorted([Claim, Statement, *concrete], key=lambda made: _definition(made).name)
        self._thing = StrawberryUnion(
            name="Thing",
            type_annotations=tuple(map(StrawberryAnnotation, members)),
            description="What a statement can be about.",
        )
        types = [*self._types.values(), *self.filters.types]
        super().__init__(Query, Mutation, Subscription, types=types, config=StrawberryConfig(scalar_map=SCALARS))

    @property
    def core(self) -> GraphQLSchema:
        """The same schema as graphql-core has it."""
        return self._schema

    def view(self, graph: KnowledgeGraph, principal: Principal = ANYBODY) -> View:
        """Return what a request sees of a graph from now on, and who asks."""
        frozen, snapshot = self._frozen, graph.snapshot
        if frozen is None or frozen.live is not graph or frozen.snapshot is not snapshot:
            frozen = self._frozen = FrozenGraph(graph, snapshot)
        return View(frozen, self._types, self.filters, principal)

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """Return the fields of a type: those written by hand, and those that stand for relations."""
        made = type_definition.origin
        return [
            *(self._of_this_schema(field, made) for field in type_definition.fields),
            *(self._of_this_schema(field, made) for field in self._relation_fields.get(made, ())),
            *(field.shown() for field in self._input_fields.get(made, {}).values()),
        ]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Do nothing: whoever answers the client logs what is worth it."""

    def _of_this_schema(self, field: StrawberryField, made: type) -> StrawberryField:
        """Return a field of a type that all schemas share, for this one alone: what it refers to as `Thing` differs."""
        own = copy.copy(field)
        own.arguments = [_without_null(argument) for argument in field.arguments]
        own.default_value = UNSET if field.default_value is None else field.default_value
        if made is not Entity and made in self._class_of:
            # What arguments mean is said once, of `Entity`: there are so many that it would make up half of the schema.
            for argument in own.arguments:
                argument.description = None
        match field.type:
            case StrawberryUnion(graphql_name="Thing"):
                own.type = self._thing
            case StrawberryOptional(of_type=StrawberryUnion(graphql_name="Thing")):
                own.type = StrawberryOptional(self._thing)
        return own

    def _read_relations(self, made: type) -> list[StrawberryField]:
        name_of = StrawberryConfig().name_converter.from_field
        own = [] if made is Statement else [neighborhood_field()]
        built_in = {name_of(field) for field in (*_definition(made).fields, *own)}
        ends = relation_ends(self.vocabulary, self._class_of[made], built_in)
        return [*own, *map(self._relation_field, ends)]

    def _relation_field(self, end: End) -> StrawberryField:
        """Return the field of a relation, the same one for all classes that have it: making one takes milliseconds."""
        if end not in self._made_fields:
            self._made_fields[end] = relation_field(end, self.filters.where_of(end.others))
        return self._made_fields[end]


def build_schema(vocabulary: Vocabulary) -> VocabularySchema:
    """Return the GraphQL schema of a vocabulary.

    Raises
    ------
    OntologyError
        If a name of the ontology cannot be that of a type or a field, or is taken.
    """
    without_ontology = VocabularySchema(replace(vocabulary, classes={}, relations={}, attributes={}))
    check_type_names(vocabulary, without_ontology.schema_converter.type_map)
    return VocabularySchema(vocabulary)


def sdl(vocabulary: Vocabulary) -> str:
    """Return the schema of a vocabulary in the GraphQL schema definition language, the same on every machine."""
    return print_schema(build_schema(vocabulary)) + "\n"


def _without_null(argument: StrawberryArgument) -> StrawberryArgument:
    """Return an argument whose default, if it is null, goes without saying."""
    own = copy.copy(argument)
    own.default = UNSET if argument.default is None else argument.default
    return own


def type_name(made: object) -> str:
    """Return the name of the GraphQL type that a class makes."""
    assert isinstance(made, type)
    return _definition(made).name


def _definition(made: type) -> StrawberryObjectDefinition:
    return get_object_definition(made, strict=True)
