"""What an export holds, thing by thing, in an order that depends on nothing but the things themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import pyoxigraph as ox

from cuibono.graph.store.encoding import DERIVED, DOCUMENTS, HISTORY, ONTOLOGY, STATEMENTS
from cuibono.graph.store.interface import Store
from cuibono.schema.namespaces import CB, DCTERMS, OA, PREFIXES, RDF, SKOS

__all__ = ["Block", "Term", "blocks", "ordered_subjects"]

Term = ox.NamedNode | ox.Literal

_FIRST = (
    RDF + "type",
    RDF + "subject",
    RDF + "predicate",
    RDF + "object",
    SKOS + "prefLabel",
    SKOS + "altLabel",
    DCTERMS + "title",
    DCTERMS + "description",
    OA + "start",
)
_PARTS = (CB + "evidence", OA + "hasSelector")
_TEXT = CB + "text"


@dataclass(frozen=True, slots=True)
class Block:
    """A thing and all that is said of it.

    Attributes
    ----------
    fields : tuple of (str, terms)
        IRIs of properties with their values: the type first, what names the thing next.
    """

    subject: str
    fields: tuple[tuple[str, tuple[Term, ...]], ...]


class _Section(IntEnum):
    """The parts of an export, in their order."""

    ONTOLOGY = 0
    ENTITIES = 1
    CLAIMS = 2
    DOCUMENTS = 3
    STATEMENTS = 4
    PARTS = 5
    DERIVED = 6
    HISTORY = 7


_SECTION_OF_GRAPH = {
    ONTOLOGY: _Section.ONTOLOGY,
    STATEMENTS: _Section.ENTITIES,
    DOCUMENTS: _Section.DOCUMENTS,
    DERIVED: _Section.DERIVED,
    HISTORY: _Section.HISTORY,
}
_SECTION_OF_TYPE = {
    CB + "Claim": _Section.CLAIMS,
    CB + "Statement": _Section.STATEMENTS,
    CB + "Evidence": _Section.PARTS,
    OA + "TextQuoteSelector": _Section.PARTS,
    OA + "TextPositionSelector": _Section.PARTS,
    OA + "FragmentSelector": _Section.PARTS,
}


def ordered_subjects(store: Store, graphs: Sequence[ox.NamedNode]) -> list[str]:
    """Return the IRIs of the things in some named graphs of a store, in the order of an export.

    The ontology's extension comes first, then entities, claims, documents and statements, then their parts and
    the rest. Statements stand in the order of their subjects, predicates and objects, all others by IRI.
    """
    sections: dict[str, _Section] = {}
    for graph in graphs:
        for iri in _subjects(store, graph):
            sections[iri] = min(sections.get(iri, _Section.HISTORY), _SECTION_OF_GRAPH[graph])
    ends: dict[str, list[str]] = defaultdict(list)
    if STATEMENTS in graphs:
        for class_iri, section in _SECTION_OF_TYPE.items():
            for quad in store.quads(None, ox.NamedNode(RDF + "type"), ox.NamedNode(class_iri), STATEMENTS):
                sections[_iri(quad.subject)] = section
        for predicate in (RDF + "subject", RDF + "predicate", RDF + "object"):
            for quad in store.quads(None, ox.NamedNode(predicate), None, STATEMENTS):
                ends[_iri(quad.subject)].append(_iri(quad.object))
    return sorted(sections, key=lambda iri: (sections[iri], ends.get(iri, ()), iri))


def blocks(store: Store, graphs: Sequence[ox.NamedNode], subjects: Sequence[str], *, text: bool) -> Iterator[Block]:
    """Yield the blocks of things: each once, a statement's evidence and its selectors right after it.

    Parameters
    ----------
    graphs : sequence of pyoxigraph.NamedNode
        The named graphs whose union is wanted.
    text : bool
        Whether the full texts of documents are wanted.
    """
    remaining = set(subjects)
    for iri in subjects:
        yield from _with_parts(store, frozenset(graphs), iri, remaining, text=text)


def _with_parts(store: Store, graphs: frozenset[ox.NamedNode], iri: str, remaining: set[str], *, text: bool) -> Iterator[Block]:
    if iri not in remaining:
        return
    remaining.discard(iri)
    block = _block(store, graphs, iri, text=text)
    yield block
    for predicate, values in block.fields:
        if predicate in _PARTS:
            for value in values:
                yield from _with_parts(store, graphs, value.value, remaining, text=text)


def _block(store: Store, graphs: frozenset[ox.NamedNode], iri: str, *, text: bool) -> Block:
    fields: dict[str, set[Term]] = defaultdict(set)
    for quad in store.quads(ox.NamedNode(iri), None, None, None):
        predicate, value, graph = quad.predicate.value, quad.object, quad.graph_name
        if graph in graphs and (text or predicate != _TEXT or graph != DOCUMENTS):
            assert isinstance(value, (ox.NamedNode, ox.Literal))
            fields[predicate].add(value)
    ordered = sorted(fields, key=_property_order)
    return Block(iri, tuple((predicate, _sorted(fields[predicate])) for predicate in ordered))


@lru_cache(maxsize=4_096)
def _property_order(iri: str) -> tuple[int, str]:
    return _FIRST.index(iri) if iri in _FIRST else len(_FIRST), _prefixed(iri)


def _sorted(values: set[Term]) -> tuple[Term, ...]:
    return tuple(values) if len(values) == 1 else tuple(sorted(values, key=_value_order))


def _value_order(value: Term) -> tuple[str, str]:
    return _prefixed(value.value) if isinstance(value, ox.NamedNode) else "", str(value)


def _prefixed(iri: str) -> str:
    """Return an IRI as readers see it, which is how they expect it to be sorted."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def _subjects(store: Store, graph: ox.NamedNode) -> Iterator[str]:
    solutions = store.query(f"SELECT DISTINCT ?thing WHERE {{ GRAPH {graph} {{ ?thing ?property ?value }} }}")
    assert isinstance(solutions, ox.QuerySolutions)
    for solution in solutions:
        yield _iri(solution["thing"])


def _iri(term: object) -> str:
    assert isinstance(term, ox.NamedNode)
    return term.value
