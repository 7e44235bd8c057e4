"""Strings that are gathered by the million, each kept and numbered once."""

from __future__ import annotations

import secrets
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.bulk.appending import AppendedStrings, Numbers
from cuibono.graph.build.bulk.lines import NotOurs, chunks_of
from cuibono.graph.snapshot.space import FileSpace
from cuibono.graph.snapshot.strings import Strings

__all__ = ["Interned"]

_SMALLEST_TABLE = 1 << 17


class Interned:
    """Strings in files, each kept and numbered once; the table that finds them is made anew from the files.

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
        # Nobody who makes a file knows it, and so which strings would have the same hash.
        self._seed = np.uint64(secrets.randbits(64))
        self._table = np.zeros(0, np.uint64)

    def __len__(self) -> int:
        return len(self._strings)

    def append(self, strings: Strings) -> Numbers:
        """Take in strings, and return the number of each.

        Raises
        ------
        NotOurs
            If many have the same hash: some that were made for it.
        """
        data = np.concatenate([strings.data, np.zeros(8, np.uint8)])
        return self.append_slices(data, strings.offsets[:-1], strings.offsets[1:])

    def append_slices(self, data: NDArray[np.uint8], begins: NDArray[np.int64], ends: NDArray[np.int64]) -> Numbers:
        """Take in the strings that stand between some places of UTF-8, and return the number of each.

        Parameters
        ----------
        data : array of uint8
            With eight bytes to spare.

        Raises
        ------
        NotOurs
            If many have the same hash: some that were made for it.
        """
        from cuibono.graph.build.bulk import numbering  # compiled code takes its time to be imported

        self._make_room(len(begins))
        found, firsts = np.empty(len(begins), np.int32), np.empty(len(begins), np.int64)
        known = self._strings.with_more()
        chunks, known_chunks = chunks_of(data), chunks_of(known.data)
        new = numbering.number(
            chunks, begins, ends, self._table, self._seed, len(known), known_chunks, known.offsets, found, firsts
        )
        if new < 0:
            raise NotOurs
        rows, offsets = firsts[:new], np.zeros(new + 1, np.int64)
        copied = np.empty(int((ends[rows] - begins[rows]).sum()), np.uint8)
        numbering.copy(data, begins, ends, rows, offsets, copied)
        self._strings.append(Strings(offsets, copied))
        return found

    def all(self) -> Strings:
        """Return all that were taken in, in the order of their numbers."""
        return self._strings.all()

    def kept(self) -> tuple[int, int]:
        """Return how much the files hold."""
        return self._strings.kept()

    def _make_room(self, count: int) -> None:
        """Make the table twice as long as there can be strings, at least."""
        from cuibono.graph.build.bulk import numbering

        size = max(len(self._table), _SMALLEST_TABLE)
        while size < 2 * (len(self) + count):
            size *= 2
        if size > len(self._table):
            self._table = self._space.empty(size, np.uint64)
            self._table[:] = 0
            known = self._strings.with_more()
            if not numbering.index(chunks_of(known.data), known.offsets, self._table, self._seed):
                raise NotOurs
