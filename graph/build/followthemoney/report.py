"""What an import of FollowTheMoney entities did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cuibono.graph.build.loading import LoadReport

__all__ = ["StreamReport"]


@dataclass(frozen=True, slots=True)
class StreamReport:
    """What an import did; every entity of the stream is accounted for.

    Attributes
    ----------
    load : LoadReport
        What became of the graph.
    rows : int
        Entities that were read, ties included.
    unused : mapping of str to int
        By ``Schema`` or ``Schema.property``, how many of them nothing was made of.
    rejected : int
        How many were left out because they broke a rule.
    """

    load: LoadReport
    rows: int
    unused: Mapping[str, int]
    rejected: int
