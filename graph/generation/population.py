"""What generated graphs consist of: how many members each class has, and how often each relation stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cuibono.graph.model import hashed_part
from cuibono.graph.snapshot.columns import Ints
from cuibono.graph.snapshot.strings import Strings

__all__ = ["BASE", "CLAIM", "CLASSES", "ON_STATEMENTS", "PATTERNS", "Pattern", "Population"]

BASE = "https://example.org/"
CLAIM = "Claim"
CLASSES = {
    "Person": 0.52,
    "Company": 0.27,
    "Organization": 0.06,
    "Product": 0.12,
    "NewsOrganization": 0.015,
    "Regulation": 0.01,
    "Country": 0.005,
}
"""The part of each class among the entities."""

_MOST_COUNTRIES = 200
_FEWEST_MEMBERS, _FEWEST_ENTITIES, _FEWEST_CLAIMS = 3, 40, 5
_STATEMENTS_AN_ENTITY, _STATEMENTS_A_CLAIM = 5, 60
_ENTITIES_A_SECTOR = 500


@dataclass(frozen=True, slots=True)
class Pattern:
    """How often a relation stands between members of two classes.

    Attributes
    ----------
    parts : float
        Of the statements, relative to the other patterns.
    skew : float
        How much the greatest of the objects draw to themselves; 1 is a power law with exponent 1.
    together : float
        The part that joins members of the same number: a claim, and the company that it is about.
    """

    relation: str
    subject: str
    object: str
    parts: float
    skew: float = 1.0
    together: float = 0.0


PATTERNS = (
    Pattern("worksFor", "Person", "Company", 19, 2.6),
    Pattern("memberOf", "Person", "Organization", 7),
    Pattern("leads", "Person", "Company", 5),
    Pattern("founded", "Person", "Company", 3),
    Pattern("owns", "Company", "Company", 5),
    Pattern("owns", "Person", "Company", 3),
    Pattern("owns", "Company", "NewsOrganization", 1),
    Pattern("investsIn", "Company", "Company", 4),
    Pattern("investsIn", "Person", "Company", 3),
    Pattern("relatedTo", "Person", "Person", 2),
    Pattern("develops", "Company", "Product", 5),
    Pattern("supplies", "Company", "Company", 6),
    Pattern("uses", "Company", "Product", 6),
    Pattern("partnersWith", "Company", "Company", 4),
    Pattern("competesWith", "Company", "Company", 5),
    Pattern("competesWith", "Product", "Product", 1),
    Pattern("restrictedBy", "Company", "Regulation", 3),
    Pattern("regulates", "Organization", "Company", 0.5),
    Pattern("issuedBy", "Regulation", "Country", 0.5),
    Pattern("basedIn", "Company", "Country", 5),
    Pattern("endorses", "Person", "Company", 3),
    Pattern("endorses", "Person", "Product", 2),
    Pattern("endorses", "Company", "Regulation", 0.5),
    Pattern("disputes", "Person", "Company", 3),
    Pattern("disputes", "Company", "Company", 1),
    Pattern("disputes", "Company", "Regulation", 0.5),
    Pattern("questions", "NewsOrganization", "Company", 1),
    Pattern("asserts", "Person", CLAIM, 2.5),
    Pattern("asserts", "NewsOrganization", CLAIM, 1),
    Pattern("asserts", "Company", CLAIM, 1, together=0.7),
    Pattern("agreesWith", "Person", CLAIM, 1.5),
    Pattern("disputes", "Person", CLAIM, 1.5),
    Pattern("favours", CLAIM, "Company", 2, together=0.5),
    Pattern("harms", CLAIM, "Company", 2, together=0.5),
    Pattern("contradicts", CLAIM, CLAIM, 0.3),
)

ON_STATEMENTS = {"disputes": 0.6, "endorses": 0.2, "questions": 0.2}
"""The relations of persons to statements, and the part of each."""


class Population:
    """The entities and claims of a graph, numbered through, class by class.

    Parameters
    ----------
    statements : int
        How many the graph is going to have.

    Attributes
    ----------
    pools : dict of str to (int, int)
        The first number of each class of `CLASSES` and of the claims, and how many there are.
    entities, claims : int
    sectors : int
        A number's remainder by this is its sector, of whatever class.
    """

    def __init__(self, statements: int) -> None:
        wanted = max(statements // _STATEMENTS_AN_ENTITY, _FEWEST_ENTITIES)
        self.pools: dict[str, tuple[int, int]] = {}
        self.entities = 0
        for name, part in CLASSES.items():
            size = max(round(wanted * part), _FEWEST_MEMBERS)
            size = min(size, _MOST_COUNTRIES) if name == "Country" else size
            self.pools[name] = self.entities, size
            self.entities += size
        self.claims = max(statements // _STATEMENTS_A_CLAIM, _FEWEST_CLAIMS)
        self.pools[CLAIM] = self.entities, self.claims
        self.sectors = max(wanted // _ENTITIES_A_SECTOR, 1)

    def __len__(self) -> int:
        return self.entities + self.claims

    @cached_property
    def labels(self) -> Strings:
        """Names of entities and texts of claims."""
        companies = self.pools["Company"][1]
        return Strings.of(
            f"{name} {number}" if name != CLAIM else f"Claim {number} about Company {(number - 1) % companies + 1}"
            for name, number in self._names()
        )

    @cached_property
    def iris(self) -> Strings:
        """IRIs of entities and claims."""
        folders = {name: "claim/" if name == CLAIM else "entity/" for name in self.pools}
        return Strings.of(f"{BASE}{folders[name]}{name.lower()}-{number}" for name, number in self._names())

    @cached_property
    def hashed(self) -> list[bytes]:
        """What stands for each in a hash, and at the end for none."""
        return [*map(hashed_part, self.iris), hashed_part(None)]

    @cached_property
    def ranks(self) -> Ints:
        """The place of each in the order of IRIs."""
        ranks = np.empty(len(self), np.int32)
        ranks[self.iris.order()] = np.arange(len(self))
        return ranks

    def _names(self) -> list[tuple[str, int]]:
        return [(name, number) for name, (_, size) in self.pools.items() for number in range(1, size + 1)]
