"""All statements between entities and claims as arrays that paths are searched over, whether or not they carry interest.

What columns say is made once for all snapshots over them; what lies over the columns stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.compilation import compiled
from cuibono.graph.interest.adjacency import certainties, interest_weights, opponents_of, seen_rows
from cuibono.graph.interest.compressed import SEVERAL_DISPUTERS
from cuibono.graph.interest.numbering import insertion
from cuibono.graph.interest.positions import Positions, disputed_anew
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import relation_weights, strongest_first
from cuibono.graph.model import Statement, proposition
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.columns import CLAIM_KIND, ENTITY_KIND, Columns
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.sets import distinct
from cuibono.schema import Vocabulary

__all__ = ["ADDED", "ALONG", "DISPUTED", "RANK_SHIFT", "STEP", "Connections", "Network", "network_of"]

ALONG, AGAINST, DISPUTED = 1, 2, 4
"""Flags of a statement: it is walked from its subject to its object; the other way; somebody disputes what it says. It is walked
where a question sees it, and no stronger one says the same."""

_BOTH_WAYS = ALONG | AGAINST

RANK_SHIFT = 32
"""Between the ranks of the columns' statements is room for those that came later, by so many bits."""

STEP = np.dtype([("other", np.int32), ("code", np.int32)])
"""A statement as seen from one of its ends: the other end, and twice the number of the statement, plus 1 at the object."""

ADDED = np.dtype([("forward", np.float64), ("backward", np.float64), ("rank", np.int64), ("predicate", np.int16)], align=True)
"""A statement that came later, all of which are seen but those without a place in `Connections.flags`."""

_DIGITS = 1e12
_KEPT = 4

_Ints = NDArray[np.int32]
_Longs = NDArray[np.int64]
_Reals = NDArray[np.float64]


class Connections(NamedTuple):
    """The statements between n nodes, of which r are rows of columns; nodes are entities, then claims, then new ones.

    Attributes
    ----------
    start : (m + 1,) array of int64
        Where the steps from each of the columns' nodes begin.
    steps : array of `STEP`
        Of each node together, in the order of IRIs.
    later_of : (n,) array of int32
        For each node its place in ``later_start``, plus 1; 0 where it has no later steps.
    later_start : array of int32
    later_steps : array of `STEP`
    forward, backward : (r,) array of float64
        What each statement weighs in either direction, with its confidence; 0 where it carries no interest.
    predicate : (r,) array of int16
    flags : (r + a,) array of uint8
        `ALONG`, `AGAINST` and `DISPUTED`.
    added : (a,) array of `ADDED`
        The statements that came later, whose numbers are r and up.
    disputed : array of int32
        The statements whose proposition somebody disputes, in order.
    disputer : array of int32
        The node that does, `SEVERAL_DISPUTERS` where there are several.
    """

    start: _Longs
    steps: NDArray[np.void]
    later_of: _Ints
    later_start: _Ints
    later_steps: NDArray[np.void]
    forward: _Reals
    backward: _Reals
    predicate: NDArray[np.int16]
    flags: NDArray[np.uint8]
    added: NDArray[np.void]
    disputed: _Ints
    disputer: _Ints


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The connections of a snapshot and a selection of its statements, and what their numbers stand for.

    Attributes
    ----------
    connections : Connections
    relations : tuple of str
        IRIs by ``predicate``.
    new_nodes : mapping of str to int
    new_statements : tuple of Statement
    """

    # Not the snapshot itself, which networks are kept under.
    base: Base
    connections: Connections
    relations: tuple[str, ...]
    new_nodes: Mapping[str, int] = field(default_factory=dict)
    new_statements: tuple[Statement, ...] = ()

    def node(self, iri: str) -> int:
        """Return the number of an entity or a claim, -1 if there is none."""
        found = self.new_nodes.get(iri)
        return _known_node(self.base, iri) if found is None else found

    def statement(self, snapshot: Snapshot, number: int) -> Statement:
        """Return the statement of a number."""
        rows = len(self.connections.forward)
        return snapshot.statements.at(number) if number < rows else self.new_statements[number - rows]


def network_of(snapshot: Snapshot, selection: Selection) -> Network:
    """Return the network of a snapshot and a selection of its statements; the last ones made are kept."""
    kept = _NETWORKS.setdefault(snapshot, {})
    found = kept.get(selection)
    if found is None:
        found = _below(snapshot.base, snapshot.vocabulary).network(snapshot, selection)
        _forget(kept)
        # Two threads may make the same one; either will do.
        kept[selection] = found
    return found


# ── what columns say ───────────────────────────────────────────────────────────────────────────────────


class _Below:
    """The part that all snapshots over the same columns share."""

    def __init__(self, base: Base, vocabulary: Vocabulary) -> None:
        columns = base.columns
        self.vocabulary, self._columns = vocabulary, columns
        self._relations = [vocabulary.relation(iri) for iri in columns.relations]
        self.count = len(columns.entities.iri) + len(columns.claims.iri)
        self.start, self.steps = _steps(*_nodes(columns), self.count)
        self._selected: dict[Selection, tuple[NDArray[np.uint8], dict[int, int]]] = {}

    @cached_property
    def weights(self) -> tuple[_Reals, _Reals]:
        """What each statement weighs, forward and backward."""
        columns = self._columns
        carrying = np.array([relation.carries_interest for relation in self._relations], np.bool_)
        rows = np.flatnonzero(carrying[columns.statements.predicate])
        certainty = certainties(columns)[rows]
        forward, backward = np.zeros(len(columns.statements.iri)), np.zeros(len(columns.statements.iri))
        for whole, weights in zip((forward, backward), interest_weights(columns, self._relations, rows), strict=True):
            whole[rows] = weights * certainty
        return forward, backward

    def selected(self, selection: Selection) -> tuple[NDArray[np.uint8], dict[int, int]]:
        """Return the flags of statements that a selection sees, and who disputes which of them."""
        found = self._selected.get(selection)
        if found is None:
            seen = seen_rows(self._columns, self._relations, selection)
            opponents = opponents_of(self._columns, self._relations, seen)
            disputers = {row: against[0] if len(against) == 1 else SEVERAL_DISPUTERS for row, against in opponents.items()}
            flags = seen.astype(np.uint8) * np.uint8(_BOTH_WAYS)
            self._keep_strongest(flags)
            flags[list(disputers)] |= DISPUTED
            _forget(self._selected)
            found = self._selected[selection] = flags, disputers
        return found

    @cached_property
    def _alike(self) -> tuple[_Ints, _Ints]:
        """Statements that say the same as others, each group together, and the number of the group that each is in."""
        subjects, objects = _nodes(self._columns)
        rows = np.flatnonzero((subjects >= 0) & (objects >= 0) & (subjects != objects))
        predicate = self._columns.statements.predicate[rows]
        one, other = subjects[rows], objects[rows]
        turned = np.array([relation.symmetric for relation in self._relations], np.bool_)[predicate] & (one > other)
        one, other = np.where(turned, other, one), np.where(turned, one, other)
        key = (one.astype(np.int64) * self.count + other) * max(len(self._relations), 1) + predicate
        order = np.argsort(key, kind="stable")
        begins = np.append(True, key[order][1:] != key[order][:-1])[: len(order)]
        several = ~(begins & np.append(begins[1:], True))
        return rows[order][several].astype(np.int32), np.cumsum(begins)[several].astype(np.int32)

    def _keep_strongest(self, flags: NDArray[np.uint8]) -> None:
        """Have of the statements that say the same the strongest one walked, in either direction."""
        rows, groups = self._alike
        seen = flags[rows] > 0
        rows, groups = rows[seen], groups[seen]
        symmetric = np.array([relation.symmetric for relation in self._relations], np.bool_)
        forward, backward = (np.abs(weights[rows]) for weights in self.weights)
        backward = np.where(symmetric[self._columns.statements.predicate[rows]], forward, backward)
        for flag, weights in ((ALONG, forward), (AGAINST, backward)):
            # Of equals, the first by IRI.
            order = np.lexsort((rows, -np.rint(weights * _DIGITS), groups))
            weaker = order[1:][groups[order][1:] == groups[order][:-1]]
            flags[rows[weaker]] &= ~np.uint8(flag)

    def network(self, snapshot: Snapshot, selection: Selection) -> Network:
        flags, disputers = self.selected(selection)
        if len(snapshot.overlay):
            return _Above(self, snapshot, selection).network(flags.copy(), dict(disputers))
        none = np.zeros(0, np.int32)
        later = none, none, np.zeros(0, STEP)
        connections = self.connections(later, flags, np.zeros(0, ADDED), disputers)
        return Network(snapshot.base, connections, self._columns.relations)

    def connections(
        self,
        later: tuple[_Ints, _Ints, NDArray[np.void]],
        flags: NDArray[np.uint8],
        added: NDArray[np.void],
        disputers: Mapping[int, int],
    ) -> Connections:
        disputed = np.array(sorted(disputers), np.int32)
        disputer = np.array([disputers[number] for number in disputed.tolist()], np.int32)
        predicate = self._columns.statements.predicate
        return Connections(self.start, self.steps, *later, *self.weights, predicate, flags, added, disputed, disputer)


def _nodes(columns: Columns) -> tuple[_Ints, _Ints]:
    """Return the nodes at both ends of statements, -1 for what is none."""
    of, claims = columns.statements, len(columns.entities.iri)
    subjects, objects = (
        np.select([kind == ENTITY_KIND, kind == CLAIM_KIND], [end, end + claims], -1).astype(np.int32)
        for kind, end in ((of.subject_kind, of.subject), (of.object_kind, of.object))
    )
    return subjects, objects


@compiled
def _steps(subjects: Any, objects: Any, count: int) -> Any:
    """Return where the steps from each node begin, and the steps."""
    start = np.zeros(count + 1, np.int64)
    for row in range(len(subjects)):
        if subjects[row] >= 0 and objects[row] >= 0 and subjects[row] != objects[row]:
            start[subjects[row] + 1] += 1
            start[objects[row] + 1] += 1
    for node in range(count):
        start[node + 1] += start[node]
    places, steps = start[:-1].copy(), np.empty(start[-1], STEP)
    for row in range(len(subjects)):
        if subjects[row] >= 0 and objects[row] >= 0 and subjects[row] != objects[row]:
            for side in range(2):
                here, there = (objects[row], subjects[row]) if side else (subjects[row], objects[row])
                step = steps[places[here]]
                step.other, step.code = there, 2 * row + side
                places[here] += 1
    return start, steps


def _known_node(base: Base, iri: str) -> int:
    number = base.nodes.number(iri)
    return number if number < len(base.columns.entities.iri) + len(base.columns.claims.iri) else -1


# ── what lies over them ────────────────────────────────────────────────────────────────────────────────


class _Above:
    def __init__(self, below: _Below, snapshot: Snapshot, selection: Selection) -> None:
        self._below, self._snapshot, self._selection = below, snapshot, selection
        self._rows = len(snapshot.base.columns.statements.iri)
        self._positions = Positions(snapshot, selection)
        overlay = snapshot.overlay.records
        self._nodes: dict[str, int] = {}
        for iri in (*overlay.entities, *overlay.claims):
            if _known_node(snapshot.base, iri) < 0:
                self._nodes[iri] = below.count + len(self._nodes)
        self._statements = tuple(sorted(filter(self._joins, overlay.statements.values()), key=lambda s: s.iri))
        self._numbers = {statement.iri: self._rows + place for place, statement in enumerate(self._statements)}

    def network(self, flags: NDArray[np.uint8], disputers: dict[int, int]) -> Network:
        snapshot = self._snapshot
        flags[list(snapshot.overlay.hidden["statements"])] = 0
        flags[self._of_hidden_nodes()] = 0
        flags = np.concatenate([flags, np.full(len(self._statements), _BOTH_WAYS, np.uint8)])
        self._keep_strongest(flags)
        for number, disputer in self._disputes():
            disputers.pop(number, None)
            flags[number] &= ~np.uint8(DISPUTED)
            if disputer is not None:
                disputers[number] = disputer
                flags[number] |= DISPUTED
        known = snapshot.base.columns.relations
        relations = (*known, *sorted({s.predicate for s in self._statements}.difference(known)))
        connections = self._below.connections(self._later(), flags, self._added(relations), disputers)
        return Network(snapshot.base, connections, relations, self._nodes, self._statements)

    def _keep_strongest(self, flags: NDArray[np.uint8]) -> None:
        """Have of the statements that say the same the strongest one walked, where any has changed."""
        snapshot = self._snapshot
        changed = snapshot.overlay.records.statements.values()
        for key in {proposition(snapshot.relation(s), s.subject, s.object) for s in changed}:
            relation = snapshot.vocabulary.relation(key[1])
            alike = [(number, s) for s in snapshot.by_proposition.get(key, ()) if (number := self._walked(s)) is not None]
            for flag, is_along in ((ALONG, True), (AGAINST, False)):
                ranked = sorted(
                    alike, key=lambda one: strongest_first(relation, one[1], one[1].subject if is_along else one[1].object)
                )
                for place, (number, _) in enumerate(ranked):
                    flags[number] = flags[number] & ~np.uint8(flag) if place else flags[number] | flag

    def _walked(self, statement: Statement) -> int | None:
        """Return the number of a statement that a question sees, None if it does not."""
        number = self._numbers.get(statement.iri)
        if number is not None or statement.iri in self._snapshot.overlay.records.statements or not self._joins(statement):
            return number
        return self._snapshot.base.columns.statements.iri.position(statement.iri)

    def _joins(self, statement: Statement) -> bool:
        ends = {statement.subject, statement.object}
        return (
            len(ends) == 2
            and self._selection.sees(statement, self._snapshot.relation(statement))
            and all(iri in self._snapshot.entities or iri in self._snapshot.claims for iri in ends)
        )

    def _of_hidden_nodes(self) -> NDArray[np.int32]:
        """Return the rows of statements at entities that are no more."""
        base, start = self._snapshot.base, self._below.start
        hidden = self._snapshot.overlay.hidden["entities"]
        gone = [row for row in hidden if base.columns.entities.iri[row] not in self._snapshot.entities]
        parts = [self._below.steps["code"][start[node] : start[node + 1]] >> 1 for node in gone]
        return np.concatenate([np.zeros(0, np.int32), *parts])

    def _disputes(self) -> Iterator[tuple[int, int | None]]:
        """Yield the numbers of statements that may be disputed otherwise than columns say, and who disputes them now."""
        snapshot = self._snapshot
        columns = Snapshot.of(snapshot.base, snapshot.vocabulary)
        changed = snapshot.overlay.records.statements.values()
        for statement in {s.iri: s for s in (*self._statements, *disputed_anew(columns, snapshot, changed))}.values():
            number = self._numbers.get(statement.iri)
            if number is None and statement.iri in snapshot.overlay.records.statements:
                continue
            if number is None:
                number = snapshot.base.columns.statements.iri.position(statement.iri)
            against = [self._node(iri) for iri in self._positions.disputers(statement)]
            yield number, None if not against else against[0] if len(against) == 1 else SEVERAL_DISPUTERS

    def _node(self, iri: str) -> int:
        found = self._nodes.get(iri)
        return _known_node(self._snapshot.base, iri) if found is None else found

    def _added(self, relations: tuple[str, ...]) -> NDArray[np.void]:
        numbers = {iri: number for number, iri in enumerate(relations)}
        added = np.zeros(len(self._statements), ADDED)
        known = self._snapshot.base.columns.statements.iri
        for place, statement in enumerate(self._statements):
            weights = relation_weights(self._snapshot.relation(statement), statement)
            forward, backward = (weight * statement.certainty for weight in weights)
            rank = ((insertion(known, statement.iri) - 1) << RANK_SHIFT) + 1 + place
            added[place] = forward, backward, rank, numbers[statement.predicate]
        return added

    def _later(self) -> tuple[_Ints, _Ints, NDArray[np.void]]:
        """Return the steps over statements that came later."""
        found = []
        for number, statement in enumerate(self._statements, self._rows):
            ends = self._node(statement.subject), self._node(statement.object)
            found += [(ends[side], ends[1 - side], 2 * number + side) for side in (0, 1)]
        table = np.array(sorted(found), np.int32).reshape(-1, 3)
        nodes = distinct(table[:, 0])
        later_of = np.zeros(self._below.count + len(self._nodes), np.int32)
        later_of[nodes] = np.arange(1, len(nodes) + 1)
        # Sorted by node and other end, and then by IRI; a node's steps are put in the order of IRIs.
        table = table[np.lexsort((table[:, 2], table[:, 0]))]
        steps = np.empty(len(table), STEP)
        steps["other"], steps["code"] = table[:, 1], table[:, 2]
        return later_of, np.append(np.searchsorted(table[:, 0], nodes), len(table)).astype(np.int32), steps


_BELOW: WeakKeyDictionary[Base, _Below] = WeakKeyDictionary()
_NETWORKS: WeakKeyDictionary[Snapshot, dict[Selection, Network]] = WeakKeyDictionary()


def _below(base: Base, vocabulary: Vocabulary) -> _Below:
    found = _BELOW.get(base)
    if found is None or found.vocabulary is not vocabulary:
        found = _BELOW[base] = _Below(base, vocabulary)
    return found


def _forget(kept: dict[Selection, Any]) -> None:
    """Make room for one more."""
    while len(kept) >= _KEPT:
        kept.pop(next(iter(kept)), None)
