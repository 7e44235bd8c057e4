"""The errors that the graph layer raises: each names the place and the remedy, none knows of HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from cuibono.schema import CuibonoError, OntologyError

__all__ = [
    "MOST_LISTED",
    "AmbiguousName",
    "CuibonoError",
    "InvalidArgument",
    "InvalidInput",
    "InvalidValue",
    "MissingExtra",
    "NotFound",
    "OntologyError",
    "Problem",
    "ProblemKind",
    "Problems",
    "ProcessDied",
    "StoreError",
    "refuse",
]

MOST_LISTED = 200
"""Problems that are told one by one: as many as somebody mends before trying again, and a terminal keeps."""

_LISTED_OF_EACH = 3
_MOST_KINDS = 100
_MOST_KINDS_TOLD = 10
_LOOKED_AT = 300
_VALUE = re.compile(r"""(?<!\w)(?:'[^']*(?:'|$)|"[^"]*(?:"|$)|‘[^’]*(?:’|$))|<[^<>\s]*>|\b[\w+.-]+:[^\s,;]+|[-+]?\b\d[\w.,:-]*""")


class InvalidValue(CuibonoError, ValueError):
    """A single value cannot be what it is meant to be; whoever knows its place wraps it."""

    code = "INVALID_VALUE"


class InvalidArgument(CuibonoError, ValueError):
    """An argument of a question is out of range or of the wrong form.

    Attributes
    ----------
    argument : str
        Its name.
    """

    code = "INVALID_ARGUMENT"

    def __init__(self, argument: str, message: str) -> None:
        self.argument = argument
        super().__init__(f"{argument}: {message}")


class NotFound(CuibonoError, LookupError):
    """A name or an IRI that nothing in the graph has.

    Attributes
    ----------
    name : str
        What was looked for.
    near : tuple of str
        Names that come near, best first.
    argument : str or None
        Which argument named it, where it is known.

    Parameters
    ----------
    other : str, optional
        What it is the IRI of instead.
    """

    code = "NOT_FOUND"
    argument: str | None = None

    def __init__(self, kind: str, name: str, near: Sequence[str] = (), other: str | None = None) -> None:
        self.kind, self.name, self.near = kind, name, tuple(near)
        hint = f"; did you mean {', '.join(repr(n) for n in near)}?" if near else ""
        if other is not None:
            hint = f": that is {other}"
        super().__init__(f"no {kind} is called {name!r}{hint}")


class AmbiguousName(CuibonoError, LookupError):
    """A name that several things have; their IRIs tell them apart.

    Attributes
    ----------
    candidates : tuple of str
        IRIs of the things that have it.
    argument : str or None
        Which argument named it, where it is known.
    """

    code = "AMBIGUOUS_NAME"
    argument: str | None = None

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        self.name, self.candidates = name, tuple(candidates)
        super().__init__(f"{name!r} is the name of {len(candidates)} things; give the IRI of one: {', '.join(candidates)}")


class MissingExtra(CuibonoError, ImportError):
    """A library that only some need is not installed.

    Attributes
    ----------
    extra : str
        The extra of this package that brings it.
    """

    code = "MISSING_EXTRA"

    def __init__(self, extra: str, what: str, library: str) -> None:
        self.extra = extra
        super().__init__(f"{what} need {library}, which is not installed: pip install 'cuibono[{extra}]'")


class StoreError(CuibonoError):
    """A store cannot be opened, read or written.

    Attributes
    ----------
    url : str
        The store.
    """

    code = "STORE_ERROR"

    def __init__(self, url: str, message: str) -> None:
        self.url = url
        super().__init__(f"store {url}: {message}")


class ProcessDied(CuibonoError):
    """A process that did a part of the work ended before it was done.

    Attributes
    ----------
    exit_code : int
        What it ended with: less than 0 stands for a signal.
    """

    code = "PROCESS_DIED"

    def __init__(self, exit_code: int) -> None:
        self.exit_code = exit_code
        how = f"by signal {-exit_code}" if exit_code < 0 else f"with code {exit_code}"
        super().__init__(f"a process that did a part of the work was ended {how}; if memory was short, make room and try again")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, and where.

    Attributes
    ----------
    place : str
        The file, and the line where one is known (``statements.yaml:12``), or the IRI of a record.
    field : str or None
        The field of the record.
    message : str
        What is wrong, and what would be right.
    code : str
        The kind of problem, for programs.
    """

    place: str
    field: str | None
    message: str
    code: str = "INVALID_INPUT"

    def __str__(self) -> str:
        return f"{self.place}: {self.field}: {self.message}" if self.field else f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """Problems that say the same of different things.

    Attributes
    ----------
    like : str
        What they say, with ``…`` for what differs.
    count : int
        How many there are.
    listed : int
        How many of them are told one by one.
    """

    like: str
    count: int
    listed: int


class Problems:
    """What is wrong with an input, as it is found: counted by kind, and the first listed, in memory that is bounded.

    The first `MOST_LISTED` are listed, and three of each kind that comes later.

    Examples
    --------
    >>> found = Problems(Problem(f"a.csv:{row}", "share", f"'{row} %' is no number") for row in range(2, 1_002))
    >>> len(found), len(found.listed), found.kinds
    (1000, 200, (ProblemKind(like='share: … is no number', count=1000, listed=200),))
    """

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self.listed: list[Problem] = []
        self._kinds: dict[str, list[int]] = {}
        for problem in found:
            self.append(problem)

    def append(self, problem: Problem) -> None:
        """Take one more."""
        told = problem.message[:_LOOKED_AT]
        like = _VALUE.sub("…", f"{problem.field}: {told}" if problem.field else told)
        if like not in self._kinds and len(self._kinds) >= _MOST_KINDS:
            like = "others"
        of_kind = self._kinds.setdefault(like, [0, 0])
        of_kind[0] += 1
        if len(self.listed) < MOST_LISTED or of_kind[1] < _LISTED_OF_EACH:
            of_kind[1] += 1
            self.listed.append(problem)

    def __len__(self) -> int:
        return sum(count for count, _ in self._kinds.values())

    @property
    def kinds(self) -> tuple[ProblemKind, ...]:
        """The kinds, in the order in which they came."""
        return tuple(ProblemKind(like, *numbers) for like, numbers in self._kinds.items())


class InvalidInput(CuibonoError, ValueError):
    """An input breaks rules; nothing of it was stored.

    Parameters
    ----------
    problems : iterable of Problem
        All of them, in the order of the input.
    remedy : str, optional
        What may be done where there are more than are listed.

    Attributes
    ----------
    problems : tuple of Problem
        What was found wrong, in the order of the input: all, where they are 200 or less; else the first, and three of each
        kind that comes later.
    count : int
        How many there are in all.
    kinds : tuple of ProblemKind
        How many there are of each kind, in the order in which they came.

    Examples
    --------
    >>> error = InvalidInput(Problem("a.csv", None, f"row {row} is empty") for row in range(1_200))
    >>> error.count, len(error.problems)
    (1200, 200)
    >>> print(*list(error.lines())[-2:], sep="\\n")
    and 1,000 more of this kind: row … is empty
    1,200 problems in all
    """

    code = "INVALID_INPUT"

    def __init__(self, problems: Iterable[Problem] | Problems, remedy: str | None = None) -> None:
        found = problems if isinstance(problems, Problems) else Problems(problems)
        self._found, self.remedy = found, remedy
        self.problems, self.count, self.kinds = tuple(found.listed), len(found), found.kinds
        super().__init__("\n".join(self.lines()))

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[Problems, str | None]]:
        return InvalidInput, (self._found, self.remedy)

    @property
    def unlisted(self) -> tuple[ProblemKind, ...]:
        """The kinds of which some are not listed, the most frequent first."""
        return tuple(sorted((kind for kind in self.kinds if kind.count > kind.listed), key=lambda kind: kind.listed - kind.count))

    def lines(self) -> Iterator[str]:
        """Yield what to tell a person, a problem a line; in the end what is not listed, by kind, and how many there are."""
        yield from map(str, self.problems)
        if not (more := self.unlisted):
            return
        for kind in more[:_MOST_KINDS_TOLD]:
            yield f"and {kind.count - kind.listed:,} more of this kind: {kind.like}"
        if rest := sum(kind.count - kind.listed for kind in more[_MOST_KINDS_TOLD:]):
            yield f"and {rest:,} more of other kinds"
        yield f"{self.count:,} problems in all" + (f"; {self.remedy}" if self.remedy else "")


def refuse(problems: Iterable[Problem], remedy: str | None = None) -> None:
    """Refuse an input if there is any problem with it.

    Raises
    ------
    InvalidInput
        With the problems.
    """
    found = iter(problems)
    for first in found:
        raise InvalidInput(chain([first], found), remedy)
