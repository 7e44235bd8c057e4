"""From records to columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np

from cuibono.graph.model import Claim, Document, Entity, Evidence, Records, Statement
from cuibono.graph.snapshot.columns import ABSENT, BASES, STATUSES, Columns, Ints, packed_date
from cuibono.graph.snapshot.draft import Draft, Table
from cuibono.graph.snapshot.strings import Ragged, Strings
from cuibono.schema import Vocabulary

__all__ = ["Numbering", "columns_of", "draft_of"]


class Numbering:
    """Numbers strings in the order in which they are first met.

    Parameters
    ----------
    first : iterable of str
        Those that take the first numbers, whether or not they are met.
    """

    def __init__(self, first: Iterable[str] = ()) -> None:
        self._numbers: dict[str, int] = {}
        for string in first:
            self.number(string)

    def number(self, string: str | None) -> int:
        """Return the number of a string, `ABSENT` for None."""
        if string is None:
            return ABSENT
        return self._numbers.setdefault(string, len(self._numbers))

    def all(self, strings: Iterable[str]) -> list[int]:
        """Return the number of each string."""
        return [self.number(string) for string in strings]

    @property
    def strings(self) -> tuple[str, ...]:
        """All that were met, in the order of their numbers."""
        return tuple(self._numbers)


def columns_of(records: Records, vocabulary: Vocabulary) -> Columns:
    """Return records as columns.

    Parameters
    ----------
    vocabulary : Vocabulary
        Its classes, relations and attributes get numbers, whether or not the records have any.
    """
    kinds = (vocabulary.classes, vocabulary.relations, vocabulary.attributes)
    return draft_of(records, *(sorted(term.iri for term in kind.values()) for kind in kinds)).columns()


def draft_of(records: Records, classes: Sequence[str], relations: Sequence[str], attributes: Sequence[str]) -> Draft:
    """Return records as a draft of columns.

    Parameters
    ----------
    classes, relations, attributes : sequence of str
        IRIs that take the first numbers.
    """
    return _Drafting(Numbering(classes), Numbering(relations), Numbering(attributes)).draft(records)


class _Drafting:
    def __init__(self, classes: Numbering, relations: Numbering, attributes: Numbering) -> None:
        self._iris, self._texts = Numbering(), Numbering()
        self._classes, self._relations, self._attributes = classes, relations, attributes

    def draft(self, records: Records) -> Draft:
        entities = self._entities(list(records.entities.values()))
        claims = self._claims(list(records.claims.values()))
        documents = self._documents(list(records.documents.values()))
        evidence = self._evidence(list(records.evidence.values()))
        statements = self._statements(list(records.statements.values()))
        return Draft(
            classes=self._classes.strings,
            relations=self._relations.strings,
            attributes=self._attributes.strings,
            iris=Strings.of(self._iris.strings),
            texts=Strings.of(self._texts.strings),
            entities=entities,
            claims=claims,
            documents=documents,
            evidence=evidence,
            statements=statements,
        )

    def _entities(self, entities: Sequence[Entity]) -> Table:
        text, texts = self._texts.number, self._texts.all
        return Table(
            self._named(entities),
            {
                "type": np.array(self._classes.all(e.type for e in entities), np.int16),
                "label": _ints(text(e.label) for e in entities),
                "description": _ints(text(e.description) for e in entities),
                "aliases": Ragged.of(texts(e.aliases) for e in entities),
                "same_as": Ragged.of(texts(e.same_as) for e in entities),
            },
        )

    def _claims(self, claims: Sequence[Claim]) -> Table:
        text, texts = self._texts.number, self._texts.all
        return Table(
            self._named(claims),
            {
                "text": _ints(text(c.text) for c in claims),
                "quantity": _ints(text(None if c.quantity is None else str(c.quantity)) for c in claims),
                "unit": _ints(text(c.unit) for c in claims),
                "hedges": Ragged.of(texts(c.hedges) for c in claims),
            },
        )

    def _documents(self, documents: Sequence[Document]) -> Table:
        text, texts = self._texts.number, self._texts.all
        return Table(
            self._named(documents),
            {
                "sha256": _ints(text(d.sha256) for d in documents),
                "title": _ints(text(d.title) for d in documents),
                "text": _ints(text(d.text) for d in documents),
                "publisher": _ints(text(d.publisher) for d in documents),
                "authors": Ragged.of(texts(d.authors) for d in documents),
                "licence": _ints(text(d.licence) for d in documents),
                "url": _ints(text(d.url) for d in documents),
                "published": _ints(packed_date(d.published) for d in documents),
                "retrieved": _ints(packed_date(d.retrieved) for d in documents),
                "language": _ints(text(d.language) for d in documents),
            },
        )

    def _evidence(self, evidence: Sequence[Evidence]) -> Table:
        text = self._texts.number
        return Table(
            self._named(evidence),
            {
                "document": _ints(self._iris.number(e.document) for e in evidence),
                "exact": _ints(text(e.exact) for e in evidence),
                "prefix": _ints(text(e.prefix) for e in evidence),
                "suffix": _ints(text(e.suffix) for e in evidence),
                "start": _ints(ABSENT if e.start is None else e.start for e in evidence),
                "end": _ints(ABSENT if e.end is None else e.end for e in evidence),
                "row": _ints(text(e.row) for e in evidence),
            },
        )

    def _statements(self, statements: Sequence[Statement]) -> Table:
        iri, iris, texts = self._iris.number, self._iris.all, self._texts.all
        values = ([json.dumps(value, ensure_ascii=False) for _, value in s.attributes] for s in statements)
        return Table(
            self._named(statements),
            {
                "subject": _ints(iri(s.subject) for s in statements),
                "predicate": np.array(self._relations.all(s.predicate for s in statements), np.int16),
                "object": _ints(iri(s.object) for s in statements),
                "speaker": _ints(iri(s.speaker) for s in statements),
                "said_via": _ints(iri(s.said_via) for s in statements),
                "document": _ints(iri(s.document) for s in statements),
                "stated_on": _ints(packed_date(s.stated_on) for s in statements),
                "valid_from": _ints(packed_date(s.valid_from) for s in statements),
                "valid_to": _ints(packed_date(s.valid_to) for s in statements),
                "confidence": np.array([np.nan if s.confidence is None else s.confidence for s in statements], np.float64),
                "basis": np.array([BASES.index(s.basis) for s in statements], np.int8),
                "status": np.array([STATUSES.index(s.status) for s in statements], np.int8),
                "in_response_to": _ints(iri(s.in_response_to) for s in statements),
                "revision_of": _ints(iri(s.revision_of) for s in statements),
                "evidence": Ragged.of(iris(s.evidence) for s in statements),
                "derived_from": Ragged.of(iris(s.derived_from) for s in statements),
                "attribute_names": Ragged.of(self._attributes.all(name for name, _ in s.attributes) for s in statements),
                "attribute_values": Ragged.of(texts(each) for each in values),
            },
        )

    def _named(self, records: Sequence[Entity | Claim | Document | Evidence | Statement]) -> Ints:
        return _ints(self._iris.number(record.iri) for record in records)


def _ints(numbers: Iterable[int]) -> Ints:
    return np.fromiter(numbers, np.int32)
