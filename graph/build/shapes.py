"""The SHACL shapes, run by pySHACL: slower than the checks at the door, and held to the same verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from typing import Any

import pyoxigraph as ox
import rdflib
from pyshacl import validate
from rdflib.namespace import SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

from cuibono.graph.errors import Problem
from cuibono.graph.store.encoding import DOCUMENTS, STATEMENTS
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import PREFIXES

__all__ = ["shape_problems"]

_LONGEST_VALUE = 200


def shape_problems(quads: Iterable[ox.Quad], vocabulary: Vocabulary) -> list[Problem]:
    """Return all that the shapes find wrong with a graph, in the order of the IRIs it is wrong with.

    Parameters
    ----------
    quads : iterable of pyoxigraph.Quad
        As `cuibono.graph.store.encoding` writes them; those of other named graphs than statements and
        documents are passed over.
    vocabulary : Vocabulary
        Whose ontology says what relations may join and carry.
    """
    graph = _Graph()
    records = {quad.triple for quad in quads if quad.graph_name in (STATEMENTS, DOCUMENTS)}
    for triple in (*records, *vocabulary.ontology.merged()):
        graph.add((_term(triple.subject), _term(triple.predicate), _term(triple.object)))
    _, report, _ = validate(graph, shacl_graph=_shapes(), inference="none", do_owl_imports=False, inplace=True)
    assert isinstance(report, rdflib.Graph)
    subjects = {_term(triple.subject) for triple in records}
    return sorted({problem for node, problem in _results(report) if node in subjects}, key=str)


class _Graph(rdflib.Graph):
    """Prepares each query once: pySHACL asks it anew, as text, of every node."""

    def query(self, query_object: str | Query, *arguments: Any, **options: Any) -> Result:
        prepared = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *arguments, **options)


@lru_cache(maxsize=64)
def _prepared(query: str) -> Query:
    return prepareQuery(query)


def _results(report: rdflib.Graph) -> Iterator[tuple[rdflib.term.Node | None, Problem]]:
    for result in report.objects(None, SH.result):
        node, path = report.value(result, SH.focusNode), report.value(result, SH.resultPath)
        message, value = report.value(result, SH.resultMessage), report.value(result, SH.value)
        text = str(message)
        if value is not None and value != node and str(value) not in text and len(str(value)) <= _LONGEST_VALUE:
            text += f" (there is {value})"
        yield node, Problem(str(node), _prefixed(path) if isinstance(path, rdflib.URIRef) else None, text)


def _prefixed(iri: str) -> str:
    return next((f"{prefix}:{iri.removeprefix(base)}" for prefix, base in PREFIXES.items() if iri.startswith(base)), iri)


def _term(term: object) -> rdflib.term.Node:
    """Return a term as rdflib's, its lexical form as it is."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    is_text = term.datatype == ox.NamedNode(str(rdflib.XSD.string))
    return rdflib.Literal(term.value, datatype=None if is_text else term.datatype.value, normalize=False)


@lru_cache(maxsize=1)
def _shapes() -> rdflib.Graph:
    text = (resources.files("cuibono.schema") / "shapes.ttl").read_text(encoding="utf-8")
    return rdflib.Graph().parse(data=text, format="turtle")
