"""The compiled engine: the answers of the reference engine, by walks over arrays."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.deadline import check_deadline
from cuibono.graph.frames.lists import Cut
from cuibono.graph.frames.making import Made
from cuibono.graph.interest.adjacency import Adjacency, adjacency
from cuibono.graph.interest.assembly import TOLERANCE, Assembler, Gain, Interest
from cuibono.graph.interest.backward import walked_back
from cuibono.graph.interest.compressed import NO_DISPUTER
from cuibono.graph.interest.findings import Alignment, Beneficiary, ConflictOfInterest, Findings, Hop, Path
from cuibono.graph.interest.keeping import kept_adjacency
from cuibono.graph.interest.kernels import strongest_paths
from cuibono.graph.interest.patching import most_at_once, patched
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import DISPUTED_FACTOR, MIXED_FACTOR, relation_weights
from cuibono.graph.interest.steps import MOST_HOPS
from cuibono.graph.interest.verdicts import verdicts_of
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["STEP_LIMIT", "CompiledEngine"]

_Arrays = tuple[NDArray[Any], ...]

STEP_LIMIT = 20_000_000
"""The most relations that one walk looks at; a walk that would exceed it is cut, and the answer says so."""

_KEPT_HOPS = 65_536
_FEW = 64

_AT_ONCE = 4_096
"""So many questions are asked of the kernels at a time: between them, Ctrl-C is heard."""


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The strongest path of each sign for each of many questions, as the kernels give them."""

    scores: NDArray[np.float64]
    lengths: NDArray[np.int8]
    paths: NDArray[np.int32]
    cut: NDArray[np.bool_]


class CompiledEngine:
    """Answers over one snapshot and one selection of its statements, by compiled walks.

    Parameters
    ----------
    snapshot : Snapshot
        The graph.
    selection : Selection, optional
        Which of its statements count; the accepted ones unless given.
    known : Adjacency, optional
        Their arrays; made unless given.
    step_limit : int
        The most relations that one walk looks at; answers say where a walk was cut.

    Attributes
    ----------
    adjacency : Adjacency
    """

    def __init__(
        self,
        snapshot: Snapshot,
        selection: Selection | None = None,
        known: Adjacency | None = None,
        *,
        step_limit: int | None = None,
    ) -> None:
        self._snapshot, self._selection, self._limit = snapshot, selection or Selection(), step_limit or STEP_LIMIT
        self.adjacency = known or self._made()
        numbered, rows = self.adjacency.statements.rows, snapshot.base.columns.statements.iri
        self._rows = len(rows) if numbered is rows else 0
        self._assembler = Assembler(snapshot)
        self._hops = lru_cache(_KEPT_HOPS)(self._made_hop)

    def _made(self) -> Adjacency:
        snapshot, selection = self._snapshot, self._selection
        if len(snapshot.overlay.records.statements) <= most_at_once(len(snapshot.base.columns.statements.iri)):
            below = kept_adjacency(snapshot.base, snapshot.vocabulary, selection)
            known = patched(below, Snapshot.of(snapshot.base, snapshot.vocabulary), snapshot, selection)
            if known is not None:
                return known
        return adjacency(snapshot.columns, snapshot.vocabulary, selection)

    def after(self, snapshot: Snapshot) -> CompiledEngine | None:
        """Return the engine over a later snapshot, made of this one's arrays; None if too much has changed for that."""
        before = self._snapshot
        if snapshot.base is not before.base or snapshot.vocabulary is not before.vocabulary:
            return None
        known = patched(self.adjacency, before, snapshot, self._selection)
        return None if known is None else CompiledEngine(snapshot, self._selection, known, step_limit=self._limit)

    def warm(self) -> None:
        """Load the compiled code, or compile it where nobody has yet."""
        self._strongest(np.zeros(0, np.int32), 1, 1.0)
        if len(self.adjacency.entities):
            self._walk_back(defaultdict(list), 0, 1.0, None, 1, 4.0)

    def conflicts(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        alignment: Alignment | None = None,
        max_hops: int = 3,
        min_strength: float = 0.0,
    ) -> Findings[ConflictOfInterest]:
        """Return every conflict of interest of at least a strength, the strongest first; each is made when it is reached."""
        least = max(min_strength - TOLERANCE, 0.0)
        known = self.adjacency
        rows = known.effects.chosen(*(None if iri is None else known.entities.position(iri) for iri in (actor, target)))
        found = self._strongest(rows, max_hops, least)
        effects = known.effects.table[rows]
        # Arrays are worth their while for many only.
        if len(rows) <= _FEW:
            places: Sequence[int] | NDArray[np.int64] = _strong_enough(effects, found.scores, least)
        else:
            places = verdicts_of(known, rows, found.lengths, found.paths).order(known, least, alignment)

        def made(place: int) -> ConflictOfInterest:
            row = int(places[place])
            effective, _, stance, bearing, speaker, touched, _, _ = effects[row].item()
            return self._assembler.conflict(
                self._statement(stance),
                known.entities[touched],
                self._statement(bearing) if bearing >= 0 else None,
                effective,
                None if speaker == touched else self._interest(found, row, speaker),
            )

        findings: Sequence[ConflictOfInterest] = Made(made, len(places))
        if len(rows) <= _FEW:
            chosen = (finding for finding in findings if alignment in (None, finding.alignment))
            findings = sorted(chosen, key=lambda finding: finding.order)
        return Findings(findings, cut=self._cut(effects[found.cut]) if found.cut.any() else ())

    def beneficiaries(self, of: str, *, max_hops: int = 3, min_strength: float = 0.0) -> Findings[Beneficiary]:
        """Return all who gain or lose if a claim is believed, or if an entity gains, the most affected first."""
        least = max(min_strength - TOLERANCE, 0.0)
        known, cut = self.adjacency, list[Cut]()
        gains: dict[int, list[Gain]] = defaultdict(list)
        claim = known.claims.position(of)
        if claim >= 0:
            for row, end, weight in known.bearings.get(claim, ()):
                if weight == 0:
                    continue
                bearing = self._statement(row)
                gains[end].append(Gain(weight, bearing, Path()))
                cut += self._walk_back(gains, end, weight, bearing, max_hops, least)
        else:
            cut += self._walk_back(gains, known.entities.position(of), 1.0, None, max_hops, least)
        gainers = (
            self._assembler.beneficiary(known.entities[entity], of, ways)
            for entity, ways in gains.items()
            if max(abs(way.gain) for way in ways) >= least
        )
        return Findings(sorted(gainers, key=lambda beneficiary: beneficiary.order), cut=tuple(cut))

    def _strongest(self, rows: NDArray[np.int32], max_hops: int, least: float) -> _Found:
        """Return the strongest paths for some effects, by all cores where there are many."""
        graph, table = self.adjacency.graph, self.adjacency.effects.table
        if len(rows) <= _AT_ONCE:
            return _Found(*strongest_paths(graph, table, rows, least, max_hops, self._limit))

        def walked(first: int) -> _Arrays:
            part: _Arrays = strongest_paths(graph, table, rows[first : first + _AT_ONCE], least, max_hops, self._limit)
            return part

        parts = _by_all_cores(walked, range(0, len(rows), _AT_ONCE))
        return _Found(*map(np.concatenate, zip(*parts, strict=True)))

    def _walk_back(
        self, gains: dict[int, list[Gain]], end: int, weight: float, bearing: Statement | None, max_hops: int, least: float
    ) -> list[Cut]:
        graph = self.adjacency.graph
        count = len(graph.flags)
        # Zeros take no time until they are written to.
        kept = np.zeros((count, 2)), np.zeros((count, 2), np.int8), np.zeros((count, 2, MOST_HOPS), np.int32)
        found = _Found(*kept, np.zeros(0, np.bool_))
        walkers, is_cut = walked_back(graph, end, least * 0.5 / abs(weight), max_hops, self._limit, *kept)
        for walker in walkers.tolist():
            for side in (0, 1):
                if found.lengths[walker, side]:
                    path = self._path(found, walker, side, walker)
                    gains[walker].append(Gain(weight * path.interest, bearing, path))
        return [Cut(None, self.adjacency.entities[end], self._limit)] if is_cut else []

    def _cut(self, effects: NDArray[np.void]) -> tuple[Cut, ...]:
        """Return where walks were cut, each pair of ends once."""
        names = self.adjacency.entities
        pairs = dict.fromkeys(zip(effects["actor"].tolist(), effects["target"].tolist(), strict=True))
        return tuple(Cut(names[actor], names[target], self._limit) for actor, target in pairs)

    # ── rows to records ────────────────────────────────────────────────────────────────────────────────

    def _interest(self, found: _Found, row: int, actor: int) -> Interest:
        sizes = np.abs(found.scores[row])
        # What is too weak to be shown is not made.
        shown = (found.lengths[row] > 0) & (sizes >= MIXED_FACTOR * sizes.max() - 2 * TOLERANCE)
        return Interest(*(self._path(found, row, side, actor) if shown[side] else None for side in (0, 1)))

    def _path(self, found: _Found, row: int, side: int, actor: int) -> Path:
        edges = found.paths[row, side, : found.lengths[row, side]].tolist()
        return Path(tuple(self._hop(edge, actor) for edge in edges))

    def _hop(self, edge: int, actor: int) -> Hop:
        disputer = self.adjacency.graph.edges["disputer"][edge]
        return self._hops(edge, bool(disputer != NO_DISPUTER and disputer != actor))

    def _made_hop(self, edge: int, halved: bool) -> Hop:
        found, names = self.adjacency.graph.edges[edge], self.adjacency.entities
        number, source = int(found["statement"]), int(found["source"])
        statement = self._statement(number)
        forward, backward = relation_weights(self._snapshot.relation(statement), statement)
        start = names[source]
        return Hop(
            statement=statement,
            source=start,
            target=names[int(found["target"])],
            weight=float(found["weight"]) * (DISPUTED_FACTOR if halved else 1.0),
            relation_weight=forward if start == statement.subject else backward,
            disputed_by=tuple(sorted(names[row] for row in self.adjacency.opponents.get(number, ()))),
            halved=halved,
            undated=statement.valid_from is None,
        )

    def _statement(self, number: int) -> Statement:
        known = self._snapshot.statements
        return known.at(number) if number < self._rows else known[self.adjacency.statements[number]]


def _strong_enough(effects: NDArray[np.void], scores: NDArray[np.float64], least: float) -> list[int]:
    """Return which of a few effects make findings of at least a strength, or nearly so."""
    found = []
    for row, ((_, strength, _, _, actor, target, _, _), (gain, loss)) in enumerate(
        zip(effects.tolist(), scores.tolist(), strict=True)
    ):
        size = strength if actor == target else strength * max(gain, -loss)
        if size >= least and size > 0:
            found.append(row)
    return found


def _by_all_cores(walked: Callable[[int], _Arrays], parts: Iterable[int]) -> list[_Arrays]:
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
