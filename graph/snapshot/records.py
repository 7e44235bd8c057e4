"""One version of a graph: its records, made when they are asked for, and the look-ups that questions need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.model import Claim, Document, Entity, Evidence, Proposition, Record, Records, Statement, Status, proposition
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.building import columns_of
from cuibono.graph.snapshot.columns import STATUSES, Columns
from cuibono.graph.snapshot.draft import KINDS
from cuibono.graph.snapshot.folding import folded
from cuibono.graph.snapshot.identity import NOTHING_MERGED, Identities
from cuibono.graph.snapshot.lookups import ByEnd, ByName, ByProposition
from cuibono.graph.snapshot.mappings import KindMapping
from cuibono.graph.snapshot.overlay import Overlay
from cuibono.graph.snapshot.sets import united
from cuibono.graph.snapshot.strings import Strings
from cuibono.schema import Relation, Vocabulary
from cuibono.schema.vocabulary import CLAIM, STATEMENT

__all__ = ["FOLD_FROM", "Mask", "Node", "Snapshot"]

Node = Entity | Claim | Statement | Document | Evidence

Mask = Callable[[Columns, NDArray[np.integer]], NDArray[np.bool_]]
"""From columns, and rows of statements, to which of those rows to keep."""

_Record = TypeVar("_Record")

FOLD_FROM = 4_000
"""An overlay that grows past this is to be folded in; in the background, unless it is much compared to the columns."""

_MOST_CHANGES = 40_000
"""An overlay that grows past this is folded in at once."""

_PART = 4
"""So is one that comes to this part of the columns: they are soon made."""


class Snapshot:
    """The records of one version of a graph, indexed; it never changes.

    The records stand in columns, and those that were changed since in an overlay that wins over them.

    Parameters
    ----------
    records : Records
        Statements of every status.
    vocabulary : Vocabulary
        What their classes and relations mean.
    version : int
        The store's version that they were read at.

    Attributes
    ----------
    base : Base
        Columns, of an earlier version where there is an overlay.
    overlay : Overlay
        What has changed since.
    """

    def __init__(self, records: Records, vocabulary: Vocabulary, version: int = 0) -> None:
        self._read(Base(columns_of(records, vocabulary)), Overlay(), vocabulary, version)

    @classmethod
    def of(cls, base: Base, vocabulary: Vocabulary, version: int = 0, overlay: Overlay | None = None) -> Snapshot:
        """Return the snapshot of columns, and of what lies over them if anything does."""
        snapshot = cls.__new__(cls)
        snapshot._read(base, overlay or Overlay(), vocabulary, version)
        return snapshot

    def _read(self, base: Base, overlay: Overlay, vocabulary: Vocabulary, version: int) -> None:
        self.base, self.overlay, self.vocabulary, self.version = base, overlay, vocabulary, version
        reader, above = base.reader, overlay.records
        self.entities = self._kind("entities", reader.entity, above.entities)
        self.claims = self._kind("claims", reader.claim, above.claims)
        self.documents = self._kind("documents", reader.document, above.documents)
        self.evidence = self._kind("evidence", reader.evidence, above.evidence)
        self.statements = self._kind("statements", reader.statement, above.statements)
        self.records = Records(self.entities, self.claims, self.documents, self.evidence, self.statements)
        self._by_subject = ByEnd(base, overlay, base.indexes.by_subject, overlay.by_subject)
        self._by_object = ByEnd(base, overlay, base.indexes.by_object, overlay.by_object)
        self.by_subject: Mapping[str, tuple[Statement, ...]] = self._by_subject
        self.by_object: Mapping[str, tuple[Statement, ...]] = self._by_object
        self.by_proposition: Mapping[Proposition, tuple[Statement, ...]] = ByProposition(
            base, overlay, vocabulary, self._by_subject, self._by_object
        )
        self.by_name: Mapping[str, tuple[str, ...]] = ByName(base, overlay)

    def _kind(self, kind: str, made: Callable[[int], _Record], changed: Mapping[str, _Record]) -> KindMapping[_Record]:
        iris: Strings = getattr(self.base.columns, kind).iri
        return KindMapping(iris, self.base.row_of[kind], made, changed, self.overlay.hidden[kind])

    @cached_property
    def columns(self) -> Columns:
        """All records as columns; where there is an overlay, making them takes time that grows with the graph."""
        return folded(self.base.columns, self.overlay) if len(self.overlay) else self.base.columns

    @property
    def stored(self) -> Snapshot:
        """The records as they are stored, where questions see entities that are one as one; else this snapshot."""
        return self

    @property
    def identities(self) -> Identities:
        """Which entities stand here as one."""
        return NOTHING_MERGED

    # ── other versions ─────────────────────────────────────────────────────────────────────────────────

    def with_changes(self, records: Collection[Record], version: int, removed: Collection[str] = ()) -> Snapshot:
        """Return the snapshot after a commit; this one stays as it is.

        Where very much has changed, or much compared to the columns, all is put in columns again.

        Parameters
        ----------
        records : collection of records
            New ones, and those that take the place of others.
        removed : collection of str
            IRIs of evidence that is no more, and of entities that are not to be shown.
        """
        overlay = self.overlay.with_changes(self.base.columns, records, removed)
        after = Snapshot.of(self.base, self.vocabulary, version, overlay)
        changes = len(overlay)
        is_much = changes > _MOST_CHANGES or _PART * changes > sum(len(getattr(self.base.columns, kind).iri) for kind in KINDS)
        return after.folded() if changes > FOLD_FROM and is_much else after

    def with_vocabulary(self, vocabulary: Vocabulary) -> Snapshot:
        """Return the same records with other meanings."""
        return self if vocabulary is self.vocabulary else Snapshot.of(self.base, vocabulary, self.version, self.overlay)

    def folded(self) -> Snapshot:
        """Return the same records, all in columns."""
        return Snapshot.of(Base(self.columns), self.vocabulary, self.version) if len(self.overlay) else self

    def without(self, iris: Collection[str]) -> Snapshot:
        """Return the records but some, which others may still name, all in columns."""
        if not iris:
            return self
        columns = self.columns
        rows = {kind: getattr(columns, kind).iri.positions(Strings.of(iris)) for kind in KINDS}
        hidden = {kind: frozenset(found[found >= 0].tolist()) for kind, found in rows.items()}
        return Snapshot.of(Base(folded(columns, Overlay(hidden=hidden))), self.vocabulary, self.version)

    def mentions(self, iri: str) -> int:
        """Return how many statements, of any status, have something as an end, without making them."""
        return self._by_subject.count(iri) + self._by_object.count(iri)

    # ── looking up ─────────────────────────────────────────────────────────────────────────────────────

    def node(self, iri: str) -> Node | None:
        """Return what stands under an IRI, or None."""
        kinds: tuple[Mapping[str, Node], ...] = (self.entities, self.claims, self.statements, self.documents, self.evidence)
        found = (kind.get(iri) for kind in kinds)
        return next((node for node in found if node is not None), None)

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

    # ── scanning ───────────────────────────────────────────────────────────────────────────────────────

    def select(self, keeps: Mask, end: str | None = None) -> Iterator[Statement]:
        """Yield the statements that may be wanted, in the order of IRIs.

        Parameters
        ----------
        keeps : callable
            Says of rows of the columns which to keep; what has changed since is always kept.
        end : str, optional
            Only statements with that subject or object.
        """
        if end is None:
            rows: NDArray[np.integer] = np.arange(len(self.base.columns.statements.iri))
            changed: Collection[str] = self.overlay.records.statements
        else:
            rows = united(self._by_subject.rows(end), self._by_object.rows(end))
            changed = {*self.overlay.by_subject.get(end, ()), *self.overlay.by_object.get(end, ())}
        kept = rows[keeps(self.base.columns, rows)]
        return (statement for _, statement in self.statements.of(kept.tolist(), changed))

    def tally(self) -> Mapping[tuple[Status, str], int]:
        """Return how many statements have each status and predicate."""
        columns, of = self.base.columns, self.base.columns.statements
        codes = of.predicate.astype(np.int64) * len(STATUSES) + of.status
        counts = np.bincount(codes, minlength=len(columns.relations) * len(STATUSES))
        np.subtract.at(counts, codes[list(self.overlay.hidden["statements"])], 1)
        found = Counter((s.status, s.predicate) for s in self.overlay.records.statements.values())
        for code in np.flatnonzero(counts).tolist():
            found[STATUSES[code % len(STATUSES)], columns.relations[code // len(STATUSES)]] += int(counts[code])
        return found
