"""What a large file says, by the column, and what becomes of it; what is read is kept now and then, to be gone on with."""

from __future__ import annotations

import gc
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cuibono.graph.build.bulk.gathering import Gathering
from cuibono.graph.build.bulk.lines import NotOurs, line_count
from cuibono.graph.build.bulk.meeting import Meeting, met
from cuibono.graph.build.bulk.passing import Passage
from cuibono.graph.build.bulk.picking import speaks_of
from cuibono.graph.build.bulk.resuming import Beside, Checkpoint
from cuibono.graph.build.bulk.speculation import Speculation
from cuibono.graph.errors import StoreError
from cuibono.graph.memory import give_back_memory
from cuibono.graph.model import Record, Records
from cuibono.graph.progress import Notice
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.draft import KINDS
from cuibono.graph.snapshot.files import Damaged, mapped_base, write_base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.strings import Strings
from cuibono.graph.store.oxigraph import OxigraphStore

__all__ = ["Incoming", "Reading"]

_KEPT_EVERY = 11_900_000
"""Quads. Oxigraph's loader sorts a million at once, and waits for all of them where it ends; then what is loaded is merged."""


@dataclass(frozen=True, eq=False)
class Incoming:
    """What a file says, and how it meets what is there.

    Attributes
    ----------
    snapshot, existing : Snapshot
        Of what comes in, and of what is there.
    meeting : Meeting
        What becomes of the records that come in.
    quads, history : int
        How many the file has, and how many of them tell what was done to the graph that they come from.
    is_all_records : bool
        Whether all of them are of records.
    """

    snapshot: Snapshot
    existing: Snapshot
    meeting: Meeting
    quads: int
    history: int
    is_all_records: bool

    @property
    def columns(self) -> Columns:
        """What comes in, by the column."""
        return self.snapshot.columns

    @property
    def is_apart(self) -> bool:
        """Whether nothing of it differs from what is there."""
        meeting = self.meeting
        return not any(mask.any() for masks in (meeting.differing, meeting.clashing) for mask in masks.values())

    def iris(self, kind: str) -> Strings:
        """Return the IRIs of the records of a kind that come in."""
        found: Strings = getattr(self.columns, kind).iri
        return found

    def differing(self) -> Records:
        """Return the records that are to be met with others one by one."""
        found: list[Record] = []
        for kind in KINDS:
            iris, records = self.iris(kind), getattr(self.snapshot, kind)
            found += [records[iris[row]] for row in np.flatnonzero(self.meeting.differing[kind]).tolist()]
        return Records.of(found)


class Reading:
    """Reads a file into columns, and has it loaded into a copy of the store meanwhile, unless it is about what is there.

    As a context it lets go of the copy in the end.

    Parameters
    ----------
    passage : Passage
        The file.
    store : OxigraphStore
        On disk.
    existing : Snapshot
        What it holds.
    place : Beside
        Where what is read is kept; what stands there is gone on with.
    tell : callable
        Told what is being done.
    demand : callable
        Called when the first lines turn out to be such as cuibono writes; may raise.

    Attributes
    ----------
    speculation : Speculation
        The copy.
    """

    def __init__(
        self,
        passage: Passage,
        store: OxigraphStore,
        existing: Snapshot,
        place: Beside,
        tell: Callable[[str], None],
        demand: Callable[[], None] = lambda: None,
    ) -> None:
        self._demand = demand
        self._passage, self._store, self._existing, self._place, self._tell = passage, store, existing, place, tell
        self._begun = place.checkpoint or Checkpoint()
        try:
            self.speculation, self._gathering = self._gone_on_with(self._begun)
            if self._begun.lines:
                tell(Notice(f"going on after {self._begun.lines:,} quads, which an interrupted import has read"))
        except (Damaged, StoreError, OSError, KeyError):
            tell(Notice("dropping what an interrupted import left behind, as it cannot be read"))
            place.clear()
            self._begun = Checkpoint()
            self.speculation, self._gathering = self._gone_on_with(self._begun)

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self.speculation.close()

    def _gone_on_with(self, begun: Checkpoint) -> tuple[Speculation, Gathering]:
        passage, existing, place = self._passage, self._existing, self._place
        gathering = Gathering(existing.vocabulary, passage.name, place.gathered, is_named=passage.is_named, kept=begun.gathered)
        is_begun = begun.loads and begun.lines > 0
        return Speculation(self._store, place.copy, passage.name, begun.lines, is_begun=is_begun), gathering

    def incoming(self) -> Incoming:
        """Return what the file says.

        Raises
        ------
        NotOurs
            If it holds anything that cuibono does not write.
        InvalidInput
            If it cannot be read or parsed.
        """
        self._tell("reading")
        self._read()
        self._tell("checking")
        vocabulary, existing = self._gathering.vocabulary, self._existing.with_vocabulary(self._gathering.vocabulary)
        folder, base = self._place.scratch, Base(self._gathering.columns())
        base = mapped_base(write_base(base, folder / f"{uuid.uuid4().hex}.columns"), folder)
        gc.collect()  # columns in memory hold each other
        give_back_memory()
        meeting = met(base.columns, existing.columns)
        is_all_records = not self._gathering.left_out
        lines, history = self._gathering.lines, self._gathering.history
        return Incoming(Snapshot.of(base, vocabulary), existing, meeting, lines, history, is_all_records)

    def _read(self) -> None:
        number, position, loads = self._begun.lines, self._begun.position, self._begun.loads
        gathering, passage, kept_at = self._gathering, self._passage, self._gathering.lines
        for piece in passage.pieces("reading", position):
            try:
                taken = gathering.take(piece)
            except NotOurs as error:
                passage.demand_parsed(piece.text, error.line, number)
                raise
            if number == 0:
                self._demand()
            loads &= number > 0 or not speaks_of(piece, self._existing.columns)
            number, position = number + line_count(piece.text), position + len(piece.text)
            if loads:
                self.speculation.put(taken)
            if passage.is_resumable and gathering.lines - kept_at >= _KEPT_EVERY:
                kept_at = gathering.lines
                self._keep(Checkpoint(position, number, loads, gathered=gathering.kept()))

    def _keep(self, checkpoint: Checkpoint) -> None:
        """Note how far the file was read, when that is loaded too; as text, as what was gathered goes on."""
        text, place = str(checkpoint), self._place
        if checkpoint.loads:
            self.speculation.mark(lambda: place.keep(text))
        else:
            place.keep(text)
