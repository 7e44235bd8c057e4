"""Statements as text: the clause, its sources and its quotes."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cuibono.api.cli.phrases import Wording, indented
from cuibono.graph.model import Statement

__all__ = ["statement_parts"]


def statement_parts(wording: Wording, statement: Statement) -> Iterator[RenderableType]:
    """Yield a statement as a clause, with its sources, its quotes and its IRI."""
    yield Text.assemble("\n", (wording.clause(statement), "bold"), wording.source(statement))
    yield from wording.quotations(statement, 2)
    yield indented(Text(statement.iri, style="dim", overflow="fold"), 2)
