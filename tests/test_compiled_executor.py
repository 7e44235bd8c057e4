"""The compiled executor gives, byte for byte, what graphql-core's gives, or leaves the operation to it.

It may leave only what it must: whatever is answered without an error, introspection aside, is answered by a plan.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest
from graphql import OperationType

import cuibono
from cuibono.api.graphql.budget import Limits
from cuibono.api.graphql.compiled.columns import READS, REFERENCES
from cuibono.api.graphql.compiled.fragments import Fragments
from cuibono.api.graphql.documents import RequestError
from cuibono.api.graphql.execution import Executor, executed
from cuibono.graph.generation import generated_records
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Document, Entity, Status
from tests.known_texts import texts_for
from tests.random_operations import random_operation

pytestmark = pytest.mark.slow

QUERIES = (OperationType.QUERY,)
MODEST = Limits(tokens=20_000, depth=100, aliases=10_000, root_fields=100, directives=1_000, cost=20_000)


@dataclass
class Compared:
    """Operations that were answered both ways."""

    graph: KnowledgeGraph
    executor: Executor = field(init=False)
    answered: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.executor = Executor(self.graph, MODEST)

    def compare(self, query: str, variables: Mapping[str, Any] | None = None) -> bytes | None:
        """Answer an operation both ways, and return the answer unless it has errors."""
        operation = self.executor.prepare(query, None, variables or {}, QUERIES)[0]
        view = operation.schema.view(self.graph)
        expected = executed(operation, variables or {}, view)
        # What was made for the first is kept for the second, and read by the third.
        by_plan, *again = (operation.plans.answer(variables or {}, operation.schema.view(self.graph)) for _ in range(3))
        assert again == [by_plan, by_plan], (query, variables)
        if expected.errors:
            self.told["errors"] += 1
            assert by_plan is None, (query, variables)
            return None
        self.told["plans"] += 1
        assert by_plan is not None, (query, variables)
        assert by_plan.decode() == orjson.dumps({"data": expected.data}).decode(), (query, variables)
        return by_plan

    def compare_random(self, rng: random.Random, count: int) -> None:
        """Answer random operations both ways; those that turn out not to be valid are left out."""
        texts = {key: list(found) for key, found in texts_for(self.graph).items()}
        schema = self.executor.schema.core
        for _ in range(count):
            operation = random_operation(schema, rng, texts)
            try:
                answer = self.compare(operation.query, operation.variables)
            except RequestError as error:
                self.told[error.code or "invalid"] += 1
                continue
            if answer is not None:
                self.answered.append((operation.query, operation.variables))
                texts["after"] = texts["before"] = [*_cursors(orjson.loads(answer)), *texts["after"]][:50]

    def compare_again(self, rng: random.Random, count: int) -> None:
        """Answer operations both ways that were answered before, with the same variables and with others."""
        for query, variables in rng.sample(self.answered, min(count, len(self.answered))):
            for given in (variables, {name: _other(value, rng) for name, value in variables.items()}):
                with suppress(RequestError):
                    self.compare(query, given)


def _other(value: Any, rng: random.Random) -> Any:
    match value:
        case bool():
            return rng.choice((value, not value))
        case int():
            return rng.choice((value, 1, 2, 4))
        case list():
            return value[1:]
        case _:
            return value


def _cursors(answer: Any) -> list[str]:
    match answer:
        case dict():
            here = [answer["cursor"]] if isinstance(answer.get("cursor"), str) else []
            return here + [found for part in answer.values() for found in _cursors(part)]
        case list():
            return [found for part in answer for found in _cursors(part)]
        case _:
            return []


@pytest.fixture(scope="module")
def compared(seed_graph: KnowledgeGraph) -> Compared:
    """The seed graph, which is not to be written to, asked both ways."""
    return Compared(seed_graph)


def generated_graph(seed: int) -> KnowledgeGraph:
    graph = cuibono.open()
    graph.add(*generated_records(100, seed=seed))
    return graph


def change(graph: KnowledgeGraph, rng: random.Random) -> None:
    """Have commits lie over the columns that a graph was read into."""
    statements = list(graph.snapshot.statements.values())
    for statement in rng.sample(statements, 6):
        graph.review(statement.iri, rng.choice(list(Status)), by="somebody", why="to see")
    for old in rng.sample(list(graph.snapshot.entities.values()), 3):
        graph.add(Entity(iri=old.iri, type=old.type, label=old.label + " “new”", aliases=("\u2028 é",)))
    people = [entity.iri for entity in graph.snapshot.entities.values() if entity.type.endswith("Person")]
    if len(people) >= 2:
        graph.merge(*rng.sample(people, 2), why="to see", by="somebody")


def test_a_symmetric_relation_seen_from_both_ends(compared: Compared) -> None:
    query = "{ entities { edges { node { ... on Agent { competesWith { edges { node { ... on Node { label } } } } } } } } }"
    answer = compared.compare(query)
    assert answer is not None
    assert b'"label":"DeepSeek"' in answer
    assert b'"label":"OpenAI"' in answer


def test_other_variables_below_a_list(compared: Compared) -> None:
    query = """query($few: Int!, $shown: Boolean!, $status: [Status!]) {
        entities(first: 5) { edges { node { ...Some } } }
    }
    fragment Some on Entity {
        statements(first: $few, status: $status) { edges { cursor @include(if: $shown) node { iri } } }
    }"""
    given = [{"few": few, "shown": shown, "status": status} for few in (1, 2) for shown in (True, False) for status in (None, [])]
    assert len({compared.compare(query, variables) for variables in given}) == 5  # four ways to be shown, and nothing


COLUMNS = {
    "entities": "id iri label aliases sameAs description __typename",
    "claims": "id iri label text unit quantity hedges",
    "documents": "id iri label title publisher licence url language text sha256 published retrieved authors",
    "statements": """id iri label text predicate { name label iri } statedOn validFrom validTo confidence confidenceStated
        basis status speaker { label } saidVia { iri } document { title } inResponseTo { text } derivedFrom { iri }
        evidence { id iri label exact prefix suffix row start end document { title } }
        subject { __typename ... on Node { label } } object { ... on Entity { aliases } ... on Claim { text } }""",
}


def test_lists_are_read_from_columns(seed_graph: KnowledgeGraph) -> None:
    with cuibono.open() as graph:
        graph.add(*seed_graph.snapshot.records, *(Document(iri=f"https://example.org/{i}", sha256=None) for i in range(3)))
        compared = Compared(graph)
        queries = [f"{{ {kind}(first: 100) {{ edges {{ cursor node {{ {COLUMNS[kind]} }} }} }} }}" for kind in COLUMNS]
        operations = [compared.executor.prepare(query, None, {}, QUERIES)[0] for query in queries]
        reader = graph.snapshot.base.reader
        reader.evidence.cache_clear()
        reader.statement.cache_clear()
        answers = [operation.plans.answer({}, operation.schema.view(graph)) for operation in operations]
        assert (reader.evidence.cache_info().misses, reader.statement.cache_info().misses) == (0, 0), "records were made"
        assert [compared.compare(query) for query in queries] == answers
        assert all(answer.count(b"cursor") >= 3 for answer in answers if answer is not None)
        for seed in range(3):
            change(graph, random.Random(seed))
            for query in queries:
                compared.compare(query)


PAGES = {
    "entities": """statements(first: 3) { edges { cursor node { iri basis object { ... on Node { iri } } } } totalCount }
        last: statements(last: 1, status: [PROPOSED, ACCEPTED]) {
            pageInfo { hasPreviousPage endCursor } edges { node { text } }
        }
        ... on Agent {
            competesWith(first: 5, orderBy: [{ confidence: DESC }]) {
                edges { __typename cursor node { ... on Node { label } } statement { iri } }
            }
            owns(first: 5) { edges { node { ... on Entity { iri inside: statements(first: 2) { edges { node { label } } } } } } }
        }""",
    "claims": """statements(first: 9) {
            edges { node { subject { ... on Node { label } } } }
            groupCounts(by: PREDICATE) { value count }
        }
        assertedBy(first: 9, evidence: { minConfidence: 0.5 }) {
            edges { node { ... on Node { label } } statement { basis } }
        }""",
    "documents": "statements(first: 2) { edges { node { iri document { title } } } }",
}


def test_lists_in_lists_are_read_from_columns(seed_graph: KnowledgeGraph) -> None:
    with cuibono.open() as graph:
        graph.add(*seed_graph.snapshot.records, *(Document(iri=f"https://example.org/{i}", sha256=None) for i in range(3)))
        compared = Compared(graph)
        queries = [f"{{ {kind}(first: 60) {{ edges {{ cursor node {{ {PAGES[kind]} }} }} }} }}" for kind in PAGES]
        operations = [compared.executor.prepare(query, None, {}, QUERIES)[0] for query in queries]
        reader = graph.snapshot.base.reader
        reader.statement.cache_clear()
        answers = [operation.plans.answer({}, operation.schema.view(graph)) for operation in operations]
        assert reader.statement.cache_info().misses == 0, "records were made"
        assert [compared.compare(query) for query in queries] == answers
        for seed in range(3):
            change(graph, random.Random(seed))
            for query in queries:
                compared.compare(query)


def test_fields_of_columns_are_fields_of_the_schema(compared: Compared) -> None:
    schema = compared.executor.schema.core
    names = {"entities": "Entity", "claims": "Claim", "documents": "Document", "evidence": "Evidence", "statements": "Statement"}
    for kind, name in (*READS, *REFERENCES):
        assert name in schema.get_type(names[kind]).fields  # type: ignore[union-attr]


def test_an_answer_that_is_kept_is_that_of_the_graph_as_it_is(seed_graph: KnowledgeGraph) -> None:
    with cuibono.open() as graph:
        graph.add(*seed_graph.snapshot.records)
        executor = Executor(graph)
        query = "query($name: String) { entity(name: $name) { iri description } }"
        operation, _ = executor.prepare(query, None, {}, QUERIES)
        openai = graph.entity("OpenAI")

        def answers(name: str = "OpenAI") -> set[bytes]:
            return {executor.answer(query, {"name": name}).content for _ in range(4)}

        before, other = answers(), answers("DeepSeek")
        assert executor.kept(operation, {"name": "OpenAI"}).content in before
        assert executor.kept(operation, {"name": "xAI"}) is None
        graph.add(replace(openai, description="something else"))
        assert executor.kept(operation, {"name": "OpenAI"}) is None
        after = answers()
        assert len(before) == len(other) == len(after) == len(before | other | after) - 2 == 1
        assert b"something else" in after.pop()


def test_what_is_kept_has_a_bound() -> None:
    fragments = Fragments(most=100_000)
    for number in range(1000):
        for _ in range(2):
            fragments.keep_answer(number, b"x" * 1000)
    assert sum(fragments.answer(number) is not None for number in range(1000)) <= 100


def test_what_is_an_error_is_left_to_graphql_core(compared: Compared) -> None:
    for query in (
        '{ entity(name: "nobody") { label } }',
        '{ info { entities } entities(after: "nonsense") { totalCount } }',
        "{ entities(first: 5) { edges { node { statements(first: -1) { totalCount } } } } }",
        '{ node(id: "nonsense") { id } }',
    ):
        assert compared.compare(query) is None


def test_introspection_is_left_to_graphql_core(compared: Compared) -> None:
    executor = compared.executor
    query = "{ __schema { queryType { name } } info { entities } }"
    operation, _ = executor.prepare(query, None, {}, QUERIES)
    assert operation.plans.answer({}, operation.schema.view(compared.graph)) is None
    assert orjson.loads(executor.answer(query).content)["data"]["__schema"] == {"queryType": {"name": "Query"}}


@pytest.mark.parametrize("seed", range(2))
def test_random_operations_on_the_seed_graph(compared: Compared, seed: int) -> None:
    before = compared.told["plans"]
    compared.compare_random(random.Random(seed), 150)
    assert compared.told["plans"] - before >= 60, compared.told


@pytest.mark.parametrize("seed", range(2))
def test_random_operations_on_a_graph_that_changes(seed: int) -> None:
    rng = random.Random(100 + seed)
    with generated_graph(seed) as graph:
        compared = Compared(graph)
        for _ in range(3):
            compared.compare_random(rng, 40)
            change(graph, rng)
            compared.compare_again(rng, 20)
        assert compared.told["plans"] >= 100, compared.told


@pytest.mark.parametrize("seed", range(8))
def test_thousands_of_random_operations(seed: int) -> None:
    rng = random.Random(1000 + seed)
    with generated_graph(seed) as graph:
        compared = Compared(graph)
        for _ in range(5):
            compared.compare_random(rng, 100)
            change(graph, rng)
            compared.compare_again(rng, 50)
        assert compared.told["plans"] >= 300, compared.told
