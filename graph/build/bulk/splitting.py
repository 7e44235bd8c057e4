"""Lines of N-Triples and N-Quads taken apart byte by byte, compiled: one pass that finds all their parts.

Every function takes text as bytes with at least eight to spare behind it, in a whole number of eight, or as `chunks`: the eight
bytes from each place on. Nothing is made of what stands beyond the line that is looked at. The interpreter's lock is not held.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cuibono.graph.build.bulk.chunks import copy, part, same
from cuibono.graph.compilation import compiled, compiled_part, inlined_part

__all__ = ["codes", "named", "split"]

_NEWLINE, _SPACE, _DOT, _LESS, _GREATER, _QUOTE, _CARET, _AT, _BACKSLASH = b'\n .<>"^@\\'

_ALL, _ONES, _LOWS = np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64(0x0101010101010101), np.uint64(0x7F7F7F7F7F7F7F7F)
_NUMBERS = np.uint64(0x0001020304050607)
_MIXED = np.uint64(0x9E3779B97F4A7C15)
_NONE = -1
_LENGTH_OF_END = len(" .\n")


@compiled
def split(
    data: Any, words: Any, chunks: Any, size: int, longest: int, has_graph: bool, found: Any, is_literal: Any, is_first: Any
) -> Any:
    """Find the parts of lines, each of which ends with an end of line.

    Parameters
    ----------
    data : array of uint8
    words, chunks : arrays of uint64
        The same bytes.
    size : int
        How many of these are text.
    longest : int
        The bytes that a line has to have less than.
    has_graph : bool
        Whether a graph is named in each line.
    found : (14, n) array of int64
        For the number of each line that is not empty, its begin and end, and begin and end of its subject, predicate, object,
        graph and datatype, and where its object has escapes a one.
    is_literal : (n,) array of bool
        For whether the object is a literal.
    is_first : (n,) array of bool
        For whether the subject is another one than in the line before.

    Returns
    -------
    count : int
        Of lines that are not empty.
    wrong : int
        The number of the first line that is laid out otherwise; -1 if none is.
    """
    row, number, begin, last = 0, -1, 0, -1
    while begin < size:
        number += 1
        end, has_escapes = _line_end(words, begin, size)
        if end == size:  # there would be no room for it
            return row, number
        if end > begin:
            if end - begin >= longest or not _split(data, words, begin, end, has_escapes, has_graph, found, is_literal, row):
                return row, number
            found[0, row], found[1, row], found[2, row] = number, begin, end + 1
            subject, length = begin + 1, found[4, row] - begin - 1
            is_first[row] = row == 0 or length != last or not same(chunks, subject, chunks, found[3, row - 1], length)
            last = length
            row += 1
        begin = end + 1
    return row, _NONE


@compiled_part
def _split(
    data: Any, words: Any, begin: int, end: int, has_escapes: bool, has_graph: bool, found: Any, is_literal: Any, row: int
) -> bool:
    """Find the parts of one line, and return whether it has them."""
    subject = _closing(data, words, begin, end)
    if subject < 0 or data[subject + 1] != _SPACE:
        return False
    predicate = _closing(data, words, subject + 2, end)
    if predicate < 0 or data[predicate + 1] != _SPACE:
        return False
    start = predicate + 2
    is_literal[row] = data[start] == _QUOTE
    closed, kind, kind_end, stop, escapes = _object(data, words, start, end, has_escapes)
    if closed < 0 or kind_end < 0:
        return False
    last = stop
    if has_graph:
        graph = stop + 2
        last = _closing(data, words, stop + 1, end) if data[stop] == _SPACE else _NONE
        if last < 0:
            return False
        found[9, row], found[10, row] = graph, last
        last += 1
    else:
        found[9, row], found[10, row] = stop, stop
    if last + 2 != end or data[last] != _SPACE or data[last + 1] != _DOT:
        return False
    inside = _count(data, _BACKSLASH, start + 1, closed) if escapes else 0
    if has_escapes and _count(data, _BACKSLASH, begin, end) != inside:
        return False
    found[3, row], found[4, row] = begin + 1, subject
    found[5, row], found[6, row] = subject + 3, predicate
    found[7, row], found[8, row] = start + 1, closed
    found[11, row], found[12, row] = kind, kind_end
    found[13, row] = escapes
    return True


@compiled_part
def _object(data: Any, words: Any, start: int, end: int, has_escapes: bool) -> Any:
    """Return where an object ends, begin and end of its datatype, where all of it ends, and whether it has escapes.

    The first or the third is -1 where that is nowhere.
    """
    if data[start] != _QUOTE:
        closed = _closing(data, words, start, end)
        return closed, closed + 1, closed + 1, closed + 1, False
    closed, escapes = _closing_quote(data, words, start + 1, end, has_escapes)
    kind = stop = closed + 1
    if closed >= 0 and data[stop] == _CARET:
        closing = _closing(data, words, closed + 3, end) if data[closed + 2] == _CARET else _NONE
        return closed, closed + 4, closing, closing + 1, escapes
    if closed >= 0 and data[stop] == _AT:
        kind = closed + 2
        stop = _place(words, _SPACE, kind, end)
    return closed, kind, stop, stop, escapes


@compiled_part
def _closing(data: Any, words: Any, begin: int, end: int) -> int:
    """Return where an IRI ends that is to begin here, -1 if none does."""
    if data[begin] != _LESS:
        return _NONE
    place = _place(words, _GREATER, begin + 1, end)
    return place if place < end else _NONE


@compiled_part
def _closing_quote(data: Any, words: Any, begin: int, end: int, has_escapes: bool) -> Any:
    """Return where a literal ends, -1 if it does not, and whether it has escapes."""
    if not has_escapes:
        place = _place(words, _QUOTE, begin, end)
        return (place if place < end else _NONE), False
    escapes = False
    while begin < end:
        if data[begin] == _QUOTE:
            return begin, escapes
        if data[begin] == _BACKSLASH:
            escapes = True
            begin += 1
        begin += 1
    return _NONE, escapes


@compiled_part
def _place(words: Any, wanted: int, begin: int, end: int) -> Any:
    """Return where a byte stands first, the end if nowhere before it."""
    pattern = _ONES * np.uint64(wanted)
    mask = _ALL << np.uint64(8 * (begin & 7))
    place = begin & ~7
    while place < end:
        zeros = _zeros(words[place >> 3] ^ pattern) & mask
        if zeros:
            return min(place + _first(zeros), end)
        mask = _ALL
        place += 8
    return end


@compiled_part
def _line_end(words: Any, begin: int, size: int) -> Any:
    """Return where a line ends, and whether there may be a backslash before that or close by."""
    newlines, backslashes = _ONES * np.uint64(_NEWLINE), _ONES * np.uint64(_BACKSLASH)
    mask = _ALL << np.uint64(8 * (begin & 7))
    place = begin & ~7
    met = np.uint64(0)
    while place < size:
        word = words[place >> 3]
        met |= _zeros(word ^ backslashes)
        zeros = _zeros(word ^ newlines) & mask
        if zeros:
            return place + _first(zeros), met != 0
        mask = _ALL
        place += 8
    return size, met != 0


@inlined_part
def _zeros(word: Any) -> Any:
    """Return the highest bit of each of eight bytes that is zero."""
    return ~(((word & _LOWS) + _LOWS) | word | _LOWS)


@inlined_part
def _first(bits: Any) -> Any:
    """Return which byte is the first that has its highest bit set, where no other bits are."""
    # The lowest bit moves the number of its byte to the top.
    lowest = (bits & (~bits + np.uint64(1))) >> np.uint64(7)
    return np.int64((lowest * _NUMBERS) >> np.uint64(56))


@compiled_part
def _count(data: Any, wanted: int, begin: int, end: int) -> int:
    count = 0
    for place in range(begin, end):
        count += data[place] == wanted
    return count


@compiled_part
def _key(chunks: Any, begin: int, end: int) -> Any:
    """Return a number for a string, from its length and its last eight bytes."""
    length = end - begin
    key = (part(chunks, max(begin, end - 8), length) ^ np.uint64(length)) * _MIXED
    return key >> np.uint64(32)


@compiled
def codes(chunks: Any, begins: Any, ends: Any, known: Any, offsets: Any) -> Any:
    """Return which of some known strings each part is, -1 for none, as an array of int16.

    Parameters
    ----------
    chunks : array of uint64
    begins, ends : (n,) arrays of int64
    known : array of uint64
        The strings, one after the other, as chunks.
    offsets : (k + 1,) array of int64
        Where each of them begins.
    """
    size = 16
    while size < 4 * len(offsets):
        size *= 2
    mask = np.uint64(size - 1)
    table = np.full(size, np.int16(_NONE), np.int16)
    for code in range(len(offsets) - 1):
        slot = _key(known, offsets[code], offsets[code + 1]) & mask
        while table[slot] != _NONE:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = code
    found = np.full(len(begins), np.int16(_NONE), np.int16)
    for row in range(len(begins)):
        length = ends[row] - begins[row]
        slot = _key(chunks, begins[row], ends[row]) & mask
        while table[slot] != _NONE:
            code = table[slot]
            if offsets[code + 1] - offsets[code] == length and same(chunks, begins[row], known, offsets[code], length):
                found[row] = code
                break
            slot = (slot + np.uint64(1)) & mask
    return found


@compiled
def named(chunks: Any, places: Any, graph: Any, endings: Any, offsets: Any, target: Any, moved: Any) -> int:
    """Write triples as quads.

    Parameters
    ----------
    chunks : array of uint64
        The lines of the triples.
    places : (14, n) array of int64
        Their parts, as `split` finds them.
    graph : (n,) array of int64
        Which of the endings each gets.
    endings : array of uint64
        Graphs in their brackets, each with a space before it and with the end of its line, one after the other, as chunks.
    offsets : (k + 1,) array of int64
        Where each of these begins.
    target : array of uint64
        For the lines of the quads, as chunks.
    moved : (14, n) array of int64
        For the parts of the quads.

    Returns
    -------
    int
        How many bytes the quads are.
    """
    at = 0
    for row in range(len(graph)):
        begin, which = places[1, row], graph[row]
        by = at - begin
        moved[0, row], moved[1, row], moved[13, row] = places[0, row], at, places[13, row]
        for column in range(3, 13):
            moved[column, row] = places[column, row] + by
        at = copy(chunks, begin, places[2, row] - _LENGTH_OF_END - begin, target, at)
        moved[9, row] = at + 2
        at = copy(endings, offsets[which], offsets[which + 1] - offsets[which], target, at)
        moved[10, row], moved[2, row] = at - _LENGTH_OF_END - 1, at
    return at
