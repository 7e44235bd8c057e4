"""Random valid GraphQL operations over any schema: for differential tests by the thousand.

They have what operations can have: aliases, fragments of every kind, merged selections, directives, variables with and
without defaults, arguments that are right and arguments that are not.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

__all__ = ["RandomOperation", "random_operation"]

_Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


@dataclass(frozen=True)
class RandomOperation:
    """An operation, which may not be valid where what it merges does not fit together."""

    query: str
    variables: Mapping[str, Any]


def random_operation(schema: GraphQLSchema, rng: random.Random, texts: Mapping[str, Sequence[str]]) -> RandomOperation:
    """Return an operation on a schema.

    Parameters
    ----------
    texts : mapping of str to sequence of str
        What arguments are given by their names, and under the names of scalars what is given to others.
    """
    return _Writing(schema, rng, texts).operation()


@dataclass(eq=False)
class _Writing:
    schema: GraphQLSchema
    rng: random.Random
    texts: Mapping[str, Sequence[str]]
    declared: list[str] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    reusable: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    aliases: int = 0

    def operation(self) -> RandomOperation:
        root = self.schema.query_type
        assert root is not None
        names = self.rng.choices(list(root.fields), k=self.rng.choice((1, 1, 1, 2, 3)))
        body = " ".join(self._field(root, name, self.rng.choice((2, 3, 4, 5))) for name in names)
        head = "query Q" if self.declared or self._chance(0.2) else ""
        declared = f"({', '.join(self.declared)})" if self.declared else ""
        return RandomOperation("\n".join([f"{head}{declared} {{ {body} }}", *self.fragments]), self.given)

    # ── selections ─────────────────────────────────────────────────────────────────────────────────────

    def _field(self, of: GraphQLObjectType | GraphQLInterfaceType, name: str, depth: int) -> str:
        asked = of.fields[name]
        alias = ""
        if asked.args or self._chance(0.1):
            self.aliases += 1
            alias = f"{self.rng.choice(('a', 'b', name))}{self.aliases}: "
        head = f"{alias}{name}{self._arguments(asked)}"
        kind = get_named_type(asked.type)
        if not is_composite_type(kind):
            return head + self._directive()
        again = f" {head} {self._selection(kind, 1)}" if self._chance(0.05) else ""
        return f"{head}{self._directive()} {self._selection(kind, depth)}{again}"

    def _selection(self, kind: _Composite, depth: int) -> str:
        parts = []
        if not isinstance(kind, GraphQLUnionType):
            parts += [self._field(kind, name, depth - 1) for name in self._fields(kind, depth)]
        if self._chance(0.2) or not parts:
            parts.append(self.rng.choice(("__typename", "__typename", "is: __typename")))
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType) or self._chance(0.15):
            parts += [self._fragment(kind, depth) for _ in range(self.rng.choice((0, 1, 1, 2)))]
        self.rng.shuffle(parts)
        return f"{{ {' '.join(parts)} }}"

    def _fields(self, kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> list[str]:
        leaves = [name for name, asked in kind.fields.items() if not is_composite_type(get_named_type(asked.type))]
        deep = [name for name in kind.fields if name not in leaves]
        chosen = self.rng.sample(leaves, min(len(leaves), self.rng.choice((0, 1, 2, 4))))
        if depth > 0 and deep:
            through = [name for name in ("edges", "node") if name in deep and self._chance(0.9)]
            chosen += through or self.rng.sample(deep, min(len(deep), self.rng.choice((0, 1, 1, 2))))
        return chosen

    def _fragment(self, kind: _Composite, depth: int) -> str:
        on = self.rng.choice([kind, *self._below(kind)])
        how = self.rng.random()
        if how < 0.15 and on is kind:
            return f"...{self._directive()} {self._selection(on, depth)}"
        if how < 0.6:
            return f"... on {on.name}{self._directive()} {self._selection(on, depth)}"
        if on.name in self.reusable and self._chance(0.5):
            return f"...{self.reusable[on.name]}{self._directive()}"
        name = f"F{len(self.fragments)}"
        self.fragments.append("")
        place = len(self.fragments) - 1
        self.fragments[place] = f"fragment {name} on {on.name} {self._selection(on, depth)}"
        self.reusable[on.name] = name
        return f"...{name}{self._directive()}"

    def _below(self, kind: _Composite) -> list[_Composite]:
        if isinstance(kind, GraphQLObjectType):
            return [self.schema.type_map[i.name] for i in kind.interfaces]  # type: ignore[misc]
        return list(self.schema.get_possible_types(kind))

    def _directive(self) -> str:
        if not self._chance(0.08):
            return ""
        name = self.rng.choice(("skip", "include"))
        if self._chance(0.4):
            return f" @{name}(if: {self.rng.choice(('true', 'false'))})"
        flag = self.rng.choice(self.flags) if self.flags and self._chance(0.5) else f"f{len(self.flags)}"
        if flag not in self.flags:
            self.flags.append(flag)
            self.given[flag] = self._chance(0.5)
            self.declared.append(f"${flag}: Boolean!")
        return f" @{name}(if: ${flag})"

    # ── arguments ──────────────────────────────────────────────────────────────────────────────────────

    def _arguments(self, asked: GraphQLField) -> str:
        given = []
        for name, argument in asked.args.items():
            often = 0.6 if name == "first" else 0.15
            if is_required_argument(argument) or self._chance(often):
                given.append(f"{name}: {self._argument(name, argument)}")
        return f"({', '.join(given)})" if given else ""

    def _argument(self, name: str, argument: GraphQLArgument) -> str:
        value = self._value(name, argument.type, 2)
        if not self._chance(0.35):
            return _literal(value)
        variable = f"v{len(self.declared)}"
        kind, default = str(argument.type), ""
        if self._chance(0.3):
            default = f" = {_literal(self._value(name, argument.type, 2))}"
        self.declared.append(f"${variable}: {kind}{default}")
        if not ((default or not is_non_null_type(argument.type)) and self._chance(0.3)):
            self.given[variable] = _plain(value)
        return f"${variable}"

    def _value(self, name: str, kind: GraphQLInputType, depth: int) -> Any:
        if is_non_null_type(kind):
            return self._present(name, kind.of_type, depth)
        return None if self._chance(0.05) else self._present(name, kind, depth)

    def _present(self, name: str, kind: GraphQLInputType, depth: int) -> Any:
        if is_list_type(kind):
            return [self._value(name, kind.of_type, depth) for _ in range(self.rng.choice((0, 1, 1, 2)))]
        if isinstance(kind, GraphQLEnumType):
            return _Name(self.rng.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, depth)
        known = self.texts.get(name) or self.texts.get(getattr(kind, "name", ""))
        match getattr(kind, "name", ""):
            case "Int":
                return self.rng.choice((0, 1, 1, 2, 2, 3, 3, 5, 100, -1, 5000) if self._chance(0.3) else (1, 2, 3))
            case "Float":
                return self.rng.choice((0.0, 0.1, 0.1, 0.5, 1.0, 1, -3.5))
            case "Boolean":
                return self._chance(0.5)
            case _:
                return self.rng.choice(known or ("",))

    def _object(self, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        fields = {name: asked for name, asked in kind.fields.items() if is_required_input_field(asked)}
        optional = [name for name in kind.fields if name not in fields]
        wanted = self.rng.choice((0, 1, 1, 2)) if depth > 0 else int(self._chance(0.5))
        most = 1 if kind.is_one_of else wanted
        for name in self.rng.sample(optional, min(len(optional), most)):
            fields[name] = kind.fields[name]
        if kind.is_one_of:
            return {name: self._present(name, asked.type, depth - 1) for name, asked in fields.items()}
        return {name: self._value(name, asked.type, depth - 1) for name, asked in fields.items()}

    def _chance(self, of: float) -> bool:
        return self.rng.random() < of


class _Name(str):
    """The name of a value of an enumeration, which stands without quotation marks in a query."""

    __slots__ = ()


def _literal(value: Any) -> str:
    match value:
        case _Name():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{key}: {_literal(part)}" for key, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_literal, value)) + "]"
        case _:
            return json.dumps(value)


def _plain(value: Any) -> Any:
    match value:
        case _Name():
            return str(value)
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case list():
            return [_plain(part) for part in value]
        case _:
            return value
