"""A snapshot kept next to its store: found when the graph is opened, brought up to date by every commit.

In the store's directory stands ``snapshot/``, with a manifest, a file of columns, and a journal of the commits since.
It is only ever a copy: whenever anything in it does not fit the store, all is read from the store again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from cuibono.graph.model import Record
from cuibono.graph.snapshot.base import WORKED_OUT, BaseFile
from cuibono.graph.snapshot.files import Damaged, Manifest, mapped_base, sealed, unsealed, write_base
from cuibono.graph.snapshot.reading import read_snapshot
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import HISTORY, decoded, encoded
from cuibono.graph.store.interface import Store
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, XSD

__all__ = ["Prepared", "adopt", "current_snapshot", "keep_commit", "prepared", "save_snapshot", "state_of"]

_MANIFEST = "manifest.json"
_LONGEST_JOURNAL = 4_000_000
"""Bytes; what is longer takes longer to read than opening a graph should."""


def current_snapshot(store: Store, vocabulary: Vocabulary, tell: Callable[[str], object] | None = None) -> Snapshot:
    """Return all that a store holds, from the files next to it if they are its own and up to date.

    Parameters
    ----------
    tell : callable, optional
        Called with what is being done, where that takes long.
    """
    if store.directory is None:
        return read_snapshot(store, vocabulary, tell)
    folder = store.directory / "snapshot"
    with contextlib.suppress(Damaged):
        return _opened(folder, store, vocabulary)
    snapshot = read_snapshot(store, vocabulary, tell)
    if tell is not None:
        tell("keeping what was read, so that the graph opens at once from now on")
    _save(folder, store, snapshot)
    return snapshot


def keep_commit(store: Store, before: Snapshot, after: Snapshot, records: Collection[Record], removed: Collection[str]) -> bool:
    """Bring the files next to a store up to date, if it has any; return whether they should be made anew.

    Parameters
    ----------
    before, after : Snapshot
        Of the version that was committed, and of the one before.
    records, removed : collections
        What the commit changed.
    """
    if store.directory is None or before.version == after.version:
        return False
    folder = store.directory / "snapshot"
    if after.base is before.base:
        return _append(folder, store, after, records, removed)
    _save(folder, store, after)
    return False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file of columns that nothing refers to yet.

    Attributes
    ----------
    state : str
        Of the version that the columns are of; see `state_of`.
    """

    folder: Path
    manifest: Manifest
    state: str

    def drop(self) -> None:
        """Remove the file, and what stands beside it."""
        for path in self.folder.glob(f"{Path(self.manifest['file']).stem}.*"):
            with contextlib.suppress(OSError):
                path.unlink()


def prepared(directory: Path | None, snapshot: Snapshot, state: str | None) -> Prepared | None:
    """Write the columns of a snapshot next to its store, for `adopt`; None if there is no place for them.

    It takes no look at the store, which may go on meanwhile.
    """
    if directory is None or state is None:
        return None
    folder = directory / "snapshot"
    path = folder / f"{uuid.uuid4().hex}.columns"
    try:
        folder.mkdir(exist_ok=True)
        base = snapshot.folded().base
        manifest = write_base(base, path)
        base.file = BaseFile(path, manifest)
    except BaseException as error:
        with contextlib.suppress(OSError):
            path.unlink()
        if isinstance(error, OSError):
            return None
        raise
    manifest |= {"journal": f"{path.stem}.journal", "version": snapshot.version, "state": state}
    manifest["vocabulary"] = _meaning(snapshot.vocabulary)
    return Prepared(folder, manifest, state)


def adopt(store: Store, file: Prepared, after: Snapshot, records: Collection[Record], removed: Collection[str]) -> None:
    """Let prepared columns be what the next to open the graph finds.

    Parameters
    ----------
    after : Snapshot
        The version that the store is at.
    records, removed : collections
        What has changed since the one that the columns are of.
    """
    folder, manifest = file.folder, file.manifest
    with contextlib.suppress(OSError):
        if not (folder / manifest["file"]).exists():
            return
        line = "" if after.version == manifest["version"] else _entry(store, file.state, after, records, removed)
        (folder / manifest["journal"]).write_text(line, encoding="ascii")
        written = folder / f"{uuid.uuid4().hex}.manifest"
        written.write_text(sealed(manifest), encoding="ascii")
        os.replace(written, folder / _MANIFEST)
        _tidy(folder, manifest)


def save_snapshot(store: Store, snapshot: Snapshot) -> None:
    """Write a snapshot next to its store, if that has a place for it."""
    if store.directory is not None:
        _save(store.directory / "snapshot", store, snapshot)


# ── the files ──────────────────────────────────────────────────────────────────────────────────────────


def _save(folder: Path, store: Store, snapshot: Snapshot) -> None:
    """Write a snapshot anew; where that fails, the next to open the graph reads the store."""
    file = prepared(folder.parent, snapshot, state_of(store, snapshot.version))
    if file is not None:
        adopt(store, file, snapshot, (), ())


def _tidy(folder: Path, manifest: Manifest) -> None:
    """Remove what a manifest does not name: files of earlier versions, and those that were never finished."""
    worked_out = f"{Path(manifest['file']).stem}.{WORKED_OUT}"
    for other in folder.iterdir():
        if other.name not in (_MANIFEST, manifest["file"], manifest["journal"]) and not other.name.startswith(worked_out):
            other.unlink()


def _opened(folder: Path, store: Store, vocabulary: Vocabulary) -> Snapshot:
    try:
        manifest = unsealed((folder / _MANIFEST).read_text(encoding="ascii"))
        base_of = manifest["journal"]
        lines = (folder / base_of).read_text(encoding="ascii").splitlines()
    except (OSError, ValueError, KeyError) as error:
        raise Damaged(f"it cannot be read: {error}") from error
    entries = [unsealed(line) for line in lines]
    for entry, previous in zip(entries, [manifest, *entries], strict=False):
        if entry["follows"] != previous["state"]:
            raise Damaged("its journal has a gap")
    last = entries[-1] if entries else manifest
    if (last["state"], last["vocabulary"]) != (state_of(store, store.version), _meaning(vocabulary)):
        raise Damaged("it is of another version")
    snapshot = Snapshot.of(mapped_base(manifest, folder), vocabulary, manifest["version"])
    with contextlib.suppress(OSError):
        _tidy(folder, manifest)
    return _with_journal(snapshot, entries, store.version) if entries else snapshot


def _with_journal(snapshot: Snapshot, entries: list[Manifest], version: int) -> Snapshot:
    changed: dict[str, Record] = {}
    removed: set[str] = set()
    for entry in entries:
        quads = ox.parse(entry["records"], ox.RdfFormat.N_QUADS)
        records = {record.iri: record for record in decoded(quads, snapshot.vocabulary)}
        changed |= records
        removed = (removed - records.keys()) | set(entry["removed"])
        for iri in entry["removed"]:
            changed.pop(iri, None)
    return snapshot.with_changes(list(changed.values()), version, sorted(removed))


def _append(folder: Path, store: Store, after: Snapshot, records: Collection[Record], removed: Collection[str]) -> bool:
    """Write a commit to the journal; return whether that is too long, or not to be found."""
    try:
        journal: Path = folder / unsealed((folder / _MANIFEST).read_text(encoding="ascii"))["journal"]
        # A journal that is missing an entry does not reach the store's version, and is passed over.
        with journal.open("a", encoding="ascii") as file:
            file.write(_entry(store, state_of(store, after.version - 1), after, records, removed))
            return file.tell() > _LONGEST_JOURNAL
    except (OSError, ValueError, KeyError, Damaged):
        # To make anew what cannot be written is not worth anybody's time.
        with contextlib.suppress(OSError):
            folder.mkdir(exist_ok=True)
        return folder.is_dir() and os.access(folder, os.W_OK)


def _entry(store: Store, follows: str | None, after: Snapshot, records: Collection[Record], removed: Collection[str]) -> str:
    quads = (quad for record in records for quad in encoded(record))
    entry = {
        "follows": follows,
        "state": state_of(store, after.version),
        "vocabulary": _meaning(after.vocabulary),
        "records": "".join(f"{quad} .\n" for quad in quads),
        "removed": list(removed),
    }
    return sealed(entry) + "\n"


# ── what it was made of ────────────────────────────────────────────────────────────────────────────────


def state_of(store: Store, version: int) -> str | None:
    """Return what tells one version of a store from every other, of this store or another: the names of its acts."""
    number = ox.Literal(str(version), datatype=ox.NamedNode(XSD + "integer"))
    acts = sorted(str(quad.subject) for quad in store.quads(None, ox.NamedNode(CB + "sequence"), number, HISTORY))
    return hashlib.sha256("\n".join(acts).encode()).hexdigest() if acts else None


def _meaning(vocabulary: Vocabulary) -> str:
    """Return what tells vocabularies apart that read the same quads as different records."""
    classes = sorted(entity_class.iri for entity_class in vocabulary.classes.values())
    attributes = sorted((attribute.iri, attribute.datatype.__name__) for attribute in vocabulary.attributes.values())
    return hashlib.sha256(json.dumps([classes, attributes]).encode()).hexdigest()
