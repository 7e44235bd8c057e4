"""What a picture shows and where: nodes in their places, a line for what two of them share, no label on another."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from cuibono.graph.interest.signs import relation_weights
from cuibono.graph.model import Claim, Entity, Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.layout import layout
from cuibono.schema.namespaces import CB
from cuibono.schema.vocabulary import AGENT

__all__ = ["Line", "Node", "Scene", "scene_of"]

LETTER, LINE_HEIGHT, RADIUS = 6.4, 15.0, 11.0
"""The width of a letter, the height of a line of text and half the size of a node, in pixels."""

_UNIT = (185.0, 135.0)
"""How far apart joined nodes stand, across and down."""

_LONG = 190.0
"""How long most lines are at most, in pixels."""

_ROOM = 14.0
"""What is left free between names, in pixels."""

_ROUNDS = 300
_PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.28, 0.72)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """An entity or a claim.

    Attributes
    ----------
    kind : str
        ``person``, ``organization``, ``claim`` or ``thing``; each has a shape of its own.
    lines : tuple of str
        Its name, in lines.
    """

    iri: str
    label: str
    kind: str
    lines: tuple[str, ...]
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """What two nodes share in one way.

    Attributes
    ----------
    way : str
        ``stance``, ``interest`` or ``other``; each has a stroke of its own.
    sign : int
        1, -1, or 0 for what has none.
    start, end : int
        Numbers of nodes.
    points : str
        ``end``, ``start`` or ``both``: where the arrows are.
    bend : float
        How far its middle is from the straight line, in pixels.
    at : (float, float) or None
        Where its label stands; None where there is no room for one.
    """

    start: int
    end: int
    way: str
    sign: int
    points: str
    label: str
    statements: tuple[Statement, ...]
    bend: float
    at: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Scene:
    """Nodes and lines on a sheet, in pixels."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    width: float
    height: float

    @property
    def description(self) -> str:
        """What is to be seen, in words."""
        said = (f"{self.nodes[line.start].label} {line.label} {self.nodes[line.end].label}" for line in self.lines)
        return f"{len(self.nodes)} things: {'; '.join(said)}"


def scene_of(snapshot: Snapshot, statements: Iterable[Statement], more: Collection[str] = ()) -> Scene:
    """Return the picture of statements between entities and claims.

    Parameters
    ----------
    statements : iterable
        Others than those between entities and claims are left out.
    more : collection of str
        IRIs of nodes to show though no statement touches them; the first stands in the middle.
    """
    shown = [s for s in statements if all(_is_node(snapshot, end) for end in (s.subject, s.object)) and s.subject != s.object]
    degrees = Counter(end for statement in shown for end in (statement.subject, statement.object))
    center = list(dict.fromkeys(iri for iri in more if _is_node(snapshot, iri)))
    rest = sorted(set(degrees) - set(center), key=lambda iri: (-degrees[iri], iri))
    iris = center + rest
    numbers = {iri: number for number, iri in enumerate(iris)}
    joins: nx.Graph[int] = nx.Graph()
    joins.add_nodes_from(range(len(iris)))
    joins.add_edges_from(sorted((numbers[s.subject], numbers[s.object]) for s in shown))
    parts = []
    for part in sorted(map(sorted, nx.connected_components(joins)), key=lambda part: (-len(part), part)):
        places = zip(part, _laid_out(joins.subgraph(part), part), strict=True)
        parts.append(_placed([(number, _node(snapshot, iris[number], x, y)) for number, (x, y) in places]))
    width, height, nodes = _framed(_packed(parts))
    lines = list(_lines(snapshot, shown, numbers))
    return Scene(tuple(nodes), tuple(_labelled(nodes, lines)), width, height)


def _is_node(snapshot: Snapshot, iri: str) -> bool:
    return iri in snapshot.entities or iri in snapshot.claims


# ── nodes ──────────────────────────────────────────────────────────────────────────────────────────────


def _node(snapshot: Snapshot, iri: str, x: float, y: float) -> Node:
    record = snapshot.node(iri)
    label = snapshot.label(iri)
    if isinstance(record, Claim):
        return Node(iri, label, "claim", tuple(textwrap.wrap(label, 24, max_lines=4, placeholder=" …")) or (iri,), x, y)
    kind = "thing"
    if isinstance(record, Entity):
        ancestors = snapshot.vocabulary.ancestors(record.type)
        kind = "person" if CB + "Person" in ancestors else "organization" if AGENT in ancestors else "thing"
    return Node(iri, label, kind, tuple(textwrap.wrap(label, 18, max_lines=2, placeholder=" …")) or (iri,), x, y)


def box_of(node: Node) -> Box:
    """Return what a node and its name fill: left, top, right, bottom."""
    across = max(map(len, node.lines)) * LETTER / 2 + 5
    if node.kind == "claim":
        down = len(node.lines) * LINE_HEIGHT / 2 + 6
        return node.x - across - 3, node.y - down, node.x + across + 3, node.y + down
    across = max(across, RADIUS + 2)
    return node.x - across, node.y - RADIUS - 3, node.x + across, node.y + RADIUS + 5 + len(node.lines) * LINE_HEIGHT


def _laid_out(part: nx.Graph[int], nodes: Sequence[int]) -> list[tuple[float, float]]:
    """Return places in pixels for the nodes of a part that hangs together, most lines of it about as long as they need to be."""
    place = {node: number for number, node in enumerate(nodes)}
    edges = sorted(tuple(sorted((place[a], place[b]))) for a, b in part.edges())
    found = np.array(layout(len(nodes), [(a, b) for a, b in edges])).reshape(-1, 2) * _UNIT
    if edges:
        # Long arms are drawn in, so that the middle, where most of it is, gets the room.
        reach = np.maximum(np.hypot(*(found - found[0]).T), 1.0)
        found = found[0] + (found - found[0]) * (_LONG / reach[:, None]) ** 0.38
        lengths = np.hypot(*(found[[a for a, _ in edges]] - found[[b for _, b in edges]]).T)
        found *= _LONG / max(float(np.percentile(lengths, 40)), 1.0)
    return [(x, y) for x, y in found.tolist()]


def _placed(numbered: Sequence[tuple[int, Node]]) -> list[tuple[int, Node]]:
    """Return nodes moved until no name stands on another; the way that is shorter is taken."""
    nodes = [node for _, node in numbered]
    boxes = np.array([box_of(node) for node in nodes])
    for _ in range(_ROUNDS):
        wide = np.minimum(boxes[:, None, 2], boxes[None, :, 2]) - np.maximum(boxes[:, None, 0], boxes[None, :, 0]) + _ROOM
        high = np.minimum(boxes[:, None, 3], boxes[None, :, 3]) - np.maximum(boxes[:, None, 1], boxes[None, :, 1]) + _ROOM
        clash = np.triu((wide > 0) & (high > 0), 1)
        if not clash.any():
            break
        for one, other in zip(*np.nonzero(clash), strict=True):
            axis, by = (0, wide[one, other]) if wide[one, other] < high[one, other] else (1, high[one, other])
            first = (boxes[one, axis], one) <= (boxes[other, axis], other)
            shift = by / 2 + 0.5
            for box, way in ((one, -1 if first else 1), (other, 1 if first else -1)):
                boxes[box, [axis, axis + 2]] += way * shift
    moved = boxes[:, :2] - np.array([box_of(node)[:2] for node in nodes])
    return [(number, _moved(node, x, y)) for (number, node), (x, y) in zip(numbered, moved.tolist(), strict=True)]


def _packed(parts: Sequence[Sequence[tuple[int, Node]]]) -> list[Node]:
    """Return the nodes of parts that do not hang together, side by side in rows, in the order of their numbers."""
    found: dict[int, Node] = {}
    widest, x, y, tallest = 0.0, 0.0, 0.0, 0.0
    for part in parts:
        boxes = np.array([box_of(node) for _, node in part])
        (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        widest = max(widest, right - left)
        if x > 0 and x + right - left > widest:
            x, y, tallest = 0.0, y + tallest + 3 * _ROOM, 0.0
        found |= {number: _moved(node, x - left, y - top) for number, node in part}
        x, tallest = x + right - left + 3 * _ROOM, max(tallest, bottom - top)
    return [found[number] for number in sorted(found)]


def _moved(node: Node, x: float, y: float) -> Node:
    return Node(node.iri, node.label, node.kind, node.lines, round(node.x + x, 1), round(node.y + y, 1))


def _framed(nodes: Sequence[Node]) -> tuple[float, float, list[Node]]:
    """Return the size of the sheet, and nodes moved so that it begins at 0."""
    boxes = np.array([box_of(node) for node in nodes]).reshape(-1, 4)
    if not len(boxes):
        return 200.0, 60.0, []
    left, top = boxes[:, :2].min(axis=0) - 14
    right, bottom = boxes[:, 2:].max(axis=0) + 14
    return float(right - left), float(bottom - top), [_moved(node, -left, -top) for node in nodes]


# ── lines ──────────────────────────────────────────────────────────────────────────────────────────────


def _lines(snapshot: Snapshot, statements: Iterable[Statement], numbers: dict[str, int]) -> Iterator[Line]:
    groups: dict[tuple[int, int, str, int], list[Statement]] = {}
    for statement in statements:
        start, end = numbers[statement.subject], numbers[statement.object]
        way, sign = _way(snapshot, statement)
        if snapshot.relation(statement).symmetric and end < start:
            start, end = end, start
        groups.setdefault((start, end, way, sign), []).append(statement)
    between = Counter(frozenset(key[:2]) for key in groups)
    seen: Counter[frozenset[int]] = Counter()
    for (start, end, way, sign), group in sorted(groups.items(), key=lambda item: item[0]):
        pair = frozenset((start, end))
        bend = (seen[pair] - (between[pair] - 1) / 2) * 34
        seen[pair] += 1
        labels = dict.fromkeys(snapshot.relation(statement).label for statement in group)
        points = "both" if all(snapshot.relation(statement).symmetric for statement in group) else "end"
        # A bend is to the left of the way from start to end: that of a line that runs against another is turned.
        yield Line(start, end, way, sign, points, ", ".join(labels), tuple(group), bend if start < end else -bend, None)


def _way(snapshot: Snapshot, statement: Statement) -> tuple[str, int]:
    relation = snapshot.relation(statement)
    if relation.stance or relation.bearing:
        return "stance", 1 if (relation.stance or relation.bearing or 0) > 0 else -1
    weight = max(relation_weights(relation, statement), key=abs)
    return ("interest", 1 if weight > 0 else -1) if weight else ("other", 0)


def middle_of(start: Node, end: Node, bend: float, part: float = 0.5) -> tuple[float, float]:
    """Return a point of a line, a part of the way along it."""
    (ax, ay), (bx, by), (cx, cy) = (start.x, start.y), control_of(start, end, bend), (end.x, end.y)
    rest = 1 - part
    return tuple(rest * rest * a + 2 * rest * part * b + part * part * c for a, b, c in ((ax, bx, cx), (ay, by, cy)))  # type: ignore[return-value]


def control_of(start: Node, end: Node, bend: float) -> tuple[float, float]:
    """Return the point that a bent line is drawn towards (of a quadratic Bézier curve)."""
    dx, dy = end.x - start.x, end.y - start.y
    length = math.hypot(dx, dy) or 1.0
    return (start.x + end.x) / 2 - dy / length * bend * 2, (start.y + end.y) / 2 + dx / length * bend * 2


def _labelled(nodes: Sequence[Node], lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines with their labels where there is room for them, the more telling first to choose."""
    taken = [box_of(node) for node in nodes]
    rank = {"stance": 0, "interest": 1, "other": 2}
    places: dict[int, tuple[float, float]] = {}
    for number in sorted(range(len(lines)), key=lambda number: (rank[lines[number].way], number)):
        line = lines[number]
        half = len(text_of(line)) * LETTER * 0.9 / 2 + 2
        for part in _PLACES:
            x, y = middle_of(nodes[line.start], nodes[line.end], line.bend, part)
            box = (x - half, y - LINE_HEIGHT / 2, x + half, y + LINE_HEIGHT / 2)
            if not any(_overlap(box, other) for other in taken):
                taken.append(box)
                places[number] = round(x, 1), round(y, 1)
                break
    for number, line in enumerate(lines):
        parts = (line.start, line.end, line.way, line.sign, line.points, line.label, line.statements, line.bend)
        yield Line(*parts, places.get(number))


def text_of(line: Line) -> str:
    """Return what is written on a line: its relations, and its sign, so that it is not told by colour alone."""
    return f"{line.label} {'+' if line.sign > 0 else '−'}" if line.sign else line.label


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
