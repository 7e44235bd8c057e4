"""Filters over the read model, beside the same questions in SQL on DuckDB.

python -m benchmarks.filters --statements 1e6

Each question is asked several times in turn in one process, of the same generated graph, and medians of the time by the
clock are compared; the answers are counted and must be the same. DuckDB has the graph's Parquet tables in memory, as tables.
The first time is that of columns which nobody has asked for yet, when letters are folded and days worked out; the last
column is the first time after a commit that changes an entity and a statement.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from cuibono.graph.dates import PartialDate
from cuibono.graph.export.parquet import write_parquet
from cuibono.graph.filtering import conditions as c
from cuibono.graph.filtering.evaluation import Evaluation
from cuibono.graph.filtering.ordering import OrderBy, Ordering
from cuibono.graph.generation import generated_columns
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary

VOCABULARY = Vocabulary.bundled()
OWNS, COMPETES = (VOCABULARY.relation(name).iri for name in ("owns", "competesWith"))
RIVALS = c.Quantified(c.RelationEdges(COMPETES), number=c.NumberTest(at_least=3))


@dataclass(frozen=True)
class Question:
    """A question in both languages."""

    words: str
    kind: str
    condition: c.Condition
    sql: str
    order: tuple[OrderBy, ...] = ()


QUESTIONS = [
    Question(
        "statements of a relation, said after 2020, of confidence 0.7 or more",
        "statements",
        c.All(
            (
                c.Among("predicate", frozenset({OWNS})),
                c.Dated("stated_on", c.DateTest(after=PartialDate("2020"))),
                c.Numbered("confidence", c.NumberTest(at_least=0.7)),
            )
        ),
        f"SELECT number FROM statements WHERE relation = '{OWNS}' AND stated_on_last > 20201231 "
        "AND coalesce(confidence, 1) >= 0.7",
    ),
    Question(
        "entities with a word in their label, case aside",
        "entities",
        c.Worded("label", c.TextTest(contains="PANY 12")),
        "SELECT number FROM entities WHERE contains(lower(label), 'pany 12')",
    ),
    Question(
        "statements whose quote has a word, case aside",
        "statements",
        c.Worded("exact", c.TextTest(contains="Person 12 ")),
        "SELECT DISTINCT s.number FROM statements s, unnest(s.evidence) AS piece(iri) JOIN evidence e ON e.iri = piece.iri "
        "WHERE contains(lower(e.exact), 'person 12 ')",
    ),
    Question(
        "entities that own something with three rivals or more",
        "entities",
        c.Quantified(c.RelationEdges(OWNS), other=c.OfKind("entities", RIVALS)),
        f"""WITH edges AS (
              SELECT subject_number AS this, object_number AS that FROM statements
              WHERE relation = '{COMPETES}' AND status = 'accepted'
              UNION ALL SELECT object_number, subject_number FROM statements
              WHERE relation = '{COMPETES}' AND status = 'accepted' AND subject_number <> object_number),
            rivals AS (SELECT this FROM edges GROUP BY this HAVING count(*) >= 3)
            SELECT DISTINCT subject_number FROM statements
            WHERE relation = '{OWNS}' AND status = 'accepted' AND object_kind = 'entity' AND object_number IN (FROM rivals)""",
    ),
    Question(
        "all entities, those with the most rivals first",
        "entities",
        c.All(),
        f"""SELECT number FROM entities LEFT JOIN (
              SELECT this, count(*) AS rivals FROM (
                SELECT subject_number AS this FROM statements WHERE relation = '{COMPETES}' AND status = 'accepted'
                UNION ALL SELECT object_number FROM statements
                WHERE relation = '{COMPETES}' AND status = 'accepted' AND subject_number <> object_number)
              GROUP BY this) ON this = number ORDER BY coalesce(rivals, 0) DESC, iri""",
        (OrderBy(c.RelationEdges(COMPETES), descending=True),),
    ),
]


def answered(snapshot: Snapshot, question: Question) -> list[int]:
    """Return the rows that a question finds, as a request would."""
    evaluation = Evaluation(snapshot)
    rows = evaluation.chosen(question.kind, question.condition)
    found: list[int] = Ordering(evaluation, question.kind, question.order).sorted(rows).tolist()
    return found


def milliseconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long work takes, and its result."""
    begin = time.perf_counter()
    result = work()
    return (time.perf_counter() - begin) * 1000, result


def changed(snapshot: Snapshot, version: int) -> Snapshot:
    """Return a snapshot after a commit."""
    entity, statement = next(iter(snapshot.entities.values())), next(iter(snapshot.statements.values()))
    return snapshot.with_changes([replace(entity, description="changed"), replace(statement, confidence=0.5)], version)


def measured(question: Question, snapshot: Snapshot, database: duckdb.DuckDBPyConnection, rounds: int) -> str:
    """Return the line of a question."""
    first, rows = milliseconds(lambda: answered(snapshot, question))
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(milliseconds(lambda: answered(snapshot, question))[0])
        taken, found = milliseconds(lambda: database.execute(question.sql).fetchnumpy())
        theirs.append(taken)
        (numbers,) = found.values()
        assert (numbers.tolist() if question.order else sorted(numbers.tolist())) == rows, question.words
    later = changed(snapshot, 2)
    after, _ = milliseconds(lambda: answered(later, question))
    medians = f"{statistics.median(ours):7.1f} {statistics.median(theirs):7.1f}"
    return f"{question.words:72} {len(rows):8,} {first:7.1f} {medians} {after:7.1f}"


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", default="1e6", help="how many, 100 to 20,000,000")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    columns = generated_columns(int(float(options.statements)))
    snapshot = Snapshot.of(Base(columns), VOCABULARY)
    database = duckdb.connect()
    with tempfile.TemporaryDirectory() as folder:
        write_parquet(columns, VOCABULARY, folder)
        for table in ("entities", "statements", "evidence"):
            database.execute(f"CREATE TABLE {table} AS FROM '{folder}/{table}.parquet'")
    print(
        f"{len(snapshot.statements):,} statements, {len(snapshot.entities):,} entities; milliseconds, medians but for the first"
    )
    print(f"{'question':72} {'found':>8} {'first':>7} {'ours':>7} {'DuckDB':>7} {'commit':>7}")
    for question in QUESTIONS:
        print(measured(question, snapshot, database, options.rounds))


if __name__ == "__main__":
    main()
