"""The fields of one mapping of a YAML file, read with their types; what is wrong is collected."""

from __future__ import annotations

import difflib
from collections.abc import Set
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from cuibono.graph.build.yaml_source import Located
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidValue, Problem

__all__ = ["Fields"]

_Enum = TypeVar("_Enum", bound=StrEnum)


class Fields:
    """The fields of a mapping.

    Parameters
    ----------
    located : Located
        The mapping, and where it stands.
    problems : list of Problem
        Grows by each thing that is wrong.
    allowed, required : set of str
        Names of fields that may and must be there.
    what : str
        What messages call the mapping.

    Attributes
    ----------
    complete : bool
        Whether it is a mapping and all that is required is there.
    """

    def __init__(
        self,
        located: Located,
        problems: list[Problem],
        *,
        allowed: Set[str],
        required: Set[str] = frozenset(),
        what: str,
    ) -> None:
        self.located, self._problems = located, problems
        self._values = dict(located.items())
        self.complete = isinstance(located.value, dict) or (located.value is None and not required)
        if not self.complete:
            self.refuse(None, f"the {what} is no mapping of fields to values (`name: value`)")
            return
        for name in self._values:
            if name not in allowed:
                near = difflib.get_close_matches(name, sorted(allowed), n=1)
                remedy = f"did you mean {near[0]}?" if near else f"it has {', '.join(sorted(allowed))}"
                self.refuse(name, f"is no field of a {what}; {remedy}")
        for name in sorted(required):
            if name not in self._values or self._values[name].value is None:
                self.refuse(name, f"is missing from the {what}")
                self.complete = False

    def __contains__(self, name: str) -> bool:
        return name in self._values and self._values[name].value is not None

    def refuse(self, name: str | None, message: str) -> None:
        """Note that a field, or the mapping as a whole, is wrong."""
        self._problems.append(Problem(self.place(name), name, message))

    def place(self, name: str | None) -> str:
        """Return the file and line of a field, or of the mapping."""
        return self._values[name].place if name in self._values else self.located.place

    def places(self) -> dict[str, str]:
        """Return file and line of each field that is there."""
        return {name: located.place for name, located in self._values.items()}

    def elements(self, name: str) -> list[Located]:
        """Return the elements of a list, or a single value as a list of one."""
        return self._values[name].elements() if name in self._values else []

    def mapping(self, name: str) -> dict[str, Located]:
        """Return a mapping within the mapping, empty where it is none."""
        if name not in self:
            return {}
        if not isinstance(self._values[name].value, dict):
            self.refuse(name, "is no mapping of names to values; write {name: value}")
        return dict(self._values[name].items())

    def text(self, name: str) -> str | None:
        """Return a text or None; numbers count as text."""
        return self._scalar(name, self._values[name]) if name in self else None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; a single one counts as a list of one."""
        return tuple(text for element in self.elements(name) if (text := self._scalar(name, element)) is not None)

    def date(self, name: str) -> PartialDate | None:
        """Return a partial date or None."""
        text = self.text(name)
        try:
            return PartialDate(text) if text is not None else None
        except InvalidValue as error:
            self.refuse(name, str(error))
            return None

    def decimal(self, name: str) -> Decimal | None:
        """Return a finite number, exactly as written, or None."""
        text = self.text(name)
        if text is None:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            self.refuse(name, f"{text!r} is no number")
            return None
        return number

    def number(self, name: str) -> float | None:
        """Return a number as a float, or None."""
        number = self.decimal(name)
        return None if number is None else float(number)

    def whole(self, name: str) -> int | None:
        """Return a whole number that is not negative, or None."""
        number = self.decimal(name)
        if number is not None and (number < 0 or number != int(number)):
            self.refuse(name, f"{number} is no whole number from 0 up")
            return None
        return None if number is None else int(number)

    def member(self, kind: type[_Enum], name: str) -> _Enum | None:
        """Return a member of an enumeration, or None."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return kind(text)
        except ValueError:
            self.refuse(name, f"{text!r} is none of {', '.join(kind)}")
            return None

    def _scalar(self, name: str, located: Located) -> str | None:
        if isinstance(located.value, (dict, list, bool)) or located.value is None:
            self._problems.append(Problem(located.place, name, "is no text; put it in quotation marks"))
            return None
        return str(located.value) if located.written is None else located.written
