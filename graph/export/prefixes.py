"""Short names for IRIs in Turtle: prefixes of the vocabularies, and of the things that a graph is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cuibono.graph.export.characters import escaped
from cuibono.schema.namespaces import PREFIXES

__all__ = ["Prefixes", "prefixes_of"]

_THING = re.compile(r"(.*[/#:])(entity|claim|statement|document|evidence)/[^/]+")
_LETTERS = {"entity": "e", "claim": "c", "document": "d", "statement": "s", "evidence": "ev"}
_ALWAYS = ("cb", "dc", "dcterms", "oa", "prov", "rdf", "schema", "skos", "xsd")
_TERMS = ("owl", "rdfs")

# A part of what Turtle allows in a local name: letters of most scripts, digits, and ASCII marks inside.
_LETTER = r"A-Za-z0-9_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u3001-\ud7ff"
_LOCAL = re.compile(rf"[{_LETTER}](?:[{_LETTER}.#-]*[{_LETTER}#-])?")


class Prefixes:
    """Prefixes for namespaces, and IRIs written with them.

    Examples
    --------
    >>> prefixes = Prefixes({"e": "https://example.org/entity/"})
    >>> prefixes.shortened("https://example.org/entity/ada"), prefixes.shortened("https://example.org/")
    ('e:ada', '<https://example.org/>')
    """

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self.namespaces = dict(namespaces)
        self._prefixes = {namespace: prefix for prefix, namespace in namespaces.items()}

    def shortened(self, iri: str) -> str:
        """Return an IRI as Turtle writes it, with a prefix where one fits."""
        for mark in "#/":
            at = iri.rfind(mark) + 1
            prefix = self._prefixes.get(iri[:at])
            if prefix is not None and _LOCAL.fullmatch(iri, at):
                local = iri[at:].replace("#", r"\#")
                return f"{prefix}:{local}"
        return escaped(f"<{iri}>")


def prefixes_of(subjects: Iterable[str], own_terms: Iterable[str]) -> Prefixes:
    """Return the prefixes for a graph.

    ``e:``, ``c:``, ``d:``, ``s:`` and ``ev:`` stand for the entities, claims, documents, statements and
    evidence of the first base, in alphabetical order; ``e2:`` and so on for those of the next.

    Parameters
    ----------
    subjects : iterable of str
        IRIs of the things in the graph.
    own_terms : iterable of str
        IRIs of the terms of the ontology's extension, whose namespaces are ``ns:``, ``ns2:``, ….
    """
    namespaces = {prefix: PREFIXES[prefix] for prefix in _ALWAYS}
    terms = list(own_terms)
    if terms:
        namespaces |= {prefix: PREFIXES[prefix] for prefix in _TERMS}
    own = sorted({re.sub(r"[^#/]*$", "", iri) for iri in terms} - set(PREFIXES.values()))
    namespaces |= {f"ns{_number(place)}": namespace for place, namespace in enumerate(own)}
    found = {match.group(1, 2) for match in map(_THING.fullmatch, subjects) if match}
    for place, base in enumerate(sorted({base for base, _ in found})):
        for kind, letters in _LETTERS.items():
            if (base, kind) in found:
                namespaces[f"{letters}{_number(place)}"] = f"{base}{kind}/"
    return Prefixes(dict(sorted(namespaces.items())))


def _number(place: int) -> str:
    return str(place + 1) if place else ""
