"""Merges by hand that were taken back: they make nothing one, and are a matter of the history alone."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from cuibono.graph.store.encoding import HISTORY, STATEMENTS
from cuibono.graph.store.history import BY_HAND
from cuibono.graph.store.interface import Store
from cuibono.schema.namespaces import CB, OA, PROV, RDF

__all__ = ["IDENTICAL", "REASON", "withdrawn"]

IDENTICAL = CB + "identicalTo"
"""The relation of two entities that are one."""

REASON = "document/identity-"
"""What the IRI of a document has, after its base, that gives the reason of a decision on who is who."""

_DECISIONS = f"""
SELECT ?statement ?evidence ?document ?selector WHERE {{ GRAPH {STATEMENTS} {{
  ?statement <{RDF}predicate> <{IDENTICAL}> ; <{CB}status> <{CB}Retracted> ; <{CB}evidence> ?evidence .
  ?evidence <{OA}hasSource> ?document .
  OPTIONAL {{ ?evidence <{OA}hasSelector> ?selector }}
  FILTER NOT EXISTS {{ ?other <{RDF}object> ?statement }}
  FILTER NOT EXISTS {{ ?other <{PROV}wasDerivedFrom> ?statement }}
  FILTER NOT EXISTS {{ ?other <{CB}inResponseTo> ?statement }}
}} FILTER NOT EXISTS {{ GRAPH {HISTORY} {{ ?statement <{CB}enteredFrom> ?source FILTER(?source != <{BY_HAND}>) }} }} }}"""


def withdrawn(store: Store) -> frozenset[str]:
    """Return the IRIs of all that is there only because a person made two entities one, and took it back.

    These are retracted statements of identity, and their reasons: quotes, selectors and documents. What was found by
    comparing, or stands in a dossier or an import, and was refused, is none of them: it would be found again, and the refusal
    stands against that. Neither is what other statements speak of.
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
