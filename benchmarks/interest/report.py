"""How figures are taken and printed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.interest.problem import Answers

__all__ = ["check", "distribution", "heading", "line", "repeated", "timed"]

_WIDTH = 62


def heading(text: str) -> None:
    """Print what the figures below are of."""
    print(f"\n{text}", flush=True)


def line(label: str, figure: str) -> None:
    """Print a figure."""
    print(f"  {label:<{_WIDTH}} {figure}", flush=True)


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what work gives, and the seconds that it took by the clock and of all processors."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - clock, time.process_time() - processor


def repeated(work: Callable[[Any], Any], questions: Iterable[Any], times: int = 5) -> list[float]:
    """Return the seconds that each question took, the median of some times."""
    figures = []
    for question in questions:
        taken = []
        for _ in range(times):
            begin = time.perf_counter()
            work(question)
            taken.append(time.perf_counter() - begin)
        figures.append(statistics.median(taken))
    return figures


def distribution(seconds: Sequence[float]) -> str:
    """Return median, mean and 99th percentile of some times."""
    ordered = sorted(seconds)
    figures = statistics.median(ordered), statistics.mean(ordered), ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
    return "median {:>10,.1f} µs, mean {:>12,.1f} µs, p99 {:>12,.1f} µs".format(*(figure * 1e6 for figure in figures))


def check(peer: str, found: Answers, wanted: Answers) -> None:
    """Stop with what differs, if anything does.

    Raises
    ------
    SystemExit
        If the findings are not the same, or a strength differs by more than 1e-9.
    """
    other = list(found.keys() ^ wanted.keys())
    other += [key for key in found.keys() & wanted.keys() if _differ(found[key], wanted[key])]
    if other:
        examples = "\n".join(f"  {key}: {found.get(key)} instead of {wanted.get(key)}" for key in sorted(other)[:5])
        raise SystemExit(f"{peer} finds something else in {len(other)} cases:\n{examples}")


def _differ(one: tuple[str, float], other: tuple[str, float]) -> bool:
    return one[0] != other[0] or abs(one[1] - other[1]) > 1e-9
