"""What a store is asked for its records.

A sub-query of its own for each field makes the store join whole columns, instead of looking each record up for each
field; and a code in place of an IRI that many records share saves it looking the IRI up for each. A record stands in
several answers where a field has several values; those that may have many have a question of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from cuibono.graph.snapshot.columns import BASES, STATUSES
from cuibono.graph.store.encoding import DOCUMENTS, STATEMENTS
from cuibono.schema.namespaces import CB

__all__ = [
    "FIRST_CODE",
    "STATEMENT_FIELDS",
    "any_of",
    "claims",
    "documents",
    "entities",
    "evidence",
    "pairs",
    "positions",
    "predicates",
    "quotes",
    "statements",
]

FIRST_CODE = 10_000
"""Codes have as many digits each, so that the smallest text is the smallest number."""

STATEMENT_FIELDS = {
    "subject": "rdf:subject",
    "object": "rdf:object",
    "speaker": "cb:speaker",
    "said_via": "cb:saidVia",
    "document": "cb:document",
    "stated_on": "cb:statedOn",
    "valid_from": "cb:validFrom",
    "valid_to": "cb:validTo",
    "confidence": "cb:confidence",
    "unstated": "cb:confidenceUnstated",
    "in_response_to": "cb:inResponseTo",
    "revision_of": "prov:wasRevisionOf",
    "evidence": "cb:evidence",
}
"""What statements are asked for by name, but for what is answered by codes."""


def predicates() -> str:
    """Ask for the predicates of statements, each once."""
    return f"SELECT DISTINCT ?p {{ GRAPH {STATEMENTS} {{ ?s rdf:predicate ?p FILTER(isIRI(?p)) }} }}"


def any_of(graph: ox.NamedNode, predicate: str) -> str:
    """Ask whether anything has a property."""
    return f"ASK {{ GRAPH {graph} {{ ?s {predicate} ?value }} }}"


def pairs(graph: ox.NamedNode, predicate: str) -> str:
    """Ask for all that have a property, and for its values."""
    return f"SELECT ?s ?value {{ GRAPH {graph} {{ ?s {predicate} ?value }} }}"


def _all_of(graph: ox.NamedNode, records: str, fields: Iterable[str]) -> str:
    optional = " ".join(f"OPTIONAL {field}" for field in fields)
    return f"SELECT * {{ GRAPH {graph} {{ {records} {optional} }} }}"


def _field(name: str, predicate: str) -> str:
    return f"{{ SELECT ?s ?{name} {{ ?s {predicate} ?{name} }} }}"


def _coded(name: str, predicate: str, iris: Sequence[str]) -> str:
    codes = " ".join(f"(<{iri}> {FIRST_CODE + code})" for code, iri in enumerate(iris))
    return f"{{ SELECT ?s ?{name} {{ VALUES (?value ?{name}) {{ {codes} }} ?s {predicate} ?value }} }}"


def statements(predicates: Sequence[str], fields: Sequence[str]) -> list[str]:
    """Ask for statements: twice, for a part of their fields each.

    What the store joins takes room for every variable of a question, so that two of half the size take less memory
    than one; and two can be answered at the same time.

    Parameters
    ----------
    predicates : sequence of str
        IRIs, of which the answers give codes; so they do of bases and statuses, of their IRIs sorted.
    fields : sequence of str
        Those of `STATEMENT_FIELDS` that are wanted.
    """
    coded = [
        _coded("predicate", "rdf:predicate", predicates),
        _coded("basis", "cb:basis", _members(BASES)),
        _coded("status", "cb:status", _members(STATUSES)),
    ]
    plain = [_field(name, STATEMENT_FIELDS[name]) for name in fields]
    # IRIs take the store longest, each of them to be looked up; the first two fields are ends of all statements.
    parts = (plain[:2] + coded, plain[2:])
    return [_all_of(STATEMENTS, "{ SELECT ?s { ?s a cb:Statement } }", part) for part in parts]


def evidence() -> str:
    """Ask for evidence."""
    return _all_of(STATEMENTS, "{ SELECT ?s { ?s a cb:Evidence } }", [_field("document", "oa:hasSource")])


def quotes() -> str:
    """Ask for selectors that quote."""
    fields = [_field("prefix", "oa:prefix"), _field("suffix", "oa:suffix")]
    return _all_of(STATEMENTS, _field("exact", "oa:exact"), fields)


def positions() -> str:
    """Ask for selectors that give a position."""
    return _all_of(STATEMENTS, _field("start", "oa:start"), [_field("end", "oa:end")])


def claims() -> str:
    """Ask for claims."""
    fields = {"text": "cb:text", "quantity": "cb:quantity", "unit": "cb:unit"}
    return _all_of(STATEMENTS, "{ SELECT ?s { ?s a cb:Claim } }", (_field(*pair) for pair in fields.items()))


def documents() -> str:
    """Ask for documents."""
    fields = {
        "sha256": "cb:sha256",
        "title": "dcterms:title",
        "text": "cb:text",
        "publisher": "dc:publisher",
        "licence": "dc:rights",
        "url": "schema:url",
        "published": "dcterms:issued",
        "retrieved": "cb:retrieved",
        "language": "dc:language",
    }
    return _all_of(DOCUMENTS, "{ SELECT ?s { ?s a cb:Document } }", (_field(*pair) for pair in fields.items()))


def entities(classes: Sequence[str]) -> str:
    """Ask for the members of classes; their types are codes of those given."""
    fields = [_field("label", "skos:prefLabel"), _field("description", "dcterms:description")]
    return _all_of(STATEMENTS, _coded("type", "a", classes), fields)


def _members(names: Iterable[str]) -> list[str]:
    return sorted(CB + name.capitalize() for name in names)
