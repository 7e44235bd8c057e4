"""What arguments are given in generated operations: names, IRIs, ids and cursors of a graph, and some that are none."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import orjson

from cuibono.api.graphql.identifiers import global_id
from cuibono.graph.knowledge_graph import KnowledgeGraph

__all__ = ["cursor_after", "texts_for"]


def texts_for(graph: KnowledgeGraph) -> dict[str, Sequence[str]]:
    """Return by the name of an argument, and by that of a scalar, what it is given."""
    snapshot = graph.snapshot
    iris = [*snapshot.entities, *list(snapshot.claims)[:10], *list(snapshot.statements)[:10], *list(snapshot.documents)[:5]]
    names = [entity.label for entity in snapshot.entities.values()]
    ids = [global_id(record) for record in map(snapshot.node, iris) if record is not None]
    words = [claim.text.split()[0] for claim in snapshot.claims.values()]
    cursor = cursor_after(iris[0])
    entities, claims = list(snapshot.entities), list(snapshot.claims)
    who = [*names, *entities, *ids[: len(entities)], "nobody"]
    what = [*who, *claims, *(global_id(claim) for claim in snapshot.claims.values())]
    return {
        **dict.fromkeys(("actor", "target", "subject", "speaker", "saidVia"), who),
        **dict.fromkeys(("of", "from", "to", "object"), what),
        "iri": [*iris, "https://example.org/nothing"],
        "name": names,
        "text": [*words, *names, ""],
        "id": ids,
        "ids": [*ids[:20], ids[0]],
        "type": ["Person", "Agent", "Organization", "Company", "Nothing"],
        "predicate": ["endorses", "owns", "competesWith", "nothing"],
        "via": ["owns", "leads", "competesWith", "asserts"],
        "after": [cursor, "nonsense"],
        "before": [cursor, "nonsense"],
        "PartialDate": ["2020", "2020-06", "2025-01-27", "1999", "soon"],
        "String": [*names, *iris, *ids, "nobody"],
        "ID": [*ids, "nonsense"],
        "AttributeValue": ["x"],
    }


def cursor_after(*place: str | float) -> str:
    """Return the cursor of a place in a list."""
    return base64.urlsafe_b64encode(orjson.dumps(list(place))).decode().rstrip("=")
