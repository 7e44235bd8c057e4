"""Which fields an operation asks for: collected by graphql-core, once for each way that its directives can fall."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from cuibono.api.graphql.compiled.refusal import Refused

__all__ = ["Fields", "Selections", "directive_variables", "variables_in"]

Fields = FieldDetailsList
"""The places of a query that ask for one field under one name; the first has the arguments."""


class Selections:
    """The fields that an operation asks for of each type.

    Parameters
    ----------
    variables : VariableValues
        Of which the directives have their conditions.
    """

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
    ) -> None:
        self._schema, self._operation, self._variables = schema, operation, variables
        self._fragments: dict[str, FragmentDetails] = {
            part.name.value: FragmentDetails(part) for part in document.definitions if isinstance(part, FragmentDefinitionNode)
        }

    def root(self, root: GraphQLObjectType) -> GroupedFieldSet:
        """Return the fields of the operation itself, by the name that each has in the answer."""
        return _plain(collect_fields(self._schema, self._fragments, self._variables, root, self._operation))

    def below(self, kind: GraphQLObjectType, fields: Fields) -> GroupedFieldSet:
        """Return the fields below a field whose value is of a type."""
        found = collect_subfields(self._schema, self._fragments, self._variables, self._operation, kind, fields)
        return _plain(found)

    def variables_below(self, fields: Fields) -> tuple[str, ...]:
        """Return the variables that stand in what is selected below a field, fragments included, sorted."""
        found: set[str] = set()
        spread: set[str] = set()
        waiting: list[Node] = [each.node.selection_set for each in fields if each.node.selection_set]
        while waiting:
            inside = _Inside()
            visit(waiting.pop(), inside)
            found.update(inside.variables)
            waiting += [self._fragments[name].definition.selection_set for name in inside.spreads - spread]
            spread |= inside.spreads
        return tuple(sorted(found))


def directive_variables(document: DocumentNode) -> tuple[str, ...]:
    """Return the variables that directives hang on, sorted."""
    found = _Directives()
    visit(document, found)
    return tuple(sorted({name for directive in found.directives for name in variables_in(directive)}))


def variables_in(node: Node) -> Iterator[str]:
    """Yield the names of the variables that stand in a part of a query."""
    found = _Inside()
    visit(node, found)
    return iter(found.variables)


def _plain(found: CollectedFields) -> GroupedFieldSet:
    if found.new_defer_usages:
        raise Refused
    return found.grouped_field_set


class _Directives(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.directives: list[DirectiveNode] = []

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        self.directives.append(node)


class _Inside(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.variables: list[str] = []
        self.spreads: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.variables.append(node.name.value)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.spreads.add(node.name.value)
