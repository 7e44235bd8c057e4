"""What is done to a graph: dossiers and records that are entered, decisions, merges."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from cuibono.graph.arguments import member
from cuibono.graph.build.changes import Applied, Change, KeyReused, Merge, Review, Split
from cuibono.graph.build.changes.interface import digest
from cuibono.graph.build.dossier import read_dossier, read_settings
from cuibono.graph.build.loading import LoadReport, load
from cuibono.graph.model import Entity, Record, Records, Statement, Status
from cuibono.graph.store.history import Request, earlier_request
from cuibono.graph.versions import Versions, login_name

if TYPE_CHECKING:
    from cuibono.graph.build.resolution import Resolution

__all__ = ["Changes"]


class Changes(Versions):
    """Takes in dossiers, records and the decisions of people."""

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
        >>> import cuibono
        >>> kg = cuibono.open()
        >>> ada = AddEntity(type="Person", label="Ada Lovelace")
        >>> kg.apply(ada, by="Eve", key="1").results == kg.apply(ada, by="Eve", key="1").results
        True
        """
        agent = login_name() if by is None else by
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
        >>> import cuibono
        >>> kg = cuibono.open()
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
