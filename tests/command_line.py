"""The command line as its users have it: a process, its streams and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "cuibono"]
_FOREIGN = ("COLUMNS", "CUIBONO_STORE", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of this process without what would change the output, and with variables."""
    return {name: value for name, value in os.environ.items() if name not in _FOREIGN} | variables


def run(
    *arguments: str | Path, stdin: str | None = None, folder: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command and return its streams and its exit code."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=environment(**variables),
        timeout=120,
        check=False,
    )


def output(*arguments: str | Path, **options: Any) -> str:
    """Run a command that must succeed, and return what it writes."""
    done = run(*arguments, **options)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def document(*arguments: str | Path, **options: Any) -> Any:
    """Run a command with ``--json`` that must succeed, and return the document it writes."""
    return json.loads(output(*arguments, "--json", **options))


def errors(*arguments: str | Path, code: int = 1, **options: Any) -> list[str]:
    """Run a command that must fail with a code, and return the lines of its errors."""
    done = run(*arguments, **options)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    lines = done.stderr.splitlines()
    assert lines
    assert all(line.startswith("error: ") for line in lines), done.stderr
    return [line.removeprefix("error: ") for line in lines]
