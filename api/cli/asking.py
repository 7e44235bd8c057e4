"""``query`` and ``sparql``: questions in GraphQL and SPARQL, answered in this process."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import click
import orjson
import pyoxigraph as ox

from cuibono.api.cli.options import opened, output_file_option, store_option
from cuibono.api.cli.output import Output

__all__ = ["query", "sparql"]

_RESULT_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}


def _read(text: str) -> str:
    """Return a text, or what ``-`` (standard input) or ``@FILE`` holds."""
    if text == "-":
        return sys.stdin.read()
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text(encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{text[1:]}: cannot be read: {error.strerror}", click.get_current_context()) from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{text[1:]}: is not UTF-8", click.get_current_context()) from error


@click.command(
    epilog="""\b
Examples:
  cuibono query '{ claims(contested: true) { edges { node { text } } } }' --store mygraph
  cuibono query @question.graphql --variables '{"name": "Elon Musk"}' --store mygraph
  echo '{ info { statements } }' | cuibono query - --store mygraph

\b
Prints the GraphQL response as JSON. The exit code is 1 if the response has errors.
"""
)
@click.argument("text", metavar="GRAPHQL|@FILE|-")
@store_option
@click.option("--variables", metavar="JSON", help="The variables of the query: a JSON object, @FILE or -.")
@click.option("--operation", metavar="NAME", help="Which operation to run, if the document has several.")
@click.option("--json", "as_json", is_flag=True, expose_value=False, help="JSON is the only form; accepted for uniformity.")
@output_file_option
@click.pass_context
def query(
    context: click.Context, text: str, store: str | None, variables: str | None, operation: str | None, output: Path | None
) -> None:
    """Ask a graph in GraphQL, without a server."""
    if text == variables == "-":
        raise click.UsageError("the query and the variables cannot both come from standard input", context)
    values = _variables(_read(variables)) if variables else {}
    question = _read(text)
    with opened(store) as kg:
        from cuibono.api.graphql.execution import execute

        response = execute(kg, question, values, operation)
    Output("json", output).write(orjson.dumps(response, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    if response.get("errors"):
        context.exit(1)


def _variables(text: str) -> dict[str, object]:
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise click.BadParameter(f"is not JSON: {error}", param_hint="--variables") from error
    if not isinstance(values, dict):
        raise click.BadParameter("is no JSON object", param_hint="--variables")
    return values


@click.command(
    epilog="""\b
Examples:
  cuibono sparql 'SELECT ?a ?b { ?a cb:competesWith ?b }' --store mygraph
  cuibono sparql @question.rq --store mygraph -f csv -o answer.csv

\b
Prefixes that cuibono writes (cb:, oa:, prov:, dcterms:, skos:, ...) need no declaration.
The default graph is the union of all graphs. The query runs in this process, and SERVICE fetches.
"""
)
@click.argument("text", metavar="SPARQL|@FILE|-")
@store_option
@click.option(
    "-f",
    "--format",
    type=click.Choice(["csv", "json", "tsv", "xml"]),
    default="csv",
    show_default=True,
    help="Of solutions; triples come as Turtle, or as JSON-LD.",
)
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@output_file_option
def sparql(text: str, store: str | None, format: str, as_json: bool, output: Path | None) -> None:
    """Ask a graph in SPARQL."""
    question = _read(text)
    with opened(store) as kg:
        answer = kg.sparql(question)
        data = _serialized(answer, "json" if as_json else format)
    Output(format, output).write(data if data.endswith(b"\n") else data + b"\n")


def _serialized(answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, format: str) -> bytes:
    if isinstance(answer, ox.QueryBoolean) and format in {"csv", "tsv"}:
        return b"true" if answer else b"false"
    page = BytesIO()
    if isinstance(answer, ox.QueryTriples):
        answer.serialize(page, format=ox.RdfFormat.JSON_LD if format == "json" else ox.RdfFormat.TURTLE)
    else:
        answer.serialize(page, format=_RESULT_FORMATS[format])
    return page.getvalue()
