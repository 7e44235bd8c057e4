"""The same walk over the graph of a Python library: its adjacency, and otherwise as the C loop goes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.interest.problem import LEAST, Problem

__all__ = ["LibraryWalk", "Question", "Way"]


@dataclass(frozen=True, slots=True)
class Way:
    """What the library keeps with a relation."""

    weight: float
    chains: bool
    since: int
    until: int
    disputer: int


@dataclass(slots=True)
class Question:
    """What is sought, and the strongest path of each sign so far."""

    actor: int
    target: int
    since: int
    until: int
    least: float
    best: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def bound(self) -> float:
        """Return how strong a path must be to matter."""
        # What is against the strongest path counts from half of that.
        gain, loss = self.best
        return max(self.least / 2, min(max(gain, loss / 2), max(loss, gain / 2))) * (1 - 1e-9)

    def weight(self, product: float, broken: bool, way: Way) -> float:
        """Return a product with one more relation, 0 where that may not stand there or did not hold."""
        if way.since > self.until or way.until < self.since or (broken and not way.chains):
            return 0.0
        return product * way.weight * (0.5 if way.disputer not in (-2, self.actor) else 1.0)

    def offer(self, score: float) -> None:
        """Take in a path."""
        sign = int(score < 0)
        if abs(score) >= self.least / 2 * (1 - 1e-9):
            self.best[sign] = max(self.best[sign], abs(score))


class LibraryWalk(ABC):
    """Answers by walks over a library's directed multigraph; what it keeps with a relation is a `Way`."""

    def __init__(self, problem: Problem) -> None:
        names = ("weight", "chains", "since", "until", "disputer")
        rows = zip(*(problem.fewest[name].tolist() for name in names), strict=True)
        ends = zip(problem.fewest["source"].tolist(), problem.fewest["target"].tolist(), strict=True)
        self._carries = problem.carries.tolist()
        self._effects = problem.effects
        self._load(len(problem.carries), ((*pair, Way(*row)) for pair, row in zip(ends, rows, strict=True)))
        self._degrees = [
            np.bincount(problem.fewest[end], minlength=len(problem.carries)).tolist() for end in ("source", "target")
        ]

    @abstractmethod
    def _load(self, count: int, relations: Iterable[tuple[int, int, Way]]) -> None:
        """Take so many entities and the relations between them."""

    @abstractmethod
    def _out(self, node: int) -> Iterable[tuple[int, Way]]:
        """Yield what a node's relations lead to, and what is kept with them."""

    @abstractmethod
    def _into(self, node: int) -> Iterable[tuple[int, Way]]:
        """Yield where relations to a node come from."""

    @abstractmethod
    def _between(self, source: int, target: int) -> Sequence[Any]:
        """Return the relations from a node to another."""

    def scores(self, rows: NDArray[np.int64], hops: int) -> NDArray[np.float64]:
        """Return the strongest path of each sign for each of some effects."""
        names = ("actor", "target", "since", "until", "strength")
        asked = zip(*(self._effects[name][rows].tolist() for name in names), strict=True)
        found = [self._answer(actor, target, since, until, strength, hops) for actor, target, since, until, strength in asked]
        return np.array(found).reshape(-1, 2)

    def _answer(self, actor: int, target: int, since: int, until: int, strength: float, hops: int) -> tuple[float, float]:
        question = Question(actor, target, since, until, (LEAST - 1e-12) / strength)
        if actor != target and self._degrees[0][actor] and self._degrees[1][target]:
            self._walk(question, hops)
        return question.best[0], -question.best[1]

    def _walk(self, question: Question, hops: int) -> None:
        """Find the strongest path of each sign."""
        for way in self._between(question.actor, question.target):
            self._propose(question, question.weight(1.0, False, way))
        if hops >= 2:
            self._go_on(question, [question.actor], question.target, 1.0, False, hops)

    def _passes(self, nodes: Iterable[int]) -> bool:
        """Return whether interest passes through all of some entities."""
        return all(self._carries[node] for node in nodes)

    def _weigh(self, question: Question, ways: Iterable[Way]) -> None:
        """Take in the path that some relations make."""
        score, broken = 1.0, False
        for way in ways:
            score, broken = question.weight(score, broken, way), broken or not way.chains
        self._propose(question, score)

    def _propose(self, question: Question, score: float) -> None:
        if score:
            question.offer(score)

    def _go_on(self, question: Question, nodes: list[int], target: int, product: float, broken: bool, hops: int) -> None:
        here = nodes[-1]
        if self._degrees[0][here] <= self._degrees[1][target]:
            for there, way in self._out(here):
                reached = self._reached(question, nodes, target, product, broken, there, way)
                for last in self._between(there, target) if reached else ():
                    self._propose(question, question.weight(reached, broken or not way.chains, last))
        else:
            for there, last in self._into(target):
                reached = self._reached(question, nodes, target, product, broken, there, last)
                for way in self._between(here, there) if reached else ():
                    self._propose(question, question.weight(reached, broken or not last.chains, way))
        if len(nodes) + 2 > hops:
            return
        for there, way in self._out(here):
            reached = self._reached(question, nodes, target, product, broken, there, way)
            if reached:
                self._go_on(question, [*nodes, there], target, reached, broken or not way.chains, hops)

    def _reached(
        self, question: Question, nodes: list[int], target: int, product: float, broken: bool, there: int, way: Way
    ) -> float:
        if there == target or there in nodes or not self._carries[there]:
            return 0.0
        reached = question.weight(product, broken, way)
        return reached if abs(reached) >= question.bound() else 0.0
