"""RDF files as records: what cuibono wrote comes back whole, and what nothing was made of is counted."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from cuibono.graph.build.rdf.foreign import foreign_records
from cuibono.graph.build.rdf.parsing import parsed_quads
from cuibono.graph.errors import InvalidArgument, InvalidInput, InvalidValue, Problem
from cuibono.graph.model import Document, Records, Statement
from cuibono.graph.store.encoding import DERIVED, HISTORY, ONTOLOGY, decoded, encoded
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, OWL, RDF, RDFS, SKOS
from cuibono.schema.ontology import Ontology
from cuibono.schema.vocabulary import local_name

__all__ = ["RdfSource", "declarations", "read_rdf"]

_CLASSES = {OWL + "Class", RDFS + "Class"}
_TYPE, _INVERSE = RDF + "type", OWL + "inverseOf"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_IS, _ENTERED_FROM = ox.NamedNode(RDF + "type"), ox.NamedNode(CB + "enteredFrom")
_EVENTS = {ox.NamedNode(CB + name) for name in ("Load", "StatusChange")}
_LABEL = ox.NamedNode(SKOS + "prefLabel")


@dataclass(frozen=True)
class RdfSource:
    """What an RDF file says.

    Attributes
    ----------
    records : Records
        All that it says in the terms of the ontology.
    vocabulary : Vocabulary
        The ontology, extended by terms that the file declares.
    quads : int
        How many the file has.
    unused : mapping of str to int
        By predicate, how many of them nothing was made of.
    history : int
        How many tell what was done to the graph that they come from.
    """

    records: Records
    vocabulary: Vocabulary
    quads: int
    unused: Mapping[str, int]
    history: int = 0


def read_rdf(
    path: str | Path,
    vocabulary: Vocabulary,
    *,
    base: str,
    syntax: str | None = None,
    alignment: Sequence[Ontology] = (),
    construct: str | None = None,
) -> RdfSource:
    """Return what an RDF file says.

    Parameters
    ----------
    base : str
        The IRI under which statements and documents of other vocabularies are to stand.
    syntax : str, optional
        See `parsed_quads`.
    alignment : sequence of Ontology
        Place other vocabularies under that of the graph, by ``rdfs:subPropertyOf`` and ``rdfs:subClassOf``.
    construct : str, optional
        A SPARQL CONSTRUCT query; what it makes of the file is read in its place.

    Raises
    ------
    InvalidInput
        If the file cannot be read or parsed, or what stands there cannot be what it is meant to be.
    InvalidArgument
        If the syntax is not known, or the query is no CONSTRUCT.
    OntologyError
        If the terms that it declares contradict the ontology.
    """
    file = Path(path)
    quads = list(dict.fromkeys(parsed_quads(file, syntax, vocabulary=vocabulary)))
    count = len(quads)
    if construct is not None:
        quads = _constructed(quads, construct)
    declared = declarations(quads, vocabulary)
    if declared:
        own = Ontology.from_triples((quad.triple for quad in declared), file.name)
        vocabulary = Vocabulary.extended([*vocabulary.ontology.extensions, own])
    known = _known(quads, vocabulary, file.name)
    # A file may leave out the graphs' names, so that triples are compared.
    ours = _triples(known, file.name) | {str(quad.triple) for quad in declared}
    left = [quad for quad in quads if str(quad.triple) not in ours and quad.graph_name not in (DERIVED, HISTORY)]
    document = Document(iri=f"{base}document/{quote(file.name)}", sha256=_hash(file), title=file.name)
    others, used = foreign_records(left, document, base, vocabulary, alignment, known)
    has_statements = any(isinstance(record, Statement) for record in others)
    records = Records.of([*([document] if has_statements else []), *others, *known])
    told = _history(quads)
    unused = Counter(quad.predicate.value for quad in left if quad not in used and quad not in told)
    history = len(told)
    return RdfSource(records, vocabulary, count, unused, history)


def _history(quads: Sequence[ox.Quad]) -> set[ox.Quad]:
    """Return the quads that tell what was done to a graph, whose name a file may leave out."""
    done = {quad.subject for quad in quads if quad.predicate == _IS and quad.object in _EVENTS}
    return {quad for quad in quads if quad.graph_name == HISTORY or quad.subject in done or quad.predicate == _ENTERED_FROM}


def _known(quads: Iterable[ox.Quad], vocabulary: Vocabulary, name: str) -> Records:
    """Return the records of our own model; what has no label of ours may be an entity of another vocabulary."""
    known = list(quads)
    try:
        found = decoded(known, vocabulary)
    except (InvalidValue, ValueError, ArithmeticError) as error:
        raise InvalidInput([Problem(name, None, f"holds a value that cannot be one of ours: {error}")]) from error
    labelled = {quad.subject.value for quad in known if quad.predicate == _LABEL and isinstance(quad.subject, ox.NamedNode)}
    return replace(found, entities={iri: entity for iri, entity in found.entities.items() if iri in labelled})


def _triples(known: Records, name: str) -> set[str]:
    """Return the triples that records are written as."""
    found = set[str]()
    for record in known:
        try:
            found.update(str(quad.triple) for quad in encoded(record))
        except ValueError as error:
            kind = type(record).__name__.lower()
            raise InvalidInput(
                [Problem(name, None, f"<{record.iri}>: is no {kind}: a part of it is missing ({error})")]
            ) from error
    return found


def _hash(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def declarations(quads: Iterable[ox.Quad], vocabulary: Vocabulary) -> list[ox.Quad]:
    """Return the quads about terms that extend our ontology; those of other vocabularies stay theirs.

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
    return [quad for subject, quad in known if quad.graph_name == ONTOLOGY or subject in terms]


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


def _constructed(quads: Iterable[ox.Quad], construct: str) -> list[ox.Quad]:
    store = ox.Store()
    store.extend(quads)
    try:
        found = store.query(construct, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise InvalidArgument("construct", f"is not SPARQL: {error}") from error
    except (OSError, RuntimeError) as error:
        raise InvalidArgument("construct", f"failed: {error}") from error
    if not isinstance(found, ox.QueryTriples):
        raise InvalidArgument("construct", "is no CONSTRUCT query")
    return [ox.Quad(triple.subject, triple.predicate, triple.object) for triple in found]
