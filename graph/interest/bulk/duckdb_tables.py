"""The queries run by DuckDB, in this process: tables, and what exceeds memory, go to a scratch directory."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cuibono.graph.errors import InvalidArgument, MissingExtra
from cuibono.graph.interest.bulk.session import BASES, PLACES, Limits, Question

try:
    import duckdb
except ImportError as _error:
    raise MissingExtra("duckdb", "all conflicts of interest joined by DuckDB", "DuckDB") from _error

__all__ = ["DuckdbTables", "duckdb_tables"]


@contextmanager
def duckdb_tables(tables: Mapping[str, str], question: Question, limits: Limits) -> Iterator[DuckdbTables]:
    """Open a session over Parquet files; what it wrote to the scratch directory is gone when the block ends."""
    try:
        scratch = tempfile.TemporaryDirectory(prefix="cuibono-", dir=limits.scratch, ignore_cleanup_errors=True)
    except OSError as error:
        raise InvalidArgument("scratch", f"{limits.scratch} cannot be written to: {error.strerror}") from error
    with scratch as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": f"{folder}/spilled",
            "preserve_insertion_order": "false",
        }
        if limits.memory is not None:
            settings["memory_limit"] = limits.memory
        try:
            connection = duckdb.connect(f"{folder}/tables.duckdb", config=settings)
        except duckdb.ParserException as error:
            raise InvalidArgument("memory", f"{limits.memory!r} is no size; write it as 4GB or 512MB") from error
        with _interruptible(), connection:
            yield DuckdbTables(connection, tables, question)


class DuckdbTables:
    """A session; see `cuibono.graph.interest.bulk.session.Session`."""

    connection: duckdb.DuckDBPyConnection
    """What runs the queries, for those who want their rows in this process."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], question: Question) -> None:
        self.connection = connection
        for name, path in tables.items():
            self._read(name, path)
        run = connection.execute
        run("CREATE TABLE question(least DOUBLE, day_first INTEGER, day_last INTEGER, no_numbers DOUBLE[], no_flags BOOLEAN[])")
        run("INSERT INTO question VALUES (?, ?, ?, [], [])", [question.least, question.day_first, question.day_last])
        run("CREATE TABLE wanted_status(status VARCHAR)")
        run("INSERT INTO wanted_status SELECT unnest(?)", [list(question.statuses)])
        run("CREATE TABLE places(place INTEGER)")
        run("INSERT INTO places SELECT unnest(?)", [list(PLACES)])
        run("CREATE TABLE bases(basis VARCHAR, rank INTEGER)")
        connection.executemany("INSERT INTO bases VALUES (?, ?)", [list(row) for row in BASES])

    def view(self, name: str, query: str) -> None:
        """Give a query a name; it is computed whenever the name is used. A later view may take the name."""
        with _explained():
            self.connection.execute(f"CREATE OR REPLACE VIEW {name} AS {query}")

    def table(self, name: str, query: str) -> None:
        """Give the rows of a query a name; they are computed once."""
        with _explained():
            self.connection.execute(f"CREATE TABLE {name} AS {query}")

    def is_empty(self, name: str) -> bool:
        """Return whether a table has no rows."""
        return not self.connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchall()  # noqa: S608

    def drop(self, *names: str) -> None:
        """Forget tables that no later query needs."""
        for name in names:
            self.connection.execute(f"DROP TABLE {name}")

    def expect(self, output: str) -> None:
        """Make sure that a file can be written there."""
        target = Path(output)
        if target.is_dir():
            raise InvalidArgument("output", f"{output} cannot be written: it is a directory")
        try:
            with tempfile.TemporaryFile(dir=target.parent):
                pass
        except OSError as error:
            raise InvalidArgument("output", f"{output} cannot be written: {error.strerror}") from error

    def write(self, query: str, output: str) -> None:
        """Write the rows of a query as one Parquet file, whole or not at all, in their order."""
        target = Path(output)
        beside = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        try:
            with _explained():
                self.connection.sql(query).write_parquet(str(beside), compression="zstd")
            beside.replace(target)
        except duckdb.IOException as error:
            raise InvalidArgument("output", f"{output} cannot be written: {error}") from error
        except OSError as error:
            raise InvalidArgument("output", f"{output} cannot be written: {error.strerror}") from error
        finally:
            beside.unlink(missing_ok=True)

    def _read(self, name: str, path: str) -> None:
        files = f"{path}/**/*.parquet" if Path(path).is_dir() else path
        try:
            self.connection.read_parquet(files).create_view(name)
        except duckdb.Error as error:
            raise InvalidArgument("input", f"{path} is no table of a Parquet export: {_first_line(error)}") from error


@contextmanager
def _explained() -> Iterator[None]:
    """Tell what a user can do about what fails within the block."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise InvalidArgument("memory", f"is too little, or the scratch directory too small: {_first_line(error)}") from error
    except duckdb.BinderException as error:
        raise InvalidArgument("input", f"it lacks what a Parquet export has: {_first_line(error)}") from error


@contextmanager
def _interruptible() -> Iterator[None]:
    """Give Ctrl-C back, of which DuckDB makes an error of its own."""
    try:
        yield
    except RuntimeError as error:
        if "interrupted" not in str(error):
            raise
        raise KeyboardInterrupt from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
