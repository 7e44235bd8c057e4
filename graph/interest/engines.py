"""Which engine answers: the reference engine for graphs it is quick enough for, the compiled one for others."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import Protocol

from cuibono.graph.interest.findings import Beneficiary, ConflictOfInterest
from cuibono.graph.interest.reference import ReferenceEngine
from cuibono.graph.interest.selection import Selection
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["COMPILED_FROM", "Engine", "Engines"]

COMPILED_FROM = 200
"""Graphs of so many statements are answered by the compiled engine; for smaller ones loading it would take longer
than the answer."""

_KEPT = 4


class Engine(Protocol):
    """What answers questions of interest over one snapshot and one selection of its statements."""

    def conflicts(
        self, *, actor: str | None = None, target: str | None = None, max_hops: int = 3, min_strength: float = 0.0
    ) -> Iterator[ConflictOfInterest]:
        """Yield every conflict of interest of at least a strength, in no order."""

    def beneficiaries(self, of: str, *, max_hops: int = 3, min_strength: float = 0.0) -> Iterator[Beneficiary]:
        """Yield all who gain or lose if a claim is believed, or if an entity gains, in no order."""


class Engines:
    """The engines made last, each for one snapshot and one selection of its statements."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[int, Selection], tuple[Snapshot, Engine]] = OrderedDict()

    def of(self, snapshot: Snapshot, selection: Selection) -> Engine:
        """Return the engine over a snapshot and a selection of its statements."""
        key = id(snapshot), selection  # the snapshot is kept beside its engine, so that no other takes its number
        with self._lock:
            if key not in self._kept:
                self._kept[key] = snapshot, _made(snapshot, selection)
            self._kept.move_to_end(key)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return self._kept[key][1]


def _made(snapshot: Snapshot, selection: Selection) -> Engine:
    if len(snapshot.statements) < COMPILED_FROM:
        return ReferenceEngine(snapshot, selection)
    from cuibono.graph.interest.compiled import CompiledEngine

    return CompiledEngine(snapshot, selection)
