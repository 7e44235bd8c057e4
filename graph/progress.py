"""How far long work has come, shown where somebody looks: in a notebook, or on a terminal."""

from __future__ import annotations

import sys
import time
from typing import Any

__all__ = ["Progress"]

_SECONDS = 0.2
"""Nobody reads what changes more often."""


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

    def __call__(self, done: int | str) -> None:
        """Take a number that was done so far, or what is being done."""
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
