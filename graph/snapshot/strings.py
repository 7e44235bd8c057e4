"""Many strings in two arrays: their bytes one after the other, and where each begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.snapshot.space import IN_MEMORY, Space

__all__ = ["Ragged", "Strings"]


@dataclass(frozen=True, slots=True, eq=False)
class Strings(Sequence[str]):
    """A sequence of strings that does not change.

    Parameters
    ----------
    offsets : (n + 1,) array of int64
        Where each string begins in ``data``; the last one is where the last ends.
    data : (m,) array of uint8
        UTF-8.

    Examples
    --------
    >>> words = Strings.of(["ant", "bee"])
    >>> words[1], words.position("bee"), words.position("cat")
    ('bee', 1, -1)
    """

    offsets: NDArray[np.int64]
    data: NDArray[np.uint8]
    # Items of a memoryview are plain numbers and bytes, and take a fifth of the time that numpy's take.
    _places: memoryview = field(init=False, repr=False)
    _bytes: memoryview = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", self.offsets.data)
        object.__setattr__(self, "_bytes", self.data.data)

    @classmethod
    def of(cls, strings: Iterable[str]) -> Strings:
        """Return the strings in the order given; `position` needs them sorted by code point."""
        encoded = [string.encode() for string in strings]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(string) for string in encoded], out=offsets[1:])
        return cls(offsets, np.frombuffer(b"".join(encoded), np.uint8))

    @classmethod
    def of_fixed(cls, strings: NDArray[np.bytes_]) -> Strings:
        """Return the strings of an array of fixed-width UTF-8 bytes (numpy's ``S``), with no loop in Python."""
        offsets = np.zeros(len(strings) + 1, np.int64)
        width = strings.dtype.itemsize
        if not len(strings) or not width:
            return cls(offsets, np.zeros(0, np.uint8))
        lengths = np.strings.str_len(strings)
        np.cumsum(lengths, out=offsets[1:])
        table = np.ascontiguousarray(strings).view(np.uint8).reshape(len(strings), width)
        return cls(offsets, table[np.arange(width) < lengths[:, None]])

    @classmethod
    def joined(cls, parts: Sequence[Strings], space: Space = IN_MEMORY) -> Strings:
        """Return the strings of several sequences, one after the other."""
        filled = [part for part in parts if len(part)] or parts[:1]
        if len(filled) == 1:
            return filled[0]
        return cls(_joined_offsets([part.offsets for part in filled], space), _joined([part.data for part in filled], space))

    @classmethod
    def of_slices(cls, data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Strings:
        """Return the strings that stand between some places of UTF-8, with no loop in Python."""
        return cls(*_gathered(data, starts, ends - starts))

    def take(self, rows: NDArray[np.integer], space: Space = IN_MEMORY) -> Strings:
        """Return the strings at some positions, in their order."""
        return Strings(*_taken(self.data, self.offsets, rows, space))

    def extended(self, endings: Strings) -> Strings:
        """Return each string with an ending of its own."""
        alternating = np.arange(2 * len(self)).reshape(2, len(self)).T.ravel()
        pieces = Strings.joined([self, endings]).take(alternating)
        return Strings(pieces.offsets[::2], pieces.data)

    def distinct(self) -> tuple[Strings, NDArray[np.int64]]:
        """Return each string once, and where among those each of these stands."""
        _, first, inverse = np.unique(self.hashes(), return_index=True, return_inverse=True)
        each = self.take(first)
        again = each.take(inverse)
        if np.array_equal(again.offsets, self.offsets) and np.array_equal(again.data, self.data):
            return each, inverse
        numbers: dict[str, int] = {}
        slow = np.fromiter((numbers.setdefault(string, len(numbers)) for string in self), np.int64, count=len(self))
        return Strings.of(numbers), slow

    def positions(self, others: Strings, *, are_sorted: bool = False) -> NDArray[np.int64]:
        """Return where each of other strings stands in sorted strings, or -1; sooner where the others are sorted, too."""
        if are_sorted:
            places, are_here = self.places(others)
            places[~are_here] = -1
            return places
        ours, theirs = _Chunks(self.data), _Chunks(others.data)
        found = np.empty(len(others), np.int64)
        for part in _parts(len(others)):
            rows = np.arange(part.start, part.stop)
            low, high = np.zeros(len(rows), np.int64), np.full(len(rows), len(self))
            places, are_here = self._searched(ours, others, theirs, rows, low, high)
            found[part] = np.where(are_here, places, -1)
        return found

    def places(self, others: Strings) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return how many of sorted strings come before each of others, which are sorted, too, and which of those stand here.

        Both are gone through once, some thousands at a time: what all of these begin with is passed over, and where they do
        not mingle, they are not looked at.
        """
        places, are_here = np.empty(len(others), np.int64), np.zeros(len(others), np.bool_)
        ours, theirs = _Chunks(self.data), _Chunks(others.data)
        for first, last, low, high in self._neighbors(others, 0, len(others), 0, len(self)):
            places[first:last] = low
            if low == high:
                continue
            skipped = _common_prefix(self, low, high, others, first, last)
            here, there = self.offsets[low : high + 1], others.offsets[first : last + 1]
            keys = ours.at(here[:-1] + skipped, np.diff(here) - skipped)
            wanted = theirs.at(there[:-1] + skipped, np.diff(there) - skipped)
            begins, ends = np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, "right")
            places[first:last] += begins
            tied = np.flatnonzero(begins < ends)
            found = self._searched(ours, others, theirs, first + tied, low + begins[tied], low + ends[tied])
            places[first + tied], are_here[first + tied] = found
        return places, are_here

    def _neighbors(self, others: Strings, first: int, last: int, low: int, high: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield where some of others begin and end, few, and where those of ours do among which they stand, few as well."""
        if first == last:
            return
        if low == high or (last - first <= _PART and high - low <= _PART):
            yield first, last, low, high
            return
        middle = (first + last) // 2
        place = self._place(others.data[others.offsets[middle] : others.offsets[middle + 1]].tobytes(), low, high)
        if last - first == 1:
            yield first, last, place, min(place + 1, high)
            return
        yield from self._neighbors(others, first, middle, low, min(place + 1, high))
        yield from self._neighbors(others, middle, last, place, high)

    def _searched(
        self,
        ours: _Chunks,
        others: Strings,
        theirs: _Chunks,
        rows: NDArray[np.int64],
        low: NDArray[np.int64],
        high: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return how many of ours come before some of others, as is known to be from `low` to `high`, and which are here."""
        everyone, end = np.arange(len(rows)), high.copy()
        searching = everyone[low < high]
        while len(searching):
            middle = (low[searching] + high[searching]) // 2
            after = _compared(self, ours, middle, others, theirs, rows[searching]) < 0
            low[searching[after]], high[searching[~after]] = middle[after] + 1, middle[~after]
            searching = searching[low[searching] < high[searching]]
        inside, are_here = everyone[low < end], np.zeros(len(rows), np.bool_)
        are_here[inside] = _compared(self, ours, low[inside], others, theirs, rows[inside]) == 0
        return low, are_here

    def hashes(self) -> NDArray[np.uint64]:
        """Return a number for each string, the same for the same ones, and seldom for others."""
        hashes, left = np.diff(self.offsets).astype(np.uint64), np.arange(len(self))
        chunks = _Chunks(self.data)
        for skipped in range(0, int(np.diff(self.offsets).max(initial=0)), 8):
            left = left[self.offsets[left + 1] - self.offsets[left] > skipped]
            starts = self.offsets[left] + skipped
            keys = chunks.at(starts, self.offsets[left + 1] - starts)
            mixed = (hashes[left] ^ keys) * np.uint64(0x9E3779B97F4A7C15)
            hashes[left] = mixed ^ (mixed >> np.uint64(29))
        return hashes

    def order(self, rows: NDArray[np.integer] | None = None) -> NDArray[np.int64]:
        """Return positions, all unless some are given, as sorting their strings by code point puts them."""
        order = (np.arange(len(self)) if rows is None else rows).astype(np.int64)
        longest = 0
        for part in _parts(len(order)):
            longest = max(longest, int((self.offsets[order[part] + 1] - self.offsets[order[part]]).max()))
        group, tied = np.zeros(len(order), np.int32), np.arange(len(order), dtype=np.int32)
        chunks, keys = _Chunks(self.data), np.empty(len(order), np.uint64)
        for skipped in range(0, longest, 8):
            if not len(tied):
                break
            for part in _parts(len(tied)):
                starts = self.offsets[order[tied[part]]] + skipped
                keys[part] = chunks.at(starts, self.offsets[order[tied[part]] + 1] - starts)
            tied = self._sorted_further(order, group, tied, keys[: len(tied)])
        if len(tied):
            lengths = self.offsets[order[tied] + 1] - self.offsets[order[tied]]
            self._sorted_further(order, group, tied, lengths.astype(np.uint64))
        return order

    @staticmethod
    def _sorted_further(
        order: NDArray[np.int64], group: NDArray[np.int32], tied: NDArray[np.int32], keys: NDArray[np.uint64]
    ) -> NDArray[np.int32]:
        """Sort the places that are tied by a further key, each group within itself, and return those tied still."""
        groups = group[tied]
        if groups[0] == groups[-1]:
            if keys.min() == keys.max():
                return tied
            moved = np.argsort(keys, kind="stable")
        else:
            moved = np.lexsort((keys, groups))
        order[tied] = order[tied[moved]]
        keys = keys[moved]
        begins = np.ones(len(tied) + 1, np.bool_)
        begins[1:-1] = (groups[1:] != groups[:-1]) | (keys[1:] != keys[:-1])
        left = np.flatnonzero(~(begins[:-1] & begins[1:]))
        still: NDArray[np.int32] = tied[left]
        group[still] = still[np.maximum.accumulate(np.where(begins[left], np.arange(len(left)), 0))]
        return still

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
            if index < 0:
                raise IndexError(index - len(self))
        # A place past the last one is an IndexError by itself.
        return str(self._bytes[self._places[index] : self._places[index + 1]], "utf-8")

    def __iter__(self) -> Iterator[str]:
        for first in range(0, len(self), _AT_ONCE):
            places = self.offsets[first : first + _AT_ONCE + 1].tolist()
            data = self.data[places[0] : places[-1]].tobytes()
            for start, end in pairwise(places):
                yield data[start - places[0] : end - places[0]].decode()

    def place(self, string: str) -> int:
        """Return how many of sorted strings come before a string; takes a logarithm of their number."""
        # A lone surrogate stands in no UTF-8, and is to be found nowhere rather than to fail.
        return self._place(string.encode(errors="surrogatepass"), 0, len(self))

    def _place(self, wanted: bytes, low: int, high: int) -> int:
        places, data = self._places, self._bytes
        while low < high:
            middle = (low + high) // 2
            if bytes(data[places[middle] : places[middle + 1]]) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def position(self, string: str) -> int:
        """Return where a string stands in sorted strings, or -1; takes a logarithm of their number."""
        low, places = self.place(string), self._places
        wanted = string.encode(errors="surrogatepass")
        return low if low < len(self) and self._bytes[places[low] : places[low + 1]] == wanted else -1


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """Rows of numbers, each of its own length.

    Parameters
    ----------
    offsets : (n + 1,) array of int64
        Where each row begins in ``values``.
    values : (m,) array of int32
    """

    offsets: NDArray[np.int64]
    values: NDArray[np.int32]

    @classmethod
    def of(cls, rows: Iterable[Sequence[int]]) -> Ragged:
        """Return the rows in the order given."""
        kept = list(rows)
        offsets = np.zeros(len(kept) + 1, np.int64)
        np.cumsum([len(row) for row in kept], out=offsets[1:])
        return cls(offsets, np.fromiter((value for row in kept for value in row), np.int32, count=int(offsets[-1])))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> NDArray[np.int32]:
        return self.values[self.offsets[index] : self.offsets[index + 1]]

    @classmethod
    def joined(cls, parts: Sequence[Ragged], space: Space = IN_MEMORY) -> Ragged:
        """Return the rows of several, one after the other."""
        return cls(_joined_offsets([part.offsets for part in parts], space), _joined([part.values for part in parts], space))

    def take(self, rows: NDArray[np.integer], space: Space = IN_MEMORY) -> Ragged:
        """Return the rows at some positions, in their order."""
        return Ragged(*_taken(self.values, self.offsets, rows, space))

    def refers_to(self, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which rows have a value that is a wanted row of something else."""
        if not len(wanted):
            return np.zeros(len(self), np.bool_)
        before = np.zeros(len(self.values) + 1, np.int64)
        np.cumsum((self.values >= 0) & wanted[self.values], out=before[1:])
        return before[self.offsets[1:]] > before[self.offsets[:-1]]


_Item = TypeVar("_Item", bound=np.generic)
_AT_ONCE, _PART = 4_096, 16_384
_FIRST_BYTES = np.array([0, *(2**64 - 2 ** (64 - 8 * count) for count in range(1, 9))], np.uint64)
"""Masks that keep the first bytes of eight."""


def _parts(count: int) -> Iterator[slice]:
    """Yield slices of so many things, so that what is done with one takes little memory."""
    return (slice(first, min(first + _PART, count)) for first in range(0, count, _PART))


def _joined(parts: Sequence[NDArray[_Item]], space: Space) -> NDArray[_Item]:
    found: NDArray[_Item] = space.empty(sum(map(len, parts)), parts[0].dtype)
    np.concatenate(parts, out=found)
    return found


def _joined_offsets(parts: Sequence[NDArray[np.int64]], space: Space) -> NDArray[np.int64]:
    found = space.empty(1 + sum(len(part) - 1 for part in parts), np.int64)
    found[0], done = 0, 1
    for part in parts:
        np.add(part[1:], found[done - 1] - part[0], out=found[done : done + len(part) - 1])
        done += len(part) - 1
    return found


def _taken(
    values: NDArray[_Item], offsets: NDArray[np.int64], rows: NDArray[np.integer], space: Space
) -> tuple[NDArray[np.int64], NDArray[_Item]]:
    """Return the slices of some rows one after the other: where each begins, and their items."""
    ends = space.empty(len(rows) + 1, np.int64)
    ends[0] = 0
    for part in _parts(len(rows)):
        ends[part.start + 1 : part.stop + 1] = offsets[rows[part] + 1] - offsets[rows[part]]
        ends[part.start + 1] += ends[part.start]
        np.cumsum(ends[part.start + 1 : part.stop + 1].copy(), out=ends[part.start + 1 : part.stop + 1])
    taken: NDArray[_Item] = space.empty(int(ends[-1]), values.dtype)
    for part in _parts(len(rows)):
        if _follow(rows[part]):
            taken[ends[part.start] : ends[part.stop]] = values[offsets[rows[part.start]] : offsets[rows[part.stop - 1] + 1]]
            continue
        starts = offsets[rows[part]]
        taken[ends[part.start] : ends[part.stop]] = _gathered(values, starts, np.diff(ends[part.start : part.stop + 1]))[1]
    return ends, taken


def _follow(rows: NDArray[np.integer]) -> bool:
    """Return whether rows stand one after the other."""
    return bool(rows[-1] - rows[0] == len(rows) - 1 and (rows[1:] > rows[:-1]).all())


def _gathered(
    values: NDArray[_Item], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[_Item]]:
    """Return slices one after the other: where each begins, and their items."""
    ends = np.zeros(len(starts) + 1, np.int64)
    np.cumsum(lengths, out=ends[1:])
    if len(starts) and lengths.min() == lengths.max():
        return ends, _gathered_alike(values, starts, int(lengths[0]))
    gathered = np.empty(ends[-1], values.dtype)
    # A part at a time, as the positions of all single items take eight times the room of the strings.
    for first in range(0, len(starts), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        low, high = ends[first], ends[min(first + _AT_ONCE, len(starts))]
        places = np.arange(low, high) + np.repeat(starts[part] - ends[:-1][part], lengths[part])
        gathered[low:high] = values[places]
    return ends, gathered


def _gathered_alike(values: NDArray[_Item], starts: NDArray[np.int64], length: int) -> NDArray[_Item]:
    """Return the items of slices of one length, each slice moved as a whole."""
    if length == 0:
        return values[:0]
    size = values.dtype.itemsize
    slices = np.ndarray(len(values) - length + 1, f"V{length * size}", np.ascontiguousarray(values).data, strides=(size,))
    return slices[starts].view(values.dtype)


def _common_prefix(one: Strings, low: int, high: int, other: Strings, first: int, last: int) -> int:
    """Return how many bytes some strings of two begin with that are the same in all; both are sorted."""
    ends = [
        strings.data[strings.offsets[row] : strings.offsets[row + 1]].tobytes()
        for strings, row in ((one, low), (one, high - 1), (other, first), (other, last - 1))
    ]
    lowest, highest = min(ends), max(ends)
    return next((place for place, byte in enumerate(lowest) if byte != highest[place]), len(lowest))


class _Chunks:
    """Eight bytes from a place on, zeros past a string's end, as one number that orders as they do."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        # Past the last eight bytes a chunk is read from where it fits, and moved; only what is shorter is copied.
        data = np.ascontiguousarray(data if len(data) >= 8 else np.concatenate([data, np.zeros(8, np.uint8)]))
        self._numbers = np.ndarray(len(data) - 7, ">u8", data.data, strides=(1,))

    def at(self, places: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Return the chunks of strings that begin at some places and have some lengths, 0 for an empty one."""
        read = np.minimum(places, len(self._numbers) - 1)
        moved = np.minimum(places - read, 7).astype(np.uint64) * np.uint64(8)
        masks = _FIRST_BYTES[np.minimum(np.maximum(lengths, 0), 8)]
        chunks: NDArray[np.uint64] = (self._numbers[read].astype(np.uint64) << moved) & masks
        return chunks


def _compared(
    left: Strings,
    ours: _Chunks,
    rows: NDArray[np.int64],
    right: Strings,
    theirs: _Chunks,
    others: NDArray[np.int64],
) -> NDArray[np.int8]:
    """Return -1, 0 or 1 as each of some strings comes before, is, or comes after one of others."""
    ends = left.offsets[rows + 1] - left.offsets[rows], right.offsets[others + 1] - right.offsets[others]
    result = np.sign(ends[0] - ends[1]).astype(np.int8)
    equal, skipped = np.arange(len(rows)), 0
    while len(equal):
        # A string that ends here has a chunk of zeros left, and length decides between it and one that goes on in zeros.
        equal = equal[(ends[0][equal] > skipped) & (ends[1][equal] > skipped)]
        keys = [
            chunks.at(strings.offsets[at[equal]] + skipped, end[equal] - skipped)
            for chunks, strings, at, end in ((ours, left, rows, ends[0]), (theirs, right, others, ends[1]))
        ]
        result[equal[keys[0] < keys[1]]] = -1
        result[equal[keys[0] > keys[1]]] = 1
        equal, skipped = equal[keys[0] == keys[1]], skipped + 8
    return result
