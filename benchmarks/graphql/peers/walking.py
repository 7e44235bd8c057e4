"""Conflicts of interest worked out when asked, as this would be written by hand for such a service in Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

__all__ = ["Found", "Walker"]

_TOLERANCE = 1e-12


class _Way(NamedTuple):
    interest: float
    hops: tuple[tuple[float, str], ...]


class Found(NamedTuple):
    """A finding; ``stance`` is the stance as the data have it."""

    strength: float
    alignment: str
    hops: tuple[tuple[float, str], ...]
    stance: dict[str, Any]


class Walker:
    """Walks adjacency lists, three hops at most, to what the stances of an actor touch."""

    def __init__(self, graph: dict[str, Any]) -> None:
        self._edges, self._stances, self._least = graph["edges"], graph["stances"], graph["least"]
        self._carries = frozenset(graph["carries"])

    def conflicts(self, actor: str, first: int) -> list[Found]:
        """Return the strongest findings."""
        found = sorted(self._conflicts(actor), key=_order)
        return found[:first]

    def _conflicts(self, actor: str) -> Iterator[Found]:
        stances = self._stances.get(actor, ())
        wanted, walks = {stance["target"] for stance in stances}, {}
        for stance in stances:
            main, alignment = _Way(1.0, ()), "OWN_CASE"
            if stance["target"] != actor:
                when = tuple(stance["when"] or ())
                if when not in walks:
                    walks[when] = self._interests(actor, when, wanted)
                ways = walks[when].get(stance["target"])
                if ways is None:
                    continue
                main, alignment = _chosen(ways, stance["effective"])
            strength = abs(stance["effective"]) * stance["certainty"] * abs(main.interest)
            if strength and strength >= self._least - _TOLERANCE:
                yield Found(strength, alignment, main.hops, stance)

    def _interests(self, actor: str, when: tuple[str, ...], wanted: set[str]) -> dict[str, dict[bool, _Way]]:
        best: dict[str, dict[bool, _Way]] = {}
        visited = {actor}

        def step(node: str, product: float, hops: tuple[tuple[float, str], ...], may_break: bool) -> None:
            for edge in self._edges.get(node, ()):
                to = edge["to"]
                if to in visited or not (edge["chains"] or may_break):
                    continue
                if when and ((edge["begins"] and edge["begins"] > when[1]) or (edge["ends"] and edge["ends"] < when[0])):
                    continue
                weight = edge["weight"] / 2 if any(other != actor for other in edge["disputers"]) else edge["weight"]
                interest = product * weight
                if not interest:
                    continue
                walked = (*hops, (weight, edge["statement"]))
                if to in wanted:
                    ways, way = best.setdefault(to, {}), _Way(interest, walked)
                    ways[interest > 0] = _stronger(ways.get(interest > 0), way)
                if len(walked) < 3 and to in self._carries:
                    visited.add(to)
                    step(to, interest, walked, may_break and edge["chains"])
                    visited.remove(to)

        step(actor, 1.0, (), True)
        return best


def _stronger(old: _Way | None, new: _Way) -> _Way:
    if old is None:
        return new
    difference = abs(new.interest) - abs(old.interest)
    if abs(difference) > _TOLERANCE:
        return new if difference > 0 else old
    return min(old, new, key=lambda way: (len(way.hops), [iri for _, iri in way.hops]))


def _chosen(ways: dict[bool, _Way], effective: float) -> tuple[_Way, str]:
    positive, negative = ways.get(True), ways.get(False)
    if positive is None or negative is None:
        main = positive or negative
        assert main is not None
        return main, "SELF_SERVING" if effective * main.interest > 0 else "AGAINST_INTEREST"
    main, other = (negative, positive) if abs(negative.interest) > positive.interest + _TOLERANCE else (positive, negative)
    if abs(other.interest) >= abs(main.interest) / 2 - _TOLERANCE:
        return main, "MIXED"
    return main, "SELF_SERVING" if effective * main.interest > 0 else "AGAINST_INTEREST"


def _order(found: Found) -> tuple[float, str, str, str]:
    return -round(found.strength, 12), found.stance["target"], found.stance["statement"], found.stance["bearing"]
