"""Which statements somebody wants: any of their parts, sources, dates, basis and status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Basis, Statement, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.validity import holds_during

__all__ = ["StatementFilter"]


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
    minimum_confidence: float = 0.0

    def matching(self, snapshot: Snapshot) -> Iterator[Statement]:
        """Yield the statements of a snapshot that match, in the order of their IRIs."""
        for statement in self._candidates(snapshot):
            if self._has_parts(statement, snapshot) and self._has_time(statement, snapshot):
                yield statement

    def _candidates(self, snapshot: Snapshot) -> Iterator[Statement]:
        end = self.subject or self.object
        if end is None:
            yield from (snapshot.statements[iri] for iri in sorted(snapshot.statements))
            return
        either = {s.iri: s for index in (snapshot.by_subject, snapshot.by_object) for s in index.get(end, ())}
        yield from (either[iri] for iri in sorted(either))

    def _has_parts(self, statement: Statement, snapshot: Snapshot) -> bool:
        wanted = (
            (self.predicate, statement.predicate),
            (self.speaker, statement.speaker),
            (self.said_via, statement.said_via),
            (self.basis, statement.basis),
        )
        return (
            statement.status in self.statuses
            and statement.certainty >= self.minimum_confidence
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
