"""What a graph holds, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cuibono.api.cli.phrases import printable, remark
from cuibono.graph.lookups import Info
from cuibono.graph.model import Document

__all__ = ["info_parts"]

_SHOWN = 50


def info_parts(info: Info, documents: Sequence[Document]) -> Iterator[RenderableType]:
    """Yield the numbers of a graph, its relations and its documents."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    rows = {
        "entities": info.entities,
        "claims": info.claims,
        "documents": info.documents,
        "quotes and rows": info.evidence,
        **{f"statements, {status}": number for status, number in info.statements.items() if number or status == "accepted"},
    }
    for name, number in rows.items():
        table.add_row(name, f"{number:,}")
    yield Text.assemble((printable(info.url), "bold"), remark(f"version {info.version}"))
    yield table
    if info.relations:
        yield Text("\nAccepted statements by relation", style="bold")
        relations = Table.grid(padding=(0, 2, 0, 0))
        relations.add_column()
        relations.add_column(justify="right")
        for name, number in sorted(info.relations.items(), key=lambda item: (-item[1], item[0])):
            relations.add_row(name, f"{number:,}")
        yield relations
    if documents:
        yield Text("\nDocuments", style="bold")
        for document in documents[:_SHOWN]:
            facts = [printable(str(fact)) for fact in (document.publisher, document.published, document.language) if fact]
            yield Text.assemble(printable(document.label), remark(*facts) if facts else "")
        if len(documents) > _SHOWN:
            yield remark(f"and {len(documents) - _SHOWN:,} more; --json has all")
