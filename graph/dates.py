"""Partial dates: a year, a month or a day, compared as the interval of days it is."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cuibono.graph.errors import InvalidValue

__all__ = ["PartialDate"]

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the year, the month or the day, kept as it was given.

    Parameters
    ----------
    text : str
        ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` (ISO 8601), years 0001 to 9999.

    Raises
    ------
    InvalidValue
        If the text has another form or names no day of the calendar.

    Examples
    --------
    >>> PartialDate("2024-02").last
    datetime.date(2024, 2, 29)
    >>> PartialDate("2024").overlaps(PartialDate("2024-05-01"))
    True
    """

    text: str

    def __post_init__(self) -> None:
        _interval(self.text)

    def __str__(self) -> str:
        return self.text

    @property
    def first(self) -> date:
        """The first day it may mean."""
        return _interval(self.text)[0]

    @property
    def last(self) -> date:
        """The last day it may mean."""
        return _interval(self.text)[1]

    def overlaps(self, other: PartialDate) -> bool:
        """Return whether the two may mean the same day."""
        return self.first <= other.last and other.first <= self.last


@lru_cache(maxsize=16_384)
def _interval(text: str) -> tuple[date, date]:
    match = _FORM.fullmatch(text)
    if match is None:
        raise InvalidValue(f"{text!r} is no date; write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        assert year is not None
        first = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError as error:
        raise InvalidValue(f"{text!r} is no day of the calendar: {error}") from error
    last_month = month or 12
    return first, date(year, last_month, day or calendar.monthrange(year, last_month)[1])
