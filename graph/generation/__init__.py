"""Seeded graphs of any size that look like real ones: for examples, tests and measurements."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cuibono.graph.errors import InvalidArgument
from cuibono.graph.generation.drafting import Drafting
from cuibono.graph.model import Records
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.draft import Draft
from cuibono.graph.snapshot.rows import RowReader
from cuibono.graph.snapshot.strings import Strings
from cuibono.graph.store.encoding import encoded
from cuibono.schema import Vocabulary

__all__ = ["generated_columns", "generated_draft", "generated_records", "write_generated"]

_FEWEST, _MOST = 100, 20_000_000


def generated_columns(statements: int, *, seed: int = 0, vocabulary: Vocabulary | None = None) -> Columns:
    """Return a graph made at random: the same one for the same numbers, on every machine.

    Persons, companies, products, rules and countries in sectors, with relations in every direction, a few
    entities that very many relate to (about a tenth of all statements touch the greatest), stances, claims with
    what they mean for whom, disputes of what others state, partial and unknown dates, documents and quotes.

    Parameters
    ----------
    statements : int
        How many, 100 to 20,000,000.
    seed : int
        Another gives another graph.
    vocabulary : Vocabulary, optional
        The bundled one unless given; it must have the bundled relations.

    Raises
    ------
    InvalidArgument
        If there are to be too few or too many statements.

    Examples
    --------
    >>> columns = generated_columns(1000)
    >>> len(columns.statements.iri), columns.texts[columns.entities.label[0]]
    (1000, 'Company 1')
    """
    return generated_draft(statements, seed=seed, vocabulary=vocabulary).columns()


def generated_records(statements: int, *, seed: int = 0, vocabulary: Vocabulary | None = None) -> Records:
    """Return the graph of `generated_columns` as records, for ``KnowledgeGraph.add``.

    Each is an object in memory: meant for up to 100,000 statements or so.
    """
    kinds = _kinds(generated_columns(statements, seed=seed, vocabulary=vocabulary))
    return Records.of(read(row) for read, iris in kinds for row in range(len(iris)))


def generated_draft(statements: int, *, seed: int = 0, vocabulary: Vocabulary | None = None) -> Draft:
    """Return the graph of `generated_columns` before its rows are sorted."""
    if not _FEWEST <= statements <= _MOST:
        raise InvalidArgument("statements", f"is {statements}; it must be {_FEWEST} to {_MOST:,}")
    return Drafting(statements, seed, vocabulary or Vocabulary.bundled()).draft()


def write_generated(
    path: str | Path,
    statements: int,
    *,
    seed: int = 0,
    vocabulary: Vocabulary | None = None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write the graph of `generated_columns` as N-Quads, for ``KnowledgeGraph.import_rdf``; records are made one by one.

    Parameters
    ----------
    path : path
        A file, which is written over.
    progress : callable, optional
        Told the number of statements written so far, now and then.

    Raises
    ------
    InvalidArgument
        If there are to be too few or too many statements, or the file cannot be written.
    """
    columns = generated_columns(statements, seed=seed, vocabulary=vocabulary)
    try:
        with Path(path).open("w", encoding="utf-8") as file:
            for read, iris in _kinds(columns):
                for row in range(len(iris)):
                    file.write("".join(f"{quad} .\n" for quad in encoded(read(row))))
                    if progress is not None and iris is columns.statements.iri and row % 1_000 == 999:
                        progress(row + 1)
    except OSError as error:
        raise InvalidArgument("path", f"{path} cannot be written: {error.strerror or error}") from error


def _kinds(columns: Columns) -> tuple[tuple[Callable[[int], Any], Strings], ...]:
    """Return, for each kind of record, what makes one of a row, and their IRIs."""
    reader = RowReader(columns)
    return (
        (reader.entity, columns.entities.iri),
        (reader.claim, columns.claims.iri),
        (reader.document, columns.documents.iri),
        (reader.evidence, columns.evidence.iri),
        (reader.statement, columns.statements.iri),
    )
