"""What a mapping writes for a value: text with columns in braces, each with steps that clean it up.

``{Owner name | collapse | title}`` is the cell of a column with two steps, ``{"Owner | name"}`` that of a column with a mark of
ours in its name. A value in which a cell is empty is
absent as a whole, so that ``ID {number}`` never becomes a bare ``ID``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from cuibono.graph.errors import InvalidValue

__all__ = ["Cell", "Lookups", "Row", "Template", "column_reference", "parsed_template"]

Cell = str | list[str]
Row = Mapping[str, Cell]
Lookups = Mapping[str, Mapping[str, str]]

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_STEP = rf"(?:{_QUOTED}|'[^']*'|[^{{}}|\"'])*"
_NAMED = re.compile(rf"\s*(?:({_QUOTED})\s*(?=\||$)|([^{{}}|]*))")
_COLUMN = re.compile(rf"\{{\{{|\}}\}}|\{{(\s*(?:{_QUOTED}\s*|[^{{}}|]*)(?:\|{_STEP})*)\}}|[{{}}]")
_NEEDS_QUOTES = re.compile(r'[{}|]|^"|"$')
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!"}
"""What a spreadsheet writes into a cell whose formula went wrong."""
_DATE_PARTS = {"%d": 10, "%j": 10, "%m": 7, "%b": 7, "%B": 7}
_SERIAL = "excel"
_Step = Callable[[str], str]
_KEPT = 1 << 15  # of what dates and numbers were read as: they come again; days of 90 years


@dataclass(frozen=True, slots=True)
class _Reference:
    """A column, and what is done to its cell; other processes make it anew of what is written."""

    column: str
    steps: tuple[_Step, ...]
    separator: str | None
    written: str
    lookups: Lookups

    def __reduce__(self) -> tuple[object, ...]:
        return _reference, (self.written, self.lookups)

    def value(self, row: Row) -> str | None:
        """Return the only value, None where there is none."""
        cell = row.get(self.column, "")
        if self.separator is None and isinstance(cell, str):
            return self._cleaned(cell) or None
        values = self.values(row)
        if len(values) > 1:
            raise InvalidValue(f"column {self.column!r} has {len(values)} values where one is wanted")
        return values[0] if values else None

    def values(self, row: Row) -> list[str]:
        cell = row.get(self.column, "")
        texts = cell if isinstance(cell, list) else [cell] if self.separator is None else cell.split(self.separator)
        return [text for one in texts if (text := self._cleaned(one))]

    def _cleaned(self, text: str) -> str:
        text = text.strip()
        for step in self.steps:
            text = step(text)
        if text[:1] == "#" and text in _ERRORS:
            remedy = 'mend the cell; where it stands for nothing, take it out by `replace "' + text + '" ""`'
            raise InvalidValue(f"column {self.column!r} has {text}, the mark of a formula that went wrong; {remedy}")
        return text


@dataclass(frozen=True, slots=True)
class Template:
    """A value made of constants and columns.

    Attributes
    ----------
    parts : tuple of str and references to columns
    """

    parts: tuple[str | _Reference, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it takes its value from."""
        return tuple(part.column for part in self.parts if isinstance(part, _Reference))

    @property
    def is_constant(self) -> bool:
        """Whether it is the same for every row."""
        return not self.columns

    def value(self, row: Row) -> str | None:
        """Return the value for a row, or None where one of its cells is empty.

        Raises
        ------
        InvalidValue
            If a cell is not what a step takes, or has several values.
        """
        texts = []
        for part in self.parts:
            text = part if isinstance(part, str) else part.value(row)
            if text is None:
                return None
            texts.append(text)
        return "".join(texts) or None

    def values(self, row: Row) -> list[str]:
        """Return all values for a row: those of a cell that is a list, or is split, where it stands alone.

        Raises
        ------
        InvalidValue
            If a cell is not what a step takes.
        """
        match self.parts:
            case (_Reference() as alone,):
                return alone.values(row)
            case _:
                value = self.value(row)
                return [] if value is None else [value]


def column_reference(column: str, steps: str | None = None) -> str:
    """Return what refers to a column in a template, its name in quotation marks where it could be taken for something else.

    Examples
    --------
    >>> column_reference("Owner"), column_reference("Owner | name", "collapse")
    ('{Owner}', '{"Owner | name" | collapse}')
    """
    escaped = re.sub(r'(["\\])', r"\\\1", column)
    name = f'"{escaped}"' if _NEEDS_QUOTES.search(column) else column
    return "{" + name + (f" | {steps}" if steps else "") + "}"


def parsed_template(text: str, lookups: Lookups) -> Template:
    """Return the template that a text of a mapping is.

    Parameters
    ----------
    lookups : mapping of str to mapping
        The tables that the step ``lookup`` may name.

    Raises
    ------
    InvalidValue
        If braces do not match, or a step is none.

    Examples
    --------
    >>> parsed_template("{Name | collapse} ({Code})", {}).value({"Name": " Jane   Doe ", "Code": "7"})
    'Jane Doe (7)'
    >>> parsed_template("{Share | divide 100}", {}).value({"Share": "12.5"})
    '0.125'
    >>> parsed_template('{"Code | number" | match "[A-Z]{2}"}', {}).value({"Code | number": "12GB7"})
    'GB'
    """
    return Template(tuple(_parts(text, lookups)))


def _parts(text: str, lookups: Lookups) -> Iterator[str | _Reference]:
    end = 0
    for match in _COLUMN.finditer(text):
        if match.start() > end:
            yield text[end : match.start()]
        end = match.end()
        if match[0] in {"{{", "}}"}:
            yield match[0][0]
        elif match[1] is None:
            remedy = "write {{ or }} for the character itself; in what a step takes, put it into quotation marks"
            raise InvalidValue(f"{text!r} has a brace without its other half; {remedy}")
        else:
            yield _reference(match[1], lookups)
    if end < len(text):
        yield text[end:]


def _reference(text: str, lookups: Lookups) -> _Reference:
    named = _NAMED.match(text)
    assert named is not None
    column = re.sub(r"\\(.)", r"\1", named[1][1:-1]) if named[1] else named[2].strip()
    written = [part.strip() for part in re.findall(rf"\|({_STEP})", text[named.end() :])]
    if not column:
        raise InvalidValue("an empty pair of braces names no column")
    steps: list[_Step] = []
    separator = None
    for one in written:
        if not one:
            raise InvalidValue(f"{text!r} has a | with no step behind it; in what a step takes, put it into quotation marks")
        try:
            name, *arguments = shlex.split(one)
        except ValueError as error:
            raise InvalidValue(f"the step {one!r} cannot be read: {error}") from error
        if name == "split" and not steps and separator is None:
            separator = _only(name, arguments)
        elif name == "split":
            raise InvalidValue("split comes first, and once")
        else:
            steps.append(_step(name, arguments, lookups))
    return _Reference(column, tuple(steps), separator, text, lookups)


# ── steps ──────────────────────────────────────────────────────────────────────────────────────────────


def _step(name: str, arguments: list[str], lookups: Lookups) -> _Step:
    if name in _PLAIN:
        if arguments:
            raise InvalidValue(f"the step {name} takes nothing, not {' '.join(arguments)}")
        return _PLAIN[name]
    if name == "date":
        return _dated(arguments)
    if name in _WITH_ONE:
        return _WITH_ONE[name](_only(name, arguments))
    if name == "replace":
        if len(arguments) != 2:
            raise InvalidValue('replace takes what is replaced and by what: replace "Ltd." "Limited"')
        old, new = arguments
        return lambda text: text.replace(old, new).strip()
    if name == "lookup":
        return _lookup(_only(name, arguments), lookups)
    known = ", ".join(sorted([*_PLAIN, *_WITH_ONE, "date", "lookup", "replace", "split"]))
    raise InvalidValue(f"{name!r} is no step; there are {known}")


def _only(name: str, arguments: list[str]) -> str:
    if len(arguments) != 1 or not arguments[0]:
        raise InvalidValue(f"the step {name} takes one thing, not {len(arguments)}; put it in quotation marks")
    return arguments[0]


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 100:
        raise InvalidValue(f"{text!r} is no number; where it has separators, the step `number` takes them out")
    return number


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scaled(by: str, scale: Callable[[Decimal, Decimal], Decimal]) -> _Step:
    factor = _number(by)
    if factor == 0:
        raise InvalidValue("a step by 0 leaves nothing")
    return lru_cache(_KEPT)(lambda text: _plain(scale(_number(text), factor)) if text else "")


@lru_cache(_KEPT)
def _separated(text: str) -> str:
    """Return a number without what separates its thousands, and with a point: the last of `,` and `.` is the point."""
    if not text:
        return ""
    kept = re.sub(r"[\s'’%€$£¥\u00a0\u202f]", "", text)
    point = max(kept.rfind(","), kept.rfind("."))
    if point >= 0 and (kept.count(kept[point]) > 1 or (kept[point] == "," and re.fullmatch(r"-?\d{1,3}(,\d{3})+", kept))):
        point = len(kept)
    whole, part = re.sub("[,.]", "", kept[: max(point, 0)] if point >= 0 else kept), kept[point + 1 :] if point >= 0 else ""
    return _plain(_number(f"{whole}.{part}" if part else whole))


def _dated(forms: Sequence[str]) -> _Step:
    """Return the step that reads a date in the first of some forms that fits."""
    lengths = {form: max((_DATE_PARTS.get(part, 4) for part in re.findall("%.", form)), default=0) for form in forms}
    wrong = next((form for form, length in lengths.items() if not length and form != _SERIAL), None if forms else "")
    if wrong is not None:
        raise InvalidValue(f"{wrong!r} is no form of a date; write it as strptime does: date %d/%m/%Y, or date {_SERIAL}")

    @lru_cache(_KEPT)
    def read(text: str) -> str:
        for form, length in lengths.items() if text else ():
            with suppress(ValueError):
                day = _day_of(text) if form == _SERIAL else datetime.strptime(text, form).date()
                return day.isoformat()[: length or None]
        if text:
            shown = " or ".join("a number of days, as Excel counts them" if form == _SERIAL else form for form in forms)
            raise InvalidValue(f"{text!r} is no date of the form {shown}")
        return ""

    return read


def _day_of(number: str) -> date:
    """Return the day that a spreadsheet keeps as a number; before March 1900 they differ."""
    if not re.fullmatch(r"\d{2,7}(\.\d+)?", number) or float(number) < 61:
        raise ValueError(number)
    try:
        return date(1899, 12, 30) + timedelta(days=int(float(number)))
    except OverflowError as error:
        raise ValueError(number) from error


def _found(pattern: str) -> _Step:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise InvalidValue(f"{pattern!r} is no regular expression: {error}") from error

    def find(text: str) -> str:
        match = compiled.search(text)
        return "" if match is None else (match[1] if compiled.groups else match[0]) or ""

    return find


def _lookup(name: str, lookups: Lookups) -> _Step:
    if name not in lookups:
        raise InvalidValue(f"there is no lookup {name!r}; there are {', '.join(sorted(lookups)) or 'none'}")
    table = lookups[name]

    def find(text: str) -> str:
        if text and text not in table:
            raise InvalidValue(f"{text!r} is not in the lookup {name}")
        return table[text] if text else ""

    return find


_PLAIN: Mapping[str, _Step] = {
    "collapse": lambda text: " ".join(text.split()),
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "number": _separated,
}
_WITH_ONE: Mapping[str, Callable[[str], _Step]] = {
    "default": lambda other: lambda text: text or other,
    "divide": lambda by: _scaled(by, lambda number, factor: number / factor),
    "match": _found,
    "multiply": lambda by: _scaled(by, lambda number, factor: number * factor),
}
