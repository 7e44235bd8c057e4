"""What the ontology says a single statement weighs: its signed weight in each direction."""

from __future__ import annotations

from cuibono.graph.model import Statement
from cuibono.schema import Relation

__all__ = ["DISPUTED_FACTOR", "MIXED_FACTOR", "relation_weights", "strongest_first"]

DISPUTED_FACTOR = 0.5
"""An interest that somebody other than the actor disputes counts half, however many dispute it."""

MIXED_FACTOR = 0.5
"""Interests of both signs are mixed where the weaker is at least this part of the stronger."""


def relation_weights(relation: Relation, statement: Statement) -> tuple[float, float]:
    """Return the forward and the backward weight of a statement, before confidence and dispute.

    Forward is what happens to the subject when the object gains; backward, to the object when the subject
    gains. Where the ontology scales a weight by an attribute and the statement gives it, the scaled weight
    times the attribute takes the place of the plain one.
    """
    forward, backward = relation.forward_weight, relation.backward_weight
    scale = dict(statement.attributes).get(relation.scaled_by) if relation.scaled_by else None
    if isinstance(scale, (int, float)):
        if relation.forward_scaled_weight is not None:
            forward = relation.forward_scaled_weight * scale
        if relation.backward_scaled_weight is not None:
            backward = relation.backward_scaled_weight * scale
    return forward, backward


def strongest_first(relation: Relation, statement: Statement, source: str) -> tuple[float, str]:
    """Return a key that puts the stronger of the statements that say the same first, walked from one of their ends; then by IRIs.

    What is disputed is what they say: that makes no difference between them.
    """
    forward, backward = relation_weights(relation, statement)
    weight = forward if relation.symmetric or source == statement.subject else backward
    return -round(abs(weight * statement.certainty), 12), statement.iri
