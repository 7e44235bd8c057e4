"""The ways out: a graph as Turtle, TriG, N-Quads, N-Triples and JSON-LD.

All are the same bytes for the same graph, whenever, wherever and in whatever order it was entered, and
in all a thing stands in one place, with what is said of it in the same order.

TriG and N-Quads keep the named graphs apart and can be loaded as they are. The others give their union:
the things, the statements, and the direct triples that follow from accepted and undisputed statements, so that
a reader who knows nothing of statements can follow ``e:elon-musk cb:founded e:xai``. Extensions of the ontology
that the graph was made with come first. Statements of every status are written, with their status.

Left out unless asked for: the full texts of documents (quotes and hashes stay), and the history, which says when
and by whom statements were entered and decided on, and so differs between two graphs that say the same. With the
history goes what was once said to be one and is not now (`cuibono.graph.store.withdrawn`): a graph of which two entities were
merged and split again is written as it was before.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from cuibono.graph.export.blocks import Block, blocks, ordered_subjects
from cuibono.graph.export.files import written_whole
from cuibono.graph.export.formats import FORMATS, ExportFormat, export_format
from cuibono.graph.export.jsonld import jsonld
from cuibono.graph.export.nquads import nquads, ntriples
from cuibono.graph.export.prefixes import prefixes_of
from cuibono.graph.export.turtle import trig_graph, turtle_blocks, turtle_prefixes
from cuibono.graph.store.encoding import DERIVED, DOCUMENTS, HISTORY, ONTOLOGY, STATEMENTS
from cuibono.graph.store.interface import Store
from cuibono.graph.store.withdrawn import withdrawn
from cuibono.schema import Vocabulary
from cuibono.schema.ontology import Ontology

__all__ = ["FORMATS", "ExportFormat", "export_format", "exported", "write_export"]

_GRAPHS = (ONTOLOGY, STATEMENTS, DOCUMENTS, DERIVED)
_CHUNK = 65_536


def exported(store: Store, format: str, *, text: bool = False, history: bool = False) -> Iterator[bytes]:
    """Return the export of a graph as chunks of UTF-8, made as they are asked for.

    Parameters
    ----------
    format : {"turtle", "trig", "nquads", "ntriples", "jsonld"}
        See `FORMATS`, which also has their media types.
    text : bool
        Whether to write the full texts of documents.
    history : bool
        Whether to write when and by whom statements were entered and decided on, and what was merged and split again.

    Raises
    ------
    InvalidArgument
        If the format is unknown; at once, not at the first chunk.

    Examples
    --------
    >>> import cuibono
    >>> from cuibono.graph.model import Entity
    >>> kg = cuibono.open()
    >>> ada = Entity(iri="https://example.org/entity/ada", type="https://w3id.org/cuibono/ns#Person", label="Ada")
    >>> report = kg.add(ada)
    >>> print(b"".join(exported(kg.store, "turtle")).decode().partition("\\n\\n")[2])
    e:ada a cb:Person ;
      skos:prefLabel "Ada" .
    """
    wanted = export_format(format)
    return _chunks(_pieces(store, wanted, (*_GRAPHS, HISTORY) if history else _GRAPHS, text=text))


def write_export(store: Store, path: Path, format: str | None = None, *, text: bool = False, history: bool = False) -> None:
    """Write a graph to a file, whole or not at all.

    Parameters
    ----------
    path : Path
        Its ending names the format (``.ttl``, ``.trig``, ``.nq``, ``.nt``, ``.jsonld``, ``.json``) unless one is given.
    format, text, history
        As for `exported`.

    Raises
    ------
    InvalidArgument
        If the format is unknown, or the file cannot be written.
    """
    chunks = exported(store, export_format(format, path).name, text=text, history=history)
    with written_whole(path) as file:
        file.writelines(chunks)


def _pieces(store: Store, format: ExportFormat, graphs: tuple[ox.NamedNode, ...], *, text: bool) -> Iterator[str]:
    left_out = frozenset[str]() if HISTORY in graphs else withdrawn(store)

    def things(*some: ox.NamedNode) -> list[str]:
        found = ordered_subjects(store, some)
        return [iri for iri in found if iri not in left_out] if left_out else found

    def of(*some: ox.NamedNode) -> Iterator[Block]:
        return blocks(store, some, things(*some), text=text)

    if format.name == "jsonld":
        yield from jsonld(of(*graphs), _vocabulary(store))
    elif format.name == "nquads":
        for graph in graphs:
            yield from nquads(graph, of(graph))
    elif format.name == "ntriples":
        yield from ntriples(of(*graphs))
    else:
        subjects = things(*graphs)
        prefixes = prefixes_of(subjects, things(ONTOLOGY))
        yield from turtle_prefixes(prefixes)
        if format.name == "turtle":
            yield from turtle_blocks(blocks(store, graphs, subjects, text=text), prefixes)
        else:
            for graph in graphs:
                yield from trig_graph(graph, of(graph), prefixes)


def _vocabulary(store: Store) -> Vocabulary:
    kept = [quad.triple for quad in store.quads(None, None, None, ONTOLOGY)]
    return Vocabulary.extended([Ontology.from_triples(kept, store.url)] if kept else [])


def _chunks(pieces: Iterator[str]) -> Iterator[bytes]:
    """Yield texts joined to chunks of some size: a chunk a line would make a slow file and a slower response."""
    gathered = bytearray()
    for piece in pieces:
        gathered += piece.encode()
        if len(gathered) >= _CHUNK:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)
