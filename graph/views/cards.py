"""How a graph, its records and its findings show themselves in a notebook: compact tables, with quotes in context."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from cuibono.graph.frames.lists import ClaimList, DocumentList, EntityList, Found, StatementList
from cuibono.graph.interest.account import Account, Step, account_of
from cuibono.graph.interest.findings import Beneficiary, ConflictOfInterest, Path
from cuibono.graph.interest.lists import BeneficiaryList, ConflictList, ConflictPairList, PathList, path_in_words
from cuibono.graph.interest.positions import Position, Positions
from cuibono.graph.interest.questions import Questions
from cuibono.graph.model import Claim, Document, Entity, Evidence, Statement, Status
from cuibono.graph.showing import draws, graphs
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.markup import Markup, block, isolated, joined, quoted, table, tag

__all__ = ["list_card"]

_MOST = 20
_MOST_STATEMENTS = _MOST_RELATIONS = 8


def _snapshot_of(iri: str, record: object = None) -> Snapshot | None:
    """Return the latest open graph that has a record as it is, or else under its IRI."""
    found = [snapshot for graph in graphs() if (snapshot := graph.snapshot).node(iri) is not None]
    return next((snapshot for snapshot in found if record in (None, snapshot.node(iri))), found[0] if found else None)


# ── the graph ──────────────────────────────────────────────────────────────────────────────────────────


def graph_card(kg: Questions) -> str:
    """Return what a graph holds, in numbers."""
    info = kg.info()
    counts = {"entities": info.entities, "claims": info.claims, "documents": info.documents, "quotes and rows": info.evidence}
    counts |= {f"{status} statements": number for status, number in info.statements.items() if number}
    relations = sorted(info.relations.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [(name, number) for name, number in relations[:_MOST_RELATIONS]]
    return block(
        tag("div", tag("strong", "Knowledge graph"), f" {info.url}, version {info.version:,}"),
        tag(
            "div",
            table("Holds", ["what", "how many"], counts.items()),
            table(f"Accepted statements{_more(len(relations), _MOST_RELATIONS)}", ["relation", "how many"], rows) if rows else "",
            class_="beside",
        ),
    )


def _more(count: int, shown: int = _MOST) -> str:
    return f" (the first {shown} of {count:,})" if count > shown else ""


# ── records ────────────────────────────────────────────────────────────────────────────────────────────


def entity_card(entity: Entity) -> str:
    """Return an entity with some of what is said about it."""
    snapshot = _snapshot_of(entity.iri, entity)
    kind = snapshot.vocabulary.entity_class(entity.type).label if snapshot else entity.type
    also = f"also {', '.join(entity.aliases)}" if entity.aliases else ""
    return block(
        tag("div", tag("strong", isolated(entity.label)), f" ({kind}) ", tag("span", isolated(also), class_="quiet")),
        tag("div", isolated(entity.description)) if entity.description else "",
        tag("div", entity.iri, class_="iri quiet"),
        _about(snapshot, entity.iri) if snapshot else "",
    )


def _about(snapshot: Snapshot, iri: str) -> Markup:
    found = [*snapshot.by_subject.get(iri, ()), *(s for s in snapshot.by_object.get(iri, ()) if s.subject != iri)]
    accepted = [statement for statement in found if statement.status is Status.ACCEPTED]
    rows = [(_clause(snapshot, s), _first_quote(snapshot, s)) for s in accepted[:_MOST_STATEMENTS]]
    caption = f"Statements{_more(len(accepted), _MOST_STATEMENTS)}"
    return table(caption, ["statement", "quote"], rows) if rows else Markup("")


def claim_card(claim: Claim) -> str:
    """Return a claim with who stands where on it."""
    snapshot = _snapshot_of(claim.iri, claim)
    number = f"{claim.quantity:,} {claim.unit or ''}".strip() if claim.quantity is not None else ""
    parts: list[object] = [tag("div", tag("strong", isolated(claim.text)), f" {number}".rstrip())]
    if claim.hedges:
        parts.append(tag("div", "hedged: ", isolated(", ".join(claim.hedges)), class_="quiet"))
    parts.append(tag("div", claim.iri, class_="iri quiet"))
    if snapshot:
        sides = Positions(snapshot).on_claim(claim.iri)
        state = "contested" if sides.contested else "not contested"
        rows = [*_stands(snapshot, "for", sides.supporters), *_stands(snapshot, "against", sides.opponents)]
        parts.append(table(f"Who stands where: {state}", ["who", "side", "how", "when", "quote"], rows) if rows else "")
    return block(*parts)


def _stands(snapshot: Snapshot, side: str, positions: tuple[Position, ...]) -> Iterator[tuple[object, ...]]:
    for position in positions:
        stance = position.stance
        how = snapshot.relation(stance).label + (", by a claim that excludes it" if position.through else "")
        yield isolated(snapshot.label(position.actor)), side, how, stance.stated_on, _first_quote(snapshot, stance)


def statement_card(statement: Statement) -> str:
    """Return a statement with its evidence, and who disputes it."""
    snapshot = _snapshot_of(statement.iri, statement)
    if snapshot is None:
        ends = (statement.subject, statement.predicate, statement.object)
        return block(tag("div", " ".join(ends)), tag("div", statement.iri, class_="iri quiet"))
    positions = Positions(snapshot).on_statement(statement)
    said = [statement.basis.value, statement.status.value]
    said += [f"confidence {statement.confidence:g}"] if statement.confidence is not None else ["no confidence stated"]
    said += [f"says {snapshot.label(statement.speaker)}"] if statement.speaker else []
    said += [f"on {statement.stated_on}"] if statement.stated_on else []
    said += [f"from {statement.valid_from}"] if statement.valid_from else []
    said += [f"until {statement.valid_to}"] if statement.valid_to else []
    said += [f"{snapshot.vocabulary.attribute(iri).label} {value}" for iri, value in statement.attributes]
    opponents = ", ".join(snapshot.label(position.actor) for position in positions.opponents)
    pieces = [snapshot.evidence[iri] for iri in statement.evidence]
    rows = [(isolated(snapshot.label(piece.document)), _quote(piece)) for piece in pieces]
    return block(
        tag("div", tag("strong", _clause(snapshot, statement))),
        tag("div", isolated(" · ".join(said)), class_="quiet"),
        tag("div", tag("strong", "Disputed"), " by ", isolated(opponents)) if opponents else "",
        table("Evidence", ["document", "quote"], rows) if rows else "",
        tag("div", statement.iri, class_="iri quiet"),
    )


def document_card(document: Document) -> str:
    """Return what is known of a document."""
    known = {
        "authors": ", ".join(document.authors),
        "publisher": document.publisher,
        "published": document.published,
        "retrieved": document.retrieved,
        "licence": document.licence,
        "language": document.language,
        "address": document.url,
        "characters": f"{len(document.text):,}" if document.text is not None else None,
    }
    rows = [(name, isolated(str(value))) for name, value in known.items() if value]
    return block(
        tag("div", tag("strong", isolated(document.label))),
        table("Document", ["what", ""], rows) if rows else "",
        tag("div", document.iri, class_="iri quiet"),
    )


def evidence_card(evidence: Evidence) -> str:
    """Return a quote in its context."""
    snapshot = _snapshot_of(evidence.iri)
    label = snapshot.label(evidence.document) if snapshot else evidence.document
    return block(tag("div", _quote(evidence)), tag("div", isolated(label), class_="quiet"))


def _clause(snapshot: Snapshot, statement: Statement) -> Markup:
    relation = snapshot.relation(statement).label
    ends = isolated(snapshot.label(statement.subject)), isolated(snapshot.label(statement.object))
    return joined([ends[0], " ", tag("em", relation), " ", ends[1]])


def _quote(piece: Evidence) -> Markup:
    return quoted(piece.prefix, piece.exact, piece.suffix)


def _first_quote(snapshot: Snapshot, statement: Statement) -> Markup:
    pieces = [snapshot.evidence[iri] for iri in statement.evidence]
    first = min(pieces, key=lambda piece: (piece.document, piece.start or 0, piece.iri), default=None)
    return _quote(first) if first else Markup("")


# ── findings ───────────────────────────────────────────────────────────────────────────────────────────


def _finding_card(finding: ConflictOfInterest | Beneficiary | Path) -> str | None:
    first = next(iter(finding.statements), None)
    snapshot = _snapshot_of(first.iri) if first else None
    if snapshot is None:
        return None
    account = account_of(snapshot, finding)
    return block(*_account(account, _heading(snapshot, finding)))


def _heading(snapshot: Snapshot, finding: ConflictOfInterest | Beneficiary | Path) -> str:
    match finding:
        case ConflictOfInterest():
            ends = f"{snapshot.label(finding.actor)} → {snapshot.label(finding.target)}"
            return f"{ends} · {_words(finding.alignment)} · strength {finding.strength:.2f}"
        case Beneficiary():
            return f"{snapshot.label(finding.entity)} · {_words(finding.effect)} · {finding.gain:+.2f}"
        case Path():
            return path_in_words(snapshot, finding)


def _words(name: str) -> str:
    return name.replace("_", " ").lower()


def _account(account: Account, heading: str) -> Iterator[Markup]:
    yield tag("div", tag("strong", isolated(heading)))
    yield tag("div", isolated(account.sentence))
    rows = [(step.role, isolated(step.clause), _factors(step), _step_quotes(step)) for step in account.steps]
    yield table("Statements that it rests on", ["role", "statement", "weight", "quotes"], rows)
    yield tag("div", account.arithmetic, class_="quiet")


def _factors(step: Step) -> str:
    return " × ".join(f"{factor.value:g}" for factor in step.factors)


def _step_quotes(step: Step) -> Markup:
    return joined([tag("div", quoted(quote.prefix, quote.exact, quote.suffix)) for quote in step.quotes])


# ── lists ──────────────────────────────────────────────────────────────────────────────────────────────


def list_card(found: Found[Any]) -> str:
    """Return the first of what was found as a table."""
    heads, row = _ROWS[type(found)]
    shown = list(islice(found, _MOST))
    rows = [row(found.snapshot, each) for each in shown]
    many = f"The first {_MOST}" if found[_MOST : _MOST + 1] else str(len(shown))
    caption = f"{many} {found.what}{', cut at a limit' if found.cut else ''}"
    return block(table(caption, heads, rows) if rows else tag("div", f"No {found.what}"))


_ROWS: dict[type, tuple[list[str], Any]] = {
    EntityList: (
        ["entity", "class", "aliases", "description"],
        lambda snapshot, each: (
            isolated(each.label),
            snapshot.vocabulary.entity_class(each.type).name,
            isolated(", ".join(each.aliases)),
            isolated(each.description or ""),
        ),
    ),
    ClaimList: (
        ["claim", "quantity", "unit"],
        lambda snapshot, each: (  # noqa: ARG005
            isolated(each.text),
            f"{each.quantity:,}" if each.quantity is not None else "",
            isolated(each.unit or ""),
        ),
    ),
    DocumentList: (
        ["document", "publisher", "published"],
        lambda snapshot, each: (isolated(each.label), isolated(each.publisher or ""), each.published),  # noqa: ARG005
    ),
    StatementList: (
        ["statement", "basis", "status", "quote"],
        lambda snapshot, each: (
            _clause(snapshot, each),
            each.basis.value,
            each.status.value,
            _first_quote(snapshot, each),
        ),
    ),
    ConflictList: (
        ["actor", "target", "alignment", "strength", "why"],
        lambda snapshot, each: (
            isolated(snapshot.label(each.actor)),
            isolated(snapshot.label(each.target)),
            _words(each.alignment),
            each.strength,
            isolated(each.explanation),
        ),
    ),
    ConflictPairList: (
        ["actor", "target", "alignment", "strength", "findings"],
        lambda snapshot, each: (
            isolated(snapshot.label(each.actor)),
            isolated(snapshot.label(each.target)),
            _words(each.alignment),
            each.strength,
            len(each.findings),
        ),
    ),
    BeneficiaryList: (
        ["who", "effect", "gain", "why"],
        lambda snapshot, each: (
            isolated(snapshot.label(each.entity)),
            _words(each.effect),
            each.gain,
            isolated(each.explanation),
        ),
    ),
    PathList: (
        ["path", "interest"],
        lambda snapshot, each: (isolated(path_in_words(snapshot, each)), each.strength),
    ),
}

for _kind, _draw in (
    (Questions, graph_card),
    (Entity, entity_card),
    (Claim, claim_card),
    (Statement, statement_card),
    (Document, document_card),
    (Evidence, evidence_card),
    (ConflictOfInterest, _finding_card),
    (Beneficiary, _finding_card),
    (Path, _finding_card),
    (Found, list_card),
):
    draws(_kind, _draw)
