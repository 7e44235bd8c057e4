"""The JSON-LD context: a short term for every class, relation and property that an export may hold.

``python -m cuibono.schema.jsonld_context`` prints the one that stands in ``schema/context.jsonld``.
"""

from __future__ import annotations

import json
import re

from cuibono.schema.namespaces import CB, OWL, PREFIXES, RDFS, XSD
from cuibono.schema.vocabulary import Vocabulary, expanded, local_name

__all__ = ["CONTEXT_IRI", "TermDefinition", "context_text", "jsonld_context"]

CONTEXT_IRI = "https://w3id.org/cuibono/context.jsonld"
"""Where the context of the bundled vocabulary is published; what refers to it is read without fetching it."""

TermDefinition = str | dict[str, str]

_REUSED: dict[str, TermDefinition] = {
    "FragmentSelector": "oa:FragmentSelector",
    "SpecificResource": "oa:SpecificResource",
    "TextPositionSelector": "oa:TextPositionSelector",
    "TextQuoteSelector": "oa:TextQuoteSelector",
    "altLabel": "skos:altLabel",
    "comment": "rdfs:comment",
    "conformsTo": {"@id": "dcterms:conformsTo", "@type": "@id"},
    "creator": "dc:creator",
    "description": "dcterms:description",
    "end": {"@id": "oa:end", "@type": "xsd:integer"},
    "endedAtTime": {"@id": "prov:endedAtTime", "@type": "xsd:dateTime"},
    "exact": "oa:exact",
    "hasSelector": {"@id": "oa:hasSelector", "@type": "@id"},
    "hasSource": {"@id": "oa:hasSource", "@type": "@id"},
    "label": "rdfs:label",
    "language": "dc:language",
    "object": {"@id": "rdf:object", "@type": "@id"},
    "predicate": {"@id": "rdf:predicate", "@type": "@vocab"},
    "prefLabel": "skos:prefLabel",
    "prefix": "oa:prefix",
    "published": {"@id": "dcterms:issued", "@type": "xsd:date"},
    "publisher": "dc:publisher",
    "rights": "dc:rights",
    "sameAs": {"@id": "schema:sameAs", "@type": "@id"},
    "start": {"@id": "oa:start", "@type": "xsd:integer"},
    "subject": {"@id": "rdf:subject", "@type": "@id"},
    "suffix": "oa:suffix",
    "title": "dcterms:title",
    "url": {"@id": "schema:url", "@type": "@id"},
    "used": {"@id": "prov:used", "@type": "@id"},
    "value": "rdf:value",
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "wasRevisionOf": {"@id": "prov:wasRevisionOf", "@type": "@id"},
}
"""Terms of other vocabularies; no term of an ontology takes their names."""

_PARTIAL_DATES = {CB + name: XSD + "date" for name in ("retrieved", "statedOn", "validFrom", "validTo")}
_CODE_LISTS = (CB + "Basis", CB + "Status")
_ATTRIBUTE_TYPES = {float: XSD + "decimal", int: XSD + "integer", bool: XSD + "boolean"}


def jsonld_context(vocabulary: Vocabulary) -> dict[str, TermDefinition]:
    """Return the content of ``@context`` for a vocabulary, prefixes first, then terms in alphabetical order.

    A term is the local name of what it stands for. Where that name is taken, or would mean something else in
    JSON-LD, the whole IRI is the term.

    Examples
    --------
    >>> context = jsonld_context(Vocabulary.bundled())
    >>> context["Person"], context["disputes"]
    ('cb:Person', {'@id': 'cb:disputes', '@type': '@id'})
    """
    terms = dict(_REUSED)
    for iri, coercion in _coercions(vocabulary).items():
        term = local_name(iri)
        if not re.fullmatch(r"\w[\w.-]*", term) or term in terms or term in PREFIXES:
            if term in terms and expanded(_iri(terms[term])) == iri:
                continue
            term = iri
        # A term that is an IRI is defined as itself: as a prefixed name it would send rdflib round in circles.
        short = iri if term == iri else _short(iri)
        terms[term] = {"@id": short, "@type": coercion} if coercion else short
    return {**PREFIXES, **dict(sorted(terms.items()))}


def context_text(vocabulary: Vocabulary) -> str:
    """Return the start of a JSON-LD document, its context: an open ``{`` and the ``@context`` in it, a line a term."""
    terms = (f"    {_json(term)}: {_json(definition)}" for term, definition in jsonld_context(vocabulary).items())
    return '{\n  "@context": {\n' + ",\n".join(terms) + "\n  }"


def _coercions(vocabulary: Vocabulary) -> dict[str, str | None]:
    """Return what each term of the ontology is coerced to, the terms of cuibono's own namespace first."""
    ontology = vocabulary.ontology
    found: dict[str, str | None] = {}
    for iri in ontology.members(OWL + "Class"):
        found[iri] = None
    for entity_class in vocabulary.classes.values():
        found[entity_class.iri] = None
    for code_list in _CODE_LISTS:
        found.update(dict.fromkeys(ontology.members(code_list)))
    for iri in ontology.members(OWL + "DatatypeProperty"):
        datatype = next((r for r in ontology.iris(iri, RDFS + "range") if r != XSD + "string"), None)
        found[iri] = _short(datatype or _PARTIAL_DATES[iri]) if datatype or iri in _PARTIAL_DATES else None
    for iri in ontology.members(OWL + "ObjectProperty"):
        coded = set(ontology.iris(iri, RDFS + "range")) & set(_CODE_LISTS)
        found[iri] = "@vocab" if coded else "@id"
    for attribute in vocabulary.attributes.values():
        datatype = _ATTRIBUTE_TYPES.get(attribute.datatype)
        found[attribute.iri] = _short(datatype) if datatype else None
    for relation in vocabulary.relations.values():
        found[relation.iri] = "@id"
    return dict(sorted(found.items(), key=lambda item: (not item[0].startswith(CB), item[0])))


def _json(value: TermDefinition) -> str:
    return json.dumps(value, ensure_ascii=False)


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _iri(definition: TermDefinition) -> str:
    return definition if isinstance(definition, str) else definition["@id"]


if __name__ == "__main__":
    print(context_text(Vocabulary.bundled()) + "\n}")
