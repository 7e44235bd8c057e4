"""Which statements a question is asked of: their status, and the day on which they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Statement, Status
from cuibono.graph.snapshot.filters import with_status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.validity import holds_during
from cuibono.schema import Relation

__all__ = ["Selection"]


@dataclass(frozen=True, slots=True)
class Selection:
    """The statements that a question sees.

    Attributes
    ----------
    statuses : frozenset of Status
        Accepted ones unless asked otherwise.
    as_of : PartialDate or None
        Only those that may be valid on that day.
    """

    statuses: frozenset[Status] = frozenset({Status.ACCEPTED})
    as_of: PartialDate | None = None

    def sees(self, statement: Statement, relation: Relation) -> bool:
        """Return whether a statement is among them."""
        if statement.status not in self.statuses:
            return False
        return self.as_of is None or holds_during(statement, relation, self.as_of)

    def statements(self, snapshot: Snapshot) -> Iterator[Statement]:
        """Yield them in the order of their IRIs."""
        for statement in snapshot.select(with_status(self.statuses)):
            if self.sees(statement, snapshot.relation(statement)):
                yield statement
