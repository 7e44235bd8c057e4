"""Graphs come in: our own exports whole, others by what an alignment says; hostile files are refused and harm nothing."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import cuibono
from cuibono.graph.errors import InvalidArgument, InvalidInput
from cuibono.graph.model import Basis, Entity, Records, text_hash
from cuibono.schema.jsonld_context import CONTEXT_IRI
from cuibono.schema.namespaces import RDF
from tests.command_line import document, errors, output
from tests.generated import records

FORMATS = ["ttl", "trig", "nq", "jsonld"]

ALIGNMENT = """\
@prefix ex: <https://example.org/theirs#> .
@prefix cb: <https://w3id.org/cuibono/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:heads rdfs:subPropertyOf ex:manages . ex:manages rdfs:subPropertyOf cb:leads .
ex:Firm rdfs:subClassOf cb:Company . ex:Human rdfs:subClassOf cb:Person .
"""

THEIRS = """\
@prefix ex: <https://example.org/theirs#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
ex:jo a ex:Human ; rdfs:label "Jo Doe"@en, "Jo D."@de ; ex:heads ex:acme ; ex:shoeSize 43 .
ex:acme a ex:Firm ; schema:name "Acme" .
ex:byte a ex:Firm ; rdfs:label "Byte" .
[] rdf:subject ex:jo ; rdf:predicate ex:manages ; rdf:object ex:byte ;
  schema:startDate "2019-05" ; dcterms:source <https://news.example.org/1> .
"""


def seeded() -> cuibono.KnowledgeGraph:
    kg = cuibono.open()
    kg.build(cuibono.seed_dossier())
    return kg


def aligned(tmp_path: Path) -> Path:
    path = tmp_path / "alignment.ttl"
    path.write_text(ALIGNMENT, encoding="utf-8")
    return path


# ── our own ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ending", FORMATS)
def test_an_export_comes_back_whole(ending: str, tmp_path: Path) -> None:
    first, again = tmp_path / f"first.{ending}", tmp_path / f"again.{ending}"
    kg = seeded()
    kg.review(kg.statements()[0].iri, "rejected", by="Jo", why="a test")
    kg.export(first, text=True)
    fresh = cuibono.open()
    report = fresh.import_rdf(first)
    assert report.unused == {}
    fresh.export(again, text=True)
    assert again.read_bytes() == first.read_bytes()
    assert fresh.import_rdf(first).load.did_nothing


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(records())
def test_any_graph_comes_back_whole(tmp_path_factory: pytest.TempPathFactory, found: Records) -> None:
    folder = tmp_path_factory.mktemp("graph")
    with cuibono.open() as kg:
        kg.add(*found)
        for ending in ("ttl", "nq"):
            kg.export(folder / f"g.{ending}", text=True)
            with cuibono.open() as again:
                again.import_rdf(folder / f"g.{ending}")
                again.export(folder / f"h.{ending}", text=True)
            assert (folder / f"h.{ending}").read_bytes() == (folder / f"g.{ending}").read_bytes()


@pytest.mark.parametrize("ending", FORMATS)
def test_the_ontology_comes_along(ending: str, tmp_path: Path) -> None:
    extension = tmp_path / "mine.ttl"
    extension.write_text(
        """\
@prefix ex: <https://example.org/mine#> . @prefix cb: <https://w3id.org/cuibono/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix schema: <https://schema.org/> .
ex:Lobby a owl:Class ; rdfs:subClassOf cb:Organization ; rdfs:label "lobby" .
ex:lobbiesFor a cb:Relation, owl:ObjectProperty ; rdfs:label "lobbies for" ; owl:inverseOf ex:lobbiedForBy ;
  schema:domainIncludes ex:Lobby ; schema:rangeIncludes cb:Agent ; cb:forwardWeight 0.6 ; cb:backwardWeight 0.2 .
ex:lobbiedForBy a owl:ObjectProperty ; rdfs:label "lobbied for by" .
""",
        encoding="utf-8",
    )
    kg = cuibono.open(ontology=extension)
    kg.build(cuibono.seed_dossier())
    kg.export(tmp_path / f"g.{ending}")
    fresh = cuibono.open()
    fresh.import_rdf(tmp_path / f"g.{ending}")
    assert fresh.vocabulary.relation("lobbiesFor").forward_weight == 0.6
    assert "Lobby" in fresh.vocabulary.classes
    fresh.export(tmp_path / f"h.{ending}")
    assert (tmp_path / f"h.{ending}").read_bytes() == (tmp_path / f"g.{ending}").read_bytes()


UNTYPED = """\
@prefix ex: <https://example.org/mine#> . @prefix cb: <https://w3id.org/cuibono/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://example.org/mine> a owl:Ontology ; dcterms:title "Mine" .
ex:Fund rdfs:subClassOf cb:Company ; rdfs:label "fund" .
ex:PensionFund rdfs:subClassOf ex:Fund .
ex:bankrolls rdfs:subPropertyOf cb:investsIn .
cb:leads cb:forwardWeight 0.7 .
"""


@pytest.mark.parametrize("ending", FORMATS)
def test_an_ontology_that_declares_no_types_comes_along(ending: str, tmp_path: Path) -> None:
    extension = tmp_path / "mine.ttl"
    extension.write_text(UNTYPED, encoding="utf-8")
    kg = cuibono.open(ontology=extension)
    fund = Entity(iri="https://example.org/entity/f", type="https://example.org/mine#PensionFund", label="F")
    kg.add(fund)
    kg.export(tmp_path / f"g.{ending}")
    fresh = cuibono.open()
    report = fresh.import_rdf(tmp_path / f"g.{ending}")
    assert report.unused == {}
    assert fresh.entity("F") == fund
    assert fresh.vocabulary.relation("leads").forward_weight == 0.7
    fresh.export(tmp_path / f"h.{ending}")
    assert (tmp_path / f"h.{ending}").read_bytes() == (tmp_path / f"g.{ending}").read_bytes()


def test_a_class_of_theirs_that_is_called_as_ours_is_no_second_one(tmp_path: Path) -> None:
    path = tmp_path / "theirs.ttl"
    path.write_text(
        """\
@prefix ex: <https://example.org/theirs#> . @prefix cb: <https://w3id.org/cuibono/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:Person rdfs:subClassOf cb:Person . ex:jo a cb:Person ; skos:prefLabel "Jo" .
""",
        encoding="utf-8",
    )
    kg = cuibono.open()
    assert kg.import_rdf(path).unused == {"http://www.w3.org/2000/01/rdf-schema#subClassOf": 1}
    assert kg.vocabulary == cuibono.open().vocabulary
    assert kg.entity("Jo").label == "Jo"


def test_our_context_by_reference_is_not_fetched(tmp_path: Path) -> None:
    path = tmp_path / "g.jsonld"
    thing = {"@context": CONTEXT_IRI, "@id": "https://example.org/jo", "@type": "Person", "prefLabel": "Jo"}
    path.write_text(json.dumps(thing), encoding="utf-8")
    kg = cuibono.open()
    kg.import_rdf(path)
    assert kg.entity("Jo").iri == "https://example.org/jo"


# ── other vocabularies ─────────────────────────────────────────────────────────────────────────────────


def test_another_vocabulary_comes_in_by_an_alignment(tmp_path: Path) -> None:
    path = tmp_path / "theirs.ttl.gz"
    path.write_bytes(gzip.compress(THEIRS.encode()))
    kg = cuibono.open()
    report = kg.import_rdf(path, alignment=aligned(tmp_path), base="https://example.org/mine/")
    jo, acme, byte = (kg.entity(name) for name in ("Jo Doe", "Acme", "Byte"))
    assert (jo.iri, jo.aliases) == ("https://example.org/theirs#jo", ("Jo D.",))
    assert [kg.vocabulary.entity_class(e.type).name for e in (jo, acme)] == ["Person", "Company"]
    [plain] = kg.statements(predicate="leads", object=acme.iri)
    [sourced] = kg.statements(predicate="leads", object=byte.iri)
    assert (plain.basis, plain.valid_from) == (Basis.RECORDED, None)
    assert str(sourced.valid_from) == "2019-05"
    assert kg.snapshot.documents[sourced.document or ""].url == "https://news.example.org/1"
    assert "theirs#heads" in kg.snapshot.evidence[plain.evidence[0]].exact
    assert report.unused == {"https://example.org/theirs#shoeSize": 1}
    assert "Firm" not in kg.vocabulary.classes
    assert kg.import_rdf(path, alignment=aligned(tmp_path), base="https://example.org/mine/").load.did_nothing


def test_classes_that_nothing_was_made_of_are_named(tmp_path: Path) -> None:
    path = tmp_path / "theirs.ttl"
    path.write_text(
        "@prefix ex: <urn:> . ex:a a ex:Firm . ex:b a ex:Firm, ex:Club . [] a ex:Club ; ex:size 1 .", encoding="utf-8"
    )
    report = cuibono.open().import_rdf(path)
    assert report.unused == {f"{RDF}type urn:Firm": 2, f"{RDF}type urn:Club": 2, "urn:size": 1}
    written = output("import", path, "--store", tmp_path / "store")
    assert "unused     5 triples, of what the ontology does not place, or whose ends have no class or no IRI:" in written
    assert "             a urn:Club  2\n             a urn:Firm  2\n             urn:size  1\n" in written


def test_no_more_than_a_thousand_names_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "theirs.nt"
    path.write_text("".join(f"<urn:a{n:05}> <{RDF}type> <urn:C{n:05}> .\n" for n in range(5_000)), encoding="utf-8")
    unused = cuibono.open().import_rdf(path).unused
    assert (len(unused), unused["others"], sum(unused.values())) == (1_001, 4_000, 5_000)


def test_what_no_longer_stands_there_is_retracted(tmp_path: Path) -> None:
    path = tmp_path / "theirs.ttl"
    path.write_text(THEIRS, encoding="utf-8")
    kg = cuibono.open()
    kg.import_rdf(path, alignment=aligned(tmp_path))
    path.write_text(THEIRS.replace("ex:heads ex:acme ;", ""), encoding="utf-8")
    assert kg.import_rdf(path, alignment=aligned(tmp_path)).load.retracted == 1


def test_statement_nodes_of_any_form_by_a_construct_query(tmp_path: Path) -> None:
    path = tmp_path / "wikidata.ttl"
    path.write_text(
        """\
@prefix wd: <http://www.wikidata.org/entity/> . @prefix p: <http://www.wikidata.org/prop/> .
@prefix ps: <http://www.wikidata.org/prop/statement/> . @prefix pq: <http://www.wikidata.org/prop/qualifier/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
wd:Q1 rdfs:label "Maker"@en ; p:P169 wd:s1 . wd:Q2 rdfs:label "Head"@en .
wd:s1 ps:P169 wd:Q2 ; pq:P580 "2020-03-01T00:00:00Z"^^xsd:dateTime .
""",
        encoding="utf-8",
    )
    query = """\
PREFIX cb: <https://w3id.org/cuibono/ns#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX p: <http://www.wikidata.org/prop/> PREFIX ps: <http://www.wikidata.org/prop/statement/>
PREFIX pq: <http://www.wikidata.org/prop/qualifier/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT {
  ?firm a cb:Company ; rdfs:label ?firmName . ?head a cb:Person ; rdfs:label ?headName .
  ?s rdf:subject ?head ; rdf:predicate cb:leads ; rdf:object ?firm ; cb:validFrom ?since .
} WHERE { ?firm p:P169 ?s ; rdfs:label ?firmName . ?s ps:P169 ?head . ?head rdfs:label ?headName .
  OPTIONAL { ?s pq:P580 ?since } }
"""
    kg = cuibono.open()
    kg.import_rdf(path, construct=query)
    [statement] = kg.statements(predicate="leads")
    assert (statement.subject, str(statement.valid_from)) == ("http://www.wikidata.org/entity/Q2", "2020-03-01")
    with pytest.raises(InvalidArgument, match="is not SPARQL"):
        kg.import_rdf(path, construct="CONSTRUCT")
    with pytest.raises(InvalidArgument, match="is no CONSTRUCT"):
        kg.import_rdf(path, construct="SELECT * {?s ?p ?o}")


# ── hostile and broken files ───────────────────────────────────────────────────────────────────────────

LAUGHS = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rdf:RDF/>'
HOSTILE = {
    "a doctype": ("g.rdf", LAUGHS.encode(), "has a DOCTYPE, which is refused"),
    "a doctype in UTF-16": ("g.rdf", LAUGHS.encode("utf-16"), "has a DOCTYPE, which is refused"),
    "a doctype in UTF-16 that does not say so": ("g.rdf", LAUGHS.encode("utf-16-le"), "has a DOCTYPE, which is refused"),
    "a doctype behind a comment": ("g.rdf", b"<!-- x --> <!doctype r>", "has a DOCTYPE, which is refused"),
    "a remote context": ("g.jsonld", b'{"@context": "https://e.org/c"}', "context https://e.org/c, which is not fetched"),
    "a local context": ("g.jsonld", b'[{"@context": ["file:///etc/passwd"]}]', "context file:///etc/passwd, which"),
    "an imported context": ("g.jsonld", b'{"@context": {"@import": "http://e.org/c"}}', "context http://e.org/c"),
    "deep JSON": ("g.jsonld", b"[" * 100_000, "is not JSON"),
    "deep lists": ("g.ttl", b"<urn:a> <urn:b> " + b"(" * 100_000, "g.ttl:1: is no Turtle"),
    "a broken line": ("g.nt", b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b>\n", "g.nt:3: is no N-Triples"),
    "an endless text": ("g.nt", b'<urn:a> <urn:b> "' + b"x" * 17_000_000 + b'" .', "g.nt"),
    "no XML": ("g.rdf", b"<rdf:RDF", "is no RDF/XML"),
    "no gzip": ("g.ttl.gz", b"no", "cannot be read"),
    "a date that is none": (
        "g.ttl",
        b'<urn:s> a <https://w3id.org/cuibono/ns#Statement> ; <https://w3id.org/cuibono/ns#statedOn> "yesterday" .',
        "holds a value that cannot be one of ours: 'yesterday' is no date",
    ),
    "a statement about nothing": (
        "g.ttl",
        b"<urn:s> a <https://w3id.org/cuibono/ns#Statement> .",
        "<urn:s>: is no statement: a part of it is missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_broken_file_is_refused(name: str, tmp_path: Path) -> None:
    file, data, message = HOSTILE[name]
    (tmp_path / file).write_bytes(data)
    kg = cuibono.open()
    with pytest.raises(InvalidInput) as refused:
        kg.import_rdf(tmp_path / file)
    assert message in str(refused.value)
    assert kg.version == 0


@pytest.mark.parametrize("ending", ["jsonld", "rdf"])
def test_a_small_file_that_is_endless_when_it_is_read(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuibono.graph.build.rdf.parsing._LARGEST_WHOLE", 1_000_000)
    file = tmp_path / f"g.{ending}.gz"
    file.write_bytes(gzip.compress(b" " * 100_000_000))
    with pytest.raises(InvalidInput, match=r"more than 1,000,000 bytes of .*; files of that size come in as N-Quads"):
        cuibono.open().import_rdf(file)


def test_a_parser_that_dies_takes_nothing_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "g.rdf").write_text('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', encoding="utf-8")
    killer = tmp_path / "python"
    killer.write_text("#!/bin/sh\nkill -ABRT $$\n", encoding="utf-8")
    killer.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(killer))
    with pytest.raises(InvalidInput, match="the parser died of it"):
        cuibono.open().import_rdf(tmp_path / "g.rdf")


def test_a_file_whose_syntax_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"end its name in \.ttl"):
        cuibono.open().import_rdf(tmp_path / "g.what")


# ── the command ────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_imports_graphs(tmp_path: Path) -> None:
    store, theirs = tmp_path / "store", tmp_path / "theirs.ttl"
    theirs.write_text(THEIRS, encoding="utf-8")
    written = output("import", theirs, "--align", aligned(tmp_path), "--store", store)
    assert "added      3 entities, 2 documents, 2 quotes, 2 statements" in written
    assert "https://example.org/theirs#shoeSize  1" in written
    seeded().export(tmp_path / "seed.json", "jsonld")
    done = document("import", tmp_path / "seed.json", "--store", store)
    assert (done["added"]["Statement"], done["unused"]) == (44, {})
    [error] = errors("import", tmp_path / "t.csv", "--store", store, code=2)
    assert "a table needs --map" in error


LONG = "x" * (16 * 1024**2)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("g.nq", '<urn:a> <urn:b> "ok" <urn:g> .\n<urn:a> <urn:b> "{}" <urn:g> .\n'),
        ("g.nt", '<urn:a> <urn:b> "ok" .\n<urn:a> <urn:b> "never ends {}'),
        ("g.ttl", '<urn:a> <urn:b> "ok" .\n# {}\n'),
        ("g.trig", '<urn:a> <urn:b> "ok" .\n<urn:a> <urn:b> """{}""" .\n'),
        ("g.ttl.gz", '<urn:a> <urn:b> "ok" .\n<urn:a> <urn:b> "{}" .\n'),
    ],
)
@pytest.mark.parametrize("on_disk", [False, True])
def test_a_line_that_is_too_long_is_told_with_its_place_and_a_remedy(name: str, text: str, on_disk: bool, tmp_path: Path) -> None:
    data = text.format(LONG).encode()
    (tmp_path / name).write_bytes(gzip.compress(data, 1) if name.endswith(".gz") else data)
    kg = cuibono.open(tmp_path / "graph" if on_disk else None)
    with pytest.raises(InvalidInput) as found:
        kg.import_rdf(tmp_path / name)
    [problem] = found.value.problems
    assert str(problem).startswith(f"{name}:2: ") or problem.place == name
    assert "of more than 16,777,216 bytes" in problem.message
    assert "a quotation mark may be missing" in problem.message
    assert kg.version == 0


def test_a_text_of_ours_that_is_too_long_to_be_read_again_is_told_with_its_line(tmp_path: Path) -> None:
    kg = seeded()
    document = next(iter(kg.snapshot.documents.values()))
    kg.add(replace(document, iri=f"{document.iri}-2", text=LONG, sha256=text_hash(LONG)))
    kg.export(tmp_path / "g.nq", text=True)
    with cuibono.open(tmp_path / "graph") as fresh, pytest.raises(InvalidInput, match=r"g\.nq:\d+: .*16,777,216 bytes"):
        fresh.import_rdf(tmp_path / "g.nq")


def test_a_text_in_xml_that_is_too_long_is_told_with_what_it_is_of(tmp_path: Path) -> None:
    path = tmp_path / "g.rdf"
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    text = f'<rdf:Description rdf:about="urn:a"><e:b>{LONG}</e:b></rdf:Description>'
    path.write_text(f'<rdf:RDF xmlns:rdf="{rdf}" xmlns:e="urn:e/">{text}</rdf:RDF>', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"g\.rdf: .*(16,777,216 bytes|16,000,000 characters)"):
        cuibono.open().import_rdf(path)


def test_a_file_of_which_nothing_comes_in_says_what_would_help(tmp_path: Path) -> None:
    (tmp_path / "theirs.ttl").write_text(THEIRS, encoding="utf-8")
    written = output("import", tmp_path / "theirs.ttl", "--store", tmp_path / "store")
    assert "nothing came in: --align" in written
    written = output("import", tmp_path / "theirs.ttl", "--align", aligned(tmp_path), "--store", tmp_path / "store")
    assert "nothing came in" not in written


@pytest.mark.parametrize(
    ("ending", "data", "told"),
    [
        ("ttl", b"\xef\xbb\xbf<urn:a> <urn:b> <urn:c> .\n", "begins with a byte order mark; save it as UTF-8 without one"),
        ("nt", b"\xef\xbb\xbf<urn:a> <urn:b> <urn:c> .\n", "begins with a byte order mark"),
        ("ttl", '<urn:a> <urn:b> "Ä" .\n'.encode("cp1252"), "save it as UTF-8"),
        ("nq", "<urn:a> <urn:b> <urn:c> .\n".encode("utf-16"), "save it as UTF-8"),
    ],
)
def test_another_encoding_is_told_with_the_remedy(ending: str, data: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / f"t.{ending}").write_bytes(data)
    with cuibono.open() as kg, pytest.raises(InvalidInput, match=told):
        kg.import_rdf(tmp_path / f"t.{ending}")
