"""Decisions on who is who that hold no more: they made nothing one, and are a matter of the history alone."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from cuibono.graph.store.encoding import STATEMENTS
from cuibono.graph.store.interface import Store
from cuibono.schema.namespaces import CB, OA, PROV, RDF

__all__ = ["IDENTICAL", "REASON", "withdrawn"]

IDENTICAL = CB + "identicalTo"
"""The relation of two entities that are one."""

REASON = "document/identity-"
"""What the IRI of a document has, after its base, that gives the reason of a decision on who is who."""

_DECISIONS = f"""
SELECT ?statement ?evidence ?document ?selector WHERE {{ GRAPH {STATEMENTS} {{
  ?statement <{RDF}predicate> <{IDENTICAL}> ; <{CB}status> ?status ; <{CB}evidence> ?evidence .
  ?evidence <{OA}hasSource> ?document .
  OPTIONAL {{ ?evidence <{OA}hasSelector> ?selector }}
  FILTER(?status IN (<{CB}Retracted>, <{CB}Rejected>))
  FILTER NOT EXISTS {{ ?other <{RDF}object> ?statement }}
  FILTER NOT EXISTS {{ ?other <{PROV}wasDerivedFrom> ?statement }}
  FILTER NOT EXISTS {{ ?other <{CB}inResponseTo> ?statement }}
}} }}"""


def withdrawn(store: Store) -> frozenset[str]:
    """Return the IRIs of all that is there only because two entities were made one, or proposed, and are not one now.

    These are statements of identity that were rejected or retracted, and their reasons: quotes, selectors and documents. What
    a dossier or an import gives a source of its own for, or what others speak of, is none of them.
    """
    solutions = store.query(_DECISIONS)
    assert isinstance(solutions, ox.QuerySolutions)
    parts, sourced = defaultdict[str, set[str]](set), set[str]()
    for solution in solutions:
        terms = (solution[name] for name in ("statement", "evidence", "document", "selector"))
        statement, evidence, document, *selector = (term.value for term in terms if isinstance(term, ox.NamedNode))
        parts[statement].update((statement, evidence, document, *selector))
        if REASON not in document:
            sourced.add(statement)
    return frozenset[str]().union(*(found for statement, found in parts.items() if statement not in sourced))
