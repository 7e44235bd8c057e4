"""A bundle of evidence stands alone: findings, statements, quotes and documents, and nothing left dangling."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

import cuibono
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Basis, Statement, proposition, statement_iri
from cuibono.graph.store.encoding import decoded
from cuibono.schema.namespaces import CB


@pytest.fixture(scope="module")
def seed() -> KnowledgeGraph:
    kg = cuibono.open()
    kg.build(cuibono.seed_dossier())
    return kg


def test_a_bundle_holds_all_that_the_findings_rest_on_and_no_more(seed: KnowledgeGraph, tmp_path: Path) -> None:
    findings = seed.conflicts(actor="Sam Altman")
    seed.write_bundle(findings, tmp_path / "altman.jsonld")
    quads = list(ox.parse((tmp_path / "altman.jsonld").read_bytes(), format=ox.RdfFormat.JSON_LD))
    records = decoded(quads, seed.vocabulary)
    assert set(records.statements) == {statement.iri for statement in findings[0].statements}
    assert all(records.statements[s.iri] == s for s in findings[0].statements)
    assert {records.evidence[iri].exact for s in findings[0].statements for iri in s.evidence} >= {"OpenAI CEO Sam Altman"}
    assert {e.label for e in records.entities.values()} == {"Sam Altman", "OpenAI", "DeepSeek"}
    assert [d.text for d in records.documents.values()] == [None]


def test_a_bundle_names_its_findings_and_walks_their_paths(seed: KnowledgeGraph, tmp_path: Path) -> None:
    findings = seed.conflicts()
    seed.write_bundle(findings, tmp_path / "all.jsonld")
    things = json.loads((tmp_path / "all.jsonld").read_text(encoding="utf-8"))["@graph"]
    by_id = {thing["@id"]: thing for thing in things}
    found = [thing for thing in things if thing.get("@type") == "ConflictOfInterest"]
    assert sorted(f["description"] for f in found) == sorted(f.explanation for f in findings)
    for thing in found:
        hops = thing.get("interestHop", [])
        for hop in hops if isinstance(hops, list) else [hops]:
            assert by_id[by_id[hop]["restsOn"]]["@type"] == ["Statement", "rdf:Statement"]


def test_a_bundle_is_written_as_its_ending_says_and_is_the_same_each_time(seed: KnowledgeGraph, tmp_path: Path) -> None:
    for name in ("one.ttl", "two.ttl"):
        seed.write_bundle(seed.conflicts(), tmp_path / name)
    assert (tmp_path / "one.ttl").read_bytes() == (tmp_path / "two.ttl").read_bytes()
    assert f"@prefix cb: <{CB}>" in (tmp_path / "one.ttl").read_text(encoding="utf-8")


def test_what_others_dispute_comes_along(tmp_path: Path) -> None:
    kg = cuibono.open()
    kg.build(cuibono.seed_dossier())
    owns = kg.statements(subject="Elon Musk", predicate="owns")[0]
    article = kg.documents()[0]

    wang = kg.entity("Alexandr Wang").iri
    key = proposition(kg.vocabulary.relation("disputes"), wang, owns.iri)
    source = {"speaker": None, "stated_on": None, "valid_from": None, "document": article.iri}
    kg.add(
        Statement(
            iri=statement_iri("https://w3id.org/cuibono/seed/", key, **source),
            subject=key[0],
            predicate=key[1],
            object=key[2],
            basis=Basis.INFERRED,
            document=article.iri,
            derived_from=(owns.iri,),
        )
    )
    kg.write_bundle(kg.conflicts(actor="Elon Musk"), tmp_path / "musk.ttl")
    assert "rdf:predicate cb:disputes ; rdf:object s:" in (tmp_path / "musk.ttl").read_text(encoding="utf-8")
