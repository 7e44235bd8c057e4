"""The named graphs of triples that cuibono wrote without them, as Turtle and N-Triples do."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.bulk.lines import Lines, Piece, chunks_of, codes, escaped_lines, strung
from cuibono.graph.snapshot.answers import unescape
from cuibono.graph.store.encoding import DERIVED, DOCUMENTS, ONTOLOGY, STATEMENTS
from cuibono.schema.namespaces import CB, OWL, RDF, RDFS

__all__ = ["Naming"]

_GRAPHS = (STATEMENTS, DOCUMENTS, DERIVED, ONTOLOGY)
_ENDINGS = [f" {graph} .\n".encode() for graph in _GRAPHS]
_S, _D, _DERIVED, _ONTOLOGY = range(len(_GRAPHS))
_OF_ANYTHING = [(RDF + "type").encode(), (OWL + "inverseOf").encode()]
_OF_ANYTHING += [(RDFS + name).encode() for name in ("subClassOf", "subPropertyOf")]
"""Types, and what is said of terms only."""
_CLASSES = [(CB + name).encode() for name in ("Document", "Relation", "Attribute")]
_CLASSES += [(OWL + name).encode() for name in ("Class", "Ontology", "ObjectProperty", "DatatypeProperty")]
_CLASSES += [(RDFS + "Class").encode()]
"""Documents, and terms."""
_DOCUMENT, _RELATION = range(2)


class Naming:
    """Puts triples into the named graphs that cuibono keeps them in.

    All that is said of a document, or of a term of the ontology, goes where these stand, if it is said in one place;
    direct triples are derived. Where it is wrong, the graph as a whole is found to be none of ours.

    Parameters
    ----------
    relations : iterable of str
        IRIs of the relations of the ontology.

    Examples
    --------
    >>> naming = Naming(["urn:leads"])
    >>> naming.named(b'<urn:ada> <urn:leads> <urn:acme> .\\n').text
    b'<urn:ada> <urn:leads> <urn:acme> <https://w3id.org/cuibono/graph/derived> .\\n'
    """

    def __init__(self, relations: Iterable[str]) -> None:
        self._relations = [iri.encode() for iri in relations]

    def named(self, triples: bytes) -> Piece:
        """Return canonical N-Triples as N-Quads; all of what is said of one thing is to be given at once.

        Raises
        ------
        NotOurs
            If a line is laid out otherwise, has a blank node, or an escape in an IRI.
        """
        from cuibono.graph.build.bulk import splitting  # compiled code takes its time to be imported

        lines = escaped_lines(triples, has_graph=False)
        target = np.empty(len(triples) + len(lines) * max(map(len, _ENDINGS)) + 8, np.uint8)
        endings, offsets = strung(_ENDINGS)
        places, moved = np.ascontiguousarray(lines.places), np.empty(lines.places.shape, np.int64)
        chunks, graph = chunks_of(lines.data), self._graphs(lines)
        size = splitting.named(chunks, places, graph, endings, offsets, chunks_of(target), moved)
        quads = Lines(target, moved, lines.is_literal, lines.is_first)
        text = target[:size].tobytes()
        unescape(target, quads.object[0], quads.object[1], quads.escaped)
        return Piece(text, quads)

    def _graphs(self, lines: Lines) -> NDArray[np.int64]:
        """Return in which graph each line stands, of whole runs."""
        run = np.cumsum(lines.is_first) - 1
        predicate = codes(lines, lines.predicate, [*_OF_ANYTHING, *self._relations])
        typing = np.flatnonzero(predicate == 0)
        classes = codes(lines, lines.object[:, typing], _CLASSES)
        if (relations := typing[classes == _RELATION]).size:
            self._relations = sorted({*self._relations, *(iri.encode() for iri in lines.strings(lines.subject, relations))})
            predicate = codes(lines, lines.predicate, [*_OF_ANYTHING, *self._relations])
        graph = np.zeros(len(run), np.int64)
        graph[predicate >= len(_OF_ANYTHING)] = _DERIVED
        graph[_of_runs(typing[classes == _DOCUMENT], run)] = _D
        is_term = (predicate > 0) & (predicate < len(_OF_ANYTHING))
        is_term[typing[classes > _DOCUMENT]] = True
        graph[_of_runs(np.flatnonzero(is_term), run)] = _ONTOLOGY
        return graph


def _of_runs(rows: NDArray[np.int64], run: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return the lines of all runs that some lines are in."""
    found = np.zeros(run[-1] + 1, np.bool_)
    found[run[rows]] = True
    return found[run]
