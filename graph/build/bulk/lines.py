"""N-Quads taken apart where they stand, thousands of lines at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.rdf.parsing import LONGEST_READ
from cuibono.graph.snapshot.answers import unescape
from cuibono.graph.snapshot.strings import Strings

__all__ = ["Lines", "NotOurs", "Piece", "Places", "chunks_of", "codes", "escaped_lines", "line_count", "lines_of", "strung"]

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

    What is called by a part has its begins and its ends: of an IRI without its brackets, or of what stands in quotation marks.

    Attributes
    ----------
    data : (m,) array of uint8
        The text, with eight bytes to spare; in literals, what escapes stand for is written over them.
    places : (14, n) array of int64
        As `cuibono.graph.build.bulk.splitting.split` finds them.
    is_literal : array of bool
        Whether the object is a literal.
    is_first : array of bool
        Whether the subject is another one than in the line before.
    """

    data: NDArray[np.uint8]
    places: Places
    is_literal: NDArray[np.bool_]
    is_first: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.is_first)

    @property
    def number(self) -> Places:
        """Which lines of the text they are: empty ones are none."""
        found: Places = self.places[0]
        return found

    @property
    def begin(self) -> Places:
        """Where each begins."""
        found: Places = self.places[1]
        return found

    @property
    def end(self) -> Places:
        """Where each ends, with its end of line."""
        found: Places = self.places[2]
        return found

    @property
    def subject(self) -> Places:
        """Begins and ends of subjects."""
        return self.places[3:5]

    @property
    def predicate(self) -> Places:
        """Begins and ends of predicates."""
        return self.places[5:7]

    @property
    def object(self) -> Places:
        """Begins and ends of objects."""
        return self.places[7:9]

    @property
    def graph(self) -> Places:
        """Begins and ends of graphs."""
        return self.places[9:11]

    @property
    def datatype(self) -> Places:
        """Begins and ends of datatypes: empty where the object is an IRI, or a plain text; of a text in a language that."""
        return self.places[11:13]

    @property
    def escaped(self) -> NDArray[np.int64]:
        """Which objects have escapes."""
        return np.flatnonzero(self.places[13])

    def strings(self, of: Places, lines: NDArray[np.integer]) -> Strings:
        """Return a part of some lines."""
        return Strings.of_slices(self.data, of[0][lines], of[1][lines])


@dataclass(frozen=True, eq=False)
class Piece:
    """Some whole lines of N-Quads as text, which are taken apart once.

    Attributes
    ----------
    text : bytes
    known : Lines, optional
        Where their parts are known to stand.
    """

    text: bytes
    known: Lines | None = None

    @cached_property
    def lines(self) -> Lines:
        """Its lines, taken apart.

        Raises
        ------
        NotOurs
            As `lines_of` does.
        """
        return lines_of(self.text) if self.known is None else self.known


def lines_of(text: bytes) -> Lines:
    """Return the quads of some whole lines.

    Raises
    ------
    NotOurs
        If a line is longer than any parser reads, is laid out otherwise than N-Quads in canonical form, has a blank node or
        no named graph, or an escape in an IRI.
    """
    lines = escaped_lines(text)
    unescape(lines.data, lines.object[0], lines.object[1], lines.escaped)
    return lines


def escaped_lines(text: bytes, *, has_graph: bool = True) -> Lines:
    """Return the quads of some whole lines with their escapes; or the triples, whose graphs are empty.

    Raises
    ------
    NotOurs
        As `lines_of` does.
    """
    # Compiled code takes a tenth of a second to be imported, and most of what people do needs none of it.
    from cuibono.graph.build.bulk import splitting

    data = np.empty((len(text) + 15) // 8 * 8, np.uint8)
    data[: len(text)], data[len(text) :] = np.frombuffer(text, np.uint8), 0
    count = line_count(text)
    found, is_literal, is_first = np.empty((14, count), np.int64), np.empty(count, np.bool_), np.empty(count, np.bool_)
    words, chunks = data.view(np.uint64), chunks_of(data)
    rows, wrong = splitting.split(data, words, chunks, len(text), LONGEST_READ, has_graph, found, is_literal, is_first)
    if wrong >= 0:
        raise NotOurs(wrong)
    return Lines(data, found[:, :rows], is_literal[:rows], is_first[:rows])


def line_count(text: bytes) -> int:
    """Return how many ends of lines there are."""
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == _NEWLINE))


def chunks_of(data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return the eight bytes from each place on, as numbers: compiled code compares and copies them at once."""
    return np.ndarray(len(data) - 7, np.uint64, data.data, strides=(1,))


def codes(lines: Lines, of: Places, known: Sequence[bytes]) -> NDArray[np.int16]:
    """Return which of some strings each part is, -1 for another."""
    from cuibono.graph.build.bulk import splitting

    begins, ends = np.ascontiguousarray(of[0]), np.ascontiguousarray(of[1])
    found: NDArray[np.int16] = splitting.codes(chunks_of(lines.data), begins, ends, *strung(known))
    return found


def strung(strings: Sequence[bytes]) -> tuple[NDArray[np.uint64], Places]:
    """Return strings one after the other, as chunks, and where each begins and the last ends."""
    offsets = np.zeros(len(strings) + 1, np.int64)
    np.cumsum([len(string) for string in strings], out=offsets[1:])
    return chunks_of(np.frombuffer(bytearray(b"".join((*strings, bytes(8)))), np.uint8)), offsets
