"""From a new folder to an answer: ``init``, ``validate``, ``build``, and a build that is killed."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cuibono
from cuibono.graph.build.dossier import read_settings
from tests.command_line import COMMAND, call, document, environment, errors, output, run
from tests.dossiers import COMPETES, LEADS, PRAISES, write_dossier

pytestmark = pytest.mark.slow


@pytest.fixture
def example(tmp_path: Path) -> Path:
    call("init", tmp_path / "example")
    return tmp_path / "example"


# ── init ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_example_builds_as_it_is_and_has_findings(tmp_path: Path) -> None:
    done = run("init", "mine", folder=tmp_path)
    assert done.returncode == 0
    assert "https://example.org/mine/" in done.stderr
    assert "mine is valid" in run("validate", "mine", "--shapes", folder=tmp_path).stdout
    assert "14 statements" in run("build", "mine", "--store", "mine.graph", folder=tmp_path).stdout
    store = tmp_path / "mine.graph"
    found = document("conflicts", "--store", store, "--pairs")["conflictPairs"]
    assert [(pair["actor"]["label"], pair["alignment"]) for pair in found] == [
        ("Mara Lindqvist", "SELF_SERVING"),
        ("Ines Baptiste", "AGAINST_INTEREST"),
        ("Tomas Okafor", "SELF_SERVING"),
    ]
    claims = document("claims", "--contested", "--store", store)["claims"]
    assert len(claims) == 2


def test_the_base_and_title_are_those_that_were_given(tmp_path: Path) -> None:
    title = 'Who owns "the harbour": #1?'
    written = output("init", tmp_path / "d", "--base", "urn:example:harbour:", "--title", title)
    assert "cuibono build" in written
    with cuibono.open() as kg:
        kg.build(tmp_path / "d")
        assert kg.entity("Velotronic").iri == "urn:example:harbour:entity/velotronic"
    assert title in (tmp_path / "d" / "dossier.yaml").read_text(encoding="utf-8").replace('\\"', '"')


@pytest.mark.parametrize(
    ("name", "slug"), [("my dossier", "my-dossier"), ("Käse & Brot", "K-se-Brot"), ("...", "dossier"), ("a'b", "a-b")]
)
def test_any_folder_will_do(name: str, slug: str, tmp_path: Path) -> None:
    done = call("init", tmp_path / name)
    assert done.returncode == 0
    assert "is valid" in output("validate", tmp_path / name)
    assert read_settings(tmp_path / name).source == f"https://example.org/{slug}/dossier/{slug}"
    build = next(line for line in done.stdout.splitlines() if line.startswith("  cuibono build"))
    assert shlex.split(build)[2] == str(tmp_path / name)


def test_what_is_no_base_is_refused_and_nothing_written(tmp_path: Path) -> None:
    (message,) = errors("init", tmp_path / "d", "--base", "example.org", code=2)
    assert "is no base IRI" in message
    assert not (tmp_path / "d").exists()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    (message,) = errors("init", tmp_path)
    assert "is not empty" in message
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


# ── build ──────────────────────────────────────────────────────────────────────────────────────────────


def test_building_twice_does_nothing_the_second_time(example: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = json.loads(run("build", example, "--store", store, "--json").stdout)
    assert first["added"] == {"Claim": 2, "Document": 1, "Entity": 9, "Evidence": 14, "Statement": 14}
    assert "nothing to do" in run("build", example, "--store", store).stdout
    again = document("build", example, "--store", store)
    assert again["didNothing"]
    assert again["version"] == first["version"]


def test_what_changed_is_reported(tmp_path: Path) -> None:
    store = tmp_path / "store"
    output("build", write_dossier(tmp_path / "d", LEADS, COMPETES), "--store", store)
    page = output("build", write_dossier(tmp_path / "d", LEADS, PRAISES), "--store", store)
    assert "added      1 quote, 1 statement" in page
    assert "retracted  1 statement, which the dossier no longer makes" in page
    assert document("info", "--store", store)["statements"]["retracted"] == 1


def test_the_agent_is_kept_in_the_history(tmp_path: Path) -> None:
    store = tmp_path / "store"
    output("build", write_dossier(tmp_path / "d", LEADS), "--store", store, "--agent", "Jo Reader")
    assert "Jo Reader" in output("export", "--store", store, "--history", "-f", "trig")
    assert "Jo Reader" not in output("export", "--store", store, "-f", "trig")


def test_a_dossier_with_errors_leaves_no_store_behind(tmp_path: Path) -> None:
    dossier = write_dossier(tmp_path / "d", LEADS.replace("Ada leads Acme", "Ada left Acme"))
    errors("build", dossier, "--store", tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_a_folder_of_something_else_is_no_store(tmp_path: Path) -> None:
    dossier = write_dossier(tmp_path / "d", LEADS)
    (message,) = errors("build", dossier, "--store", dossier)
    assert "is no store of cuibono" in message


def test_a_build_that_is_killed_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """Kill one build after another, each a little later in its life, until one is quicker than its killer."""
    number = 1000
    companies = "".join(f"  c{i}: {{type: Company, label: Company {i}}}\n" for i in range(number + 1))
    sentences = [f"Company {i} competes with Company {i + 1}." for i in range(number)]
    statements = [
        f'- {{subject: c{i}, predicate: competesWith, object: c{i + 1}, basis: verbatim, quote: "{sentence}"}}\n'
        for i, sentence in enumerate(sentences)
    ]
    dossier = write_dossier(tmp_path / "large", *statements, things="entities:\n" + companies, article="\n".join(sentences))
    small = write_dossier(tmp_path / "small", LEADS, base="https://example.org/small/")
    store = tmp_path / "store"
    for _ in range(10):
        output("build", small, "--store", store)
        seen = set()
        for delay in (0.4, 0.8, 1.1, 1.4, 1.7, 2.0, 2.5):
            seen.add(_killed_after(delay, dossier, store))
            with cuibono.open(store, create=False) as kg:
                entities = kg.info().entities
                assert entities in {4, 4 + number + 1}, "half a build is in the store"
                complete = entities > 4
                assert len(kg.statements(predicate="competesWith")) == (number if complete else 0)
            if complete:
                break
        if "killed" in seen:
            break
        shutil.rmtree(store)  # the killer itself was held up
    assert "killed" in seen
    assert "valid" in output("validate", store)
    output("build", dossier, "--store", store)
    assert document("info", "--store", store)["relations"] == {"competesWith": number, "leads": 1}


def _killed_after(delay: float, dossier: Path, store: Path) -> str:
    process = subprocess.Popen(
        [*COMMAND, "build", str(dossier), "--store", str(store)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    time.sleep(delay)
    if process.poll() is not None:
        return "finished"
    process.kill()
    process.wait()
    return "killed" if process.returncode < 0 else "finished"


# ── validate ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_dossier_with_errors_is_not_valid(tmp_path: Path) -> None:
    dossier = write_dossier(tmp_path / "d", LEADS.replace("predicate: leads", "predicate: heads"))
    (message,) = errors("validate", dossier)
    assert message.startswith("statements.yaml:2: predicate: 'heads' is no relation of the ontology")
    done = call("validate", dossier, "--json")
    assert (done.returncode, done.stderr) == (1, "")
    assert '"valid": false' in done.stdout
    assert '"place": "statements.yaml:2"' in done.stdout


def test_a_store_that_was_built_is_valid(example: Path, tmp_path: Path) -> None:
    output("build", example, "--store", tmp_path / "store")
    valid = {"valid": True, "count": 0, "problems": [], "unlisted": []}
    assert document("validate", tmp_path / "store", "--shapes") == valid


def test_the_seed_is_valid_with_its_shapes() -> None:
    assert "54 quotes, 44 statements" in output("validate", cuibono.seed_dossier(), "--shapes")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals on Windows")
def test_on_a_terminal_the_base_is_asked_for(tmp_path: Path) -> None:
    from tests.terminal import on_terminal

    code, screen = on_terminal("init", tmp_path / "d", typed="https://data.example.org/d/\n")
    assert code == 0
    assert "Base IRI" in screen
    with cuibono.open() as kg:
        kg.build(tmp_path / "d")
        assert kg.entity("Velotronic").iri == "https://data.example.org/d/entity/velotronic"
