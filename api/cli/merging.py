"""``merge`` and ``split``: two entities as one, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from rich.text import Text

from cuibono.api.cli.json_forms import JsonForms
from cuibono.api.cli.options import opened, output_options, store_option
from cuibono.api.cli.output import Output
from cuibono.api.cli.phrases import printable, remark
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Entity

__all__ = ["merge", "split"]

_why_option = click.option("--why", metavar="TEXT", required=True, help="The reason, in words; it is kept with the decision.")
_by_option = click.option("--by", metavar="NAME", help="Who decides; your login name unless given.")


@click.command(
    short_help="Say that two entities are one.",
    epilog="""\b
Examples:
  cuibono merge "OpenAI" "OpenAI, Inc." --why "The same in its filings" --store mygraph
  cuibono merge https://a.example/wang https://b.example/wang --why "One birthday" --store mygraph

\b
Both stay as they were entered. Questions see one, under the smaller IRI.
`split` takes it back.
""",
)
@click.argument("one")
@click.argument("other")
@_why_option
@_by_option
@store_option
@output_options
def merge(one: str, other: str, why: str, by: str | None, store: str | None, out: Output) -> None:
    """Say that two entities, named or given by IRI, are one."""
    with opened(store) as kg:
        shown = kg.merge(one, other, why=why, by=by)
        members = kg.snapshot.identities.group(shown.iri)
        forms = JsonForms(kg)
        out.show(
            lambda: _parts(kg, shown, members),
            lambda: {"entity": forms.reference(shown.iri), "mergedFrom": list(members)},
        )


def _parts(kg: KnowledgeGraph, shown: Entity, members: Sequence[str]) -> Iterator[Text]:
    yield Text(f"{len(members)} are one now, shown as {printable(shown.label)}:", style="bold")
    for iri in members:
        yield Text.assemble("  ", printable(kg.snapshot.stored.entities[iri].label), remark(iri))


@click.command(
    short_help="Say that two entities are not one.",
    epilog="""\b
Examples:
  cuibono split "OpenAI" "OpenAI, Inc." --why "Company and foundation" --store mygraph
  cuibono split https://b.example/entity/wang --why "Somebody else" --store mygraph

\b
That two differ stays on record: neither building again nor `resolve` makes them one again.
""",
)
@click.argument("one")
@click.argument("other", required=False)
@_why_option
@_by_option
@store_option
@output_options
def split(one: str, other: str | None, why: str, by: str | None, store: str | None, out: Output) -> None:
    """Say that two entities are not one, or that one is the same as none of those it was merged with."""
    with opened(store) as kg:
        found = kg.split(one, other, why=why, by=by)
        forms = JsonForms(kg)
        members = [kg.snapshot.identities.group(entity.iri) for entity in found]
        out.show(
            lambda: [Text(f"{e.label}: {', '.join(group)}") for e, group in zip(found, members, strict=True)],
            lambda: {
                "entities": [
                    {"entity": forms.reference(e.iri), "mergedFrom": list(group)} for e, group in zip(found, members, strict=True)
                ]
            },
        )
