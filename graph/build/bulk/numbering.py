"""Strings numbered as they come, each kept once: a table of numbers by hash, compiled.

The table is open addressing with linear probing (Knuth, The Art of Computer Programming, volume 3, 6.4). An entry holds half of
a hash, so that few strings are compared which are not the same, and one more than the string's number; an empty one is zero.

Text is given as its bytes, and as the eight bytes from each place on (`chunks`); so there are eight to spare behind it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cuibono.graph.build.bulk.chunks import part, same
from cuibono.graph.compilation import compiled, compiled_part

__all__ = ["copy", "index", "number"]

_MIXED, _MIXED_AGAIN = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_HALF, _ONE = np.uint64(32), np.uint64(1)
_LOW = np.uint64(0xFFFFFFFF)
_MOST_PROBES = 4_096
"""Entries to be looked at; of a million strings that nobody made for it, none takes a hundred."""


@compiled
def number(
    chunks: Any,
    begins: Any,
    ends: Any,
    table: Any,
    seed: Any,
    known: int,
    known_chunks: Any,
    known_offsets: Any,
    found: Any,
    firsts: Any,
) -> int:
    """Number strings, and put those that are new into the table.

    Parameters
    ----------
    chunks : array of uint64
    begins, ends : (n,) arrays of int64
        Where the strings stand.
    table : array of uint64
        Twice as long as there will be strings at least; a power of two.
    seed : uint64
        Of the hash.
    known : int
        How many there are.
    known_chunks, known_offsets : arrays of uint64 and int64
        These.
    found : (n,) array of int32
        For the numbers.
    firsts : (n,) array of int64
        For the places of those that are new, in the order of their numbers.

    Returns
    -------
    int
        How many are new; -1 if too many have one hash, which were made for it.
    """
    mask, new = np.uint64(len(table) - 1), 0
    for row in range(len(begins)):
        begin, length = begins[row], ends[row] - begins[row]
        hashed = _hash(chunks, begin, length, seed)
        slot, probes = hashed & mask, 0
        while True:
            entry = table[slot]
            if entry == 0:
                table[slot] = (hashed >> _HALF << _HALF) | np.uint64(known + new + 1)
                found[row] = known + new
                firsts[new] = row
                new += 1
                break
            if entry >> _HALF == hashed >> _HALF:
                other = np.int64(entry & _LOW) - 1
                if other < known:
                    start = known_offsets[other]
                    is_same = known_offsets[other + 1] - start == length and same(chunks, begin, known_chunks, start, length)
                else:
                    start = begins[firsts[other - known]]
                    is_same = ends[firsts[other - known]] - start == length and same(chunks, begin, chunks, start, length)
                if is_same:
                    found[row] = other
                    break
            slot = (slot + _ONE) & mask
            probes += 1
            if probes > _MOST_PROBES:
                return -1
    return new


@compiled
def index(chunks: Any, offsets: Any, table: Any, seed: Any) -> bool:
    """Put strings, each of which there is once, into an empty table; return whether few enough have one hash."""
    mask = np.uint64(len(table) - 1)
    for row in range(len(offsets) - 1):
        hashed = _hash(chunks, offsets[row], offsets[row + 1] - offsets[row], seed)
        slot, probes = hashed & mask, 0
        while table[slot] != 0:
            slot = (slot + _ONE) & mask
            probes += 1
            if probes > _MOST_PROBES:
                return False
        table[slot] = (hashed >> _HALF << _HALF) | np.uint64(row + 1)
    return True


@compiled
def copy(data: Any, begins: Any, ends: Any, rows: Any, offsets: Any, target: Any) -> None:
    """Write some strings one after the other, and where each ends, behind what stands there at first."""
    at = 0
    for place in range(len(rows)):
        row = rows[place]
        for byte in range(begins[row], ends[row]):
            target[at] = data[byte]
            at += 1
        offsets[place + 1] = at


@compiled_part
def _hash(chunks: Any, begin: int, length: int, seed: Any) -> Any:
    hashed = seed ^ (np.uint64(length) * _MIXED)
    done = 0
    while done < length:
        hashed = (hashed ^ part(chunks, begin + done, length - done)) * _MIXED
        hashed ^= hashed >> _HALF
        done += 8
    hashed *= _MIXED_AGAIN
    return hashed ^ (hashed >> _HALF)
