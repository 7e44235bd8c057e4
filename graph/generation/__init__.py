"""Seeded graphs of any size that look like real ones: for examples, tests and measurements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cuibono.graph.errors import InvalidArgument
from cuibono.graph.generation.drafting import Drafting
from cuibono.graph.model import Records
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.draft import Draft
from cuibono.graph.snapshot.rows import RowReader
from cuibono.graph.snapshot.strings import Strings
from cuibono.schema import Vocabulary

__all__ = ["generated_columns", "generated_draft", "generated_records"]

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
    columns = generated_columns(statements, seed=seed, vocabulary=vocabulary)
    reader = RowReader(columns)
    kinds: tuple[tuple[Callable[[int], Any], Strings], ...] = (
        (reader.entity, columns.entities.iri),
        (reader.claim, columns.claims.iri),
        (reader.document, columns.documents.iri),
        (reader.evidence, columns.evidence.iri),
        (reader.statement, columns.statements.iri),
    )
    return Records.of(read(row) for read, iris in kinds for row in range(len(iris)))


def generated_draft(statements: int, *, seed: int = 0, vocabulary: Vocabulary | None = None) -> Draft:
    """Return the graph of `generated_columns` before its rows are sorted."""
    if not _FEWEST <= statements <= _MOST:
        raise InvalidArgument("statements", f"is {statements}; it must be {_FEWEST} to {_MOST:,}")
    return Drafting(statements, seed, vocabulary or Vocabulary.bundled()).draft()
