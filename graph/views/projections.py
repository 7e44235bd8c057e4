"""Graphs that analysts ask for, made of what is said: who competes with whom, who shares an interest, who sides with whom.

Each is a plain, undirected networkx graph of numbers and texts, for the algorithms of networkx and of
`cuibono.graph.algorithms`, and for every writer of networkx.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from cuibono.graph.errors import InvalidArgument
from cuibono.graph.interest.findings import Beneficiary
from cuibono.graph.interest.positions import stances
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import relation_weights
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.attributes import Attributes, claim_attributes, entity_attributes

__all__ = ["competition", "shared_interests", "signed_stances"]

Graph = Any

_MOST_TOGETHER = 2_000
"""So many with an interest in one thing would make millions of pairs."""


def competition(snapshot: Snapshot, selection: Selection) -> Graph:
    """Return who competes with whom: those of whom each loses when the other gains, by one relation.

    Edges carry ``weight``, the strength of the rivalry (its interest times the confidence, by the strongest
    statement), ``statement``, that statement, and ``statements``, how many say so.
    """
    rivals: dict[tuple[str, str], tuple[float, Statement, int]] = {}
    for statement in selection.statements(snapshot):
        weights = relation_weights(snapshot.relation(statement), statement)
        if max(weights) >= 0 or not {statement.subject, statement.object} <= snapshot.entities.keys():
            continue
        pair = min(statement.subject, statement.object), max(statement.subject, statement.object)
        strength = max(map(abs, weights)) * statement.certainty
        before = rivals.get(pair)
        best = (strength, statement) if before is None or strength > before[0] else before[:2]
        rivals[pair] = (*best, 1 if before is None else before[2] + 1)
    graph = _graph_of(snapshot, (end for pair in rivals for end in pair))
    for (one, other), (strength, statement, count) in sorted(rivals.items()):
        graph.add_edge(one, other, weight=strength, statement=statement.iri, statements=count)
    return graph


def shared_interests(snapshot: Snapshot, found: Iterable[tuple[str, Iterable[Beneficiary]]]) -> Graph:
    """Return who shares an interest with whom, and whether they want the same.

    Edges carry ``shared``, in how many things both have an interest; ``aligned`` and ``opposed``, how much they gain or
    lose together, or one at the other's cost (the smaller of the two interests, over all things); ``weight``, both
    together; ``sign``, 1 where aligned is not less than opposed, or else -1; and ``things``, their names.

    Parameters
    ----------
    found : iterable
        Things, each with those who gain or lose when it gains.

    Raises
    ------
    InvalidArgument
        If more than 2,000 have an interest in one thing.
    """
    pairs: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for target, touched in found:
        gains = {each.entity: each.gain for each in touched if each.entity != target}
        if len(gains) > _MOST_TOGETHER:
            name, most = snapshot.label(target), f"{_MOST_TOGETHER:,}"
            raise InvalidArgument(
                "targets", f"more than {most} have an interest in {name!r}; leave it out, or ask for more strength"
            )
        for one, other in combinations(sorted(gains), 2):
            size = min(abs(gains[one]), abs(gains[other]))
            same = gains[one] * gains[other] > 0
            pairs.setdefault((one, other), []).append((size if same else -size, snapshot.label(target)))
    graph = _graph_of(snapshot, (end for pair in pairs for end in pair))
    for (one, other), things in sorted(pairs.items()):
        aligned = sum(size for size, _ in things if size > 0)
        opposed = -sum(size for size, _ in things if size < 0)
        graph.add_edge(
            one,
            other,
            shared=len(things),
            aligned=aligned,
            opposed=opposed,
            weight=aligned + opposed,
            sign=1 if aligned >= opposed else -1,
            things="; ".join(sorted(label for _, label in things)),
        )
    return graph


def signed_stances(snapshot: Snapshot, selection: Selection, *, claims: bool = True) -> Graph:
    """Return who sides with whom and what, for structural balance.

    Nodes are actors, claims and entities. An edge is everybody's latest stance, what a claim means for an entity, or
    that two claims exclude each other. Edges carry ``sign``, 1 or -1, and ``weight``, the size of the stance or bearing
    times its confidence, all that joins the two together; what cancels out makes no edge.

    Parameters
    ----------
    claims : bool
        Whether claims are nodes; otherwise a stance on a claim counts as one on those whom the claim touches.
    """
    bearings: dict[str, list[tuple[str, float]]] = {}
    joins: list[tuple[str, str, float]] = []
    for statement in selection.statements(snapshot):
        relation = snapshot.relation(statement)
        if relation.bearing:
            bearings.setdefault(statement.subject, []).append((statement.object, relation.bearing * statement.certainty))
        elif relation.excludes and claims:
            joins.append((statement.subject, statement.object, -statement.certainty))
    if claims:
        joins += [(claim, touched, size) for claim, found in bearings.items() for touched, size in found]
    for target, position in stances(snapshot, selection):
        size = position.sign * position.stance.certainty
        if target in snapshot.entities or (claims and target in snapshot.claims):
            joins.append((position.actor, target, size))
        elif not claims:
            joins += [(position.actor, touched, size * bearing) for touched, bearing in bearings.get(target, ())]
    return _added_up(snapshot, joins)


def _added_up(snapshot: Snapshot, joins: Iterable[tuple[str, str, float]]) -> Graph:
    """Return a graph with one signed edge for all that joins two nodes."""
    sums: dict[tuple[str, str], float] = {}
    for one, other, value in joins:
        if one != other:
            pair = min(one, other), max(one, other)
            sums[pair] = sums.get(pair, 0.0) + value
    graph = _graph_of(snapshot, (end for pair in sums for end in pair))
    for (one, other), value in sorted(sums.items()):
        if abs(value) > 1e-12:
            graph.add_edge(one, other, sign=1 if value > 0 else -1, weight=abs(value))
    return graph


def _graph_of(snapshot: Snapshot, iris: Iterable[str]) -> Graph:
    """Return a graph of nodes with the attributes that `to_networkx` gives them."""
    columns = snapshot.columns
    graph: nx.Graph[str] = nx.Graph()
    for iri in sorted(set(iris)):
        row = columns.entities.iri.position(iri)
        made: list[Attributes] = []
        if row >= 0:
            made = entity_attributes(columns, snapshot.vocabulary, _row(row))
        elif (row := columns.claims.iri.position(iri)) >= 0:
            made = claim_attributes(columns, _row(row))
        graph.add_node(iri, **(made[0] if made else {}))
    return graph


def _row(row: int) -> NDArray[np.int64]:
    return np.array([row], np.int64)
