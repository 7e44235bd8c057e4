"""Memory that is free, and that the system may have."""

from __future__ import annotations

import ctypes
from contextlib import suppress

__all__ = ["give_back_memory"]


def give_back_memory() -> None:
    """Give the system what was freed in pieces: by a loader's threads, by columns that were made, by rows that were read."""
    # Only GNU's C library keeps it, and has a way to ask for it.
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
