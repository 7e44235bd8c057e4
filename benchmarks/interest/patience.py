"""Questions to whoever may take for ever: each has so many seconds, and whoever takes longer is ended."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, TypeVar

__all__ = ["answered"]

_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")


def answered(
    ask: Callable[[_Question], _Answer], questions: Sequence[_Question], patience: float
) -> list[tuple[float, _Answer | None]]:
    """Return the seconds that each question took, and its answer: None where patience came to its end.

    What runs in a library's own code cannot be interrupted, so that a process apart is asked, and another once that had
    to be ended.
    """
    results: list[tuple[float, _Answer | None]] = []
    context = multiprocessing.get_context("fork")
    while len(results) < len(questions):
        receiving, sending = context.Pipe(duplex=False)
        child = context.Process(target=_answer, args=(sending, ask, questions[len(results) :]))
        child.start()
        sending.close()
        while len(results) < len(questions):
            if not receiving.poll(patience):
                results.append((patience, None))
                break
            results.append(receiving.recv())
        child.kill()
        child.join()
    return results


def _answer(sending: Connection, ask: Callable[[Any], Any], questions: Sequence[Any]) -> None:
    for question in questions:
        begin = time.perf_counter()
        answer = ask(question)
        sending.send((time.perf_counter() - begin, answer))
