"""Large exports into a store: the same graph as record by record, whole or not at all."""

from __future__ import annotations

import gzip
import itertools
import lzma
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings

import cuibono
from cuibono.graph.build.bulk import loading
from cuibono.graph.build.bulk.naming import Naming
from cuibono.graph.errors import InvalidInput
from cuibono.graph.generation import generated_columns
from cuibono.graph.model import Entity, Records
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import encoded
from cuibono.schema import Vocabulary
from tests.exports import export_of
from tests.generated import VOCABULARY, records

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuibono.graph.imports.BULK_FROM", 0)


# ── the same graph ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ending", ["nq", "trig", "ttl"])
def test_it_is_the_graph_that_reading_record_by_record_gives(ending: str, tmp_path: Path) -> None:
    first = cuibono.open()
    first.build(cuibono.seed_dossier())
    first.review(first.statements()[3].iri, "retracted", by="Jo", why="a test")
    given = export_of(first, tmp_path / f"g.{ending}")
    told: list[str] = []
    with cuibono.open(tmp_path / "bulk") as bulk, cuibono.open() as plain:
        report = bulk.import_rdf(tmp_path / f"g.{ending}", progress=told.append)
        plain_report = plain.import_rdf(tmp_path / f"g.{ending}")
        phases = list(dict.fromkeys(each.partition(":")[0] for each in told))
        assert phases == ["reading", "checking", "loading", "noting where it comes from"]
        assert (report.quads, report.unused) == (plain_report.quads, {})
        assert report.load.added == plain_report.load.added
        assert export_of(bulk, tmp_path / f"h.{ending}") == given
        assert export_of(plain, tmp_path / f"i.{ending}") == given
        assert bulk.import_rdf(tmp_path / f"g.{ending}").load.did_nothing
        assert bulk.conflicts() == plain.conflicts()
    with cuibono.open(tmp_path / "bulk") as again:
        assert (again.version, again.info().statements) == (1, plain.info().statements)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(records())
def test_any_graph_comes_back_whole(tmp_path_factory: pytest.TempPathFactory, found: Records) -> None:
    folder = tmp_path_factory.mktemp("graph")
    with cuibono.open() as kg:
        kg.add(*found)
        given = export_of(kg, folder / "g.nq")
        with cuibono.open(folder / "bulk") as bulk:
            bulk.import_rdf(folder / "g.nq")
            assert bulk.version == 1
            assert export_of(bulk, folder / "h.nq") == given


@pytest.mark.parametrize(
    "extra",
    [
        '<urn:x> <urn:knows> "something else" <https://w3id.org/cuibono/graph/statements> .',
        "<urn:x> <urn:knows> <urn:y> .",
        "<urn:x> <urn:knows> <urn:y> <urn:another-graph> .",
    ],
)
def test_what_is_beside_it_is_read_record_by_record_and_counted(extra: str, tmp_path: Path) -> None:
    kg = cuibono.open()
    kg.build(cuibono.seed_dossier())
    given = export_of(kg, tmp_path / "g.nq")
    (tmp_path / "g.nq").write_bytes(given + extra.encode() + b"\n")
    with cuibono.open(tmp_path / "store") as bulk:
        report = bulk.import_rdf(tmp_path / "g.nq")
        assert report.unused == {"urn:knows": 1}
        assert export_of(bulk, tmp_path / "h.nq") == given


def test_a_large_file_goes_by_the_bulk_loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuibono.graph.imports.BULK_FROM", loading.BULK_FROM)
    snapshot = Snapshot.of(Base(generated_columns(1_200)), Vocabulary.bundled())
    store = ox.Store()
    store.extend(quad for record in snapshot.records for quad in encoded(record))
    store.dump(str(tmp_path / "g.nq"), ox.RdfFormat.N_QUADS)
    assert (tmp_path / "g.nq").stat().st_size >= loading.BULK_FROM
    told: list[str] = []
    with cuibono.open(tmp_path / "store") as kg:
        assert kg.import_rdf(tmp_path / "g.nq", progress=told.append).load.added["Statement"] == 1_200
        assert told
        assert kg.snapshot.records == snapshot.records


# ── whole or not at all ────────────────────────────────────────────────────────────────────────────────


def test_a_graph_that_breaks_a_rule_leaves_nothing(tmp_path: Path) -> None:
    kg = cuibono.open()
    kg.build(cuibono.seed_dossier())
    given = export_of(kg, tmp_path / "g.nq").decode()
    (tmp_path / "g.nq").write_text(given.replace("ns#leads>", "ns#issuedBy>"), encoding="utf-8")
    with cuibono.open(tmp_path / "store") as bulk:
        with pytest.raises(InvalidInput, match=r"g\.nq: <.*> *: subject: a Person cannot be the subject of issuedBy"):
            bulk.import_rdf(tmp_path / "g.nq")
        assert bulk.version == 0
    assert [path.name for path in tmp_path.iterdir() if "importing" in path.name] == []
    (tmp_path / "g.nq").write_text(given + "<urn:broken", encoding="utf-8")
    with cuibono.open(tmp_path / "store") as bulk, pytest.raises(InvalidInput, match=r"g\.nq:\d+: cannot be parsed"):
        bulk.import_rdf(tmp_path / "g.nq")


OWN = "https://example.org/terms#"
EXTENSION = """
@prefix cb: <https://w3id.org/cuibono/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> . @prefix x: <https://example.org/terms#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
x:ThinkTank a owl:Class ; rdfs:subClassOf cb:Organization ; rdfs:label "think tank"@en .
x:funds a cb:Relation ; rdfs:label "funds" ; cb:attribute x:times ; cb:forwardWeight 0.25 ;
  schema:domainIncludes cb:Agent ; schema:rangeIncludes x:ThinkTank .
x:times a cb:Attribute ; rdfs:range xsd:integer .
"""


# ── other syntaxes, and terms of one's own ─────────────────────────────────────────────────────────────


def test_compressed_files_and_triples(tmp_path: Path) -> None:
    snapshot = Snapshot.of(Base(generated_columns(100)), Vocabulary.bundled())
    quads = [quad for record in snapshot.records for quad in encoded(record)]
    as_lines = "".join(f"{quad.triple} .\n" for quad in quads).encode()
    files = {"a.nt": as_lines, "b.nt.gz": gzip.compress(as_lines), "c.nq.xz": lzma.compress(_as_quads(quads))}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        told: list[str] = []
        with cuibono.open(tmp_path / f"{name}.store") as kg:
            assert kg.import_rdf(tmp_path / name, progress=told.append).quads == len(quads)
            assert kg.snapshot.records == snapshot.records
        assert any(each.startswith("loading") for each in told), "it went record by record"


@pytest.mark.parametrize("ending", ["nq", "trig", "ttl"])
def test_terms_of_an_own_ontology_come_along(ending: str, tmp_path: Path) -> None:
    (tmp_path / "terms.ttl").write_text(EXTENSION, encoding="utf-8")
    with cuibono.open(ontology=tmp_path / "terms.ttl") as kg:
        kg.build(cuibono.seed_dossier())
        tank = Entity(iri="https://example.org/tank", type=f"{OWN}ThinkTank", label="Tank")
        musk, statement = kg.entity("Elon Musk"), kg.statements()[0]
        funding = replace(statement, iri="https://example.org/s", subject=musk.iri, predicate=f"{OWN}funds", object=tank.iri)
        kg.add(tank, replace(funding, attributes=((f"{OWN}times", 3),)))
        given = export_of(kg, tmp_path / f"g.{ending}")
    told: list[str] = []
    with cuibono.open(tmp_path / "store") as bulk:
        bulk.import_rdf(tmp_path / f"g.{ending}", progress=told.append)
        assert any(each.startswith("loading") for each in told), "it went record by record"
        assert bulk.vocabulary.relation("funds").forward_weight == 0.25
        assert export_of(bulk, tmp_path / f"h.{ending}") == given
        assert bulk.import_rdf(tmp_path / f"g.{ending}").load.did_nothing
    with cuibono.open(tmp_path / "store") as again:
        assert again.statements(predicate="funds")[0].attributes == ((f"{OWN}times", 3),)


@pytest.mark.parametrize("at_once", [40, 3_000, 1 << 20])
def test_triples_are_put_into_the_graphs_that_quads_are_in(at_once: int, tmp_path: Path) -> None:
    (tmp_path / "terms.ttl").write_text(EXTENSION, encoding="utf-8")
    with cuibono.open(ontology=tmp_path / "terms.ttl") as kg:
        kg.build(cuibono.seed_dossier())
        quads = export_of(kg, tmp_path / "g.nq").splitlines(keepends=True)
        triples = ox.parse(export_of(kg, tmp_path / "g.ttl"), format=ox.RdfFormat.TURTLE)
    naming = Naming(relation.iri for relation in VOCABULARY.relations.values())
    found, waiting = b"", b""
    for _, run in itertools.groupby(triples, key=lambda quad: quad.subject):
        waiting += "".join(f"{quad.triple} .\n" for quad in run).encode()
        if len(waiting) >= at_once:
            found, waiting = found + naming.named(waiting).text, b""
    found += naming.named(waiting).text if waiting else b""
    assert sorted(found.splitlines(keepends=True)) == sorted(quads)
    assert {b"derived", b"documents", b"ontology", b"statements"} <= {line.rsplit(b"/", 1)[1][:-4] for line in quads}


def test_megabytes_of_empty_lines_are_none(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        given = export_of(kg, tmp_path / "g.nq")
    empty = b"\n" * (10 << 20)
    (tmp_path / "h.nq").write_bytes(empty + given + empty)
    with cuibono.open(tmp_path / "store") as bulk:
        bulk.import_rdf(tmp_path / "h.nq")
        assert export_of(bulk, tmp_path / "i.nq") == given
    (tmp_path / "j.nq").write_bytes(empty + b"# " + b"a" * (17 << 20))
    with cuibono.open(tmp_path / "none") as bulk, pytest.raises(InvalidInput, match=r"j\.nq:10485761: .* 16,777,216 bytes"):
        bulk.import_rdf(tmp_path / "j.nq")


def _as_quads(quads: list[ox.Quad]) -> bytes:
    return "".join(f"{quad} .\n" for quad in quads).encode()


@pytest.mark.parametrize(
    "extra",
    [
        "<https://example.org/a> <https://w3id.org/cuibono/ns#leads> <https://example.org/b> .",
        '<https://example.org/a> <http://www.w3.org/2000/01/rdf-schema#label> "A, otherwise" .',
        "<https://example.org/theirs#Thing> a <http://www.w3.org/2002/07/owl#Class> .",
    ],
)
def test_triples_that_only_look_like_what_follows_are_not_lost(extra: str, tmp_path: Path) -> None:
    kg = cuibono.open()
    person, company = (kg.vocabulary.entity_class(name).iri for name in ("Person", "Company"))
    kg.add(Entity(iri="https://example.org/a", type=person, label="A"))
    kg.add(Entity(iri="https://example.org/b", type=company, label="B"))
    kg.export(tmp_path / "g.ttl")
    with (tmp_path / "g.ttl").open("a", encoding="utf-8") as file:
        file.write(extra + "\n")
    with cuibono.open(tmp_path / "store") as bulk, cuibono.open() as plain:
        reports = [each.import_rdf(tmp_path / "g.ttl") for each in (bulk, plain)]
        assert reports[0] == reports[1]
        assert bulk.snapshot.records == plain.snapshot.records


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("g.ttl", b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b", r"g\.ttl:2: cannot be parsed"),
        ("g.nt.gz", b"this is not gzip", r"g\.nt\.gz: cannot be parsed"),
        ("g.nq", b'<urn:a> <urn:b> "\\q" <https://w3id.org/cuibono/graph/statements> .\n', r"g\.nq:1: (cannot be parsed|is no)"),
    ],
)
def test_what_cannot_be_parsed_names_the_line(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with cuibono.open(tmp_path / "store") as kg:
        with pytest.raises(InvalidInput, match=message):
            kg.import_rdf(tmp_path / name)
        assert kg.version == 0
