"""A store's bulk loader at work in threads of its own, while what it is given is still being made."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from threading import Semaphore
from types import TracebackType

import pyoxigraph as ox

from cuibono.graph.build.bulk.passing import parsing_problem
from cuibono.graph.store.oxigraph import OxigraphStore

__all__ = ["Feed"]

_UNDER_WAY = 4
"""Pieces that may wait for the loader."""
_PIPE = 1 << 20
"""Bytes; the most that Linux gives to everybody."""
_UNPARSABLE = b"!\n"


class Feed:
    """Gives N-Quads to the bulk loader of a store, piece by piece.

    As a context it waits for the loader in the end. Left by an error, it ends the loader as soon as that can be: the store is
    then good for nothing.

    Parameters
    ----------
    store : OxigraphStore
        Not to be used otherwise meanwhile.
    name : str
        Of what the pieces come from, for messages.
    """

    def __init__(self, store: OxigraphStore, name: str) -> None:
        self._name = name
        self._pieces: SimpleQueue[bytes | None] = SimpleQueue()
        self._room = Semaphore(_UNDER_WAY)
        self._is_abandoned = self._has_failed = False
        self._threads = ThreadPoolExecutor(2, "loading")
        self._fed = self._threads.submit(self._feed, store.backend)

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if kind is None:
            self.finish()
        else:
            self.abandon()

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
            raise parsing_problem(self._name, error) from error
        if error is not None:
            raise error

    def abandon(self) -> None:
        """End the loader, and wait until it has ended."""
        self._is_abandoned = True
        self._pieces.put(None)
        self._threads.shutdown()

    # ── in other threads ───────────────────────────────────────────────────────────────────────────────

    def _feed(self, backend: ox.Store) -> Exception | None:
        reading, writing = os.pipe()
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            with suppress(OSError):  # who has many pipes is given less
                fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE)
        loading = self._threads.submit(self._load, backend, reading)
        pieces = self._taken()
        # The loader closes its end where it fails.
        with suppress(BrokenPipeError), os.fdopen(writing, "wb", buffering=0) as target:
            for piece in pieces:
                view = memoryview(piece)
                while view:
                    view = view[target.write(view) :]
            if self._is_abandoned:
                target.write(_UNPARSABLE)
        for _ in pieces:
            pass  # so that nobody waits for room
        return loading.result()

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

    def _taken(self) -> Iterator[bytes]:
        while (piece := self._pieces.get()) is not None:
            self._room.release()
            if not (self._is_abandoned or self._has_failed):
                yield piece
