"""Schemathesis asks a running server whatever its schema allows, for long, of what is there and is not: nothing is unexpected."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

import cuibono
from cuibono.api.graphql.principal import Role
from cuibono.api.settings import Settings
from cuibono.api.web.tokens import token_line
from tests.conftest import missing
from tests.known_texts import texts_for
from tests.serving import serving

HERE = Path(__file__).parent
PROGRAM = HERE.parent / ".fuzzing" / "bin" / "schemathesis"
EXAMPLES = int(os.environ.get("CUIBONO_FUZZING", "20"))
"""How many questions for each field of the root, good and bad ones together; more for a long run."""


@pytest.mark.slow
def test_no_question_meets_an_error_of_the_server(tmp_path: Path) -> None:
    found = answers_to("positive", EXAMPLES * 3 // 5, ["nothing_is_unexpected"], tmp_path)
    reached = {field for field, is_found in found if is_found}
    queries = {field for field, _ in found if field.startswith("Query.")}
    assert len(queries) > 12
    assert len(queries & reached) > len(queries) * 0.7, f"nothing was ever found by {sorted(queries - reached)}"
    asked = [is_found for field, is_found in found if field in queries]
    assert sum(asked) > len(asked) / 3, "most questions miss the data"


@pytest.mark.slow
def test_what_the_schema_does_not_allow_is_refused(tmp_path: Path) -> None:
    """Wrong types, missing arguments and the like: with an error that says so, and never with one of the server."""
    found = answers_to("negative", EXAMPLES * 2 // 5, ["nothing_is_unexpected", "negative_data_rejection"], tmp_path)
    assert len({field for field, _ in found}) > 12
    assert not [field for field, is_found in found if is_found]


def answers_to(mode: str, examples: int, checks: list[str], folder: Path) -> list[tuple[str, bool]]:
    """Return for each question that was asked the field, and whether anything was found; every answer passes the checks."""
    if not PROGRAM.exists():
        missing("Schemathesis: run .ci/install, which puts it into the folder .fuzzing")
    settings = Settings(tokens=(token_line("Fuzz", list(Role), "fuzz"),), time_limit=30, body_timeout=30)
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        texts, answered = folder / "texts.json", folder / "answered"
        texts.write_text(json.dumps(texts_for(kg)), encoding="utf-8")
        with serving(kg, settings) as client:
            command = [str(PROGRAM), "run", str(client.base_url.join("/graphql")), "--header", "Authorization: Bearer fuzz"]
            command += ["--checks", ",".join(checks), "--phases", "fuzzing", "--seed", "1"]
            command += ["--mode", mode, "--max-examples", str(examples)]
            environment = os.environ | {"SCHEMATHESIS_HOOKS": "fuzzing_hooks", "PYTHONPATH": str(HERE), "NO_COLOR": "1"}
            environment |= {
                "CUIBONO_FUZZING_TEXTS": str(texts),
                "CUIBONO_FUZZING_ANSWERED": str(answered),
                "CUIBONO_FUZZING_MODE": mode,
            }
            run = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, cwd=folder, check=False)
            assert client.ask("{ __typename }")
    generated = re.search(r"(\d+) generated", run.stdout)
    assert run.returncode == 0, run.stdout + run.stderr
    assert generated is not None
    assert int(generated[1]) > 100
    lines = answered.read_text(encoding="utf-8").splitlines()
    return [(field, is_found) for field, is_found in map(json.loads, lines)]
