"""Finding things by words: names, aliases, claims and quotes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.deadline import check_deadline
from cuibono.graph.model import Claim, Entity, Statement, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.strings import Ragged, Strings

__all__ = ["Match", "claims_called", "near_claims", "near_names", "search"]

_AT_ONCE = 1024
_LONGEST_NAME = 200


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
    for node, text, weight in _texts(snapshot, wanted):
        check_deadline()
        score = weight * _score(wanted, text.casefold())
        if score > 0 and (node.iri not in best or score > best[node.iri].score):
            best[node.iri] = Match(node, text, score)
    return sorted(best.values(), key=lambda match: (-match.score, match.node.iri))


def claims_called(snapshot: Snapshot, text: str) -> list[Claim]:
    """Return the claims that have a text, or an IRI whose last part it is, in the order of IRIs."""
    iris, folded = snapshot.base.columns.claims.iri, text.casefold()
    claims = _claims(snapshot, folded, _having(iris, folded))
    return [claim for claim in claims if claim.text == text or claim.iri.endswith(f"/{text}")]


def near_claims(snapshot: Snapshot, text: str, count: int = 3) -> list[str]:
    """Return the texts of claims that have a text as a part, case aside."""
    folded = text.casefold()
    found = (claim.text for claim in _claims(snapshot, folded) if folded in claim.text.casefold())
    return list(islice(found, count))


def near_names(snapshot: Snapshot, name: str, count: int = 3) -> list[str]:
    """Return labels of entities whose names are like a name, or have it as a part, the nearest first.

    A name that is longer than names are is like none.
    """
    folded = name.casefold()
    if not folded or len(folded) > _LONGEST_NAME:
        return []
    waiting, near, holding = iter(snapshot.by_name), list[str](), list[str]()
    while batch := list(islice(waiting, _AT_ONCE)):
        check_deadline()
        near += difflib.get_close_matches(folded, batch, n=count)
        holding += [n for n in batch if folded in n]
    near = difflib.get_close_matches(folded, near, n=count) or sorted(holding)
    labels = (snapshot.entities[snapshot.by_name[n][0]].label for n in near)
    return list(islice(dict.fromkeys(labels), count))


# Texts are looked through as they stand in columns, before a record is made of any row.


def _texts(snapshot: Snapshot, wanted: str) -> Iterator[tuple[Entity | Claim | Statement, str, float]]:
    """Yield texts and what they are of; those that have the words, and maybe others."""
    for entity in _entities(snapshot, wanted):
        for name in entity.names:
            yield entity, name, 1.0
    for claim in _claims(snapshot, wanted):
        yield claim, claim.text, 0.9
    for statement in _statements(snapshot, wanted):
        if statement.status is Status.ACCEPTED:
            for iri in statement.evidence:
                yield statement, snapshot.evidence[iri].exact, 0.8


def _entities(snapshot: Snapshot, wanted: str) -> Iterator[Entity]:
    of, texts = snapshot.base.columns.entities, snapshot.base.columns.texts
    aliased = Ragged(of.aliases.offsets, np.arange(len(of.aliases.values), dtype=np.int32))
    named = _having(texts.take(of.label), wanted) | aliased.refers_to(_having(texts.take(of.aliases.values), wanted))
    return (entity for _, entity in snapshot.entities.of(_rows(named), snapshot.overlay.records.entities))


def _claims(snapshot: Snapshot, wanted: str, others: NDArray[np.bool_] | bool = False) -> Iterator[Claim]:
    of, texts = snapshot.base.columns.claims, snapshot.base.columns.texts
    worded = _having(texts.take(of.text), wanted) | others
    return (claim for _, claim in snapshot.claims.of(_rows(worded), snapshot.overlay.records.claims))


def _statements(snapshot: Snapshot, wanted: str) -> Iterator[Statement]:
    columns = snapshot.base.columns
    quoting = _having(columns.texts.take(columns.evidence.exact), wanted)
    quoting[list(snapshot.overlay.hidden["evidence"])] = True
    resting = columns.statements.evidence.refers_to(quoting)
    return snapshot.select(lambda _, rows: resting[rows])


def _rows(flags: NDArray[np.bool_]) -> list[int]:
    rows: list[int] = np.flatnonzero(flags).tolist()
    return rows


def _having(texts: Strings, wanted: str) -> NDArray[np.bool_]:
    """Return which texts have words in them, case aside."""
    having = np.zeros(len(texts), np.bool_)
    waiting, first = iter(texts), 0
    while batch := list(islice(waiting, _AT_ONCE)):
        # Most batches have the words nowhere, and folding and searching them whole is ten times as fast.
        if wanted in "\0".join(batch).casefold():
            having[first : first + len(batch)] = [wanted in text.casefold() for text in batch]
        first += len(batch)
    return having


def _score(wanted: str, text: str) -> float:
    place = text.find(wanted)
    if place < 0:
        return 0.0
    if text == wanted:
        return 1.0
    if place == 0:
        return 0.9
    return 0.8 if not text[place - 1].isalnum() else 0.5
