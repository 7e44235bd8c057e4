"""Claims as text: what is claimed, and who says so and who denies it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cuibono.api.cli.phrases import Wording, indented, printable, remark
from cuibono.graph.interest.positions import Position, Sides
from cuibono.graph.model import Claim

__all__ = ["claim_parts"]

_LABEL_WIDTH = 7


def claim_parts(wording: Wording, claim: Claim, sides: Sides) -> Iterator[RenderableType]:
    """Yield a claim, those for it and those against it, each with quotes."""
    yield Text.assemble("\n", (f"“{printable(claim.text)}”", "bold"), Text() if sides.contested else remark("not contested"))
    yield from _side(wording, "for", "green", sides.supporters)
    yield from _side(wording, "against", "red", sides.opponents)
    if not sides.supporters and not sides.opponents:
        yield indented(Text("nobody takes a side", style="dim"), 2)


def _side(wording: Wording, name: str, style: str, positions: Sequence[Position]) -> Iterator[RenderableType]:
    if not positions:
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=_LABEL_WIDTH)
    table.add_column(overflow="fold")
    for number, position in enumerate(positions):
        clause = Text.assemble(_clause(wording, position), wording.source(position.stance))
        label = Text(name if number == 0 else "", style=style)
        table.add_row(label, Group(clause, *wording.quotations(position.stance, 0)))
    yield indented(table, 2)


def _clause(wording: Wording, position: Position) -> Text:
    stance = position.stance
    clause = Text.assemble((wording.name(position.actor), "bold"), f" {wording.relation(stance)}")
    if position.through is None:
        return clause.append(" this")
    return clause.append(f" the contrary, {wording.name(stance.object)}")
