"""Who gains and who loses, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cuibono.api.cli.phrases import EFFECT_STYLES, Wording, bar, indented, signed
from cuibono.graph.interest.findings import Beneficiary, Effect

__all__ = ["effect_table", "proof_parts"]


def effect_table(wording: Wording, found: Sequence[Beneficiary]) -> RenderableType:
    """Return those who gain or lose, the most affected first, each with the reason."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(min_width=8, overflow="fold")
    table.add_column(overflow="fold")
    for beneficiary in found:
        style = EFFECT_STYLES[beneficiary.effect]
        table.add_row(
            "",
            Text(_verb(beneficiary), style=style),
            Text.assemble((signed(beneficiary.gain), style)),
            Text(bar(beneficiary.gain), style=style),
            Text(wording.name(beneficiary.entity), style="bold"),
            Text(_reason(wording, beneficiary), style="dim"),
        )
    return table


def _reason(wording: Wording, beneficiary: Beneficiary) -> str:
    """Return by way of what somebody gains or loses."""
    steps = [wording.hop(hop) for hop in beneficiary.path.hops]
    if beneficiary.bearing is not None and not steps:
        steps = [f"the claim {wording.relation(beneficiary.bearing)} {wording.name(beneficiary.bearing.object)}"]
    if beneficiary.effect is Effect.MIXED and beneficiary.opposing_path is not None:
        steps.append(f"but {', '.join(wording.hop(hop) for hop in beneficiary.opposing_path.hops)}")
    return ", ".join(steps)


def proof_parts(wording: Wording, found: Sequence[Beneficiary]) -> Iterator[RenderableType]:
    """Yield each statement that gains and losses rest on, once, with its quotes."""
    statements = {s.iri: s for beneficiary in found for s in beneficiary.statements}
    for statement in statements.values():
        yield indented(Text.assemble(wording.clause(statement), wording.source(statement)), 2)
        yield from wording.quotations(statement, 4)


def _verb(beneficiary: Beneficiary) -> str:
    return {Effect.GAINS: "gains", Effect.LOSES: "loses", Effect.MIXED: "mixed"}[beneficiary.effect]
