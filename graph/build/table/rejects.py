"""What an import did, and the file of rows that it left out."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from cuibono.graph.build.loading import LoadReport
from cuibono.graph.build.table.reading import Table
from cuibono.graph.build.table.rows import REJECT_COLUMNS
from cuibono.graph.build.table.translation import Reject
from cuibono.graph.errors import InvalidArgument

__all__ = ["ImportReport", "write_rejects"]


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
    """

    load: LoadReport
    rows: int
    silent: int
    rejected: int


def write_rejects(path: Path, table: Table, rejects: Sequence[Reject]) -> None:
    """Write rejected rows to a file, whole or not at all; with none, take away a file of an earlier import.

    Parameters
    ----------
    path : Path
        Its ending, ``.jsonl`` or another, says whether it is JSON Lines or CSV.

    Raises
    ------
    InvalidArgument
        If it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if not rejects:
            path.unlink(missing_ok=True)
            return
        try:
            beside.write_bytes(_json_lines(rejects)) if path.suffix == ".jsonl" else _write_csv(beside, table, rejects)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidArgument("rejects", f"{path} cannot be written: {error.strerror or error}") from error


def _about(reject: Reject) -> dict[str, str]:
    number = str(reject.row.cells.get(REJECT_COLUMNS[0]) or reject.row.number)
    return dict(zip(REJECT_COLUMNS, (number, reject.reason, reject.row.text if reject.row.problem else ""), strict=True))


def _json_lines(rejects: Sequence[Reject]) -> bytes:
    return b"".join(orjson.dumps(_about(reject) | _cells(reject), option=orjson.OPT_APPEND_NEWLINE) for reject in rejects)


def _cells(reject: Reject) -> dict[str, str | list[str]]:
    return {name: cell for name, cell in reject.row.cells.items() if name not in REJECT_COLUMNS}


def _write_csv(path: Path, table: Table, rejects: Sequence[Reject]) -> None:
    columns = [column for column in table.columns if column not in REJECT_COLUMNS]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*REJECT_COLUMNS, *columns])
        for reject in rejects:
            cells = _cells(reject)
            shown = [cell if isinstance(cell, str) else "; ".join(cell) for cell in (cells.get(name, "") for name in columns)]
            writer.writerow([*_about(reject).values(), *shown])
