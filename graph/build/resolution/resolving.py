"""All entities of a graph compared: what is certain, what somebody should look at, and what the records of both are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cuibono.graph.build.merging import Reason, identity_iri, identity_records
from cuibono.graph.build.resolution.blocking import candidates
from cuibono.graph.build.resolution.profiles import Profile, profile_of, with_ties
from cuibono.graph.build.resolution.scoring import Match, Outcome, contradiction, match
from cuibono.graph.model import Record, Statement, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import identity_statements
from cuibono.graph.store.history import sources_of, status_changes
from cuibono.graph.store.interface import Store
from cuibono.schema.namespaces import CB

__all__ = ["RESOLUTION", "Resolution", "resolution_of", "settled"]

RESOLUTION = CB + "Resolution"
"""What statements of identity are entered from that a comparison made."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of comparing all entities.

    Attributes
    ----------
    certain : tuple of Match
        Pairs that are one, the likeliest first; as many as it takes to join each group.
    uncertain : tuple of Match
        Pairs that somebody should look at, the likeliest first; one for two groups.
    compared : int
        How many pairs were compared.
    skipped : int
        Keys that too many entities share to compare them all.
    """

    certain: tuple[Match, ...]
    uncertain: tuple[Match, ...]
    compared: int
    skipped: int

    def records(self) -> list[Record]:
        """Return the statements of identity, with their reasons: certain ones accepted, uncertain ones proposed."""
        found: list[Record] = []
        for matches, status in ((self.certain, Status.ACCEPTED), (self.uncertain, Status.PROPOSED)):
            for pair in matches:
                made = identity_records((pair.one, pair.other), Reason(pair.text, author="cuibono resolve"), status)
                found += [_with_confidence(record, pair.score) for record in made]
        return found


def resolution_of(snapshot: Snapshot, *, decided: Iterable[str] = ()) -> Resolution:
    """Compare the entities of a graph, as they were entered.

    Parameters
    ----------
    snapshot : Snapshot
        The graph.
    decided : iterable of str
        IRIs of statements of identity that hold as they are, and part what they part; see `settled`.
    """
    stored, persons = snapshot.stored, set(decided)
    profiles = [profile_of(entity, stored.vocabulary) for entity in stored.entities.values()]
    pairs, skipped = candidates(profiles)
    for place in {place for pair in pairs for place in pair}:
        if profiles[place].kind == "person":  # only between people do ties tell anything
            profiles[place] = with_ties(profiles[place], stored)
    compared = (match(profiles[one], profiles[other]) for one, other in sorted(pairs))
    found = [m for m in compared if m.outcome is not Outcome.DIFFERENT and identity_iri(m.one, m.other) not in persons]
    found.sort(key=lambda m: (m.outcome is not Outcome.CERTAIN, -m.score, m.one, m.other))
    groups = _Groups(profiles, [s for s in identity_statements(stored) if s.iri in persons])
    certain, uncertain, queued = [], [], set()
    for pair in found:
        ends = tuple(sorted((groups.of(pair.one), groups.of(pair.other))))
        if ends[0] == ends[1] or groups.are_apart(*ends):
            continue
        if pair.outcome is Outcome.CERTAIN and not groups.contradict(*ends):
            groups.join(*ends)
            certain.append(pair)
        elif pair.outcome is Outcome.UNCERTAIN and ends not in queued and not groups.contradict(*ends):
            queued.add(ends)
            uncertain.append(pair)
    return Resolution(tuple(certain), tuple(uncertain), len(pairs), skipped)


def settled(store: Store, stored: Snapshot) -> set[str]:
    """Return the IRIs of the statements of identity that are no comparison's: a person's decisions, and what sources say."""
    found = set()
    for statement in identity_statements(stored):
        changes = status_changes(store, statement.iri)
        if sources_of(store, statement.iri) - {RESOLUTION} or (changes and not changes[-1].by_loading):
            found.add(statement.iri)
    return found


class _Groups:
    """Entities that are one so far, and those that people keep apart."""

    def __init__(self, profiles: Sequence[Profile], decisions: Iterable[Statement]) -> None:
        self._profiles = {profile.iri: profile for profile in profiles}
        self._first = {profile.iri: profile.iri for profile in profiles}
        self._members = {profile.iri: [profile.iri] for profile in profiles}
        self._apart: set[frozenset[str]] = set()
        for statement in decisions:
            if statement.status is Status.ACCEPTED:
                self.join(self.of(statement.subject), self.of(statement.object))
            elif statement.status is not Status.PROPOSED:
                self._apart.add(frozenset((statement.subject, statement.object)))

    def of(self, iri: str) -> str:
        """Return the name of the group of an entity."""
        while self._first[iri] != iri:
            iri = self._first[iri]
        return iri

    def join(self, one: str, other: str) -> None:
        if one != other:
            self._first[other] = one
            self._members[one] += self._members.pop(other)

    def are_apart(self, one: str, other: str) -> bool:
        """Return whether a person keeps any of two groups apart."""
        if not self._apart:
            return False
        return any(frozenset((a, b)) in self._apart for a in self._members[one] for b in self._members[other])

    def contradict(self, one: str, other: str) -> bool:
        """Return whether any of two groups cannot be one."""
        return any(
            contradiction(self._profiles[a], self._profiles[b]) is not None
            for a in self._members[one]
            for b in self._members[other]
        )


def _with_confidence(record: Record, score: float) -> Record:
    return replace(record, confidence=round(score, 3)) if isinstance(record, Statement) else record
