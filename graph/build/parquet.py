"""A directory of Parquet files, as `cuibono.graph.export.parquet` writes them, read as records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from cuibono.graph.build.loading import LoadReport
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidInput, InvalidValue, MissingExtra, Problem
from cuibono.graph.model import Basis, Claim, Document, Entity, Evidence, Record, Records, Statement, Status
from cuibono.schema import Vocabulary

try:
    import pyarrow as pa
    from pyarrow import parquet
except ImportError as _error:
    raise MissingExtra("tables", "Parquet files", "pyarrow") from _error

__all__ = ["ParquetExport", "ParquetReport", "read_parquet_export"]

_TEXTS = pa.list_(pa.string())
_COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "entities": {
        **dict.fromkeys(("iri", "class", "label", "description"), pa.string()),
        **dict.fromkeys(("aliases", "same_as"), _TEXTS),
    },
    "claims": {**dict.fromkeys(("iri", "text", "quantity", "unit"), pa.string()), "hedges": _TEXTS},
    "documents": {
        **dict.fromkeys(
            ("iri", "title", "publisher", "licence", "url", "language", "published", "retrieved", "sha256"), pa.string()
        ),
        "authors": _TEXTS,
    },
    "evidence": {
        **dict.fromkeys(("iri", "document", "exact", "prefix", "suffix", "row"), pa.string()),
        **dict.fromkeys(("start", "end"), pa.int64()),
    },
    "statements": {
        **dict.fromkeys(("iri", "subject", "relation", "object", "speaker", "said_via", "document"), pa.string()),
        **dict.fromkeys(("stated_on", "valid_from", "valid_to", "basis", "status"), pa.string()),
        **dict.fromkeys(("in_response_to", "revision_of"), pa.string()),
        **dict.fromkeys(("evidence", "derived_from"), _TEXTS),
        "confidence": pa.float64(),
    },
}


@dataclass(frozen=True, slots=True)
class ParquetExport:
    """What an export to Parquet holds.

    Attributes
    ----------
    records : Records
    rows : Counter of str
        How many rows there are, by the kind of record (``Entity``, ``Claim``, …).
    left_out : int
        How many statements nothing was made of: what made entities one that the export has as one, and what was said of
        these.
    """

    records: Records
    rows: Counter[str]
    left_out: int


@dataclass(frozen=True, slots=True)
class ParquetReport:
    """What an import did; every row is accounted for.

    Attributes
    ----------
    load : LoadReport
        What became of the graph.
    rows : mapping of str to int
    left_out : int
        As for `ParquetExport`.
    """

    load: LoadReport
    rows: Mapping[str, int]
    left_out: int


def read_parquet_export(directory: Path, vocabulary: Vocabulary) -> ParquetExport:
    """Return what an export to Parquet holds.

    Entities that were merged come in as the one that the export shows, without the statements that made them one, and
    without what was said of these.

    Parameters
    ----------
    vocabulary : Vocabulary
        Names the classes, relations and attributes; the export does not bring an extension of the ontology.

    Raises
    ------
    InvalidInput
        If a file or a column is missing or of another type, or a value cannot be one of ours, with the file and the row.
    """
    found = [record for kind in _MAKERS for record in _records(directory, kind, vocabulary)]
    entities = {record.iri for record in found if isinstance(record, Entity)}
    gone = {record.iri for record in found if _makes_one_of_what_is_one(record, entities, vocabulary)}
    statements = [record for record in found if isinstance(record, Statement)] if gone else []
    while new := {s.iri for s in statements if s.iri not in gone and not gone.isdisjoint((s.subject, s.object))}:
        gone |= new
    records = Records.of(_without(record, gone) for record in found if record.iri not in gone)
    return ParquetExport(records, Counter(type(record).__name__ for record in found), len(gone))


def _without(record: Record, gone: set[str]) -> Record:
    """Return a record that refers to none of some statements."""
    if not gone or not isinstance(record, Statement):
        return record
    return replace(
        record,
        in_response_to=None if record.in_response_to in gone else record.in_response_to,
        revision_of=None if record.revision_of in gone else record.revision_of,
        derived_from=tuple(iri for iri in record.derived_from if iri not in gone),
    )


def _makes_one_of_what_is_one(record: Record, entities: set[str], vocabulary: Vocabulary) -> bool:
    if not isinstance(record, Statement) or not vocabulary.relation(record.predicate).identifies:
        return False
    return not {record.subject, record.object} <= entities


def _records(directory: Path, kind: str, vocabulary: Vocabulary) -> Iterator[Record]:
    for number, row in enumerate(_rows(directory / f"{kind}.parquet", kind), 1):
        try:
            yield _MAKERS[kind](row, vocabulary)
        except (InvalidValue, InvalidOperation, KeyError, ValueError) as error:
            told = f"{error.args[0]!r} is not of the ontology" if isinstance(error, KeyError) else str(error)
            raise InvalidInput(
                [Problem(f"{kind}.parquet:{number}", None, f"holds what cannot be one of ours: {told}")]
            ) from error


def _rows(path: Path, kind: str) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise InvalidInput([Problem(path.name, None, f"is missing in {path.parent.name}, which is no export to Parquet")])
    try:
        with parquet.ParquetFile(path) as file:
            wanted = _COLUMNS[kind]
            missing = sorted(wanted.keys() - set(file.schema_arrow.names))
            if missing:
                message = f"has no column {missing[0]!r}; it is no export of cuibono"
                raise InvalidInput([Problem(path.name, None, message)])
            also = [name for name in file.schema_arrow.names if name == "attributes"]
            for batch in file.iter_batches(columns=[*wanted, *also]):
                columns = {name: batch.column(name).cast(type) for name, type in wanted.items()}
                columns |= {name: batch.column(name) for name in also}
                yield from pa.table(columns).to_pylist()
    except (OSError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise InvalidInput([Problem(path.name, None, f"cannot be read: {reason}")]) from error


# ── records ────────────────────────────────────────────────────────────────────────────────────────────


def _entity(row: Mapping[str, Any], vocabulary: Vocabulary) -> Entity:
    kind = vocabulary.entity_class(_given(row, "class")).iri
    return Entity(
        iri=_given(row, "iri"),
        type=kind,
        label=_given(row, "label"),
        description=row["description"],
        **_several(row, "aliases", "same_as"),
    )


def _claim(row: Mapping[str, Any], vocabulary: Vocabulary) -> Claim:
    del vocabulary
    quantity = None if row["quantity"] is None else Decimal(row["quantity"])
    return Claim(iri=_given(row, "iri"), text=_given(row, "text"), quantity=quantity, unit=row["unit"], **_several(row, "hedges"))


def _document(row: Mapping[str, Any], vocabulary: Vocabulary) -> Document:
    del vocabulary
    plain = {name: row[name] for name in ("title", "publisher", "licence", "url", "language", "sha256")}
    return Document(iri=_given(row, "iri"), **plain, **_dates(row, "published", "retrieved"), **_several(row, "authors"))


def _evidence(row: Mapping[str, Any], vocabulary: Vocabulary) -> Evidence:
    del vocabulary
    places = {name: row[name] for name in ("prefix", "suffix", "row", "start", "end")}
    return Evidence(iri=_given(row, "iri"), document=_given(row, "document"), exact=_given(row, "exact"), **places)


def _statement(row: Mapping[str, Any], vocabulary: Vocabulary) -> Statement:
    relation = vocabulary.relation(_given(row, "relation"))
    plain = {name: row[name] for name in ("speaker", "said_via", "document", "confidence", "in_response_to", "revision_of")}
    given = {name: value for name, value in (row.get("attributes") or {}).items() if value is not None}
    return Statement(
        iri=_given(row, "iri"),
        subject=_given(row, "subject"),
        predicate=relation.iri,
        object=_given(row, "object"),
        basis=Basis(row["basis"]),
        status=Status(row["status"]),
        attributes=tuple((vocabulary.attribute(name).iri, value) for name, value in given.items()),
        **plain,
        **_dates(row, "stated_on", "valid_from", "valid_to"),
        **_several(row, "evidence", "derived_from"),
    )


def _given(row: Mapping[str, Any], name: str) -> str:
    if row[name] is None:
        raise InvalidValue(f"{name} is empty")
    return str(row[name])


def _several(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: tuple(value for value in row[name] or () if value is not None) for name in names}


def _dates(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: None if row[name] is None else PartialDate(row[name]) for name in names}


_MAKERS: Mapping[str, Callable[[Mapping[str, Any], Vocabulary], Record]] = {
    "entities": _entity,
    "claims": _claim,
    "documents": _document,
    "evidence": _evidence,
    "statements": _statement,
}
