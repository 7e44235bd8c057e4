"""One ontology drives everything: what is added in Turtle alone loads, is checked, exported and counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import cuibono
from cuibono.graph.build.shapes import shape_problems
from cuibono.graph.build.validation import problems
from cuibono.graph.interest.findings import Alignment
from cuibono.graph.model import Records, Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import encoded
from cuibono.schema import OntologyError, Vocabulary
from cuibono.schema.namespaces import CB, PREFIXES
from tests.dossiers import LEADS, THINGS, write_dossier
from tests.graphs import BASE, graph

HEAD = (
    "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + "@prefix my: <https://example.org/terms#> .\n"
)
MINE = """
my:Foundation a owl:Class ; rdfs:subClassOf cb:Organization ; rdfs:label "foundation" .
my:Movement a owl:Class ; rdfs:subClassOf cb:Entity ; rdfs:label "movement" .

my:sponsors a cb:Relation, owl:ObjectProperty ; rdfs:label "sponsors" ;
  schema:domainIncludes cb:Agent ; schema:rangeIncludes cb:Person, my:Movement ;
  owl:inverseOf my:sponsoredBy ; cb:attribute my:amount ; cb:forwardWeight 0.5 ; cb:backwardWeight 0.75 .
my:sponsoredBy a owl:ObjectProperty ; rdfs:label "sponsored by" .

my:amount a cb:Attribute, owl:DatatypeProperty ; rdfs:label "amount" ; rdfs:range xsd:integer ; cb:minimum 1 .

my:mocks a cb:Relation, owl:ObjectProperty ; rdfs:label "mocks" ;
  schema:domainIncludes cb:Agent ; schema:rangeIncludes cb:Entity ; cb:stanceSign -0.25 .
"""
CARING = (
    "- {subject: caring, predicate: sponsors, object: ada, basis: verbatim, quote: Caring pays Ada, attributes: {amount: 500}}\n"
)
MOCKING = "- {subject: ada, predicate: mocks, object: caring, basis: verbatim, quote: Ada laughs at Caring}\n"


def turtle(folder: Path, text: str, name: str = "my.ttl") -> Path:
    """Write an ontology, and return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def dossier(folder: Path, *statements: str, ontology: str = MINE) -> Path:
    """Write a dossier that uses terms of its own, and return its folder."""
    turtle(folder, ontology)
    things = THINGS + "  caring: {type: Foundation, label: Caring}\n  free: {type: Movement, label: Free}\n"
    article = "Caring pays Ada. Ada laughs at Caring. Ada leads Acme."
    return write_dossier(folder, *statements, things=things, article=article, settings="ontology: my.ttl\n")


# ── A relation and a class in Turtle alone ─────────────────────────────────────────────────────────────


def test_a_new_relation_loads_and_counts_in_a_conflict(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(dossier(tmp_path, CARING, MOCKING))
        (finding,) = kg.conflicts()
        assert finding.alignment is Alignment.AGAINST_INTEREST
        assert finding.strength == pytest.approx(0.25 * 0.75)
        assert finding.explanation == "Ada mocks Caring; as Caring sponsors Ada, that goes against Ada's own interest."
        assert [round(b.gain, 6) for b in kg.beneficiaries("Ada")] == [0.5]
        assert kg.entities(type="Organization") == [kg.entity("Acme"), kg.entity("Bolt"), kg.entity("Caring")]
        assert kg.statements(predicate="my:sponsors".replace("my:", "https://example.org/terms#")) == kg.statements(
            predicate="sponsors"
        )


def test_a_new_class_that_carries_no_interest_ends_a_path_and_stands_in_none(tmp_path: Path) -> None:
    file = turtle(tmp_path, MINE + "my:Movement cb:carriesInterest true .")
    drawing = "A sponsors M \n B sponsors M \n A endorses B \n A endorses M"
    classes = {"M": "Movement"}
    without = graph(drawing, ontology=turtle(tmp_path, MINE, "plain.ttl"), classes=classes)
    carrying = graph(drawing, ontology=file, classes=classes)
    assert sorted(c.target for c in without.conflicts()) == [BASE + "M"]
    assert sorted(c.target for c in carrying.conflicts()) == [BASE + "B", BASE + "M"]


def test_a_new_relation_is_checked_at_the_door_and_by_the_shapes(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(dossier(tmp_path, CARING))
        records = list(kg.snapshot.records)
        (statement,) = kg.statements()
        amount = "https://example.org/terms#amount"
        for broken in (
            replace(statement, object=BASE + "entity/acme"),
            replace(statement, subject=BASE + "entity/free"),
            replace(statement, attributes=((amount, 0),)),
            replace(statement, attributes=((amount, 5.5),)),
            replace(statement, attributes=((CB + "share", 0.5),)),
        ):
            changed = [broken if isinstance(r, Statement) else r for r in records]
            door = {p.place for p in problems(Records.of(changed), Snapshot(Records(), kg.vocabulary))}
            shapes = {p.place for p in shape_problems((q for r in changed for q in encoded(r)), kg.vocabulary)}
            assert door == shapes == {statement.iri}
        assert shape_problems(kg.store.quads(), kg.vocabulary) == []


def test_mistakes_with_a_new_relation_name_file_and_line(tmp_path: Path) -> None:
    wrong_end = CARING.replace("object: ada", "object: acme")
    too_little = CARING.replace("amount: 500", "amount: 0")
    with cuibono.open() as kg:
        with pytest.raises(cuibono.InvalidInput) as error:
            kg.build(dossier(tmp_path, wrong_end))
        assert (
            str(error.value)
            == "statements.yaml:2: object: a Company cannot be the object of sponsors, which takes Movement, Person"
        )
        with pytest.raises(cuibono.InvalidInput, match=r"^statements.yaml:2: attributes: amount: 0 is not 1 or more"):
            kg.build(dossier(tmp_path, too_little))
        assert "sponsors" not in kg.vocabulary.relations


@pytest.mark.parametrize("ending", ["ttl", "trig", "nq", "jsonld"])
def test_a_new_relation_is_exported(tmp_path: Path, ending: str) -> None:
    with cuibono.open() as kg:
        kg.build(dossier(tmp_path / "d", CARING))
        kg.export(tmp_path / f"out.{ending}")
    text = (tmp_path / f"out.{ending}").read_text(encoding="utf-8")
    assert "sponsors" in text
    assert "500" in text


def test_a_new_relation_stands_in_networkx(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(dossier(tmp_path, CARING))
        assert list(kg.to_networkx().successors(BASE + "entity/caring")) == [BASE + "entity/ada"]


def test_without_the_ontology_the_dossier_is_refused(tmp_path: Path) -> None:
    folder = dossier(tmp_path, CARING)
    (folder / "dossier.yaml").write_text(f"name: d\nbase: {BASE}\n", encoding="utf-8")
    with cuibono.open() as kg, pytest.raises(cuibono.InvalidInput) as error:
        kg.build(folder)
    assert "statements.yaml:2: predicate: 'sponsors' is no relation of the ontology" in str(error.value)
    assert "things.yaml:" in str(error.value)
    assert "'Foundation' is no class of the ontology" in str(error.value)


# ── A store remembers ──────────────────────────────────────────────────────────────────────────────────


def test_a_store_remembers_its_ontology(tmp_path: Path) -> None:
    with cuibono.open(tmp_path / "store") as kg:
        kg.build(dossier(tmp_path / "d", CARING, MOCKING))
    with cuibono.open(tmp_path / "store") as kg:
        relation = kg.vocabulary.relation("sponsors")
        assert (relation.inverse_name, relation.backward_weight, relation.attributes) == (
            "sponsoredBy",
            0.75,
            ("https://example.org/terms#amount",),
        )
        assert len(kg.conflicts()) == 1
        assert kg.build(tmp_path / "d").did_nothing
        assert kg.version == 1


def test_a_store_remembers_what_became_of_its_ontology(tmp_path: Path) -> None:
    with cuibono.open(tmp_path / "store") as kg:
        kg.build(dossier(tmp_path / "d", CARING, MOCKING))
        kg.build(dossier(tmp_path / "d", CARING, MOCKING, ontology=MINE.replace("0.75", "0.5")))
        assert kg.vocabulary.relation("sponsors").backward_weight == 0.5
    with cuibono.open(tmp_path / "store") as kg:
        assert kg.vocabulary.relation("sponsors").backward_weight == 0.5


def test_building_again_and_again_piles_nothing_up(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        for weight in ("0.75", "0.5", "0.25", "0.25"):
            kg.build(dossier(tmp_path, CARING, ontology=MINE.replace("0.75", weight)))
        assert len(kg.vocabulary.ontology.extensions) == 1
        assert kg.version == 3


def test_a_store_takes_an_ontology_when_it_is_opened(tmp_path: Path) -> None:
    with cuibono.open(tmp_path / "store", ontology=turtle(tmp_path, MINE)) as kg:
        kg.build(write_dossier(tmp_path / "d", LEADS))
    with cuibono.open(tmp_path / "store") as kg:
        assert "sponsors" in kg.vocabulary.relations


# ── Overriding what is bundled ─────────────────────────────────────────────────────────────────────────


def test_another_weight_for_a_bundled_relation(tmp_path: Path) -> None:
    file = turtle(tmp_path, 'cb:leads cb:forwardWeight 0.2 ; cb:weightReason "Ours are poorly paid." .')
    (finding,) = graph("A endorses X \n A leads X", ontology=file).conflicts()
    assert finding.strength == pytest.approx(0.2)
    relation = Vocabulary.load(file).relation("leads")
    assert (relation.forward_weight, relation.backward_weight, relation.weight_reason) == (0.2, 0.5, "Ours are poorly paid.")


def test_a_relation_that_is_let_chain(tmp_path: Path) -> None:
    file = turtle(tmp_path, "cb:competesWith cb:chains true .")
    (finding,) = graph("A endorses Z \n A leads X \n X competesWith Y \n Y competesWith Z", ontology=file).conflicts()
    assert (finding.alignment, finding.strength) == (Alignment.SELF_SERVING, pytest.approx(0.9 * 0.64))


def test_a_class_that_is_let_carry_interest(tmp_path: Path) -> None:
    drawing = "A endorses L \n A leads X \n X restrictedBy K \n K competesWith L"
    assert graph(drawing).conflicts() == []
    (finding,) = graph(drawing, ontology=turtle(tmp_path, "cb:Country cb:carriesInterest true .")).conflicts()
    assert (finding.alignment, finding.strength) == (Alignment.SELF_SERVING, pytest.approx(0.9 * 0.7 * 0.8))


def test_the_last_of_several_wins(tmp_path: Path) -> None:
    first = turtle(tmp_path, "cb:leads cb:forwardWeight 0.2 .", "first.ttl")
    last = turtle(tmp_path, "cb:leads cb:forwardWeight 0.3 .", "last.ttl")
    assert Vocabulary.load(first, last).relation("leads").forward_weight == 0.3
    assert Vocabulary.load(last, first).relation("leads").forward_weight == 0.2


def test_a_bundled_relation_for_more_classes(tmp_path: Path) -> None:
    file = turtle(tmp_path, "cb:leads schema:rangeIncludes cb:Product .")
    kg = graph("A leads P \n A leads X", ontology=file)
    assert len(kg.statements(predicate="leads")) == 2
    assert shape_problems(kg.store.quads(), kg.vocabulary) == []


# ── Ontologies that cannot be ──────────────────────────────────────────────────────────────────────────

RELATION = "my:likes a cb:Relation ; schema:domainIncludes cb:Agent ; schema:rangeIncludes cb:Agent "
WRONG = {
    "not Turtle": ("my:likes a", "", "is not Turtle"),
    "symmetric, with unequal weights": (
        RELATION + "; a owl:SymmetricProperty ; cb:forwardWeight 0.5 .",
        "likes",
        "forward and backward weights must be equal",
    ),
    "a bundled one made unequal": (
        "cb:partnersWith cb:forwardWeight 0.5 .",
        "partnersWith",
        "forward and backward weights must be equal",
    ),
    "symmetric, with other subjects than objects": (
        "my:likes a cb:Relation, owl:SymmetricProperty ; schema:domainIncludes cb:Person ; schema:rangeIncludes cb:Company .",
        "likes",
        "domain and range must be the same",
    ),
    "no domain": ("my:likes a cb:Relation ; schema:rangeIncludes cb:Agent .", "likes", "needs schema:domainIncludes"),
    "no range": ("my:likes a cb:Relation ; schema:domainIncludes cb:Agent .", "likes", "and schema:rangeIncludes"),
    "an unknown class": (RELATION + ", my:Ghost .", "likes", "terms#Ghost is no entity class"),
    "evidence for an end": (RELATION + ", cb:Evidence .", "likes", "Evidence is no entity class"),
    "a weight above 1": (
        RELATION + "; cb:forwardWeight 1.5 .",
        "likes",
        "cb:forwardWeight is 1.5; it must stand between -1 and 1",
    ),
    "a stance below -1": (RELATION + "; cb:stanceSign -2 .", "likes", "cb:stanceSign is -2; it must stand between"),
    "a weight in words": (RELATION + '; cb:forwardWeight "much" .', "likes", "'much' of <.*forwardWeight> is no number"),
    "a weight that is no number": (RELATION + '; cb:forwardWeight "NaN"^^xsd:double .', "likes", "must stand between"),
    "two weights": (RELATION + "; cb:forwardWeight 0.1, 0.2 .", "likes", "has 2 values; give it one"),
    "neither true nor false": (
        RELATION + '; cb:chains "perhaps" .',
        "likes",
        "'perhaps' of <.*chains> is neither true nor false",
    ),
    "a name that is taken": (
        RELATION.replace("likes", "owns") + ".",
        "terms#owns",
        "its name 'owns' is taken by .*cuibono/ns#owns",
    ),
    "a class by the name of a kind": ("my:Claim rdfs:subClassOf cb:Entity .", "terms#Claim", "its name 'Claim' is taken"),
    "an inverse whose name is taken": (
        RELATION + "; owl:inverseOf my:ownedBy .",
        "likes",
        "'ownedBy' is taken by the inverse of",
    ),
    "a relation by the name of an inverse": (
        RELATION.replace("likes", "ownedBy") + ".",
        "owns",
        "'ownedBy' is taken by .*terms#ownedBy",
    ),
    "a name that no field can have": (RELATION.replace("likes", "likes-a-lot") + ".", "likes-a-lot", "is no name"),
    "an attribute that nobody declared": (RELATION + "; cb:attribute my:fervour .", "likes", "terms#fervour is no cb:Attribute"),
    "an attribute of an odd type": ("my:fervour a cb:Attribute ; rdfs:range xsd:duration .", "fervour", "is not one of"),
    "an attribute without room": (
        "my:fervour a cb:Attribute ; cb:minimum 2 ; cb:maximum 1 .",
        "fervour",
        "is more than its cb:maximum",
    ),
    "scaled by nothing": (RELATION + "; cb:forwardScaledWeight 1.0 .", "likes", "needs cb:scaledBy"),
    "scaled by what it does not carry": (RELATION + "; cb:scaledBy cb:share .", "likes", "must be one of its attributes"),
    "scaled by words": (RELATION + "; cb:attribute cb:role ; cb:scaledBy cb:role .", "likes", "must be a number with"),
    "scaled beyond 1": (
        RELATION + "; cb:attribute my:zeal ; cb:scaledBy my:zeal .\n"
        "my:zeal a cb:Attribute ; rdfs:range xsd:integer ; cb:minimum 0 .",
        "likes",
        "must be a number with",
    ),
    "a bearing of an entity": (RELATION + "; cb:bearingSign 1 .", "likes", "its domain must be cb:Claim"),
    "an exclusion of entities": (
        RELATION + "; a owl:SymmetricProperty ; cb:excludes true .",
        "likes",
        "must be symmetric and join claims",
    ),
    "an identity one way": (RELATION + "; cb:identifies true .", "likes", "must be symmetric and join entities"),
    "an identity with a weight": (
        RELATION + "; a owl:SymmetricProperty ; cb:identifies true ; cb:forwardWeight 1 ; cb:backwardWeight 1 .",
        "likes",
        "neither a stance nor an interest",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_an_ontology_that_cannot_be_names_file_and_term(tmp_path: Path, mistake: str) -> None:
    text, term, message = WRONG[mistake]
    file = turtle(tmp_path, text)
    with pytest.raises(OntologyError, match=message) as error:
        Vocabulary.load(file)
    assert error.value.code == "INVALID_ONTOLOGY"
    assert term in str(error.value)
    if "relation by the name of an inverse" not in mistake:
        assert error.value.file == str(file)
        assert str(error.value).startswith(f"{file}: ")


def test_an_ontology_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="cannot be read"):
        cuibono.open(ontology=tmp_path / "none.ttl")


@pytest.mark.parametrize("mistake", ["not Turtle", "a weight above 1", "an unknown class"])
def test_a_dossier_with_such_an_ontology_changes_nothing(tmp_path: Path, mistake: str) -> None:
    with cuibono.open() as kg:
        with pytest.raises(cuibono.CuibonoError, match=r"my\.ttl"):
            kg.build(dossier(tmp_path, LEADS, ontology=WRONG[mistake][0]))
        assert kg.version == 0
        assert set(kg.vocabulary.relations) == set(Vocabulary.bundled().relations)


def test_a_circle_of_classes_is_no_trap(tmp_path: Path) -> None:
    file = turtle(tmp_path, "my:One rdfs:subClassOf cb:Entity, my:Two . my:Two rdfs:subClassOf my:One .")
    assert Vocabulary.load(file).entity_class("Two").ancestors >= {CB + "Entity"}


# ── The bundled one ────────────────────────────────────────────────────────────────────────────────────


def test_the_relations_that_were_asked_for() -> None:
    vocabulary = Vocabulary.bundled()
    asked = {"endorses", "disputes", "competesWith", "restrictedBy"}
    speech, interest = (
        {"asserts", "agreesWith", "questions"},
        {"leads", "founded", "owns", "investsIn", "worksFor", "memberOf", "relatedTo"},
    )
    trade, rule = {"supplies", "develops", "uses", "partnersWith"}, {"regulates", "issuedBy"}
    claims = {"favours", "harms", "contradicts"}
    assert asked | speech | interest | trade | rule | claims <= set(vocabulary.relations)
    signs = {name: r.stance for name, r in vocabulary.relations.items() if r.stance is not None}
    assert signs == {"endorses": 1, "asserts": 1, "agreesWith": 1, "disputes": -1, "questions": -0.5}
    assert {name: r.bearing for name, r in vocabulary.relations.items() if r.bearing is not None} == {"favours": 1, "harms": -1}
    assert {r.name for r in vocabulary.relations.values() if r.symmetric} == {
        "relatedTo",
        "partnersWith",
        "competesWith",
        "contradicts",
        "identicalTo",
    }
    assert {r.name for r in vocabulary.relations.values() if r.identifies} == {"identicalTo"}
    assert {r.name for r in vocabulary.relations.values() if not r.chains} == {"competesWith"}


def test_asserting_and_agreeing_take_claims_and_statements_never_people() -> None:
    for name in ("asserts", "agreesWith"):
        assert set(Vocabulary.bundled().relation(name).range) == {CB + "Claim", CB + "Statement"}


def test_every_term_is_explained() -> None:
    vocabulary = Vocabulary.bundled()
    for term in (*vocabulary.classes.values(), *vocabulary.relations.values(), *vocabulary.attributes.values()):
        assert term.label, term.iri
        assert term.comment, term.iri
    for relation in vocabulary.relations.values():
        assert bool(relation.weight_reason) == relation.carries_interest, relation.iri


def test_agents_and_products_carry_interest() -> None:
    carrying = {c.name for c in Vocabulary.bundled().classes.values() if c.carries_interest}
    assert carrying == {"Agent", "Person", "Organization", "Company", "NewsOrganization", "Product"}
