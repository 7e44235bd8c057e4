"""Drawing at random who is in which relation to whom, who says so, when, and how surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.generation.population import CLAIM, ON_STATEMENTS, PATTERNS, Pattern, Population
from cuibono.graph.model import Basis, Status
from cuibono.graph.snapshot.columns import ABSENT, BASES, STATUSES, Ints
from cuibono.schema import Relation, Vocabulary

__all__ = ["Drawing"]

_FIRST_YEAR, _LAST_YEAR = 1990, 2025
_BASIS_PARTS = {Basis.VERBATIM: 0.5, Basis.RECORDED: 0.15, Basis.PARAPHRASED: 0.25, Basis.INFERRED: 0.1}
_STATUS_PARTS = {Status.PROPOSED: 0.03, Status.ACCEPTED: 0.94, Status.REJECTED: 0.02, Status.RETRACTED: 0.01}

_Columns = dict[str, NDArray[Any]]


class Drawing:
    """Draws columns of statements.

    Parameters
    ----------
    relations : sequence of Relation
        Predicates are positions in it.
    """

    def __init__(self, population: Population, vocabulary: Vocabulary, relations: Sequence[Relation], seed: int) -> None:
        self._population, self._vocabulary, self._relations = population, vocabulary, relations
        self.rng = np.random.default_rng(seed)

    def among_things(self, count: int) -> tuple[Ints, NDArray[np.int16], Ints]:
        """Return subjects, predicates and objects, entities and claims by their numbers."""
        parts = np.array([pattern.parts for pattern in PATTERNS])
        chosen = self.rng.choice(len(PATTERNS), size=count, p=parts / parts.sum())
        counts = np.bincount(chosen, minlength=len(PATTERNS))
        by_pattern = np.split(np.argsort(chosen, kind="stable"), np.cumsum(counts)[:-1])
        subject, obj, predicate = np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count, np.int16)
        for pattern, rows in zip(PATTERNS, by_pattern, strict=True):
            subject[rows], obj[rows] = self._ends(pattern, len(rows))
            predicate[rows] = self._number(pattern.relation)
        return subject, predicate, obj

    def on_statements(self, subjects: Ints, count: int) -> tuple[Ints, NDArray[np.int16], Ints]:
        """Return subjects, predicates and rows of statements, of which the subjects are given."""
        target = self.rng.choice(len(subjects), size=count).astype(np.int32)
        names = np.array([self._number(name) for name in ON_STATEMENTS], np.int16)
        predicate = self.rng.choice(names, size=count, p=list(ON_STATEMENTS.values()))
        # Those whom a statement is about are the ones to speak about it, often enough to deny it.
        about_person = subjects[target] < self._population.pools["Person"][1]
        own = about_person & (self.rng.random(count) < 0.3)
        return np.where(own, subjects[target], self.members("Person", count)).astype(np.int32), predicate, target

    def circumstances(self, predicate: NDArray[np.int16]) -> _Columns:
        """Return who says each statement and when, how sure it is, and what was decided."""
        rng, count = self.rng, len(predicate)
        is_stance = np.array([relation.stance is not None for relation in self._relations])[predicate]
        valid_from = self.dates(np.where(is_stance, 0.0, 0.6))
        ended = (rng.random(count) < 0.2) & (valid_from != 0)
        last_year = valid_from // 10_000 + rng.integers(1, 15, count)
        return {
            "speaker": np.where(rng.random(count) < 0.15, self.members("Person", count), ABSENT).astype(np.int32),
            "said_via": np.where(rng.random(count) < 0.05, self.members("NewsOrganization", count), ABSENT).astype(np.int32),
            "stated_on": self.dates(np.where(is_stance, 0.85, 0.3)),
            "valid_from": valid_from,
            "valid_to": np.where(ended, last_year * 10_000, 0).astype(np.int32),
            "confidence": np.where(rng.random(count) < 0.7, np.nan, rng.integers(6, 21, count) / 20),
            "basis": self._chosen(BASES, _BASIS_PARTS, count),
            "status": self._chosen(STATUSES, _STATUS_PARTS, count),
        }

    def dates(self, known: NDArray[np.float64]) -> Ints:
        """Return packed dates, the recent ones more often, some to the month or the year, some unknown."""
        rng, count = self.rng, len(known)
        years = _LAST_YEAR - ((_LAST_YEAR - _FIRST_YEAR) * rng.random(count) ** 2).astype(np.int32)
        precision = rng.random(count)
        months = np.where(precision < 0.85, rng.integers(1, 13, count), 0)
        days = np.where(precision < 0.65, rng.integers(1, 29, count), 0)
        return np.where(rng.random(count) < known, years * 10_000 + months * 100 + days, 0).astype(np.int32)

    def members(self, pool: str, count: int) -> Ints:
        """Return members of a pool, those of small numbers more often; but a claim bears on few things."""
        first, size = self._population.pools[pool]
        return (first + size * self.rng.random(count) ** (1 if pool == CLAIM else 2)).astype(np.int32)

    def _ends(self, pattern: Pattern, count: int) -> tuple[Ints, Ints]:
        subject = self.members(pattern.subject, count)
        obj = self._objects(pattern, subject)
        if pattern.subject == pattern.object:
            first, size = self._population.pools[pattern.object]
            obj = np.where(obj == subject, first + (obj - first + 1) % size, obj)
        if self._vocabulary.relation(pattern.relation).symmetric:
            ranks = self._population.ranks
            swapped = ranks[obj] < ranks[subject]
            subject, obj = np.where(swapped, obj, subject), np.where(swapped, subject, obj)
        return subject, obj

    def _objects(self, pattern: Pattern, subject: Ints) -> Ints:
        """Return objects by a power law; but for the greatest, they are mostly of their subjects' sectors."""
        first, size = self._population.pools[pattern.object]
        sectors = self._population.sectors
        rank = ((size + 1) ** (self.rng.random(len(subject)) ** pattern.skew)).astype(np.int64) - 1
        rank = np.minimum(rank, size - 1)
        number = subject - self._population.pools[pattern.subject][0]
        local = rank - rank % sectors + number % sectors
        local = np.where(local < size, local, local - sectors)
        is_local = (rank >= sectors) & (local >= 0) & (self.rng.random(len(subject)) < 0.8)
        rank = np.where(is_local, local, rank)
        together = self.rng.random(len(subject)) < pattern.together
        return (first + np.where(together, number % size, rank)).astype(np.int32)

    def _chosen(self, order: Sequence[Any], parts: Mapping[Any, float], count: int) -> NDArray[np.int8]:
        return self.rng.choice(len(order), size=count, p=[parts[member] for member in order]).astype(np.int8)

    def _number(self, name: str) -> int:
        return self._relations.index(self._vocabulary.relation(name))
