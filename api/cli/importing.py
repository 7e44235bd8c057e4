"""``import`` and ``map``: tables into graphs, by a mapping."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console, RenderableType
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from cuibono.api.cli.building import counted
from cuibono.api.cli.json_forms import of_report
from cuibono.api.cli.options import opened, output_options, store_option
from cuibono.api.cli.output import Output, note
from cuibono.graph.build.table.reading import FORMATS, TableFormat, opened_table
from cuibono.graph.build.table.rejects import ImportReport
from cuibono.graph.build.table.suggestion import suggested_mapping

__all__ = ["import_table", "map_tables"]

_FORMAT_NAMES = sorted(set(FORMATS.values()))

_format_option = click.option(
    "--from", "table_format", type=click.Choice(_FORMAT_NAMES), help="The table's format, where its name does not tell."
)


@click.command(
    "import",
    epilog="""\b
Examples:
  cuibono map suggest owners.csv -o owners.map.yaml          a first mapping, to be mended by hand
  cuibono import owners.csv --map owners.map.yaml --store mygraph
  cuibono import owners.csv --map owners.map.yaml --store mygraph --keep-going
  gunzip -c feed.jsonl.gz | cuibono import - --from jsonl --map feed.map.yaml --store mygraph

\b
An import is all or nothing, unless --keep-going is given: then good rows go in, and the others into a
file with their row and the reason; mended, that file can be imported with the same mapping.
Importing a newer version of a table adds what is new and retracts what it no longer says.
""",
)
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--map", "mapping", required=True, type=click.Path(path_type=Path), help="Says which columns make what.")
@store_option
@click.option("--keep-going", is_flag=True, help="Leave out rows that break a rule, and write them to a file.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file for rows that are left out; FILE.rejects.csv (or .jsonl) unless given.",
)
@_format_option
@click.option("--agent", metavar="NAME", help="Who does it, for the history; your login name unless given.")
@output_options
def import_table(
    file: Path,
    mapping: Path,
    store: str | None,
    keep_going: bool,
    rejects: Path | None,
    table_format: str | None,
    agent: str | None,
    out: Output,
) -> None:
    """Add what the rows of a table say: CSV, TSV, Excel, JSON, JSON Lines or Parquet.

    The mapping is described in docs/tables.md.
    """
    with _on_disk(file, table_format) as table, opened(store, create=True) as kg, _counting(f"reading {file}") as progress:
        target = rejects or _rejects_of(file, table_format) if keep_going else None
        report = kg.import_table(table, mapping, keep_going=keep_going, rejects=target, agent=agent, progress=progress)
        url = kg.url
    if report.rejected:
        note(f"{report.rejected:,} rows were left out: see {target}")
    out.show(
        lambda: _report_parts(report, file, url),
        lambda: of_report(report.load, url) | {"rows": report.rows, "silent": report.silent, "rejected": report.rejected},
    )


def _rejects_of(file: Path, table_format: str | None) -> Path:
    name = "table" if str(file) == "-" else file.name
    is_json = table_format in {"json", "jsonl"} or any(suffix in {".json", ".jsonl", ".ndjson"} for suffix in file.suffixes)
    return Path(f"{name}.rejects.{'jsonl' if is_json else 'csv'}")


@contextmanager
def _on_disk(file: Path, table_format: str | None) -> Iterator[Path]:
    """Give the path of a table that can be read twice, which standard input cannot."""
    if str(file) != "-":
        if table_format is None:
            yield file
            return
        with tempfile.TemporaryDirectory() as folder:
            named = Path(folder) / f"{file.name}.{table_format}"
            named.symlink_to(file.resolve())
            yield named
        return
    if table_format is None:
        raise click.UsageError("standard input has no name that tells its format; give --from", click.get_current_context())
    with tempfile.TemporaryDirectory() as folder:
        spooled = Path(folder) / f"standard-input.{table_format}"
        with spooled.open("wb") as target:
            shutil.copyfileobj(sys.stdin.buffer, target)
        yield spooled


@contextmanager
def _counting(message: str) -> Iterator[Callable[[int], None]]:
    """Show how many rows were read, on standard error and only on a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda count: None  # noqa: ARG005
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(message, total=None)
        yield lambda count: bar.update(task, completed=count)


def _report_parts(report: ImportReport, file: Path, store: str) -> Iterator[RenderableType]:
    load = report.load
    yield Text.assemble((f"imported {file} into {store}", "bold"), (f"  version {load.version}", "dim"))
    used = report.rows - report.silent - report.rejected
    rows = [f"{report.rows:,} rows read", f"{used:,} made statements"]
    rows += [f"{report.silent:,} said nothing"] if report.silent else []
    rows += [f"{report.rejected:,} were left out"] if report.rejected else []
    yield Text(f"  {'rows'.ljust(9)}  {', '.join(rows)}")
    for verb, counts in (("added", load.added), ("changed", load.changed), ("unchanged", load.unchanged)):
        if counts:
            yield Text(f"  {verb.ljust(9)}  {counted(counts)}")
    if load.retracted:
        yield Text(f"  retracted  {counted(Counter(Statement=load.retracted))}, which the table no longer makes")


@click.group("map")
def map_tables() -> None:
    """Mappings, which say what the columns of a table mean."""


@map_tables.command(
    epilog="""\b
Examples:
  cuibono map suggest owners.csv                      look at it
  cuibono map suggest owners.csv -o owners.map.yaml   keep it, and mend it
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@_format_option
@click.option("--base", metavar="IRI", default="https://example.org/", show_default=True, help="Where the things are to stand.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def suggest(file: Path, table_format: str | None, base: str, output: Path | None) -> None:
    """Write a first mapping from the names and values of a table's columns."""
    table = opened_table(file, TableFormat(format=table_format))
    Output("text", output).write(suggested_mapping(table, base).encode())
