"""Input types: what filters and orders are written in. Their fields are given by `cuibono.api.graphql.filters`.

An input comes to resolvers as the mapping that the client sent, coerced, with the names that GraphQL has for its fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry
from strawberry.types.base import get_object_definition

from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.filtering.conditions import DateTest, NumberTest, TextTest

__all__ = [
    "ClaimOrder",
    "ClaimWhere",
    "DateFilter",
    "Direction",
    "DocumentOrder",
    "DocumentWhere",
    "EntityOrder",
    "EntityWhere",
    "EvidenceFilter",
    "NumberFilter",
    "StatementOrder",
    "StatementWhere",
    "TextFilter",
    "ThingWhere",
    "Value",
    "date_test",
    "input_type",
    "number_test",
    "raw",
    "text_test",
]

Value = Mapping[str, Any]


@strawberry.enum(description="Which way an order runs.")
class Direction(Enum):
    ASC = "ascending"
    DESC = "descending"


def raw(made: type) -> type:
    """Return an input type of which resolvers get the mapping that was sent."""
    get_object_definition(made, strict=True).from_input = lambda _made, value, _context: dict(value)
    return made


def input_type(name: str, description: str) -> type:
    """Return an input type whose fields its schema will give."""
    made = type(name, (), {"__module__": __name__, "__doc__": description})
    return raw(strawberry.input(made, name=name, description=description))


@raw
@strawberry.input(description="What a text must be; what is unknown meets nothing but `known: false`.")
class TextFilter:
    equals: str | None = strawberry.field(default=strawberry.UNSET, description="It is this text.")
    one_of: list[str] | None = strawberry.field(name="in", default=strawberry.UNSET, description="It is one of these.")
    contains: str | None = strawberry.field(default=strawberry.UNSET, description="It has this as a part.")
    starts_with: str | None = strawberry.field(default=strawberry.UNSET, description="It begins with this.")
    ends_with: str | None = strawberry.field(default=strawberry.UNSET, description="It ends with this.")
    match_case: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether capital and small letters differ; unless given they do not, by Unicode's case folding.",
    )
    known: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether there is one at all.")


@raw
@strawberry.input(
    description="When a date must lie. A partial date is all the days that it may mean, and meets what any of them meets; "
    "what is unknown meets nothing but `known: false`."
)
class DateFilter:
    on: PartialDate | None = strawberry.field(default=strawberry.UNSET, description="It may be one of these days.")
    before: PartialDate | None = strawberry.field(
        default=strawberry.UNSET, description="It may lie before the first of these days."
    )
    after: PartialDate | None = strawberry.field(default=strawberry.UNSET, description="It may lie after the last of these days.")
    on_or_before: PartialDate | None = strawberry.field(
        default=strawberry.UNSET, description="It may be one of these days, or lie before."
    )
    on_or_after: PartialDate | None = strawberry.field(
        default=strawberry.UNSET, description="It may be one of these days, or lie after."
    )
    known: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether there is one at all.")


@raw
@strawberry.input(description="What a number must be; what is unknown meets nothing but `known: false`.")
class NumberFilter:
    equals: float | None = strawberry.field(default=strawberry.UNSET, description="It is this.")
    one_of: list[float] | None = strawberry.field(name="in", default=strawberry.UNSET, description="It is one of these.")
    lt: float | None = strawberry.field(default=strawberry.UNSET, description="It is less.")
    lte: float | None = strawberry.field(default=strawberry.UNSET, description="It is less, or the same.")
    gt: float | None = strawberry.field(default=strawberry.UNSET, description="It is more.")
    gte: float | None = strawberry.field(default=strawberry.UNSET, description="It is more, or the same.")
    known: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether there is one at all.")


@raw
@strawberry.input(
    description="What is asked of a statement as evidence: who says so, where, when, how well grounded. All that is given holds."
)
class EvidenceFilter:
    pass


@raw
@strawberry.input(description="What entities must have; all that is given holds. What is null asks for nothing.")
class EntityWhere:
    pass


@raw
@strawberry.input(description="What claims must have; all that is given holds. What is null asks for nothing.")
class ClaimWhere:
    pass


@raw
@strawberry.input(description="What statements must have; all that is given holds. What is null asks for nothing.")
class StatementWhere:
    pass


@raw
@strawberry.input(description="What documents must have; all that is given holds. What is null asks for nothing.")
class DocumentWhere:
    pass


@raw
@strawberry.input(
    description="What stands at an end of a statement: of the kinds that are given it is one, and has what is asked of that kind."
)
class ThingWhere:
    pass


@raw
@strawberry.input(description="What entities are put in order by: one field. What is unknown stands last either way.")
class EntityOrder:
    pass


@raw
@strawberry.input(description="What claims are put in order by: one field. What is unknown stands last either way.")
class ClaimOrder:
    pass


@raw
@strawberry.input(description="What statements are put in order by: one field. What is unknown stands last either way.")
class StatementOrder:
    pass


@raw
@strawberry.input(description="What documents are put in order by: one field. What is unknown stands last either way.")
class DocumentOrder:
    pass


def text_test(value: Value) -> TextTest | None:
    """Return what a text filter asks for, None where it asks for nothing."""
    asked = _given(value)
    match_case = bool(asked.pop("matchCase", False))
    asked.pop("known", None)
    if not asked:
        return None
    one_of = _one_of(asked)
    return TextTest(
        one_of=one_of,
        contains=asked.get("contains"),
        starts_with=asked.get("startsWith"),
        ends_with=asked.get("endsWith"),
        match_case=match_case,
    )


def date_test(value: Value) -> DateTest | None:
    """Return what a date filter asks for, None where it asks for nothing."""
    asked = _given(value)
    asked.pop("known", None)
    if not asked:
        return None
    return DateTest(
        on=asked.get("on"),
        before=asked.get("before"),
        after=asked.get("after"),
        not_after=asked.get("onOrBefore"),
        not_before=asked.get("onOrAfter"),
    )


def number_test(value: Value) -> NumberTest | None:
    """Return what a number filter asks for, None where it asks for nothing."""
    asked = _given(value)
    asked.pop("known", None)
    if not asked:
        return None
    return NumberTest(
        one_of=_one_of(asked),
        less=asked.get("lt"),
        at_most=asked.get("lte"),
        more=asked.get("gt"),
        at_least=asked.get("gte"),
    )


def _given(value: Value) -> dict[str, Any]:
    return {name: part for name, part in value.items() if part is not None}


def _one_of(asked: Value) -> tuple[Any, ...] | None:
    if "equals" in asked and "in" in asked:
        raise InvalidArgument("equals", "stands beside `in`; give one of them")
    if "equals" in asked:
        return (asked["equals"],)
    return tuple(asked["in"]) if "in" in asked else None
