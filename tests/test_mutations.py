"""Writing over GraphQL: who may, what is refused, what is done once, and what stands in the history."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import cuibono
from cuibono.api.graphql.execution import Executor
from cuibono.api.graphql.principal import Principal, Role
from cuibono.graph.build.changes import AddEntity, AddStatement, KeyReused, Quote, Review
from cuibono.graph.errors import InvalidInput
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Basis, Status
from cuibono.graph.store.history import status_changes

EVE = Principal("Eve", frozenset({Role.EDITOR, Role.REVIEWER}))
TEXT = "Ada Lovelace leads Analytical Ltd. Babbage, she said, is wrong. Babbage, he said, is right."

ERRORS = "errors { code message field }"
NAMED = "id iri label __typename"
ADD_ENTITY = f"mutation ($input: AddEntityInput!) {{ addEntity(input: $input) {{ entity {{ {NAMED} }} {ERRORS} }} }}"
ADD_CLAIM = f"mutation ($input: AddClaimInput!) {{ addClaim(input: $input) {{ claim {{ iri text quantity }} {ERRORS} }} }}"
ADD_DOCUMENT = f"mutation ($input: AddDocumentInput!) {{ addDocument(input: $input) {{ document {{ id iri title }} {ERRORS} }} }}"
STATEMENT = f"statement {{ id iri status evidence {{ exact document {{ iri }} }} confidence predicate {{ name }} }} {ERRORS}"
ADD_STATEMENT = f"mutation ($input: AddStatementInput!) {{ addStatement(input: $input) {{ {STATEMENT} }} }}"
ADD_EVIDENCE = f"mutation ($input: AddEvidenceInput!) {{ addEvidence(input: $input) {{ {STATEMENT} }} }}"
REVIEW = f"mutation ($input: ReviewStatementInput!) {{ reviewStatement(input: $input) {{ {STATEMENT} }} }}"
REVIEW_ALL = f"""mutation ($input: ReviewStatementsInput!) {{ reviewStatements(input: $input) {{
  statements {{ iri status }} {ERRORS} }} }}"""
RETRACT = f"mutation ($input: RetractStatementInput!) {{ retractStatement(input: $input) {{ {STATEMENT} }} }}"
MERGE = f"""mutation ($input: MergeEntitiesInput!) {{ mergeEntities(input: $input) {{
  entity {{ iri aliases mergedFrom {{ iri }} }} {ERRORS} }} }}"""
SPLIT = f"mutation ($input: SplitEntitiesInput!) {{ splitEntities(input: $input) {{ entities {{ iri }} {ERRORS} }} }}"


class Writer:
    """Asks one graph, as somebody."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg, self.principal = kg, EVE
        self.executor = Executor(kg)

    def but_as(self, name: str | None, *roles: Role) -> Writer:
        other = copy.copy(self)
        other.principal = Principal(name, frozenset(roles))
        return other

    def whole(self, query: str, **input: Any) -> Any:
        return json.loads(self.executor.answer(query, {"input": input}, principal=self.principal).content)

    def __call__(self, query: str, **input: Any) -> Any:
        answer = self.whole(query, **input)
        assert "errors" not in answer, answer
        [payload] = answer["data"].values()
        return payload

    def done(self, query: str, **input: Any) -> Any:
        payload = self(query, **input)
        assert payload.pop("errors") == []
        [result] = payload.values()
        return result

    def refused(self, query: str, **input: Any) -> list[tuple[str, str]]:
        version = self.kg.version
        payload = self(query, **input)
        errors = payload.pop("errors")
        assert list(payload.values()) == [None]
        assert self.kg.version == version
        return [(error["code"], ".".join(error["field"])) for error in errors]


@pytest.fixture(scope="module")
def unchanged() -> Iterator[Writer]:
    """A writer whose graph no test changes, as a schema takes a second to make."""
    with cuibono.open() as kg:
        yield prepared(kg)


@pytest.fixture
def eve() -> Iterator[Writer]:
    with cuibono.open() as kg:
        yield prepared(kg)


def prepared(kg: KnowledgeGraph) -> Writer:
    writer = Writer(kg)
    writer.done(ADD_ENTITY, type="Person", label="Ada Lovelace", iri="https://example.org/ada")
    writer.done(ADD_ENTITY, type="Company", label="Analytical Ltd", iri="https://example.org/analytical")
    writer.done(ADD_DOCUMENT, title="News", text=TEXT, iri="https://example.org/news")
    return writer


def leads(**more: Any) -> dict[str, Any]:
    quote = {"document": "https://example.org/news", "quote": "Ada Lovelace leads Analytical Ltd."}
    return {
        "subject": "ada lovelace",
        "predicate": "leads",
        "object": "Analytical Ltd",
        "basis": "VERBATIM",
        "evidence": [quote],
        **more,
    }


def test_a_graph_is_written_from_nothing_and_answers() -> None:
    with cuibono.open() as kg:
        eve = Writer(kg)
        people = [eve.done(ADD_ENTITY, type="Person", label="John Smith") for _ in range(2)]
        assert people[0]["iri"] != people[1]["iri"], "two of one name are two until somebody says otherwise"
        rival = eve.done(ADD_ENTITY, type="Company", label="Rival", sameAs=["https://example.com/rival"])
        own = eve.done(ADD_ENTITY, type="Company", label="Own", aliases=["Own Inc."])
        assert own["__typename"] == "Company"
        page = eve.done(ADD_DOCUMENT, title="Page", text="Smith leads Own, which competes with Rival. Smith: Rival is bad.")
        said = [("leads", own, "Smith leads Own"), ("disputes", rival, "Rival is bad")]
        for predicate, end, quote in said:
            evidence = [{"document": page["id"], "quote": quote}]
            ends = {"subject": people[0]["id"], "object": end["id"]}
            eve.done(ADD_STATEMENT, predicate=predicate, basis="VERBATIM", evidence=evidence, **ends)
        eve.done(
            ADD_STATEMENT,
            subject="Own Inc.",
            predicate="competesWith",
            object=rival["iri"],
            basis="PARAPHRASED",
            confidence=0.5,
            evidence=[{"document": page["iri"], "quote": "competes with Rival"}],
        )
        [finding] = kg.conflicts()
        assert (finding.actor, finding.target, finding.alignment) == (people[0]["iri"], rival["iri"], "SELF_SERVING")
        claim = eve.done(ADD_CLAIM, text="Rival sold 1.5 million.", quantity=1.5)
        assert claim["quantity"] == 1.5
        assert kg.claim("Rival sold 1.5 million.").iri == claim["iri"]


def test_a_statement_takes_more_evidence_is_reviewed_corrected_and_retracted(eve: Writer) -> None:
    made = eve.done(ADD_STATEMENT, **leads(status="PROPOSED", attributes=[{"name": "role", "value": "chair"}]))
    assert (made["status"], made["confidence"]) == ("PROPOSED", 1)
    news = "https://example.org/news"
    more = eve.done(ADD_EVIDENCE, statement=made["id"], evidence=[{"document": news, "quote": "Babbage", "suffix": ", she"}])
    assert sorted(piece["exact"] for piece in more["evidence"]) == ["Ada Lovelace leads Analytical Ltd.", "Babbage"]
    assert eve.done(REVIEW, statement=made["id"], status="ACCEPTED", why="It says so.")["status"] == "ACCEPTED"
    after = eve.done(ADD_STATEMENT, **leads(validFrom="1843", revisionOf=made["iri"]))
    assert after["iri"] != made["iri"]
    assert eve.kg.snapshot.statements[made["iri"]].status is Status.RETRACTED
    assert eve.done(RETRACT, statement=after["id"], why="A hoax.")["status"] == "RETRACTED"
    events = [(c.status.value, c.agent, c.reason) for c in status_changes(eve.kg.store, made["iri"])]
    assert events == [("accepted", "Eve", "It says so."), ("retracted", "Eve", f"corrected by {after['iri']}")]
    both = [made["iri"], after["id"]]
    found = eve.done(REVIEW_ALL, statements=both, status="REJECTED", why="Enough.")
    assert {statement["status"] for statement in found} == {"REJECTED"}


def test_entities_are_merged_and_split(eve: Writer) -> None:
    eve.done(ADD_ENTITY, type="Person", label="Ada King", iri="https://example.org/king")
    merged = eve.done(MERGE, one="Ada King", other="Ada Lovelace", why="She married.")
    assert (merged["iri"], merged["aliases"], len(merged["mergedFrom"])) == ("https://example.org/ada", ["Ada King"], 2)
    split = eve.done(SPLIT, one="Ada King", other="Ada Lovelace", why="Her daughter.")
    assert [entity["iri"] for entity in split] == ["https://example.org/king", "https://example.org/ada"]


# ── what is wrong ──────────────────────────────────────────────────────────────────────────────────────

WRONG: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "a class that is none": (ADD_ENTITY, {"type": "Alien", "label": "X"}, [("INVALID_INPUT", "input.type")]),
    "no label": (ADD_ENTITY, {"type": "Person", "label": " "}, [("INVALID_INPUT", "input.label")]),
    "an IRI that is none": (ADD_ENTITY, {"type": "Person", "label": "X", "iri": "no iri"}, [("INVALID_INPUT", "input")]),
    "a sameAs that is none": (
        ADD_ENTITY,
        {"type": "Person", "label": "X", "sameAs": ["a b"]},
        [("INVALID_INPUT", "input.sameAs")],
    ),
    "an IRI that is taken": (
        ADD_ENTITY,
        {"type": "Person", "label": "X", "iri": "https://example.org/ada"},
        [("ALREADY_EXISTS", "input.iri")],
    ),
    "a null character": (ADD_CLAIM, {"text": "a\0b"}, [("INVALID_INPUT", "input.text")]),
    "a document of nothing": (ADD_DOCUMENT, {"language": "en"}, [("INVALID_INPUT", "input.text")]),
    "nobody": (ADD_STATEMENT, leads(subject="Nobody"), [("NOT_FOUND", "input.subject")]),
    "several things at once": (
        ADD_STATEMENT,
        leads(subject="Nobody", predicate="likes", speaker="Nobody"),
        [("INVALID_INPUT", "input.predicate"), ("NOT_FOUND", "input.subject"), ("NOT_FOUND", "input.speaker")],
    ),
    "a quote that is not there": (
        ADD_STATEMENT,
        leads(evidence=[{"document": "https://example.org/news", "quote": "Ada leads"}]),
        [("INVALID_INPUT", "input.evidence.0.quote")],
    ),
    "a quote that is there twice": (
        ADD_STATEMENT,
        leads(evidence=[{"document": "https://example.org/news", "quote": "Babbage"}]),
        [("INVALID_INPUT", "input.evidence.0.quote")],
    ),
    "no document": (
        ADD_STATEMENT,
        leads(evidence=[{"document": "https://example.org/other", "quote": "Ada"}]),
        [("NOT_FOUND", "input.evidence.0.document")],
    ),
    "no evidence": (ADD_STATEMENT, leads(evidence=[]), [("INVALID_INPUT", "input.evidence")]),
    "ends the wrong way round": (
        ADD_STATEMENT,
        leads(subject="Analytical Ltd", object="Ada Lovelace"),
        [("INVALID_INPUT", "input.object")],
    ),
    "a confidence out of range": (ADD_STATEMENT, leads(confidence=2), [("INVALID_INPUT", "input.confidence")]),
    "an attribute that is none": (
        ADD_STATEMENT,
        leads(attributes=[{"name": "colour", "value": "red"}]),
        [("INVALID_INPUT", "input.attributes")],
    ),
    "dates the wrong way round": (ADD_STATEMENT, leads(validFrom="2020", validTo="2019"), [("INVALID_INPUT", "input.validTo")]),
    "a new statement that is rejected": (ADD_STATEMENT, leads(status="REJECTED"), [("INVALID_INPUT", "input.status")]),
    "a correction of nothing": (ADD_STATEMENT, leads(revisionOf="urn:x:1"), [("INVALID_INPUT", "input.revisionOf")]),
    "evidence for nothing": (
        ADD_EVIDENCE,
        {"statement": "urn:x:1", "evidence": []},
        [("NOT_FOUND", "input.statement"), ("INVALID_INPUT", "input.evidence")],
    ),
    "a review of nothing": (
        REVIEW,
        {"statement": "urn:x:1", "status": "ACCEPTED", "why": "x"},
        [("NOT_FOUND", "input.statement")],
    ),
    "a review without a reason": (
        REVIEW_ALL,
        {"statements": [], "status": "ACCEPTED", "why": " "},
        [("INVALID_ARGUMENT", "input.why")],
    ),
    "a merge with nobody": (MERGE, {"one": "Ada Lovelace", "other": "Nobody", "why": "x"}, [("NOT_FOUND", "input.other")]),
    "a merge with itself": (
        MERGE,
        {"one": "Ada Lovelace", "other": "Ada Lovelace", "why": "x"},
        [("INVALID_ARGUMENT", "input.other")],
    ),
    "a person and a company": (
        MERGE,
        {"one": "Ada Lovelace", "other": "Analytical Ltd", "why": "x"},
        [("INVALID_INPUT", "input.object")],
    ),
    "a split of one": (SPLIT, {"one": "Ada Lovelace", "why": "x"}, [("INVALID_ARGUMENT", "input.one")]),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_as_data_and_nothing_changes(unchanged: Writer, case: str) -> None:
    query, input, wanted = WRONG[case]
    assert unchanged.refused(query, **input) == wanted


def test_a_statement_that_is_there_is_not_made_again(eve: Writer) -> None:
    eve.done(ADD_STATEMENT, **leads())
    assert eve.refused(ADD_STATEMENT, **leads()) == [("ALREADY_EXISTS", "input")]


def test_of_several_statements_one_that_is_none_keeps_all_as_they_are(eve: Writer) -> None:
    made = eve.done(ADD_STATEMENT, **leads())
    wrong = {"statements": [made["iri"], "urn:x:1"], "status": "REJECTED", "why": "x"}
    assert eve.refused(REVIEW_ALL, **wrong) == [("NOT_FOUND", "input.statements.1")]
    assert eve.kg.snapshot.statements[made["iri"]].status is Status.ACCEPTED


# ── who may ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "role", "query", "code"),
    [
        (None, Role.READER, ADD_ENTITY, "UNAUTHENTICATED"),
        ("Rae", Role.READER, ADD_ENTITY, "FORBIDDEN"),
        ("Rev", Role.REVIEWER, ADD_ENTITY, "FORBIDDEN"),
        ("Ed", Role.EDITOR, MERGE, "FORBIDDEN"),
        ("Ed", Role.EDITOR, REVIEW, "FORBIDDEN"),
    ],
)
def test_who_may_not_write_is_told_so(unchanged: Writer, name: str | None, role: Role, query: str, code: str) -> None:
    inputs: dict[str, dict[str, Any]] = {
        ADD_ENTITY: {"type": "Person", "label": "X"},
        MERGE: {"one": "a", "other": "b", "why": "c"},
        REVIEW: {"statement": "a", "status": "ACCEPTED", "why": "c"},
    }
    version = unchanged.kg.version
    answer = unchanged.but_as(name, role).whole(query, **inputs[query])
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert unchanged.kg.version == version


def test_each_may_do_what_the_role_says(eve: Writer) -> None:
    made = eve.but_as("Ed", Role.EDITOR).done(ADD_STATEMENT, **leads())
    eve.but_as("Rev", Role.REVIEWER).done(REVIEW, statement=made["iri"], status="REJECTED", why="no")
    assert [c.agent for c in status_changes(eve.kg.store, made["iri"])] == ["Rev"]


# ── what is done once ──────────────────────────────────────────────────────────────────────────────────


def test_the_same_key_and_input_give_the_same_answer_and_are_done_once(tmp_path: Path) -> None:
    asked = {"type": "Person", "label": "John Smith", "idempotencyKey": "a"}
    with cuibono.open(tmp_path / "store") as kg:
        eve = Writer(kg)
        first = eve(ADD_ENTITY, **asked)
        assert eve(ADD_ENTITY, **asked) == first
        assert (len(kg.entities()), kg.version) == (1, 1)
    with cuibono.open(tmp_path / "store") as kg:
        eve = Writer(kg)
        assert eve(ADD_ENTITY, **asked) == first, "after a restart as well"
        reused = [("IDEMPOTENCY_KEY_REUSED", "input.idempotencyKey")]
        assert eve.refused(ADD_ENTITY, **{**asked, "label": "Jo Smith"}) == reused
        assert eve.refused(ADD_CLAIM, text="x", idempotencyKey="a") == reused
        assert eve.but_as("Ann", Role.EDITOR)(ADD_ENTITY, **asked) != first, "the keys of others are others"
        assert len(kg.entities()) == 2


def test_what_was_refused_can_be_asked_for_again_under_its_key(eve: Writer) -> None:
    asked = leads(object="Babbage Ltd", idempotencyKey="b")
    assert eve.refused(ADD_STATEMENT, **asked) == [("NOT_FOUND", "input.object")]
    eve.done(ADD_ENTITY, type="Company", label="Babbage Ltd")
    assert eve.done(ADD_STATEMENT, **asked) == eve.done(ADD_STATEMENT, **asked)


def test_a_merge_that_is_repeated_is_no_other_and_does_not_undo_a_split(eve: Writer) -> None:
    eve.done(ADD_ENTITY, type="Person", label="Ada King", iri="https://example.org/king")
    asked = {"one": "Ada King", "other": "Ada Lovelace", "why": "She married.", "idempotencyKey": "m"}
    assert len(eve.done(MERGE, **asked)["mergedFrom"]) == 2
    eve.done(SPLIT, one="Ada King", other="Ada Lovelace", why="Her daughter.")
    assert eve.done(MERGE, **asked)["mergedFrom"] == []


def test_many_at_once_under_one_key_make_one(tmp_path: Path) -> None:
    with cuibono.open(tmp_path / "store") as kg, ThreadPoolExecutor(8) as pool:
        writer = Writer(kg)
        asked = {"type": "Person", "label": "John Smith"}
        same = list(pool.map(lambda _: writer.done(ADD_ENTITY, **asked, idempotencyKey="x")["iri"], range(16)))
        assert len(set(same)) == 1
        each = list(pool.map(lambda n: writer.done(ADD_ENTITY, **asked, idempotencyKey=str(n))["iri"], range(16)))
        assert len(set(each)) == 16
        assert len(kg.entities()) == 17


# ── the same from Python ───────────────────────────────────────────────────────────────────────────────


def test_python_has_the_same_changes() -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        [article] = kg.documents()
        change = AddStatement(
            subject="Elon Musk",
            predicate="disputes",
            object="DeepSeek",
            basis=Basis.VERBATIM,
            evidence=(Quote(document=article.iri, quote="Obviously"),),
            stated_on=None,
        )
        applied = kg.apply(change, by="Eve", key="1")
        assert kg.snapshot.statements[applied.results[0]].evidence
        assert kg.apply(change, by="Eve", key="1").again
        with pytest.raises(KeyReused, match="another change"):
            kg.apply(AddEntity(type="Person", label="X"), by="Eve", key="1")
        with pytest.raises(InvalidInput, match=r"statement.evidence.0: quote: the quote 'Never'"):
            kg.apply(
                AddStatement(
                    subject="Elon Musk",
                    predicate="owns",
                    object="xAI",
                    basis=Basis.VERBATIM,
                    evidence=(Quote(document=article.iri, quote="Never"),),
                )
            )
        assert kg.retract(applied.results[0], by="Eve", why="no").status is Status.RETRACTED
        many = tuple(s.iri for s in kg.statements(predicate="endorses"))
        version = kg.version
        kg.apply(Review(statements=many, status=Status.PROPOSED, why="again"), by="Eve")
        assert kg.version == version + 1
        assert kg.statements(predicate="endorses") == []
