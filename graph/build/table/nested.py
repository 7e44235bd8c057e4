"""Objects of JSON as rows of a table: objects within them by dotted names, lists within them as rows of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

import orjson

from cuibono.graph.build.table.templates import Cell
from cuibono.graph.errors import InvalidValue

__all__ = ["cell_of", "cells_of", "lists_within", "read_cell", "read_json", "records_of", "written_cell", "written_json"]

_DEEPEST = 4
_DEEPEST_OBJECT = 100
_LONG_NUMBER = re.compile(rb"[0-9]{19}")
_MOST_DIGITS = 4_000


def read_json(text: bytes) -> object:
    """Return what a text in JSON says, whole numbers of any length with all their digits: they may be identifiers.

    Raises
    ------
    orjson.JSONDecodeError
        If it is none.

    Examples
    --------
    >>> read_json(b'{"id": 123456789012345678901}')
    {'id': 123456789012345678901}
    """
    found: object = orjson.loads(text)
    if not _LONG_NUMBER.search(text):
        return found
    try:
        return json.loads(text, parse_int=_whole)
    except RecursionError:
        return found  # too deep for a row, and refused as that


def _whole(digits: str) -> object:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def written_json(value: object) -> str:
    """Return a value as a text in JSON.

    Examples
    --------
    >>> written_json({"id": 123456789012345678901})
    '{"id":123456789012345678901}'
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # long numbers, or too deep
        try:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        except RecursionError:
            return ""


def cells_of(value: dict[str, object]) -> dict[str, Cell]:
    """Return the values of an object as cells, those of an object in it under ``outer.inner``.

    A list of objects is a table within the table, which no column can name; see `records_of`.

    Raises
    ------
    InvalidValue
        If objects are nested too deep, or two values would have one name.

    Examples
    --------
    >>> cells_of({"name": "Acme", "seat": {"country": "GB"}, "codes": [1, 2], "officers": [{"name": "Ann"}]})
    {'name': 'Acme', 'seat.country': 'GB', 'codes': ['1', '2']}
    """
    cells: dict[str, Cell] = {}
    _flatten(value, "", cells, _DEEPEST_OBJECT)
    return cells


def _flatten(value: dict[str, object], prefix: str, cells: dict[str, Cell], deepest: int) -> None:
    if not deepest:
        raise InvalidValue(f"has objects nested more than {_DEEPEST_OBJECT} deep")
    for name, inner in value.items():
        key = f"{prefix}{name}"
        if key in cells:
            raise InvalidValue(f"says {key!r} twice, once as an object within an object; rename one of them")
        if isinstance(inner, dict):
            _flatten(inner, f"{key}.", cells, deepest - 1)
        elif not isinstance(inner, list):
            cells[key] = cell_of(inner)
        elif not any(isinstance(one, (dict, list)) for one in inner):
            cells[key] = [cell_of(one) for one in inner]


def records_of(value: object, path: Sequence[str], deepest: int = _DEEPEST_OBJECT) -> Iterator[object]:
    """Yield an object for each element of a list within a value, with all that stands around it.

    Where the list is empty or missing, what stands around it is one object.

    Examples
    --------
    >>> firm = {"name": "Acme", "officers": [{"name": "Ann"}, {"name": "Bob"}]}
    >>> list(records_of([firm], ["officers"]))
    [{'name': 'Acme', 'officers': {'name': 'Ann'}}, {'name': 'Acme', 'officers': {'name': 'Bob'}}]
    """
    if isinstance(value, list) and deepest:
        for one in value:
            yield from records_of(one, path, deepest - 1)
    elif not path or not isinstance(value, dict):
        yield value
    else:
        first, *rest = path
        around = {name: inner for name, inner in value.items() if name != first}
        inner = value.get(first)
        if inner is None or inner == []:
            yield around
            return
        for record in records_of(inner, rest, deepest):
            yield {**around, first: record}


def lists_within(value: object, prefix: str = "", deepest: int = _DEEPEST) -> list[str]:
    """Return the dotted names of the lists of objects within a value, as `records_of` takes them.

    Examples
    --------
    >>> lists_within({"count": 1, "results": [{"name": "Acme", "officers": [{"name": "Ann"}]}]})
    ['results', 'results.officers']
    """
    found: list[str] = []
    if isinstance(value, dict) and deepest:
        for name, inner in value.items():
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                found += [f"{prefix}{name}", *lists_within(inner[0], f"{prefix}{name}.", deepest - 1)]
            elif isinstance(inner, dict):
                found += lists_within(inner, f"{prefix}{name}.", deepest - 1)
    return found


def written_cell(cell: Cell) -> str:
    """Return how a cell stands in CSV: a list of values as one in JSON.

    Examples
    --------
    >>> written_cell("Acme"), written_cell(["a", "b"])
    ('Acme', '["a","b"]')
    """
    if isinstance(cell, str):
        # What only looks like a list is written as one, so that it is read as it was.
        return cell if read_cell(cell) == cell else written_json([cell])
    return written_json(cell)


def read_cell(text: str) -> Cell:
    """Return what `written_cell` was given.

    Examples
    --------
    >>> read_cell("Acme"), read_cell('["a","b"]')
    ('Acme', ['a', 'b'])
    """
    if not (text.startswith("[") and text.endswith("]")):
        return text
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return found if isinstance(found, list) and all(isinstance(one, str) for one in found) else text


def cell_of(value: object) -> str:
    """Return a value as the text that a person would have typed."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float() | Decimal():
            return format(Decimal(str(value)), "f") if Decimal(str(value)).is_finite() else str(value)
        case datetime():
            return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
        case date():
            return value.isoformat()
        case bytes():  # text of which the file does not say that it is one, or no text
            try:
                return value.decode()
            except UnicodeDecodeError:
                return value.hex()
        case _:
            return str(value)
