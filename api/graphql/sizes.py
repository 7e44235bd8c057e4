"""How long the lists of a graph are: what a query is measured by before it is run.

A list is no longer than what its holders have, however much is asked for; and where several are asked at once, the most that
they have together tells more than the longest one as often, as hubs are few.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.model import Statement
from cuibono.graph.snapshot.columns import ABSENT, StatementColumns
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Degrees", "Sizes"]

_NEAR = 64
_PART = 8
"""A graph that has changed by no more than so many statements, or this part of them, is measured by what was counted before."""

_Counts = NDArray[np.int64]
_Key = tuple[str, str]


class Degrees:
    """How many items each holder of a list has.

    Parameters
    ----------
    counts : array of int
        In any order.

    Examples
    --------
    >>> degrees = Degrees(np.array([1, 7, 2, 1]))
    >>> degrees.most(1, 20), degrees.most(2, 20), degrees.most(3, 5), degrees.most(100, 20)
    (7, 9, 8, 11)
    """

    def __init__(self, counts: NDArray[np.integer]) -> None:
        holders = np.bincount(counts) if len(counts) else np.zeros(1, np.int64)
        holders[0] = 0
        values = np.flatnonzero(holders)[::-1]
        self._values: list[int] = values.tolist()
        self._holders: list[int] = np.cumsum(holders[values]).tolist()
        self._sums: list[int] = np.cumsum(holders[values] * values).tolist()

    def most(self, holders: int, each: int) -> int:
        """Return how many items so many different holders have at most, if no more than some count for each."""
        longer = bisect_right(self._values, -each, key=int.__neg__)
        full = min(holders, self._holders[longer - 1]) if longer else 0
        return each * full + self._longest(holders) - self._longest(full)

    def _longest(self, holders: int) -> int:
        """Return how many items the holders of the most have."""
        place = bisect_right(self._holders, holders)
        whole, items = (self._holders[place - 1], self._sums[place - 1]) if place else (0, 0)
        return items + ((holders - whole) * self._values[place] if place < len(self._values) else 0)


class Sizes:
    """The sizes of the lists of one graph, each worked out when it is first asked for; statements of every status count.

    Parameters
    ----------
    snapshot : Snapshot
        The graph.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot, self._count = snapshot, len(snapshot.statements)
        self._degrees: dict[_Key, tuple[Degrees, Degrees]] = {}
        self._members: dict[str | None, int] = {}

    def following(self, snapshot: Snapshot) -> Sizes:
        """Return the sizes of a later version of the graph: these, where it is much the same."""
        if snapshot is self._snapshot:
            return self
        changed = abs(len(snapshot.statements) - self._count)
        if snapshot.vocabulary is not self._snapshot.vocabulary or changed > max(_NEAR, self._count // _PART):
            return Sizes(snapshot)
        self._snapshot = snapshot  # the earlier one is to be let go
        return self

    def all(self, field: str, of_class: str | None = None) -> int | None:
        """Return how long a list of the root is at most, None if that is not known.

        Parameters
        ----------
        of_class : str, optional
            The name or the IRI of the class that entities must be members of.
        """
        known = self._snapshot
        match field:
            case "entities":
                return self._in_class(of_class)
            case "claims" | "documents" | "statements":
                return len(getattr(known, field))
            case "search":
                return len(known.records)
        return None

    def items(self, parent: str, field: str, kind: str, holders: int, each: int) -> int | None:
        """Return how many items lists have together at most, None if that is not known.

        Parameters
        ----------
        parent, field, kind : str
            The name of the type that has the list, of its field, and of the type of that.
        holders : int
            So many different things have a list.
        each : int
            The most items of one list.
        """
        key = _key(parent, field, kind)
        if key is None:
            return None
        below, above = self._degrees_of(key)
        return min(below.most(holders, each) + above.most(holders, each), holders * each)

    def _in_class(self, name: str | None) -> int:
        found = self._members.get(name)
        if found is None:
            found = self._members[name] = self._counted(name)
        return found

    def _counted(self, name: str | None) -> int:
        snapshot, vocabulary = self._snapshot, self._snapshot.vocabulary
        try:
            wanted = None if name is None else vocabulary.entity_class(name).iri
        except KeyError:
            wanted = None
        if wanted is None:
            return len(snapshot.entities)
        columns = snapshot.base.columns
        is_member = np.array([wanted in vocabulary.ancestors(iri) for iri in columns.classes], np.bool_)
        later = sum(wanted in vocabulary.ancestors(entity.type) for entity in snapshot.overlay.records.entities.values())
        return int(is_member[columns.entities.type].sum()) + later

    def _degrees_of(self, key: _Key) -> tuple[Degrees, Degrees]:
        """Return the degrees in the columns and in what lies over them; one holder may have items in both."""
        found = self._degrees.get(key)
        if found is None:
            later, held = Counter[str](), self._held(key)
            for statement in self._snapshot.overlay.records.statements.values():
                later.update(held(statement))
            above = np.fromiter(later.values(), np.int64, len(later))
            found = self._degrees[key] = Degrees(self._counts(key)), Degrees(above)
        return found

    # ── each kind of list ──────────────────────────────────────────────────────────────────────────────

    def _counts(self, key: _Key) -> NDArray[np.integer]:
        base = self._snapshot.base
        of, kind = base.columns.statements, key[0]
        if kind == "relation":
            return sum((self._at_end(*end) for end in self._ends(key[1])), np.zeros(len(base.nodes), np.int64))
        if kind == "statements":
            return np.diff(base.indexes.by_subject.offsets) + np.diff(base.indexes.by_object.offsets)
        return _COUNTS[kind](of, base.columns.evidence.document)

    def _at_end(self, relation: str, end: str) -> _Counts:
        base = self._snapshot.base
        of, relations = base.columns.statements, base.columns.relations
        if relation not in relations:
            return np.zeros(len(base.nodes), np.int64)
        rows = np.flatnonzero(of.predicate == relations.index(relation))
        numbers = base.nodes.numbers(getattr(of, f"{end}_kind")[rows], getattr(of, end)[rows])
        return np.bincount(numbers, minlength=len(base.nodes))

    def _ends(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield the relations that have a field of a name, and the end that it stands at."""
        for relation in self._snapshot.vocabulary.relations.values():
            if name == relation.name:
                yield relation.iri, "subject"
            if name == relation.inverse_name or (name == relation.name and relation.symmetric):
                yield relation.iri, "object"

    def _held(self, key: _Key) -> Callable[[Statement], Iterable[str]]:
        """Return what gives those in whose list a statement is, or the statement as often as it has items."""
        name, field = key
        if name == "relation":
            ends: dict[str, list[str]] = {}
            for relation, end in self._ends(field):
                ends.setdefault(relation, []).append(end)
            return lambda statement: [getattr(statement, end) for end in ends.get(statement.predicate, ())]
        if name == "documents":
            evidence = self._snapshot.evidence
            return lambda statement: (
                {evidence[iri].document for iri in statement.evidence if iri in evidence}
                | ({statement.document} if statement.document else set())
            )
        return _HELD[name]


def _key(parent: str, field: str, kind: str) -> _Key | None:
    """Return what tells lists apart whose sizes are known."""
    match kind:
        case "RelationConnection":
            return "relation", field
        case "StatementConnection":
            return {"responses": "responses"}.get(field, "documents" if parent == "Document" else "statements"), ""
        case "Evidence" if parent == "Statement":
            return "evidence", ""
        case "Statement" if parent == "Statement" and field == "derivedFrom":
            return "derived_from", ""
        case "StatementAttribute":
            return "attributes", ""
    return None


def _found_in(of: StatementColumns, documents: NDArray[np.int32]) -> NDArray[np.integer]:
    """Return how many statements are found in each document; one that is found there twice counts twice."""
    quoted = np.diff(of.evidence.offsets) > 0
    return _frequencies(np.concatenate([documents[of.evidence.values], of.document[~quoted]]))


def _frequencies(rows: NDArray[np.int32]) -> NDArray[np.integer]:
    return np.bincount(rows[rows != ABSENT])


_COUNTS: Mapping[str, Callable[[StatementColumns, Any], NDArray[np.integer]]] = {
    "responses": lambda of, _: _frequencies(of.in_response_to),
    "documents": _found_in,
    "evidence": lambda of, _: np.diff(of.evidence.offsets),
    "derived_from": lambda of, _: np.diff(of.derived_from.offsets),
    "attributes": lambda of, _: np.diff(of.attribute_names.offsets),
}

_HELD: Mapping[str, Callable[[Statement], Iterable[str]]] = {
    "statements": lambda statement: (statement.subject, statement.object),
    "responses": lambda statement: (statement.in_response_to,) if statement.in_response_to else (),
    "evidence": lambda statement: [statement.iri] * len(statement.evidence),
    "derived_from": lambda statement: [statement.iri] * len(statement.derived_from),
    "attributes": lambda statement: [statement.iri] * len(statement.attributes),
}
