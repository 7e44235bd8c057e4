"""Which statements somebody wants: any of their parts, sources, dates, basis and status."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Basis, Statement, Status
from cuibono.graph.snapshot.columns import ABSENT, BASES, STATUSES, Columns, Ints
from cuibono.graph.snapshot.records import Mask, Snapshot
from cuibono.graph.snapshot.validity import holds_during

__all__ = ["StatementFilter", "with_status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFilter:
    """What statements must have; None asks for nothing.

    Attributes
    ----------
    subject, predicate, object, speaker, said_via, document : str or None
        IRIs. Either end of a symmetric relation counts as its subject and as its object.
    stated_from, stated_to : PartialDate or None
        Said on some day from the first to the last; what is undated does not count.
    as_of : PartialDate or None
        May hold on that day.
    """

    subject: str | None = None
    predicate: str | None = None
    object: str | None = None
    speaker: str | None = None
    said_via: str | None = None
    document: str | None = None
    basis: Basis | None = None
    statuses: frozenset[Status] = frozenset({Status.ACCEPTED})
    stated_from: PartialDate | None = None
    stated_to: PartialDate | None = None
    as_of: PartialDate | None = None
    min_confidence: float = 0.0

    def matching(self, snapshot: Snapshot) -> Iterator[Statement]:
        """Yield the statements of a snapshot that match, in the order of their IRIs."""
        for statement in snapshot.select(partial(self._may_match, snapshot), self.subject or self.object):
            if self._has_parts(statement, snapshot) and self._has_time(statement, snapshot):
                yield statement

    def _may_match(self, snapshot: Snapshot, columns: Columns, rows: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Return which statements cannot be ruled out by their columns alone."""
        of = columns.statements
        kept = with_status(self.statuses)(columns, rows)
        if self.predicate is not None:
            kept &= np.array([iri == self.predicate for iri in columns.relations], np.bool_)[of.predicate[rows]]
        if self.basis is not None:
            kept &= of.basis[rows] == BASES.index(self.basis)
        if self.min_confidence > 0:
            kept &= np.nan_to_num(of.confidence[rows], nan=1.0) >= self.min_confidence
        for iri, column in ((self.speaker, of.speaker), (self.said_via, of.said_via)):
            if iri is not None:
                kept &= _may_refer(column[rows], columns.entities.iri.position(iri))
        if self.document is not None:
            document = columns.documents.iri.position(self.document)
            pieces = _may_refer(columns.evidence.document, document)
            pieces[list(snapshot.overlay.hidden["evidence"])] = True
            kept &= _may_refer(of.document[rows], document) | of.evidence.refers_to(pieces)[rows]
        return kept

    def _has_parts(self, statement: Statement, snapshot: Snapshot) -> bool:
        wanted = (
            (self.predicate, statement.predicate),
            (self.speaker, statement.speaker),
            (self.said_via, statement.said_via),
            (self.basis, statement.basis),
        )
        return (
            statement.status in self.statuses
            and statement.certainty >= self.min_confidence
            and all(value is None or value == has for value, has in wanted)
            and self._has_ends(statement, snapshot)
            and self._has_document(statement, snapshot)
        )

    def _has_ends(self, statement: Statement, snapshot: Snapshot) -> bool:
        ends = [(statement.subject, statement.object)]
        if snapshot.relation(statement).symmetric:
            ends.append((statement.object, statement.subject))
        return any(self.subject in (None, subject) and self.object in (None, obj) for subject, obj in ends)

    def _has_document(self, statement: Statement, snapshot: Snapshot) -> bool:
        if self.document is None or statement.document == self.document:
            return True
        return any(snapshot.evidence[iri].document == self.document for iri in statement.evidence)

    def _has_time(self, statement: Statement, snapshot: Snapshot) -> bool:
        said = statement.stated_on
        if (self.stated_from or self.stated_to) and said is None:
            return False
        if said is not None and self.stated_from is not None and said.last < self.stated_from.first:
            return False
        if said is not None and self.stated_to is not None and said.first > self.stated_to.last:
            return False
        return self.as_of is None or holds_during(statement, snapshot.relation(statement), self.as_of)


def with_status(statuses: Collection[Status]) -> Mask:
    """Return what keeps the statements of some statuses."""
    wanted = np.array([status in statuses for status in STATUSES], np.bool_)
    return lambda columns, rows: wanted[columns.statements.status[rows]]


def _may_refer(references: Ints, row: int) -> NDArray[np.bool_]:
    """Return which references are to a row; those to what is no record are not ruled out."""
    may: NDArray[np.bool_] = (references == row) & (row >= 0) | (references < ABSENT)
    return may
