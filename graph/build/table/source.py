"""A file that holds a table: how it is to be read, its bytes and its text, and what names its columns."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from cuibono.graph.build.table.templates import Cell
from cuibono.graph.errors import InvalidInput, Problem

__all__ = [
    "FORMATS",
    "OTHER_ENCODING",
    "UNREADABLE",
    "Meter",
    "Source",
    "TableFormat",
    "TableRow",
    "checked_columns",
    "format_of",
    "header_of",
    "header_rows",
]

FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
"""Formats by the ending of a file's name."""

UNREADABLE = (OSError, EOFError, lzma.LZMAError, zlib.error)
"""What reading a damaged file raises, compressed or not."""

_COMPRESSED: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, of which it is a beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OTHER_ENCODING = (
    "save it as UTF-8, or name its `encoding` in the mapping, as `map suggest --encoding cp1252` does (Windows in the West)"
)
"""What to do about a text that is not in UTF-8."""

_HEADER = re.compile(r"([1-9]\d{0,5})(?:-([1-9]\d{0,5}))?")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table.

    Attributes
    ----------
    number : int
        Counted from 1, the row of the columns' names included where there is one (RFC 7111).
    cells : dict of str to str or list of str
        By column; an empty cell is an empty text.
    text : str
        The row as it stands in the file, or, where it stands there in no text, as a line of CSV.
    problem : str or None
        Why the row cannot be read.
    """

    number: int
    cells: dict[str, Cell]
    text: str
    problem: str | None = None

    def __reduce__(self) -> tuple[object, ...]:  # in a third of the time that pickling takes without
        return TableRow, (self.number, self.cells, self.text, self.problem)


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How a table is to be read. What is None is found out.

    Attributes
    ----------
    format : str or None
        ``csv``, ``tsv``, ``xlsx``, ``json``, ``jsonl`` or ``parquet``; that of the file's ending.
    delimiter : str or None
        Between the cells of CSV.
    encoding : str or None
        Of CSV: that of its byte order mark, else UTF-8. JSON is UTF-8.
    sheet : str or None
        Of an Excel file; the first.
    header : int
        The row of the columns' names, in CSV and Excel; what stands above it is passed over.
    header_rows : int
        How many rows name the columns, that one the last: a name over several columns is the beginning of theirs.
    records : str or None
        Of JSON, the dotted name of a list within each object, or within the one object that a file is: each of its
        elements is a row, with what stands around it.
    """

    format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    header: int = 1
    header_rows: int = 1
    records: str | None = None


def header_rows(text: str) -> tuple[int, int] | None:
    """Return the first and the last of the rows that name columns, None where a text says no such thing.

    Examples
    --------
    >>> header_rows("3"), header_rows("2-3"), header_rows("3-2")
    ((3, 3), (2, 3), None)
    """
    found = _HEADER.fullmatch(text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if first <= last else None


def format_of(file: Path) -> str | None:
    """Return the format that a file's ending stands for, or None."""
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return FORMATS.get(suffixes[-1]) if suffixes else None


@dataclass(slots=True)
class Meter:
    """How much of a file is read: where the reading stands in its bytes, or in its rows where they are counted."""

    size: int
    stream: IO[bytes] | None = None
    row: int = 0

    def share(self) -> float | None:
        if self.stream is None:
            return self.row / self.size if self.row and self.size else None
        return self.stream.tell() / self.size if self.size and not self.stream.closed else None


@dataclass(frozen=True, slots=True)
class Source:
    """A file, what messages call it, and how it is to be read."""

    file: Path
    name: str
    form: TableFormat
    meter: Meter

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Give the bytes of the file, without compression."""
        with self.file.open("rb") as stream:
            self.meter.stream = stream
            unpack = _COMPRESSED.get(self.file.suffix.lower())
            if unpack is None:
                yield stream
                return
            with unpack(stream) as data:
                yield data

    @contextmanager
    def lines(self) -> Iterator[IO[str]]:
        """Give the text of the file."""
        encoding = self.encoding()
        with self.opened() as data, io.TextIOWrapper(data, encoding, newline="") as text:
            yield text

    @contextmanager
    def utf8(self) -> Iterator[IO[bytes]]:
        """Give the bytes of the file as UTF-8, without a byte order mark."""
        encoding = self.encoding()
        with self.opened() as data:
            yield data if encoding == "utf-8" else cast("IO[bytes]", codecs.EncodedFile(data, "utf-8", encoding))

    def encoding(self) -> str:
        """Return the encoding that is given, that of the byte order mark, or UTF-8.

        Raises
        ------
        InvalidInput
            If the encoding that is given is none of texts.
        """
        given = self.form.encoding
        try:
            name = codecs.lookup(given or "utf-8").name
            with suppress(UnicodeError):
                b"a".decode(name)  # there are codecs that make no text
        except LookupError as error:
            raise self.error(f"cannot be read as {given!r}, which is no encoding; {OTHER_ENCODING}") from error
        with self.opened() as data:
            first = data.read(4)
        marked = next((form for mark, form in _MARKS if first.startswith(mark)), None)
        return marked if marked and (given is None or name.startswith(marked.removesuffix("-sig"))) else name

    def error(self, message: str, row: int | None = None) -> InvalidInput:
        return InvalidInput([Problem(f"{self.name}:{row}" if row else self.name, None, message)])


def header_of(rows: Iterable[tuple[int, list[str]]], source: Source) -> tuple[str, ...]:
    """Return the names of the columns, which one row gives, or several together."""
    last, found = source.form.header, list[list[str]]()
    for number, cells in rows:
        if number > last - source.form.header_rows:
            found.append(cells)
        if number == last:
            return checked_columns(_joined(found), source)
    raise source.error(f"has no row {last}, which should name the columns")


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the names that several rows give together: what stands over several columns stands in the first of them."""
    names = [""] * max(map(len, rows))
    for number, row in enumerate(rows, 1):
        above = ""
        for column, cell in enumerate([*row, *[""] * (len(names) - len(row))]):
            above = cell.strip() or (above if number < len(rows) else "")
            names[column] = f"{names[column]} {above}".strip()
    return names


def checked_columns(columns: Sequence[str], source: Source) -> tuple[str, ...]:
    """Return the names of columns, each of which must be there once."""
    names = [column.strip() for column in columns]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise source.error("has no columns; its first row must name them", source.form.header)
    if any("\0" in name for name in names):
        remedy = (
            "it may be UTF-16 without a byte order mark: name its `encoding`, utf-16-le or utf-16-be (`map suggest --encoding`)"
        )
        raise source.error(f"a column has a null character in its name; {remedy}", source.form.header)
    for name in names:
        if not name or names.count(name) > 1:
            what = f"the column {name!r} is there {names.count(name)} times" if name else "a column has no name"
            remedy = (
                "give each a name of its own, or say which rows name them (`header` of the mapping, `map suggest --header 1-2`)"
            )
            raise source.error(f"{what}; {remedy}", source.form.header)
    return tuple(names)
