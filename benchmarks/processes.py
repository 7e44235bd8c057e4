"""What one way of doing a thing takes, in a process of its own: time by the clock and of all processors, and memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.memory import anonymous_memory, most_memory

__all__ = ["Run", "apart", "measured"]


@dataclass(frozen=True)
class Run:
    """What one process took.

    Attributes
    ----------
    seconds, processor_seconds : float
        Of the clock, and of all processors, with those of processes that it started.
    peak : int
        MiB of memory that it held at most, pages of files included.
    memory : sequence of (float, int)
        MiB of it and of what it started that were no page of a file, by `time.monotonic`.
    found : object
        What it found.
    """

    seconds: float
    processor_seconds: float
    peak: int
    memory: Sequence[tuple[float, int]]
    found: Any

    @property
    def anonymous(self) -> int:
        """MiB that were no page of a file, at most."""
        return max(size for _, size in self.memory)


def apart(module: str, *arguments: str | Path) -> Run:
    """Run a module with arguments that have it call `measured`."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        memory = anonymous_memory(process)
        told = process.communicate()[0]
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(**json.loads(told), memory=memory)


def measured(way: Callable[[], object]) -> None:
    """Do something here, and tell `apart` what it took and what it gave, which must be fit for JSON."""
    begin = time.perf_counter()
    found = way()
    seconds = time.perf_counter() - begin
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor_seconds = sum(each.ru_utime + each.ru_stime for each in used)
    print(json.dumps({"seconds": seconds, "processor_seconds": processor_seconds, "peak": most_memory(), "found": found}))
