"""How far long work has come, shown where somebody looks: in a notebook, or on a terminal."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any

__all__ = ["Notice", "Progress", "Step"]

_SECONDS = 0.2
"""Nobody reads what changes more often."""


class Notice(str):
    """What long work tells once and is worth keeping on the screen: that it goes on from somewhere, say."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Step:
    """How far long work is.

    Attributes
    ----------
    what : str
        What is counted, in the plural.
    done : int
        How many were done.
    share : float or None
        How much of all that is, between 0 and 1; None where nobody knows.
    seconds : float
        Since the work began, or was taken up again.
    begun_at : int
        How many were done then.

    Examples
    --------
    >>> print(Step("rows", 350_000, 0.35, 50.0))
    350,000 rows (35 %), 7,000 a second, 1 min 33 s left
    """

    what: str
    done: int
    share: float | None = None
    seconds: float = 0.0
    begun_at: int = 0

    @property
    def rate(self) -> float | None:
        """How many are done in a second; None at the beginning."""
        return (self.done - self.begun_at) / self.seconds if self.seconds > 0 and self.done > self.begun_at else None

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at this rate; None where nobody knows."""
        if not self.share or self.rate is None:
            return None
        return self.done * (1 / self.share - 1) / self.rate

    def __str__(self) -> str:
        parts = [f"{self.done:,} {self.what}".strip() + ("" if self.share is None else f" ({self.share:.0%})".replace("%", " %"))]
        if self.rate is not None:
            parts.append(f"{self.rate:,.0f} a second")
        if self.seconds_left is not None:
            minutes, seconds = divmod(round(self.seconds_left), 60)
            parts.append(f"{minutes} min {seconds} s left" if minutes else f"{seconds} s left")
        return ", ".join(parts)


class Progress:
    """Shows what long work tells: give it as ``progress=`` to what takes that, or call it.

    In a notebook one line changes in its place; on a terminal it stands on standard error; anywhere else nothing is
    shown.

    Parameters
    ----------
    what : str
        What is counted, or done.

    Examples
    --------
    >>> shown = Progress("rows")
    >>> shown(1000)
    >>> shown.told
    '1,000 rows'
    """

    def __init__(self, what: str = "") -> None:
        self.what, self.told = what, ""
        self._begun = time.monotonic()
        self._shown_at = -_SECONDS
        self._handle: Any = None

    def __call__(self, done: int | str | Step) -> None:
        """Take a number that was done so far, how far that is, or what is being done."""
        if isinstance(done, Step):
            done, told = done.done, str(done)
        else:
            told = f"{done:,} {self.what}".strip() if isinstance(done, int) else f"{self.what}: {done}" if self.what else done
        self.told = told
        now = time.monotonic()
        if isinstance(done, str) or now - self._shown_at >= _SECONDS:
            self._shown_at = now
            self._show(f"{told} ({now - self._begun:.0f} s)")

    def _show(self, text: str) -> None:
        shell = sys.modules.get("IPython")
        running = shell.get_ipython() if shell is not None else None
        if running is not None and hasattr(running, "kernel"):
            from IPython.display import display

            data = {"text/plain": text}
            if self._handle is None:
                self._handle = display(data, raw=True, display_id=True)  # type: ignore[no-untyped-call]
            else:
                self._handle.update(data, raw=True)
        elif sys.stderr.isatty():
            print(f"\r\x1b[2K{text}", end="", file=sys.stderr, flush=True)
