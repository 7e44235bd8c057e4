"""What records are written with: properties in named graphs, and the forms of their values."""

from __future__ import annotations

from dataclasses import dataclass

from cuibono.graph.snapshot.columns import BASES, STATUSES
from cuibono.graph.store.encoding import DERIVED, DOCUMENTS, HISTORY, ONTOLOGY, STATEMENTS
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, DC, DCTERMS, OA, PROV, RDF, SCHEMA, SKOS, XSD

__all__ = ["CODE", "DATE", "DATE_TYPES", "GRAPHS", "NODE", "SELECTORS", "TEXT", "Field", "fields_of"]

_S, _D = "statements", "documents"
GRAPHS = {_S: STATEMENTS, _D: DOCUMENTS, "derived": DERIVED, "history": HISTORY, "ontology": ONTOLOGY}
"""The named graphs by short names; those of records first."""

NODE, TEXT, DATE, CODE = "node", "text", "date", "code"
"""Forms of values, beside datatypes: an IRI, a plain text, a partial date, one of a choice of IRIs."""

DATE_TYPES = {XSD + "gYear": 4, XSD + "gYearMonth": 7, XSD + "date": 10}
"""Datatypes of partial dates, with how long these are."""

_DECIMAL, _INTEGER, _BOOLEAN = (XSD + name for name in ("decimal", "integer", "boolean"))
_ATTRIBUTES = {str: TEXT, float: _DECIMAL, int: _INTEGER, bool: _BOOLEAN}
SELECTORS = {"quote": "TextQuoteSelector", "position": "TextPositionSelector", "row": "FragmentSelector"}
"""The parts of evidence, by the names that end their IRIs, with their classes of Web Annotation."""

_ROWS = "https://www.rfc-editor.org/rfc/rfc7111"


@dataclass(frozen=True, slots=True)
class Field:
    """A property in a named graph, and what its values are: nodes, texts, dates, a datatype, or a choice of IRIs."""

    graph: str
    predicate: str
    form: str
    choice: tuple[str, ...] = ()


def fields_of(vocabulary: Vocabulary) -> dict[str, Field]:
    """Return what records are written with, by name."""
    classes = sorted(c.iri for c in vocabulary.classes.values())
    relations = sorted(r.iri for r in vocabulary.relations.values())
    own = [CB + "Claim", CB + "Evidence", CB + "Statement", RDF + "Statement", OA + "SpecificResource"]
    own += [OA + name for name in SELECTORS.values()]
    found = {
        "type": Field(_S, RDF + "type", CODE, (*classes, *own)),
        "label": Field(_S, SKOS + "prefLabel", TEXT),
        "aliases": Field(_S, SKOS + "altLabel", TEXT),
        "same_as": Field(_S, SCHEMA + "sameAs", NODE),
        "description": Field(_S, DCTERMS + "description", TEXT),
        "text": Field(_S, CB + "text", TEXT),
        "quantity": Field(_S, CB + "quantity", _DECIMAL),
        "unit": Field(_S, CB + "unit", TEXT),
        "hedges": Field(_S, CB + "hedge", TEXT),
        "has_source": Field(_S, OA + "hasSource", NODE),
        "has_selector": Field(_S, OA + "hasSelector", NODE),
        "exact": Field(_S, OA + "exact", TEXT),
        "prefix": Field(_S, OA + "prefix", TEXT),
        "suffix": Field(_S, OA + "suffix", TEXT),
        "start": Field(_S, OA + "start", _INTEGER),
        "end": Field(_S, OA + "end", _INTEGER),
        "row": Field(_S, RDF + "value", TEXT),
        "conforms_to": Field(_S, DCTERMS + "conformsTo", CODE, (_ROWS,)),
        "subject": Field(_S, RDF + "subject", NODE),
        "predicate": Field(_S, RDF + "predicate", CODE, tuple(relations)),
        "object": Field(_S, RDF + "object", NODE),
        "speaker": Field(_S, CB + "speaker", NODE),
        "said_via": Field(_S, CB + "saidVia", NODE),
        "document": Field(_S, CB + "document", NODE),
        "stated_on": Field(_S, CB + "statedOn", DATE),
        "valid_from": Field(_S, CB + "validFrom", DATE),
        "valid_to": Field(_S, CB + "validTo", DATE),
        "confidence": Field(_S, CB + "confidence", _DECIMAL),
        "unstated": Field(_S, CB + "confidenceUnstated", _BOOLEAN),
        "basis": Field(_S, CB + "basis", CODE, tuple(CB + basis.capitalize() for basis in BASES)),
        "status": Field(_S, CB + "status", CODE, tuple(CB + status.capitalize() for status in STATUSES)),
        "evidence": Field(_S, CB + "evidence", NODE),
        "in_response_to": Field(_S, CB + "inResponseTo", NODE),
        "derived_from": Field(_S, PROV + "wasDerivedFrom", NODE),
        "revision_of": Field(_S, PROV + "wasRevisionOf", NODE),
        "document type": Field(_D, RDF + "type", CODE, (CB + "Document",)),
        "sha256": Field(_D, CB + "sha256", TEXT),
        "title": Field(_D, DCTERMS + "title", TEXT),
        "document text": Field(_D, CB + "text", TEXT),
        "publisher": Field(_D, DC + "publisher", TEXT),
        "authors": Field(_D, DC + "creator", TEXT),
        "licence": Field(_D, DC + "rights", TEXT),
        "url": Field(_D, SCHEMA + "url", NODE),
        "published": Field(_D, DCTERMS + "issued", DATE),
        "retrieved": Field(_D, CB + "retrieved", DATE),
        "language": Field(_D, DC + "language", TEXT),
    }
    for attribute in vocabulary.attributes.values():
        found[attribute.iri] = Field(_S, attribute.iri, _ATTRIBUTES[attribute.datatype])
    return found
