"""What stands around something: the entities and claims within some hops of it, and the statements that join them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.interest.selection import Selection
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.columns import ENTITY_KIND, OTHER_KIND, STATEMENT_KIND, Columns
from cuibono.graph.snapshot.filters import with_status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.strings import Strings

__all__ = ["Neighborhood", "neighborhood_of"]


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """What stands around an entity or a claim.

    Attributes
    ----------
    center : str
        Its IRI.
    distances : mapping of str to int
        IRIs of the entities and claims found, the center among them, by the hops from there; the nearest first.
    statements : tuple of Statement
        What joins them, each once: those of what is nearer before those of what is farther.
    cut : bool
        Whether the limit was reached, so that something is missing.
    """

    center: str
    distances: Mapping[str, int]
    statements: tuple[Statement, ...]
    cut: bool


def neighborhood_of(
    snapshot: Snapshot,
    center: str,
    *,
    depth: int,
    via: frozenset[str] | None = None,
    selection: Selection | None = None,
    limit: int,
) -> Neighborhood:
    """Return what stands within some hops of an entity or a claim.

    Parameters
    ----------
    center : str
        IRI.
    depth : int
        The most hops; statements between two things that are that far away belong to it too.
    via : frozenset of str, optional
        IRIs of the relations to walk, in either direction; all unless given.
    limit : int
        The most statements. The nearest come first, those of one thing in the order of their IRIs.
    """
    around = _Around(snapshot, via, selection or Selection())
    distances, found, frontier = {center: 0}, dict[str, Statement](), [center]
    for distance in range(1, depth + 2):
        if distance > depth:
            around = _Around(snapshot, via, selection or Selection(), distances.keys())
        reached: list[str] = []
        for node in frontier:
            for statement, other in around.statements(node):
                if statement.iri in found:
                    continue
                if len(found) == limit:
                    return Neighborhood(center, distances, tuple(found.values()), cut=True)
                found[statement.iri] = statement
                if other not in distances:
                    distances[other] = distance
                    reached.append(other)
        frontier = sorted(reached)
    return Neighborhood(center, distances, tuple(found.values()), cut=False)


class _Around:
    """Gives the statements at nodes; only those that lead to known nodes, if these are given."""

    def __init__(
        self, snapshot: Snapshot, via: frozenset[str] | None, selection: Selection, known: Collection[str] | None = None
    ) -> None:
        self._snapshot, self._via, self._selection, self._known = snapshot, via, selection, known
        self._with_status = with_status(selection.statuses)
        columns = snapshot.base.columns
        self._entities, self._claims = (_rows(kind.iri, known or ()) for kind in (columns.entities, columns.claims))

    def statements(self, node: str) -> Iterator[tuple[Statement, str]]:
        """Yield the statements between a node and others, each with the other, in the order of IRIs."""
        snapshot = self._snapshot
        for statement in snapshot.select(self._may_join, node):
            other = statement.object if statement.subject == node else statement.subject
            is_node = other in snapshot.entities or other in snapshot.claims
            wanted = self._via is None or statement.predicate in self._via
            known = self._known is None or other in self._known
            if is_node and wanted and known and self._selection.sees(statement, snapshot.relation(statement)):
                yield statement, other

    def _may_join(self, columns: Columns, rows: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Return which statements cannot be ruled out by their columns alone."""
        of = columns.statements
        kept = self._with_status(columns, rows)
        if self._via is not None:
            kept &= np.array([iri in self._via for iri in columns.relations], np.bool_)[of.predicate[rows]]
        for kinds, ends in ((of.subject_kind[rows], of.subject[rows]), (of.object_kind[rows], of.object[rows])):
            kept &= kinds != STATEMENT_KIND
            if self._known is not None:
                is_known = np.where(kinds == ENTITY_KIND, np.isin(ends, self._entities), np.isin(ends, self._claims))
                kept &= (kinds == OTHER_KIND) | is_known
        return kept


def _rows(iris: Strings, known: Collection[str]) -> NDArray[np.int64]:
    return np.array([row for row in map(iris.position, known) if row >= 0], np.int64)
