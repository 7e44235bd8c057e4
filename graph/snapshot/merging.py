"""Rows of two columns merged into one: both are sorted, so nothing is sorted again, and some thousands are moved at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.snapshot.columns import (
    ABSENT,
    OTHER_KIND,
    ClaimColumns,
    Columns,
    DocumentColumns,
    EntityColumns,
    EvidenceColumns,
    Ints,
    StatementColumns,
)
from cuibono.graph.snapshot.draft import CODES, END_KINDS, ENDS, KINDS, REFERENCES, TEXTS
from cuibono.graph.snapshot.sets import distinct
from cuibono.graph.snapshot.space import Space
from cuibono.graph.snapshot.strings import Ragged, Strings

__all__ = ["merged"]

_AT_ONCE = 1 << 15

_Mask = NDArray[np.bool_]
_Rows = NDArray[np.integer]
_Meant = Callable[[NDArray[Any]], NDArray[Any]]

_TABLES: Mapping[str, type] = {
    "entities": EntityColumns,
    "claims": ClaimColumns,
    "statements": StatementColumns,
    "documents": DocumentColumns,
    "evidence": EvidenceColumns,
}


def merged(base: Columns, other: Columns, kept: Mapping[str, _Mask], added: Mapping[str, _Mask], space: Space) -> Columns:
    """Return columns of some rows of two.

    Parameters
    ----------
    kept, added : mapping of str to array of bool
        By kind (``entities``, ``statements``, …) which rows of either; of a record that both have, one at most.
    space : Space
        Where the columns, and what making them takes, are put.
    """
    orders = {kind: _Order(getattr(base, kind).iri, getattr(other, kind).iri, kept[kind], added[kind], space) for kind in KINDS}
    names: dict[str, Any] = {
        name: tuple(dict.fromkeys([*getattr(base, name), *getattr(other, name)])) for name in set(CODES.values())
    }
    lower = _Side(base, {kind: order.below for kind, order in orders.items()}, names, 0)
    upper = _Side(other, {kind: order.above for kind, order in orders.items()}, names, len(base.texts))
    for kind, order in orders.items():
        lower.look_for_lost(kind, order.kept)
        upper.look_for_lost(kind, order.added)
    iris = {kind: order.strings(getattr(base, kind).iri, getattr(other, kind).iri) for kind, order in orders.items()}
    further = _settle(lower, upper, iris)
    tables: dict[str, Any] = {}
    for kind, order in orders.items():
        one, two = lower.columns_of(kind), upper.columns_of(kind)
        found = {name: order.column(*one[name], *two[name]) for name in one}
        if kind == "statements":
            for end in ENDS:
                found[f"{end}_kind"], found[end] = order.ends(lower, upper, end)
        tables[kind] = _TABLES[kind](iri=iris[kind], **found)
    texts = Strings.joined([base.texts, other.texts, further], space)
    return Columns(texts=texts, **names, **tables)


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Rows that stand one after the other in what is made, as rows of both sides."""

    part: slice
    is_added: _Mask
    kept: Ints
    added: Ints

    def places(self) -> NDArray[np.int64]:
        """Return where each row stands among those of both, one side after the other."""
        return np.where(self.is_added, len(self.kept) + np.cumsum(self.is_added), np.cumsum(~self.is_added)) - 1


class _Order:
    """How the rows of one kind follow each other.

    Attributes
    ----------
    kept, added : array of int32
        The rows that are taken.
    below, above : array of int32
        By row of either side, where the record stands afterwards; `ABSENT` for one that is no more.
    """

    def __init__(self, one: Strings, two: Strings, kept: _Mask, added: _Mask, space: Space) -> None:
        self._space = space
        self.kept, self.added = (space.put(np.flatnonzero(mask).astype(np.int32)) for mask in (kept, added))
        new = two if added.all() else two.take(self.added, space)
        places, are_there = one.places(new)
        before = np.zeros(len(one) + 1, np.int32)
        np.cumsum(kept, out=before[1:])
        at = before[places] + np.arange(len(new), dtype=np.int32)
        self.is_added = np.zeros(len(self.kept) + len(new), np.bool_)
        self.is_added[at] = True
        self.below, self.above = (space.empty(len(iris), np.int32) for iris in (one, two))
        self.below[:], self.above[:] = ABSENT, ABSENT
        self.below[self.kept] = np.flatnonzero(~self.is_added)
        self.below[places[are_there]] = at[are_there]
        self.above[self.added] = at
        rest = np.flatnonzero(~added)
        known = one.positions(two.take(rest, space), are_sorted=True)
        self.above[rest[known >= 0]] = self.below[known[known >= 0]]

    def __len__(self) -> int:
        return len(self.is_added)

    def pieces(self) -> Iterator[_Piece]:
        """Yield all rows, some thousands at a time."""
        kept = added = 0
        for first in range(0, len(self), _AT_ONCE):
            is_added = self.is_added[first : first + _AT_ONCE]
            count = int(np.count_nonzero(is_added))
            rest = len(is_added) - count
            part = slice(first, first + len(is_added))
            yield _Piece(part, is_added, self.kept[kept : kept + rest], self.added[added : added + count])
            kept, added = kept + rest, added + count

    def column(self, one: Any, meant: _Meant, two: Any, also_meant: _Meant) -> Any:
        """Return what stands in a column of both sides, as it is meant."""
        if isinstance(one, Ragged):
            return self._ragged(one, meant, two, also_meant)
        found = self._space.empty(len(self), one.dtype)
        for piece in self.pieces():
            found[piece.part][~piece.is_added] = meant(one[piece.kept])
            found[piece.part][piece.is_added] = also_meant(two[piece.added])
        return found

    def ends(self, lower: _Side, upper: _Side, end: str) -> tuple[NDArray[np.int8], Ints]:
        """Return of which kind an end of statements is, and which row."""
        kinds, rows = self._space.empty(len(self), np.int8), self._space.empty(len(self), np.int32)
        for piece in self.pieces():
            for side, taken, here in ((lower, piece.kept, ~piece.is_added), (upper, piece.added, piece.is_added)):
                kinds[piece.part][here], rows[piece.part][here] = side.ends(end, taken)
        return kinds, rows

    def strings(self, one: Strings, two: Strings) -> Strings:
        """Return the strings of both sides."""
        offsets = self._offsets(one.offsets, two.offsets)
        data = self._space.empty(int(offsets[-1]), np.uint8)
        for piece in self.pieces():
            both = Strings.joined([one.take(piece.kept), two.take(piece.added)])
            data[offsets[piece.part.start] : offsets[piece.part.stop]] = both.take(piece.places()).data
        return Strings(offsets, data)

    def _ragged(self, one: Ragged, meant: _Meant, two: Ragged, also_meant: _Meant) -> Ragged:
        offsets = self._offsets(one.offsets, two.offsets)
        values = self._space.empty(int(offsets[-1]), np.int32)
        for piece in self.pieces():
            below, above = one.take(piece.kept), two.take(piece.added)
            parts = [Ragged(below.offsets, meant(below.values)), Ragged(above.offsets, also_meant(above.values))]
            both = Ragged.joined(parts).take(piece.places())
            values[offsets[piece.part.start] : offsets[piece.part.stop]] = both.values
        return Ragged(offsets, values)

    def _offsets(self, one: NDArray[np.int64], two: NDArray[np.int64]) -> NDArray[np.int64]:
        offsets = self._space.empty(len(self) + 1, np.int64)
        offsets[0] = 0
        for piece in self.pieces():
            lengths = np.empty(len(piece.is_added), np.int64)
            lengths[~piece.is_added] = one[piece.kept + 1] - one[piece.kept]
            lengths[piece.is_added] = two[piece.added + 1] - two[piece.added]
            offsets[piece.part.start + 1 : piece.part.stop + 1] = offsets[piece.part.start] + np.cumsum(lengths)
        return offsets


class _Side:
    """One of the two, and what its numbers mean afterwards.

    Parameters
    ----------
    rows : mapping of str to array of int32
        By kind where each row stands afterwards.
    names : mapping of str to tuple of str
        What codes stand for afterwards.
    texts : int
        How much further down its texts stand afterwards.
    """

    def __init__(self, columns: Columns, rows: Mapping[str, Ints], names: Mapping[str, tuple[str, ...]], texts: int) -> None:
        self._columns, self._rows, self._texts = columns, rows, texts
        self._codes: dict[str, NDArray[np.int32]] = {}
        for name, of in CODES.items():
            places = {iri: place for place, iri in enumerate(names[of])}
            self._codes[name] = np.array([places[iri] for iri in getattr(columns, of)], np.int32)
        self._unknown = np.zeros(0, np.int64)
        self._lost: dict[str, _Rows] = {kind: np.zeros(0, np.int64) for kind in KINDS}
        self._has_lost = {kind: bool((found == ABSENT).any()) for kind, found in rows.items()}

    def texts_after(self) -> int:
        """Return how many texts there are afterwards, up to the last of its own."""
        return self._texts + len(self._columns.texts)

    # ── what is no record ──────────────────────────────────────────────────────────────────────────────

    def look_for_lost(self, kind: str, taken: Ints) -> None:
        """Note what some rows of a kind refer to that is no record, or is one no more."""
        of = getattr(self._columns, kind)
        for first in range(0, len(taken), _AT_ONCE):
            rows = taken[first : first + _AT_ONCE]
            for name, target in REFERENCES.get(kind, {}).items():
                column = getattr(of, name).take(rows)
                values = column.values if isinstance(column, Ragged) else column
                self._note_unknown(-2 - values[values < ABSENT])
                self._note_lost(target, values[values >= 0])
            for end in ENDS if kind == "statements" else ():
                kinds, values = getattr(of, f"{end}_kind")[rows], getattr(of, end)[rows]
                self._note_unknown(values[kinds == OTHER_KIND])
                for target, number in END_KINDS.items():
                    self._note_lost(target, values[kinds == number])

    def _note_unknown(self, texts: _Rows) -> None:
        if len(texts):
            self._unknown = distinct(np.concatenate([self._unknown, texts]))

    def _note_lost(self, kind: str, rows: _Rows) -> None:
        if self._has_lost[kind] and len(rows := rows[self._rows[kind][rows] == ABSENT]):
            self._lost[kind] = distinct(np.concatenate([self._lost[kind], rows]))

    def lost(self) -> tuple[Strings, NDArray[np.int64]]:
        """Return the IRIs of what was noted, and which text each is afterwards, `ABSENT` if it is none yet."""
        lost = [getattr(self._columns, kind).iri.take(self._lost[kind]) for kind in KINDS]
        iris = Strings.joined([self._columns.texts.take(self._unknown), *lost])
        texts = np.full(len(iris), ABSENT, np.int64)
        texts[: len(self._unknown)] = self._unknown + self._texts
        return iris, texts

    def settle(self, numbers: NDArray[np.int64], rows: Mapping[str, NDArray[np.int64]], texts: NDArray[np.int64]) -> None:
        """Take in what becomes of what was noted: numbers for it, and for each number the row by kind, and the text."""
        starts = np.cumsum([len(self._unknown), *(len(self._lost[kind]) for kind in KINDS)])
        self._numbers_of_unknown = numbers[: len(self._unknown)]
        self._numbers_of_lost = {
            kind: numbers[start : start + len(self._lost[kind])] for kind, start in zip(KINDS, starts.tolist(), strict=False)
        }
        self._settled = {kind: np.where(found >= 0, found, -2 - texts) for kind, found in rows.items()}
        self._end, self._end_kind = texts.copy(), np.full(len(texts), OTHER_KIND, np.int8)
        for kind, number in reversed(END_KINDS.items()):
            self._end = np.where(rows[kind] >= 0, rows[kind], self._end)
            self._end_kind[rows[kind] >= 0] = number

    # ── what numbers mean ──────────────────────────────────────────────────────────────────────────────

    def columns_of(self, kind: str) -> dict[str, tuple[Any, _Meant]]:
        """Return the columns of a kind, but for IRIs and ends, each with what gives its values afterwards."""
        of, apart = getattr(self._columns, kind), ("iri", *ENDS, *(f"{end}_kind" for end in ENDS))
        return {f.name: (getattr(of, f.name), self._meant(kind, f.name)) for f in fields(of) if f.name not in apart}

    def _meant(self, kind: str, name: str) -> _Meant:
        if name in TEXTS[kind]:
            return lambda rows: np.where(rows == ABSENT, ABSENT, rows + self._texts)
        if name in CODES:
            return lambda codes: self._codes[name][codes]
        target = REFERENCES.get(kind, {}).get(name)
        return (lambda values: values) if target is None else (lambda rows: self._referring(rows, target))

    def _referring(self, rows: Ints, target: str) -> Ints:
        found = np.full(len(rows), ABSENT, np.int32)
        known = np.flatnonzero(rows >= 0)
        found[known] = self._rows[target][rows[known]]
        lost, unknown = known[found[known] == ABSENT], np.flatnonzero(rows < ABSENT)
        found[lost] = self._settled[target][self._of_lost(target, rows[lost])]
        found[unknown] = self._settled[target][self._of_unknown(-2 - rows[unknown])]
        return found

    def ends(self, end: str, taken: Ints) -> tuple[NDArray[np.int8], Ints]:
        """Return of which kind an end of some statements is afterwards, and which row."""
        of = self._columns.statements
        kinds, rows = getattr(of, f"{end}_kind")[taken], getattr(of, end)[taken]
        found = np.full(len(taken), ABSENT, np.int32)
        noted = np.full(len(taken), ABSENT, np.int64)
        for target, number in END_KINDS.items():
            here = np.flatnonzero(kinds == number)
            found[here] = self._rows[target][rows[here]]
            here = here[found[here] == ABSENT]
            noted[here] = self._of_lost(target, rows[here])
        here = np.flatnonzero(kinds == OTHER_KIND)
        noted[here] = self._of_unknown(rows[here])
        here = np.flatnonzero(noted >= 0)
        kinds[here], found[here] = self._end_kind[noted[here]], self._end[noted[here]]
        return kinds, found

    def _of_lost(self, kind: str, rows: _Rows) -> NDArray[np.int64]:
        return self._numbers_of_lost[kind][np.searchsorted(self._lost[kind], rows)]

    def _of_unknown(self, texts: _Rows) -> NDArray[np.int64]:
        return self._numbers_of_unknown[np.searchsorted(self._unknown, texts)]


def _settle(lower: _Side, upper: _Side, iris: Mapping[str, Strings]) -> Strings:
    """Find what both sides refer to that was no record among the IRIs of all, and return what is a text from now on."""
    (one, ones), (two, twos) = lower.lost(), upper.lost()
    each, numbers = Strings.joined([one, two]).distinct()
    texts, given = np.full(len(each), ABSENT, np.int64), np.concatenate([ones, twos])
    # Of several texts that are the same the first is meant, as that comes last here.
    known = np.flatnonzero(given >= 0)[::-1]
    texts[numbers[known]] = given[known]
    further = np.flatnonzero(texts == ABSENT)
    texts[further] = upper.texts_after() + np.arange(len(further))
    rows = {kind: found.positions(each) for kind, found in iris.items()}
    lower.settle(numbers[: len(one)], rows, texts)
    upper.settle(numbers[len(one) :], rows, texts)
    return each.take(further)
