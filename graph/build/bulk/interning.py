"""Strings that are gathered by the million, and numbered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.bulk.lines import NotOurs
from cuibono.graph.snapshot.strings import Strings

__all__ = ["Interned", "Numbers", "Pile"]

Numbers = NDArray[np.int32]


class Pile:
    """Strings that are gathered, and numbered as they come."""

    def __init__(self) -> None:
        self._parts: list[Strings] = []
        self._count = 0

    def all(self, strings: Strings) -> Numbers:
        """Take in strings, and return the number of each."""
        self._parts.append(strings)
        self._count += len(strings)
        return np.arange(self._count - len(strings), self._count, dtype=np.int32)

    def strings(self) -> Strings:
        """Return all that were taken in, which are let go."""
        found = Strings.joined(self._parts) if self._parts else Strings.of([])
        self._parts.clear()
        return found


class Interned:
    """Strings that are gathered, each kept and numbered once."""

    def __init__(self) -> None:
        self._parts: list[Strings] = []
        self._starts: list[int] = []
        self._count = 0
        self._levels: list[tuple[NDArray[np.uint64], Numbers]] = []

    def all(self, strings: Strings) -> Numbers:
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
            numbers[new] = self._count + np.arange(len(new), dtype=np.int32)
            self._keep(each.take(new), hashes[new], numbers[new])
        found: Numbers = numbers[inverse]
        return found

    def strings(self) -> Strings:
        """Return all that were taken in, in the order of their numbers; they are let go."""
        found = Strings.joined(self._parts) if self._parts else Strings.of([])
        self._parts.clear()
        self._levels.clear()
        return found

    def _demand_same(self, each: Strings, rows: NDArray[np.int64], numbers: Numbers) -> None:
        part = np.searchsorted(self._starts, numbers[rows], side="right") - 1
        which, first = np.unique(part, return_index=True)
        for number, of in zip(which.tolist(), np.split(rows, first[1:]), strict=False):
            mine, theirs = each.take(of), self._parts[number].take(numbers[of] - self._starts[number])
            if not (np.array_equal(mine.offsets, theirs.offsets) and np.array_equal(mine.data, theirs.data)):
                raise NotOurs

    def _keep(self, strings: Strings, hashes: NDArray[np.uint64], numbers: Numbers) -> None:
        self._parts.append(strings)
        self._starts.append(self._count)
        self._count += len(strings)
        order = np.argsort(hashes, kind="stable")
        self._levels.append((hashes[order], numbers[order]))
        # Each level is at least twice as large as the next, so that there are few, and each string is moved seldom.
        while len(self._levels) > 1 and len(self._levels[-2][0]) < 2 * len(self._levels[-1][0]):
            (one, ones), (other, others) = self._levels.pop(), self._levels.pop()
            places = np.searchsorted(other, one)
            self._levels.append((np.insert(other, places, one), np.insert(others, places, ones)))
