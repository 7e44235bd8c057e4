"""What an import of a large file in RDF keeps on its way, to be gone on with where it is killed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cuibono.graph.disk import write_failure
from cuibono.graph.errors import StoreError
from cuibono.graph.progress import Notice, Step

__all__ = ["Keeping", "synced"]


@dataclass(frozen=True, slots=True)
class Keeping:
    """A folder of files, each there as a whole or not at all once its note is.

    Attributes
    ----------
    folder : Path or None
        None where nothing is kept.
    tell : callable
        Told what is being done, and what is gone on with.
    """

    folder: Path | None = None
    tell: Callable[[Step | Notice | str], object] = field(default=lambda _: None)

    def path(self, name: str) -> Path | None:
        """Return where a file stands."""
        return None if self.folder is None else self.folder / name

    def noted(self, name: str) -> Mapping[str, Any] | None:
        """Return what was noted of a file when it was whole; None where it is not."""
        path = self.path(name)
        if path is None:
            return None
        try:
            found: Mapping[str, Any] = json.loads(_note_of(path).read_text(encoding="ascii"))
            return found if path.stat().st_size == found["size"] else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def note(self, name: str, **about: Any) -> None:
        """Note that a file is whole, and what is to be known of it.

        Raises
        ------
        StoreError
            If that cannot be written.
        """
        path = self.path(name)
        if path is None:
            return
        try:
            synced(path)
            written = _note_of(path).with_suffix(".new")
            written.write_text(json.dumps({**about, "size": path.stat().st_size}), encoding="ascii")
            synced(written)
            os.replace(written, _note_of(path))
        except OSError as error:
            failure = write_failure(error, path.parent)
            raise StoreError(str(path.parent), f"what is imported cannot be kept there: {failure}") from error


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def synced(path: Path) -> None:
    """Wait until a file is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
