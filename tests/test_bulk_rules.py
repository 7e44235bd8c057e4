"""The rules of the door, compiled to columns: they judge as the checks of records do, and doubt little."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuibono.graph.build.bulk.suspects import column_problems, suspects
from cuibono.graph.build.validation import problems
from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Basis, Claim, Document, Entity, Evidence, Record, Records, Statement
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.building import columns_of
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
from tests.generated import VOCABULARY, records
from tests.random_graphs import random_records

pytestmark = pytest.mark.slow

few = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

Change = Callable[[random.Random, Record], Record | None]


def _statement(**changes: object) -> Change:
    return lambda _, record: replace(record, **changes) if isinstance(record, Statement) else None  # type: ignore[arg-type]


def _of(kind: type, **changes: object) -> Change:
    return lambda _, record: replace(record, **changes) if isinstance(record, kind) else None  # type: ignore[type-var]


CHANGES: dict[str, Change] = {
    "another relation": lambda draw, r: (
        replace(r, predicate=draw.choice([x.iri for x in VOCABULARY.relations.values()])) if isinstance(r, Statement) else None
    ),
    "the ends changed over": lambda _, r: replace(r, subject=r.object, object=r.subject) if isinstance(r, Statement) else None,
    "about itself": lambda _, r: replace(r, object=r.iri) if isinstance(r, Statement) else None,
    "about nothing": _statement(object="https://example.org/nothing"),
    "a speaker that is nobody": _statement(speaker="https://example.org/nobody"),
    "a channel that is none": _statement(said_via="https://example.org/nobody"),
    "a document that is none": _statement(document="https://example.org/none"),
    "evidence that is none": _statement(evidence=("https://example.org/none",)),
    "no evidence": _statement(evidence=(), basis=Basis.VERBATIM),
    "inferred from nothing": _statement(evidence=(), derived_from=(), basis=Basis.INFERRED),
    "answers itself": lambda _, r: replace(r, in_response_to=r.iri) if isinstance(r, Statement) else None,
    "derived from itself": lambda _, r: replace(r, derived_from=(r.iri,)) if isinstance(r, Statement) else None,
    "revises nothing": _statement(revision_of="https://example.org/none"),
    "too confident": _statement(confidence=1.5),
    "ends before it begins": _statement(valid_from=PartialDate("2021-05"), valid_to=PartialDate("2021-04-30")),
    "a share of too much": _statement(attributes=((VOCABULARY.attribute("share").iri, 2.0),)),
    "a role": _statement(attributes=((VOCABULARY.attribute("role").iri, "chair"),)),
    "no label": _of(Entity, label=" \u2003 "),
    "an abstract class": _of(Entity, type=VOCABULARY.entity_class("Agent").iri),
    "a place of another class": _of(Entity, type=VOCABULARY.entity_class("Country").iri),
    "the same as no IRI": _of(Entity, same_as=("not an iri",)),
    "no text": _of(Claim, text=""),
    "another hash": _of(Document, sha256="0" * 64),
    "no hash": _of(Document, sha256="xyz"),
    "no URL": _of(Document, url="not an iri"),
    "evidence of no document": _of(Evidence, document="https://example.org/none"),
    "another quote": lambda _, r: replace(r, exact=r.exact + "x") if isinstance(r, Evidence) else None,
    "another prefix": _of(Evidence, prefix="p" * 40),
    "no place": _of(Evidence, start=None, end=None, row=None),
    "ends before its start": _of(Evidence, start=5, end=5),
}


def _verdicts(found: Records, vocabulary: Vocabulary) -> tuple[set[str], set[str], set[str]]:
    """Return the places of problems by columns and by records, and the suspects."""
    snapshot = Snapshot.of(Base(columns_of(found, vocabulary)), vocabulary)
    by_columns = {f"{p.place} {p.field} {p.message}" for p in column_problems(snapshot)}
    by_records = {f"{p.place} {p.field} {p.message}" for p in problems(found, Snapshot(Records(), vocabulary))}
    masks = suspects(snapshot.columns, vocabulary)
    doubted = {getattr(snapshot.columns, kind).iri[row] for kind, mask in masks.items() for row in mask.nonzero()[0].tolist()}
    return by_columns, by_records, doubted


@few
@given(records(), st.sampled_from(sorted(CHANGES)), st.randoms())
def test_columns_and_records_are_judged_alike(found: Records, name: str, draw: random.Random) -> None:
    changed = {record.iri: record for record in found}
    candidates = [(r, new) for r in found if (new := CHANGES[name](draw, r)) is not None]
    if candidates:
        _, new = draw.choice(candidates)
        changed[new.iri] = new
    by_columns, by_records, _ = _verdicts(Records.of(changed.values()), VOCABULARY)
    assert by_columns == by_records


@pytest.mark.parametrize("seed", range(30))
def test_most_records_are_beyond_doubt(seed: int) -> None:
    vocabulary = Vocabulary.bundled()
    found = random_records(seed, vocabulary)
    sound = Records.of(
        replace(r, basis=Basis.INFERRED, derived_from=(next(iter(found.statements)),)) if isinstance(r, Statement) else r
        for r in found
    )
    _, _, doubted = _verdicts(sound, vocabulary)
    first = next(iter(found.statements))
    identities = {s.iri for s in sound.statements.values() if vocabulary.relation(s.predicate).identifies}
    assert doubted <= {first} | identities
