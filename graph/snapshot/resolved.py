"""The graph as questions see it: entities that are one stand as one, and what is stored stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.model import Entity, Record, Records, Statement
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.columns import ABSENT, ENTITY_KIND, Columns, Ints
from cuibono.graph.snapshot.identity import Identities, identities, identity_statements, merged_entity
from cuibono.graph.snapshot.overlay import Overlay
from cuibono.graph.snapshot.records import Node, Snapshot
from cuibono.schema import Vocabulary

__all__ = ["ResolvedSnapshot", "resolved"]


class ResolvedSnapshot(Snapshot):
    """A snapshot whose statements are about the entities that merged ones are shown as.

    Entities that are shown under another IRI are not listed; `node` still gives each under its own. The IRI
    of a statement is that of the stored one, whose ends it was made of.

    Attributes
    ----------
    stored : Snapshot
        What the store holds.
    identities : Identities
        Which entities are one.
    """

    stored: Snapshot
    identities: Identities

    def node(self, iri: str) -> Node | None:
        """Return what stands under an IRI, a merged entity as it was entered, or None."""
        found = super().node(iri)
        return self.stored.entities.get(iri) if found is None and iri in self.identities.canonical else found

    def with_vocabulary(self, vocabulary: Vocabulary) -> Snapshot:
        """Return the same records with other meanings, which may make others one."""
        return resolved(self.stored.with_vocabulary(vocabulary))


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
    statements = [record for record in changed if isinstance(record, Statement)]
    is_same = before is not None and before.vocabulary is vocabulary
    if not is_same or any(vocabulary.relation(statement.predicate).identifies for statement in statements):
        return _resolved_anew(stored)
    if not isinstance(before, ResolvedSnapshot):
        return stored
    records = list(_shown(changed, stored, before.identities))
    return _with_identities(before.with_changes(records, stored.version, removed), stored, before.identities)


def _resolved_anew(stored: Snapshot) -> Snapshot:
    known = identities(identity_statements(stored))
    if not known:
        return stored
    below = stored.folded()
    base = Base(_resolved_columns(below.base.columns, known, stored.vocabulary))
    position = base.columns.entities.iri.position
    hidden = {kind: frozenset[int]() for kind in Overlay().hidden}
    hidden["entities"] = frozenset(position(iri) for iri in known.canonical)
    merged = [_merged(iri, stored, known) for iri in known.members]
    overlay = replace(Overlay(), hidden=hidden).with_changes(base.columns, merged)
    return _with_identities(Snapshot.of(base, stored.vocabulary, stored.version, overlay), stored, known)


def _with_identities(snapshot: Snapshot, stored: Snapshot, known: Identities) -> ResolvedSnapshot:
    shown = ResolvedSnapshot.of(snapshot.base, snapshot.vocabulary, snapshot.version, snapshot.overlay)
    assert isinstance(shown, ResolvedSnapshot)
    shown.stored, shown.identities = stored, known
    return shown


# ── what is shown ──────────────────────────────────────────────────────────────────────────────────────


def _shown(changed: Collection[Record], stored: Snapshot, known: Identities) -> Iterator[Record]:
    """Yield what becomes of changed records in the eyes of questions."""
    merged = set[str]()
    for record in changed:
        match record:
            case Statement():
                yield known.resolved(record, stored.vocabulary)
            case Entity() if known.of(record.iri) in known.members:
                merged.add(known.of(record.iri))
            case _:
                yield record
    for iri in sorted(merged):
        yield _merged(iri, stored, known)


def _merged(iri: str, stored: Snapshot, known: Identities) -> Entity:
    return merged_entity((stored.entities[member] for member in known.members[iri]), stored.vocabulary)


def _resolved_columns(columns: Columns, known: Identities, vocabulary: Vocabulary) -> Columns:
    """Return columns whose statements are about the entities that are shown."""
    entities, of = columns.entities.iri, columns.statements
    shown_as = np.arange(len(entities), dtype=np.int32)
    for iri, shown in known.canonical.items():
        shown_as[entities.position(iri)] = entities.position(shown)
    identifying = np.array([vocabulary.relation(iri).identifies for iri in columns.relations], np.bool_)[of.predicate]
    statements = replace(
        of,
        subject=_mapped(of.subject, (of.subject_kind == ENTITY_KIND) & ~identifying, shown_as),
        object=_mapped(of.object, (of.object_kind == ENTITY_KIND) & ~identifying, shown_as),
        speaker=_mapped(of.speaker, of.speaker > ABSENT, shown_as),
        said_via=_mapped(of.said_via, of.said_via > ABSENT, shown_as),
    )
    return replace(columns, statements=statements)


def _mapped(rows: Ints, where: NDArray[np.bool_], shown_as: Ints) -> Ints:
    return np.where(where, shown_as[np.where(where, rows, 0)] if len(shown_as) else rows, rows).astype(np.int32)
