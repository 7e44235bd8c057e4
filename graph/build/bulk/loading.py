"""Large files of our own model into a store on disk: checked by the column, loaded by the store's bulk loader."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from cuibono.graph.build.bulk.following import derived_lines, entered_lines
from cuibono.graph.build.bulk.incoming import Incoming, Reading
from cuibono.graph.build.bulk.lines import NotOurs
from cuibono.graph.build.bulk.passing import Passage
from cuibono.graph.build.bulk.picking import Picking
from cuibono.graph.build.bulk.resuming import beside, key_of
from cuibono.graph.build.bulk.room import demand_room, size_of
from cuibono.graph.build.bulk.suspects import column_problems
from cuibono.graph.build.loading import Loading, LoadReport, direct
from cuibono.graph.build.validation import Judge, Place
from cuibono.graph.disk import room_in
from cuibono.graph.errors import refuse
from cuibono.graph.interest.positions import Positions
from cuibono.graph.model import Proposition, Record, Status
from cuibono.graph.snapshot.answers import answers
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.columns import STATEMENT_KIND, STATUSES
from cuibono.graph.snapshot.draft import KINDS
from cuibono.graph.snapshot.folding import joined
from cuibono.graph.snapshot.indexes import indexes_of
from cuibono.graph.snapshot.keeping import save_snapshot
from cuibono.graph.snapshot.overlay import KIND_OF
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import as_entered
from cuibono.graph.snapshot.space import FileSpace, Space
from cuibono.graph.snapshot.strings import Strings
from cuibono.graph.store.encoding import HISTORY
from cuibono.graph.store.oxigraph import OxigraphStore
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB

__all__ = ["BULK_FROM", "BulkLoad", "bulk_loaded"]

BULK_FROM = 4_000_000
"""Bytes: smaller files are read record by record in a second or two."""

_Tell = Callable[[str], None]


@dataclass(frozen=True)
class BulkLoad:
    """A graph that was loaded.

    Attributes
    ----------
    report : LoadReport
        What became of the graph.
    vocabulary : Vocabulary
        What its records may say, the terms that the file declares included.
    quads : int
        How many the file has.
    history : int
        How many of them tell what was done to the graph that they come from.
    """

    report: LoadReport
    vocabulary: Vocabulary
    quads: int
    history: int


def bulk_loaded(
    file: Path,
    store: OxigraphStore,
    snapshot: Snapshot,
    vocabulary: Vocabulary,
    *,
    agent: str,
    source: str,
    is_all: bool = True,
    place: Place | None = None,
    made: Callable[[], Iterator[bytes]] | None = None,
    progress: Callable[[str], None] | None = None,
    judge: Judge = refuse,
) -> BulkLoad | None:
    """Load a file of our own model into a store on disk, whole or not at all, as `cuibono.graph.build.loading.load` would.

    While the file is read into columns, which are checked and met with what is there, the store's bulk loader takes it in.
    Where it is about what is there, it is read again for the loader instead, which takes what is new, and what is there and
    differs is met record by record. All is done in a copy of the store beside it, which takes its place in the end; where
    anything kills the process before, or breaks a rule, the store is as it was. What was read is kept there every few million
    quads: after a kill the same import goes on from there.

    Parameters
    ----------
    file : Path
        N-Quads, TriG, Turtle or N-Triples, may be compressed: records as `cuibono.graph.store.encoding.encoded` writes
        them.
    snapshot : Snapshot
        What readers see of the store now.
    vocabulary : Vocabulary
        What the records mean; the store keeps its extensions.
    agent, source, is_all, judge
        As for `cuibono.graph.build.loading.load`.
    place : callable, optional
        Names the place of a record's field in messages; the file and the record's IRI unless given.
    made : callable, optional
        Gives whole lines of N-Quads, some megabytes at a time, which are loaded in place of a file; nothing is where that is
        said to be.
    progress : callable, optional
        Told what is being done, how far it has come, and the seconds left.

    Returns
    -------
    BulkLoad or None
        None where the file holds anything beside what cuibono writes; then nothing was done, and reading it record by
        record tells.

    Raises
    ------
    InvalidInput
        If the file cannot be parsed, or breaks a rule.
    StoreError
        If the store cannot be copied or written, or there is too little room on the disk; it is as before.
    """
    directory = store.directory
    assert directory is not None
    tell = progress or (lambda _: None)
    named = place or (lambda iri, _: f"{file.name}: <{iri}>")
    existing = snapshot.stored.with_vocabulary(vocabulary)
    relations = (relation.iri for relation in vocabulary.relations.values())
    passage = Passage(file, relations, tell, made=made)
    room = room_in(directory.resolve().parent)

    def demand() -> None:
        if made is None:  # else it was told while that was gathered
            demand_room(passage.need(size_of(directory) if len(existing.records) else 0), room, file.name, directory, tell)

    key = key_of(passage.identity(), store, vocabulary, source) if passage.is_resumable else uuid.uuid4().hex
    with beside(store, key, tell) as aside, Reading(passage, store, existing, aside, tell, demand) as reading:
        if len(existing.records):  # nothing that comes into an empty graph is read again
            passage.keep_in(aside.scratch)
        try:
            incoming = reading.incoming()
        except NotOurs:
            return None
        doubted = {kind: incoming.meeting.differing[kind] | incoming.meeting.clashing[kind] for kind in KINDS}
        judge(column_problems(incoming.snapshot, named, existing=incoming.existing, doubted=doubted))
        entry = _entered(store, snapshot, incoming, agent, source, is_all=is_all)
        version = store.version
        if entry.does_anything:
            version = _written(reading, passage, incoming, entry, version + 1, source, FileSpace(aside.scratch), tell)
            aside.forget()
            store.replace_with(aside.copy)
        return BulkLoad(entry.report(incoming, version), incoming.snapshot.vocabulary, incoming.quads, incoming.history)


@dataclass(eq=False)
class _Entry:
    """What is to be written."""

    loading: Loading
    records: tuple[Record, ...]
    removed: tuple[str, ...]
    stated: NDArray[np.int64]
    is_new: bool

    @property
    def does_anything(self) -> bool:
        return self.is_new or bool(len(self.stated)) or self.loading.does_anything

    def report(self, incoming: Incoming, version: int) -> LoadReport:
        counts = {name: Counter(counter) for name, counter in self.loading.counts.items()}
        for of, kind in KIND_OF.items():
            new, differing = (int(np.count_nonzero(mask[kind])) for mask in (incoming.meeting.new, incoming.meeting.differing))
            same = len(incoming.iris(kind)) - new - differing
            counts["added"] += Counter({of.__name__: new})
            counts["unchanged"] += Counter({of.__name__: same})
        return LoadReport(
            added=+counts["added"],
            changed=+counts["changed"],
            unchanged=+counts["unchanged"],
            retracted=self.loading.retracted,
            decided=0,
            version=version,
        )


def _entered(store: OxigraphStore, shown: Snapshot, incoming: Incoming, agent: str, source: str, *, is_all: bool) -> _Entry:
    """Return what the door makes of what differs, of what is no longer stated, and of the whole."""
    loading = Loading(store, incoming.existing, agent, source)
    for record in as_entered(incoming.differing(), shown):
        loading.enter(record)
    statements = incoming.iris("statements")
    stated = _stated_by(store, source)
    if is_all:
        for iri in stated.take(np.flatnonzero(statements.positions(stated, are_sorted=True) < 0)):
            loading.retract(iri)
    to_note = (stated.positions(statements, are_sorted=True) < 0) & ~incoming.meeting.differing["statements"]
    resting = incoming.columns.statements.evidence.values
    used = np.bincount(resting[resting >= 0], minlength=len(incoming.iris("evidence"))) > 0

    def is_used(iri: str) -> bool:
        row = incoming.iris("evidence").position(iri)
        return row >= 0 and bool(used[row])

    records, removed = loading.finished(is_used)
    is_new = any(mask.any() for mask in incoming.meeting.new.values())
    return _Entry(loading, records, removed, np.flatnonzero(to_note), is_new)


def _stated_by(store: OxigraphStore, source: str) -> Strings:
    """Return the IRIs of the statements that a source states so far, sorted."""
    found = store.query(f"SELECT ?s {{ GRAPH {HISTORY} {{ ?s <{CB}enteredFrom> {ox.NamedNode(source)} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    iris = answers(found)["s"].values
    return iris.take(iris.order())


# ── into the store ─────────────────────────────────────────────────────────────────────────────────────


def _written(
    reading: Reading, passage: Passage, incoming: Incoming, entry: _Entry, version: int, source: str, space: Space, tell: _Tell
) -> int:
    """Write all into a copy of the store, and return the version."""
    speculation = reading.speculation
    if entry.is_new:
        tell("loading")
    if not (incoming.is_apart and speculation.is_under_way):
        speculation.begin_anew()
        if entry.is_new:
            picking = Picking(incoming.columns, incoming.meeting.new, is_all=incoming.is_all_records, space=space)
            for piece in passage.pieces("loading"):
                speculation.put(picking.picked(piece))
    # While the loader is at work it is given what follows as well, so that all is sorted once.
    statements, after = incoming.iris("statements"), _after(incoming, entry, version, space)
    disputed = _disputed(after)
    new = _rows_of_new(after, incoming, space)
    accepted = new[after.base.columns.statements.status[new] == STATUSES.index(Status.ACCEPTED)]
    derived = derived_lines(after.base.columns, accepted, after.vocabulary, disputed)
    for lines in chain(entered_lines(statements.take(entry.stated, space), source), derived):
        speculation.put(lines)
    copy = speculation.copy()
    tell("noting where it comes from")
    for quad in [quad for found in disputed for quad in direct(found, after.vocabulary) if quad in copy.backend]:
        copy.backend.remove(quad)
    version = entry.loading.write(copy, after)
    save_snapshot(copy, after)
    copy.close()
    return version


def _after(incoming: Incoming, entry: _Entry, version: int, space: Space) -> Snapshot:
    """Return the graph as it is going to be."""
    existing, vocabulary = incoming.existing, incoming.snapshot.vocabulary
    new = incoming.meeting.new
    if not len(existing.records) and all(mask.all() for mask in new.values()):
        base = incoming.snapshot.base
    else:
        columns = joined(existing.columns, incoming.columns, new, space)
        base = Base(columns, indexes_of(columns, space))
    return Snapshot.of(base, vocabulary, version).with_changes(entry.records, version, entry.removed)


def _rows_of_new(after: Snapshot, incoming: Incoming, space: Space) -> NDArray[np.int64]:
    """Return where statements that are new stand in the graph as it is going to be."""
    new = np.flatnonzero(incoming.meeting.new["statements"])
    if after.base is incoming.snapshot.base:
        return new
    return after.base.columns.statements.iri.positions(incoming.iris("statements").take(new, space), are_sorted=True)


def _disputed(after: Snapshot) -> set[Proposition]:
    """Return the propositions that somebody disputes, of those that stances against something are taken on."""
    columns, positions = after.base.columns, Positions(after)
    of, vocabulary = columns.statements, after.vocabulary
    against = np.array([(vocabulary.relation(iri).stance or 0) < 0 for iri in columns.relations], np.bool_)
    spoken_of = np.unique(of.object[(of.object_kind == STATEMENT_KIND) & against[of.predicate]])
    iris = set(of.iri.take(spoken_of))
    iris |= {s.object for s in after.overlay.records.statements.values() if s.object in after.statements}
    found = {after.proposition(after.statements[iri]) for iri in iris}
    return {proposition for proposition in found if positions.on_proposition(proposition).opponents}
