"""The compiled engine: the answers of the reference engine, by walks over arrays."""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.deadline import check_deadline
from cuibono.graph.interest.adjacency import Adjacency, Effects, adjacency
from cuibono.graph.interest.assembly import TOLERANCE, Assembler, Gain, Interest
from cuibono.graph.interest.backward import walked_back
from cuibono.graph.interest.compressed import NO_DISPUTER
from cuibono.graph.interest.findings import Beneficiary, ConflictOfInterest, Hop, Path
from cuibono.graph.interest.kernels import strongest_paths
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import DISPUTED_FACTOR, relation_weights
from cuibono.graph.interest.steps import MOST_HOPS
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["STEP_LIMIT", "CompiledEngine"]

_Arrays = tuple[NDArray[Any], ...]

STEP_LIMIT = 20_000_000
"""The most relations that one walk looks at; a walk that would exceed it is cut, and says so."""


_AT_ONCE = 4_096
"""So many questions are asked of the kernels at a time: between them, Ctrl-C is heard."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The strongest path of each sign for each of many questions, as the kernels give them."""

    scores: NDArray[np.float64]
    lengths: NDArray[np.int8]
    paths: NDArray[np.int32]


class CompiledEngine:
    """Answers over one snapshot and one selection of its statements, by compiled walks.

    Parameters
    ----------
    snapshot : Snapshot
        The graph.
    selection : Selection, optional
        Which of its statements count; the accepted ones unless given.
    """

    def __init__(self, snapshot: Snapshot, selection: Selection | None = None) -> None:
        self._snapshot, self._selection = snapshot, selection or Selection()
        self._columns: Columns = snapshot.columns
        self._adjacency: Adjacency = adjacency(self._columns, snapshot.vocabulary, self._selection)
        self._assembler = Assembler(snapshot)

    def conflicts(
        self, *, actor: str | None = None, target: str | None = None, max_hops: int = 3, min_strength: float = 0.0
    ) -> Iterator[ConflictOfInterest]:
        """Yield every conflict of interest of at least a strength, in no order."""
        effects = self._wanted(actor, target)
        least = max(min_strength - TOLERANCE, 0.0)
        effects = effects.only((effects.strength >= least) & (effects.strength > 0))
        found = self._strongest(effects, max_hops, least)
        own = effects.actor == effects.target
        strengths = effects.strength * np.where(own, 1.0, np.abs(found.scores).max(axis=1, initial=0.0))
        for row in np.flatnonzero((strengths >= least) & (strengths > 0)).tolist():
            check_deadline()
            interest = None if own[row] else self._interest(found, row, int(effects.actor[row]))
            yield self._assembler.conflict(
                self._statement(int(effects.stance[row])),
                self._columns.entities.iri[int(effects.target[row])],
                self._statement(int(effects.bearing[row])) if effects.bearing[row] >= 0 else None,
                float(effects.effective[row]),
                interest,
            )

    def beneficiaries(self, of: str, *, max_hops: int = 3, min_strength: float = 0.0) -> Iterator[Beneficiary]:
        """Yield all who gain or lose if a claim is believed, or if an entity gains, in no order."""
        least = max(min_strength - TOLERANCE, 0.0)
        gains: dict[int, list[Gain]] = defaultdict(list)
        claim = self._columns.claims.iri.position(of)
        if claim >= 0:
            for row, end, weight in self._adjacency.bearings.get(claim, ()):
                if weight == 0:
                    continue
                bearing = self._statement(row)
                gains[end].append(Gain(weight, bearing, Path()))
                self._walk_back(gains, end, weight, bearing, max_hops, least)
        else:
            self._walk_back(gains, self._columns.entities.iri.position(of), 1.0, None, max_hops, least)
        for entity, ways in gains.items():
            check_deadline()
            if max(abs(way.gain) for way in ways) >= least:
                yield self._assembler.beneficiary(self._columns.entities.iri[entity], of, ways)

    def _wanted(self, actor: str | None, target: str | None) -> Effects:
        """Return the effects of an actor, on a target, or all."""
        columns, known = self._columns, self._adjacency
        effects = known.effects
        for iri, (indptr, rows), by in (
            (actor, known.effects_by_actor, "actor"),
            (target, known.effects_by_target, "target"),
        ):
            if iri is None:
                continue
            row = columns.entities.iri.position(iri)
            if effects is known.effects:
                chosen = rows[indptr[row] : indptr[row + 1]] if row >= 0 else rows[:0]
                effects = effects.only(chosen)
            else:
                effects = effects.only(getattr(effects, by) == row)
        return effects

    def _strongest(self, effects: Effects, max_hops: int, least: float) -> _Found:
        """Return the strongest paths for some effects, by all cores where there are many."""
        every = np.arange(len(effects), dtype=np.int32)
        parts = [slice(begin, begin + _AT_ONCE) for begin in range(0, max(len(effects), 1), _AT_ONCE)]

        def walked(rows: slice) -> _Arrays:
            asked = effects.actor, effects.target, effects.first, effects.last, effects.strength
            found: _Arrays = strongest_paths(self._adjacency.graph, *asked, every[rows], least, max_hops, STEP_LIMIT)
            return found

        found = [walked(parts[0])] if len(parts) == 1 else _by_all_cores(walked, parts)
        scores, lengths, paths, cut = map(np.concatenate, zip(*found, strict=True)) if len(found) > 1 else found[0]
        for row in np.flatnonzero(cut)[:10].tolist():
            names = self._columns.entities.iri
            ends = names[int(effects.actor[row])], names[int(effects.target[row])]
            _log.warning("from %s to %s the walk stopped after %d relations: a stronger path may be missing", *ends, STEP_LIMIT)
        return _Found(scores, lengths, paths)

    def _walk_back(
        self, gains: dict[int, list[Gain]], end: int, weight: float, bearing: Statement | None, max_hops: int, least: float
    ) -> None:
        graph = self._adjacency.graph
        count = len(graph.flags)
        # Zeros take no time until they are written to.
        found = _Found(np.zeros((count, 2)), np.zeros((count, 2), np.int8), np.zeros((count, 2, MOST_HOPS), np.int32))
        walkers, _ = walked_back(
            graph, end, least * 0.5 / abs(weight), max_hops, STEP_LIMIT, found.scores, found.lengths, found.paths
        )
        for walker in walkers.tolist():
            for side in (0, 1):
                if found.lengths[walker, side]:
                    path = self._path(found, walker, side, walker)
                    gains[walker].append(Gain(weight * path.interest, bearing, path))

    # ── rows to records ────────────────────────────────────────────────────────────────────────────────

    def _interest(self, found: _Found, row: int, actor: int) -> Interest:
        sides = [self._path(found, row, side, actor) if found.lengths[row, side] else None for side in (0, 1)]
        return Interest(*sides)

    def _path(self, found: _Found, row: int, side: int, actor: int) -> Path:
        edges = found.paths[row, side, : found.lengths[row, side]].tolist()
        return Path(tuple(self._hop(edge, actor) for edge in edges))

    def _hop(self, edge: int, actor: int) -> Hop:
        graph, names = self._adjacency.graph, self._columns.entities.iri
        found = graph.edges[edge]
        statement = self._statement(int(found["statement"]))
        source = names[int(found["source"])]
        forward, backward = relation_weights(self._snapshot.relation(statement), statement)
        halved = found["disputer"] not in (NO_DISPUTER, actor)
        disputers = self._adjacency.opponents.get(int(found["statement"]), ())
        return Hop(
            statement=statement,
            source=source,
            target=names[int(found["target"])],
            weight=float(found["weight"]) * (DISPUTED_FACTOR if halved else 1.0),
            relation_weight=forward if source == statement.subject else backward,
            disputed_by=tuple(sorted(names[row] for row in disputers)),
            halved=bool(halved),
            undated=statement.valid_from is None,
        )

    def _statement(self, row: int) -> Statement:
        return self._snapshot.statements[self._columns.statements.iri[row]]


def _by_all_cores(walked: Callable[[slice], _Arrays], parts: list[slice]) -> list[_Arrays]:
    """Return the answers for all parts in order; the kernels let other threads run."""
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        found = []
        for arrays in pool.map(walked, parts):
            check_deadline()
            found.append(arrays)
        return found
    finally:
        pool.shutdown(cancel_futures=True)
