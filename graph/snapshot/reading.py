"""From a store to columns, by a few queries that each ask for all of a kind at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Records
from cuibono.graph.snapshot import questions
from cuibono.graph.snapshot.answers import Answers, answers
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.building import Numbering, columns_of
from cuibono.graph.snapshot.columns import ABSENT, BASES, STATUSES, Columns, Ints, packed_date
from cuibono.graph.snapshot.draft import Draft, Table
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.strings import Ragged, Strings
from cuibono.graph.store.encoding import DOCUMENTS, STATEMENTS, attribute_value, selector_iri
from cuibono.graph.store.interface import Store
from cuibono.schema import Vocabulary
from cuibono.schema.vocabulary import local_name

__all__ = ["columns_in", "read_snapshot"]

_NO_ROWS = np.zeros(0, np.int64)
_PRECEDENCE = ("statements", "evidence", "claims", "documents", "entities")
"""What something of several types is read as."""


def read_snapshot(store: Store, vocabulary: Vocabulary, tell: Callable[[str], object] | None = None) -> Snapshot:
    """Return all that a store holds; it must not be written to meanwhile.

    Parameters
    ----------
    tell : callable, optional
        Called with what is being done.
    """
    columns = columns_in(store, vocabulary, tell)
    if tell is not None:
        tell("indexes")
    return Snapshot.of(Base(columns), vocabulary, store.version)


def columns_in(store: Store, vocabulary: Vocabulary, tell: Callable[[str], object] | None = None) -> Columns:
    """Return the records that a store holds as columns.

    They are the records that `cuibono.graph.store.encoding.decoded` makes of the store's quads, the selectors of
    evidence being those that it names.
    """
    if not any(True for graph in (STATEMENTS, DOCUMENTS) for _ in store.quads(None, None, None, graph)):
        return columns_of(Records(), vocabulary)
    return _Reading(store, vocabulary, tell or (lambda _: None)).draft().columns()


_Found = Mapping[str, Answers]


class _Reading:
    def __init__(self, store: Store, vocabulary: Vocabulary, tell: Callable[[str], object]) -> None:
        self._store, self._tell = store, tell
        self._classes = sorted(c.iri for c in vocabulary.classes.values())
        self._attributes = {iri: a.datatype for iri, a in sorted((a.iri, a) for a in vocabulary.attributes.values())}
        self._used = sorted(self._ask(questions.predicates())["p"].values)
        self._present = [name for name, predicate in questions.STATEMENT_FIELDS.items() if self._any(predicate)]
        self._relations = Numbering(sorted(r.iri for r in vocabulary.relations.values()))
        self._iris, self._texts = _Pool(), _Pool()
        self._empty = int(self._texts.all(Strings.of([""]))[0])

    def draft(self) -> Draft:
        wanted = [
            *questions.statements(self._used, self._present),
            questions.evidence(),
            questions.quotes(),
            questions.positions(),
            questions.pairs(STATEMENTS, "rdf:value"),
            questions.claims(),
            questions.documents(),
            questions.entities(self._classes),
        ]
        # The store works outside the interpreter's lock, and goes on while tables are made of what it has answered.
        threads = ThreadPoolExecutor(2)
        try:
            found = [threads.submit(self._ask, question) for question in wanted]
            some, others, evidence, quotes, positions, rows, claims, documents, entities = found
            made: dict[str, Callable[[], Table]] = {
                "statements": lambda: self._statement_table(some.result(), others.result()),
                "evidence": lambda: self._evidence_table(*(part.result() for part in (evidence, quotes, positions, rows))),
                "claims": lambda: self._claim_table(claims.result()),
                "documents": lambda: self._document_table(documents.result()),
                "entities": lambda: self._entity_table(entities.result()),
            }
            tables = {kind: self._told(kind, table) for kind, table in made.items()}
        finally:
            # Interrupted, it waits for no question that has not been asked yet.
            threads.shutdown(cancel_futures=True)
        self._tell("what refers to what")
        iris, numbers = self._iris.strings().distinct()
        return Draft(
            classes=tuple(self._classes),
            relations=self._relations.strings,
            attributes=tuple(self._attributes),
            iris=iris,
            texts=self._texts.strings(),
            **_disjoint({kind: table.renumbered(kind, numbers) for kind, table in tables.items()}),
        )

    def _told(self, kind: str, table: Callable[[], Table]) -> Table:
        self._tell(kind)
        made = table()
        self._tell(f"{kind}: {len(made.iri):,}")
        return made

    def _ask(self, query: str) -> dict[str, Answers]:
        solutions = self._store.query(query)
        assert isinstance(solutions, ox.QuerySolutions)
        found = answers(solutions)
        named = found.get("s")
        if named is None or named.bound.all():
            return found
        return {name: column.take(np.flatnonzero(named.bound)) for name, column in found.items()}

    def _any(self, predicate: str) -> bool:
        return bool(self._store.query(questions.any_of(STATEMENTS, predicate)))

    def _statement_table(self, some: _Found, others: _Found) -> Table:
        rows = _rows(some["s"])
        again = _same_rows(rows, some["s"], others["s"])
        missing = dict.fromkeys(questions.STATEMENT_FIELDS, _nothing(rows.count))
        each = {**missing, **_one_each(others, again, but={"s", "evidence"}), **_one_each(some, rows, but={"s"})}
        confidence = _valued(each["confidence"], float, np.nan, np.float64)
        relations = self._relations.all(self._used)
        none = 0 if each["predicate"].bound.all() else self._relations.number("")
        bases = [BASES.index(basis) for basis in sorted(BASES, key=str.capitalize)]
        statuses = [STATUSES.index(status) for status in sorted(STATUSES, key=str.capitalize)]
        names, values = self._attribute_rows(rows)
        return Table(
            self._nodes(each["s"]),
            {
                "subject": self._nodes(each["subject"], absent=False),
                "predicate": _decoded(each["predicate"], relations, none, np.int16),
                "object": self._nodes(each["object"], absent=False),
                "speaker": self._nodes(each["speaker"]),
                "said_via": self._nodes(each["said_via"]),
                "document": self._nodes(each["document"]),
                "stated_on": _dates(each["stated_on"]),
                "valid_from": _dates(each["valid_from"]),
                "valid_to": _dates(each["valid_to"]),
                "confidence": np.where(each["unstated"].bound, np.nan, confidence),
                "basis": _decoded(each["basis"], bases, len(BASES) - 1, np.int8),
                "status": _decoded(each["status"], statuses, 0, np.int8),
                "in_response_to": self._nodes(each["in_response_to"]),
                "revision_of": self._nodes(each["revision_of"]),
                "evidence": self._evidence_of(again, others),
                "derived_from": self._many(rows, STATEMENTS, "prov:wasDerivedFrom", self._nodes),
                "attribute_names": names,
                "attribute_values": values,
            },
        )

    def _evidence_of(self, rows: _Rows, found: _Found) -> Ragged:
        if "evidence" not in found:
            return _ragged(_NO_ROWS, _NO_ROWS, rows.count)
        return _ragged(rows.of, self._nodes(found["evidence"]), rows.count)

    def _evidence_table(self, found: _Found, quotes: _Found, positions: _Found, fragments: _Found) -> Table:
        rows = _rows(found["s"])
        each = _one_each(found, rows, but={"s"})
        quote = _selected(rows, "quote", quotes)
        position = _selected(rows, "position", positions)
        fragment = _selected(rows, "row", fragments)
        return Table(
            self._nodes(each["s"]),
            {
                "document": self._nodes(each["document"], absent=False),
                "exact": self._strings(quote["exact"], self._empty),
                "prefix": self._strings(quote["prefix"], self._empty),
                "suffix": self._strings(quote["suffix"], self._empty),
                "start": _valued(position["start"], int, ABSENT, np.int32),
                "end": _valued(position["end"], int, ABSENT, np.int32),
                "row": self._shared(fragment["value"]),
            },
        )

    def _claim_table(self, found: _Found) -> Table:
        rows = _rows(found["s"])
        each = _one_each(found, rows, but={"s"})
        quantity = Answers(each["quantity"].values, each["quantity"].bound & (np.diff(each["quantity"].values.offsets) > 0))
        return Table(
            self._nodes(each["s"]),
            {
                "text": self._strings(each["text"], self._empty),
                "quantity": self._shared(quantity),
                "unit": self._shared(each["unit"]),
                "hedges": self._many(rows, STATEMENTS, "cb:hedge", self._shared),
            },
        )

    def _document_table(self, found: _Found) -> Table:
        rows = _rows(found["s"])
        each = _one_each(found, rows, but={"s"})
        return Table(
            self._nodes(each["s"]),
            {
                "sha256": self._strings(each["sha256"]),
                "title": self._strings(each["title"]),
                "text": self._strings(each["text"]),
                "publisher": self._shared(each["publisher"]),
                "authors": self._many(rows, DOCUMENTS, "dc:creator", self._shared),
                "licence": self._shared(each["licence"]),
                "url": self._strings(each["url"]),
                "published": _dates(each["published"]),
                "retrieved": _dates(each["retrieved"]),
                "language": self._shared(each["language"]),
            },
        )

    def _entity_table(self, found: _Found) -> Table:
        rows = _rows(found["s"])
        each = _one_each(found, rows, but={"s"})
        return Table(
            self._nodes(each["s"]),
            {
                "type": _decoded(each["type"], range(len(self._classes)), 0, np.int16),
                "label": self._strings(_labelled(each["s"], each["label"])),
                "description": self._strings(each["description"]),
                "aliases": self._many(rows, STATEMENTS, "skos:altLabel", self._strings),
                "same_as": self._many(rows, STATEMENTS, "schema:sameAs", self._strings),
            },
        )

    # ── fields ─────────────────────────────────────────────────────────────────────────────────────────

    def _nodes(self, column: Answers, *, absent: bool = True) -> Ints:
        """Return the numbers of IRIs, of the empty one or `ABSENT` where there is none."""
        each, inverse = column.values.distinct()
        numbers = self._iris.all(each)[inverse]
        return np.where(column.bound, numbers, ABSENT).astype(np.int32) if absent else numbers.astype(np.int32)

    def _strings(self, column: Answers, default: int = ABSENT) -> Ints:
        """Return rows of texts, a new one for each."""
        rows = np.full(len(column), default, np.int32)
        rows[column.bound] = self._texts.all(column.only_bound().values)
        return rows

    def _shared(self, column: Answers) -> Ints:
        """Return rows of texts, one for all that are the same."""
        rows = np.full(len(column), ABSENT, np.int32)
        each, inverse = column.only_bound().values.distinct()
        rows[column.bound] = self._texts.all(each)[inverse]
        return rows

    def _many(self, rows: _Rows, graph: ox.NamedNode, predicate: str, numbers: Callable[[Answers], Ints]) -> Ragged:
        found = self._ask(questions.pairs(graph, predicate))
        return _ragged(rows.having(found["s"]), numbers(found["value"]), rows.count)

    def _attribute_rows(self, rows: _Rows) -> tuple[Ragged, Ragged]:
        """Return the attributes of statements and their values, those of each statement in the order of attributes."""
        places, names, values = [_NO_ROWS], [_NO_ROWS], [_NO_ROWS]
        for number, (iri, datatype) in enumerate(self._attributes.items()):
            found = self._ask(questions.pairs(STATEMENTS, f"<{iri}>"))
            of = np.where(found["value"].bound, rows.having(found["s"]), ABSENT)
            having, first = np.unique(of, return_index=True)
            having, first = having[having >= 0], first[having >= 0]
            each, inverse = found["value"].take(first).values.distinct()
            as_json = Strings.of(json.dumps(attribute_value(text, datatype), ensure_ascii=False) for text in each)
            places.append(having)
            names.append(np.full(len(having), number))
            values.append(self._texts.all(as_json)[inverse])
        together = np.concatenate(places)
        return _ragged(together, np.concatenate(names), rows.count), _ragged(together, np.concatenate(values), rows.count)


class _Pool:
    """Strings that are gathered, and numbered as they come."""

    def __init__(self) -> None:
        self._parts: list[Strings] = []
        self._count = 0

    def all(self, strings: Strings) -> NDArray[np.int64]:
        """Take in strings, and return the number of each."""
        self._parts.append(strings)
        self._count += len(strings)
        return np.arange(self._count - len(strings), self._count)

    def strings(self) -> Strings:
        """Return all that were taken in."""
        return Strings.joined(self._parts)


# ── rows ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Which record each answer is of.

    Attributes
    ----------
    iri : Strings
        Of each record.
    of : (n,) array of int64
        Row of the record of each answer.
    first : (count,) array of int64
        The first answer of each record.
    """

    iri: Strings
    of: NDArray[np.int64]
    first: NDArray[np.int64]

    @property
    def count(self) -> int:
        return len(self.first)

    def having(self, subjects: Answers) -> NDArray[np.int64]:
        """Return the row of the record that each subject is, -1 for one that is none of these."""
        each, inverse = Strings.joined([self.iri, subjects.values]).distinct()
        rows = np.full(len(each), ABSENT, np.int64)
        rows[inverse[: self.count]] = np.arange(self.count)
        return np.where(subjects.bound, rows[inverse[self.count :]], ABSENT)


def _rows(subjects: Answers) -> _Rows:
    each, inverse = subjects.values.distinct()
    first = np.full(len(each), len(inverse), np.int64)
    np.minimum.at(first, inverse, np.arange(len(inverse)))
    return _Rows(each, inverse, first)


def _same_rows(rows: _Rows, answered: Answers, again: Answers) -> _Rows:
    """Return which record each answer to another question about the same records is of."""
    one, other = answered.values, again.values
    if np.array_equal(one.offsets, other.offsets) and np.array_equal(one.data, other.data):
        return rows
    of = rows.having(again)
    first = np.full(rows.count, len(of), np.int64)
    np.minimum.at(first, of, np.arange(len(of)))
    return _Rows(rows.iri, of, first)


def _one_each(found: _Found, rows: _Rows, but: Iterable[str]) -> _Found:
    """Return one answer for each record; of several values the smallest, as decoding does."""
    if len(rows.of) == rows.count:
        return {name: column.take(rows.first) for name, column in found.items()}
    return {name: column.take(rows.first if name in but else _smallest(column, rows)) for name, column in found.items()}


def _selected(evidence: _Rows, name: str, found: _Found) -> _Found:
    """Return what the selector of a name says for each piece of evidence."""
    iris = evidence.iri
    hashes = np.searchsorted(np.flatnonzero(iris.data == ord("#")), iris.offsets)
    endings = Strings.of(selector_iri(iri, name)[len(iri) :] for iri in ("", "#"))
    selectors = iris.extended(endings.take((hashes[1:] > hashes[:-1]).astype(np.int64)))
    of = _Rows(selectors, evidence.of, evidence.first).having(found["s"])
    kept = np.flatnonzero(of >= 0)
    having, first, inverse = np.unique(of[kept], return_index=True, return_inverse=True)
    selected = _Rows(selectors, inverse, first)
    each = _one_each({name: column.take(kept) for name, column in found.items()}, selected, but={"s"})
    places = np.full(evidence.count, len(having))
    places[having] = np.arange(len(having))
    return {name: column.followed_by(_nothing(1)).take(places) for name, column in each.items()}


def _nothing(count: int) -> Answers:
    return Answers(Strings(np.zeros(count + 1, np.int64), np.zeros(0, np.uint8)), np.zeros(count, np.bool_))


def _smallest(column: Answers, rows: _Rows) -> NDArray[np.int64]:
    smallest = rows.first.copy()
    _, inverse = column.values.distinct()
    differing = np.flatnonzero(inverse != inverse[rows.first][rows.of])
    several = np.flatnonzero(np.isin(rows.of, rows.of[differing]))
    for place in sorted(several.tolist(), key=lambda place: (not column.bound[place], column.values[place]), reverse=True):
        smallest[rows.of[place]] = place
    return smallest


def _ragged(rows: NDArray[np.int64], values: NDArray[Any], count: int) -> Ragged:
    """Return values by row, those of each row as they come; without a row, or absent, they are left out."""
    kept = np.flatnonzero((rows >= 0) & (values != ABSENT))
    order = kept[np.argsort(rows[kept], kind="stable")]
    offsets = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(rows[kept], minlength=count), out=offsets[1:])
    return Ragged(offsets, values[order].astype(np.int32))


# ── values ─────────────────────────────────────────────────────────────────────────────────────────────


def _valued(column: Answers, value: Callable[[str], float], default: float, type: Any) -> NDArray[Any]:
    """Return the values of lexical forms, each form read once."""
    each, inverse = column.values.distinct()
    return np.array([value(text) if text else default for text in each], type)[inverse]


def _dates(column: Answers) -> Ints:
    return _valued(column, lambda text: packed_date(PartialDate(text)), 0, np.int32)


def _decoded(column: Answers, meanings: Sequence[int], default: int, type: Any) -> NDArray[Any]:
    """Return what codes stand for."""
    return _valued(column, lambda code: meanings[int(code) - questions.FIRST_CODE], default, type)


def _labelled(iris: Answers, labels: Answers) -> Answers:
    """Return labels, with the last part of the IRI for those that are missing or empty."""
    missing = np.flatnonzero(np.diff(labels.values.offsets) == 0)
    if not len(missing):
        return labels
    places = np.arange(len(labels))
    places[missing] = len(labels) + np.arange(len(missing))
    made = Strings.of(local_name(iris.values[row]) for row in missing.tolist())
    return Answers(Strings.joined([labels.values, made]).take(places), np.ones(len(labels), np.bool_))


# ── tables ─────────────────────────────────────────────────────────────────────────────────────────────


def _disjoint(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Return each record as one kind."""
    taken = np.zeros(0, np.int32)
    kept: dict[str, Table] = {}
    for kind in _PRECEDENCE:
        table = tables[kind]
        rows = np.flatnonzero(~np.isin(table.iri, taken))
        kept[kind] = table if len(rows) == len(table.iri) else table.take(rows)
        taken = np.concatenate([taken, table.iri])
    return kept
