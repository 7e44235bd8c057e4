"""A real register of a few thousand relations, with a source for each row: as the example in the documentation brings it in."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import cuibono
from cuibono.graph.errors import InvalidInput
from cuibono.graph.model import Basis
from tests.command_line import output
from tests.conftest import missing
from tests.node import FOLDER

pytestmark = pytest.mark.slow

REGISTER = FOLDER / "node_modules" / "@ghostery" / "trackerdb" / "dist" / "trackerdb.json"
EXAMPLE = Path(__file__).parent.parent / "examples" / "register"
ENTITY = "https://example.org/trackers/entity/"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The register as JSON Lines, as the example's script writes it."""
    if not REGISTER.exists():
        missing("the register of trackers: run .ci/install, which puts it into the folder .node")
    path = tmp_path_factory.mktemp("register") / "trackers.jsonl"
    with path.open("w", encoding="utf-8") as file:
        subprocess.run([sys.executable, EXAMPLE / "flatten.py", REGISTER], stdout=file, check=True)
    return path


@pytest.fixture(scope="module")
def rows(table: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def kg(table: Path) -> Iterator[cuibono.KnowledgeGraph]:
    with cuibono.open() as kg:
        report = kg.import_table(table, EXAMPLE / "trackers.map.yaml")
        assert (report.silent, report.rejected) == (0, 0)
        kg.import_table(EXAMPLE / "opinions.csv", EXAMPLE / "opinions.map.yaml")
        yield kg


def test_every_row_is_accounted_for_with_its_source(kg: cuibono.KnowledgeGraph, rows: list[dict[str, Any]]) -> None:
    assert len((EXAMPLE / "trackers.map.yaml").read_text(encoding="utf-8").splitlines()) < 30
    assert len(rows) > 3_000
    made = {
        (s.subject, s.object, kg.snapshot.documents[s.document or ""].url, kg.snapshot.evidence[s.evidence[0]].row)
        for s in kg.statements(predicate="develops", basis=Basis.RECORDED)
    }
    assert made == {
        (
            f"{ENTITY}organization-{quote(row['organization_id'], safe='')}",
            f"{ENTITY}tracker-{quote(row['tracker_id'], safe='')}",
            row["source"],
            f"row={number + 1}",
        )
        for number, row in enumerate(rows)
    }
    quotes = {kg.snapshot.evidence[s.evidence[0]].exact for s in kg.statements(predicate="develops")}
    assert all(json.loads(quote) in rows for quote in list(quotes)[:50])


def test_conflicts_and_paths_answer_over_it(kg: cuibono.KnowledgeGraph) -> None:
    label = kg.snapshot.label
    found = {(label(c.actor), label(c.target), c.alignment.value, round(c.strength, 2)) for c in kg.conflicts()}
    assert found == {
        ("Ada Madeup", "Google Analytics", "SELF_SERVING", 0.56),
        ("Bo Madeup", "Matomo", "SELF_SERVING", 0.56),
    }, "Cy, who works for another company, and Ada on Matomo, have no interest"
    [finding] = kg.conflicts(target="Google Analytics")
    documents = [kg.snapshot.documents[s.document or ""].label for s in finding.statements]
    assert "http://www.google.com/analytics/" in documents, "what rests on the register rests on the page of its row"
    path = kg.paths("Google Analytics", "YouTube", max_hops=2)[0]
    assert [label(hop.target) for hop in path.hops] == ["Google", "YouTube"]
    assert path.strength == pytest.approx(0.64)
    gainers = {label(b.entity) for b in kg.beneficiaries("YouTube") if b.gain > 0}
    assert {"Google", "Ada Madeup", "Google Analytics"} <= gainers


def test_what_may_be_one_in_it_is_a_queue_that_a_person_can_go_through(kg: cuibono.KnowledgeGraph) -> None:
    found = kg.resolve(dry_run=True)
    assert {"ebay", "gumgum"} <= {kg.snapshot.label(pair.one).casefold() for pair in found.certain}
    assert 0 < len(found.uncertain) < len(kg.entities()) / 50


BREAKS = {
    "no id of the maker": (lambda row: json.dumps({**row, "organization_id": ""}), "maker: key: is empty"),
    "no source": (lambda row: json.dumps({**row, "source": None}), "source: url: is empty"),
    "an address that is none": (lambda row: json.dumps({**row, "source": "not an address"}), "is no URL"),
    "half a line": (lambda row: json.dumps(row)[:40], "is not JSON"),
}


def test_one_row_in_a_hundred_is_broken(table: Path, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    lines, broken = [json.dumps(row) for row in rows], {}
    for place in range(7, len(lines), 100):
        breaking, reason = list(BREAKS.values())[place // 100 % len(BREAKS)]
        lines[place], broken[place + 1] = breaking(rows[place]), reason
    path = tmp_path / "trackers.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    kg, mapping, rejects = cuibono.open(), EXAMPLE / "trackers.map.yaml", tmp_path / "rejects.csv"
    with pytest.raises(InvalidInput) as refused:
        kg.import_table(path, mapping)
    assert {int(problem.place.rsplit(":", 1)[1]) for problem in refused.value.problems} == set(broken)
    assert (kg.version, len(kg.entities())) == (0, 0), "nothing is in"
    report = kg.import_table(path, mapping, keep_going=True, rejects=rejects)
    assert (report.rows, report.rejected) == (len(rows), len(broken))
    assert len(kg.statements()) == len(rows) - len(broken)
    with rejects.open(encoding="utf-8", newline="") as file:
        told = {int(row["cuibono:row"]): row["cuibono:reason"] for row in csv.DictReader(file)}
    assert told.keys() == broken.keys()
    assert all(reason in told[row] for row, reason in broken.items()), told


def test_the_mapping_that_is_suggested_imports_it_as_it_is(table: Path, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    output("map", "suggest", table, "-o", tmp_path / "suggested.yaml")
    done = output("import", table, "--map", tmp_path / "suggested.yaml", "--store", tmp_path / "graph")
    assert f"{len(rows):,} rows read, {len(rows):,} made statements" in done
    with cuibono.open(tmp_path / "graph") as kg:
        [owns] = kg.statements(
            subject="https://example.org/entity/organization-matomo", object="https://example.org/entity/tracker-matomo"
        )
        assert kg.vocabulary.relation(owns.predicate).name == "develops"
