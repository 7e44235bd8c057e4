"""What every change has: it is worked out against the graph as it is, and may be asked for twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cuibono.graph.build.loading import Decision
from cuibono.graph.errors import CuibonoError
from cuibono.graph.model import Record
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Applied", "Change", "KeyReused", "Made", "digest"]


@dataclass(frozen=True, slots=True)
class Made:
    """What a change comes to.

    Attributes
    ----------
    results : tuple of str
        IRIs of what the change is about: what was added, decided on, or is shown in the place of what was merged.
    records : tuple of records
        To be entered.
    decisions : tuple of Decision
        To be noted.
    places : mapping of str to str
        By IRI of a record, the part of the change that it was made of (``evidence.0``).
    """

    results: tuple[str, ...]
    records: tuple[Record, ...] = ()
    decisions: tuple[Decision, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)


class Change(Protocol):
    """Something that is done to a graph by hand; a frozen dataclass of plain values."""

    def made(self, snapshot: Snapshot, by: str) -> Made:
        """Return what the change comes to, in the graph as it is now.

        Parameters
        ----------
        snapshot : Snapshot
            The graph as questions see it.
        by : str
            Who does it.

        Raises
        ------
        InvalidInput
            With what is wrong, each problem with the part of the change as its place.
        """


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done.

    Attributes
    ----------
    results : tuple of str
        As `Made` has them.
    version : int
        That of the graph afterwards.
    again : bool
        Whether it had been done before under the same key, so that nothing was done now.
    """

    results: tuple[str, ...]
    version: int
    again: bool = False


class KeyReused(CuibonoError):
    """An idempotency key that stands for another change already."""

    code = "IDEMPOTENCY_KEY_REUSED"

    def __init__(self, key: str) -> None:
        super().__init__(f"the idempotency key {key!r} was used for another change; take a new one for each")


def digest(change: Change) -> str:
    """Return a hash of all that a change says."""
    return hashlib.sha256(repr(change).encode("utf-8", "surrogatepass")).hexdigest()
