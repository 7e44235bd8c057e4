"""Rows of tables: CSV, TSV, Excel, JSON, JSON Lines and Parquet, plain or compressed."""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import hashlib
import io
import lzma
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, cast

import orjson

from cuibono.graph.build.table.templates import Cell
from cuibono.graph.errors import InvalidArgument, InvalidInput, MissingExtra, Problem

__all__ = ["FORMATS", "Table", "TableFormat", "TableRow", "opened_table"]

FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".xlsx": "xlsx",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
"""Formats by the ending of a file's name."""

_COMPRESSED: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_MAXIMUM_ROW = 1_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, of which it is a beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t|"
_QUOTED = re.compile('["\r\n]')


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
    """

    format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    header: int = 1


@dataclass(frozen=True)
class Table:
    """A table that can be read again and again.

    Attributes
    ----------
    columns : tuple of str
        Their names in order; of JSON, those of the first thousand rows.
    sha256 : str
        Of the file's bytes.
    """

    path: Path
    name: str
    columns: tuple[str, ...]
    sha256: str
    _rows: Callable[[], Iterator[TableRow]] = field(repr=False)
    _meter: _Meter = field(repr=False)

    def share(self) -> float | None:
        """Return how much of the file the latest `rows` has read, between 0 and 1; None where nobody knows."""
        return self._meter.share()

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows in order; those that cannot be read say why.

        Raises
        ------
        InvalidInput
            If the file cannot be read any further.
        """
        return self._rows()


def opened_table(path: str | Path, form: TableFormat | None = None, *, name: str | None = None) -> Table:
    """Return the table that a file holds.

    Parameters
    ----------
    form : TableFormat, optional
        How to read it.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        If the file cannot be read, or is no such table.
    InvalidArgument
        If its format is not known.
    MissingExtra
        If its format needs a library that is not installed.
    """
    file = Path(path)
    form = _of_rejects(file) or form or TableFormat()
    shown = name or file.name
    kind = form.format or _format_of(file)
    if kind not in _READERS:
        known = ", ".join(_READERS)
        raise InvalidArgument("format", f"{shown}: {kind or file.suffix!r} is no format of a table; there are {known}")
    try:
        with file.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
    except OSError as error:
        raise InvalidInput([Problem(shown, None, f"cannot be read: {error.strerror or error}")]) from error
    source = _Source(file, shown, form, _Meter(file.stat().st_size))
    columns, rows = _READERS[kind](source)
    return Table(file, shown, columns, digest, rows, source.meter)


def _of_rejects(file: Path) -> TableFormat | None:
    """Return how rows that an import left out are read, or None for another file: not as the table that they are of."""
    try:
        with file.open("rb") as data:
            first = data.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError:
        return None  # whoever reads it says why it cannot be read
    if not first.lstrip(b'{" ').startswith(b"cuibono:row"):
        return None
    return TableFormat(format="jsonl" if first.startswith(b"{") else "csv")


def _format_of(file: Path) -> str | None:
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return FORMATS.get(suffixes[-1]) if suffixes else None


_Read = tuple[tuple[str, ...], Callable[[], Iterator[TableRow]]]


@dataclass(slots=True)
class _Meter:
    """How much of a file is read: where the reading stands in its bytes, or in its rows where they are counted."""

    size: int
    stream: IO[bytes] | None = None
    row: int = 0

    def share(self) -> float | None:
        if self.stream is None:
            return self.row / self.size if self.row and self.size else None
        return self.stream.tell() / self.size if self.size and not self.stream.closed else None


@dataclass(frozen=True, slots=True)
class _Source:
    file: Path
    name: str
    form: TableFormat
    meter: _Meter

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
        """Return the encoding that is given, that of the byte order mark, or UTF-8."""
        if self.form.encoding is not None:
            return self.form.encoding
        with self.opened() as data:
            first = data.read(4)
        return next((name for mark, name in _MARKS if first.startswith(mark)), "utf-8")

    def error(self, message: str, row: int | None = None) -> InvalidInput:
        return InvalidInput([Problem(f"{self.name}:{row}" if row else self.name, None, message)])


def _checked_columns(columns: list[str], source: _Source) -> tuple[str, ...]:
    names = [column.strip() for column in columns]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise source.error("has no columns; its first row must name them", source.form.header)
    for name in names:
        if not name or names.count(name) > 1:
            what = f"the column {name!r} is there {names.count(name)} times" if name else "a column has no name"
            raise source.error(f"{what}; give each column a name of its own", source.form.header)
    return tuple(names)


# ── CSV ────────────────────────────────────────────────────────────────────────────────────────────────


class _Lines:
    """Gives a CSV reader its lines, and keeps those of the record that is being read."""

    def __init__(self, lines: IO[str]) -> None:
        self._lines, self._kept = lines, list[str]()
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._lines.readline(_MAXIMUM_ROW + 1):
            self._length += len(line)
            if self._length > _MAXIMUM_ROW:
                raise csv.Error(f"it is longer than {_MAXIMUM_ROW:,} characters; a quotation mark may be missing")
            self._kept.append(line)
            yield line

    def record(self) -> str:
        text = "".join(self._kept).rstrip("\r\n")
        self._kept.clear()
        self._length = 0
        return text


def _read_csv(source: _Source) -> _Read:
    delimiter = source.form.delimiter or ("\t" if _format_of(source.file) == "tsv" or source.form.format == "tsv" else None)
    csv.field_size_limit(_MAXIMUM_ROW)

    def records() -> Iterator[tuple[int, list[str], str]]:
        number = 0
        try:
            mark = delimiter or _sniffed(source)
            with source.lines() as text:
                lines = _Lines(text)
                for number, cells in enumerate(csv.reader(lines, delimiter=mark, strict=True), 1):
                    yield number, cells, lines.record()
        except (UnicodeDecodeError, LookupError) as error:
            raise source.error(_not_in(source, error), _line_with(source, error) or number + 1) from error
        except (csv.Error, OSError, EOFError, lzma.LZMAError) as error:
            raise source.error(f"cannot be read from this row on: {error}", number + 1) from error

    found = next((cells for number, cells, _ in records() if number == source.form.header), None)
    if found is None:
        raise source.error(f"has no row {source.form.header}, which should name the columns")
    columns = _checked_columns(found, source)

    def rows() -> Iterator[TableRow]:
        for number, cells, text in records():
            if number > source.form.header and any(cells):
                yield _row(number, columns, cells, text)

    return columns, rows


def _not_in(source: _Source, error: UnicodeDecodeError | LookupError) -> str:
    remedy = "save it as UTF-8, or name its encoding in the mapping: `table: {encoding: cp1252}` is that of Windows in the West"
    if isinstance(error, LookupError):
        return f"cannot be read as {source.form.encoding!r}, which is no encoding; {remedy}"
    byte = error.object[error.start]
    return f"cannot be read as {source.form.encoding or 'UTF-8'} from this row on: the byte 0x{byte:02X} is none of it; {remedy}"


def _line_with(source: _Source, error: UnicodeDecodeError | LookupError) -> int | None:
    """Return the line that is no UTF-8: text is decoded further than rows are read."""
    if isinstance(error, LookupError) or error.encoding != "utf-8":
        return None
    with source.opened() as data:
        for number, line in enumerate(data, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return None


def _sniffed(source: _Source) -> str:
    """Return what separates the names of the columns: the likeliest mark outside quotation marks."""
    with source.lines() as text:
        for _ in range(source.form.header):
            line = text.readline(_MAXIMUM_ROW)
    counts = {mark: len(next(csv.reader([line], delimiter=mark), [])) for mark in _DELIMITERS}
    return max(counts, key=lambda mark: counts[mark])


def _row(number: int, columns: tuple[str, ...], cells: list[str], text: str) -> TableRow:
    extra = [cell for cell in cells[len(columns) :] if cell]
    if extra or len(cells) < len(columns):
        problem = f"has {len(cells)} cells where the table has {len(columns)} columns; a quotation mark may be missing"
        return TableRow(number, dict(zip(columns, cells, strict=False)), text, problem)
    return TableRow(number, dict(zip(columns, cells, strict=False)), text)


# ── JSON ───────────────────────────────────────────────────────────────────────────────────────────────


def _read_json_lines(source: _Source) -> _Read:
    def rows() -> Iterator[TableRow]:
        number = 0
        try:
            with source.utf8() as data:
                while line := data.readline(_MAXIMUM_ROW + 1):
                    number += 1
                    if len(line) > _MAXIMUM_ROW:
                        raise source.error(f"is longer than {_MAXIMUM_ROW:,} bytes", number)
                    if line.strip():
                        yield _json_line(number, line)
        except (OSError, EOFError, UnicodeDecodeError, lzma.LZMAError) as error:
            raise source.error(f"cannot be read from this row on: {error}", number + 1) from error

    return _columns_of(rows, source), rows


def _json_line(number: int, line: bytes) -> TableRow:
    text = line.decode(errors="replace").strip()
    try:
        return _json_row(number, orjson.loads(line), text)
    except orjson.JSONDecodeError as error:
        return TableRow(number, {}, text, f"is not JSON: {error}")


def _read_json(source: _Source) -> _Read:
    try:
        with source.utf8() as data:
            found = orjson.loads(data.read())
    except (OSError, EOFError, UnicodeDecodeError, lzma.LZMAError) as error:
        raise source.error(f"cannot be read: {error}") from error
    except orjson.JSONDecodeError as error:
        raise source.error(f"is not JSON: {error}") from error
    if not isinstance(found, list):
        raise source.error("is no list of objects; a table in JSON is [{…}, {…}]")

    def rows() -> Iterator[TableRow]:
        for number, value in enumerate(found, 1):
            yield _json_row(number, value, orjson.dumps(value).decode())

    return _columns_of(rows, source), rows


def _json_row(number: int, value: object, text: str) -> TableRow:
    if not isinstance(value, dict):
        return TableRow(number, {}, text, "is no object with a name for each value")
    cells: dict[str, Cell] = {}
    _flatten(value, "", cells)
    return TableRow(number, cells, text)


def _flatten(value: dict[str, Any], prefix: str, cells: dict[str, Cell]) -> None:
    """Put the values of an object into cells, those of an object in it under ``outer.inner``.

    A list of objects is a table within the table, which no column can name.
    """
    for name, inner in value.items():
        key = f"{prefix}{name}"
        if isinstance(inner, dict):
            _flatten(inner, f"{key}.", cells)
        elif not isinstance(inner, list):
            cells[key] = _cell(inner)
        elif not any(isinstance(one, (dict, list)) for one in inner):
            cells[key] = [_cell(one) for one in inner]


def _columns_of(rows: Callable[[], Iterator[TableRow]], source: _Source) -> tuple[str, ...]:
    columns: dict[str, None] = {}
    wrong: TableRow | None = None
    for row, _ in zip(rows(), range(1_000), strict=False):
        columns |= dict.fromkeys(row.cells)
        wrong = wrong or (row if row.problem else None)
    if not columns and wrong is not None:
        raise source.error(f"{wrong.problem}; no row before or after it has names and values", wrong.number)
    if not columns:
        raise source.error("has no rows with names and values")
    return tuple(columns)


# ── Excel and Parquet ──────────────────────────────────────────────────────────────────────────────────


def _read_excel(source: _Source) -> _Read:
    try:
        import openpyxl
    except ImportError as error:
        raise MissingExtra("tables", "Excel files", "openpyxl") from error

    def cells() -> Iterator[tuple[int, list[str]]]:
        try:
            with source.opened() as data:
                book = openpyxl.load_workbook(io.BytesIO(data.read()), read_only=True, data_only=True)
        except Exception as error:  # openpyxl lets through whatever zip and XML raise
            raise source.error(f"is no Excel file: {error}") from error
        name = source.form.sheet or book.sheetnames[0]
        if name not in book.sheetnames:
            raise source.error(f"has no sheet {name!r}; it has {', '.join(book.sheetnames)}")
        for number, values in enumerate(book[name].iter_rows(values_only=True), 1):
            yield number, [_cell(value) for value in values]

    found = next((row for number, row in cells() if number == source.form.header), [])
    columns = _checked_columns(found, source)

    def rows() -> Iterator[TableRow]:
        for number, row in cells():
            if number > source.form.header and any(row):
                yield _row(number, columns, row, _line(row))

    return columns, rows


def _read_parquet(source: _Source) -> _Read:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra("tables", "Parquet files", "pyarrow") from error
    try:
        columns = tuple(parquet.ParquetFile(source.file).schema_arrow.names)
    except (OSError, pa.ArrowException) as error:
        raise source.error(f"is no Parquet file: {error}") from error

    def rows() -> Iterator[TableRow]:
        number = 0
        with parquet.ParquetFile(source.file) as file:
            source.meter.size = file.metadata.num_rows
            is_nested = any(pa.types.is_nested(kind) for kind in file.schema_arrow.types)
            for batch in file.iter_batches(batch_size=4_096):
                for cells, line in _nested_rows(batch) if is_nested else _flat_rows(batch, columns):
                    number += 1
                    source.meter.row = number
                    yield TableRow(number, cells, line)

    return columns, rows


def _nested_rows(batch: Any) -> Iterator[tuple[dict[str, Cell], str]]:
    for value in batch.to_pylist():
        yield _json_row(0, value, "").cells, _line([_cell(one) for one in value.values()])


def _flat_rows(batch: Any, columns: tuple[str, ...]) -> Iterator[tuple[dict[str, Cell], str]]:
    written = [[_cell(value) for value in column.to_pylist()] for column in batch.columns]
    for cells in zip(*written, strict=True):
        yield dict(zip(columns, cells, strict=True)), _line(cells)


def _cell(value: object) -> str:
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
        case _:
            return str(value)


def _line(cells: Sequence[str]) -> str:
    """Return cells as a line of CSV."""
    line = ",".join(cells)
    if len(cells) > 1 and line.count(",") == len(cells) - 1 and not _QUOTED.search(line):
        return line
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    return written.getvalue()


_READERS: dict[str, Callable[[_Source], _Read]] = {
    "csv": _read_csv,
    "tsv": _read_csv,
    "xlsx": _read_excel,
    "json": _read_json,
    "jsonl": _read_json_lines,
    "parquet": _read_parquet,
}
