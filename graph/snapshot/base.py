"""Columns with what reading them takes; shared by all snapshots that only differ in what lies over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.draft import KINDS
from cuibono.graph.snapshot.indexes import Indexes, Nodes, indexes_of
from cuibono.graph.snapshot.rows import RowReader

__all__ = ["WORKED_OUT", "Base", "BaseFile"]

WORKED_OUT = "engine"
"""The ending of files of what was worked out from columns; their names begin as that of the columns does."""

_KEPT = 16_384


@dataclass(frozen=True, slots=True)
class BaseFile:
    """A file of columns and indexes, and what reading them takes."""

    path: Path
    manifest: Mapping[str, Any]

    def beside(self) -> Path:
        """Return where what was worked out from the columns may stand; it goes when they go."""
        return self.path.with_suffix(f".{WORKED_OUT}")


class Base:
    """Columns, their indexes, and makers of their records.

    Parameters
    ----------
    columns : Columns
        The rows.
    indexes : Indexes, optional
        Theirs; made unless given.
    file : BaseFile, optional
        That they stand in.

    Attributes
    ----------
    row_of : mapping of str to callable
        By kind (``entities``, ``statements``, …) what gives the row of an IRI, `ABSENT` if there is none.
    """

    def __init__(self, columns: Columns, indexes: Indexes | None = None, file: BaseFile | None = None) -> None:
        self.columns, self.file = columns, file
        self.indexes = indexes_of(columns) if indexes is None else indexes
        self.nodes = Nodes(columns)
        self.reader = RowReader(columns)
        self.row_of: Mapping[str, Callable[[str], int]] = {kind: self._row_of(kind) for kind in KINDS}

    def _row_of(self, kind: str) -> Callable[[str], int]:
        """Return what gives the row of an IRI, `ABSENT` if there is none; those that were asked for last are kept."""
        return lru_cache(_KEPT)(getattr(self.columns, kind).iri.position)
