"""A store's bulk loader at work in threads of its own, while what it is given is still being made."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain
from queue import SimpleQueue
from threading import Semaphore

import pyoxigraph as ox

from cuibono.graph.build.bulk.lines import line_count
from cuibono.graph.build.bulk.passing import parsing_problem, widen
from cuibono.graph.memory import give_back_memory
from cuibono.graph.store.oxigraph import OxigraphStore

__all__ = ["Feed"]

_Mark = Callable[[], None]
_UNDER_WAY = 2
"""Pieces that may wait for the loader."""
_LINES_AT_ONCE = 14_960_000
"""Lines for one run of the loader.

It sorts a million at once, side by side with the last ones, so that its memory grows with the run; after each, RocksDB merges
all that was loaded until then, so that many runs take longer. From twenty unmerged batches on it stops whoever writes.
"""
_GIVEN_BACK_EVERY = 1_000_000
"""Lines: what the loader sorts at once. What one lot leaves free would stay beside the next ones, which are other threads'."""
_PIPE_IS_FULL = 0.005
"""Seconds to wait then. Who waits in writing is woken at every page that is read, fifty thousand times in 500 MB."""
_UNPARSABLE = b"!\n"


class Feed:
    """Gives N-Quads to the bulk loader of a store, piece by piece.

    It is to be finished, or else abandoned, also after an error.

    Parameters
    ----------
    store : OxigraphStore
        Not to be used otherwise meanwhile.
    name : str
        Of what the pieces come from, for messages.
    lines : int
        How many lines of it come before the first piece.
    """

    def __init__(self, store: OxigraphStore, name: str, lines: int = 0) -> None:
        self._name, self._lines = name, lines
        self._pieces: SimpleQueue[bytes | _Mark | None] = SimpleQueue()
        self._room = Semaphore(_UNDER_WAY)
        self._is_abandoned = self._has_failed = False
        self._threads = ThreadPoolExecutor(2, "loading")
        self._fed = self._threads.submit(self._feed, store.backend)

    def put(self, piece: bytes) -> None:
        """Give some whole lines to the loader; waits while it has too much before it.

        Raises
        ------
        InvalidInput
            If what came before cannot be parsed.
        """
        self._room.acquire()
        self._pieces.put(piece)
        if self._has_failed:
            self.finish()

    def mark(self, then: Callable[[], None]) -> None:
        """Have something done, in another thread, when all that was put until now is loaded and on the disk."""
        self._pieces.put(then)

    def finish(self) -> None:
        """Wait until all is loaded.

        Raises
        ------
        InvalidInput
            If it cannot be parsed.
        """
        self._pieces.put(None)
        error = self._fed.result()
        self._threads.shutdown()
        if isinstance(error, (SyntaxError, ValueError, MemoryError)):
            line = getattr(error, "lineno", None)
            raise parsing_problem(self._name, error, line and self._lines + line) from error
        if error is not None:
            raise error

    def abandon(self) -> None:
        """End the loader as soon as that can be, and wait for it; the store is then good for nothing."""
        self._is_abandoned = True
        self._pieces.put(None)
        self._threads.shutdown()

    # ── in other threads ───────────────────────────────────────────────────────────────────────────────

    def _feed(self, backend: ox.Store) -> Exception | None:
        taken = self._taken()
        try:
            return self._loaded(backend, taken)
        finally:
            self._has_failed = True  # or it is over
            for _ in taken:
                pass  # so that nobody waits for room

    def _loaded(self, backend: ox.Store, taken: Iterator[bytes | _Mark]) -> Exception | None:
        for first in taken:
            reading, writing = _pipe()
            loading = self._threads.submit(self._load, backend, reading)
            lines, mark = self._written(chain([first], taken), writing)
            error = loading.result()
            give_back_memory()
            if error is None and mark is not None:
                error = _done(backend, mark)
            if error is not None:
                return error
            self._lines += lines
        return None

    def _written(self, taken: Iterator[bytes | _Mark], writing: int) -> tuple[int, _Mark | None]:
        """Write pieces until there are many, a mark, or an end; return how many lines these were, and the mark."""
        lines = given_back_at = 0
        # The loader closes its end where it fails.
        with suppress(BrokenPipeError), os.fdopen(writing, "wb", buffering=0) as target:
            for piece in taken:
                if not isinstance(piece, bytes):
                    return lines, piece
                lines += line_count(piece)
                if lines - given_back_at >= _GIVEN_BACK_EVERY:
                    given_back_at = lines
                    give_back_memory()
                view = memoryview(piece)
                while view:
                    written = target.write(view)
                    if written is None:
                        time.sleep(_PIPE_IS_FULL)
                    else:
                        view = view[written:]
                if lines >= _LINES_AT_ONCE:
                    return lines, None
            if self._is_abandoned:
                os.set_blocking(writing, True)
                target.write(_UNPARSABLE)
        return lines, None

    def _load(self, backend: ox.Store, reading: int) -> Exception | None:
        try:
            # The loader opens the pipe by its name, and so reads it without the interpreter's lock.
            backend.bulk_load(path=f"/dev/fd/{reading}", format=ox.RdfFormat.N_QUADS)
        except (SyntaxError, ValueError, OSError, RuntimeError, MemoryError) as error:
            self._has_failed = True
            # Frames hold the store, which is locked for as long as anything does.
            return error.with_traceback(None)
        finally:
            os.close(reading)
        return None

    def _taken(self) -> Iterator[bytes | _Mark]:
        while (piece := self._pieces.get()) is not None:
            if isinstance(piece, bytes):
                self._room.release()
            if not (self._is_abandoned or self._has_failed):
                yield piece


def _pipe() -> tuple[int, int]:
    reading, writing = os.pipe()
    widen(writing)
    os.set_blocking(writing, False)
    return reading, writing


def _done(backend: ox.Store, mark: _Mark) -> Exception | None:
    try:
        backend.flush()
        mark()
    except OSError as error:
        return error.with_traceback(None)
    return None
