"""Arrays that grow in files of a folder, and are read from there: what is gathered of more than memory holds."""

from __future__ import annotations

import mmap
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.snapshot.files import Damaged
from cuibono.graph.snapshot.space import IN_MEMORY, Space
from cuibono.graph.snapshot.strings import Strings

__all__ = ["AppendedStrings", "AppendedValues", "Numbers", "Values"]

Numbers = NDArray[np.int32]
_Item = TypeVar("_Item", bound=np.generic)
_Lots = dict[str, list[list[int]]]

_WAITING = 1 << 19
_SPARE, _ROOM = 8, 1 << 16


class _Appended(Generic[_Item]):
    """An array in a file, which holds no more than is counted here once the file was cut."""

    def __init__(self, path: Path, dtype: type[_Item], count: int) -> None:
        self._path, self._dtype = path, np.dtype(dtype)
        self.count = count
        self._mapped = np.zeros(0, self._dtype)
        path.touch()
        if path.stat().st_size < count * self._dtype.itemsize:
            raise Damaged(f"{path.name} was cut")
        os.truncate(path, count * self._dtype.itemsize)

    def append(self, *arrays: NDArray[_Item]) -> None:
        with self._path.open("r+b") as file:
            file.seek(self.count * self._dtype.itemsize)
            for array in arrays:
                if len(array):
                    file.write(np.ascontiguousarray(array, self._dtype).data)
                    self.count += len(array)

    def all(self) -> NDArray[_Item]:
        """Return all that was appended, mapped into memory."""
        return self.with_more()[: self.count]

    def with_more(self) -> NDArray[_Item]:
        """Return all that was appended, and eight items at least that mean nothing.

        The file gets room beforehand, which takes none of the disk, so that it is mapped anew but seldom.
        """
        if len(self._mapped) < self.count + _SPARE:
            os.truncate(self._path, (2 * self.count + _ROOM) * self._dtype.itemsize)
            with self._path.open("rb") as file:
                memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._mapped = np.frombuffer(memory, self._dtype)
        return self._mapped


class AppendedStrings:
    """Strings in two files, numbered as they come.

    Parameters
    ----------
    folder : Path
        Where the files stand.
    name : str
        What their names begin with.
    kept : (int, int), optional
        What `kept` gave: how much of the files is to be gone on with. All anew unless given.

    Raises
    ------
    Damaged
        If the files hold less than that.
    """

    def __init__(self, folder: Path, name: str, kept: tuple[int, int] | None = None) -> None:
        count, size = kept or (0, 0)
        self._offsets = _Appended(folder / f"{name}.offsets", np.int64, count + 1 if kept else 0)
        self._data = _Appended(folder / f"{name}.data", np.uint8, size)
        if not kept:
            self._offsets.append(np.zeros(1, np.int64))

    def __len__(self) -> int:
        return self._offsets.count - 1

    def append(self, strings: Strings) -> Numbers:
        """Take in strings, and return the number of each."""
        first, begin = len(self), strings.offsets[0]
        self._offsets.append(strings.offsets[1:] + (self._data.count - begin))
        self._data.append(strings.data[begin : strings.offsets[-1]])
        return np.arange(first, len(self), dtype=np.int32)

    def all(self) -> Strings:
        """Return all that were taken in, in the order of their numbers."""
        return Strings(self._offsets.all(), self._data.all())

    def with_more(self) -> Strings:
        """Return all that were taken in, with eight bytes at least behind them that mean nothing."""
        return Strings(self._offsets.all(), self._data.with_more())

    def kept(self) -> tuple[int, int]:
        """Return how much the files hold."""
        return len(self), self._data.count


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """All values of a property: of whom, by number of IRI, and what: a code, a row of texts or a number of IRI."""

    of: Numbers
    value: Numbers

    def at(self, rows: NDArray[np.integer]) -> Values:
        return Values(self.of[rows], self.value[rows])


class AppendedValues:
    """Values of many properties in one file, in the lots in which they came.

    Parameters
    ----------
    folder : Path
        Where the file stands.
    kept : dict, optional
        What `kept` gave, to go on with.

    Raises
    ------
    Damaged
        If the file holds less than that.
    """

    def __init__(self, folder: Path, kept: _Lots | None = None) -> None:
        self._lots: _Lots = defaultdict(list, {name: list(lots) for name, lots in (kept or {}).items()})
        count = max((start + 2 * count for lots in self._lots.values() for start, count in lots), default=0)
        self._file = _Appended(folder / "values", np.int32, count)
        self._waiting: dict[str, list[tuple[Numbers, Numbers]]] = defaultdict(list)
        self._waiting_count = 0

    def __iter__(self) -> Iterator[str]:
        return iter({**self._lots, **self._waiting})

    def append(self, name: str, of: Numbers, value: Numbers) -> None:
        """Take in some values of a property."""
        self._waiting[name].append((of, value))
        self._waiting_count += len(of)
        if self._waiting_count > _WAITING:
            self._write()

    def _write(self) -> None:
        for name, parts in self._waiting.items():
            start = self._file.count
            self._file.append(*(of for of, _ in parts), *(value for _, value in parts))
            self._lots[name].append([start, (self._file.count - start) // 2])
        self._waiting.clear()
        self._waiting_count = 0

    def all(self, name: str, space: Space = IN_MEMORY) -> Values:
        """Return all values of a property, in the order in which they came."""
        self._write()
        lots = self._lots.get(name, [])
        of, value = (space.empty(sum(count for _, count in lots), np.int32) for _ in range(2))
        file, done = self._file.all(), 0
        for start, count in lots:
            of[done : done + count] = file[start : start + count]
            value[done : done + count] = file[start + count : start + 2 * count]
            done += count
        return Values(of, value)

    def kept(self) -> dict[str, Any]:
        """Write what waits, and return where all stands."""
        self._write()
        return dict(self._lots)
