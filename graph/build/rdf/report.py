"""What an import of a graph did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cuibono.graph.build.loading import LoadReport

__all__ = ["RdfReport"]


@dataclass(frozen=True, slots=True)
class RdfReport:
    """What an import did; every triple is accounted for.

    Attributes
    ----------
    load : LoadReport
        What became of the graph.
    quads : int
        How many the file has.
    unused : mapping of str to int
        By predicate, how many of them nothing was made of, as the ontology does not say what they mean; of ``rdf:type`` by
        predicate and class, with a space between them. After a thousand names the rest are ``others``.
    history : int
        How many of them tell who did what to the graph that they come from, and are not taken over.
    """

    load: LoadReport
    quads: int
    unused: Mapping[str, int]
    history: int = 0
