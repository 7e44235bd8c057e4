"""Finding things by words: names, aliases, claims and quotes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.deadline import check_deadline
from cuibono.graph.model import Claim, Entity, Statement, Status
from cuibono.graph.snapshot.columns import STATUSES
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.strings import Ragged, Strings

__all__ = ["Match", "claims_called", "near_claims", "near_names", "search"]

_AT_ONCE = 1024
_LONGEST_NAME = 200
_QUOTED = 0.8
"""What a quote counts beside a name."""


@dataclass(frozen=True, slots=True)
class Match:
    """Something that was found.

    Attributes
    ----------
    iri : str
        Of an entity, a claim or a statement.
    text : str
        The name, claim or quote that matched.
    score : float
        1 for the very words, less for a beginning, a word in the middle, a part.
    """

    iri: str
    text: str
    score: float
    _snapshot: Snapshot = field(repr=False, compare=False)

    @property
    def node(self) -> Entity | Claim | Statement:
        """What was found."""
        node = self._snapshot.node(self.iri)
        assert isinstance(node, Entity | Claim | Statement)
        return node


def search(snapshot: Snapshot, words: str) -> list[Match]:
    """Return what has the words in its name, text or quote; the best first, then in the order of IRIs."""
    wanted = " ".join(words.casefold().split())
    if not wanted:
        return []
    best: dict[str, tuple[float, str]] = {}
    for iri, text, score in _scored(snapshot, wanted):
        check_deadline()
        if score > 0 and (iri not in best or score > best[iri][0]):
            best[iri] = score, text
    found = [Match(iri, text, score, snapshot) for iri, (score, text) in best.items()]
    return sorted(found, key=lambda match: (-match.score, match.iri))


def claims_called(snapshot: Snapshot, text: str) -> list[Claim]:
    """Return the claims that have a text, or an IRI whose last part it is, in the order of IRIs."""
    iris, folded = snapshot.base.columns.claims.iri, text.casefold()
    claims = _claims(snapshot, folded, _having(iris, folded))
    return [claim for claim in claims if claim.text == text or claim.iri.endswith(f"/{text}")]


def near_claims(snapshot: Snapshot, text: str, count: int = 3) -> list[str]:
    """Return the texts of claims that have all words of a text, case aside, in the order of IRIs."""
    words = text.casefold().split()
    if not words or len(text) > _LONGEST_NAME:
        return []
    claims = _claims(snapshot, max(words, key=len))
    found = (claim.text for claim in claims if all(word in claim.text.casefold() for word in words))
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


def _scored(snapshot: Snapshot, wanted: str) -> Iterator[tuple[str, str, float]]:
    """Yield IRIs, texts of what they stand for, and how well these have the words; 0 where they have not."""
    for entity in _entities(snapshot, wanted):
        for name in entity.names:
            yield entity.iri, name, _score(wanted, name.casefold())
    for claim in _claims(snapshot, wanted):
        yield claim.iri, claim.text, 0.9 * _score(wanted, claim.text.casefold())
    yield from _quoted(snapshot, wanted)
    for statement in _changed(snapshot):
        if statement.status is Status.ACCEPTED:
            for iri in statement.evidence:
                text = snapshot.evidence[iri].exact
                yield statement.iri, text, _QUOTED * _score(wanted, text.casefold())


def _entities(snapshot: Snapshot, wanted: str) -> Iterator[Entity]:
    of, texts = snapshot.base.columns.entities, snapshot.base.columns.texts
    aliased = Ragged(of.aliases.offsets, np.arange(len(of.aliases.values), dtype=np.int32))
    named = _having(texts.take(of.label), wanted) | aliased.refers_to(_having(texts.take(of.aliases.values), wanted))
    return (entity for _, entity in snapshot.entities.of(_rows(named), snapshot.overlay.records.entities))


def _claims(snapshot: Snapshot, wanted: str, others: NDArray[np.bool_] | bool = False) -> Iterator[Claim]:
    of, texts = snapshot.base.columns.claims, snapshot.base.columns.texts
    worded = _having(texts.take(of.text), wanted) | others
    return (claim for _, claim in snapshot.claims.of(_rows(worded), snapshot.overlay.records.claims))


def _quoted(snapshot: Snapshot, wanted: str) -> Iterator[tuple[str, str, float]]:
    """Yield accepted statements of the columns by their quotes with the words, without making a record of any."""
    columns, hidden = snapshot.base.columns, snapshot.overlay.hidden
    of, exact = columns.statements, columns.evidence.exact
    quoting = _having(columns.texts.take(exact), wanted)
    quoting[list(hidden["evidence"])] = False
    resting = of.evidence.refers_to(quoting) & (of.status == STATUSES.index(Status.ACCEPTED))
    resting[list(hidden["statements"])] = False
    for row in _rows(resting):
        iri = of.iri[row]
        for piece in of.evidence[row].tolist():
            if piece >= 0 and quoting[piece]:
                text = columns.texts[int(exact[piece])]
                yield iri, text, _QUOTED * _score(wanted, text.casefold())


def _changed(snapshot: Snapshot) -> Iterator[Statement]:
    """Yield the statements that have changed since the columns were made, or whose evidence has."""
    columns = snapshot.base.columns
    gone = np.zeros(len(columns.evidence.iri), np.bool_)
    gone[list(snapshot.overlay.hidden["evidence"])] = True
    touched = columns.statements.evidence.refers_to(gone)
    return snapshot.select(lambda _, rows: touched[rows])


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
