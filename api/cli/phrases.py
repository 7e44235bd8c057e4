"""The words of text answers: names, statements, numbers and quotes, safe to print and the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from cuibono.graph.interest.findings import Alignment, Effect, Hop, Path
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Claim, Statement
from cuibono.schema.vocabulary import local_name

__all__ = [
    "ALIGNMENT_STYLES",
    "EFFECT_STYLES",
    "Quotation",
    "Wording",
    "amount",
    "bar",
    "factor",
    "heading",
    "indented",
    "printable",
    "remark",
    "signed",
]

ALIGNMENT_STYLES = {
    Alignment.SELF_SERVING: "bold yellow",
    Alignment.AGAINST_INTEREST: "bold green",
    Alignment.MIXED: "bold magenta",
    Alignment.OWN_CASE: "bold blue",
}
EFFECT_STYLES = {Effect.GAINS: "green", Effect.LOSES: "red", Effect.MIXED: "magenta"}

_BAR_WIDTH = 10
# What stands in a document must not move the cursor, change colours or turn the direction of the text.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def amount(count: int, one: str, many: str | None = None) -> str:
    """Return a number of things in words; many of them are called as one is, with an s, unless it says otherwise.

    Examples
    --------
    >>> amount(1, "statement"), amount(1200, "statement"), amount(0, "entity", "entities")
    ('1 statement', '1,200 statements', '0 entities')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def printable(text: str) -> str:
    """Return a text on one line, with the characters that could upset a terminal replaced.

    Examples
    --------
    >>> printable("one\\n two \\x1b[31m")
    'one two �[31m'
    """
    return _UNPRINTABLE.sub("\ufffd", " ".join(text.split()))


def factor(number: float) -> str:
    """Return a number as it stands in a product, with so many decimals that the product can be checked.

    Examples
    --------
    >>> factor(-0.8), factor(0.576), factor(1)
    ('-0.8', '0.576', '1')
    """
    return f"{number:.3f}".rstrip("0").rstrip(".")


def signed(number: float) -> str:
    """Return a number with its sign and two decimals.

    Examples
    --------
    >>> signed(0.576)
    '+0.58'
    """
    return f"{number:+.2f}"


def bar(strength: float) -> str:
    """Return a bar as long as a strength between 0 and 1."""
    return "━" * max(1, round(abs(strength) * _BAR_WIDTH))


def heading(text: str, gloss: str = "") -> Text:
    """Return the heading of a part of an answer, and in a few words what the part says."""
    return Text.assemble("\n", (text, "bold underline"), ("  " + gloss if gloss else "", "dim"))


def remark(*parts: str) -> Text:
    """Return what is said beside the matter, in brackets."""
    return Text(f"  ({' · '.join(filter(None, parts))})", style="dim")


def indented(part: RenderableType, columns: int) -> Padding:
    """Return a part moved to the right."""
    return Padding(part, (0, 0, 0, columns), expand=False)


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a document, with a line at their left so that no quotation marks get mixed up."""

    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in Text(self.text, style="italic").wrap(console, max(options.max_width - 2, 20)):
            line.rstrip()
            yield Text.assemble(("│ ", "dim"), line)


class Wording:
    """Puts what a graph holds into words.

    Parameters
    ----------
    kg : KnowledgeGraph
        Gives things their names.
    """

    def __init__(self, kg: KnowledgeGraph) -> None:
        self._snapshot = kg.snapshot
        self._one_document = len(self._snapshot.documents) == 1

    def name(self, iri: str) -> str:
        """Return the name of a thing; a claim's text in quotation marks, a statement as a clause in brackets."""
        node = self._snapshot.node(iri)
        if isinstance(node, Claim):
            return f"“{printable(node.text).rstrip('.')}”"
        if isinstance(node, Statement):
            return f"[{self.clause(node)}]"
        return printable(self._snapshot.label(iri))

    def relation(self, statement: Statement) -> str:
        """Return the words for a statement's relation."""
        return printable(self._snapshot.relation(statement).label)

    def sign(self, statement: Statement) -> float:
        """Return the sign of a stance or a bearing."""
        relation = self._snapshot.relation(statement)
        return relation.stance or relation.bearing or 0.0

    def clause(self, statement: Statement, first: str | None = None) -> str:
        """Return a statement as a clause; of a symmetric one, ``first`` is the end that is named first."""
        ends = statement.subject, statement.object
        if first == statement.object and self._snapshot.relation(statement).symmetric:
            ends = ends[1], ends[0]
        return f"{self.name(ends[0])} {self.relation(statement)} {self.name(ends[1])}"

    def hop(self, hop: Hop) -> str:
        """Return the clause of a hop."""
        return self.clause(hop.statement, first=hop.source)

    def answered(self, statement: Statement) -> str | None:
        """Return whom a statement answers, or None."""
        answered = self._snapshot.statements.get(statement.in_response_to or "")
        return None if answered is None else self.name(answered.subject)

    def source(self, statement: Statement) -> Text:
        """Return who said a statement where and when, on what basis and how surely; what is unknown is left out."""
        return remark(*self._source(statement))

    def _source(self, statement: Statement) -> Iterator[str]:
        if statement.is_reported and statement.speaker:
            yield f"as {self.name(statement.speaker)} reports"
        if statement.said_via:
            yield f"on {self.name(statement.said_via)}"
        if statement.stated_on:
            yield f"said {statement.stated_on}"
        answered = self.answered(statement)
        if answered:
            yield f"answering {answered}"
        yield statement.basis.value
        if statement.confidence is not None:
            yield f"confidence {factor(statement.confidence)}"
        if statement.valid_from or statement.valid_to:
            yield f"valid {statement.valid_from or ''}–{statement.valid_to or ''}"
        for attribute, value in statement.attributes:
            yield f"{local_name(attribute)} {printable(str(value))}"
        if statement.status.value != "accepted":
            yield statement.status.value.upper()

    def quotations(self, statement: Statement, columns: int) -> Iterator[Padding]:
        """Yield the quotes that prove a statement in the order in which they stand, or what it was derived from."""
        pieces = sorted((self._snapshot.evidence[iri] for iri in statement.evidence), key=lambda e: (e.document, e.start or 0))
        for piece in pieces:
            where = "" if self._one_document else f"  ({self.name(piece.document)})"
            yield indented(Quotation(printable(piece.exact) + where), columns)
        if not pieces:
            for iri in statement.derived_from:
                yield indented(Text(f"follows from {self.name(iri)}", style="dim"), columns)

    def weight(self, hop: Hop) -> str:
        """Return what a hop weighs, and how that comes about."""
        if hop.weight is None or hop.relation_weight is None:
            return "carries no interest"
        parts = [factor(hop.relation_weight)]
        if hop.statement.confidence is not None:
            parts.append(f"confidence {factor(hop.statement.confidence)}")
        if hop.halved:
            parts.append("0.5 as it is disputed")
        return parts[0] if len(parts) == 1 else f"{factor(hop.weight)} = {' × '.join(parts)}"

    def disputers(self, hop: Hop) -> str:
        """Return who disputes what a hop rests on, or nothing."""
        return f"disputed by {', '.join(map(self.name, hop.disputed_by))}" if hop.disputed_by else ""

    def product(self, path: Path) -> str:
        """Return the product of the weights of a path."""
        weights = [hop.weight for hop in path.hops if hop.weight is not None]
        arithmetic = f" = {' × '.join(map(factor, weights))}" if len(weights) > 1 else ""
        return f"{factor(path.interest)}{arithmetic}"
