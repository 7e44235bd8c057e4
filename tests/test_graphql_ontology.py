"""The schema follows the ontology: the committed SDL, ontologies of one's own, and names that cannot be."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from graphql import build_schema as schema_of_sdl
from graphql import validate_schema

import cuibono
from cuibono.api.graphql.schema import build_schema, sdl
from cuibono.graph.errors import OntologyError
from cuibono.schema import Vocabulary
from tests.dossiers import write_dossier
from tests.serving import nodes, serving

PREFIXES = """
@prefix cb: <https://w3id.org/cuibono/ns#> .
@prefix ex: <https://example.org/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
"""

PARTIES = """
ex:Group a owl:Class ; rdfs:subClassOf cb:Organization ; cb:abstract true ; rdfs:label "group" ; rdfs:comment "Any group." .
ex:Party a owl:Class ; rdfs:subClassOf ex:Group ; rdfs:label "party" ; rdfs:comment "A political party." .
ex:funds a cb:Relation ; rdfs:label "funds" ; rdfs:comment "Gives money to." ;
  schema:domainIncludes cb:Agent ; schema:rangeIncludes ex:Party ; owl:inverseOf ex:fundedBy .
ex:promises a cb:Relation ; rdfs:label "promises" ;
  schema:domainIncludes ex:Group ; schema:rangeIncludes cb:Claim ; owl:inverseOf ex:promisedBy .
"""


def vocabulary(folder: Path, turtle: str) -> Vocabulary:
    file = folder / "own.ttl"
    file.write_text(PREFIXES + turtle)
    return Vocabulary.load(file)


def test_the_committed_sdl_is_that_of_the_ontology() -> None:
    printed = subprocess.run([sys.executable, "-m", "cuibono.api.graphql"], capture_output=True, check=True).stdout
    committed = (files("cuibono.schema") / "schema.graphql").read_bytes()
    assert committed == printed, "if it may change: python -m cuibono.api.graphql > schema/schema.graphql"


def test_the_sdl_is_a_valid_schema() -> None:
    assert validate_schema(schema_of_sdl(sdl(Vocabulary.bundled()))) == []


def test_a_class_and_its_relations_are_types_and_fields_with_no_line_of_python(tmp_path: Path) -> None:
    things = "entities:\n  ada: {type: Person, label: Ada}\n  greens: {type: Party, label: The Greens}\n"
    funds = "- {subject: ada, predicate: funds, object: greens, basis: verbatim, quote: Ada funds the Greens}\n"
    folder = write_dossier(tmp_path, funds, things=things, article="Ada funds the Greens.", settings="ontology: own.ttl\n")
    (folder / "own.ttl").write_text(PREFIXES + PARTIES)
    with cuibono.open() as kg, serving(kg) as client:
        kg.build(folder)
        found = client.ask(
            """{ donor: entity(name: "Ada") { ... on Person {
                   funds { edges { node { __typename ... on Party { label } } statement { evidence { exact } } } } } }
                 party: entity(name: "The Greens") { __typename ... on Group { promises { totalCount } } ... on Party {
                   fundedBy { edges { node { ... on Entity { label } } } } } }
                 bodies: entities(type: "Organization") { totalCount }
                 claim: __type(name: "Claim") { fields { name } }
                 type: __type(name: "Party") { description interfaces { name } } }"""
        )
    assert found["donor"]["funds"]["edges"] == [
        {"node": {"__typename": "Party", "label": "The Greens"}, "statement": {"evidence": [{"exact": "Ada funds the Greens"}]}}
    ]
    assert found["party"]["__typename"] == "Party"
    assert nodes(found["party"]["fundedBy"]) == [{"label": "Ada"}]
    assert found["party"]["promises"] == {"totalCount": 0}
    assert found["bodies"] == {"totalCount": 1}
    assert "promisedBy" in {field["name"] for field in found["claim"]["fields"]}
    assert found["type"]["description"] == "A political party."
    assert {interface["name"] for interface in found["type"]["interfaces"]} == {"Group", "Agent", "Entity", "Node"}


@pytest.mark.slow
def test_two_schemas_in_one_process_do_not_mix(tmp_path: Path) -> None:
    before = sdl(Vocabulary.bundled())
    assert "type Party" in sdl(vocabulary(tmp_path, PARTIES))
    assert sdl(Vocabulary.bundled()) == before


def test_classes_above_one_another_in_several_ways(tmp_path: Path) -> None:
    text = sdl(
        vocabulary(
            tmp_path,
            """
            ex:Zeta a owl:Class ; rdfs:subClassOf cb:Agent ; cb:abstract true .
            ex:Alpha a owl:Class ; rdfs:subClassOf ex:Zeta ; cb:abstract true .
            ex:Beta a owl:Class ; rdfs:subClassOf cb:Product ; cb:abstract true .
            ex:Thingummy a owl:Class ; rdfs:subClassOf ex:Beta, ex:Alpha, ex:Zeta .
            """,
        )
    )
    line = next(line for line in text.splitlines() if line.startswith("type Thingummy"))
    assert set(line.removeprefix("type Thingummy implements ").removesuffix(" {").split(" & ")) == {
        "Alpha", "Zeta", "Beta", "Agent", "Entity", "Node",
    }  # fmt: skip


CLASS = "a owl:Class ; rdfs:subClassOf cb:Entity ."
RELATION = "a cb:Relation ; schema:domainIncludes cb:Person ; schema:rangeIncludes cb:Company"
REFUSED = {
    "a class called as one of the API's types": (f"ex:Path {CLASS}", "the API has a type 'Path' already"),
    "a class called as a page": (f"ex:ClaimConnection {CLASS}", "the API has a type 'ClaimConnection' already"),
    "a class called as a scalar": (f"ex:Boolean {CLASS}", "the API has a type 'Boolean' already"),
    "a class that GraphQL cannot name": (f"ex:news-desk {CLASS}", "'news-desk'"),
    "a relation that GraphQL cannot name": (f"ex:pays-for {RELATION} .", "'pays-for'"),
    "a relation called as a field": (
        f"ex:aliases {RELATION} .",
        "its name: every Person has a field 'aliases' already; give its IRI another last part",
    ),
    "an inverse called as a field": (
        f"ex:pays {RELATION} ; owl:inverseOf ex:label .",
        "the name of its inverse: every Company has a field 'label' already; give it an owl:inverseOf of another name",
    ),
    "an inverse that positions on a claim are called": (
        "ex:doubts a cb:Relation ; schema:domainIncludes cb:Person ; schema:rangeIncludes cb:Claim ; "
        "owl:inverseOf ex:supportedBy .",
        "every Claim has a field 'supportedBy' already",
    ),
}


@pytest.mark.parametrize(("turtle", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_names_that_cannot_be_are_refused_with_the_remedy(tmp_path: Path, turtle: str, message: str) -> None:
    with pytest.raises(OntologyError) as error:
        build_schema(vocabulary(tmp_path, turtle))
    assert message in str(error.value)
    assert "own.ttl" in str(error.value)


def test_claims_take_no_sides(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="claims and statements take no sides"):
        vocabulary(
            tmp_path,
            "ex:backs a cb:Relation ; cb:stanceSign 1.0 ; schema:domainIncludes cb:Claim ; schema:rangeIncludes cb:Claim .",
        )
