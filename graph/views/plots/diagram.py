"""One conflict of interest as a diagram: what somebody says on one side, what they stand to gain on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cuibono.graph.interest.findings import ConflictOfInterest, Path
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.plots.style import (
    ALIGNMENTS,
    Plot,
    Theme,
    ThemeName,
    drawing,
    letters_in,
    line_height,
    theme_called,
    wrapped,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["interest_diagram"]

_LINK = 0.82
"""The height of an arrow with what is written beside it, in inches."""


@dataclass(frozen=True, slots=True)
class _Link:
    """One arrow: what is written beside it, its sign, and which way it points."""

    text: str
    sign: float
    points: str


@dataclass(frozen=True, slots=True)
class _Way:
    """One way from actor to target: its title, its style, its arrows, and what stands between them."""

    title: str
    style: str
    links: tuple[_Link, ...]
    stops: tuple[str, ...]


def interest_diagram(
    snapshot: Snapshot,
    conflict: ConflictOfInterest,
    *,
    width: float = 5.0,
    theme: ThemeName = "light",
    ax: Axes | None = None,
) -> Plot:
    """Draw a conflict of interest: the actor above, the target below, and between them the ways that join them.

    What the actor says is dashed, the interest solid, an interest of the other sign dotted; each arrow has its sign
    written beside it, and points as its statement does.

    Parameters
    ----------
    conflict : ConflictOfInterest
    width : float
        Of the figure, in inches.
    theme : {"light", "dark"}
    ax : Axes, optional
        Where to draw; a new figure unless given.
    """
    colours, ways = theme_called(theme), _ways(snapshot, conflict)
    column = (width - 0.2) / len(ways)
    inside = letters_in(column - 0.35)
    stops = [[wrapped(stop, inside, 4) for stop in way.stops] for way in ways]
    needed = [len(way.links) * _LINK + sum(map(_box_height, texts)) for way, texts in zip(ways, stops, strict=True)]
    word = ALIGNMENTS[conflict.alignment][0]
    foot = wrapped(f"{word}, strength {conflict.strength:.2f}", letters_in(width - 0.3), 2)
    actor = wrapped(snapshot.label(conflict.actor), letters_in(width - 0.6), 2)
    target = wrapped(snapshot.label(conflict.target), letters_in(width - 0.6), 2)
    titles = [wrapped(way.title, inside, 2) for way in ways]
    head = max(title.count("\n") + 1 for title in titles) * line_height() + 0.12
    top, bottom = _box_height(actor) + 0.05, _box_height(target) + 0.05
    middle = max(needed) + head
    height = top + middle + bottom + (foot.count("\n") + 1) * line_height() + 0.3
    with drawing(colours, (width, height), ax, (0, 0, 0, 0)) as axes:
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        axes.axis("off")
        _box(axes, width / 2, 0.05 + _box_height(actor) / 2, width - 0.2, actor, colours, bold=True)
        _box(axes, width / 2, top + middle + _box_height(target) / 2, width - 0.2, target, colours, bold=True)
        for number, (way, texts, title) in enumerate(zip(ways, stops, titles, strict=True)):
            x = 0.1 + column * (number + 0.5)
            axes.text(x, top + 0.07, title, ha="center", va="top", color=colours.quiet, style="italic")
            _draw_way(axes, way, texts, x, (top + head, top + middle), column - 0.2, colours)
        foot_y = height - 0.12
        axes.text(width / 2, foot_y, foot, ha="center", va="bottom", color=colours.ink, weight="bold")
        return Plot(axes, f"{conflict.explanation} {foot}".replace("\n", " "))


def _ways(snapshot: Snapshot, conflict: ConflictOfInterest) -> list[_Way]:
    stance = _link(snapshot, conflict.stance, snapshot.relation(conflict.stance).stance or 0.0)
    links: tuple[_Link, ...] = (stance,)
    stops: tuple[str, ...] = ()
    if conflict.bearing is not None and conflict.claim is not None:
        sign = snapshot.relation(conflict.bearing).bearing or 0.0
        links, stops = (stance, _link(snapshot, conflict.bearing, sign)), (f"“{snapshot.label(conflict.claim)}”",)
    ways = [_Way("what is said", "--", links, stops), _interest(snapshot, "what is at stake", "-", conflict.interest_path)]
    if conflict.opposing_path is not None:
        ways.append(_interest(snapshot, "what speaks against it", ":", conflict.opposing_path))
    return ways


def _interest(snapshot: Snapshot, title: str, style: str, path: Path) -> _Way:
    if not path.hops:
        return _Way(title, style, (_Link("speaks of itself", 1.0, "both"),), ())
    links = []
    for hop in path.hops:
        symmetric = snapshot.relation(hop.statement).symmetric
        points = "both" if symmetric else "down" if hop.source == hop.statement.subject else "up"
        links.append(_link(snapshot, hop.statement, hop.weight or 0.0, points))
    return _Way(title, style, tuple(links), tuple(snapshot.label(hop.target) for hop in path.hops[:-1]))


def _link(snapshot: Snapshot, statement: Statement, sign: float, points: str = "down") -> _Link:
    return _Link(snapshot.relation(statement).label, sign, points)


def _box_height(text: str) -> float:
    return (text.count("\n") + 1) * line_height() + 0.16


def _box(axes: Axes, x: float, y: float, width: float, text: str, colours: Theme, *, bold: bool = False) -> None:
    from matplotlib.patches import FancyBboxPatch

    height = _box_height(text)
    corner = (x - width / 2 + 0.06, y - height / 2 + 0.06)
    shape = f"round,pad=0.06,rounding_size={0.09}"
    axes.add_patch(
        FancyBboxPatch(
            corner, width - 0.12, height - 0.12, shape, fc=colours.paper, ec=colours.ink if bold else colours.quiet, lw=1.1
        )
    )
    axes.text(x, y, text, ha="center", va="center", color=colours.ink, weight="bold" if bold else "normal")


def _draw_way(
    axes: Axes, way: _Way, texts: Sequence[str], x: float, span: tuple[float, float], width: float, colours: Theme
) -> None:
    boxes = sum(map(_box_height, texts))
    length = (span[1] - span[0] - boxes) / len(way.links)
    y = span[0]
    for number, link in enumerate(way.links):
        colour = colours.gain if link.sign > 0 else colours.loss if link.sign < 0 else colours.quiet
        arrows = {"down": "-|>", "up": "<|-", "both": "<|-|>"}[link.points]
        axes.annotate(
            "",
            xy=(x, y + length - 0.04),
            xytext=(x, y + 0.04),
            arrowprops={
                "arrowstyle": f"{arrows},head_width=0.22,head_length=0.45",
                "lw": 1.8,
                "ls": way.style,
                "color": colour,
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
        sign = f"{link.sign:+.2g}".replace("-", "−")
        label = wrapped(link.text, letters_in(width / 2 + 0.1), 2)
        axes.text(x + 0.1, y + length / 2, f"{label}\n{sign}", ha="left", va="center", color=colours.ink)
        y += length
        if number < len(texts):
            height = _box_height(texts[number])
            _box(axes, x, y + height / 2, width, texts[number], colours)
            y += height
