"""What every store can do: hold quads in named graphs, and commit changes whole or not at all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

__all__ = ["Store"]


@dataclass
class Store(ABC):
    """A set of quads that changes by commits, each of them whole or not at all.

    Attributes
    ----------
    url : str
        What it was opened with.
    """

    url: str

    @property
    def directory(self) -> Path | None:
        """Where it keeps its files, if it keeps any on this machine."""
        return None

    @property
    @abstractmethod
    def version(self) -> int:
        """The number of commits so far; 0 for a new store."""

    @abstractmethod
    def quads(
        self,
        subject: ox.NamedNode | None = None,
        predicate: ox.NamedNode | None = None,
        object: ox.NamedNode | ox.Literal | None = None,
        graph: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """Yield the quads that match, in no order; None matches all."""

    @abstractmethod
    def commit(self, activity: ox.NamedNode, additions: Iterable[ox.Quad], removals: Iterable[ox.Quad] = ()) -> int:
        """Apply a change as one transaction, wait until it is on disk, and return the new version.

        Parameters
        ----------
        activity : pyoxigraph.NamedNode
            What the commit is called in the history, where its place in the order of commits is noted.

        Raises
        ------
        StoreError
            If the store cannot be written; it is then as before.
        """

    @abstractmethod
    def query(self, sparql: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Return the answer to a SPARQL query over the union of the named graphs.

        Raises
        ------
        InvalidArgument
            If the query is not SPARQL.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of files and locks; the store cannot be used afterwards."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
