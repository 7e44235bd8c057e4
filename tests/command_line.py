"""The command line as its users have it: a process, its streams and its exit code."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from cuibono.api.cli import main

COMMAND = [sys.executable, "-m", "cuibono"]
_FOREIGN = ("COLUMNS", "CUIBONO_STORE", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of this process without what would change the output, and with variables."""
    return {name: value for name, value in os.environ.items() if name not in _FOREIGN} | variables


def run(
    *arguments: str | Path, stdin: str | None = None, folder: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a process, and return its streams and its exit code."""
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


def call(*arguments: str | Path, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command within this process, as a process takes a second to start, and return what `run` returns."""
    streams = [io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="\n") for data in (stdin.encode(), b"", b"")]
    command = list(map(str, arguments))
    with (
        mock.patch.object(sys, "stdin", streams[0]),
        contextlib.redirect_stdout(streams[1]),
        contextlib.redirect_stderr(streams[2]),
        mock.patch.dict(os.environ, environment(**variables), clear=True),
        pytest.raises(SystemExit) as done,
    ):
        main(command)
    written = []
    for stream in streams[1:]:
        stream.flush()
        written.append(stream.buffer.getvalue().decode())
    assert isinstance(done.value.code, int)
    return subprocess.CompletedProcess(command, done.value.code, *written)


def output(*arguments: str | Path, **options: Any) -> str:
    """Run a command that must succeed, within this process, and return what it writes."""
    done = call(*arguments, **options)
    # What an export leaves out is told beside it.
    told = [line for line in done.stderr.splitlines() if not line.startswith("left out: ")]
    assert (done.returncode, told) == (0, []), done.stderr
    return done.stdout


def document(*arguments: str | Path, **options: Any) -> Any:
    """Run a command with ``--json`` that must succeed, and return the document it writes."""
    return json.loads(output(*arguments, "--json", **options))


def errors(*arguments: str | Path, code: int = 1, **options: Any) -> list[str]:
    """Run a command that must fail with a code, within this process, and return the lines of its errors."""
    done = call(*arguments, **options)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    lines = done.stderr.splitlines()
    assert lines
    assert all(line.startswith("error: ") for line in lines), done.stderr
    return [line.removeprefix("error: ") for line in lines]
