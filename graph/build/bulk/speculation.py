"""A copy of a store that takes in a file while nobody knows yet whether all of it may be: it is thrown away where it may not."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import TracebackType

from cuibono.graph.build.bulk.feeding import Feed
from cuibono.graph.store.oxigraph import OxigraphStore

__all__ = ["Speculation"]


class Speculation:
    """Loads what comes in ahead of the checks, into a copy beside the store.

    RDF is a set, so that what is there already does no harm. As a context it lets go of the copy in the end, and of what
    may still be on the way to it.

    Parameters
    ----------
    store : OxigraphStore
        On disk.
    directory : Path
        For the copy, which is made with the first piece.
    name : str
        Of the file, for messages.
    """

    def __init__(self, store: OxigraphStore, directory: Path, name: str) -> None:
        self._store, self._directory, self._name = store, directory, name
        self._copy: OxigraphStore | None = None
        self._feed: Feed | None = None

    def __enter__(self) -> Speculation:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._let_go()

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
            self._copy = self._store.copied(self._directory)
            self._feed = Feed(self._copy, self._name)
        self._feed.put(piece)

    @property
    def is_under_way(self) -> bool:
        """Whether anything was put in."""
        return self._feed is not None

    def copy(self) -> OxigraphStore:
        """Return the copy when all that was put in is loaded.

        Raises
        ------
        InvalidInput
            If that cannot be parsed.
        """
        assert self._copy is not None
        assert self._feed is not None
        self._feed.finish()
        self._feed = None
        return self._copy

    def copy_anew(self) -> OxigraphStore:
        """Return a copy with nothing put in.

        Raises
        ------
        StoreError
            If there can be none.
        """
        self._let_go()
        self._copy = self._store.copied(self._directory)
        return self._copy

    def _let_go(self) -> None:
        if self._feed is not None:
            self._feed.abandon()
            self._feed = None
        if self._copy is not None:
            self._copy.close()
            self._copy = None
            shutil.rmtree(self._directory, ignore_errors=True)
