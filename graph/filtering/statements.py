"""Statements asked for by their parts, as most questions do."""

from __future__ import annotations

from cuibono.graph.arguments import Day, Statuses, chosen_day, chosen_statuses, fraction, member
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.filtering.conditions import (
    All,
    Among,
    Condition,
    Dated,
    DateTest,
    Either,
    Numbered,
    NumberTest,
    OneOf,
    Refers,
    StatementEdges,
    ValidOn,
)
from cuibono.graph.filtering.evaluation import Evaluation
from cuibono.graph.filtering.tables import Rows
from cuibono.graph.model import Basis, Status
from cuibono.graph.snapshot.names import document_called, iri_of
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["statement_rows"]


def statement_rows(
    evaluation: Evaluation,
    *,
    subject: str | None = None,
    predicate: str | None = None,
    object: str | None = None,
    speaker: str | None = None,
    said_via: str | None = None,
    document: str | None = None,
    basis: Basis | str | None = None,
    status: Statuses = Status.ACCEPTED,
    stated_from: Day = None,
    stated_to: Day = None,
    as_of: Day = None,
    min_confidence: float = 0.0,
    where: Condition | None = None,
) -> Rows:
    """Return the statements that have all the parts asked for, in the order of their IRIs.

    Either end of a symmetric relation is its subject and its object.

    Parameters
    ----------
    where : Condition, optional
        What else they must have.

    Raises
    ------
    NotFound
        If a name is nobody's.
    InvalidArgument
        If an argument is of the wrong form.
    """
    snapshot = evaluation.snapshot
    statuses = chosen_statuses(status)
    ends = iri_of(snapshot, subject), iri_of(snapshot, object)
    parts: list[Condition] = [Among("status", statuses)]
    if predicate is not None:
        parts.append(Among("predicate", frozenset({_relation(snapshot, predicate)})))
    parts += _ends(snapshot, *ends)
    if document is not None:
        parts.append(Refers("document", OneOf(frozenset({document_called(snapshot, document).iri}))))
    for field, name in (("speaker", speaker), ("said_via", said_via)):
        iri = iri_of(snapshot, name)
        if iri is not None:
            parts.append(Refers(field, OneOf(frozenset({iri}))))
    if basis is not None:
        parts.append(Among("basis", frozenset({member(Basis, basis, "basis")})))
    first, last = chosen_day(stated_from, "stated_from"), chosen_day(stated_to, "stated_to")
    if first is not None or last is not None:
        parts.append(Dated("stated_on", DateTest(not_before=first, not_after=last)))
    day = chosen_day(as_of, "as_of")
    if day is not None:
        parts.append(ValidOn(day))
    if fraction(min_confidence, "min_confidence") > 0:
        parts.append(Numbered("confidence", NumberTest(at_least=min_confidence)))
    if where is not None:
        parts.append(where)
    known = ends[0] or ends[1]
    if known is None:
        return evaluation.chosen("statements", All(tuple(parts)))
    return evaluation.meeting(evaluation.at(known, StatementEdges(statuses)), All(tuple(parts[1:])))


def _relation(snapshot: Snapshot, name: str) -> str:
    try:
        return snapshot.vocabulary.relation(name).iri
    except KeyError as error:
        known = ", ".join(snapshot.vocabulary.relations)
        raise InvalidArgument("predicate", f"{name!r} is no relation; there are {known}") from error


def _ends(snapshot: Snapshot, subject: str | None, obj: str | None) -> list[Condition]:
    if subject is None and obj is None:
        return []
    as_given = All(tuple(_end(field, iri) for field, iri in (("subject", subject), ("object", obj)) if iri is not None))
    turned = All(tuple(_end(field, iri) for field, iri in (("object", subject), ("subject", obj)) if iri is not None))
    symmetric = frozenset(relation.iri for relation in snapshot.vocabulary.relations.values() if relation.symmetric)
    return [Either((as_given, All((Among("predicate", symmetric), turned))))]


def _end(field: str, iri: str) -> Condition:
    return Refers(field, OneOf(frozenset({iri})))
