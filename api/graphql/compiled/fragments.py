"""JSON that was made before: answers, and items of lists, kept for as long as the graph stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import orjson

from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Fragments", "Kept", "fragments_of"]

_MOST = 67_108_864
_BESIDE = 400  # bytes that Python takes for each
_KEY = 1024  # bytes that a key has at most, or about so


class Kept:
    """What was made of the items of one list of a plan, for one way that its variables are given.

    Nothing is kept until it is asked for a second time, as most of what is asked for once is never asked for again.
    """

    def __init__(self, of: Fragments) -> None:
        self._of, self._again = of, False
        self._found: dict[Hashable, orjson.Fragment] = {}

    def all_of(self, items: Sequence[Hashable], made: Callable[[Any], Sequence[Any]]) -> Sequence[Any]:
        """Return what is made of items, as it was made before or, of those that are left, by a function."""
        if not self._again:
            self._again = True
            return made(items)
        found = list(map(self._found.get, items))
        if None in found:
            left = [item for item, known in zip(items, found, strict=True) if known is None]
            new = self._keep(left, made(left))
            found = [next(new) if known is None else known for known in found]
        return found

    def _keep(self, items: Sequence[Hashable], made: Sequence[object]) -> Iterator[orjson.Fragment]:
        contents = list(map(orjson.dumps, made))
        fragments = list(map(orjson.Fragment, contents))
        self._found.update(zip(items, fragments, strict=True))
        self._of.grow(sum(map(len, contents)), len(contents))
        return iter(fragments)


class Fragments:
    """What is kept for one version of a graph, within a bound of memory.

    Parameters
    ----------
    most : int
        Bytes of JSON that are kept at most; when there are more, all are let go.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most, self._size = most, 0
        self._kept: dict[Hashable, Kept] = {}
        self._answers: dict[Hashable, bytes | None] = {}
        self._lock = Lock()

    def answer(self, key: Hashable) -> bytes | None:
        """Return the answer that is kept under a key."""
        return self._answers.get(key)

    def keep_answer(self, key: Hashable, content: bytes) -> None:
        """Keep an answer, if it is given for a second time."""
        again = key in self._answers
        self._answers[key] = content if again else None
        self.grow(len(content) if again else _KEY)

    def kept(self, key: Hashable) -> Kept:
        """Return what is kept under a key."""
        known = self._kept.get(key)
        if known is None:
            self.grow(0)
            known = self._kept.setdefault(key, Kept(self))
        return known

    def grow(self, size: int, things: int = 1) -> None:
        """Note that more is kept: so many bytes, in so many things."""
        with self._lock:
            self._size += size + _BESIDE * things
            if self._size > self._most:
                self.clear()

    def clear(self) -> None:
        """Let go of all that is kept."""
        self._kept.clear()
        self._answers.clear()
        self._size = 0


_FRAGMENTS: WeakKeyDictionary[Snapshot, Fragments] = WeakKeyDictionary()


def fragments_of(snapshot: Snapshot) -> Fragments:
    """Return what is kept for a version of a graph."""
    known = _FRAGMENTS.get(snapshot)
    return _FRAGMENTS.setdefault(snapshot, Fragments()) if known is None else known
