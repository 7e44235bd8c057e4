"""``conflicts --all --engine``: all conflicts of a graph on disk, by an engine for what outgrows memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from cuibono.api.cli.output import Output, telling
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidArgument, InvalidValue
from cuibono.graph.interest.bulk import ENGINES, Limits, bulk_conflicts
from cuibono.graph.interest.selection import Selection
from cuibono.graph.model import Status

__all__ = ["bulk_options"]

_SHARED = {"max_hops", "min_strength", "as_of", "status", "output"}
"""Options of the command that the engines heed as well."""


def bulk_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``conflicts`` the options by which another engine answers in its place."""

    @wraps(command)
    @click.pass_context
    def conflicts(
        context: click.Context,
        /,
        every: bool,
        engine: str | None,
        source: Path | None,
        memory: str | None,
        scratch: Path | None,
        **options: Any,
    ) -> None:
        if engine is None:
            if source or memory or scratch:
                raise click.UsageError("--input, --memory-limit and --scratch need --engine", context)
            if every and (options["actor"] or options["target"]):
                raise click.UsageError("--all is of every actor and target", context)
            command(**options)
            return
        out: Output = options["out"]
        _refuse_others(context)
        if not every or source is None or out.path is None:
            raise click.UsageError("--engine needs --all, --input DIRECTORY and --output FILE", context)
        with telling(f"{engine}, for {out.path}") as tell:
            bulk_conflicts(
                source,
                out.path,
                engine=engine,
                max_hops=options["max_hops"],
                min_strength=options["min_strength"],
                selection=Selection(frozenset(map(Status, options["status"])), _day(options["as_of"])),
                limits=Limits(memory, None if scratch is None else str(scratch)),
                tell=tell,
            )

    for option in (
        click.option("--scratch", type=click.Path(path_type=Path), metavar="DIRECTORY", help="Where an engine puts what is big."),
        click.option("--memory-limit", "memory", metavar="SIZE", help="The most memory of an engine, such as 4GB."),
        click.option(
            "--input",
            "source",
            type=click.Path(path_type=Path),
            metavar="DIRECTORY",
            help="What an engine reads: written by `cuibono export -f parquet`.",
        ),
        click.option("--engine", type=click.Choice(ENGINES), help="Join on disk, or on a cluster, and write Parquet."),
        click.option("--all", "every", is_flag=True, help="Of every actor and target, as always where none is named."),
    ):
        conflicts = option(conflicts)
    return conflicts


def _refuse_others(context: click.Context) -> None:
    """Complain of options that an engine would pass over."""
    own = {"every", "engine", "source", "memory", "scratch"}
    for parameter in context.command.params:
        given = parameter.name and context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE
        if given and parameter.name not in _SHARED | own:
            raise click.UsageError(f"{parameter.opts[-1]} does not go with --engine", context)


def _day(text: str | None) -> PartialDate | None:
    try:
        return None if text is None else PartialDate(text)
    except InvalidValue as error:
        raise InvalidArgument("as_of", str(error)) from error
