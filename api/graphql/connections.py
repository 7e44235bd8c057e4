"""Lists in pages, as the Relay connection specification defines them.

A cursor holds the place of its item in the order of the list, not a count of items: what is written between two
pages neither repeats an item nor leaves one out.
"""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import orjson
import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension
from strawberry.extensions.field_extension import SyncExtensionResolver
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from cuibono.api.graphql.errors import BadCursor
from cuibono.graph.arguments import whole
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.frames import lists

__all__ = [
    "GROUPS",
    "MAXIMUM_PAGE",
    "PAGING",
    "Connection",
    "Edge",
    "GroupCount",
    "Listing",
    "MostGroups",
    "Page",
    "PageInfo",
    "Paged",
    "Same",
]

DEFAULT_PAGE = 20
MAXIMUM_PAGE = 1000
PAGING = (
    f"`first` asks for at most so many items from the beginning, or `last` from the end, up to {MAXIMUM_PAGE}, "
    f"{DEFAULT_PAGE} unless given; `after` and `before` take cursors, and leave only items that follow, or precede."
)

Item = TypeVar("Item")
NodeType = TypeVar("NodeType")
Key = tuple[str | float | None, ...]
Groups = Callable[[Any, int], list["GroupCount"]]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether items follow the page.")
    has_previous_page: bool = strawberry.field(description="Whether items stand before the page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the page's first item.")
    end_cursor: str | None = strawberry.field(description="The cursor of the page's last item.")


@strawberry.type(description="An item of a list.")
class Edge(Generic[NodeType]):
    cursor: str = strawberry.field(description="The item's place in the list, for `after` and `before`.")
    node: NodeType = strawberry.field(description="The item.")


@strawberry.type(description="Where a search came to its limit, so that a stronger path may be missing.")
class Cut:
    start: str | None = strawberry.field(description="IRI of what the paths were to lead from; null where from everything.")
    end: str | None = strawberry.field(description="IRI of what they were to lead to; null where to everything.")
    steps: int = strawberry.field(description="The limit: how many relations were looked at.")


@strawberry.type(description=f"A page of a list. {PAGING}")
class Connection(Generic[NodeType]):
    edges: list[Edge[NodeType]] = strawberry.field(description="The items of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")
    total_count: int = strawberry.field(description="How many items the whole list has.")
    cuts: list[Cut] = strawberry.field(
        description="Where the search for the items came to its limit, so that some may be missing, or have a stronger path; "
        "empty where the list is whole."
    )


@strawberry.type(description="How many items of a list have something in common.")
class GroupCount:
    value: str | None = strawberry.field(
        description="What they have in common: an IRI, a name, a text, a year; null where it is unknown."
    )
    label: str | None = strawberry.field(description="Words for it.")
    count: int = strawberry.field(description="How many.")


MostGroups = Annotated[int, strawberry.argument(description=f"The most groups, 1 to {MAXIMUM_PAGE}; the largest come first.")]
GROUPS = "How many items of the whole list have what in common, counted only when asked for."


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that is asked for.

    Attributes
    ----------
    first, last : int or None
        The most items from the beginning, or the end, of what stands between the cursors.
    after, before : str or None
        Cursors.
    """

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        for name, count in (("first", self.first), ("last", self.last)):
            if count is not None and not 0 <= count <= MAXIMUM_PAGE:
                raise InvalidArgument(name, f"is {count}; it must be 0 to {MAXIMUM_PAGE}")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """What a connection field answers with: any of the connection types, read attribute by attribute."""

    listing: Listing[Item]
    items: Sequence[Item]
    has_next_page: bool
    has_previous_page: bool

    @property
    def edges(self) -> list[object]:
        return [self.listing.edge(item, self.listing.cursor(item)) for item in self.items]

    @property
    def page_info(self) -> PageInfo:
        ends = [self.listing.cursor(item) for item in (*self.items[:1], *self.items[-1:])]
        return PageInfo(
            has_next_page=self.has_next_page,
            has_previous_page=self.has_previous_page,
            start_cursor=ends[0] if ends else None,
            end_cursor=ends[-1] if ends else None,
        )

    @property
    def total_count(self) -> int:
        return len(self.listing.items)

    def groups(self, by: object, most: int) -> list[GroupCount]:
        """Return how many items of the whole list have what in common, the largest groups first."""
        assert self.listing.groups is not None
        return self.listing.groups(by, whole(most, "first", 1, MAXIMUM_PAGE))

    @property
    def cuts(self) -> list[Cut]:
        found = self.listing.items
        cuts = found.cuts if isinstance(found, lists.Found) else ()
        return [Cut(start=cut.start, end=cut.end, steps=cut.steps) for cut in cuts]


class Same(NamedTuple):
    """What the edges of rows hang on besides the rows.

    Attributes
    ----------
    kind : str
        Of the records that rows are of, as ``statements``.
    order : str
        The name of their order.
    seen_from : str or None
        IRI of the thing that statements are seen from; None where edges carry nothing of their own.
    """

    kind: str
    order: str
    seen_from: str | None = None


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """A list that is given out in pages.

    Attributes
    ----------
    items : sequence
        In the order of their keys, no two alike.
    edge : callable
        Gives the edge of an item and its cursor.
    place : callable
        Gives a key as it is compared.
    fits : callable or None
        Says whether a key could be one of this list; its parts must be of the types of an item's unless given.
    groups : callable or None
        Counts the items by what they have in common.
    same : Same or None
        Where items are rows: in lists where it is the same, a row has the same edge, while the graph does not change.
    """

    items: Sequence[Item]
    key: Callable[[Item], Key]
    edge: Callable[[Item, str], object]
    place: Callable[[Key], Any] = tuple
    fits: Callable[[Key], bool] | None = None
    groups: Groups | None = None
    same: Same | None = None

    @classmethod
    def of_nodes(cls, items: Sequence[Item], key: Callable[[Item], Key], node: Callable[[Item], object]) -> Listing[Item]:
        """Return a list whose edges carry nothing of their own."""
        return cls(items, key, lambda item, cursor: Edge(cursor=cursor, node=node(item)))

    def page(self, window: Window) -> Page[Item]:
        """Return the items in a window.

        Raises
        ------
        BadCursor
            If a cursor is not of this list.
        """
        start, end = 0, len(self.items)
        if window.after is not None:
            start = bisect_right(self.items, self._place(window.after), key=self._placed)
        if window.before is not None:
            end = max(start, bisect_left(self.items, self._place(window.before), key=self._placed))
        first = DEFAULT_PAGE if window.first is None and window.last is None else window.first
        if first is not None:
            end = min(end, start + first)
        if window.last is not None:
            start = max(start, end - window.last)
        return Page(self, self.items[start:end], has_next_page=end < len(self.items), has_previous_page=start > 0)

    def cursor(self, item: Item) -> str:
        """Return the cursor of an item."""
        return _cursor(self.key(item))

    def _placed(self, item: Item) -> Any:
        return self.place(self.key(item))

    def _place(self, cursor: str) -> Any:
        key = _key(cursor)
        if not (self._fits_sample(key) if self.fits is None else self.fits(key)):
            raise BadCursor(cursor)
        return self.place(key)

    def _fits_sample(self, key: Key) -> bool:
        if not len(self.items):
            return True
        return [isinstance(part, str) for part in key] == [isinstance(part, str) for part in self.key(self.items[0])]


class Paged(FieldExtension):
    """Gives a field that returns a `Listing` the arguments of a connection, and answers with a page."""

    def apply(self, field: StrawberryField) -> None:
        field.arguments = [*field.arguments, *(_argument(name, kind) for name, kind in _ARGUMENTS.items())]

    def resolve(self, next_: SyncExtensionResolver, source: Any, info: strawberry.Info, **kwargs: Any) -> Page[Any]:
        window = Window(**{name: kwargs.pop(name) for name in _ARGUMENTS if name in kwargs})
        listing: Listing[Any] = next_(source, info, **kwargs)
        return listing.page(window)


_ARGUMENTS: dict[str, Any] = {"first": int | None, "after": str | None, "last": int | None, "before": str | None}


def _argument(name: str, kind: Any) -> StrawberryArgument:
    return StrawberryArgument(python_name=name, graphql_name=None, type_annotation=StrawberryAnnotation(kind))


def _cursor(key: Key) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def _key(cursor: str) -> Key:
    try:
        parts = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise BadCursor(cursor) from error
    if not isinstance(parts, list) or not all(part is None or isinstance(part, (str, int, float)) for part in parts):
        raise BadCursor(cursor)
    return tuple(parts)
