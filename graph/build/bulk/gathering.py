"""The columns of a graph from its N-Quads as they pass by, whose every line is accounted for.

What cuibono writes of a record is known to the line, so that a line too many, too few, twice, or of another form shows
that there is something else: then nothing is made of any, and reading quad by quad tells. Nothing is done line by line.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from cuibono.graph.build.bulk.lines import Lines, NotOurs, codes, lines_of, subject_changes
from cuibono.graph.dates import PartialDate
from cuibono.graph.snapshot.columns import ABSENT, BASES, STATUSES, Columns, Ints, packed_date
from cuibono.graph.snapshot.draft import Draft, Table
from cuibono.graph.snapshot.strings import Ragged, Strings
from cuibono.graph.store.encoding import (
    DERIVED,
    DOCUMENTS,
    HISTORY,
    ONTOLOGY,
    STATEMENTS,
    attribute_value,
    decimal,
    selector_iri,
)
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, DC, DCTERMS, OA, PROV, RDF, SCHEMA, SKOS, XSD
from cuibono.schema.ontology import Ontology

__all__ = ["SELECTORS", "Gathering", "is_stored", "without"]

_S, _D = "statements", "documents"
_GRAPHS = {_S: STATEMENTS, _D: DOCUMENTS, "derived": DERIVED, "history": HISTORY, "ontology": ONTOLOGY}
_GRAPH_NAMES = [graph.value.encode() for graph in _GRAPHS.values()]
_ONTOLOGY = len(_GRAPHS) - 1
_NODE, _TEXT = "node", "text"
_DATE_TYPES = {XSD + "gYear": 4, XSD + "gYearMonth": 7, XSD + "date": 10}
_DECIMAL, _INTEGER, _BOOLEAN = (XSD + name for name in ("decimal", "integer", "boolean"))
_ATTRIBUTES = {str: _TEXT, float: _DECIMAL, int: _INTEGER, bool: _BOOLEAN}
SELECTORS = {"quote": "TextQuoteSelector", "position": "TextPositionSelector", "row": "FragmentSelector"}
"""The parts of evidence, by the names that end their IRIs, with their classes of Web Annotation."""

_ROWS = "https://www.rfc-editor.org/rfc/rfc7111"
_UNSTATED = "true"


@dataclass(frozen=True, slots=True)
class _Field:
    """A property in a named graph, and what its values are: nodes, texts, dates, a datatype, or a choice of IRIs."""

    graph: str
    predicate: str
    form: str
    choice: tuple[str, ...] = ()


_CODE, _DATE = "code", "date"


def _fields(vocabulary: Vocabulary) -> dict[str, _Field]:
    """Return what records are written with, by name."""
    classes = sorted(c.iri for c in vocabulary.classes.values())
    relations = sorted(r.iri for r in vocabulary.relations.values())
    own = [CB + "Claim", CB + "Evidence", CB + "Statement", RDF + "Statement", OA + "SpecificResource"]
    own += [OA + name for name in SELECTORS.values()]
    found = {
        "type": _Field(_S, RDF + "type", _CODE, (*classes, *own)),
        "label": _Field(_S, SKOS + "prefLabel", _TEXT),
        "aliases": _Field(_S, SKOS + "altLabel", _TEXT),
        "same_as": _Field(_S, SCHEMA + "sameAs", _NODE),
        "description": _Field(_S, DCTERMS + "description", _TEXT),
        "text": _Field(_S, CB + "text", _TEXT),
        "quantity": _Field(_S, CB + "quantity", _DECIMAL),
        "unit": _Field(_S, CB + "unit", _TEXT),
        "hedges": _Field(_S, CB + "hedge", _TEXT),
        "has_source": _Field(_S, OA + "hasSource", _NODE),
        "has_selector": _Field(_S, OA + "hasSelector", _NODE),
        "exact": _Field(_S, OA + "exact", _TEXT),
        "prefix": _Field(_S, OA + "prefix", _TEXT),
        "suffix": _Field(_S, OA + "suffix", _TEXT),
        "start": _Field(_S, OA + "start", _INTEGER),
        "end": _Field(_S, OA + "end", _INTEGER),
        "row": _Field(_S, RDF + "value", _TEXT),
        "conforms_to": _Field(_S, DCTERMS + "conformsTo", _CODE, (_ROWS,)),
        "subject": _Field(_S, RDF + "subject", _NODE),
        "predicate": _Field(_S, RDF + "predicate", _CODE, tuple(relations)),
        "object": _Field(_S, RDF + "object", _NODE),
        "speaker": _Field(_S, CB + "speaker", _NODE),
        "said_via": _Field(_S, CB + "saidVia", _NODE),
        "document": _Field(_S, CB + "document", _NODE),
        "stated_on": _Field(_S, CB + "statedOn", _DATE),
        "valid_from": _Field(_S, CB + "validFrom", _DATE),
        "valid_to": _Field(_S, CB + "validTo", _DATE),
        "confidence": _Field(_S, CB + "confidence", _DECIMAL),
        "unstated": _Field(_S, CB + "confidenceUnstated", _BOOLEAN),
        "basis": _Field(_S, CB + "basis", _CODE, tuple(CB + basis.capitalize() for basis in BASES)),
        "status": _Field(_S, CB + "status", _CODE, tuple(CB + status.capitalize() for status in STATUSES)),
        "evidence": _Field(_S, CB + "evidence", _NODE),
        "in_response_to": _Field(_S, CB + "inResponseTo", _NODE),
        "derived_from": _Field(_S, PROV + "wasDerivedFrom", _NODE),
        "revision_of": _Field(_S, PROV + "wasRevisionOf", _NODE),
        "document type": _Field(_D, RDF + "type", _CODE, (CB + "Document",)),
        "sha256": _Field(_D, CB + "sha256", _TEXT),
        "title": _Field(_D, DCTERMS + "title", _TEXT),
        "document text": _Field(_D, CB + "text", _TEXT),
        "publisher": _Field(_D, DC + "publisher", _TEXT),
        "authors": _Field(_D, DC + "creator", _TEXT),
        "licence": _Field(_D, DC + "rights", _TEXT),
        "url": _Field(_D, SCHEMA + "url", _NODE),
        "published": _Field(_D, DCTERMS + "issued", _DATE),
        "retrieved": _Field(_D, CB + "retrieved", _DATE),
        "language": _Field(_D, DC + "language", _TEXT),
    }
    for attribute in vocabulary.attributes.values():
        found[attribute.iri] = _Field(_S, attribute.iri, _ATTRIBUTES[attribute.datatype])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """All values of a property: of whom, by number of IRI, and what: a code, a row of texts or a number of IRI."""

    of: NDArray[np.int64]
    value: NDArray[np.int64]

    def at(self, rows: NDArray[np.integer]) -> _Values:
        return _Values(self.of[rows], self.value[rows])


class Gathering:
    """Takes in N-Quads, and makes columns of them.

    Parameters
    ----------
    vocabulary : Vocabulary
        What the records may say; what they say beyond it is not ours.
    name : str
        Of the file, for messages about the terms that it declares.

    Attributes
    ----------
    vocabulary : Vocabulary
        Extended by those terms.
    lines : int
        How many quads were taken in.
    left_out : int
        How many of them are derived, history or about terms.
    """

    def __init__(self, vocabulary: Vocabulary, name: str) -> None:
        self.lines = self.left_out = 0
        self._before, self._name = vocabulary, name
        self._declared: list[ox.Triple] = []
        self._iris, self._texts = _Pile(), _Pile()
        self._found: dict[str, list[tuple[NDArray[np.int64], NDArray[np.int64]]]] = defaultdict(list)
        self._read_by(vocabulary)

    def _read_by(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._fields = _fields(vocabulary)
        self._names = list(self._fields)
        predicates = sorted({field.predicate for field in self._fields.values()})
        self._predicates = [predicate.encode() for predicate in predicates]
        self._field_of = np.full((len(_GRAPHS), len(predicates) + 1), -1, np.int16)
        for number, field in enumerate(self._fields.values()):
            self._field_of[list(_GRAPHS).index(field.graph), predicates.index(field.predicate)] = number

    def take(self, text: bytes) -> None:
        """Take in some whole lines; what is derived, and history, are counted only.

        Raises
        ------
        NotOurs
            If one is nothing that cuibono writes.
        OntologyError
            If the terms that are declared contradict the ontology.
        """
        lines = lines_of(text)
        self.lines += len(lines.number)
        graph = codes(lines, lines.graph, _GRAPH_NAMES)
        if (graph < 0).any():
            raise NotOurs(int(lines.number[np.argmin(graph)]))
        if (graph == _ONTOLOGY).any():
            self._declare(text, lines, np.flatnonzero(graph == _ONTOLOGY))
        predicate = codes(lines, lines.predicate, self._predicates)
        field = self._field_of[graph, predicate]
        stored = graph < 2
        if (stored & (field < 0)).any():
            raise NotOurs(int(lines.number[np.argmax(stored & (field < 0))]))
        self.left_out += int(np.count_nonzero(~stored))
        self._gather(lines, np.where(stored, field, -1))

    def _declare(self, text: bytes, lines: Lines, rows: NDArray[np.int64]) -> None:
        """Read what follows by the terms that a file declares, which stand first in it."""
        if self._found:
            raise NotOurs(int(lines.number[rows[0]]))
        declared = b"".join(text[lines.begin[row] : lines.end[row]] for row in rows.tolist())
        try:
            self._declared += [quad.triple for quad in ox.parse(declared, format=ox.RdfFormat.N_QUADS)]
        except SyntaxError as error:
            raise NotOurs(int(lines.number[rows[0]])) from error
        own = Ontology.from_triples(self._declared, self._name)
        self._read_by(Vocabulary.extended([*self._before.ontology.extensions, own]))

    def _gather(self, lines: Lines, field: NDArray[np.int16]) -> None:
        changes = subject_changes(lines)
        subjects = self._iris.all(lines.strings(lines.subject, np.flatnonzero(changes)))
        of = subjects[np.cumsum(changes) - 1] if len(changes) else subjects
        order = np.argsort(field, kind="stable")
        each, first = np.unique(field[order], return_index=True)
        for number, rows in zip(each.tolist(), np.split(order, first[1:]), strict=True):
            if number >= 0:
                name = self._names[number]
                self._found[name].append((of[rows], self._values(lines, self._fields[name], rows)))

    def _values(self, lines: Lines, field: _Field, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the values of a property in some lines, as `_Values` has them."""
        is_node = field.form in (_NODE, _CODE)
        if (lines.is_literal[rows] == is_node).any():
            raise NotOurs(int(lines.number[rows[0]]))
        if field.form == _CODE:
            part = lines.object[:, rows]
            found = codes(lines, part, [iri.encode() for iri in field.choice])
            if (found < 0).any():
                raise NotOurs(int(lines.number[rows[np.argmin(found)]]))
            return found.astype(np.int64)
        each, inverse = lines.strings(lines.object, rows).distinct()
        if field.form == _NODE:
            return self._iris.all(each)[inverse]
        self._demand_datatype(lines, field.form, rows)
        return self._texts.all(each)[inverse]

    @staticmethod
    def _demand_datatype(lines: Lines, form: str, rows: NDArray[np.int64]) -> None:
        part = lines.datatype[:, rows]
        if form == _TEXT:
            right = part[0] == part[1]
        elif form == _DATE:
            kinds = codes(lines, part, [iri.encode() for iri in _DATE_TYPES])
            lengths = lines.object[1][rows] - lines.object[0][rows]
            right = (kinds >= 0) & (np.array(list(_DATE_TYPES.values()))[kinds] == lengths)
        else:
            right = codes(lines, part, [form.encode()]) == 0
        if not right.all():
            raise NotOurs(int(lines.number[rows[np.argmin(right)]]))

    # ── all of it ──────────────────────────────────────────────────────────────────────────────────────

    def columns(self) -> Columns:
        """Return what was taken in.

        Raises
        ------
        NotOurs
            If a record lacks a line, or has one twice.
        """
        iris, numbers = self._iris.strings().distinct()
        finish = _Finish(self.vocabulary, self._fields, iris, self._texts.strings())
        for name in self._fields:
            parts = self._found.pop(name, [])
            of, value = (np.concatenate([np.zeros(0, np.int64), *(part[place] for part in parts)]) for place in (0, 1))
            is_node = self._fields[name].form == _NODE
            finish.found[name] = _Values(numbers[of], numbers[value] if is_node else value)
        return finish.draft().columns()


def is_stored(lines: Lines) -> NDArray[np.bool_]:
    """Return which lines a store takes as they are: neither what is derived nor history, nor the ontology."""
    found = codes(lines, lines.graph, _GRAPH_NAMES)
    stored: NDArray[np.bool_] = (found >= 0) & (found < 2)
    return stored


def without(text: bytes, lines: Lines, left_out: NDArray[np.bool_]) -> bytes:
    """Return the text with some lines emptied, so that all keep their numbers."""
    changes = np.zeros(len(text) + 1, np.int8)
    changes[lines.begin[left_out]] += 1
    changes[lines.end[left_out] - 1] -= 1
    kept = np.cumsum(changes[:-1], dtype=np.int8) == 0
    return bytes(np.frombuffer(text, np.uint8)[kept])


class _Pile:
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
        """Return all that were taken in, which are let go."""
        found = Strings.joined(self._parts) if self._parts else Strings.of([])
        self._parts.clear()
        return found


class _Rows:
    """The records of one kind, by number of IRI."""

    def __init__(self, iris: NDArray[np.int64], count: int) -> None:
        self.iris = iris
        self._row_of = np.full(count, ABSENT, np.int64)
        self._row_of[iris] = np.arange(len(iris))
        if (self._row_of[iris] != np.arange(len(iris))).any():
            raise NotOurs

    def of(self, values: _Values) -> NDArray[np.int64]:
        rows = self._row_of[values.of]
        if (rows < 0).any():
            raise NotOurs
        return rows

    def one(self, values: _Values, default: Any = ABSENT, *, needed: bool = False) -> NDArray[Any]:
        """Return the one value of each, where there is one."""
        rows = self.of(values)
        found = np.full(len(self.iris), default, values.value.dtype if default == ABSENT else np.int64)
        found[rows] = values.value
        counts = np.bincount(rows, minlength=len(self.iris))
        if (counts > 1).any() or (needed and not counts.all()):
            raise NotOurs
        return found

    def many(self, values: _Values, alike: NDArray[np.int64] | None = None) -> Ragged:
        """Return the values of each; none twice, where `alike` gives the same number to those that are the same."""
        rows = self.of(values)
        same = values.value if alike is None else alike[values.value]
        order = np.lexsort((same, rows))
        if ((np.diff(rows[order]) == 0) & (np.diff(same[order]) == 0)).any():
            raise NotOurs
        offsets = np.zeros(len(self.iris) + 1, np.int64)
        np.cumsum(np.bincount(rows, minlength=len(self.iris)), out=offsets[1:])
        return Ragged(offsets, values.value[order].astype(np.int32))


class _Finish:
    """Records of the values of properties."""

    def __init__(self, vocabulary: Vocabulary, fields: Mapping[str, _Field], iris: Strings, texts: Strings) -> None:
        self.found: dict[str, _Values] = {}
        self._vocabulary, self._fields = vocabulary, fields
        self._iris = iris
        self._more: list[Strings] = [texts]
        self._count = len(texts)
        self._texts = texts

    def draft(self) -> Draft:
        types = self.found["type"]
        choice = self._fields["type"].choice
        classes = sorted(c.iri for c in self._vocabulary.classes.values())

        def typed(iri: str) -> NDArray[np.int64]:
            return np.asarray(types.of[types.value == choice.index(iri, len(classes))])

        entities = types.at(np.flatnonzero(types.value < len(classes)))
        entity_rows, claim_rows = self._rows(entities.of), self._rows(typed(CB + "Claim"))
        statement_rows, evidence_rows = self._rows(typed(CB + "Statement")), self._rows(typed(CB + "Evidence"))
        document_rows = self._rows(self.found["document type"].of)
        for iri, rows in ((RDF + "Statement", statement_rows), (OA + "SpecificResource", evidence_rows)):
            if not np.array_equal(np.sort(typed(iri)), np.sort(rows.iris)):
                raise NotOurs
        selectors = {name: self._rows(typed(OA + kind)) for name, kind in SELECTORS.items()}
        kinds = [entity_rows, claim_rows, statement_rows, evidence_rows, document_rows, *selectors.values()]
        if np.bincount(np.concatenate([rows.iris for rows in kinds]), minlength=1).max(initial=0) > 1:
            raise NotOurs
        tables = {
            "entities": self._entities(entity_rows, entities),
            "claims": self._claims(claim_rows),
            "documents": self._documents(document_rows),
            "evidence": self._evidence(evidence_rows, selectors),
            "statements": self._statements(statement_rows),
        }
        return Draft(
            classes=tuple(classes),
            relations=self._fields["predicate"].choice,
            attributes=tuple(sorted(a.iri for a in self._vocabulary.attributes.values())),
            iris=self._iris,
            texts=Strings.joined(self._more),
            **tables,
        )

    def _rows(self, iris: NDArray[np.int64]) -> _Rows:
        return _Rows(iris, len(self._iris))

    # ── kinds ──────────────────────────────────────────────────────────────────────────────────────────

    def _entities(self, rows: _Rows, types: _Values) -> Table:
        label = rows.one(self.found["label"], needed=True)
        self._demand_filled(label)
        return Table(
            rows.iris.astype(np.int32),
            {
                "type": rows.one(types, needed=True).astype(np.int16),
                "label": label.astype(np.int32),
                "description": self._text(rows, "description"),
                "aliases": self._many_texts(rows, "aliases"),
                "same_as": self._as_texts(rows.many(self.found["same_as"])),
            },
        )

    def _claims(self, rows: _Rows) -> Table:
        quantity = self._text(rows, "quantity")
        self._meant(quantity[quantity != ABSENT], float, lambda text: decimal(Decimal(text)).value)
        return Table(
            rows.iris.astype(np.int32),
            {
                "text": rows.one(self.found["text"], needed=True).astype(np.int32),
                "quantity": quantity,
                "unit": self._text(rows, "unit"),
                "hedges": self._many_texts(rows, "hedges"),
            },
        )

    def _documents(self, rows: _Rows) -> Table:
        columns = {name: self._text(rows, name) for name in ("sha256", "title", "publisher", "licence", "language")}
        return Table(
            rows.iris.astype(np.int32),
            {
                **columns,
                "text": self._text(rows, "document text"),
                "authors": self._many_texts(rows, "authors"),
                "url": self._as_texts(rows.one(self.found["url"]).astype(np.int32)),
                "published": self._date(rows, "published"),
                "retrieved": self._date(rows, "retrieved"),
            },
        )

    def _evidence(self, rows: _Rows, selectors: Mapping[str, _Rows]) -> Table:
        of = self._selected(rows, selectors)
        quote, position, fragment = (selectors[name] for name in SELECTORS)
        if (of["quote"] == ABSENT).any():
            raise NotOurs
        context = {name: self._text(quote, name) for name in ("exact", "prefix", "suffix")}
        if (context["exact"] == ABSENT).any():
            raise NotOurs
        empty = self._added(Strings.of([""]))[0]
        for name in ("prefix", "suffix"):
            self._demand_filled(context[name][context[name] != ABSENT])
            context[name] = np.where(context[name] == ABSENT, empty, context[name]).astype(np.int32)
        columns: dict[str, NDArray[Any] | Ragged] = {name: column[of["quote"]] for name, column in context.items()}
        for name in ("start", "end"):
            given = position.one(self.found[name], needed=True)
            numbers = self._meant(given, int, lambda text: str(int(text)), np.int64)
            if (np.abs(numbers) > np.iinfo(np.int32).max).any():
                raise NotOurs
            columns[name] = _followed(numbers, of["position"], ABSENT)
        fragment.one(self.found["conforms_to"], needed=True)
        row = fragment.one(self.found["row"], needed=True)
        columns["row"] = _followed(row, of["row"], ABSENT)
        columns["document"] = rows.one(self.found["has_source"], needed=True).astype(np.int32)
        return Table(rows.iris.astype(np.int32), columns)

    def _selected(self, evidence: _Rows, selectors: Mapping[str, _Rows]) -> dict[str, NDArray[np.int64]]:
        """Return which selector of each name evidence has, each named after its evidence, and none without."""
        given = self.found["has_selector"]
        found = {}
        for name, rows in selectors.items():
            here = given.at(np.flatnonzero(rows._row_of[given.value] >= 0))
            of = evidence.of(here)
            iris = self._iris.take(here.of)
            hashes = np.searchsorted(np.flatnonzero(iris.data == ord("#")), iris.offsets)
            endings = Strings.of(selector_iri(iri, name)[len(iri) :] for iri in ("", "#"))
            wanted = iris.extended(endings.take((hashes[1:] > hashes[:-1]).astype(np.int64)))
            are = self._iris.take(here.value)
            if not (np.array_equal(wanted.offsets, are.offsets) and np.array_equal(wanted.data, are.data)):
                raise NotOurs
            if len(here.of) != len(rows.iris) or len(np.unique(of)) != len(of):
                raise NotOurs
            found[name] = np.full(len(evidence.iris), ABSENT, np.int64)
            found[name][of] = rows._row_of[here.value]
        if sum(len(rows.iris) for rows in selectors.values()) != len(given.of):
            raise NotOurs
        return found

    def _statements(self, rows: _Rows) -> Table:
        needed = {name: rows.one(self.found[name], needed=True).astype(np.int32) for name in ("subject", "object")}
        nodes = ("speaker", "said_via", "document", "in_response_to", "revision_of")
        given = rows.one(self.found["confidence"], needed=True)
        confidence = self._meant(given, float, lambda text: decimal(float(text)).value, np.float64)
        unstated = rows.one(self.found["unstated"])
        is_unstated = unstated != ABSENT
        words = self._texts.take(np.unique(unstated[is_unstated]))
        if any(word != _UNSTATED for word in words) or (confidence[is_unstated] != 1).any():
            raise NotOurs
        names, values = self._attributes(rows)
        return Table(
            rows.iris.astype(np.int32),
            {
                **needed,
                **{name: rows.one(self.found[name]).astype(np.int32) for name in nodes},
                **{name: self._date(rows, name) for name in ("stated_on", "valid_from", "valid_to")},
                "predicate": rows.one(self.found["predicate"], needed=True).astype(np.int16),
                "confidence": np.where(is_unstated, np.nan, confidence),
                "basis": rows.one(self.found["basis"], needed=True).astype(np.int8),
                "status": rows.one(self.found["status"], needed=True).astype(np.int8),
                "evidence": rows.many(self.found["evidence"]),
                "derived_from": rows.many(self.found["derived_from"]),
                "attribute_names": names,
                "attribute_values": values,
            },
        )

    def _attributes(self, rows: _Rows) -> tuple[Ragged, Ragged]:
        names, values, of = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for number, attribute in enumerate(sorted(self._vocabulary.attributes.values(), key=lambda a: a.iri)):
            here, datatype = self.found[attribute.iri], attribute.datatype
            rows.one(here)  # each has but one
            each, inverse = np.unique(here.value, return_inverse=True)
            as_json = Strings.of(self._as_json(text, datatype) for text in self._texts.take(each))
            of.append(rows.of(here))
            names.append(np.full(len(here.of), number))
            values.append(self._added(as_json)[inverse])
        owner = np.concatenate(of)
        order = np.argsort(owner, kind="stable")
        offsets = np.zeros(len(rows.iris) + 1, np.int64)
        np.cumsum(np.bincount(owner, minlength=len(rows.iris)), out=offsets[1:])
        ragged = (Ragged(offsets, np.concatenate(column)[order].astype(np.int32)) for column in (names, values))
        one, other = ragged
        return one, other

    # ── values ─────────────────────────────────────────────────────────────────────────────────────────

    def _text(self, rows: _Rows, name: str) -> Ints:
        return rows.one(self.found[name]).astype(np.int32)

    def _many_texts(self, rows: _Rows, name: str) -> Ragged:
        values = self.found[name]
        each, inverse = np.unique(values.value, return_inverse=True)
        _, alike = self._texts.take(each).distinct()
        numbers = np.zeros(len(self._texts), np.int64)
        numbers[each] = alike
        return rows.many(values, numbers) if len(inverse) else rows.many(values)

    def _as_texts(self, iris: Any) -> Any:
        """Return IRIs, by number, as rows of texts."""
        numbers = iris.values if isinstance(iris, Ragged) else iris
        each, inverse = np.unique(numbers[numbers != ABSENT], return_inverse=True)
        rows = np.full(len(numbers), ABSENT, np.int32)
        rows[numbers != ABSENT] = self._added(self._iris.take(each))[inverse]
        return Ragged(iris.offsets, rows) if isinstance(iris, Ragged) else rows

    def _added(self, texts: Strings) -> NDArray[np.int64]:
        self._more.append(texts)
        self._count += len(texts)
        return np.arange(self._count - len(texts), self._count)

    def _date(self, rows: _Rows, name: str) -> Ints:
        given = rows.one(self.found[name])
        found = np.zeros(len(given), np.int32)
        found[given != ABSENT] = self._meant(
            given[given != ABSENT], lambda text: packed_date(PartialDate(text)), lambda text: PartialDate(text).text, np.int32
        )
        return found

    def _demand_filled(self, rows: NDArray[np.integer]) -> None:
        if (self._texts.offsets[rows + 1] == self._texts.offsets[rows]).any():
            raise NotOurs

    def _meant(
        self, rows: NDArray[np.integer], value: Callable[[str], float], form: Callable[[str], str], type: Any = np.float64
    ) -> NDArray[Any]:
        """Return what some texts mean, which are to stand in the form that they are written in."""
        each, inverse = np.unique(rows, return_inverse=True)
        texts = list(self._texts.take(each))
        try:
            if any(form(text) != text for text in texts):
                raise NotOurs
            return np.array([value(text) for text in texts], type)[inverse]
        except (ValueError, ArithmeticError) as error:
            raise NotOurs from error

    @staticmethod
    def _as_json(text: str, datatype: type) -> str:
        try:
            value = attribute_value(text, datatype)
            form = text if datatype is str else decimal(value).value if datatype is float else str(value).lower()  # type: ignore[arg-type]
        except (ValueError, ArithmeticError) as error:
            raise NotOurs from error
        if form != text:
            raise NotOurs
        return json.dumps(value, ensure_ascii=False)


def _followed(values: NDArray[Any], rows: NDArray[np.int64], default: int) -> Ints:
    """Return what stands in some rows, a default where there is none."""
    return np.append(values, default)[rows].astype(np.int32)
