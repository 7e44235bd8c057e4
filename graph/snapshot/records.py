"""One version of a graph, held in memory: its records, and the look-ups that questions need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from cuibono.graph.model import Claim, Document, Entity, Evidence, Proposition, Records, Statement, proposition
from cuibono.schema import Relation, Vocabulary
from cuibono.schema.vocabulary import CLAIM, STATEMENT

__all__ = ["Node", "Snapshot"]

Node = Entity | Claim | Statement | Document | Evidence


class Snapshot:
    """The records of one version of a graph, indexed.

    Parameters
    ----------
    records : Records
        Statements of every status.
    vocabulary : Vocabulary
        What their classes and relations mean.
    version : int
        The store's version that they were read at.
    """

    def __init__(self, records: Records, vocabulary: Vocabulary, version: int = 0) -> None:
        self.entities: Mapping[str, Entity] = records.entities
        self.claims: Mapping[str, Claim] = records.claims
        self.documents: Mapping[str, Document] = records.documents
        self.evidence: Mapping[str, Evidence] = records.evidence
        self.statements: Mapping[str, Statement] = records.statements
        self.records = records
        self.vocabulary = vocabulary
        self.version = version

    def node(self, iri: str) -> Node | None:
        """Return what stands under an IRI, or None."""
        kinds: tuple[Mapping[str, Node], ...] = (self.entities, self.claims, self.statements, self.documents, self.evidence)
        return next((kind[iri] for kind in kinds if iri in kind), None)

    def relation(self, statement: Statement) -> Relation:
        """Return the relation that a statement's predicate names."""
        return self.vocabulary.relation(statement.predicate)

    def class_of(self, iri: str) -> str | None:
        """Return the IRI of the class of an entity, claim or statement, or None."""
        entity = self.entities.get(iri)
        if entity is not None:
            return entity.type
        if iri in self.claims:
            return CLAIM
        return STATEMENT if iri in self.statements else None

    def proposition(self, statement: Statement) -> Proposition:
        """Return what a statement says, whoever says it: subject, predicate and object."""
        return proposition(self.relation(statement), statement.subject, statement.object)

    def label(self, iri: str) -> str:
        """Return a name that people can read for anything in the graph."""
        match self.node(iri):
            case Entity() as entity:
                return entity.label
            case Claim() as claim:
                return claim.text
            case Document() as document:
                return document.label
            case Statement() as statement:
                ends = self.label(statement.subject), self.label(statement.object)
                return f"{ends[0]} {self.relation(statement).label} {ends[1]}"
            case Evidence() as evidence:
                return evidence.exact
            case _:
                return iri

    @cached_property
    def by_subject(self) -> Mapping[str, tuple[Statement, ...]]:
        """Statements of every status by subject, each group in the order of IRIs."""
        return _grouped((s.subject, s) for s in self._ordered)

    @cached_property
    def by_object(self) -> Mapping[str, tuple[Statement, ...]]:
        """Statements of every status by object, each group in the order of IRIs."""
        return _grouped((s.object, s) for s in self._ordered)

    @cached_property
    def by_proposition(self) -> Mapping[Proposition, tuple[Statement, ...]]:
        """Statements of every status by what they say, each group in the order of IRIs."""
        return _grouped((self.proposition(s), s) for s in self._ordered)

    @cached_property
    def by_name(self) -> Mapping[str, tuple[str, ...]]:
        """IRIs of entities by each of their names, case folded."""
        names: dict[str, set[str]] = defaultdict(set)
        for entity in self.entities.values():
            for name in entity.names:
                names[name.casefold()].add(entity.iri)
        return {name: tuple(sorted(iris)) for name, iris in names.items()}

    @cached_property
    def _ordered(self) -> list[Statement]:
        return [self.statements[iri] for iri in sorted(self.statements)]


_Key = TypeVar("_Key")


def _grouped(pairs: Iterable[tuple[_Key, Statement]]) -> dict[_Key, tuple[Statement, ...]]:
    groups: dict[_Key, list[Statement]] = defaultdict(list)
    for key, statement in pairs:
        groups[key].append(statement)
    return {key: tuple(group) for key, group in groups.items()}
