"""Generated statements with the documents and quotes they stand in, as a draft of columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.generation.drawing import Drawing
from cuibono.graph.generation.identity import digests, hashed_dates, hashed_numbers, iris, picked
from cuibono.graph.generation.population import BASE, CLASSES, Population
from cuibono.graph.model import Basis, hashed_part
from cuibono.graph.snapshot.columns import ABSENT, BASES, Ints
from cuibono.graph.snapshot.draft import Draft, Table
from cuibono.graph.snapshot.strings import Ragged, Strings
from cuibono.schema import Vocabulary

__all__ = ["Drafting"]

_STATEMENTS_A_DOCUMENT = 8
_PART_ON_STATEMENTS = 0.015
_RETRIEVED = 20260101
_ROLES = ('"chief executive"', '"chair"', '"director"', '"researcher"', '"adviser"')

_Columns = dict[str, NDArray[Any]]


class _Texts:
    """Strings that rows refer to, a lot at a time."""

    def __init__(self) -> None:
        self._lots: list[Strings] = []
        self._count = 0

    def add(self, strings: Strings | Iterable[str]) -> np.int32:
        """Take in some more, and return the number of the first."""
        lot = strings if isinstance(strings, Strings) else Strings.of(strings)
        first, self._count = self._count, self._count + len(lot)
        self._lots.append(lot)
        return np.int32(first)

    @property
    def strings(self) -> Strings:
        return Strings.joined(self._lots)


class Drafting:
    """Makes one draft.

    Parameters
    ----------
    statements : int
        How many; stances on statements among them.
    """

    def __init__(self, statements: int, seed: int, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._relations = tuple(sorted(vocabulary.relations.values(), key=lambda relation: relation.iri))
        self._attributes = tuple(sorted(attribute.iri for attribute in vocabulary.attributes.values()))
        self._classes = tuple(sorted(entity_class.iri for entity_class in vocabulary.classes.values()))
        self._population = Population(statements)
        self._drawing = Drawing(self._population, vocabulary, self._relations, seed)
        self._texts = _Texts()
        self._on_statements = round(statements * _PART_ON_STATEMENTS)
        self._among_things = statements - self._on_statements
        self._labels = self._texts.add(self._population.labels)

    def draft(self) -> Draft:
        """Return it. Numbers of IRIs run through entities, claims, documents, statements and evidence."""
        columns = self._statements()
        documents = Strings.of(_document_iri(number) for number in range(int(columns["document"][-1]) + 1))
        sentences = self._sentences(columns)
        statement_iris = iris("statement/", columns.pop("digest"))
        evidence, evidence_iris = self._evidence_table(columns, sentences, documents)
        document_table = self._document_table(columns["document"], sentences)
        return Draft(
            classes=self._classes,
            relations=tuple(relation.iri for relation in self._relations),
            attributes=self._attributes,
            iris=Strings.joined([self._population.iris, documents, statement_iris, evidence_iris]),
            entities=self._entity_table(),
            claims=self._claim_table(),
            documents=document_table,
            evidence=evidence,
            statements=self._statement_table(columns, len(documents)),
            texts=self._texts.strings,
        )

    # ── statements ─────────────────────────────────────────────────────────────────────────────────────

    def _statements(self) -> _Columns:
        """Return the columns of all statements; objects of the last ones, on statements, are their rows."""
        hashed = self._population.hashed
        # A few more than wanted, as some may turn out to be the same.
        subject, predicate, obj = self._drawing.among_things(self._among_things + self._among_things // 100 + 16)
        first = self._identified(subject, predicate, obj, 0, picked(hashed, obj), self._among_things)
        subject, predicate, obj = self._drawing.on_statements(first["subject"], self._on_statements + 16)
        targets = map(hashed_part, iris("statement/", first["digest"][obj]))
        document = int(first["document"][-1]) + 1
        second = self._identified(subject, predicate, obj, document, targets, self._on_statements)
        return {name: np.concatenate([first[name], second[name]]) for name in first}

    def _identified(
        self, subject: Ints, predicate: NDArray[np.int16], obj: Ints, document: int, objects: Iterable[bytes], wanted: int
    ) -> _Columns:
        """Return statements with all that they are hashed of, each only once, as many as are wanted."""
        count, things = len(subject), self._population.hashed
        columns: _Columns = {"subject": subject, "predicate": predicate, "object": obj}
        columns["document"] = (document + np.arange(count) // _STATEMENTS_A_DOCUMENT).astype(np.int32)
        columns |= self._drawing.circumstances(predicate)
        parts = (
            picked(things, subject),
            picked([hashed_part(relation.iri) for relation in self._relations], predicate),
            objects,
            picked(things, columns["speaker"]),
            hashed_dates(columns["stated_on"]),
            hashed_dates(columns["valid_from"]),
            _hashed_documents(columns["document"]),
        )
        columns["digest"] = digests(zip(*parts, strict=True), count)
        # Eight bytes of sixteen tell them apart well enough, and sort faster.
        _, rows = np.unique(columns["digest"].view(np.uint64)[::2], return_index=True)
        kept = np.sort(rows)[:wanted]
        return {name: column[kept] for name, column in columns.items()}

    def _statement_table(self, columns: _Columns, documents: int) -> Table:
        count, things = len(columns["subject"]), np.int32(len(self._population))
        numbers = np.arange(count, dtype=np.int32) + things + np.int32(documents)
        columns["object"][self._among_things :] += numbers[0]
        columns["document"] += things
        names, values = self._attribute_rows(columns["predicate"])
        rest: dict[str, NDArray[Any] | Ragged] = {
            "in_response_to": _absent(count),
            "revision_of": _absent(count),
            "evidence": Ragged(np.arange(count + 1), numbers + np.int32(count)),
            "derived_from": _no_rows(count),
            "attribute_names": names,
            "attribute_values": values,
        }
        return Table(numbers, {**columns, **rest})

    def _attribute_rows(self, predicate: NDArray[np.int16]) -> tuple[Ragged, Ragged]:
        """Return a share for some of the statements that may have one, and a role likewise."""
        shares = self._texts.add(str(percent / 100) for percent in range(1, 101))
        roles = self._texts.add(_ROLES)
        name, value = _absent(len(predicate)), _absent(len(predicate))
        known = self._drawing.rng.random(len(predicate)) < 0.6
        for attribute, first, values in (("share", shares, 100), ("role", roles, len(_ROLES))):
            iri = self._vocabulary.attribute(attribute).iri
            carrying = np.array([iri in relation.attributes for relation in self._relations], np.bool_)
            rows = np.flatnonzero(known & carrying[predicate])
            name[rows] = self._attributes.index(iri)
            value[rows] = first + (values * self._drawing.rng.random(len(rows)) ** 2).astype(np.int32)
        there = name != ABSENT
        offsets = np.concatenate([[0], np.cumsum(there)])
        return Ragged(offsets, name[there]), Ragged(offsets, value[there])

    # ── what they are about ────────────────────────────────────────────────────────────────────────────

    def _entity_table(self) -> Table:
        count, pools = self._population.entities, self._population.pools
        rows = np.arange(count, dtype=np.int32)
        types = [self._classes.index(self._vocabulary.entity_class(name).iri) for name in CLASSES]
        return Table(
            rows,
            {
                "type": np.repeat(np.array(types, np.int16), [pools[name][1] for name in CLASSES]),
                "label": rows + self._labels,
                "description": _absent(count),
                "aliases": _no_rows(count),
                "same_as": _no_rows(count),
            },
        )

    def _claim_table(self) -> Table:
        count = self._population.claims
        rows = np.arange(count, dtype=np.int32) + np.int32(self._population.entities)
        columns = {"text": rows + self._labels, "quantity": _absent(count), "unit": _absent(count)}
        return Table(rows, {**columns, "hedges": _no_rows(count)})

    # ── where they stand ───────────────────────────────────────────────────────────────────────────────

    def _sentences(self, columns: _Columns) -> Strings:
        """Return a line of text for each statement; a stance on a statement repeats that one's line."""
        words = Strings.joined(
            [self._population.labels, Strings.of([*(f" {relation.label} " for relation in self._relations), ".\n", ": "])]
        )
        subject, obj = columns["subject"], columns["object"]
        relation = columns["predicate"].astype(np.int32) + len(self._population)
        stop, colon = len(words) - 2, len(words) - 1
        first, second = slice(0, self._among_things), slice(self._among_things, None)
        plain = _concatenated(words, [subject[first], relation[first], obj[first], stop])
        targets = len(words) + obj[second]
        about = _concatenated(Strings.joined([words, plain]), [subject[second], relation[second], colon, targets])
        return Strings.joined([plain, about])

    def _document_table(self, documents: Ints, sentences: Strings) -> Table:
        """Return the documents with the hashes of their texts and without the texts, for the sake of memory."""
        count = int(documents[-1]) + 1
        places = sentences.offsets[np.searchsorted(documents, np.arange(count + 1))].tolist()
        data = sentences.data.tobytes()
        numbers = np.arange(count, dtype=np.int32)
        first, publishers = self._population.pools["NewsOrganization"]
        return Table(
            numbers + np.int32(len(self._population)),
            {
                "sha256": numbers
                + self._texts.add(hashlib.sha256(data[start:end]).hexdigest() for start, end in pairwise(places)),
                "title": numbers + self._texts.add(f"Article {number}" for number in range(1, count + 1)),
                "text": _absent(count),
                "publisher": self._labels + np.int32(first) + numbers % np.int32(publishers),
                "authors": _no_rows(count),
                "licence": _absent(count),
                "url": _absent(count),
                "published": self._drawing.dates(np.full(count, 0.9)),
                "retrieved": np.full(count, _RETRIEVED, np.int32),
                "language": np.full(count, self._texts.add(["en"]), np.int32),
            },
        )

    def _evidence_table(self, columns: _Columns, sentences: Strings, documents: Strings) -> tuple[Table, Strings]:
        """Return one quote for each statement, or a row where the statement is recorded, and their IRIs."""
        document, count = columns["document"], len(sentences)
        quotes = Strings(sentences.offsets - np.arange(count + 1), sentences.data[sentences.data != ord("\n")])
        first = np.searchsorted(document, document)
        is_row = columns["basis"] == BASES.index(Basis.RECORDED)
        start = np.where(is_row, ABSENT, sentences.offsets[:-1] - sentences.offsets[first]).astype(np.int32)
        end = np.where(is_row, ABSENT, start + np.diff(quotes.offsets)).astype(np.int32)
        place = np.where(is_row, np.arange(count) - first, ABSENT)
        rows = [f"row={number}" for number in range(_STATEMENTS_A_DOCUMENT)]
        hashed_rows = picked([*map(hashed_part, rows), hashed_part(None)], place)
        parts = (_hashed_documents(document), map(hashed_part, quotes), hashed_numbers(start), hashed_rows)
        hashes = digests(zip(*parts, strict=True), count)
        things = np.int32(len(self._population))
        empty = np.full(count, self._texts.add([""]), np.int32)
        table = Table(
            np.arange(count, dtype=np.int32) + things + np.int32(len(documents) + count),
            {
                "document": document + things,
                "exact": np.arange(count, dtype=np.int32) + self._texts.add(quotes),
                "prefix": empty,
                "suffix": empty,
                "start": start,
                "end": end,
                "row": np.where(is_row, self._texts.add(rows) + place, ABSENT).astype(np.int32),
            },
        )
        return table, iris("evidence/", hashes)


def _absent(count: int) -> Ints:
    return np.full(count, ABSENT, np.int32)


def _no_rows(count: int) -> Ragged:
    return Ragged(np.zeros(count + 1, np.int64), np.zeros(0, np.int32))


def _document_iri(number: int) -> str:
    return f"{BASE}document/{number + 1}"


def _hashed_documents(documents: Ints) -> Iterable[bytes]:
    first, last = int(documents[0]), int(documents[-1])
    return picked([hashed_part(_document_iri(number)) for number in range(first, last + 1)], documents - first)


def _concatenated(words: Strings, parts: Sequence[Any]) -> Strings:
    """Return strings each made of several words, given by their positions."""
    rows = np.column_stack(np.broadcast_arrays(*parts))
    taken = words.take(rows.ravel())
    return Strings(taken.offsets[:: rows.shape[1]], taken.data)
