"""What one graph says that another does not: things, statements, and the conflicts of interest that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, replace

from cuibono.graph.interest.findings import ConflictOfInterest
from cuibono.graph.interest.lists import ConflictList
from cuibono.graph.model import Document, Evidence, Record, Statement
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Change", "ConflictChange", "Difference", "difference"]

_KINDS = ("entities", "claims", "documents", "statements", "evidence")


@dataclass(frozen=True, slots=True)
class Change:
    """A record that both graphs have, each in its own form.

    Attributes
    ----------
    fields : tuple of str
        The fields that differ.
    """

    before: Record
    after: Record
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConflictChange:
    """A conflict of interest that only one graph has, or that differs.

    Attributes
    ----------
    before, after : ConflictOfInterest or None
        None where the graph does not have it.
    """

    before: ConflictOfInterest | None
    after: ConflictOfInterest | None


@dataclass(frozen=True)
class Difference:
    """What is different between two graphs.

    Attributes
    ----------
    added, removed : mapping of str to tuple of records
        By kind (``entities``, ``claims``, ``documents``, ``statements``, ``evidence``), in the order of IRIs.
    changed : mapping of str to tuple of Change
        Likewise.
    conflicts : tuple of ConflictChange
        The strongest first.
    """

    added: Mapping[str, tuple[Record, ...]]
    removed: Mapping[str, tuple[Record, ...]]
    changed: Mapping[str, tuple[Change, ...]]
    conflicts: tuple[ConflictChange, ...]

    def __bool__(self) -> bool:
        parts = [*self.added.values(), *self.removed.values(), *self.changed.values(), self.conflicts]
        return any(map(bool, parts))


def difference(
    before: Snapshot,
    after: Snapshot,
    conflicts_before: ConflictList,
    conflicts_after: ConflictList,
) -> Difference:
    """Return what is different between two graphs.

    A row that stands elsewhere in its table, and says the same, is no difference.

    Parameters
    ----------
    conflicts_before, conflicts_after : ConflictList
        The conflicts of interest of each, asked for in the same way.

    Examples
    --------
    >>> import cuibono
    >>> old, new = cuibono.open(), cuibono.open()
    >>> report = new.build(cuibono.seed_dossier())
    >>> found = difference(old.snapshot, new.snapshot, old.conflicts(), new.conflicts())
    >>> len(found.added["claims"]), len(found.removed["claims"]), bool(found.conflicts)
    (9, 0, True)
    """
    added, removed, changed = {}, {}, {}
    for kind in _KINDS:
        old, new = getattr(before, kind), getattr(after, kind)
        added[kind] = tuple(new[iri] for iri in sorted(new.keys() - old.keys()))
        removed[kind] = tuple(old[iri] for iri in sorted(old.keys() - new.keys()))
        changed[kind] = tuple(_changes(old, new, _alike(before, after)))
    removed["evidence"], added["evidence"] = _but_moved(removed["evidence"], added["evidence"])
    return Difference(added, removed, changed, tuple(_conflict_changes(conflicts_before, conflicts_after)))


_Alike = Callable[[Record, Record], tuple[Record, Record]]


def _changes(old: Mapping[str, Record], new: Mapping[str, Record], alike: _Alike) -> Iterable[Change]:
    for iri in sorted(old.keys() & new.keys()):
        one, other = alike(old[iri], new[iri])
        if one != other:
            names = [f.name for f in fields(one) if getattr(one, f.name) != getattr(other, f.name, None)]
            yield Change(one, other, tuple(names))


def _alike(before: Snapshot, after: Snapshot) -> _Alike:
    """Return what gives two records without what is no difference between them.

    An export has no texts unless asked, but their hashes; what rows say may stand elsewhere in their table.
    """

    def alike(one: Record, other: Record) -> tuple[Record, Record]:
        match one, other:
            case Document(), Document() if one.sha256 == other.sha256 and None in (one.text, other.text):
                return replace(one, text=None), replace(other, text=None)
            case Statement(), Statement() if one.evidence != other.evidence and _said(one, before) == _said(other, after):
                return replace(one, evidence=()), replace(other, evidence=())
        return one, other

    return alike


def _said(statement: Statement, snapshot: Snapshot) -> set[Hashable]:
    return {_wherever(snapshot.evidence[iri]) for iri in statement.evidence}


def _wherever(record: Record) -> Hashable:
    """Return what evidence says: where that is a row, wherever it stands."""
    if isinstance(record, Evidence) and record.row is not None and record.start is None:
        return record.document, record.exact
    return record.iri


def _but_moved(removed: Iterable[Record], added: Iterable[Record]) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """Return evidence that is gone and that is new, without what only moved."""
    waiting, new = defaultdict[Hashable, list[str]](list), []
    for one in removed:
        waiting[_wherever(one)].append(one.iri)
    for one in added:
        if same := waiting.get(_wherever(one)):
            same.pop()
        else:
            new.append(one)
    gone = {iri for iris in waiting.values() for iri in iris}
    return tuple(one for one in removed if one.iri in gone), tuple(new)


def _conflict_changes(old: ConflictList, new: ConflictList) -> list[ConflictChange]:
    before, after = ({_key(conflict): conflict for conflict in found} for found in (old, new))
    found = [
        ConflictChange(before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if key not in before or key not in after or _shown(before[key]) != _shown(after[key])
    ]
    return sorted(found, key=lambda change: _order(change.after or change.before))


def _key(conflict: ConflictOfInterest) -> tuple[str, str | None, str]:
    return conflict.stance.iri, conflict.bearing.iri if conflict.bearing else None, conflict.target


def _shown(conflict: ConflictOfInterest) -> tuple[str, float]:
    return conflict.alignment.value, round(conflict.strength, 9)


def _order(conflict: ConflictOfInterest | None) -> tuple[object, ...]:
    assert conflict is not None
    return conflict.order
