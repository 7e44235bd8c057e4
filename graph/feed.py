"""What has just been committed, told to whoever listens: each has a queue of its own, and a slow one loses only itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Self

from cuibono.graph.model import Record, Statement, Status
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Committed", "Feed", "Listener", "StatementChange"]


@dataclass(frozen=True, slots=True)
class StatementChange:
    """One statement that was added or changed.

    Attributes
    ----------
    statement : Statement
        As questions see it afterwards.
    before : Statement or None
        As it was stored; None where it is new.
    """

    statement: Statement
    before: Statement | None

    @property
    def previous_status(self) -> Status | None:
        """The status that it had; None where it is new."""
        return self.before.status if self.before else None


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit, as those who listen are told of it.

    Attributes
    ----------
    before, after : Snapshot
        The graph as questions saw it, and as they see it.
    records : sequence of records
        Those that are new or changed, as they are stored.
    """

    before: Snapshot
    after: Snapshot
    records: Sequence[Record]

    def statements(self) -> Iterator[StatementChange]:
        """Yield the statements that were added or changed, in the order of their IRIs."""
        for iri in sorted(record.iri for record in self.records if isinstance(record, Statement)):
            yield StatementChange(self.after.statements[iri], self.before.stored.statements.get(iri))


class Listener:
    """One who listens, with the commits that wait for it; to be closed, or used as a context.

    Parameters
    ----------
    feed : Feed
        Where from.
    most : int
        The most commits that may wait.
    told : callable
        Called, from the thread that committed, whenever there is something to take.
    """

    def __init__(self, feed: Feed, most: int, told: Callable[[], object]) -> None:
        self._feed, self._most, self._told = feed, most, told
        self._waiting: deque[Committed] = deque()
        self._lock = Lock()
        self.lost: str | None = None
        self.ended = False

    def take(self) -> list[Committed]:
        """Return what has been waiting, the oldest first."""
        with self._lock:
            found = list(self._waiting)
            self._waiting.clear()
            return found

    def close(self) -> None:
        """Listen no more."""
        self._feed._forget(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _tell(self, committed: Committed) -> bool:
        """Put a commit into the queue, and return whether the listener goes on listening."""
        with self._lock:
            if len(self._waiting) >= self._most:
                self._waiting.clear()
                self.lost = f"more than {self._most} commits were waiting to be taken; ask for what you missed, and listen again"
            else:
                self._waiting.append(committed)
        return self._wake() and self.lost is None

    def _lose(self, why: str) -> None:
        with self._lock:
            self._waiting.clear()
            self.lost = why
        self._wake()

    def _end(self) -> None:
        self.ended = True
        self._wake()

    def _wake(self) -> bool:
        with suppress(RuntimeError):  # the event loop that waited is closed
            self._told()
            return True
        return False


class Feed:
    """Tells all who listen what was committed; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: set[Listener] = set()

    def listen(self, told: Callable[[], object], most: int = 100) -> Listener:
        """Return a new listener; see `Listener`."""
        listener = Listener(self, most, told)
        with self._lock:
            self._listeners.add(listener)
        return listener

    def tell(self, before: Snapshot, after: Snapshot, records: Sequence[Record]) -> None:
        """Tell all who listen of a commit; one whose queue is full is told that it is lost, and forgotten."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            if not listener._tell(Committed(before, after, records)):
                self._forget(listener)

    def overrun(self, why: str) -> None:
        """Tell all who listen that they are lost, as more came in at once than is told, and forget them."""
        with self._lock:
            listeners, self._listeners = self._listeners, set()
        for listener in listeners:
            listener._lose(why)

    def end(self) -> None:
        """Tell all who listen that nothing more comes."""
        with self._lock:
            listeners, self._listeners = self._listeners, set()
        for listener in listeners:
            listener._end()

    def _forget(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.discard(listener)
