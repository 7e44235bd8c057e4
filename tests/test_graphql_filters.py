"""Filters, orders and counts of groups, as clients write them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cuibono.api.graphql.schema import build_schema
from cuibono.graph.errors import OntologyError
from tests.graphs import BASE, drawn, graph
from tests.serving import Client, nodes, serving
from tests.test_graphql_ontology import PREFIXES, vocabulary


def labels(client: Client, where: str, field: str = "entities") -> list[str]:
    query = f"{{ {field}(where: {{{where}}}, first: 1000) {{ totalCount edges {{ node {{ label }} }} }} }}"
    found = client.ask(query)[field]
    assert found["totalCount"] == len(found["edges"])
    return [node["label"] for node in nodes(found)]


ENTITIES = {
    "text is found case aside": ('label: {contains: "DEEP"}', {"DeepSeek"}),
    "unless case is to match": ('label: {contains: "DEEP", matchCase: true}', set()),
    "whole texts": ('label: {in: ["xai", "OpenAI", "nobody"]}', {"xAI", "OpenAI"}),
    "a beginning and an end": ('label: {startsWith: "sam", endsWith: "MAN"}', {"Sam Altman"}),
    "any name": ('name: {equals: "musk"}', {"Elon Musk"}),
    "classes and those below": ('type: ["Organization"], label: {contains: "AI"}', {"OpenAI", "xAI", "Scale AI"}),
    "names, IRIs and ids": ('is: ["musk", "OpenAI"]', {"Elon Musk", "OpenAI"}),
    "all of several": ('and: [{label: {startsWith: "e"}}, {type: ["Person"]}]', {"Elon Musk"}),
    "one of several": ('or: [{is: ["xAI"]}, {is: ["OpenAI"]}]', {"xAI", "OpenAI"}),
    "not": (
        'type: ["Person"], not: {disputes: {some: {}}}, endorses: {some: {}}',
        {"Sam Altman", "Marc Benioff"},
    ),
    "a relation exists": ("owns: {some: {}}", {"Elon Musk"}),
    "a relation exists from the other end": ('ownedBy: {some: {node: {name: {equals: "musk"}}}}', {"xAI"}),
    "a relation leads to what has a relation": (
        'owns: {some: {node: {competesWith: {some: {node: {label: {equals: "DeepSeek"}}}}}}}',
        {"Elon Musk"},
    ),
    "a number of statements": ("competesWith: {count: {gt: 1}}", {"DeepSeek"}),
    "said by somebody": (
        'asserts: {some: {evidence: {basis: [PARAPHRASED], quote: {contains: "h100 gpus"}}}}',
        {"Alexandr Wang"},
    ),
    "of a kind of thing": ('disputes: {some: {node: {claim: {text: {contains: "10,000"}}}}}', {"Elon Musk", "Alexandr Wang"}),
    "statements of any relation": (
        'statements: {some: {node: {predicate: ["owns"], object: {entity: {is: ["xAI"]}}}}}',
        {"Elon Musk", "xAI"},
    ),
    "what is null asks for nothing": ('label: null, and: null, is: ["xAI"]', {"xAI"}),
}


@pytest.mark.parametrize("name", ENTITIES)
def test_entities_are_filtered(seed: Client, name: str) -> None:
    where, expected = ENTITIES[name]
    assert set(labels(seed, where)) == expected


def test_every_and_none_speak_of_all_statements_of_a_relation(seed: Client) -> None:
    everybody = set(labels(seed, ""))
    disputing = set(labels(seed, "disputes: {some: {}}"))
    assert set(labels(seed, "disputes: {none: {}}")) == everybody - disputing
    assert set(labels(seed, "disputes: {every: {node: {claim: {}}}}")) == everybody - set(
        labels(seed, "disputes: {some: {node: {not: {claim: {}}}}}")
    )


def test_claims_and_documents_are_filtered(seed: Client) -> None:
    assert len(labels(seed, "contested: true", "claims")) == len(
        nodes(seed.ask("{ claims(contested: true) { edges { node { id } } } }")["claims"])
    )
    assert all("10,000" in text for text in labels(seed, "quantity: {gte: 10000, lt: 50000}", "claims"))
    said_by_musk = 'statements: {some: {node: {speaker: {name: {equals: "musk"}}}}}'
    assert labels(seed, said_by_musk, "documents") == labels(seed, "title: {known: false}", "documents") == ["article"]
    assert labels(seed, 'publisher: {equals: "nobody"}', "documents") == []


DATED = """
s1 = A leads X    on:2020 conf:0.5
s2 = A owns Y     on:2020-06 since:2019 until:2021
s3 = B leads X    on:2021-03-02 by:A via:N doc:D2
s4 = B worksFor X
s5 = A disputes s4 on:2022
s6 = B asserts s4  on:2022
s7 = B endorses X  status:proposed
"""
STATEMENTS = {
    "before": ('where: {statedOn: {before: "2020-06-15"}}', "s1 s2"),
    "after": ('where: {statedOn: {after: "2020-06-15"}}', "s1 s2 s3 s5 s6"),
    "on": ('where: {statedOn: {on: "2020-01"}}', "s1"),
    "from a day on": ('where: {statedOn: {onOrAfter: "2021"}}', "s3 s5 s6"),
    "unknown": ("where: {statedOn: {known: false}}", "s4"),
    "said after": ('evidence: {saidAfter: "2021"}', "s5 s6"),
    "said before": ('evidence: {saidBefore: "2020-02", minConfidence: 0.5}', "s1"),
    "confidence": ("evidence: {minConfidence: 0.6}", "s2 s3 s4 s5 s6"),
    "speaker": ('evidence: {speaker: "A"}', "s3"),
    "document": ('evidence: {document: ["https://example.org/D2"]}', "s3"),
    "channel": ('where: {saidVia: {label: {equals: "n"}}}', "s3"),
    "status": ("evidence: {status: [PROPOSED]}", "s7"),
    "contested": ("evidence: {contested: true}", "s4"),
    "settled": ("where: {contested: false}, evidence: {basis: VERBATIM}", "s1 s2 s3 s5 s6"),
    "valid": ('where: {validOn: "2022"}, predicate: "owns"', ""),
    "in a chain": ('where: {object: {statement: {subject: {entity: {is: ["B"]}}}}}', "s5 s6"),
    "stances on it": ('where: {assertedBy: {some: {node: {label: {equals: "B"}}}}}', "s4"),
}


@pytest.fixture(scope="module")
def dated() -> Any:
    with graph(DATED) as kg, serving(kg) as client:
        yield client


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements_are_filtered(dated: Client, name: str) -> None:
    asked, expected = STATEMENTS[name]
    known = {iri: letter for letter, iri in drawn(DATED).iris.items()}
    found = dated.ask(f"{{ statements({asked}) {{ totalCount edges {{ node {{ iri }} }} }} }}")["statements"]
    assert sorted(known[node["iri"]] for node in nodes(found)) == expected.split()
    assert found["totalCount"] == len(expected.split())


def test_an_attribute_of_the_ontology_is_a_filter() -> None:
    with graph("A owns X share:0.3\nB owns X share:0.6\nC owns X") as kg, serving(kg) as client:
        query = "{ statements(where: {attributes: {share: %s}}) { edges { node { subject { ... on Node { label } } } } } }"
        for asked, expected in (("{gt: 0.5}", {"B"}), ("{known: true}", {"A", "B"}), ("{known: false}", {"C"})):
            assert {node["subject"]["label"] for node in nodes(client.ask(query % asked)["statements"])} == expected


def test_a_relation_s_own_list_is_filtered_and_limits_count_what_is_left(seed: Client) -> None:
    found = seed.ask(
        """{ entity(name: "DeepSeek") { ... on Company {
               all: endorsedBy { totalCount }
               some: endorsedBy(first: 1, where: {worksFor: {none: {}}, leads: {some: {}}}, evidence: {basis: [PARAPHRASED]}) {
                 totalCount pageInfo { hasNextPage } edges { node { ... on Entity { label } } statement { basis } } } } } }"""
    )["entity"]
    assert len(found["some"]["edges"]) == 1
    assert found["some"]["edges"][0]["statement"]["basis"] == "PARAPHRASED"
    assert 0 < found["some"]["totalCount"] <= found["all"]["totalCount"]
    assert found["some"]["pageInfo"]["hasNextPage"] is (found["some"]["totalCount"] > 1)


def test_sides_are_filtered_by_the_evidence_of_their_stances(seed: Client) -> None:
    query = """{ claims(where: {text: {contains: "10,000"}}) { edges { node {
                 disputedBy { edges { node { stance { predicate { name } basis } } } }
                 quoted: disputedBy(evidence: {quote: {contains: "obviously"}}) { totalCount }
                 paraphrased: disputedBy(evidence: {basis: PARAPHRASED}) { totalCount }
                 verbatim: disputedBy(evidence: {basis: VERBATIM}) { totalCount }
                 proposed: disputedBy(evidence: {status: PROPOSED}) { totalCount } } } } }"""
    claim = next(node for node in nodes(seed.ask(query)["claims"]) if len(node["disputedBy"]["edges"]) > 1)
    bases = [position["stance"]["basis"] for position in nodes(claim["disputedBy"])]
    assert claim["paraphrased"]["totalCount"] == bases.count("PARAPHRASED")
    assert claim["verbatim"]["totalCount"] == bases.count("VERBATIM")
    assert 0 < claim["quoted"]["totalCount"] < len(bases)
    assert claim["proposed"]["totalCount"] == 0


def ordered(client: Client, field: str, order: str) -> list[str]:
    return [
        node["label"]
        for node in nodes(client.ask(f"{{ {field}(first: 1000, orderBy: [{order}]) {{ edges {{ node {{ label }} }} }} }}")[field])
    ]


def test_lists_are_put_in_order(seed: Client) -> None:
    entities = ordered(seed, "entities", "{label: ASC}")
    assert entities == sorted(entities, key=str.casefold)
    assert ordered(seed, "entities", "{label: DESC}") == entities[::-1]
    counted = seed.ask(
        """{ entities(first: 1000, orderBy: [{statements: DESC}, {label: ASC}]) {
               edges { node { label statements { totalCount } } } } }"""
    )["entities"]
    counts = [(-node["statements"]["totalCount"], node["label"].casefold()) for node in nodes(counted)]
    assert counts == sorted(counts)
    assert nodes(counted)[0]["label"] == "DeepSeek"


def test_what_is_unknown_stands_last_either_way(dated: Client) -> None:
    for direction in ("ASC", "DESC"):
        query = f"{{ statements(orderBy: [{{statedOn: {direction}}}]) {{ edges {{ node {{ statedOn }} }} }} }}"
        dates = [node["statedOn"] for node in nodes(dated.ask(query)["statements"])]
        assert dates[-1] is None
        assert dates[:-1] == sorted(dates[:-1], reverse=direction == "DESC")


PAGE = """
query Page($after: String, $order: [EntityOrder!]) {
  entities(first: 2, after: $after, orderBy: $order) { edges { cursor node { label } } pageInfo { endCursor hasNextPage } }
}
"""


def test_a_place_in_an_order_outlives_what_is_written_meanwhile() -> None:
    with graph("A owns X\nB owns X\nC owns Y\nD owns Z") as kg, serving(kg) as client:
        order = [{"label": "DESC"}]
        first = client.ask(PAGE, order=order)["entities"]
        assert [node["label"] for node in nodes(first)] == ["Z", "Y"]
        y, z = (kg.entity(name) for name in "YZ")
        kg.add(replace(y, label="AA"), replace(z, label="W"), replace(y, iri=f"{BASE}new", label="X1"))  # the anchor moves away
        second = client.ask(PAGE, order=order, after=first["pageInfo"]["endCursor"])["entities"]
        assert [node["label"] for node in nodes(second)] == ["X1", "X"]


def test_a_cursor_of_another_order_is_refused(seed: Client) -> None:
    cursor = seed.ask(PAGE, order=[{"label": "ASC"}])["entities"]["pageInfo"]["endCursor"]
    for order in ([{"label": "DESC"}], [{"statements": "ASC"}], []):
        assert seed.error(PAGE, order=order, after=cursor)["extensions"]["code"] == "BAD_CURSOR"


@pytest.mark.parametrize("order", ["{statements: DESC}", "{label: DESC}", "{owns: DESC}, {label: ASC}", "{competesWith: ASC}"])
def test_a_walk_in_any_order_gives_every_item_once(seed: Client, order: str) -> None:
    page = "{ entities(orderBy: [%s], %s) { edges { cursor } pageInfo { endCursor startCursor hasNextPage hasPreviousPage } } }"
    whole = [edge["cursor"] for edge in seed.ask(page % (order, "first: 1000"))["entities"]["edges"]]
    forward: list[str] = []
    more, after = True, ""
    while more:
        found = seed.ask(page % (order, f'first: 4, after: "{after}"' if after else "first: 4"))["entities"]
        forward += [edge["cursor"] for edge in found["edges"]]
        more, after = found["pageInfo"]["hasNextPage"], found["pageInfo"]["endCursor"]
    assert forward == whole
    assert len(set(whole)) == len(whole)


def test_groups_are_counted_over_the_whole_list(seed: Client) -> None:
    found = seed.ask(
        """{ statements(first: 1) { totalCount
               byRelation: groupCounts(by: PREDICATE) { value label count }
               few: groupCounts(by: PREDICATE, first: 2) { count } }
             entities(first: 0) { totalCount groupCounts(by: TYPE) { value count } }
             claims(first: 0) { groupCounts(by: CONTESTED) { value count } }
             documents(first: 0) { groupCounts(by: LANGUAGE) { value count } }
             entity(name: "DeepSeek") { ... on Company {
               endorsedBy(first: 0) { totalCount groupCounts(by: BASIS) { value count } } } } }"""
    )
    counts = found["statements"]["byRelation"]
    assert sum(group["count"] for group in counts) == found["statements"]["totalCount"]
    assert {"value": "owns", "label": "owns", "count": 1} in counts
    assert found["statements"]["few"] == [{"count": group["count"]} for group in counts[:2]]
    assert sum(group["count"] for group in found["entities"]["groupCounts"]) == found["entities"]["totalCount"]
    endorsed = found["entity"]["endorsedBy"]
    assert sum(group["count"] for group in endorsed["groupCounts"]) == endorsed["totalCount"]


WRONG = {
    "nobody of the name": ('{ entities(where: {is: ["nobody"]}) { totalCount } }', "NOT_FOUND"),
    "no class": ('{ entities(where: {type: ["Nothing"]}) { totalCount } }', "INVALID_ARGUMENT"),
    "no relation": ('{ statements(where: {predicate: ["nothing"]}) { totalCount } }', "INVALID_ARGUMENT"),
    "two fields in one order": ("{ entities(orderBy: [{label: ASC, statements: DESC}]) { totalCount } }", "INVALID_ARGUMENT"),
    "no field in an order": ("{ entities(orderBy: [{}]) { totalCount } }", "INVALID_ARGUMENT"),
    "an order that says a thing twice": (
        "{ entities(orderBy: [{label: ASC}, {label: DESC}]) { totalCount } }",
        "INVALID_ARGUMENT",
    ),
    "status twice": ("{ statements(status: [PROPOSED], evidence: {status: [ACCEPTED]}) { totalCount } }", "INVALID_ARGUMENT"),
    "equals and in": ('{ entities(where: {label: {equals: "a", in: ["b"]}}) { totalCount } }', "INVALID_ARGUMENT"),
    "too long a text": ('{ entities(where: {label: {contains: "%s"}}) { totalCount } }' % ("x" * 1001), "INVALID_ARGUMENT"),
    "no fraction": ("{ statements(evidence: {minConfidence: 2}) { totalCount } }", "INVALID_ARGUMENT"),
    "no groups": ("{ entities { groupCounts(by: TYPE, first: 0) { count } } }", "INVALID_ARGUMENT"),
    "a field that a class has not": ("{ entities(where: {nothing: {some: {}}}) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_asked_is_refused(seed: Client, name: str) -> None:
    query, code = WRONG[name]
    assert seed.error(query)["extensions"]["code"] == code


def test_a_relation_of_one_s_own_is_filtered_and_ordered_by_at_both_ends(tmp_path: Path) -> None:
    (tmp_path / "own.ttl").write_text(
        PREFIXES
        + """ex:Party a owl:Class ; rdfs:subClassOf cb:Organization ; rdfs:label "party" .
        ex:funds a cb:Relation ; rdfs:label "funds" ; schema:domainIncludes cb:Agent ; schema:rangeIncludes ex:Party ;
          owl:inverseOf ex:fundedBy ; cb:attribute ex:amount .
        ex:amount a cb:Attribute ; rdfs:label "amount" ; rdfs:range <http://www.w3.org/2001/XMLSchema#decimal> ."""
    )
    drawing = "A funds G\nB funds G\nB funds H"
    classes = {"G": "Party", "H": "Party"}
    with graph(drawing, ontology=tmp_path / "own.ttl", classes=classes) as kg, serving(kg) as client:
        assert labels(client, 'funds: {some: {node: {label: {equals: "H"}}}}') == ["B"]
        assert labels(client, "fundedBy: {count: {gte: 2}}") == ["G"]
        assert ordered(client, "entities", "{fundedBy: DESC}, {label: ASC}")[:2] == ["G", "H"]
        assert client.ask("{ statements(where: {attributes: {amount: {known: true}}}) { totalCount } }")["statements"] == {
            "totalCount": 0
        }
        assert client.ask('{ __type(name: "PartyWhere") { inputFields { name } } }')["__type"]["inputFields"]


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        (
            "ex:not a cb:Relation ; schema:domainIncludes cb:Person ; schema:rangeIncludes cb:Company .",
            "its name: the filter of every",
        ),
        ("ex:PersonWhere a owl:Class ; rdfs:subClassOf cb:Entity .", "'PersonWhere'"),
        ("ex:TextFilter a owl:Class ; rdfs:subClassOf cb:Entity .", "the API has a type 'TextFilter' already"),
    ],
)
def test_names_that_filters_need_are_refused_with_the_remedy(tmp_path: Path, turtle: str, message: str) -> None:
    with pytest.raises(OntologyError) as error:
        build_schema(vocabulary(tmp_path, turtle))
    assert message in str(error.value)
    assert "give" in str(error.value)
