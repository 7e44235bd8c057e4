"""The question that every peer is asked, as arrays: which stances touch what, and along what interest runs.

The arrays come from the Parquet export by the queries of the bulk engine, so that no peer depends on how the compiled
engine keeps its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from cuibono.graph.interest.bulk.duckdb_tables import duckdb_tables
from cuibono.graph.interest.bulk.pipeline import query, question_of, tables_of
from cuibono.graph.interest.bulk.session import Limits
from cuibono.graph.interest.selection import Selection

__all__ = ["ALIGNMENTS", "LEAST", "Answers", "Key", "Problem", "by_key", "problem_of"]

LEAST = 0.1
"""The least strength of a finding, as the faces have it."""

ALIGNMENTS = ("OWN_CASE", "MIXED", "SELF_SERVING", "AGAINST_INTEREST")

Key = tuple[str, str, str, str]
"""Actor, target, stance and bearing of a finding, by their IRIs; the bearing may be empty."""

Answers = dict[Key, tuple[str, float]]
"""The alignment and the strength of each finding."""

_EDGES = """
SELECT subject AS source, object AS target, forward AS weight, chains, since, until, coalesce(disputer, -2) AS disputer
FROM interest WHERE forward <> 0
UNION ALL
SELECT object, subject, backward, chains, since, until, coalesce(disputer, -2) FROM interest WHERE backward <> 0
"""

_FEWEST = "SELECT source, target, weight, chains, since, until, coalesce(disputer, -2) AS disputer FROM direction"

_EFFECTS = """
SELECT e.actor, e.target, e.since, e.until, e.effective, e.weight AS strength,
  a.iri AS actor_iri, t.iri AS target_iri, s.iri AS stance_iri, coalesce(b.iri, '') AS bearing_iri
FROM effect e
JOIN entities a ON a.number = e.actor
JOIN entities t ON t.number = e.target
JOIN statements s ON s.number = e.stance
LEFT JOIN statements b ON b.number = e.bearing
ORDER BY e.actor, e.stance, e.bearing, e.target
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """Stances and interests among n entities.

    Attributes
    ----------
    carries : (n,) array of bool
        Whether interest passes through each entity.
    edges : dict of str to (e,) array
        ``source``, ``target``, ``weight``, ``chains``, ``since``, ``until`` and ``disputer``: who alone disputes it, -2
        nobody, -1 several.
    fewest : dict of str to (f,) array
        Those edges without what no finding can rest on, as another between the same two entities is better, or they are
        too weak: what the slow peers are given.
    effects : dict of str to (m,) array
        ``actor``, ``target``, ``since``, ``until``, ``effective`` and ``strength`` of each stance on each thing that it
        touches, and the IRIs ``actor_iri``, ``target_iri``, ``stance_iri`` and ``bearing_iri``; by actor.
    """

    carries: NDArray[np.bool_]
    edges: dict[str, NDArray[Any]]
    fewest: dict[str, NDArray[Any]]
    effects: dict[str, NDArray[Any]]

    def of_actors(self, actors: NDArray[np.int32]) -> list[NDArray[np.int64]]:
        """Return the rows of effects of each of some actors."""
        low = np.searchsorted(self.effects["actor"], actors, "left")
        high = np.searchsorted(self.effects["actor"], actors, "right")
        return [np.arange(begin, end) for begin, end in zip(low, high, strict=True)]


def problem_of(tables: Path) -> Problem:
    """Return what a Parquet export holds of stances and interests."""
    with duckdb_tables(tables_of(tables), question_of(LEAST, Selection()), Limits()) as session:
        session.view("seen", query("seen"))
        for name in ("disputed", "interest", "direction", "effect"):
            session.table(name, query(name))
        carries = _columns(
            session.connection,
            "SELECT c.carries_interest AS carries FROM entities e JOIN classes c USING (class) ORDER BY e.number",
        )
        edges, fewest, effects = (_columns(session.connection, text) for text in (_EDGES, _FEWEST, _EFFECTS))
        return Problem(carries["carries"], edges, fewest, effects)


def _columns(connection: duckdb.DuckDBPyConnection, text: str) -> dict[str, NDArray[Any]]:
    return {name: np.asarray(column) for name, column in connection.sql(text).fetchnumpy().items()}


def by_key(problem: Problem, rows: NDArray[np.int64], scores: NDArray[np.float64]) -> Answers:
    """Return the findings that the strongest paths of each sign make.

    Parameters
    ----------
    rows : (q,) array of int64
        Of effects.
    scores : (q, 2) array of float64
        Of the strongest positive path, and of the strongest negative one, 0 where there is none.
    """
    of = {name: column[rows] for name, column in problem.effects.items()}
    gain, loss = scores[:, 0], -scores[:, 1]
    own = of["actor"] == of["target"]
    main = np.where(own, 1.0, np.where(gain >= loss - 1e-12, gain, -loss))
    mixed = (np.minimum(gain, loss) > 0) & (np.minimum(gain, loss) >= 0.5 * np.abs(main) - 1e-12)
    alignment = np.where(own, 0, np.where(mixed, 1, np.where(of["effective"] * main > 0, 2, 3)))
    strength = of["strength"] * np.abs(main)
    found = {}
    for row in np.flatnonzero(strength >= LEAST - 1e-12).tolist():
        key = tuple(str(of[name][row]) for name in ("actor_iri", "target_iri", "stance_iri", "bearing_iri"))
        found[key[0], key[1], key[2], key[3]] = ALIGNMENTS[alignment[row]], float(strength[row])
    return found
