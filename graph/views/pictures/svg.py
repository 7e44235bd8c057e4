"""A picture as SVG that needs nothing else: on light and dark pages, with its words for those who cannot see it."""

from __future__ import annotations

import math

from cuibono.graph.views.markup import Markup, tag
from cuibono.graph.views.pictures.scene import (
    LINE_HEIGHT,
    RADIUS,
    Line,
    Node,
    Scene,
    box_of,
    control_of,
    text_of,
)
from cuibono.graph.views.plots.style import THEMES, Theme

__all__ = ["svg_of"]

_STROKES = {"stance": "6 4", "interest": "none", "other": "1.5 4"}
"""How lines are told apart without colour: dashed, whole, dotted."""

_SHARED = """
svg.cuibono-picture{font-family:system-ui,'DejaVu Sans',sans-serif;font-size:12px;background:var(--paper);
 max-width:100%;height:auto}
.cuibono-picture text{fill:var(--ink);stroke:var(--paper);stroke-width:3px;paint-order:stroke;stroke-linejoin:round}
.cuibono-picture .line text{font-size:11px;stroke-width:6px}
.cuibono-picture .line path{fill:none;stroke-width:1.8}
.cuibono-picture .plus path{stroke:var(--gain)}.cuibono-picture .plus polygon{fill:var(--gain)}
.cuibono-picture .minus path{stroke:var(--loss)}.cuibono-picture .minus polygon{fill:var(--loss)}
.cuibono-picture .none path{stroke:var(--quiet)}.cuibono-picture .none polygon{fill:var(--quiet)}
.cuibono-picture .node .shape{fill:var(--paper);stroke:var(--ink);stroke-width:1.6}
.cuibono-picture .claim .shape{stroke:var(--quiet);stroke-width:1}
.cuibono-picture .node:focus{outline:none}
.cuibono-picture .node:focus .shape,.cuibono-picture .chosen .shape{stroke-width:3.2}
.cuibono-picture .far{opacity:.18}
"""


def svg_of(scene: Scene, theme: str = "auto") -> str:
    """Return a scene as an SVG document.

    Parameters
    ----------
    theme : {"auto", "light", "dark"}
        As the page it stands on, or always one.
    """
    sheet = (f"{number:g}" for number in (0, 0, scene.width, scene.height))
    return tag(
        "svg",
        tag("title", f"A graph of {len(scene.nodes)} things"),
        tag("desc", scene.description),
        tag("style", Markup(_colours(theme) + _SHARED)),
        tag("g", *(_line(scene, number, line) for number, line in enumerate(scene.lines))),
        tag("g", *(_node(number, node) for number, node in enumerate(scene.nodes))),
        tag("g", *(_words(number, line) for number, line in enumerate(scene.lines))),
        xmlns="http://www.w3.org/2000/svg",
        class_="cuibono-picture",
        role="img",
        viewBox=" ".join(sheet),
        width=f"{scene.width:g}",
        height=f"{scene.height:g}",
    )


def _colours(theme: str) -> str:
    if theme != "auto":
        return f"svg.cuibono-picture{{{_variables(THEMES[theme])}}}"
    light, dark = _variables(THEMES["light"]), _variables(THEMES["dark"])
    # JupyterLab and VS Code say on the page's body whether they are dark, whatever the system is.
    of_pages = "[data-jp-theme-light=false] svg.cuibono-picture,.vscode-dark svg.cuibono-picture"
    to_light = "[data-jp-theme-light=true] svg.cuibono-picture,.vscode-light svg.cuibono-picture"
    return (
        f"svg.cuibono-picture{{{light}}}@media(prefers-color-scheme:dark){{svg.cuibono-picture{{{dark}}}}}"
        f"{of_pages}{{{dark}}}{to_light}{{{light}}}"
    )


def _variables(theme: Theme) -> str:
    names = ("paper", "ink", "quiet", "gain", "loss")
    return "".join(f"--{name}:{getattr(theme, name)};" for name in names)


# ── nodes ──────────────────────────────────────────────────────────────────────────────────────────────


def _node(number: int, node: Node) -> Markup:
    first = node.y + RADIUS + 15 if node.kind != "claim" else node.y - (len(node.lines) - 1) * LINE_HEIGHT / 2 + 4
    words = (
        tag("text", line, x=f"{node.x:g}", y=f"{first + LINE_HEIGHT * place:g}", text_anchor="middle")
        for place, line in enumerate(node.lines)
    )
    return tag(
        "g",
        tag("title", f"{node.label} ({node.kind})"),
        _shape(node),
        *words,
        class_=f"node {node.kind}",
        id=f"n{number}",
        tabindex="0",
        role="button",
    )


def _shape(node: Node) -> Markup:
    """Return a circle for people, a square for organizations, a sheet for claims and a diamond for all else."""
    x, y, r = node.x, node.y, RADIUS
    if node.kind == "person":
        return tag("circle", class_="shape", cx=f"{x:g}", cy=f"{y:g}", r=f"{r:g}")
    if node.kind == "claim":
        left, top, right, bottom = box_of(node)
        size = {"x": f"{left:g}", "y": f"{top:g}", "width": f"{right - left:g}", "height": f"{bottom - top:g}"}
        return tag("rect", class_="shape", rx="4", **size)
    if node.kind == "organization":
        size = {"x": f"{x - r:g}", "y": f"{y - r:g}", "width": f"{2 * r:g}", "height": f"{2 * r:g}"}
        return tag("rect", class_="shape", rx="2", **size)
    corners = ((x, y - r), (x + r, y), (x, y + r), (x - r, y))
    return tag("polygon", class_="shape", points=" ".join(f"{a:g},{b:g}" for a, b in corners))


# ── lines ──────────────────────────────────────────────────────────────────────────────────────────────


def _line(scene: Scene, number: int, line: Line) -> Markup:
    start, end = scene.nodes[line.start], scene.nodes[line.end]
    control = control_of(start, end, line.bend)
    (tail, from_tail), (head, from_head) = ends_of(start, end, control)
    curve = f"M{tail[0]:.1f} {tail[1]:.1f}Q{control[0]:.1f} {control[1]:.1f} {head[0]:.1f} {head[1]:.1f}"
    tips = [_tip(head, from_head)] + ([_tip(tail, from_tail)] if line.points == "both" else [])
    sign = "plus" if line.sign > 0 else "minus" if line.sign < 0 else "none"
    said = f"{start.label} {line.label} {end.label}"
    return tag(
        "g",
        tag("title", said),
        tag("path", d=curve, stroke_dasharray=_STROKES[line.way]),
        *tips,
        class_=f"line {line.way} {sign}",
        id=f"l{number}",
        **{"data-start": str(line.start), "data-end": str(line.end)},
    )


def _words(number: int, line: Line) -> Markup:
    if line.at is None:
        return Markup("")
    words = tag("text", text_of(line), x=f"{line.at[0]:g}", y=f"{line.at[1] + 4:g}", text_anchor="middle")
    return tag("g", words, class_="line", **{"data-line": str(number)})


Point = tuple[float, float]


def ends_of(start: Node, end: Node, control: Point) -> tuple[tuple[Point, Point], tuple[Point, Point]]:
    """Return where a line leaves one node and meets the other, each with a point that it comes from there."""
    to_start = (start.x + control[0]) / 2, (start.y + control[1]) / 2
    to_end = (end.x + control[0]) / 2, (end.y + control[1]) / 2
    return (_edge_of(start, to_end), to_end), (_edge_of(end, to_start), to_start)


def _edge_of(node: Node, toward: Point) -> Point:
    dx, dy = toward[0] - node.x, toward[1] - node.y
    length = math.hypot(dx, dy) or 1.0
    reach = RADIUS + 3
    if node.kind == "claim":
        left, top, right, bottom = box_of(node)
        across, down = (right - left) / 2 / (abs(dx) or 1e-9), (bottom - top) / 2 / (abs(dy) or 1e-9)
        reach = min(across, down) * length + 2
    return node.x + dx / length * reach, node.y + dy / length * reach


def _tip(at: tuple[float, float], toward: tuple[float, float]) -> Markup:
    return tag("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in tip_of(at, toward)))


def tip_of(at: tuple[float, float], toward: tuple[float, float], size: float = 8.0) -> tuple[tuple[float, float], ...]:
    """Return the corners of an arrow head at a point, on a line that comes from another."""
    angle = math.atan2(at[1] - toward[1], at[0] - toward[0])
    wings = ((at[0] - size * math.cos(angle + turn), at[1] - size * math.sin(angle + turn)) for turn in (0.42, -0.42))
    return (at, *wings)
