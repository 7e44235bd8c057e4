"""An input in which very much is wrong: what is told of it stays readable, and is counted in full."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cuibono
from cuibono.graph.errors import MOST_LISTED, InvalidInput, Problem
from cuibono.schema.namespaces import CB
from tests.command_line import call, errors
from tests.dossiers import write_dossier
from tests.exports import export_of
from tests.tables import register, write_csv, write_mapping
from tests.test_mutations import ADD_STATEMENT, leads, prepared

_MESSAGES = st.sampled_from(
    ["'a' is no number", "'b c' is no number", "<urn:x:1> is not in the graph", "urn:y:2 is not in the graph"]
)
_PROBLEMS = st.builds(Problem, place=st.sampled_from("ab"), field=st.sampled_from([None, "share"]), message=_MESSAGES)


@given(st.lists(st.tuples(_PROBLEMS, st.integers(1, 300)), max_size=6))
def test_all_are_counted_and_each_kind_is_shown(runs: list[tuple[Problem, int]]) -> None:
    given = [problem for problem, times in runs for _ in range(times)]
    found = InvalidInput(iter(given))
    assert found.count == len(given) == sum(kind.count for kind in found.kinds)
    assert found.problems[:MOST_LISTED] == tuple(given[:MOST_LISTED])
    assert len(found.problems) == sum(kind.listed for kind in found.kinds) <= MOST_LISTED + 3 * len(found.kinds)
    assert Counter(found.problems) <= Counter(given)
    assert all(kind.listed >= min(kind.count, 3) for kind in found.kinds)
    assert len(found.kinds) == len({(p.field, p.message[-9:]) for p in given})
    told = list(found.lines())
    assert told[: len(found.problems)] == list(map(str, found.problems))
    if len(given) <= MOST_LISTED:
        assert len(told) == len(given)
    else:
        assert told[-1] == f"{len(given):,} problems in all"


def test_a_file_cannot_make_as_many_kinds_as_it_likes() -> None:
    words = ("".join(chr(97 + number // 26**place % 26) for place in range(4)) for number in range(50_000))
    found = InvalidInput(Problem("a", None, f"{word} is wrong") for word in words)
    assert found.count == 50_000
    assert len(found.problems) < 600
    assert len(found.kinds) < 200
    assert len(list(found.lines())) < 620


def test_it_can_be_sent_from_one_process_to_another() -> None:
    found = InvalidInput((Problem("a", "b", f"{number} is none") for number in range(500)), "mend it")
    again = pickle.loads(pickle.dumps(found))
    assert (str(again), again.problems, again.count, again.kinds) == (str(found), found.problems, 500, found.kinds)


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an export that lacks what its statements are about, as a part of one does."""
    folder = tmp_path_factory.mktemp("part")
    with cuibono.open() as kg:
        kg.import_table(write_csv(folder / "owners.csv", register(300)), write_mapping(folder))
        whole = export_of(kg, folder / "whole.nq").splitlines(keepends=True)
    kept = {line.split()[0] for line in whole if b"Statement>" in line}
    (folder / "part.nq").write_bytes(b"".join(line for line in whole if line.split()[0] in kept))
    return folder / "part.nq"


@pytest.mark.parametrize("is_large", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_part_of_an_export_is_refused_in_a_few_lines(
    is_large: bool, part: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_large:
        monkeypatch.setattr("cuibono.graph.imports.BULK_FROM", 1)
    told = errors("import", part, "--store", tmp_path / "store")
    assert len(told) < MOST_LISTED + 30
    assert told[-1] == "1,200 problems in all"
    of_evidence = [line for line in told if line.endswith("is no evidence of the graph")]
    assert f"and {300 - len(of_evidence) + 1:,} more of this kind: evidence: … is no evidence of the graph" in told
    with cuibono.open(tmp_path / "store") as kg:
        assert len(kg.snapshot.records) == 0
        with pytest.raises(InvalidInput) as refused:
            kg.import_rdf(part)
    assert {kind.like: kind.count for kind in refused.value.kinds} == {
        "subject: … is not in the graph; declare it as an entity, claim or statement": 300,
        "object: … is not in the graph; declare it as an entity, claim or statement": 300,
        "document: … is no document of the graph": 300,
        "evidence: … is no evidence of the graph": 300,
    }


@pytest.mark.parametrize("is_large", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_of_a_table_all_bad_rows_are_left_out_though_few_are_told(
    is_large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_large:
        monkeypatch.setattr("cuibono.graph.imports.BULK_FROM", 1)
        monkeypatch.setattr("cuibono.graph.build.staging.gathering._JUDGED_AT_ONCE", 70)
    mapping = """\
base: "urn:example:"
name: t
entities:
  who: {iri: "urn:example:entity/{who}"}
  firm: {type: Company, key: "{firm}", label: "{firm}"}
statements: [{subject: who, predicate: worksFor, object: firm}]
"""
    rows = [[f"p{number}", "acme"] for number in range(700)]  # nobody says who they are: the whole alone shows it
    table = write_csv(tmp_path / "t.csv", [*rows, ["", "bolt"]], ["who", "firm"])
    with cuibono.open(tmp_path / "store") as kg:
        with pytest.raises(InvalidInput) as refused:
            kg.import_table(write_csv(tmp_path / "others.csv", rows, ["who", "firm"]), write_mapping(tmp_path, mapping))
        assert refused.value.count == 700
        report = kg.import_table(table, write_mapping(tmp_path, mapping), keep_going=True, rejects=tmp_path / "left.jsonl")
    assert (report.rows, report.rejected) == (701, 701)
    left = [json.loads(line) for line in (tmp_path / "left.jsonl").read_text().splitlines()]
    assert [int(row["cuibono:row"]) for row in left] == list(range(2, 703))


def test_rows_are_told_with_what_to_do(tmp_path: Path) -> None:
    rows = register(500)
    for row in rows:
        row[5] = "a lot"
    table, mapping = write_csv(tmp_path / "owners.csv", rows), write_mapping(tmp_path)
    told = errors("import", table, "--map", mapping, "--store", tmp_path / "store")
    assert told[:2] == [f"owners.csv:{row}: {told[0].partition(': ')[2]}" for row in (2, 3)]
    assert told[-2].startswith("and 300 more of this kind: ")
    assert told[-1] == "500 problems in all; with --keep-going the good rows go in, and these into a file"
    assert len(told) == MOST_LISTED + 2


def test_a_dossier_tells_its_count_in_json_too(tmp_path: Path) -> None:
    statement = "- {{subject: a{}, predicate: leads, object: acme, basis: verbatim, quote: Ada leads Acme}}\n"
    dossier = write_dossier(tmp_path / "d", *map(statement.format, range(300)))
    done = call("validate", dossier, "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["valid"] is False
    assert found["count"] == len(found["problems"]) + sum(kind["count"] for kind in found["unlisted"]) >= 300
    assert MOST_LISTED <= len(found["problems"]) < MOST_LISTED + 30
    assert errors("validate", dossier)[-1] == f"{found['count']:,} problems in all"


def test_a_network_without_classes_is_told_in_short() -> None:
    graph = nx.path_graph(2_000, create_using=nx.DiGraph)
    with cuibono.open() as kg, pytest.raises(InvalidInput) as refused:
        kg.from_networkx(graph, base="https://example.org/", relation=f"{CB}leads")
    assert refused.value.count >= 2_000
    assert len(str(refused.value).splitlines()) < MOST_LISTED + 30


def test_a_mutation_tells_as_many_and_how_many_there_are() -> None:
    pieces = [{"document": "https://example.org/news", "quote": f"Nobody said so, {number} times"} for number in range(300)]
    with cuibono.open() as kg:
        found = prepared(kg)(ADD_STATEMENT, **leads(evidence=pieces))["errors"]
    assert len(found) == MOST_LISTED + 1
    assert found[0]["field"] == ["input", "evidence", "0", "quote"]
    assert found[-1]["message"] == "and 100 more; 300 problems in all"
