"""Queries that show what can be asked, ready to run: for GraphiQL, for the explorer and for the documentation.

Each stands in a file of its own. Its first line is a title, the lines of comment that follow say what it does; variables
have defaults, which fit the seed graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["Example", "examples"]


@dataclass(frozen=True, slots=True)
class Example:
    """A query that is ready to run.

    Attributes
    ----------
    name : str
        Words joined by hyphens, as in addresses.
    title, description : str
        What it asks, in a few words and in a sentence or two.
    query : str
        The operation, without the comment.
    """

    name: str
    title: str
    description: str
    query: str


@cache
def examples() -> Sequence[Example]:
    """Return the examples, those to begin with first.

    Examples
    --------
    >>> [example.name for example in examples()][:2]
    ['conflicts', 'contested-claims']
    """
    files = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    return tuple(_example(file.name, file.read_text("utf-8")) for file in files if file.name.endswith(".graphql"))


def _example(file: str, text: str) -> Example:
    lines = text.splitlines()
    count = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    title, *description = (line.removeprefix("#").strip() for line in lines[:count])
    name = file.removesuffix(".graphql").partition("-")[2]
    return Example(name, title, " ".join(description), "\n".join(lines[count:]) + "\n")
