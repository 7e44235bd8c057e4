"""The columns of a graph: what statements say, as arrays that can be mapped from a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Basis, Status
from cuibono.graph.snapshot.strings import Ragged, Strings

__all__ = [
    "ABSENT",
    "BASES",
    "CLAIM_KIND",
    "ENTITY_KIND",
    "FIRST_DAY",
    "LAST_DAY",
    "OTHER_KIND",
    "STATEMENT_KIND",
    "STATUSES",
    "ClaimColumns",
    "Columns",
    "DocumentColumns",
    "EntityColumns",
    "EvidenceColumns",
    "StatementColumns",
    "first_days",
    "last_days",
    "packed_date",
    "unpacked_date",
]

ABSENT = -1
"""Stands for no row and no string.

A reference to an IRI of which there is no record is ``-2 - row of Columns.texts``, so that a row is what is not
below 0.
"""

ENTITY_KIND, CLAIM_KIND, STATEMENT_KIND, OTHER_KIND = 0, 1, 2, 3
"""What the end of a statement is a row of; of `OTHER_KIND`, an IRI of which there is no record, a row of texts."""

FIRST_DAY, LAST_DAY = -(2**31), 2**31 - 1
"""Stand for an unknown beginning and an unknown end."""

BASES: tuple[Basis, ...] = tuple(Basis)
STATUSES: tuple[Status, ...] = tuple(Status)

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class EntityColumns:
    """Entities, in the order of their IRIs.

    Attributes
    ----------
    iri : Strings
        Sorted.
    type : (n,) array of int16
        Rows of ``Columns.classes``.
    label, description : (n,) array of int32
        Rows of ``Columns.texts``.
    aliases, same_as : Ragged
        Rows of ``Columns.texts``.
    """

    iri: Strings
    type: NDArray[np.int16]
    label: Ints
    description: Ints
    aliases: Ragged
    same_as: Ragged


@dataclass(frozen=True, slots=True, eq=False)
class ClaimColumns:
    """Claims, in the order of their IRIs; texts and quantities are rows of ``Columns.texts``."""

    iri: Strings
    text: Ints
    quantity: Ints
    unit: Ints
    hedges: Ragged


@dataclass(frozen=True, slots=True, eq=False)
class DocumentColumns:
    """Documents, in the order of their IRIs; words are rows of ``Columns.texts``, dates are packed."""

    iri: Strings
    sha256: Ints
    title: Ints
    text: Ints
    publisher: Ints
    authors: Ragged
    licence: Ints
    url: Ints
    published: Ints
    retrieved: Ints
    language: Ints


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceColumns:
    """Evidence, in the order of its IRIs.

    Attributes
    ----------
    document : (n,) array of int32
        Rows of documents.
    exact, prefix, suffix, row : (n,) array of int32
        Rows of ``Columns.texts``.
    start, end : (n,) array of int32
        Code points, `ABSENT` for a row of a table.
    """

    iri: Strings
    document: Ints
    exact: Ints
    prefix: Ints
    suffix: Ints
    start: Ints
    end: Ints
    row: Ints


@dataclass(frozen=True, slots=True, eq=False)
class StatementColumns:
    """Statements of every status, in the order of their IRIs.

    Attributes
    ----------
    subject_kind, object_kind : (n,) array of int8
        `ENTITY_KIND`, `CLAIM_KIND`, `STATEMENT_KIND` or `OTHER_KIND`.
    subject, object : (n,) array of int32
        Rows of entities, claims, statements or texts.
    predicate : (n,) array of int16
        Rows of ``Columns.relations``.
    speaker, said_via : (n,) array of int32
        Rows of entities.
    document : (n,) array of int32
        Rows of documents.
    stated_on, valid_from, valid_to : (n,) array of int32
        Packed dates, see `packed_date`.
    confidence : (n,) array of float64
        NaN where none was stated.
    basis, status : (n,) array of int8
        Rows of `BASES` and `STATUSES`.
    in_response_to, revision_of : (n,) array of int32
        Rows of statements.
    evidence, derived_from : Ragged
        Rows of evidence and of statements.
    attribute_names, attribute_values : Ragged
        Rows of ``Columns.attributes``, and of ``Columns.texts`` for the values as JSON.
    """

    iri: Strings
    subject_kind: NDArray[np.int8]
    subject: Ints
    predicate: NDArray[np.int16]
    object_kind: NDArray[np.int8]
    object: Ints
    speaker: Ints
    said_via: Ints
    document: Ints
    stated_on: Ints
    valid_from: Ints
    valid_to: Ints
    confidence: NDArray[np.float64]
    basis: NDArray[np.int8]
    status: NDArray[np.int8]
    in_response_to: Ints
    revision_of: Ints
    evidence: Ragged
    derived_from: Ragged
    attribute_names: Ragged
    attribute_values: Ragged


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """All records of one version of a graph.

    Attributes
    ----------
    classes, relations, attributes : tuple of str
        IRIs that rows of entities and statements refer to by number.
    texts : Strings
        In no order.
    """

    classes: tuple[str, ...]
    relations: tuple[str, ...]
    attributes: tuple[str, ...]
    texts: Strings
    entities: EntityColumns
    claims: ClaimColumns
    documents: DocumentColumns
    evidence: EvidenceColumns
    statements: StatementColumns


def packed_date(day: PartialDate | None) -> int:
    """Return a partial date as one number, year × 10,000 + month × 100 + day, 0 for what is unknown.

    Examples
    --------
    >>> packed_date(PartialDate("2024-05"))
    20240500
    >>> unpacked_date(20240500)
    PartialDate(text='2024-05')
    """
    if day is None:
        return 0
    parts = [int(part) for part in day.text.split("-")]
    year, month, number = (*parts, 0, 0)[:3]
    return year * 10_000 + month * 100 + number


def unpacked_date(packed: int) -> PartialDate | None:
    """Return the partial date of a number, None for 0."""
    if packed == 0:
        return None
    year, month, day = packed // 10_000, packed // 100 % 100, packed % 100
    return PartialDate(f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else ""))


def first_days(packed: Ints) -> Ints:
    """Return the first day that each packed date may mean, as a number that orders as days do.

    Unknown dates give `FIRST_DAY`. The numbers are for comparison only: months count 31 days.
    """
    days = np.where(packed % 100 == 0, packed + 1, packed)
    days = np.where(packed // 100 % 100 == 0, days + 100, days)
    return np.where(packed == 0, FIRST_DAY, days).astype(np.int32)


def last_days(packed: Ints) -> Ints:
    """Return the last day that each packed date may mean, as `first_days`; unknown dates give `LAST_DAY`."""
    days = np.where(packed % 100 == 0, packed + 31, packed)
    days = np.where(packed // 100 % 100 == 0, days + 1200, days)
    return np.where(packed == 0, LAST_DAY, days).astype(np.int32)
