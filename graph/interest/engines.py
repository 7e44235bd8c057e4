"""Which engine answers: the reference engine for graphs it is quick enough for, the compiled one for others."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Protocol

from cuibono.graph.interest.findings import Alignment, Beneficiary, ConflictOfInterest, Findings
from cuibono.graph.interest.reference import ReferenceEngine
from cuibono.graph.interest.selection import Selection
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["COMPILED_FROM", "Engine", "Engines", "Made"]

COMPILED_FROM = 200
"""Graphs of so many statements are answered by the compiled engine; for smaller ones loading it would take longer
than the answer."""

_KEPT = 4


class Engine(Protocol):
    """What answers questions of interest over one snapshot and one selection of its statements."""

    def conflicts(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        alignment: Alignment | None = None,
        max_hops: int = 3,
        min_strength: float = 0.0,
    ) -> Findings[ConflictOfInterest]:
        """Return every conflict of interest of at least a strength, the strongest first."""

    def beneficiaries(self, of: str, *, max_hops: int = 3, min_strength: float = 0.0) -> Findings[Beneficiary]:
        """Return all who gain or lose if a claim is believed, or if an entity gains, the most affected first."""

    def warm(self) -> None:
        """Make ready what the first question would otherwise wait for."""

    def after(self, snapshot: Snapshot) -> Engine | None:
        """Return the engine over a later snapshot, made of what this one knows; None where it has to be made anew."""


Made = tuple[Selection, Engine]
"""An engine, and for which statements it was made."""


class Engines:
    """The engines made last, each for one snapshot and one selection of its statements."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[int, Selection], _Place] = OrderedDict()

    def of(self, snapshot: Snapshot, selection: Selection) -> Engine:
        """Return the engine over a snapshot and a selection of its statements.

        Where there is one over an earlier version, what has changed since is added to its arrays.
        """
        key = id(snapshot), selection  # the snapshot is kept beside its engine, so that no other takes its number
        with self._lock:
            place = self._kept.setdefault(key, _Place(snapshot))
            self._kept.move_to_end(key)
            earlier = [other.engine for (_, asked), other in reversed(self._kept.items()) if asked == selection]
            self._trim()
        # Others are answered meanwhile; only who asks the same waits.
        with place.lock:
            if place.engine is None:
                place.engine = _made(snapshot, selection, [engine for engine in earlier if engine is not None])
            return place.engine

    def follow(self, before: Snapshot, after: Snapshot, *, anew: bool = True) -> bool:
        """Make the engines over a snapshot that a commit gave, before anybody is shown it.

        Those that were made for the one before follow; where the default one cannot, it is made anew, so that it is who
        commits, and nobody who asks, that waits for it.

        Parameters
        ----------
        anew : bool
            Whether to do so.

        Returns
        -------
        bool
            Whether the default one, if there was any, is there for the later snapshot.
        """
        if before is after:
            return True
        followed = [self._follow(*made, after, anew=anew) for made in self._made_for(before)]
        return all(followed)

    def selections(self) -> list[Selection]:
        """Return for which selections of statements there are engines."""
        with self._lock:
            return list(dict.fromkeys(selection for _, selection in self._kept))

    def made(self, snapshot: Snapshot, selections: Iterable[Selection]) -> list[Made]:
        """Return engines that are made over a snapshot, for `take` once it is shown."""
        return [(selection, _made(snapshot, selection, ())) for selection in selections]

    def take(self, engines: Iterable[Made], after: Snapshot) -> None:
        """Let engines that were made over an earlier snapshot follow to a later one, before anybody is shown it."""
        for selection, engine in engines:
            self._follow(selection, engine, after, anew=True)

    def _follow(self, selection: Selection, engine: Engine, after: Snapshot, *, anew: bool) -> bool:
        """Keep the engine that follows from an earlier one; return whether there is one, if it must be."""
        follows = engine.after(after)
        if follows is None and selection == Selection() and anew:
            follows = _made(after, selection, ())
        if follows is None:
            return selection != Selection()
        made = _Place(after)
        made.engine = follows
        with self._lock:
            self._kept[id(after), selection] = made
            self._trim()
        return True

    def _made_for(self, snapshot: Snapshot) -> list[Made]:
        with self._lock:
            places = [(key[1], place.engine) for key, place in self._kept.items() if key[0] == id(snapshot)]
        return [(selection, engine) for selection, engine in places if engine is not None]

    def _trim(self) -> None:
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


class _Place:
    """Where an engine stands once it is made."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self.lock = snapshot, Lock()
        self.engine: Engine | None = None


def _made(snapshot: Snapshot, selection: Selection, earlier: Iterable[Engine]) -> Engine:
    if len(snapshot.statements) < COMPILED_FROM:
        return ReferenceEngine(snapshot, selection)
    from cuibono.graph.interest.compiled import CompiledEngine

    for engine in earlier:
        after = engine.after(snapshot)
        if after is not None:
            return after
    return CompiledEngine(snapshot, selection)
