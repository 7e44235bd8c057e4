"""GraphML and GEXF files as networkx graphs, read as hostile: no document types, and nothing is fetched."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cuibono.graph.build.xml_source import read_xml
from cuibono.graph.errors import InvalidArgument, InvalidInput, Problem

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["GRAPH_FORMATS", "read_graph_file"]

GRAPH_FORMATS = {"graphml": ".graphml", "gexf": ".gexf"}
"""Formats by name, with the ending of their files."""


def read_graph_file(path: str | Path, format: str | None = None) -> nx.Graph[Any]:
    """Return the graph in a GraphML or GEXF file, with all attributes.

    Parameters
    ----------
    format : {"graphml", "gexf"}, optional
        That of the file's ending.

    Raises
    ------
    InvalidArgument
        If the format is not known.
    InvalidInput
        If the file cannot be read, or is no such file.
    """
    import networkx as nx

    file = Path(path)
    name = format or next((name for name, ending in GRAPH_FORMATS.items() if file.suffix.lower() == ending), None)
    if name not in GRAPH_FORMATS:
        known = ", ".join(f"{ending} ({known})" for known, ending in GRAPH_FORMATS.items())
        raise InvalidArgument("format", f"{file.name}: nothing says which format it is; name one, or end its name in {known}")
    try:
        data = io.BytesIO(read_xml(file, file.name))
        found: nx.Graph[Any] = nx.read_graphml(data, force_multigraph=True) if name == "graphml" else nx.read_gexf(data)
    except InvalidInput:
        raise
    except Exception as error:  # the readers let through whatever XML, numbers and keys raise
        raise InvalidInput([Problem(file.name, None, f"is no {name}: {error}")]) from error
    return found
