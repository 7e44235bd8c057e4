"""Dates compared as the days they may mean, all at once."""

from __future__ import annotations

import numpy as np

from cuibono.graph.dates import PartialDate
from cuibono.graph.filtering.calendar import Days
from cuibono.graph.filtering.conditions import DateTest
from cuibono.graph.filtering.tables import Mask, Tables

__all__ = ["meets_day", "valid_on"]


def meets_day(days: Days, test: DateTest) -> Mask:
    """Return which dates meet a test; those that are unknown meet none."""
    first, last = days
    found: Mask = first != 0
    if test.on is not None:
        found &= (first <= _last(test.on)) & (last >= _first(test.on))
    if test.before is not None:
        found &= first < _first(test.before)
    if test.after is not None:
        found &= last > _last(test.after)
    if test.not_after is not None:
        found &= first <= _last(test.not_after)
    if test.not_before is not None:
        found &= last >= _first(test.not_before)
    return found


def valid_on(tables: Tables, day: PartialDate) -> Mask:
    """Return which statements may hold on a day, as `cuibono.graph.snapshot.validity.holds_during` says of one."""
    begins, stated = tables.days("statements", "valid_from")[0], tables.days("statements", "stated_on")[0]
    stances = tables.of_relations(lambda relation: relation.stance is not None)
    # What is unknown is 0, and comes before every day.
    begins = np.where((begins == 0) & stances, stated, begins)
    ends = tables.days("statements", "valid_to")[1]
    found: Mask = (begins <= _last(day)) & ((ends == 0) | (ends >= _first(day)))
    return found


def _first(day: PartialDate) -> int:
    return _number(day, 0)


def _last(day: PartialDate) -> int:
    return _number(day, 1)


def _number(day: PartialDate, end: int) -> int:
    of = (day.first, day.last)[end]
    return of.year * 10_000 + of.month * 100 + of.day
