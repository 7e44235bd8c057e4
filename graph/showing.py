"""How things show themselves in a notebook: each asks whoever knows how to draw it.

Records know nothing of the graph that they are of, and names and quotes stand there. So open graphs are remembered, weakly,
and a record is shown with what the latest of them that has it knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakSet

__all__ = ["Shown", "draws", "graphs", "remember"]

_drawers: dict[type, Callable[[Any], str | None]] = {}
_graphs: WeakSet[Any] = WeakSet()
_order: dict[int, int] = {}


class Shown:
    """Something that shows itself as HTML where a front end can, as IPython and Jupyter ask for it."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        for kind in type(self).__mro__:
            if kind in _drawers:
                return _drawers[kind](self)
        return None


def draws(kind: type, draw: Callable[[Any], str | None]) -> None:
    """Say what gives the HTML of things of a kind; None where there is nothing to show beside the text."""
    _drawers[kind] = draw


def remember(graph: Any) -> None:
    """Take note of a graph, for as long as anybody else holds it."""
    _order[id(graph)] = len(_order)
    _graphs.add(graph)


def graphs() -> list[Any]:
    """Return the graphs that are held by anybody, the latest first."""
    return sorted(_graphs, key=lambda graph: -_order[id(graph)])
