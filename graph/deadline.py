"""A moment after which nobody waits for an answer any more, for those who work on one for long.

A thread cannot be stopped from outside. Whatever may work for long calls `check_deadline` now and then, and whoever
asks says how long they wait.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["DeadlinePassed", "check_deadline", "deadline"]

_DEADLINE: ContextVar[float] = ContextVar("deadline", default=math.inf)


class DeadlinePassed(BaseException):
    """Nobody waits any more.

    Like a cancelled task, this is no error of whoever works, so that nothing on the way up takes it for one.
    """


@contextmanager
def deadline(moment: float) -> Iterator[None]:
    """Have whatever the block does stop at a moment, as far as it asks for the time.

    Parameters
    ----------
    moment : float
        In seconds, as `time.monotonic` counts them. A deadline that holds already and comes sooner stays.

    Examples
    --------
    >>> with deadline(time.monotonic() - 1):
    ...     check_deadline()
    Traceback (most recent call last):
    cuibono.graph.deadline.DeadlinePassed
    """
    token = _DEADLINE.set(min(moment, _DEADLINE.get()))
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def check_deadline() -> None:
    """Raise `DeadlinePassed` if that is so; takes a fraction of a microsecond."""
    if time.monotonic() > _DEADLINE.get():
        raise DeadlinePassed
