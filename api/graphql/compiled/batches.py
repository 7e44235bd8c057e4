"""Plans that make JSON of many rows at once, column by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, cast

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.type import get_nullable_type

from cuibono.api.graphql.compiled.columns import (
    READS,
    REFERENCES,
    NoColumns,
    Read,
    Rows,
    Thing,
    check_rows,
    column_of,
    ends,
    objects,
    other_ends,
    referred,
    referred_lists,
)
from cuibono.api.graphql.compiled.fields import Completion, Request, reader
from cuibono.api.graphql.compiled.refusal import Refused
from cuibono.api.graphql.compiled.selection import Fields, Selections
from cuibono.api.graphql.connections import Listing, Page
from cuibono.api.graphql.schema import VocabularySchema, type_name
from cuibono.graph.deadline import check_deadline
from cuibono.graph.snapshot.columns import ABSENT

__all__ = ["Batches"]

Batch = Callable[[Rows, Request], list[Any]]
"""Makes JSON of rows of one kind."""

Part = tuple[Listing[Any], Sequence[int]]
"""Some rows of a list."""

EdgeBatch = Callable[[Sequence[Part], Request], list[Any]]
"""Makes JSON of the edges of parts of lists, one part after the other."""

_TYPES = {"claims": "Claim", "statements": "Statement", "documents": "Document", "evidence": "Evidence"}
_AS_IT_IS = frozenset({"String", "ID", "Boolean"})


class Batches:
    """Makes plans for lists of rows.

    Parameters
    ----------
    completion : callable
        Gives what makes JSON of a value of a type.
    field : callable
        Gives what makes JSON of a field of an object of a type.
    """

    def __init__(
        self,
        schema: VocabularySchema,
        selections: Selections,
        completion: Callable[[GraphQLOutputType, Fields], Completion],
        field: Callable[[GraphQLObjectType, Fields], Completion],
    ) -> None:
        self._schema, self._selections, self._completion, self._of_object = schema, selections, completion, field

    def edges(self, kind: GraphQLObjectType, asked: Fields) -> EdgeBatch | None:
        """Return what makes JSON of the edges of a list of rows, or None if it is known that it takes records."""
        try:
            fields = {name: self._edge_field(kind, each) for name, each in self._selections.below(kind, asked).items()}
        except NoColumns:
            return None

        def batch(parts: Sequence[Part], request: Request) -> list[Any]:
            count = sum(len(items) for _, items in parts)
            return _zipped({name: field(parts, request) for name, field in fields.items()}, count)

        return batch

    def _edge_field(self, kind: GraphQLObjectType, asked: Fields) -> EdgeBatch:
        match asked[0].node.name.value:
            case "__typename":
                return lambda parts, _: [kind.name for _, items in parts for _ in items]
            case "cursor":
                return lambda parts, _: [listing.cursor(item) for listing, items in parts for item in items]
            case "statement":
                statements = self._of_table("statements", asked)
                return lambda parts, request: statements(_items(parts), request)
            case "node":
                return self._edge_nodes(asked)
        raise NoColumns

    def _edge_nodes(self, asked: Fields) -> EdgeBatch:
        of_table = self._of_tables(asked)

        def nodes(parts: Sequence[Part], request: Request) -> list[Any]:
            things: list[Thing] = []
            for listing, items in parts:
                assert listing.same is not None
                if listing.same.seen_from is None:
                    things += [(listing.same.kind, item) for item in items]
                else:
                    things += other_ends(listing.same.seen_from, items, request.view)
            return _of_things(of_table, things, request)

        return nodes

    # ── rows ───────────────────────────────────────────────────────────────────────────────────────────

    def _of_tables(self, asked: Fields) -> Callable[[str], Batch]:
        """Return what gives the plan for rows of a kind; each is made when it is met."""
        known: dict[str, Batch] = {}

        def of_table(table: str) -> Batch:
            if table not in known:
                known[table] = self._of_table(table, asked)
            return known[table]

        return of_table

    def _of_table(self, table: str, asked: Fields) -> Batch:
        if table == "entities":
            return self._of_entities(asked)
        kind = self._schema.core.get_type(_TYPES[table])
        assert is_object_type(kind)
        return self._of_type(table, kind, asked)

    def _of_entities(self, asked: Fields) -> Batch:
        known: dict[str, Batch] = {}

        def of_class(iri: str, request: Request) -> Batch:
            if iri not in known:
                kind = self._schema.core.get_type(type_name(request.view.entity_types[iri]))
                if not is_object_type(kind):
                    raise NoColumns
                known[iri] = self._of_type("entities", kind, asked)
            return known[iri]

        def batch(rows: Rows, request: Request) -> list[Any]:
            columns = request.view.snapshot.base.columns
            check_rows("entities", rows, request.view.snapshot)
            types = column_of(columns, "entities", "type")
            made: dict[int, Any] = {}
            for number in {types[row] for row in rows}:
                some = [row for row in rows if types[row] == number]
                made |= zip(some, of_class(columns.classes[number], request)(some, request), strict=True)
            return [made[row] for row in rows]

        return batch

    def _of_type(self, table: str, kind: GraphQLObjectType, asked: Fields) -> Batch:
        grouped = self._selections.below(kind, asked)
        fields = {name: self._field(table, kind, fields) for name, fields in grouped.items()}

        def batch(rows: Rows, request: Request) -> list[Any]:
            check_rows(table, rows, request.view.snapshot)
            return _zipped({name: field(rows, request) for name, field in fields.items()}, len(rows))

        return batch

    def _field(self, table: str, kind: GraphQLObjectType, asked: Fields) -> Batch:
        name = asked[0].node.name.value
        if name == "__typename":
            return lambda rows, _: [kind.name] * len(rows)
        made_of = kind.fields[name]
        if made_of.args:
            return self._pages(table, made_of, asked)
        if (table, name) in READS:
            return self._values(READS[table, name], made_of.type, asked)
        if table == "statements" and name in ("subject", "object"):
            of_table = self._of_tables(asked)
            return lambda rows, request: _of_things(of_table, ends(name, rows, request.view.snapshot), request)
        if (table, name) not in REFERENCES:
            raise NoColumns
        target, column = REFERENCES[table, name]
        below = self._of_table(target, asked)
        if is_list_type(get_nullable_type(made_of.type)):
            return lambda rows, request: _spread(below, referred_lists(table, column, rows, request.view.snapshot), request)
        needed = is_non_null_type(made_of.type)
        return lambda rows, request: _referred(below, referred(table, column, rows, request.view.snapshot, needed), request)

    def _values(self, read: Read, kind: GraphQLOutputType, asked: Fields) -> Batch:
        complete, needed = self._completion(kind, asked), is_non_null_type(kind)
        if str(get_nullable_type(kind)) not in _AS_IT_IS:
            return lambda rows, request: [complete(value, request) for value in read(request.view, rows)]

        def values(rows: Rows, request: Request) -> list[Any]:
            found = read(request.view, rows)
            if needed and None in found:
                raise Refused
            return found

        return values

    # ── pages of lists, one for each row ───────────────────────────────────────────────────────────────

    def _pages(self, table: str, made_of: GraphQLField, asked: Fields) -> Batch:
        """Return the plan for a page of each row: the edges of all of them are made at once."""
        kind = get_nullable_type(made_of.type)
        if not is_object_type(kind) or "edges" not in kind.fields:
            raise NoColumns
        read = reader(self._schema, made_of, asked[0].node)
        fields = {name: self._page_field(kind, each) for name, each in self._selections.below(kind, asked).items()}

        def batch(rows: Rows, request: Request) -> list[Any]:
            check_deadline()
            pages = [read(source, request) for source in objects(request.view, table, rows)]
            if not all(isinstance(page, Page) and page.listing.same for page in pages):
                raise NoColumns
            return _zipped({name: field(pages, request) for name, field in fields.items()}, len(pages))

        return batch

    def _page_field(self, kind: GraphQLObjectType, asked: Fields) -> Callable[[Sequence[Page[Any]], Request], list[Any]]:
        if asked[0].node.name.value != "edges":
            of_page = self._of_object(kind, asked)
            return lambda pages, request: [of_page(page, request) for page in pages]
        edge = get_named_type(kind.fields["edges"].type)
        below = self.edges(edge, asked) if is_object_type(edge) else None
        if below is None:
            raise NoColumns

        def edges(pages: Sequence[Page[Any]], request: Request) -> list[Any]:
            parts = [(page.listing, cast(Any, page.items).tolist()) for page in pages]
            made = iter(below(parts, request))
            return [list(islice(made, len(items))) for _, items in parts]

        return edges


def _items(parts: Sequence[Part]) -> Rows:
    return [item for _, items in parts for item in items]


def _zipped(columns: Mapping[str, list[Any]], count: int) -> list[Any]:
    if not columns:
        return [{} for _ in range(count)]
    if len(columns) == 1:
        ((name, values),) = columns.items()
        return [{name: value} for value in values]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _of_things(of_table: Callable[[str], Batch], things: Sequence[Thing], request: Request) -> list[Any]:
    made: dict[Thing, Any] = {}
    for table in {table for table, _ in things}:
        rows = list({row for kind, row in things if kind == table})
        made |= {(table, row): value for row, value in zip(rows, of_table(table)(rows, request), strict=True)}
    return [made[thing] for thing in things]


def _referred(below: Batch, rows: Rows, request: Request) -> list[Any]:
    wanted = [row for row in dict.fromkeys(rows) if row != ABSENT]
    made = dict(zip(wanted, below(wanted, request), strict=True))
    return [made.get(row) for row in rows]


def _spread(below: Batch, lists: Sequence[Rows], request: Request) -> list[Any]:
    wanted = list(dict.fromkeys(row for rows in lists for row in rows))
    made = dict(zip(wanted, below(wanted, request), strict=True))
    return [[made[row] for row in rows] for rows in lists]
