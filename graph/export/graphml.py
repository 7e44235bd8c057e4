"""A graph as GraphML, for programs that draw and measure networks; `import` takes it in again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

import networkx as nx

from cuibono.graph.export.files import written_whole
from cuibono.graph.export.omissions import network_omissions, omissions
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.networkx import to_networkx

__all__ = ["graphml", "write_graphml"]


def graphml(snapshot: Snapshot, file: IO[bytes], *, text: bool = False) -> Mapping[str, int]:
    """Write all entities and claims, the accepted statements and their sources to a file, and return what was left out.

    Statements are edges, or nodes where others are about them; documents are nodes. The same graph gives the same bytes.
    """
    stored = snapshot.stored
    if not text:
        known = [replace(document, text=None) for document in stored.documents.values() if document.text is not None]
        stored = stored.with_changes(known, stored.version)
    network = to_networkx(stored, complete=True)
    nx.write_graphml(network, file)
    return {**omissions(snapshot, "graphml", text=text), **network_omissions(stored, network)}


def write_graphml(snapshot: Snapshot, path: Path, *, text: bool = False) -> Mapping[str, int]:
    """Write a graph to a GraphML file, whole or not at all; see `graphml`.

    Raises
    ------
    InvalidArgument
        If the file cannot be written.
    """
    with written_whole(path) as file:
        return graphml(snapshot, file, text=text)
