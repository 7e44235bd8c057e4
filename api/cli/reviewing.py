"""``review``: decisions on statements, one or many at a time."""

from __future__ import annotations

from collections.abc import Iterator

import click
from rich.console import RenderableType
from rich.text import Text

from cuibono.api.cli.json_forms import JsonForms
from cuibono.api.cli.options import Wanted, opened, output_options, statement_options, store_option
from cuibono.api.cli.output import Output
from cuibono.api.cli.phrases import Wording, amount, remark
from cuibono.api.cli.statement_view import statement_parts
from cuibono.graph.build.changes import Review
from cuibono.graph.errors import NotFound
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Statement, Status

__all__ = ["review"]

_SHOWN = 20
_VERBS = {"propose": "proposed", "accept": "accepted", "reject": "rejected", "retract": "retracted"}


class _Decision(click.Choice[str]):
    """A status, or the verb that leads to it."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(_VERBS.get(value, value), param, ctx)


@click.command(
    short_help="Decide on statements, or show proposals.",
    epilog="""\b
Examples:
  cuibono review --store mygraph                               the proposals, with their quotes
  cuibono review accept IRI --why "As quoted" --store mygraph
  cuibono review reject --document IRI --why "A satire" --dry-run --store mygraph
  cuibono review retract --status accepted --source owners --why "The register is flawed" --store mygraph

\b
Without a decision nothing is changed. Options choose statements, the proposed ones unless --status says
otherwise; IRIs name them. All are decided on together or none is, and --dry-run shows which.
""",
)
@click.argument("decision", required=False, type=_Decision([status.value for status in Status]))
@click.argument("statements", metavar="[IRI]...", nargs=-1)
@statement_options(status="proposed")
@click.option("--source", metavar="NAME", help="Entered from this dossier, table or import: its IRI, or the end of it.")
@click.option("--why", metavar="TEXT", help="The reason, in words; it is kept with the decision.")
@click.option("--by", metavar="NAME", help="Who decides; your login name unless given.")
@click.option("--dry-run", is_flag=True, help="Show what would be decided on, and decide nothing.")
@store_option
@output_options
def review(
    store: str | None,
    decision: str | None,
    statements: tuple[str, ...],
    wanted: Wanted,
    source: str | None,
    why: str | None,
    by: str | None,
    dry_run: bool,
    out: Output,
) -> None:
    """Accept, reject or retract statements, or show what awaits a decision."""
    if decision is not None and not why and not dry_run:
        raise click.UsageError("a decision needs its reason: give --why", click.get_current_context())
    with opened(store) as kg:
        found = _chosen(kg, statements, wanted, source)
        decided = decision is not None and not dry_run and bool(found)
        if decided:
            assert decision is not None
            change = Review(statements=tuple(s.iri for s in found), status=Status(decision), why=why or "")
            kg.apply(change, by=by)
            found = [kg.snapshot.statements[statement.iri] for statement in found]
        forms = JsonForms(kg)
        out.show(
            lambda: _parts(kg, found, decision if decided else None, listed=decision is None),
            lambda: {"decided": decided, "statements": [forms.statement(statement) for statement in found]},
        )


def _chosen(kg: KnowledgeGraph, iris: tuple[str, ...], wanted: Wanted, source: str | None) -> list[Statement]:
    """Return the statements that are named, or else those that options choose."""
    if iris:
        unknown = next((iri for iri in iris if iri not in kg.snapshot.statements), None)
        if unknown is not None:
            raise NotFound("statement", unknown)
        return [kg.snapshot.statements[iri] for iri in dict.fromkeys(iris)]
    found = list(kg.statements(**wanted))
    if source is None:
        return found
    stated = kg.statements_from(source)
    return [statement for statement in found if statement.iri in stated]


def _parts(kg: KnowledgeGraph, found: list[Statement], decision: str | None, *, listed: bool) -> Iterator[RenderableType]:
    wording = Wording(kg)
    if not found:
        yield Text("no such statement")
        return
    if listed:
        for statement in found:
            yield from statement_parts(wording, statement)
        return
    told = f"{'is' if len(found) == 1 else 'are'} {decision} now" if decision else "would be decided on"
    yield Text(f"{amount(len(found), 'statement')} {told}", style="bold")
    for statement in found[:_SHOWN]:
        yield Text("  " + wording.clause(statement))
    if len(found) > _SHOWN:
        yield remark(f"and {len(found) - _SHOWN:,} more; --json has all")
