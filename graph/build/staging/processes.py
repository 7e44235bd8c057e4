"""Work done by several processes: each does the same thing over and over, results come in the order of the tasks."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from itertools import cycle, islice
from types import TracebackType
from typing import IO, Any, TypeVar, cast

from cuibono.graph.errors import ProcessDied

__all__ = ["in_processes", "received", "sent", "shared_out"]

_ALONE = 5
"""Tasks before other processes begin: to begin takes each of them as long as a few tasks do."""

_MOST_PROCESSES = 4
"""One process keeps up with four."""

_AT_ONCE = 2
"""Tasks that each process has at most: one that it does, one that waits."""

_LENGTH = 8
_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def shared_out(work: Callable[[_Task], _Result], tasks: Iterator[_Task]) -> Generator[_Result, None, None]:
    """Yield what work makes of each task, in order; where there are many, as many processes do it as there are processors.

    See `in_processes`.
    """
    count = min(processors(), _MOST_PROCESSES)
    yield from map(work, islice(tasks, _ALONE) if count > 1 else tasks)
    with closing(in_processes(work, tasks, count)) as results:
        yield from results


def in_processes(work: Callable[[_Task], _Result], tasks: Iterable[_Task], count: int) -> Generator[_Result, None, None]:
    """Yield what work makes of each task, in order; it is done by so many processes, which begin when there is a task for them.

    Not `multiprocessing`: its processes run the user's program once more up to where it began, and outlive one that is killed.
    These are ended by closing the iterator, and end by themselves when this process does.

    Parameters
    ----------
    work : callable
        It, the tasks and the results can be pickled.
    tasks : iterable
        Taken when there is room for them: two for each process are on their way at once.

    Raises
    ------
    ProcessDied
        If one of the processes ends before its work is done.
    Exception
        What the work raises.

    Examples
    --------
    >>> list(in_processes(abs, [-1, 2, -3], 2))
    [1, 2, 3]
    """
    told = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)
    with ExitStack() as stack:
        processes: list[_Process] = []
        waiting: deque[Future[bytes]] = deque()
        for task, place in zip(tasks, cycle(range(count)), strict=False):
            if place == len(processes):
                processes.append(stack.enter_context(_Process(told)))
            waiting.append(processes[place].given(pickle.dumps(task, pickle.HIGHEST_PROTOCOL)))
            if len(waiting) == count * _AT_ONCE:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())


def _result(waiting: Future[bytes]) -> Any:
    error, result = pickle.loads(waiting.result())  # noqa: S301  (of our own process)
    if error is not None:
        raise error
    return result


class _Process:
    """A process, and the thread that gives it tasks and waits for what it makes of them."""

    def __init__(self, work: bytes) -> None:
        # In a group of its own, Ctrl-C on a terminal ends this process alone, which then ends that one.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cuibono.graph.build.staging.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
        )
        self._thread = ThreadPoolExecutor(1)
        self._begun = self._thread.submit(self._send, work)

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._thread.shutdown(cancel_futures=True)
        with suppress(OSError):
            self._pipe(self._process.stdin).close()
        self._pipe(self._process.stdout).close()
        self._process.wait()

    def given(self, task: bytes) -> Future[bytes]:
        """Return what is going to be the result of a task."""
        return self._thread.submit(self._done, task)

    def _done(self, task: bytes) -> bytes:
        self._begun.result()
        self._send(task)
        result = received(self._pipe(self._process.stdout))
        if result is None:
            raise ProcessDied(self._process.wait())
        return result

    def _send(self, data: bytes) -> None:
        try:
            sent(self._pipe(self._process.stdin), data)
        except OSError as error:
            raise ProcessDied(self._process.wait()) from error

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        return cast("IO[bytes]", pipe)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def sent(pipe: IO[bytes], data: bytes) -> None:
    """Write bytes with their length before them."""
    pipe.write(len(data).to_bytes(_LENGTH))
    pipe.write(data)
    pipe.flush()


def received(pipe: IO[bytes]) -> bytes | None:
    """Return bytes that were written by `sent`, None where there are none any more."""
    length = pipe.read(_LENGTH)
    if len(length) < _LENGTH:
        return None
    data = pipe.read(size := int.from_bytes(length))
    return data if len(data) == size else None
