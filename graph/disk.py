"""Room on the disk: how much there is, and what to tell where there is none."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

__all__ = ["amount_of", "room_in", "tells_of_full_disk", "write_failure"]

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FULL_TEXTS = tuple(map(os.strerror, _FULL))
_TOO_LITTLE = 1 << 20
"""Bytes: some writers only tell that a part was not written."""


def room_in(folder: Path) -> int:
    """Return how many bytes may be written in a folder."""
    return shutil.disk_usage(folder).free


def amount_of(size: float) -> str:
    """Return a number of bytes for a person, in powers of ten.

    Examples
    --------
    >>> amount_of(999), amount_of(12_345_678), amount_of(2.1e9)
    ('999 bytes', '12 MB', '2.1 GB')
    """
    for unit, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}" if size < 10 * unit else f"{size / unit:,.0f} {name}"
    return f"{size:.0f} bytes"


def tells_of_full_disk(error: OSError) -> bool:
    """Return whether something could not be written for want of room, or beyond somebody's share of the disk."""
    return error.errno in _FULL or any(text in str(error) for text in _FULL_TEXTS)


def write_failure(error: OSError, folder: Path) -> str:
    """Return why something could not be written in a folder, and what to do where its disk is full."""
    try:
        room = room_in(folder)
    except OSError:
        room = _TOO_LITTLE
    told = error.strerror or str(error)
    if not (is_full := tells_of_full_disk(error)) and room >= _TOO_LITTLE:
        return told
    full = f"the disk of {folder} is full; make room, or have the store on a larger one"
    return full if is_full else f"{told}; {full}"
