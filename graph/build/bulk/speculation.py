"""A copy of a store that takes in a file while nobody knows yet whether all of it may be: it is thrown away where it may not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from cuibono.graph.build.bulk.feeding import Feed
from cuibono.graph.errors import StoreError
from cuibono.graph.store.oxigraph import OxigraphStore

__all__ = ["Speculation"]


class Speculation:
    """Loads what comes in ahead of the checks, into a copy beside the store.

    RDF is a set, so that what is there already does no harm.

    Parameters
    ----------
    store : OxigraphStore
        On disk.
    directory : Path
        For the copy, which is made with the first piece.
    name : str
        Of the file, for messages.
    lines : int
        How many lines come before the first piece.
    is_begun : bool
        Whether these were put in before, by a process that was killed.

    Raises
    ------
    StoreError
        If what that left behind cannot be gone on with.
    """

    def __init__(self, store: OxigraphStore, directory: Path, name: str, lines: int = 0, *, is_begun: bool = False) -> None:
        self._store, self._directory, self._name, self._lines = store, directory, name, lines
        self._copy: OxigraphStore | None = None
        self._feed: Feed | None = None
        if is_begun:
            self._copy = OxigraphStore(directory, create=False)
            if self._copy.version != store.version:
                self.close()
                raise StoreError(str(directory), "more was written to it than the file has")

    def put(self, piece: bytes) -> None:
        """Load some whole lines of N-Quads, sooner or later.

        Raises
        ------
        InvalidInput
            If what came before cannot be parsed.
        StoreError
            If there can be no copy.
        """
        if self._feed is None:
            self._copy = self._copy or self._store.copied(self._directory)
            self._feed = Feed(self._copy, self._name, self._lines)
        self._feed.put(piece)

    def mark(self, then: Callable[[], None]) -> None:
        """Have something done when all that was put in until now is loaded and on the disk, in another thread perhaps."""
        if self._feed is None:
            then()
        else:
            self._feed.mark(then)

    @property
    def is_under_way(self) -> bool:
        """Whether anything was put in."""
        return self._copy is not None

    def begin_anew(self) -> None:
        """Forget what was put in, so that other things can be."""
        self.close()
        shutil.rmtree(self._directory, ignore_errors=True)
        self._lines = 0

    def copy(self) -> OxigraphStore:
        """Return the copy when all that was put in is loaded; nothing may be put in afterwards.

        Raises
        ------
        InvalidInput
            If that cannot be parsed.
        StoreError
            If there can be no copy.
        """
        if self._feed is not None:
            self._feed.finish()
            self._feed = None
        self._copy = self._copy or self._store.copied(self._directory)
        return self._copy

    def close(self) -> None:
        """Let go of the copy, and of what is on the way to it."""
        if self._feed is not None:
            self._feed.abandon()
            self._feed = None
        if self._copy is not None:
            self._copy.close()
            self._copy = None
