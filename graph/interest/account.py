"""The account of a finding: its statements in order, the quotes that prove them, and the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from math import isclose, prod
from typing import Any

from cuibono.graph.errors import InvalidArgument
from cuibono.graph.interest.explanation import Explainer
from cuibono.graph.interest.findings import Beneficiary, ConflictOfInterest, Path
from cuibono.graph.interest.signs import DISPUTED_FACTOR
from cuibono.graph.model import Statement
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Account", "Factor", "Quote", "Step", "account_of"]


_WANTED = "give one conflict of interest, one beneficiary or one path, such as the first of a list"


@dataclass(frozen=True, slots=True)
class Quote:
    """A place in a document.

    Attributes
    ----------
    document : str
        IRI.
    document_label : str
        Its title, or the last part of its IRI.
    """

    exact: str
    prefix: str
    suffix: str
    document: str
    document_label: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a strength.

    Attributes
    ----------
    value : float
        Signed where the sign means something.
    reason : str
        What it is.
    """

    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of an account.

    Attributes
    ----------
    role : str
        ``stance``, ``bearing``, ``interest``, ``opposing bearing`` or ``opposing interest``; ``says the same`` of what is said of
        the one before by other statements, too, which contribute nothing.
    statement : str
        IRI.
    clause : str
        What it says, as a clause.
    speaker : str or None
        Name of who says so; None for the document in its own voice.
    factors : tuple of Factor
        What it contributes to the strength.
    derived_from : tuple of str
        What the statements that it was inferred from say, as clauses.
    quotes : tuple of Quote
        In the order in which they stand in their documents.
    """

    role: str
    statement: str
    clause: str
    basis: str
    speaker: str | None
    stated_on: str | None
    disputed_by: tuple[str, ...]
    factors: tuple[Factor, ...]
    derived_from: tuple[str, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Why something was found.

    Attributes
    ----------
    sentence : str
        One sentence of plain English.
    strength : float
        Signed for paths and beneficiaries, its size for conflicts.
    arithmetic : str
        The equation by which the strength comes about; with ≈ where digits are left out.
    opposing_arithmetic : str or None
        The same for the interest the other way, where there is one: what it would come to alone.
    steps : tuple of Step
        The statements it rests on, in order.
    """

    sentence: str
    strength: float
    arithmetic: str
    opposing_arithmetic: str | None
    steps: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the account as plain dictionaries and lists, fit for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield self.sentence
        yield f"  strength: {self.arithmetic}"
        if self.opposing_arithmetic is not None:
            yield f"  the other way: {self.opposing_arithmetic}"
        for step in self.steps:
            who = f", says {step.speaker}" if step.speaker else ""
            when = f", {step.stated_on}" if step.stated_on else ""
            disputed = f", disputed by {' and '.join(step.disputed_by)}" if step.disputed_by else ""
            yield f"  {step.role}: {step.clause} ({step.basis}{who}{when}{disputed})"
            for factor in step.factors:
                yield f"    × {factor.value:g}, {factor.reason}"
            for clause in step.derived_from:
                yield f"    inferred from: {clause}"
            for quote in step.quotes:
                yield f"    “{quote.exact}” ({quote.document_label})"


def account_of(snapshot: Snapshot, finding: ConflictOfInterest | Beneficiary | Path) -> Account:
    """Return the account of a finding, a beneficiary or a path.

    Raises
    ------
    InvalidArgument
        If it is something else.
    """
    writer = _Writer(snapshot)
    match finding:
        case ConflictOfInterest():
            return writer.conflict(finding)
        case Beneficiary():
            return writer.beneficiary(finding)
        case Path():
            return writer.path(finding)
        case _:
            raise InvalidArgument("finding", f"is of type {type(finding).__name__}; {_WANTED}")


class _Writer:
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot, self._explainer = snapshot, Explainer(snapshot)

    def conflict(self, finding: ConflictOfInterest) -> Account:
        relation = self._snapshot.relation(finding.stance)
        stance = [Factor(relation.stance or 0.0, f"a stance of that kind ({relation.label})")]
        stance += _confidence(finding.stance)
        steps = [self._step("stance", finding.stance, stance)]
        if finding.bearing is not None:
            steps.append(self._bearing(finding.bearing))
        counted = [*steps, *self._hops("interest", finding.interest_path)]
        opposing = list(self._hops("opposing interest", finding.opposing_path)) if finding.opposing_path else []
        other = _equation([*steps, *opposing], sized=True) if opposing else None
        return Account(finding.explanation, finding.strength, _equation(counted, sized=True), other, (*counted, *opposing))

    def beneficiary(self, finding: Beneficiary) -> Account:
        steps = [self._bearing(finding.bearing)] if finding.bearing else []
        counted = [*steps, *self._hops("interest", finding.path)]
        opposing, other = [], None
        if finding.opposing_path is not None:
            hops = list(self._hops("opposing interest", finding.opposing_path))
            bearing = finding.opposing_bearing
            begun = [] if bearing is None else [replace(self._bearing(bearing), role="opposing bearing")]
            other = _equation([*begun, *hops])
            opposing = hops if bearing is finding.bearing else [*begun, *hops]
        return Account(finding.explanation, finding.gain, _equation(counted), other, (*counted, *opposing))

    def path(self, path: Path) -> Account:
        steps = tuple(self._hops("interest", path))
        walker = path.hops[0].source if path.hops else ""
        arithmetic = _equation(steps) if path.strength is not None else "some relation carries no interest"
        sentence = f"{self._explainer.path(path, walker)}." if steps else "Nothing lies between a thing and itself."
        return Account(sentence, path.interest, arithmetic, None, steps)

    def _bearing(self, bearing: Statement) -> Step:
        relation = self._snapshot.relation(bearing)
        sign = Factor(relation.bearing or 0.0, f"a bearing of that kind ({relation.label})")
        return self._step("bearing", bearing, [sign, *_confidence(bearing)])

    def _hops(self, role: str, path: Path) -> Iterator[Step]:
        for hop in path.hops:
            factors = []
            if hop.relation_weight is not None:
                relation = self._snapshot.relation(hop.statement)
                subject, along = self._snapshot.label(hop.source), "along" if hop.source == hop.statement.subject else "against"
                factors = [Factor(hop.relation_weight, f"interest of {subject}, {along} {relation.label}")]
                factors += _confidence(hop.statement)
            if hop.halved:
                factors.append(Factor(DISPUTED_FACTOR, "disputed"))
            yield self._step(role, hop.statement, factors, tuple(map(self._snapshot.label, hop.disputed_by)))
            for other in hop.also:
                yield self._step("says the same", other, [])

    def _step(self, role: str, statement: Statement, factors: list[Factor], disputed_by: tuple[str, ...] = ()) -> Step:
        return Step(
            role=role,
            statement=statement.iri,
            clause=self._explainer.statement(statement),
            basis=statement.basis.value,
            speaker=self._snapshot.label(statement.speaker) if statement.speaker else None,
            stated_on=str(statement.stated_on) if statement.stated_on else None,
            disputed_by=disputed_by,
            factors=tuple(factors),
            derived_from=tuple(self._derived_from(statement)),
            quotes=tuple(self._quotes(statement)),
        )

    def _derived_from(self, statement: Statement) -> Iterator[str]:
        for iri in statement.derived_from:
            other = self._snapshot.statements.get(iri)
            yield iri if other is None else self._explainer.statement(other)

    def _quotes(self, statement: Statement) -> Iterator[Quote]:
        pieces = [self._snapshot.evidence[iri] for iri in statement.evidence]
        for piece in sorted(pieces, key=lambda e: (e.document, e.start or 0, e.iri)):
            label = self._snapshot.label(piece.document)
            yield Quote(piece.exact, piece.prefix, piece.suffix, piece.document, label)


def _confidence(statement: Statement) -> list[Factor]:
    return [] if statement.confidence is None else [Factor(statement.confidence, "confidence")]


def _equation(steps: list[Step] | tuple[Step, ...], *, sized: bool = False) -> str:
    """Return the factors of steps and their product; only the sizes if so asked."""
    values = [factor.value for step in steps for factor in step.factors]
    if sized:
        values = [abs(value) for value in values]
    product = prod(values)
    written, result = [f"{value:g}" for value in values], f"{product:.6g}"
    is_exact = isclose(prod(map(float, written)), float(result), rel_tol=1e-9, abs_tol=1e-12)
    return f"{' × '.join(written) or '1'} {'=' if is_exact else '≈'} {result}"
