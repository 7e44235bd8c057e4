"""Strings that are gathered by the million, each kept and numbered once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.bulk.appending import AppendedStrings, Numbers
from cuibono.graph.build.bulk.lines import NotOurs
from cuibono.graph.snapshot.space import FileSpace
from cuibono.graph.snapshot.strings import Strings

__all__ = ["Interned"]

_AT_ONCE = 1 << 18


class Interned:
    """Strings in files, each kept and numbered once; what finds them is made anew from the files.

    Parameters
    ----------
    folder : Path
        Where the files stand.
    name : str
        What their names begin with.
    kept : (int, int), optional
        What `kept` gave, to go on with.

    Raises
    ------
    Damaged
        If the files hold less than that.
    """

    def __init__(self, folder: Path, name: str, kept: tuple[int, int] | None = None) -> None:
        self._space = FileSpace(folder)
        self._strings = AppendedStrings(folder, name, kept)
        self._levels: list[tuple[NDArray[np.uint64], Numbers]] = []
        for first in range(0, len(self._strings), _AT_ONCE):
            rows = np.arange(first, min(first + _AT_ONCE, len(self._strings)), dtype=np.int32)
            self._index(self._strings.all().take(rows).hashes(), rows)

    def append(self, strings: Strings) -> Numbers:
        """Take in strings, and return the number of each.

        Raises
        ------
        NotOurs
            If two have the same hash: some that were made for it.
        """
        each, inverse = strings.distinct()
        hashes = each.hashes()
        numbers = np.full(len(each), -1, np.int32)
        for known, of in self._levels:
            places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
            hit = known[places] == hashes
            numbers[hit] = of[places[hit]]
        old, new = np.flatnonzero(numbers >= 0), np.flatnonzero(numbers < 0)
        self._demand_same(each, old[np.argsort(numbers[old], kind="stable")], numbers)
        if len(new):
            numbers[new] = self._strings.append(each.take(new))
            self._index(hashes[new], numbers[new])
        found: Numbers = numbers[inverse]
        return found

    def all(self) -> Strings:
        """Return all that were taken in, in the order of their numbers."""
        return self._strings.all()

    def kept(self) -> tuple[int, int]:
        """Return how much the files hold."""
        return self._strings.kept()

    def _demand_same(self, each: Strings, rows: NDArray[np.int64], numbers: Numbers) -> None:
        mine, theirs = each.take(rows), self._strings.all().take(numbers[rows])
        if not (np.array_equal(mine.offsets, theirs.offsets) and np.array_equal(mine.data, theirs.data)):
            raise NotOurs

    def _index(self, hashes: NDArray[np.uint64], numbers: Numbers) -> None:
        order = np.argsort(hashes, kind="stable")
        self._levels.append((hashes[order], numbers[order]))
        # Each level is at least twice as large as the next, so that there are few, and each string is moved seldom.
        while len(self._levels) > 1 and len(self._levels[-2][0]) < 2 * len(self._levels[-1][0]):
            (one, ones), (other, others) = self._levels.pop(), self._levels.pop()
            places = np.searchsorted(other, one) + np.arange(len(one))
            left = np.ones(len(one) + len(other), np.bool_)
            left[places] = False
            merged, numbered = self._space.empty(len(left), np.uint64), self._space.empty(len(left), np.int32)
            merged[places], merged[left] = one, other
            numbered[places], numbered[left] = ones, others
            self._levels.append((merged, numbered))
