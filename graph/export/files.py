"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cuibono.graph.errors import InvalidArgument

__all__ = ["written_whole"]


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """Give a file beside a path, which takes its place in the end; a device is written as it is.

    Raises
    ------
    InvalidArgument
        If it cannot be written.
    """
    target = Path(os.path.realpath(path))
    is_device = target.exists() and not target.is_file() and not target.is_dir()
    beside = target if is_device else target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        try:
            with beside.open("wb") as file:
                yield file
            if not is_device:
                beside.replace(target)
        finally:
            if not is_device:
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidArgument("path", f"{path} cannot be written: {error.strerror or error}") from error
