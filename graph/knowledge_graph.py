"""The one object that people hold: it opens a store, takes records in, and answers questions."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path as FilePath
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import pyoxigraph as ox

from cuibono.graph.arguments import member
from cuibono.graph.build.bulk.loading import BULK_FORMATS, BULK_FROM, BulkLoad, bulk_loaded
from cuibono.graph.build.changes import Applied, Change, KeyReused, Merge, Review, Split
from cuibono.graph.build.changes.interface import digest
from cuibono.graph.build.dossier import read_dossier, read_settings
from cuibono.graph.build.followthemoney.reading import read_stream
from cuibono.graph.build.followthemoney.report import StreamReport
from cuibono.graph.build.loading import Commit, LoadReport, load
from cuibono.graph.build.rdf.reading import read_rdf
from cuibono.graph.build.rdf.report import RdfReport
from cuibono.graph.build.table.mapping import mapping_problems, read_mapping
from cuibono.graph.build.table.reading import TableFormat, opened_table
from cuibono.graph.build.table.rejects import ImportReport, write_rejects
from cuibono.graph.build.table.translation import translated
from cuibono.graph.build.validation import Place, record_place
from cuibono.graph.comparison import Difference, difference
from cuibono.graph.errors import AmbiguousName, InvalidInput, NotFound
from cuibono.graph.feed import Feed, Listener
from cuibono.graph.interest.engines import Engines
from cuibono.graph.interest.findings import ConflictOfInterest
from cuibono.graph.model import Entity, Record, Records, Statement, Status
from cuibono.graph.quality import Quality, quality_of
from cuibono.graph.showing import remember
from cuibono.graph.snapshot.keeping import current_snapshot, keep_commit
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import as_entered, resolved
from cuibono.graph.store.encoding import ONTOLOGY
from cuibono.graph.store.history import Event, Request, earlier_request, history_of, sources, statements_of
from cuibono.graph.store.interface import Store
from cuibono.graph.store.location import opened_store
from cuibono.graph.store.oxigraph import OxigraphStore
from cuibono.graph.views.completion import RelationNames
from cuibono.graph.views.views import Views
from cuibono.schema import Vocabulary
from cuibono.schema.followthemoney import FollowTheMoney
from cuibono.schema.ontology import Ontology

if TYPE_CHECKING:
    import networkx
    import rdflib

    from cuibono.graph.build.resolution import Resolution

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


class KnowledgeGraph(Views):
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

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self.store, self.vocabulary = store, vocabulary
        self._engines = Engines()
        self._snapshot: Snapshot | None = None
        self._feed = Feed()
        self._writing = RLock()
        self.relations = RelationNames(vocabulary)
        remember(self)

    @property
    def url(self) -> str:
        """What the store was opened with."""
        return self.store.url

    @property
    def version(self) -> int:
        """The number of commits so far."""
        return self.store.version

    @property
    def snapshot(self) -> Snapshot:
        """The graph as it is now; what was taken from it before does not change."""
        current = self._snapshot
        if current is not None and current.version == self.store.version:
            return current
        # While a commit is on its way, readers see what was there before and wait for nothing.
        if not self._writing.acquire(blocking=current is None):
            assert current is not None
            return current
        try:
            current = self._snapshot
            if current is None or current.version != self.store.version:
                current = self._snapshot = resolved(current_snapshot(self.store, self.vocabulary))
            return current
        finally:
            self._writing.release()

    def close(self) -> None:
        """Let go of the store, and of whoever listens."""
        self._feed.end()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<KnowledgeGraph {self.url} version {self.version}>"

    # ── taking in ──────────────────────────────────────────────────────────────────────────────────────

    def build(self, folder: str | FilePath, *, agent: str | None = None) -> LoadReport:
        """Add what a dossier says; building it again changes nothing.

        A statement that the dossier made before and makes no longer is retracted, not deleted.

        Parameters
        ----------
        folder : path
            Holds ``dossier.yaml``.
        agent : str, optional
            Who does it, for the history; the user's login name unless given.

        Raises
        ------
        InvalidInput
            With every problem that was found, file and line; the graph is then as before.
        OntologyError
            If an ontology that the dossier names cannot extend the graph's.
        """
        settings = read_settings(folder)
        vocabulary = self._vocabulary_with(settings.ontologies)
        dossier = read_dossier(folder, vocabulary)
        return self._load(dossier.records, vocabulary, agent, settings.source, dossier.place)

    def import_table(
        self,
        file: str | FilePath,
        mapping: str | FilePath,
        *,
        keep_going: bool = False,
        rejects: str | FilePath | None = None,
        agent: str | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> ImportReport:
        """Add what the rows of a table say; importing it again changes nothing.

        A statement that the table made before and makes no longer is retracted, not deleted.

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
            Told the number of rows read so far, now and then.

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
        if wrong := mapping_problems(read, table.columns):
            raise InvalidInput(wrong)
        with self._writing:
            existing = self.snapshot.stored.with_vocabulary(vocabulary)
            found = translated(table, read, existing, keep_going=keep_going, progress=progress)
            if rejects is not None:
                write_rejects(FilePath(rejects), table, found.rejects)
            report = self._load(found.records, vocabulary, agent, read.source_iri, found.place, is_all=not found.is_partial)
        return ImportReport(report, found.rows, found.silent, len(found.rejects))

    def import_rdf(
        self,
        file: str | FilePath,
        *,
        format: str | None = None,
        base: str | None = None,
        alignment: str | FilePath | Iterable[str | FilePath] = (),
        construct: str | None = None,
        agent: str | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> RdfReport:
        """Add what an RDF file says; importing it again changes nothing.

        What cuibono exported comes back whole, the ontology that it needs included. Of other vocabularies it takes what an
        alignment places under its own. Nothing is fetched. A large N-Quads or TriG export goes into an empty graph on disk
        by the store's bulk loader.

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
            Told what is being done with a large file.

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
        if not (format or files or construct) and (done := self._bulk_loaded(FilePath(file), agent, source, progress)):
            return RdfReport(done.report, done.quads, {})
        read = read_rdf(
            file,
            self.vocabulary,
            base=under,
            syntax=format,
            alignment=[Ontology.read_file(one) for one in files],
            construct=construct,
        )
        report = self._load(read.records, read.vocabulary, agent, source)
        return RdfReport(report, read.quads, read.unused)

    def _bulk_loaded(
        self, file: FilePath, agent: str | None, source: str, progress: Callable[[str], None] | None
    ) -> BulkLoad | None:
        """Load a large export into this graph, if it is empty and on disk; None where that is not for the bulk loader."""
        with self._writing:
            if not isinstance(self.store, OxigraphStore) or self.store.directory is None or self.version:
                return None
            if file.suffix.lower() not in BULK_FORMATS or not file.is_file() or file.stat().st_size < BULK_FROM:
                return None
            done = bulk_loaded(file, self.store, self.vocabulary, agent=agent or _user(), source=source, progress=progress)
            if done is not None:
                self._snapshot, self.vocabulary, self.relations = None, done.vocabulary, RelationNames(done.vocabulary)
            return done

    def import_followthemoney(
        self,
        file: str | FilePath,
        *,
        base: str | None = None,
        keep_going: bool = False,
        rejects: str | FilePath | None = None,
        agent: str | None = None,
    ) -> StreamReport:
        """Add what a stream of FollowTheMoney entities says; importing it again changes nothing.

        The graph's ontology is extended by what FollowTheMoney has beyond it; see ``docs/followthemoney.md``.

        Parameters
        ----------
        file : path
            JSON Lines, an entity a line; may be compressed.
        base : str, optional
            The IRI under which the entities are to stand, by their ids.
        keep_going : bool
            Whether what breaks a rule is left out, rather than all refused.
        rejects : path, optional
            A file for what was left out, as JSON Lines, each with the reason.

        Raises
        ------
        InvalidInput
            If anything breaks a rule; the graph is then as before.
        """
        name = quote(FilePath(file).name)
        under = f"https://w3id.org/cuibono/import/{name}/" if base is None else base
        table = opened_table(file, TableFormat(format="jsonl"))
        vocabulary = self._vocabulary_with([FollowTheMoney.bundled().ontology])
        with self._writing:
            existing = self.snapshot.stored.with_vocabulary(vocabulary)
            found = read_stream(table, under, existing, keep_going=keep_going)
            if rejects is not None:
                write_rejects(FilePath(rejects), table, found.rejects)
            report = self._load(found.records, vocabulary, agent, f"{under}stream/{name}")
        return StreamReport(report, found.rows, found.unused, len(found.rejects))

    def add(self, *records: Record, agent: str | None = None) -> LoadReport:
        """Add records, or new versions of records that are there.

        Raises
        ------
        InvalidInput
            If any breaks a rule; the graph is then as before.
        """
        return self._load(Records.of(records), self.vocabulary, agent)

    def from_networkx(
        self,
        graph: networkx.Graph[Any],
        *,
        base: str | None = None,
        relation: str | None = None,
        type: str | None = None,
        agent: str | None = None,
    ) -> LoadReport:
        """Add what a networkx graph says: one of `to_networkx`, or any other; see `cuibono.graph.views.from_networkx`.

        Parameters
        ----------
        base : str, optional
            IRI under which nodes that have none are named; needed where there are such nodes.
        relation, type : str, optional
            The relation of edges without a ``predicate``, and the class of nodes without a ``type``.

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
            found = read_networkx(graph, self.snapshot, base=base, relation=relation, type=type)
            return self._load(found.records, self.vocabulary, agent, place=found.place)

    def review(self, statement: str, status: Status | str, *, by: str, why: str) -> Statement:
        """Record a decision about a statement, and return the statement as it is now.

        Raises
        ------
        NotFound
            If there is no such statement.
        InvalidArgument
            If the status is none, or nobody or no reason is named.
        """
        decision = Review(statements=(statement,), status=member(Status, status, "status"), why=why)
        applied = self.apply(decision, by=by)
        return self.snapshot.statements[applied.results[0]]

    def retract(self, statement: str, *, by: str, why: str) -> Statement:
        """Take a statement back, and return it as it is now: nothing is deleted; see `review`."""
        return self.review(statement, Status.RETRACTED, by=by, why=why)

    def apply(self, change: Change, *, by: str | None = None, key: str | None = None) -> Applied:
        """Do something to the graph that is one of `cuibono.graph.build.changes`: whole, or not at all.

        Parameters
        ----------
        change : Change
            What to add or to decide.
        by : str, optional
            Who does it, for the history; the user's login name unless given.
        key : str, optional
            Chosen by the caller: the same change under the same key is done once, however often it is asked for.

        Raises
        ------
        InvalidInput
            If it breaks a rule; each problem has the part of the change as its place.
        NotFound, AmbiguousName, InvalidArgument
            If a part of it names nothing or several things, or is of the wrong form.
        KeyReused
            If the key stands for another change of the same person.

        Examples
        --------
        >>> from cuibono.graph.build.changes import AddEntity
        >>> kg = open_graph()
        >>> ada = AddEntity(type="Person", label="Ada Lovelace")
        >>> kg.apply(ada, by="Eve", key="1").results == kg.apply(ada, by="Eve", key="1").results
        True
        """
        agent = _user() if by is None else by
        asked = digest(change)
        with self._writing:
            earlier = None if key is None else earlier_request(self.store, agent, key)
            if earlier is not None and earlier.digest != asked:
                raise KeyReused(earlier.key)
            if earlier is not None:
                return Applied(earlier.results, self.version, again=True)
            made = change.made(self.snapshot, agent)
            commit = load(
                self.store,
                self.snapshot.stored,
                Records.of(made.records),
                agent=agent,
                place=lambda iri, _: made.places.get(iri, iri),
                decisions=made.decisions,
                request=None if key is None else Request(key, asked, made.results),
            )
            self._keep(commit)
        return Applied(made.results, commit.report.version)

    def merge(self, one: str, other: str, *, why: str, by: str | None = None) -> Entity:
        """Say that two entities are one, and return the one that questions see from now on.

        What is stored of both stays as it is, each under its own IRI; questions see one entity, under the smaller IRI.
        That they are one is a statement, with the reason as its document, which `split` or `review` takes back.

        Parameters
        ----------
        one, other : str
            Names or IRIs of entities as they were entered.
        why : str
            The reason, in words.
        by : str, optional
            Who says so; the user's login name unless given.

        Raises
        ------
        NotFound, AmbiguousName
            If a name is nobody's, or that of several.
        InvalidArgument
            If both are the same, or no reason is given.
        InvalidInput
            If they cannot be one: a person is no product.

        Examples
        --------
        >>> import cuibono
        >>> kg = cuibono.open()
        >>> report = kg.build(cuibono.seed_dossier())
        >>> known = kg.entity("OpenAI")
        >>> report = kg.add(Entity(iri=f"{known.iri}-inc", type=known.type, label="OpenAI, Inc."))
        >>> kg.merge("OpenAI", "OpenAI, Inc.", why="The same company by its registered name.").label
        'OpenAI'
        >>> kg.split("OpenAI", "OpenAI, Inc.", why="The company is not the foundation.")[1].label
        'OpenAI, Inc.'
        """
        applied = self.apply(Merge(one=one, other=other, why=why), by=by)
        return self.entity(applied.results[0])

    def split(self, one: str, other: str | None = None, *, why: str, by: str | None = None) -> list[Entity]:
        """Take back that two entities are one, or that one is the same as any, and return them as questions see them now.

        That they differ stays on record, so that neither a dossier built again nor `resolve` makes them one again.

        Parameters
        ----------
        one, other : str
            Names or IRIs of entities as they were entered; without the other, the one is parted from all.
        why : str
            The reason, in words.
        by : str, optional
            Who says so; the user's login name unless given.

        Raises
        ------
        NotFound, AmbiguousName
            If a name is nobody's, or that of several.
        InvalidArgument
            If both are the same, there is nothing to part, or no reason is given.
        """
        applied = self.apply(Split(one=one, other=other, why=why), by=by)
        return [self.entity(iri) for iri in applied.results]

    def resolve(self, *, dry_run: bool = False, by: str | None = None) -> Resolution:
        """Find entities that are one: those that certainly are become one, and others are proposed for review.

        Identifiers, names in any script, legal forms, dates and countries are compared; see `docs/identity.md`. Doing it
        again finds what is new, takes back what no longer holds, and undoes no decision of a person.

        Parameters
        ----------
        dry_run : bool
            Whether to find only, and to change nothing.
        by : str, optional
            Who does it, for the history; the user's login name unless given.

        Raises
        ------
        MissingExtra
            If the libraries that compare names are not installed.

        Examples
        --------
        >>> kg = open_graph()
        >>> chips = [Entity(iri=f"urn:x:{n}", type=kg.vocabulary.entity_class("Company").iri, label=label)
        ...     for n, label in enumerate(["NVIDIA Corp.", "Nvidia", "Intel"])]
        >>> report = kg.add(*chips)
        >>> [pair.text for pair in kg.resolve().certain]
        ['the same name: NVIDIA Corp. – Nvidia']
        >>> len(kg.entities())
        2
        """
        from cuibono.graph.build.resolution import RESOLUTION, resolution_of, settled

        with self._writing:
            found = resolution_of(self.snapshot, decided=settled(self.store, self.snapshot.stored))
            if not dry_run:
                self._load(Records.of(found.records()), self.vocabulary, by, RESOLUTION)
        return found

    def _vocabulary_with(self, extensions: Iterable[Ontology]) -> Vocabulary:
        """Return the vocabulary extended once more; what is read again takes the place of what was read before."""
        again, before = list(extensions), self.vocabulary.ontology.extensions
        kept = [old for old in before if not any(old.file == new.file or old.triples == new.triples for new in again)]
        return self.vocabulary if (*kept, *again) == before else Vocabulary.extended([*kept, *again])

    def _load(
        self,
        records: Records,
        vocabulary: Vocabulary,
        agent: str | None,
        source: str | None = None,
        place: Place = record_place,
        *,
        is_all: bool = True,
    ) -> LoadReport:
        with self._writing:
            entered = as_entered(records, self.snapshot)
            stored = self.snapshot.stored.with_vocabulary(vocabulary)
            commit = load(self.store, stored, entered, agent=agent or _user(), source=source, is_all=is_all, place=place)
            self._keep(commit)
        return commit.report

    def _keep(self, commit: Commit) -> None:
        """Show readers what was committed."""
        before = self._snapshot
        after = resolved(commit.snapshot, before, commit.records, commit.removed)
        if before is not None:
            self._engines.follow(before, after)
        self._snapshot = after
        self.vocabulary = commit.snapshot.vocabulary
        self.relations = RelationNames(self.vocabulary)
        if before is not None:
            keep_commit(self.store, before.stored, commit.snapshot, commit.records, commit.removed)
            if before.version != self._snapshot.version:
                self._feed.tell(before, self._snapshot, commit.records)

    def listen(self, told: Callable[[], object], *, most: int = 100) -> Listener:
        """Return a listener, which is told of every commit from now on.

        Parameters
        ----------
        told : callable
            Called, from the thread that commits, whenever there is something to take; it must be quick.
        most : int
            The most commits that may wait; a listener that leaves more is told that it is lost.

        Examples
        --------
        >>> import cuibono
        >>> kg = cuibono.open()
        >>> with kg.listen(lambda: print("something was committed")) as listener:
        ...     report = kg.build(cuibono.seed_dossier())
        ...     [committed] = listener.take()
        something was committed
        >>> len(list(committed.statements())) == report.added["Statement"]
        True
        """
        return self._feed.listen(told, most)

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
        return quality_of(self.snapshot)

    def difference(self, earlier: KnowledgeGraph) -> Difference:
        """Return what this graph says that an earlier one does not, and the other way round.

        The conflicts of interest of both are compared, too, as `conflicts` gives them.
        """
        return difference(earlier.snapshot, self.snapshot, earlier.conflicts(), self.conflicts())

    # ── ways out ───────────────────────────────────────────────────────────────────────────────────────

    def sparql(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Return the answer to a SPARQL query over the union of the named graphs.

        The query runs in this process, and `SERVICE` fetches: do not pass on queries of strangers.

        Raises
        ------
        InvalidArgument
            If the query is not SPARQL.
        """
        return self.store.query(query)

    def export(self, path: str | FilePath, format: str | None = None, *, text: bool = False, history: bool = False) -> None:
        """Write the graph to a file, or as Parquet to a directory, whole or not at all.

        Parameters
        ----------
        path : path
            Where to; its ending names the format unless one is given.
        format : {"turtle", "trig", "nquads", "jsonld", "parquet", "followthemoney"}, optional
            See `cuibono.graph.export`, and `cuibono.graph.export.parquet` and `cuibono.graph.export.followthemoney`, which
            heed neither text nor history.
        text : bool
            Whether to write the full texts of documents; quotes and hashes are always written.
        history : bool
            Whether to write when and by whom statements were entered and decided on.

        Raises
        ------
        InvalidArgument
            If the format is unknown, or the path cannot be written.
        """
        if format == "followthemoney":
            from cuibono.graph.export.followthemoney import write_followthemoney

            write_followthemoney(self.snapshot, FilePath(path))
            return
        if format == "parquet":
            from cuibono.graph.export.parquet import write_parquet

            write_parquet(self.snapshot.columns, self.vocabulary, path)
            return
        from cuibono.graph.export import write_export

        write_export(self.store, FilePath(path), format, text=text, history=history)

    def write_bundle(self, findings: Sequence[ConflictOfInterest], path: str | FilePath) -> None:
        """Write conflicts of interest, and all that they rest on, to a file that needs no other.

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


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
