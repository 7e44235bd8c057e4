"""What records may be asked to have: a small language of conditions, each a value that can be compared and kept.

A condition is about the records of one kind: ``entities``, ``claims``, ``statements``, ``documents``, or ``things``, which
are the first three together, as they can stand at the end of a statement. What is unknown of a record meets no condition
on it, and so meets the negation of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.model import Status

__all__ = [
    "All",
    "Among",
    "Attributed",
    "Condition",
    "Contested",
    "DateTest",
    "Dated",
    "Either",
    "Known",
    "Not",
    "NumberTest",
    "Numbered",
    "Of",
    "OfKind",
    "OneOf",
    "Quantified",
    "Refers",
    "RelationEdges",
    "StatementEdges",
    "TextTest",
    "ValidOn",
    "Worded",
]

_LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTest:
    """What a text must be; case aside unless it is to match.

    Attributes
    ----------
    one_of : tuple of str or None
        The whole text is one of these.
    contains, starts_with, ends_with : str or None
        At most 1,000 code points each.
    match_case : bool
        Without it texts are compared as Unicode's case folding leaves them.

    Raises
    ------
    InvalidArgument
        If a part is too long.
    """

    one_of: tuple[str, ...] | None = None
    contains: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    match_case: bool = False

    def __post_init__(self) -> None:
        for name in ("contains", "starts_with", "ends_with"):
            part = getattr(self, name)
            if part is not None and len(part) > _LONGEST:
                raise InvalidArgument(name, f"has {len(part):,} characters; give at most {_LONGEST:,}")

    def meets(self, text: str) -> bool:
        """Return whether a text is as it must be."""
        seen = self.seen(text)
        if self.one_of is not None and seen not in {self.seen(one) for one in self.one_of}:
            return False
        if self.contains is not None and self.seen(self.contains) not in seen:
            return False
        if self.starts_with is not None and not seen.startswith(self.seen(self.starts_with)):
            return False
        return self.ends_with is None or seen.endswith(self.seen(self.ends_with))

    def seen(self, text: str) -> str:
        """Return a text as it is compared."""
        return text if self.match_case else text.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTest:
    """When a date must lie; a partial date is all the days it may mean, and meets what any of them meets.

    Attributes
    ----------
    on : PartialDate or None
        May be one of these days.
    before, after : PartialDate or None
        May lie before the first of these days, or after the last.
    not_after, not_before : PartialDate or None
        May be one of these days, or lie before, or after.
    """

    on: PartialDate | None = None
    before: PartialDate | None = None
    after: PartialDate | None = None
    not_after: PartialDate | None = None
    not_before: PartialDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTest:
    """What a number must be; each bound that is given holds."""

    one_of: tuple[float, ...] | None = None
    less: float | None = None
    at_most: float | None = None
    more: float | None = None
    at_least: float | None = None


@dataclass(frozen=True, slots=True)
class All:
    """Each of some conditions; everything meets none."""

    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of some conditions; nothing meets none."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What does not meet a condition."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class OneOf:
    """Those of some IRIs."""

    iris: frozenset[str]


@dataclass(frozen=True, slots=True)
class Worded:
    """A text of a record, or any of several, meets a test."""

    field: str
    test: TextTest


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a record meets a test."""

    field: str
    test: DateTest


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number of a record meets a test."""

    field: str
    test: NumberTest


@dataclass(frozen=True, slots=True)
class Known:
    """A record has a field at all."""

    field: str


@dataclass(frozen=True, slots=True)
class Of:
    """An entity is a member of a class or of one below it."""

    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Among:
    """A field of a statement has one of some values: IRIs of relations, or a basis or status."""

    field: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Attributed:
    """A statement carries an attribute; one that meets a test, or is the truth value given, if there is one."""

    attribute: str
    test: TextTest | NumberTest | bool | None = None


@dataclass(frozen=True, slots=True)
class Contested:
    """Somebody supports and somebody disputes a claim, or what a statement says; or not."""

    contested: bool


@dataclass(frozen=True, slots=True)
class ValidOn:
    """A statement may hold on a day."""

    day: PartialDate


@dataclass(frozen=True, slots=True)
class Refers:
    """What a field of a statement refers to meets a condition; of several documents, any."""

    field: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class OfKind:
    """A thing is of a kind, and meets a condition on that kind."""

    kind: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class RelationEdges:
    """The statements of a relation that begin at a thing, or, where `inverse`, end at it; of a symmetric one, both.

    Attributes
    ----------
    relation : str
        IRI.
    statuses : frozenset of Status
        Those that count.
    """

    relation: str
    inverse: bool = False
    statuses: frozenset[Status] = frozenset({Status.ACCEPTED})


@dataclass(frozen=True, slots=True)
class StatementEdges:
    """The statements that a thing is an end of, or that are found in a document."""

    statuses: frozenset[Status] = frozenset({Status.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Quantified:
    """How many of the statements at a thing meet conditions.

    Attributes
    ----------
    edges : RelationEdges or StatementEdges
        Which statements.
    statement : Condition
        On the statement.
    other : Condition or None
        On the thing at its other end; only of `RelationEdges`.
    every : bool
        Each of them meets both, as where there is none.
    number : NumberTest
        How many meet both; one or more unless given.
    """

    edges: RelationEdges | StatementEdges
    statement: Condition = field(default_factory=All)
    other: Condition | None = None
    every: bool = False
    number: NumberTest = NumberTest(at_least=1)


Condition = (
    All
    | Either
    | Not
    | OneOf
    | Worded
    | Dated
    | Numbered
    | Known
    | Of
    | Among
    | Attributed
    | Contested
    | ValidOn
    | Refers
    | OfKind
    | Quantified
)
