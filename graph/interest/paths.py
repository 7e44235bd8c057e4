"""How two things are connected: simple paths over all statements, whether or not they carry interest.

First it is found how far everything near the end is from it, over columns; then only what lies near enough is walked. So
what many statements touch costs no more than one look at them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.deadline import check_deadline
from cuibono.graph.frames.lists import Cut
from cuibono.graph.interest.findings import Findings, Hop, Path
from cuibono.graph.interest.positions import Positions
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import DISPUTED_FACTOR, relation_weights
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.columns import CLAIM_KIND, ENTITY_KIND, Columns
from cuibono.graph.snapshot.filters import with_status
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["MOST_STEPS", "paths_between"]

MOST_STEPS = 20_000
"""The most statements that are walked for one question; where there are more, the answer says that it is cut."""

_FAR = np.int8(127)


def paths_between(
    snapshot: Snapshot,
    start: str,
    end: str,
    *,
    max_hops: int,
    via: frozenset[str] | None = None,
    selection: Selection | None = None,
    limit: int,
) -> Findings[Path]:
    """Return the simple paths from one entity or claim to another, the shortest first, then the strongest.

    Parameters
    ----------
    start, end : str
        IRIs.
    max_hops : int
        The most statements a path may have.
    via : frozenset of str, optional
        IRIs of the relations to walk; all unless given.
    limit : int
        The most paths to return. All paths of one length are compared before any is left out, unless there are so many
        that the search is cut.
    """
    found: list[Path] = []
    if start == end:
        return Findings(found)
    walker = _Walker(snapshot, start, end, max_hops, via, selection or Selection())
    for length in range(1, max_hops + 1):
        found += sorted(walker.paths(length), key=lambda path: path.order)
        if walker.is_cut:
            return Findings(found[:limit], cut=(Cut(start, end, MOST_STEPS),))
        if len(found) >= limit:
            break
    return Findings(list(islice(found, limit)))


class _Walker:
    def __init__(
        self, snapshot: Snapshot, start: str, end: str, max_hops: int, via: frozenset[str] | None, selection: Selection
    ) -> None:
        self._snapshot, self._start, self._end, self._via, self._selection = snapshot, start, end, via, selection
        self._positions = Positions(snapshot, selection)
        self._with_status = with_status(selection.statuses)
        self._steps = 0
        self._nodes, self._claims = snapshot.base.nodes, len(snapshot.base.columns.entities.iri)
        # The last node, beyond all numbers, is what has none.
        self._near = np.full(len(self._nodes) + 1, _FAR)
        self._near_iris: dict[str, int] = {}
        self._spread(max_hops)
        self._neighbours = lru_cache(4096)(self._found_neighbours)

    @property
    def is_cut(self) -> bool:
        """Whether the limit of steps was reached."""
        return self._steps > MOST_STEPS

    def paths(self, length: int) -> Iterator[Path]:
        """Yield all simple paths of exactly that many hops."""
        walked: list[Hop] = []
        visited = {self._start}

        def step(node: str) -> Iterator[Path]:
            remaining = length - len(walked)
            for statement, target in self._neighbours(node, remaining):
                self._steps += 1
                check_deadline()
                if self.is_cut:
                    return
                if target in visited or (target == self._end) != (remaining == 1):
                    continue
                walked.append(self._hop(statement, node, target, self._start))
                if remaining == 1:
                    yield Path(tuple(walked))
                else:
                    visited.add(target)
                    yield from step(target)
                    visited.remove(target)
                walked.pop()

        yield from step(self._start)

    # ── how far things are from the end ────────────────────────────────────────────────────────────────

    def _spread(self, max_hops: int) -> None:
        """Find how many hops each thing near the end is away from it."""
        added = [s for s in self._snapshot.overlay.records.statements.values() if self._may_be_walked(s)]
        self._put(self._end, 0)
        frontier = np.array([number for number in (self._nodes.number(self._end),) if number >= 0], np.int64)
        for distance in range(1, max_hops):
            reached = self._reached_from(frontier)
            reached = reached[(self._near[reached] == _FAR) & (reached < len(self._nodes))]
            self._near[reached] = distance
            later = []
            for statement in added:
                for here, there in ((statement.subject, statement.object), (statement.object, statement.subject)):
                    if self._distance(here) == distance - 1 and self._distance(there) > distance:
                        self._put(there, distance)
                        later.append(self._nodes.number(there))
            frontier = np.concatenate([reached, np.array([number for number in later if number >= 0], np.int64)])

    def _put(self, iri: str, distance: int) -> None:
        number = self._nodes.number(iri)
        if number >= 0:
            self._near[number] = distance
        else:
            self._near_iris[iri] = distance

    def _distance(self, iri: str) -> int:
        number = self._nodes.number(iri)
        return int(self._near[number]) if number >= 0 else self._near_iris.get(iri, int(_FAR))

    def _reached_from(self, frontier: NDArray[np.int64]) -> NDArray[np.int64]:
        columns, indexes = self._snapshot.base.columns, self._snapshot.base.indexes
        found = [np.zeros(0, np.int64)]
        for index, is_subject in ((indexes.by_subject, True), (indexes.by_object, False)):
            rows = index.take(frontier).values
            rows = rows[self._may_join(columns, rows)]
            subjects, objects = self._ends(columns, rows)
            found.append(objects if is_subject else subjects)
        return np.unique(np.concatenate(found))

    # ── single steps ───────────────────────────────────────────────────────────────────────────────────

    def _found_neighbours(self, node: str, remaining: int) -> list[tuple[Statement, str]]:
        """Return the statements from a node to what is near enough to the end, each with that, in the order of IRIs."""
        snapshot, of = self._snapshot, self._snapshot.base
        ends = [node, self._end] if remaining == 1 else [node]
        # What joins two things is looked for where fewer statements are.
        sizes = [
            sum(len(index[number]) for index in (of.indexes.by_subject, of.indexes.by_object) if number >= 0)
            for number in map(self._nodes.number, ends)
        ]
        by = ends[int(np.argmin(sizes))]
        found = []
        for statement in snapshot.select(partial(self._may_lead, self._nodes.number(node), remaining), by):
            if node not in (statement.subject, statement.object) or not self._may_be_walked(statement):
                continue
            other = statement.object if statement.subject == node else statement.subject
            if self._distance(other) <= remaining - 1 and self._is_node(other):
                found.append((statement, other))
        return found

    def _may_be_walked(self, statement: Statement) -> bool:
        wanted = self._via is None or statement.predicate in self._via
        return wanted and self._selection.sees(statement, self._snapshot.relation(statement))

    def _is_node(self, iri: str) -> bool:
        return iri in self._snapshot.entities or iri in self._snapshot.claims

    def _ends(self, columns: Columns, rows: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of the ends of statements; what is no entity and no claim has the last one."""
        of, last = columns.statements, len(self._near) - 1
        subjects, objects = (
            np.select([kind == ENTITY_KIND, kind == CLAIM_KIND], [end, end + self._claims], last).astype(np.int64)
            for kind, end in ((of.subject_kind[rows], of.subject[rows]), (of.object_kind[rows], of.object[rows]))
        )
        return subjects, objects

    def _may_join(self, columns: Columns, rows: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Return which statements cannot be ruled out by their columns alone."""
        kept = self._with_status(columns, rows)
        if self._via is not None:
            kept &= np.array([iri in self._via for iri in columns.relations], np.bool_)[columns.statements.predicate[rows]]
        return kept

    def _may_lead(self, number: int, remaining: int, columns: Columns, rows: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Return which statements may lead from a node to what is near enough to the end."""
        subjects, objects = self._ends(columns, rows)
        other = np.where(subjects == number, objects, subjects)
        near = (self._near[other] <= remaining - 1) & ((subjects == number) | (objects == number))
        kept: NDArray[np.bool_] = near & self._may_join(columns, rows)
        return kept

    def _hop(self, statement: Statement, source: str, target: str, walker: str) -> Hop:
        relation = self._snapshot.relation(statement)
        forward, backward = relation_weights(relation, statement)
        weight = forward if source == statement.subject else backward
        disputers = self._positions.disputers(statement)
        halved = bool(disputers - {walker})
        return Hop(
            statement=statement,
            source=source,
            target=target,
            weight=weight * statement.certainty * (DISPUTED_FACTOR if halved else 1.0) if weight else None,
            relation_weight=weight or None,
            disputed_by=tuple(sorted(disputers)),
            halved=halved,
            undated=statement.valid_from is None,
        )
