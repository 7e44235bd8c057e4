"""What is known of words in names, as lists that stand beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["letter_names", "nicknames", "table"]


def table(name: str) -> list[list[str]]:
    """Return the rows of one of the lists that stand here, without what begins with ``#``."""
    text = (files("cuibono.graph.build.resolution") / name).read_text(encoding="utf-8")
    return [line.split(",") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def nicknames() -> Mapping[str, int]:
    """Return a number for each given name, the same for those that are short for one another."""
    return {name: number for number, names in enumerate(table("nicknames.csv")) for name in names}


@cache
def letter_names() -> Mapping[str, str]:
    """Return the Latin letter that a word of another script names."""
    return dict(table("letter_names.csv"))
