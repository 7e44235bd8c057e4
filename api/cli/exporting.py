"""``export``: the graph as RDF, as tables, as a network, or as FollowTheMoney entities."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click
import orjson

from cuibono.api.cli.options import opened, store_option
from cuibono.api.cli.output import busy, note
from cuibono.graph.knowledge_graph import KnowledgeGraph

__all__ = ["export"]

_RDF = ["turtle", "trig", "nquads", "ntriples", "jsonld"]
_OPTIONS = {**dict.fromkeys(_RDF, ("--text", "--history")), "graphml": ("--text",)}
_FORMATS = [*_RDF, "parquet", "graphml", "followthemoney"]


@click.command(
    short_help="Write a graph as RDF, or as other files.",
    epilog="""\b
Examples:
  cuibono export --store mygraph > mygraph.ttl
  cuibono export --store mygraph -o mygraph.jsonld
  cuibono export --store mygraph -f trig --history --text -o everything.trig
  cuibono export --store mygraph -f parquet -o mytables
  cuibono export --store mygraph -f followthemoney -o mygraph.ftm.json

\b
Two exports of the same graph are the same bytes, so they can be kept under version control.
What is in the graph and not in the export is told on standard error, in one line.
""",
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
    """Write a graph as RDF, Parquet, GraphML or FollowTheMoney entities."""
    from cuibono.graph.export.formats import format_name
    from cuibono.graph.export.omissions import told

    chosen = "jsonld" if as_json else format
    if chosen is None:
        chosen = "turtle" if output is None else format_name(None, output)
    if chosen == "parquet" and (output is None or text or history):
        raise click.UsageError("Parquet is a directory of tables, without --text and --history: give --output DIRECTORY", context)
    if chosen == "followthemoney" and (text or history):
        raise click.UsageError("FollowTheMoney has no place for --text and --history", context)
    if chosen == "graphml" and history:
        raise click.UsageError("GraphML has no place for --history", context)
    with opened(store) as kg:
        if output is None:
            left_out = _printed(kg, chosen, text=text, history=history)
        else:
            with busy(f"writing {output}"):
                left_out = kg.export(output, chosen, text=text, history=history)
    if words := told(left_out, options=_OPTIONS.get(chosen, ())):
        note(words)


def _printed(kg: KnowledgeGraph, format: str, *, text: bool, history: bool) -> Mapping[str, int]:
    """Write a graph to standard output, and return what was left out."""
    out = sys.stdout.buffer
    if format == "followthemoney":
        from cuibono.graph.export.followthemoney import followthemoney_entities

        entities, left_out = followthemoney_entities(kg.published)
        out.writelines(orjson.dumps(entity, option=orjson.OPT_APPEND_NEWLINE) for entity in entities)
        return left_out
    if format == "graphml":
        from cuibono.graph.export.graphml import graphml

        return graphml(kg.published, out, text=text)
    from cuibono.graph.export import exported
    from cuibono.graph.export.omissions import omissions

    out.writelines(exported(kg.store, format, text=text, history=history))
    return omissions(kg.published, format, text=text, history=history)
