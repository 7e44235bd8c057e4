"""Rows of an Excel file as a person sees them: what is merged counts in each row, and a formula must have a value."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cuibono.graph.build.table.nested import cell_of
from cuibono.graph.build.table.source import Source
from cuibono.graph.errors import InvalidInput, MissingExtra

__all__ = ["ExcelRow", "excel_rows", "sheet_names"]

_CHUNK, _OVERLAP = 1 << 20, 1 << 15
_MERGED = re.compile(rb'mergeCell ref="([A-Z]{1,3})(\d+):[A-Z]{1,3}(\d+)"')
# A cell with a formula and without what it came to; one that came to an empty text says so by its type.
_NO_VALUE = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_OLD_OR_LOCKED = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True, slots=True)
class ExcelRow:
    """A row of a sheet.

    Attributes
    ----------
    unknown : tuple of int
        In which cells, counted from 0, there are formulas whose values the file does not hold.
    """

    number: int
    cells: list[str]
    unknown: tuple[int, ...]


@dataclass(slots=True)
class _Marks:
    """Which cells are merged over several rows, by their first row and column the last row; and which have no value."""

    merged: dict[tuple[int, int], int] = field(default_factory=dict)
    unknown: dict[int, list[int]] = field(default_factory=dict)


def sheet_names(source: Source) -> list[str]:
    """Return the names of the sheets that hold cells, charts left out."""
    return [sheet.title for sheet in _book(source).worksheets]


def excel_rows(source: Source) -> Iterator[ExcelRow]:
    """Yield the rows of the sheet that is asked for, the first unless any is.

    A cell that is merged over several rows is told in each of them, below the rows that name the columns.

    Raises
    ------
    InvalidInput
        If the file is no Excel file, or has no such sheet.
    MissingExtra
        If openpyxl is not installed.
    """
    try:
        book = _book(source)
        names = [sheet.title for sheet in book.worksheets]
        name = source.form.sheet or next(iter(names), "")
        if name not in names:
            raise source.error(f"has no sheet {name!r} with cells; it has {', '.join(names) or 'none'}")
        sheet = book[name]
        marks = _marks(source, sheet)
        sheet.reset_dimensions()  # what some programs write for the size of a sheet is wrong
        yield from _rows(sheet, marks, source.form.header)
    except (InvalidInput, MissingExtra):
        raise
    except Exception as error:  # openpyxl lets through whatever zip and XML raise
        raise source.error(_no_excel(source, error)) from error


def _rows(sheet: Any, marks: _Marks, header: int) -> Iterator[ExcelRow]:
    standing: dict[int, tuple[int, str]] = {}
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [cell_of(value) for value in values]
        says_something = number > header and any(map(str.strip, cells))
        for column, (last, value) in list(standing.items()):
            if number > last:
                del standing[column]
            elif says_something:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = cells[column] or value
        for column, cell in enumerate(cells) if marks.merged and says_something else ():
            last = marks.merged.get((number, column), 0)
            if last > number:
                standing[column] = last, cell
        yield ExcelRow(number, cells, tuple(marks.unknown.get(number, ())))


def _book(source: Source) -> Any:
    try:
        import openpyxl
    except ImportError as error:
        raise MissingExtra("tables", "Excel files", "openpyxl") from error
    try:
        with source.opened() as data:
            return openpyxl.load_workbook(io.BytesIO(data.read()), read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets through whatever zip and XML raise
        raise source.error(_no_excel(source, error)) from error


def _no_excel(source: Source, error: Exception) -> str:
    try:
        with source.opened() as data:
            first = data.read(8)
    except Exception:  # noqa: BLE001  # whatever decompressing raises has been told in the first place
        first = b""
    if first == _OLD_OR_LOCKED:
        return "is an Excel file of the old form (.xls), or one with a password; save it as .xlsx without one"
    if isinstance(error, zipfile.BadZipFile) and not first.startswith(b"PK"):
        remedy = "where it is text, say so by its ending, or in the mapping: `table: {format: csv}`"
        return f"is no Excel file: {error}; {remedy}"
    return f"is no Excel file that can be read: {error}"


def _marks(source: Source, sheet: Any) -> _Marks:
    """Return what a sheet says beside its values, which openpyxl does not tell when it reads row by row."""
    marks = _Marks()
    with (
        source.opened() as data,
        zipfile.ZipFile(io.BytesIO(data.read())) as archive,
        archive.open(sheet._worksheet_path.lstrip("/")) as stream,
    ):
        before = b""
        while chunk := stream.read(_CHUNK):
            text = before + chunk
            for found in _MERGED.finditer(text):
                first, last = int(found[2]), int(found[3])
                if last > first:
                    marks.merged[first, _column(found[1])] = last
            for found in _NO_VALUE.finditer(text):
                place = _PLACE.search(found[1])
                if place is not None and b't="str"' not in found[1]:
                    known = marks.unknown.setdefault(int(place[2]), [])
                    if (column := _column(place[1])) not in known:
                        known.append(column)
            before = text[-_OVERLAP:]
    return marks


def _column(letters: bytes) -> int:
    """Return the number of a column, counted from 0: that of ``AB`` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
