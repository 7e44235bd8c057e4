"""Does what it is told over standard input for as long as there is any: one of the processes of `in_processes`."""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress

from cuibono.graph.build.staging.processes import received, sent

__all__ = ["main"]


def main() -> int:
    """Read the work and its tasks, write a result or an error for each, and return the exit code."""
    # What is printed by accident must not come among the results.
    results = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    told = received(sys.stdin.buffer)
    if told is None:
        return 0
    work = pickle.loads(told)  # noqa: S301  (of the process that began this one)
    with suppress(BrokenPipeError):
        while (task := received(sys.stdin.buffer)) is not None:
            try:
                answer: tuple[Exception | None, object] = (None, work(pickle.loads(task)))  # noqa: S301
            except Exception as error:  # noqa: BLE001  (raised where the result is waited for)
                answer = (error, None)
            sent(results, pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))
    return 0


if __name__ == "__main__":
    sys.exit(main())
