"""Generated graphs: valid, the same every time, and with what real ones are hard for."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import cuibono
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.generation import generated_columns, generated_records
from cuibono.graph.model import Basis, Records, Status, evidence_iri, proposition, statement_iri
from cuibono.schema import Vocabulary

BASE = "https://example.org/"


@pytest.fixture(scope="module")
def records() -> Records:
    return generated_records(3_000, seed=7)


def test_generated_records_pass_the_door_and_come_back_from_a_store() -> None:
    records = generated_records(600)
    with cuibono.open() as kg:
        assert kg.add(*records).added["Statement"] == 600
        assert dict(kg.snapshot.statements) == dict(records.statements)
        assert dict(kg.snapshot.evidence) == dict(records.evidence)
        assert kg.conflicts()


def test_identities_are_the_hashes_of_the_model(records: Records) -> None:
    vocabulary = Vocabulary.bundled()
    for statement in records.statements.values():
        key = proposition(vocabulary.relation(statement.predicate), statement.subject, statement.object)
        assert statement.iri == statement_iri(
            BASE,
            key,
            speaker=statement.speaker,
            stated_on=statement.stated_on,
            valid_from=statement.valid_from,
            document=statement.document,
        )
    for piece in records.evidence.values():
        assert piece.iri == evidence_iri(BASE, document=piece.document, exact=piece.exact, start=piece.start, row=piece.row)


def test_the_same_numbers_give_the_same_graph_and_another_seed_another() -> None:
    first, second, other = (generated_records(500, seed=seed) for seed in (1, 1, 2))
    assert list(first) == list(second)
    assert set(first.statements) != set(other.statements)


@pytest.mark.parametrize("count", [100, 1_234, 20_000])
def test_as_many_statements_as_asked_for(count: int) -> None:
    assert len(generated_columns(count).statements.iri) == count


def test_degrees_have_hubs_and_a_long_tail() -> None:
    statements = generated_columns(20_000).statements
    ends = [statements.subject[statements.subject_kind == 0], statements.object[statements.object_kind == 0]]
    degrees = np.bincount(np.concatenate(ends))
    assert degrees.max() > 0.07 * 20_000
    assert np.median(degrees) < 10


def test_every_feature_is_there(records: Records) -> None:
    statements = records.statements.values()
    vocabulary = Vocabulary.bundled()
    assert {s.basis for s in statements} == set(Basis)
    assert {s.status for s in statements} == set(Status)
    assert {len(s.valid_from.text) for s in statements if s.valid_from} == {4, 7, 10}
    assert {s.predicate for s in statements} == {r.iri for r in vocabulary.relations.values() if not r.identifies}
    assert any(s.object in records.statements for s in statements)
    assert any(s.attributes and s.attributes[0][0].endswith("share") for s in statements)
    for field in ("speaker", "said_via", "stated_on", "valid_to", "confidence", "document"):
        assert any(getattr(s, field) for s in statements), field
    assert Counter(s.status for s in statements)[Status.ACCEPTED] > 2_700


def test_quotes_read_as_sentences_about_what_is_stated(records: Records) -> None:
    names = {e.iri: e.label for e in records.entities.values()} | {c.iri: c.text for c in records.claims.values()}
    for statement in records.statements.values():
        exact = records.evidence[statement.evidence[0]].exact
        assert exact.startswith(f"{names[statement.subject]} ")
        assert exact.endswith(f" {names[statement.object]}." if statement.object in names else ".")


@pytest.mark.parametrize("count", [0, 99, 20_000_001])
def test_a_size_out_of_range_is_refused(count: int) -> None:
    with pytest.raises(InvalidArgument, match="statements"):
        generated_columns(count)
