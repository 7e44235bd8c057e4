"""Hashes and IRIs of generated records, the same as the model gives, for millions at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.generation.population import BASE
from cuibono.graph.model import hashed_part
from cuibono.graph.snapshot.columns import ABSENT, Ints, unpacked_date
from cuibono.graph.snapshot.strings import Strings

__all__ = ["Digests", "digests", "hashed_dates", "hashed_numbers", "iris", "picked"]

Digests = NDArray[np.bytes_]
"""The first 16 bytes of hashes."""

_AT_ONCE = 1_000_000
_BASE32 = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)
_DIGITS = 26


def picked(known: Sequence[bytes], rows: NDArray[Any]) -> Iterator[bytes]:
    """Yield the items at some positions; -1 is the last."""
    lots = (rows[first : first + _AT_ONCE].tolist() for first in range(0, len(rows), _AT_ONCE))
    return chain.from_iterable(map(known.__getitem__, lot) for lot in lots)


def hashed_dates(dates: Ints) -> Iterator[bytes]:
    """Yield how a hash writes packed dates."""
    known, rows = np.unique(dates, return_inverse=True)
    texts = (None if day is None else day.text for day in map(unpacked_date, known.tolist()))
    return picked(list(map(hashed_part, texts)), rows)


def hashed_numbers(numbers: NDArray[Any]) -> Iterator[bytes]:
    """Yield how a hash writes numbers, `ABSENT` for none."""
    known, rows = np.unique(numbers, return_inverse=True)
    return picked([hashed_part(None if number == ABSENT else str(number)) for number in known.tolist()], rows)


def digests(parts: Iterable[tuple[bytes, ...]], count: int) -> Digests:
    """Return the hash of each row of parts, as `content_hash` makes it."""
    joined, sha256 = b"".join, hashlib.sha256
    return np.fromiter((sha256(joined(row)).digest()[:16] for row in parts), "S16", count)


def iris(folder: str, hashes: Digests) -> Strings:
    """Return the IRIs of hashes in a folder of the base, written in Base32 as `content_hash` does."""
    prefix = f"{BASE}{folder}".encode()
    width = len(prefix) + _DIGITS
    table = np.empty((len(hashes), width), np.uint8)
    table[:, : len(prefix)] = np.frombuffer(prefix, np.uint8)
    for first in range(0, len(hashes), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        octets = np.zeros((17, len(hashes[part])), np.uint16)
        octets[:16] = np.ascontiguousarray(hashes[part]).view(np.uint8).reshape(-1, 16).T
        for digit in range(_DIGITS):
            octet, bit = divmod(5 * digit, 8)
            window = octets[octet] << 8 | octets[octet + 1]
            table[part, len(prefix) + digit] = _BASE32[window >> (11 - bit) & 31]
    return Strings(np.arange(len(hashes) + 1) * width, table.ravel())
