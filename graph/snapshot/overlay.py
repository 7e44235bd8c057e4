"""What has changed since columns were made: a few records that are read before them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from cuibono.graph.model import Claim, Document, Entity, Evidence, Record, Records, Statement
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.draft import KINDS

__all__ = ["KIND_OF", "REMOVABLE", "Overlay"]

KIND_OF: Mapping[type, str] = {
    Entity: "entities",
    Claim: "claims",
    Statement: "statements",
    Document: "documents",
    Evidence: "evidence",
}

REMOVABLE = ("entities", "evidence")
"""What may be no more: entities that are shown as others, and evidence that is given no longer."""

_Groups = Mapping[str, tuple[str, ...]]


def _nothing_hidden() -> Mapping[str, frozenset[int]]:
    return {kind: frozenset() for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Overlay:
    """Records that win over rows of columns.

    Attributes
    ----------
    records : Records
        New ones, and those that took the place of others.
    hidden : mapping of str to frozenset of int
        By kind (``entities``, ``statements``, …) the rows that are no more.
    by_subject, by_object : mapping of str to tuple of str
        IRIs of the overlay's statements by their ends.
    by_name : mapping of str to tuple of str
        IRIs of the overlay's entities by case-folded name.
    """

    records: Records = field(default_factory=Records)
    hidden: Mapping[str, frozenset[int]] = field(default_factory=_nothing_hidden)
    by_subject: _Groups = field(default_factory=dict)
    by_object: _Groups = field(default_factory=dict)
    by_name: _Groups = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.records) + sum(map(len, self.hidden.values()))

    def with_changes(self, base: Columns, records: Collection[Record], removed: Collection[str] = ()) -> Overlay:
        """Return the overlay with more changes; this one stays as it is.

        Parameters
        ----------
        base : Columns
            What it lies over.
        removed : collection of str
            IRIs of evidence, and of entities, that are no more.
        """
        after = _Editing(self)
        for record in records:
            after.put(record)
        for iri in removed:
            for kind in REMOVABLE:
                after.take(kind, iri)
        changed: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for record in records:
            changed[KIND_OF[type(record)]].append(record.iri)
        for kind in REMOVABLE:
            changed[kind] += removed
        hidden = {kind: self.hidden[kind] | _rows(base, kind, iris) for kind, iris in changed.items()}
        groups = after.by_subject.groups(), after.by_object.groups(), after.by_name.groups()
        return Overlay(Records(**after.kinds), hidden, *groups)


def _rows(base: Columns, kind: str, iris: Iterable[str]) -> frozenset[int]:
    rows = (getattr(base, kind).iri.position(iri) for iri in iris)
    return frozenset(row for row in rows if row >= 0)


class _Editing:
    """A copy of an overlay that can still be written to."""

    def __init__(self, overlay: Overlay) -> None:
        self.kinds = {kind: dict(getattr(overlay.records, kind)) for kind in KINDS}
        self.by_subject = _Grouping(overlay.by_subject)
        self.by_object = _Grouping(overlay.by_object)
        self.by_name = _Grouping(overlay.by_name)

    def put(self, record: Record) -> None:
        kind = KIND_OF[type(record)]
        self.take(kind, record.iri)
        self.kinds[kind][record.iri] = record
        for grouping, key in self._keys(record):
            grouping.of(key).add(record.iri)

    def take(self, kind: str, iri: str) -> None:
        old = self.kinds[kind].pop(iri, None)
        if old is not None:
            for grouping, key in self._keys(old):
                grouping.of(key).discard(iri)

    def _keys(self, record: Record) -> list[tuple[_Grouping, str]]:
        match record:
            case Statement():
                return [(self.by_subject, record.subject), (self.by_object, record.object)]
            case Entity():
                return [(self.by_name, name.casefold()) for name in record.names]
            case _:
                return []


class _Grouping:
    """Groups of IRIs, of which only those that change are taken apart."""

    def __init__(self, groups: _Groups) -> None:
        self._groups = groups
        self._changed: dict[str, set[str]] = {}

    def of(self, key: str) -> set[str]:
        """Return a group to be changed."""
        if key not in self._changed:
            self._changed[key] = set(self._groups.get(key, ()))
        return self._changed[key]

    def groups(self) -> _Groups:
        """Return all groups that have any IRI, each sorted."""
        changed = {key: tuple(sorted(group)) for key, group in self._changed.items()}
        whole = {**self._groups, **changed}
        for key in [key for key, group in changed.items() if not group]:
            del whole[key]
        return whole
