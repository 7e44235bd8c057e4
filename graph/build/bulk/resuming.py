"""What an import of a large file has beside the store: where it is killed, the same import goes on from there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cuibono.graph.build.rdf.keeping import synced
from cuibono.graph.disk import write_failure
from cuibono.graph.errors import StoreError
from cuibono.graph.model import content_hash
from cuibono.graph.progress import Notice
from cuibono.graph.snapshot.keeping import state_of
from cuibono.graph.store.oxigraph import OxigraphStore
from cuibono.schema import Vocabulary

__all__ = ["Beside", "Checkpoint", "beside", "key_of"]

_MARK, _SCRATCH = ".importing-", ".scratch"
_Tell = Callable[[str], object]


@dataclass(frozen=True)
class Checkpoint:
    """How far a file was read.

    Attributes
    ----------
    position : int
        In the bytes of its N-Quads, as they pass by.
    lines : int
        How many of these were read.
    loads : bool
        Whether they are loaded into the copy of the store as well.
    gathered : mapping
        What `Gathering.kept` gave.
    """

    position: int = 0
    lines: int = 0
    loads: bool = True
    gathered: Mapping[str, Any] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return json.dumps(asdict(self))


class Beside:
    """Where an import puts what it makes, until that takes the store's place.

    Parameters
    ----------
    copy : Path
        For a copy of the store; what stands beside it is called after it.
    """

    def __init__(self, copy: Path) -> None:
        self.copy = copy
        self.scratch = copy.with_name(copy.name + _SCRATCH)
        self.gathered = self.scratch / "gathered"
        self._note = self.scratch / "checkpoint.json"

    @property
    def checkpoint(self) -> Checkpoint | None:
        """How far the file was read when what was read was kept last; None if it never was."""
        try:
            return Checkpoint(**json.loads(self._note.read_text(encoding="ascii")))
        except (OSError, ValueError, TypeError):
            return None

    def keep(self, checkpoint: str) -> None:
        """Note how far the file was read, once all that was made of it is on the disk.

        Parameters
        ----------
        checkpoint : str
            A `Checkpoint` as text.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        for path in self.gathered.iterdir():
            with suppress(FileNotFoundError):  # what has no name for long is not gone on with
                synced(path)
        written = self._note.with_suffix(".new")
        written.write_text(checkpoint, encoding="ascii")
        synced(written)
        self._sync_names()  # a note must not be there before what it tells of
        os.replace(written, self._note)
        self._sync_names()

    def _sync_names(self) -> None:
        """Have the system keep which files there are, where it knows how to."""
        for folder in (self.gathered, self.scratch, self.scratch.parent):
            with suppress(OSError):
                synced(folder)

    def forget(self) -> None:
        """Go on from here no more."""
        self._note.unlink(missing_ok=True)

    def clear(self) -> None:
        """Begin anew."""
        self.drop()
        self.gathered.mkdir(parents=True)

    def clear_but_kept(self) -> None:
        """Drop what is made of what was read: it is made anew."""
        for path in self.scratch.iterdir():
            if path not in (self._note, self.gathered):
                path.unlink()

    def drop(self) -> None:
        """Take all of it away."""
        self.forget()
        for each in (self.copy, self.scratch):
            shutil.rmtree(each, ignore_errors=True)


def key_of(file: str, store: OxigraphStore, vocabulary: Vocabulary, source: str) -> str:
    """Return what tells all apart that the result of an import hangs on.

    Parameters
    ----------
    file : str
        What tells its file from others.
    """
    terms = sorted(map(str, vocabulary.ontology.merged_extensions()))
    return content_hash(file, str(store.version), state_of(store, store.version), source, version("cuibono"), *terms)


def _left(folder: Path, name: str) -> list[Beside]:
    """Return what imports have in a folder, by how their names begin."""
    names = sorted({path.name.removesuffix(_SCRATCH) for path in folder.iterdir() if path.name.startswith(name)})
    return [Beside(folder / found) for found in names]


@contextmanager
def beside(store: OxigraphStore, key: str, tell: _Tell) -> Iterator[Beside]:
    """Give a place for an import, with what an interrupted one with the same key left there.

    All is taken away in the end; where the import is interrupted, what it would go on from stays.

    Raises
    ------
    StoreError
        If nothing can be written there.
    """
    assert store.directory is not None
    name = f".{store.directory.name}{_MARK}"
    place = Beside(store.directory.with_name(name + key))
    try:
        for left in _left(place.copy.parent, name):
            if left.copy != place.copy:
                if left.checkpoint:
                    tell(Notice("dropping what an interrupted import of something else left behind"))
                left.drop()
        if place.checkpoint:
            place.clear_but_kept()
        else:
            place.clear()
        yield place
    except KeyboardInterrupt as interrupt:
        if done := place.checkpoint:
            goes_on = "the same import of the same file goes on from there, another one drops them"
            interrupt.add_note(f"{done.lines:,} quads are kept in {place.scratch}: {goes_on}")
        else:
            place.drop()
        raise
    except BaseException as error:
        failure = write_failure(error, place.copy.parent) if isinstance(error, OSError) else None
        place.drop()
        if failure is not None:
            raise StoreError(store.url, f"what comes in cannot be put beside it: {failure}") from error
        raise
    with suppress(OSError):
        place.drop()
