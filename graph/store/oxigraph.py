"""A store in the embedded Oxigraph, in memory or in a directory."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from cuibono.graph.disk import tells_of_full_disk, write_failure
from cuibono.graph.errors import InvalidArgument, StoreError
from cuibono.graph.store.encoding import HISTORY
from cuibono.graph.store.interface import Store
from cuibono.schema.namespaces import CB, PREFIXES, XSD

__all__ = ["OxigraphStore"]

_MARKER = "cuibono.json"
_FORMAT = 1
_DATA, _BEFORE, _READ = "oxigraph", "oxigraph.before", "snapshot"
"""What stands in the directory: the quads, those that they are about to take the place of, and what was read of them."""
_SEQUENCE = ox.NamedNode(CB + "sequence")


class OxigraphStore(Store):
    """Quads in Oxigraph, in memory or on disk.

    Parameters
    ----------
    directory : Path, optional
        Where the quads are kept; in memory if none is given.
    create : bool
        Whether to make the directory where there is none.

    Raises
    ------
    StoreError
        If the directory holds something else, is in use by another process, cannot be read or written, or
        does not exist and is not to be made.
    """

    def __init__(self, directory: Path | None = None, *, create: bool = True) -> None:
        super().__init__(url=str(directory) if directory else "memory:")
        self._directory = directory
        if directory is not None:
            _prepare(directory, create=create)
        self._open()

    @property
    def directory(self) -> Path | None:
        """Where it keeps its files; None in memory."""
        return self._directory

    @property
    def version(self) -> int:
        """The number of commits so far; 0 for a new store."""
        return self._version

    def quads(
        self,
        subject: ox.NamedNode | None = None,
        predicate: ox.NamedNode | None = None,
        object: ox.NamedNode | ox.Literal | None = None,
        graph: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """Yield the quads that match, in no order; None matches all."""
        return self.backend.quads_for_pattern(subject, predicate, object, graph)

    def commit(self, activity: ox.NamedNode, additions: Iterable[ox.Quad], removals: Iterable[ox.Quad] = ()) -> int:
        """Apply a change as one transaction, wait until it is on disk, and return the new version."""
        number = ox.Literal(str(self._version + 1), datatype=ox.NamedNode(XSD + "integer"))
        added = [*additions, ox.Quad(activity, _SEQUENCE, number, HISTORY)]
        removed = list(removals)
        try:
            if removed:
                self.backend.update(f"DELETE DATA {{ {_text(removed)} }} ; INSERT DATA {{ {_text(added)} }}")
            else:
                self.backend.extend(added)
            if self._directory is not None:
                self.backend.flush()
        except OSError as error:
            raise StoreError(self.url, _explained(error, self._directory)) from error
        self._version += 1
        return self._version

    def query(self, sparql: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Return the answer to a SPARQL query over the union of the named graphs."""
        try:
            return self.backend.query(sparql, use_default_graph_as_union=True, prefixes=PREFIXES)
        except SyntaxError as error:
            raise InvalidArgument("query", f"is not SPARQL: {error}") from error
        except (OSError, RuntimeError) as error:
            raise StoreError(self.url, f"the query failed: {error}") from error

    def close(self) -> None:
        """Let go of files and locks; the store cannot be used afterwards."""
        if hasattr(self, "backend"):
            del self.backend

    def copied(self, directory: Path) -> OxigraphStore:
        """Return a copy in another directory on the same file system, which shares files with this one until it changes.

        Raises
        ------
        StoreError
            If it cannot be made.
        """
        _prepare(directory, create=True)
        if self.version:
            try:
                self.backend.backup(str(directory / _DATA))
            except OSError as error:
                raise StoreError(self.url, _explained(error, self._directory)) from error
        return OxigraphStore(directory)

    def replace_with(self, directory: Path) -> None:
        """Take over what another directory holds, whole or not at all, whatever kills the process meanwhile.

        Raises
        ------
        StoreError
            If it cannot be taken over; the store is then as before.
        """
        assert self._directory is not None
        self.close()
        before, data = self._directory / _BEFORE, self._directory / _DATA
        try:
            data.rename(before)
            (directory / _DATA).rename(data)
            shutil.rmtree(before, ignore_errors=True)
            # What is read from it comes after: without it, or with an earlier one, the store is read anew.
            if (directory / _READ).exists():
                shutil.rmtree(self._directory / _READ, ignore_errors=True)
                (directory / _READ).rename(self._directory / _READ)
        except OSError as error:
            raise StoreError(self.url, f"cannot be replaced: {error.strerror or error}") from error
        finally:
            self._open()

    def _open(self) -> None:
        try:
            if self._directory is not None:
                _settle(self._directory)
            self.backend = ox.Store(str(self._directory / _DATA)) if self._directory else ox.Store()
        except OSError as error:
            raise StoreError(self.url, _explained(error, self._directory)) from error
        self._version = max(self._sequence_numbers(), default=0)

    def _sequence_numbers(self) -> Iterator[int]:
        for quad in self.backend.quads_for_pattern(None, _SEQUENCE, None, HISTORY):
            if isinstance(quad.object, ox.Literal):
                yield int(quad.object.value)


def _settle(directory: Path) -> None:
    """Finish or undo a replacement that was interrupted."""
    before, data = directory / _BEFORE, directory / _DATA
    if before.exists() and data.exists():
        shutil.rmtree(before, ignore_errors=True)
    elif before.exists():
        before.rename(data)


def _prepare(directory: Path, *, create: bool) -> None:
    marker = directory / _MARKER
    if not marker.exists():
        if not create:
            raise StoreError(str(directory), "there is no store; make one with `cuibono build DOSSIER --store DIR`")
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise StoreError(str(directory), "is no store of cuibono and not empty; name another directory")
        try:
            directory.mkdir(parents=True, exist_ok=True)
            marker.write_text(json.dumps({"store": "cuibono", "format": _FORMAT}) + "\n", encoding="utf-8")
        except OSError as error:
            raise StoreError(str(directory), f"cannot be made: {error.strerror or error}") from error
        return
    try:
        found = json.loads(marker.read_text(encoding="utf-8"))["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(str(directory), f"{_MARKER} cannot be read: {error}") from error
    if found != _FORMAT:
        raise StoreError(
            str(directory), f"has format {found}, this version of cuibono reads {_FORMAT}; export it with that version"
        )


def _explained(error: OSError, directory: Path | None) -> str:
    text = str(error)
    if "lock" in text.lower():
        return "is in use by another process; stop that, or ask it (a server answers over HTTP)"
    if directory and tells_of_full_disk(error):
        # RocksDB takes nothing more from then on, whatever room there is.
        remedy = "make room, and open the graph again (start a server again), which takes no changes until then"
        return f"cannot be written: the disk of {directory} is full, or was when it was written to last; {remedy}"
    return f"cannot be read or written: {write_failure(error, directory) if directory else text}"


def _text(quads: Iterable[ox.Quad]) -> str:
    graphs: dict[str, list[str]] = defaultdict(list)
    for quad in quads:
        graphs[str(quad.graph_name)].append(str(quad.triple))
    return " ".join(f"GRAPH {graph} {{ {' . '.join(triples)} }}" for graph, triples in sorted(graphs.items()))
