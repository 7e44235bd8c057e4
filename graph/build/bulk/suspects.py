"""The rules of the door, compiled to columns: which records could break one.

A record that is no suspect breaks no rule; what a suspect breaks, `problems` says in its own words. So the rules are
written once, and checked one by one only where the columns leave a doubt. A property test holds the two together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.anchoring import CONTEXT_LENGTH
from cuibono.graph.build.validation import Place, problems, record_place
from cuibono.graph.errors import Problem
from cuibono.graph.model import Basis, Records, text_hash
from cuibono.graph.snapshot.columns import (
    ABSENT,
    BASES,
    CLAIM_KIND,
    ENTITY_KIND,
    OTHER_KIND,
    STATEMENT_KIND,
    Columns,
    Ints,
    first_days,
    last_days,
)
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.strings import Ragged, Strings
from cuibono.schema import Vocabulary
from cuibono.schema.vocabulary import AGENT, CLAIM, STATEMENT

__all__ = ["column_problems", "suspects"]

_Mask = NDArray[np.bool_]

_MAY_BE_BLANK = np.zeros(256, np.bool_)
_MAY_BE_BLANK[[*range(0x21), 0xC2, 0xE1, 0xE2, 0xE3]] = True  # first bytes of white space in UTF-8
_IRI = re.compile(r"[a-z][a-z0-9+.-]*:[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-f]{64}")
_AT_ONCE = 16_384


def column_problems(
    snapshot: Snapshot,
    place: Place = record_place,
    *,
    existing: Snapshot | None = None,
    doubted: Mapping[str, _Mask] | None = None,
) -> Iterator[Problem]:
    """Yield all that is wrong with a whole graph, as `problems` does with its records.

    Parameters
    ----------
    snapshot : Snapshot
        The graph, with nothing laid over its columns.
    existing : Snapshot, optional
        What it is to be added to.
    doubted : mapping of str to array of bool, optional
        Records to be looked at whatever the columns say, by kind.
    """
    after = existing or snapshot
    for kind, mask in suspects(snapshot.columns, snapshot.vocabulary).items():
        iris: Strings = getattr(snapshot.columns, kind).iri
        rows = np.flatnonzero(mask if doubted is None else mask | doubted[kind])
        for first in range(0, len(rows), _AT_ONCE):
            found = (getattr(snapshot, kind)[iris[row]] for row in rows[first : first + _AT_ONCE].tolist())
            yield from problems(Records.of(found), after, place, among=snapshot.records)


def suspects(columns: Columns, vocabulary: Vocabulary) -> dict[str, _Mask]:
    """Return which records could break a rule, by kind."""
    found = {
        "entities": _entities(columns, vocabulary),
        "claims": _claims(columns),
        "documents": _documents(columns),
        "evidence": _evidence(columns),
        "statements": _statements(columns, vocabulary),
    }
    if not columns.texts.data.all():  # a null character, which stands nowhere rightly
        return {kind: np.ones_like(mask) for kind, mask in found.items()}
    return found


# ── things ─────────────────────────────────────────────────────────────────────────────────────────────


def _entities(columns: Columns, vocabulary: Vocabulary) -> _Mask:
    of = columns.entities
    abstract = np.array([vocabulary.entity_class(iri).abstract for iri in columns.classes], np.bool_)
    doubtful = _may_be_blank(columns.texts, of.label) | abstract[of.type]
    each, inverse = np.unique(of.same_as.values, return_inverse=True)
    wrong = np.array([_IRI.fullmatch(columns.texts[row]) is None for row in each.tolist()], np.bool_)
    found: _Mask = doubtful | _any(of.same_as, wrong[inverse])
    return found


def _claims(columns: Columns) -> _Mask:
    of = columns.claims
    found: _Mask = _may_be_blank(columns.texts, of.text) | (of.quantity != ABSENT)
    return found


def _documents(columns: Columns) -> _Mask:
    of, texts = columns.documents, columns.texts
    doubtful = np.zeros(len(of.iri), np.bool_)
    for row in np.flatnonzero((of.sha256 != ABSENT) | (of.text != ABSENT)).tolist():
        sha256 = None if of.sha256[row] == ABSENT else texts[int(of.sha256[row])]
        is_wrong = sha256 is None or _HASH.fullmatch(sha256) is None
        doubtful[row] = is_wrong or (of.text[row] != ABSENT and text_hash(texts[int(of.text[row])]) != sha256)
    for row in np.flatnonzero(of.url != ABSENT).tolist():
        doubtful[row] |= _IRI.fullmatch(texts[int(of.url[row])]) is None
    return doubtful


def _evidence(columns: Columns) -> _Mask:
    of, texts = columns.evidence, columns.texts
    lost = of.document < 0
    has_no_place = (of.start == ABSENT) | (of.end == ABSENT)
    wrong_row = has_no_place & ((of.row == ABSENT) | (of.start != of.end))
    length = _code_points(texts, of.exact)
    wrong_place = ~has_no_place & ((of.start < 0) | (of.end <= of.start) | (length != of.end - of.start))
    context = np.maximum(_code_points(texts, of.prefix), _code_points(texts, of.suffix))
    has_text = ~lost & ~has_no_place
    has_text[has_text] = columns.documents.text[of.document[has_text]] != ABSENT
    found: _Mask = lost | wrong_row | wrong_place | (context > CONTEXT_LENGTH) | has_text
    return found


# ── statements ─────────────────────────────────────────────────────────────────────────────────────────


def _statements(columns: Columns, vocabulary: Vocabulary) -> _Mask:
    of = columns.statements
    classes = _Classes(columns, vocabulary)
    known = [iri in {relation.iri for relation in vocabulary.relations.values()} for iri in columns.relations]
    is_unknown = ~np.array(known, np.bool_)[of.predicate]
    doubtful = is_unknown | _wrong_ends(columns, vocabulary, classes) | _wrong_sources(columns, classes)
    doubtful |= (of.confidence < 0) | (of.confidence > 1)
    doubtful |= (of.valid_from != 0) & (of.valid_to != 0) & (last_days(of.valid_to) < first_days(of.valid_from))
    return doubtful | _wrong_basis(columns) | _wrong_attributes(columns, vocabulary)


class _Classes:
    """The classes of all things that statements are about, claims and statements included, as numbers."""

    def __init__(self, columns: Columns, vocabulary: Vocabulary) -> None:
        self.names = (*columns.classes, CLAIM, STATEMENT)
        self.ancestors = [vocabulary.ancestors(iri) for iri in self.names]
        self._columns = columns

    def of(self, kind: NDArray[np.int8], rows: Ints) -> Ints:
        """Return the class of the end of each statement, `ABSENT` where it is nothing in the graph."""
        found = np.full(len(kind), ABSENT, np.int32)
        entities = kind == ENTITY_KIND
        found[entities] = self._columns.entities.type[rows[entities]]
        found[kind == CLAIM_KIND] = len(self._columns.classes)
        found[kind == STATEMENT_KIND] = len(self._columns.classes) + 1
        return found

    def below(self, *wanted: str) -> _Mask:
        """Return which classes are among some, or below them."""
        return np.array([not ancestors.isdisjoint(wanted) for ancestors in self.ancestors], np.bool_)


def _wrong_ends(columns: Columns, vocabulary: Vocabulary, classes: _Classes) -> _Mask:
    of = columns.statements
    relations = {relation.iri: relation for relation in vocabulary.relations.values()}
    rows = np.arange(len(of.iri))
    doubtful = np.zeros(len(of.iri), np.bool_)
    for end, kind, at in (("domain", of.subject_kind, of.subject), ("range", of.object_kind, of.object)):
        allowed = np.array(
            [classes.below(*(getattr(relations[iri], end) if iri in relations else ())) for iri in columns.relations]
        ).reshape(len(columns.relations), len(classes.names))
        which = classes.of(kind, at)
        doubtful |= (which == ABSENT) | ~allowed[of.predicate, which]
        doubtful |= (kind == STATEMENT_KIND) & (at == rows)
    symmetric = _of_relations(columns, relations, "symmetric")
    out_of_order = (of.subject_kind != of.object_kind) | (of.subject > of.object) | (of.subject_kind == OTHER_KIND)
    found: _Mask = doubtful | (symmetric & out_of_order) | _of_relations(columns, relations, "identifies")
    return found


def _of_relations(columns: Columns, relations: dict[str, Any], flag: str) -> _Mask:
    flags = [iri in relations and getattr(relations[iri], flag) for iri in columns.relations]
    return np.array(flags, np.bool_)[columns.statements.predicate]


def _wrong_sources(columns: Columns, classes: _Classes) -> _Mask:
    of = columns.statements
    rows = np.arange(len(of.iri))
    agents = classes.below(AGENT)[: len(columns.classes)]
    doubtful = (of.speaker < ABSENT) | (of.said_via < ABSENT) | (of.document < ABSENT)
    speaking = of.speaker >= 0
    doubtful[speaking] |= ~agents[columns.entities.type[of.speaker[speaking]]]
    for other in (of.in_response_to, of.revision_of):
        doubtful |= (other < ABSENT) | (other == rows)
    own = np.repeat(rows, np.diff(of.derived_from.offsets))
    doubtful |= _any(of.derived_from, (of.derived_from.values < 0) | (of.derived_from.values == own))
    return doubtful | _any(of.evidence, of.evidence.values < 0)


def _wrong_basis(columns: Columns) -> _Mask:
    of = columns.statements
    without_evidence = np.diff(of.evidence.offsets) == 0
    inferred = of.basis == BASES.index(Basis.INFERRED)
    found: _Mask = without_evidence & ~(inferred & (np.diff(of.derived_from.offsets) > 0))
    return found


def _wrong_attributes(columns: Columns, vocabulary: Vocabulary) -> _Mask:
    of = columns.statements
    relations = {relation.iri: relation for relation in vocabulary.relations.values()}
    allowed = np.array(
        [[iri in relations and name in relations[iri].attributes for name in columns.attributes] for iri in columns.relations],
        np.bool_,
    ).reshape(len(columns.relations), len(columns.attributes))
    owner = np.repeat(np.arange(len(of.iri)), np.diff(of.attribute_names.offsets))
    names, values = of.attribute_names.values, of.attribute_values.values
    wrong = ~allowed[of.predicate[owner], names]
    each, inverse = np.unique(names.astype(np.int64) << 32 | values, return_inverse=True)
    odd = [_is_odd(columns, vocabulary, pair >> 32, pair & 0xFFFFFFFF) for pair in each.tolist()]
    several = np.diff(of.attribute_names.offsets) > 1  # perhaps the same one twice
    return several | _any(of.attribute_names, wrong | np.array(odd, np.bool_)[inverse])


def _is_odd(columns: Columns, vocabulary: Vocabulary, name: int, value: int) -> bool:
    attribute = vocabulary.attribute(columns.attributes[name])
    found = json.loads(columns.texts[value])
    if type(found) is not attribute.datatype:
        return True
    if not isinstance(found, (int, float)) or isinstance(found, bool):
        return False
    low, high = attribute.minimum, attribute.maximum
    return not ((low is None or found >= low) and (high is None or found <= high))


# ── columns ────────────────────────────────────────────────────────────────────────────────────────────


def _any(ragged: Ragged, wrong: _Mask) -> _Mask:
    """Return which rows have a value that is wrong."""
    counts = np.concatenate([np.zeros(1, np.int64), np.cumsum(wrong)])
    found: _Mask = counts[ragged.offsets[1:]] > counts[ragged.offsets[:-1]]
    return found


def _may_be_blank(texts: Strings, rows: Ints) -> _Mask:
    starts, ends = texts.offsets[rows], texts.offsets[rows + 1]
    first = texts.data[np.minimum(starts, max(len(texts.data) - 1, 0))] if len(texts.data) else np.zeros(len(rows), np.uint8)
    found: _Mask = (starts == ends) | _MAY_BE_BLANK[first]
    return found


def _code_points(texts: Strings, rows: Ints) -> NDArray[np.int64]:
    """Return how many code points some texts have, 0 for absent ones."""
    found = np.zeros(len(rows), np.int64)
    for first in range(0, len(rows), _AT_ONCE):
        part = rows[first : first + _AT_ONCE]
        known = np.flatnonzero(part >= 0)
        taken = texts.take(part[known])
        begins = np.concatenate([np.zeros(1, np.int64), np.cumsum((taken.data & 0xC0) != 0x80)])
        found[first + known] = begins[taken.offsets[1:]] - begins[taken.offsets[:-1]]
    return found
