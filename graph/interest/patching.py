"""The arrays of a graph after a commit: what has changed is written into room left free, and all else is shared.

Nothing that an earlier version looks at is written over, so that its readers go on undisturbed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.interest.adjacency import RANK_SHIFT, Adjacency, Bearing
from cuibono.graph.interest.compressed import (
    ALIVE,
    CARRIES,
    EDGE,
    NO_DISPUTER,
    SEVERAL_DISPUTERS,
    WAY,
    Graph,
    add_ways,
    fill_ways,
)
from cuibono.graph.interest.effects import EFFECT
from cuibono.graph.interest.numbering import insertion
from cuibono.graph.interest.positions import Positions, disputed_anew
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import relation_weights
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.columns import first_days, last_days, packed_date
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.sets import united

__all__ = ["most_at_once", "patched"]

_Item = TypeVar("_Item", bound=np.generic)

_FEW, _PART = 2_000, 100


_MOST_LATER = 8_192
"""Ways of one entity that came later; they stand in no order, and many take long to be gone through."""

_MOST_CHANGED = 20_000
"""Entities among hubs; where more have changed, looking each of them up takes longer than it saves."""


_LEAST_RANK, _MOST_RANK = -(2**62), 2**63 - 1


class _TooMuch(Exception):
    """What has changed does not fit, or cannot be told apart from what was there."""


def most_at_once(rows: int) -> int:
    """Return the most statements to be changed one by one among so many; more are made anew sooner."""
    return max(_FEW, rows // _PART)


def patched(before: Adjacency, old: Snapshot, new: Snapshot, selection: Selection) -> Adjacency | None:
    """Return the arrays of a snapshot that has changed since, or None where they have to be made anew.

    Parameters
    ----------
    before : Adjacency
        Those of the old snapshot.
    old, new : Snapshot
        Over the same base, with the same vocabulary.
    selection : Selection
        Which statements count, before and after.
    """
    room = before.room
    with room.lock:
        if room.version != before.graph.version[0]:
            return None
        try:
            after = _Patch(before, old, new, selection).adjacency()
            room.version += 1
        except _TooMuch:
            # What was begun must not be gone on with.
            room.version = -1
            return None
        return after


class _Patch:
    def __init__(self, before: Adjacency, old: Snapshot, new: Snapshot, selection: Selection) -> None:
        self._before, self._old, self._new, self._selection = before, old, new, selection
        self._positions = Positions(new, selection)
        changed = [s for iri, s in new.overlay.records.statements.items() if old.overlay.records.statements.get(iri) is not s]
        if len(changed) > most_at_once(len(before.statements.rows)):
            raise _TooMuch
        self._check_entities_and_claims()
        self._entities = before.entities.with_added(new.overlay.records.entities)
        self._claims = before.claims.with_added(new.overlay.records.claims)
        self._statements = before.statements.with_added(s.iri for s in changed)
        self._changed = {s.iri: s for s in changed}
        self._ranks = self._ranked()

    def adjacency(self) -> Adjacency:
        disputed = list(disputed_anew(self._old, self._new, self._changed.values()))
        interests = {s.iri: s for s in (*self._changed.values(), *disputed) if self._new.relation(s).carries_interest}
        opponents = {
            self._statements.position(iri): tuple(sorted(map(self._entity, self._positions.disputers(s))))
            for iri, s in interests.items()
        }
        bearings = self._bearings()
        after = replace(
            self._before,
            entities=self._entities,
            claims=self._claims,
            statements=self._statements,
            ranks=self._ranks,
            opponents=self._before.opponents.with_changes(opponents),
            bearings=self._before.bearings.with_changes(bearings),
        )
        after = replace(after, graph=self._graph(after, interests))
        return self._with_effects(after, bearings)

    # ── what has changed ───────────────────────────────────────────────────────────────────────────────

    def _check_entities_and_claims(self) -> None:
        """Refuse what makes a thing of an IRI that statements already refer to: their ends would have other numbers."""
        above, below = self._new.overlay.records, self._old
        for kind, numbers in (("entities", self._before.entities), ("claims", self._before.claims)):
            for iri in getattr(above, kind).keys() - getattr(below.overlay.records, kind).keys():
                if numbers.position(iri) < 0 and (iri in below.by_subject or iri in below.by_object):
                    raise _TooMuch

    def _ranked(self) -> dict[int, int]:
        """Return the ranks of all statements that have no row, each between those of its neighbours by IRI."""
        ranks, rows = dict(self._before.ranks), self._before.statements.rows
        last = len(rows) - 1
        known: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for number, rank in ranks.items():
            known[min(max(rank >> RANK_SHIFT, -1), last)].append((self._statements[number], rank))
        new: dict[int, list[str]] = defaultdict(list)
        for iri in self._changed:
            number = self._statements.position(iri)
            if number >= len(rows) and number not in ranks:
                new[insertion(rows, iri) - 1].append(iri)
        for gap, iris in new.items():
            # Before the first row and after the last is more room: statements of another origin often stand there, all of them.
            low = _LEAST_RANK if gap == -1 else gap << RANK_SHIFT
            high = _MOST_RANK if gap == last else (gap + 1) << RANK_SHIFT
            for iri, rank in _spread(sorted(iris), sorted(known[gap]), low, high):
                ranks[self._statements.position(iri)] = rank
        return ranks

    def _sees(self, statement: Statement) -> bool:
        return self._selection.sees(statement, self._new.relation(statement))

    def _entity(self, iri: str) -> int:
        number = self._entities.position(iri)
        if number < 0:
            raise _TooMuch
        return number

    # ── interests ──────────────────────────────────────────────────────────────────────────────────────

    def _graph(self, after: Adjacency, interests: dict[str, Statement]) -> Graph:
        before = self._before.graph
        added = len(self._entities) - len(before.flags)
        carrying = [iri for iri in self._new.overlay.records.entities if self._carries_otherwise(iri)]
        version = np.array([self._before.room.version + 1], np.int32)
        if not interests and not added and not carrying:
            return before._replace(version=version)
        flags, hub_number = _longer(before.flags, added), _longer(before.hub_number, added, -1)
        nodes = _longer(before.out_nodes, added), _longer(before.into_nodes, added)
        graph = before._replace(flags=flags, hub_number=hub_number, out_nodes=nodes[0], into_nodes=nodes[1], version=version)
        touched = {self._entity(iri) for iri in carrying}
        for iri in carrying:
            flags[self._entity(iri)] ^= CARRIES
        touched |= self._write_edges(graph, after, interests)
        changed = united(before.changed, np.array([n for n in touched if hub_number[n] < 0], np.int32))
        if len(changed) > _MOST_CHANGED and len(before.hubs):
            raise _TooMuch
        return _with_hubs(graph._replace(changed=changed), touched)

    def _carries_otherwise(self, iri: str) -> bool:
        entity, number = self._new.entities[iri], self._before.entities.position(iri)
        carries = self._new.vocabulary.entity_class(entity.type).carries_interest
        flags = self._before.graph.flags
        return carries != bool(flags[number] & CARRIES if 0 <= number < len(flags) else False)

    def _write_edges(self, graph: Graph, after: Adjacency, interests: dict[str, Statement]) -> set[int]:
        """Let the edges of statements die, write those that take their place, and return the entities that have new ones."""
        before, version = self._before.graph, int(graph.version[0])
        gone = np.array([self._statements.position(iri) for iri in interests], np.int32)
        for iri in interests:
            old = self._old.statements.get(iri)
            ends = (-1, -1) if old is None else (self._entities.position(old.subject), self._entities.position(old.object))
            for source, target in (ends, ends[::-1]):
                known = _edges_between(before, source, target)
                graph.edges["died"][known[np.isin(graph.edges["statement"][known], gone)]] = version
        new: dict[tuple[int, int], list[tuple[object, ...]]] = defaultdict(list)
        for statement in interests.values():
            for source, target, edge in self._edges(statement, after):
                new[source, target].append(edge)
        out: dict[int, list[NDArray[np.int32]]] = defaultdict(list)
        into: dict[int, list[NDArray[np.int32]]] = defaultdict(list)
        for (source, target), edges in new.items():
            run = self._write_run(graph, _edges_between(graph, source, target), np.array(edges, EDGE))
            out[source].append(run)
            into[target].append(run)
        for number, runs in out.items():
            self._add_ways(graph, number, np.concatenate(runs), is_out=True)
        for number, runs in into.items():
            self._add_ways(graph, number, np.concatenate(runs), is_out=False)
        return out.keys() | into.keys()

    def _write_run(self, graph: Graph, known: NDArray[np.int32], new: NDArray[np.void]) -> NDArray[np.int32]:
        """Write edges between two entities, together with those that are there, and return where they stand."""
        room = self._before.room
        edges = np.concatenate([graph.edges[known], new])
        start, stop = room.edges, room.edges + len(edges)
        if stop + 1 >= len(graph.edges):
            raise _TooMuch
        # The edge after a run stays empty, lest a later run seem to go on with it.
        room.edges = stop + 1
        graph.edges["died"][known] = graph.version[0]
        graph.edges[start:stop] = edges[np.argsort(-np.abs(edges["weight"]), kind="stable")]
        return np.arange(start, stop, dtype=np.int32)

    def _add_ways(self, graph: Graph, number: int, edges: NDArray[np.int32], *, is_out: bool) -> None:
        room, version = self._before.room, int(graph.version[0])
        nodes, ways = (graph.out_nodes, graph.out_ways) if is_out else (graph.into_nodes, graph.into_ways)
        free = room.out_ways if is_out else room.into_ways
        node = nodes[number]
        most = 2 * (int(node["later_count"]) + len(edges)) + 4
        # A filter has less than 24 bits a way, and at least a word.
        if free + most > len(ways) or room.bits + (int(node["count"]) + most) // 2 + 2 > len(graph.bits) or most > _MOST_LATER:
            raise _TooMuch
        new = np.zeros(len(edges), WAY)
        fill_ways(new, graph.edges, edges, is_out)
        free, room.bits = add_ways(nodes, number, ways, new, free, graph.bits, room.bits, version, graph.edges)
        if is_out:
            room.out_ways = free
        else:
            room.into_ways = free

    def _edges(self, statement: Statement, after: Adjacency) -> Iterator[tuple[int, int, tuple[object, ...]]]:
        """Yield the edges of a statement, one for each direction that carries interest, each with its ends."""
        ends = self._entities.position(statement.subject), self._entities.position(statement.object)
        if min(ends) < 0 or ends[0] == ends[1] or not self._sees(statement):
            return
        relation, number = self._new.relation(statement), self._statements.position(statement.iri)
        opponents = after.opponents.get(number, ())
        disputer = NO_DISPUTER if not opponents else opponents[0] if len(opponents) == 1 else SEVERAL_DISPUTERS
        rank = self._ranks.get(number, number << RANK_SHIFT)
        first, last = _period(packed_date(statement.valid_from), packed_date(statement.valid_to))
        for (source, target), weight in zip((ends, ends[::-1]), relation_weights(relation, statement), strict=True):
            if weight:
                size = weight * statement.certainty
                yield source, target, (size, rank, source, target, number, disputer, first, last, ALIVE, relation.chains)

    # ── stances ────────────────────────────────────────────────────────────────────────────────────────

    def _bearings(self) -> dict[int, list[Bearing]]:
        """Return the bearings of all claims of which some have changed."""
        found: dict[int, list[Bearing]] = {}
        for claim in {s.subject for s in self._changed.values() if self._new.relation(s).bearing}:
            number = self._claims.position(claim)
            if number >= 0:
                found[number] = [
                    (self._statements.position(s.iri), self._entities.position(s.object), sign * s.certainty)
                    for s in self._new.by_subject.get(claim, ())
                    if (sign := self._new.relation(s).bearing) and s.object in self._new.entities and self._sees(s)
                ]
        return found

    def _with_effects(self, after: Adjacency, bearings: Iterable[int]) -> Adjacency:
        stances = {s.iri: s for s in self._changed.values() if self._new.relation(s).stance}
        for claim in bearings:
            on_it = self._new.by_object.get(self._claims[claim], ())
            stances |= {s.iri: s for s in on_it if self._new.relation(s).stance}
        if not stances:
            return after
        effects, room = after.effects, after.room
        numbers = [self._statements.position(iri) for iri in stances]
        taken_by = {self._entities.position(s.subject) for s in stances.values()}
        taken_by |= {self._entities.position(old.subject) for iri in stances if (old := self._old.statements.get(iri))}
        rows = np.concatenate([effects.by_actor.of(number) for number in sorted(taken_by)])
        dead = rows[np.isin(effects.table["stance"][rows], numbers)].tolist()
        new = np.array([effect for s in stances.values() for effect in self._effects(s, after)], EFFECT)
        changed = effects.with_rows(dead, new, room.effects)
        if changed is None:
            raise _TooMuch
        room.effects = changed.count
        return replace(after, effects=changed)

    def _effects(self, stance: Statement, after: Adjacency) -> Iterator[tuple[object, ...]]:
        """Yield what a stance touches."""
        actor, sign = self._entities.position(stance.subject), self._new.relation(stance).stance
        if actor < 0 or not sign or not self._sees(stance):
            return
        stated = packed_date(stance.stated_on)
        number, period = self._statements.position(stance.iri), _period(stated, stated)
        touched: list[tuple[int, int, float]] = []
        if stance.object in self._new.entities:
            touched.append((-1, self._entities.position(stance.object), sign))
        elif stance.object in self._new.claims:
            known = after.bearings.get(self._claims.position(stance.object), ())
            touched += [(bearing, entity, sign * weight) for bearing, entity, weight in known]
        for bearing, target, effective in touched:
            yield effective, abs(effective) * stance.certainty, number, bearing, actor, target, *period


def _spread(new: list[str], known: list[tuple[str, int]], low: int, high: int) -> Iterator[tuple[str, int]]:
    """Yield ranks for IRIs among others that have some, evenly between their neighbours; both are sorted."""
    begin = 0
    for neighbour, rank in [*known, (None, high)]:
        end = len(new) if neighbour is None else bisect_left(new, neighbour)
        step = (rank - low) // (end - begin + 1)
        if begin < end and step < 1:
            raise _TooMuch
        yield from ((new[begin + place], low + step * (place + 1)) for place in range(end - begin))
        begin, low = end, rank


def _edges_between(graph: Graph, source: int, target: int) -> NDArray[np.int32]:
    """Return the edges from one entity to another that are alive, in the order of their weights."""
    if not 0 <= min(source, target) <= max(source, target) < len(graph.out_nodes):
        return np.zeros(0, np.int32)
    node = graph.out_nodes[source]
    later = graph.out_ways[node["later"] : node["later"] + node["later_count"]]
    start, stop = int(node["start"]), int(node["start"] + node["count"])
    first, last = (start + int(np.searchsorted(graph.ends[start:stop], target, side)) for side in ("left", "right"))
    edges = np.concatenate([later["edge"][later["other"] == target], np.arange(first, last, dtype=np.int32)])
    alive: NDArray[np.int32] = edges[graph.edges["died"][edges] > graph.version[0]]
    return alive


def _with_hubs(graph: Graph, touched: set[int]) -> Graph:
    """Return a graph that knows the first edges between hubs that were touched."""
    hubs = [number for number in touched if graph.hub_number[number] >= 0]
    if len(hubs) < 2:
        return graph
    names = "hub_edge", "hub_edge_into", "hub_weight", "hub_weight_into"
    tables: dict[str, NDArray[Any]] = {name: getattr(graph, name).copy() for name in names}
    for source in hubs:
        for target in hubs:
            edges = _edges_between(graph, source, target)
            if len(edges):
                one, other, size = graph.hub_number[source], graph.hub_number[target], abs(graph.edges["weight"][edges[0]])
                tables["hub_edge"][one, other] = tables["hub_edge_into"][other, one] = edges[0]
                weight = np.nextafter(np.float32(size), np.float32(2))
                tables["hub_weight"][one, other] = tables["hub_weight_into"][other, one] = weight
    return graph._replace(**tables)


def _longer(array: NDArray[_Item], by: int, filled: int = 0) -> NDArray[_Item]:
    """Return a copy of an array with room for more at its end."""
    if not by:
        return array.copy()
    more = np.zeros(by, array.dtype)
    if filled:
        more[:] = filled
    return np.concatenate([array, more])


def _period(first: int, last: int) -> tuple[int, int]:
    return int(first_days(np.array([first], np.int32))[0]), int(last_days(np.array([last], np.int32))[0])
