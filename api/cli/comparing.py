"""``diff``, ``log`` and ``stats``: living with a graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path

import click
from rich.console import RenderableType
from rich.text import Text

from cuibono.api.cli.json_forms import JsonForms, of_event, of_quality
from cuibono.api.cli.options import opened, output_options, store_option
from cuibono.api.cli.output import Output, busy
from cuibono.api.cli.phrases import Wording, amount, heading, printable, remark
from cuibono.api.cli.sources import SourceOptions, are_versions, graph_of, source_options
from cuibono.graph.comparison import Change, ConflictChange, Difference
from cuibono.graph.interest.findings import ConflictOfInterest
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Claim, Document, Entity, Record, Statement
from cuibono.graph.quality import Quality
from cuibono.graph.store.history import Event

__all__ = ["diff", "log", "stats"]

_SHOWN = 20
_TOGETHER = 3
"""Of decisions that were made together so many are shown."""


@click.command(
    short_help="Show what differs between two graphs.",
    epilog="""\b
Examples:
  cuibono diff monday.trig tuesday.trig
  cuibono diff mydossier mygraph               a dossier against a graph
  cuibono diff old.graph new.graph --json
  cuibono diff monday.ftm.json tuesday.ftm.json    streams of FollowTheMoney entities
  cuibono diff old.csv new.csv --map owners.map.yaml
""",
)
@click.argument("before", type=click.Path(exists=True, path_type=Path))
@click.argument("after", type=click.Path(exists=True, path_type=Path))
@source_options
@output_options
@click.pass_context
def diff(context: click.Context, before: Path, after: Path, source: SourceOptions, out: Output) -> None:
    """Show what is different between two graphs, and between their conflicts of interest.

    Each is a store, a dossier, an export or any file that `import` takes. Of two files of one kind the second is read as a
    later version of the first. The exit code is 1 if they differ.
    """
    name = before.name if are_versions(before, after) else None
    with ExitStack() as stack:
        old = stack.enter_context(graph_of(before, source, name=name))
        new = old if before.samefile(after) else stack.enter_context(graph_of(after, source, name=name))
        with busy(f"comparing {before} and {after}"):
            found = new.difference(old)
        out.show(lambda: _difference_parts(found, old, new), lambda: _of_difference(found, old, new))
        if found:
            context.exit(1)


def _difference_parts(found: Difference, old: KnowledgeGraph, new: KnowledgeGraph) -> Iterator[RenderableType]:
    if not found:
        yield Text("the two say the same")
        return
    for kind in ("entities", "claims", "documents", "statements"):
        lines = [("+", _name(new, record)) for record in found.added[kind]]
        lines += [("-", _name(old, record)) for record in found.removed[kind]]
        lines += [("~", f"{_name(new, change.after)}  ({_told(change)})") for change in found.changed[kind]]
        if lines:
            yield heading(
                kind, f"{len(found.added[kind]):,} added, {len(found.removed[kind]):,} gone, {len(found.changed[kind]):,} changed"
            )
        yield from _lines(lines)
    evidence = [len(part["evidence"]) for part in (found.added, found.removed, found.changed)]
    if any(evidence):
        yield heading("quotes", "{:,} added, {:,} gone, {:,} changed".format(*evidence))
    if found.conflicts:
        new_ones, gone = (sum(getattr(c, end) is None for c in found.conflicts) for end in ("before", "after"))
        changed = len(found.conflicts) - new_ones - gone
        yield heading("conflicts of interest", f"{new_ones:,} new, {gone:,} gone, {changed:,} changed; the strongest first")
        yield from _lines([_conflict_line(change, old, new) for change in found.conflicts])


def _lines(lines: list[tuple[str, str]]) -> Iterator[RenderableType]:
    styles = {"+": "green", "-": "red", "~": "yellow"}
    for mark, line in lines[:_SHOWN]:
        yield Text.assemble(("  " + mark + " ", styles[mark]), printable(line))
    if len(lines) > _SHOWN:
        yield remark(f"and {len(lines) - _SHOWN:,} more; --json has all")


def _name(kg: KnowledgeGraph, record: Record) -> str:
    match record:
        case Entity() | Document():
            return record.label
        case Claim():
            return record.text
        case Statement():
            return Wording(kg).clause(record)
    return record.iri


def _told(change: Change) -> str:
    parts = []
    for field in change.fields:
        old, new = getattr(change.before, field, None), getattr(change.after, field, None)
        is_short = not isinstance(old, tuple) and not isinstance(new, tuple) and field != "text"
        parts.append(f"{field}: {old} → {new}" if is_short else field)
    return "; ".join(parts)


def _conflict_line(change: ConflictChange, old: KnowledgeGraph, new: KnowledgeGraph) -> tuple[str, str]:
    if change.after is None:
        assert change.before is not None
        return "-", _conflict(change.before, old)
    if change.before is None:
        return "+", _conflict(change.after, new)
    before = f"before {change.before.alignment.value} {change.before.strength:.2f}"
    return "~", f"{_conflict(change.after, new)}, {before}"


def _conflict(conflict: ConflictOfInterest, kg: KnowledgeGraph) -> str:
    label = kg.snapshot.label
    return f"{label(conflict.actor)} → {label(conflict.target)}  {conflict.alignment.value}  {conflict.strength:.2f}"


def _of_difference(found: Difference, old: KnowledgeGraph, new: KnowledgeGraph) -> dict[str, object]:
    before, after = JsonForms(old), JsonForms(new)
    return {
        "added": {kind: [record.iri for record in records] for kind, records in found.added.items()},
        "removed": {kind: [record.iri for record in records] for kind, records in found.removed.items()},
        "changed": {
            kind: [{"iri": change.after.iri, "fields": list(change.fields)} for change in changes]
            for kind, changes in found.changed.items()
        },
        "conflicts": [
            {
                "before": before.conflict(change.before) if change.before else None,
                "after": after.conflict(change.after) if change.after else None,
            }
            for change in found.conflicts
        ],
    }


@click.command(
    short_help="Show who did what, when and why.",
    epilog="""\b
Examples:
  cuibono log --store mygraph
  cuibono log --store mygraph --agent "Jo Reader" --since 2026-11-01
  cuibono log --store mygraph --statement IRI
""",
)
@store_option
@click.option("--agent", metavar="NAME", help="Only what they did.")
@click.option("--statement", metavar="IRI", help="Only what was decided on a statement.")
@click.option("--since", metavar="DATE", help="Only what was done on that day or later: YYYY-MM-DD, UTC.")
@output_options
def log(store: str | None, agent: str | None, statement: str | None, since: str | None, out: Output) -> None:
    """Show who loaded and decided what, when and why; the latest first."""
    with opened(store) as kg:
        found = [
            event
            for event in kg.history()
            if agent in (None, event.agent) and statement in (None, event.statement) and event.at >= (since or "")
        ]
        out.show(lambda: _event_parts(found, kg), lambda: {"events": [of_event(event) for event in found]})


def _event_parts(found: list[Event], kg: KnowledgeGraph) -> Iterator[RenderableType]:
    wording = Wording(kg)
    for _, group in groupby(found, key=lambda event: (event.sequence, event.agent, event.status, event.reason)):
        several = list(group)
        for event in several[: _TOGETHER if len(several) > _TOGETHER + 1 else None]:
            yield _event_line(event, kg, wording)
        if len(several) > _TOGETHER + 1:
            yield remark(f"and {len(several) - _TOGETHER:,} more {several[0].status} with it; --json has all")
    if not found:
        yield Text("nothing of that kind was done")


def _event_line(event: Event, kg: KnowledgeGraph, wording: Wording) -> Text:
    head = Text.assemble(
        (f"{event.sequence:>6}  ", "dim"), (event.at[:19].replace("T", " "), "dim"), "  ", printable(event.agent)
    )
    if event.statement is None:
        return Text.assemble(head, "  loaded " + printable(event.source) if event.source else "  entered by hand")
    known = kg.snapshot.statements.get(event.statement)
    told = wording.clause(known) if known else event.statement
    return Text.assemble(head, f"  {event.status}: ", printable(told), remark(printable(event.reason or "")))


@click.command(
    short_help="Show how well a graph is founded.",
    epilog="""\b
Examples:
  cuibono stats --store mygraph
  cuibono stats --store mygraph --json
""",
)
@store_option
@output_options
def stats(store: str | None, out: Output) -> None:
    """Show how well a graph is founded: by basis and source, and what is worth a look."""
    with opened(store) as kg, busy("looking it over"):
        found = kg.quality()
        out.show(lambda: _quality_parts(found, kg), lambda: of_quality(found))


def _quality_parts(found: Quality, kg: KnowledgeGraph) -> Iterator[RenderableType]:
    label = kg.snapshot.label
    wording = Wording(kg)
    yield heading("statements", "by status, and the accepted ones by basis")
    yield from _counts(found.statements.items())
    yield from _counts(found.bases.items())
    yield heading("sources", "accepted statements by document")
    yield from _counts([(label(iri), count) for iri, count in islice(found.documents.items(), _SHOWN)])
    if (left := len(found.documents) - _SHOWN) > 0:
        yield remark(f"and {left:,} more; --json has all")
    yield heading("worth a look")
    yield Text(f"  {found.undated:,} with no date · {found.unstated_confidence:,} with no confidence stated")
    clauses = {
        "without a quote or a row": found.unquoted,
        "in one document alone": found.single_source,
        "with people for and against": found.contested_statements,
    }
    for what, iris in clauses.items():
        yield Text(f"  {amount(len(iris), 'statement')} {what}")
        for iri in iris[:3]:
            yield Text("      " + printable(wording.clause(kg.snapshot.statements[iri])), style="dim")
    others = {
        ("claim", "claims", "with people for and against"): found.contested_claims,
        ("document", "documents", "in which nothing was found"): found.orphan_documents,
        ("entity", "entities", "that no statement speaks of"): found.unmentioned_entities,
    }
    for (one, many, what), iris in others.items():
        yield Text(f"  {amount(len(iris), one, many)} {what}")
        for iri in iris[:3]:
            yield Text("      " + printable(label(iri)), style="dim")


def _counts(counts: Iterable[tuple[str, int]]) -> Iterator[RenderableType]:
    known = list(counts)
    width = max((len(name) for name, _ in known), default=0)
    for name, count in known:
        if count:
            yield Text(f"  {printable(name).ljust(width)}  {count:,}")
