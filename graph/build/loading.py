"""The door: records are checked, met with what is there, and committed whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeGuard

import pyoxigraph as ox

from cuibono.graph.build.anchoring import anchor_at
from cuibono.graph.build.validation import Judge, Place, problems, record_place
from cuibono.graph.errors import refuse
from cuibono.graph.interest.positions import Positions
from cuibono.graph.model import Document, Evidence, Proposition, Record, Records, Statement, Status, evidence_iri
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import DERIVED, ONTOLOGY, STATEMENTS, encoded
from cuibono.graph.store.history import (
    BY_HAND,
    Request,
    entered_from,
    load_quads,
    new_activity,
    sources_of,
    statements_of,
    status_changes,
    status_quads,
)
from cuibono.graph.store.interface import Store
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, OA

__all__ = ["Commit", "Decision", "LoadReport", "Loading", "direct", "load"]

_NO_LONGER_STATED = "no longer stated by its source"
_STATED_AGAIN = "stated again by its source"


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did.

    Attributes
    ----------
    added, changed, unchanged : mapping of str to int
        Numbers of records by kind (``Entity``, ``Statement``, …).
    retracted : int
        Statements that their source no longer states.
    decided : int
        Statements that a person decided on.
    version : int
        The store's version afterwards; as before where nothing was to be done.
    """

    added: Counter[str]
    changed: Counter[str]
    unchanged: Counter[str]
    retracted: int
    decided: int
    version: int

    @property
    def did_nothing(self) -> bool:
        """Whether the graph is as it was."""
        return not (self.added or self.changed or self.retracted or self.decided)


@dataclass(frozen=True, slots=True)
class Commit:
    """What became of a graph.

    Attributes
    ----------
    report : LoadReport
        What was done.
    snapshot : Snapshot
        The graph afterwards.
    records : tuple of records
        Those that are new, or took the place of others.
    removed : tuple of str
        IRIs of evidence that is no more.
    """

    report: LoadReport
    snapshot: Snapshot
    records: tuple[Record, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on a statement.

    Attributes
    ----------
    statement : str
        Its IRI.
    reason : str
        Why, in words.
    """

    statement: str
    status: Status
    reason: str


@dataclass
class _Change:
    """What a commit is going to do."""

    additions: set[ox.Quad] = field(default_factory=set)
    removals: set[ox.Quad] = field(default_factory=set)

    def replace(self, old: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> None:
        before, after = set(old), set(new)
        for quad in before - after:
            self._turn(quad, self.additions, self.removals)
        for quad in after - before:
            self._turn(quad, self.removals, self.additions)

    @staticmethod
    def _turn(quad: ox.Quad, other: set[ox.Quad], this: set[ox.Quad]) -> None:
        """Note a quad on one side, or take it from the other: the last word counts."""
        if quad in other:
            other.discard(quad)
        else:
            this.add(quad)

    def __bool__(self) -> bool:
        return bool(self.additions or self.removals)


def load(
    store: Store,
    snapshot: Snapshot,
    records: Records,
    *,
    agent: str,
    source: str | None = None,
    is_all: bool = True,
    place: Place = record_place,
    decisions: Iterable[Decision] = (),
    request: Request | None = None,
    judge: Judge = refuse,
) -> Commit:
    """Add records to a store, and a person's decisions; doing so again changes nothing.

    Parameters
    ----------
    snapshot : Snapshot
        What the store holds now.
    agent : str
        Who does it, for the history.
    source : str, optional
        IRI of what the records come from. What it says replaces what it said before: a statement that it no
        longer makes, and neither anybody else does nor a person decided on, is retracted. Without it the
        records count as entered by hand, and nothing is retracted.
    is_all : bool
        Whether the records are all that the source says; where they are not, nothing is retracted.
    place : callable
        Names the place of a record's field in messages.
    decisions : iterable of Decision
        About statements that are in the graph, or among the records. What somebody decided last for the same reason is
        not noted again.
    request : Request, optional
        What asked for it, to be noted so that it is not done twice.
    judge : callable
        Given all that is wrong; raises if that is anything.

    Raises
    ------
    InvalidInput
        If any record breaks a rule; the store is as before.
    StoreError
        If the store cannot be written; it is as before.
    """
    judge(problems(records, snapshot, place))
    loading = Loading(store, snapshot, agent, source, request)
    for record in records:
        loading.enter(record)
    for decision in decisions:
        loading.settle(decision)
    if source is not None and is_all:
        loading.retract_all_but(set(records.statements))
    return loading.committed()


class Loading:
    """Gathers one commit.

    Parameters
    ----------
    store, snapshot, agent, source, request
        As for `load`.

    Attributes
    ----------
    counts : mapping of str to Counter
        What is ``added``, ``changed`` and ``unchanged``, by kind.
    retracted, decided : int
        Numbers of statements.
    """

    def __init__(self, store: Store, snapshot: Snapshot, agent: str, source: str | None, request: Request | None = None) -> None:
        self._store, self._snapshot = store, snapshot
        self._agent, self._used = agent, source
        self._source, self._request = source or BY_HAND, request
        self._change = _Change()
        self._events: list[ox.Quad] = []
        self._after: dict[str, Record] = {}
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in ("added", "changed", "unchanged")}
        self.retracted = 0
        self.decided = 0
        self._removed: set[str] = set()

    def enter(self, record: Record) -> None:
        """Take a record in that breaks no rule."""
        old = self._snapshot.node(record.iri)
        if isinstance(record, Statement):
            if isinstance(old, Statement):
                record = self._met(old, record)
            if old is None or self._source not in sources_of(self._store, record.iri):
                self._change.additions.add(entered_from(record.iri, self._source))
        kind = "added" if old is None else "unchanged" if old == record else "changed"
        self.counts[kind][type(record).__name__] += 1
        if old != record:
            self._put(old, record)

    def retract_all_but(self, stated: set[str]) -> None:
        """Take back what the source stated before and does not state now."""
        for iri in sorted(statements_of(self._store, self._source) - stated):
            self.retract(iri)

    def retract(self, iri: str) -> None:
        """Take back a statement that the source stated before, unless anybody else states it or a person decided on it."""
        self._change.removals.add(entered_from(iri, self._source))
        statement = self._snapshot.statements[iri]
        others = sources_of(self._store, iri) - {self._source}
        stands = statement.status in {Status.ACCEPTED, Status.PROPOSED}
        if stands and not others and not self._decided_by_person(iri):
            self._put(statement, replace(statement, status=Status.RETRACTED))
            self._note(iri, Status.RETRACTED, _NO_LONGER_STATED, by_loading=True)
            self.retracted += 1

    def settle(self, decision: Decision) -> None:
        """Note a person's word."""
        iri = decision.statement
        statement = self._after.get(iri) or self._snapshot.statements[iri]
        assert isinstance(statement, Statement)
        last = status_changes(self._store, iri)[-1:]
        again = [(c.status, c.agent, c.reason, c.by_loading) for c in last] == [
            (decision.status, self._agent, decision.reason, False)
        ]
        if statement.status is not decision.status or not again:
            self._put(statement, replace(statement, status=decision.status))
            self._note(iri, decision.status, decision.reason, by_loading=False)
            self.decided += 1

    def committed(self) -> Commit:
        """Write all of it to the store."""
        records, removed = self.finished()
        after, version = self._snapshot, self._store.version
        if self.does_anything:
            after = after.with_changes(records, version + 1, removed)
            version = self.write(self._store, after)
        report = LoadReport(**self.counts, retracted=self.retracted, decided=self.decided, version=version)
        return Commit(report, after, records, removed)

    @property
    def does_anything(self) -> bool:
        """Whether there is anything to be written."""
        return bool(self._change or self._events or self._request is not None)

    def finished(self, is_used: Callable[[str], bool] = lambda _: False) -> tuple[tuple[Record, ...], tuple[str, ...]]:
        """Do what follows from what was taken in, and return the records that change, and the IRIs of evidence that is no more.

        Parameters
        ----------
        is_used : callable
            Tells of evidence whether statements rest on it that come in by another way.
        """
        self._keep_earlier_texts()
        self._drop_unused_evidence(is_used)
        self._keep_ontology(self._snapshot.vocabulary)
        return tuple(self._after.values()), tuple(sorted(self._removed))

    def write(self, store: Store, after: Snapshot) -> int:
        """Commit it to a store that holds what this one does, whatever else, and return the new version.

        Parameters
        ----------
        after : Snapshot
            The graph as it is going to be.
        """
        self._derive(after)
        activity = new_activity()
        told = load_quads(activity, self._agent, self._used, self._request)
        return store.commit(activity, [*self._change.additions, *self._events, *told], self._change.removals)

    # ── one record ─────────────────────────────────────────────────────────────────────────────────────

    def _put(self, old: Record | None, new: Record) -> None:
        self._change.replace(encoded(old) if old is not None else (), encoded(new))
        self._after[new.iri] = new

    def _met(self, old: Statement, new: Statement) -> Statement:
        """Return what a statement becomes when it is stated once more."""
        alone = sources_of(self._store, old.iri) <= {self._source}
        status = old.status
        if new.status is not old.status and self._may_change(old, new.status, alone=alone):
            status = new.status
            self._note(old.iri, status, _STATED_AGAIN, by_loading=True)
        if alone:
            return replace(new, status=status)
        return replace(
            new,
            status=status,
            basis=min(old.basis, new.basis, key=lambda basis: basis.rank),
            said_via=new.said_via or old.said_via,
            valid_to=new.valid_to or old.valid_to,
            confidence=old.confidence if new.confidence is None else new.confidence,
            evidence=(*old.evidence, *new.evidence),
            in_response_to=new.in_response_to or old.in_response_to,
            derived_from=(*old.derived_from, *new.derived_from),
            revision_of=new.revision_of or old.revision_of,
            attributes=tuple((dict(old.attributes) | dict(new.attributes)).items()),
        )

    def _may_change(self, old: Statement, status: Status, *, alone: bool) -> bool:
        """Return whether loading may give a statement another status; what one source says, another does not undo."""
        return (alone or (old.status, status) == (Status.PROPOSED, Status.ACCEPTED)) and not self._decided_by_person(old.iri)

    def _decided_by_person(self, iri: str) -> bool:
        changes = status_changes(self._store, iri)
        return bool(changes) and not changes[-1].by_loading

    def _note(self, iri: str, status: Status, reason: str, *, by_loading: bool) -> None:
        sequence = self._store.version + 1
        self._events += status_quads(iri, status, agent=self._agent, reason=reason, by_loading=by_loading, sequence=sequence)

    # ── the whole ──────────────────────────────────────────────────────────────────────────────────────

    def _keep_earlier_texts(self) -> None:
        """Where a document's text has changed, keep the earlier one for the quotes that do not stand in the new one."""
        earlier = {d.iri: self._snapshot.documents[d.iri] for d in self._after.values() if self._has_new_text(d)}
        pieces = [self._snapshot.evidence[iri] for document in earlier for iri in self._subjects(OA + "hasSource", document)]
        moved = {
            piece.iri: _moved(piece, earlier[piece.document])
            for piece in pieces
            if not _stands_in(piece, self._after[piece.document])
        }
        for statement in self._resting_on(moved):
            for piece in [moved[iri] for iri in statement.evidence if iri in moved]:
                self._put(None, piece)
                self._put(None, replace(earlier[piece.document.rpartition(".")[0]], iri=piece.document))
            evidence = tuple(moved[iri].iri if iri in moved else iri for iri in statement.evidence)
            self._put(statement, replace(statement, evidence=evidence))

    def _has_new_text(self, record: Record) -> TypeGuard[Document]:
        old = self._snapshot.documents.get(record.iri)
        return isinstance(record, Document) and old is not None and old.text not in (None, record.text)

    def _resting_on(self, evidence: Collection[str]) -> list[Statement]:
        """Return the statements, as they will be, that rest on some evidence."""
        before = {iri for piece in evidence for iri in self._subjects(CB + "evidence", piece)}
        statements = {iri: self._snapshot.statements[iri] for iri in sorted(before)}
        statements |= {s.iri: s for s in self._after.values() if isinstance(s, Statement)}
        return [statement for statement in statements.values() if not set(statement.evidence).isdisjoint(evidence)]

    def _drop_unused_evidence(self, is_used: Callable[[str], bool]) -> None:
        """Take out evidence that only statements which now rest on other evidence rested on."""
        touched = [s for s in self._after.values() if isinstance(s, Statement)]
        before = {e for s in touched if s.iri in self._snapshot.statements for e in self._snapshot.statements[s.iri].evidence}
        kept = {e for s in touched for e in s.evidence}
        changed = {s.iri for s in touched}
        unused = {e for e in before - kept if self._subjects(CB + "evidence", e) <= changed}
        self._removed = {e for e in unused if not is_used(e)}
        for iri in self._removed:
            self._change.replace(encoded(self._snapshot.evidence[iri]), ())

    def _subjects(self, predicate: str, iri: str) -> set[str]:
        """Return the IRIs of what refers to something, as it stands in the store."""
        quads = self._store.quads(None, ox.NamedNode(predicate), ox.NamedNode(iri), STATEMENTS)
        return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}

    def _derive(self, after: Snapshot) -> None:
        """Bring the direct triples up to date: those of accepted statements that nobody disputes."""
        positions = Positions(after)
        for proposition in self._touched(after):
            accepted = any(s.status is Status.ACCEPTED for s in after.by_proposition.get(proposition, ()))
            wanted = accepted and not positions.on_proposition(proposition).opponents
            for triple in direct(proposition, after.vocabulary):
                is_there = any(True for _ in self._store.quads(triple.subject, triple.predicate, triple.object, DERIVED))  # type: ignore[arg-type]
                if wanted and not is_there:
                    self._change.additions.add(triple)
                elif is_there and not wanted:
                    self._change.removals.add(triple)

    def _touched(self, after: Snapshot) -> set[Proposition]:
        touched: set[Proposition] = set()
        for record in self._after.values():
            if isinstance(record, Statement):
                touched.add(after.proposition(record))
                if record.object in after.statements:
                    touched.add(after.proposition(after.statements[record.object]))
        return touched

    def _keep_ontology(self, vocabulary: Vocabulary) -> None:
        """Keep the extensions of the ontology with the statements that need them."""
        wanted = {ox.Quad(t.subject, t.predicate, t.object, ONTOLOGY) for t in vocabulary.ontology.merged_extensions()}
        self._change.replace(self._store.quads(None, None, None, ONTOLOGY), wanted)


def _stands_in(piece: Evidence, document: Record) -> bool:
    if not isinstance(document, Document) or document.text is None or piece.start is None or piece.end is None:
        return True
    anchor = anchor_at(document.text, piece.start, piece.end)
    return (anchor.exact, anchor.prefix, anchor.suffix) == (piece.exact, piece.prefix, piece.suffix)


def _moved(piece: Evidence, document: Document) -> Evidence:
    """Return evidence as it stands in the earlier text of a document, which is kept under an IRI of its own."""
    assert document.sha256 is not None  # as it has a text
    earlier = f"{document.iri}.{document.sha256[:12]}"
    base = piece.iri.rpartition("evidence/")[0]
    iri = evidence_iri(base, document=earlier, exact=piece.exact, start=piece.start, row=piece.row)
    return replace(piece, iri=iri, document=earlier)


def direct(proposition: Proposition, vocabulary: Vocabulary) -> Iterator[ox.Quad]:
    """Yield the direct triples that a proposition comes to."""
    subject, predicate, obj = (ox.NamedNode(iri) for iri in proposition)
    yield ox.Quad(subject, predicate, obj, DERIVED)
    if vocabulary.relation(proposition[1]).symmetric and subject != obj:
        yield ox.Quad(obj, predicate, subject, DERIVED)
