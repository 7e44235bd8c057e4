"""What is told of a graph's quality by columns is what going statement by statement tells."""

from __future__ import annotations

from collections import defaultdict

import pytest

from cuibono.graph.generation import generated_records
from cuibono.graph.interest.positions import Positions
from cuibono.graph.model import Records, Status
from cuibono.graph.quality import quality_of
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
from tests.random_graphs import random_records

VOCABULARY = Vocabulary.bundled()
GRAPHS = {
    **{str(seed): random_records(seed, VOCABULARY, statements=60) for seed in range(30)},
    "generated": Records.of(generated_records(1_000, seed=2)),
    "nothing": Records(),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_contested_and_single_sourced(name: str) -> None:
    records = GRAPHS[name]
    snapshot = Snapshot(records, VOCABULARY)
    found, positions = quality_of(snapshot), Positions(snapshot)
    assert list(found.contested_claims) == sorted(iri for iri in records.claims if positions.on_claim(iri).contested)
    spoken_of = {s.object for s in records.statements.values()} & records.statements.keys()
    assert list(found.contested_statements) == sorted(
        iri for iri in spoken_of if positions.on_statement(snapshot.statements[iri]).contested
    )
    accepted = [s for s in records.statements.values() if s.status is Status.ACCEPTED]
    documents = defaultdict(set)
    for statement in accepted:
        documents[statement.subject, statement.predicate, statement.object].add(statement.document)
    alone = [s.iri for s in accepted if len(documents[s.subject, s.predicate, s.object]) == 1]
    assert list(found.single_source) == sorted(alone)
