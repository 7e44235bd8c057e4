"""Columns with what reading them takes; shared by all snapshots that only differ in what lies over them."""

from __future__ import annotations

from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.indexes import Indexes, Nodes, indexes_of
from cuibono.graph.snapshot.rows import RowReader

__all__ = ["Base"]


class Base:
    """Columns, their indexes, and makers of their records.

    Parameters
    ----------
    columns : Columns
        The rows.
    indexes : Indexes, optional
        Theirs; made unless given.
    """

    def __init__(self, columns: Columns, indexes: Indexes | None = None) -> None:
        self.columns = columns
        self.indexes = indexes_of(columns) if indexes is None else indexes
        self.nodes = Nodes(columns)
        self.reader = RowReader(columns)
