"""Paths as text: one statement a line, with its weight in the direction walked."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cuibono.api.cli.phrases import Wording, indented, remark
from cuibono.graph.interest.findings import Path

__all__ = ["path_parts"]


def path_parts(wording: Wording, path: Path, *, quotes: bool) -> Iterator[RenderableType]:
    """Yield a path: its ends and strength, then its statements in order."""
    strength = "carries no interest" if path.strength is None else f"interest {wording.product(path)}"
    stops = [wording.name(path.hops[0].source), *(wording.name(hop.target) for hop in path.hops)]
    yield Text.assemble("\n", (" → ".join(stops), "bold"), remark(strength))
    for hop in path.hops:
        remarks = remark(wording.weight(hop), hop.statement.basis.value, wording.disputers(hop))
        yield indented(Text.assemble(wording.hop(hop), remarks), 2)
        if quotes:
            yield from wording.quotations(hop.statement, 4)
        for other in hop.also:
            confidence = "" if other.confidence is None else f"confidence {other.confidence:g}"
            yield indented(Text.assemble("says the same", remark(other.basis.value, confidence)), 4)
            if quotes:
                yield from wording.quotations(other, 6)
