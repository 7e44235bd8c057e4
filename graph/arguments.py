"""The arguments that questions share: taken in the forms that people write, checked, and given in one."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from operator import index
from typing import TypeVar

from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidArgument, InvalidValue
from cuibono.graph.model import Status

__all__ = ["Day", "Statuses", "chosen_day", "chosen_statuses", "fraction", "member", "whole"]

Day = str | PartialDate | None
"""A year, a month or a day, as text or as an object; or none."""

Statuses = Status | str | Iterable[Status | str]
"""One status or several."""

_Enum = TypeVar("_Enum", bound=StrEnum)


def chosen_day(day: Day, argument: str) -> PartialDate | None:
    """Return a day, a month or a year.

    Raises
    ------
    InvalidArgument
        If the text is none.
    """
    if day is None or isinstance(day, PartialDate):
        return day
    try:
        return PartialDate(day)
    except InvalidValue as error:
        raise InvalidArgument(argument, str(error)) from error


def chosen_statuses(status: Statuses) -> frozenset[Status]:
    """Return the statuses that are asked for.

    Raises
    ------
    InvalidArgument
        If one of them is none.
    """
    several = [status] if isinstance(status, str) else list(status)
    return frozenset(member(Status, one, "status") for one in several)


def member(kind: type[_Enum], value: str, argument: str) -> _Enum:
    """Return the member of an enumeration that a text names.

    Raises
    ------
    InvalidArgument
        If it names none.
    """
    try:
        return kind(value)
    except ValueError as error:
        raise InvalidArgument(argument, f"{value!r} is none of {', '.join(kind)}") from error


def whole(value: int, argument: str, least: int, most: int | None = None) -> int:
    """Return a whole number that lies within bounds.

    Raises
    ------
    InvalidArgument
        If it is none, or does not.
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        number = index(value)
    except TypeError as error:
        raise InvalidArgument(argument, f"is {value!r}; it must be a whole number") from error
    if number < least or (most is not None and number > most):
        bounds = f"at least {least}" if most is None else f"{least} to {most}"
        raise InvalidArgument(argument, f"is {number}; it must be {bounds}")
    return number


def fraction(value: float, argument: str) -> float:
    """Return a number between 0 and 1.

    Raises
    ------
    InvalidArgument
        If it is none.
    """
    try:
        is_fraction = 0 <= value <= 1
    except TypeError as error:
        raise InvalidArgument(argument, f"is {value!r}; it must be a number between 0 and 1") from error
    if not is_fraction:
        raise InvalidArgument(argument, f"is {value:g}; it must be between 0 and 1")
    return value
