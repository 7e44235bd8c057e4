"""What the explorer wants placed: how many nodes, which of them are joined, and where some stand already."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from cuibono.graph.errors import InvalidArgument

__all__ = ["MAXIMUM_EDGES", "MAXIMUM_GROUPED", "MAXIMUM_NODES", "Picture"]

MAXIMUM_NODES = 1_000
"""That are placed, which takes time that grows with the square of their number."""
MAXIMUM_GROUPED = 2_000
MAXIMUM_EDGES = 5_000
_LARGEST = 20


@dataclass(frozen=True, slots=True)
class Picture:
    """Nodes, numbered from 0, the first in the middle.

    Attributes
    ----------
    nodes : int
        How many.
    edges : tuple of (int, int)
        Which of them are joined.
    fixed : tuple of (int, float, float)
        Nodes that stay where they are.
    sizes : tuple of (float, float)
        How wide and how high each node is with its name, or none.
    """

    nodes: int
    edges: tuple[tuple[int, int], ...]
    fixed: tuple[tuple[int, float, float], ...]
    sizes: tuple[tuple[float, float], ...] = ()

    @classmethod
    def read(cls, parameters: object, most: int = MAXIMUM_NODES) -> Picture:
        """Return the picture in the parameters of a request, as JSON has them; of at most so many nodes.

        Raises
        ------
        InvalidArgument
            If anything about it is wrong.

        Examples
        --------
        >>> Picture.read({"nodes": 2, "edges": [[0, 1]]})
        Picture(nodes=2, edges=((0, 1),), fixed=(), sizes=())
        """
        if not isinstance(parameters, dict):
            raise InvalidArgument("body", "must be one JSON object")
        nodes = parameters.get("nodes")
        if not isinstance(nodes, int) or isinstance(nodes, bool) or not 1 <= nodes <= most:
            raise InvalidArgument("nodes", f"must be a number of nodes, 1 to {most:,}")
        edges = tuple(_edge(value, nodes) for value in _listed(parameters, "edges", MAXIMUM_EDGES))
        fixed = tuple(_place(value, nodes) for value in _listed(parameters, "fixed", MAXIMUM_NODES))
        sizes = tuple(_size(value) for value in _listed(parameters, "sizes", MAXIMUM_NODES))
        if len(sizes) not in (0, nodes):
            raise InvalidArgument("sizes", f"must be one for each of the {nodes} nodes, or none at all")
        return cls(nodes, edges, fixed, sizes)


def _listed(parameters: dict[str, Any], name: str, most: int) -> list[Any]:
    value = parameters.get(name, [])
    if not isinstance(value, list) or len(value) > most:
        raise InvalidArgument(name, f"must be a list of at most {most:,}")
    return value


def _edge(value: object, nodes: int) -> tuple[int, int]:
    match value:
        case [int(start), int(end)] if 0 <= start < nodes and 0 <= end < nodes:
            return int(start), int(end)
    raise InvalidArgument("edges", f"each must be two numbers of nodes, 0 to {nodes - 1}")


def _place(value: object, nodes: int) -> tuple[int, float, float]:
    match value:
        case [int(node), int() | float() as x, int() | float() as y] if 0 <= node < nodes and _finite(x) and _finite(y):
            return int(node), float(x), float(y)
    raise InvalidArgument("fixed", f"each must be the number of a node, 0 to {nodes - 1}, and two coordinates")


def _size(value: object) -> tuple[float, float]:
    match value:
        case [int() | float() as width, int() | float() as height] if 0 < width <= _LARGEST and 0 < height <= _LARGEST:
            return float(width), float(height)
    raise InvalidArgument("sizes", f"each must be a width and a height, above 0 and up to {_LARGEST}")


def _finite(value: float) -> bool:
    return math.isfinite(value) and abs(value) < 1e6
