"""``conflicts``, ``benefits`` and ``paths``: who stands to gain, and how things are connected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import RenderableType
from rich.text import Text

from cuibono.api.cli.benefit_view import effect_table, proof_parts
from cuibono.api.cli.bulk import bulk_options
from cuibono.api.cli.conflict_view import pair_parts
from cuibono.api.cli.json_forms import JsonForms
from cuibono.api.cli.options import (
    bundle_option,
    evidence_option,
    opened,
    output_options,
    question_options,
    store_option,
    strength_option,
)
from cuibono.api.cli.output import Output, busy, note
from cuibono.api.cli.path_view import path_parts
from cuibono.api.cli.phrases import Wording, printable
from cuibono.graph.errors import NotFound
from cuibono.graph.frames.lists import Found
from cuibono.graph.interest.findings import Alignment, ConflictPair, conflict_pairs
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.snapshot.names import claim_or_entity_called

__all__ = ["benefits", "conflicts", "paths", "warn_of_cuts"]

_MOST_WARNINGS = 5


@click.command(
    epilog="""\b
Examples:
  cuibono conflicts --store mygraph
  cuibono conflicts --store mygraph --actor "Elon Musk" --target DeepSeek
  cuibono conflicts --store mygraph --alignment AGAINST_INTEREST --no-evidence
  cuibono conflicts --store mygraph --as-of 2025-01 --json
  cuibono conflicts --store mygraph --actor Musk --bundle musk.jsonld
  cuibono conflicts --all --engine duckdb --input mytables --output conflicts.parquet
"""
)
@store_option
@click.option("--actor", metavar="NAME", help="Only of this person or organization: a name, an alias or an IRI.")
@click.option("--target", metavar="NAME", help="Only about this entity.")
@click.option(
    "--alignment",
    type=click.Choice([alignment.value for alignment in Alignment], case_sensitive=False),
    help="Only of this kind.",
)
@question_options
@strength_option
@evidence_option(default=True)
@bundle_option
@click.option("--pairs", is_flag=True, help="In JSON, group the findings by actor and target, as the text always does.")
@output_options
@bulk_options
def conflicts(
    store: str | None,
    actor: str | None,
    target: str | None,
    alignment: str | None,
    max_hops: int,
    min_strength: float,
    as_of: str | None,
    status: Sequence[str],
    evidence: bool,
    bundle: Path | None,
    pairs: bool,
    out: Output,
) -> None:
    """Show who speaks on what they stand to gain or lose by.

    The strongest come first, by pairs of who speaks and what it touches.
    """
    with opened(store) as kg:
        with busy("looking for conflicts of interest (the first time, the engine is compiled: half a minute)"):
            found = kg.conflicts(
                actor=actor,
                target=target,
                alignment=None if alignment is None else Alignment(alignment.upper()),
                min_strength=min_strength,
                max_hops=max_hops,
                as_of=as_of,
                status=status,
            )
        warn_of_cuts(kg, found)
        if bundle is not None:
            kg.write_bundle(found, bundle)
        groups = conflict_pairs(found)
        forms = JsonForms(kg)
        out.show(
            lambda: _pair_parts(kg, groups, evidence=evidence),
            lambda: (
                {"conflictPairs": [forms.pair(group) for group in groups], "cuts": forms.cuts(found)}
                if pairs
                else {"conflictsOfInterest": [forms.conflict(finding) for finding in found], "cuts": forms.cuts(found)}
            ),
        )


def _pair_parts(kg: KnowledgeGraph, groups: Sequence[ConflictPair], *, evidence: bool) -> Iterator[RenderableType]:
    wording = Wording(kg)
    for group in groups:
        yield from pair_parts(wording, group, quotes=evidence)
    if not groups:
        yield Text("no conflict of interest found")


@click.command(
    epilog="""\b
Examples:
  cuibono benefits deepseek-50000-h100 --store mygraph     a claim, by the last part of its IRI
  cuibono benefits "US export restrictions" --store mygraph     an entity: who gains if it gains?
  cuibono benefits deepseek-50000-h100 --store mygraph --json
  cuibono benefits deepseek-50000-h100 --store mygraph --bundle gainers.jsonld
"""
)
@click.argument("of", metavar="CLAIM|ENTITY")
@store_option
@question_options
@strength_option
@evidence_option(default=True)
@bundle_option
@output_options
def benefits(
    of: str,
    store: str | None,
    max_hops: int,
    min_strength: float,
    as_of: str | None,
    status: Sequence[str],
    evidence: bool,
    bundle: Path | None,
    out: Output,
) -> None:
    """Show who gains and loses by a claim or an entity."""
    with opened(store) as kg:
        with busy("looking for gainers and losers (the first time, the engine is compiled: half a minute)"):
            found = kg.beneficiaries(of, min_strength=min_strength, max_hops=max_hops, as_of=as_of, status=status)
        warn_of_cuts(kg, found)
        if bundle is not None:
            kg.write_bundle(found, bundle)
        iri = _iri(kg, of)
        wording, forms = Wording(kg), JsonForms(kg)

        def parts() -> Iterator[RenderableType]:
            condition = "people believe" if iri in kg.snapshot.claims else "there is more of"
            yield Text.assemble(f"If {condition} ", (wording.name(iri), "bold"))
            if not found:
                yield Text("  nobody is known to gain or lose")
                return
            yield effect_table(wording, found)
            if evidence:
                yield Text("\nWhy:", style="bold")
                yield from proof_parts(wording, found)

        out.show(
            parts,
            lambda: {
                "of": forms.reference(iri),
                "beneficiaries": [forms.beneficiary(b) for b in found],
                "cuts": forms.cuts(found),
            },
        )


@click.command(
    epilog="""\b
Examples:
  cuibono paths "Elon Musk" DeepSeek --store mygraph
  cuibono paths Musk DeepSeek --store mygraph --via owns --via competesWith
  cuibono paths Musk DeepSeek --store mygraph --max-hops 2 --json
  cuibono paths Musk DeepSeek --store mygraph --evidence --bundle paths.jsonld
"""
)
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@store_option
@click.option("--via", multiple=True, metavar="RELATION", help="Walk only this relation, in either direction; may be repeated.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The most paths to show.")
@question_options
@evidence_option(default=False)
@bundle_option
@output_options
def paths(
    start: str,
    end: str,
    store: str | None,
    via: Sequence[str],
    limit: int,
    max_hops: int,
    as_of: str | None,
    status: Sequence[str],
    evidence: bool,
    bundle: Path | None,
    out: Output,
) -> None:
    """Show how two entities or claims are connected."""
    with opened(store) as kg:
        with busy("looking for paths (the first time, the search is compiled: half a minute)"):
            found = kg.paths(start, end, via=via or None, max_hops=max_hops, as_of=as_of, status=status, limit=limit)
        warn_of_cuts(kg, found)
        if bundle is not None:
            kg.write_bundle(found, bundle)
        wording, forms = Wording(kg), JsonForms(kg)

        def parts() -> Iterator[RenderableType]:
            for path in found:
                yield from path_parts(wording, path, quotes=evidence)
            if claim_or_entity_called(kg.snapshot, start) == claim_or_entity_called(kg.snapshot, end):
                yield Text(f"{printable(start)} and {printable(end)} are the same: nothing lies between")
            elif not found:
                yield Text(f"no path from {printable(start)} to {printable(end)} within {max_hops} hops")
            elif len(found) == limit:
                yield Text(f"\n{limit} paths shown; there may be more (--limit)", style="dim")

        out.show(parts, lambda: {"paths": [forms.path(path) for path in found], "cuts": forms.cuts(found)})


def warn_of_cuts(kg: KnowledgeGraph, found: Found[Any]) -> None:
    """Say on standard error where the search for an answer came to its limit."""
    snapshot = kg.snapshot
    for cut in found.cuts[:_MOST_WARNINGS]:
        start, end = ("everything" if iri is None else printable(snapshot.label(iri)) for iri in (cut.start, cut.end))
        note(f"warning: from {start} to {end} the search stopped after {cut.steps:,} relations: a stronger path may be missing")
    if len(found.cuts) > _MOST_WARNINGS:
        note(f"warning: and so between {len(found.cuts) - _MOST_WARNINGS:,} more pairs; --json names them all")


def _iri(kg: KnowledgeGraph, name: str) -> str:
    try:
        return kg.claim(name).iri
    except NotFound:
        return kg.entity(name, exact=True).iri
