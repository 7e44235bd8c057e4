"""Finding things by words: names, aliases, claims and quotes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from cuibono.graph.model import Claim, Entity, Statement, Status
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Match", "near_names", "search"]


@dataclass(frozen=True, slots=True)
class Match:
    """Something that was found.

    Attributes
    ----------
    text : str
        The name, claim or quote that matched.
    score : float
        1 for the very words, less for a beginning, a word in the middle, a part.
    """

    node: Entity | Claim | Statement
    text: str
    score: float


def search(snapshot: Snapshot, words: str) -> list[Match]:
    """Return what has the words in its name, text or quote; the best first, then in the order of IRIs."""
    wanted = " ".join(words.casefold().split())
    if not wanted:
        return []
    best: dict[str, Match] = {}
    for node, text, weight in _texts(snapshot):
        score = weight * _score(wanted, text.casefold())
        if score > 0 and (node.iri not in best or score > best[node.iri].score):
            best[node.iri] = Match(node, text, score)
    return sorted(best.values(), key=lambda match: (-match.score, match.node.iri))


def near_names(snapshot: Snapshot, name: str, count: int = 3) -> list[str]:
    """Return labels of entities whose names are like a name, or have it as a part, the nearest first."""
    labels = {n: snapshot.entities[iris[0]].label for n, iris in snapshot.by_name.items()}
    folded = name.casefold()
    near = difflib.get_close_matches(folded, labels, n=count) or sorted(n for n in labels if folded and folded in n)
    return list(dict.fromkeys(labels[n] for n in near))[:count]


def _texts(snapshot: Snapshot) -> Iterator[tuple[Entity | Claim | Statement, str, float]]:
    for entity in snapshot.entities.values():
        for name in entity.names:
            yield entity, name, 1.0
    for claim in snapshot.claims.values():
        yield claim, claim.text, 0.9
    for statement in snapshot.statements.values():
        if statement.status is Status.ACCEPTED:
            for iri in statement.evidence:
                yield statement, snapshot.evidence[iri].exact, 0.8


def _score(wanted: str, text: str) -> float:
    place = text.find(wanted)
    if place < 0:
        return 0.0
    if text == wanted:
        return 1.0
    if place == 0:
        return 0.9
    return 0.8 if not text[place - 1].isalnum() else 0.5
