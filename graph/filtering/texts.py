"""Many texts tested at once, on their bytes: no text is made but those with letters beyond ASCII, to fold their case."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.filtering.conditions import TextTest
from cuibono.graph.snapshot.sets import distinct
from cuibono.graph.snapshot.strings import Strings

__all__ = ["folded", "hits"]

_Mask = NDArray[np.bool_]
_BEYOND_ASCII = 128
_FEW = 8
_MANY = 10_000
_LOWER = np.frombuffer(bytes(range(256)).lower(), np.uint8)
"""Each byte with the case of ASCII folded."""


def folded(strings: Strings) -> Strings:
    """Return strings with their case folded, as `str.casefold` does.

    Examples
    --------
    >>> list(folded(Strings.of(["Straße", "ABC"])))
    ['strasse', 'abc']
    """
    lower = Strings(strings.offsets, _LOWER[strings.data])
    beyond = np.flatnonzero(strings.data >= _BEYOND_ASCII)
    if not len(beyond):
        return lower
    others = distinct(np.searchsorted(strings.offsets, beyond, side="right") - 1)
    places = np.arange(len(strings))
    places[others] = len(strings) + np.arange(len(others))
    again = Strings.of(strings[row].casefold() for row in others.tolist())
    return Strings.joined([lower, again]).take(places)


def hits(test: TextTest, strings: Strings) -> _Mask:
    """Return which strings meet a test; they are compared as they are, folded beforehand unless case is to match."""
    kept = np.ones(len(strings), np.bool_)
    parts: tuple[tuple[str | None, Callable[[Strings, bytes], _Mask]], ...] = (
        (test.starts_with, _beginning),
        (test.ends_with, _ending),
        (test.contains, _containing),
    )
    for part, having in parts:
        if part is not None:
            kept &= having(strings, _encoded(test.seen(part)))
    if test.one_of is not None:
        kept &= _being_any(strings, sorted({test.seen(one) for one in test.one_of}))
    return kept


def _encoded(text: str) -> bytes:
    # A lone surrogate stands in no UTF-8, and is to be found nowhere rather than to fail.
    return text.encode(errors="surrogatepass")


def _being_any(strings: Strings, texts: list[str]) -> _Mask:
    if len(texts) <= _FEW:
        found = np.zeros(len(strings), np.bool_)
        for text in map(_encoded, texts):
            found |= _beginning(strings, text) & (np.diff(strings.offsets) == len(text))
        return found
    known = [text for text in texts if text.isascii() or text == text.encode(errors="ignore").decode()]
    return Strings.of(known).positions(strings) >= 0


def _beginning(strings: Strings, part: bytes) -> _Mask:
    return _standing_at(strings, strings.offsets[:-1], part)


def _ending(strings: Strings, part: bytes) -> _Mask:
    return _standing_at(strings, strings.offsets[1:] - len(part), part)


def _standing_at(strings: Strings, places: NDArray[np.int64], part: bytes) -> _Mask:
    """Return which strings have a part at a place each, which is theirs if they are long enough."""
    rows = np.flatnonzero(np.diff(strings.offsets) >= len(part))
    for number, byte in enumerate(part):
        if not len(rows):
            break
        rows = rows[strings.data[places[rows] + number] == byte]
    found = np.zeros(len(strings), np.bool_)
    found[rows] = True
    return found


def _containing(strings: Strings, part: bytes) -> _Mask:
    if not part:
        return np.ones(len(strings), np.bool_)
    found = np.zeros(len(strings), np.bool_)
    places = _occurrences(strings.data, part)
    rows = np.searchsorted(strings.offsets, places, side="right") - 1
    found[rows[places + len(part) <= strings.offsets[rows + 1]]] = True
    return found


def _occurrences(data: NDArray[np.uint8], part: bytes) -> NDArray[np.int64]:
    """Return where a part begins in bytes."""
    whole, found, place = data.tobytes(), list[int](), -1
    while len(found) < _MANY:
        place = whole.find(part, place + 1)
        if place < 0:
            return np.array(found, np.int64)
        found.append(place)
    return _many_occurrences(data, part)


def _many_occurrences(data: NDArray[np.uint8], part: bytes) -> NDArray[np.int64]:
    """Return where a part begins in bytes, with no step for each place; its rarest bytes are looked for first."""
    last = len(data) - len(part) + 1
    if last <= 0:
        return np.zeros(0, np.int64)
    sample = np.bincount(data[:: max(1, len(data) // 65_536)], minlength=256)
    order = sorted(range(len(part)), key=lambda number: int(sample[part[number]]))
    first = order[0]
    places = np.flatnonzero(data[first : first + last] == part[first])
    for number in order[1:]:
        if not len(places):
            break
        places = places[data[places + number] == part[number]]
    return places
