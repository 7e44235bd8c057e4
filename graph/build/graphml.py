"""GraphML and GEXF files as networkx graphs, read as hostile: no document types, and nothing is fetched."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

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
        text = read_xml(file, file.name)
        if wrong := list(_what_would_be_lost(text, file.name)):
            raise InvalidInput(wrong)
        data = io.BytesIO(text)
        found: nx.Graph[Any] = nx.read_graphml(data, force_multigraph=True) if name == "graphml" else nx.read_gexf(data)
    except InvalidInput:
        raise
    except Exception as error:  # the readers let through whatever XML, numbers and keys raise
        raise InvalidInput([Problem(file.name, None, f"is no {name}: {error}")]) from error
    return found


def _what_would_be_lost(text: bytes, name: str) -> Iterator[Problem]:
    """Yield what networkx would pass over or make up: a second graph, ids that stand there twice, ends that nothing is."""
    nodes, edges, ends = Counter[str](), Counter[tuple[str, str, str]](), dict[str, str]()
    graphs, is_directed = 0, True
    for _, element in ElementTree.iterparse(io.BytesIO(text)):  # noqa: S314  # it has no document type
        kind, given = element.tag.rpartition("}")[2], element.get("id")
        if kind == "graph":
            graphs += 1
            is_directed = element.get("edgedefault", element.get("defaultedgetype", "undirected")) == "directed"
        elif kind == "node" and given is not None:
            nodes[given] += 1
        elif kind == "edge":
            start, end = element.get("source", ""), element.get("target", "")
            edges.update([(given, start, end)] if given is not None else [])
            ends |= {one: f"edge {start!r} → {end!r}" for one in (start, end) if one not in ends}
    if graphs > 1:
        yield Problem(name, None, f"holds {graphs} graphs, of which one would be read; give each a file of its own")
    for given, count in nodes.items():
        if count > 1:
            yield Problem(name, None, f"node {given!r} stands there {count} times; an id is that of one alone")
    # Between other nodes the same id may stand again: networkx numbers parallel edges so.
    same = Counter[tuple[str, str, str]]()
    for (given, *both), count in edges.items():
        start, end = both if is_directed else sorted(both)
        same[given, start, end] += count
    for (given, start, end), count in same.items():
        if count > 1:
            place = f"edge {start!r} → {end!r}"
            yield Problem(name, None, f"{place}: the id {given!r} stands there {count} times; an id is that of one alone")
    yield from (Problem(name, None, f"{edge}: there is no node {end!r}") for end, edge in ends.items() if end not in nodes)
