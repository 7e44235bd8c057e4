"""The compiled engine: its kernels alone, and its findings as users get them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.interest.problem import LEAST, Answers
from cuibono.graph.interest.compiled import STEP_LIMIT, CompiledEngine
from cuibono.graph.interest.findings import ConflictOfInterest, Findings
from cuibono.graph.interest.kernels import strongest_paths
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["EnginePeer", "answers_of", "first_call"]


def answers_of(findings: list[ConflictOfInterest]) -> Answers:
    """Return the findings as all peers give them."""
    return {
        (f.actor, f.target, f.stance.iri, f.bearing.iri if f.bearing else ""): (f.alignment.value, f.strength) for f in findings
    }


class EnginePeer:
    """The engine over one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._engine = CompiledEngine(snapshot)

    def found(self, actor: str | None, hops: int) -> list[ConflictOfInterest]:
        """Return the findings of an actor, or all, with their statements and sentences."""
        return list(self.ordered(actor, hops))

    def ordered(self, actor: str | None, hops: int) -> Findings[ConflictOfInterest]:
        """Return the same before they are made: in order, each made when it is reached.

        Raises
        ------
        SystemExit
            If a walk came to its limit, so that the answer may not be whole.
        """
        found = self._engine.conflicts(actor=actor, max_hops=hops, min_strength=LEAST)
        if found.cut:
            raise SystemExit(f"{len(found.cut)} walks of the compiled engine were cut")
        return found

    def question(self, actor: str | None) -> tuple[Any, ...]:
        """Return what the kernels are called with for an actor, or for all, before the number of hops."""
        known = self._engine.adjacency
        rows = known.effects.chosen(None if actor is None else known.entities.position(actor), None)
        return known.graph, known.effects.table, rows, LEAST - 1e-12

    def kernel(self, question: tuple[Any, ...], hops: int) -> NDArray[np.float64]:
        """Return the strongest path of each sign for each question, by one thread."""
        scores: NDArray[np.float64] = strongest_paths(*(*question, hops, STEP_LIMIT))[0]
        return scores


_FIRST_CALL = """
import json, time
begin = time.perf_counter()
from cuibono.graph.generation import generated_columns
from cuibono.graph.interest.compiled import CompiledEngine
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
snapshot = Snapshot.of(Base(generated_columns(1000)), Vocabulary.bundled())
begin = time.perf_counter()
list(CompiledEngine(snapshot).conflicts())
first = time.perf_counter() - begin
begin = time.perf_counter()
list(CompiledEngine(snapshot).conflicts())
print(json.dumps([first, time.perf_counter() - begin]))
"""


def first_call(cache: str | None) -> float:
    """Return the seconds that the first question of a process takes beyond the second.

    Parameters
    ----------
    cache : str or None
        Where compiled code is kept; where it is empty, the code is compiled.
    """
    environment = {**os.environ, **({"NUMBA_CACHE_DIR": cache} if cache else {})}
    command = [sys.executable, "-c", _FIRST_CALL]
    done = subprocess.run(command, check=True, capture_output=True, env=environment, text=True)
    first, second = json.loads(done.stdout)
    return float(first - second)
