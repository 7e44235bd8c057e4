"""What GraphQL answers over HTTP from the seed dossier."""

from __future__ import annotations

from typing import Any

import pytest

import cuibono
from tests.serving import Client, nodes, serving

SEED = "https://w3id.org/cuibono/seed/"


CONFLICTS = """
query Conflicts($actor: String) {
  conflictsOfInterest(actor: $actor, first: 100) {
    totalCount
    edges { node {
      actor { label }
      target { label }
      alignment strength weakestBasis undated explanation
      stance { predicate { name } evidence { exact document { title } } }
      claim { text }
      bearing { text }
      interestPath { strength hops {
        from { ... on Node { label } }
        to { ... on Node { label } }
        weight
        statement { text evidence { exact } }
      } }
      opposingPath { strength }
    } }
  }
}
"""


def test_altman_endorses_a_rival_against_his_own_interest(seed: Client) -> None:
    (conflict,) = nodes(seed.ask(CONFLICTS, actor="Sam Altman")["conflictsOfInterest"])
    assert conflict["target"] == {"label": "DeepSeek"}
    assert conflict["alignment"] == "AGAINST_INTEREST"
    assert conflict["stance"]["predicate"] == {"name": "endorses"}
    assert conflict["claim"] is None
    first, second = conflict["interestPath"]["hops"]
    assert (first["from"]["label"], first["to"]["label"], first["weight"]) == ("Sam Altman", "OpenAI", 0.9)
    assert first["statement"]["evidence"] == [{"exact": "OpenAI CEO Sam Altman"}]
    assert (second["from"]["label"], second["to"]["label"]) == ("OpenAI", "DeepSeek")
    assert "a serious challenge to OpenAI, xAI" in second["statement"]["evidence"][0]["exact"]
    assert "goes against Sam Altman's own interest" in conflict["explanation"]


def test_musk_disputes_a_rival_s_claims_in_his_own_interest(seed: Client) -> None:
    conflicts = nodes(seed.ask(CONFLICTS, actor="Elon Musk")["conflictsOfInterest"])
    assert {conflict["alignment"] for conflict in conflicts} == {"SELF_SERVING"}
    assert any(c["stance"]["predicate"]["name"] == "disputes" and "10,000" in c["claim"]["text"] for c in conflicts)
    assert {tuple(hop["to"]["label"] for hop in c["interestPath"]["hops"]) for c in conflicts} == {("xAI", "DeepSeek")}
    assert all(e["exact"] for c in conflicts for e in c["stance"]["evidence"])


def test_only_those_with_an_interest_have_a_conflict(seed: Client) -> None:
    pairs = nodes(
        seed.ask("{ conflictPairs { edges { node { actor { label } target { label } alignment findings { strength } } } } }")[
            "conflictPairs"
        ]
    )
    assert {(p["actor"]["label"], p["target"]["label"], p["alignment"]) for p in pairs} == {
        ("DeepSeek", "DeepSeek", "OWN_CASE"),
        ("Elon Musk", "DeepSeek", "SELF_SERVING"),
        ("Sam Altman", "DeepSeek", "AGAINST_INTEREST"),
    }
    assert all(p["findings"] for p in pairs)


def test_who_gains_if_a_claim_is_believed(seed: Client) -> None:
    found = seed.ask(
        """{ beneficiaries(of: "deepseek-50000-h100", first: 50) { edges { node {
             entity { label } effect gain explanation bearing { evidence { exact } } path { hops { weight } } } } } }"""
    )
    effects = {b["entity"]["label"]: b["effect"] for b in nodes(found["beneficiaries"])}
    assert effects["DeepSeek"] == "LOSES"
    assert {effects[name] for name in ("xAI", "OpenAI", "Elon Musk", "Sam Altman")} == {"GAINS"}


def test_a_contested_claim_names_both_sides(seed: Client) -> None:
    claims = nodes(
        seed.ask(
            """{ claims(contested: true) { edges { node { text contested
                   supportedBy { edges { node { actor { label } stance { predicate { name } } } } }
                   disputedBy { totalCount edges { node { actor { label } through { predicate { name } } } } } } } } }"""
        )["claims"]
    )
    (a100,) = [claim for claim in claims if "10,000" in claim["text"]]
    assert [p["actor"]["label"] for p in nodes(a100["supportedBy"])] == ["DeepSeek"]
    assert {p["actor"]["label"] for p in nodes(a100["disputedBy"])} == {"Elon Musk", "Alexandr Wang"}
    assert a100["disputedBy"]["totalCount"] == len(a100["disputedBy"]["edges"])
    (h100,) = [claim for claim in claims if "50,000" in claim["text"]]
    through = [p["through"] for p in nodes(h100["disputedBy"])]
    assert {"predicate": {"name": "contradicts"}} in through


def test_a_relation_is_a_field_at_both_of_its_ends(seed: Client) -> None:
    found = seed.ask(
        """{ musk: entity(name: "musk") { __typename ... on Person {
               owns { totalCount edges { node { ... on Entity { label } } statement { text basis } } } } }
             xai: entity(name: "xAI") { __typename ... on Company {
               ownedBy { edges { node { __typename ... on Entity { label } } } }
               competesWith { edges { node { ... on Entity { label } } } } } }
             deepseek: entity(name: "DeepSeek") { ... on Agent {
               competesWith { totalCount edges { node { ... on Entity { label } } } } } } }"""
    )
    assert found["musk"]["__typename"] == "Person"
    assert found["musk"]["owns"]["edges"][0]["node"] == {"label": "xAI"}
    assert found["musk"]["owns"]["edges"][0]["statement"]["text"] == "Elon Musk owns xAI"
    assert nodes(found["xai"]["ownedBy"]) == [{"__typename": "Person", "label": "Elon Musk"}]
    assert nodes(found["xai"]["competesWith"]) == [{"label": "DeepSeek"}]
    assert {rival["label"] for rival in nodes(found["deepseek"]["competesWith"])} == {"OpenAI", "xAI"}


def test_a_claim_has_its_relations_too(seed: Client) -> None:
    (claim,) = nodes(
        seed.ask(
            """{ search(text: "approximately 10,000 Nvidia A100", first: 1) { edges { node { ... on Claim {
                   assertedBy { edges { node { ... on Entity { label } } statement { evidence { exact } } } }
                   favours { edges { node { ... on Entity { label } } } }
                   contradicts { edges { node { ... on Claim { text } } } } } } } } }"""
        )["search"]
    )
    assert nodes(claim["assertedBy"]) == [{"label": "DeepSeek"}]
    assert nodes(claim["favours"]) == [{"label": "DeepSeek"}]
    assert any("50,000" in other["text"] for other in nodes(claim["contradicts"]))


WHOLE_STATEMENT = """
fragment Whole on Statement {
  id iri label text status basis confidence confidenceStated statedOn validFrom validTo
  subject { __typename ... on Node { id label } }
  predicate { name label iri }
  object { __typename ... on Node { id label } }
  speaker { label } saidVia { label } document { title publisher authors published language sha256 }
  evidence { exact prefix suffix start end row document { text } }
  inResponseTo { id text } responses { edges { node { id text } } }
  derivedFrom { id } attributes { name value }
  contested supportedBy { totalCount } disputedBy { totalCount }
}
"""


ALL_STATEMENTS = "{ statements(first: 1000) { edges { node { ...Whole } } } }" + WHOLE_STATEMENT


def test_statements_by_their_parts(seed: Client) -> None:
    (found,) = nodes(
        seed.ask(
            'query($who: String) { statements(subject: $who, predicate: "agreesWith") { edges { node { ...Whole } } } }'
            + WHOLE_STATEMENT,
            who="Elon Musk",
        )["statements"]
    )
    assert found["subject"]["label"] == "Elon Musk"
    assert found["object"]["__typename"] == "Claim"
    assert found["predicate"]["label"] == "agrees with"
    assert (found["status"], found["basis"]) == ("ACCEPTED", "VERBATIM")
    assert found["confidenceStated"] is False
    assert found["confidence"] == 1
    assert any("“Obviously,”" in evidence["exact"] for evidence in found["evidence"])
    assert found["inResponseTo"]["text"].startswith("Alexandr Wang asserts")


def test_a_quote_is_the_document_s_own_slice(seed: Client) -> None:
    statements = nodes(seed.ask(ALL_STATEMENTS)["statements"])
    quotes = [evidence for statement in statements for evidence in statement["evidence"]]
    assert len(quotes) > 40
    for quote in quotes:
        text = quote["document"]["text"]
        assert text[quote["start"] : quote["end"]] == quote["exact"]
        assert text[: quote["start"]].endswith(quote["prefix"])
        assert text[quote["end"] :].startswith(quote["suffix"])


def test_an_answer_leads_to_what_it_answers_and_back(seed: Client) -> None:
    statements = nodes(seed.ask(ALL_STATEMENTS)["statements"])
    answers = {(s["inResponseTo"]["id"], s["id"]) for s in statements if s["inResponseTo"]}
    assert answers
    assert answers == {(s["id"], response["id"]) for s in statements for response in nodes(s["responses"])}


def test_every_kind_of_thing_is_fetched_again_by_its_id(seed: Client) -> None:
    found = seed.ask(
        """{ entities(first: 1000) { edges { node { __typename id label } } }
             claims(first: 1000) { edges { node { __typename id label } } }
             documents { edges { node { __typename id label statements(first: 1000) {
               edges { node { __typename id label evidence { __typename id label } } } } } } } }"""
    )
    documents = nodes(found["documents"])
    statements = [s for d in documents for s in nodes(d["statements"])]
    evidence = [e for s in statements for e in s["evidence"]]
    everything: list[Any] = [*nodes(found["entities"]), *nodes(found["claims"]), *documents, *statements, *evidence]
    wanted = [{key: thing[key] for key in ("__typename", "id", "label")} for thing in everything]
    kinds = {thing["__typename"] for thing in wanted}
    assert kinds >= {"Person", "Company", "Product", "Regulation", "Country", "Claim", "Statement", "Evidence", "Document"}
    again = seed.ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id label } }", ids=[thing["id"] for thing in wanted])
    assert again["nodes"] == wanted
    for kind in kinds:
        one = next(thing for thing in wanted if thing["__typename"] == kind)
        assert seed.ask("query($id: ID!) { node(id: $id) { __typename id label } }", id=one["id"])["node"] == one


def test_an_id_stands_wherever_a_name_does(seed: Client) -> None:
    altman = seed.ask('{ entity(name: "Sam Altman") { id iri } }')["entity"]
    count = "query($who: String) { conflictsOfInterest(actor: $who) { totalCount } }"
    answers = [seed.ask(count, who=who) for who in ("sam altman", altman["iri"], altman["id"])]
    assert answers == [{"conflictsOfInterest": {"totalCount": 1}}] * 3


def test_paths_lead_from_one_to_the_other_hop_by_hop(seed: Client) -> None:
    paths = nodes(
        seed.ask(
            """{ paths(from: "Elon Musk", to: "DeepSeek", via: ["owns", "competesWith"], maxHops: 2) { edges { node {
                 strength hops { from { ... on Node { label } } to { ... on Node { label } } weight } } } } }"""
        )["paths"]
    )
    assert [[hop["to"]["label"] for hop in path["hops"]] for path in paths] == [["xAI", "DeepSeek"]]
    assert paths[0]["strength"] == pytest.approx(paths[0]["hops"][0]["weight"] * paths[0]["hops"][1]["weight"])


def test_search_finds_names_claims_and_quotes(seed: Client) -> None:
    found = seed.ask('{ search(text: "obviously") { totalCount edges { text score node { __typename } } } }')["search"]
    assert found["totalCount"] == len(found["edges"]) >= 1
    assert all("obviously" in edge["text"].lower() and 0 < edge["score"] < 1 for edge in found["edges"])
    assert found["edges"][0]["node"] == {"__typename": "Statement"}
    best = seed.ask('{ search(text: "deepseek", first: 1) { edges { score node { __typename ... on Node { label } } } } }')
    assert best["search"]["edges"] == [{"score": 1, "node": {"__typename": "Company", "label": "DeepSeek"}}]


def test_entities_by_class_include_those_of_classes_below(seed: Client) -> None:
    found = seed.ask(
        """{ people: entities(type: "Person", first: 100) { totalCount edges { node { __typename } } }
             bodies: entities(type: "Organization", first: 100) { edges { node { __typename } } } }"""
    )
    assert {node["__typename"] for node in nodes(found["people"])} == {"Person"}
    assert found["people"]["totalCount"] == len(found["people"]["edges"])
    assert "Company" in {node["__typename"] for node in nodes(found["bodies"])}


def test_the_ontology_gives_weights_with_their_reasons(seed: Client) -> None:
    relations = seed.ask(
        "{ ontology { relations { name inverseName symmetric stance forwardWeight backwardWeight chains weightReason } } }"
    )["ontology"]["relations"]
    known = {relation["name"]: relation for relation in relations}
    assert known["competesWith"]["forwardWeight"] == -0.8
    assert known["competesWith"]["chains"] is False
    assert "rival" in known["competesWith"]["weightReason"]
    assert known["disputes"]["stance"] == -1
    assert (known["owns"]["inverseName"], known["owns"]["symmetric"]) == ("ownedBy", False)


def test_info_counts_what_the_graph_holds(seed: Client) -> None:
    info = seed.ask("{ info { version entities statements { status count } relations { relation count } } }")["info"]
    assert info["version"] == 1
    counts = {count["status"]: count["count"] for count in info["statements"]}
    assert counts["ACCEPTED"] == sum(count["count"] for count in info["relations"])


def test_statements_under_review_are_seen_only_when_asked_for() -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        (owns,) = kg.statements(predicate="owns")
        with serving(kg) as client:
            kg.review(owns.iri, "rejected", by="a reviewer", why="to see")
            seen = 'query($s: [Status!]) { statements(predicate: "owns", status: $s) { totalCount } }'
            assert client.ask(seen)["statements"]["totalCount"] == 0
            assert client.ask(seen, s=["REJECTED"])["statements"]["totalCount"] == 1
            owner = """{ entity(name: "Elon Musk") { ... on Person {
                           owns { totalCount } rejected: owns(status: [REJECTED]) { totalCount } } } }"""
            assert client.ask(owner)["entity"] == {"owns": {"totalCount": 0}, "rejected": {"totalCount": 1}}
