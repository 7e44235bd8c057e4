"""Relay's rules, checked on the running server: object identification, and the connections specification.

See https://relay.dev/graphql/objectidentification.htm and https://relay.dev/graphql/connections.htm.
"""

from __future__ import annotations

import base64
import json
import random
from typing import Any

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    build_client_schema,
    get_introspection_query,
)

from tests.serving import Client, nodes


@pytest.fixture(scope="module")
def schema(seed: Client) -> GraphQLSchema:
    return build_client_schema(seed.ask(get_introspection_query()))


def objects(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    return [kind for kind in schema.type_map.values() if isinstance(kind, GraphQLObjectType)]


def connections(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    return [kind for kind in objects(schema) if kind.name.endswith("Connection")]


def test_node_and_nodes_are_as_the_rules_have_them(schema: GraphQLSchema) -> None:
    node = schema.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    assert str(node.fields["id"].type) == "ID!"
    assert schema.query_type is not None
    fields = schema.query_type.fields
    assert str(fields["node"].type) == "Node"
    assert {name: str(argument.type) for name, argument in fields["node"].args.items()} == {"id": "ID!"}
    assert str(fields["nodes"].type) == "[Node]!"
    assert {name: str(argument.type) for name, argument in fields["nodes"].args.items()} == {"ids": "[ID!]!"}


def test_every_type_of_things_is_a_node(schema: GraphQLSchema) -> None:
    made = {kind.name for kind in objects(schema) if "Node" in {interface.name for interface in kind.interfaces}}
    assert made >= {"Person", "Company", "Product", "Regulation", "Country", "Claim", "Statement", "Evidence", "Document"}
    assert made == {kind.name for kind in schema.get_possible_types(schema.type_map["Node"])}  # type: ignore[arg-type]


def test_whatever_has_an_id_is_fetched_again_by_it(seed: Client, schema: GraphQLSchema) -> None:
    found = seed.ask(
        """{ entities(first: 1000) { edges { node { ...It } } } claims(first: 1000) { edges { node { ...It } } }
             documents(first: 1000) { edges { node { ...It } } }
             statements(first: 1000) { edges { node { ...It evidence { ...It } } } } }
           fragment It on Node { __typename id iri label }"""
    )
    things = [node for connection in found.values() for node in nodes(connection)]
    things += [evidence for statement in nodes(found["statements"]) for evidence in statement["evidence"]]
    wanted = [{key: thing[key] for key in ("__typename", "id", "iri", "label")} for thing in things]
    again = seed.ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id iri label } }", ids=[one["id"] for one in wanted])
    assert again["nodes"] == wanted
    assert len({one["id"] for one in wanted}) == len({(one["iri"], one["__typename"]) for one in wanted})
    assert {one["__typename"] for one in wanted} >= {"Person", "Company", "Claim", "Statement", "Evidence", "Document"}


def test_an_id_of_nothing_any_more_is_null_and_one_that_was_never_given_an_error(seed: Client) -> None:
    gone = base64.urlsafe_b64encode(b"Entity:https://example.org/gone").decode().rstrip("=")
    assert seed.ask("query($id: ID!) { node(id: $id) { id } }", id=gone) == {"node": None}
    assert seed.ask("query($id: ID!) { nodes(ids: [$id]) { id } }", id=gone) == {"nodes": [None]}
    assert seed.error('{ node(id: "never given") { id } }')["extensions"]["code"] == "BAD_ID"


def test_connections_and_edges_have_the_fields_that_the_rules_ask_for(schema: GraphQLSchema) -> None:
    assert len(connections(schema)) > 8
    for connection in connections(schema):
        assert str(connection.fields["pageInfo"].type) == "PageInfo!"
        edges = connection.fields["edges"].type
        assert isinstance(edges, GraphQLNonNull)
        assert isinstance(edges.of_type, GraphQLList)
        edge = edges.of_type.of_type.of_type
        assert isinstance(edge, GraphQLObjectType)
        assert edge.name.endswith("Edge")
        assert str(edge.fields["cursor"].type) == "String!"
        node = edge.fields["node"].type
        while isinstance(node, GraphQLNonNull):
            node = node.of_type
        assert not isinstance(node, GraphQLList)
    page_info = schema.type_map["PageInfo"]
    assert isinstance(page_info, GraphQLObjectType)
    assert {name: str(field.type) for name, field in page_info.fields.items()} == {
        "hasNextPage": "Boolean!",
        "hasPreviousPage": "Boolean!",
        "startCursor": "String",
        "endCursor": "String",
    }


def test_fields_that_give_a_connection_take_the_arguments_of_both_directions(schema: GraphQLSchema) -> None:
    names = {connection.name for connection in connections(schema)}
    checked = 0
    for kind in objects(schema):
        for field in kind.fields.values():
            if str(field.type).removesuffix("!") in names:
                checked += 1
                types = {name: str(field.args[name].type) for name in ("first", "after", "last", "before")}
                assert types == {"first": "Int", "after": "String", "last": "Int", "before": "String"}
    assert checked > 50


LISTS = {
    "entities": "entities(%s)",
    "by label": "entities(orderBy: [{ label: DESC }], %s)",
    "by number": 'entities(orderBy: [{ statements: DESC }], where: { not: { type: ["Country"] } }, %s)',
    "statements": "statements(evidence: { basis: [PARAPHRASED] }, %s)",
    "search": 'search(text: "deep", %s)',
    "beneficiaries": 'beneficiaries(of: "DeepSeek", minStrength: 0, %s)',
}


def page(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    given = ", ".join(f"{key}: {json.dumps(value)}" for key, value in arguments.items())
    query = "{ list: %s { edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    found: dict[str, Any] = client.ask(query.replace("%s", LISTS[name].replace("%s", given)))["list"]
    return found


def edges_to_return(everything: list[str], arguments: dict[str, Any]) -> list[str]:
    """Return what the specification's algorithm of that name gives, step by step."""
    edges = list(everything)
    if "after" in arguments:
        edges = edges[edges.index(arguments["after"]) + 1 :]
    if "before" in arguments and arguments["before"] in edges:
        edges = edges[: edges.index(arguments["before"])]
    elif "before" in arguments:
        edges = []  # it stands before what `after` leaves
    if "first" in arguments:
        edges = edges[: arguments["first"]]
    if "last" in arguments:
        edges = edges[max(0, len(edges) - arguments["last"]) :]
    return edges


@pytest.mark.parametrize("name", LISTS)
def test_pages_are_those_of_the_specification_s_algorithm(seed: Client, name: str) -> None:
    rng = random.Random(name)
    everything = [edge["cursor"] for edge in page(seed, name, first=1000)["edges"]]
    assert len(set(everything)) == len(everything) > 3
    for _ in range(25):
        chosen = rng.sample(("first", "last", "after", "before"), rng.choice((1, 2, 3)))
        arguments: dict[str, Any] = {
            key: rng.choice(everything) if key in ("after", "before") else rng.choice((0, 1, 2, 5, 1000)) for key in chosen
        }
        if not {"first", "last"} & arguments.keys():
            arguments["first"] = 1000  # else a page has a size of its own
        found = page(seed, name, **arguments)
        expected = edges_to_return(everything, arguments)
        assert [edge["cursor"] for edge in found["edges"]] == expected, arguments
        info = found["pageInfo"]
        assert (info["startCursor"], info["endCursor"]) == ((expected[0], expected[-1]) if expected else (None, None))
        if expected:
            assert info["hasNextPage"] is (expected[-1] != everything[-1])
            assert info["hasPreviousPage"] is (expected[0] != everything[0])


@pytest.mark.parametrize("argument", ["first", "last"])
def test_a_negative_size_is_an_error(seed: Client, argument: str) -> None:
    assert seed.error(f"{{ entities({argument}: -1) {{ totalCount }} }}")["extensions"]["argument"] == argument


@pytest.mark.parametrize("cursor", ["nonsense", "", "bnVsbA", "WzFd", "W251bGxd"])
def test_a_cursor_that_was_never_given_is_an_error(seed: Client, cursor: str) -> None:
    error = seed.error("query($after: String) { entities(after: $after) { totalCount } }", after=cursor)
    assert error["extensions"]["code"] == "BAD_CURSOR"
