"""What comes in met with what is there: which records are new, which are as they were, and which differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.snapshot.columns import ABSENT, Columns
from cuibono.graph.snapshot.draft import CODES, END_KINDS, ENDS, KINDS, REFERENCES, TEXTS
from cuibono.graph.snapshot.strings import Ragged, Strings

__all__ = ["Meeting", "met"]

_Mask = NDArray[np.bool_]
_Rows = NDArray[np.int64]

_NEW, _UNKNOWN = -3, -4
"""Stand for what is not in the graph that is there, and so is the same as nothing."""
_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True, eq=False)
class Meeting:
    """What becomes of the records that come in, by kind (``entities``, ``statements``, …).

    Attributes
    ----------
    new : mapping of str to array of bool
        Which are added as they are.
    differing : mapping of str to array of bool
        Which are to be met with others one by one: those that are there and say something else, and statements that rest on
        what is only there.
    clashing : mapping of str to array of bool
        Which are there as another kind.
    """

    new: Mapping[str, _Mask]
    differing: Mapping[str, _Mask]
    clashing: Mapping[str, _Mask]


def met(incoming: Columns, existing: Columns) -> Meeting:
    """Return what becomes of the records that come in; nothing is done record by record."""
    at = {kind: getattr(existing, kind).iri.positions(getattr(incoming, kind).iri, are_sorted=True) for kind in KINDS}
    new, differing, clashing = {}, {}, {}
    for kind in KINDS:
        rows = np.flatnonzero(at[kind] >= 0)
        same = np.ones(len(at[kind]), np.bool_)
        if len(rows):
            same[rows] = _Comparison(incoming, existing, at, kind, rows).same()
        new[kind], differing[kind] = at[kind] < 0, ~same
        iris: Strings = getattr(incoming, kind).iri
        clashing[kind] = np.zeros(len(iris), np.bool_)
        for other in KINDS:
            if other != kind:
                clashing[kind] |= getattr(existing, other).iri.places(iris)[1]
    evidence = incoming.statements.evidence
    resting = np.concatenate([np.zeros(1, np.int64), np.cumsum(evidence.values < 0)])
    elsewhere: _Mask = resting[evidence.offsets[1:]] > resting[evidence.offsets[:-1]]
    differing["statements"] |= elsewhere
    new["statements"] &= ~elsewhere
    return Meeting(new, differing, clashing)


class _Comparison:
    """Records of one kind that are both in what comes in and in what is there."""

    def __init__(self, incoming: Columns, existing: Columns, at: Mapping[str, _Rows], kind: str, rows: _Rows) -> None:
        self._incoming, self._existing, self._at, self._kind = incoming, existing, at, kind
        self._rows, self._others = rows, at[kind][rows]

    def same(self) -> _Mask:
        """Return which say the same."""
        found = np.ones(len(self._rows), np.bool_)
        mine, theirs = getattr(self._incoming, self._kind), getattr(self._existing, self._kind)
        for field in fields(mine):
            if field.name == "iri" or field.name.removesuffix("_kind") in ENDS:
                continue
            one, other = getattr(mine, field.name).take(self._rows), getattr(theirs, field.name).take(self._others)
            found &= self._same_field(field.name, one, other)
        if self._kind == "statements":
            for end in ENDS:
                found &= self._same_ends(end)
        return found

    def _same_field(self, name: str, one: Any, other: Any) -> _Mask:
        if isinstance(one, Ragged):
            return self._same_rows(name, one, other)
        if name in TEXTS[self._kind]:
            return _same_texts(self._incoming.texts, one, self._existing.texts, other)
        if one.dtype == np.float64:
            same: _Mask = (one == other) | (np.isnan(one) & np.isnan(other))
            return same
        alike: _Mask = self._translated(name, one) == other
        return alike

    def _translated(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        """Return references and codes as they would be in what is there."""
        target = REFERENCES.get(self._kind, {}).get(name)
        if target is not None:
            return _referring(self._at[target], values)
        if name in CODES:
            places = {iri: place for place, iri in enumerate(getattr(self._existing, CODES[name]))}
            codes = np.array([places.get(iri, _NEW) for iri in getattr(self._incoming, CODES[name])], np.int64)
            return np.asarray(codes[values])
        return values

    def _same_rows(self, name: str, one: Ragged, other: Ragged) -> _Mask:
        """Compare values that are several, whatever their order."""
        same: _Mask = np.diff(one.offsets) == np.diff(other.offsets)
        rows = np.flatnonzero(same)
        for first in range(0, len(rows), _AT_ONCE):
            part = rows[first : first + _AT_ONCE]
            same[part] = self._same_values(name, one.take(part), other.take(part))
        return same

    def _same_values(self, name: str, one: Ragged, other: Ragged) -> _Mask:
        if name in TEXTS[self._kind]:
            texts = Strings.joined([self._incoming.texts.take(one.values), self._existing.texts.take(other.values)])
            _, numbers = texts.distinct()
            mine, theirs = numbers[: len(one.values)], numbers[len(one.values) :]
        else:
            mine, theirs = self._translated(name, one.values), other.values.astype(np.int64)
        if not name.startswith("attribute_"):
            owner = np.repeat(np.arange(len(one)), np.diff(one.offsets))
            mine, theirs = mine[np.lexsort((mine, owner))], theirs[np.lexsort((theirs, owner))]
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(mine != theirs)])
        same: _Mask = before[one.offsets[1:]] == before[one.offsets[:-1]]
        return same

    def _same_ends(self, end: str) -> _Mask:
        mine, theirs = self._incoming.statements, self._existing.statements
        kinds = getattr(mine, f"{end}_kind")[self._rows]
        values = getattr(mine, end)[self._rows]
        found = np.full(len(values), _UNKNOWN, np.int64)
        for kind, number in END_KINDS.items():
            found[kinds == number] = self._at[kind][values[kinds == number]]
        same: _Mask = (kinds == getattr(theirs, f"{end}_kind")[self._others]) & (found == getattr(theirs, end)[self._others])
        return same


def _referring(at: _Rows, values: NDArray[Any]) -> _Rows:
    found = np.full(len(values), _UNKNOWN, np.int64)
    known = values >= 0
    found[known] = np.where(at[values[known]] < 0, _NEW, at[values[known]])
    found[values == ABSENT] = ABSENT
    return found


def _same_texts(ours: Strings, one: NDArray[Any], theirs: Strings, other: NDArray[Any]) -> _Mask:
    same: _Mask = (one == ABSENT) == (other == ABSENT)
    rows = np.flatnonzero(same & (one != ABSENT))
    lengths = (s.offsets[r[rows] + 1] - s.offsets[r[rows]] for s, r in ((ours, one), (theirs, other)))
    alike = np.equal(*lengths)
    same[rows[~alike]] = False
    rows = rows[alike]
    for first in range(0, len(rows), _AT_ONCE):
        part = rows[first : first + _AT_ONCE]
        mine, yours = ours.take(one[part]), theirs.take(other[part])
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(mine.data != yours.data)])
        same[part] = before[mine.offsets[1:]] == before[mine.offsets[:-1]]
    return same
