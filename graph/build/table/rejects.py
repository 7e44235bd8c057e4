"""What an import did, and the file of rows that it left out."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import orjson

from cuibono.graph.build.loading import LoadReport
from cuibono.graph.build.table.nested import written_cell
from cuibono.graph.build.table.reading import Table
from cuibono.graph.build.table.rows import REJECT_COLUMNS
from cuibono.graph.build.table.source import TableRow
from cuibono.graph.errors import InvalidArgument

__all__ = ["ImportReport", "write_rejects"]

_Rejects = Iterator[tuple[TableRow, str]]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; every row is accounted for.

    Attributes
    ----------
    load : LoadReport
        What became of the graph.
    rows : int
        Rows that were read.
    silent : int
        Rows that said nothing, as conditions of the mapping have it.
    rejected : int
        Rows that were left out because they broke a rule.
    counts : Counter of str
        What else was counted.
    """

    load: LoadReport
    rows: int
    silent: int
    rejected: int
    counts: Counter[str] = field(default_factory=Counter)


def write_rejects(path: Path, table: Table, rejects: Iterable[tuple[int, str]]) -> None:
    """Write rejected rows to a file, whole or not at all; with none, take away a file of an earlier import.

    Parameters
    ----------
    path : Path
        Its ending, ``.jsonl`` or another, says whether it is JSON Lines or CSV.
    rejects : iterable of (row, reason)
        In the order of the table, which is read once more for what stands there.

    Raises
    ------
    InvalidArgument
        If it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    found = _rows(table, iter(rejects))
    try:
        first = next(found, None)
        if first is None:
            path.unlink(missing_ok=True)
            return
        try:
            (_write_json_lines if path.suffix == ".jsonl" else _write_csv)(beside, table, chain([first], found))
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidArgument("rejects", f"{path} cannot be written: {error.strerror or error}") from error


def _rows(table: Table, rejects: Iterator[tuple[int, str]]) -> _Rejects:
    """Yield the rows that were rejected, each with the reason."""
    wanted = next(rejects, None)
    if wanted is None:
        return
    for row in table.rows():
        if row.number == wanted[0]:
            yield row, wanted[1]
            wanted = next(rejects, None)
            if wanted is None:
                return


def _about(row: TableRow, reason: str) -> dict[str, str]:
    number = str(row.cells.get(REJECT_COLUMNS[0]) or row.number)
    return dict(zip(REJECT_COLUMNS, (number, reason, row.text if row.problem else ""), strict=True))


def _cells(row: TableRow) -> dict[str, str | list[str]]:
    return {name: cell for name, cell in row.cells.items() if name not in REJECT_COLUMNS}


def _write_json_lines(path: Path, table: Table, rejects: _Rejects) -> None:  # noqa: ARG001
    with path.open("wb") as file:
        for row, reason in rejects:
            file.write(orjson.dumps(_about(row, reason) | _cells(row), option=orjson.OPT_APPEND_NEWLINE))


def _write_csv(path: Path, table: Table, rejects: _Rejects) -> None:
    columns = [column for column in table.all_columns() if column not in REJECT_COLUMNS]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*REJECT_COLUMNS, *columns])
        for row, reason in rejects:
            cells = _cells(row)
            shown = [written_cell(cells.get(name, "")) for name in columns]
            writer.writerow([*_about(row, reason).values(), *shown])
