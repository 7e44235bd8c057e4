"""Conflicts of interest as text: the interest and its arithmetic, what was said, and the quotes that prove both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from cuibono.api.cli.phrases import ALIGNMENT_STYLES, Wording, bar, factor, indented, printable, remark
from cuibono.graph.interest.findings import Alignment, ConflictOfInterest, ConflictPair, Hop, Path

__all__ = ["pair_parts"]


def pair_parts(wording: Wording, pair: ConflictPair, *, quotes: bool = True) -> Iterator[RenderableType]:
    """Yield the conflicts of one actor and one target: each interest once, and under it what was said."""
    yield Text.assemble(
        "\n",
        (f"{wording.name(pair.actor)} → {wording.name(pair.target)}", "bold"),
        "   ",
        (pair.alignment.value, ALIGNMENT_STYLES[pair.alignment]),
        f"   {pair.strength:.2f} ",
        (bar(pair.strength), ALIGNMENT_STYLES[pair.alignment]),
    )
    yield indented(Text(printable(pair.findings[0].explanation)), 2)
    for _, group in groupby(pair.findings, key=lambda f: (f.interest_path, f.opposing_path)):
        findings = list(group)
        yield from _interest(wording, findings[0], quotes=quotes)
        yield from _stances(wording, findings, quotes=quotes)


def _interest(wording: Wording, finding: ConflictOfInterest, *, quotes: bool) -> Iterator[RenderableType]:
    actor, target = wording.name(finding.actor), wording.name(finding.target)
    if finding.alignment is Alignment.OWN_CASE:
        yield Text.assemble("  interest: ", ("1", "bold"), f", as {actor} speaks of itself")
        return
    yield from _path(wording, finding.interest_path, actor, target, quotes=quotes)
    if finding.opposing_path is not None:
        yield Text("  but there is an interest the other way, too:")
        yield from _path(wording, finding.opposing_path, actor, target, quotes=quotes)


def _path(wording: Wording, path: Path, actor: str, target: str, *, quotes: bool) -> Iterator[RenderableType]:
    moves = "gains" if path.interest > 0 else "loses"
    interest = Text(f"{actor} {moves} when {target} gains, {wording.product(path)}", style="bold")
    yield indented(Text.assemble("interest: ", interest, remark("dates unknown") if path.undated else ""), 2)
    for hop in path.hops:
        yield from _hop(wording, hop, quotes=quotes)


def _hop(wording: Wording, hop: Hop, *, quotes: bool) -> Iterator[RenderableType]:
    remarks = remark(wording.weight(hop), hop.statement.basis.value, wording.disputers(hop))
    yield indented(Text.assemble(wording.hop(hop), remarks), 4)
    if quotes:
        yield from wording.quotations(hop.statement, 6)


def _stances(wording: Wording, findings: Sequence[ConflictOfInterest], *, quotes: bool) -> Iterator[RenderableType]:
    yield Text("  stances:")
    for finding in findings:
        stance = finding.stance
        yield indented(
            Text.assemble(f"{wording.relation(stance)} {wording.name(stance.object)}", wording.source(stance)),
            4,
        )
        if quotes:
            yield from wording.quotations(stance, 6)
        if finding.bearing is not None:
            bearing = finding.bearing
            clause = f"which {wording.relation(bearing)} {wording.name(bearing.object)}"
            yield indented(Text.assemble(clause, wording.source(bearing)), 6)
            if quotes:
                yield from wording.quotations(bearing, 6)
        yield indented(Text(_arithmetic(wording, finding), style="bold"), 6)


def _arithmetic(wording: Wording, finding: ConflictOfInterest) -> str:
    stance, bearing = finding.stance, finding.bearing
    factors = [f"stance {factor(abs(wording.sign(stance)))}"]
    if stance.confidence is not None:
        factors.append(f"confidence {factor(stance.confidence)}")
    if bearing is not None:
        factors.append(f"bearing {factor(abs(wording.sign(bearing)) * bearing.certainty)}")
    factors.append(f"interest {factor(abs(finding.interest_path.interest))}")
    return f"strength {finding.strength:.2f} = {' × '.join(factors)}"
