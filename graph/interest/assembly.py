"""From strongest paths to findings: what every engine does once it has found the paths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cuibono.graph.interest.explanation import Explainer
from cuibono.graph.interest.findings import Alignment, Beneficiary, ConflictOfInterest, Effect, Path
from cuibono.graph.interest.signs import MIXED_FACTOR
from cuibono.graph.model import Basis, Statement
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["TOLERANCE", "Assembler", "Gain", "Interest", "stronger"]

TOLERANCE = 1e-12
"""Strengths nearer than this are equal: factors multiplied in another order differ by less."""


@dataclass(frozen=True, slots=True)
class Interest:
    """The strongest path of each sign between two things; at least one of them is there."""

    positive: Path | None = None
    negative: Path | None = None

    def with_path(self, path: Path) -> Interest:
        """Return the interest once one more path is known."""
        if path.interest > 0:
            return Interest(stronger(self.positive, path), self.negative)
        return Interest(self.positive, stronger(self.negative, path))

    @property
    def main(self) -> Path:
        """The stronger of the two, the positive one if they are equal."""
        if self.positive is None or self.negative is None:
            return self.positive or self.negative or Path()
        return self.negative if abs(self.negative.interest) > self.positive.interest + TOLERANCE else self.positive

    @property
    def opposing(self) -> Path | None:
        """The other one, where it is at least half as strong."""
        main = self.main
        other = self.negative if main is self.positive else self.positive
        return other if other is not None and _rivals(other.interest, main.interest) else None


@dataclass(frozen=True, slots=True)
class Gain:
    """One way in which somebody gains or loses.

    Attributes
    ----------
    gain : float
        Signed.
    bearing : Statement or None
        What says whom the claim touches.
    path : Path
        From the beneficiary to that.
    """

    gain: float
    bearing: Statement | None
    path: Path

    def goes_before(self, other: Gain) -> bool:
        """Return whether it is stronger, or equal and shorter, or equal and smaller by IRIs."""
        difference = abs(self.gain) - abs(other.gain)
        if abs(difference) > TOLERANCE:
            return difference > 0
        return self._tie < other._tie

    @property
    def _tie(self) -> tuple[int, tuple[str, ...], str]:
        return len(self.path.hops), self.path.order[2], self.bearing.iri if self.bearing else ""


class Assembler:
    """Makes findings of paths.

    Parameters
    ----------
    snapshot : Snapshot
        The graph that the paths lead through.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._explainer = Explainer(snapshot)

    def conflict(
        self, stance: Statement, target: str, bearing: Statement | None, effective: float, interest: Interest | None
    ) -> ConflictOfInterest:
        """Return the finding that a stance and an interest make.

        Parameters
        ----------
        effective : float
            The signed stance on the target.
        interest : Interest or None
            None where the actor is the target.
        """
        path = interest.main if interest else Path()
        opposing = interest.opposing if interest else None
        alignment = _alignment(effective * path.interest, opposing) if interest else Alignment.OWN_CASE
        rests_on = [stance, *([bearing] if bearing else []), *path.statements, *(opposing.statements if opposing else ())]
        return ConflictOfInterest(
            actor=stance.subject,
            target=target,
            stance=stance,
            claim=bearing.subject if bearing else None,
            bearing=bearing,
            effective_stance=effective,
            interest_path=path,
            opposing_path=opposing,
            alignment=alignment,
            strength=abs(effective) * stance.certainty * abs(path.interest),
            weakest_basis=_weakest(rests_on),
            explanation=self._explainer.conflict(stance, target, bearing, effective, path, opposing, alignment),
        )

    def beneficiary(self, entity: str, of: str, gains: Iterable[Gain]) -> Beneficiary:
        """Return what becomes of an entity, of all the ways in which it gains or loses; there is at least one."""
        best: dict[bool, Gain] = {}
        for gain in gains:
            side = gain.gain > 0
            if side not in best or gain.goes_before(best[side]):
                best[side] = gain
        main = max(best.values(), key=lambda gain: abs(gain.gain))
        if len(best) == 2 and abs(best[True].gain + best[False].gain) <= TOLERANCE:
            main = best[True]
        other = best.get(main.gain < 0)
        opposing = other if other is not None and _rivals(other.gain, main.gain) else None
        effect = Effect.MIXED if opposing else Effect.GAINS if main.gain > 0 else Effect.LOSES
        chosen = [main, *([opposing] if opposing else [])]
        rests_on = [s for g in chosen for s in (*([g.bearing] if g.bearing else []), *g.path.statements)]
        return Beneficiary(
            entity=entity,
            gain=main.gain,
            effect=effect,
            bearing=main.bearing,
            path=main.path,
            opposing_bearing=opposing.bearing if opposing else None,
            opposing_path=opposing.path if opposing else None,
            weakest_basis=_weakest(rests_on),
            explanation=self._explainer.beneficiary(entity, of, main.bearing, main.path, main.gain, effect),
        )


def stronger(old: Path | None, new: Path) -> Path:
    """Return the stronger of two paths; of equal ones the shorter, then the one of smaller IRIs."""
    if old is None:
        return new
    difference = abs(new.interest) - abs(old.interest)
    if abs(difference) > TOLERANCE:
        return new if difference > 0 else old
    return min(old, new, key=lambda path: path.order[1:])


def _rivals(weaker: float, stronger: float) -> bool:
    return abs(weaker) >= MIXED_FACTOR * abs(stronger) - TOLERANCE


def _alignment(product: float, opposing: Path | None) -> Alignment:
    if opposing is not None:
        return Alignment.MIXED
    return Alignment.SELF_SERVING if product > 0 else Alignment.AGAINST_INTEREST


def _weakest(statements: Iterable[Statement]) -> Basis:
    return max((s.basis for s in statements), key=lambda basis: basis.rank, default=Basis.VERBATIM)
