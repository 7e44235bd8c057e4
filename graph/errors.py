"""The errors that the graph layer raises: each names the place and the remedy, none knows of HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cuibono.schema import CuibonoError, OntologyError

__all__ = [
    "AmbiguousName",
    "CuibonoError",
    "InvalidArgument",
    "InvalidInput",
    "InvalidValue",
    "MissingExtra",
    "NotFound",
    "OntologyError",
    "Problem",
    "ProcessDied",
    "StoreError",
]


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


class InvalidInput(CuibonoError, ValueError):
    """An input breaks rules; nothing of it was stored.

    Attributes
    ----------
    problems : tuple of Problem
        All that was found wrong, in the order of the input.
    """

    code = "INVALID_INPUT"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
