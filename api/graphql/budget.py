"""What an operation would take, worked out before anything of it is validated or run.

Each fragment is measured once for each order of magnitude of how many things it is asked of, however often and however deep
it is spread, so that the measuring takes time in proportion to the length of the document; counting what is spread anew each
time would take exponential time for a document of a few lines.

A list counts by what is asked for (``first``), but by no more than the graph has of it; see `cuibono.api.graphql.sizes`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from typing import Any, NamedTuple

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
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from cuibono.api.graphql.connections import DEFAULT_PAGE, MAXIMUM_PAGE
from cuibono.api.graphql.sizes import Sizes

__all__ = ["UNLIMITED", "WEIGHTS", "Budget", "Limits", "measured", "size_variables"]

_LIST = 5  # items of a list whose length nobody knows
_ENOUGH = 10**12  # counts stop here: the expansion of a few fragments has more digits than is good
_SIZES = ("first", "last", "ids", "limit")
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
    dearest : tuple of str
        The fields that lead to the list whose items cost most, that one last; empty where there is no list.
    share : int
        What these cost.
    """

    depth: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0
    cost: int = 0
    light: bool = True
    dearest: tuple[str, ...] = ()
    share: int = 0


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
                remedy = f"; {_remedy(budget)}" if part == "cost" and budget.dearest else ""
                yield f"the query is too large: its {name} would be {counted}, and may be {allowed:,}{remedy}"


def _remedy(budget: Budget) -> str:
    share = f"{budget.share:,} of it" if budget.share < _ENOUGH else "most of it"
    *_, field = budget.dearest
    less = (
        "ask for fewer ids at a time"
        if field == "nodes"
        else "ask for fewer at a time, by a smaller `first`, and page by `after`"
    )
    return f"{share} for the items of {'.'.join(budget.dearest)}: {less}"


UNLIMITED = Limits(tokens=1_000_000, depth=100, aliases=_ENOUGH, root_fields=_ENOUGH, directives=_ENOUGH, cost=_ENOUGH)
"""For whoever asks on their own machine. The depth is what Python's own stack has room for."""


def measured(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    *,
    depth: int,
    sizes: Sizes | None = None,
) -> Budget:
    """Return what an operation of a document would take, valid or not.

    Parameters
    ----------
    variables : mapping of str to object
        They tell the sizes of lists, where those are asked for by variables.
    depth : int
        What is far deeper than that is not looked into, and its depth is beyond counting.
    sizes : Sizes, optional
        Those of the graph's lists; unless given, every list is taken to be as long as it is asked for.
    """
    defaults = {
        definition.variable.name.value: _literal(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    fragments = {part.name.value: part for part in document.definitions if isinstance(part, FragmentDefinitionNode)}
    root = schema.get_root_type(operation.operation)
    measuring = _Measuring(schema, fragments, {**defaults, **variables}, 3 * depth, sizes)
    found = measuring.selections(operation.selection_set, root, 0, _ONE)
    own = _directives(operation) + sum(map(_directives, operation.variable_definitions or ()))
    directives, cost = min(found.directives + own, _ENOUGH), found.cost
    return Budget(found.depth, found.aliases, found.fields, directives, cost.all, found.light, cost.dearest, cost.share)


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


class _Asked(NamedTuple):
    """Of how many things a selection is asked, and whether these are all different."""

    things: int
    different: bool

    @property
    def magnitude(self) -> tuple[int, bool]:
        """What is measured once for all."""
        return self.things.bit_length(), self.different

    def at_least(self) -> int:
        """Return the smallest number of things of the same magnitude."""
        return 1 << max(self.things.bit_length() - 1, 0)


_ONE = _Asked(1, True)


class _Cost(NamedTuple):
    """What selections cost for each thing, how much of that is for the items of lists, and for which ones the most."""

    all: int = 0
    listed: int = 0
    share: int = 0
    dearest: tuple[str, ...] = ()

    def plus(self, other: _Cost) -> _Cost:
        first = max(self, other, key=lambda cost: cost.share)
        return _Cost(min(self.all + other.all, _ENOUGH), min(self.listed + other.listed, _ENOUGH), first.share, first.dearest)

    def of_list(self, field: str, items: float) -> _Cost:
        """Return what so many items cost in a list of a field, each of them this."""
        whole, deeper = _times(self.all, items), _times(self.share, items)
        own = _times(self.all - self.listed, items)
        share, dearest = (own, (field,)) if own >= deeper else (deeper, (field, *self.dearest))
        return _Cost(whole, whole, share, dearest)

    def within(self, field: str, own: int) -> _Cost:
        """Return what a field costs that is no list."""
        return _Cost(min(self.all + own, _ENOUGH), self.listed, self.share, (field, *self.dearest) if self.dearest else ())


_NOTHING = _Cost()


def _times(cost: int, items: float) -> int:
    return min(math.ceil(cost * items - 1e-6), _ENOUGH)


@dataclass(frozen=True, slots=True)
class _Part:
    """What the selections of one place would take; its cost is `cost`, plus `each` for every item of the list it is in."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    directives: int = 0
    cost: _Cost = _NOTHING
    each: _Cost = _NOTHING
    light: bool = True

    def __add__(self, other: _Part) -> _Part:
        return _Part(
            max(self.depth, other.depth),
            min(self.aliases + other.aliases, _ENOUGH),
            min(self.fields + other.fields, _ENOUGH),
            min(self.directives + other.directives, _ENOUGH),
            self.cost.plus(other.cost),
            self.each.plus(other.each),
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
        sizes: Sizes | None,
    ) -> None:
        self._schema, self._fragments, self._variables, self._most = schema, fragments, variables, most_nested
        self._sizes = sizes
        self._known: dict[tuple[str, tuple[int, bool]], _Part] = {}

    def selections(self, node: SelectionSetNode | None, parent: Any, level: int, asked: _Asked) -> _Part:
        """Return what a set of selections takes, on a type that is None where it is not known."""
        if node is None:
            return _Part()
        if level > self._most:
            return _Part(depth=_ENOUGH)
        return reduce(_Part.__add__, (self._selection(part, parent, level, asked) for part in node.selections), _Part())

    def _selection(self, node: SelectionNode, parent: Any, level: int, asked: _Asked) -> _Part:
        own = _Part(directives=_directives(node))
        match node:
            case FieldNode():
                return own + self._field(node, parent, level, asked)
            case InlineFragmentNode():
                narrowed = self._type(node.type_condition.name.value) if node.type_condition else parent
                return own + self.selections(node.selection_set, narrowed, level + 1, asked)
            case FragmentSpreadNode():
                return own + self._fragment(node.name.value, level, asked)
        return own

    def _fragment(self, name: str, level: int, asked: _Asked) -> _Part:
        fragment, key = self._fragments.get(name), (name, asked.magnitude)
        if fragment is None:
            return _Part()
        if key not in self._known:
            self._known[key] = _Part()  # one that is spread within itself is for the validation to tell
            inner = self.selections(fragment.selection_set, self._type(fragment.type_condition.name.value), level + 1, asked)
            self._known[key] = inner + _Part(directives=_directives(fragment))
        return self._known[key]

    def _field(self, node: FieldNode, parent: Any, level: int, asked: _Asked) -> _Part:
        name = node.name.value
        known: GraphQLField | None = parent.fields.get(name) if isinstance(parent, _Typed) else None
        type_ = get_named_type(known.type) if known else None
        own = WEIGHTS.get(name, 1) if parent is self._schema.query_type else 1
        kind = _kind(known, parent, type_) if known and node.selection_set else _Kind.VALUE
        items = self._items(node, known, parent, asked) if known and kind in (_Kind.PAGE, _Kind.LIST) else 1.0
        within = _within(kind, asked, items, parent, name)
        inner = self.selections(node.selection_set, type_, level + 1, within)
        cost, each = inner.cost.within(name, own), _NOTHING
        if kind is _Kind.PAGE:
            cost = cost.plus(inner.each.of_list(name, items))
        elif kind is _Kind.LIST:
            cost = _Cost(own).plus(inner.cost.of_list(name, items))
        elif kind is _Kind.ITEMS:
            cost, each = _Cost(own), inner.cost.within(name, 0)
        return _Part(
            depth=min(1 + inner.depth, _ENOUGH),
            aliases=inner.aliases + (node.alias is not None),
            fields=1,
            directives=inner.directives,
            cost=cost,
            each=each,
            light=inner.light and own == 1 and name not in _HEAVY and all(a.name.value in _PLAIN for a in node.arguments or ()),
        )

    def _items(self, node: FieldNode, known: GraphQLField, parent: Any, asked: _Asked) -> float:
        """Return how many items a list has at most, on the average of the things that it is asked of."""
        name, type_ = node.name.value, get_named_type(known.type)
        given = [
            size for argument in node.arguments or () if (size := self._size(argument.name.value, argument.value)) is not None
        ]
        each = max(given, default=_default(known))
        if self._sizes is None:
            return each
        if parent is self._schema.query_type:
            whole = self._sizes.all(name, self._class(node))
            return each if whole is None else min(each, whole)
        holders = asked.at_least() if asked.different else 1
        most = each if given or _holds_items(type_) else _ENOUGH
        found = self._sizes.items(parent.name, name, type_.name, holders, most)
        return each if found is None else found / holders

    def _class(self, node: FieldNode) -> str | None:
        """Return the class that the members of a list are of, where the query says so itself."""
        values = (argument.value for argument in node.arguments or () if argument.name.value == "type")
        return next((value.value for value in values if isinstance(value, StringValueNode)), None)

    def _size(self, name: str, value: ValueNode) -> int | None:
        """Return how many items an argument asks for; None if that is not what it says."""
        if name not in _SIZES:
            return None
        given = self._variables.get(value.name.value) if isinstance(value, VariableNode) else _literal(value)
        size = len(given) if isinstance(given, list) else given
        return min(max(size, 0), MAXIMUM_PAGE) if isinstance(size, int) else None

    def _type(self, name: str) -> Any:
        return self._schema.type_map.get(name)


class _Kind(Enum):
    """What a field gives: a value, a list, what has a page of a list, or the items of such a page."""

    VALUE, LIST, PAGE, ITEMS = range(4)


def _kind(known: GraphQLField, parent: Any, type_: Any) -> _Kind:
    if _holds_items(type_):
        return _Kind.PAGE
    if not _is_list(known):
        return _Kind.VALUE
    return _Kind.ITEMS if _holds_items(parent) and "first" not in known.args else _Kind.LIST


def _holds_items(type_: Any) -> bool:
    """Return whether the lists in a type are of the size that is asked for at the field that has the type."""
    return isinstance(type_, _Typed) and (type_.name.endswith("Connection") or type_.name == "Neighborhood")


def _default(known: GraphQLField) -> int:
    """Return how long a list is taken to be where nothing is asked for."""
    told = (argument.default_value for name, argument in known.args.items() if name in _SIZES)
    size = next((value for value in told if isinstance(value, int)), None)
    if size is not None:
        return size
    return DEFAULT_PAGE if _holds_items(get_named_type(known.type)) else _LIST


def _within(kind: _Kind, asked: _Asked, items: float, parent: Any, name: str) -> _Asked:
    """Return of how many things the selections in a field are asked, which is asked of some itself."""
    match kind:
        case _Kind.ITEMS:
            return asked
        case _Kind.LIST | _Kind.PAGE:
            # Ids may be given more than once.
            return _Asked(min(math.ceil(asked.things * items), _ENOUGH), asked.things == 1 and name != "nodes")
    owner = getattr(parent, "name", "")
    # Of several statements, many may lead to the same thing.
    is_own = name == ("statement" if owner == "RelationEdge" else "node") and owner.endswith("Edge")
    return asked if is_own else _Asked(asked.things, asked.things == 1)


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
