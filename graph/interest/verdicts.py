"""What strongest paths say of stances, for all at once: how strong each finding is, which way it lies, and in what order.

The factors are multiplied in the order in which findings multiply them, so that the numbers are the same to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.interest.adjacency import Adjacency
from cuibono.graph.interest.assembly import TOLERANCE
from cuibono.graph.interest.compressed import NO_DISPUTER
from cuibono.graph.interest.findings import Alignment
from cuibono.graph.interest.signs import DISPUTED_FACTOR, MIXED_FACTOR

__all__ = ["Verdicts", "verdicts_of"]

_ALIGNMENTS = tuple(Alignment)


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What is found of some effects.

    Attributes
    ----------
    rows : (q,) array of int32
        Of the effects.
    strength : (q,) array of float64
        0 where nothing is found.
    alignment : (q,) array of int8
        Places in `Alignment`.
    """

    rows: NDArray[np.int32]
    strength: NDArray[np.float64]
    alignment: NDArray[np.int8]

    def order(self, known: Adjacency, least: float, alignment: Alignment | None) -> NDArray[np.int64]:
        """Return where the findings of at least a strength stand, the strongest first, then by IRIs."""
        wanted = (self.strength >= least) & (self.strength > 0)
        if alignment is not None:
            wanted &= self.alignment == _ALIGNMENTS.index(alignment)
        places = np.flatnonzero(wanted)
        effects = known.effects.table[self.rows[places]]
        keys = [known.statements.ranks(effects[name]) for name in ("bearing", "stance")]
        keys += [known.entities.ranks(effects[name]) for name in ("target", "actor")]
        return places[np.lexsort((*keys, -np.round(self.strength[places], 12)))]


def verdicts_of(known: Adjacency, rows: NDArray[np.int32], lengths: NDArray[np.int8], paths: NDArray[np.int32]) -> Verdicts:
    """Return what the strongest paths of each sign say of effects.

    Parameters
    ----------
    rows : (q,) array of int32
        Of the effects.
    lengths : (q, 2) array of int8
    paths : (q, 2, 5) array of int32
        As the kernels give them.
    """
    effects = known.effects.table[rows]
    own = effects["actor"] == effects["target"]
    positive, negative = (_interest(known, effects["actor"], lengths[:, side], paths[:, side]) for side in (0, 1))
    main = np.where((positive == 0) | (np.abs(negative) > positive + TOLERANCE), negative, positive)
    other = np.where(main > 0, negative, positive)
    mixed = (other != 0) & (np.abs(other) >= MIXED_FACTOR * np.abs(main) - TOLERANCE)
    main = np.where(own, 1.0, main)
    serving = effects["effective"] * main > 0
    kinds = [_ALIGNMENTS.index(a) for a in (Alignment.OWN_CASE, Alignment.MIXED, Alignment.SELF_SERVING)]
    alignment = np.select([own, mixed, serving], kinds, _ALIGNMENTS.index(Alignment.AGAINST_INTEREST))
    return Verdicts(rows, effects["strength"] * np.abs(main), alignment.astype(np.int8))


def _interest(
    known: Adjacency, actors: NDArray[np.int32], lengths: NDArray[np.int8], paths: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return the signed interest that each path is, 0 where there is none."""
    product = np.where(lengths > 0, 1.0, 0.0)
    for place in range(int(lengths.max(initial=0))):
        there = np.flatnonzero(lengths > place)
        edges = known.graph.edges[paths[there, place]]
        halved = (edges["disputer"] != NO_DISPUTER) & (edges["disputer"] != actors[there])
        product[there] *= edges["weight"] * np.where(halved, DISPUTED_FACTOR, 1.0)
    return product
