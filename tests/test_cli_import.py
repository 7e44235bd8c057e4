"""``cuibono import`` and ``cuibono map suggest``, as their users have them."""

from __future__ import annotations

import bz2
import gzip
import lzma
import subprocess
import sys
from pathlib import Path

import cuibono
from tests.command_line import call, document, errors, output, run
from tests.tables import MAPPING, register, write_csv, write_mapping

ROWS = register(60)


def test_from_a_table_to_an_answer(tmp_path: Path) -> None:
    write_csv(tmp_path / "owners.csv", ROWS)
    suggested = run("map", "suggest", "owners.csv", "-o", "owners.map.yaml", folder=tmp_path)
    assert (suggested.returncode, suggested.stderr) == (0, "")
    done = run("import", "owners.csv", "--map", "owners.map.yaml", "--store", "graph", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "60 rows read, 60 made statements" in done.stdout
    with cuibono.open(tmp_path / "graph") as kg:
        assert len(kg.statements(predicate="owns")) == 60
        assert all(s.valid_from and s.attributes and s.document for s in kg.statements())


def test_the_report_accounts_for_all_rows(tmp_path: Path) -> None:
    rows = [*ROWS[:10], ["", *ROWS[10][1:]], ROWS[11]]
    table, store = write_csv(tmp_path / "owners.csv", rows), tmp_path / "graph"
    mapping, rejects = write_mapping(tmp_path), tmp_path / "left-out.csv"
    [error] = errors("import", table, "--map", mapping, "--store", store)
    assert error.endswith("owners.csv:12: owner: key: is empty; what a row may leave out is `optional: true` in the mapping")
    done = call("import", table, "--map", mapping, "--store", store, "--keep-going", "--rejects", rejects, "--json")
    assert done.returncode == 0
    assert f"1 row was left out: see {rejects}" in done.stderr
    assert '"rows": 12' in done.stdout
    assert '"rejected": 1' in done.stdout
    assert rejects.read_text(encoding="utf-8").splitlines()[1].startswith("12,owner: key: is empty")
    assert document("import", write_csv(table, ROWS[:10]), "--map", mapping, "--store", store)["retracted"] == 1


def test_standard_input(tmp_path: Path) -> None:
    table = write_csv(tmp_path / "owners.csv", ROWS).read_text(encoding="utf-8")
    mapping, store = write_mapping(tmp_path), tmp_path / "graph"
    done = run("import", "-", "--from", "csv", "--map", mapping, "--store", store, stdin=table)
    assert (done.returncode, done.stderr) == (0, "")
    [error] = errors("import", "-", "--map", mapping, "--store", store, code=2)
    assert "give --from" in error


def test_what_is_compressed_is_told_by_its_bytes(tmp_path: Path) -> None:
    table = write_csv(tmp_path / "owners.csv", ROWS).read_bytes()
    mapping, nameless = write_mapping(tmp_path), tmp_path / "feed"
    for number, compress in enumerate((gzip.compress, bz2.compress, lzma.compress)):
        nameless.write_bytes(compress(table))
        done = output("import", nameless, "--from", "csv", "--map", mapping, "--store", tmp_path / f"graph{number}")
        assert "60 rows read, 60 made statements" in done
        with nameless.open("rb") as data:
            command = [sys.executable, "-c", "from cuibono.api.cli import main; main()", "map", "suggest", "-", "--from", "csv"]
            assert b"predicate: owns" in subprocess.run(command, stdin=data, capture_output=True, check=True).stdout


def test_a_wrong_mapping_is_told_by_line(tmp_path: Path) -> None:
    table, mapping = write_csv(tmp_path / "t.csv", ROWS), write_mapping(tmp_path, MAPPING.replace("owns", "possesses"))
    [error] = errors("import", table, "--map", mapping, "--store", tmp_path / "graph")
    assert error.startswith("owners.map.yaml:12: predicate: 'possesses' is no relation of the ontology")


def test_help_has_examples() -> None:
    for command in (["import"], ["map", "suggest"]):
        assert "Examples:" in output(*command, "--help")


def test_what_is_suggested_looks_at_names_and_values(tmp_path: Path) -> None:
    table = tmp_path / "tools.csv"
    lines = [
        f"{n % 9},{n % 3},Tool {n % 9},kind {n % 2},Maker {n % 3},https://m.example.org,https://e.example.org/{n}"
        for n in range(60)
    ]
    table.write_text("\n".join(["tool id,vendor id,tool,category,vendor,website,source", *lines]) + "\n", encoding="utf-8")
    suggested = output("map", "suggest", table).splitlines()
    assert '  url: "{source}"' in suggested
    assert suggested[suggested.index("  vendor:") + 1 :][:2] == [
        "    type: Company",
        '    key: "vendor-{vendor id}"  # an exact identifier',
    ]
    assert suggested[suggested.index("  tool:") + 1 :][:2] == [
        "    type: Product",
        '    key: "tool-{tool id}"  # an exact identifier',
    ]
    assert suggested[suggested.index("  - subject: vendor") + 2] == "    object: tool"
    assert '#   "{category}": kind 0' in suggested
