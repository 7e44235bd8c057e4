"""What comes into a graph from elsewhere: tables, RDF, FollowTheMoney, networkx."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cuibono.graph.build.bulk.loading import BULK_FROM, BulkLoad, bulk_loaded
from cuibono.graph.build.bulk.passing import BULK_SYNTAXES
from cuibono.graph.build.bulk.room import demand_room, need_of_rows, size_of
from cuibono.graph.build.followthemoney.reading import REJECTS, EntityStream
from cuibono.graph.build.followthemoney.report import StreamReport
from cuibono.graph.build.loading import LoadReport
from cuibono.graph.build.rdf.groups import Group
from cuibono.graph.build.rdf.keeping import Keeping
from cuibono.graph.build.rdf.parsing import refuse_mark, syntax_of
from cuibono.graph.build.rdf.reading import RdfSource, is_in_order, sha256_of
from cuibono.graph.build.rdf.report import RdfReport
from cuibono.graph.build.staging.area import StagingArea
from cuibono.graph.build.staging.gathering import Gathering, RowsRejected, loaded
from cuibono.graph.build.table.mapping import mapping_problems, read_mapping
from cuibono.graph.build.table.reading import opened_table
from cuibono.graph.build.table.rejects import ImportReport, write_rejects
from cuibono.graph.build.table.source import TableFormat, TableRow
from cuibono.graph.build.table.translation import TableSource
from cuibono.graph.build.validation import Judge, Place
from cuibono.graph.changes import Changes
from cuibono.graph.disk import room_in
from cuibono.graph.errors import InvalidInput, refuse
from cuibono.graph.model import content_hash
from cuibono.graph.progress import Step
from cuibono.graph.store.oxigraph import OxigraphStore
from cuibono.graph.versions import login_name
from cuibono.graph.views.completion import RelationNames
from cuibono.schema import Vocabulary
from cuibono.schema.followthemoney import FollowTheMoney
from cuibono.schema.ontology import Ontology

if TYPE_CHECKING:
    import networkx

    from cuibono.graph.build.parquet import ParquetReport


__all__ = ["Imports"]


class Imports(Changes):
    """Takes in tables and other graphs."""

    def import_table(
        self,
        file: str | FilePath,
        mapping: str | FilePath,
        *,
        keep_going: bool = False,
        rejects: str | FilePath | None = None,
        agent: str | None = None,
        progress: Callable[[Step | str], None] | None = None,
    ) -> ImportReport:
        """Add what the rows of a table say; importing it again changes nothing.

        A statement that the table made before and makes no longer is retracted, not deleted. Into a store on disk a table
        of any size goes in constant memory; where the import is interrupted or killed, the same import goes on from there.

        Parameters
        ----------
        file : path
            CSV, TSV, Excel, JSON, JSON Lines or Parquet; all but the last may be compressed with gzip, bzip2 or xz.
        mapping : path
            Says which columns make which statements; see ``docs/tables.md``.
        keep_going : bool
            Whether rows that break a rule are left out, rather than all rows refused.
        rejects : path, optional
            A file for the rows that were left out, each with the reason, as CSV or (``.jsonl``) JSON Lines. Mended, it
            can be imported with the same mapping.
        progress : callable, optional
            Told how far it is, now and then: a `Step`, or what is being done; `cuibono.Progress` shows either.

        Raises
        ------
        InvalidInput
            With what is wrong with the mapping, by line, or with the rows; the graph is then as before.
        InvalidArgument
            If the format is not known, or the file for rejects cannot be written.
        """
        read = read_mapping(mapping, self.vocabulary)
        vocabulary = self._vocabulary_with(read.ontologies)
        table = opened_table(file, read.table)
        if mapping_problems(read, table.columns) and (wrong := mapping_problems(read, table.all_columns())):
            raise InvalidInput(wrong)
        with self._writing:
            source = TableSource(table, read, self.snapshot.stored.with_vocabulary(vocabulary))
            return self._load_rows(
                source,
                vocabulary,
                agent,
                read.source_iri,
                key=("table", table.sha256, table.name, read.sha256),
                keep_going=keep_going,
                rejects=rejects,
                progress=progress,
            )

    def import_rdf(
        self,
        file: str | FilePath,
        *,
        format: str | None = None,
        base: str | None = None,
        alignment: str | FilePath | Iterable[str | FilePath] = (),
        construct: str | None = None,
        agent: str | None = None,
        progress: Callable[[Step | str], None] | None = None,
    ) -> RdfReport:
        """Add what an RDF file says; importing it again changes nothing.

        What cuibono exported comes back whole, the ontology that it needs included. Of other vocabularies it takes what an
        alignment places under its own. Nothing is fetched. A large file of what cuibono writes goes into a graph on disk by
        the store's bulk loader, in any syntax but RDF/XML and JSON-LD.

        Parameters
        ----------
        file : path
            Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD; may be compressed with gzip, bzip2 or xz.
        format : str, optional
            ``turtle``, ``trig``, ``ntriples``, ``nquads``, ``rdfxml`` or ``jsonld``; that of the file's ending.
        base : str, optional
            The IRI under which statements of other vocabularies are to stand.
        alignment : path or paths, optional
            Turtle files with ``rdfs:subPropertyOf`` and ``rdfs:subClassOf``; the graph does not take them over.
        construct : str, optional
            A SPARQL CONSTRUCT query; what it makes of the file is read in its place.
        progress : callable, optional
            Told what is being done with a large file, how far it has come, and the seconds left.

        Raises
        ------
        InvalidInput
            If the file cannot be parsed or breaks a rule; the graph is then as before.
        InvalidArgument
            If the format is not known, or the query is no CONSTRUCT.
        OntologyError
            If an alignment cannot be read, or the file's ontology contradicts that of the graph.
        """
        name = quote(FilePath(file).name)
        under = f"https://w3id.org/cuibono/import/{name}/" if base is None else base
        files = [alignment] if isinstance(alignment, (str, FilePath)) else list(alignment)
        source = f"{under}graph/{name}"
        if not (format or files or construct) and syntax_of(FilePath(file)) in BULK_SYNTAXES:
            refuse_mark(FilePath(file))
            done = self._bulk_loaded(FilePath(file), self.vocabulary, agent, source, progress=progress)
            if done is not None:
                return RdfReport(done.report, done.quads, {}, done.history)
        begun = partial(
            RdfSource,
            file,
            self.vocabulary,
            base=under,
            syntax=format,
            alignment=[Ontology.read_file(one) for one in files],
            construct=construct,
        )
        if isinstance(self.store, OxigraphStore) and self.store.directory and _is_large(FilePath(file)):
            texts = (FilePath(one).read_text(encoding="utf-8") for one in files)
            key = ("rdf", sha256_of(FilePath(file)), name, under, format, construct, *texts)
            return self._load_rdf(begun, self.store.directory, key, agent, source, progress or (lambda _: None))
        with closing(begun()) as read:
            records, unused = read.records()
            return RdfReport(self._load(records, read.vocabulary, agent, source), read.quads, unused, read.history)

    def _load_rdf(
        self,
        begun: Callable[..., RdfSource],
        store: FilePath,
        key: Sequence[str | None],
        agent: str | None,
        source: str,
        tell: Callable[[Step | str], None],
    ) -> RdfReport:
        """Gather what a large file says, and load it by the bulk loader; where it is killed, the same import goes on."""
        with self._writing:
            named = content_hash(*key, source, self._terms(self.vocabulary))
            area = StagingArea.beside(store, named, tell)
            if area.checkpoint.rows and not is_in_order(Keeping(area.directory)):  # rows of another order
                area.drop()
                area = StagingArea.beside(store, named, tell)
            with area.lasting(), closing(begun(beside=store.resolve(), keeping=Keeping(area.directory, tell))) as read:
                gathering = Gathering(read, area, read.vocabulary)
                gathering.read(tell, self._foretelling(read.name, store, tell))
                report = None if area.rejected else self._loaded_rdf(gathering, read, agent, source, tell)
                if report is None:
                    raise InvalidInput(read.problems(area.rejects()))
                return RdfReport(report, read.quads, gathering.counts, read.history)

    def _loaded_rdf(
        self, gathering: Gathering[Group], read: RdfSource, agent: str | None, source: str, tell: Callable[[Step | str], None]
    ) -> LoadReport | None:
        """Load what was gathered; None where subjects were rejected on the way."""
        named: Place = lambda iri, _: iri  # noqa: E731
        made = partial(gathering.pieces, tell)
        try:
            done = self._bulk_loaded(
                FilePath(read.name),
                read.vocabulary,
                agent,
                source,
                place=named,
                made=made,
                progress=tell,
            )
        except RowsRejected:
            return None
        if done is not None:
            return done.report
        records = gathering.records()
        return None if records is None else self._load(records, read.vocabulary, agent, source)

    def _bulk_loaded(
        self,
        file: FilePath,
        vocabulary: Vocabulary,
        agent: str | None,
        source: str,
        *,
        is_all: bool = True,
        place: Place | None = None,
        made: Callable[[], Iterator[bytes]] | None = None,
        progress: Callable[[str], None] | None = None,
        judge: Judge = refuse,
    ) -> BulkLoad | None:
        """Load a large file of our own model into this graph, on disk; None where that is not for the bulk loader.

        It may be made as it is loaded, and is then large.
        """
        with self._writing:
            if not isinstance(self.store, OxigraphStore) or self.store.directory is None:
                return None
            if made is None and not _is_large(file):
                return None
            self._take_fold()  # it is made of what the store is about to leave behind
            done = bulk_loaded(
                file,
                self.store,
                self.snapshot,
                vocabulary,
                agent=agent or login_name(),
                source=source,
                is_all=is_all,
                place=place,
                made=made,
                progress=progress,
                judge=judge,
            )
            if done is not None and not done.report.did_nothing:
                self._snapshot, self.vocabulary, self.relations = None, done.vocabulary, RelationNames(done.vocabulary)
                self._feed.overrun("a large import came in; ask for what you missed, and listen again")
            return done

    def import_parquet(self, directory: str | FilePath, *, agent: str | None = None) -> ParquetReport:
        """Add what an export to Parquet holds; importing it again changes nothing.

        Full texts of documents are not in it, nor is an extension of the ontology; see ``docs/graphs.md``.

        Raises
        ------
        InvalidInput
            If a file is missing or no export of cuibono, or something in it breaks a rule; the graph is then as before.
        """
        from cuibono.graph.build.parquet import ParquetReport, read_parquet_export

        path = FilePath(directory)
        found = read_parquet_export(path, self.vocabulary)
        source = f"https://w3id.org/cuibono/import/{quote(path.name)}/tables"
        return ParquetReport(self._load(found.records, self.vocabulary, agent, source), found.rows, found.left_out)

    def import_followthemoney(
        self,
        file: str | FilePath,
        *,
        base: str | None = None,
        keep_going: bool = False,
        rejects: str | FilePath | None = None,
        agent: str | None = None,
        progress: Callable[[Step | str], None] | None = None,
    ) -> StreamReport:
        """Add what a stream of FollowTheMoney entities says; importing it again changes nothing.

        The graph's ontology is extended by what FollowTheMoney has beyond it; see ``docs/followthemoney.md``.

        Parameters
        ----------
        file : path
            JSON Lines, an entity a line; may be compressed.
        base : str, optional
            The IRI under which the entities are to stand, by their ids; one of its own for the name of each file, without
            the ending ``.rejects.jsonl``, unless given.
        keep_going : bool
            Whether what breaks a rule is left out, rather than all refused.
        rejects : path, optional
            A file for what was left out, as JSON Lines, each with the reason.
        progress : callable, optional
            As for `import_table`.

        Raises
        ------
        InvalidInput
            If anything breaks a rule; the graph is then as before.
        """
        # What was left out and is mended belongs to the stream that it is of.
        name = quote(FilePath(file).name.removesuffix(REJECTS))
        under = f"https://w3id.org/cuibono/import/{name}/" if base is None else base
        table = opened_table(file, TableFormat(format="jsonl"))
        vocabulary = self._vocabulary_with([FollowTheMoney.bundled().ontology])
        with self._writing:
            source = EntityStream(table, under, self.snapshot.stored.with_vocabulary(vocabulary))
            done = self._load_rows(
                source,
                vocabulary,
                agent,
                f"{under}stream/{name}",
                key=("followthemoney", table.sha256, table.name, under),
                keep_going=keep_going,
                rejects=rejects,
                progress=progress,
            )
        return StreamReport(done.load, done.rows, done.counts, done.rejected)

    def _load_rows(
        self,
        source: TableSource | EntityStream,
        vocabulary: Vocabulary,
        agent: str | None,
        iri: str,
        *,
        key: Sequence[str],
        keep_going: bool,
        rejects: str | FilePath | None,
        progress: Callable[[Step | str], None] | None,
    ) -> ImportReport:
        """Gather what the rows of a source say, and load it: large ones by the bulk loader, where the store has one."""
        tell = progress or (lambda _: None)
        store = self.store.directory if isinstance(self.store, OxigraphStore) else None
        area = StagingArea.beside(store, content_hash(*key, iri, self._terms(vocabulary)), tell)
        with area.lasting():
            gathering = Gathering(source, area, vocabulary)
            report = loaded(
                gathering,
                lambda: self._loaded(gathering, source, vocabulary, agent, iri, rejects, tell),
                keep_going=keep_going,
                progress=tell,
                foretell=None if store is None else self._foretelling(source.table.name, store, tell),
            )
            return ImportReport(report, gathering.rows, area.silent, area.rejected, gathering.counts)

    def _foretelling(self, name: str, store: FilePath, tell: Callable[[str], None]) -> Callable[[int], None]:
        """Return what tells whether rows may be too much for the disk, given the bytes that they will be gathered in."""

        def foretell(staged: int) -> None:
            stored = size_of(store) if len(self.snapshot.stored.records) else 0
            demand_room(need_of_rows(staged, stored), room_in(store.resolve().parent), name, store, tell)

        return foretell

    def _terms(self, vocabulary: Vocabulary) -> str:
        """Return what tells apart the graphs and vocabularies that an import may be of."""
        return content_hash(str(self.version), *sorted(map(str, vocabulary.ontology.merged_extensions())))

    def _loaded(
        self,
        gathering: Gathering[TableRow],
        source: TableSource | EntityStream,
        vocabulary: Vocabulary,
        agent: str | None,
        iri: str,
        rejects: str | FilePath | None,
        tell: Callable[[Step | str], None],
    ) -> LoadReport | None:
        """Load what was gathered; None, or `RowsRejected`, where rows were rejected on the way."""
        named: Place = lambda iri, _: iri  # noqa: E731
        area, is_all = gathering.area, not source.is_partial
        if area.directory is not None and area.size >= BULK_FROM:

            def made() -> Iterator[bytes]:
                yield from gathering.pieces(tell)
                _write_rejects(rejects, source, area)

            done = self._bulk_loaded(
                FilePath(source.table.name),
                vocabulary,
                agent,
                iri,
                is_all=is_all,
                place=named,
                made=made,
                progress=tell,
                judge=gathering.reject,
            )
            if done is not None:
                return done.report
        records = gathering.records()
        if records is None:
            return None
        _write_rejects(rejects, source, area)
        return self._load(records, vocabulary, agent, iri, named, is_all=is_all, judge=gathering.reject)

    def from_networkx(
        self,
        graph: networkx.Graph[Any],
        *,
        base: str | None = None,
        relation: str | None = None,
        type: str | None = None,
        name: str | None = None,
        agent: str | None = None,
    ) -> LoadReport:
        """Add what a networkx graph says: one of `to_networkx`, or any other; see `cuibono.graph.views.from_networkx`.

        Parameters
        ----------
        base : str, optional
            IRI under which nodes that have none are named; needed where there are such nodes.
        relation, type : str, optional
            The relation of edges without a ``predicate``, and the class of nodes without a ``type``.
        name : str, optional
            What the graph is known by, in each version of it: what an earlier version under the same name said, and this one
            does not, is retracted. Nothing is unless given, and the document that edges make is named after what they say.

        Raises
        ------
        InvalidInput
            With every node and edge that breaks a rule; the graph is then as before.
        InvalidArgument
            If there is no base and one is needed.

        Examples
        --------
        >>> import cuibono, networkx as nx
        >>> G = nx.DiGraph([("Ann", "Acme", {"predicate": "leads"}), ("Acme", "Bolt", {"predicate": "competesWith"})])
        >>> nx.set_node_attributes(G, {"Ann": "Person", "Acme": "Company", "Bolt": "Company"}, "type")
        >>> kg = cuibono.open()
        >>> report = kg.from_networkx(G, base="https://example.org/")
        >>> report.added["Statement"], kg.statements(subject="Ann")[0].basis.value
        (2, 'recorded')
        """
        from cuibono.graph.views.from_networkx import read_networkx

        with self._writing:
            found = read_networkx(graph, self.snapshot, base=base, relation=relation, type=type, name=name)
            source = f"https://w3id.org/cuibono/import/{quote(name)}/network" if name else None
            return self._load(found.records, self.vocabulary, agent, source, place=found.place)


def _write_rejects(file: str | FilePath | None, source: TableSource | EntityStream, area: StagingArea) -> None:
    if file is not None:
        write_rejects(FilePath(file), source.table, area.rejects())


def _is_large(file: FilePath) -> bool:
    return file.is_file() and file.stat().st_size >= BULK_FROM
