"""What the interest engine finds: paths, conflicts of interest, and those who gain or lose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from math import prod
from typing import TypeVar, overload

from cuibono.graph.frames.lists import Cut
from cuibono.graph.model import Basis, Statement
from cuibono.graph.showing import Shown

__all__ = [
    "Alignment",
    "Beneficiary",
    "ConflictOfInterest",
    "ConflictPair",
    "Effect",
    "Findings",
    "Hop",
    "Path",
    "conflict_pairs",
]

DEFAULT_MIN_STRENGTH = 0.1
DEFAULT_HOPS = 3
MAXIMUM_HOPS = 5


class Alignment(StrEnum):
    """Which way a stance and an interest lie."""

    SELF_SERVING = "SELF_SERVING"
    AGAINST_INTEREST = "AGAINST_INTEREST"
    MIXED = "MIXED"
    OWN_CASE = "OWN_CASE"


class Effect(StrEnum):
    """What happens to somebody."""

    GAINS = "GAINS"
    LOSES = "LOSES"
    MIXED = "MIXED"


_Finding = TypeVar("_Finding")


class Findings(Sequence[_Finding]):
    """What an engine found, in order, and where something may be missing.

    Parameters
    ----------
    items : sequence or iterable
        A sequence may make its things when they are reached.
    cut : tuple of Cut
        Where walks came to their limit; nothing where the answer is whole.

    Examples
    --------
    >>> found = Findings(["a", "b"])
    >>> found[0], len(found), found.cut
    ('a', 2, ())
    """

    def __init__(self, items: Iterable[_Finding] = (), *, cut: tuple[Cut, ...] = ()) -> None:
        self.items: Sequence[_Finding] = items if isinstance(items, Sequence) else list(items)
        self.cut = cut

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> _Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_Finding]: ...
    def __getitem__(self, index: int | slice) -> _Finding | Sequence[_Finding]:
        return self.items[index]


@dataclass(frozen=True, slots=True)
class Hop:
    """One statement of a path, the strongest of those that say the same, walked in one direction.

    Attributes
    ----------
    source, target : str
        IRIs of where the step begins and ends; the statement may point the other way.
    weight : float or None
        Signed, with the statement's confidence, halved where it is disputed; None where the relation
        carries no interest.
    relation_weight : float or None
        The weight of the relation in that direction, before confidence and dispute.
    disputed_by : tuple of str
        IRIs of those who dispute what the statement says, the walker among them or not.
    halved : bool
        Whether the weight counts half because somebody other than the walker disputes it.
    undated : bool
        Whether it is unknown since when the relation holds.
    also : tuple of Statement
        Others that say the same, the stronger first; given for paths between two things alone.
    """

    statement: Statement
    source: str
    target: str
    weight: float | None
    relation_weight: float | None
    disputed_by: tuple[str, ...] = ()
    halved: bool = False
    undated: bool = False
    also: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Path(Shown):
    """Statements that lead from one thing to another, in order.

    Attributes
    ----------
    hops : tuple of Hop
        None for the path from something to itself.
    """

    hops: tuple[Hop, ...] = ()

    @property
    def strength(self) -> float | None:
        """The signed product of the weights, 1 for the empty path; None where a hop carries no interest."""
        weights = [hop.weight for hop in self.hops if hop.weight is not None]
        return prod(weights) if len(weights) == len(self.hops) else None

    @property
    def interest(self) -> float:
        """The strength, 0 where there is none."""
        return self.strength or 0.0

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements along it."""
        return tuple(hop.statement for hop in self.hops)

    @property
    def undated(self) -> bool:
        """Whether it is unknown of any hop since when it holds."""
        return any(hop.undated for hop in self.hops)

    @property
    def order(self) -> tuple[float, int, tuple[str, ...]]:
        """A key that puts the stronger first, then the shorter, then by IRIs: the same on every machine."""
        return (-round(abs(self.interest), 12), len(self.hops), tuple(hop.statement.iri for hop in self.hops))


@dataclass(frozen=True, slots=True)
class ConflictOfInterest(Shown):
    """A stance, and an interest in the same target.

    Attributes
    ----------
    actor, target : str
        IRIs of who takes the stance and of what it touches.
    stance : Statement
        The stance, on the target or on a claim that bears on it.
    claim : str or None
        IRI of that claim.
    bearing : Statement or None
        What says that the claim bears on the target.
    effective_stance : float
        Signed: the stance, times what the claim means for the target.
    interest_path : Path
        The strongest path from actor to target; empty where they are the same.
    opposing_path : Path or None
        The strongest path of the other sign, where it is at least half as strong.
    strength : float
        Between 0 and 1.
    weakest_basis : Basis
        The weakest of all the statements it rests on.
    explanation : str
        One sentence of plain English.
    """

    actor: str
    target: str
    stance: Statement
    claim: str | None
    bearing: Statement | None
    effective_stance: float
    interest_path: Path
    opposing_path: Path | None
    alignment: Alignment
    strength: float
    weakest_basis: Basis
    explanation: str

    @property
    def product(self) -> float:
        """Signed: above 0 where what the actor says serves the actor, praise rather than admission."""
        return self.effective_stance * self.interest_path.interest

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All the statements it rests on: stance, bearing, interest path, opposing path."""
        bearing = (self.bearing,) if self.bearing else ()
        opposing = self.opposing_path.statements if self.opposing_path else ()
        return (self.stance, *bearing, *self.interest_path.statements, *opposing)

    @property
    def undated(self) -> bool:
        """Whether it is unknown that an interest was held when the stance was taken."""
        paths = [path for path in (self.interest_path, self.opposing_path) if path is not None and path.hops]
        return bool(paths) and (self.stance.stated_on is None or any(path.undated for path in paths))

    @property
    def order(self) -> tuple[float, str, str, str, str]:
        """A key that puts the stronger first, then by IRIs."""
        return (-round(self.strength, 12), self.actor, self.target, self.stance.iri, self.bearing.iri if self.bearing else "")


@dataclass(frozen=True, slots=True)
class ConflictPair:
    """All findings about one actor and one target, the strongest first."""

    actor: str
    target: str
    alignment: Alignment
    strength: float
    findings: tuple[ConflictOfInterest, ...]


@dataclass(frozen=True, slots=True)
class Beneficiary(Shown):
    """Somebody who gains or loses if a claim is believed, or if an entity gains.

    Attributes
    ----------
    entity : str
        IRI.
    gain : float
        Signed, between -1 and 1, by the strongest path.
    bearing, opposing_bearing : Statement or None
        What says whom the claim touches; None where the question was about an entity.
    path, opposing_path : Path
        From the beneficiary to whom the claim touches, or to the entity asked about; the path is empty where
        the claim touches the beneficiary itself.
    explanation : str
        One sentence of plain English.
    """

    entity: str
    gain: float
    effect: Effect
    bearing: Statement | None
    path: Path
    opposing_bearing: Statement | None
    opposing_path: Path | None
    weakest_basis: Basis
    explanation: str

    @property
    def strength(self) -> float:
        """The size of the gain or loss."""
        return abs(self.gain)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All the statements it rests on."""
        bearings = tuple(b for b in (self.bearing, self.opposing_bearing) if b is not None)
        opposing = self.opposing_path.statements if self.opposing_path else ()
        return (*bearings, *self.path.statements, *opposing)

    @property
    def order(self) -> tuple[float, str]:
        """A key that puts the stronger first, then by IRI."""
        return (-round(abs(self.gain), 12), self.entity)


def conflict_pairs(findings: Iterable[ConflictOfInterest]) -> tuple[ConflictPair, ...]:
    """Return findings grouped by actor and target, the strongest group first.

    A group is mixed where its strongest findings of each direction are within a factor of two.
    """
    by_pair = sorted(findings, key=lambda f: (f.actor, f.target, f.order))
    pairs = []
    for (actor, target), group in groupby(by_pair, key=lambda f: (f.actor, f.target)):
        members = tuple(group)
        strongest = {a: max((f.strength for f in members if f.alignment is a), default=0.0) for a in Alignment}
        alignment = members[0].alignment
        serving, against = strongest[Alignment.SELF_SERVING], strongest[Alignment.AGAINST_INTEREST]
        if alignment is not Alignment.OWN_CASE and min(serving, against) * 2 >= max(serving, against) > 0:
            alignment = Alignment.MIXED
        pairs.append(ConflictPair(actor, target, alignment, members[0].strength, members))
    return tuple(sorted(pairs, key=lambda p: (-round(p.strength, 12), p.actor, p.target)))
