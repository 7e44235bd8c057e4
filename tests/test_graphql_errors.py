"""Mistakes in GraphQL get one clear error with a code, and nothing of the inside."""

from __future__ import annotations

import logging
import threading

import pyoxigraph as ox
import pytest

from cuibono.api.graphql.execution import execute
from cuibono.graph.store.encoding import STATEMENTS
from cuibono.graph.store.history import new_activity
from tests.graphs import graph
from tests.serving import Client, serving

BASE = "https://w3id.org/cuibono/seed/"
MISTAKES = [
    ("{ entities {", "GRAPHQL_PARSE_FAILED", "Syntax Error"),
    ("{ entity(name: 1) { id } }", "GRAPHQL_VALIDATION_FAILED", "String cannot represent"),
    ("{ entities { nmae } }", "GRAPHQL_VALIDATION_FAILED", "Cannot query field 'nmae'"),
    ('{ entities(first: "x") { totalCount } }', "GRAPHQL_VALIDATION_FAILED", "Int cannot represent"),
    ("{ entities(first: -1) { totalCount } }", "INVALID_ARGUMENT", "first: is -1; it must be 0 to 1000"),
    ("{ entities(last: 1001) { totalCount } }", "INVALID_ARGUMENT", "last: is 1001"),
    ('{ entities(after: "x") { totalCount } }', "BAD_CURSOR", "'x' is no cursor"),
    ('{ node(id: "x") { id } }', "BAD_ID", "'x' is no id"),
    ('{ nodes(ids: ["x"]) { id } }', "BAD_ID", "'x' is no id"),
    ('{ entity(name: "Elon Mosk") { id } }', "NOT_FOUND", "did you mean 'Elon Musk'?"),
    ("{ entity { id } }", "INVALID_ARGUMENT", "give either a name or an iri"),
    ('{ entities(type: "Robot") { totalCount } }', "INVALID_ARGUMENT", "type: 'Robot' is no class; there are"),
    ('{ statements(predicate: "likes") { totalCount } }', "INVALID_ARGUMENT", "predicate: 'likes' is no relation"),
    ('{ statements(subject: "Nobody") { totalCount } }', "NOT_FOUND", "no entity is called 'Nobody'"),
    ("{ statements(minConfidence: 2) { totalCount } }", "INVALID_ARGUMENT", "minConfidence: is 2"),
    ('{ statements(asOf: "2024-13") { totalCount } }', "INVALID_VALUE", "'2024-13' is no day of the calendar"),
    ("{ statements(asOf: 2024) { totalCount } }", "INVALID_VALUE", "2024 is no date"),
    ("{ statements(status: [MAYBE]) { totalCount } }", "GRAPHQL_VALIDATION_FAILED", "'Status'"),
    ("{ conflictsOfInterest(maxHops: 6) { totalCount } }", "INVALID_ARGUMENT", "maxHops: is 6; it must be 1 to 5"),
    ("{ conflictPairs(minStrength: -1) { totalCount } }", "INVALID_ARGUMENT", "minStrength: is -1"),
    ('{ beneficiaries(of: "nothing at all") { totalCount } }', "NOT_FOUND", "no claim or entity is called"),
    (
        '{ beneficiaries(of: "50,000 h100") { totalCount } }',
        "NOT_FOUND",
        "did you mean 'DeepSeek has access to around 50,000 Nvidia",
    ),
    (f'{{ paths(from: "Musk", to: "{BASE}document/article") {{ totalCount }} }}', "NOT_FOUND", "article': that is a document"),
    (
        f'{{ conflictsOfInterest(actor: "{BASE}claim/deepseek-50000-h100") {{ totalCount }} }}',
        "NOT_FOUND",
        "h100': that is a claim",
    ),
    ('{ paths(from: "xAI", to: "OpenAI", via: ["x"]) { totalCount } }', "INVALID_ARGUMENT", "via: 'x' is no relation"),
    ("mutation { x }", "OPERATION_NOT_SUPPORTED", "no mutation is answered this way"),
    ("query A { info { version } } query B { info { version } }", "OPERATION_RESOLUTION_FAILURE", "operationName"),
    ("{ a: entities " * 500 + "}" * 500, "GRAPHQL_PARSE_FAILED", "nested too deeply"),
]


@pytest.mark.parametrize(("query", "code", "message"), MISTAKES, ids=[query[:50] for query, _, _ in MISTAKES])
def test_a_mistake_is_told_with_a_code(seed: Client, query: str, code: str, message: str) -> None:
    error = seed.error(query)
    assert error["extensions"]["code"] == code
    assert message in error["message"]
    assert "Traceback" not in str(error)
    assert "cuibono." not in str(error)


def test_an_error_carries_what_a_program_needs_to_go_on(seed: Client) -> None:
    assert seed.error('{ entity(name: "Elon Mosk") { id } }')["extensions"]["near"] == ["Elon Musk"]
    assert seed.error("{ entities(first: -1) { totalCount } }")["extensions"]["argument"] == "first"
    assert seed.error("{ entities(first: -1) { totalCount } }")["path"] == ["entities"]


def test_a_name_of_several_asks_for_the_iri() -> None:
    with graph("A leads X") as kg:
        one, other = kg.entity("A"), kg.entity("X")
        kg.add(*(type(e)(iri=e.iri, type=e.type, label=e.label, aliases=("Twin",)) for e in (one, other)))
        (error,) = execute(kg, '{ entity(name: "twin") { id } }')["errors"]
    assert error["extensions"]["code"] == "AMBIGUOUS_NAME"
    assert error["extensions"]["candidates"] == sorted([one.iri, other.iri])


def test_what_is_gone_is_null(seed: Client) -> None:
    with graph("A leads X") as kg:
        elsewhere = execute(kg, '{ entity(name: "A") { id iri } }')["data"]["entity"]
    assert seed.ask("query($id: ID!) { node(id: $id) { id } }", id=elsewhere["id"]) == {"node": None}
    assert seed.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[elsewhere["id"]]) == {"nodes": [None]}
    assert seed.ask("query($iri: String) { entity(iri: $iri) { id } }", iri=elsewhere["iri"]) == {"entity": None}


def test_a_cursor_of_another_list_is_refused(seed: Client) -> None:
    conflict = seed.ask("{ conflictsOfInterest(first: 1) { edges { cursor } } }")["conflictsOfInterest"]["edges"][0]
    error = seed.error("query($after: String) { entities(after: $after) { totalCount } }", after=conflict["cursor"])
    assert error["extensions"]["code"] == "BAD_CURSOR"


def test_the_unexpected_is_masked_and_logged_under_a_reference(caplog: pytest.LogCaptureFixture) -> None:
    with graph("A leads X") as kg, caplog.at_level(logging.ERROR):
        leader = kg.entity("A").iri
        kg.store.commit(new_activity(), [], list(kg.store.quads(ox.NamedNode(leader), None, None, STATEMENTS)))
        (error,) = execute(kg, "{ statements { edges { node { subject { __typename } } } } }")["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert leader not in str(error)
    assert error["extensions"]["reference"] in error["message"]
    assert error["extensions"]["reference"] in caplog.text
    assert leader in caplog.text


def test_a_request_sees_one_version_of_the_graph() -> None:
    with graph("A leads X") as kg, serving(kg) as client:
        stop = threading.Event()

        def write() -> None:
            statement = kg.statements()[0]
            while not stop.is_set():
                for status in ("rejected", "accepted"):
                    kg.review(statement.iri, status, by="a tester", why="to disturb")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for _ in range(20):
                found = client.ask(
                    """{ a: statements { totalCount } info { relations { count } } b: statements { totalCount }
                         entity(name: "A") { ... on Person { leads { totalCount } } } }"""
                )
                counts = {
                    found["a"]["totalCount"],
                    found["b"]["totalCount"],
                    sum(r["count"] for r in found["info"]["relations"]),
                    found["entity"]["leads"]["totalCount"],
                }
                assert len(counts) == 1
        finally:
            stop.set()
            writer.join()
