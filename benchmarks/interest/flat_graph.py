"""The relations of interest as the flattest RDF that keeps all that matters, for a SPARQL engine that is to be quick.

A relation is a property of its own, ``<n:1> <e:7> <n:2>``, so that what leads out of an entity, into it, and between two,
each is one look into an index. Its weight is reckoned beforehand; its dates, who disputes it and whether it chains are
those of a kind, which relations share. Each entity that interest passes through says how many relations it has either
way, and how strong the strongest is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.interest.problem import Problem

__all__ = ["Ends", "write_flat_graph"]

_XSD = "http://www.w3.org/2001/XMLSchema#"


class Ends:
    """What entities have of relations.

    Attributes
    ----------
    outgoing, incoming : (n,) array of int64
        How many lead out of each entity, and into it.
    strongest_out, strongest_in : (n,) array of float64
        The greatest weight of those, whatever its sign.
    """

    def __init__(self, problem: Problem) -> None:
        self.outgoing, self.strongest_out = self._at(problem, "source")
        self.incoming, self.strongest_in = self._at(problem, "target")

    @staticmethod
    def _at(problem: Problem, end: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        entities, strongest = problem.fewest[end], np.zeros(len(problem.carries))
        np.maximum.at(strongest, entities, np.abs(problem.fewest["weight"]))
        return np.bincount(entities, minlength=len(problem.carries)), strongest


def write_flat_graph(problem: Problem, ends: Ends, target: Path) -> None:
    """Write N-Triples."""
    with target.open("w", encoding="ascii") as file:
        file.writelines(_relations(problem))
        file.writelines(_entities(problem, ends))


def _relations(problem: Problem) -> Iterator[str]:
    kinds: dict[tuple[int, int, int, int], int] = {}
    names = ("source", "target", "weight", "chains", "since", "until", "disputer")
    rows = zip(*(problem.fewest[name].tolist() for name in names), strict=True)
    for number, (source, to, weight, chains, *kind) in enumerate(rows):
        known = kinds.setdefault((int(not chains), *kind), len(kinds))
        yield f"<n:{source}> <e:{number}> <n:{to}> .\n"
        yield from _said(f"e:{number}", [("weight", weight)])
        yield f"<e:{number}> <p:kind> <k:{known}> .\n"
    for (broken, since, until, disputer), number in kinds.items():
        yield from _said(f"k:{number}", [("broken", broken), ("since", since), ("until", until), ("disputer", disputer)])


def _entities(problem: Problem, ends: Ends) -> Iterator[str]:
    names = ("outgoing", "incoming", "strongest_out", "strongest_in")
    for number in np.flatnonzero(problem.carries).tolist():
        yield from _said(f"n:{number}", [(name, getattr(ends, name)[number].item()) for name in names])


def _said(subject: str, values: Iterable[tuple[str, float]]) -> Iterator[str]:
    for name, value in values:
        yield f'<{subject}> <p:{name}> "{value!r}"^^<{_XSD}{"double" if isinstance(value, float) else "integer"}> .\n'
