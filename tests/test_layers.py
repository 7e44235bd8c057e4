"""The import contracts in pyproject.toml hold, and would notice if they did not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINT = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command(sys.argv[1:])"
MODULES = {
    "__init__.py": "",
    "api/__init__.py": "",
    "api/app.py": "import fastapi\nimport cuibono.graph.model\nimport cuibono.schema.vocabulary\n",
    "graph/__init__.py": "",
    "graph/model.py": "import cuibono.schema.vocabulary\n",
    "graph/store/__init__.py": "",
    "graph/store/disk.py": "import cuibono.graph.model\n",
    "schema/__init__.py": "",
    "schema/vocabulary.py": "",
}


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """Return the run of import-linter on the package in a folder."""
    command = [sys.executable, "-c", LINT, "--no-cache", "--no-logo", "--config", str(ROOT / "pyproject.toml")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_layers_hold() -> None:
    run = checked(ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "3 kept, 0 broken" in run.stdout


VIOLATIONS = {
    "nothing": ({}, "3 kept, 0 broken"),
    "schema imports graph": (
        {"schema/vocabulary.py": "import cuibono.graph.store.disk\n"},
        "cuibono.schema is not allowed to import cuibono.graph",
    ),
    "graph imports api": ({"graph/model.py": "import cuibono.api.app\n"}, "cuibono.graph is not allowed to import cuibono.api"),
    "schema imports api inside a function": (
        {"schema/vocabulary.py": "def late() -> None:\n    import cuibono.api\n"},
        "cuibono.schema is not allowed to import cuibono.api",
    ),
    "graph imports a web framework": ({"graph/model.py": "from fastapi import FastAPI\n"}, "cuibono.graph.model -> fastapi"),
    "schema imports the command line's tools": ({"schema/vocabulary.py": "import click\n"}, "cuibono.schema.vocabulary -> click"),
    "modules in a circle": (
        {"graph/model.py": "import cuibono.graph.rules\n", "graph/rules.py": "import cuibono.graph.model\n"},
        "cycles",
    ),
    "rooms in a circle": ({"graph/store/other.py": "", "graph/model.py": "import cuibono.graph.store.other\n"}, "cycles"),
}


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_violation_is_noticed(tmp_path: Path, violation: str) -> None:
    changes, message = VIOLATIONS[violation]
    for name, text in {**MODULES, **changes}.items():
        (tmp_path / "cuibono" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "cuibono" / name).write_text(text, encoding="utf-8")
    run = checked(tmp_path)
    assert run.returncode == (1 if changes else 0)
    assert message in " ".join(run.stdout.split())
