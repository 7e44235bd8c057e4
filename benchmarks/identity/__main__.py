"""How well entities that are one are found: ``python -m benchmarks.identity [FILE]``.

Reads a labelled set, compares its records as `cuibono resolve` does, and prints how many merges are made without asking and
how many of them are right, and how many of the pairs that are one are merged or put before somebody; each with its 95 %
confidence interval (Wilson's). A hash of their keys parts the records into two halves: what is wrong in one may be looked at
and learnt from, the other is only measured. ``--wrong`` lists wrong merges, ``--missed`` pairs that were not found, both of the
half that may be looked at.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import math
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import networkx as nx

from cuibono.graph.build.resolution import Match, Resolution, resolution_of
from cuibono.graph.model import Entity, Records
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary

__all__ = ["Figures", "labelled", "measured"]

FOLDER = Path(__file__).parent
_BASE = "https://example.org/entity/"


@dataclass(frozen=True)
class Labelled:
    """Records, and which of them are one."""

    entities: dict[str, Entity]
    keys: dict[str, str]

    def are_one(self, one: str, other: str) -> bool:
        return self.keys[one] == self.keys[other]

    def half(self, seen: bool) -> Labelled:
        """Return the half that may be looked at, or the one that is only measured."""
        kept = {iri: key for iri, key in self.keys.items() if (hashlib.sha256(key.encode()).digest()[0] % 2 == 0) is seen}
        return Labelled({iri: self.entities[iri] for iri in kept}, kept)

    def hard_negatives(self) -> set[tuple[str, str]]:
        """Return pairs of records that are not one, and yet share a word of three letters or more."""
        words = defaultdict(set)
        for iri, entity in self.entities.items():
            for word in re.findall(r"\w{3,}", entity.label.casefold()):
                words[word].add(iri)
        alike = {pair for sharing in words.values() for pair in combinations(sorted(sharing), 2)}
        return {pair for pair in alike if not self.are_one(*pair)}

    def pairs(self) -> set[tuple[str, str]]:
        groups = defaultdict(list)
        for iri, key in self.keys.items():
            groups[key].append(iri)
        return {pair for group in groups.values() for pair in combinations(sorted(group), 2)}


@dataclass(frozen=True)
class Figures:
    """What came of a labelled set."""

    merges: int
    right: int
    pairs: int
    merged: int
    found: int
    queued: int
    hard: int
    hard_queued: int
    wrong: tuple[Match, ...]
    missed: tuple[tuple[str, str], ...]


def labelled(path: Path) -> Labelled:
    """Return a labelled set."""
    vocabulary = Vocabulary.bundled()
    entities, keys = {}, {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="|")):
            iri = f"{_BASE}{number:04}"
            entities[iri] = Entity(
                iri=iri,
                type=vocabulary.entity_class(row["type"]).iri,
                label=row["name"],
                same_as=(row["same_as"],) if row["same_as"] else (),
                description=row["description"] or None,
            )
            keys[iri] = row["key"]
    return Labelled(entities, keys)


def measured(known: Labelled) -> tuple[Figures, Resolution]:
    """Return how well the entities of a labelled set are found."""
    resolution = resolution_of(Snapshot(Records(entities=known.entities), Vocabulary.bundled()))
    groups: nx.Graph[str] = nx.Graph()
    groups.add_nodes_from(known.entities)
    groups.add_edges_from((pair.one, pair.other) for pair in resolution.certain)
    group_of = {iri: number for number, group in enumerate(nx.connected_components(groups)) for iri in group}
    queued = {frozenset((group_of[pair.one], group_of[pair.other])) for pair in resolution.uncertain}
    pairs = known.pairs()
    merged = {pair for pair in pairs if group_of[pair[0]] == group_of[pair[1]]}
    missed = {pair for pair in pairs - merged if frozenset((group_of[pair[0]], group_of[pair[1]])) not in queued}
    wrong = tuple(pair for pair in resolution.certain if not known.are_one(pair.one, pair.other))
    hard = {(one, other) for one, other in known.hard_negatives() if group_of[one] != group_of[other]}
    figures = Figures(
        merges=len(resolution.certain),
        right=len(resolution.certain) - len(wrong),
        pairs=len(pairs),
        merged=len(merged),
        found=len(pairs) - len(missed),
        queued=len(resolution.uncertain),
        hard=len(hard),
        hard_queued=sum(frozenset((group_of[one], group_of[other])) in queued for one, other in hard),
        wrong=wrong,
        missed=tuple(sorted(missed)),
    )
    return figures, resolution


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share, by Wilson."""
    if not whole:
        return 0.0, 1.0
    z, share = 1.959964, part / whole
    middle = share + z * z / (2 * whole)
    spread = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return (middle - spread) / (1 + z * z / whole), min(1.0, (middle + spread) / (1 + z * z / whole))


def _lines(name: str, figures: Figures, resolution: Resolution, count: int, seconds: float) -> Iterator[str]:
    def share(part: int, whole: int) -> str:
        low, high = interval(part, whole)
        return f"{part / max(whole, 1):.4f}  ({part} of {whole}; 95 % between {low:.4f} and {high:.4f})"

    yield f"{name}: {count} records, {figures.pairs} pairs that are one, {resolution.compared:,} pairs compared"
    yield f"  merges without asking  {figures.merges}, of which right  {share(figures.right, figures.merges)}"
    yield f"  pairs merged           {share(figures.merged, figures.pairs)}"
    yield f"  pairs merged or queued {share(figures.found, figures.pairs)}"
    yield f"  in the queue           {figures.queued}"
    yield f"  not one, a word shared {figures.hard_queued} of {figures.hard} queued"
    yield f"  processor time         {seconds:.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=FOLDER / "labelled.csv")
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--missed", action="store_true")
    options = parser.parse_args()
    whole = labelled(options.file)
    seen, unseen = whole.half(seen=True), whole.half(seen=False)
    for name, known in (("whole", whole), ("looked at", seen), ("only measured", unseen)):
        began = time.process_time()
        figures, resolution = measured(known)
        print(*_lines(name, figures, resolution, len(known.entities), time.process_time() - began), sep="\n")
        if known is seen:
            wrong, missed = figures.wrong, figures.missed
    for pair in wrong if options.wrong else ():
        print("wrong:", whole.entities[pair.one].label, "–", whole.entities[pair.other].label, "–", pair.text)
    for one, other in missed if options.missed else ():
        print("missed:", whole.entities[one].label, "–", whole.entities[other].label)


if __name__ == "__main__":
    main()
