"""Folding in the background: columns are made anew in a thread of their own, while commits go on laying changes over the old."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread

from cuibono.graph.filtering.tables import work_out_alike
from cuibono.graph.interest.engines import Engines, Made
from cuibono.graph.model import Record
from cuibono.graph.snapshot.keeping import Prepared, prepared, state_of
from cuibono.graph.snapshot.rebasing import changes_between, in_columns, rebased
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.interface import Store

__all__ = ["Fold", "Folded"]

_LOG = logging.getLogger("cuibono")


@dataclass(frozen=True, slots=True)
class Folded:
    """A version of a graph over new columns.

    Attributes
    ----------
    snapshot : Snapshot
        As questions see it.
    engines : list of Made
        Those that there were over the old columns, made over the new ones.
    file : Prepared or None
        The columns' file, if the store has a place for it.
    """

    snapshot: Snapshot
    engines: list[Made]
    file: Prepared | None


class Fold:
    """New columns for one version of a graph, on their way; whoever holds the graph's writing lock begins, takes or drops it.

    Parameters
    ----------
    before : Snapshot
        That version, as questions see it.
    store : Store
        Looked at before the thread begins, and not by it.
    engines : Engines
        Those that there are then are made for the new columns, too.
    current : callable
        Gives the version that is shown by then, if there is any.
    done : callable
        Called at last, from the thread.
    """

    def __init__(
        self,
        before: Snapshot,
        store: Store,
        engines: Engines,
        current: Callable[[], Snapshot | None],
        done: Callable[[Fold], None],
    ) -> None:
        self._first = self._before = before
        self._current, self._done = current, done
        self._directory, self._state = store.directory, state_of(store, before.version)
        self._engines = engines
        self._folded: Folded | None = None
        self._ready = Event()
        # What is half done when the process ends was never referred to, and is removed when the graph is next opened.
        self._thread = Thread(target=self._run, name="cuibono-fold", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            snapshot = in_columns(self._before)
            file = prepared(self._directory, snapshot.stored, self._state)
            made = self._engines.made(snapshot, self._engines.selections())
            work_out_alike(self._before, snapshot)
            self._folded = self._caught_up(Folded(snapshot, made, file))
        except MemoryError:
            # The graph is whole without: changes go on lying over the old columns.
            _LOG.warning("no memory for columns to be made anew in the background; it will be tried again")
        finally:
            self._ready.set()
            self._done(self)

    def _caught_up(self, folded: Folded) -> Folded:
        """Lay over the new columns what has been committed so far, lest somebody wait for that later."""
        current = self._current()
        after = None if current is None else rebased(folded.snapshot, self._before, current)
        if current is None or after is None:
            return folded
        followed = [(selection, engine.after(after)) for selection, engine in folded.engines]
        self._before = current
        return Folded(after, [(selection, engine) for selection, engine in followed if engine is not None], folded.file)

    def join(self) -> None:
        """Wait until the thread has ended; not to be called with the writing lock held."""
        self._thread.join()

    def folded(self) -> Folded | None:
        """Wait for the columns and return them; None if they could not be made."""
        self._ready.wait()
        return self._folded

    def onto(self, columns: Snapshot, current: Snapshot) -> Snapshot | None:
        """Return the current version over the new columns, None if it has got others meanwhile."""
        return rebased(columns, self._before, current)

    def changes(self, current: Snapshot) -> tuple[list[Record], list[str]]:
        """Return what was committed since the fold began, as it is stored, and the IRIs of what is no more."""
        return changes_between(self._first.stored, current.stored)
