"""Lines put in order, of which there may be more than fit in memory: sorted in pieces on disk, which are merged."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import IO

from cuibono.graph.disk import write_failure
from cuibono.graph.errors import StoreError

__all__ = ["SortedLines"]

_AT_ONCE = 24_000_000
"""Bytes that are sorted in memory, where they take about twice as much."""

_BUFFER = 1 << 18
_OF_A_LINE = 33  # what Python takes for bytes beside the bytes


class SortedLines:
    """Lines, each once, in the order of their bytes.

    Parameters
    ----------
    folder : Path or None
        Where they stand if they are many, in files that go away by themselves; the folder for temporary files unless given.
    kept : Path, optional
        A file that `keep` has made: its lines are there already, and none are added.

    Examples
    --------
    >>> lines = SortedLines(None)
    >>> for line in (b"b\\n", b"a\\n", b"b\\n"):
    ...     lines.add(line)
    >>> list(lines)
    [b'a\\n', b'b\\n']
    """

    def __init__(self, folder: Path | None, kept: Path | None = None) -> None:
        self._folder = folder
        self._waiting: list[bytes] = []
        self._size = 0
        self._pieces: list[IO[bytes]] = []
        self._whole: IO[bytes] | None = None if kept is None else kept.open("rb")

    def add(self, line: bytes) -> None:
        """Add a line, which ends with an end of line; all are added before any is read."""
        self._waiting.append(line)
        self._size += len(line) + _OF_A_LINE
        if self._size >= _AT_ONCE:
            self._pieces.append(self._written(self._sorted()))

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines; not to be begun before an earlier one has ended."""
        if self._whole is None and not self._pieces:
            self._waiting = sorted(set(self._waiting))
            yield from self._waiting
            return
        if self._whole is None:
            self._whole = self._merged(None)
        self._whole.seek(0)
        yield from self._whole

    def keep(self, path: Path) -> None:
        """Put the lines into a file that stays; all were added."""
        self._whole = self._merged(path)

    def close(self) -> None:
        """Let go of the files, which are gone then."""
        for file in (*self._pieces, *([self._whole] if self._whole else [])):
            file.close()
        self._waiting.clear()

    def _sorted(self) -> list[bytes]:
        waiting, self._waiting, self._size = sorted(self._waiting), [], 0
        return waiting

    def _merged(self, path: Path | None) -> IO[bytes]:
        merged = heapq.merge(*self._pieces, self._sorted())
        whole = self._written((line for line, _ in groupby(merged)), path)
        for piece in self._pieces:
            piece.close()
        return whole

    def _written(self, lines: Iterator[bytes] | list[bytes], path: Path | None = None) -> IO[bytes]:
        """Write lines into a file, which goes away by itself unless it has a path."""
        place = str(self._folder or tempfile.gettempdir())
        try:
            file: IO[bytes] = (
                tempfile.TemporaryFile(dir=self._folder, buffering=_BUFFER)  # noqa: SIM115  (closed by `close`)
                if path is None
                else path.open("w+b", buffering=_BUFFER)
            )
            file.writelines(lines)
            file.seek(0)
        except OSError as error:
            raise StoreError(place, f"what is imported cannot be sorted there: {write_failure(error, Path(place))}") from error
        return file
