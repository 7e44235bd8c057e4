"""The same records over other columns: what has changed since columns were made, laid over the new ones."""

from __future__ import annotations

from typing import Any

from cuibono.graph.model import Record
from cuibono.graph.snapshot.draft import KINDS
from cuibono.graph.snapshot.overlay import REMOVABLE
from cuibono.graph.snapshot.records import FOLD_FROM, Snapshot
from cuibono.graph.snapshot.resolved import ResolvedSnapshot, resolved

__all__ = ["changes_between", "in_columns", "rebased"]


def in_columns(shown: Snapshot) -> Snapshot:
    """Return the same graph with all that is stored in columns, as questions see it."""
    stored = shown.stored.folded()
    again = resolved(stored)
    if again is not stored and len(again.overlay) > FOLD_FROM:
        return ResolvedSnapshot(again.folded(), stored, again.identities)
    return again


def changes_between(before: Snapshot, after: Snapshot) -> tuple[list[Record], list[str]]:
    """Return what a later snapshot over the same columns has that another has not, and the IRIs of what it has no more."""
    records: list[Record] = []
    removed: list[str] = []
    for kind in KINDS:
        earlier, later = _above(before, kind), _above(after, kind)
        records += [record for iri, record in later.items() if earlier.get(iri) is not record]
        if kind in REMOVABLE:
            rows = after.overlay.hidden[kind] - before.overlay.hidden[kind]
            iris = getattr(after.base.columns, kind).iri
            removed += sorted(({iris[row] for row in rows} | earlier.keys()) - later.keys())
    return records, removed


def rebased(onto: Snapshot, before: Snapshot, after: Snapshot) -> Snapshot | None:
    """Return a later snapshot over other columns; None where that cannot be told from what lies over the old ones.

    Parameters
    ----------
    onto : Snapshot
        Says what ``before`` does; `in_columns` gives it.
    before, after : Snapshot
        The earlier and the later one, as questions see them.
    """
    stored = _rebased(onto.stored, before.stored, after.stored)
    if stored is None or after.stored is after:
        return stored
    shown = _rebased(onto, before, after)
    return None if shown is None else ResolvedSnapshot(shown, stored, after.identities)


def _rebased(onto: Snapshot, before: Snapshot, after: Snapshot) -> Snapshot | None:
    if after.base is not before.base:
        return None
    plain = Snapshot.of(onto.base, after.vocabulary, onto.version, onto.overlay)
    records, removed = changes_between(before, after)
    return plain.with_changes(records, after.version, removed)


def _above(snapshot: Snapshot, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = getattr(snapshot.overlay.records, kind)
    return found
