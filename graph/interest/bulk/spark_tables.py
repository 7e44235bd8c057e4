"""The queries run by Spark: in this process's machine, or on the cluster that its settings name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cuibono.graph.errors import InvalidArgument, MissingExtra
from cuibono.graph.interest.bulk.session import BASES, PLACES, Limits, Question

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["SparkTables", "spark_tables"]

_QUESTION = "least DOUBLE, day_first INT, day_last INT, no_numbers ARRAY<DOUBLE>, no_flags ARRAY<BOOLEAN>"


@contextmanager
def spark_tables(tables: Mapping[str, str], question: Question, limits: Limits) -> Iterator[SparkTables]:
    """Open a session over Parquet files; one that Spark was running already stays open."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("spark", "all conflicts of interest joined by Spark", "PySpark") from error
    running = SparkSession.getActiveSession()
    session = running or _started(SparkSession.builder, limits)
    try:
        yield SparkTables(session, tables, question, limits)
    finally:
        if running is None:
            session.stop()


def _started(builder: SparkSession.Builder, limits: Limits) -> SparkSession:
    builder = builder.appName("cuibono conflicts")
    if limits.memory is not None:
        builder = builder.config("spark.driver.memory", limits.memory.upper().removesuffix("B"))
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


class SparkTables:
    """A session; see `cuibono.graph.interest.bulk.session.Session`."""

    def __init__(self, session: SparkSession, tables: Mapping[str, str], question: Question, limits: Limits) -> None:
        self._session, self._reliable = session, limits.scratch is not None
        if limits.scratch is not None:
            session.sparkContext.setCheckpointDir(limits.scratch)
        for name, path in tables.items():
            self._read(path).createOrReplaceTempView(name)
        for name, rows, columns in (
            ("question", [(question.least, question.day_first, question.day_last, [], [])], _QUESTION),
            ("wanted_status", [(status,) for status in question.statuses], "status STRING"),
            ("places", [(place,) for place in PLACES], "place INT"),
            ("bases", list(BASES), "basis STRING, rank INT"),
        ):
            session.createDataFrame(rows, columns).createOrReplaceTempView(name)

    def view(self, name: str, query: str) -> None:
        """Give a query a name; it is computed whenever the name is used. A later view may take the name."""
        self._session.sql(query).createOrReplaceTempView(name)

    def table(self, name: str, query: str) -> None:
        """Give the rows of a query a name; they are computed once."""
        # A mere cache would leave each plan to hold all plans before it, twice for each time they are used.
        rows = self._session.sql(query)
        kept = rows.checkpoint() if self._reliable else rows.localCheckpoint()
        kept.createOrReplaceTempView(name)

    def is_empty(self, name: str) -> bool:
        """Return whether a table has no rows."""
        empty: bool = self._session.table(name).isEmpty()
        return empty

    def drop(self, *names: str) -> None:
        """Forget tables that no later query needs."""
        for name in names:
            self._session.catalog.dropTempView(name)

    def expect(self, output: str) -> None:
        """Make sure that nothing stands there; Spark knows which file system that is."""
        java: Any = self._session.sparkContext._jvm
        path = java.org.apache.hadoop.fs.Path(output)
        if path.getFileSystem(self._session.sparkContext._jsc.hadoopConfiguration()).exists(path):
            raise InvalidArgument("output", f"{output} cannot be written: it already exists")

    def write(self, query: str, output: str) -> None:
        """Write the rows of a query as a directory of Parquet files, in their order."""
        from pyspark.errors import AnalysisException

        try:
            self._session.sql(query).write.parquet(output, compression="zstd")
        except AnalysisException as error:
            raise InvalidArgument("output", f"{output} cannot be written: {_first_line(error)}") from error

    def _read(self, path: str) -> DataFrame:
        from pyspark.errors import AnalysisException

        try:
            return self._session.read.parquet(path)
        except AnalysisException as error:
            raise InvalidArgument("input", f"{path} is no table of a Parquet export: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
