"""Where the records of a long source are gathered: an SQLite file beside the store, in which a killed import goes on."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cuibono.graph.build.staging.packing import packed_kind
from cuibono.graph.errors import ProcessDied, StoreError
from cuibono.graph.model import Record
from cuibono.graph.progress import Notice

__all__ = ["Checkpoint", "Entry", "StagingArea"]

_SCHEMA = """
CREATE TABLE said (iri TEXT NOT NULL, row INTEGER NOT NULL, record BLOB);
CREATE TABLE silent (row INTEGER PRIMARY KEY);
CREATE TABLE rejects (row INTEGER PRIMARY KEY, reason TEXT NOT NULL);
CREATE TABLE checkpoint (part INTEGER, rows INTEGER, counts TEXT, position INTEGER);
INSERT INTO checkpoint VALUES (0, 0, '{}', 0);
"""
_CACHE = "PRAGMA cache_size = -16384"  # 16 MiB, which sorting keeps to as well
_NAME = "staged.sqlite"
_MARK = ".staged-"


@dataclass(frozen=True)
class Checkpoint:
    """How far a source was read.

    Attributes
    ----------
    part : int
        Which reading of the source, where it takes several.
    rows : int
        How many rows of it.
    counts : Counter
        What was counted on the way.
    position : int
        What the source has to be told to go on.
    """

    part: int
    rows: int
    counts: Counter[str]
    position: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says of one thing.

    Attributes
    ----------
    record : bytes
        See `cuibono.graph.build.staging.packing`.
    """

    row: int
    record: bytes


class StagingArea:
    """Records by IRI, each with the rows that say so, and the rows that were rejected.

    Parameters
    ----------
    directory : Path or None
        Where it is kept; None for one that is gone with the process.
    """

    def __init__(self, directory: Path | None) -> None:
        self.directory = directory
        with self._explained():
            if directory is not None:
                directory.mkdir(parents=True, exist_ok=True)
            # An empty name is SQLite's for a file that nobody sees and that goes away by itself.
            self._database = sqlite3.connect("" if directory is None else directory / _NAME, isolation_level=None)
            self._database.execute(_CACHE)
            self._database.execute("PRAGMA synchronous = NORMAL")
            if not self._database.execute("SELECT 1 FROM sqlite_master").fetchone():
                self._database.executescript(f"BEGIN; {_SCHEMA} COMMIT;")

    @classmethod
    def beside(cls, store: Path | None, key: str, told: Callable[[Notice], object]) -> StagingArea:
        """Return the area of an import into a store on disk, or of one in memory (None).

        Parameters
        ----------
        key : str
            Tells all apart that the result hangs on. What an import with the same key left behind is gone on with;
            what one with another key left is dropped.
        told : callable
            Told of either.
        """
        if store is None:
            return cls(None)
        store = store.resolve()
        wanted = store.with_name(f".{store.name}{_MARK}{key}")
        for left in store.parent.glob(f".{store.name}{_MARK}*"):
            if left != wanted:
                told(Notice("dropping what an interrupted import of something else left behind"))
                shutil.rmtree(left, ignore_errors=True)
        try:
            wanted.mkdir(exist_ok=True)
        except OSError:  # the store may be all that can be written, as a volume of its own is
            return cls(None)
        try:
            area = cls(wanted)
            done = area.checkpoint
        except StoreError:
            told(Notice("dropping what an interrupted import left behind, as it cannot be read"))
            shutil.rmtree(wanted, ignore_errors=True)
            return cls(wanted)
        if done.rows or done.part:
            told(Notice(f"going on after {done.rows:,} rows, which an interrupted import has read"))
        return area

    @property
    def size(self) -> int:
        """How many bytes it takes on disk, about."""
        return int(self._one("PRAGMA page_count")) * int(self._one("PRAGMA page_size"))

    @property
    def entries(self) -> int:
        """How many times a row says something of a thing."""
        return int(self._one("SELECT coalesce(max(rowid), 0) FROM said"))

    # ── filling ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def checkpoint(self) -> Checkpoint:
        """How far the source was read when rows were kept last."""
        with self._explained():
            found = self._database.execute("SELECT part, rows, counts, position FROM checkpoint").fetchone()
        part, rows, counts, position = found
        return Checkpoint(part, rows, Counter(json.loads(counts)), position)

    def keep(
        self,
        said: Iterable[tuple[str, int, bytes | None]],
        silent: Iterable[int],
        rejects: Iterable[tuple[int, str]],
        checkpoint: Checkpoint,
    ) -> None:
        """Keep what some rows say, and how far the source was read with them: all of it, or nothing.

        Parameters
        ----------
        said : iterable of (iri, row, record)
            In the order of the source. No record: the same as what was said of that IRI last.
        silent : iterable of int
            Rows that make no statement.
        rejects : iterable of (row, reason)
        """
        with self._transaction() as database:
            database.executemany("INSERT INTO said VALUES (?, ?, ?)", said)
            database.executemany("INSERT OR IGNORE INTO silent VALUES (?)", ((row,) for row in silent))
            database.executemany("INSERT OR IGNORE INTO rejects VALUES (?, ?)", rejects)
            now = checkpoint.part, checkpoint.rows, json.dumps(checkpoint.counts), checkpoint.position
            database.execute("UPDATE checkpoint SET part = ?, rows = ?, counts = ?, position = ?", now)

    def reject(self, rejects: Iterable[tuple[int, str]]) -> None:
        """Leave rows out from now on; the first reason counts."""
        with self._transaction() as database:
            database.executemany("INSERT OR IGNORE INTO rejects VALUES (?, ?)", rejects)

    def shrink(self) -> None:
        """Let go of the pages that are kept in memory."""
        with self._explained():
            self._database.execute("PRAGMA shrink_memory")

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────

    def groups(self) -> Iterator[tuple[str, list[Entry]]]:
        """Yield what is said of each thing, in the order of IRIs; of each in the order of the source."""
        is_rejected = "row IN (SELECT row FROM rejects)" if self.rejected else "0"
        sorted_entries = f"SELECT iri, row, record, {is_rejected} FROM said ORDER BY iri, rowid"  # noqa: S608
        current, record, entries = "", b"", list[Entry]()
        with self._explained():
            for iri, row, said, is_out in self._database.execute(sorted_entries):
                if iri != current:
                    if entries:
                        yield current, entries
                    current, entries = iri, []
                record = said or record
                if not is_out:
                    entries.append(Entry(row, record))
            if entries:
                yield current, entries

    def entries_of(self, iris: Collection[str]) -> Iterator[tuple[str, Entry]]:
        """Yield what rows that are not rejected say of some things, in the order of the source."""
        last: dict[str, bytes] = {}
        self._wanted(iris)
        is_rejected = "row IN (SELECT row FROM rejects)"
        chosen = f"SELECT iri, row, record, {is_rejected} FROM said WHERE iri IN (SELECT iri FROM wanted) ORDER BY rowid"  # noqa: S608
        with self._explained():
            for iri, row, said, rejected in self._database.execute(chosen):
                last[iri] = said or last[iri]
                if not rejected:
                    yield iri, Entry(row, last[iri])

    def rows_of(self, iris: Collection[str]) -> Iterator[tuple[str, int]]:
        """Yield the rows that say something of some things."""
        self._wanted(iris)
        with self._explained():
            yield from self._database.execute("SELECT iri, row FROM said WHERE iri IN (SELECT iri FROM wanted) ORDER BY rowid")

    def index(self) -> None:
        """Prepare for `kind_of`: what is said from now on it does not know."""
        with self._explained():
            self._database.execute("CREATE TABLE IF NOT EXISTS known (iri TEXT PRIMARY KEY, record BLOB) WITHOUT ROWID")
            first = "SELECT iri, substr(record, 1, 2) FROM said WHERE record NOTNULL ORDER BY iri, rowid"
            self._database.execute(f"INSERT OR IGNORE INTO known {first}")

    def kind_of(self, iri: str) -> type[Record] | None:
        """Return as what a thing was spoken of first before `index`, None where it was not."""
        with self._explained():
            found = self._database.execute("SELECT record FROM known WHERE iri = ?", (iri,)).fetchone()
        return None if found is None else packed_kind(found[0])

    @property
    def rejected(self) -> int:
        """How many rows were rejected."""
        return int(self._one("SELECT count(*) FROM rejects"))

    @property
    def silent(self) -> int:
        """How many rows that were not rejected make no statement."""
        return int(self._one("SELECT count(*) FROM silent WHERE row NOT IN (SELECT row FROM rejects)"))

    def rejects(self, most: int = -1) -> Iterator[tuple[int, str]]:
        """Yield rejected rows and why, in order; at most so many, if a number is given."""
        with self._explained():
            yield from self._database.execute("SELECT row, reason FROM rejects ORDER BY row LIMIT ?", (most,))

    # ── going away ─────────────────────────────────────────────────────────────────────────────────────

    def close(self) -> None:
        """Let go of the file, which stays."""
        self._database.close()

    @contextmanager
    def lasting(self) -> Iterator[None]:
        """Take the file away in the end, unless the import that uses it meanwhile is interrupted and can go on with it."""
        try:
            yield
        except KeyboardInterrupt as interrupt:
            kept = self._told()
            if kept is None:
                self.drop()
            else:
                interrupt.add_note(f"{kept} kept in {self.directory}: the same import goes on from there, another one drops them")
                self.close()
            raise
        except ProcessDied:
            self.close()
            raise
        except BaseException:
            self.drop()
            raise
        self.drop()

    def _told(self) -> str | None:
        """Return what the same import would go on with, None where there is nothing."""
        if self.directory is None:
            return None
        if rows := self.checkpoint.rows:
            return f"{rows:,} rows are"
        return "the triples in their order are" if any(self.directory.glob("*.json")) else None

    def drop(self) -> None:
        """Take the file away."""
        self.close()
        if self.directory is not None:
            shutil.rmtree(self.directory, ignore_errors=True)

    # ── SQLite ─────────────────────────────────────────────────────────────────────────────────────────

    def _one(self, query: str) -> int | str:
        with self._explained():
            found: int | str = self._database.execute(query).fetchone()[0]
        return found

    def _wanted(self, iris: Collection[str]) -> None:
        with self._explained():
            self._database.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (iri TEXT PRIMARY KEY)")
            self._database.execute("DELETE FROM wanted")
            self._database.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", ((iri,) for iri in iris))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._explained():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            place = str(self.directory or "the temporary folder")
            raise StoreError(place, f"what is imported cannot be gathered there: {error}; is the disk full?") from error
