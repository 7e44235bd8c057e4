"""How many records there are of each kind."""

from __future__ import annotations

from collections import Counter

from cuibono.graph.snapshot.columns import Columns

__all__ = ["record_counts"]


def record_counts(columns: Columns) -> Counter[str]:
    """Return how many records of each kind there are, as reports name them."""
    sizes = {
        "Entity": len(columns.entities.iri),
        "Claim": len(columns.claims.iri),
        "Document": len(columns.documents.iri),
        "Evidence": len(columns.evidence.iri),
        "Statement": len(columns.statements.iri),
    }
    return Counter({kind: count for kind, count in sizes.items() if count})
