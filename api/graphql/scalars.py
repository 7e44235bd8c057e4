"""Enumerations and scalars: how the model's small values are written in GraphQL."""

from __future__ import annotations

from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidValue
from cuibono.graph.interest.findings import Alignment, Effect
from cuibono.graph.model import AttributeValue as Value
from cuibono.graph.model import Basis, Status

__all__ = ["SCALARS", "AttributeValue"]

strawberry.enum(Basis, description="How a statement relates to its evidence, the strongest first.")
strawberry.enum(Status, description="What was decided about a statement last.")
strawberry.enum(
    Alignment,
    description=(
        "Which way a stance and an interest lie: what is said serves the actor, goes against the actor's interest "
        "(which people trust more), cuts both ways, or is about the actor."
    ),
)
strawberry.enum(Effect, description="What happens to somebody: a gain, a loss, or reasons for both.")

AttributeValue = NewType("AttributeValue", object)

_LARGEST_EXACT = 2**53


def _partial_date(value: object) -> PartialDate:
    if not isinstance(value, str):
        raise InvalidValue(f'{value!r} is no date; write it as a text, such as "2025-01"')
    return PartialDate(value)


def _given_value(value: object) -> Value:
    if not isinstance(value, (str, int, float, bool)):
        raise InvalidValue(f"{value!r} is no single value; give a text, a number or a truth value")
    return value


def _attribute_value(value: Value) -> Value:
    exact = not isinstance(value, int) or abs(value) <= _LARGEST_EXACT
    return value if exact else str(value)


SCALARS: dict[object, ScalarDefinition] = {
    PartialDate: strawberry.scalar(
        name="PartialDate",
        description="A date known to the year, the month or the day: `2025`, `2025-01` or `2025-01-27`. It is compared as "
        "all the days it may mean.",
        serialize=str,
        parse_value=_partial_date,
    ),
    AttributeValue: strawberry.scalar(
        name="AttributeValue",
        description="A text, a number or a truth value, as the ontology declares the attribute; an integer that JSON "
        "numbers do not hold exactly comes as text.",
        serialize=_attribute_value,
        parse_value=_given_value,
    ),
}
