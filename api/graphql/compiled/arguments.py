"""What a field is called with: coerced by graphql-core and converted by Strawberry; what never changes, once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from graphql import FieldNode, GraphQLField, VariableNode, get_argument_values, get_named_type, is_leaf_type, is_list_type
from graphql.execution.values import VariableValues
from graphql.type import get_nullable_type
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from cuibono.api.graphql.compiled.selection import variables_in
from cuibono.api.graphql.schema import VocabularySchema

__all__ = ["Arguments"]


class Arguments:
    """The arguments of a field at one place of a query.

    Parameters
    ----------
    made_of, known : GraphQLField and StrawberryField
        The field, as each library has it.
    node : FieldNode
        The place.
    """

    def __init__(self, schema: VocabularySchema, made_of: GraphQLField, known: StrawberryField, node: FieldNode) -> None:
        self._made_of, self._node, self._converter = made_of, node, schema.schema_converter
        name_of = self._converter.config.name_converter.from_argument
        self._arguments = {name_of(argument): argument for argument in known.arguments}
        values = {argument.name.value: argument.value for argument in node.arguments or ()}
        varying = [name for name, value in values.items() if any(True for _ in variables_in(value))]
        variables = {name: value.name.value for name in varying if isinstance(value := values[name], VariableNode)}
        # A single value that a variable gives was coerced as what it is, and nothing is left to convert.
        self._handed_on = {
            name: (self._arguments[name].python_name, variable) for name, variable in variables.items() if self._is_single(name)
        }
        self._worked_out = [name for name in varying if name not in self._handed_on]
        self._always = self._converted(made_of.args.keys() - set(varying), VariableValues({}, {}))

    def given(self, variables: VariableValues) -> Mapping[str, Any]:
        """Return the arguments by the names that the resolver has for them."""
        found = dict(self._always)
        for name, (python_name, variable) in self._handed_on.items():
            value = variables.coerced.get(variable)
            if value is None:
                found |= self._converted([name], variables)
            else:
                found[python_name] = value
        return found | self._converted(self._worked_out, variables) if self._worked_out else found

    def _is_single(self, name: str) -> bool:
        kind = self._made_of.args[name].type
        return is_leaf_type(get_named_type(kind)) and not is_list_type(get_nullable_type(kind))

    def _converted(self, names: Collection[str], variables: VariableValues) -> dict[str, Any]:
        some = GraphQLField(self._made_of.type, args={name: self._made_of.args[name] for name in names})
        return convert_arguments(
            get_argument_values(some, self._node, variables),
            [self._arguments[name] for name in names],
            scalar_registry=self._converter.scalar_registry,
            config=self._converter.config,
        )
