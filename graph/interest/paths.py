"""How two things are connected: simple paths over all statements, whether or not they carry interest.

Small graphs are walked by hand; in others, and where that would take long, a compiled search finds the same paths. The shorter
come first, then the stronger, then those of smaller IRIs. Statements that say the same are one hop, the strongest in front.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from cuibono.graph.deadline import check_deadline
from cuibono.graph.frames.lists import Cut
from cuibono.graph.interest.engines import COMPILED_FROM
from cuibono.graph.interest.findings import Findings, Hop, Path
from cuibono.graph.interest.positions import Positions
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import DISPUTED_FACTOR, relation_weights, strongest_first
from cuibono.graph.interest.walking import Step, Walker
from cuibono.graph.model import proposition
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["STEP_LIMIT", "paths_between", "searched_paths", "walked_paths", "warm_search"]

STEP_LIMIT = 20_000_000
"""The most statements that one search looks at; a search that would exceed it is cut, and the answer says so."""

_MOST_BY_HAND = 20_000


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
        The most hops a path may have.
    via : frozenset of str, optional
        IRIs of the relations to walk; all unless given.
    limit : int
        The most paths to return: the first ones of all there are, unless the answer says that it is cut.
    """
    asked = selection or Selection()
    if len(snapshot.statements) < COMPILED_FROM:
        found = walked_paths(snapshot, start, end, max_hops=max_hops, via=via, selection=asked, limit=limit)
        if not found.cut:
            return found
    return searched_paths(snapshot, start, end, max_hops=max_hops, via=via, selection=asked, limit=limit)


def walked_paths(
    snapshot: Snapshot,
    start: str,
    end: str,
    *,
    max_hops: int,
    via: frozenset[str] | None,
    selection: Selection,
    limit: int,
    most_steps: int = _MOST_BY_HAND,
) -> Findings[Path]:
    """Return what `paths_between` does, by walking all of them."""
    found: list[Path] = []
    if start == end:
        return Findings(found)
    walker, records = Walker(snapshot, start, end, via, selection, most_steps), _Records(snapshot, start, selection)
    for length in range(1, max_hops + 1):
        found += sorted(map(records.path, walker.paths(length)), key=lambda path: path.order)
        if walker.is_cut:
            return Findings(found[:limit], cut=(Cut(start, end, most_steps),))
        if len(found) >= limit:
            break
    return Findings(found[:limit])


def searched_paths(
    snapshot: Snapshot,
    start: str,
    end: str,
    *,
    max_hops: int,
    via: frozenset[str] | None,
    selection: Selection,
    limit: int,
    step_limit: int | None = None,
) -> Findings[Path]:
    """Return what `paths_between` does, by the compiled search."""
    # Loading the compiler takes longer than walking in a small graph.
    from cuibono.graph.interest.connections import network_of
    from cuibono.graph.interest.path_kernels import Question, best_paths, levels_for

    network, most = network_of(snapshot, selection), STEP_LIMIT if step_limit is None else step_limit
    ends = network.node(start), network.node(end)
    if start == end or min(ends) < 0:
        return Findings()
    allowed = np.array([] if via is None else [iri in via for iri in network.relations], np.bool_)
    if via is not None and not allowed.any():
        return Findings()
    check_deadline()
    levels = levels_for(network.connections, max_hops)
    codes, lengths, is_cut = best_paths(network.connections, Question(*ends, allowed, limit, most), levels, max_hops)
    check_deadline()
    records, found = _Records(snapshot, start, selection), []
    for row, length in zip(codes.tolist(), lengths.tolist(), strict=True):
        steps: list[Step] = []
        for code in row[:length]:
            statement = network.statement(snapshot, code >> 1)
            ends_of_it = (statement.subject, statement.object)
            steps.append((statement, *(ends_of_it[::-1] if code & 1 else ends_of_it)))
        found.append(records.path(steps))
    found.sort(key=lambda path: (len(path.hops), path.order))
    return Findings(found, cut=(Cut(start, end, most),) if is_cut else ())


def warm_search(snapshot: Snapshot) -> None:
    """Load the compiled search, or compile it where nobody has yet, and make its arrays."""
    if len(snapshot.statements) >= COMPILED_FROM:
        start, end = (next(iter(kind), "") for kind in (snapshot.entities, snapshot.claims))
        searched_paths(snapshot, start, end or start, max_hops=3, via=None, selection=Selection(), limit=1)


class _Records:
    """Makes paths of the statements that were walked."""

    def __init__(self, snapshot: Snapshot, walker: str, selection: Selection) -> None:
        self._snapshot, self._walker, self._selection = snapshot, walker, selection
        self._positions = Positions(snapshot, selection)
        self._hops: dict[tuple[str, str], Hop] = {}

    def path(self, steps: Iterable[Step]) -> Path:
        return Path(tuple(map(self._hop, steps)))

    def _hop(self, step: Step) -> Hop:
        statement, source, _ = step
        found = self._hops.get((statement.iri, source))
        if found is None:
            found = self._hops[statement.iri, source] = self._made(step)
        return found

    def _made(self, step: Step) -> Hop:
        check_deadline()
        statement, source, target = step
        relation = self._snapshot.relation(statement)
        forward, backward = relation_weights(relation, statement)
        weight = forward if source == statement.subject else backward
        alike = self._snapshot.by_proposition.get(proposition(relation, statement.subject, statement.object), ())
        others = [other for other in alike if other.iri != statement.iri and self._selection.sees(other, relation)]
        disputers = self._positions.disputers(statement)
        halved = bool(disputers - {self._walker})
        return Hop(
            statement=statement,
            source=source,
            target=target,
            weight=weight * statement.certainty * (DISPUTED_FACTOR if halved else 1.0) if weight else None,
            relation_weight=weight or None,
            disputed_by=tuple(sorted(disputers)),
            halved=halved,
            undated=statement.valid_from is None,
            also=tuple(sorted(others, key=lambda other: strongest_first(relation, other, source))),
        )
