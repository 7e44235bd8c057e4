"""What runs the queries: the part that differs between DuckDB and Spark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cuibono.graph.model import Basis

__all__ = ["BASES", "PLACES", "Limits", "Question", "Session"]

PLACES = (1, 2, 3, 4, 5)
"""Where a relation may stand in a path: rows of the table ``places``."""

BASES = tuple((basis.value, basis.rank) for basis in Basis)
"""Rows of the table ``bases``."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, as the queries need it: the one row of the table ``question``, and the table ``wanted_status``.

    Attributes
    ----------
    least : float
        The strength that findings must reach.
    statuses : tuple of str
        Of the statements that count.
    day_first, day_last : int or None
        The day, or the days, on which statements must hold: year × 10,000 + month × 100 + day.
    """

    least: float
    statuses: tuple[str, ...]
    day_first: int | None
    day_last: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a machine to take.

    Attributes
    ----------
    memory : str or None
        Such as ``4GB``; what does not fit goes to disk. The engine's own default unless given.
    scratch : str or None
        The directory where it goes; that for temporary files unless given.
    """

    memory: str | None = None
    scratch: str | None = None


class Session(Protocol):
    """Runs queries over tables that are known by name."""

    def view(self, name: str, query: str) -> None:
        """Give a query a name; it is computed whenever the name is used. A later view may take the name."""

    def table(self, name: str, query: str) -> None:
        """Give the rows of a query a name; they are computed once."""

    def is_empty(self, name: str) -> bool:
        """Return whether a table has no rows."""

    def drop(self, *names: str) -> None:
        """Forget tables that no later query needs."""

    def expect(self, output: str) -> None:
        """Make sure, before any work is done, that `write` is going to be able to write there.

        Raises
        ------
        InvalidArgument
            If it is not.
        """

    def write(self, query: str, output: str) -> None:
        """Write the rows of a query as Parquet, in their order.

        Raises
        ------
        InvalidArgument
            If they cannot be written there.
        """
