"""The program as a whole: its commands, and what becomes of an error."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import click

from cuibono.api.cli.answering import benefits, conflicts, paths
from cuibono.api.cli.asking import query, sparql
from cuibono.api.cli.building import build, validate
from cuibono.api.cli.comparing import diff, log, stats
from cuibono.api.cli.exporting import export
from cuibono.api.cli.importing import import_file, map_tables
from cuibono.api.cli.looking import claims, info, statements
from cuibono.api.cli.merging import merge, split
from cuibono.api.cli.notebook import notebook
from cuibono.api.cli.phrases import printable
from cuibono.api.cli.resolving import resolve
from cuibono.api.cli.reviewing import review
from cuibono.api.cli.serving import serve, token
from cuibono.api.cli.starting import demo, init
from cuibono.graph.errors import CuibonoError, InvalidArgument, InvalidInput

__all__ = ["main"]

_DONE, _FAILED, _USAGE, _INTERRUPTED, _PIPE_CLOSED, _ENDED = 0, 1, 2, 130, 141, 143

_OPTIONS = {
    "as_of": "--as-of",
    "format": "--format",
    "max_hops": "--max-hops",
    "memory": "--memory-limit",
    "min_strength": "--min-strength",
    "port": "--port",
    "predicate": "--predicate",
    "via": "--via",
}
"""What the arguments of the graph's verbs are called here."""

_EPILOG = """\b
New here?
  cuibono demo                                the answers for a bundled news article
  cuibono init mydossier                      an example of your own to change
  cuibono build mydossier --store mygraph     make a graph of it
  cuibono conflicts --store mygraph           ask it

\b
Exit codes: 0 done, whatever was found; 1 invalid input or a failed check; 2 wrong usage.
CUIBONO_STORE stands in for --store; NO_COLOR turns colours off.
"""


class _InOrder(click.Group):
    """Lists its commands in the order in which people come to need them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


@click.group(cls=_InOrder, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="cuibono")
def cuibono() -> None:
    """Who stands to gain? Knowledge graphs of who says what about whom, on what evidence."""


for _command in (
    demo, init, validate, build, import_file, map_tables,
    info, conflicts, benefits, claims, statements, paths, review, resolve, merge, split, query, sparql, export,
    diff, log, stats, serve, token,
    notebook,
):  # fmt: skip
    cuibono.add_command(_command)


_ENDINGS: list[int] = []
"""The requests to end that came; libraries make a Ctrl-C of their own of what is raised within them."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line, that of the process unless one is given, and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    with _ending():
        code = _run(arguments)
    sys.exit(code)


@contextmanager
def _ending() -> Iterator[None]:
    """Have a request to end treated as Ctrl-C is, so that nothing is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        _ENDINGS.clear()


def _end(number: int, _: object) -> NoReturn:
    _ENDINGS.append(number)
    raise KeyboardInterrupt


def _option(argument: str, words: Sequence[str]) -> str | None:
    """Return the option that an argument of the graph's verbs is; what reads a file calls its format otherwise."""
    return "--from" if argument == "format" and list(words[:1]) in (["import"], ["map"]) else _OPTIONS.get(argument)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = cuibono.main(args=arguments, prog_name="cuibono", standalone_mode=False)
        sys.stdout.flush()
        return int(code or _DONE)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return _USAGE
    except click.ClickException as error:
        usage = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else None
        _complain(error.format_message() + (f" (see `{usage} --help`)" if usage else ""))
        return error.exit_code
    except InvalidInput as error:
        for line in error.lines():
            _complain(line)
        return _FAILED
    except InvalidArgument as error:
        option = _option(error.argument, sys.argv[1:] if arguments is None else arguments)
        _complain(str(error).replace(error.argument, option, 1) if option else str(error))
        return _USAGE if option else _FAILED
    except CuibonoError as error:
        _complain(str(error))
        return _FAILED
    except (click.Abort, KeyboardInterrupt) as error:
        # click puts its own error in the place of an interrupt.
        interrupt = error.__context__ or error
        for note in getattr(interrupt, "__notes__", ()):
            click.echo(note, err=True)
        return _ENDED if _ENDINGS else _INTERRUPTED
    except BrokenPipeError:
        # What is left in the buffer must go somewhere, or the interpreter complains when it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
    except OSError as error:
        _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return _FAILED


def _complain(message: str) -> None:
    click.echo(f"error: {printable(message)}", err=True)
