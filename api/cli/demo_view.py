"""The demonstration: what the bundled article's graph answers, on a page or two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cuibono.api.cli.benefit_view import effect_table
from cuibono.api.cli.claim_view import claim_parts
from cuibono.api.cli.conflict_view import pair_parts
from cuibono.api.cli.json_forms import JsonForms, of_info, of_report
from cuibono.api.cli.phrases import Wording, heading, indented
from cuibono.graph.build.loading import LoadReport
from cuibono.graph.interest.findings import Beneficiary
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Claim

__all__ = ["demo_document", "demo_parts"]

_NEXT = (
    ("cuibono demo --serve", "the same graph over GraphQL, at http://127.0.0.1:8000/graphql"),
    ("cuibono demo --store seed", "keep it, and ask more: cuibono conflicts --store seed --actor Musk"),
    ("cuibono export --store seed", "as Turtle; as JSON-LD with -f jsonld"),
    ("cuibono init mydossier", "start your own"),
)


def demo_parts(kg: KnowledgeGraph, *, served: bool) -> Iterator[RenderableType]:
    """Yield the page."""
    wording = Wording(kg)
    yield from _opening(kg)
    yield heading("Contested claims", "who says so, who denies it, and the words that prove it")
    positions = kg.positions()
    for claim in _contested(kg):
        yield from claim_parts(wording, claim, positions.on_claim(claim.iri))
    yield heading("Conflicts of interest", "who speaks on something they stand to gain or lose by")
    for pair in kg.conflict_pairs():
        yield from pair_parts(wording, pair)
    yield from _without_interest(kg, wording)
    yield heading("Who stands to gain", "if people believe a contested claim")
    yield from _effects(kg, wording)
    if not served:
        yield from _next_steps()


def demo_document(kg: KnowledgeGraph, report: LoadReport) -> dict[str, object]:
    """Return the page as a JSON document."""
    forms, positions = JsonForms(kg), kg.positions()
    return {
        "report": of_report(report, kg.url),
        "info": of_info(kg.info()),
        "documents": [forms.document(document) for document in kg.documents()],
        "contestedClaims": [forms.claim(claim, positions) for claim in _contested(kg)],
        "conflictPairs": [forms.pair(pair) for pair in kg.conflict_pairs()],
        "beneficiaries": [
            {"of": forms.reference(claim.iri), "beneficiaries": [forms.beneficiary(b) for b in found]}
            for claim, found in _touching(kg)
        ],
    }


def _opening(kg: KnowledgeGraph) -> Iterator[RenderableType]:
    info = kg.info()
    yield Text.assemble(("cuibono", "bold"), "  who stands to gain?")
    for document in kg.documents():
        words = len((document.text or "").split())
        yield Text(f"Read one news article of {words:,} words on DeepSeek and its critics, and built a graph of it:")
    yield Text.assemble(
        (f"{info.entities} entities, {info.claims} claims, {info.statements['accepted']} statements", "bold"),
        f", proved by {info.evidence} quotes, each found word for word in the article.",
    )


def _contested(kg: KnowledgeGraph) -> list[Claim]:
    """Return the contested claims, those that most people take sides on first."""
    positions = kg.positions()

    def crowd(claim: Claim) -> tuple[int, str]:
        sides = positions.on_claim(claim.iri)
        return -len({p.actor for p in (*sides.supporters, *sides.opponents)}), claim.iri

    return sorted(kg.claims(contested=True), key=crowd)


def _touching(kg: KnowledgeGraph) -> list[tuple[Claim, Sequence[Beneficiary]]]:
    """Return the contested claims that somebody gains or loses by, those with the strongest effect first."""
    found = [(claim, kg.beneficiaries(claim.iri)) for claim in _contested(kg)]
    return sorted(((claim, effects) for claim, effects in found if effects), key=lambda pair: -pair[1][0].strength)


def _without_interest(kg: KnowledgeGraph, wording: Wording) -> Iterator[RenderableType]:
    actors = {s.subject for s in kg.statements() if kg.snapshot.relation(s).stance}
    others = sorted(actors - {conflict.actor for conflict in kg.conflicts()})
    if others:
        yield Text(f"\nNo interest found of others who take a stand: {', '.join(map(wording.name, others))}.", style="dim")


def _effects(kg: KnowledgeGraph, wording: Wording) -> Iterator[RenderableType]:
    """Yield who gains by which claims; claims by which the same gain as much stand together."""
    groups: dict[tuple[tuple[str, float], ...], list[tuple[Claim, Sequence[Beneficiary]]]] = {}
    for claim, found in _touching(kg):
        groups.setdefault(tuple((b.entity, round(b.gain, 12)) for b in found), []).append((claim, found))
    for group in groups.values():
        for number, (claim, found) in enumerate(group):
            yield Text.assemble(
                "\n" if number == 0 else "", "or " if number else "If people believe ", (wording.name(claim.iri), "bold")
            )
            for bearing in {b.bearing.iri: b.bearing for b in found if b.bearing}.values():
                clause = f"which {wording.relation(bearing)} {wording.name(bearing.object)}"
                yield Text.assemble(f"  {clause}", wording.source(bearing))
                yield from wording.quotations(bearing, 2)
        yield effect_table(wording, group[0][1])


def _next_steps() -> Iterator[RenderableType]:
    yield heading("What next?")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for command, gloss in _NEXT:
        table.add_row(Text(command, style="bold"), gloss)
    yield indented(table, 2)
