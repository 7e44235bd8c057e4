"""Large exports into an empty store: the same graph as record by record, whole or not at all, whatever kills it."""

from __future__ import annotations

import gzip
import itertools
import lzma
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cuibono
from cuibono.graph.build.bulk import loading
from cuibono.graph.build.bulk.naming import Naming
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

pytestmark = pytest.mark.slow

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

PROGRAM = """
import os, signal, sys, pathlib
import cuibono, cuibono.graph.imports
from cuibono.graph.build.bulk import incoming, passing, resuming
cuibono.graph.imports.BULK_FROM = 0
passing._AT_ONCE, incoming._KEPT_EVERY = 30_000, 500
renames, rename = int(sys.argv[3]), pathlib.Path.rename
checkpoints, keep = int(sys.argv[4]), resuming.Beside.keep

def kept(beside, checkpoint):
    global checkpoints
    keep(beside, checkpoint)
    checkpoints -= 1
    if checkpoints == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def counted(path, target):
    global renames
    done = rename(path, target)
    if "importing" in str(path) or "before" in str(target):
        renames -= 1
        if renames == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return done

pathlib.Path.rename, resuming.Beside.keep = counted, kept
with cuibono.open(sys.argv[2]) as kg:
    print("go", flush=True)
    kg.import_rdf(sys.argv[1])
"""


class _Killing:
    """Imports by a process that is killed, into a store that is empty or holds another graph."""

    def __init__(self, folder: Path, ending: str, *, filled: bool) -> None:
        self.folder, self.store = folder, folder / "store"
        self.file = folder / f"g.{ending}"
        with cuibono.open() as kg:
            kg.add(*Snapshot.of(Base(generated_columns(160)), Vocabulary.bundled()).records)
            given = export_of(kg, folder / f"g.{ending.removesuffix('.gz')}")
        if ending.endswith(".gz"):
            self.file.write_bytes(gzip.compress(given))
        stores = [self.store, folder / "undisturbed"]
        if filled:
            before = list(Snapshot.of(Base(generated_columns(100, seed=4)), Vocabulary.bundled()).records)
            for store in stores:
                with cuibono.open(store) as kg:
                    kg.add(*before, agent="Jo")
        self.outcomes = {0: b"", 1: b""}
        with cuibono.open(stores[1]) as kg:
            self.first = kg.version
            self.outcomes = {self.first: export_of(kg, folder / "before.nq")}
            begin = time.monotonic()
            kg.import_rdf(self.file)
            self.lasting = time.monotonic() - begin
            self.outcomes[self.first + 1] = export_of(kg, folder / "after.nq")

    def kill(self, *, after: float | None = None, at_rename: int = 0, at_checkpoint: int = 0) -> int:
        """Return the version that is found afterwards, of which all is to be there."""
        command = [sys.executable, "-c", PROGRAM, str(self.file), str(self.store), str(at_rename), str(at_checkpoint)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            if after is not None:
                time.sleep(after)
                process.send_signal(signal.SIGKILL)
        with cuibono.open(self.store) as kg:
            assert export_of(kg, self.folder / "found.nq") == self.outcomes[kg.version]
            return kg.version

    def finish(self) -> list[str]:
        """Import undisturbed, demand what that gives where nothing was killed before, and return what was told."""
        told: list[str] = []
        with cuibono.open(self.store) as kg:
            kg.import_rdf(self.file, progress=told.append)
            assert export_of(kg, self.folder / "found.nq") == self.outcomes[self.first + 1]
            assert kg.version == self.first + 1
        assert [path.name for path in self.folder.iterdir() if "importing" in path.name] == []
        assert not (self.store / "oxigraph.before").exists()
        return told


@pytest.mark.parametrize(("ending", "filled"), [("nq", False), ("ttl", True)])
def test_killed_at_any_moment_the_store_is_as_before_or_whole(ending: str, filled: bool, tmp_path: Path) -> None:
    killing, draw = _Killing(tmp_path, ending, filled=filled), random.Random(3)
    for _ in range(10):
        killing.kill(after=draw.random() * killing.lasting)
    killing.finish()


@pytest.mark.parametrize(("rename", "is_done"), [(1, False), (2, True), (3, True)])
def test_killed_while_it_takes_the_place_of_the_store(rename: int, is_done: bool, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "nq", filled=True)
    assert killing.kill(at_rename=rename) == killing.first + is_done
    killing.finish()


@pytest.mark.parametrize(("phase", "ending"), [("reading:", "nq"), ("reading:", "ttl"), ("loading", "nq")])
def test_a_file_that_changes_meanwhile_is_refused(phase: str, ending: str, small_pieces: None, tmp_path: Path) -> None:
    killing, is_changed = _Killing(tmp_path, ending, filled=False), False

    def change(told: str) -> None:
        nonlocal is_changed
        if told.startswith(phase) and not is_changed:
            is_changed = True
            with killing.file.open("a", encoding="utf-8") as file:
                file.write("\n")

    with cuibono.open(killing.store) as kg:
        if (phase, ending) != ("reading:", "nq"):  # it is kept, or read again, where it says other things of what is there
            known = next(iter(Snapshot.of(Base(generated_columns(160)), Vocabulary.bundled()).entities.values()))
            kg.add(replace(known, label="Known otherwise"))
        before = kg.version
        with pytest.raises(InvalidInput, match=r"g\.\w+: was changed while it was read; import it again"):
            kg.import_rdf(killing.file, progress=change)
        assert is_changed
        assert kg.version == before
    assert [path.name for path in tmp_path.iterdir() if "importing" in path.name] == []


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that some are loaded, some are waiting, and some are to come, when anything happens."""
    monkeypatch.setattr("cuibono.graph.build.bulk.passing._AT_ONCE", 30_000)
    monkeypatch.setattr("cuibono.graph.build.bulk.passing._TOLD_EVERY", 0)
    monkeypatch.setattr("cuibono.graph.build.bulk.feeding._LINES_AT_ONCE", 700)


# ── going on ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def kept_often(small_pieces: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the processes that are killed do."""
    monkeypatch.setattr("cuibono.graph.build.bulk.incoming._KEPT_EVERY", 500)


def _read_again(told: list[str]) -> bool:
    return any(each.startswith("reading:") for each in told)


@pytest.mark.parametrize(("ending", "filled"), [("nq", False), ("ttl", True), ("nq.gz", True)])
def test_killed_it_goes_on_from_the_last_checkpoint(ending: str, filled: bool, kept_often: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, ending, filled=filled)
    assert killing.kill(at_checkpoint=2) == killing.first
    assert killing.kill(at_checkpoint=3) == killing.first
    told = killing.finish()
    assert re.fullmatch(r"going on after [\d,]+ quads, which an interrupted import has read", told[0])
    gone_on_after = int(re.sub(r"\D", "", told[0]))
    assert 2_500 <= gone_on_after < 3_500  # five times the five hundred that are kept, and a piece each
    assert _read_again(told)


def test_interrupted_when_all_is_read_it_goes_on_from_the_last_checkpoint(kept_often: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "nq", filled=False)
    moments: list[str] = []

    def interrupt(told: str) -> None:
        moments.append(told)
        if told == "noting where it comes from":
            raise KeyboardInterrupt

    with cuibono.open(killing.store) as kg:
        with pytest.raises(KeyboardInterrupt) as interrupted:
            kg.import_rdf(killing.file, progress=interrupt)
        assert kg.version == 0
    assert re.match(
        r"[\d,]+ quads are kept in .*: the same import of the same file goes on from there", interrupted.value.__notes__[0]
    )
    told = killing.finish()
    assert told[0].startswith("going on after")


def test_what_another_import_would_go_on_from_is_dropped(kept_often: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "nq", filled=False)
    killing.store = tmp_path / "a [1]*"
    killing.kill(at_checkpoint=3)
    os.utime(killing.file, (1, 1))
    assert killing.finish()[0] == "dropping what an interrupted import of something else left behind"


@pytest.mark.parametrize("what", ["gathered/values", "gathered/iris.data", "the copy"])
def test_what_cannot_be_gone_on_with_is_dropped(what: str, kept_often: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "nq", filled=False)
    killing.kill(at_checkpoint=3)
    (scratch,) = tmp_path.glob(".store.importing-*.scratch")
    if what == "the copy":
        shutil.rmtree(scratch.with_name(scratch.name.removesuffix(".scratch")))
    else:
        os.truncate(scratch / what, 10)
    assert killing.finish()[0] == "dropping what an interrupted import left behind, as it cannot be read"


def test_what_is_about_what_is_there_goes_on_too(kept_often: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "ttl", filled=False)
    known = next(iter(Snapshot.of(Base(generated_columns(160)), Vocabulary.bundled()).entities.values()))
    stores = [tmp_path / name for name in ("known", "undisturbed-known")]
    for store in stores:
        with cuibono.open(store) as kg:
            kg.add(replace(known, label="Known otherwise"), agent="Jo")
            kg.import_rdf(killing.file) if store == stores[1] else None
            killing.outcomes[kg.version] = export_of(kg, tmp_path / "found.nq")
    killing.store = stores[0]
    assert killing.kill(at_checkpoint=3) == 1
    killing.first = 1
    assert killing.finish()[0].startswith("going on after")


def test_a_line_that_only_the_loader_refuses(small_pieces: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "nq", filled=False)
    lines = killing.file.read_bytes().splitlines(keepends=True)
    wrong = next(number for number in range(20, len(lines)) if lines[number].startswith(b"<https://example.org/entity"))
    subject = lines[wrong].split(b">")[0]
    lines[wrong:] = [line.replace(subject + b">", subject + b"^>") for line in lines[wrong:]]
    killing.file.write_bytes(b"".join(lines))
    with cuibono.open(killing.store) as kg:
        with pytest.raises(InvalidInput, match=rf"g\.nq:{wrong + 1}: cannot be parsed: .*IRI"):
            kg.import_rdf(killing.file)
        assert kg.version == 0
    assert [path.name for path in tmp_path.iterdir() if "importing" in path.name] == []


def test_interrupted_it_leaves_nothing(small_pieces: None, tmp_path: Path) -> None:
    killing = _Killing(tmp_path, "ttl", filled=True)
    for phase, times in (("reading", 1), ("reading", 12), ("checking", 1), ("loading", 1), ("noting", 1)):
        left = iter(range(times - 1, -1, -1))

        def interrupt(told: str, phase: str = phase, left: Iterator[int] = left) -> None:
            if told.startswith(phase) and next(left) == 0:
                raise KeyboardInterrupt

        with cuibono.open(killing.store) as kg:
            with pytest.raises(KeyboardInterrupt):
                kg.import_rdf(killing.file, progress=interrupt)
            assert kg.version == killing.first
            assert kg.snapshot.statements
        assert [path.name for path in tmp_path.iterdir() if "importing" in path.name] == []
    killing.finish()


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
            found, waiting = found + naming.named(waiting), b""
    found += naming.named(waiting) if waiting else b""
    assert sorted(found.splitlines(keepends=True)) == sorted(quads)
    assert {b"derived", b"documents", b"ontology", b"statements"} <= {line.rsplit(b"/", 1)[1][:-4] for line in quads}


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
