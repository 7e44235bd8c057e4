"""What is known of a graph after its first reading, and asked in the second: on disk, where it outgrows a little memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from cuibono.graph.errors import StoreError
from cuibono.graph.model import Proposition

__all__ = ["Memory"]

_SCHEMA = """
CREATE TABLE ends (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE stated (proposition TEXT PRIMARY KEY, is_sure INTEGER) WITHOUT ROWID;
CREATE TABLE lines (line TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID;
"""
_STATED = """
INSERT INTO stated VALUES (?, ?) ON CONFLICT (proposition) DO UPDATE SET is_sure = is_sure | excluded.is_sure
"""
_CACHE = "PRAGMA cache_size = -16384"  # 16 MiB
_KEPT = 20_000


class Memory:
    """Things that statements may be about, propositions that nodes state, and places of lines without names.

    Parameters
    ----------
    path : Path, optional
        A file that stays; one that nobody sees and that goes away by itself unless given.
    is_kept : bool
        Whether all is in that file already.
    """

    def __init__(self, path: Path | None = None, *, is_kept: bool = False) -> None:
        self._place = "the temporary folder" if path is None else str(path.parent)
        try:
            if path is not None and not is_kept:
                path.unlink(missing_ok=True)
            # An empty name is SQLite's for a file that goes away by itself.
            self._database = sqlite3.connect("" if path is None else path, isolation_level=None)
        except (sqlite3.Error, OSError) as error:
            raise self._explained(error) from error
        self._run(_CACHE)
        if not is_kept:
            # What is not whole is made anew.
            self._run("PRAGMA journal_mode = OFF")
            self._run("PRAGMA synchronous = OFF")
            for table in _SCHEMA.split(";"):
                self._run(table)
            self._run("BEGIN")
        self.has_end = lru_cache(_KEPT)(self._has_end)

    def add_end(self, iri: str) -> None:
        """Remember something that statements may be about."""
        self._run("INSERT OR IGNORE INTO ends VALUES (?)", iri)

    def add_stated(self, found: Proposition, *, is_sure: bool) -> None:
        """Remember a proposition that a node states.

        Parameters
        ----------
        is_sure : bool
            Whether it does so whatever its ends are.
        """
        self._run(_STATED, " ".join(found), is_sure)

    def add_lines(self, lines: Iterable[str]) -> None:
        """Remember the places of lines, which come in order."""
        for number, line in enumerate(lines, 1):
            self._run("INSERT INTO lines VALUES (?, ?)", line, number)

    def stated(self, found: Proposition) -> bool | None:
        """Return whether a node states a proposition whatever its ends are; None where none states it."""
        row = self._run("SELECT is_sure FROM stated WHERE proposition = ?", " ".join(found)).fetchone()
        return None if row is None else bool(row[0])

    def number(self, line: str) -> int:
        """Return the place of a line, counted from 1."""
        number: int = self._run("SELECT number FROM lines WHERE line = ?", line).fetchone()[0]
        return number

    def finish(self) -> None:
        """Write what is remembered, of which there is no more."""
        self._run("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _has_end(self, iri: str) -> bool:
        """Return whether statements may be about something."""
        return self._run("SELECT 1 FROM ends WHERE iri = ?", iri).fetchone() is not None

    def _run(self, query: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._database.execute(query, values)
        except (sqlite3.Error, OSError) as error:
            raise self._explained(error) from error

    def _explained(self, error: Exception) -> StoreError:
        return StoreError(self._place, f"what is imported cannot be kept there: {error}; is the disk full?")
