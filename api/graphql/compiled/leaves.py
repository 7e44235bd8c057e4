"""Scalars and enumerations as JSON has them: what graphql-core makes of a value, at once where it is what it should be."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from math import isfinite
from typing import Any

from graphql import GraphQLLeafType, Undefined
from strawberry.schema.schema_converter import CustomGraphQLEnumType

from cuibono.api.graphql.compiled.refusal import Refused

__all__ = ["leaf"]

_OF_ONE_CLASS: dict[str, type] = {"String": str, "ID": str, "Boolean": bool}


def leaf(kind: GraphQLLeafType) -> Callable[[Any], Any]:
    """Return what makes JSON of a value that is not null."""

    def slowly(value: object) -> Any:
        made = kind.coerce_output_value(value)
        if made is None or made is Undefined:
            raise Refused
        return made

    if isinstance(kind, CustomGraphQLEnumType):
        return _named(kind, slowly)
    if kind.name == "Float":
        return lambda value: value if type(value) is float and isfinite(value) else slowly(value)
    itself = _OF_ONE_CLASS.get(kind.name)
    if itself is None:
        return slowly
    return lambda value: value if type(value) is itself else slowly(value)


def _named(kind: CustomGraphQLEnumType, slowly: Callable[[object], Any]) -> Callable[[Any], Any]:
    members: type[Enum] = kind.wrapped_cls  # type: ignore[assignment]
    names = {member: slowly(member) for member in members}
    return lambda value: names[value] if type(value) is members else slowly(value)
