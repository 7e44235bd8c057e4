"""What makes a statement itself, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Basis, Records, Statement, Status, content_hash, evidence_iri, proposition, statement_iri
from cuibono.schema import Vocabulary
from tests.graphs import BASE, drawn, graph

VOCABULARY = Vocabulary.bundled()
LINE = "A leads X since:2020 on:2021 by:B doc:D1"


def iri_of(line: str) -> str:
    """Return the IRI of the statement of a line."""
    (statement,) = drawn(line).statements
    return statement.iri


@pytest.mark.parametrize(
    "other",
    [
        "C leads X since:2020 on:2021 by:B doc:D1",
        "A founded X since:2020 on:2021 by:B doc:D1",
        "A leads Y since:2020 on:2021 by:B doc:D1",
        "A leads X since:2020-01 on:2021 by:B doc:D1",
        "A leads X since:2020 on:2021-01-01 by:B doc:D1",
        "A leads X since:2020 on:2021 by:C doc:D1",
        "A leads X since:2020 on:2021 by:B doc:D2",
        "A leads X on:2021 by:B doc:D1",
        "A leads X since:2020 by:B doc:D1",
        "A leads X since:2020 on:2021 doc:D1",
        "A leads X since:2021 on:2020 by:B doc:D1",
    ],
)
def test_what_makes_a_statement_another(other: str) -> None:
    assert iri_of(other) != iri_of(LINE)


@pytest.mark.parametrize("option", ["until:2024", "conf:0.5", "basis:inferred", "status:proposed", "role:CEO", "via:N"])
def test_what_does_not(option: str) -> None:
    assert iri_of(f"{LINE} {option}") == iri_of(LINE)


def test_evidence_does_not_either() -> None:
    kg = graph(LINE)
    (statement,) = kg.statements()
    fields: dict[str, Any] = {name: getattr(statement, name) for name in Statement.__dataclass_fields__}
    more = Statement(**{**fields, "evidence": (), "basis": Basis.INFERRED, "derived_from": ("urn:x",), "status": Status.REJECTED})
    key = proposition(VOCABULARY.relation(more.predicate), more.subject, more.object)
    dates = {"stated_on": more.stated_on, "valid_from": more.valid_from}
    assert statement_iri(BASE, key, speaker=more.speaker, document=more.document, **dates) == statement.iri


@pytest.mark.parametrize("relation", ["competesWith", "partnersWith"])
def test_the_ends_of_a_symmetric_relation_are_sorted_first(relation: str) -> None:
    one, other = drawn(f"X {relation} Y"), drawn(f"Y {relation} X")
    assert one.statements == other.statements
    assert (one.statements[0].subject, one.statements[0].object) == (BASE + "X", BASE + "Y")


def test_the_ends_of_any_other_relation_are_not() -> None:
    assert iri_of("X supplies Y") != iri_of("Y supplies X")


def test_the_hash_is_told_once_and_for_all() -> None:
    """Published IRIs hang on it: whoever changes it makes all of them new."""
    assert content_hash("a", None, "") == "lwx4b3ebiucgbzjqbprft2qwou"
    assert iri_of(LINE) == f"{BASE}statement/mf4i4xrh4gegm3fqtrp5ba4udm"


def test_each_dossier_has_things_of_its_own() -> None:
    key = proposition(VOCABULARY.relation("leads"), "urn:a", "urn:x")
    nothing: dict[str, None] = dict.fromkeys(("speaker", "stated_on", "valid_from", "document"))
    one, other = (statement_iri(base, key, **nothing) for base in ("https://one.example/", "https://other.example/"))
    assert one.startswith("https://one.example/statement/")
    assert other.startswith("https://other.example/statement/")


_part = st.none() | st.text(max_size=5)


@given(st.lists(_part, max_size=6), st.lists(_part, max_size=6))
def test_different_parts_have_different_hashes(one: list[str | None], other: list[str | None]) -> None:
    assert (content_hash(*one) == content_hash(*other)) is (one == other)


@given(st.text(max_size=10), st.text(max_size=10), st.none() | st.integers(0), st.none() | st.text(max_size=5))
def test_evidence_is_its_document_quote_and_place(document: str, exact: str, start: int | None, row: str | None) -> None:
    iri = evidence_iri(BASE, document=document, exact=exact, start=start, row=row)
    assert iri == evidence_iri(BASE, document=document, exact=exact, start=start, row=row)
    assert iri != evidence_iri(BASE, document=document, exact=exact + ".", start=start, row=row)
    assert iri != evidence_iri(BASE, document=document, exact=exact, start=(start or 0) + 1, row=row)


@given(st.permutations(["one", "two", "two", "three"]))
def test_set_valued_fields_have_no_order(names: list[str]) -> None:
    (statement,) = drawn(LINE).statements
    fields: dict[str, Any] = {name: getattr(statement, name) for name in Statement.__dataclass_fields__}
    assert Statement(**{**fields, "evidence": tuple(names)}).evidence == ("one", "three", "two")


def test_records_of_one_iri_are_one() -> None:
    statements = drawn("A leads X conf:0.5 \n A leads X conf:0.6").statements
    assert [s.confidence for s in Records.of(statements).statements.values()] == [0.6]


def test_dates_are_part_of_it_as_they_were_given() -> None:
    assert PartialDate("2020") != PartialDate("2020-01")
    assert iri_of("A leads X since:2020") != iri_of("A leads X since:2020-01")
