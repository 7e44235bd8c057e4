"""Terms that a graph declares beside what it says: those that extend our ontology."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import pyoxigraph as ox

from cuibono.graph.store.encoding import ONTOLOGY
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, OWL, RDF, RDFS
from cuibono.schema.vocabulary import local_name

__all__ = ["Declaring", "declarations", "declared_terms"]

_CLASSES = {OWL + "Class", RDFS + "Class"}
_TYPE, _INVERSE = RDF + "type", OWL + "inverseOf"
_KINDS = _CLASSES | {CB + "Relation", CB + "Attribute", OWL + "Ontology"}
_PLACING = {RDFS + "subClassOf", RDFS + "subPropertyOf", _INVERSE}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Declaring:
    """Tells quads that may declare terms, or speak of terms of ours, from all that are not."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._ours = {one.iri for one in vocabulary.classes.values()} | {one.iri for one in vocabulary.relations.values()}
        self._ours |= {one.iri for one in vocabulary.attributes.values()}

    def may(self, quad: ox.Quad) -> bool:
        """Return whether a quad may declare something: `declared_terms` of all that may are those of the whole."""
        predicate = quad.predicate.value
        if predicate == _TYPE:
            if isinstance(quad.object, ox.NamedNode) and quad.object.value in _KINDS:
                return True
        elif predicate in _PLACING:
            return True
        return quad.graph_name == ONTOLOGY or (isinstance(quad.subject, ox.NamedNode) and quad.subject.value in self._ours)


def declarations(quads: Iterable[ox.Quad], vocabulary: Vocabulary) -> list[ox.Quad]:
    """Return the quads about `declared_terms`; those of other vocabularies stay theirs."""
    known = list(quads)
    terms = declared_terms(known, vocabulary)
    named = (quad for quad in known if isinstance(quad.subject, ox.NamedNode))
    return [quad for quad in named if quad.graph_name == ONTOLOGY or str(quad.subject).strip("<>") in terms]


def declared_terms(quads: Iterable[ox.Quad], vocabulary: Vocabulary) -> set[str]:
    """Return the terms of our ontology, and those that extend it.

    Terms are those that the ontology has already, relations and attributes that are declared, what is placed under a class
    or a relation of ours, and inverses of relations. Files without the names of graphs do not tell an ontology apart
    otherwise. Where there are any, what is said of the ontology itself (``owl:Ontology``) comes along.
    """
    known = [(quad.subject.value, quad) for quad in quads if isinstance(quad.subject, ox.NamedNode)]
    types, classes_above, relations_above, inverses = (defaultdict[str, set[str]](set) for _ in range(4))
    kept = {_TYPE: types, RDFS + "subClassOf": classes_above, RDFS + "subPropertyOf": relations_above, _INVERSE: inverses}
    for subject, quad in known:
        if isinstance(quad.object, ox.NamedNode) and quad.predicate.value in kept:
            kept[quad.predicate.value][subject].add(quad.object.value)
    relations = {relation.iri for relation in vocabulary.relations.values()}
    relations |= {iri for iri, kinds in types.items() if CB + "Relation" in kinds}
    terms = {attribute.iri for attribute in vocabulary.attributes.values()} | relations
    terms |= {iri for iri, kinds in types.items() if CB + "Attribute" in kinds}
    terms |= _and_below(relations, relations_above, lambda _: True)
    terms |= {inverse for iri in relations for inverse in inverses.get(iri, ())}
    classes = {entity_class.iri for entity_class in vocabulary.classes.values()}
    terms |= _and_below(classes, classes_above, lambda iri: bool(types[iri] & _CLASSES) or _may_be_class(iri, vocabulary))
    if any(subject in terms for subject, _ in known):
        terms |= {iri for iri, kinds in types.items() if OWL + "Ontology" in kinds}
    return terms


def _and_below(terms: set[str], above: Mapping[str, set[str]], counts: Callable[[str], bool]) -> set[str]:
    """Return terms, and all that are placed under them, near and far."""
    found = set(terms)
    while new := {iri for iri, parents in above.items() if iri not in found and parents & found and counts(iri)}:
        found |= new
    return found


def _may_be_class(iri: str, vocabulary: Vocabulary) -> bool:
    """Return whether what nobody declared a class can be one of ours: ``their:Person`` stays theirs, as there is one."""
    name = local_name(iri)
    taken = (vocabulary.classes, vocabulary.relations, vocabulary.attributes)
    return _NAME.fullmatch(name) is not None and not any(name in known for known in taken)
