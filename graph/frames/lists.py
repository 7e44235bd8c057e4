"""What a question gives: a sequence that does not change, and turns into a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, overload

from cuibono.graph.frames.conversion import Library, as_frame
from cuibono.graph.frames.making import Made
from cuibono.graph.model import Claim, Document, Entity, Statement
from cuibono.graph.showing import Shown
from cuibono.graph.snapshot.records import Snapshot

if TYPE_CHECKING:
    import pyarrow

__all__ = ["ClaimList", "Cut", "DocumentList", "EntityList", "Found", "StatementList"]

_SHOWN = 20

_Item = TypeVar("_Item", covariant=True)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a walk came to its limit, so that a stronger path may be missing.

    Attributes
    ----------
    start, end : str or None
        IRIs of what the paths were to lead from and to; None where from everything, or to everything.
    steps : int
        The limit: how many relations were looked at.
    """

    start: str | None
    end: str | None
    steps: int


class Found(Sequence[_Item], Shown, Generic[_Item]):
    """What was found, in order, each thing made when it is first reached; equal to any list or tuple of the same.

    Parameters
    ----------
    items : iterable
        What was found.
    snapshot : Snapshot
        The graph that it was found in.
    cut : bool
        Whether a limit was reached, so that something is missing.
    cuts : tuple of Cut
        Where walks came to their limit; where there are any, the list is cut.

    Examples
    --------
    >>> import cuibono
    >>> kg = cuibono.open()
    >>> report = kg.build(cuibono.seed_dossier())
    >>> found = kg.conflicts(actor="Elon Musk")
    >>> found[:2] == list(found)[:2], found.cut
    (True, False)
    >>> found[:1].to_frame()[["actor_label", "target_label", "alignment"]].values.tolist()
    [['Elon Musk', 'DeepSeek', 'SELF_SERVING']]
    """

    what: ClassVar[str] = "things"

    def __init__(self, items: Iterable[_Item], snapshot: Snapshot, *, cut: bool = False, cuts: tuple[Cut, ...] = ()) -> None:
        # What makes its things when they are reached is not to be gone through for this list's sake.
        self._made: Sequence[_Item] = items if isinstance(items, Made) else []
        self._waiting: Iterator[_Item] | None = None if isinstance(items, Made) else iter(items)
        self.snapshot, self.cut, self.cuts = snapshot, cut or bool(cuts), cuts

    def _upto(self, count: int | None = None) -> Sequence[_Item]:
        """Return what has been made, after making as many as asked for, or all."""
        if self._waiting is not None:
            assert isinstance(self._made, list)
            wanted = self._waiting if count is None else islice(self._waiting, max(0, count - len(self._made)))
            self._made.extend(wanted)
            if count is None or len(self._made) < count:
                self._waiting = None
        return self._made

    @overload
    def __getitem__(self, index: int) -> _Item: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> _Item | Self:
        if isinstance(index, slice):
            ahead = all(end is None or end >= 0 for end in (index.start, index.stop)) and (index.step or 1) > 0
            made = self._upto(index.stop if ahead else None)
            return type(self)(made[index], self.snapshot, cut=self.cut, cuts=self.cuts)
        return self._upto(index + 1 if index >= 0 else None)[index]

    def __len__(self) -> int:
        return len(self._upto())

    def __bool__(self) -> bool:
        return bool(self._upto(1))

    def __iter__(self) -> Iterator[_Item]:
        for place in count():
            made = self._upto(place + 1)
            if place >= len(made):
                return
            yield made[place]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (Found, list, tuple)):
            return len(self) == len(other) and all(ours == theirs for ours, theirs in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # equal to lists, which have none

    def __repr__(self) -> str:
        self._upto(_SHOWN + 1)
        many = f"{len(self._made):,}" if self._waiting is None else f"{_SHOWN} or more"
        return f"<{type(self).__name__} of {many} {self.what}{', cut at a limit' if self.cut else ''}>"

    def to_arrow(self) -> pyarrow.Table:
        """Return a row for each as an Arrow table.

        Raises
        ------
        MissingExtra
            If pyarrow is not installed.
        """
        raise NotImplementedError

    def to_frame(self, library: Library = "pandas") -> Any:
        """Return a row for each as a frame.

        Parameters
        ----------
        library : {"pandas", "polars", "arrow"}
            Whose frame.

        Raises
        ------
        MissingExtra
            If the library is not installed.
        """
        return as_frame(self.to_arrow(), library)


class _Records(Found[_Item]):
    _kind: ClassVar[str]

    def to_arrow(self) -> pyarrow.Table:
        from cuibono.graph.frames.tables import record_table

        return record_table(self._kind, self.snapshot, (record.iri for record in self))  # type: ignore[attr-defined]


class EntityList(_Records[Entity]):
    """Entities."""

    _kind = what = "entities"


class ClaimList(_Records[Claim]):
    """Claims."""

    _kind = what = "claims"


class DocumentList(_Records[Document]):
    """Documents."""

    _kind = what = "documents"


class StatementList(_Records[Statement]):
    """Statements."""

    _kind = what = "statements"
