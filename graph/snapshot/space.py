"""Where long arrays are put: in memory, or in files that are mapped into it, whose pages the system may take back."""

from __future__ import annotations

import mmap
import os
import tempfile
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["IN_MEMORY", "FileSpace", "MemorySpace", "Space"]

_Item = TypeVar("_Item", bound=np.generic)

_SHORT = 1 << 16
_SMALLEST_FILE, _LARGEST_FILE = 1 << 22, 1 << 26
_ALIGNMENT = 64


class Space(Protocol):
    """What gives arrays their room."""

    def empty(self, count: int, dtype: type[_Item] | np.dtype[_Item]) -> NDArray[_Item]:
        """Return an array that is to be filled."""

    def put(self, array: NDArray[_Item]) -> NDArray[_Item]:
        """Return an array as it stands here."""


class MemorySpace:
    """The process's own memory."""

    def empty(self, count: int, dtype: type[_Item] | np.dtype[_Item]) -> NDArray[_Item]:
        """Return an array that is to be filled."""
        return np.empty(count, dtype)

    def put(self, array: NDArray[_Item]) -> NDArray[_Item]:
        """Return the array itself."""
        return array


IN_MEMORY = MemorySpace()


class FileSpace:
    """Files of a folder, which have no names, and go with the last array in them or with the process.

    Several arrays share a file, as each file that is mapped takes one of the few that a process may have open.

    Parameters
    ----------
    folder : Path
        One that can be written to.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     numbers = FileSpace(Path(folder)).put(np.arange(100_000))
    ...     int(numbers.sum())
    4999950000
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rest: memoryview = memoryview(b"")
        self._given = 0

    def empty(self, count: int, dtype: type[_Item] | np.dtype[_Item]) -> NDArray[_Item]:
        """Return an array that is to be filled; a short one stands in memory.

        Raises
        ------
        OSError
            If there is no room for it on the disk.
        """
        size = count * np.dtype(dtype).itemsize
        if size < _SHORT:
            return np.empty(count, dtype)
        if size > len(self._rest):
            self._rest = memoryview(self._file(size))
        taken, self._rest = self._rest[:size], self._rest[size + -size % _ALIGNMENT :]
        return np.frombuffer(taken, dtype)

    def put(self, array: NDArray[_Item]) -> NDArray[_Item]:
        """Return a copy of an array that stands here; a short one as it is.

        Raises
        ------
        OSError
            If there is no room for it on the disk.
        """
        if array.nbytes < _SHORT:
            return array
        found: NDArray[Any] = self.empty(len(array), array.dtype)
        found[:] = array
        return found

    def _file(self, size: int) -> mmap.mmap:
        size = max(size, min(max(self._given, _SMALLEST_FILE), _LARGEST_FILE))
        self._given += size
        with tempfile.TemporaryFile(dir=self._folder) as file:
            os.truncate(file.fileno(), size)
            # Of a page that has no room on the disk a process would die where it first writes to it.
            if hasattr(os, "posix_fallocate"):  # not on macOS
                os.posix_fallocate(file.fileno(), 0, size)
            return mmap.mmap(file.fileno(), size)
