"""What is looked up in a graph: things by their names, statements by their parts, and numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from cuibono.graph.arguments import Day, Statuses
from cuibono.graph.errors import InvalidArgument, NotFound
from cuibono.graph.filtering.evaluation import Evaluation
from cuibono.graph.filtering.statements import statement_rows
from cuibono.graph.frames.lists import DocumentList, EntityList, StatementList
from cuibono.graph.model import Basis, Claim, Entity, Status
from cuibono.graph.snapshot.names import claim_called, entity_called, entity_like
from cuibono.graph.snapshot.records import Node, Snapshot
from cuibono.graph.snapshot.search import Match, search
from cuibono.schema import Relation, Vocabulary

__all__ = ["Info", "Lookups"]


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


class Lookups(ABC):
    """Looks things up in the graph as it is now."""

    vocabulary: Vocabulary

    @property
    @abstractmethod
    def url(self) -> str:
        """What the store was opened with."""

    @property
    @abstractmethod
    def version(self) -> int:
        """The number of commits so far."""

    @property
    @abstractmethod
    def snapshot(self) -> Snapshot:
        """The graph as it is now."""

    @property
    @abstractmethod
    def withdrawn(self) -> frozenset[str]:
        """What is there only because two entities were made one and parted again: statements, and their reasons."""

    @property
    def published(self) -> Snapshot:
        """The graph as it is now without what is `withdrawn`; where there is any, it takes time that grows with the graph."""
        return self.snapshot.without(self.withdrawn)

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

    def entity(self, name: str, *, exact: bool = False) -> Entity:
        """Return the entity of a label, an alias (case aside) or an IRI, or the only one whose name has those words.

        Parameters
        ----------
        name : str
            ``Elon Musk``, ``elon musk`` or, where nobody else is called so, ``musk``.
        exact : bool
            Whether only a whole name will do, as it does for the arguments of questions.

        Raises
        ------
        NotFound
            If there is none; the error names those that come near.
        AmbiguousName
            If there are several.
        """
        return entity_called(self.snapshot, name) if exact else entity_like(self.snapshot, name)

    def claim(self, text: str) -> Claim:
        """Return the claim of an IRI, of the last part of one, or of a text.

        Raises
        ------
        NotFound
            If there is none.
        AmbiguousName
            If several have the text.
        """
        return claim_called(self.snapshot, text)

    def entities(self, *, type: str | None = None) -> EntityList:
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
        snapshot = self.snapshot
        found = (e for e in snapshot.entities.values() if wanted is None or wanted in self.vocabulary.ancestors(e.type))
        return EntityList(found, snapshot)

    def documents(self) -> DocumentList:
        """Return the documents, in the order of their IRIs; not the reasons of merges that were taken back."""
        snapshot, withdrawn = self.snapshot, self.withdrawn
        return DocumentList((d for d in snapshot.documents.values() if d.iri not in withdrawn), snapshot)

    def statements(
        self,
        *,
        subject: str | None = None,
        predicate: str | Relation | None = None,
        object: str | None = None,
        speaker: str | None = None,
        said_via: str | None = None,
        document: str | None = None,
        basis: Basis | str | None = None,
        status: Statuses = Status.ACCEPTED,
        stated_from: Day = None,
        stated_to: Day = None,
        as_of: Day = None,
        min_confidence: float = 0.0,
    ) -> StatementList:
        """Return the statements that have all the parts asked for, in the order of their IRIs.

        Raises
        ------
        NotFound
            If a name is nobody's.
        InvalidArgument
            If an argument is of the wrong form.
        """
        snapshot = self.snapshot
        evaluation = Evaluation(snapshot)
        rows = statement_rows(
            evaluation,
            subject=subject,
            predicate=predicate.iri if isinstance(predicate, Relation) else predicate,
            object=object,
            speaker=speaker,
            said_via=said_via,
            document=document,
            basis=basis,
            status=status,
            stated_from=stated_from,
            stated_to=stated_to,
            as_of=as_of,
            min_confidence=min_confidence,
        )
        return StatementList(map(evaluation.tables.statements.record, rows.tolist()), snapshot)

    def search(self, words: str) -> list[Match]:
        """Return what has the words in its name, text or quote, the best first."""
        return search(self.snapshot, words)

    def info(self) -> Info:
        """Return what the graph holds, in numbers; of merges that were taken back it counts nothing."""
        snapshot, withdrawn = self.snapshot, self.withdrawn
        documents, evidence, statements = (
            sum(iri in kind for iri in withdrawn) for kind in (snapshot.documents, snapshot.evidence, snapshot.statements)
        )
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
            documents=len(snapshot.documents) - documents,
            evidence=len(snapshot.evidence) - evidence,
            statements={
                s.value: sum(count for (status, _), count in tally.items() if status is s)
                - (statements if s is Status.RETRACTED else 0)
                for s in Status
            },
            relations=dict(sorted(relations.items())),
        )

    def _relation(self, name: str | Relation | None, argument: str = "predicate") -> str | None:
        if name is None:
            return None
        name = name.iri if isinstance(name, Relation) else name
        try:
            return self.vocabulary.relation(name).iri
        except KeyError as error:
            known = ", ".join(self.vocabulary.relations)
            raise InvalidArgument(argument, f"{name!r} is no relation; there are {known}") from error
