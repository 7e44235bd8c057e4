"""The graph as the peers hold it who work conflicts of interest out when they are asked: adjacency lists, weights worked out."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from cuibono.graph.interest.positions import Positions
from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import relation_weights
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["adjacency"]


def adjacency(kg: KnowledgeGraph) -> dict[str, Any]:
    """Return all that a walk takes, and the sentences that explain what it finds, which none of the peers has to write."""
    snapshot = kg.snapshot
    selection = Selection()
    positions = Positions(snapshot, selection)
    edges: dict[str, list[dict[str, Any]]] = defaultdict(list)
    stances: dict[str, list[dict[str, Any]]] = defaultdict(list)
    bearings: dict[str, list[tuple[Statement, float]]] = defaultdict(list)
    for statement in selection.statements(snapshot):
        if sign := snapshot.relation(statement).bearing:
            bearings[statement.subject].append((statement, sign * statement.certainty))
    for statement in selection.statements(snapshot):
        relation = snapshot.relation(statement)
        if relation.carries_interest and {statement.subject, statement.object} <= snapshot.entities.keys():
            ends = statement.subject, statement.object
            disputers = sorted(positions.disputers(statement))
            for (source, target), weight in zip((ends, ends[::-1]), relation_weights(relation, statement), strict=True):
                if weight and source != target:
                    edges[source].append(_edge(statement, target, weight, disputers, chains=relation.chains))
        if relation.stance:
            stances[statement.subject] += _effects(snapshot, statement, relation.stance, bearings)
    carries = snapshot.vocabulary.entity_class
    return {
        "labels": {iri: entity.label for iri, entity in snapshot.entities.items()},
        "carries": [iri for iri, entity in snapshot.entities.items() if carries(entity.type).carries_interest],
        "edges": edges,
        "stances": stances,
        "explanations": {_key(f.stance.iri, f.target, f.bearing.iri if f.bearing else ""): f.explanation for f in kg.conflicts()},
    }


def _edge(statement: Statement, target: str, weight: float, disputers: list[str], *, chains: bool) -> dict[str, Any]:
    return {
        "to": target,
        "weight": weight * statement.certainty,
        "statement": statement.iri,
        "disputers": disputers,
        "chains": chains,
        "begins": statement.valid_from.first.isoformat() if statement.valid_from else None,
        "ends": statement.valid_to.last.isoformat() if statement.valid_to else None,
    }


def _effects(
    snapshot: Snapshot, stance: Statement, sign: float, bearings: dict[str, list[tuple[Statement, float]]]
) -> list[dict[str, Any]]:
    said = stance.stated_on
    when = [said.first.isoformat(), said.last.isoformat()] if said else None
    touched = [(stance.object, "", sign)] if stance.object in snapshot.entities else []
    touched += [(bearing.object, bearing.iri, sign * weight) for bearing, weight in bearings.get(stance.object, ())]
    return [
        {"statement": stance.iri, "target": target, "bearing": bearing, "effective": effective, "certainty": stance.certainty,
         "when": when, "key": _key(stance.iri, target, bearing)}
        for target, bearing, effective in touched
    ]  # fmt: skip


def _key(stance: str, target: str, bearing: str) -> str:
    return f"{stance} {target} {bearing}"
