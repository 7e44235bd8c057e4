"""N-Quads taken apart where they stand, thousands of lines at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.rdf.parsing import LONGEST_READ
from cuibono.graph.snapshot.answers import unescape
from cuibono.graph.snapshot.strings import Strings

__all__ = ["Lines", "NotOurs", "Places", "codes", "lines_of", "subject_changes"]

_NEWLINE, _SPACE, _DOT, _LESS, _GREATER, _QUOTE, _CARET, _AT, _BACKSLASH = b'\n .<>"^@\\'

Places = NDArray[np.int64]
_Demand = Callable[[NDArray[np.bool_]], None]


class NotOurs(Exception):
    """A file holds something that cuibono does not write.

    Attributes
    ----------
    line : int or None
        The first of which that is known, from 0 within what was looked at.
    """

    def __init__(self, line: int | None = None) -> None:
        super().__init__("not as cuibono writes it")
        self.line = line


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Quads, and where their parts stand; every array has one place for each.

    Attributes
    ----------
    data : (m,) array of uint8
        The text, with eight bytes to spare; in literals, what escapes stand for is written over them.
    number : array of int64
        Which line it is: empty ones are none.
    begin, end : arrays of int64
        Of the line, with its end of line.
    subject, predicate, object, graph, datatype : (2, n) arrays of int64
        Begin and end of an IRI without its brackets, or of what stands in quotation marks. A datatype is empty where the
        object is an IRI, or a plain text; of a text in a language it is that.
    is_literal : array of bool
        Whether the object is a literal.
    """

    data: NDArray[np.uint8]
    number: Places
    begin: Places
    end: Places
    subject: Places
    predicate: Places
    object: Places
    graph: Places
    datatype: Places
    is_literal: NDArray[np.bool_]

    def strings(self, of: Places, lines: NDArray[np.integer]) -> Strings:
        """Return a part of some lines."""
        return Strings.of_slices(self.data, of[0][lines], of[1][lines])


def lines_of(text: bytes) -> Lines:
    """Return the quads of some whole lines.

    Raises
    ------
    NotOurs
        If a line is longer than any parser reads, is laid out otherwise than N-Quads in canonical form, has a blank
        node or no named graph, or an escape in an IRI.
    """
    data = np.frombuffer(text + bytes(8), np.uint8).copy()
    ends = np.flatnonzero(data == _NEWLINE)
    begins = np.concatenate([np.zeros(1, np.int64), ends + 1])[: len(ends)]
    number = np.flatnonzero(ends > begins)
    begins, ends = begins[number], ends[number]
    closing, opening = np.flatnonzero(data == _GREATER), np.flatnonzero(data == _LESS)

    def demand(met: NDArray[np.bool_]) -> None:
        if not met.all():
            raise NotOurs(int(number[np.argmin(met)]))

    demand((data[begins] == _LESS) & (ends - begins > 3) & (ends - begins < LONGEST_READ))
    demand((data[ends - 1] == _DOT) & (data[ends - 2] == _SPACE) & (data[ends - 3] == _GREATER))
    first = np.searchsorted(closing, begins)
    subject = np.stack([begins + 1, closing[first]])
    demand(subject[1] < ends - 3)
    demand((data[subject[1] + 1] == _SPACE) & (data[subject[1] + 2] == _LESS))
    predicate = np.stack([subject[1] + 3, closing[first + 1]])
    demand((predicate[1] < ends - 3) & (data[predicate[1] + 1] == _SPACE))
    start = predicate[1] + 2
    graph = np.stack([opening[np.searchsorted(opening, ends - 3) - 1] + 1, ends - 3])
    stop = graph[0] - 2
    demand((stop > start) & (data[stop] == _SPACE))
    is_literal = data[start] == _QUOTE
    demand(is_literal | ((data[start] == _LESS) & (data[stop - 1] == _GREATER)))
    is_typed = is_literal & (data[stop - 1] == _GREATER)
    is_tagged = is_literal & ~is_typed & (data[stop - 1] != _QUOTE)
    demand(~is_literal | is_typed | is_tagged | (stop - 1 > start))
    datatype = np.stack([stop, stop])
    datatype[0, is_typed] = opening[np.searchsorted(opening, stop[is_typed]) - 1] + 1
    datatype[1, is_typed] -= 1
    closed = np.where(is_typed, datatype[0] - 4, stop - 1)
    if is_tagged.any():
        quotes = np.flatnonzero(data == _QUOTE)
        closed[is_tagged] = quotes[np.searchsorted(quotes, stop[is_tagged]) - 1]
        datatype[0, is_tagged] = closed[is_tagged] + 2
        demand(~is_tagged | ((closed > start) & (data[closed + 1] == _AT)))
    demand(~is_typed | ((closed > start) & (data[closed] == _QUOTE) & (data[closed + 1] == _CARET)))
    found = Lines(data, number, begins, ends + 1, subject, predicate, np.stack([start + 1, closed]), graph, datatype, is_literal)
    _unescape(found, demand)
    return found


def _unescape(lines: Lines, demand: _Demand) -> None:
    backslashes = np.flatnonzero(lines.data == _BACKSLASH)
    if not len(backslashes):
        return
    before = np.searchsorted(backslashes, np.concatenate([lines.begin, lines.end[-1:]]))
    inside = np.searchsorted(backslashes, lines.object[1]) - np.searchsorted(backslashes, lines.object[0])
    demand((np.diff(before) == inside) & (lines.is_literal | (inside == 0)))
    unescape(lines.data, lines.object[0], lines.object[1], np.flatnonzero(inside > 0))


def codes(lines: Lines, of: Places, known: Sequence[bytes]) -> NDArray[np.int16]:
    """Return which of some strings each part is, -1 for another.

    Parts are told apart by their length and their last eight bytes first, and compared whole afterwards.
    """
    lengths = of[1] - of[0]
    tails = _last_eight(lines.data, of)
    found = np.full(len(lengths), -1, np.int16)
    keys = lengths.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ tails
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    for code, string in enumerate(known):
        tail = int.from_bytes(string[-8:].rjust(8, b"\0"), "big")
        key = np.uint64((len(string) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF) ^ tail)
        rows = order[np.searchsorted(ordered, key) : np.searchsorted(ordered, key, side="right")]
        if len(rows):
            rows = rows[lengths[rows] == len(string)]
            found[rows[_same(lines.data, of[0][rows], string)]] = code
    return found


def _last_eight(data: NDArray[np.uint8], of: Places) -> NDArray[np.uint64]:
    """Return the last eight bytes of some parts as one number, fewer where a part is shorter."""
    numbers = np.ndarray(len(data) - 7, ">u8", data.data, strides=(1,))
    lengths = np.minimum(of[1] - of[0], 8)
    # The first eight bytes of the text may be fewer than a part's own; read from the part's begin then.
    read = np.maximum(of[1] - 8, 0)
    found = numbers[read].astype(np.uint64)
    found = np.where(of[1] < 8, found >> ((8 - np.minimum(of[1], 8)) * 8).astype(np.uint64), found)
    masks = np.array([2 ** (8 * count) - 1 for count in range(9)], np.uint64)
    kept: NDArray[np.uint64] = found & masks[lengths]
    return kept


def _same(data: NDArray[np.uint8], starts: Places, string: bytes) -> NDArray[np.bool_]:
    slices = np.ndarray(len(data) - len(string) + 1, f"V{len(string)}", data.data, strides=(1,))
    same: NDArray[np.bool_] = slices[starts] == np.frombuffer(string, f"V{len(string)}")[0]
    return same


def subject_changes(lines: Lines) -> NDArray[np.bool_]:
    """Return which lines have another subject than the line before."""
    lengths = lines.subject[1] - lines.subject[0]
    differs = np.ones(len(lengths), np.bool_)
    differs[1:] = lengths[1:] != lengths[:-1]
    left = np.flatnonzero(~differs)
    order = left[np.argsort(lengths[left], kind="stable")]
    each, first = np.unique(lengths[order], return_index=True)
    for length, rows in zip(each.tolist(), np.split(order, first)[1:], strict=True):
        slices = np.ndarray(len(lines.data) - length + 1, f"V{length}", lines.data.data, strides=(1,))
        differs[rows] = slices[lines.subject[0][rows]] != slices[lines.subject[0][rows - 1]]
    return differs
