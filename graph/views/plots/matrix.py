"""Who stands where on what: a matrix of actors and of the claims and entities that they take a stand on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cuibono.graph.interest.findings import ConflictOfInterest
from cuibono.graph.interest.positions import stances
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.plots.style import Plot, Theme, ThemeName, drawing, letters_in, line_height, theme_called, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["stance_matrix"]

_NARROW = 5.0

Sides = dict[tuple[str, str], set[int]]


def stance_matrix(
    snapshot: Snapshot,
    conflicts: Sequence[ConflictOfInterest] = (),
    *,
    actors: Collection[str] | None = None,
    targets: Collection[str] | None = None,
    most: int = 12,
    width: float = 7.0,
    theme: ThemeName = "light",
    ax: Axes | None = None,
) -> Plot:
    """Draw who stands for or against what: a filled triangle up for, a hollow one down against, both for both.

    A ring stands around the stances that are conflicts of interest.

    Parameters
    ----------
    conflicts : sequence
        Those to be ringed.
    actors, targets : collection of str, optional
        IRIs; those with the most stances unless given.
    most : int
        How many actors, and how many targets, at most.
    width : float
        Of the figure, in inches.
    theme : {"light", "dark"}
    ax : Axes, optional
        Where to draw; a new figure unless given.
    """
    colours, sides = theme_called(theme), _sides(snapshot)
    sides = {
        key: signs
        for key, signs in sides.items()
        if (actors is None or key[0] in actors) and (targets is None or key[1] in targets)
    }
    columns = _commonest((actor for actor, _ in sides), most)
    rows = _commonest((target for actor, target in sides if actor in columns), most)
    upright = width < _NARROW
    # What the columns need is theirs, so that the names of rows get the rest.
    left = max(0.9, min(width * 0.55, width - 0.27 * len(columns) - 0.15))
    names = [wrapped(snapshot.label(row), letters_in(left - 0.15), 3) for row in rows]
    heights = [max(1.6, name.count("\n") + 1) * line_height() + 0.1 for name in names]
    heads = [wrapped(snapshot.label(column), 24, 1) for column in columns]
    longest = max(map(len, heads), default=0) * 0.078
    margins = (left, 0.08, 0.4, longest + 0.15) if upright else (left, 0.75 * longest + 0.05, 0.4, 0.7 * longest + 0.35)
    ringed = {(conflict.actor, conflict.claim or conflict.target) for conflict in conflicts}
    with drawing(colours, (width, sum(heights) + margins[2] + margins[3]), ax, margins) as axes:
        middles, place = [], 0.0
        for height in heights:
            middles.append(place + height / 2)
            axes.axhline(place, color=colours.faint, lw=0.6, zorder=0)
            place += height
        axes.axhline(place, color=colours.faint, lw=0.6, zorder=0)
        for (actor, target), signs in sides.items():
            if actor in columns and target in rows:
                x, y = columns.index(actor), middles[rows.index(target)]
                _mark(axes, x, y, signs, colours)
                if (actor, target) in ringed:
                    axes.plot(x, y, "o", ms=17, mfc="none", mec=colours.ink, mew=1.1, zorder=2)
        slant: Any = {"rotation": 90, "ha": "left"} if upright else {"rotation": 40, "ha": "left"}
        axes.set_xticks(range(len(columns)), heads, rotation_mode="anchor", va="center" if upright else "baseline", **slant)
        axes.tick_params(axis="both", length=0, labeltop=True, labelbottom=False)
        axes.tick_params(axis="x", colors=colours.ink)
        axes.set_yticks(middles, names)
        axes.set_xlim(-0.6, max(len(columns) - 0.4, 0.6))
        axes.set_ylim(max(place, 0.3), 0)
        axes.spines[:].set_visible(False)
        _legend(axes, colours, ringed=bool(ringed))
        return Plot(axes, f"Who stands where: {'; '.join(_in_words(snapshot, sides, columns, rows)) or 'nobody'}")


def _sides(snapshot: Snapshot) -> Sides:
    """Return the signs of everybody's latest stances, by actor and by what they are on."""
    found: Sides = {}
    for target, position in stances(snapshot):
        if target not in snapshot.statements:
            found.setdefault((position.actor, target), set()).add(1 if position.sign > 0 else -1)
    return found


def _commonest(items: Iterable[str], most: int) -> list[str]:
    counts = Counter(items)
    return sorted(counts, key=lambda item: (-counts[item], item))[:most]


def _mark(axes: Axes, x: float, y: float, signs: set[int], colours: Theme) -> None:
    for sign in signs:
        shift = 0.13 * sign if len(signs) > 1 else 0
        marker, colour = ("^", colours.gain) if sign > 0 else ("v", colours.loss)
        axes.plot(x + shift, y, marker, ms=8, mfc=colour if sign > 0 else "none", mec=colour, mew=1.6, zorder=3)


def _legend(axes: Axes, colours: Theme, *, ringed: bool) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], ls="", marker="^", ms=8, mfc=colours.gain, mec=colours.gain, label="for"),
        Line2D([], [], ls="", marker="v", ms=8, mfc="none", mec=colours.loss, mew=1.6, label="against"),
    ]
    if ringed:
        handles.append(Line2D([], [], ls="", marker="o", ms=12, mfc="none", mec=colours.ink, label="conflict of interest"))
    axes.legend(
        handles=handles,
        loc="lower right",
        bbox_to_anchor=(1, 0),
        bbox_transform=axes.figure.transFigure,
        ncols=3,
        frameon=False,
        labelcolor=colours.ink,
        borderpad=0.3,
        columnspacing=1,
        handletextpad=0.2,
    )


def _in_words(snapshot: Snapshot, sides: Sides, columns: list[str], rows: list[str]) -> Iterator[str]:
    for (actor, target), signs in sorted(sides.items()):
        if actor in columns and target in rows:
            word = "for and against" if len(signs) > 1 else "for" if 1 in signs else "against"
            yield f"{snapshot.label(actor)} {word} {snapshot.label(target)}"
