"""A graph as Parquet tables says what the records say."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from pyarrow import parquet

import cuibono
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.export.parquet import write_parquet
from cuibono.graph.generation import generated_columns, generated_records
from cuibono.graph.model import Document, Entity, Records, Statement
from cuibono.graph.snapshot.building import columns_of
from cuibono.schema import Vocabulary
from tests.command_line import document as answer
from tests.command_line import errors, output
from tests.generated import records
from tests.test_export_properties import few

VOCABULARY = Vocabulary.bundled()
NUMBERED = ("entities", "claims", "documents", "evidence", "statements")


def table(folder: Path, name: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a table by IRI."""
    found = parquet.read_table(folder / f"{name}.parquet").to_pylist()
    return {each["iri"]: each for each in found}


def said(statement: Statement, kinds: dict[str, str]) -> dict[str, Any]:
    """Return what a row must say of a statement, numbers and days aside."""
    attributes = {VOCABULARY.attribute(iri).name: value for iri, value in statement.attributes}
    scaled_by = VOCABULARY.relation(statement.predicate).scaled_by
    return {
        "subject": statement.subject,
        "subject_kind": kinds.get(statement.subject),
        "relation": statement.predicate,
        "object": statement.object,
        "object_kind": kinds.get(statement.object),
        "speaker": statement.speaker,
        "said_via": statement.said_via,
        "document": statement.document,
        "stated_on": str(statement.stated_on) if statement.stated_on else None,
        "valid_from": str(statement.valid_from) if statement.valid_from else None,
        "valid_to": str(statement.valid_to) if statement.valid_to else None,
        "confidence": statement.confidence,
        "basis": statement.basis.value,
        "status": statement.status.value,
        "in_response_to": statement.in_response_to,
        "revision_of": statement.revision_of,
        "evidence": list(statement.evidence),
        "derived_from": list(statement.derived_from),
        "scale": dict(statement.attributes).get(scaled_by) if scaled_by else None,
        "attributes": {a.name: attributes.get(a.name) for a in VOCABULARY.attributes.values()},
    }


def kinds_of(records: Records) -> dict[str, str]:
    groups = (("statement", records.statements), ("claim", records.claims), ("entity", records.entities))
    return {iri: kind for kind, group in groups for iri in group}


@pytest.fixture(scope="module")
def seed_records() -> Records:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        return kg.snapshot.records


@pytest.mark.parametrize("source", ["the seed", "a generated graph"])
def test_rows_say_what_the_records_say(source: str, seed_records: Records, tmp_path: Path) -> None:
    records = seed_records if source == "the seed" else generated_records(2_000, seed=3)
    write_parquet(columns_of(records, VOCABULARY), VOCABULARY, tmp_path / "tables")
    rows, kinds = table(tmp_path / "tables", "statements"), kinds_of(records)
    for iri, statement in records.statements.items():
        wanted = said(statement, kinds)
        assert {name: rows[iri][name] for name in wanted} == wanted
    for iri, entity in table(tmp_path / "tables", "entities").items():
        known = records.entities[iri]
        assert (entity["class"], entity["label"], entity["description"]) == (known.type, known.label, known.description)
        assert (tuple(entity["aliases"]), tuple(entity["same_as"])) == (known.aliases, known.same_as)
    for iri, claim in table(tmp_path / "tables", "claims").items():
        about = records.claims[iri]
        assert (claim["text"], claim["unit"], tuple(claim["hedges"])) == (about.text, about.unit, about.hedges)
        assert claim["quantity"] == (None if about.quantity is None else str(about.quantity))
    for iri, evidence in table(tmp_path / "tables", "evidence").items():
        quote = records.evidence[iri]
        for name in ("document", "exact", "prefix", "suffix", "start", "end", "row"):
            assert evidence[name] == getattr(quote, name)
    for iri, document in table(tmp_path / "tables", "documents").items():
        page = records.documents[iri]
        for name in ("title", "publisher", "licence", "url", "language", "sha256"):
            assert document[name] == getattr(page, name)
        assert document["published"] == (str(page.published) if page.published else None)
        assert "text" not in document


def test_numbers_follow_the_iris_and_join_the_tables(tmp_path: Path) -> None:
    columns = generated_columns(2_000)
    write_parquet(columns, VOCABULARY, tmp_path / "tables")
    by_number = {}
    for name in NUMBERED:
        rows = table(tmp_path / "tables", name)
        assert [rows[iri]["number"] for iri in sorted(rows)] == list(range(len(rows)))
        by_number[name] = {each["number"]: iri for iri, each in rows.items()}
    groups = {"entity": "entities", "claim": "claims", "statement": "statements"}
    for each in table(tmp_path / "tables", "statements").values():
        for end in ("subject", "object"):
            assert by_number[groups[each[f"{end}_kind"]]][each[f"{end}_number"]] == each[end]


def test_days_are_the_first_and_the_last_that_a_date_may_mean(seed_records: Records, tmp_path: Path) -> None:
    write_parquet(columns_of(seed_records, VOCABULARY), VOCABULARY, tmp_path / "tables")
    days = {}
    for each in table(tmp_path / "tables", "statements").values():
        for name in ("stated_on", "valid_from", "valid_to"):
            days[each[name]] = (each[f"{name}_first"], each[f"{name}_last"])
    assert days[None] == (None, None)
    for text, (first, last) in days.items():
        if text is not None:
            parts = [int(part) for part in text.split("-")]
            low, high = (*parts, 1, 1)[:3], (*parts, 12, 31)[:3] if len(parts) < 2 else (*parts, 31)[:3]
            assert first == np.dot(low, (10_000, 100, 1))
            assert last == np.dot(high, (10_000, 100, 1))


def test_what_the_vocabulary_says_stands_beside_the_statements(tmp_path: Path) -> None:
    write_parquet(generated_columns(200), VOCABULARY, tmp_path / "tables")
    relations = parquet.read_table(tmp_path / "tables" / "relations.parquet").to_pylist()
    competes = next(each for each in relations if each["name"] == "competesWith")
    assert (competes["forward_weight"], competes["chains"], competes["symmetric"]) == (-0.8, False, True)
    classes = parquet.read_table(tmp_path / "tables" / "classes.parquet").to_pylist()
    carries = {each["name"]: each["carries_interest"] for each in classes}
    assert carries["Company"]
    assert not carries["Country"]


def test_an_export_replaces_an_export_and_nothing_else(tmp_path: Path) -> None:
    store, tables, other = tmp_path / "store", tmp_path / "tables", tmp_path / "other"
    with cuibono.open(store) as kg:
        kg.add(Entity(iri="https://example.org/entity/ada", type=VOCABULARY.entity_class("Person").iri, label="Ada"))
        kg.export(tables, "parquet")
        kg.add(Entity(iri="https://example.org/entity/bob", type=VOCABULARY.entity_class("Person").iri, label="Bob"))
        kg.export(tables, "parquet")
        assert len(table(tables, "entities")) == 2
        other.mkdir()
        (other / "letter.txt").write_text("mine")
        with pytest.raises(InvalidArgument, match="no Parquet export"):
            kg.export(other, "parquet")
    command = ("export", "--store", store, "-f", "parquet")
    assert "give --output" in errors(*command, code=2)[0]
    assert "give --output" in errors(*command, "--text", "-o", tables, code=2)[0]
    assert "no Parquet export" in errors(*command, "-o", other / "letter.txt")[0]
    output(*command, "-o", tables)
    assert {path.name for path in tmp_path.iterdir()} == {"store", "tables", "other"}
    assert [path.name for path in other.iterdir()] == ["letter.txt"]


# ── and in again ───────────────────────────────────────────────────────────────────────────────────────


def without_texts(records: Records) -> Records:
    return Records.of(replace(record, text=None) if isinstance(record, Document) else record for record in records)


def test_the_seed_and_a_generated_graph_come_back_whole(seed_records: Records, tmp_path: Path) -> None:
    for name, given_records in (("seed", seed_records), ("generated", generated_records(300, seed=4))):
        kg, again = cuibono.open(), cuibono.open()
        kg.add(*given_records)
        kg.export(tmp_path / name, "parquet")
        again.import_parquet(tmp_path / name)
        assert again.snapshot.records == without_texts(kg.snapshot.records)
        assert again.import_parquet(tmp_path / name).load.did_nothing


@few
@given(records())
def test_any_graph_comes_back_whole(found: Records) -> None:
    kg, again = cuibono.open(), cuibono.open()
    kg.add(*found)
    with tempfile.TemporaryDirectory() as folder:
        kg.export(f"{folder}/tables", "parquet")
        again.import_parquet(f"{folder}/tables")
    entities = kg.snapshot.entities
    gone = {s.iri for s in kg.snapshot.statements.values() if s.predicate.endswith("#identicalTo") and s.object not in entities}
    gone |= {s.iri for s in kg.snapshot.statements.values() if s.predicate.endswith("#identicalTo") and s.subject not in entities}
    while new := {s.iri for s in kg.snapshot.statements.values() if s.object in gone} - gone:
        gone |= new
    wanted = {record.iri: record for record in without_texts(kg.snapshot.records) if record.iri not in gone}
    for iri, s in [(iri, s) for iri, s in wanted.items() if isinstance(s, Statement)]:
        kept = {name: None if getattr(s, name) in gone else getattr(s, name) for name in ("in_response_to", "revision_of")}
        wanted[iri] = replace(s, **kept, derived_from=tuple(set(s.derived_from) - gone))
    assert {record.iri: record for record in again.snapshot.records} == wanted


def test_what_spoke_of_a_merge_comes_back_without_it(tmp_path: Path) -> None:
    kg, again = cuibono.open(), cuibono.open()
    kg.build(cuibono.seed_dossier())
    openai = kg.entity("OpenAI")
    kg.add(replace(openai, iri=f"{openai.iri}-inc", label="OpenAI, Inc."))
    kg.merge("OpenAI", "OpenAI, Inc.", why="the same", by="Eve")
    [same] = kg.statements(predicate="identicalTo")
    [leads] = kg.statements(subject="Sam Altman", predicate="leads")
    disputes = kg.vocabulary.relation("disputes").iri
    kg.add(
        replace(leads, iri=f"{leads.iri}-2", predicate=disputes, object=same.iri, attributes=()),
        replace(leads, iri=f"{leads.iri}-3", derived_from=(same.iri,), in_response_to=same.iri),
    )
    kg.export(tmp_path / "tables", "parquet")
    report = again.import_parquet(tmp_path / "tables")
    # The merge, and what was said of it; all rows are accounted for.
    assert (report.rows["Statement"], report.left_out, report.load.added["Statement"]) == (47, 2, 45)
    assert f"{leads.iri}-2" not in again.snapshot.statements
    kept = again.snapshot.statements[f"{leads.iri}-3"]
    assert (kept.derived_from, kept.in_response_to) == ((), None)
    assert {e.iri for e in again.entities()} == {e.iri for e in kg.entities()}


def test_the_command_and_what_is_no_export(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        kg.export(tmp_path / "tables", "parquet")
    written = output("import", tmp_path / "tables", "--store", tmp_path / "store")
    assert "  rows       22 entities" in written
    assert "44 statements read" in written
    assert "left out" not in written
    again = answer("import", tmp_path / "tables", "--store", tmp_path / "store")
    assert (again["rows"], again["leftOut"], again["added"]) == (again["unchanged"], 0, {})
    tables = tmp_path / "tables" / "statements.parquet"
    parquet.write_table(parquet.read_table(tables).slice(1), tables)
    output_again = output("import", tmp_path / "tables", "--store", tmp_path / "store")
    assert "43 statements read" in output_again
    assert "retracted  1 statement, which the export no longer makes" in output_again
    [error] = errors("import", tmp_path, "--store", tmp_path / "store")
    assert error == f"entities.parquet: is missing in {tmp_path.name}, which is no export to Parquet"
    entities = parquet.read_table(tmp_path / "tables" / "entities.parquet")
    parquet.write_table(entities.drop_columns(["label"]), tmp_path / "tables" / "entities.parquet")
    [error] = errors("import", tmp_path / "tables", "--store", tmp_path / "store")
    assert error == "entities.parquet: has no column 'label'; it is no export of cuibono"
    number = entities.column_names.index("class")
    classes = pa.array(["urn:nothing"] * len(entities))
    parquet.write_table(entities.set_column(number, "class", classes), tmp_path / "tables" / "entities.parquet")
    [error] = errors("import", tmp_path / "tables", "--store", tmp_path / "store")
    assert error == "entities.parquet:1: holds what cannot be one of ours: 'urn:nothing' is not of the ontology"
    (tmp_path / "tables" / "entities.parquet").write_bytes(b"PAR1 or not")
    [error] = errors("import", tmp_path / "tables", "--store", tmp_path / "store")
    assert error.startswith("entities.parquet: cannot be read: ")
