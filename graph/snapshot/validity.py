"""When a statement holds: its dates as the intervals they are, compared with a period asked for."""

from __future__ import annotations

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Statement
from cuibono.schema import Relation

__all__ = ["holds_during"]


def holds_during(statement: Statement, relation: Relation, period: PartialDate) -> bool:
    """Return whether a statement may hold on a day of a period; what is unknown does not exclude.

    A stance whose beginning is unknown begins when it was said: nobody holds it before.
    """
    begins = statement.valid_from
    if begins is None and relation.stance is not None:
        begins = statement.stated_on
    if begins is not None and begins.first > period.last:
        return False
    return statement.valid_to is None or statement.valid_to.last >= period.first
