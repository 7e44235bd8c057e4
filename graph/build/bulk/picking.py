"""Which lines of a file a store takes: those of records that are new to it, and nothing that is derived or history."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.bulk.fields import SELECTORS
from cuibono.graph.build.bulk.gathering import is_stored, without
from cuibono.graph.build.bulk.lines import Lines, Piece, codes
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.draft import KINDS
from cuibono.graph.snapshot.space import Space
from cuibono.graph.snapshot.strings import Strings
from cuibono.graph.store.encoding import selector_iri

__all__ = ["Picking", "speaks_of"]

_FEW = 1_000
_ENDINGS = sorted({selector_iri(iri, name)[len(iri) :].encode() for iri in ("", "#") for name in SELECTORS})


def speaks_of(piece: Piece, columns: Columns) -> bool:
    """Return whether some whole lines are about anything that is in a graph, as far as a few of them tell."""
    lines = piece.lines
    firsts = np.flatnonzero(lines.is_first)
    about = lines.strings(lines.subject, firsts[:: max(len(firsts) // _FEW, 1)])
    return any((getattr(columns, kind).iri.positions(about) >= 0).any() for kind in KINDS)


class Picking:
    """Passes on the lines of new records.

    Parameters
    ----------
    columns : Columns
        Of all that comes in.
    new : mapping of str to array of bool
        By kind (``entities``, ``statements``, …) which records are new.
    is_all : bool
        Whether all lines are of records.
    space : Space
        Where the IRIs of what is new are put.
    """

    def __init__(self, columns: Columns, new: Mapping[str, NDArray[np.bool_]], *, is_all: bool, space: Space) -> None:
        self._is_all = is_all
        self._wanted: Strings | None = None
        self._evidence: Strings | None = None
        if not all(mask.all() for mask in new.values()):
            of = {kind: getattr(columns, kind).iri.take(np.flatnonzero(new[kind]), space) for kind in KINDS}
            together = Strings.joined(list(of.values()), space)
            self._wanted, self._evidence = together.take(together.order(), space), of["evidence"]

    def picked(self, piece: Piece) -> bytes:
        """Return the lines of new records among some; the others are left empty."""
        if self._is_all and self._wanted is None:
            return piece.text
        lines = piece.lines
        kept = is_stored(lines)
        if self._wanted is not None:
            kept &= self._are_new(lines, np.flatnonzero(lines.is_first))[np.cumsum(lines.is_first) - 1]
        return piece.text if kept.all() else without(piece.text, lines, ~kept)

    def _are_new(self, lines: Lines, firsts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which subjects are new, or selectors of evidence that is."""
        assert self._wanted is not None
        assert self._evidence is not None
        found = self._wanted.positions(lines.strings(lines.subject, firsts)) >= 0
        begin, end = lines.subject[:, firsts]
        for ending in _ENDINGS:
            tail = np.stack([np.maximum(end - len(ending), begin), end])
            rows = np.flatnonzero(~found & (codes(lines, tail, [ending]) == 0))
            owners = Strings.of_slices(lines.data, begin[rows], end[rows] - len(ending))
            found[rows] = self._evidence.positions(owners) >= 0
        return found
