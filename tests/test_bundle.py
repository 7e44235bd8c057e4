"""A bundle of evidence stands alone: findings, statements, quotes and documents, and nothing left dangling."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import cuibono
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Basis, Statement, proposition, statement_iri
from cuibono.graph.store.encoding import decoded
from cuibono.schema.namespaces import CB
from tests.command_line import document
from tests.graphs import graph


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


def test_who_gains_and_how_things_are_connected_are_bundled_in_the_same_shape(seed: KnowledgeGraph, tmp_path: Path) -> None:
    gainers, paths = seed.beneficiaries("deepseek-50000-h100"), seed.paths("Elon Musk", "DeepSeek")
    seed.write_bundle([*gainers, *paths], tmp_path / "found.jsonld")
    quads = list(ox.parse((tmp_path / "found.jsonld").read_bytes(), format=ox.RdfFormat.JSON_LD))
    records = decoded(quads, seed.vocabulary)
    assert set(records.statements) >= {s.iri for found in (*gainers, *paths) for s in found.statements}
    things = {t["@id"]: t for t in json.loads((tmp_path / "found.jsonld").read_text(encoding="utf-8"))["@graph"]}
    told = {kind: [t for t in things.values() if t.get("@type") == kind] for kind in ("Beneficiary", "Path")}
    assert sorted(t["description"] for t in told["Beneficiary"]) == sorted(g.explanation for g in gainers)
    assert sorted(float(t["gain"]) for t in told["Beneficiary"]) == pytest.approx(sorted(g.gain for g in gainers))
    assert {t["affected"] for t in told["Beneficiary"]} == {g.entity for g in gainers}
    walked = {tuple(things[things[hop]["restsOn"]]["@id"] for hop in in_order(things, t)) for t in told["Path"]}
    assert walked == {tuple(statement.iri for statement in path.statements) for path in paths}
    assert {(t["walkedFrom"], t["walkedTo"]) for t in told["Path"]} == {
        (seed.entity("Elon Musk").iri, seed.entity("DeepSeek").iri)
    }


def in_order(things: dict[str, Any], path: dict[str, Any]) -> list[str]:
    hops = path["pathHop"] if isinstance(path["pathHop"], list) else [path["pathHop"]]
    return sorted(hops, key=lambda hop: int(things[hop]["position"]))


def test_all_that_say_the_same_are_in_the_bundle_of_a_path(tmp_path: Path) -> None:
    with graph("A leads X conf:0.5\nA leads X doc:D2") as kg:
        [path] = kg.paths("A", "X")
        kg.write_bundle([path], tmp_path / "path.ttl")
        records = decoded(ox.parse((tmp_path / "path.ttl").read_bytes(), format=ox.RdfFormat.TURTLE), kg.vocabulary)
        assert set(records.statements) == {statement.iri for statement in kg.statements()}
        assert len(records.documents) == 2
        kg.write_bundle(kg.paths("A", "A"), tmp_path / "nothing.ttl")


@pytest.mark.parametrize("command", [("benefits", "deepseek-50000-h100"), ("paths", "Elon Musk", "DeepSeek"), ("conflicts",)])
def test_the_commands_write_bundles(command: tuple[str, ...], tmp_path: Path) -> None:
    store, file = tmp_path / "store", tmp_path / "found.jsonld"
    with cuibono.open(store) as kg:
        kg.build(cuibono.seed_dossier())
    said = document(*command, "--store", store, "--bundle", file)
    found = next(value for value in said.values() if isinstance(value, list) and value)
    kinds = [thing.get("@type") for thing in json.loads(file.read_text(encoding="utf-8"))["@graph"]]
    assert sum(kind in ("Beneficiary", "Path", "ConflictOfInterest") for kind in kinds) == len(found)


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
