"""Records as short bytes: what stands of them in a staging area. As N-Quads they would take ten times the room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any

import orjson

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import AttributeValue, Basis, Claim, Document, Entity, Evidence, Record, Statement, Status
from cuibono.graph.store.lines import record_lines

__all__ = ["is_plain", "packed", "packed_kind", "packed_lines", "unpacked"]

_KINDS: tuple[type[Record], ...] = (Entity, Claim, Document, Evidence, Statement)
_FIELDS = {kind: tuple(kind.__dataclass_fields__) for kind in _KINDS}
_VALUES: dict[type[Record], Callable[[Record], tuple[Any, ...]]] = {kind: attrgetter(*_FIELDS[kind]) for kind in _KINDS}
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}

_READ_ATTRIBUTE: dict[str, Callable[[str], AttributeValue]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": "True".__eq__,
}


def packed(record: Record) -> bytes:
    """Return a record as bytes; `unpacked` gives it back.

    Raises
    ------
    TypeError
        If a text holds a lone surrogate.

    Examples
    --------
    >>> packed(Entity(iri="urn:a", type="urn:t", label="A"))
    b'[0,"urn:a","urn:t","A",[],[],null]'
    """
    kind = type(record)
    values = (_NUMBERS[kind], *_VALUES[kind](record))
    if isinstance(record, Statement):
        # A number may be larger than JSON readers take.
        values = (*values[:-1], [(iri, type(value).__name__, str(value)) for iri, value in record.attributes])
    return orjson.dumps(values, default=str, option=orjson.OPT_PASSTHROUGH_DATACLASS)


def is_plain(data: bytes) -> bool:
    """Return whether bytes hold no null character for sure, which JSON escapes."""
    return b"\\u0000" not in data


def packed_kind(data: bytes) -> type[Record]:
    """Return what kind of record bytes were made of; their first two are enough."""
    return _KINDS[int(data[1:2])]


def unpacked(data: bytes) -> Record:
    """Return the record that bytes were made of."""
    number, *values = orjson.loads(data)
    kind = _KINDS[number]
    fields = dict(zip(_FIELDS[kind], values, strict=True))
    for name, read in _READ[kind]:
        if fields[name] is not None:
            fields[name] = read(fields[name])
    record: Record = kind(**fields)
    return record


def packed_lines(records: Sequence[bytes]) -> bytes:
    """Return the lines of N-Quads that packed records are stored as."""
    return "".join([record_lines(unpacked(record)) for record in records]).encode()


def _attributes(values: Sequence[tuple[str, str, str]]) -> tuple[tuple[str, AttributeValue], ...]:
    return tuple((iri, _READ_ATTRIBUTE[datatype](text)) for iri, datatype, text in values)


_READ: dict[type[Record], tuple[tuple[str, Callable[[Any], object]], ...]] = {
    Entity: (),
    Claim: (("quantity", Decimal),),
    Document: (("published", PartialDate), ("retrieved", PartialDate)),
    Evidence: (),
    Statement: (
        ("basis", Basis),
        ("status", Status),
        ("stated_on", PartialDate),
        ("valid_from", PartialDate),
        ("valid_to", PartialDate),
        ("attributes", _attributes),
    ),
}
