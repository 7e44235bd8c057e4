"""The one object that people hold: it opens a store, takes records in, and answers questions."""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path as FilePath
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

import pyoxigraph as ox

from cuibono.graph.build.dossier import read_dossier, read_settings
from cuibono.graph.build.loading import Commit, LoadReport, change_status, load
from cuibono.graph.build.validation import Place, record_place
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import AmbiguousName, InvalidArgument, InvalidValue, NotFound
from cuibono.graph.interest.account import Account, account_of
from cuibono.graph.interest.engines import Engine, Engines
from cuibono.graph.interest.findings import (
    DEFAULT_HOPS,
    DEFAULT_MIN_STRENGTH,
    MAXIMUM_HOPS,
    Alignment,
    Beneficiary,
    ConflictOfInterest,
    ConflictPair,
    Path,
    conflict_pairs,
)
from cuibono.graph.interest.paths import paths_between
from cuibono.graph.interest.positions import Positions
from cuibono.graph.interest.selection import Selection
from cuibono.graph.model import Basis, Claim, Document, Entity, Record, Records, Statement, Status
from cuibono.graph.snapshot.filters import StatementFilter
from cuibono.graph.snapshot.keeping import current_snapshot, keep_commit
from cuibono.graph.snapshot.records import Node, Snapshot
from cuibono.graph.snapshot.search import Match, claims_called, near_claims, near_names, search
from cuibono.graph.store.encoding import ONTOLOGY
from cuibono.graph.store.interface import Store
from cuibono.graph.store.location import opened_store
from cuibono.schema import Vocabulary
from cuibono.schema.ontology import Ontology

if TYPE_CHECKING:
    import networkx
    import rdflib

__all__ = ["Info", "KnowledgeGraph", "open_graph"]

Day = str | PartialDate | None
_Enum = TypeVar("_Enum", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Info:
    """What a graph holds, in numbers.

    Attributes
    ----------
    statements : mapping of str to int
        By status.
    relations : mapping of str to int
        Accepted statements by the name of their relation.
    """

    url: str
    version: int
    entities: int
    claims: int
    documents: int
    evidence: int
    statements: Mapping[str, int]
    relations: Mapping[str, int]


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


class KnowledgeGraph:
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
        self._snapshot: Snapshot | None = None
        self._engines = Engines()
        self._writing = RLock()

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
                current = self._snapshot = current_snapshot(self.store, self.vocabulary)
            return current
        finally:
            self._writing.release()

    def close(self) -> None:
        """Let go of the store."""
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

    def add(self, *records: Record, agent: str | None = None) -> LoadReport:
        """Add records, or new versions of records that are there.

        Raises
        ------
        InvalidInput
            If any breaks a rule; the graph is then as before.
        """
        return self._load(Records.of(records), self.vocabulary, agent)

    def review(self, statement: str, status: Status | str, *, by: str, why: str) -> Statement:
        """Record a decision about a statement, and return the statement as it is now.

        Raises
        ------
        NotFound
            If there is no such statement.
        InvalidArgument
            If the status is none, or nobody or no reason is named.
        """
        wanted = _member(Status, status, "status")
        with self._writing:
            found = self.snapshot.statements.get(statement)
            if found is None:
                raise NotFound("statement", statement)
            if not by.strip() or not why.strip():
                raise InvalidArgument("by" if not by.strip() else "why", "is empty; say who decides, and why")
            self._keep(change_status(self.store, self.snapshot, found, wanted, agent=by, reason=why))
            return self.snapshot.statements[statement]

    def _vocabulary_with(self, extensions: Iterable[Ontology]) -> Vocabulary:
        """Return the vocabulary extended once more; what is read again takes the place of what was read before."""
        again, before = list(extensions), self.vocabulary.ontology.extensions
        kept = [old for old in before if not any(old.file == new.file or old.triples == new.triples for new in again)]
        return self.vocabulary if (*kept, *again) == before else Vocabulary.extended([*kept, *again])

    def _load(
        self, records: Records, vocabulary: Vocabulary, agent: str | None, source: str | None = None, place: Place = record_place
    ) -> LoadReport:
        with self._writing:
            snapshot = self.snapshot.with_vocabulary(vocabulary)
            commit = load(self.store, snapshot, records, agent=agent or _user(), source=source, place=place)
            self._keep(commit)
        return commit.report

    def _keep(self, commit: Commit) -> None:
        """Show readers what was committed."""
        before, self._snapshot = self._snapshot, commit.snapshot
        self.vocabulary = commit.snapshot.vocabulary
        if before is not None:
            keep_commit(self.store, before, commit.snapshot, commit.records, commit.removed)

    # ── looking up ─────────────────────────────────────────────────────────────────────────────────────

    def node(self, iri: str) -> Node:
        """Return the entity, claim, statement, document or evidence of an IRI.

        Raises
        ------
        NotFound
            If there is none.
        """
        node = self.snapshot.node(iri)
        if node is None:
            raise NotFound("thing", iri)
        return node

    def entity(self, name: str) -> Entity:
        """Return the entity of a label, an alias (case aside) or an IRI.

        Raises
        ------
        NotFound
            If there is none; the error names those that come near.
        AmbiguousName
            If there are several.
        """
        snapshot = self.snapshot
        if name in snapshot.entities:
            return snapshot.entities[name]
        iris = snapshot.by_name.get(name.casefold().strip(), ())
        if len(iris) > 1:
            raise AmbiguousName(name, iris)
        if not iris:
            raise NotFound("entity", name, near_names(snapshot, name))
        return snapshot.entities[iris[0]]

    def claim(self, text: str) -> Claim:
        """Return the claim of an IRI, of the last part of one, or of a text.

        Raises
        ------
        NotFound
            If there is none.
        AmbiguousName
            If several have the text.
        """
        snapshot = self.snapshot
        if text in snapshot.claims:
            return snapshot.claims[text]
        found = claims_called(snapshot, text)
        if len(found) > 1:
            raise AmbiguousName(text, [claim.iri for claim in found])
        if not found:
            raise NotFound("claim", text, near_claims(snapshot, text))
        return found[0]

    def entities(self, *, type: str | None = None) -> list[Entity]:
        """Return the entities of a class and its subclasses, or all, in the order of their IRIs.

        Raises
        ------
        InvalidArgument
            If the ontology has no such class.
        """
        wanted = None
        if type is not None:
            try:
                wanted = self.vocabulary.entity_class(type).iri
            except KeyError as error:
                raise InvalidArgument("type", f"{type!r} is no class; there are {', '.join(self.vocabulary.classes)}") from error
        return [e for e in self.snapshot.entities.values() if wanted is None or wanted in self.vocabulary.ancestors(e.type)]

    def claims(self, *, contested: bool | None = None) -> list[Claim]:
        """Return the claims, only those that are contested or only those that are not, in the order of their IRIs."""
        positions = self.positions()
        return [c for c in self.snapshot.claims.values() if contested is None or positions.on_claim(c.iri).contested is contested]

    def documents(self) -> list[Document]:
        """Return the documents, in the order of their IRIs."""
        return list(self.snapshot.documents.values())

    def statements(
        self,
        *,
        subject: str | None = None,
        predicate: str | None = None,
        object: str | None = None,
        speaker: str | None = None,
        said_via: str | None = None,
        document: str | None = None,
        basis: Basis | str | None = None,
        status: Status | str | Iterable[Status | str] = Status.ACCEPTED,
        stated_from: Day = None,
        stated_to: Day = None,
        as_of: Day = None,
        min_confidence: float = 0.0,
    ) -> list[Statement]:
        """Return the statements that have all the parts asked for, in the order of their IRIs.

        Raises
        ------
        NotFound
            If a name is nobody's.
        InvalidArgument
            If an argument is of the wrong form.
        """
        wanted = StatementFilter(
            subject=self._iri(subject),
            predicate=self._relation(predicate),
            object=self._iri(object),
            speaker=self._iri(speaker),
            said_via=self._iri(said_via),
            document=self._iri(document),
            basis=None if basis is None else _member(Basis, basis, "basis"),
            statuses=_statuses(status),
            stated_from=_day(stated_from, "stated_from"),
            stated_to=_day(stated_to, "stated_to"),
            as_of=_day(as_of, "as_of"),
            min_confidence=_fraction(min_confidence, "min_confidence"),
        )
        return list(wanted.matching(self.snapshot))

    def search(self, words: str) -> list[Match]:
        """Return what has the words in its name, text or quote, the best first."""
        return search(self.snapshot, words)

    def positions(self, *, as_of: Day = None, status: Status | str | Iterable[Status | str] = Status.ACCEPTED) -> Positions:
        """Return who stands where on claims and statements."""
        return Positions(self.snapshot, Selection(_statuses(status), _day(as_of, "as_of")))

    def info(self) -> Info:
        """Return what the graph holds, in numbers."""
        snapshot = self.snapshot
        tally = snapshot.tally()
        relations: Counter[str] = Counter()
        for (status, predicate), count in tally.items():
            if status is Status.ACCEPTED and count:
                relations[self.vocabulary.relation(predicate).name] += count
        return Info(
            url=self.url,
            version=self.version,
            entities=len(snapshot.entities),
            claims=len(snapshot.claims),
            documents=len(snapshot.documents),
            evidence=len(snapshot.evidence),
            statements={s.value: sum(count for (status, _), count in tally.items() if status is s) for s in Status},
            relations=dict(sorted(relations.items())),
        )

    # ── who stands to gain ─────────────────────────────────────────────────────────────────────────────

    def conflicts(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        alignment: Alignment | str | None = None,
        min_strength: float = DEFAULT_MIN_STRENGTH,
        max_hops: int = DEFAULT_HOPS,
        as_of: Day = None,
        status: Status | str | Iterable[Status | str] = Status.ACCEPTED,
    ) -> list[ConflictOfInterest]:
        """Return who takes a stand on something they stand to gain or lose by, the strongest first.

        Parameters
        ----------
        actor, target : str, optional
            Names or IRIs; all unless given.
        alignment : Alignment, optional
            Only those of that kind.
        min_strength : float
            Between 0 and 1.
        max_hops : int
            The most interest relations between actor and target, 1 to 5.
        as_of : str or PartialDate, optional
            Count only statements that may be valid on that day.
        status : Status or several
            Which statements count.

        Raises
        ------
        NotFound
            If a name is nobody's.
        InvalidArgument
            If an argument is out of range.
        """
        kind = None if alignment is None else _member(Alignment, alignment, "alignment")
        least = _fraction(min_strength, "min_strength")
        engine = self._engine(as_of, status)
        found = engine.conflicts(actor=self._iri(actor), target=self._iri(target), max_hops=_hops(max_hops), min_strength=least)
        return sorted((f for f in found if kind in (None, f.alignment)), key=lambda finding: finding.order)

    def conflict_pairs(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        alignment: Alignment | str | None = None,
        min_strength: float = DEFAULT_MIN_STRENGTH,
        max_hops: int = DEFAULT_HOPS,
        as_of: Day = None,
        status: Status | str | Iterable[Status | str] = Status.ACCEPTED,
    ) -> list[ConflictPair]:
        """Return the conflicts of interest grouped by actor and target, the strongest group first.

        Takes the arguments of `conflicts`; the alignment is that of the group.
        """
        kind = None if alignment is None else _member(Alignment, alignment, "alignment")
        findings = self.conflicts(
            actor=actor, target=target, min_strength=min_strength, max_hops=max_hops, as_of=as_of, status=status
        )
        return [pair for pair in conflict_pairs(findings) if kind in (None, pair.alignment)]

    def beneficiaries(
        self,
        of: str,
        *,
        min_strength: float = DEFAULT_MIN_STRENGTH,
        max_hops: int = DEFAULT_HOPS,
        as_of: Day = None,
        status: Status | str | Iterable[Status | str] = Status.ACCEPTED,
    ) -> list[Beneficiary]:
        """Return who gains and who loses if a claim is believed, or if an entity gains, the most affected first.

        Parameters
        ----------
        of : str
            A claim (IRI, its last part, or its text) or an entity (IRI or name).

        Raises
        ------
        NotFound
            If it is neither.
        InvalidArgument
            If an argument is out of range.
        """
        least = _fraction(min_strength, "min_strength")
        engine = self._engine(as_of, status)
        found = engine.beneficiaries(self._claim_or_entity(of), max_hops=_hops(max_hops), min_strength=least)
        return sorted(found, key=lambda beneficiary: beneficiary.order)

    def paths(
        self,
        start: str,
        end: str,
        *,
        via: Iterable[str] | None = None,
        max_hops: int = DEFAULT_HOPS,
        as_of: Day = None,
        status: Status | str | Iterable[Status | str] = Status.ACCEPTED,
        limit: int = 100,
    ) -> list[Path]:
        """Return how two entities or claims are connected, the shortest paths first, then the strongest.

        Parameters
        ----------
        via : iterable of str, optional
            Names of the relations to walk, in either direction; all unless given.
        limit : int
            The most paths to return.

        Raises
        ------
        NotFound
            If an end is nobody's name.
        InvalidArgument
            If an argument is out of range.
        """
        if limit < 1:
            raise InvalidArgument("limit", f"is {limit}; it must be at least 1")
        relations = None if via is None else frozenset(filter(None, (self._relation(name, "via") for name in via)))
        return paths_between(
            self.snapshot,
            self._claim_or_entity(start),
            self._claim_or_entity(end),
            max_hops=_hops(max_hops),
            via=relations,
            selection=Selection(_statuses(status), _day(as_of, "as_of")),
            limit=limit,
        )

    def explain(self, finding: ConflictOfInterest | Beneficiary | Path) -> Account:
        """Return why something was found: the statements in order, their quotes, and the arithmetic.

        Printed, it is text; `Account.as_dict` gives data.

        Examples
        --------
        >>> import cuibono
        >>> kg = cuibono.open()
        >>> report = kg.build(cuibono.seed_dossier())
        >>> account = kg.explain(kg.conflicts(actor="Sam Altman")[0])
        >>> account.arithmetic
        '1 × 0.8 × 0.9 × 0.8 × 0.8 = 0.4608'
        """
        return account_of(self.snapshot, finding)

    def warm(self) -> None:
        """Read the graph and make its engine ready, so that the first question does not wait for it."""
        self._engine(None, Status.ACCEPTED)

    def _engine(self, as_of: Day, status: Status | str | Iterable[Status | str]) -> Engine:
        return self._engines.of(self.snapshot, Selection(_statuses(status), _day(as_of, "as_of")))

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
        format : {"turtle", "trig", "nquads", "jsonld", "parquet"}, optional
            See `cuibono.graph.export`, and `cuibono.graph.export.parquet`, which heeds neither text nor history.
        text : bool
            Whether to write the full texts of documents; quotes and hashes are always written.
        history : bool
            Whether to write when and by whom statements were entered and decided on.

        Raises
        ------
        InvalidArgument
            If the format is unknown, or the path cannot be written.
        """
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

    def to_networkx(self, *, include_statements: bool = False) -> networkx.MultiDiGraph[str]:
        """Return the accepted statements as a networkx graph; see `cuibono.graph.views.networkx`."""
        from cuibono.graph.views.networkx import to_networkx

        return to_networkx(self.snapshot, include_statements=include_statements)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return a live, read-only rdflib dataset over the store; see `cuibono.graph.views.rdflib`."""
        from cuibono.graph.views.rdflib import to_rdflib

        return to_rdflib(self.store)

    # ── names ──────────────────────────────────────────────────────────────────────────────────────────

    def _iri(self, name: str | None) -> str | None:
        """Return the IRI of a name; an IRI of anything in the graph is taken as it is."""
        if name is None:
            return None
        return name if self.snapshot.node(name) is not None else self.entity(name).iri

    def _claim_or_entity(self, name: str) -> str:
        try:
            return self.claim(name).iri
        except NotFound:
            try:
                return self.entity(name).iri
            except NotFound as error:
                raise NotFound("claim or entity", name, error.near) from None

    def _relation(self, name: str | None, argument: str = "predicate") -> str | None:
        if name is None:
            return None
        try:
            return self.vocabulary.relation(name).iri
        except KeyError as error:
            known = ", ".join(self.vocabulary.relations)
            raise InvalidArgument(argument, f"{name!r} is no relation; there are {known}") from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _day(day: Day, argument: str) -> PartialDate | None:
    if day is None or isinstance(day, PartialDate):
        return day
    try:
        return PartialDate(day)
    except InvalidValue as error:
        raise InvalidArgument(argument, str(error)) from error


def _statuses(status: Status | str | Iterable[Status | str]) -> frozenset[Status]:
    several = [status] if isinstance(status, str) else list(status)
    return frozenset(_member(Status, one, "status") for one in several)


def _member(kind: type[_Enum], value: str, argument: str) -> _Enum:
    try:
        return kind(value)
    except ValueError as error:
        raise InvalidArgument(argument, f"{value!r} is none of {', '.join(kind)}") from error


def _hops(max_hops: int) -> int:
    if not 1 <= max_hops <= MAXIMUM_HOPS:
        raise InvalidArgument("max_hops", f"is {max_hops}; it must be 1 to {MAXIMUM_HOPS}")
    return max_hops


def _fraction(value: float, argument: str) -> float:
    if not 0 <= value <= 1:
        raise InvalidArgument(argument, f"is {value:g}; it must be between 0 and 1")
    return value
