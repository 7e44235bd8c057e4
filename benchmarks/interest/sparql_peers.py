"""The question as one SPARQL query, over the statements as cuibono writes them; evidence and documents are left out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyoxigraph as ox
import rdflib

from benchmarks.interest.problem import LEAST, Answers
from benchmarks.interest.sparql_text import NO_BEARING, conflicts_query
from cuibono.schema import Vocabulary

__all__ = ["OxigraphPeer", "RdflibPeer", "SparqlPeer", "write_triples"]

_PROPERTIES = (
    ("rdf:subject", "subject", None),
    ("rdf:predicate", "relation", None),
    ("rdf:object", "object", None),
    ("cb:status", "'https://w3id.org/cuibono/ns#' || upper(status[1]) || status[2:]", None),
    ("cb:confidence", "confidence", "decimal"),
    ("cb:statedOn", "stated_on", "date"),
    ("cb:validFrom", "valid_from", "date"),
    ("cb:validTo", "valid_to", "date"),
    ("cb:share", "attributes.share", "decimal"),
)
_NAMESPACES = {"rdf:": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "cb:": "https://w3id.org/cuibono/ns#"}


def write_triples(tables: Path, target: Path) -> None:
    """Write what the query needs of a Parquet export as N-Triples."""
    parts = [f"SELECT '<' || iri || '> <{_NAMESPACES['rdf:']}type> <' || class || '> .' AS line FROM '{tables}/entities.parquet'"]
    for name, column, kind in _PROPERTIES:
        prefix, local = name.split(":")
        term = f"'<' || {column} || '>'" if kind is None else f"""'"' || {column} || '"^^<' || {_datatype(column, kind)} || '>'"""
        parts.append(
            f"SELECT '<' || iri || '> <{_NAMESPACES[prefix + ':']}{local}> ' || {term} || ' .' "
            f"FROM '{tables}/statements.parquet' WHERE {column} IS NOT NULL"
        )
    lines = duckdb.sql(" UNION ALL ".join(parts))
    assert lines is not None
    lines.write_csv(str(target), header=False, quotechar="", escapechar="", sep="\x01")


def _datatype(column: str, kind: str) -> str:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    if kind == "decimal":
        return f"'{xsd}decimal'"
    return f"CASE length({column}) WHEN 4 THEN '{xsd}gYear' WHEN 7 THEN '{xsd}gYearMonth' ELSE '{xsd}date' END"


class SparqlPeer(ABC):
    """An engine that has the statements loaded."""

    @abstractmethod
    def __init__(self, triples: Path) -> None:
        """Load statements."""

    @abstractmethod
    def found(self, actor: str, hops: int) -> Answers:
        """Return the findings of one actor."""


class OxigraphPeer(SparqlPeer):
    """Oxigraph in memory."""

    def __init__(self, triples: Path) -> None:
        self._store = ox.Store()
        self._store.bulk_load(path=str(triples), format=ox.RdfFormat.N_TRIPLES)

    def found(self, actor: str, hops: int) -> Answers:
        """Return the findings of one actor."""
        found = self._store.query(_query(actor, hops))
        assert isinstance(found, ox.QuerySolutions)
        return _answers(found)


class RdflibPeer(SparqlPeer):
    """rdflib's own engine over its own store."""

    def __init__(self, triples: Path) -> None:
        self._graph = rdflib.Graph()
        self._graph.parse(triples, format="nt")

    def found(self, actor: str, hops: int) -> Answers:
        """Return the findings of one actor."""
        return _answers(self._graph.query(_query(actor, hops)))


def _query(actor: str, hops: int) -> str:
    return conflicts_query(Vocabulary.bundled(), max_hops=hops, min_strength=LEAST, actor=actor)


def _answers(rows: Iterable[Any]) -> Answers:
    found: Answers = {}
    for row in rows:
        actor, target, stance, bearing, alignment, strength = (getattr(term, "value", None) or str(term) for term in row)
        found[actor, target, stance, "" if bearing == NO_BEARING else bearing] = alignment, float(strength)
    return found
