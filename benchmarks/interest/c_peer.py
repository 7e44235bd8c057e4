"""The limit: a hand-written C loop over compressed adjacency, compiled when it is first wanted."""

from __future__ import annotations

import ctypes
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.interest.problem import LEAST, Problem

__all__ = ["CLoop"]

_WAY = np.dtype(
    [("weight", "f8"), ("other", "i4"), ("since", "i4"), ("until", "i4"), ("disputer", "i4"), ("chains", "i4"), ("unused", "i4")]
)
_QUESTION = np.dtype([("actor", "i4"), ("target", "i4"), ("since", "i4"), ("until", "i4"), ("least", "f8")])
_AT_ONCE = 4_096


class _Side(ctypes.Structure):
    _fields_ = (("start", ctypes.c_void_p), ("by_weight", ctypes.c_void_p), ("by_other", ctypes.c_void_p))


class CLoop:
    """The loop over the arrays of one problem."""

    def __init__(self, problem: Problem) -> None:
        self._walk = _compiled().strongest_paths
        count = len(problem.carries)
        self._kept = [_side(problem.edges, here, there, count) for here, there in (("source", "target"), ("target", "source"))]
        self._sides = [_Side(*(array.ctypes.data for array in arrays)) for arrays in self._kept]
        self._carries = problem.carries.astype(np.uint8)
        effects = problem.effects
        self._questions = np.empty(len(effects["actor"]), _QUESTION)
        for name in ("actor", "target", "since", "until"):
            self._questions[name] = effects[name]
        self._questions["least"] = (LEAST - 1e-12) / effects["strength"]

    def asked(self, rows: NDArray[np.int64]) -> NDArray[np.void]:
        """Return the questions of some effects."""
        return self._questions[rows]

    def scores(self, asked: NDArray[np.void], hops: int) -> NDArray[np.float64]:
        """Return the strongest path of each sign for each question, by one thread."""
        scores = np.empty((len(asked), 2))
        out, into = map(ctypes.byref, self._sides)
        pointers = (ctypes.c_void_p(array.ctypes.data) for array in (self._carries, asked))
        self._walk(out, into, *pointers, ctypes.c_int64(len(asked)), ctypes.c_int32(hops), ctypes.c_void_p(scores.ctypes.data))
        return scores

    def scores_by_threads(self, asked: NDArray[np.void], hops: int, threads: int) -> NDArray[np.float64]:
        """Return the same by several threads; the loop does not hold the interpreter's lock."""
        parts = [asked[first : first + _AT_ONCE] for first in range(0, len(asked), _AT_ONCE)]
        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate(list(pool.map(lambda part: self.scores(part, hops), parts)))


def _compiled() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "walk.so"
        source = Path(__file__).with_name("walk.c")
        command = [os.environ.get("CC", "cc"), "-O3", "-march=native", "-shared", "-fPIC", "-o", str(library), str(source), "-lm"]
        subprocess.run(command, check=True)
        return ctypes.CDLL(str(library))


def _side(edges: dict[str, NDArray[Any]], here: str, there: str, count: int) -> tuple[NDArray[Any], ...]:
    ways = np.zeros(len(edges["weight"]), _WAY)
    ways["other"] = edges[there]
    for name in ("weight", "since", "until", "disputer", "chains"):
        ways[name] = edges[name]
    size = -np.abs(edges["weight"])
    start = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(edges[here], minlength=count), out=start[1:])
    return start, ways[np.lexsort((size, edges[here]))], ways[np.lexsort((size, edges[there], edges[here]))]
