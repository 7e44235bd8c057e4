"""Sequences whose things are made when they are reached, in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

__all__ = ["Made"]

_Item = TypeVar("_Item", covariant=True)


class Made(Sequence[_Item], Generic[_Item]):
    """As many things as are known to be there, each made when it is first reached, and kept.

    Parameters
    ----------
    make : callable
        Gives the thing at a place, from 0 on.
    count : int
        How many there are.

    Examples
    --------
    >>> squares = Made(lambda place: place**2, 1_000_000)
    >>> len(squares), squares[-1], list(squares[2:4])
    (1000000, 999998000001, [4, 9])
    """

    def __init__(self, make: Callable[[int], _Item], count: int) -> None:
        self._make, self._places, self._kept = make, range(count), dict[int, _Item]()

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> _Item: ...
    @overload
    def __getitem__(self, index: slice) -> Made[_Item]: ...
    def __getitem__(self, index: int | slice) -> _Item | Made[_Item]:
        if isinstance(index, slice):
            part = Made(self._make, 0)
            part._places, part._kept = self._places[index], self._kept
            return part
        place = self._places[index]
        if place not in self._kept:
            self._kept[place] = self._make(place)
        return self._kept[place]
