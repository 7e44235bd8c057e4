"""Many strings in two arrays: their bytes one after the other, and where each begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

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

    @classmethod
    def of(cls, strings: Iterable[str]) -> Strings:
        """Return the strings in the order given; `position` needs them sorted by code point."""
        encoded = [string.encode() for string in strings]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(string) for string in encoded], out=offsets[1:])
        return cls(offsets, np.frombuffer(b"".join(encoded), np.uint8))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._bytes(index % len(self)).decode()

    def __iter__(self) -> Iterator[str]:
        data, offsets = self.data.tobytes(), self.offsets.tolist()
        for start, end in zip(offsets, offsets[1:], strict=False):
            yield data[start:end].decode()

    def position(self, string: str) -> int:
        """Return where a string stands in sorted strings, or -1; takes a logarithm of their number."""
        wanted, low, high = string.encode(), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self._bytes(low) == wanted else -1

    def _bytes(self, index: int) -> bytes:
        return self.data[self.offsets[index] : self.offsets[index + 1]].tobytes()


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
