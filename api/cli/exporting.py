"""``export``: the graph as RDF, or as tables."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cuibono.api.cli.options import opened, store_option
from cuibono.api.cli.output import busy

__all__ = ["export"]

_FORMATS = ["turtle", "trig", "nquads", "jsonld", "parquet"]


@click.command(
    epilog="""\b
Examples:
  cuibono export --store mygraph > mygraph.ttl
  cuibono export --store mygraph -o mygraph.jsonld
  cuibono export --store mygraph -f trig --history --text -o everything.trig
  cuibono export --store mygraph -f parquet -o mytables

\b
Two exports of the same graph are the same bytes, so they can be kept under version control.
"""
)
@store_option
@click.option(
    "-f", "--format", type=click.Choice(_FORMATS), help="As the ending of --output says unless given; on standard output, turtle."
)
@click.option("--json", "as_json", is_flag=True, help="Short for --format jsonld.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write to this file, or Parquet to this directory; to standard output unless given.",
)
@click.option("--text", is_flag=True, help="Include the full texts of documents; mind their licences.")
@click.option("--history", is_flag=True, help="Include who entered and decided what, and when.")
@click.pass_context
def export(
    context: click.Context, store: str | None, format: str | None, as_json: bool, output: Path | None, text: bool, history: bool
) -> None:
    """Write a graph as Turtle, TriG, N-Quads, JSON-LD or Parquet."""
    chosen = "jsonld" if as_json else format
    if chosen == "parquet" and (output is None or text or history):
        raise click.UsageError("Parquet is a directory of tables, without --text and --history: give --output DIRECTORY", context)
    with opened(store) as kg:
        if output is not None:
            with busy(f"writing {output}"):
                kg.export(output, chosen, text=text, history=history)
            return
        from cuibono.graph.export import exported

        for chunk in exported(kg.store, chosen or "turtle", text=text, history=history):
            sys.stdout.buffer.write(chunk)
