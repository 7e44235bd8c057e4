"""Numbers for IRIs: the rows of columns, and further ones for what has come since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.snapshot.strings import Strings

__all__ = ["Layered", "Numbers", "insertion"]

_RANK_SHIFT = 32

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Numbers:
    """IRIs by number.

    Parameters
    ----------
    rows : Strings
        Those that have the first numbers, sorted.
    added : tuple of str
        Those that have the next.
    """

    def __init__(self, rows: Strings, added: tuple[str, ...] = ()) -> None:
        self.rows, self._added, self._count = rows, added, len(rows)
        self._numbers = {iri: self._count + place for place, iri in enumerate(added)}

    def __len__(self) -> int:
        return self._count + len(self._added)

    def __getitem__(self, number: int) -> str:
        return self.rows[number] if number < self._count else self._added[number - self._count]

    def position(self, iri: str) -> int:
        """Return the number of an IRI, -1 if it has none."""
        found = self._numbers.get(iri)
        return self.rows.position(iri) if found is None else found

    def ranks(self, numbers: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return for each number one that orders as the IRIs do; what is below 0 comes first."""
        ranks = numbers.astype(np.int64) << _RANK_SHIFT
        if self._added and len(numbers) and int(numbers.max()) >= self._count:
            of_added = np.empty(len(self._added), np.int64)
            for place, iri in enumerate(sorted(self._added)):
                before = insertion(self.rows, iri) - 1
                of_added[self._numbers[iri] - self._count] = (before << _RANK_SHIFT) + 1 + place
            later = numbers >= self._count
            ranks[later] = of_added[numbers[later] - self._count]
        return ranks

    def with_added(self, iris: Iterable[str]) -> Numbers:
        """Return the numbers with more IRIs, those that have none yet; this one stays as it is."""
        new = tuple(iri for iri in iris if self.position(iri) < 0)
        return Numbers(self.rows, self._added + new) if new else self


class Layered(Generic[_Key, _Value]):
    """A mapping over another that stays as it is: changes cost as much as there are.

    Parameters
    ----------
    below : mapping
    above : mapping
        What is looked up first.
    """

    def __init__(self, below: Mapping[_Key, _Value], above: Mapping[_Key, _Value] | None = None) -> None:
        self._below, self._above = below, above or {}

    @property
    def below(self) -> Mapping[_Key, _Value]:
        """What lies below."""
        return self._below

    def get(self, key: _Key, default: _Value) -> _Value:
        """Return what stands under a key, or a default."""
        found = self._above.get(key)
        return self._below.get(key, default) if found is None else found

    def with_changes(self, changes: Mapping[_Key, _Value]) -> Layered[_Key, _Value]:
        """Return the mapping with other values; this one stays as it is."""
        return Layered(self._below, {**self._above, **changes}) if changes else self


def insertion(strings: Strings, wanted: str) -> int:
    """Return how many of sorted strings come before another."""
    low, high = 0, len(strings)
    while low < high:
        middle = (low + high) // 2
        if strings[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
