"""What stances touch: each stance with what it is on, or with what its claim means for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.interest.compressed import grouped

__all__ = ["EFFECT", "Effects", "Groups"]

_Ints = NDArray[np.int32]
_Longs = NDArray[np.int64]

EFFECT = np.dtype(
    [
        ("effective", np.float64),
        ("strength", np.float64),
        ("stance", np.int32),
        ("bearing", np.int32),
        ("actor", np.int32),
        ("target", np.int32),
        ("first", np.int32),
        ("last", np.int32),
    ],
    align=True,
)
"""A stance and what it touches: the signed stance on that, and its size times the confidence of the stance; numbers of
the stance and of the bearing, -1 where the stance is on the target itself; numbers of the two entities; the days on
which the stance may have been taken."""

_ROOM = 8


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Rows by number of entity.

    Attributes
    ----------
    start : (n + 1,) array of int64
        Where each entity's rows begin in ``rows``.
    rows : (m,) array of int32
    changed : mapping of int to array of int32
        Those of entities that have others now.
    """

    start: _Longs
    rows: _Ints
    changed: Mapping[int, _Ints] = field(default_factory=dict)

    def of(self, number: int) -> _Ints:
        """Return the rows of an entity, in order."""
        found = self.changed.get(number)
        if found is not None:
            return found
        if not 0 <= number < len(self.start) - 1:
            return self.rows[:0]
        return self.rows[self.start[number] : self.start[number + 1]]

    def with_rows(self, dead: Collection[int], new: Mapping[int, Iterable[int]], losing: Iterable[int]) -> Groups:
        """Return the groups without some rows, which some entities lose, and with new ones."""
        changed = dict(self.changed)
        for number in {*losing, *new}:
            kept = [row for row in self.of(number).tolist() if row not in dead]
            changed[number] = np.array([*kept, *new.get(number, ())], np.int32)
        return Groups(self.start, self.rows, changed)


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """What each stance touches, one row for each stance, bearing and target.

    Attributes
    ----------
    table : array of `EFFECT`
        Rows, and room for more.
    count : int
        How many rows there are.
    by_actor, by_target : Groups
    dead : frozenset of int
        Rows that are no more.
    """

    table: NDArray[np.void]
    count: int
    by_actor: Groups
    by_target: Groups
    dead: frozenset[int] = frozenset()

    @classmethod
    def of(cls, rows: NDArray[np.void], entities: int) -> Effects:
        """Return the effects of rows in any order, between so many entities."""
        rows = rows[np.lexsort((rows["actor"], rows["target"]))]
        table = np.zeros(len(rows) + len(rows) // _ROOM + 1024, EFFECT)
        table[: len(rows)] = rows
        by_actor, by_target = (Groups(*grouped(rows[end].copy(), entities)) for end in ("actor", "target"))
        return cls(table, len(rows), by_actor, by_target)

    def chosen(self, actor: int | None, target: int | None) -> _Ints:
        """Return the rows of an actor, on a target, of both, or all."""
        if actor is not None:
            rows = self.by_actor.of(actor)
            return rows if target is None else rows[self.table["target"][rows] == target]
        if target is not None:
            return self.by_target.of(target)
        alive = np.ones(self.count, np.bool_)
        alive[list(self.dead)] = False
        return np.flatnonzero(alive).astype(np.int32)

    def with_rows(self, dead: Collection[int], rows: NDArray[np.void], at: int) -> Effects | None:
        """Return the effects without some rows, and with others that are written from a free place on; None if they do not fit.

        Nobody else may write at the same time.
        """
        count = at + len(rows)
        if count > len(self.table):
            return None
        self.table[at:count] = rows
        # What others wrote between the rows of this version and the new ones does not belong to it.
        gone = self.dead | set(dead) | set(range(self.count, at))
        groups = {}
        for end in ("actor", "target"):
            new: dict[int, list[int]] = {}
            for row, number in enumerate(rows[end].tolist(), at):
                new.setdefault(number, []).append(row)
            losing = {int(self.table[end][row]) for row in dead}
            groups[f"by_{end}"] = getattr(self, f"by_{end}").with_rows(gone, new, losing)
        return replace(self, count=count, dead=gone, **groups)
