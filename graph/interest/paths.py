"""How two things are connected: simple paths over all statements, whether or not they carry interest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from cuibono.graph.deadline import check_deadline
from cuibono.graph.interest.findings import Hop, Path
from cuibono.graph.interest.positions import Positions
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import DISPUTED_FACTOR, relation_weights
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["paths_between"]


def paths_between(
    snapshot: Snapshot,
    start: str,
    end: str,
    *,
    max_hops: int,
    via: frozenset[str] | None = None,
    selection: Selection | None = None,
    limit: int,
) -> list[Path]:
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
        The most paths to return. All paths of one length are compared before any is left out.
    """
    walker = _Walker(snapshot, via, selection or Selection())
    found: list[Path] = []
    for length in range(1, max_hops + 1):
        found += sorted(walker.paths(start, end, length), key=lambda path: path.order)
        if len(found) >= limit:
            break
    return list(islice(found, limit))


class _Walker:
    def __init__(self, snapshot: Snapshot, via: frozenset[str] | None, selection: Selection) -> None:
        self._snapshot, self._via, self._selection = snapshot, via, selection
        self._positions = Positions(snapshot, selection)

    def paths(self, start: str, end: str, length: int) -> Iterator[Path]:
        """Yield all simple paths of exactly that many hops."""
        distances = self._distances(end, length)
        walked: list[Hop] = []
        visited = {start}

        def step(node: str) -> Iterator[Path]:
            remaining = length - len(walked)
            for statement, target in self._neighbours(node):
                check_deadline()
                if target in visited or distances.get(target, length) > remaining - 1 or (target == end) != (remaining == 1):
                    continue
                walked.append(self._hop(statement, node, target, start))
                if remaining == 1:
                    yield Path(tuple(walked))
                else:
                    visited.add(target)
                    yield from step(target)
                    visited.remove(target)
                walked.pop()

        if start != end:
            yield from step(start)

    def _distances(self, end: str, length: int) -> dict[str, int]:
        """Return how many hops each node near the end is away from it."""
        distances, frontier = {end: 0}, [end]
        for distance in range(1, length):
            frontier = [t for node in frontier for _, t in self._neighbours(node) if t not in distances]
            distances |= dict.fromkeys(frontier, distance)
        return distances

    def _neighbours(self, node: str) -> Iterator[tuple[Statement, str]]:
        sides = ((self._snapshot.by_subject, "object"), (self._snapshot.by_object, "subject"))
        for index, other in sides:
            for statement in index.get(node, ()):
                target = getattr(statement, other)
                wanted = self._via is None or statement.predicate in self._via
                is_node = target in self._snapshot.entities or target in self._snapshot.claims
                if wanted and is_node and self._selection.sees(statement, self._snapshot.relation(statement)):
                    yield statement, target

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
