"""What the rows of a block say, each checked by itself: work that needs nothing but them, and any process can do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from cuibono.graph.build.staging.packing import is_plain, packed
from cuibono.graph.build.validation import own_problems
from cuibono.graph.errors import InvalidValue
from cuibono.graph.model import Record, Statement
from cuibono.schema import Vocabulary

__all__ = ["OTHERS", "Block", "BlockReader", "Row", "count_in"]

OTHERS = "others"
"""The name under which all is counted that comes after `count_in` knows as many names as it takes."""

_MOST_NAMES = 1_000


class Row(Protocol):
    """One row of a file, such as `cuibono.graph.build.table.reading.TableRow`."""

    @property
    def number(self) -> int:
        """What messages call it by."""

    @property
    def problem(self) -> str | None:
        """Why it cannot be read."""


_Row = TypeVar("_Row", bound=Row)


@dataclass(slots=True)
class Block:
    """What some rows say.

    Attributes
    ----------
    rows : int
        How many there are.
    said : list of (iri, row, record)
        In the order of the source. No record: the same as what was said of that IRI last.
    silent : list of int
        Rows that make no statement.
    rejects : list of (row, reason)
    counts : Counter
        What was counted on the way.
    """

    rows: int = 0
    said: list[tuple[str, int, bytes | None]] = field(default_factory=list)
    silent: list[int] = field(default_factory=list)
    rejects: list[tuple[int, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def count_in(counts: Counter[str], more: Counter[str]) -> None:
    """Add counts to others, by no more than a thousand names: a file may have as many as it likes.

    Examples
    --------
    >>> counts = Counter({"a": 1})
    >>> count_in(counts, Counter({"a": 1, "b": 2}))
    >>> counts == Counter({"a": 2, "b": 2})
    True
    """
    for name, count in more.items():
        counts[name if name in counts or len(counts) < _MOST_NAMES else OTHERS] += count


class BlockReader(Generic[_Row]):
    """Reads blocks of rows.

    Parameters
    ----------
    records : callable
        Makes records of a row; it may count things, and raise `InvalidValue`.
    vocabulary : Vocabulary
        What the records mean.
    """

    def __init__(self, records: Callable[[_Row, Counter[str]], Sequence[Record]], vocabulary: Vocabulary) -> None:
        self._records, self._vocabulary = records, vocabulary
        self._last: dict[str, Record] = {}

    def __call__(self, rows: Iterable[_Row]) -> Block:
        """Return what the rows of a block say."""
        self._last = {}
        block = Block()
        for row in rows:
            block.rows += 1
            try:
                self._enter(row, block)
            except InvalidValue as error:
                block.rejects.append((row.number, str(error)))
        return block

    def _enter(self, row: _Row, block: Block) -> None:
        if row.problem is not None:
            raise InvalidValue(row.problem)
        counted: Counter[str] = Counter()
        made = self._records(row, counted)
        block.said += [(record.iri, row.number, self._packed(record, made[:place])) for place, record in enumerate(made)]
        for record in made:
            self._last[record.iri] = record
        if counted:
            count_in(block.counts, counted)
        if not any(isinstance(record, Statement) for record in made):
            block.silent.append(row.number)

    def _packed(self, record: Record, earlier: Sequence[Record]) -> bytes | None:
        """Return a record as bytes, None where it is what was said of the thing last; raise if it breaks a rule by itself."""
        last = self._last.get(record.iri)
        if last is record and all(other.iri != record.iri for other in earlier):
            return None
        try:
            data = packed(record)
        except TypeError:
            data = b""
        if wrong := list(own_problems(record, self._vocabulary, is_text=bool(data) and is_plain(data))):
            raise InvalidValue("; ".join(f"{field}: {message}" if field else message for field, message in wrong))
        return data
