"""A plan: an operation's fields as functions that call each other, with JSON as what they give."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any, cast

from graphql import (
    GraphQLAbstractType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from cuibono.api.graphql.compiled.batches import Batches
from cuibono.api.graphql.compiled.columns import Changed, NoColumns
from cuibono.api.graphql.compiled.fields import Completion, Place, Request, reader
from cuibono.api.graphql.compiled.leaves import leaf
from cuibono.api.graphql.compiled.refusal import Refused
from cuibono.api.graphql.compiled.selection import Fields, Selections
from cuibono.api.graphql.connections import Listing, Page
from cuibono.api.graphql.schema import VocabularySchema
from cuibono.graph.deadline import check_deadline

__all__ = ["Planner"]

_WORTH_IT = 3  # rows, from which reading columns takes less time than making records


class Planner:
    """Makes plans for the parts of one operation.

    Parameters
    ----------
    selections : Selections
        What it asks for.
    """

    def __init__(self, schema: VocabularySchema, selections: Selections) -> None:
        self._schema, self._selections = schema, selections
        self._batches = Batches(schema, selections, self._completion, self._field)

    def operation(self, root: GraphQLObjectType) -> Completion:
        """Return the plan of the operation itself.

        Raises
        ------
        Refused
            If there can be none.
        """
        return self._object(root, self._selections.root(root))

    def _object(self, kind: GraphQLObjectType, grouped: dict[str, Fields]) -> Completion:
        fields = [(name, self._field(kind, asked)) for name, asked in grouped.items()]
        return lambda source, request: {name: field(source, request) for name, field in fields}

    def _field(self, kind: GraphQLObjectType, asked: Fields) -> Completion:
        node = asked[0].node
        name = node.name.value
        if name == "__typename":
            typename = kind.name
            return lambda _, __: typename
        made_of = kind.fields.get(name)
        if made_of is None:
            raise Refused
        if name == "edges":
            return self._edges(made_of, asked)
        read, complete = reader(self._schema, made_of, node), self._completion(made_of.type, asked)
        return lambda source, request: complete(read(source, request), request)

    def _edges(self, made_of: GraphQLField, asked: Fields) -> Completion:
        """Return what makes JSON of the edges of a page, as it was made before or with no more of each than is asked for."""
        kind = get_named_type(made_of.type)
        if not is_object_type(kind):
            raise Refused
        complete, place = self._of_type(kind, asked), Place(self._selections.variables_below(asked))
        with_cursors = any(fields[0].node.name.value == "cursor" for fields in self._selections.below(kind, asked).values())
        batch = self._batches.edges(kind, asked)

        def one_by_one(listing: Listing[Any], items: Sequence[Any], request: Request) -> list[Any]:
            cursors = map(listing.cursor, items) if with_cursors else repeat("")
            return [complete(listing.edge(item, cursor), request) for item, cursor in zip(items, cursors, strict=False)]

        def at_once(listing: Listing[Any], items: Sequence[int], request: Request) -> list[Any]:
            nonlocal batch
            if batch is not None and len(items) >= _WORTH_IT:
                try:
                    return batch([(listing, items)], request)
                except Changed:
                    pass
                except NoColumns:
                    batch = None
            return one_by_one(listing, items, request)

        def edges(page: Any, request: Request) -> Any:
            if not isinstance(page, Page):
                raise Refused
            check_deadline()
            listing, rows = page.listing, cast(Any, page.items)
            if listing.same is None:
                return one_by_one(listing, rows, request)
            items = rows.tolist()
            return request.kept(place, listing.same).all_of(items, lambda left: at_once(listing, left, request))

        return edges

    def _completion(self, kind: GraphQLOutputType, asked: Fields) -> Completion:
        if not is_non_null_type(kind):
            complete = self._present(kind, asked)
            return lambda value, request: None if value is None else complete(value, request)
        complete = self._present(kind.of_type, asked)

        def needed(value: Any, request: Request) -> Any:
            if value is None:
                raise Refused
            return complete(value, request)

        return needed

    def _present(self, kind: GraphQLOutputType, asked: Fields) -> Completion:
        """Return what makes JSON of a value that is not null."""
        if is_leaf_type(kind):
            shown = leaf(kind)
            return lambda value, _: shown(value)
        if is_list_type(kind):
            return _list_of(self._completion(kind.of_type, asked))
        if is_object_type(kind):
            return self._of_type(kind, asked)
        if is_abstract_type(kind):
            return self._of_some_type(kind, asked)
        raise Refused

    def _of_type(self, kind: GraphQLObjectType, asked: Fields) -> Completion:
        complete = self._object(kind, self._selections.below(kind, asked))
        belongs = kind.is_type_of
        if belongs is None:
            return complete
        known: set[type] = set()

        def checked(value: Any, request: Request) -> Any:
            if type(value) not in known:
                if not belongs(value, request.info):  # type: ignore[arg-type]
                    raise Refused
                known.add(type(value))
            return complete(value, request)

        return checked

    def _of_some_type(self, kind: GraphQLAbstractType, asked: Fields) -> Completion:
        """Return what makes JSON of a value of an interface or a union; the plan of each type is made when it is met."""
        known: dict[type, Completion] = {}

        def complete(value: Any, request: Request) -> Any:
            made = known.get(type(value))
            if made is None:
                made = known[type(value)] = self._of_type(self._type_of(kind, value, request), asked)
            return made(value, request)

        return complete

    def _type_of(self, kind: GraphQLAbstractType, value: Any, request: Request) -> GraphQLObjectType:
        core = self._schema.core
        name = kind.resolve_type(value, request.info, kind) if kind.resolve_type else None  # type: ignore[arg-type]
        found = core.get_type(name) if isinstance(name, str) else None
        if found is None or not is_object_type(found) or not core.is_sub_type(kind, found):
            raise Refused
        return found


def _list_of(complete: Completion) -> Completion:
    def all_of(values: Any, request: Request) -> Any:
        if not isinstance(values, list | tuple):
            raise Refused
        check_deadline()
        return [complete(value, request) for value in values]

    return all_of
