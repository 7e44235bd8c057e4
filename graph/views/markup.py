"""HTML for notebooks, put together of parts that escape what they are given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from cuibono.graph.views.attributes import printed

__all__ = ["Markup", "block", "isolated", "joined", "quoted", "table", "tag"]


class Markup(str):
    """HTML that is ready; any other text is escaped where it is put into some."""

    __slots__ = ()


_STYLE = """
.cuibono{font-size:.95em;line-height:1.4;max-width:60rem}
.cuibono table{border-collapse:collapse;margin:.4em 0}
.cuibono caption{text-align:left;font-weight:600;padding:.2em 0}
.cuibono th,.cuibono td{text-align:left;vertical-align:top;padding:.2em .7em .2em 0;border:0;
 border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent);white-space:normal}
.cuibono tbody th{font-weight:500}
.cuibono .beside{display:flex;flex-wrap:wrap;gap:0 3em;align-items:flex-start}
.cuibono tr{background:none}
.cuibono td.number{text-align:right;font-variant-numeric:tabular-nums}
.cuibono .quiet{opacity:.75}
.cuibono q mark{background:color-mix(in srgb,#e69f00 25%,transparent);color:inherit}
.cuibono .iri{font-size:.85em;overflow-wrap:anywhere}
"""


_NAMES = {"class_": "class", "text_anchor": "text-anchor", "stroke_dasharray": "stroke-dasharray"}
"""Attributes whose names are none in Python."""


def tag(name: str, *children: object, **attributes: str) -> Markup:
    """Return an element; what is no `Markup` is escaped."""
    written = "".join(f' {_NAMES.get(key, key)}="{escape(printed(value))}"' for key, value in attributes.items())
    return Markup(f"<{name}{written}>{joined(children)}</{name}>")


def joined(children: Iterable[object], separator: str = "") -> Markup:
    """Return parts one after the other."""
    return Markup(separator.join(child if isinstance(child, Markup) else escape(printed(str(child))) for child in children))


def isolated(text: str) -> Markup:
    """Return a text of whoever wrote it, in its own direction of writing, so that it cannot turn what stands around it."""
    return tag("bdi", text)


def quoted(prefix: str, exact: str, suffix: str) -> Markup:
    """Return a quote, marked in what stands around it."""
    before = tag("span", f"…{prefix}" if prefix else "", class_="quiet")
    after = tag("span", f"{suffix}…" if suffix else "", class_="quiet")
    return tag("q", before, tag("mark", isolated(exact)), after)


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Return a table with a caption, its first column heads of rows; numbers stand to the right."""
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    body = [tag("tr", tag("th", row[0], scope="row"), *map(_cell, row[1:])) for row in rows]
    return tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body))


def _cell(value: object) -> Markup:
    if isinstance(value, float):
        return tag("td", f"{value:+.2f}" if value < 0 else f"{value:.2f}", class_="number")
    if isinstance(value, int):
        return tag("td", f"{value:,}", class_="number")
    return tag("td", "" if value is None else value)


def block(*children: object) -> str:
    """Return parts as one piece of HTML that brings its style, for light and dark pages."""
    return tag("div", tag("style", Markup(_STYLE)), *children, class_="cuibono")
