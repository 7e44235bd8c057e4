"""The strongest conflicts of interest, as bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cuibono.graph.interest.findings import ConflictOfInterest
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.plots.style import ALIGNMENTS, Plot, ThemeName, drawing, letters_in, line_height, theme_called, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["conflict_ranking"]


def conflict_ranking(
    snapshot: Snapshot,
    conflicts: Sequence[ConflictOfInterest],
    *,
    top: int = 10,
    width: float = 7.0,
    theme: ThemeName = "light",
    ax: Axes | None = None,
) -> Plot:
    """Draw the strongest conflicts of interest as bars; colour, hatching and a word tell the alignments apart.

    Parameters
    ----------
    conflicts : sequence
        The strongest first.
    top : int
        How many to draw.
    width : float
        Of the figure, in inches; what is written takes as many lines as it needs.
    theme : {"light", "dark"}
    ax : Axes, optional
        Where to draw; a new figure unless given.
    """
    colours, shown = theme_called(theme), list(conflicts[:top])
    texts = [_texts(snapshot, conflict, letters_in(width - 0.3)) for conflict in shown]
    heights = [(head.count("\n") + what.count("\n") + 2) * line_height() + 0.34 for head, what in texts]
    with drawing(colours, (width, sum(heights) + 0.6), ax, (0.14, 0.12, 0.5, 0.1)) as axes:
        place = 0.0
        for conflict, (head, what), height in zip(shown, texts, heights, strict=True):
            word, colour, hatch = ALIGNMENTS[conflict.alignment]
            axes.text(0, place, head, va="top", weight="bold", color=colours.ink)
            axes.text(0, place + (head.count("\n") + 1) * line_height(), what, va="top", color=colours.quiet)
            bar = place + height - 0.22
            axes.barh(
                bar, conflict.strength, height=0.15, color=getattr(colours, colour), hatch=hatch, edgecolor=colours.paper, lw=0
            )
            axes.text(conflict.strength, bar, f"  {conflict.strength:.2f} {word}", va="center", color=colours.ink)
            place += height
        # The longest bar leaves room for what is written at its end.
        strongest = max((conflict.strength for conflict in shown), default=1.0)
        axes.set_xlim(0, strongest * (width - 0.24) / max(width - 1.9, 0.5))
        axes.set_ylim(max(place, 0.3), 0)
        axes.set_yticks([])
        axes.set_xticks([tick / 5 for tick in range(6) if tick / 5 <= strongest + 0.1])
        axes.set_xlabel("strength of the conflict of interest", loc="left")
        axes.spines[["top", "right", "left"]].set_visible(False)
        if not shown:
            axes.text(0.5, 0.5, "no conflicts of interest", transform=axes.transAxes, ha="center", va="center")
        return Plot(axes, f"Conflicts of interest by strength: {'; '.join(_in_words(snapshot, shown)) or 'none'}")


def _texts(snapshot: Snapshot, conflict: ConflictOfInterest, letters: int) -> tuple[str, str]:
    verb = snapshot.relation(conflict.stance).label
    what = f"“{snapshot.label(conflict.claim)}”" if conflict.claim else snapshot.label(conflict.target)
    head = f"{snapshot.label(conflict.actor)} → {snapshot.label(conflict.target)}"
    return wrapped(head, int(letters * 0.9), 2), wrapped(f"{verb} {what}", letters, 2)


def _in_words(snapshot: Snapshot, conflicts: Sequence[ConflictOfInterest]) -> Iterator[str]:
    for conflict in conflicts:
        ends = f"{snapshot.label(conflict.actor)} on {snapshot.label(conflict.target)}"
        yield f"{ends}, {ALIGNMENTS[conflict.alignment][0]}, {conflict.strength:.2f}"
