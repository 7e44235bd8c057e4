"""``export``: the graph as RDF, as tables, or as FollowTheMoney entities."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson

from cuibono.api.cli.options import opened, store_option
from cuibono.api.cli.output import busy, note
from cuibono.graph.knowledge_graph import KnowledgeGraph

__all__ = ["export"]

_FORMATS = ["turtle", "trig", "nquads", "jsonld", "parquet", "followthemoney"]


@click.command(
    epilog="""\b
Examples:
  cuibono export --store mygraph > mygraph.ttl
  cuibono export --store mygraph -o mygraph.jsonld
  cuibono export --store mygraph -f trig --history --text -o everything.trig
  cuibono export --store mygraph -f parquet -o mytables
  cuibono export --store mygraph -f followthemoney -o mygraph.ftm.json

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
@click.option("--history", is_flag=True, help="Include who entered and decided what, and when, and merges that were taken back.")
@click.pass_context
def export(
    context: click.Context, store: str | None, format: str | None, as_json: bool, output: Path | None, text: bool, history: bool
) -> None:
    """Write a graph as Turtle, TriG, N-Quads, JSON-LD, Parquet or FollowTheMoney entities."""
    chosen = "jsonld" if as_json else format
    if chosen == "parquet" and (output is None or text or history):
        raise click.UsageError("Parquet is a directory of tables, without --text and --history: give --output DIRECTORY", context)
    if chosen == "followthemoney" and (text or history):
        raise click.UsageError("FollowTheMoney has no place for --text and --history", context)
    with opened(store) as kg:
        if chosen == "followthemoney":
            _write_followthemoney(kg, output)
            return
        if output is not None:
            with busy(f"writing {output}"):
                kg.export(output, chosen, text=text, history=history)
            if chosen == "parquet" and (texts := sum(1 for d in kg.snapshot.documents.values() if d.text is not None)):
                note(f"left out, as the tables do not hold them: the full texts of {texts:,} documents")
            return
        from cuibono.graph.export import exported

        for chunk in exported(kg.store, chosen or "turtle", text=text, history=history):
            sys.stdout.buffer.write(chunk)


def _write_followthemoney(kg: KnowledgeGraph, output: Path | None) -> None:
    from cuibono.graph.export.followthemoney import followthemoney_entities, write_followthemoney

    if output is not None:
        left_out = write_followthemoney(kg.published, output)
    else:
        entities, left_out = followthemoney_entities(kg.published)
        for entity in entities:
            sys.stdout.buffer.write(orjson.dumps(entity, option=orjson.OPT_APPEND_NEWLINE))
    for what, count in sorted(left_out.items()):
        note(f"left out, as FollowTheMoney cannot hold it: {count:,} {what}")
