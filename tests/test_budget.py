"""What an operation would take is worked out before it is validated, in time that its length bounds."""

from __future__ import annotations

import time
from typing import Any

import pytest
from graphql import OperationDefinitionNode, get_introspection_query, parse

from cuibono.api.graphql.budget import UNLIMITED, WEIGHTS, Budget, Limits, measured
from cuibono.api.graphql.execution import Executor
from cuibono.api.graphql.schema import build_schema
from cuibono.graph.deadline import DeadlinePassed, check_deadline, deadline
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.schema import Vocabulary
from tests.graphs import graph

SCHEMA = build_schema(Vocabulary.bundled()).core


def budget(query: str, **variables: Any) -> Budget:
    document = parse(query)
    operation = next(part for part in document.definitions if isinstance(part, OperationDefinitionNode))
    return measured(SCHEMA, document, operation, variables, depth=24)


PARTS = [
    ("{ info { version } }", Budget(depth=2, root_fields=1, cost=WEIGHTS["info"] + 1, light=False)),
    ("{ a: info { b: version version } }", Budget(depth=2, aliases=2, root_fields=1, cost=WEIGHTS["info"] + 2, light=False)),
    ("query @a { info @skip(if: false) { ... @b { version } } }", Budget(2, 0, 1, 3, WEIGHTS["info"] + 1, light=False)),
    ("query($a: Int = 1 @c) { __typename }", Budget(1, 0, 1, 1, 1)),
    ("{ ...A ...A } fragment A on Query { x: __typename ...B } fragment B on Query { y: __typename }", Budget(1, 4, 4, 0, 4)),
]


@pytest.mark.parametrize(("query", "expected"), PARTS, ids=[query for query, _ in PARTS])
def test_each_part_is_counted_as_often_as_it_is_spread(query: str, expected: Budget) -> None:
    assert budget(query) == expected


LISTS = [
    ("{ entities { edges { node { id } } } }", {}, 20),
    ("{ entities(first: 7) { edges { node { id } } } }", {}, 7),
    ("{ entities(last: 7) { edges { node { id } } } }", {}, 7),
    ("query($n: Int) { entities(first: $n) { edges { node { id } } } }", {"n": 30}, 30),
    ("query($n: Int = 40) { entities(first: $n) { edges { node { id } } } }", {}, 40),
    ("query($n: Int) { entities(first: $n) { edges { node { id } } } }", {}, 20),
    ("query($n: Int) { entities(first: $n) { edges { node { id } } } }", {"n": "many"}, 20),
    ("{ entities(first: 99999999999999) { edges { node { id } } } }", {}, 1000),
    ("{ entities(first: 7) { ...E } } fragment E on EntityConnection { edges { node { id } } }", {}, 7),
]


@pytest.mark.parametrize(("query", "variables", "size"), LISTS)
def test_lists_count_by_the_size_that_is_asked_for(query: str, variables: dict[str, Any], size: int) -> None:
    # a list field, and for each item the node and its id
    assert budget(query, **variables).cost == WEIGHTS["entities"] + 1 + 2 * size


def test_nested_lists_multiply() -> None:
    inner = "statements(first: 10) { edges { node { subject { __typename } } } }"
    cost = budget(f"{{ entities(first: 100) {{ edges {{ node {{ {inner} }} }} }} }}").cost
    assert cost == WEIGHTS["entities"] + 1 + 100 * (1 + 1 + 1 + 10 * 3)


@pytest.mark.parametrize(
    ("query", "light"),
    [
        ('{ entity(name: "A") { id label ... on Person { leads(first: 5) { edges { node { label } } } } } }', True),
        ('{ node(id: "A") { id } }', True),
        ("{ conflictsOfInterest { totalCount } }", False),
        ("{ __schema { types { name } } }", False),
        ("{ ...A } fragment A on Query { entities { totalCount } }", False),
        ('{ entity(name: "A") { neighborhood { __typename } } }', False),
    ],
)
def test_what_takes_next_to_nothing_is_known(query: str, light: bool) -> None:
    assert budget(query).light is light


def test_the_ids_that_are_asked_for_count() -> None:
    ids = budget('{ nodes(ids: ["a", "b", "c"]) { id } }').cost
    assert ids == 1 + 3 == budget("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["a", "b", "c"]).cost


def test_every_weight_is_that_of_a_field() -> None:
    assert SCHEMA.query_type is not None
    assert set(WEIGHTS) <= set(SCHEMA.query_type.fields)


def bomb(levels: int) -> str:
    """Return a document that would have 2 to the power of some levels fields."""
    parts = [f"fragment F{i} on Query {{ a: __typename ...F{i + 1} ...F{i + 1} }}" for i in range(levels)]
    return "{ ...F0 } " + " ".join(parts) + f" fragment F{levels} on Query {{ b: __typename }}"


def test_fragments_that_double_each_other_take_no_longer_than_others() -> None:
    assert budget(bomb(10)).aliases == 2**11 - 1
    begin = time.process_time()
    assert budget(bomb(60)).aliases == 10**12
    assert time.process_time() - begin < 60  # many years, were each spread counted anew


def test_what_is_spread_within_itself_is_counted_once() -> None:
    assert budget("{ ...A } fragment A on Query { x: __typename ...B } fragment B on Query { ...A }").aliases == 1


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("{ " + "info { version } " * 51 + "}", "number of fields at the root would be 51, and may be 50"),
        ("{ " + " ".join(f"a{i}: __typename" for i in range(101)) + " }", "number of aliases would be 101, and may be 100"),
        ("{ __typename " + "@skip(if: false) " * 101 + "}", "number of directives would be 101, and may be 100"),
        ("{ " + "a { " * 25 + "b" + " }" * 26, "depth would be 26, and may be 24"),
        ("{ " + "...{ " * 80 + "info { version } " + "} " * 81, "depth would be beyond counting"),
        ("{ ...A } fragment A on Query { ... { ...A } }", ""),
        (bomb(30), "number of aliases would be 2,147,483,647"),
    ],
)
def test_too_much_is_refused_and_told(query: str, part: str) -> None:
    with graph("A leads X") as kg:
        answer = Executor(kg, Limits()).answer(query)
    assert not answer.executed
    assert part in answer.content.decode()
    assert answer.codes == {"QUERY_TOO_LARGE" if part else "GRAPHQL_VALIDATION_FAILED"}


def test_too_many_tokens_are_not_read() -> None:
    with graph("A leads X") as kg:
        answer = Executor(kg, Limits(tokens=10)).answer("{ a b c d e f g h i j }")
    assert b"more than 10 tokens" in answer.content


def test_sizes_in_variables_are_measured_for_each_request() -> None:
    query = "query($n: Int) { entities(first: $n) { edges { node { label iri id aliases } } } }"
    with graph("A leads X") as kg:
        executor = Executor(kg, Limits(cost=1_000))
        # Of a graph of two entities, no more are read than there are.
        assert executor.answer(query, {"n": 500}).executed
    names = [f"X{number}" for number in range(500)]
    with graph("\n".join(f"A leads {name}" for name in names), classes=dict.fromkeys(names, "Organization")) as kg:
        executor = Executor(kg, Limits(cost=1_000))
        for n, executed in ((10, True), (500, False), (10, True), (499, False)):
            assert executor.answer(query, {"n": n}).executed is executed


def test_what_people_and_tools_ask_is_within_the_limits(seed_graph: KnowledgeGraph) -> None:
    executor = Executor(seed_graph, Limits())
    depth = get_introspection_query(specified_by_url=True, input_value_deprecation=True, type_depth=9)
    nested = "entities(first: 100) { edges { node { label statements(first: 10) { edges { node { %s } } } } } }"
    for query in (depth, "{ " + nested % "text basis confidence status iri" + " }"):
        answer = executor.answer(query)
        assert answer.executed
        assert not answer.codes, answer.content


def test_on_one_s_own_machine_there_is_no_limit_but_python_s() -> None:
    with graph("A leads X") as kg:
        assert Executor(kg, UNLIMITED).answer("{ " + " ".join(f"a{i}: __typename" for i in range(2_000)) + " }").executed


def test_whoever_works_stops_when_nobody_waits_any_more(seed_graph: KnowledgeGraph) -> None:
    answer = Executor(seed_graph).answer("{ conflictPairs { edges { node { strength } } } }", until=time.monotonic())
    assert answer.codes == {"TIME_LIMIT"}
    for work in (
        lambda: list(seed_graph.statements()),
        lambda: seed_graph.paths("Elon Musk", "DeepSeek"),
        lambda: seed_graph.search("a"),
    ):
        with pytest.raises(DeadlinePassed), deadline(time.monotonic() - 1):
            work()
        assert work()


def test_the_sooner_of_two_deadlines_holds() -> None:
    with deadline(time.monotonic() - 1), deadline(time.monotonic() + 100), pytest.raises(DeadlinePassed):
        check_deadline()
    check_deadline()
