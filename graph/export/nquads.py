"""N-Quads and N-Triples: a line a quad, for programs and for `grep`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from cuibono.graph.export.blocks import Block
from cuibono.graph.export.characters import escaped

__all__ = ["nquads", "ntriples"]


def nquads(graph: ox.NamedNode, blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the lines of a named graph."""
    for block in blocks:
        for predicate, values in block.fields:
            for value in values:
                yield escaped(f"<{block.subject}> <{predicate}> {value} {graph} .\n")


def ntriples(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the lines of things, whatever graphs they stand in."""
    for block in blocks:
        for predicate, values in block.fields:
            for value in values:
                yield escaped(f"<{block.subject}> <{predicate}> {value} .\n")
