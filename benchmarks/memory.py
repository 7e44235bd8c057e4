"""The memory that a process took at most."""

from __future__ import annotations

from pathlib import Path

__all__ = ["most_memory"]


def most_memory() -> int:
    """Return the most memory that this process held, in MiB; on Linux, whose `ru_maxrss` begins with the parent's size."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    raise OSError("/proc/self/status has no line VmHWM")
