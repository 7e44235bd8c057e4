"""SPARQL on Oxigraph, with all the help that its author could think of.

The relations stand flat, their weights reckoned beforehand (`flat_graph`); a query asks for one actor and one length, for
all its targets at once (`flat_text`); and what shorter paths have found is handed to the query for longer ones, so that
it leaves what is weaker. What is in the graph of an actor and of targets beforehand is handed over too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from benchmarks.interest.flat_graph import Ends, write_flat_graph
from benchmarks.interest.flat_text import Search, flat_query
from benchmarks.interest.problem import LEAST, Problem

__all__ = ["FlatOxigraph"]


class FlatOxigraph:
    """Oxigraph in memory over the flat graph of a problem."""

    def __init__(self, problem: Problem) -> None:
        self._effects, self._ends, self._store = problem.effects, Ends(problem), ox.Store()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "flat.nt"
            write_flat_graph(problem, self._ends, file)
            self._store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES)

    def __len__(self) -> int:
        """How many triples it has."""
        return len(self._store)

    def scores(self, rows: NDArray[np.int64], hops: int) -> NDArray[np.float64]:
        """Return the strongest path of each sign for each of the effects of one actor, of up to three relations."""
        best = {row: [0.0, 0.0] for row in rows.tolist()}
        asked = [row for row in best if self._may_be_related(row)]
        for length in range(1, hops + 1):
            for forward in (True, False):
                self._ask(best, [row for row in asked if self._is_forward(row) is forward], length, forward)
        return np.array([(gain, -loss) for gain, loss in best.values()]).reshape(-1, 2)

    def _may_be_related(self, row: int) -> bool:
        actor, target = (self._effects[end][row] for end in ("actor", "target"))
        return bool(actor != target and self._ends.outgoing[actor] and self._ends.incoming[target])

    def _is_forward(self, row: int) -> bool:
        actor, target = (self._effects[end][row] for end in ("actor", "target"))
        return bool(self._ends.outgoing[actor] <= self._ends.incoming[target])

    def _ask(self, best: dict[int, list[float]], rows: Sequence[int], length: int, forward: bool) -> None:
        if not rows:
            return
        actor = int(self._effects["actor"][rows[0]])
        outgoing, strongest = self._ends.outgoing[actor].item(), self._ends.strongest_out[actor].item()
        searches = [self._search(row, *best[row]) for row in rows]
        answers: Any = self._store.query(flat_query(actor, outgoing, strongest, searches, hops=length, forward=forward))
        for answer in answers:
            if answer["most"] is not None:
                found = best[int(answer["effect"].value)]
                found[0] = max(found[0], float(answer["most"].value))
                found[1] = max(found[1], -float(answer["least"].value))

    def _search(self, row: int, gain: float, loss: float) -> Search:
        target, since, until = (self._effects[name][row].item() for name in ("target", "since", "until"))
        # What is against the strongest path counts from half of that, as far as that is known.
        floor = max((LEAST - 1e-12) / self._effects["strength"][row].item() / 2, min(max(gain, loss / 2), max(loss, gain / 2)))
        incoming, strongest = self._ends.incoming[target].item(), self._ends.strongest_in[target].item()
        return Search(row, target, since, until, floor * (1 - 1e-9), incoming, strongest)
