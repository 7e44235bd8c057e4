"""Statements by their ends and by what they say, and entities by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import merge

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.model import Proposition, Statement, proposition
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.overlay import Overlay
from cuibono.graph.snapshot.strings import Ragged
from cuibono.schema import Vocabulary

__all__ = ["ByEnd", "ByName", "ByProposition"]

_Statements = tuple[Statement, ...]


class ByEnd(Mapping[str, _Statements]):
    """Statements by one of their ends, each group in the order of IRIs.

    Parameters
    ----------
    index : Ragged
        Rows of statements by number of node.
    changed : mapping of str to tuple of str
        IRIs of the overlay's statements by that end.
    """

    def __init__(self, base: Base, overlay: Overlay, index: Ragged, changed: Mapping[str, tuple[str, ...]]) -> None:
        self._base, self._overlay, self._index, self._above = base, overlay, index, changed
        self._hidden = overlay.hidden["statements"]

    def __getitem__(self, iri: str) -> _Statements:
        found = tuple(self._base.reader.statement(row) for row in self.rows(iri).tolist() if row not in self._hidden)
        changed = self.changed(iri)
        if changed:
            found = tuple(merge(found, changed, key=lambda statement: statement.iri))
        if not found:
            raise KeyError(iri)
        return found

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str) and (iri in self._above or any(row not in self._hidden for row in self.rows(iri).tolist()))

    def __iter__(self) -> Iterator[str]:
        groups = zip(self._base.nodes.iris(), self._index.offsets[:-1].tolist(), self._index.offsets[1:].tolist(), strict=True)
        for iri, start, end in groups:
            if start < end and iri not in self._above and iri in self:
                yield iri
        yield from self._above

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def count(self, iri: str) -> int:
        """Return how many statements there are at that end, without making them."""
        rows = self.rows(iri)
        gone = np.isin(rows, list(self._hidden)).sum() if self._hidden and len(rows) else 0
        return len(rows) - int(gone) + len(self._above.get(iri, ()))

    def changed(self, iri: str) -> list[Statement]:
        """Return the overlay's statements at that end."""
        return [self._overlay.records.statements[other] for other in self._above.get(iri, ())]

    def rows(self, iri: str) -> NDArray[np.int32]:
        """Return the rows of the base's statements at that end, those that are no more included."""
        number = self._base.nodes.number(iri)
        return self._index[number] if number >= 0 else self._index.values[:0]


class ByProposition(Mapping[Proposition, _Statements]):
    """Statements by what they say, each group in the order of IRIs."""

    def __init__(self, base: Base, overlay: Overlay, vocabulary: Vocabulary, by_subject: ByEnd, by_object: ByEnd) -> None:
        self._base, self._vocabulary, self._hidden = base, vocabulary, overlay.hidden["statements"]
        self._by_subject, self._by_object = by_subject, by_object

    def __getitem__(self, key: Proposition) -> _Statements:
        subject, predicate, obj = key
        relation = self._vocabulary.relation(predicate)
        found = [s for s in self._saying(subject, relation.iri, obj) if self._key(s) == key]
        if relation.symmetric and subject != obj:
            found += [s for s in self._saying(obj, relation.iri, subject) if self._key(s) == key]
            found.sort(key=lambda statement: statement.iri)
        if not found:
            raise KeyError(key)
        return tuple(found)

    def __iter__(self) -> Iterator[Proposition]:
        statements = (statement for group in self._by_subject.values() for statement in group)
        return iter(dict.fromkeys(map(self._key, statements)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _key(self, statement: Statement) -> Proposition:
        return proposition(self._vocabulary.relation(statement.predicate), statement.subject, statement.object)

    def _saying(self, subject: str, predicate: str, obj: str) -> list[Statement]:
        """Return the statements with that subject, predicate and object, in the order of IRIs."""
        below = self._below(subject, predicate, obj)
        above = [s for s in self._by_subject.changed(subject) if (s.predicate, s.object) == (predicate, obj)]
        return list(merge(below, above, key=lambda statement: statement.iri)) if above else below

    def _below(self, subject: str, predicate: str, obj: str) -> list[Statement]:
        columns = self._base.columns
        fewer, more = sorted((self._by_subject.rows(subject), self._by_object.rows(obj)), key=len)
        if not len(fewer) or predicate not in columns.relations:
            return []
        in_both = more[np.minimum(np.searchsorted(more, fewer), len(more) - 1)] == fewer
        rows = fewer[in_both & (columns.statements.predicate[fewer] == columns.relations.index(predicate))]
        return [self._base.reader.statement(row) for row in rows.tolist() if row not in self._hidden]


class ByName(Mapping[str, tuple[str, ...]]):
    """IRIs of entities by each of their names, case folded."""

    def __init__(self, base: Base, overlay: Overlay) -> None:
        self._base, self._overlay, self._hidden = base, overlay, overlay.hidden["entities"]

    def __getitem__(self, name: str) -> tuple[str, ...]:
        found = self._below(name)
        changed = self._overlay.by_name.get(name)
        if changed:
            found = tuple(merge(found, changed))
        if not found:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        below = self._base.indexes.names
        yield from (n for n in below if n not in self._overlay.by_name and (not self._hidden or self._below(n)))
        yield from self._overlay.by_name

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _below(self, name: str) -> tuple[str, ...]:
        row = self._base.indexes.names.position(name)
        if row < 0:
            return ()
        iris = self._base.columns.entities.iri
        return tuple(iris[entity] for entity in self._base.indexes.by_name[row].tolist() if entity not in self._hidden)
