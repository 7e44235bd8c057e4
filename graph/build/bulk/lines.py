"""N-Quads taken apart where they stand, thousands of lines at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.rdf.parsing import LONGEST_READ
from cuibono.graph.snapshot.answers import unescape
from cuibono.graph.snapshot.strings import Strings

__all__ = ["Lines", "NotOurs", "Places", "codes", "lines_of", "strung", "subject_changes"]

_NEWLINE = 10

Places = NDArray[np.int64]


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
        The text, with some bytes to spare; in literals, what escapes stand for is written over them.
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


def lines_of(text: bytes, *, has_graph: bool = True) -> Lines:
    """Return the quads of some whole lines; or the triples, whose graphs are empty.

    Raises
    ------
    NotOurs
        If a line is longer than any parser reads, is laid out otherwise than N-Quads (or N-Triples) in canonical form, has
        a blank node or no named graph, or an escape in an IRI.
    """
    # Compiled code takes a tenth of a second to be imported, and most of what people do needs none of it.
    from cuibono.graph.build.bulk import splitting

    data = np.empty((len(text) + 15) // 8 * 8, np.uint8)
    data[: len(text)], data[len(text) :] = np.frombuffer(text, np.uint8), 0
    count = np.count_nonzero(data == _NEWLINE)
    found, is_literal = np.empty((14, count), np.int64), np.empty(count, np.bool_)
    rows, wrong = splitting.split(data, data.view(np.uint64), len(text), LONGEST_READ, has_graph, found, is_literal)
    if wrong >= 0:
        raise NotOurs(wrong)
    number, begin, end, *_ = found = found[:, :rows]
    lines = Lines(data, number, begin, end, found[3:5], found[5:7], found[7:9], found[9:11], found[11:13], is_literal[:rows])
    unescape(data, lines.object[0], lines.object[1], np.flatnonzero(found[13]))
    return lines


def codes(lines: Lines, of: Places, known: Sequence[bytes]) -> NDArray[np.int16]:
    """Return which of some strings each part is, -1 for another."""
    from cuibono.graph.build.bulk import splitting

    together, offsets = strung(known)
    found: NDArray[np.int16] = splitting.codes(lines.data, *_columns(of), together, offsets)
    return found


def strung(strings: Sequence[bytes]) -> tuple[NDArray[np.uint8], Places]:
    """Return strings one after the other, and where each begins and the last ends."""
    offsets = np.zeros(len(strings) + 1, np.int64)
    np.cumsum([len(string) for string in strings], out=offsets[1:])
    return np.frombuffer(bytearray(b"".join(strings)), np.uint8), offsets


def _columns(of: Places) -> tuple[Places, Places]:
    """Return begins and ends, each in one piece, as compiled code is made for."""
    return np.ascontiguousarray(of[0]), np.ascontiguousarray(of[1])


def subject_changes(lines: Lines) -> NDArray[np.bool_]:
    """Return which lines have another subject than the line before."""
    from cuibono.graph.build.bulk import splitting

    found: NDArray[np.bool_] = splitting.differing(lines.data, *_columns(lines.subject))
    return found
