"""Columns in the making: rows in any order that refer to each other by number of IRI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.snapshot.columns import (
    ABSENT,
    CLAIM_KIND,
    ENTITY_KIND,
    OTHER_KIND,
    STATEMENT_KIND,
    ClaimColumns,
    Columns,
    DocumentColumns,
    EntityColumns,
    EvidenceColumns,
    Ints,
    StatementColumns,
)
from cuibono.graph.snapshot.space import IN_MEMORY, Space
from cuibono.graph.snapshot.strings import Ragged, Strings

__all__ = ["CODES", "ENDS", "END_KINDS", "KINDS", "REFERENCES", "TEXTS", "Draft", "Table"]

KINDS = ("entities", "claims", "statements", "documents", "evidence")
"""The kinds of records; of two records under one IRI, the first kind is meant."""

ENDS = ("subject", "object")
"""The columns of statements that refer to rows of several kinds."""

END_KINDS = {"entities": ENTITY_KIND, "claims": CLAIM_KIND, "statements": STATEMENT_KIND}
"""What can stand at the end of a statement; of two records under one IRI, the first kind is meant."""

REFERENCES: Mapping[str, Mapping[str, str]] = {
    "evidence": {"document": "documents"},
    "statements": {
        "speaker": "entities",
        "said_via": "entities",
        "document": "documents",
        "in_response_to": "statements",
        "revision_of": "statements",
        "evidence": "evidence",
        "derived_from": "statements",
    },
}
"""The columns of each kind that refer to rows of one other kind."""

TEXTS: Mapping[str, tuple[str, ...]] = {
    "entities": ("label", "description", "aliases", "same_as"),
    "claims": ("text", "quantity", "unit", "hedges"),
    "documents": ("sha256", "title", "text", "publisher", "authors", "licence", "url", "language"),
    "evidence": ("exact", "prefix", "suffix", "row"),
    "statements": ("attribute_values",),
}
"""The columns of each kind that are rows of ``Columns.texts``."""

CODES: Mapping[str, str] = {"type": "classes", "predicate": "relations", "attribute_names": "attributes"}
"""The columns that are rows of a tuple of names, and of which."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows of one kind.

    Attributes
    ----------
    iri : (n,) array of int32
        Numbers of IRIs.
    columns : mapping of str to array or Ragged
        By name, all those of the kind's columns but its IRIs and the kinds of a statement's ends. References are
        numbers of IRIs or `ABSENT`.
    """

    iri: Ints
    columns: Mapping[str, NDArray[Any] | Ragged]

    def take(self, rows: NDArray[np.integer]) -> Table:
        """Return some of the rows."""
        return Table(self.iri[rows], {name: column.take(rows) for name, column in self.columns.items()})

    def renumbered(self, kind: str, numbers: NDArray[np.integer]) -> Table:
        """Return the rows of a kind with each number of an IRI put in place of another."""

        def renumbered(column: NDArray[Any]) -> Ints:
            return np.where(column == ABSENT, ABSENT, numbers[column]).astype(np.int32)

        columns = dict(self.columns)
        for name in (*REFERENCES.get(kind, ()), *(ENDS if kind == "statements" else ())):
            column = columns[name]
            if isinstance(column, Ragged):
                columns[name] = Ragged(column.offsets, renumbered(column.values))
            else:
                columns[name] = renumbered(column)
        return Table(renumbered(self.iri), columns)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """All that `Columns` need, as a reader or generator finds it.

    Attributes
    ----------
    classes, relations, attributes : tuple of str
        IRIs that rows of entities and statements refer to by number.
    iris : Strings
        All that rows stand under or refer to, each once, in any order.
    texts : Strings
        In any order; one may stand there more than once.
    """

    classes: tuple[str, ...]
    relations: tuple[str, ...]
    attributes: tuple[str, ...]
    iris: Strings
    texts: Strings
    entities: Table
    claims: Table
    documents: Table
    evidence: Table
    statements: Table

    def columns(self, space: Space = IN_MEMORY) -> Columns:
        """Return the rows of each kind in the order of their IRIs, with references from row to row.

        Nothing is done statement by statement.

        Parameters
        ----------
        space : Space, optional
            Where the columns, and what making them takes, are put.
        """
        return _Finish(self, space).columns()


class _Finish:
    def __init__(self, draft: Draft, space: Space) -> None:
        self._draft, self._space = draft, space
        self._orders: dict[str, Ints] = {}
        self._numbers: dict[str, NDArray[np.int64]] = {}
        self._rows: dict[str, Ints] = {}
        for kind in KINDS:
            numbers = self._table(kind).iri
            ordered = self._numbers[kind] = space.put(draft.iris.order(numbers))
            rows = self._rows[kind] = space.empty(len(draft.iris), np.int32)
            rows[:] = ABSENT
            rows[numbers] = np.arange(len(numbers))
            self._orders[kind] = space.put(rows[ordered])
            rows[ordered] = np.arange(len(numbers))
        self._unknown: list[NDArray[np.int64]] = []
        self._texts = len(draft.texts)

    def columns(self) -> Columns:
        draft = self._draft
        documents = self._taken("documents")
        evidence = self._taken("evidence")
        statements = self._taken("statements")
        for end in ENDS:
            statements[f"{end}_kind"], statements[end] = self._ends(statements[end])
        unknown = np.concatenate([np.zeros(0, np.int64), *self._unknown])
        return Columns(
            classes=draft.classes,
            relations=draft.relations,
            attributes=draft.attributes,
            texts=Strings.joined([draft.texts, draft.iris.take(unknown)], self._space),
            entities=EntityColumns(**self._taken("entities")),
            claims=ClaimColumns(**self._taken("claims")),
            documents=DocumentColumns(**documents),
            evidence=EvidenceColumns(**evidence),
            statements=StatementColumns(**statements),
        )

    def _table(self, kind: str) -> Table:
        table: Table = getattr(self._draft, kind)
        return table

    def _taken(self, kind: str) -> dict[str, Any]:
        table, order = self._table(kind), self._orders[kind]
        taken: dict[str, Any] = {"iri": self._draft.iris.take(self._numbers[kind], self._space)}
        for name, column in table.columns.items():
            column = _taken(column, order, self._space)
            target = REFERENCES.get(kind, {}).get(name)
            if target is None:
                taken[name] = column
            elif isinstance(column, Ragged):
                taken[name] = Ragged(column.offsets, self._referring(column.values, target))
            else:
                taken[name] = self._referring(column, target)
        return taken

    def _referring(self, numbers: Ints, target: str) -> Ints:
        """Return the rows of another kind that numbers of IRIs refer to."""
        rows = np.where(numbers == ABSENT, ABSENT, self._rows[target][numbers]) if len(numbers) else numbers
        lost = np.flatnonzero((rows == ABSENT) & (numbers != ABSENT))
        rows[lost] = -2 - self._as_texts(numbers[lost])
        return self._space.put(rows.astype(np.int32))

    def _ends(self, numbers: Ints) -> tuple[NDArray[np.int8], Ints]:
        kinds = np.full(len(numbers), OTHER_KIND, np.int8)
        rows = np.full(len(numbers), ABSENT, np.int32)
        for kind, number in reversed(END_KINDS.items()):
            found = self._rows[kind][numbers]
            kinds = np.where(found >= 0, np.int8(number), kinds)
            rows = np.where(found >= 0, found, rows)
        lost = np.flatnonzero(kinds == OTHER_KIND)
        rows[lost] = self._as_texts(numbers[lost])
        return self._space.put(kinds), self._space.put(rows)

    def _as_texts(self, numbers: Ints) -> NDArray[np.int64]:
        """Return the rows of texts that the IRIs of no record are going to have."""
        each, inverse = np.unique(numbers, return_inverse=True)
        self._unknown.append(each.astype(np.int64))
        self._texts += len(each)
        rows: NDArray[np.int64] = inverse + (self._texts - len(each))
        return rows


def _taken(column: NDArray[Any] | Ragged, rows: NDArray[np.integer], space: Space) -> NDArray[Any] | Ragged:
    return column.take(rows, space) if isinstance(column, Ragged) else space.put(column[rows])
