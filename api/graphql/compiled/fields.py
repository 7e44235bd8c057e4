"""From a field of the schema to a plain function: the very resolver, with nothing asked twice that stays the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson
from graphql import FieldNode, GraphQLField, GraphQLSchema, Undefined
from graphql.execution.values import VariableValues
from strawberry.extensions.field_extension import FieldExtension, build_field_extension_resolvers
from strawberry.types.field import StrawberryField

from cuibono.api.graphql.compiled.arguments import Arguments
from cuibono.api.graphql.compiled.fragments import Kept, fragments_of
from cuibono.api.graphql.compiled.refusal import Refused
from cuibono.api.graphql.schema import VocabularySchema
from cuibono.api.graphql.view import View

__all__ = ["Completion", "Info", "Place", "Read", "Request", "reader"]


@dataclass(frozen=True, slots=True)
class Info:
    """What resolvers are told of a request. One that wants to know more is not for a plan."""

    context: View
    schema: GraphQLSchema
    field_name: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """A place in a plan, under which JSON is kept.

    Attributes
    ----------
    variables : tuple of str
        Those that what stands below it hangs on.
    """

    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One request for what a plan answers.

    Attributes
    ----------
    arguments : dict
        What fields are called with, once it is known, by the identity of what gives it.
    """

    view: View
    variables: VariableValues
    info: Info
    arguments: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    _given: dict[Place, bytes] = field(default_factory=dict)

    def kept(self, place: Place, same: Hashable) -> Kept:
        """Return what is kept for a place, of lists that are the same."""
        given = self._given.get(place)
        if given is None:
            sources = self.variables.sources
            values = {name: sources[name].value for name in place.variables if name in sources}
            given = self._given[place] = orjson.dumps({n: v for n, v in values.items() if v is not Undefined})
        return fragments_of(self.view.snapshot).kept((place, same, given, self.view.principal))


Read = Callable[[Any, Request], Any]
"""Gives the value of a field of an object."""

Completion = Callable[[Any, Request], Any]
"""Makes JSON of a value."""


def reader(schema: VocabularySchema, made_of: GraphQLField, node: FieldNode) -> Read:
    """Return what reads a field.

    Raises
    ------
    Refused
        If it cannot be read without graphql-core.
    """
    known = made_of.extensions.get("strawberry-definition")
    if not isinstance(known, StrawberryField) or known.is_async:
        raise Refused
    if any(type(extension).map_arguments is not FieldExtension.map_arguments for extension in known.extensions):
        raise Refused
    if known.is_basic_field:
        name = known.python_name
        return lambda source, _: getattr(source, name)
    call = _call(known)
    if not made_of.args and not known.extensions:
        return _without_arguments(known, call)
    arguments = Arguments(schema, made_of, known, node)
    number = id(arguments)

    def read(source: Any, request: Request) -> Any:
        given = request.arguments.get(number)
        if given is None:
            given = request.arguments[number] = arguments.given(request.variables)
        return call(source, request.info, **given)

    return read


def _without_arguments(known: StrawberryField, call: Callable[..., Any]) -> Read:
    resolver = known.base_resolver
    assert resolver is not None
    plain = not (resolver.info_parameter or resolver.root_parameter or resolver.parent_parameter)
    if plain and resolver.self_parameter:
        function: Callable[..., Any] = resolver.wrapped_func  # type: ignore[assignment]  # bound when its type was made
        return lambda source, _: function(source)
    return lambda source, request: call(source, request.info)


def _call(known: StrawberryField) -> Callable[..., Any]:
    """Return what calls a field's resolver through the field's extensions, as Strawberry does."""
    resolver = known.base_resolver
    if resolver is None:
        raise Refused
    function: Callable[..., Any] = resolver.wrapped_func  # type: ignore[assignment]  # bound when its type was made
    takes_self = resolver.self_parameter is not None
    sources = [parameter.name for parameter in (resolver.parent_parameter, resolver.root_parameter) if parameter]
    info_name = resolver.info_parameter.name if resolver.info_parameter else None

    def call(source: Any, info: Info, **arguments: Any) -> Any:
        for name in sources:
            arguments[name] = source
        if info_name is not None:
            arguments[info_name] = info
        return function(source, **arguments) if takes_self else function(**arguments)

    for extended in build_field_extension_resolvers(known):
        call = partial(extended, call)
    return call
