"""What the rows of a table come to, as a mapping says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from cuibono.graph.build.table.mapping import Mapping
from cuibono.graph.build.table.reading import Table
from cuibono.graph.build.table.rows import REJECT_COLUMNS, RowReader, table_document
from cuibono.graph.build.table.source import TableRow
from cuibono.graph.errors import InvalidValue
from cuibono.graph.model import Document, Entity, Record, Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema.vocabulary import local_name

__all__ = ["TableSource"]


class TableSource:
    """A table, and the mapping that says what its rows say: a `cuibono.graph.build.staging.gathering.RowSource`.

    Parameters
    ----------
    existing : Snapshot
        The graph that the records are meant for, under the vocabulary of the mapping.

    Attributes
    ----------
    is_partial : bool
        Whether the table holds mended rows of another, and so is not all that its source says.
    is_portable : bool
        Always: what a row says hangs on the row and the mapping alone.
    """

    is_portable = True
    position = 0

    def __init__(self, table: Table, mapping: Mapping, existing: Snapshot) -> None:
        self.table, self._existing = table, existing
        self.is_partial = REJECT_COLUMNS[0] in table.columns
        known = existing.documents.get(mapping.document_iri) if self.is_partial else None
        document = known or table_document(table, mapping)
        self._mapping, self._document = mapping, document
        self.whole: Sequence[Record] = (document,)

    @property
    def parts(self) -> Sequence[Callable[[TableRow, Counter[str]], Sequence[Record]]]:
        """The one reading that a table takes."""
        return (RowReader(self._mapping, self._existing.vocabulary, self._document).records,)

    def begins(self, part: int, kind_of: Callable[[str], type[Record] | None], position: int) -> None:
        """Begin to read; a row knows nothing of others."""

    def before(self, iri: str) -> Record | None:
        """Return what mended rows are put together with: what the graph knows of a thing already."""
        return self._existing.node(iri) if self.is_partial else None

    def merged(self, old: Record, new: Record, row: int) -> Record:
        """Return what two rows say of one thing.

        Raises
        ------
        InvalidValue
            Where they cannot both be right.
        """
        match old, new:
            case Entity(), Entity():
                return _merged_entity(old, new)
            case Statement(), Statement():
                _refuse_difference(old, new, row, ("evidence", "status"))
                return replace(old, evidence=(*old.evidence, *new.evidence))
            case Document(), _:
                return old
            case _:
                _refuse_difference(old, new, row)
                return old


def _merged_entity(old: Entity, new: Entity) -> Entity:
    if old.type != new.type:
        kinds = local_name(old.type), local_name(new.type)
        remedy = f"where these are two things, set their keys apart in the mapping, as `key: {kinds[1].lower()}-{{…}}` does"
        raise InvalidValue(f"{new.label!r} is a {kinds[0]} in another row, here a {kinds[1]}, under the same key; {remedy}")
    aliases = {*old.names, *new.names} - {old.label}
    description = old.description or new.description
    return replace(old, aliases=tuple(aliases), same_as=(*old.same_as, *new.same_as), description=description)


def _refuse_difference(old: Record, new: Record, row: int, but: tuple[str, ...] = ()) -> None:
    names = [name for name in type(old).__dataclass_fields__ if name not in but]
    different = [name for name in names if getattr(old, name) != getattr(new, name)]
    if different:
        what = "; ".join(f"{n}: {_shown(getattr(old, n))}, here {_shown(getattr(new, n))}" for n in different)
        raise InvalidValue(f"says otherwise of what row {row or '?'} says ({what})")


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{local_name(name)} {one}" for name, one in value) or "nothing"
    return "nothing" if value is None else str(value)
