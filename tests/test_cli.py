"""The command line: its questions, its forms of output, its options and its exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import unicodedata
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import cuibono
from cuibono.graph.model import Entity
from tests.command_line import COMMAND, call, document, environment, errors, output

COMMANDS = (
    "demo", "init", "validate", "build", "info", "conflicts", "benefits", "claims", "statements", "paths", "resolve",
    "merge", "split", "query", "sparql", "export", "serve", "token",
)  # fmt: skip
QUESTIONS: dict[str, tuple[str, ...]] = {
    "info": (),
    "conflicts": (),
    "benefits": ("deepseek-50000-h100",),
    "claims": (),
    "statements": (),
    "paths": ("Elon Musk", "DeepSeek"),
    "query": ("{ info { entities } }",),
    "sparql": ("SELECT ?s { ?s a cb:Person }",),
    "export": (),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed's graph, on disk."""
    path = tmp_path_factory.mktemp("graphs") / "seed"
    output("build", cuibono.seed_dossier(), "--store", path)
    return path


# ── Help and usage ─────────────────────────────────────────────────────────────────────────────────────


def test_help_names_every_command_and_what_to_type_first() -> None:
    page = output("--help")
    for command in COMMANDS:
        assert re.search(rf"^  {command} +\S", page, re.MULTILINE), command
    assert "cuibono demo" in page


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    page = output(command, "--help")
    assert re.search(rf"Examples?:\n +(.*\| )?(\S+=\S+ )?cuibono {command}", page)
    assert max(map(len, page.splitlines())) <= 100


def test_without_a_command_there_is_help_and_an_exit_code_of_wrong_usage() -> None:
    done = call()
    assert done.returncode == 2
    assert "Commands:" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("conflicts", "--nonsense"),
        ("conflicts", "--store", "STORE", "--alignment", "SIDEWAYS"),
        ("conflicts", "--store", "STORE", "--min-strength", "2"),
        ("conflicts", "--store", "STORE", "--max-hops", "9"),
        ("conflicts", "--store", "STORE", "--as-of", "yesterday"),
        ("statements", "--store", "STORE", "--predicate", "loves"),
        ("paths", "Musk", "DeepSeek", "--store", "STORE", "--via", "loves"),
        ("paths", "Musk", "--store", "STORE"),
        ("query", "{ info { entities } }", "--store", "STORE", "--variables", "{"),
        ("query", "@nowhere.graphql", "--store", "STORE"),
        ("export", "--store", "STORE", "-f", "docx"),
        ("build",),
    ],
)
def test_wrong_usage_is_told_in_a_line(arguments: tuple[str, ...], store: Path) -> None:
    assert len(errors(*(str(store) if word == "STORE" else word for word in arguments), code=2)) == 1


@pytest.mark.parametrize("command", QUESTIONS)
def test_who_names_no_store_is_told_how(command: str) -> None:
    (message,) = errors(command, *QUESTIONS[command], code=2)
    assert "--store DIR" in message
    assert "CUIBONO_STORE" in message


def test_the_environment_can_name_the_store(store: Path) -> None:
    assert document("info", CUIBONO_STORE=str(store))["entities"] == 22


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("benefits", "nobody"), "no claim or entity is called 'nobody'"),
        (("conflicts", "--actor", "Elon Mask"), "did you mean 'Elon Musk'?"),
        (("paths", "Musk", "Nobody"), "no claim or entity is called 'Nobody'"),
        (("sparql", "SELEKT"), "is not SPARQL"),
    ],
)
def test_what_the_graph_does_not_have_is_an_error_in_a_line(arguments: tuple[str, ...], expected: str, store: Path) -> None:
    (message,) = errors(*arguments, "--store", store)
    assert expected in message


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    (message,) = errors("info", "--store", tmp_path / "none")
    assert "there is no store" in message
    assert not (tmp_path / "none").exists()


# ── Forms of output ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", QUESTIONS)
def test_with_json_there_is_one_document_and_the_same_each_time(command: str, store: Path) -> None:
    arguments = (command, *QUESTIONS[command], "--store", store, "--json")
    first = output(*arguments)
    assert isinstance(json.loads(first), (dict, list))
    assert output(*arguments) == first


@pytest.mark.parametrize("command", [name for name in QUESTIONS if name not in {"query", "sparql", "export"}])
def test_text_that_is_piped_is_plain(command: str, store: Path) -> None:
    page = output(command, *QUESTIONS[command], "--store", store)
    assert not [c for c in set(page) if unicodedata.category(c) == "Cc" and c != "\n"]
    assert all(line == line.rstrip() and len(line) <= 120 for line in page.splitlines())


@pytest.mark.parametrize("command", QUESTIONS)
def test_output_goes_to_a_file(command: str, store: Path, tmp_path: Path) -> None:
    arguments = (command, *QUESTIONS[command], "--store", store)
    assert output(*arguments, "-o", tmp_path / "answer.ttl") == ""
    assert (tmp_path / "answer.ttl").read_bytes().decode() == output(*arguments)
    assert [file.name for file in tmp_path.iterdir()] == ["answer.ttl"]


def test_a_file_that_cannot_be_written_is_an_error_in_a_line(store: Path, tmp_path: Path) -> None:
    (message,) = errors("info", "--store", store, "-o", tmp_path / "none" / "answer.txt")
    assert "cannot be written" in message


def test_what_documents_hold_does_not_reach_the_terminal_as_commands(tmp_path: Path) -> None:
    with cuibono.open(tmp_path / "store") as kg:
        person = kg.vocabulary.entity_class("Person").iri
        name = "\x1b]0;owned\x07\x1b[31m[bold]Eve[/] \u202eevil :smile:"
        kg.add(Entity(iri="https://example.org/eve", type=person, label=name))
    page = output("paths", "https://example.org/eve", "https://example.org/eve", "--store", tmp_path / "store")
    (message,) = errors("conflicts", "--actor", name.replace("Eve", "Adam"), "--store", tmp_path / "store")
    for text in (page, message):
        assert not set(text) & {"\x1b", "\x07", "\u202e"}


def test_a_reader_that_leaves_early_is_no_error(store: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "export", "--store", str(store), "--text"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals on Windows")
class TestOnTerminal:
    def test_there_are_colours_and_they_can_be_turned_off(self, store: Path) -> None:
        from tests.terminal import on_terminal

        colour = re.compile(r"\x1b\[[0-9;]*3[0-7]m")
        code, screen = on_terminal("conflicts", "--store", store)
        assert code == 0
        assert colour.search(screen)
        code, screen = on_terminal("conflicts", "--store", store, NO_COLOR="1")
        assert code == 0
        assert not colour.search(screen)
        assert "SELF_SERVING" in screen

    def test_lines_fit_the_terminal(self, store: Path) -> None:
        from tests.terminal import on_terminal

        _, screen = on_terminal("claims", "--store", store, columns=72)
        plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen)
        assert max(map(len, plain.splitlines())) <= 72

    def test_work_is_shown_on_standard_error_and_not_in_the_answer(self, store: Path, tmp_path: Path) -> None:
        from tests.terminal import on_terminal

        _, screen = on_terminal("build", cuibono.seed_dossier(), "--store", tmp_path / "new")
        assert "building" in screen
        assert "\x1b" not in output("build", cuibono.seed_dossier(), "--store", tmp_path / "new")


# ── Questions ──────────────────────────────────────────────────────────────────────────────────────────


def pairs(store: Path, *options: str) -> list[tuple[str, str, str]]:
    found = document("conflicts", "--store", store, "--pairs", *options)["conflictPairs"]
    return [(pair["actor"]["label"], pair["target"]["label"], pair["alignment"]) for pair in found]


def test_conflicts_can_be_narrowed_down(store: Path) -> None:
    musk, altman = ("Elon Musk", "DeepSeek", "SELF_SERVING"), ("Sam Altman", "DeepSeek", "AGAINST_INTEREST")
    assert set(pairs(store)) == {("DeepSeek", "DeepSeek", "OWN_CASE"), musk, altman}
    assert pairs(store, "--actor", "Musk") == [musk]
    assert pairs(store, "--alignment", "against_interest") == [altman]
    assert pairs(store, "--target", "OpenAI") == []
    assert pairs(store, "--max-hops", "1") == [("DeepSeek", "DeepSeek", "OWN_CASE")]
    assert pairs(store, "--min-strength", "0.5") == [("DeepSeek", "DeepSeek", "OWN_CASE")]
    assert "no conflict of interest found" in output("conflicts", "--store", store, "--target", "OpenAI")


def test_a_finding_in_json_carries_all_that_it_rests_on(store: Path) -> None:
    found = document("conflicts", "--store", store, "--actor", "Musk")["conflictsOfInterest"][0]
    assert found["stance"]["evidence"][0]["exact"] == "agreed with Wang’s theory in the most direct way possible"
    assert found["bearing"]["predicate"] == "harms"
    assert [hop["statement"]["predicate"] for hop in found["interestPath"]["hops"]] == ["owns", "competesWith"]
    assert found["arithmetic"].startswith("1 × 1 × 0.8 × 0.8 × 0.8 × 0.9 =")
    assert found["strength"] == pytest.approx(0.4608)


def test_evidence_can_be_left_out_and_asked_for(store: Path) -> None:
    assert "Obviously" in output("conflicts", "--store", store)
    assert "Obviously" not in output("conflicts", "--store", store, "--no-evidence")
    way = ("paths", "Musk", "DeepSeek", "--via", "owns", "--via", "competesWith", "--store", store)
    assert "vested interest" not in output(*way)
    assert "vested interest" in output(*way, "--evidence")
    assert len(document(*way)["paths"]) == 1


def test_benefits_of_an_entity_are_those_who_gain_with_it(store: Path) -> None:
    page = output("benefits", "DeepSeek", "--store", store)
    assert re.search(r"gains  \+0.80 .* R1 ", page)
    assert re.search(r"loses  -0.72 .* xAI ", page)


def test_claims_are_shown_with_both_sides(store: Path) -> None:
    contested = document("claims", "--contested", "--store", store)["claims"]
    (hardware,) = [claim for claim in contested if claim["quantity"] == "50000"]
    assert {p["actor"]["label"] for p in hardware["supportedBy"]} == {"Alexandr Wang", "Elon Musk"}
    assert {p["actor"]["label"] for p in hardware["disputedBy"]} == {"DeepSeek"}
    assert len(contested) == 4
    assert len(document("claims", "--not-contested", "--store", store)["claims"]) == 5


def test_statements_are_found_by_their_parts(store: Path) -> None:
    found = document("statements", "--speaker", "Wang", "--basis", "paraphrased", "--store", store)["statements"]
    assert {s["predicate"] for s in found} == {"asserts"}
    assert "on CNBC" in output("statements", "--speaker", "Wang", "--store", store)
    assert "no such statement" in output("statements", "--status", "rejected", "--store", store)


def test_graphql_is_answered_without_a_server(store: Path, tmp_path: Path) -> None:
    question = tmp_path / "question.graphql"
    question.write_text("query($name: String) { entity(name: $name) { label } }", encoding="utf-8")
    answer = document("query", f"@{question}", "--variables", '{"name": "Musk"}', "--store", store)
    assert answer == {"data": {"entity": {"label": "Elon Musk"}}}
    assert document("query", "-", "--store", store, stdin="{ info { claims } }") == {"data": {"info": {"claims": 9}}}


def test_graphql_errors_are_in_the_response_and_in_the_exit_code(store: Path) -> None:
    done = call("query", "{ nonsense }", "--store", store)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["errors"][0]["extensions"]["code"]


def test_sparql_is_answered_in_every_form(store: Path) -> None:
    question = "SELECT ?rival { ?rival cb:competesWith ?of . ?of skos:prefLabel 'DeepSeek' } ORDER BY ?rival"
    rivals = [f"https://w3id.org/cuibono/seed/entity/{name}" for name in ("openai", "xai")]
    assert output("sparql", question, "--store", store).split() == ["rival", *rivals]
    bindings = document("sparql", question, "--store", store)["results"]["bindings"]
    assert [row["rival"]["value"] for row in bindings] == rivals
    assert output("sparql", "ASK { ?s a cb:Person }", "--store", store).strip() == "true"
    assert "competesWith" in output("sparql", "CONSTRUCT WHERE { ?a cb:competesWith ?b }", "--store", store)


def test_export_takes_its_format_from_the_option_or_the_file(store: Path, tmp_path: Path) -> None:
    assert output("export", "--store", store).startswith("@prefix")
    assert "GRAPH" in output("export", "--store", store, "-f", "trig") or "{" in output("export", "--store", store, "-f", "trig")
    output("export", "--store", store, "-o", tmp_path / "seed.jsonld")
    written: Any = json.loads((tmp_path / "seed.jsonld").read_text(encoding="utf-8"))
    assert written == json.loads(output("export", "--store", store, "-f", "jsonld"))
    article = (cuibono.seed_dossier() / "documents" / "article.txt").read_text(encoding="utf-8")
    assert article[:200] not in output("export", "--store", store)
    assert article[:200] in output("export", "--store", store, "--text")


@pytest.mark.parametrize("command", [("demo", "--serve"), ("serve", "--log", "none")])
def test_serving_answers_until_it_is_interrupted(command: tuple[str, ...], store: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, *command, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(CUIBONO_STORE=str(store)),
    ) as process:
        try:
            assert process.stdout is not None
            address = next(
                found[0] for line in process.stdout if (found := re.search(r"http://\S+:\d+/", line)) and "Serving" in line
            )
            request = urllib.request.Request(
                f"{address}graphql",
                data=json.dumps({"query": "{ info { entities } }"}).encode(),
                headers={"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=120) as response:
                assert json.load(response) == {"data": {"info": {"entities": 22}}}
        finally:
            process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=120)
        assert complaints == ""
        assert process.returncode == 0


def test_an_interrupt_is_quiet(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "question")
    with subprocess.Popen(
        [*COMMAND, "query", f"@{tmp_path / 'question'}", "--store", "memory:"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        # Opening the other end waits until the command has opened its own, and so is under way.
        with (tmp_path / "question").open("w", encoding="utf-8"):
            time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            streams = process.communicate(timeout=120)
        assert b"".join(streams).strip() == b""
        assert process.returncode == 130


def test_starting_loads_no_web_framework() -> None:
    script = "import sys; from cuibono.api.cli import program; print([m for m in sys.modules if m in "
    script += "{'fastapi', 'strawberry', 'uvicorn', 'rdflib', 'networkx', 'pyshacl'}])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


def test_two_entities_are_merged_and_split(tmp_path: Path) -> None:
    store = tmp_path / "store"
    document("build", cuibono.seed_dossier(), "--store", store)
    ends = ("Elon Musk", "Sam Altman")
    merged = document("merge", *ends, "--why", "for a test", "--by", "Eve", "--store", store)
    assert [iri.rpartition("/")[2] for iri in merged["mergedFrom"]] == ["elon-musk", "sam-altman"]
    assert merged["entity"]["label"] == "Elon Musk"
    assert output("merge", *ends, "--why", "for a test", "--store", store).startswith("2 are one now, shown as Elon Musk:")
    assert {c["alignment"] for c in document("conflicts", "--actor", "Sam Altman", "--store", store)["conflictsOfInterest"]} >= {
        "SELF_SERVING"
    }
    split = document("split", *ends, "--why", "of course not", "--store", store)
    assert [len(entity["mergedFrom"]) for entity in split["entities"]] == [1, 1]
    [error] = errors("split", "Elon Musk", "--why", "again", "--store", store)
    assert "merged with nothing" in error
