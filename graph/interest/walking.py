"""Simple paths walked one by one, as one would by hand: what defines the answer, and is soon done in small graphs."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

from cuibono.graph.deadline import check_deadline
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import strongest_first
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Step", "Walker"]

Step = tuple[Statement, str, str]
"""A statement, and from where to where it is walked."""


class Walker:
    """Walks from one entity or claim to another, over what the statements say that a selection sees.

    Where several say the same, the strongest of them is walked.

    Parameters
    ----------
    via : frozenset of str or None
        IRIs of the relations to walk; all if None.
    most_steps : int
        The most statements to walk, all lengths together.
    """

    def __init__(
        self, snapshot: Snapshot, start: str, end: str, via: frozenset[str] | None, selection: Selection, most_steps: int
    ) -> None:
        self._start, self._end, self._left = start, end, most_steps
        self._around: dict[str, list[Step]] = defaultdict(list)
        for statement in selection.statements(snapshot):
            ends = statement.subject, statement.object
            are_nodes = all(iri in snapshot.entities or iri in snapshot.claims for iri in ends)
            if are_nodes and ends[0] != ends[1] and (via is None or statement.predicate in via):
                for source, target in (ends, ends[::-1]):
                    self._around[source].append((statement, source, target))
        for source, steps in self._around.items():
            self._around[source] = _strongest(snapshot, steps)
        self._distance = self._distances()

    @property
    def is_cut(self) -> bool:
        """Whether there were more steps than allowed."""
        return self._left < 0

    def paths(self, length: int) -> Iterator[tuple[Step, ...]]:
        """Yield all simple paths of exactly that many statements."""
        return self._from((), self._start, frozenset({self._start}), length)

    def _from(self, walked: tuple[Step, ...], here: str, visited: frozenset[str], remaining: int) -> Iterator[tuple[Step, ...]]:
        for step in self._around[here]:
            target = step[2]
            if (
                target in visited
                or (target == self._end) != (remaining == 1)
                or self._distance.get(target, remaining) >= remaining
            ):
                continue
            self._left -= 1
            check_deadline()
            if self.is_cut:
                return
            if remaining == 1:
                yield (*walked, step)
            else:
                yield from self._from((*walked, step), target, visited | {target}, remaining - 1)

    def _distances(self) -> dict[str, int]:
        """Return how many hops everything is away from the end."""
        found, waiting = {self._end: 0}, deque([self._end])
        while waiting:
            here = waiting.popleft()
            for _, _, there in self._around[here]:
                if there not in found:
                    found[there] = found[here] + 1
                    waiting.append(there)
        return found


def _strongest(snapshot: Snapshot, steps: Iterable[Step]) -> list[Step]:
    """Return of the steps from a thing that say the same the strongest, in the order of IRIs."""
    found: dict[tuple[str, str, bool], tuple[tuple[float, str], Step]] = {}
    for statement, source, target in steps:
        relation = snapshot.relation(statement)
        key = (target, relation.iri, relation.symmetric or source == statement.subject)
        order = strongest_first(relation, statement, source)
        if key not in found or order < found[key][0]:
            found[key] = order, (statement, source, target)
    return sorted((step for _, step in found.values()), key=lambda step: step[0].iri)
