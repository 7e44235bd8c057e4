"""The options that several commands share, each with one name, one meaning and one default."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from cuibono.api.cli.output import Output, telling
from cuibono.graph.interest.findings import DEFAULT_HOPS, DEFAULT_MIN_STRENGTH, MAXIMUM_HOPS
from cuibono.graph.knowledge_graph import KnowledgeGraph, open_graph
from cuibono.graph.model import Basis, Status

__all__ = [
    "Wanted",
    "as_of_option",
    "bundle_option",
    "evidence_option",
    "opened",
    "output_file_option",
    "output_options",
    "question_options",
    "statement_options",
    "store_option",
    "strength_option",
]

Wanted = dict[str, Any]
"""The arguments of `KnowledgeGraph.statements` that options gave."""

_Result = TypeVar("_Result")
_Command = Callable[..., _Result]

store_option = click.option(
    "--store",
    metavar="URL",
    envvar="CUIBONO_STORE",
    show_envvar=True,
    help="The directory of the graph, or memory: for one that is forgotten at the end.",
)

output_file_option = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file; to standard output unless given."
)

as_of_option = click.option("--as-of", metavar="DATE", help="Count only what may be valid then: YYYY, YYYY-MM or YYYY-MM-DD.")

strength_option = click.option(
    "--min-strength",
    "min_strength",
    type=click.FloatRange(0, 1),
    default=DEFAULT_MIN_STRENGTH,
    show_default=True,
    help="Leave out what is weaker.",
)


@contextmanager
def opened(store: str | None, *, create: bool = False) -> Iterator[KnowledgeGraph]:
    """Open the graph that ``--store`` names, for as long as the block lasts.

    Raises
    ------
    click.UsageError
        If none is named.
    StoreError
        If it cannot be opened.
    """
    if not store:
        raise click.UsageError("no store is named: give --store DIR, or set CUIBONO_STORE", click.get_current_context())
    with open_graph(store, create=create) as kg:
        kg.watch = lambda: telling("reading the graph")
        yield kg


bundle_option = click.option(
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write what is found, and all that it rests on, to this file, as JSON-LD or by its ending.",
)


def evidence_option(*, default: bool) -> Callable[[_Command[_Result]], _Command[_Result]]:
    """Return what gives a command ``--evidence`` and ``--no-evidence``."""
    return click.option(
        "--evidence/--no-evidence", default=default, show_default=True, help="Show the quotes that prove each statement."
    )


def output_options(command: _Command[_Result]) -> _Command[_Result]:
    """Give a command ``-f``, ``--json`` and ``-o``, which it receives as one `Output` called ``out``."""

    @wraps(command)
    def with_output(*arguments: Any, format: str, as_json: bool, output: Path | None, **options: Any) -> _Result:
        return command(*arguments, out=Output("json" if as_json else format, output), **options)

    formats = click.Choice(["text", "json"])
    decorated = click.option(
        "-f", "--format", type=formats, default="text", show_default=True, help="For people, or for programs."
    )(output_file_option(with_output))
    return click.option("--json", "as_json", is_flag=True, help="Short for --format json.")(decorated)


def question_options(command: _Command[_Result]) -> _Command[_Result]:
    """Give a command ``--max-hops``, ``--as-of`` and ``--status``, under the names that the graph's verbs have for them."""
    statuses = click.option(
        "--status",
        multiple=True,
        type=click.Choice([status.value for status in Status]),
        default=["accepted"],
        show_default=True,
        help="Count statements of this status; may be repeated.",
    )
    max_hops = click.option(
        "--max-hops",
        "max_hops",
        type=click.IntRange(1, MAXIMUM_HOPS),
        default=DEFAULT_HOPS,
        show_default=True,
        help="The most relations a path may have.",
    )
    return max_hops(as_of_option(statuses(command)))


def statement_options(*, status: str) -> Callable[[_Command[_Result]], _Command[_Result]]:
    """Return what gives a command the options that choose statements, which it receives as one `Wanted` called ``wanted``.

    Parameters
    ----------
    status : str
        That of the statements which are chosen unless the user says otherwise.
    """
    statuses = click.option(
        "--status",
        multiple=True,
        type=click.Choice([one.value for one in Status]),
        default=[status],
        show_default=True,
        help="Of this status; may be repeated.",
    )
    bases = click.Choice([basis.value for basis in Basis])
    options = [
        click.option("--subject", metavar="NAME", help="About this entity, as the subject."),
        click.option("--predicate", metavar="RELATION", help="Of this relation."),
        click.option("--object", metavar="NAME", help="With this object: an entity, or the IRI of a claim or statement."),
        click.option("--speaker", metavar="NAME", help="Said by this person or organization."),
        click.option("--document", metavar="IRI", help="With evidence in this document."),
        click.option("--basis", type=bases, help="On this basis."),
        statuses,
        as_of_option,
    ]
    names = ("subject", "predicate", "object", "speaker", "document", "basis", "status", "as_of")

    def decorated(command: _Command[_Result]) -> _Command[_Result]:
        @wraps(command)
        def chosen(*arguments: Any, **given: Any) -> _Result:
            return command(*arguments, wanted={name: given.pop(name) for name in names}, **given)

        for option in reversed(options):
            chosen = option(chosen)
        return chosen

    return decorated
