"""The memory that a process took at most."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from pathlib import Path

__all__ = ["anonymous_memory", "most_memory"]

_EVERY = 0.02


def most_memory() -> int:
    """Return the most memory that this process held, in MiB; on Linux, whose `ru_maxrss` begins with the parent's size."""
    if found := _of("self", "VmHWM"):
        return found // 1024
    raise OSError("/proc/self/status has no line VmHWM")


def anonymous_memory(process: subprocess.Popen[str]) -> list[tuple[float, int]]:
    """Wait for a process, and return how much anonymous memory it and what it started held, by `time.monotonic` and in MiB.

    Pages of files that are mapped are not counted, as the system takes them back for others that need memory. It is looked
    at fifty times a second, from outside: what the process does keeps no look from being taken.
    """
    found = []
    while process.poll() is None:
        found.append((time.monotonic(), sum(_of(each, "RssAnon") for each in _with_children(str(process.pid))) // 1024))
        time.sleep(_EVERY)
    return found


def _with_children(process: str) -> list[str]:
    found = [process]
    with suppress(OSError):  # one that has ended meanwhile
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text(encoding="ascii").split():
                found += _with_children(child)
    return found


def _of(process: str, name: str) -> int:
    """Return a size of a process in KiB, 0 if it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0
