"""From the rows of a table to records, as a mapping says; what cannot become records is rejected, row by row."""

from __future__ import annotations

from collections import abc, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cuibono.graph.build.table.mapping import Mapping
from cuibono.graph.build.table.reading import Table, TableRow
from cuibono.graph.build.table.rows import REJECT_COLUMNS, RowReader
from cuibono.graph.build.validation import problems
from cuibono.graph.errors import InvalidInput, InvalidValue, Problem
from cuibono.graph.model import Document, Entity, Record, Records, Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema.vocabulary import local_name

__all__ = ["Reject", "Translation", "translated"]

_MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that made no statement, and why."""

    row: TableRow
    reason: str


@dataclass(frozen=True)
class Translation:
    """What the rows of a table became.

    Attributes
    ----------
    records : Records
        All that they say.
    rows : int
        How many were read.
    silent : int
        How many said nothing, as conditions of the mapping have it.
    rejects : tuple of Reject
        In the order of the table.
    is_partial : bool
        Whether the table holds mended rows of another, and so is not all that its source says.
    """

    records: Records
    rows: int
    silent: int
    rejects: tuple[Reject, ...]
    is_partial: bool
    _rows_of: abc.Mapping[str, tuple[int, ...]] = field(repr=False, default_factory=dict)
    _table: str = ""

    def place(self, iri: str, name: str | None) -> str:  # noqa: ARG002
        """Return the row that made a record."""
        rows = self._rows_of.get(iri)
        return f"{self._table}:{rows[0]}" if rows else self._table


def translated(
    table: Table,
    mapping: Mapping,
    existing: Snapshot,
    *,
    keep_going: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Translation:
    """Return what the rows of a table say.

    Parameters
    ----------
    existing : Snapshot
        The graph that the records are meant for, under the vocabulary of the mapping.
    keep_going : bool
        Whether to leave out rows that break a rule, and say which.
    progress : callable, optional
        Told the number of rows read so far, now and then.

    Raises
    ------
    InvalidInput
        If a row breaks a rule and `keep_going` was not asked for, with the first hundred; or if the file cannot be read.
    """
    rejects: dict[int, Reject] = {}
    while True:
        gathered = _Gathered(table, mapping, existing)
        for count, row in enumerate(table.rows(), 1):
            gathered.enter(row, rejects)
            if progress is not None and count % 1_000 == 0:
                progress(count)
        found = gathered.checked()
        if not keep_going and (rejects or found):
            raise InvalidInput(_told([*(_problem(table, reject) for reject in rejects.values()), *found]))
        if not found:
            return gathered.translation(tuple(rejects[number] for number in sorted(rejects)))
        gathered.reject(found, rejects)


def _problem(table: Table, reject: Reject) -> Problem:
    return Problem(f"{table.name}:{reject.row.number}", None, reject.reason)


def _told(found: list[Problem]) -> list[Problem]:
    """Return the first problems, and how many there are beside them."""
    if len(found) <= _MOST_PROBLEMS:
        return found
    table = found[0].place.rpartition(":")[0]
    rest = f"and {len(found) - _MOST_PROBLEMS:,} more; with --keep-going the good rows go in and all others into a file"
    return [*found[:_MOST_PROBLEMS], Problem(table, None, rest)]


class _Gathered:
    """The records of the rows so far; what several rows say of one thing is put together."""

    def __init__(self, table: Table, mapping: Mapping, existing: Snapshot) -> None:
        self._table, self._existing = table, existing
        self._is_partial = REJECT_COLUMNS[0] in table.columns
        known = existing.documents.get(mapping.document_iri) if self._is_partial else None
        self._reader = RowReader(table, mapping, existing.vocabulary, known)
        self._records: dict[str, Record] = {self._reader.document.iri: self._reader.document}
        self._rows_of: defaultdict[str, list[int]] = defaultdict(list)
        self._kept: dict[int, TableRow] = {}
        self._count = self._silent = 0

    def enter(self, row: TableRow, rejects: dict[int, Reject]) -> None:
        """Take in what a row says, or reject it."""
        self._count += 1
        number = row.number
        if number in rejects:
            return
        try:
            if row.problem is not None:
                raise InvalidValue(row.problem)
            made = self._reader.records(row)
            merged = {record.iri: self._merged(record) for record in made}
        except InvalidValue as error:
            rejects[number] = Reject(row, str(error))
            return
        self._silent += not any(isinstance(record, Statement) for record in made)
        self._records |= merged
        for iri in merged:
            self._rows_of[iri].append(number)
        self._kept[number] = row

    def checked(self) -> list[Problem]:
        """Return what is wrong with the records as a whole, each under the IRI of its record."""
        found = problems(Records.of(self._records.values()), self._existing, lambda iri, _: iri)
        return [
            Problem(f"{self._table.name}:{number}", problem.field, problem.message)
            for problem in found
            for number in self._rows_of.get(problem.place, [0])
        ]

    def reject(self, found: list[Problem], rejects: dict[int, Reject]) -> None:
        """Note the rows that made what is wrong."""
        for problem in found:
            number = int(problem.place.rpartition(":")[2])
            if number not in self._kept:
                raise InvalidInput([problem])  # it is the table itself that is wrong
            reason = f"{problem.field}: {problem.message}" if problem.field else problem.message
            rejects.setdefault(number, Reject(self._kept[number], reason))

    def translation(self, rejects: tuple[Reject, ...]) -> Translation:
        rows_of = {iri: tuple(rows) for iri, rows in self._rows_of.items()}
        records = Records.of(self._records.values())
        return Translation(records, self._count, self._silent, rejects, self._is_partial, rows_of, self._table.name)

    # ── one thing said twice ───────────────────────────────────────────────────────────────────────────

    def _merged(self, new: Record) -> Record:
        old = self._records.get(new.iri) or (self._existing.node(new.iri) if self._is_partial else None)
        if old is None or old == new:
            return new
        if type(old) is not type(new):
            raise InvalidValue(f"{new.iri} is a {type(old).__name__.lower()} already; its key must tell the two apart")
        match new:
            case Entity():
                assert isinstance(old, Entity)
                return _merged_entity(old, new)
            case Statement():
                assert isinstance(old, Statement)
                return self._merged_statement(old, new)
            case Document():
                return old
            case _:
                self._refuse_difference(old, new, ())
                return old

    def _merged_statement(self, old: Statement, new: Statement) -> Statement:
        self._refuse_difference(old, new, ("evidence", "status"))
        return replace(old, evidence=(*old.evidence, *new.evidence))

    def _refuse_difference(self, old: Record, new: Record, but: tuple[str, ...]) -> None:
        names = [name for name in type(old).__dataclass_fields__ if name not in but]
        different = [name for name in names if getattr(old, name) != getattr(new, name)]
        if different:
            first = self._rows_of.get(old.iri, ["?"])[0]
            what = "; ".join(f"{n}: {_shown(getattr(old, n))}, here {_shown(getattr(new, n))}" for n in different)
            raise InvalidValue(f"says otherwise of what row {first} says ({what})")


def _merged_entity(old: Entity, new: Entity) -> Entity:
    if old.type != new.type:
        raise InvalidValue(f"{new.label!r} is a {local_name(old.type)} in another row, here a {local_name(new.type)}")
    aliases = {*old.names, *new.names} - {old.label}
    description = old.description or new.description
    return replace(old, aliases=tuple(aliases), same_as=(*old.same_as, *new.same_as), description=description)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{local_name(name)} {one}" for name, one in value) or "nothing"
    return "nothing" if value is None else str(value)
