"""How well a graph is founded: what rests on one source, on no quote, on nothing that is known of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.filtering.contested import contested
from cuibono.graph.filtering.tables import tables_of
from cuibono.graph.model import Status
from cuibono.graph.snapshot.columns import (
    ABSENT,
    BASES,
    ENTITY_KIND,
    STATUSES,
    Columns,
)
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.sets import distinct

__all__ = ["Quality", "quality_of"]


@dataclass(frozen=True, slots=True)
class Quality:
    """What is worth a look in a graph. Statements are the accepted ones, unless it says otherwise.

    Attributes
    ----------
    statements : mapping of str to int
        All of them, by status.
    bases : mapping of str to int
        By basis.
    documents : mapping of str to int
        By IRI of the document that they were found in, the most first.
    unquoted : tuple of str
        Statements with no evidence of their own.
    undated : int
        Of which nothing is known of when they were said or held.
    unstated_confidence : int
    single_source : tuple of str
        Statements whose proposition stands in one document alone.
    contested_claims, contested_statements : tuple of str
        With people for and against them.
    orphan_documents : tuple of str
        In which nothing was found.
    unmentioned_entities : tuple of str
        Which no statement of any status is about, or said by.
    """

    statements: Mapping[str, int]
    bases: Mapping[str, int]
    documents: Mapping[str, int]
    unquoted: tuple[str, ...]
    undated: int
    unstated_confidence: int
    single_source: tuple[str, ...]
    contested_claims: tuple[str, ...]
    contested_statements: tuple[str, ...]
    orphan_documents: tuple[str, ...]
    unmentioned_entities: tuple[str, ...]


def quality_of(snapshot: Snapshot) -> Quality:
    """Return how well a graph is founded.

    Examples
    --------
    >>> import cuibono
    >>> kg = cuibono.open()
    >>> report = kg.build(cuibono.seed_dossier())
    >>> found = quality_of(kg.snapshot)
    >>> found.bases["inferred"] > 0, len(found.contested_claims), found.orphan_documents
    (True, 4, ())
    """
    columns = snapshot.folded().columns
    of = columns.statements
    accepted = of.status == STATUSES.index(Status.ACCEPTED)
    dated = (of.stated_on != 0) | (of.valid_from != 0) | (of.valid_to != 0)
    unquoted = accepted & (np.diff(of.evidence.offsets) == 0)
    found_in = Counter(of.document[accepted & (of.document >= 0)].tolist())
    bases = np.bincount(of.basis[accepted], minlength=len(BASES)).tolist()
    statuses = np.bincount(of.status, minlength=len(STATUSES)).tolist()
    claims, spoken_of = _contested(snapshot)
    return Quality(
        statements={status.value: statuses[number] for number, status in enumerate(STATUSES)},
        bases={basis.value: bases[number] for number, basis in enumerate(BASES)},
        documents={
            columns.documents.iri[row]: count for row, count in sorted(found_in.items(), key=lambda item: (-item[1], item[0]))
        },
        unquoted=_iris(columns, unquoted),
        undated=int(np.count_nonzero(accepted & ~dated)),
        unstated_confidence=int(np.count_nonzero(accepted & np.isnan(of.confidence))),
        single_source=_iris(columns, accepted & _of_one_document(columns, accepted)),
        contested_claims=claims,
        contested_statements=spoken_of,
        orphan_documents=_orphans(columns),
        unmentioned_entities=_unmentioned(columns),
    )


def _iris(columns: Columns, rows: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(columns.statements.iri[row] for row in np.flatnonzero(rows).tolist())


def _of_one_document(columns: Columns, accepted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the statements whose proposition no accepted statement of another document says, too."""
    of, rows = columns.statements, np.flatnonzero(accepted)
    parts = (of.subject_kind, of.subject, of.predicate, of.object_kind, of.object)
    order = rows[np.lexsort([part[rows] for part in parts])]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = np.any([part[order[1:]] != part[order[:-1]] for part in parts], axis=0)
    proposition = np.cumsum(begins) - 1
    width = len(columns.documents.iri) + 1
    pairs = distinct(proposition * width + of.document[order] + 1)
    documents = np.bincount(pairs // width, minlength=int(begins.sum()))
    found = np.zeros(len(of.iri), np.bool_)
    found[order] = documents[proposition] == 1
    return found


def _contested(snapshot: Snapshot) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the contested claims, and of the statements that somebody takes a stand on those whose proposition is contested."""
    tables = tables_of(snapshot)
    start, count = tables.starts["statements"], len(tables.statements)
    spoken_of = tables.object[(tables.object >= start) & (tables.object < start + count)] - start
    statements = contested(tables, "statements") & tables.statements.flags(spoken_of)
    return (
        tuple(map(tables.claims.iri, tables.claims.chosen(contested(tables, "claims")).tolist())),
        tuple(map(tables.statements.iri, tables.statements.chosen(statements).tolist())),
    )


def _orphans(columns: Columns) -> tuple[str, ...]:
    used = np.zeros(len(columns.documents.iri), np.bool_)
    for rows in (columns.statements.document, columns.evidence.document):
        used[rows[rows >= 0]] = True
    return tuple(columns.documents.iri[row] for row in np.flatnonzero(~used).tolist())


def _unmentioned(columns: Columns) -> tuple[str, ...]:
    of = columns.statements
    used = np.zeros(len(columns.entities.iri), np.bool_)
    used[of.subject[of.subject_kind == ENTITY_KIND]] = True
    used[of.object[of.object_kind == ENTITY_KIND]] = True
    for rows in (of.speaker, of.said_via):
        used[rows[rows > ABSENT]] = True
    return tuple(columns.entities.iri[row] for row in np.flatnonzero(~used).tolist())
