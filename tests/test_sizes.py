"""What a query costs is told from the true sizes of lists: never less than it takes, and not much more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from graphql import OperationDefinitionNode, parse
from hypothesis import given
from hypothesis import strategies as st

import cuibono
from cuibono.api.graphql.budget import WEIGHTS, Budget, Limits, measured
from cuibono.api.graphql.execution import Executor
from cuibono.api.graphql.identifiers import encoded_id
from cuibono.api.graphql.sizes import Degrees
from cuibono.graph.generation import generated_columns
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from tests.graphs import drawn, graph


@pytest.fixture(scope="module")
def large() -> Iterator[Executor]:
    """Asks a generated graph with hubs."""
    with cuibono.open() as kg:
        kg._snapshot = Snapshot.of(Base(generated_columns(20_000)), kg.vocabulary, kg.version)
        yield Executor(kg, Limits(cost=10_000_000))


@pytest.fixture(scope="module")
def small(seed_graph: KnowledgeGraph) -> Executor:
    """Asks the seed graph."""
    return Executor(seed_graph, Limits(cost=10_000_000))


def budget(executor: Executor, query: str) -> Budget:
    document = parse(query)
    operation = next(part for part in document.definitions if isinstance(part, OperationDefinitionNode))
    return measured(executor.schema.core, document, operation, {}, depth=24, sizes=executor.sizes)


def values(answer: Any) -> int:
    """Return how many fields there are in an answer."""
    if isinstance(answer, dict):
        return len(answer) + sum(map(values, answer.values()))
    return sum(map(values, answer)) if isinstance(answer, list) else 0


def taken(executor: Executor, query: str) -> int:
    """Return how many values an answer has, as the cost counts them: those of the root have weights."""
    data = json.loads(executor.answer(query).content)["data"]
    return values(data) + sum(WEIGHTS.get(name, 1) - 1 for name in data)


def page(inner: str) -> str:
    return f"edges {{ node {{ {inner} }} }}"


ENDS = "subject { ... on Node { iri label } } object { ... on Node { iri label } }"
QUERIES = {
    "entities": f"{{ entities(first: 1000) {{ {page('label iri')} }} }}",
    "entities of a class": f'{{ entities(first: 1000, type: "Person") {{ {page("label")} }} }}',
    "claims": f"{{ claims(first: 1000) {{ {page('text')} }} }}",
    "documents": f"{{ documents(first: 1000) {{ {page('title')} }} }}",
    "statements": f"{{ statements(first: 1000) {{ {page('text evidence { exact document { title } }')} }} }}",
    "statements with their ends": f"{{ statements(first: 1000) {{ {page(ENDS)} }} }}",
    "statements of entities": f"{{ entities(first: 200) {{ {page('statements(first: 500) { ' + page('text') + ' }')} }} }}",
    "statements of those with most": "{ entities(first: 200, orderBy: [{statements: DESC}]) { "
    + page("statements(first: 1000) { " + page("text") + " }")
    + " } }",
    "relations": "{ entities(first: 300) { edges { node { ... on Person { leads(first: 100) "
    "{ edges { node { ... on Node { label } } statement { iri } } } } } } } }",
    "relations of those with most": "{ entities(first: 50, orderBy: [{statements: DESC}]) { edges { node "
    "{ ... on Organization { competesWith(first: 1000) { edges { statement { iri } } } } } } } }",
    "statements of documents": f"{{ documents(first: 50) {{ {page('statements(first: 1000) { ' + page('iri') + ' }')} }} }}",
    "responses": f"{{ statements(first: 500) {{ {page('derivedFrom { iri } responses(first: 99) { ' + page('iri') + ' }')} }} }}",
    "fragments": "{ entities(first: 100) { ...Some } } fragment Some on EntityConnection { edges { node { ...Of } } } "
    "fragment Of on Entity { statements(first: 99) { ...Said } } fragment Said on StatementConnection { edges { node { iri } } }",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_the_cost_is_what_is_read_or_somewhat_more(query: str, small: Executor, large: Executor) -> None:
    for executor, most in ((small, 5), (large, 10)):
        cost, least = budget(executor, query).cost, taken(executor, query)
        assert least <= cost <= most * least + 500


def test_what_leads_to_a_hub_again_and_again_is_not_taken_for_less(large: Executor) -> None:
    hub = "entities(first: 1, orderBy: [{statements: DESC}]) { edges { node { iri } } }"
    iri = json.loads(large.answer(f"{{ {hub} }}").content)["data"]["entities"]["edges"][0]["node"]["iri"]
    again = page("subject { ... on Entity { statements(first: 30) { edges { cursor } } } }")
    query = f'{{ entity(iri: "{iri}") {{ statements(first: 50) {{ {again} }} }} }}'
    assert budget(large, query).cost >= taken(large, query)
    ids = ", ".join([f'"{encoded_id("Entity", iri)}"'] * 30)
    query = f"{{ nodes(ids: [{ids}]) {{ ... on Entity {{ statements(first: 30) {{ edges {{ cursor }} }} }} }} }}"
    assert budget(large, query).cost >= taken(large, query)


def test_a_small_graph_is_asked_for_everything_and_a_large_one_is_not(small: Executor, large: Executor) -> None:
    inner = "statements(first: 1000) { edges { node { text } } }"
    query = f"{{ entities(first: 1000) {{ edges {{ node {{ label {inner} }} }} }} }}"
    assert Executor(small.graph, Limits(cost=10_000)).answer(query).executed
    answer = Executor(large.graph, Limits(cost=10_000)).answer(query)
    [error] = json.loads(answer.content)["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_LARGE"
    assert "for the items of entities.edges.node.statements: ask for fewer at a time" in error["message"]


DEAREST = [
    ("{ entities(first: 500) { edges { node { iri label } } } claims { totalCount } }", "entities"),
    ("{ claims(first: 3) { totalCount } ...A } fragment A on Query { entities { edges { cursor } } }", "entities"),
    ("{ statements(first: 9) { edges { node { subject { ... on Entity { statements(first: 90) { edges { cursor } } } } } } } }",
     "statements.edges.node.subject.statements"),
    ('{ entity(name: "A") { neighborhood(limit: 900) { statements { iri } nodes { hops } } } }', "entity.neighborhood"),
    ('{ nodes(ids: ["a", "b"]) { id } }', "nodes"),
    ("{ __typename }", ""),
]  # fmt: skip


@pytest.mark.parametrize(("query", "dearest"), DEAREST)
def test_the_list_that_costs_most_is_known(query: str, dearest: str, large: Executor) -> None:
    found = budget(large, query)
    assert ".".join(found.dearest) == dearest
    assert found.share <= found.cost


def test_sizes_follow_a_graph_that_grows() -> None:
    with graph("A leads X") as kg:
        executor = Executor(kg, Limits(cost=300))
        query = "{ entities(first: 1000) { edges { node { statements(first: 1000) { edges { cursor } } } } } }"
        assert executor.answer(query).executed
        known = executor.sizes
        kg.add(*drawn("B leads X").records)
        assert executor.sizes is known
        kg.add(*drawn("\n".join(f"A leads X since:{1900 + number}" for number in range(100))).records)
        assert executor.sizes is not known
        assert executor.answer(query).codes == {"QUERY_TOO_LARGE"}


@given(st.lists(st.integers(0, 12)), st.integers(0, 15), st.integers(0, 15))
def test_most_is_the_sum_of_the_longest(counts: list[int], holders: int, each: int) -> None:
    longest = sorted((min(count, each) for count in counts), reverse=True)[:holders]
    assert Degrees(np.array(counts, np.int64)).most(holders, each) == sum(longest)
