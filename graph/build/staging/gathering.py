"""From rows to the records that they come to: each row checked once, what several say of one thing put together."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import islice
from typing import Generic, Protocol, TypeVar

from cuibono.graph.build.loading import LoadReport
from cuibono.graph.build.staging.area import Checkpoint, Entry, StagingArea
from cuibono.graph.build.staging.blocks import Block, BlockReader, Row, count_in
from cuibono.graph.build.staging.packing import packed, packed_lines, unpacked
from cuibono.graph.build.staging.processes import shared_out
from cuibono.graph.build.validation import own_problems
from cuibono.graph.errors import InvalidInput, InvalidValue, Problem, Problems
from cuibono.graph.memory import give_back_memory
from cuibono.graph.model import Record, Records
from cuibono.graph.progress import Step
from cuibono.schema import Vocabulary

__all__ = ["Gathering", "RowSource", "Rows", "RowsRejected", "loaded"]

_AT_ONCE = 2_000
"""Rows that are kept in one transaction: what is done again after a kill."""

_LOADED_AT_ONCE = 1_000
"""Records that become N-Quads in one piece: of a megabyte or two, which a process makes in twelve times the memory."""

_TOLD_AFTER = 500
_LOADED_AFTER = 5_000
_JUDGED_AT_ONCE = 50_000
"""Problems whose rows are looked for together: each time all that was gathered is read."""


_Row = TypeVar("_Row", bound=Row)
_RowIn = TypeVar("_RowIn", bound=Row, covariant=True)
_Records = Callable[[_Row, Counter[str]], Sequence[Record]]


class Rows(Protocol[_RowIn]):
    """A file of rows, such as `cuibono.graph.build.table.reading.Table`."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def rows(self) -> Iterator[_RowIn]:
        """Yield the rows in order."""

    def share(self) -> float | None:
        """Return how much of the file was read, between 0 and 1, None where nobody knows."""


class RowsRejected(Exception):
    """Rows were rejected that were taken for good ones before; what they all come to has to be told anew."""


class RowSource(Protocol[_Row]):
    """A file of rows, and what each of them says."""

    @property
    def table(self) -> Rows[_Row]:
        """The file."""

    @property
    def whole(self) -> Sequence[Record]:
        """What the file says as a whole."""

    @property
    def is_portable(self) -> bool:
        """Whether what makes records of a row can be pickled, and so be given to other processes."""

    @property
    def parts(self) -> Sequence[_Records[_Row]]:
        """What makes records of a row, for each reading of the file; it may count things, and raise `InvalidValue`."""

    @property
    def position(self) -> int:
        """What it has to be told to go on after the rows that were read."""

    def begins(self, part: int, kind_of: Callable[[str], type[Record] | None], position: int) -> None:
        """Get ready for a reading; `kind_of` tells what the earlier ones said of a thing first, `position` where it is."""

    def before(self, iri: str) -> Record | None:
        """Return what the rows are to be put together with, None for nothing."""

    def merged(self, old: Record, new: Record, row: int) -> Record:
        """Return what two rows say of one thing; raise `InvalidValue` where they cannot both be right.

        Parameters
        ----------
        row : int
            That of the old record; 0 for what was there before.
        """


class Gathering(Generic[_Row]):
    """What the rows of a source come to.

    Parameters
    ----------
    source : RowSource
    area : StagingArea
        Where it is gathered; what is in there already is not read again.
    vocabulary : Vocabulary
        What the records mean.
    """

    def __init__(self, source: RowSource[_Row], area: StagingArea, vocabulary: Vocabulary) -> None:
        self._source, self.area, self._vocabulary = source, area, vocabulary
        self._name = source.table.name
        wrong = [
            Problem(self._name, field, message) for record in source.whole for field, message in own_problems(record, vocabulary)
        ]
        if wrong:
            raise InvalidInput(wrong)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.area.checkpoint.rows

    @property
    def counts(self) -> Counter[str]:
        """What was counted on the way."""
        return self.area.checkpoint.counts

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────

    def read(self, progress: Callable[[Step], None] | None = None, foretell: Callable[[int], None] | None = None) -> None:
        """Read the rows that were not read yet.

        Parameters
        ----------
        foretell : callable, optional
            Given in how many bytes the rows will stand, as the first few let expect.
        """
        parts = self._source.parts
        while (done := self.area.checkpoint).part < len(parts):
            self._source.begins(done.part, self.area.kind_of, done.position)
            is_last = done.part == len(parts) - 1
            reading = _Reading(self._source, self.area, self._vocabulary, done)
            reading.read(parts[done.part], progress, foretell if is_last else None)
            after = self.area.checkpoint
            if not is_last:
                self.area.index()
            self.area.keep((), (), (), Checkpoint(done.part + 1, after.rows if is_last else 0, after.counts))
        self.area.shrink()
        give_back_memory()

    # ── putting together ───────────────────────────────────────────────────────────────────────────────

    def pieces(self, progress: Callable[[Step], None] | None = None) -> Iterator[bytes]:
        """Yield the records that all rows but the rejected ones come to, as N-Quads, in the order of their IRIs.

        Raises
        ------
        RowsRejected
            In the end, where rows were found that say otherwise than rows before them; what was yielded is of no use.
        """
        contested: list[str] = []
        records = self._packed(contested, progress)
        batches = iter(lambda: list(islice(records, _LOADED_AT_ONCE)), [])
        with closing(shared_out(packed_lines, batches)) as pieces:
            yield from pieces
        if self._settle(contested):
            raise RowsRejected

    def records(self) -> Records | None:
        """Return them; None where rows had to be rejected, as for `pieces`."""
        contested: list[str] = []
        found = Records.of(map(unpacked, self._packed(contested)))
        return None if self._settle(contested) else found

    def settle(self) -> None:
        """Reject the rows that say otherwise than rows before them of the same thing."""
        contested: list[str] = []
        for _ in self._packed(contested):
            pass
        self._settle(contested)

    def _packed(self, contested: list[str], progress: Callable[[Step], None] | None = None) -> Iterator[bytes]:
        """Yield what all rows but the rejected ones come to; add the IRIs of what they cannot agree on to a list."""
        yield from map(packed, self._source.whole)
        begun, size, read = time.monotonic(), self.area.entries, 0
        for done, (iri, entries) in enumerate(self.area.groups(), 1):
            read += len(entries)
            if progress is not None and done % _LOADED_AFTER == 0:
                progress(Step("records loaded", done, read / size, time.monotonic() - begun))
            found = self._come_to(iri, entries)
            if found is None:
                contested.append(iri)
            else:
                yield found

    def _come_to(self, iri: str, entries: Sequence[Entry]) -> bytes | None:
        """Return what rows say of one thing, packed; None where they cannot all be right."""
        first = entries[0].record
        if self._source.before(iri) is None and (len(entries) == 1 or all(entry.record == first for entry in entries)):
            return first
        known: dict[str, tuple[Record, int]] = {}
        try:
            for entry in entries:
                known |= self._met(known, entry.row, [(iri, entry)])
        except InvalidValue:
            return None
        return packed(known[iri][0])

    def _settle(self, contested: Collection[str]) -> bool:
        """Reject what rows say otherwise than rows before them, row by row as they stand in the source."""
        known: dict[str, tuple[Record, int]] = {}
        found: list[tuple[int, str]] = []
        for row, entries in _by_row(self.area.entries_of(contested)) if contested else ():
            try:
                now = self._met(known, row, entries)
            except InvalidValue as error:
                found.append((row, str(error)))
            else:
                known |= now
        assert found or not contested  # else what cannot be right would be left out in silence
        self.area.reject(found)
        return bool(found)

    def _met(
        self, known: dict[str, tuple[Record, int]], row: int, entries: Sequence[tuple[str, Entry]]
    ) -> dict[str, tuple[Record, int]]:
        """Return what things become that a row says something of, and the row that each was said in first."""
        now: dict[str, tuple[Record, int]] = {}
        for iri, entry in entries:
            new = unpacked(entry.record)
            old = now.get(iri) or known.get(iri)
            if old is None and (before := self._source.before(iri)) is not None:
                old = before, 0
            if old is None or old[0] == new:
                now[iri] = (new, row) if old is None else old
                continue
            if type(old[0]) is not type(new):
                kind = type(old[0]).__name__.lower()
                raise InvalidValue(f"{iri} is a {kind} already; its key must tell the two apart")
            now[iri] = self._source.merged(old[0], new, old[1]), old[1]
        return now

    # ── what is wrong ──────────────────────────────────────────────────────────────────────────────────

    def reject(self, found: Iterable[Problem]) -> None:
        """Reject the rows that made what is wrong; each problem has the IRI of a record as its place.

        Raises
        ------
        RowsRejected
            If there is anything wrong.
        InvalidInput
            With the problems that no row made.
        """
        problems, lost, is_sound = iter(found), Problems(), True
        while some := list(islice(problems, _JUDGED_AT_ONCE)):
            is_sound = False
            for problem in self._rejected(some):
                lost.append(Problem(self._name, problem.field, problem.message))
        if lost:
            raise InvalidInput(lost)
        if not is_sound:
            raise RowsRejected

    def _rejected(self, found: Sequence[Problem]) -> Iterator[Problem]:
        """Reject rows, and yield the problems that no row made."""
        rows: dict[str, list[int]] = {problem.place: [] for problem in found}
        for iri, row in self.area.rows_of(rows):
            rows[iri].append(row)
        reasons: dict[int, list[str]] = {}
        for problem in found:
            reason = f"{problem.field}: {problem.message}" if problem.field else problem.message
            for row in dict.fromkeys(rows[problem.place]):
                reasons.setdefault(row, []).append(reason)
        self.area.reject((row, "; ".join(dict.fromkeys(told))) for row, told in reasons.items())
        yield from (problem for problem in found if not rows[problem.place])

    def refusal(self) -> InvalidInput:
        """Return the error that tells of the rejected rows."""
        told = (Problem(f"{self._name}:{row}", None, reason) for row, reason in self.area.rejects())
        return InvalidInput(told, "with --keep-going the good rows go in, and these into a file")


def loaded(
    gathering: Gathering[_Row],
    load: Callable[[], LoadReport | None],
    *,
    keep_going: bool,
    progress: Callable[[Step], None],
    foretell: Callable[[int], None] | None = None,
) -> LoadReport:
    """Read a source and load what it comes to, without the rows that break a rule if that is asked for.

    Parameters
    ----------
    load : callable
        Loads what the gathering comes to; None, or `RowsRejected`, where that rejected rows.
    foretell : callable, optional
        As for `Gathering.read`.

    Raises
    ------
    InvalidInput
        If a row breaks a rule and `keep_going` was not asked for; or if the file is wrong as such.
    """
    gathering.read(progress, foretell)
    while keep_going or not gathering.area.rejected:
        with suppress(RowsRejected):
            if (done := load()) is not None:
                return done
    gathering.settle()
    raise gathering.refusal()


class _Reading(Generic[_Row]):
    """One reading of a source, from where it was left."""

    def __init__(self, source: RowSource[_Row], area: StagingArea, vocabulary: Vocabulary, done: Checkpoint) -> None:
        self._source, self._area, self._vocabulary, self._done = source, area, vocabulary, done

    def read(
        self, records: _Records[_Row], progress: Callable[[Step], None] | None, foretell: Callable[[int], None] | None
    ) -> None:
        rows, counts, before = self._done.rows, self._done.counts, self._area.size
        for block in self._blocks(BlockReader(records, self._vocabulary), self._rows(progress)):
            rows += block.rows
            count_in(counts, block.counts)
            checkpoint = Checkpoint(self._done.part, rows, counts, self._source.position)
            self._area.keep(block.said, block.silent, block.rejects, checkpoint)
            # The first block is read by this process, so that no more rows were read than are kept.
            if foretell is not None and rows == block.rows and (share := self._source.table.share()):
                foretell(int((self._area.size - before) / share))

    def _rows(self, progress: Callable[[Step], None] | None) -> Iterator[_Row]:
        """Yield the rows that were not read yet."""
        table, begun, from_row = self._source.table, time.monotonic(), self._done.rows
        for number, row in enumerate(islice(table.rows(), from_row, None), from_row + 1):
            yield row
            if progress is not None and number % _TOLD_AFTER == 0:
                progress(Step("rows", number, table.share(), time.monotonic() - begun, from_row))

    def _blocks(self, reader: BlockReader[_Row], rows: Iterator[_Row]) -> Iterator[Block]:
        """Yield what blocks of rows say."""
        waiting = iter(lambda: list(islice(rows, _AT_ONCE)), [])
        if not self._source.is_portable:
            yield from map(reader, waiting)
            return
        with closing(shared_out(reader, waiting)) as blocks:
            yield from blocks


def _by_row(entries: Iterator[tuple[str, Entry]]) -> Iterator[tuple[int, list[tuple[str, Entry]]]]:
    """Yield what each row says, in the order of the source."""
    some: list[tuple[str, Entry]] = []
    for iri, entry in entries:
        if some and entry.row != some[-1][1].row:
            yield some[-1][1].row, some
            some = []
        some.append((iri, entry))
    if some:
        yield some[-1][1].row, some
