"""Ways into columns: statements by their ends, and entities by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cuibono.graph.snapshot.columns import ABSENT, CLAIM_KIND, ENTITY_KIND, OTHER_KIND, STATEMENT_KIND, Columns, Ints
from cuibono.graph.snapshot.sets import distinct
from cuibono.graph.snapshot.space import IN_MEMORY, Space
from cuibono.graph.snapshot.strings import Ragged, Strings

__all__ = ["Indexes", "Nodes", "indexes_of"]

_KEPT, _AT_ONCE = 16_384, 16_384


@dataclass(frozen=True, slots=True, eq=False)
class Indexes:
    """What finding rows takes; kept with the columns.

    Attributes
    ----------
    by_subject, by_object : Ragged
        Rows of statements by the number of the node that is their end, see `Nodes`.
    names : Strings
        Names of entities, case folded and sorted.
    by_name : Ragged
        Rows of entities by the row of the name.
    """

    by_subject: Ragged
    by_object: Ragged
    names: Strings
    by_name: Ragged


class Nodes:
    """Numbers for what can stand at the end of a statement: entities, then claims, then statements.

    What is no record has a number past those; there are few, if any.
    """

    def __init__(self, columns: Columns) -> None:
        self._kinds = (columns.entities.iri, columns.claims.iri, columns.statements.iri)
        self._starts = np.cumsum([0, *map(len, self._kinds)])
        self._columns = columns
        self._others = self._other_numbers()
        self.number = lru_cache(_KEPT)(self._number)
        """Gives the number of a node, `ABSENT` if there is none."""

    def __len__(self) -> int:
        return int(self._starts[-1]) + len(self._others)

    def _number(self, iri: str) -> int:
        for start, iris in zip(self._starts.tolist(), self._kinds, strict=False):
            row = iris.position(iri)
            if row >= 0:
                return int(start) + row
        return self._others.get(iri, ABSENT)

    def iris(self) -> Iterator[str]:
        """Yield the IRI of each node in the order of their numbers."""
        for kind in self._kinds:
            yield from kind
        yield from self._others

    def numbers(self, kinds: np.ndarray[tuple[int], np.dtype[np.int8]], rows: Ints) -> Ints:
        """Return the numbers of ends of statements."""
        starts = np.zeros(4, np.int64)
        starts[[ENTITY_KIND, CLAIM_KIND, STATEMENT_KIND]] = self._starts[:3]
        numbers = np.add(rows, starts.astype(np.int32)[kinds], dtype=np.int32)
        for place in np.flatnonzero(kinds == OTHER_KIND).tolist():
            numbers[place] = self._others[self._columns.texts[int(rows[place])]]
        return numbers

    def _other_numbers(self) -> Mapping[str, int]:
        of = self._columns.statements
        ends = ((of.subject_kind, of.subject), (of.object_kind, of.object))
        rows = distinct(np.concatenate([row[kind == OTHER_KIND] for kind, row in ends]))
        iris = sorted({self._columns.texts[row] for row in rows.tolist()})
        return {iri: int(self._starts[-1]) + number for number, iri in enumerate(iris)}


def indexes_of(columns: Columns, space: Space = IN_MEMORY) -> Indexes:
    """Return the indexes of columns, which are put in a space."""
    of, nodes = columns.statements, Nodes(columns)
    return Indexes(
        _grouped(nodes.numbers(of.subject_kind, of.subject), len(nodes), space),
        _grouped(nodes.numbers(of.object_kind, of.object), len(nodes), space),
        *_names(columns, space),
    )


def _grouped(groups: Ints, count: int, space: Space) -> Ragged:
    """Return the rows of each group, in order."""
    offsets = space.empty(count + 1, np.int64)
    offsets[0] = 0
    np.cumsum(np.bincount(groups, minlength=count), out=offsets[1:])
    return Ragged(offsets, space.put(np.argsort(groups, kind="stable").astype(np.int32)))


def _names(columns: Columns, space: Space) -> tuple[Strings, Ragged]:
    entities = columns.entities
    count = len(entities.iri)
    texts = np.concatenate([entities.label, entities.aliases.values])
    rows = np.concatenate([np.arange(count), np.repeat(np.arange(count), np.diff(entities.aliases.offsets))])
    parts = (texts[first : first + _AT_ONCE] for first in range(0, max(len(texts), 1), _AT_ONCE))
    folded = [Strings.of(name.casefold() for name in columns.texts.take(part)) for part in parts]
    each, inverse = Strings.joined(folded, space).distinct()
    order = each.order()
    rank = np.empty(len(each), np.int64)
    rank[order] = np.arange(len(each))
    # An entity counts once under a name, though an alias may repeat its label.
    pairs = distinct(rank[inverse] * max(count, 1) + rows)
    offsets = np.zeros(len(each) + 1, np.int64)
    np.cumsum(np.bincount(pairs // max(count, 1), minlength=len(each)), out=offsets[1:])
    return each.take(order, space), Ragged(offsets, space.put((pairs % max(count, 1)).astype(np.int32)))
