"""Records by key, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, ValuesView
from heapq import merge
from typing import Any, Generic, TypeVar

from cuibono.graph.deadline import check_deadline
from cuibono.graph.snapshot.strings import Strings

__all__ = ["KindMapping"]

_Record = TypeVar("_Record")


class KindMapping(Mapping[str, _Record], Generic[_Record]):
    """The records of one kind by IRI, in the order of their IRIs.

    Parameters
    ----------
    iris : Strings
        Those of the rows, sorted.
    row_of : callable
        Gives the row of an IRI, -1 if there is none.
    made : callable
        Gives the record of a row.
    changed : mapping of str to record
        Records that are read before the rows.
    hidden : frozenset of int
        Rows that are no more.
    """

    def __init__(
        self,
        iris: Strings,
        row_of: Callable[[str], int],
        made: Callable[[int], _Record],
        changed: Mapping[str, _Record],
        hidden: frozenset[int],
    ) -> None:
        self._iris, self._row_of, self._made, self._changed, self._hidden = iris, row_of, made, changed, hidden

    def __getitem__(self, iri: str) -> _Record:
        changed = self._changed.get(iri)
        if changed is not None:
            return changed
        row = self._row(iri)
        if row < 0:
            raise KeyError(iri)
        return self._made(row)

    def at(self, row: int) -> _Record:
        """Return the record of a row, or what has taken its place."""
        return self[self._iris[row]] if row in self._hidden else self._made(row)

    def __contains__(self, iri: object) -> bool:
        return iri in self._changed or (isinstance(iri, str) and self._row(iri) >= 0)

    def __len__(self) -> int:
        return len(self._iris) - len(self._hidden) + len(self._changed)

    def __iter__(self) -> Iterator[str]:
        shown = (iri for row, iri in enumerate(self._iris) if row not in self._hidden) if self._hidden else iter(self._iris)
        return merge(shown, sorted(self._changed)) if self._changed else shown

    def values(self) -> ValuesView[_Record]:
        """Return the records, which are made as they are reached."""
        return _Values(self)

    def items(self) -> ItemsView[str, _Record]:
        """Return the IRIs with the records, which are made as they are reached."""
        return _Items(self)

    def in_order(self) -> Iterator[tuple[str, _Record]]:
        """Yield what there is in the order of IRIs, without looking anything up."""
        return self.of(range(len(self._iris)), self._changed)

    def of(self, rows: Iterable[int], changed: Iterable[str]) -> Iterator[tuple[str, _Record]]:
        """Yield the records of some rows, given in order, and of some IRIs that have changed, in the order of IRIs."""
        shown = self._shown(rows)
        above = sorted(changed)
        if not above:
            yield from ((self._iris[row], self._made(row)) for row in shown)
            return
        both: Iterator[tuple[str, Any]] = merge(
            ((self._iris[row], row) for row in shown), ((iri, None) for iri in above), key=lambda pair: pair[0]
        )
        for iri, row in both:
            check_deadline()
            yield iri, self._changed[iri] if row is None else self._made(row)

    def _shown(self, rows: Iterable[int]) -> Iterator[int]:
        for row in rows:
            check_deadline()
            if row not in self._hidden:
                yield row

    def _row(self, iri: str) -> int:
        row = self._row_of(iri)
        return -1 if row in self._hidden else row


class _Values(ValuesView[_Record]):
    def __init__(self, mapping: KindMapping[_Record]) -> None:
        super().__init__(mapping)
        self._kind = mapping

    def __iter__(self) -> Iterator[_Record]:
        return (record for _, record in self._kind.in_order())


class _Items(ItemsView[str, _Record]):
    def __init__(self, mapping: KindMapping[_Record]) -> None:
        super().__init__(mapping)
        self._kind = mapping

    def __iter__(self) -> Iterator[tuple[str, _Record]]:
        return self._kind.in_order()
