"""Clients and audits that others wrote for Node, in a folder that `.ci/install` makes."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.conftest import missing

FOLDER = Path(__file__).parent.parent / ".node"


def node(script: str, *arguments: str) -> Any:
    """Return what a script beside the tests prints, given the folder of the packages and some arguments."""
    program = shutil.which("node")
    if program is None or not (FOLDER / "node_modules" / "graphql-http").is_dir():
        missing("Node, or its packages: run .ci/install, which puts them into the folder .node")
    command = [program, str(Path(__file__).with_name(script)), str(FOLDER), *arguments]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=180, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
