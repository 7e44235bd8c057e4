"""Which requests are worked on at a time, which wait, and for how long.

A thread cannot be stopped from outside. At the end of its time a request is answered, and its thread stops where it
next asks for the time; until then it keeps its place, so that no more threads ever work than there are places.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

from cuibono.graph.errors import CuibonoError

__all__ = ["Admission", "Busy", "TooLate"]

_Result = TypeVar("_Result")


class Busy(CuibonoError):
    """There is more to do than can be done in time."""

    code = "BUSY"


class TooLate(CuibonoError):
    """The work took longer than it may."""

    code = "TIME_LIMIT"


class Admission:
    """Some places to work in, and some to wait in.

    Parameters
    ----------
    running : int
        How many work at a time.
    waiting : int
        How many may wait.
    """

    def __init__(self, running: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(running, thread_name_prefix="cuibono-request")
        self._places, self._running = running + waiting, running
        self._taken, self._lock = 0, Lock()

    @property
    def running(self) -> int:
        """How many places to work in are taken."""
        return min(self._taken, self._running)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return max(self._taken - self._running, 0)

    async def run(self, work: Callable[[], _Result], until: float) -> _Result:
        """Return what some work gives, done in a thread.

        Parameters
        ----------
        until : float
            When nobody waits any more, as `time.monotonic` counts.

        Raises
        ------
        Busy
            If too many wait already, or its turn does not come in time.
        TooLate
            If it takes too long.
        """
        with self._lock:
            if self._taken >= self._places:
                raise Busy("too many requests wait here already; try again a little later")
            self._taken += 1
        future: Future[_Result] = self._pool.submit(work)
        future.add_done_callback(self._leave)
        outcome = asyncio.wrap_future(future)
        outcome.add_done_callback(_looked_at)
        try:
            async with asyncio.timeout(max(until - time.monotonic(), 0)):
                return await asyncio.shield(outcome)
        except TimeoutError:
            if future.cancel():
                raise Busy("this request's turn did not come in time; try again a little later") from None
            raise TooLate("this takes longer than is allowed here; ask for less at a time, or for fewer hops") from None

    def close(self) -> None:
        """Let whatever waits go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _leave(self, _done: Future[_Result]) -> None:
        with self._lock:
            self._taken -= 1


def _looked_at(outcome: asyncio.Future[Any]) -> None:
    """Have asyncio not complain of what became of work that nobody waits for any more."""
    if not outcome.cancelled():
        outcome.exception()
