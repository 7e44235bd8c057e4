"""The named graphs of triples that cuibono wrote without them, as Turtle and N-Triples do."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.bulk.lines import Lines, codes, lines_of, subject_changes
from cuibono.graph.snapshot.strings import Strings
from cuibono.graph.store.encoding import DERIVED, DOCUMENTS, ONTOLOGY, STATEMENTS
from cuibono.schema.namespaces import CB, OWL, RDF, RDFS

__all__ = ["Naming"]

_GRAPHS = (STATEMENTS, DOCUMENTS, DERIVED, ONTOLOGY)
_ENDINGS = Strings.of(f"{graph} .\n" for graph in _GRAPHS)
_S, _D, _DERIVED, _ONTOLOGY = range(len(_GRAPHS))
_TYPE = [(RDF + "type").encode()]
_DOCUMENT = [(CB + "Document").encode()]
_TERMS = [(CB + name).encode() for name in ("Relation", "Attribute")]
_TERMS += [(OWL + name).encode() for name in ("Class", "Ontology", "ObjectProperty", "DatatypeProperty")]
_TERMS += [(RDFS + "Class").encode()]
_RELATION = [(CB + "Relation").encode()]
_OF_TERMS = [(RDFS + name).encode() for name in ("subClassOf", "subPropertyOf")]
_OF_TERMS += [(OWL + "inverseOf").encode()]


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
    >>> naming.named(b'<urn:ada> <urn:leads> <urn:acme> .\\n')
    b'<urn:ada> <urn:leads> <urn:acme> <https://w3id.org/cuibono/graph/derived> .\\n'
    """

    def __init__(self, relations: Iterable[str]) -> None:
        self._relations = [iri.encode() for iri in relations]

    def named(self, triples: bytes) -> bytes:
        """Return canonical N-Triples as N-Quads; all of what is said of one thing is to be given at once."""
        text = triples.replace(b" .\n", f" {STATEMENTS} .\n".encode())
        lines = lines_of(text)
        run = np.cumsum(subject_changes(lines)) - 1
        graph = np.zeros(len(run), np.int64)
        is_type = codes(lines, lines.predicate, _TYPE) == 0
        is_term = (codes(lines, lines.object, _TERMS) >= 0) & is_type | (codes(lines, lines.predicate, _OF_TERMS) >= 0)
        terms = _runs_with(is_term, run)
        self._take_relations(lines, is_type & (codes(lines, lines.object, _RELATION) == 0))
        graph[codes(lines, lines.predicate, self._relations) >= 0] = _DERIVED
        graph[_runs_with(is_type & (codes(lines, lines.object, _DOCUMENT) == 0), run)] = _D
        graph[terms] = _ONTOLOGY
        as_given = np.frombuffer(text, np.uint8)
        parts = Strings.of_slices(as_given, lines.begin, lines.graph[0] - 1)
        return parts.extended(_ENDINGS.take(graph)).data.tobytes()

    def _take_relations(self, lines: Lines, of: NDArray[np.bool_]) -> None:
        """Take in the relations that a file declares, which it does before it uses them."""
        if of.any():
            declared = lines.strings(lines.subject, np.flatnonzero(of))
            self._relations = sorted({*self._relations, *(iri.encode() for iri in declared)})


def _runs_with(mask: NDArray[np.bool_], run: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return the lines of all runs that have a line of a mask."""
    if not mask.any():
        return mask
    found: NDArray[np.bool_] = np.bincount(run, mask)[run] > 0
    return found
