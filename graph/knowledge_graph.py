"""The one object that people hold: it opens a store, takes records in, and answers questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

import pyoxigraph as ox

from cuibono.graph.comparison import Difference, difference
from cuibono.graph.errors import AmbiguousName, NotFound
from cuibono.graph.imports import Imports
from cuibono.graph.interest.findings import Beneficiary, ConflictOfInterest, Path
from cuibono.graph.quality import Quality, quality_of
from cuibono.graph.store.encoding import ONTOLOGY
from cuibono.graph.store.history import Event, history_of, sources, statements_of
from cuibono.graph.store.location import opened_store
from cuibono.schema import Vocabulary
from cuibono.schema.ontology import Ontology

if TYPE_CHECKING:
    import rdflib


__all__ = ["KnowledgeGraph", "open_graph"]


def open_graph(
    url: str | FilePath | None = None, *, ontology: str | FilePath | Iterable[str | FilePath] = (), create: bool = True
) -> KnowledgeGraph:
    """Open a knowledge graph; ``cuibono.open`` is this function.

    Parameters
    ----------
    url : str or Path, optional
        Nothing or ``memory:`` for a graph in memory, else a directory.
    ontology : path or paths, optional
        Turtle files that extend the bundled ontology, the last of which wins. A graph remembers them.
    create : bool
        Whether to make a directory where there is none.

    Raises
    ------
    StoreError
        If the store cannot be opened.
    OntologyError
        If an ontology cannot be read, or contradicts itself.

    Examples
    --------
    >>> with open_graph() as kg:
    ...     kg.info().entities
    0
    """
    files = [ontology] if isinstance(ontology, (str, FilePath)) else list(ontology)
    extensions = [Ontology.read_file(file) for file in files]
    store = opened_store(url, create=create)
    try:
        kept = [quad.triple for quad in store.quads(None, None, None, ONTOLOGY)]
        stored = [Ontology.from_triples(kept, store.url)] if kept else []
        return KnowledgeGraph(store, Vocabulary.extended([*stored, *extensions]))
    except BaseException:
        store.close()
        raise


class KnowledgeGraph(Imports):
    """A graph of sourced statements.

    Wherever a method takes a name, the IRI does as well. Questions see accepted statements, unless a status is
    asked for.

    Parameters
    ----------
    store : Store
        Where the statements are kept.
    vocabulary : Vocabulary
        What they may say.
    """

    def history(self) -> list[Event]:
        """Return all that was done to the graph: loads and decisions, the latest first."""
        return history_of(self.store)

    def statements_from(self, source: str) -> set[str]:
        """Return the IRIs of the statements that a source states: a dossier, a table or an import.

        Parameters
        ----------
        source : str
            Its IRI, or the end of it: ``owners`` for ``https://example.org/table/owners``.

        Raises
        ------
        NotFound, AmbiguousName
            If nothing, or several things, are called so.
        """
        known = sources(self.store)
        fitting = sorted(iri for iri in known if source == iri or iri.endswith(f"/{source}"))
        if not fitting:
            raise NotFound("source", source, sorted(known)[:5])
        if len(fitting) > 1 and source not in fitting:
            raise AmbiguousName(source, fitting)
        return statements_of(self.store, source if source in fitting else fitting[0])

    def quality(self) -> Quality:
        """Return how well the graph is founded; see `cuibono.graph.quality`."""
        return quality_of(self.published)

    def difference(self, earlier: KnowledgeGraph) -> Difference:
        """Return what this graph says that an earlier one does not, and the other way round.

        The conflicts of interest of both are compared, too, as `conflicts` gives them. What was merged and split again is
        no difference.
        """
        return difference(earlier.published, self.published, earlier.conflicts(), self.conflicts())

    def sparql(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Return the answer to a SPARQL query over the union of the named graphs.

        The query runs in this process, and `SERVICE` fetches: do not pass on queries of strangers.

        Raises
        ------
        InvalidArgument
            If the query is not SPARQL.
        """
        return self.store.query(query)

    def export(
        self, path: str | FilePath, format: str | None = None, *, text: bool = False, history: bool = False
    ) -> Mapping[str, int]:
        """Write the graph to a file, or as Parquet to a directory, whole or not at all.

        Parameters
        ----------
        path : path
            Where to; its ending names the format unless one is given.
        format : {"turtle", "trig", "nquads", "ntriples", "jsonld", "parquet", "graphml", "followthemoney"}, optional
            See `cuibono.graph.export`, and its modules of the other names: GraphML heeds no history, Parquet and
            FollowTheMoney neither text nor history.
        text : bool
            Whether to write the full texts of documents; quotes and hashes are always written.
        history : bool
            Whether to write when and by whom statements were entered and decided on.

        Returns
        -------
        mapping of str to int
            What is in the graph and not in the export, by kind, for each how many.

        Raises
        ------
        InvalidArgument
            If the format is unknown, or the path cannot be written.

        Examples
        --------
        >>> import cuibono, tempfile
        >>> kg = cuibono.open()
        >>> report = kg.build(cuibono.seed_dossier())
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     kg.export(f"{folder}/seed.ttl", history=True)
        {'full texts of documents': 1}
        """
        from cuibono.graph.export import write_export
        from cuibono.graph.export.formats import format_name
        from cuibono.graph.export.omissions import omissions

        target = FilePath(path)
        chosen = format_name(format, target)
        if chosen == "followthemoney":
            from cuibono.graph.export.followthemoney import write_followthemoney

            return write_followthemoney(self.published, target)
        if chosen == "parquet":
            from cuibono.graph.export.parquet import write_parquet

            write_parquet(self.published.columns, self.vocabulary, target)
            return omissions(self.published, chosen)
        if chosen == "graphml":
            from cuibono.graph.export.graphml import write_graphml

            return write_graphml(self.published, target, text=text)
        write_export(self.store, target, chosen, text=text, history=history)
        return omissions(self.published, chosen, text=text, history=history)

    def write_bundle(self, findings: Sequence[ConflictOfInterest | Beneficiary | Path], path: str | FilePath) -> None:
        """Write conflicts of interest, beneficiaries or paths, and all that they rest on, to a file that needs no other.

        With each finding stand its statements, their quotes with what stands around them, and what is known of
        their documents; the texts of the documents do not.

        Parameters
        ----------
        path : path
            Its ending names the format, JSON-LD unless it is that of another.

        Raises
        ------
        InvalidArgument
            If the file cannot be written.
        """
        from cuibono.graph.export import FORMATS, write_export
        from cuibono.graph.export.bundle import bundle

        target = FilePath(path)
        known = any(target.suffix in format.suffixes for format in FORMATS.values())
        write_export(bundle(self.snapshot, findings), target, None if known else "jsonld")

    def to_rdflib(self) -> rdflib.Dataset:
        """Return a live, read-only rdflib dataset over the store; see `cuibono.graph.views.rdflib`."""
        from cuibono.graph.views.rdflib import to_rdflib

        return to_rdflib(self.store)
