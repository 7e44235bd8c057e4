"""Answers to SPARQL queries as columns, with nothing done in Python answer by answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO, cast

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from cuibono.graph.snapshot.strings import Strings

__all__ = ["Answers", "answers", "unescape"]

_AT_ONCE = 1 << 24
_TAB, _NEWLINE, _QUOTE, _BACKSLASH = b'\t\n"\\'
_NODE = ord("<")
_BLANK = ord("_")
_ESCAPE = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What one variable stands for in each answer.

    Attributes
    ----------
    values : Strings
        IRIs and lexical forms, empty where it stands for nothing, or for a blank node.
    bound : (n,) array of bool
        Where it stands for something.
    """

    values: Strings
    bound: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.bound)

    def take(self, rows: NDArray[np.integer]) -> Answers:
        """Return some of the answers."""
        return Answers(self.values.take(rows), self.bound[rows])

    def followed_by(self, others: Answers) -> Answers:
        """Return these answers and others."""
        return Answers(Strings.joined([self.values, others.values]), np.concatenate([self.bound, others.bound]))

    def only_bound(self) -> Answers:
        """Return the answers where it stands for something."""
        return self if self.bound.all() else self.take(np.flatnonzero(self.bound))


def answers(solutions: ox.QuerySolutions) -> dict[str, Answers]:
    """Return the answers of a SELECT query by the names of its variables."""
    names = [variable.value for variable in solutions.variables]
    reader = _Reader(len(names))
    # The store's own serialisation is an order of magnitude faster than iterating over solutions.
    solutions.serialize(cast("IO[bytes]", reader), ox.QueryResultsFormat.TSV)
    return dict(zip(names, reader.finished(), strict=True))


class _Reader:
    """Takes in SPARQL's tab-separated format as it is written."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._header = True
        self._waiting = bytearray()
        self._parts: list[list[Answers]] = []

    def write(self, data: bytes) -> int:
        self._waiting += data
        if len(self._waiting) >= _AT_ONCE:
            end = self._waiting.rfind(b"\n") + 1
            self._take(self._waiting[:end])
            del self._waiting[:end]
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is left is taken when all was written."""

    def finished(self) -> list[Answers]:
        self._take(self._waiting)
        columns = zip(*self._parts, strict=True)
        return [Answers(Strings.joined([p.values for p in parts]), np.concatenate([p.bound for p in parts])) for parts in columns]

    def _take(self, lines: bytearray) -> None:
        if self._header and lines:
            del lines[: lines.index(b"\n") + 1]
            self._header = False
        self._parts.append(_parsed(np.frombuffer(lines, np.uint8), self._width))


def _parsed(data: NDArray[np.uint8], width: int) -> list[Answers]:
    ends = np.flatnonzero((data == _TAB) | (data == _NEWLINE))
    starts = np.concatenate([np.zeros(1, np.int64), ends + 1])[: len(ends)]
    padded = np.append(data, np.uint8(0))
    first = padded[starts]
    bound = (starts < ends) & (first != _BLANK)
    quoted = np.flatnonzero(first == _QUOTE)
    quotes = np.flatnonzero(data == _QUOTE)
    # A literal ends at its last quotation mark: neither a language nor the IRI of a datatype has any.
    ends[quoted] = quotes[np.searchsorted(quotes, ends[quoted]) - 1]
    ends[first == _NODE] -= 1
    starts = starts + ((first == _QUOTE) | (first == _NODE))
    ends = np.where(bound, ends, starts)
    backslashes = np.flatnonzero(data == _BACKSLASH)
    escaped = np.searchsorted(backslashes, ends[quoted]) > np.searchsorted(backslashes, starts[quoted])
    unescape(padded, starts, ends, quoted[escaped])
    return [
        Answers(Strings.of_slices(padded, starts[column::width], ends[column::width]), bound[column::width])
        for column in range(width)
    ]


def unescape(data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], escaped: NDArray[np.int64]) -> None:
    """Write what the escapes of some strings stand for over them, as that is never longer."""
    for place in escaped.tolist():
        text = _ESCAPE.sub(_character, data[starts[place] : ends[place]].tobytes())
        ends[place] = starts[place] + len(text)
        data[starts[place] : ends[place]] = np.frombuffer(text, np.uint8)


def _character(escape: re.Match[bytes]) -> bytes:
    code = escape[1] or escape[2]
    return chr(int(code, 16)).encode() if code else _ESCAPED.get(escape[3], escape[3])
