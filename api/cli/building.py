"""``build`` and ``validate``: dossiers into graphs, and what is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click
from rich.console import RenderableType
from rich.text import Text

from cuibono.api.cli.json_forms import of_problems, of_report
from cuibono.api.cli.options import opened, output_options, store_option
from cuibono.api.cli.output import Output, busy
from cuibono.api.cli.sources import graph_of
from cuibono.graph.build.bulk.accounting import record_counts
from cuibono.graph.build.bulk.suspects import column_problems
from cuibono.graph.build.loading import LoadReport
from cuibono.graph.errors import InvalidInput, Problem
from cuibono.graph.knowledge_graph import KnowledgeGraph, open_graph

__all__ = ["build", "counted", "validate"]

_PLURALS = {"Entity": "entities", "Claim": "claims", "Document": "documents", "Evidence": "quotes", "Statement": "statements"}
_SINGULARS = {"Entity": "entity", "Claim": "claim", "Document": "document", "Evidence": "quote", "Statement": "statement"}


@click.command(
    epilog="""\b
Examples:
  cuibono build mydossier --store mygraph
  cuibono build mydossier --store mygraph --agent "Jo Reader" --json

\b
A build is all or nothing: with any error in the dossier the graph stays as it was.
Building again adds what is new and retracts what the dossier no longer says.
"""
)
@click.argument("dossier", type=click.Path(path_type=Path))
@store_option
@click.option("--agent", metavar="NAME", help="Who does it, for the history; your login name unless given.")
@output_options
def build(dossier: Path, store: str | None, agent: str | None, out: Output) -> None:
    """Make a graph of a dossier, or bring it up to date.

    A dossier is a folder with dossier.yaml, documents and YAML files; see docs/dossier.md, or start with
    `cuibono init`.
    """
    if store and not Path(store).exists():
        # A dossier with errors must not leave an empty graph behind.
        with open_graph() as trial, busy(f"reading {dossier}"):
            trial.build(dossier)
    with opened(store, create=True) as kg, busy(f"building {kg.url}"):
        report = kg.build(dossier, agent=agent)
        url = kg.url
    out.show(lambda: _report_parts(report, dossier, url), lambda: of_report(report, url))


def _report_parts(report: LoadReport, dossier: Path, store: str) -> Iterator[RenderableType]:
    if report.did_nothing:
        yield Text(f"nothing to do: {store} has all that {dossier} says (version {report.version})")
        return
    yield Text.assemble((f"built {dossier} into {store}", "bold"), (f"  version {report.version}", "dim"))
    for verb, counts in (("added", report.added), ("changed", report.changed), ("unchanged", report.unchanged)):
        if counts:
            yield Text(f"  {verb.ljust(9)}  {counted(counts)}")
    if report.retracted:
        yield Text(f"  retracted  {counted(Counter(Statement=report.retracted))}, which the dossier no longer makes")


def counted(counts: Counter[str]) -> str:
    """Return numbers of records in words.

    Examples
    --------
    >>> counted(Counter(Claim=2, Entity=1))
    '1 entity, 2 claims'
    """
    return ", ".join(
        f"{counts[kind]:,} {_SINGULARS[kind] if counts[kind] == 1 else _PLURALS[kind]}" for kind in _PLURALS if counts[kind]
    )


@click.command(
    epilog="""\b
Examples:
  cuibono validate mydossier              every error of a dossier, with file and line
  cuibono validate mydossier --shapes     the SHACL shapes of the ontology as well
  cuibono validate mygraph --shapes       a graph that was built
  cuibono validate mydossier --json       { "valid": …, "problems": [ … ], … }
"""
)
@click.argument("target", metavar="DOSSIER|STORE", type=click.Path(exists=True, path_type=Path))
@click.option("--shapes", is_flag=True, help="Run the SHACL shapes, too; slow on large graphs.")
@output_options
@click.pass_context
def validate(context: click.Context, target: Path, shapes: bool, out: Output) -> None:
    """Check a dossier or a graph, and store nothing.

    The exit code is 1 if anything is wrong. The errors are those of `build`.
    """
    found, summary = _checked(target, shapes=shapes)
    if out.format == "text" and found.count:
        raise found
    out.show(lambda: [Text(f"{target} is valid: {summary}")], lambda: of_problems(found))
    if found.count:
        context.exit(1)


def _checked(target: Path, *, shapes: bool) -> tuple[InvalidInput, str]:
    """Return what is wrong, perhaps nothing, and what there is."""
    try:
        with graph_of(target) as kg, busy(f"checking {target}"):
            stored = kg.snapshot.stored.folded()
            found = chain(column_problems(stored), _shape_problems(kg) if shapes else ())
            return InvalidInput(found), counted(record_counts(stored.columns))
    except InvalidInput as error:
        return error, ""


def _shape_problems(kg: KnowledgeGraph) -> list[Problem]:
    from cuibono.graph.build.shapes import shape_problems

    return shape_problems(kg.store.quads(), kg.vocabulary)
