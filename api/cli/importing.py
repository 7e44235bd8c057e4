"""``import`` and ``map``: tables into graphs, by a mapping; and other graphs, in RDF or as FollowTheMoney entities."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import RenderableType
from rich.text import Text

from cuibono.api.cli.building import counted
from cuibono.api.cli.json_forms import of_report
from cuibono.api.cli.options import opened, output_options, store_option
from cuibono.api.cli.output import Output, busy, note, telling
from cuibono.api.cli.phrases import amount
from cuibono.api.cli.sources import COMPRESSIONS, STREAM, TABLE_FORMATS, SourceOptions, kind_of, source_options
from cuibono.graph.build.followthemoney.report import StreamReport
from cuibono.graph.build.graphml import GRAPH_FORMATS, read_graph_file
from cuibono.graph.build.loading import LoadReport
from cuibono.graph.build.rdf.parsing import SYNTAXES, syntax_of
from cuibono.graph.build.rdf.report import RdfReport
from cuibono.graph.build.table.reading import opened_table
from cuibono.graph.build.table.rejects import ImportReport
from cuibono.graph.build.table.source import TableFormat, format_of, header_rows
from cuibono.graph.build.table.suggestion import suggested_mapping
from cuibono.schema.namespaces import RDF

if TYPE_CHECKING:
    from cuibono.graph.build.parquet import ParquetReport

__all__ = ["import_file", "map_tables"]

_Command = Callable[..., Any]
_MOST_PREDICATES = 10


def _format_option(names: Sequence[str]) -> Callable[[_Command], _Command]:
    help = "The file's format, where its name does not tell."
    return click.option("--from", "source_format", type=click.Choice(names), help=help)


@click.command(
    "import",
    short_help="Add what a table, a graph or a stream says.",
    epilog="""\b
Examples:
  cuibono map suggest owners.csv -o owners.map.yaml          a first mapping, to be mended by hand
  cuibono import owners.csv --map owners.map.yaml --store mygraph
  cuibono import owners.csv --map owners.map.yaml --store mygraph --keep-going
  curl -s https://example.org/feed.jsonl.gz | cuibono import - --from jsonl --map feed.map.yaml --store mygraph
  cuibono import theirs.ttl --store mygraph                  a graph that cuibono exported, whole
  cuibono import theirtables --store mygraph                 a directory of Parquet files that cuibono exported
  cuibono import people.rdf --align people-to-cuibono.ttl --store mygraph
  cuibono import entities.ftm.json --store mygraph           a stream of FollowTheMoney entities
  cuibono import network.graphml --base https://example.org/mine/ --store mygraph

\b
An import is all or nothing, unless --keep-going is given: then good rows go in, and the others into a
file with their row and the reason; mended, that file can be imported with the same mapping.
Importing a newer version of a file adds what is new and retracts what it no longer says.
""",
)
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
@store_option
@click.option("--keep-going", is_flag=True, help="Of a table or a stream: leave out what breaks a rule, and write it to a file.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file for what is left out; FILE.rejects.csv (or .jsonl) unless given.",
)
@source_options
@_format_option([*TABLE_FORMATS, *SYNTAXES, *GRAPH_FORMATS, STREAM])
@click.option("--agent", metavar="NAME", help="Who does it, for the history; your login name unless given.")
@output_options
def import_file(
    file: Path,
    store: str | None,
    source: SourceOptions,
    keep_going: bool,
    rejects: Path | None,
    source_format: str | None,
    agent: str | None,
    out: Output,
) -> None:
    """Add what a table, an RDF file or a stream of FollowTheMoney entities says.

    Tables are CSV, TSV, Excel, JSON, JSON Lines and Parquet, and need a mapping (docs/tables.md). Graphs are Turtle, TriG,
    N-Triples, N-Quads, RDF/XML and JSON-LD (docs/graphs.md); nothing is fetched. FollowTheMoney is an entity a line
    (docs/followthemoney.md). GraphML and GEXF carry their relations and classes as attributes. A directory is an export to
    Parquet.
    """
    context = click.get_current_context()
    kind, mapping = kind_of(file, source.mapping, source_format), source.mapping
    if kind == "table" and mapping is None:
        raise click.UsageError("a table needs --map; `cuibono map suggest` writes a first mapping", context)
    if kind == "graph" and source_format is None:
        _refuse_unknown(file)
    target = rejects or _rejects_of(file, source_format) if keep_going else None
    if kind == "parquet":
        with opened(store, create=True) as kg, busy(f"reading {file}"):
            tables = kg.import_parquet(file, agent=agent)
            url = kg.url
        out.show(
            lambda: _tables_parts(tables, file, url),
            lambda: of_report(tables.load, url) | {"rows": dict(tables.rows), "leftOut": tables.left_out},
        )
        return
    if kind == "followthemoney":
        with (
            _on_disk(file, "jsonl" if source_format else None) as stream,
            opened(store, create=True) as kg,
            telling(f"importing {file}") as tell,
        ):
            found = kg.import_followthemoney(
                stream, base=source.base, keep_going=keep_going, rejects=target, agent=agent, progress=tell
            )
            url = kg.url
        _note_rejects(found.rejected, target)
        out.show(
            lambda: _stream_parts(found, file, url),
            lambda: of_report(found.load, url) | {"rows": found.rows, "unused": dict(found.unused), "rejected": found.rejected},
        )
        return
    if kind == "network":
        from cuibono.graph.views.from_networkx import unread_attributes

        with _on_disk(file, source_format) as network, opened(store, create=True) as kg, busy(f"reading {file}"):
            graph = read_graph_file(network, source_format)
            load = kg.from_networkx(
                graph,
                base=source.base,
                relation=source.relation,
                type=source.class_name,
                name=network.name,
                agent=agent,
            )
            url, unread = kg.url, unread_attributes(graph, kg.vocabulary)
        size = f"{amount(graph.number_of_nodes(), 'node')}, {amount(graph.number_of_edges(), 'edge')} read"
        out.show(lambda: _network_parts(load, file, url, size, unread), lambda: of_report(load, url) | {"unused": dict(unread)})
        return
    if kind == "graph":
        syntax = "jsonld" if source_format is None and format_of(file) == "json" else source_format
        with _on_disk(file, source_format) as rdf, opened(store, create=True) as kg, telling(f"reading {file}") as tell:
            done = kg.import_rdf(
                rdf,
                format=syntax,
                base=source.base,
                alignment=source.alignment,
                construct=source.query,
                agent=agent,
                progress=tell,
            )
            url = kg.url
        out.show(
            lambda: _graph_parts(done, file, url),
            lambda: of_report(done.load, url) | {"quads": done.quads, "unused": dict(done.unused), "history": done.history},
        )
        return
    assert mapping is not None
    with _on_disk(file, source_format) as table, opened(store, create=True) as kg, telling(f"importing {file}") as tell:
        report = kg.import_table(table, mapping, keep_going=keep_going, rejects=target, agent=agent, progress=tell)
        url = kg.url
    _note_rejects(report.rejected, target)
    out.show(
        lambda: _table_parts(report, file, url),
        lambda: of_report(report.load, url) | {"rows": report.rows, "silent": report.silent, "rejected": report.rejected},
    )


def _refuse_unknown(file: Path) -> None:
    if str(file) != "-" and syntax_of(file) is None and format_of(file) != "json":
        known = "a table (with --map), RDF, a network or a stream of FollowTheMoney"
        message = f"nothing says what {file.name} is, {known}; name its format by --from"
        raise click.UsageError(message, click.get_current_context())


def _note_rejects(count: int, target: Path | None) -> None:
    if count:
        note(f"{amount(count, 'row')} {'was' if count == 1 else 'were'} left out: see {target}")


def _rejects_of(file: Path, source_format: str | None) -> Path:
    name = "table" if str(file) == "-" else file.name
    is_json = source_format in {"json", "jsonl", STREAM} or any(
        suffix in {".json", ".jsonl", ".ndjson"} for suffix in file.suffixes
    )
    return Path(f"{name}.rejects.{'jsonl' if is_json else 'csv'}")


@contextmanager
def _on_disk(file: Path, source_format: str | None) -> Iterator[Path]:
    """Give the path of a file that can be read twice, which standard input cannot, and whose name tells what it is."""
    is_input = str(file) == "-"
    if source_format is None and is_input:
        raise click.UsageError("standard input has no name that tells its format; give --from", click.get_current_context())
    is_called_so = not is_input and file.name.lower().endswith(f".{source_format}{_compression(file)}")
    if source_format is None or is_called_so:
        yield file
        return
    with tempfile.TemporaryDirectory() as folder:
        given = file.resolve()
        if is_input:
            given = Path(folder) / "input"
            with given.open("wb") as target:
                shutil.copyfileobj(sys.stdin.buffer, target)
        named = Path(folder) / f"{'standard-input' if is_input else file.name}.{source_format}{_compression(given)}"
        named.symlink_to(given)
        yield named


def _compression(file: Path) -> str:
    """Return the ending for how a file is compressed, by its first bytes; an empty text where it is not."""
    try:
        with file.open("rb") as data:
            first = data.read(6)
    except OSError:
        return ""  # whoever reads it says why it cannot be read
    return next((ending for mark, ending in COMPRESSIONS.items() if first.startswith(mark)), "")


def _table_parts(report: ImportReport, file: Path, store: str) -> Iterator[RenderableType]:
    used = report.rows - report.silent - report.rejected
    rows = [f"{amount(report.rows, 'row')} read", f"{used:,} made statements"]
    rows += [f"{report.silent:,} said nothing"] if report.silent else []
    rows += [_left_out(report.rejected)] if report.rejected else []
    yield from _parts(report.load, file, store, ("rows", ", ".join(rows)), "the table")


def _tables_parts(report: ParquetReport, file: Path, store: str) -> Iterator[RenderableType]:
    read = f"{counted(Counter(report.rows)) or 'nothing'} read"
    yield from _parts(report.load, file, store, ("rows", read), "the export")
    if report.left_out:
        made = "that made entities one, or spoke of that; the export has these as one"
        yield Text(f"  left out   {amount(report.left_out, 'statement')} {made}")


def _network_parts(load: LoadReport, file: Path, store: str, size: str, unread: Mapping[str, int]) -> Iterator[RenderableType]:
    yield from _parts(load, file, store, ("graph", size), "the file")
    yield from _unused_parts(unread, "value", " of attributes that a graph has no place for:")


def _graph_parts(report: RdfReport, file: Path, store: str) -> Iterator[RenderableType]:
    yield from _parts(report.load, file, store, ("triples", f"{report.quads:,} read"), "the file")
    if report.history:
        yield Text(f"  history    {amount(report.history, 'triple')}, which stay with the graph that they tell of")
    unused = {name.replace(f"{RDF}type ", "a "): count for name, count in report.unused.items()}
    yield from _unused_parts(unused, "triple", ", of what the ontology does not place, or whose ends have no class or no IRI:")
    if report.unused and not (report.load.added or report.load.changed or report.load.unchanged):
        yield Text(
            "  nothing came in: --align says which terms of ours theirs are, --construct makes ours of them (docs/graphs.md)"
        )


def _left_out(count: int) -> str:
    return f"{count:,} {'was' if count == 1 else 'were'} left out"


def _stream_parts(report: StreamReport, file: Path, store: str) -> Iterator[RenderableType]:
    rows = f"{report.rows:,} read" + (f", {_left_out(report.rejected)}" if report.rejected else "")
    yield from _parts(report.load, file, store, ("entities", rows), "the stream")
    yield from _unused_parts(report.unused, "value", " that a graph has no place for, by schema and property:")


def _unused_parts(unused: Mapping[str, int], one: str, why: str) -> Iterator[RenderableType]:
    left = sorted(unused.items(), key=lambda item: (-item[1], item[0]))
    if left:
        yield Text(f"  {'unused'.ljust(9)}  {amount(sum(unused.values()), one)}{why}")
        for name, count in left[:_MOST_PREDICATES]:
            yield Text(f"             {name}  {count:,}")
        if len(left) > _MOST_PREDICATES:
            yield Text(f"             and {len(left) - _MOST_PREDICATES:,} more")


def _parts(load: LoadReport, file: Path, store: str, read: tuple[str, str], source: str) -> Iterator[RenderableType]:
    yield Text.assemble((f"imported {file} into {store}", "bold"), (f"  version {load.version}", "dim"))
    yield Text(f"  {read[0].ljust(9)}  {read[1]}")
    for verb, counts in (("added", load.added), ("changed", load.changed), ("unchanged", load.unchanged)):
        if counts:
            yield Text(f"  {verb.ljust(9)}  {counted(counts)}")
    if load.retracted:
        yield Text(f"  retracted  {counted(Counter(Statement=load.retracted))}, which {source} no longer makes")


@click.group("map")
def map_tables() -> None:
    """Mappings, which say what the columns of a table mean."""


@map_tables.command(
    short_help="Write a first mapping for a table.",
    epilog="""\b
Examples:
  cuibono map suggest owners.csv                      look at it
  cuibono map suggest owners.csv -o owners.map.yaml   keep it, and mend it
  cuibono map suggest - --from jsonl < feed.jsonl     of standard input
  cuibono map suggest book.xlsx --sheet Owners --header 2-3
""",
)
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
@_format_option(TABLE_FORMATS)
@click.option("--base", metavar="IRI", default="https://example.org/", show_default=True, help="Where the things are to stand.")
@click.option("--encoding", metavar="NAME", help="Of CSV, where it is not UTF-8: cp1252, say.")
@click.option("--delimiter", metavar="CHARACTER", help="Between the cells of CSV; found out unless given.")
@click.option("--sheet", metavar="NAME", help="Of an Excel file; the first unless given.")
@click.option("--header", metavar="ROW", help="Which row names the columns, or which several together: 2-3.")
@click.option("--records", metavar="NAME", help="Of JSON: the list within each object whose elements are the rows.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def suggest(
    file: Path,
    source_format: str | None,
    base: str,
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    header: str | None,
    records: str | None,
    output: Path | None,
) -> None:
    """Write a first mapping from the names and values of a table's columns.

    How the table is read stands in the mapping, so that `import` reads it in the same way.
    """
    rows = header_rows(header or "1")
    if rows is None:
        raise click.BadParameter("is a row, counted from 1, or the first and the last of several: 2-3", param_hint="--header")
    if delimiter is not None and len(delimiter) != 1:
        raise click.BadParameter("is one character", param_hint="--delimiter")
    form = TableFormat(None, delimiter, encoding, sheet, rows[1], rows[1] - rows[0] + 1, records)
    with _on_disk(file, source_format) as path:
        mapping = suggested_mapping(opened_table(path, form), base, form)
    Output("text", output).write(mapping.encode())
