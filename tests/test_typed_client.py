"""The example of a typed client: generated from the committed schema, asked of a running server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.serving import Client

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "typed_client"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the example with the generated package in it."""
    own = ROOT / ".codegen" / "bin" / "ariadne-codegen"
    generator = os.environ.get("ARIADNE_CODEGEN") or (str(own) if own.exists() else shutil.which("ariadne-codegen"))
    if generator is None:
        missing("ariadne-codegen is not installed; see .ci/install")
    root = tmp_path_factory.mktemp("typed")
    (root / "schema").mkdir()
    shutil.copy(ROOT / "schema" / "schema.graphql", root / "schema")
    folder = root / "examples" / "typed_client"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("cuibono_client", "__pycache__"))
    env = {**os.environ, "ARIADNE_CODEGEN": generator}
    done = subprocess.run(["bash", "generate"], cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_client_asks_a_running_server(example: Path, seed: Client) -> None:
    url = str(seed.base_url.join("/graphql"))
    done = subprocess.run([sys.executable, "ask.py", url], cwd=example, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, *lines = done.stdout.splitlines()
    assert first.endswith(" conflicts of interest")
    assert any("goes against Sam Altman's own interest" in line for line in lines)
    assert any(line.startswith("     “") for line in lines)
    assert lines[-1].startswith("named verbatim: Elon Musk (")


@pytest.mark.slow
def test_the_client_s_types_hold(example: Path) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-incremental", "--config-file", os.devnull, "ask.py"],
        cwd=example,
        capture_output=True,
        text=True,
        check=False,
    )
    if "No module named mypy" in checked.stderr:
        missing("mypy is not installed; it comes with the extra dev")
    assert checked.returncode == 0, checked.stdout
    wrong = (example / "ask.py").read_text().replace("conflict.strength", "conflict.strenght")
    (example / "wrong.py").write_text(wrong)
    refused = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-incremental", "--config-file", os.devnull, "wrong.py"],
        cwd=example,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 'has no attribute "strenght"' in refused.stdout
