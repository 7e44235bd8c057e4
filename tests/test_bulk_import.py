"""Large exports into an empty store: the same graph as record by record, whole or not at all, whatever kills it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cuibono
from cuibono.graph.build.bulk import loading
from cuibono.graph.build.bulk.suspects import column_problems, suspects
from cuibono.graph.build.validation import problems
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidInput
from cuibono.graph.generation import generated_columns
from cuibono.graph.model import Basis, Claim, Document, Entity, Evidence, Record, Records, Statement
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.building import columns_of
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import encoded
from cuibono.schema import Vocabulary
from tests.generated import VOCABULARY, records
from tests.random_graphs import random_records

few = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuibono.graph.imports.BULK_FROM", 0)


def export_of(kg: cuibono.KnowledgeGraph, path: Path) -> bytes:
    kg.export(path, text=True)
    return path.read_bytes()


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_killed_at_any_moment_the_store_is_empty_or_whole(tmp_path: Path) -> None:
    snapshot = Snapshot.of(Base(generated_columns(3_000)), Vocabulary.bundled())
    staged = ox.Store()
    staged.extend(quad for record in snapshot.records for quad in encoded(record))
    staged.dump(str(tmp_path / "g.nq"), ox.RdfFormat.N_QUADS)
    program = "import sys, cuibono; kg = cuibono.open(sys.argv[2]); print('go', flush=True); kg.import_rdf(sys.argv[1])"
    with cuibono.open(tmp_path / "undisturbed") as kg:
        begin = time.monotonic()
        kg.import_rdf(tmp_path / "g.nq")
        lasting = time.monotonic() - begin
        wanted, done = export_of(kg, tmp_path / "wanted.nq"), kg.info().statements
    draw, store = random.Random(3), tmp_path / "store"
    for _ in range(10):
        command = [sys.executable, "-c", program, str(tmp_path / "g.nq"), str(store)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(draw.random() * lasting)
            process.send_signal(signal.SIGKILL)
        with cuibono.open(store) as kg:
            assert kg.version in (0, 1)
            assert kg.info().statements == (done if kg.version else dict.fromkeys(done, 0))
    with cuibono.open(store) as kg:
        kg.import_rdf(tmp_path / "g.nq")
        assert export_of(kg, tmp_path / "after.nq") == wanted
    assert [path.name for path in tmp_path.iterdir() if "importing" in path.name] == []


# ── the compiled rules ─────────────────────────────────────────────────────────────────────────────────

Change = Callable[[random.Random, Record], Record | None]


def _statement(**changes: object) -> Change:
    return lambda _, record: replace(record, **changes) if isinstance(record, Statement) else None  # type: ignore[arg-type]


def _of(kind: type, **changes: object) -> Change:
    return lambda _, record: replace(record, **changes) if isinstance(record, kind) else None  # type: ignore[type-var]


CHANGES: dict[str, Change] = {
    "another relation": lambda draw, r: (
        replace(r, predicate=draw.choice([x.iri for x in VOCABULARY.relations.values()])) if isinstance(r, Statement) else None
    ),
    "the ends changed over": lambda _, r: replace(r, subject=r.object, object=r.subject) if isinstance(r, Statement) else None,
    "about itself": lambda _, r: replace(r, object=r.iri) if isinstance(r, Statement) else None,
    "about nothing": _statement(object="https://example.org/nothing"),
    "a speaker that is nobody": _statement(speaker="https://example.org/nobody"),
    "a channel that is none": _statement(said_via="https://example.org/nobody"),
    "a document that is none": _statement(document="https://example.org/none"),
    "evidence that is none": _statement(evidence=("https://example.org/none",)),
    "no evidence": _statement(evidence=(), basis=Basis.VERBATIM),
    "inferred from nothing": _statement(evidence=(), derived_from=(), basis=Basis.INFERRED),
    "answers itself": lambda _, r: replace(r, in_response_to=r.iri) if isinstance(r, Statement) else None,
    "derived from itself": lambda _, r: replace(r, derived_from=(r.iri,)) if isinstance(r, Statement) else None,
    "revises nothing": _statement(revision_of="https://example.org/none"),
    "too confident": _statement(confidence=1.5),
    "ends before it begins": _statement(valid_from=PartialDate("2021-05"), valid_to=PartialDate("2021-04-30")),
    "a share of too much": _statement(attributes=((VOCABULARY.attribute("share").iri, 2.0),)),
    "a role": _statement(attributes=((VOCABULARY.attribute("role").iri, "chair"),)),
    "no label": _of(Entity, label=" \u2003 "),
    "an abstract class": _of(Entity, type=VOCABULARY.entity_class("Agent").iri),
    "a place of another class": _of(Entity, type=VOCABULARY.entity_class("Country").iri),
    "the same as no IRI": _of(Entity, same_as=("not an iri",)),
    "no text": _of(Claim, text=""),
    "another hash": _of(Document, sha256="0" * 64),
    "no hash": _of(Document, sha256="xyz"),
    "no URL": _of(Document, url="not an iri"),
    "evidence of no document": _of(Evidence, document="https://example.org/none"),
    "another quote": lambda _, r: replace(r, exact=r.exact + "x") if isinstance(r, Evidence) else None,
    "another prefix": _of(Evidence, prefix="p" * 40),
    "no place": _of(Evidence, start=None, end=None, row=None),
    "ends before its start": _of(Evidence, start=5, end=5),
}


def _verdicts(found: Records, vocabulary: Vocabulary) -> tuple[set[str], set[str], set[str]]:
    """Return the places of problems by columns and by records, and the suspects."""
    snapshot = Snapshot.of(Base(columns_of(found, vocabulary)), vocabulary)
    by_columns = {f"{p.place} {p.field} {p.message}" for p in column_problems(snapshot)}
    by_records = {f"{p.place} {p.field} {p.message}" for p in problems(found, Snapshot(Records(), vocabulary))}
    masks = suspects(snapshot.columns, vocabulary)
    doubted = {getattr(snapshot.columns, kind).iri[row] for kind, mask in masks.items() for row in mask.nonzero()[0].tolist()}
    return by_columns, by_records, doubted


@few
@given(records(), st.sampled_from(sorted(CHANGES)), st.randoms())
def test_columns_and_records_are_judged_alike(found: Records, name: str, draw: random.Random) -> None:
    changed = {record.iri: record for record in found}
    candidates = [(r, new) for r in found if (new := CHANGES[name](draw, r)) is not None]
    if candidates:
        _, new = draw.choice(candidates)
        changed[new.iri] = new
    by_columns, by_records, _ = _verdicts(Records.of(changed.values()), VOCABULARY)
    assert by_columns == by_records


@pytest.mark.parametrize("seed", range(30))
def test_most_records_are_beyond_doubt(seed: int) -> None:
    vocabulary = Vocabulary.bundled()
    found = random_records(seed, vocabulary)
    sound = Records.of(
        replace(r, basis=Basis.INFERRED, derived_from=(next(iter(found.statements)),)) if isinstance(r, Statement) else r
        for r in found
    )
    _, _, doubted = _verdicts(sound, vocabulary)
    first = next(iter(found.statements))
    identities = {s.iri for s in sound.statements.values() if vocabulary.relation(s.predicate).identifies}
    assert doubted <= {first} | identities
