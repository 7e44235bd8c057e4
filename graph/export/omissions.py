"""What an export does not hold, counted by kind: what was not asked for, and what its format has no place for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cuibono.graph.snapshot.columns import ABSENT
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema.followthemoney import FollowTheMoney

if TYPE_CHECKING:
    import networkx

__all__ = ["HISTORY", "TEXTS", "network_omissions", "omissions", "told"]

TEXTS = "full texts of documents"
HISTORY = "commits of the history"
_TERMS = "triples of the graph's own ontology"
_MERGED = "entities that are shown as others"

_OPTIONS = {TEXTS: "--text", HISTORY: "--history"}
_KEEPS_ONTOLOGY = ("turtle", "trig", "nquads", "ntriples", "jsonld")


def omissions(snapshot: Snapshot, format: str, *, text: bool = False, history: bool = False) -> dict[str, int]:
    """Return what an export leaves out of any graph: the rest depends on what a format has places for.

    Parameters
    ----------
    snapshot : Snapshot
        The graph, without what was merged and split again.
    format : str
        The export's.
    text, history : bool
        Whether full texts and the history are asked for.

    Examples
    --------
    >>> import cuibono
    >>> kg = cuibono.open()
    >>> report = kg.build(cuibono.seed_dossier())
    >>> omissions(kg.snapshot, "turtle")
    {'commits of the history': 1, 'full texts of documents': 1}
    """
    found = {
        HISTORY: 0 if history else snapshot.version,
        TEXTS: 0 if text else _texts(snapshot),
        _TERMS: 0 if format in _KEEPS_ONTOLOGY else _terms(snapshot, format),
        _MERGED: len(snapshot.identities.canonical) if format == "parquet" else 0,
    }
    return {what: count for what, count in found.items() if count}


def network_omissions(snapshot: Snapshot, written: networkx.Graph[Any]) -> dict[str, int]:
    """Return what a complete network leaves out of a graph: statements that are not accepted, and sources of these alone."""
    stored = snapshot.stored
    statements = {edge["statement"] for _, _, edge in written.edges(data=True)}
    statements |= {iri for iri, node in written.nodes(data=True) if node["kind"] == "statement"}
    found: dict[str, int] = {}
    quotes = set[str]()
    for statement in stored.statements.values():
        if statement.iri in statements:
            quotes.update(statement.evidence)
        else:
            what = f"statements that are {statement.status.value}"
            found[what] = found.get(what, 0) + 1
    documents = sum(iri not in written for iri in stored.documents)
    return found | {
        what: count
        for what, count in (
            ("documents of no statement that is written", documents),
            ("quotes of no statement that is written", len(stored.evidence) - len(quotes)),
        )
        if count
    }


def told(left_out: Mapping[str, int], *, options: Collection[str] = ()) -> str:
    """Return what was left out in words, an empty text where nothing was.

    Parameters
    ----------
    options : collection of str
        Which of ``--text`` and ``--history`` the format has a place for; they are named.

    Examples
    --------
    >>> told({"claims": 9, TEXTS: 1}, options=["--text"])
    'left out: claims (9), full texts of documents (1: --text)'
    """
    hints = {what: f": {option}" for what, option in _OPTIONS.items() if option in options}
    parts = [f"{what} ({count:,}{hints.get(what, '')})" for what, count in sorted(left_out.items())]
    return f"left out: {', '.join(parts)}" if parts else ""


def _texts(snapshot: Snapshot) -> int:
    has = snapshot.base.columns.documents.text != ABSENT
    has[list(snapshot.overlay.hidden["documents"])] = False
    above = (document.text is not None for document in snapshot.overlay.records.documents.values())
    return int(np.count_nonzero(has)) + sum(above)


def _terms(snapshot: Snapshot, format: str) -> int:
    known = set(FollowTheMoney.bundled().ontology.triples) if format == "followthemoney" else set()
    return len(set(snapshot.vocabulary.ontology.merged_extensions()) - known)
