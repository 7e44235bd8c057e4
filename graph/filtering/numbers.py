"""Numbers and attributes of records compared, all at once."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.filtering.conditions import Attributed, NumberTest, TextTest
from cuibono.graph.filtering.tables import Mask, Tables

__all__ = ["attributed", "meets_number", "numbers"]


def numbers(tables: Tables, kind: str, field: str) -> NDArray[Any]:
    """Return a number of each record, NaN where it has none."""
    if field == "confidence":
        return tables.confidence
    assert (kind, field) == ("claims", "quantity")
    return tables.claims.patched(tables.worked.quantity, lambda c: np.nan if c.quantity is None else float(c.quantity))


def meets_number(values: NDArray[Any], test: NumberTest) -> Mask:
    """Return which numbers meet a test; NaN meets none."""
    found: Mask = values == values
    if test.one_of is not None:
        found &= np.isin(values, np.array(test.one_of, np.float64))
    for bound, meets in (
        (test.less, np.less),
        (test.at_most, np.less_equal),
        (test.more, np.greater),
        (test.at_least, np.greater_equal),
    ):
        if bound is not None:
            found &= meets(values, bound)
    return found


def attributed(tables: Tables, condition: Attributed) -> Mask:
    """Return which statements carry an attribute that meets a test."""
    owners, which, values = tables.worked.attributes(condition.attribute)
    found = np.zeros(len(tables.statements), np.bool_)
    if len(values):
        meeting = np.array([_meets(json.loads(value), condition.test) for value in values], np.bool_)
        found[owners[meeting[which]]] = True
    for row, statement in tables.statements.changed.items():
        found[row] = any(iri == condition.attribute and _meets(value, condition.test) for iri, value in statement.attributes)
    return found


def _meets(value: object, test: TextTest | NumberTest | bool | None) -> bool:
    if test is None or isinstance(test, bool):
        return test is None or value is test
    if isinstance(test, TextTest):
        return isinstance(value, str) and test.meets(value)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and bool(meets_number(np.array([value], np.float64), test)[0])
