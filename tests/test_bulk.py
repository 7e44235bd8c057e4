"""The engine for what outgrows memory finds what the reference engine finds, row for row."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import cuibono
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.export.parquet import write_parquet
from cuibono.graph.generation import generated_columns
from cuibono.graph.interest.bulk import Limits, bulk_conflicts
from cuibono.graph.interest.compiled import CompiledEngine
from cuibono.graph.interest.findings import ConflictOfInterest
from cuibono.graph.interest.findings import Path as InterestPath
from cuibono.graph.interest.reference import ReferenceEngine
from cuibono.graph.interest.selection import Selection
from cuibono.graph.model import Status
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.building import columns_of
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
from tests.command_line import COMMAND, call, environment, errors, output
from tests.conftest import missing
from tests.random_graphs import graphs_beside_each_other

pytestmark = pytest.mark.slow

VOCABULARY = Vocabulary.bundled()
BOTH_STATUSES = frozenset({Status.ACCEPTED, Status.PROPOSED})


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return Snapshot(graphs_beside_each_other(range(300), VOCABULARY), VOCABULARY)


@pytest.fixture(scope="module")
def tables(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bulk") / "tables"
    write_parquet(columns_of(snapshot.records, VOCABULARY), VOCABULARY, folder)
    return folder


def row(finding: ConflictOfInterest) -> dict[str, Any]:
    """Return the row that a finding must be."""
    bearing, main, opposing = finding.bearing, finding.interest_path, finding.opposing_path
    return {
        "actor": finding.actor,
        "target": finding.target,
        "stance": finding.stance.iri,
        "claim": finding.claim,
        "bearing": bearing.iri if bearing else None,
        "alignment": finding.alignment.value,
        "strength": round(finding.strength, 9),
        "effective_stance": round(finding.effective_stance, 9),
        "interest": round(main.interest, 9),
        **path_columns("path", main, finding.actor),
        **path_columns("opposing", opposing, finding.actor),
        "hops": len(main.hops),
        "weakest_basis": finding.weakest_basis.value,
        "undated": finding.undated,
    }


def path_columns(name: str, path: InterestPath | None, actor: str) -> dict[str, Any]:
    hops = path.hops if path else ()
    columns = {
        "statements": [hop.statement.iri for hop in hops],
        "nodes": [actor, *(hop.target for hop in hops)],
        "weights": [round(hop.weight or 0, 9) for hop in hops],
        "halved": [hop.halved for hop in hops],
    }
    return {f"{name}_{column}": values if hops else None for column, values in columns.items()}


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file, or of a directory of files, with numbers as `row` has them."""
    found = parquet.read_table(path).to_pylist()
    for each in found:
        for name, value in each.items():
            if isinstance(value, float):
                each[name] = round(value, 9)
            elif name.endswith("_weights") and value is not None:
                each[name] = [round(weight, 9) for weight in value]
    return found


def expected(snapshot: Snapshot, max_hops: int, least: float, selection: Selection) -> list[dict[str, Any]]:
    found = ReferenceEngine(snapshot, selection).conflicts(max_hops=max_hops, min_strength=least)
    return [row(finding) for finding in sorted(found, key=lambda finding: finding.order)]


@pytest.mark.parametrize(
    ("max_hops", "least", "selection"),
    [
        (1, 0.0, Selection()),
        (2, 0.1, Selection(as_of=PartialDate("2020-06"))),
        (3, 0.1, Selection()),
        (4, 0.3, Selection(BOTH_STATUSES)),
        (5, 0.0, Selection()),
    ],
)
def test_duckdb_finds_what_the_reference_finds(
    snapshot: Snapshot, tables: Path, tmp_path: Path, max_hops: int, least: float, selection: Selection
) -> None:
    bulk_conflicts(tables, tmp_path / "found.parquet", max_hops=max_hops, min_strength=least, selection=selection)
    wanted = expected(snapshot, max_hops, least, selection)
    assert rows(tmp_path / "found.parquet") == wanted
    assert {found["alignment"] for found in wanted} == {"SELF_SERVING", "AGAINST_INTEREST", "MIXED", "OWN_CASE"}
    assert {found["hops"] for found in wanted} >= set(range(max_hops)), "paths of nearly every length"
    assert any(found["path_halved"] and any(found["path_halved"]) for found in wanted), "disputed relations"


def test_what_lies_between_hubs_is_found(tmp_path: Path) -> None:
    columns = generated_columns(10_000, seed=5)
    write_parquet(columns, VOCABULARY, tmp_path / "tables")
    bulk_conflicts(tmp_path / "tables", tmp_path / "found.parquet")
    findings = CompiledEngine(Snapshot.of(Base(columns), VOCABULARY)).conflicts(max_hops=3, min_strength=0.1)
    wanted = [row(finding) for finding in sorted(findings, key=lambda finding: finding.order)]
    assert rows(tmp_path / "found.parquet") == wanted
    assert len(wanted) > 1_000


def test_spark_finds_what_the_reference_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        import pyspark  # noqa: F401
    except ImportError:
        missing("PySpark is not installed: pip install 'cuibono[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        missing("PySpark needs Java 17")
    settings = {"spark.sql.shuffle.partitions": 2, "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
    arguments = " ".join(f"--conf {name}={value}" for name, value in settings.items())
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--master local[2] {arguments} pyspark-shell")
    snapshot = Snapshot(graphs_beside_each_other(range(60), VOCABULARY), VOCABULARY)
    write_parquet(columns_of(snapshot.records, VOCABULARY), VOCABULARY, tmp_path / "tables")
    bulk_conflicts(tmp_path / "tables", tmp_path / "found", engine="spark", max_hops=3, limits=Limits("1GB"))
    wanted = expected(snapshot, 3, 0.1, Selection())
    assert rows(tmp_path / "found") == wanted
    assert len(wanted) > 50
    with pytest.raises(InvalidArgument, match=r"output: .*already exists"):
        bulk_conflicts(tmp_path / "tables", tmp_path / "found", engine="spark", max_hops=1)


def test_an_engine_answers_at_the_command_line(tmp_path: Path) -> None:
    store, found = tmp_path / "store", tmp_path / "found.parquet"
    with cuibono.open(store) as kg:
        kg.build(cuibono.seed_dossier())
        wanted = [row(finding) for finding in kg.conflicts()]
    done = call("export", "--store", store, "-f", "parquet", "-o", tmp_path / "tables")
    assert (done.returncode, done.stdout) == (0, "")
    assert "left out" in done.stderr
    arguments = ("conflicts", "--all", "--engine", "duckdb", "--input", tmp_path / "tables", "-o", found)
    assert output(*arguments, "--memory-limit", "500MB", "--scratch", tmp_path) == ""
    assert rows(found) == wanted
    assert wanted
    output(*arguments, "--min-strength", "1")
    assert rows(found) == []
    assert {path.name for path in tmp_path.iterdir()} == {"store", "tables", "found.parquet"}


def test_what_an_engine_cannot_do_is_said(tables: Path, tmp_path: Path) -> None:
    known = ("conflicts", "--all", "--engine", "duckdb", "-o", tmp_path / "found.parquet")
    asked = (*known, "--input", tables)
    assert "--input" in errors(*known, code=2)[0]
    assert "--actor does not go with --engine" in errors(*asked, "--actor", "E1", code=2)[0]
    assert "--memory-limit: 'much' is no size" in errors(*asked, "--memory-limit", "much", code=2)[0]
    assert "scratch" in errors(*asked, "--scratch", tmp_path / "nowhere")[0]
    assert "--engine" in errors("conflicts", "--input", tables, code=2)[0]
    assert "is no table of a Parquet export" in errors(*known, "--input", tmp_path)[0]
    assert "nowhere is no directory; `cuibono export -f parquet` writes one" in errors(*known, "--input", tmp_path / "nowhere")[0]
    unwritable = errors("conflicts", "--all", "--engine", "duckdb", "--input", tables, "-o", tmp_path / "no" / "found")
    assert "cannot be written" in unwritable[0]
    other = shutil.copytree(tables, tmp_path / "other")
    parquet.write_table(pa.table({"number": [1]}), other / "statements.parquet")
    assert "lacks" in errors(*known, "--input", other)[0]
    assert not (tmp_path / "found.parquet").exists()


def test_an_output_that_cannot_be_is_refused_before_anything_is_joined(tables: Path, tmp_path: Path) -> None:
    doings: list[str] = []
    for output_there in (tmp_path, tmp_path / "no" / "found"):
        with pytest.raises(InvalidArgument, match="output"):
            bulk_conflicts(tables, output_there, tell=doings.append)
    assert doings == []
    bulk_conflicts(tables, tmp_path / "found", max_hops=3, tell=doings.append)
    assert doings[0] == "reading stances and interests"
    assert "paths of 3 relations" in doings


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupting_an_engine_leaves_nothing_behind(tables: Path, tmp_path: Path, how: signal.Signals, code: int) -> None:
    arguments = ["conflicts", "--all", "--engine", "duckdb", "--input", tables, "-o", "found.parquet", "--max-hops", "5"]
    more = ["--min-strength", "0", "--scratch", tmp_path]
    for _ in range(10):
        process = subprocess.Popen(
            [*COMMAND, *map(str, [*arguments, *more])], cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True
        )
        while process.poll() is None and not any(tmp_path.iterdir()):
            time.sleep(0.05)
        process.send_signal(how)
        _, said = process.communicate(timeout=120)
        if process.returncode:
            break
        (tmp_path / "found.parquet").unlink()  # it was done before it was asked to end
    assert (process.returncode, said.strip()) == (code, "")
    assert list(tmp_path.iterdir()) == []


def test_a_graph_without_statements_has_no_findings(tmp_path: Path) -> None:
    with cuibono.open() as kg:
        kg.export(tmp_path / "tables", "parquet")
    bulk_conflicts(tmp_path / "tables", tmp_path / "found.parquet")
    assert rows(tmp_path / "found.parquet") == []


@pytest.mark.parametrize(("argument", "value"), [("max_hops", 0), ("max_hops", 6), ("min_strength", 1.5), ("engine", "abacus")])
def test_arguments_out_of_range(tmp_path: Path, argument: str, value: Any) -> None:
    with pytest.raises(InvalidArgument, match=argument):
        bulk_conflicts(tmp_path, tmp_path / "found.parquet", **{argument: value})
