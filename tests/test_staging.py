"""Long sources on their way into a graph: the same as short ones, and gone on with after whatever ends the process."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings

import cuibono
from cuibono.graph.build.staging import gathering
from cuibono.graph.build.staging.packing import packed, unpacked
from cuibono.graph.build.table.rejects import ImportReport
from cuibono.graph.errors import InvalidInput
from cuibono.graph.model import Basis, Claim, Records, Statement
from cuibono.graph.progress import Step
from tests.exports import export_of
from tests.generated import records
from tests.tables import COLUMNS, MAPPING, register, write_csv, write_mapping

pytestmark = pytest.mark.slow

ROWS = register(400)
CLAIMS = """\
base: "urn:example:"
name: t
entities:
  who: {type: Person, key: "{who}", label: "{who}"}
  firm: {type: "{kind}", key: "{firm}", label: "{firm}", aliases: "{also | split ;}"}
claims:
  said: {key: "{said}", text: "{text}", quantity: "{amount}", optional: true}
statements:
  - {subject: who, predicate: leads, object: firm, attributes: {role: "{role}"}}
  - {subject: who, predicate: asserts, object: said}
"""
CLAIM_COLUMNS = ["who", "kind", "firm", "also", "said", "text", "amount", "role"]


@pytest.fixture(params=["by the door", "by the bulk loader"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "by the bulk loader":
        by_bulk(monkeypatch)
    return str(request.param)


def by_bulk(monkeypatch: pytest.MonkeyPatch, at_once: int = 50) -> None:
    """Have the smallest table staged in many steps, and loaded by the bulk loader."""
    monkeypatch.setattr("cuibono.graph.imports.BULK_FROM", 1)
    monkeypatch.setattr(gathering, "_AT_ONCE", at_once)


def told_of(report: ImportReport) -> tuple[object, ...]:
    return (report.rows, report.silent, report.rejected, report.load.added, report.load.changed, report.load.retracted)


def staged_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if ".staged-" in path.name]


# ── both ways the same ─────────────────────────────────────────────────────────────────────────────────


def mangled(seed: int) -> list[list[str]]:
    """Return rows of which some break, some are there twice, and some say otherwise than others."""
    draw = random.Random(seed)
    rows = [list(row) for row in ROWS]
    for _ in range(25):
        rows.insert(draw.randrange(len(rows)), list(draw.choice(rows)))
    for column, value in ((0, ""), (2, "robot"), (5, "a lot"), (5, "130"), (6, "2020-13-45"), (7, "no iri"), (1, "Another Name")):
        for row in draw.sample(rows, 4):
            row[column] = value
    for row in draw.sample(rows, 5):
        other = list(row)
        other[5], other[7] = f"{draw.randrange(90)}", row[7]
        rows.insert(draw.randrange(len(rows)), other)
    for row in draw.sample(rows, 3):
        row[2] = "corporate" if row[2] == "Individual" else "individual"
    return rows


@pytest.mark.parametrize("seed", range(2))
def test_a_table_is_the_same_graph_and_report_both_ways(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table, mapping = write_csv(tmp_path / "owners.csv", mangled(seed)), write_mapping(tmp_path)
    found = []
    for name in ("door", "bulk"):
        if name == "bulk":
            by_bulk(monkeypatch)
        rejects = tmp_path / f"{name}.csv"
        told: list[Step | str] = []
        with cuibono.open(tmp_path / name) as kg:
            with pytest.raises(InvalidInput) as refused:
                kg.import_table(table, mapping)
            assert kg.version == 0
            report = kg.import_table(table, mapping, keep_going=True, rejects=rejects, progress=told.append)
            found.append((told_of(report), export_of(kg, tmp_path / "g.nq"), rejects.read_bytes(), str(refused.value)))
            assert report.rejected > 20
            assert ("checking" in told) is (name == "bulk")
            again = kg.import_table(table, mapping, keep_going=True, rejects=rejects)
            assert again.load.did_nothing
            # A newer one, into what is there by then.
            newer = write_csv(tmp_path / "newer.csv", [*ROWS[30:], *register(440, seed=2)[400:]])
            kg.review(kg.statements()[0].iri, "rejected", by="Jo", why="a test")
            report = kg.import_table(newer, mapping)
            assert report.load.added
            assert report.load.retracted
            found.append((told_of(report), export_of(kg, tmp_path / "g.nq")))
    assert found[:2] == found[2:]
    assert staged_in(tmp_path) == []


def test_rows_that_agree_with_what_was_rejected_only_are_kept(way: str, tmp_path: Path) -> None:
    rows = [
        ["ann", "Company", "acme", "", "c1", "It is so.", "1.50", "chair"],
        ["bo", "Company", "acme", "A;B", "c1", "It is so.", "1.5", "chair"],  # the same number
        ["ann", "Company", "acme", "", "c1", "It is not so.", "1.5", "chair"],  # another text: rejected
        ["cy", "Organization", "acme", "", "", "", "", ""],  # another class: rejected
        ["cy", "Company", "byte", "", "", "", "", "clerk"],
        ["ann", "Company", "acme", "C", "", "", "", "clerk"],  # another role of the same: rejected
        ["dee", "Company", "acme", "C", "c2", "", "", "clerk"],  # a claim without text: rejected
        ["cy", "Company", "byte", "", "", "", "", "clerk"],
    ]
    table = write_csv(tmp_path / "t.csv", rows, CLAIM_COLUMNS)
    mapping = write_mapping(tmp_path, CLAIMS)
    with cuibono.open(tmp_path / "store") as kg:
        with pytest.raises(InvalidInput) as refused:
            kg.import_table(table, mapping)
        assert [(problem.place, str(problem)[len(problem.place) :][:40]) for problem in refused.value.problems] == [
            ("t.csv:4", ": says otherwise of what row 2 says (tex"),
            ("t.csv:5", ": 'acme' is a Company in another row, he"),
            ("t.csv:7", ": says otherwise of what row 2 says (att"),
            ("t.csv:8", ": said: text: is empty"),
        ]
        report = kg.import_table(table, mapping, keep_going=True)
        assert (report.rows, report.rejected, report.silent) == (8, 4, 0)
        assert kg.entity("acme").aliases == ("A", "B")
        [claim] = kg.claims()
        assert (claim.text, claim.quantity) == ("It is so.", Decimal("1.5"))
        [byte] = kg.statements(subject="cy")
        assert len(byte.evidence) == 2
    assert way


def test_what_only_the_whole_shows_is_rejected_by_row(way: str, tmp_path: Path) -> None:
    text = """\
base: "urn:example:"
name: t
entities:
  who: {iri: "urn:example:entity/{who}"}
  firm: {type: Company, key: "{firm}", label: "{firm}"}
  new: {type: Person, key: "{new}", label: "{new}", optional: true}
statements: [{subject: who, predicate: worksFor, object: firm}]
"""
    rows = [["ann", "acme", "ann"], ["bo", "acme", ""], ["bo", "byte", ""], ["acme", "byte", ""], ["ann", "byte", ""]]
    table, mapping = write_csv(tmp_path / "t.csv", rows, ["who", "firm", "new"]), write_mapping(tmp_path, text)
    with cuibono.open(tmp_path / "store") as kg:
        with pytest.raises(InvalidInput) as refused:
            kg.import_table(table, mapping)
        assert kg.version == 0
        report = kg.import_table(table, mapping, keep_going=True, rejects=tmp_path / "left.jsonl")
        assert (report.rejected, report.load.added["Statement"]) == (3, 2)
    assert [problem.place for problem in refused.value.problems] == ["t.csv:3", "t.csv:4", "t.csv:5"]
    reasons = [json.loads(line)["cuibono:reason"] for line in (tmp_path / "left.jsonl").read_text().splitlines()]
    assert [reason.partition(": ")[2][:40] for reason in reasons] == [
        "urn:example:entity/bo is not in the grap",
        "urn:example:entity/bo is not in the grap",
        "a Company cannot be the subject of works",
    ]
    assert way


def test_a_stream_is_the_same_graph_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.test_followthemoney import BASE, STREAM, WRONG, write_stream

    stream = write_stream(tmp_path, [*STREAM, *(wrong for wrong, _ in WRONG.values()), *STREAM])
    found = []
    for name in ("door", "bulk"):
        if name == "bulk":
            by_bulk(monkeypatch, at_once=3)
        left = tmp_path / f"{name}.jsonl"
        with cuibono.open(tmp_path / name) as kg:
            report = kg.import_followthemoney(stream, base=BASE, keep_going=True, rejects=left)
            assert kg.version == 1
            found.append(
                (
                    report.load.added,
                    report.rows,
                    report.rejected,
                    report.unused,
                    left.read_bytes(),
                    export_of(kg, tmp_path / "g.nq"),
                )
            )
    assert found[0] == found[1]


@pytest.mark.parametrize("calls", [2, 8, 9, 12])
def test_a_stream_goes_on_in_either_reading(calls: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.test_followthemoney import BASE, write_stream

    by_bulk(monkeypatch, at_once=3)
    monkeypatch.setattr(gathering, "_TOLD_AFTER", 2)
    stream, told = write_stream(tmp_path), list[Step | str]()

    def interrupting(step: Step | str) -> None:
        told.append(step)
        if len(told) == calls:
            raise KeyboardInterrupt

    with cuibono.open(tmp_path / "whole") as kg:
        wanted = kg.import_followthemoney(stream, base=BASE)
        graph = export_of(kg, tmp_path / "wanted.nq")
    with cuibono.open(tmp_path / "store") as kg:
        with pytest.raises(KeyboardInterrupt):
            kg.import_followthemoney(stream, base=BASE, progress=interrupting)
        found = kg.import_followthemoney(stream, base=BASE)
        assert (found.rows, found.unused, found.load.added) == (wanted.rows, wanted.unused, wanted.load.added)
        assert export_of(kg, tmp_path / "after.nq") == graph
    assert staged_in(tmp_path) == []


# ── interrupted ────────────────────────────────────────────────────────────────────────────────────────


def _interrupting(after: int) -> Callable[[Step | str], None]:
    def told(step: Step | str) -> None:
        if isinstance(step, Step) and step.done >= after:
            raise KeyboardInterrupt

    return told


def test_an_interrupted_import_goes_on_from_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_bulk(monkeypatch)
    monkeypatch.setattr(gathering, "_TOLD_AFTER", 20)
    table, mapping = write_csv(tmp_path / "owners.csv", ROWS), write_mapping(tmp_path)
    with cuibono.open(tmp_path / "whole") as kg:
        kg.import_table(table, mapping)
        wanted = export_of(kg, tmp_path / "wanted.nq")
    with cuibono.open(tmp_path / "store") as kg:
        with pytest.raises(KeyboardInterrupt) as interrupt:
            kg.import_table(table, mapping, progress=_interrupting(after=210))
        [left] = staged_in(tmp_path)
        assert interrupt.value.__notes__ == [
            f"200 rows are kept in {tmp_path / left}: the same import goes on from there, another one drops them"
        ]
        assert kg.version == 0
    told: list[Step | str] = []
    with cuibono.open(tmp_path / "store") as kg:
        report = kg.import_table(table, mapping, progress=told.append)
        assert told[0] == "going on after 200 rows, which an interrupted import has read"
        assert [step.done for step in told if isinstance(step, Step)][:2] == [220, 240]
        assert all(step.begun_at == 200 for step in told if isinstance(step, Step))
        assert (report.rows, report.load.added["Statement"]) == (400, 400)
        assert export_of(kg, tmp_path / "after.nq") == wanted
    assert staged_in(tmp_path) == []


@pytest.mark.parametrize("change", ["the table", "the mapping", "the graph"])
def test_what_was_left_is_dropped_where_anything_has_changed(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_bulk(monkeypatch)
    monkeypatch.setattr(gathering, "_TOLD_AFTER", 20)
    table, mapping = write_csv(tmp_path / "owners.csv", ROWS), write_mapping(tmp_path)
    told: list[Step | str] = []
    with cuibono.open(tmp_path / "store") as kg:
        with pytest.raises(KeyboardInterrupt):
            kg.import_table(table, mapping, progress=_interrupting(after=210))
        if change == "the table":
            write_csv(table, ROWS[1:])
        elif change == "the mapping":
            write_mapping(tmp_path, MAPPING.replace("Register of", "The register of"))
        else:
            kg.build(cuibono.seed_dossier())
        kg.import_table(table, mapping, progress=told.append)
        assert told[0] == "dropping what an interrupted import of something else left behind"
        assert len(kg.statements(predicate="owns")) >= 399
    assert staged_in(tmp_path) == []


def test_an_area_that_is_broken_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_bulk(monkeypatch)
    monkeypatch.setattr(gathering, "_TOLD_AFTER", 20)
    table, mapping = write_csv(tmp_path / "owners.csv", ROWS), write_mapping(tmp_path)
    with cuibono.open(tmp_path / "store") as kg:
        with pytest.raises(KeyboardInterrupt):
            kg.import_table(table, mapping, progress=_interrupting(after=210))
        [left] = staged_in(tmp_path)
        (tmp_path / left / "staged.sqlite").write_bytes(b"no database" * 1000)
        told: list[Step | str] = []
        assert kg.import_table(table, mapping, progress=told.append).load.added["Statement"] == 400
        assert told[0] == "dropping what an interrupted import left behind, as it cannot be read"


def test_where_nothing_can_stand_beside_the_store_the_table_goes_in_all_the_same(tmp_path: Path) -> None:
    table, mapping = write_csv(tmp_path / "owners.csv", ROWS[:50]), write_mapping(tmp_path)
    with cuibono.open(tmp_path / ("s" * 240)) as kg:  # a longer name is none
        assert kg.import_table(table, mapping).load.added["Statement"] == 50


def test_into_the_folder_that_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table, mapping = write_csv(tmp_path / "owners.csv", ROWS[:50]), write_mapping(tmp_path)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with cuibono.open(".") as kg:
        assert kg.import_table(table, mapping).load.added["Statement"] == 50


PROGRAM = """
import sys, cuibono
from cuibono.graph import imports
from cuibono.graph.build.staging import gathering
imports.BULK_FROM, gathering._AT_ONCE, gathering._TOLD_AFTER = 1, 200, 50
kg = cuibono.open(sys.argv[3])
print("go", flush=True)
kg.import_table(sys.argv[1], sys.argv[2], progress=lambda step: None)
"""


def test_killed_at_any_moment_the_import_ends_in_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_bulk(monkeypatch)
    table, mapping = write_csv(tmp_path / "owners.csv", register(3_000)), write_mapping(tmp_path)
    store = tmp_path / "store"
    command = [sys.executable, "-c", PROGRAM, str(table), str(mapping)]
    with _begun([*command, str(tmp_path / "undisturbed")]) as process:
        begin = time.monotonic()
        assert process.wait() == 0
        lasting = time.monotonic() - begin
    with cuibono.open(tmp_path / "undisturbed") as kg:
        wanted, done = export_of(kg, tmp_path / "wanted.nq"), kg.info().statements
    draw, unfinished = random.Random(5), 0
    for number in range(30):
        if number >= 10 and unfinished:
            break
        with _begun([*command, str(store)]) as process:
            time.sleep(lasting * draw.random() * (0.3 if number < 5 else 1))
            process.send_signal(signal.SIGKILL)
        with cuibono.open(store) as kg:
            assert kg.version in (0, 1)
            assert kg.info().statements == (done if kg.version else dict.fromkeys(done, 0))
            unfinished += kg.version == 0
        if not unfinished:  # the killer itself was held up
            shutil.rmtree(store)
    assert unfinished
    with cuibono.open(store) as kg:
        kg.import_table(table, mapping)
        assert export_of(kg, tmp_path / "after.nq") == wanted
    assert staged_in(tmp_path) == []


def _begun(command: list[str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process


KILLED = """
import os, signal, sys, cuibono
from cuibono.graph import imports
from cuibono.graph.build.staging import gathering

imports.BULK_FROM, gathering._AT_ONCE, gathering._TOLD_AFTER, gathering._LOADED_AFTER = 1, 3, 2, 4
stream, store, last = sys.argv[1:]
told = []

def tell(step):
    told.append(step)
    print(step, flush=True)
    if len(told) == int(last):
        os.kill(os.getpid(), signal.SIGKILL)

with cuibono.open(store) as kg:
    report = kg.import_followthemoney(stream, base="https://example.org/ftm/", progress=tell)
    print(report.rows, sorted(report.unused.items()), sorted(report.load.added.items()), flush=True)
"""


def test_a_stream_killed_at_whatever_it_tells_goes_on_and_ends_in_the_same_bytes(tmp_path: Path) -> None:
    from tests.test_followthemoney import write_stream

    def killed_after(last: int, store: Path) -> list[str]:
        command = [sys.executable, "-c", KILLED, str(stream), str(store), str(last)]
        done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=False, timeout=120)
        assert done.returncode == (-signal.SIGKILL if last else 0)
        return done.stdout.splitlines()

    stream, store = write_stream(tmp_path), tmp_path / "store"
    *steps, report = killed_after(0, tmp_path / "undisturbed")
    with cuibono.open(tmp_path / "undisturbed") as kg:
        wanted = export_of(kg, tmp_path / "wanted.nq")
    rows = [number for number, step in enumerate(steps, 1) if " rows" in step]
    loaded = next(number for number, step in enumerate(steps, 1) if "records loaded" in step)
    for last in (rows[2], rows[-1], loaded, steps.index("checking") + 1):
        killed_after(last, store)
        with cuibono.open(store) as kg:
            assert kg.version == 0
        *after, found = killed_after(0, store)
        assert found == report
        assert any("an interrupted import has read" in step for step in after)
        again = [step for step in after if " rows" in step and "interrupted" not in step]
        assert len(again) < len(rows), "what was read is not read again"
        with cuibono.open(store) as kg:
            assert export_of(kg, tmp_path / "after.nq") == wanted
        assert staged_in(tmp_path) == []
        shutil.rmtree(store)


def test_control_c_says_what_is_kept(tmp_path: Path) -> None:
    table, mapping = write_csv(tmp_path / "owners.csv", register(6_000)), write_mapping(tmp_path)
    store = tmp_path / "store"
    command = [sys.executable, "-m", "cuibono", "import", str(table), "--map", str(mapping), "--store", str(store)]
    for _ in range(10):
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            while process.poll() is None and not _rows_kept(tmp_path):
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            stderr = process.stderr.read().decode()
        if process.returncode:
            break
        shutil.rmtree(store)  # it was done before it was asked to end
    assert process.returncode == 130
    assert "rows are kept in" in stderr
    assert "Traceback" not in stderr
    with cuibono.open(store) as kg:
        assert kg.version == 0
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.startswith("going on after ")
    assert "6,000 rows read, 6,000 made statements" in done.stdout


def _rows_kept(folder: Path) -> bool:
    return any(path.stat().st_size > 100_000 for path in folder.glob(".store.staged-*/staged.sqlite"))


# ── parts ──────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=30, deadline=None)
@given(records())
def test_packing_loses_nothing(found: Records) -> None:
    for record in found:
        assert unpacked(packed(record)) == record


@pytest.mark.parametrize("name", ["\ud800", "\0"])
def test_text_that_rdf_cannot_hold_is_told_by_row(name: str, tmp_path: Path) -> None:
    text = """\
base: "urn:example:"
entities: {who: {type: Person, key: "{key}", label: "{name}", description: "\\\\u0000"}}
statements: [{subject: who, predicate: relatedTo, object: who}]
"""
    table = tmp_path / "t.jsonl"
    table.write_text("".join(json.dumps({"key": f"k{n}", "name": name if n == 2 else f"N{n}"}) + "\n" for n in range(4)))
    kg = cuibono.open()
    report = kg.import_table(table, write_mapping(tmp_path, text), keep_going=True, rejects=tmp_path / "left.jsonl")
    assert (report.rows, report.rejected) == (4, 1)
    [left] = [json.loads(line) for line in (tmp_path / "left.jsonl").read_text(encoding="utf-8").splitlines()]
    assert left["cuibono:row"] == "3"
    assert kg.entity("N1").description == "\\u0000"


def test_packing_keeps_kinds_of_numbers() -> None:
    attributes = (("urn:a", 10**30), ("urn:b", 1.0), ("urn:c", True), ("urn:d", "1"), ("urn:e", False))
    statement = Statement(
        iri="urn:s", subject="urn:x", predicate="urn:p", object="urn:y", basis=Basis.RECORDED, attributes=attributes
    )
    again = unpacked(packed(statement))
    assert isinstance(again, Statement)
    assert [(type(value), value) for _, value in again.attributes] == [(type(value), value) for _, value in attributes]
    claim = unpacked(packed(Claim(iri="urn:c", text="t", quantity=Decimal("1.50"))))
    assert isinstance(claim, Claim)
    assert str(claim.quantity) == "1.50"


def test_progress_tells_how_long_it_will_take(tmp_path: Path) -> None:
    table, told = write_csv(tmp_path / "owners.csv", register(1_200)), list[Step | str]()
    cuibono.open().import_table(table, write_mapping(tmp_path), progress=told.append)
    steps = [step for step in told if isinstance(step, Step)]
    assert [step.done for step in steps] == [500, 1_000]
    assert all(step.share and 0 < step.share <= 1 and step.rate and step.seconds_left is not None for step in steps)
    assert str(Step("rows", 1_000, 0.25, 10.0, 500)) == "1,000 rows (25 %), 50 a second, 1 min 0 s left"


def _shares(table: object) -> Iterator[float | None]:
    for _ in table.rows():  # type: ignore[attr-defined]
        yield table.share()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.jsonl", "t.parquet"])
def test_a_table_knows_how_much_of_it_is_read(name: str, tmp_path: Path) -> None:
    import gzip

    import pyarrow as pa
    from pyarrow import parquet

    from cuibono.graph.build.table import opened_table

    path = tmp_path / name
    objects = [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]
    if name == "t.parquet":
        parquet.write_table(pa.Table.from_pylist(objects), path)
    elif name == "t.jsonl":
        path.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    else:
        plain = write_csv(tmp_path / "plain.csv", ROWS).read_bytes()
        path.write_bytes(gzip.compress(plain) if name.endswith(".gz") else plain)
    shares = [share for share in _shares(opened_table(path)) if share is not None]
    assert len(shares) == len(ROWS)
    assert shares == sorted(shares)
    assert shares[0] > 0
    assert shares[-1] == 1
