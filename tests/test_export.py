"""The files that a graph is published in, as their readers see them."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

import cuibono
from cuibono.graph.dates import PartialDate
from cuibono.graph.export import FORMATS, export_format, exported
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Basis, Claim, Document, Entity, Evidence, Record, Statement, Status, text_hash
from cuibono.schema import Vocabulary
from cuibono.schema.jsonld_context import context_text, jsonld_context
from cuibono.schema.namespaces import CB
from tests.graphs import graph

BASE = "https://example.org/press/"
TEXT = "Ada “owns”\nthe Engine, it is said."

SMALL: list[Record] = [
    Entity(iri=BASE + "entity/ada", type=CB + "Person", label="Ada", aliases=('The "Countess"', "Lovelace")),
    Entity(iri=BASE + "entity/engine", type=CB + "Company", label="Engine"),
    Claim(iri=BASE + "claim/it-computes", text="It computes.", hedges=("said",)),
    Document(iri=BASE + "document/letter", sha256=text_hash(TEXT), title="Letter", text=TEXT),
    Evidence(
        iri=BASE + "evidence/e1", document=BASE + "document/letter", exact="Ada “owns”\nthe Engine",
        suffix=", it is said.", start=0, end=21,
    ),
    Statement(
        iri=BASE + "statement/s1", subject=BASE + "entity/ada", predicate=CB + "owns", object=BASE + "entity/engine",
        basis=Basis.VERBATIM, document=BASE + "document/letter", valid_from=PartialDate("1843-07"), confidence=0.75,
        evidence=(BASE + "evidence/e1",), attributes=((CB + "share", 0.5),),
    ),
]  # fmt: skip

TURTLE = r"""
e:ada a cb:Person ;
  skos:prefLabel "Ada" ;
  skos:altLabel "Lovelace", "The \"Countess\"" ;
  cb:owns e:engine .

e:engine a cb:Company ;
  skos:prefLabel "Engine" .

c:it-computes a cb:Claim ;
  cb:hedge "said" ;
  cb:text "It computes." .

d:letter a cb:Document ;
  dcterms:title "Letter" ;
  cb:sha256 "HASH" .

s:s1 a cb:Statement, rdf:Statement ;
  rdf:subject e:ada ; rdf:predicate cb:owns ; rdf:object e:engine ;
  cb:basis cb:Verbatim ;
  cb:confidence 0.75 ;
  cb:document d:letter ;
  cb:evidence ev:e1 ;
  cb:share 0.5 ;
  cb:status cb:Accepted ;
  cb:validFrom "1843-07"^^xsd:gYearMonth .

ev:e1 a cb:Evidence, oa:SpecificResource ;
  oa:hasSelector ev:e1\#position, ev:e1\#quote ;
  oa:hasSource d:letter .

ev:e1\#position a oa:TextPositionSelector ;
  oa:start 0 ;
  oa:end 21 .

ev:e1\#quote a oa:TextQuoteSelector ;
  oa:exact "Ada “owns”\nthe Engine" ;
  oa:suffix ", it is said." .
""".replace("HASH", text_hash(TEXT))


@pytest.fixture
def small() -> KnowledgeGraph:
    kg = cuibono.open()
    kg.add(*SMALL)
    return kg


def text_of(kg: KnowledgeGraph, format: str, *, text: bool = False, history: bool = False) -> str:
    return b"".join(exported(kg.store, format, text=text, history=history)).decode()


def node_of(kg: KnowledgeGraph, iri: str) -> dict[str, object]:
    nodes = json.loads(text_of(kg, "jsonld"))["@graph"]
    return next(node for node in nodes if node["@id"] == iri)


# ── Turtle and TriG ────────────────────────────────────────────────────────────────────────────────────


def test_turtle_reads_like_the_design(small: KnowledgeGraph) -> None:
    prefixes, _, blocks = text_of(small, "turtle").partition("\n\n")
    assert "\n" + blocks == TURTLE
    assert f"@prefix e: <{BASE}entity/> ." in prefixes
    assert "owl:" not in prefixes


def test_each_base_has_its_prefixes(small: KnowledgeGraph) -> None:
    small.add(
        Entity(iri="https://example.org/zoo/entity/ape", type=CB + "Person", label="Ape"),
        Entity(iri="https://example.org/elsewhere", type=CB + "Person", label="Somewhere"),
    )
    turtle = text_of(small, "turtle")
    assert f"@prefix e: <{BASE}entity/> .\n@prefix e2: <https://example.org/zoo/entity/> .\n" in turtle
    assert "\ne2:ape a cb:Person" in turtle
    assert "\n<https://example.org/elsewhere> a cb:Person" in turtle


def test_a_text_of_many_lines_is_written_in_lines(small: KnowledgeGraph) -> None:
    text = "\n".join(f'Line {number}: """quoted""", \\ and "' for number in range(9)) + '"'
    small.add(Claim(iri=BASE + "claim/long", text=text))
    turtle = text_of(small, "turtle")
    assert "\nLine 3: " in turtle
    assert text in {quad.object.value for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}


def test_nothing_hides_in_a_diff(small: KnowledgeGraph) -> None:
    small.add(Claim(iri=BASE + "claim/trick\u202e", text="safe\u202eevil\u2028\x07"))
    for format in FORMATS:
        written = text_of(small, format)
        assert not {"\u202e", "\u2028", "\x07"} & set(written), format
        assert written.count("\\u202E") >= 2, format


def test_a_statement_stands_next_to_others_of_its_subject() -> None:
    kg = graph("A owns X \n B owns X \n A leads Y \n B leads X \n A owns Z")
    said = [line.split(" ; ") for line in text_of(kg, "turtle").splitlines() if "rdf:subject" in line]
    assert said == sorted(said)
    assert len(said) == 5


def test_trig_keeps_the_graphs_apart(small: KnowledgeGraph) -> None:
    graphs = {quad.graph_name.value.rpartition("/")[2] for quad in ox.parse(text_of(small, "trig"), format=ox.RdfFormat.TRIG)}
    assert graphs == {"statements", "documents", "derived"}


def test_an_empty_graph_is_a_valid_file() -> None:
    for format in FORMATS:
        syntax = ox.RdfFormat.from_media_type(FORMATS[format].media_type)
        assert syntax is not None
        assert list(ox.parse(text_of(cuibono.open(), format), format=syntax)) == []


# ── what is written ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("format", FORMATS)
def test_full_texts_of_documents_only_when_asked_for(small: KnowledgeGraph, format: str) -> None:
    assert "it is said" in text_of(small, format)  # the quote's context
    assert TEXT[-20:] not in text_of(small, format).replace(", it is said.", "")
    assert len(text_of(small, format, text=True)) > len(text_of(small, format))
    assert "It computes." in text_of(small, format)  # what a claim says is no full text


@pytest.mark.parametrize("format", FORMATS)
def test_the_history_only_when_asked_for(small: KnowledgeGraph, format: str) -> None:
    small.review(BASE + "statement/s1", Status.REJECTED, by="Charles", why="never seen")
    assert "Charles" not in text_of(small, format)
    assert "Charles" in text_of(small, format, history=True)


def test_a_disputed_statement_is_not_asserted(small: KnowledgeGraph) -> None:
    small.add(
        Statement(
            iri=BASE + "statement/s2", subject=BASE + "entity/engine", predicate=CB + "disputes",
            object=BASE + "statement/s1", basis=Basis.VERBATIM, evidence=(BASE + "evidence/e1",),
        )
    )  # fmt: skip
    assert "rdf:predicate cb:owns" in text_of(small, "turtle")
    assert "  cb:owns e:engine" not in text_of(small, "turtle")


def test_statements_of_every_status_are_written_with_it(small: KnowledgeGraph) -> None:
    small.review(BASE + "statement/s1", "retracted", by="Charles", why="withdrawn")
    assert "cb:status cb:Retracted" in text_of(small, "turtle")


# ── JSON-LD ────────────────────────────────────────────────────────────────────────────────────────────


def test_jsonld_reads_like_json(small: KnowledgeGraph) -> None:
    assert node_of(small, BASE + "statement/s1") == {
        "@id": BASE + "statement/s1",
        "@type": ["Statement", "rdf:Statement"],
        "subject": BASE + "entity/ada",
        "predicate": "owns",
        "object": BASE + "entity/engine",
        "basis": "Verbatim",
        "confidence": "0.75",
        "document": BASE + "document/letter",
        "evidence": BASE + "evidence/e1",
        "share": "0.5",
        "status": "Accepted",
        "validFrom": {"@type": "xsd:gYearMonth", "@value": "1843-07"},
    }
    assert node_of(small, BASE + "evidence/e1#position") == {
        "@id": BASE + "evidence/e1#position", "@type": "TextPositionSelector", "start": 0, "end": 21,
    }  # fmt: skip
    document = json.loads(text_of(small, "jsonld"))
    assert document["@context"] == jsonld_context(Vocabulary.bundled())


def test_the_bundled_context_is_that_of_the_vocabulary() -> None:
    bundled = Path(__file__).parent.parent / "schema" / "context.jsonld"
    expected = context_text(Vocabulary.bundled()) + "\n}\n"
    assert bundled.read_text() == expected, "run `python -m cuibono.schema.jsonld_context > schema/context.jsonld`"


def test_the_context_has_a_short_term_for_every_term_of_the_ontology() -> None:
    vocabulary = Vocabulary.bundled()
    context = jsonld_context(vocabulary)
    assert not [term for term in context if ":" in term]
    for relation in vocabulary.relations.values():
        assert context[relation.name] == {"@id": f"cb:{relation.name}", "@type": "@id"}
    for entity_class in vocabulary.classes.values():
        assert context[entity_class.name] == f"cb:{entity_class.name}"
    assert set(vocabulary.attributes) < set(context)


EXTENSION = """
@prefix cb: <https://w3id.org/cuibono/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> . @prefix x: <https://example.org/terms#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
x:ThinkTank rdfs:subClassOf cb:Organization ; rdfs:label "think tank"@en .
x:funds a cb:Relation ; rdfs:label "funds" ; cb:attribute x:times, x:secret ; cb:forwardWeight 0.25 ;
  schema:domainIncludes cb:Agent ; schema:rangeIncludes x:ThinkTank .
x:subject a cb:Relation ; rdfs:label "has as its subject" ;
  schema:domainIncludes x:ThinkTank ; schema:rangeIncludes cb:Entity .
x:times a cb:Attribute ; rdfs:range xsd:integer . x:secret a cb:Attribute ; rdfs:range xsd:boolean .
"""


@pytest.fixture
def extended(tmp_path: Path) -> KnowledgeGraph:
    (tmp_path / "terms.ttl").write_text(EXTENSION)
    kg = graph("A funds T \n T subject K", ontology=tmp_path / "terms.ttl", classes={"T": "ThinkTank"})
    funds = next(s for s in kg.statements(predicate="funds"))
    carrying = {"https://example.org/terms#times": 3, "https://example.org/terms#secret": True}
    fields = {name: getattr(funds, name) for name in type(funds).__dataclass_fields__}
    kg.add(Statement(**{**fields, "attributes": tuple(carrying.items())}))
    return kg


def test_terms_of_an_extension_show_in_the_context(extended: KnowledgeGraph) -> None:
    context = json.loads(text_of(extended, "jsonld"))["@context"]
    own = "https://example.org/terms#"
    assert context["funds"] == {"@id": own + "funds", "@type": "@id"}
    assert context["ThinkTank"] == own + "ThinkTank"
    assert context["times"] == {"@id": own + "times", "@type": "xsd:integer"}
    assert context["subject"] == {"@id": "rdf:subject", "@type": "@id"}
    assert context[own + "subject"] == {"@id": own + "subject", "@type": "@id"}
    node = node_of(extended, "https://example.org/A")
    assert node["funds"] == "https://example.org/T"
    said = node_of(extended, next(s.iri for s in extended.statements(predicate="funds")))
    assert (said["times"], said["secret"]) == (3, True)
    assert node_of(extended, "https://example.org/T")[own + "subject"] == "https://example.org/K"


@pytest.mark.parametrize("format", FORMATS)
def test_an_extension_comes_with_the_graph(extended: KnowledgeGraph, format: str) -> None:
    syntax = ox.RdfFormat.from_media_type(FORMATS[format].media_type)
    assert syntax is not None
    written = text_of(extended, format, text=True)
    stored = {quad.triple for quad in extended.store.quads() if not quad.graph_name.value.endswith("history")}
    assert {quad.triple for quad in ox.parse(written, format=syntax)} == stored
    if format == "turtle":
        assert "\nns:funds a cb:Relation ;\n" in written
        assert "@prefix ns: <https://example.org/terms#> .\n" in written


# ── files ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["graph.ttl", "graph.trig", "graph.nq", "graph.jsonld", "graph.json", "GRAPH.TTL"])
def test_the_ending_names_the_format(small: KnowledgeGraph, tmp_path: Path, name: str) -> None:
    small.export(tmp_path / name)
    format = export_format(path=Path(name)).name
    assert (tmp_path / name).read_text() == text_of(small, format)
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_format_wins_over_the_ending(small: KnowledgeGraph, tmp_path: Path) -> None:
    small.export(str(tmp_path / "graph.ttl"), "nquads")
    assert (tmp_path / "graph.ttl").read_text() == text_of(small, "nquads")


def test_an_unknown_format_or_ending(small: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(cuibono.InvalidArgument, match="format: 'docx' is none of turtle, trig, nquads, ntriples, jsonld"):
        small.export(tmp_path / "graph.ttl", "docx")
    with pytest.raises(cuibono.InvalidArgument, match=r"format: .*\.ttl \(turtle\)"):
        small.export(tmp_path / "graph.docx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["missing/graph.ttl", "folder.ttl"])
def test_a_file_that_cannot_be_written(small: KnowledgeGraph, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(cuibono.InvalidArgument, match=f"path: .*{name} cannot be written: "):
        small.export(tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == ["folder.ttl"]


def test_a_file_is_written_through_a_link(small: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "link.ttl").symlink_to(tmp_path / "real.ttl")
    small.export(tmp_path / "link.ttl")
    assert (tmp_path / "link.ttl").is_symlink()
    assert (tmp_path / "real.ttl").read_text() == text_of(small, "turtle")


def test_the_seed_says_what_it_says_in_every_format() -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        stored = {quad.triple for quad in kg.store.quads() if not quad.graph_name.value.endswith("history")}
        for format in FORMATS:
            syntax = ox.RdfFormat.from_media_type(FORMATS[format].media_type)
            assert syntax is not None
            assert {quad.triple for quad in ox.parse(text_of(kg, format, text=True), format=syntax)} == stored
