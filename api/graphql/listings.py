"""Records of a table as lists to page through: in an order asked for, made when they are on the page."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Any, cast

from cuibono.api.graphql.connections import Edge, GroupCount, Key, Listing, Same
from cuibono.api.graphql.filter_inputs import Value
from cuibono.api.graphql.view import View
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.filtering.grouping import groups
from cuibono.graph.filtering.ordering import OrderBy, Ordering
from cuibono.graph.filtering.tables import Rows
from cuibono.graph.model import Status

__all__ = ["chosen_statuses", "record_listing", "row_listing"]

_ACCEPTED = frozenset([Status.ACCEPTED])


def row_listing(
    view: View,
    kind: str,
    rows: Rows,
    order: Sequence[OrderBy],
    edge: Callable[[Any, str], object],
    *,
    seen_from: str | None = None,
) -> Listing[int]:
    """Return rows of a kind of records as a list to page through.

    Parameters
    ----------
    rows : array of int
        In the order of their IRIs.
    edge : callable
        Gives the edge of a record and its cursor.
    seen_from : str, optional
        IRI of what edges hang on besides their records.
    """
    ordering = Ordering(view.evaluation, kind, order)
    table = view.evaluation.tables.table(kind)
    # A cursor of one order means nothing in another.
    mark = (zlib.crc32(ordering.name.encode()),) if order else ()

    def key(row: int) -> Key:
        return (*mark, *ordering.key(int(row)))

    def counted(by: Any, most: int) -> list[GroupCount]:
        found = groups(view.evaluation.tables, kind, rows, by, most)
        return [GroupCount(value=group.value, label=group.label, count=group.count) for group in found]

    return Listing(
        cast("Sequence[int]", ordering.sorted(rows)),  # a million rows are not worth a list
        key,
        lambda row, cursor: edge(table.record(int(row)), cursor),
        place=lambda key: ordering.place(key[len(mark) :]),
        fits=lambda key: key[: len(mark)] == mark and ordering.fits(key[len(mark) :]),
        groups=counted,
        same=Same(kind, ordering.name, seen_from),
    )


def record_listing(view: View, kind: str, rows: Rows, order: Sequence[OrderBy], node: Callable[[Any], object]) -> Listing[int]:
    """Return rows of a kind of records as a list to page through, whose edges carry nothing of their own."""
    return row_listing(view, kind, rows, order, lambda record, cursor: Edge(cursor=cursor, node=node(record)))


def chosen_statuses(status: Sequence[Status] | None, evidence: Value | None) -> frozenset[Status]:
    """Return the statuses that a list is asked for, by itself or by its evidence filter; accepted unless either names any.

    Raises
    ------
    InvalidArgument
        If both do.
    """
    filtered = evidence.get("status") if evidence else None
    if status is not None and filtered is not None:
        raise InvalidArgument("status", "stands beside the status of `evidence`; give one of them")
    chosen = filtered if status is None else status
    return _ACCEPTED if chosen is None else frozenset(chosen)
