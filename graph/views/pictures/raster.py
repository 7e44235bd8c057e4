"""A picture as PNG or PDF, drawn with matplotlib as the SVG is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cuibono.graph.views.pictures.scene import LINE_HEIGHT, RADIUS, Line, Node, Scene, box_of, control_of, text_of
from cuibono.graph.views.pictures.svg import ends_of, tip_of
from cuibono.graph.views.plots.style import Plot, Theme, drawing, theme_called

__all__ = ["write_raster"]

_DOTS = 96
_NAMES = 8.6
_STROKES: dict[str, Any] = {"stance": (0, (4, 2.6)), "interest": "-", "other": (0, (1, 2.6))}


def write_raster(scene: Scene, path: str | Path, theme: str, dpi: int) -> None:
    """Write a scene in any format that matplotlib writes.

    Raises
    ------
    MissingExtra
        If matplotlib is not installed.
    InvalidArgument
        If it cannot be written.
    """
    colours, size = theme_called(theme), (scene.width / _DOTS, scene.height / _DOTS)
    with drawing(colours, size, None, (0, 0, 0, 0)) as axes:
        axes.set_xlim(0, scene.width)
        axes.set_ylim(scene.height, 0)
        axes.axis("off")
        for line in scene.lines:
            _line(axes, scene, line, colours)
        for node in scene.nodes:
            _node(axes, node, colours)
        for line in scene.lines:
            if line.at is not None:
                _text(axes, line.at[0], line.at[1], text_of(line), 7.8, colours)
        Plot(axes, scene.description).save(path, dpi=dpi)


def _text(axes: Any, x: float, y: float, text: str, size: float, colours: Theme) -> None:
    from matplotlib.patheffects import withStroke

    halo = withStroke(linewidth=4.5 if size < _NAMES else 2.5, foreground=colours.paper)
    axes.text(x, y, text, ha="center", va="center", fontsize=size, color=colours.ink, path_effects=[halo])


def _node(axes: Any, node: Node, colours: Theme) -> None:
    from matplotlib.patches import Circle, FancyBboxPatch, Polygon, Rectangle

    x, y, r = node.x, node.y, RADIUS
    look: dict[str, Any] = {"fc": colours.paper, "ec": colours.ink, "lw": 1.3, "zorder": 3}
    first = y + r + 11
    if node.kind == "claim":
        left, top, right, bottom = box_of(node)
        look |= {"ec": colours.quiet, "lw": 0.9}
        shape: Any = FancyBboxPatch((left, top), right - left, bottom - top, "round,pad=0,rounding_size=4", **look)
        first = y - (len(node.lines) - 1) * LINE_HEIGHT / 2
    elif node.kind == "person":
        shape = Circle((x, y), r, **look)
    elif node.kind == "organization":
        shape = Rectangle((x - r, y - r), 2 * r, 2 * r, **look)
    else:
        shape = Polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], **look)
    axes.add_patch(shape)
    for place, words in enumerate(node.lines):
        _text(axes, x, first + place * LINE_HEIGHT, words, _NAMES, colours)


def _line(axes: Any, scene: Scene, line: Line, colours: Theme) -> None:
    from matplotlib.patches import PathPatch, Polygon
    from matplotlib.path import Path as Outline

    start, end = scene.nodes[line.start], scene.nodes[line.end]
    control = control_of(start, end, line.bend)
    (tail, from_tail), (head, from_head) = ends_of(start, end, control)
    colour = colours.gain if line.sign > 0 else colours.loss if line.sign < 0 else colours.quiet
    curve = Outline([tail, control, head], [Outline.MOVETO, Outline.CURVE3, Outline.CURVE3])
    axes.add_patch(PathPatch(curve, fc="none", ec=colour, lw=1.4, ls=_STROKES[line.way], zorder=1))
    for at, toward in ((head, from_head), (tail, from_tail)) if line.points == "both" else ((head, from_head),):
        axes.add_patch(Polygon(tip_of(at, toward), fc=colour, ec=colour, lw=0, zorder=2))
