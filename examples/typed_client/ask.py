"""Asks a server with the generated client: conflicts of interest, then what verbatim quotes say of one entity.

Run `./generate` first; then ``python ask.py http://127.0.0.1:8000/graphql``.
"""

from __future__ import annotations

import sys

from cuibono_client import (
    Basis,
    Cuibono,
    Direction,
    EntityOrder,
    EntityWhere,
    EvidenceFilter,
    StatementEdgeFilter,
    StatementRelationFilter,
    StatementWhere,
    TextFilter,
    ThingWhere,
)


def main(url: str) -> None:
    client = Cuibono(url=url)

    found = client.conflicts(min_strength=0.4).conflicts_of_interest
    print(f"{found.total_count} conflicts of interest")
    for edge in found.edges:
        conflict = edge.node
        print(f"{conflict.strength:.2f} {conflict.alignment.value} {conflict.explanation}")
        for quote in conflict.stance.evidence:
            print(f"     “{quote.exact}”")

    verbatim = EvidenceFilter(basis=[Basis.VERBATIM])
    about = StatementWhere(object=ThingWhere(entity=EntityWhere(name=TextFilter(equals="deepseek"))))
    for statement_edge in client.statements(where=about, evidence=verbatim).statements.edges:
        statement = statement_edge.node
        print(f"{statement.text}: {'; '.join(evidence.exact for evidence in statement.evidence)}")

    named = EntityWhere(statements=StatementRelationFilter(some=StatementEdgeFilter(evidence=verbatim)))
    most = client.entities(where=named, order_by=[EntityOrder(statements=Direction.DESC)]).entities
    print("named verbatim:", ", ".join(f"{edge.node.label} ({edge.node.statements.total_count})" for edge in most.edges[:3]))


if __name__ == "__main__":
    main(sys.argv[1])
