"""Arrow tables as the frames that people work with: pandas or polars, over the same memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from cuibono.graph.errors import InvalidArgument, MissingExtra

if TYPE_CHECKING:
    import pyarrow

__all__ = ["LIBRARIES", "Library", "as_frame", "table_of"]

Library = Literal["pandas", "polars", "arrow"]

LIBRARIES: tuple[Library, ...] = ("pandas", "polars", "arrow")
"""What a frame can be of."""


def as_frame(table: pyarrow.Table, library: Library) -> Any:
    """Return an Arrow table as a frame; columns are not copied.

    In pandas, columns keep their Arrow types (``pandas.ArrowDtype``), so that what is unknown is ``NA`` and whole
    numbers stay whole.

    Raises
    ------
    InvalidArgument
        If the library is none of `LIBRARIES`.
    MissingExtra
        If it is not installed.
    """
    match library:
        case "arrow":
            return table
        case "pandas":
            try:
                import pandas as pd
            except ImportError as error:
                raise MissingExtra("frames", "Frames", "pandas") from error
            return table.to_pandas(types_mapper=pd.ArrowDtype)
        case "polars":
            try:
                import polars as pl
            except ImportError as error:
                raise MissingExtra("polars", "Frames of polars", "polars") from error
            return pl.from_arrow(table)
        case _:
            raise InvalidArgument("library", f"{library!r} is none of {', '.join(LIBRARIES)}")


def table_of(columns: Mapping[str, list[Any]], types: Mapping[str, str]) -> pyarrow.Table:
    """Return an Arrow table of columns of texts, but for those whose type is given: ``double``, ``int64``, ``bool``, ``list``.

    Raises
    ------
    MissingExtra
        If pyarrow is not installed.
    """
    try:
        import pyarrow as pa
    except ImportError as error:
        raise MissingExtra("frames", "Frames", "pyarrow") from error
    known = {"double": pa.float64(), "int64": pa.int64(), "bool": pa.bool_(), "list": pa.list_(pa.string())}
    return pa.table({name: pa.array(values, known.get(types.get(name, ""), pa.string())) for name, values in columns.items()})
