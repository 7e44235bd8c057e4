"""The queries that find all conflicts of interest, in their order, whatever runs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from importlib import resources
from itertools import count
from pathlib import Path

from cuibono.graph.errors import InvalidArgument
from cuibono.graph.interest.assembly import TOLERANCE
from cuibono.graph.interest.bulk.session import Limits, Question, Session
from cuibono.graph.interest.findings import DEFAULT_HOPS, DEFAULT_MIN_STRENGTH, MAXIMUM_HOPS
from cuibono.graph.interest.selection import Selection

__all__ = ["ENGINES", "bulk_conflicts", "query", "question_of", "tables_of"]

ENGINES = ("duckdb", "spark")

# The files of a Parquet export; each may be a directory of files.
_TABLES = ("classes", "relations", "entities", "claims", "statements")

_FIRST_BRIDGES = 8


def bulk_conflicts(
    source: str | Path,
    output: str | Path,
    *,
    engine: str = "duckdb",
    max_hops: int = DEFAULT_HOPS,
    min_strength: float = DEFAULT_MIN_STRENGTH,
    selection: Selection | None = None,
    limits: Limits | None = None,
    tell: Callable[[str], object] | None = None,
) -> None:
    """Find all conflicts of interest of a graph on disk, and write them as Parquet, the strongest first.

    Parameters
    ----------
    source : path
        The directory that `cuibono.graph.export.parquet` wrote; for Spark, any that it can read.
    output : path
        With DuckDB a file, with Spark a directory of files.
    engine : {"duckdb", "spark"}
        What joins.
    max_hops : int
        The most relations an interest path may have, 1 to 5.
    min_strength : float
        Between 0 and 1. What cannot reach it is never joined, so that little of it costs much.
    selection : Selection, optional
        Which statements count; the accepted ones unless given.
    limits : Limits, optional
        How much memory and which disk to use.
    tell : callable, optional
        Called with what is being done, whenever that changes.

    Raises
    ------
    InvalidArgument
        If an argument is out of range, the source is no Parquet export, or the output cannot be written; as far as
        that can be seen, before anything is joined.
    MissingExtra
        If the engine is not installed.
    """
    if not 1 <= max_hops <= MAXIMUM_HOPS:
        raise InvalidArgument("max_hops", f"is {max_hops}; it must be 1 to {MAXIMUM_HOPS}")
    if not 0 <= min_strength <= 1:
        raise InvalidArgument("min_strength", f"is {min_strength:g}; it must be between 0 and 1")
    if "://" not in str(source) and not Path(source).is_dir():
        raise InvalidArgument("input", f"{source} is no directory; `cuibono export -f parquet` writes one")
    question = question_of(min_strength, selection or Selection())
    with _session(engine, tables_of(source), question, limits or Limits()) as session:
        session.expect(str(output))
        _run(session, max_hops, str(output), tell or (lambda _: None))


def _session(engine: str, tables: Mapping[str, str], question: Question, limits: Limits) -> AbstractContextManager[Session]:
    if engine == "duckdb":
        from cuibono.graph.interest.bulk.duckdb_tables import duckdb_tables

        return duckdb_tables(tables, question, limits)
    if engine == "spark":
        from cuibono.graph.interest.bulk.spark_tables import spark_tables

        return spark_tables(tables, question, limits)
    raise InvalidArgument("engine", f"{engine!r} is none of {', '.join(ENGINES)}")


def tables_of(source: str | Path) -> dict[str, str]:
    """Return where each table of a Parquet export stands."""
    return {name: f"{source}/{name}.parquet" for name in _TABLES}


def question_of(min_strength: float, selection: Selection) -> Question:
    """Return what is asked, as the queries need it."""
    day = selection.as_of
    return Question(
        least=max(min_strength - TOLERANCE, 0.0),
        statuses=tuple(sorted(status.value for status in selection.statuses)),
        day_first=_digits(day.first) if day else None,
        day_last=_digits(day.last) if day else None,
    )


def _digits(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _run(session: Session, max_hops: int, output: str, tell: Callable[[str], object]) -> None:
    tell("reading stances and interests")
    session.view("seen", query("seen"))
    for name in ("disputed", "interest", "direction", "node", "edge", "effect"):
        session.table(name, query(name))
    session.drop("disputed", "interest", "direction")
    session.table("walk_0", query("walk"))
    session.drop("node")
    session.table("direct", query("direct"))
    paths = ["direct"]
    for walked in range(max_hops - 1):
        tell(f"paths of {walked + 2} relations")
        session.view("path", _union(paths))
        session.table("sought", query("sought", walk=f"walk_{walked}"))
        session.drop(f"walk_{walked}")
        paths += _crossings(session, walked)
        if walked + 2 < max_hops:
            session.table(f"walk_{walked + 1}", query("step"))
        session.drop("sought")
    tell("findings")
    session.view("path", _union(paths))
    for name in ("strongest", "finding"):
        session.table(name, query(name))
    session.view("hop", query("hop"))
    session.table("route", query("route"))
    tell("writing them")
    session.write(query("conflicts"), output)


def _crossings(session: Session, walked: int) -> list[str]:
    """Let all walks of a length cross what lies between their ends, and return the tables of the paths so found.

    A walk takes the first bridge that was there when its stance was taken and leads nowhere that it has been.
    That is nearly always one of the first few; the many others of two hubs are looked at only where it is not.
    """
    session.table("gap", query("gap"))
    session.table("bridge", query("bridge"))
    session.table("seek_0", query("seek"))
    session.drop("gap")
    found, after, until = [], 0, _FIRST_BRIDGES
    for turn in count():
        seek, crossing = f"seek_{turn}", f"crossing_{walked}_{turn}"
        session.table(crossing, query("crossing", seek=seek, after=after, until=until))
        found.append(crossing)
        session.table(f"seek_{turn + 1}", query("waiting", seek=seek, until=until, crossing=crossing))
        session.drop(seek)
        if session.is_empty(f"seek_{turn + 1}"):
            session.drop(f"seek_{turn + 1}")
            break
        after, until = until, until * _FIRST_BRIDGES
    session.drop("bridge")
    return found


def _union(tables: Sequence[str]) -> str:
    columns = "stance, bearing, product, hops, p1, p2, p3, p4, p5"
    return " UNION ALL ".join(f"SELECT {columns} FROM {table}" for table in tables)  # noqa: S608


def query(name: str, **parameters: str | int) -> str:
    """Return a query, with names of tables and numbers in place of its parameters."""
    text = (resources.files("cuibono.graph.interest.bulk") / "sql" / f"{name}.sql").read_text("utf-8")
    for parameter, value in parameters.items():
        text = text.replace(f"{{{parameter}}}", str(value))
    return text
