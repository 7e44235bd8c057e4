"""Rows of tables: CSV, TSV, Excel, JSON, JSON Lines and Parquet, plain or compressed."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

import orjson

from cuibono.graph.build.table.excel import excel_rows, sheet_names
from cuibono.graph.build.table.nested import cell_of, cells_of, lists_within, read_cell, read_json, records_of, written_json
from cuibono.graph.build.table.source import (
    OTHER_ENCODING,
    UNREADABLE,
    Meter,
    Source,
    TableFormat,
    TableRow,
    checked_columns,
    format_of,
    header_of,
)
from cuibono.graph.build.table.templates import Cell
from cuibono.graph.errors import InvalidArgument, InvalidInput, InvalidValue, MissingExtra, Problem

_MAXIMUM_ROW = 1_000_000
_LOOKED_AT = 100
_OF_REJECTS = "cuibono:row"
_DELIMITERS = ",;\t|"
_QUOTED = re.compile('["\r\n]')


@dataclass(frozen=True)
class Table:
    """A table that can be read again and again.

    Attributes
    ----------
    columns : tuple of str
        Their names in order; of JSON, those of the first thousand rows.
    sha256 : str
        Of the file's bytes.
    elsewhere : tuple of str
        What else the file holds: other sheets, or the dotted names of lists of objects within the rows.
    """

    path: Path
    name: str
    columns: tuple[str, ...]
    sha256: str
    elsewhere: tuple[str, ...]
    _rows: Callable[[], Iterator[TableRow]] = field(repr=False)
    _meter: Meter = field(repr=False)
    _is_open: bool = False

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

    def all_columns(self) -> tuple[str, ...]:
        """Return the names of all columns, of JSON those of all rows; it may read the whole file.

        Raises
        ------
        InvalidInput
            If the file cannot be read.
        """
        if not self._is_open:
            return self.columns
        return tuple(dict.fromkeys([*self.columns, *(name for row in self.rows() for name in row.cells)]))


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
    kind = form.format or format_of(file)
    if kind not in _READERS:
        known = ", ".join(_READERS)
        raise InvalidArgument("format", f"{shown}: {kind or file.suffix!r} is no format of a table; there are {known}")
    try:
        with file.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
    except OSError as error:
        raise InvalidInput([Problem(shown, None, f"cannot be read: {error.strerror or error}")]) from error
    source = Source(file, shown, form, Meter(file.stat().st_size))
    _refuse_mistaken(source, kind)
    columns, rows, elsewhere = _READERS[kind](source)
    return Table(file, shown, columns, digest, elsewhere, rows, source.meter, kind in {"json", "jsonl"})


def _refuse_mistaken(source: Source, kind: str) -> None:
    """Refuse what is called a text and is an archive, in words that say what it is."""
    if kind in {"xlsx", "parquet"}:
        return
    try:
        with source.opened() as data:
            first = data.read(6)
    except UNREADABLE:
        return  # whoever reads it says from which row on it cannot be read
    if first.startswith(b"PK\3\4"):
        remedy = "name its format (--from xlsx, or `table: {format: xlsx}` in the mapping), or take the file out of it"
        raise source.error(f"is no {kind.upper()} but a zip archive, as Excel files are; {remedy}")
    if first.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")):
        raise source.error("is compressed; its name must end in .gz, .bz2 or .xz")


def _of_rejects(file: Path) -> TableFormat | None:
    """Return how rows that an import left out are read, or None for another file: not as the table that they are of."""
    try:
        with file.open("rb") as data:
            first = data.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError:
        return None  # whoever reads it says why it cannot be read
    if not first.lstrip(b'{" ').startswith(_OF_REJECTS.encode()):
        return None
    return TableFormat(format="jsonl" if first.startswith(b"{") else "csv")


_Read = tuple[tuple[str, ...], Callable[[], Iterator[TableRow]], tuple[str, ...]]


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


def _read_csv(source: Source) -> _Read:
    delimiter = source.form.delimiter or ("\t" if format_of(source.file) == "tsv" or source.form.format == "tsv" else None)
    csv.field_size_limit(_MAXIMUM_ROW)

    def records() -> Iterator[tuple[int, list[str], str]]:
        number = 0
        try:
            mark = delimiter or _sniffed(source)
            with source.lines() as text:
                lines = _Lines(text)
                for number, cells in enumerate(csv.reader(lines, delimiter=mark, strict=True), 1):
                    yield number, cells, lines.record()
        except UnicodeError as error:
            raise source.error(_not_in(source, error), _line_with(source, error) or number + 1) from error
        except csv.Error as error:
            hint = "; a quotation mark may be missing" if "end of data" in str(error) else ""
            raise source.error(f"cannot be read from this row on: {error}{hint}", number + 1) from error
        except UNREADABLE as error:
            raise source.error(f"cannot be read from this row on: {error}", number + 1) from error

    columns = header_of(((number, cells) for number, cells, _ in records()), source)
    are_rejects = columns[0] == _OF_REJECTS

    def rows() -> Iterator[TableRow]:
        for number, cells, text in records():
            if number > source.form.header and any(map(str.strip, cells)):
                row = _row(number, columns, cells, text)
                yield _with_lists(row) if are_rejects else row

    return columns, rows, ()


def _with_lists(row: TableRow) -> TableRow:
    """Return a row that was left out with the lists of values that it had in its table."""
    return replace(row, cells={name: read_cell(cell) if isinstance(cell, str) else cell for name, cell in row.cells.items()})


def _not_in(source: Source, error: UnicodeError) -> str:
    shown = source.form.encoding or "UTF-8"
    if not isinstance(error, UnicodeDecodeError):
        return f"cannot be read as {shown}: {error}; without a byte order mark, name utf-16-le or utf-16-be"
    what = f"the byte 0x{error.object[error.start]:02X} is none of it" if error.object else error.reason
    return f"cannot be read as {shown} from this row on: {what}; {OTHER_ENCODING}"


def _line_with(source: Source, error: UnicodeError) -> int | None:
    """Return the line that is no UTF-8: text is decoded further than rows are read."""
    if not isinstance(error, UnicodeDecodeError) or error.encoding != "utf-8":
        return None
    with source.opened() as data:
        for number, line in enumerate(data, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return None


def _sniffed(source: Source) -> str:
    """Return what separates the names of the columns: the likeliest mark outside quotation marks."""
    with source.lines() as text:
        for _ in range(source.form.header):
            line = text.readline(_MAXIMUM_ROW)
    counts = {mark: len(next(csv.reader([line], delimiter=mark), [])) for mark in _DELIMITERS}
    return max(counts, key=lambda mark: counts[mark])


def _row(number: int, columns: tuple[str, ...], cells: list[str], text: str) -> TableRow:
    extra = [cell for cell in cells[len(columns) :] if cell]
    if extra or len(cells) < len(columns):
        named = f"{len(columns)} columns have names" if len(columns) > 1 else "1 column has a name"
        remedy = (
            "a quotation mark may be missing, or other rows name the columns (`header` of the mapping, `map suggest --header`)"
        )
        problem = f"has {len(cells)} cells where {named}; {remedy}"
        return TableRow(number, dict(zip(columns, cells, strict=False)), text, problem)
    return TableRow(number, dict(zip(columns, cells, strict=False)), text)


# ── JSON ───────────────────────────────────────────────────────────────────────────────────────────────


def _read_json_lines(source: Source) -> _Read:
    def rows() -> Iterator[TableRow]:
        number = row = 0
        try:
            with source.utf8() as data:
                while line := data.readline(_MAXIMUM_ROW + 1):
                    number += 1
                    if len(line) > _MAXIMUM_ROW:
                        raise source.error(f"is longer than {_MAXIMUM_ROW:,} bytes", number)
                    for found in _json_line(number, line, source.form.records) if line.strip() else ():
                        row += 1
                        yield found if source.form.records is None else replace(found, number=row)
        except UnicodeError as error:
            raise source.error(_not_in(source, error), number + 1) from error
        except UNREADABLE as error:
            raise source.error(f"cannot be read from this row on: {error}", number + 1) from error

    return _columns_of(rows, source), rows, _lists_of(rows)


def _json_line(number: int, line: bytes, records: str | None) -> Iterator[TableRow]:
    text = line.decode(errors="replace").strip()
    try:
        value = read_json(line)
    except orjson.JSONDecodeError as error:
        yield TableRow(number, {}, text, _no_json(error))
        return
    if records is None:
        yield _json_row(number, value, text)
    else:
        yield from (_json_row(number, one, written_json(one)) for one in records_of(value, records.split(".")))


def _read_json(source: Source) -> _Read:
    try:
        with source.utf8() as data:
            found = read_json(data.read())
    except orjson.JSONDecodeError as error:
        raise source.error(_no_json(error)) from error
    except UnicodeError as error:
        raise source.error(_not_in(source, error)) from error
    except UNREADABLE as error:
        raise source.error(f"cannot be read: {error}") from error
    path = source.form.records.split(".") if source.form.records else []
    if not path and not isinstance(found, list):
        raise source.error(f"is no list of objects; a table in JSON is [{{…}}, {{…}}]{_list_remedy(found)}")

    def rows() -> Iterator[TableRow]:
        for number, value in enumerate(records_of(found, path), 1):
            yield _json_row(number, value, written_json(value))

    return _columns_of(rows, source), rows, _lists_of(rows)


def _lists_of(rows: Callable[[], Iterator[TableRow]]) -> tuple[str, ...]:
    """Return the names of the lists of objects within some rows, which no column can name."""
    found: dict[str, None] = {}
    for row in islice(rows(), _LOOKED_AT):
        if row.problem is None:
            found |= dict.fromkeys(lists_within(read_json(row.text.encode())))
    return tuple(found)


def _list_remedy(found: object) -> str:
    lists = lists_within(found)
    return (
        f"; where its rows are the list {lists[0]!r}, name it as `records` in the mapping (`map suggest --records {lists[0]}`)"
        if lists
        else ""
    )


def _json_row(number: int, value: object, text: str) -> TableRow:
    if not isinstance(value, dict):
        return TableRow(number, {}, text, "is no object with a name for each value")
    try:
        return TableRow(number, cells_of(value), text)
    except InvalidValue as error:
        return TableRow(number, {}, text, str(error))


def _no_json(error: orjson.JSONDecodeError) -> str:
    # Its words for bytes that are no UTF-8 speak of surrogates.
    return f"is not JSON, which is UTF-8: {OTHER_ENCODING}" if "UTF-8" in str(error) else f"is not JSON: {error}"


def _columns_of(rows: Callable[[], Iterator[TableRow]], source: Source) -> tuple[str, ...]:
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


def _read_excel(source: Source) -> _Read:
    columns = header_of(((row.number, row.cells) for row in excel_rows(source)), source)

    def rows() -> Iterator[TableRow]:
        for row in excel_rows(source):
            if row.number > source.form.header and (any(map(str.strip, row.cells)) or row.unknown):
                cells = [*row.cells, *[""] * (len(columns) - len(row.cells))]
                found = _row(row.number, columns, cells, _line(cells))
                yield replace(found, problem=_unknown(columns, row.unknown)) if row.unknown and not found.problem else found

    names = sheet_names(source)
    return columns, rows, tuple(name for name in names if name != (source.form.sheet or names[0]))


def _unknown(columns: Sequence[str], places: Sequence[int]) -> str | None:
    named = [columns[place] for place in places if place < len(columns)]
    if not named:
        return None
    remedy = "open it in Excel or LibreOffice and save it, or put the value in place of the formula"
    return f"has a formula whose value is not in the file, in {', '.join(map(repr, named))}; {remedy}"


def _read_parquet(source: Source) -> _Read:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra("tables", "Parquet files", "pyarrow") from error
    try:
        schema = parquet.ParquetFile(source.file).schema_arrow
    except (OSError, pa.ArrowException) as error:
        raise source.error(f"is no Parquet file: {error}") from error
    columns = checked_columns(list(_fields(schema)), source)

    def rows() -> Iterator[TableRow]:
        number = 0
        try:
            with parquet.ParquetFile(source.file) as file:
                source.meter.size = file.metadata.num_rows
                is_nested = any(pa.types.is_nested(kind) for kind in file.schema_arrow.types)
                for batch in file.iter_batches(batch_size=4_096):
                    for cells, line in _nested_rows(batch) if is_nested else _flat_rows(batch, columns):
                        number += 1
                        source.meter.row = number
                        yield TableRow(number, cells, line)
        except (OSError, UnicodeDecodeError, pa.ArrowException) as error:
            raise source.error(f"cannot be read from this row on: {error}", number + 1) from error

    return columns, rows, ()


def _fields(schema: Any, before: str = "") -> Iterator[str]:
    """Yield the names of the columns of Parquet, those of a structure as of an object in JSON."""
    import pyarrow as pa

    for one in schema:
        if pa.types.is_struct(one.type):
            yield from _fields([one.type.field(place) for place in range(one.type.num_fields)], f"{before}{one.name}.")
        else:
            yield f"{before}{one.name}"


def _nested_rows(batch: Any) -> Iterator[tuple[dict[str, Cell], str]]:
    for value in batch.to_pylist():
        yield cells_of(value), _line([cell_of(one) for one in value.values()])


def _flat_rows(batch: Any, columns: tuple[str, ...]) -> Iterator[tuple[dict[str, Cell], str]]:
    written = [[cell_of(value) for value in column.to_pylist()] for column in batch.columns]
    for cells in zip(*written, strict=True):
        yield dict(zip(columns, cells, strict=True)), _line(cells)


def _line(cells: Sequence[str]) -> str:
    """Return cells as a line of CSV."""
    line = ",".join(cells)
    if len(cells) > 1 and line.count(",") == len(cells) - 1 and not _QUOTED.search(line):
        return line
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    return written.getvalue()


_READERS: dict[str, Callable[[Source], _Read]] = {
    "csv": _read_csv,
    "tsv": _read_csv,
    "xlsx": _read_excel,
    "json": _read_json,
    "jsonl": _read_json_lines,
    "parquet": _read_parquet,
}
