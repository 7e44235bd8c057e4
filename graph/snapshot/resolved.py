"""The graph as questions see it: entities that are one stand as one, and what is stored stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.model import Entity, Record, Records, Statement
from cuibono.graph.snapshot.columns import ABSENT, ENTITY_KIND, Columns, Ints
from cuibono.graph.snapshot.identity import Identities, identities, merged_entity
from cuibono.graph.snapshot.records import Node, Snapshot
from cuibono.schema import Vocabulary

__all__ = ["ResolvedSnapshot", "as_entered", "identity_statements", "resolved"]


class ResolvedSnapshot(Snapshot):
    """A snapshot whose statements are about the entities that merged ones are shown as.

    Entities that are shown under another IRI are not listed; `node` still gives each under its own. The IRI of a
    statement is that of the stored one, whose ends it was made of.
    """

    def __init__(self, shown: Snapshot, stored: Snapshot, known: Identities) -> None:
        self._read(shown.base, shown.overlay, stored.vocabulary, stored.version)
        self._stored, self._identities = stored, known

    @property
    def stored(self) -> Snapshot:
        """What the store holds."""
        return self._stored

    @property
    def identities(self) -> Identities:
        """Which entities are one."""
        return self._identities

    def node(self, iri: str) -> Node | None:
        """Return what stands under an IRI, a merged entity as it was entered, or None."""
        found = super().node(iri)
        return self._stored.entities.get(iri) if found is None and iri in self._identities.canonical else found

    def class_of(self, iri: str) -> str | None:
        """Return the IRI of the class of an entity, claim or statement, or None."""
        found = super().class_of(iri)
        return self._stored.class_of(iri) if found is None and iri in self._identities.canonical else found

    def with_vocabulary(self, vocabulary: Vocabulary) -> Snapshot:
        """Return the same records with other meanings, which may make others one."""
        return self if vocabulary is self.vocabulary else resolved(self._stored.with_vocabulary(vocabulary))

    def without(self, iris: Collection[str]) -> Snapshot:
        """Return the records but some, which others may still name, all in columns."""
        return ResolvedSnapshot(super().without(iris), self._stored.without(iris), self._identities) if iris else self


def identity_statements(snapshot: Snapshot) -> list[Statement]:
    """Return the statements of every status that say that two entities are one, in the order of their IRIs."""
    identifying = [relation.iri for relation in snapshot.vocabulary.relations.values() if relation.identifies]
    numbers = [row for row, iri in enumerate(snapshot.base.columns.relations) if iri in identifying]
    found = snapshot.select(lambda columns, rows: np.isin(columns.statements.predicate[rows], numbers))
    return [statement for statement in found if statement.predicate in identifying]


def resolved(
    stored: Snapshot, before: Snapshot | None = None, changed: Collection[Record] = (), removed: Collection[str] = ()
) -> Snapshot:
    """Return a snapshot as questions see it; the same one where no entities are merged.

    Parameters
    ----------
    stored : Snapshot
        What the store holds.
    before : Snapshot, optional
        What this function gave for the version before, so that only what was changed since is looked at.
    changed, removed : collections
        What was changed since, as `Snapshot.with_changes` takes it.
    """
    vocabulary = stored.vocabulary
    if before is None or before.vocabulary is not vocabulary:
        known = identities(identity_statements(stored))
        return _with_identities(stored, stored, known) if known.canonical else stored
    statements = (record for record in changed if isinstance(record, Statement))
    may_differ = any(vocabulary.relation(statement.predicate).identifies for statement in statements)
    known = identities(identity_statements(stored)) if may_differ else before.identities
    if not known.canonical:
        return stored
    records = {record.iri: record for record in (_shown(record, stored, known) for record in changed)}
    records |= {entity.iri: entity for entity in _named_anew(changed, stored, known)}
    kept = [record for iri, record in records.items() if iri not in known.canonical]
    after = before.with_changes(kept, stored.version, removed)
    return _with_identities(ResolvedSnapshot(after, stored, before.identities), stored, known)


def as_entered(records: Records, snapshot: Snapshot) -> Records:
    """Return records that a resolved snapshot gave as they are to be stored: statements about what they were entered about."""
    if not snapshot.identities.canonical:
        return records
    return Records.of(_as_entered(record, snapshot) for record in records)


def _as_entered(record: Record, snapshot: Snapshot) -> Record:
    old = snapshot.stored.statements.get(record.iri) if isinstance(record, Statement) else None
    if not isinstance(record, Statement) or old is None:
        return record
    shown = snapshot.identities.shown(old, snapshot.vocabulary)
    fields = ("subject", "object", "speaker", "said_via")
    return replace(record, **{f: getattr(old, f) for f in fields if getattr(record, f) == getattr(shown, f)})


def _with_identities(shown: Snapshot, stored: Snapshot, known: Identities) -> ResolvedSnapshot:
    """Return a snapshot with other entities as one than it shows so far."""
    before = shown.identities
    moved = {iri for group in (*before.members.values(), *known.members.values()) for iri in group}
    moved = {iri for iri in moved if before.group(iri) != known.group(iri)}
    if not moved:
        return ResolvedSnapshot(shown, stored, known)
    statements = (known.shown(statement, stored.vocabulary) for statement in _touching(stored, moved))
    entities = (_merged(iri, stored, known) for iri in sorted({known.of(iri) for iri in moved}))
    hidden = [iri for iri in moved if known.of(iri) != iri]
    return ResolvedSnapshot(shown.with_changes([*statements, *entities], stored.version, hidden), stored, known)


def _shown(record: Record, stored: Snapshot, known: Identities) -> Record:
    match record:
        case Statement():
            return known.shown(record, stored.vocabulary)
        case Entity():
            return _merged(known.of(record.iri), stored, known)
        case _:
            return record


def _named_anew(changed: Iterable[Record], stored: Snapshot, known: Identities) -> Iterator[Entity]:
    """Yield the merged entities that statements are about: which name is shown hangs on how many there are."""
    statements = (record for record in changed if isinstance(record, Statement))
    ends = {known.of(end) for statement in statements for end in (statement.subject, statement.object)}
    return (_merged(iri, stored, known) for iri in sorted(ends & known.members.keys()))


def _merged(iri: str, stored: Snapshot, known: Identities) -> Entity:
    members = known.members.get(iri)
    if members is None:
        return stored.entities[iri]
    originals = (stored.entities[member] for member in members)
    return merged_entity(originals, stored.vocabulary, lambda iri: stored.mentions(iri) - known.decisions.get(iri, 0))


def _touching(stored: Snapshot, moved: Iterable[str]) -> Iterator[Statement]:
    """Yield the statements that some entities are an end of, or that they say or carry."""
    wanted = set(moved)

    def keeps(columns: Columns, rows: NDArray[np.integer]) -> NDArray[np.bool_]:
        of = columns.statements
        referred = np.zeros(len(columns.entities.iri) + 1, np.bool_)
        referred[[columns.entities.iri.position(iri) for iri in wanted]] = True
        referred[ABSENT] = False
        kept: NDArray[np.bool_] = _refers(of.speaker[rows], referred) | _refers(of.said_via[rows], referred)
        for kind, end in ((of.subject_kind, of.subject), (of.object_kind, of.object)):
            kept |= _refers(np.where(kind[rows] == ENTITY_KIND, end[rows], ABSENT), referred)
        return kept

    for statement in stored.select(keeps):
        if not wanted.isdisjoint((statement.subject, statement.object, statement.speaker, statement.said_via)):
            yield statement


def _refers(rows: Ints, referred: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return referred[np.maximum(rows, ABSENT)]
