"""Records counted by what they have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.filtering.contested import contested
from cuibono.graph.filtering.tables import Rows, Tables
from cuibono.graph.filtering.worked import TEXTS
from cuibono.graph.snapshot.columns import ABSENT, BASES, STATUSES
from cuibono.schema.vocabulary import local_name

__all__ = ["ClaimGrouping", "DocumentGrouping", "EntityGrouping", "Group", "StatementGrouping", "groups"]


class EntityGrouping(StrEnum):
    """What entities may be counted by."""

    TYPE = "type"


class ClaimGrouping(StrEnum):
    """What claims may be counted by."""

    CONTESTED = "contested"
    UNIT = "unit"


class DocumentGrouping(StrEnum):
    """What documents may be counted by."""

    PUBLISHER = "publisher"
    LANGUAGE = "language"
    LICENCE = "licence"
    YEAR = "published"


class StatementGrouping(StrEnum):
    """What statements may be counted by."""

    PREDICATE = "predicate"
    STATUS = "status"
    BASIS = "basis"
    SPEAKER = "speaker"
    DOCUMENT = "document"
    SUBJECT = "subject"
    OBJECT = "object"
    YEAR = "stated_on"
    CONTESTED = "contested"


Grouping = EntityGrouping | ClaimGrouping | DocumentGrouping | StatementGrouping


@dataclass(frozen=True, slots=True)
class Group:
    """Records that have something in common.

    Attributes
    ----------
    value : str or None
        What it is: an IRI, a name, a text, a year; None where it is unknown.
    label : str or None
        Words for it.
    count : int
        How many.
    """

    value: str | None
    label: str | None
    count: int


_Named = Callable[[int], tuple[str, str]]


def groups(tables: Tables, kind: str, rows: Rows, by: Grouping, most: int) -> list[Group]:
    """Return how many of some rows have what in common, the largest groups first.

    Parameters
    ----------
    most : int
        The most groups to return.
    """
    codes, named = _codes(tables, kind, by)
    values, counts = np.unique(codes[rows], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [_group(int(values[place]), int(counts[place]), named) for place in order[:most].tolist()]


def _group(code: int, count: int, named: _Named) -> Group:
    return Group(None, None, count) if code < 0 else Group(*named(code), count)


def _codes(tables: Tables, kind: str, by: Grouping) -> tuple[NDArray[Any], _Named]:
    match by:
        case EntityGrouping.TYPE:
            return tables.type, lambda code: _class_names(tables, tables.classes[code])
        case ClaimGrouping.CONTESTED | StatementGrouping.CONTESTED:
            return contested(tables, kind).astype(np.int64), lambda code: (("false", "settled"), ("true", "contested"))[code]
        case StatementGrouping.PREDICATE:
            return tables.predicate, lambda code: _relation_names(tables, tables.relations[code])
        case StatementGrouping.STATUS:
            return tables.status, lambda code: (STATUSES[code].name, STATUSES[code].value)
        case StatementGrouping.BASIS:
            return tables.basis, lambda code: (BASES[code].name, BASES[code].value)
        case StatementGrouping.SPEAKER:
            return _known(tables.references("speaker", "entities")), lambda code: _entity_names(tables, code)
        case StatementGrouping.DOCUMENT:
            return _known(tables.references("document", "documents")), lambda code: _document_names(tables, code)
        case StatementGrouping.SUBJECT | StatementGrouping.OBJECT:
            return getattr(tables, by.value), lambda code: _thing_names(tables, code)
        case StatementGrouping.YEAR | DocumentGrouping.YEAR:
            years = tables.days(kind, by.value)[0] // 10_000
            return np.where(years == 0, ABSENT, years), lambda code: (f"{code:04}", f"{code:04}")
        case _:
            return _texts(tables, kind, by.value)


def _known(references: Rows) -> Rows:
    return np.maximum(references, ABSENT)


def _texts(tables: Tables, kind: str, field: str) -> tuple[NDArray[Any], _Named]:
    table, texts, of = tables.table(kind), tables.worked.texts(kind, field), TEXTS[kind][field].of
    each, inverse = texts.strings.distinct()
    known: list[str] = list(each) if table.changed else []
    codes = np.full(len(table), ABSENT, np.int64)
    codes[texts.owners] = inverse
    for row, record in table.changed.items():
        (text,) = of(record)
        if text is not None and text not in known:
            known.append(text)
        codes[row] = ABSENT if text is None else known.index(text)
    named = known or each
    return codes, lambda code: (named[code], named[code])


def _class_names(tables: Tables, iri: str) -> tuple[str, str]:
    found = tables.vocabulary.entity_class(iri)
    return found.name, found.label


def _relation_names(tables: Tables, iri: str) -> tuple[str, str]:
    try:
        relation = tables.vocabulary.relation(iri)
    except KeyError:
        return iri, local_name(iri)
    return relation.name, relation.label


def _entity_names(tables: Tables, row: int) -> tuple[str, str]:
    entity = tables.entities.record(row)
    return entity.iri, entity.label


def _document_names(tables: Tables, row: int) -> tuple[str, str]:
    document = tables.documents.record(row)
    return document.iri, document.label


def _thing_names(tables: Tables, number: int) -> tuple[str, str]:
    for kind in ("entities", "claims", "statements"):
        row = number - tables.starts[kind]
        if 0 <= row < len(tables.table(kind)):
            record = tables.table(kind).record(row)
            label = getattr(record, "label", None) or getattr(record, "text", None) or record.iri
            return record.iri, label
    return "", ""
