"""Stances, bearings and interests of a graph as arrays: what the kernels walk over."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.interest.compressed import ALIVE, EDGE, NO_DISPUTER, SEVERAL_DISPUTERS, Graph, Room, compressed
from cuibono.graph.interest.effects import EFFECT, Effects
from cuibono.graph.interest.numbering import Layered, Numbers
from cuibono.graph.interest.selection import Selection
from cuibono.graph.snapshot.columns import (
    CLAIM_KIND,
    ENTITY_KIND,
    STATEMENT_KIND,
    STATUSES,
    Columns,
    first_days,
    last_days,
    packed_date,
)
from cuibono.schema import Relation, Vocabulary

__all__ = [
    "RANK_SHIFT",
    "Adjacency",
    "Bearing",
    "adjacency",
    "certainties",
    "interest_weights",
    "opponents_of",
    "seen_rows",
]

_Ints = NDArray[np.int32]
_Longs = NDArray[np.int64]
_Floats = NDArray[np.float64]
_Bools = NDArray[np.bool_]

RANK_SHIFT = 32
"""Between the ranks of statements that stand next to each other is room for others, by so many bits."""

_Proposition = tuple[int, int, int, int, int]
Bearing = tuple[int, int, float]
"""The number of a statement that a claim bears on something, of the entity it touches, and the signed weight."""


@dataclass(frozen=True, slots=True, eq=False)
class Adjacency:
    """The interest relations of a selection of statements, and the stances and bearings that meet them.

    Attributes
    ----------
    graph : Graph
        The interest relations.
    room : Room
        What is free in the graph's arrays.
    effects : Effects
    bearings : mapping of int to sequence of Bearing
        By number of claim.
    opponents : mapping of int to tuple of int
        By number of statement, where there are any: the entities that stand against what it says.
    entities, claims, statements : Numbers
        What stands under which number: rows of columns, and what has come since.
    ranks : mapping of int to int
        By the numbers of statements that have come since: where their IRIs stand among the others'.
    """

    graph: Graph
    room: Room
    effects: Effects
    bearings: Layered[int, Sequence[Bearing]]
    opponents: Layered[int, tuple[int, ...]]
    entities: Numbers
    claims: Numbers
    statements: Numbers
    ranks: Mapping[int, int] = field(default_factory=dict)


def adjacency(columns: Columns, vocabulary: Vocabulary, selection: Selection) -> Adjacency:
    """Return the stances, bearings and interests among the statements of a selection."""
    relations = [vocabulary.relation(iri) for iri in columns.relations]
    seen = seen_rows(columns, relations, selection)
    effects, bearings = _effects(columns, relations, seen)
    opponents = opponents_of(columns, relations, seen)
    carries = np.array([vocabulary.entity_class(iri).carries_interest for iri in columns.classes], np.bool_)
    graph, room = _graph(columns, relations, seen, opponents, carries[columns.entities.type])
    room.effects = effects.count
    return Adjacency(
        graph=graph,
        room=room,
        effects=effects,
        bearings=Layered(bearings),
        opponents=Layered(opponents),
        entities=Numbers(columns.entities.iri),
        claims=Numbers(columns.claims.iri),
        statements=Numbers(columns.statements.iri),
    )


def seen_rows(columns: Columns, relations: list[Relation], selection: Selection) -> _Bools:
    """Return which statements a selection sees."""
    statements = columns.statements
    wanted = [status in selection.statuses for status in STATUSES]
    seen: _Bools = np.array(wanted, np.bool_)[statements.status]
    if selection.as_of is not None:
        day = np.array([packed_date(selection.as_of)], np.int32)
        is_stance = np.array([relation.stance is not None for relation in relations], np.bool_)[statements.predicate]
        begins = np.where(is_stance & (statements.valid_from == 0), statements.stated_on, statements.valid_from)
        seen = seen & (first_days(begins) <= last_days(day)) & (last_days(statements.valid_to) >= first_days(day))
    return seen


def certainties(columns: Columns) -> _Floats:
    """Return the confidence of each statement, 1 where none was stated."""
    return np.nan_to_num(columns.statements.confidence, nan=1.0)


# ── stances and bearings ───────────────────────────────────────────────────────────────────────────────


def _effects(columns: Columns, relations: list[Relation], seen: _Bools) -> tuple[Effects, Mapping[int, Sequence[Bearing]]]:
    statements, certainty = columns.statements, certainties(columns)
    sign = np.array([relation.stance or 0.0 for relation in relations])[statements.predicate]
    bearing_sign = np.array([relation.bearing or 0.0 for relation in relations])[statements.predicate]
    is_stance = seen & (sign != 0) & (statements.subject_kind == ENTITY_KIND)
    is_bearing = seen & (bearing_sign != 0) & (statements.object_kind == ENTITY_KIND)

    direct = np.flatnonzero(is_stance & (statements.object_kind == ENTITY_KIND))
    on_claims = np.flatnonzero(is_stance & (statements.object_kind == CLAIM_KIND))
    bearings = np.flatnonzero(is_bearing)
    bearings = bearings[np.argsort(statements.subject[bearings], kind="stable")]
    stance, bearing = _joined(statements.object[on_claims], statements.subject[bearings])
    stance, bearing = on_claims[stance], bearings[bearing]

    stances = np.concatenate([direct, stance])
    effective = np.concatenate([sign[direct], sign[stance] * bearing_sign[bearing] * certainty[bearing]])
    effects = np.empty(len(stances), EFFECT)
    effects["effective"], effects["strength"] = effective, np.abs(effective) * certainty[stances]
    effects["stance"], effects["actor"] = stances, statements.subject[stances]
    effects["bearing"] = np.concatenate([np.full(len(direct), -1), bearing])
    effects["target"] = np.concatenate([statements.object[direct], statements.object[bearing]])
    effects["first"] = first_days(statements.stated_on[stances])
    effects["last"] = last_days(statements.stated_on[stances])
    by_claim: dict[int, list[Bearing]] = defaultdict(list)
    for row in bearings.tolist():
        weight = float(bearing_sign[row] * certainty[row])
        by_claim[int(statements.subject[row])].append((row, int(statements.object[row]), weight))
    return Effects.of(effects, len(columns.entities.iri)), by_claim


def _joined(left: _Ints, right: _Ints) -> tuple[_Longs, _Longs]:
    """Return the pairs of positions at which two arrays agree; the second is sorted."""
    begin, end = np.searchsorted(right, left, "left"), np.searchsorted(right, left, "right")
    counts = end - begin
    rows = np.repeat(np.arange(len(left)), counts)
    offsets = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return rows, np.repeat(begin, counts) + offsets


# ── interests ──────────────────────────────────────────────────────────────────────────────────────────


def _graph(
    columns: Columns, relations: list[Relation], seen: _Bools, opponents: Mapping[int, tuple[int, ...]], carries: _Bools
) -> tuple[Graph, Room]:
    statements = columns.statements
    carrying = np.array([relation.carries_interest for relation in relations], np.bool_)[statements.predicate]
    between = (statements.subject_kind == ENTITY_KIND) & (statements.object_kind == ENTITY_KIND)
    rows = np.flatnonzero(seen & carrying & between & (statements.subject != statements.object))
    forward, backward = interest_weights(columns, relations, rows)
    disputer, chains = _disputers(opponents, len(seen)), np.array([relation.chains for relation in relations], np.bool_)
    ways = []
    for weight, source, target in (
        (forward, statements.subject, statements.object),
        (backward, statements.object, statements.subject),
    ):
        there = rows[weight != 0]
        edges = np.empty(len(there), EDGE)
        edges["weight"] = weight[weight != 0] * certainties(columns)[there]
        edges["source"], edges["target"], edges["statement"] = source[there], target[there], there
        edges["rank"], edges["died"] = there << RANK_SHIFT, ALIVE
        edges["disputer"], edges["chains"] = disputer[there], chains[statements.predicate[there]]
        # A relation without a beginning and an end has no edge in time: whatever the stance, it may hold.
        edges["first"], edges["last"] = first_days(statements.valid_from[there]), last_days(statements.valid_to[there])
        ways.append(edges)
    return compressed(np.concatenate(ways), carries)


def interest_weights(columns: Columns, relations: list[Relation], rows: _Longs) -> tuple[_Floats, _Floats]:
    """Return the forward and backward weights of statements, scaled where an attribute says so."""
    predicate = columns.statements.predicate[rows]
    forward = np.array([relation.forward_weight for relation in relations])[predicate]
    backward = np.array([relation.backward_weight for relation in relations])[predicate]
    scale = _scales(columns, relations, rows)
    for number, relation in enumerate(relations):
        scaled = (predicate == number) & ~np.isnan(scale)
        if relation.forward_scaled_weight is not None:
            forward[scaled] = relation.forward_scaled_weight * scale[scaled]
        if relation.backward_scaled_weight is not None:
            backward[scaled] = relation.backward_scaled_weight * scale[scaled]
    return forward, backward


def _scales(columns: Columns, relations: list[Relation], rows: _Longs) -> _Floats:
    """Return the attribute that scales each statement's weights, NaN where there is none."""
    statements = columns.statements
    wanted = [columns.attributes.index(r.scaled_by) if r.scaled_by in columns.attributes else -1 for r in relations]
    names, values = statements.attribute_names, statements.attribute_values
    owner = np.repeat(np.arange(len(names)), np.diff(names.offsets))
    scaling = np.flatnonzero(names.values == np.array(wanted, np.int32)[statements.predicate[owner]])
    texts, place = np.unique(values.values[scaling], return_inverse=True)
    numbers = np.array([_number(columns.texts[text]) for text in texts.tolist()], np.float64)
    scale = np.full(len(statements.iri), np.nan)
    scale[owner[scaling]] = numbers[place]
    return scale[rows]


def _number(text: str) -> float:
    value = json.loads(text)
    return float(value) if isinstance(value, (int, float)) else float("nan")


# ── disputes ───────────────────────────────────────────────────────────────────────────────────────────


def _disputers(opponents: Mapping[int, tuple[int, ...]], count: int) -> _Ints:
    """Return who stands against what each statement says: a row of an entity, -1 nobody or -2 several."""
    disputer = np.full(count, NO_DISPUTER, np.int32)
    for row, against in opponents.items():
        disputer[row] = against[0] if len(against) == 1 else SEVERAL_DISPUTERS
    return disputer


def opponents_of(columns: Columns, relations: list[Relation], seen: _Bools) -> dict[int, tuple[int, ...]]:
    """Return those who stand against what statements say, by each actor's latest stance."""
    statements = columns.statements
    against = _by_proposition(columns, relations, seen)
    subjects = np.zeros(max(map(len, (columns.entities.iri, columns.claims.iri, statements.iri, columns.texts))), np.bool_)
    subjects[[subject for _, subject, *_ in against]] = True
    found = ((row, against.get(_proposition(columns, row))) for row in np.flatnonzero(subjects[statements.subject]).tolist())
    return {row: tuple(sorted(actors)) for row, actors in found if actors}


def _by_proposition(columns: Columns, relations: list[Relation], seen: _Bools) -> dict[_Proposition, set[int]]:
    """Return those against each disputed proposition, by each actor's latest stance."""
    statements = columns.statements
    sign = np.array([relation.stance or 0.0 for relation in relations])[statements.predicate]
    stances = np.flatnonzero(seen & (sign != 0) & (statements.object_kind == STATEMENT_KIND))
    first, last = first_days(statements.stated_on[stances]), last_days(statements.stated_on[stances])
    taken: dict[tuple[_Proposition, int], list[tuple[int, int, float]]] = defaultdict(list)
    for row, begin, end in zip(stances.tolist(), first.tolist(), last.tolist(), strict=True):
        proposition = _proposition(columns, int(statements.object[row]))
        taken[proposition, int(statements.subject[row])].append((begin, end, float(sign[row])))
    found: dict[_Proposition, set[int]] = defaultdict(set)
    for (proposition, actor), positions in taken.items():
        latest = max(begin for begin, _, _ in positions)
        if any(weight < 0 and end >= latest for _, end, weight in positions):
            found[proposition].add(actor)
    return found


def _proposition(columns: Columns, row: int) -> _Proposition:
    statements = columns.statements
    return (
        int(statements.subject_kind[row]),
        int(statements.subject[row]),
        int(statements.predicate[row]),
        int(statements.object_kind[row]),
        int(statements.object[row]),
    )
