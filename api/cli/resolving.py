"""``resolve``: entities that are one, found; and the pairs in doubt, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from rich.console import RenderableType
from rich.text import Text

from cuibono.api.cli.json_forms import JsonForms
from cuibono.api.cli.options import opened, output_options, store_option
from cuibono.api.cli.output import Output, busy, note
from cuibono.api.cli.phrases import amount, printable, remark
from cuibono.graph.build.changes import Review
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Entity, Statement, Status

if TYPE_CHECKING:
    from cuibono.graph.build.resolution import Match, Resolution

__all__ = ["resolve"]

_SHOWN = 20
_ANSWERS = {"y": Status.ACCEPTED, "n": Status.REJECTED}
_REASONS = {Status.ACCEPTED: "one and the same, as proposed", Status.REJECTED: "not the same"}


@click.command(
    short_help="Find entities that are one.",
    epilog="""\b
Examples:
  cuibono resolve --store mygraph --dry-run        what would be merged and proposed
  cuibono resolve --store mygraph                  merge what is certain, propose the rest
  cuibono resolve --store mygraph --review         decide on what was proposed, pair by pair

\b
Each merge is a statement with its reasons, and `split` takes it back. Doing it again finds
what is new; what people decided stays. Names are compared by libraries of the extra:
cuibono[resolution].
""",
)
@click.option("--dry-run", is_flag=True, help="Show what would be merged and proposed, and change nothing.")
@click.option("--review", is_flag=True, help="Ask about each pair that was proposed: y one, n different, s later, q enough.")
@click.option("--by", metavar="NAME", help="Who does it, for the history; your login name unless given.")
@store_option
@output_options
def resolve(store: str | None, dry_run: bool, review: bool, by: str | None, out: Output) -> None:
    """Find entities that are one: by identifiers, and by names in any script."""
    if dry_run and review:
        raise click.UsageError("--review decides, and --dry-run changes nothing: give one", click.get_current_context())
    with opened(store) as kg:
        if review:
            found = _reviewed(kg, by)
            forms = JsonForms(kg)
            out.show(
                lambda: [Text(f"{len(found):,} decided, {_waits(len(_waiting(kg)))}")],
                lambda: {"decided": [forms.statement(s) for s in found], "waiting": len(_waiting(kg))},
            )
            return
        with busy("comparing"):
            resolution = kg.resolve(dry_run=dry_run, by=by)
        forms = JsonForms(kg)
        out.show(lambda: _parts(kg, resolution, dry_run=dry_run), lambda: _document(forms, resolution, dry_run=dry_run))


def _parts(kg: KnowledgeGraph, found: Resolution, *, dry_run: bool) -> Iterator[RenderableType]:
    verbs = ("would be merged", "would be proposed") if dry_run else ("merged", "proposed for review")
    for matches, verb in ((found.certain, verbs[0]), (found.uncertain, verbs[1])):
        yield Text(f"{amount(len(matches), 'pair')} {verb}", style="bold")
        for pair in matches[:_SHOWN]:
            yield Text(f"  {_label(kg, pair.one)} – {_label(kg, pair.other)}")
            yield remark(f"    {pair.score:.2f}  {pair.text}")
        if len(matches) > _SHOWN:
            yield remark(f"  and {len(matches) - _SHOWN:,} more; --json has all")
    if found.skipped:
        are = "names or parts of names are" if found.skipped > 1 else "name or part of a name is"
        yield remark(f"{found.skipped:,} {are} too common for all who have it to be compared")


def _waits(count: int) -> str:
    return f"{count:,} {'waits' if count == 1 else 'wait'}"


def _document(forms: JsonForms, found: Resolution, *, dry_run: bool) -> dict[str, object]:
    def pair(match: Match) -> dict[str, object]:
        ends = {"one": forms.reference(match.one), "other": forms.reference(match.other)}
        return {**ends, "score": match.score, "reasons": list(match.reasons)}

    return {
        "changed": not dry_run,
        "certain": [pair(match) for match in found.certain],
        "uncertain": [pair(match) for match in found.uncertain],
        "compared": found.compared,
        "skipped": found.skipped,
    }


def _reviewed(kg: KnowledgeGraph, by: str | None) -> list[Statement]:
    """Ask about each pair that waits, and return the statements that were decided on."""
    found = []
    waiting = _waiting(kg)
    for number, statement in enumerate(waiting, 1):
        note(f"{number} of {len(waiting)}")
        for iri in (statement.subject, statement.object):
            note(f"  {_described(kg.snapshot.stored.entities[iri])}")
        for iri in statement.evidence:
            note(f"  {printable(kg.snapshot.evidence[iri].exact)}")
        choices = click.Choice([*_ANSWERS, "s", "q"])
        answer = click.prompt("one and the same?", type=choices, err=True, show_choices=True)
        if answer == "q":
            break
        if answer in _ANSWERS:
            status = _ANSWERS[answer]
            kg.apply(Review(statements=(statement.iri,), status=status, why=_REASONS[status]), by=by)
            found.append(kg.snapshot.statements[statement.iri])
    return found


def _waiting(kg: KnowledgeGraph) -> list[Statement]:
    """Return the proposals that two entities are one, the likeliest first."""
    proposed = kg.statements(status=Status.PROPOSED)
    found = [statement for statement in proposed if kg.snapshot.relation(statement).identifies]
    return sorted(found, key=lambda statement: (-statement.certainty, statement.iri))


def _label(kg: KnowledgeGraph, iri: str) -> str:
    return kg.snapshot.stored.entities[iri].label


def _described(entity: Entity) -> str:
    parts = [entity.label, *([", ".join(entity.aliases)] if entity.aliases else []), entity.description or "", entity.iri]
    return printable("  ".join(filter(None, parts)))
