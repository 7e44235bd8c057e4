"""Where a command's answer goes, and in which form: text for people, one JSON document for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console, RenderableType

from cuibono.graph.progress import Notice

__all__ = ["Output", "busy", "note", "telling"]

_READABLE_WIDTH = 120
"""Longer lines are hard to read, however wide the terminal is; it is also the width where there is none."""
_LEAST_WIDTH = 60

# What is printed comes out of documents: it is no markup, and no place for guesses.
_PLAIN: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False}


class _PipeConsole(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


@dataclass(frozen=True, slots=True)
class Output:
    """What ``-f``, ``--json`` and ``-o`` ask for.

    Attributes
    ----------
    format : str
        ``text`` or ``json``.
    path : Path or None
        A file, or standard output.
    """

    format: str
    path: Path | None

    def show(self, text: Callable[[], Iterable[RenderableType]], document: Callable[[], object]) -> None:
        """Write an answer, made in the form that was asked for and in no other."""
        if self.format == "json":
            self.write(orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        elif self.path is None:
            _print(_console(), text())
        else:
            page = StringIO()
            _print(Console(file=page, width=_READABLE_WIDTH, color_system=None, **_PLAIN), text())
            self.write(page.getvalue().encode())

    def write(self, data: bytes) -> None:
        """Write bytes as they are."""
        if self.path is None:
            sys.stdout.buffer.write(data)
            return
        unfinished = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        try:
            unfinished.write_bytes(data)
            unfinished.replace(self.path)
        except OSError as error:
            raise click.ClickException(f"{self.path}: cannot be written: {error.strerror}") from error
        finally:
            unfinished.unlink(missing_ok=True)


def note(message: str) -> None:
    """Tell the user something beside the answer, on standard error."""
    click.echo(message, err=True)


@contextmanager
def busy(message: str) -> Iterator[None]:
    """Show that work is going on, on standard error and only on a terminal."""
    with telling(message):
        yield


@contextmanager
def telling(message: str) -> Iterator[Callable[[object], None]]:
    """Show that work is going on and what is being done, as `busy` does; inside of another, it is that one's line that tells.

    A notice stays on the screen, and is told where there is no terminal, too.
    """
    outer = _SHOWN[-1] if _SHOWN else None
    if outer is not None:
        yield lambda doing: outer(doing if isinstance(doing, Notice) else f"{message}: {doing}")
        outer("")
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda doing: note(doing) if isinstance(doing, Notice) else None
        return
    with console.status(message) as status:

        def tell(doing: object) -> None:
            if isinstance(doing, Notice):
                note(doing)
                return
            status.update(f"{message}: {doing}" if doing else message)

        _SHOWN.append(tell)
        try:
            yield tell
        finally:
            _SHOWN.remove(tell)


_SHOWN: list[Callable[[object], None]] = []
"""What changes the line that is shown."""


def _console() -> Console:
    console = _PipeConsole(**_PLAIN)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _READABLE_WIDTH
    console.width = min(max(console.width, _LEAST_WIDTH), _READABLE_WIDTH)
    return console


def _print(console: Console, parts: Iterable[RenderableType]) -> None:
    if console.is_terminal:
        for part in parts:
            console.print(part)
        return
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    # Columns are filled up with spaces, which on a terminal nobody sees.
    console.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))
    console.file.flush()
