"""``info``, ``claims`` and ``statements``: what a graph holds."""

from __future__ import annotations

from collections.abc import Iterator

import click
from rich.console import RenderableType
from rich.text import Text

from cuibono.api.cli.claim_view import claim_parts
from cuibono.api.cli.info_view import info_parts
from cuibono.api.cli.json_forms import JsonForms, of_info
from cuibono.api.cli.options import Wanted, as_of_option, opened, output_options, statement_options, store_option
from cuibono.api.cli.output import Output
from cuibono.api.cli.phrases import Wording
from cuibono.api.cli.statement_view import statement_parts

__all__ = ["claims", "info", "statements"]


@click.command(
    epilog="""\b
Examples:
  cuibono info --store mygraph
  cuibono info --store mygraph --json
"""
)
@store_option
@output_options
def info(store: str | None, out: Output) -> None:
    """Show what a graph holds, in numbers."""
    with opened(store) as kg:
        forms = JsonForms(kg)
        documents = kg.documents()
        out.show(
            lambda: info_parts(kg.info(), documents),
            lambda: {**of_info(kg.info()), "sources": [forms.document(document) for document in documents]},
        )


@click.command(
    epilog="""\b
Examples:
  cuibono claims --store mygraph --contested
  cuibono claims --store mygraph --as-of 2025-01-31 --json
"""
)
@store_option
@click.option(
    "--contested/--not-contested", default=None, help="Only claims that have people for and against; or only the others."
)
@as_of_option
@output_options
def claims(store: str | None, contested: bool | None, as_of: str | None, out: Output) -> None:
    """Show what is claimed, and who is for and against it."""
    with opened(store) as kg:
        positions = kg.positions(as_of=as_of)
        if as_of is None or contested is None:
            found = list(kg.claims(contested=contested))
        else:
            # Columns tell what is contested whatever the day.
            found = [claim for claim in kg.claims() if positions.on_claim(claim.iri).contested is contested]
        wording, forms = Wording(kg), JsonForms(kg)

        def parts() -> Iterator[RenderableType]:
            for claim in found:
                yield from claim_parts(wording, claim, positions.on_claim(claim.iri))
            if not found:
                yield Text("no such claim")

        out.show(parts, lambda: {"claims": [forms.claim(claim, positions) for claim in found]})


@click.command(
    epilog="""\b
Examples:
  cuibono statements --store mygraph --subject "Elon Musk"
  cuibono statements --store mygraph --predicate competesWith
  cuibono statements --store mygraph --speaker Wang --basis verbatim --json
"""
)
@store_option
@statement_options(status="accepted")
@output_options
def statements(store: str | None, wanted: Wanted, out: Output) -> None:
    """Show statements with their sources and quotes."""
    with opened(store) as kg:
        found = kg.statements(**wanted)
        wording, forms = Wording(kg), JsonForms(kg)

        def parts() -> Iterator[RenderableType]:
            for statement in found:
                yield from statement_parts(wording, statement)
            if not found:
                yield Text("no such statement")

        out.show(parts, lambda: {"statements": [forms.statement(statement) for statement in found]})
