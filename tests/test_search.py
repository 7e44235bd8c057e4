"""What is found by words is what looking through every record finds, whatever lies over the columns."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from cuibono.graph.generation import generated_records
from cuibono.graph.model import Entity, Evidence, Record, Records, Statement, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.search import search
from cuibono.schema import Vocabulary

VOCABULARY = Vocabulary.bundled()
WORDS = ("company", "Person 1", "company 1 ", "about", "1", "owns", "son", "nothing of the kind", " ", "CLAIM 2 about company 2")


def by_hand(snapshot: Snapshot, words: str) -> list[tuple[str, float]]:
    """Return IRIs and scores, the best first."""
    wanted, found = " ".join(words.casefold().split()), dict[str, float]()

    def look(iri: str, text: str, weight: float) -> None:
        folded = text.casefold()
        place = folded.find(wanted)
        if place >= 0:
            inside = 0.9 if place == 0 else 0.5 if folded[place - 1].isalnum() else 0.8
            found[iri] = max(found.get(iri, 0.0), weight * (1.0 if folded == wanted else inside))

    for entity in snapshot.entities.values() if wanted else ():
        for name in entity.names:
            look(entity.iri, name, 1.0)
    for claim in snapshot.claims.values() if wanted else ():
        look(claim.iri, claim.text, 0.9)
    for statement in snapshot.statements.values() if wanted else ():
        for iri in statement.evidence if statement.status is Status.ACCEPTED else ():
            look(statement.iri, snapshot.evidence[iri].exact, 0.8)
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def changed(record: Record, rng: random.Random) -> Record:
    match record:
        case Statement():
            return replace(record, status=rng.choice(list(Status)))
        case Entity():
            return replace(record, label=f"Company {rng.randint(1, 30)}", aliases=("one more", record.label))
        case Evidence():
            return replace(record, exact=f"about person {rng.randint(1, 30)}")
    return record


@pytest.mark.parametrize("seed", range(4))
def test_what_is_found_is_what_stands_there(seed: int) -> None:
    rng, records = random.Random(seed), list(generated_records(300, seed=seed))
    snapshot = Snapshot(Records.of(records), VOCABULARY)
    for _ in range(3):
        for words in WORDS:
            found = search(snapshot, words)
            assert [(match.iri, match.score) for match in found] == by_hand(snapshot, words)
            assert all(match.node.iri == match.iri for match in found)
            assert all(" ".join(words.casefold().split()) in match.text.casefold() for match in found)
        some = [record for record in rng.sample(records, 120) if isinstance(record, Statement | Entity | Evidence)]
        snapshot = snapshot.with_changes([changed(record, rng) for record in some], snapshot.version + 1)
