"""What is found turns into frames, and the frames say what the records say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

import cuibono
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.generation import generated_records
from cuibono.graph.model import Entity, Records
from tests.generated import records
from tests.graphs import BASE, graph

KINDS = ("entities", "claims", "documents", "evidence", "statements")


@pytest.fixture(scope="module")
def kg() -> Iterator[cuibono.KnowledgeGraph]:
    with cuibono.open() as opened:
        opened.build(cuibono.seed_dossier())
        yield opened


@given(found=records())
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_frames_say_what_the_records_say(found: Records) -> None:
    with cuibono.open() as kg:
        kg.add(*found)
        snapshot = kg.snapshot
        for kind in KINDS:
            rows = {row["iri"]: row for row in kg.to_frame(kind, library="arrow").to_pylist()}
            assert list(rows) == list(getattr(snapshot, kind))
        for row in kg.to_frame("entities", library="arrow").to_pylist():
            entity = snapshot.entities[row["iri"]]
            assert (row["label"], tuple(row["aliases"]), row["description"]) == (entity.label, entity.aliases, entity.description)
        for row in kg.to_frame(library="arrow").to_pylist():
            statement = snapshot.statements[row["iri"]]
            assert (row["subject"], row["object"]) == (statement.subject, statement.object)
            assert row["relation"] == snapshot.relation(statement).name
            assert (row["speaker"], row["document"]) == (statement.speaker, statement.document)
            assert (row["confidence"], row["basis"], row["status"]) == (statement.confidence, statement.basis, statement.status)
            assert row["stated_on"] == (str(statement.stated_on) if statement.stated_on else None)
            assert row["valid_to_last"] == (statement.valid_to.last if statement.valid_to else None)
            for iri, value in statement.attributes:
                assert row[snapshot.vocabulary.attribute(iri).name] == value


@given(found=records())
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_what_frames_say_makes_the_same_entities_and_claims(found: Records) -> None:
    with cuibono.open() as kg, cuibono.open() as again:
        kg.add(*found)
        stored = kg.snapshot
        entities = [
            Entity(
                iri=row.iri,
                type=stored.vocabulary.entity_class(row.type).iri,
                label=row.label,
                aliases=tuple(row.aliases),
                same_as=tuple(row.same_as),
                description=None if row.description is pd.NA else row.description,
            )
            for row in kg.to_frame("entities").itertuples()
        ]
        again.add(*entities)
        assert dict(again.snapshot.entities) == dict(stored.entities)


def test_names_stand_beside_iris(kg: cuibono.KnowledgeGraph) -> None:
    frame = kg.to_frame("statements", predicate="leads")
    row = frame[frame.subject_label == "Sam Altman"].iloc[0]
    assert (row.object_label, row.relation, row.object_kind) == ("OpenAI", "leads", "entity")
    assert row.quote == "OpenAI CEO Sam Altman"
    claims = kg.to_frame("claims").set_index("iri")
    assert claims.loc[kg.claim("deepseek-50000-h100").iri, "quantity"] == 50_000


def test_pandas_and_polars_say_the_same(kg: cuibono.KnowledgeGraph) -> None:
    for kind in (*KINDS, "conflicts", "conflict_pairs", "timeline"):
        ours, theirs = kg.to_frame(kind), kg.to_frame(kind, library="polars")
        assert isinstance(ours, pd.DataFrame)
        assert isinstance(theirs, pl.DataFrame)
        assert theirs.to_dicts() == kg.to_frame(kind, library="arrow").to_pylist()
        assert list(ours.columns) == theirs.columns
        assert len(ours) == theirs.height > 0


def test_frames_share_the_memory_of_the_table(kg: cuibono.KnowledgeGraph) -> None:
    table = kg.to_frame("statements", library="arrow")
    allocated = pa.total_allocated_bytes()
    frame = cuibono.graph.frames.conversion.as_frame(table, "pandas")
    assert pa.total_allocated_bytes() - allocated < table.nbytes / 20
    theirs = frame["confidence"].array.__arrow_array__().chunk(0).buffers()
    assert theirs[1].address == table["confidence"].chunk(0).buffers()[1].address


def test_findings_turn_into_frames(kg: cuibono.KnowledgeGraph) -> None:
    conflicts = kg.conflicts()
    frame = conflicts.to_frame()
    assert frame.strength.tolist() == [conflict.strength for conflict in conflicts]
    assert frame.explanation.tolist() == [conflict.explanation for conflict in conflicts]
    assert frame.equals(kg.to_frame("conflicts"))
    altman = frame[frame.actor_label == "Sam Altman"].iloc[0]
    assert (altman.alignment, altman.path) == ("AGAINST_INTEREST", "Sam Altman —leads→ OpenAI —competes with— DeepSeek")
    beneficiaries = kg.to_frame("beneficiaries", of="deepseek-50000-h100")
    assert set(beneficiaries[beneficiaries.gain > 0].label) >= {"OpenAI", "xAI"}
    (path, *_) = kg.paths("Sam Altman", "DeepSeek").to_frame().path
    assert path.startswith("Sam Altman ")


def test_nothing_found_has_the_same_columns(kg: cuibono.KnowledgeGraph) -> None:
    for some, none in (
        (kg.conflicts(), kg.conflicts(actor="A100")),
        (kg.paths("OpenAI", "xAI"), kg.paths("OpenAI", "xAI", via=["owns"])),
        (kg.statements(), kg.statements(subject="A100", object="A100")),
    ):
        assert len(none) == 0
        assert none.to_arrow().schema == some.to_arrow().schema


def test_a_timeline_is_in_the_order_of_days() -> None:
    kg = graph(
        "A endorses c on:2021-05 \n s = B disputes c on:2020 \n C disputes s on:2020-06-01 \n c harms X \n A owns X since:2019"
    )
    frame = kg.to_frame("timeline", of="c")
    assert [str(day) for day in frame.date] == ["2020-01-01", "2020-06-01", "2021-05-01", "<NA>"]
    assert frame.stance.tolist()[:3] == [-1, -1, 1]
    whole = kg.to_frame("timeline")
    assert (whole.date.iloc[0], whole.dated_by.iloc[0]) == (date(2019, 1, 1), "valid_from")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "people"}, "kind: 'people' is none of entities, claims"),
        ({"kind": "entities", "library": "spark"}, "library: 'spark' is none of pandas, polars, arrow"),
        ({"kind": "entities", "actor": "Musk"}, "actor: means nothing for 'entities'"),
        ({"kind": "conflicts", "of": "Musk"}, "of: means nothing for 'conflicts'"),
        ({"kind": "beneficiaries"}, "of: is missing"),
    ],
)
def test_what_makes_no_frame(kg: cuibono.KnowledgeGraph, arguments: dict, message: str) -> None:
    with pytest.raises(InvalidArgument) as error:
        kg.to_frame(**arguments)
    assert message in str(error.value)


WITHOUT = """
import sys, cuibono

class Missing:
    def find_spec(self, name, *rest):
        if name.partition(".")[0] == "{library}":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
try:
    cuibono.open().conflicts().to_frame("{frame}")
except cuibono.CuibonoError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("library", "frame", "extra"),
    [("pyarrow", "pandas", "frames"), ("pandas", "pandas", "frames"), ("polars", "polars", "polars")],
)
def test_without_a_library_the_error_names_the_extra(library: str, frame: str, extra: str) -> None:
    script = WITHOUT.format(library=library, frame=frame)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert f"pip install 'cuibono[{extra}]'" in run.stdout


# ── lists ──────────────────────────────────────────────────────────────────────────────────────────────


def test_findings_are_as_lists(kg: cuibono.KnowledgeGraph) -> None:
    found = kg.conflicts()
    assert found == list(found)
    assert found == tuple(found)
    assert list(found) == found
    assert found != list(found)[1:]
    assert kg.conflicts(actor="A100") == []
    assert not kg.conflicts(actor="A100")
    assert found[1:3] == list(found)[1:3]
    assert found[-1] == list(found)[-1]
    assert type(found[1:3]) is type(found)
    assert found[:2].to_frame().actor.tolist() == [found[0].actor, found[1].actor]
    assert repr(found) == f"<ConflictList of {len(found)} conflicts of interest>"
    with pytest.raises(IndexError):
        found[len(found)]
    with pytest.raises(TypeError):
        found[0] = found[1]


def test_statements_are_made_as_they_are_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    with cuibono.open() as kg:
        kg.add(*generated_records(500))
        snapshot = kg.snapshot.folded()
        made, make = [], snapshot.base.reader.statement
        monkeypatch.setattr(snapshot.base.reader, "statement", lambda row: made.append(row) or make(row))
        monkeypatch.setattr(kg, "_snapshot", type(snapshot).of(snapshot.base, snapshot.vocabulary, kg.version))
        found = kg.statements()
        assert not made
        assert found[0].iri == found[:3][0].iri
        assert 3 <= len(made) < 10
        assert repr(found) == "<StatementList of 20 or more statements>"
        assert len(found) > 400
        assert f"of {len(found)} statements" in repr(found)


def test_statements_of_an_entity_in_a_frame() -> None:
    kg = graph("A owns X share:0.5 \n A owns Y")
    assert kg.statements(subject=BASE + "A").to_frame().sort_values("object").share.tolist()[0] == 0.5
