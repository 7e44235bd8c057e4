"""What an operation would take, worked out before anything of it is validated or run.

Each fragment is measured once, however often and however deep it is spread, so that the measuring takes time in
proportion to the length of the document; counting what is spread anew each time would take exponential time for a
document of a few lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from cuibono.api.graphql.connections import DEFAULT_PAGE, MAXIMUM_PAGE

__all__ = ["UNLIMITED", "WEIGHTS", "Budget", "Limits", "measured", "size_variables"]

_LIST = 5  # items of a list whose length nobody knows
_ENOUGH = 10**12  # counts stop here: the expansion of a few fragments has more digits than is good
_SIZES = ("first", "last", "ids")
_NAMES = {
    "depth": "depth",
    "aliases": "number of aliases",
    "root_fields": "number of fields at the root",
    "directives": "number of directives",
    "cost": "cost",
}

_PLAIN = frozenset({"after", "before", "first", "id", "ids", "iri", "last", "name", "status"})
_HEAVY = frozenset({"__schema", "__type", "neighborhood", "ontology"})

WEIGHTS: Mapping[str, int] = {
    "beneficiaries": 2_000,
    "claims": 200,
    "conflictPairs": 2_000,
    "conflictsOfInterest": 2_000,
    "documents": 200,
    "entities": 200,
    "info": 200,
    "paths": 2_000,
    "search": 500,
    "statements": 200,
}
"""What a root field costs of itself, where that is more than the reading of a value; the walks cost most."""

_Typed = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True, slots=True)
class Budget:
    """What an operation would take, fragments included as often as they are spread.

    Attributes
    ----------
    depth : int
        The most fields that stand within each other.
    aliases : int
        How many fields have an alias.
    root_fields : int
        How many fields stand at the root.
    directives : int
        How many directives there are.
    cost : int
        About how many values would be read at most, by the sizes of lists that the operation asks for.
    light : bool
        Whether it does nothing but read single values, and lists along one relation, unfiltered.
    """

    depth: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0
    cost: int = 0
    light: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that an operation may take; see `Budget`.

    Attributes
    ----------
    tokens : int
        The most names, numbers, texts and signs that a document may have, fragments counted once.
    """

    tokens: int = 5_000
    depth: int = 24
    aliases: int = 100
    root_fields: int = 50
    directives: int = 100
    cost: int = 500_000

    def exceeded(self, budget: Budget) -> Iterable[str]:
        """Yield, for each limit that a budget exceeds, a sentence for whoever asks."""
        for part, name in _NAMES.items():
            taken, allowed = getattr(budget, part), getattr(self, part)
            if taken > allowed:
                counted = f"{taken:,}" if taken < _ENOUGH else "beyond counting"
                yield f"the query is too large: its {name} would be {counted}, and may be {allowed:,}"


UNLIMITED = Limits(tokens=1_000_000, depth=100, aliases=_ENOUGH, root_fields=_ENOUGH, directives=_ENOUGH, cost=_ENOUGH)
"""For whoever asks on their own machine. The depth is what Python's own stack has room for."""


def measured(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    *,
    depth: int,
) -> Budget:
    """Return what an operation of a document would take, valid or not.

    Parameters
    ----------
    variables : mapping of str to object
        They tell the sizes of lists, where those are asked for by variables.
    depth : int
        What is far deeper than that is not looked into, and its depth is beyond counting.
    """
    defaults = {
        definition.variable.name.value: _literal(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    fragments = {part.name.value: part for part in document.definitions if isinstance(part, FragmentDefinitionNode)}
    root = schema.get_root_type(operation.operation)
    found = _Measuring(schema, fragments, {**defaults, **variables}, 3 * depth).selections(operation.selection_set, root, 0)
    own = _directives(operation) + sum(map(_directives, operation.variable_definitions or ()))
    return Budget(found.depth, found.aliases, found.fields, min(found.directives + own, _ENOUGH), found.cost, found.light)


def size_variables(document: DocumentNode) -> tuple[str, ...]:
    """Return the names of the variables that sizes of lists hang on, in a document that can be measured."""
    names: set[str] = set()
    waiting: list[Any] = [part for part in document.definitions if hasattr(part, "selection_set")]
    while waiting:
        node = waiting.pop()
        for argument in getattr(node, "arguments", None) or ():
            if argument.name.value in _SIZES and isinstance(argument.value, VariableNode):
                names.add(argument.value.name.value)
        inner = getattr(node, "selection_set", None)
        waiting += inner.selections if inner else ()
    return tuple(sorted(names))


@dataclass(frozen=True, slots=True)
class _Part:
    """What the selections of one place would take; its cost is `cost`, plus `each` for every item of the list it is in."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    directives: int = 0
    cost: int = 0
    each: int = 0
    light: bool = True

    def __add__(self, other: _Part) -> _Part:
        return _Part(
            max(self.depth, other.depth),
            min(self.aliases + other.aliases, _ENOUGH),
            min(self.fields + other.fields, _ENOUGH),
            min(self.directives + other.directives, _ENOUGH),
            min(self.cost + other.cost, _ENOUGH),
            min(self.each + other.each, _ENOUGH),
            self.light and other.light,
        )


class _Measuring:
    """The measuring of one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
        most_nested: int,
    ) -> None:
        self._schema, self._fragments, self._variables, self._most = schema, fragments, variables, most_nested
        self._known: dict[str, _Part] = {}

    def selections(self, node: SelectionSetNode | None, parent: Any, level: int) -> _Part:
        """Return what a set of selections takes, on a type that is None where it is not known."""
        if node is None:
            return _Part()
        if level > self._most:
            return _Part(depth=_ENOUGH)
        return reduce(_Part.__add__, (self._selection(part, parent, level) for part in node.selections), _Part())

    def _selection(self, node: SelectionNode, parent: Any, level: int) -> _Part:
        own = _Part(directives=_directives(node))
        match node:
            case FieldNode():
                return own + self._field(node, parent, level)
            case InlineFragmentNode():
                narrowed = self._type(node.type_condition.name.value) if node.type_condition else parent
                return own + self.selections(node.selection_set, narrowed, level + 1)
            case FragmentSpreadNode():
                return own + self._fragment(node.name.value, level)
        return own

    def _fragment(self, name: str, level: int) -> _Part:
        fragment = self._fragments.get(name)
        if fragment is None:
            return _Part()
        if name not in self._known:
            self._known[name] = _Part()  # one that is spread within itself is for the validation to tell
            inner = self.selections(fragment.selection_set, self._type(fragment.type_condition.name.value), level + 1)
            self._known[name] = inner + _Part(directives=_directives(fragment))
        return self._known[name]

    def _field(self, node: FieldNode, parent: Any, level: int) -> _Part:
        name = node.name.value
        known: GraphQLField | None = parent.fields.get(name) if isinstance(parent, _Typed) else None
        inner = self.selections(node.selection_set, get_named_type(known.type) if known else None, level + 1)
        sizes = [
            size for argument in node.arguments or () if (size := self._size(argument.name.value, argument.value)) is not None
        ]
        within = inner.cost + inner.each * max(sizes, default=DEFAULT_PAGE)
        own = WEIGHTS.get(name, 1) if parent is self._schema.query_type else 1
        cost, each = own + within, 0
        if known is not None and node.selection_set is not None and _is_list(known):
            if parent.name.endswith("Connection"):
                cost, each = own, within
            else:
                cost = own + within * max(sizes, default=_LIST)
        return _Part(
            depth=min(1 + inner.depth, _ENOUGH),
            aliases=inner.aliases + (node.alias is not None),
            fields=1,
            directives=inner.directives,
            cost=min(cost, _ENOUGH),
            each=min(each, _ENOUGH),
            light=inner.light and own == 1 and name not in _HEAVY and all(a.name.value in _PLAIN for a in node.arguments or ()),
        )

    def _size(self, name: str, value: ValueNode) -> int | None:
        """Return how many items an argument asks for; None if that is not what it says."""
        if name not in _SIZES:
            return None
        given = self._variables.get(value.name.value) if isinstance(value, VariableNode) else _literal(value)
        size = len(given) if isinstance(given, list) else given
        return min(max(size, 0), MAXIMUM_PAGE) if isinstance(size, int) else None

    def _type(self, name: str) -> Any:
        return self._schema.type_map.get(name)


def _directives(node: Any) -> int:
    return len(node.directives or ())


def _literal(value: ValueNode) -> object:
    match value:
        case IntValueNode():
            return int(value.value[:12])
        case ListValueNode():
            return list(value.values)
        case NullValueNode():
            return None
    return None


def _is_list(field: GraphQLField) -> bool:
    type_ = field.type.of_type if is_non_null_type(field.type) else field.type
    return is_list_type(type_)
