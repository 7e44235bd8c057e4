"""Columns and their indexes in one file, from which they are mapped into memory.

The arrays stand one after the other as they are in memory; a manifest says where each begins. Every page of the file
has a checksum of its own, and they are all checked when it is opened: a sum of each page's words runs as fast as the
file can be read, and shows any page that was lost, cut, moved or overwritten.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.snapshot.base import Base, BaseFile
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.indexes import Indexes

__all__ = ["Damaged", "Manifest", "mapped_arrays", "mapped_base", "sealed", "unsealed", "write_arrays", "write_base"]

FORMAT = 1
"""To be raised with every change of the columns or of what they mean."""

_PAGE = 4096
_ALIGNMENT = 64
_AT_ONCE = 1 << 20
_NAMES = ("classes", "relations", "attributes")

Manifest = dict[str, Any]


class Damaged(Exception):
    """A file is not as it was written."""


def write_base(base: Base, path: Path) -> Manifest:
    """Write columns and indexes to a file, and return what reading them takes.

    Such a file never changes: where they are mapped from one, that has both names afterwards, if the disk can do that.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path.unlink(missing_ok=True)  # and not written over: it may be the other name of what is written
    if base.file is not None:
        with suppress(OSError):  # it may stand on another disk, or be gone
            path.hardlink_to(base.file.path)
            return {**base.file.manifest, "file": path.name}
    written = write_arrays([*_arrays(base.columns, "columns"), *_arrays(base.indexes, "indexes")], path)
    return {"format": FORMAT, **written, **{name: list(getattr(base.columns, name)) for name in _NAMES}}


def mapped_base(manifest: Manifest, folder: Path) -> Base:
    """Return the columns and indexes of a file, mapped into memory.

    Raises
    ------
    Damaged
        If the file is missing or other than it was written, or of another format.
    """
    if manifest.get("format") != FORMAT:
        raise Damaged("its format is another one")
    path = folder / manifest["file"]
    arrays = mapped_arrays(manifest, path)
    names = {name: tuple(manifest[name]) for name in _NAMES}
    found = _made(Columns, "columns", arrays, names), _made(Indexes, "indexes", arrays, names)
    return Base(*found, BaseFile(path, manifest))


def write_arrays(arrays: Iterable[tuple[str, NDArray[Any]]], path: Path) -> Manifest:
    """Write arrays of one dimension to a file, and return what reading them takes.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    places, end = {}, 0
    with path.open("wb") as file:
        for name, array in arrays:
            file.write(bytes(-end % _ALIGNMENT))
            end += -end % _ALIGNMENT
            places[name] = [end, array.dtype.str, len(array)]
            np.ascontiguousarray(array).tofile(file)
            end += array.nbytes
        file.write(bytes(-end % _PAGE))
    size = end + -end % _PAGE
    return {"byteorder": sys.byteorder, "file": path.name, "size": size, "checksum": _checksum(path), "arrays": places}


def mapped_arrays(manifest: Manifest, path: Path, *, changing: bool = False) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file, mapped into memory.

    Parameters
    ----------
    changing : bool
        Whether they may be written to: that changes this process's copy of a page, and never the file.

    Raises
    ------
    Damaged
        If the file is missing or other than it was written, or by a machine of another kind.
    """
    if manifest.get("byteorder") != sys.byteorder:
        raise Damaged("its format is another one")
    try:
        if path.stat().st_size != manifest["size"] or _checksum(path) != manifest["checksum"]:
            raise Damaged(f"{path.name} is not as it was written")
        access = mmap.ACCESS_COPY if changing else mmap.ACCESS_READ
        with path.open("rb") as file:
            memory = mmap.mmap(file.fileno(), 0, access=access) if manifest["size"] else b""
    except OSError as error:
        raise Damaged(f"{path.name} cannot be read: {error}") from error
    return {
        name: np.frombuffer(memory, dtype, count, start) if count else np.zeros(0, dtype)
        for name, (start, dtype, count) in manifest["arrays"].items()
    }


def sealed(body: Manifest) -> str:
    """Return a line of JSON that `unsealed` gives back only if it is unchanged."""
    text = json.dumps(body, ensure_ascii=True, separators=(",", ":"))
    return json.dumps({"seal": hashlib.sha256(text.encode()).hexdigest(), "body": text})


def unsealed(line: str) -> Manifest:
    """Return what was sealed.

    Raises
    ------
    Damaged
        If the line is not as it was written.
    """
    try:
        outer = json.loads(line)
        text, seal = outer["body"], outer["seal"]
        if hashlib.sha256(text.encode()).hexdigest() != seal:
            raise Damaged("its seal is broken")
        body: Manifest = json.loads(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"it cannot be read: {error}") from error
    return body


def _checksum(path: Path) -> int:
    checksum, buffer = 0, bytearray(_AT_ONCE)
    words = np.frombuffer(buffer, np.uint64).reshape(-1, _PAGE // 8)
    # Read and not mapped: what is mapped counts as this process's memory once it was looked at.
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            if count % _PAGE:
                raise Damaged(f"{path.name} was cut")
            checksum = zlib.crc32(words[: count // _PAGE].sum(axis=1).tobytes(), checksum)
    return checksum


def _arrays(value: object, name: str) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the arrays in a value and in its parts, each by its name."""
    if isinstance(value, np.ndarray):
        yield name, value
    elif is_dataclass(value):
        for field in fields(value):
            if field.init:
                yield from _arrays(getattr(value, field.name), f"{name}.{field.name}")


def _made(kind: type, name: str, arrays: Mapping[str, NDArray[Any]], names: Mapping[str, tuple[str, ...]]) -> Any:
    """Return what `_arrays` took apart."""
    hints = get_type_hints(kind)
    parts: dict[str, Any] = {}
    for field in fields(kind):
        whole = f"{name}.{field.name}"
        if is_dataclass(hints[field.name]):
            parts[field.name] = _made(hints[field.name], whole, arrays, names)
        elif field.init:
            parts[field.name] = names[field.name] if field.name in names else arrays[whole]
    return kind(**parts)
