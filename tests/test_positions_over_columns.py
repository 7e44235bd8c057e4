"""Contested claims, told of all at once, are those that are told of one by one, after commits too."""

from __future__ import annotations

import pytest

import cuibono
from cuibono.graph.interest.positions import Positions
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
from tests.random_graphs import random_records

VOCABULARY = Vocabulary.bundled()


@pytest.mark.parametrize("seed", range(12))
def test_claims_are_contested_as_positions_say(seed: int) -> None:
    records = random_records(seed, VOCABULARY, entities=6, statements=120)
    statements = list(records.statements.values())
    with cuibono.open() as kg:
        begun = [*records.entities.values(), *records.claims.values(), *statements[:60]]
        base = Snapshot(type(records).of(begun), VOCABULARY)
        for snapshot in (Snapshot(records, VOCABULARY), base, base.with_changes(statements[60:], 1)):
            snapshot.version, kg._snapshot = kg.version, snapshot
            positions = Positions(snapshot)
            wanted = [claim for claim in snapshot.claims.values() if positions.on_claim(claim.iri).contested]
            assert list(kg.claims(contested=True)) == wanted
            assert list(kg.claims(contested=False)) == [claim for claim in kg.claims() if claim not in wanted]
