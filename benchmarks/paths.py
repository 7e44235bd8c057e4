"""Paths between two things on a generated graph: between hubs, between a hub and anything, between any two.

python -m benchmarks.paths [--statements 1e6] [--pairs 30] [--hops 3]
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from statistics import mean, median

import numpy as np

from cuibono.graph.generation import generated_columns
from cuibono.graph.interest.connections import network_of
from cuibono.graph.interest.findings import Findings, Path
from cuibono.graph.interest.path_kernels import Question, best_paths, levels_for
from cuibono.graph.interest.paths import STEP_LIMIT, searched_paths
from cuibono.graph.interest.selection import Selection
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary

_HUBS = 12
_ALL = np.zeros(0, np.bool_)


def main() -> None:
    """Print milliseconds: of the search alone, and with the records of its paths."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", default="1e6", help="how many, 100 to 20,000,000")
    parser.add_argument("--pairs", type=int, default=30, help="of each kind")
    parser.add_argument("--hops", type=int, default=3)
    parser.add_argument("--limit", type=int, default=100, help="how many paths to find between two things")
    options = parser.parse_args()
    snapshot = Snapshot.of(Base(generated_columns(int(float(options.statements)))), Vocabulary.bundled())
    asked = {"max_hops": options.hops, "via": None, "selection": Selection(), "limit": options.limit}
    begin = time.process_time()
    network = network_of(snapshot, Selection())
    made = time.process_time() - begin
    iris = [*snapshot.entities, *snapshot.claims]
    searched_paths(snapshot, iris[0], iris[1], **asked)
    degrees = np.diff(network.connections.start)
    by_degree, rng = np.argsort(-degrees)[:_HUBS].tolist(), random.Random(1)
    joined = np.flatnonzero(degrees).tolist()
    print(f"{len(snapshot.statements):,} statements; arrays made in {made:.2f} s of a processor")
    print(f"relations of the greatest hubs: {', '.join(f'{degrees[node]:,}' for node in by_degree[:5])}")
    kinds: dict[str, Callable[[], Sequence[int]]] = {
        "two hubs": lambda: rng.sample(by_degree, 2),
        "a hub and anything": lambda: (rng.choice(by_degree), rng.choice(joined)),
        "anything and a hub": lambda: (rng.choice(joined), rng.choice(by_degree)),
        "any two": lambda: rng.sample(joined, 2),
    }
    for kind, drawn in kinds.items():
        pairs = [drawn() for _ in range(options.pairs)]
        pairs = [(start, end) for start, end in pairs if start != end]
        searches, wholes, found, cut = [], [], [], 0
        for start, end in pairs:
            begin = time.process_time()
            levels = levels_for(network.connections, options.hops)
            best_paths(network.connections, Question(start, end, _ALL, options.limit, STEP_LIMIT), levels, options.hops)
            searches.append(time.process_time() - begin)
            begin = time.process_time()
            answer: Findings[Path] = searched_paths(snapshot, iris[start], iris[end], **asked)
            wholes.append(time.process_time() - begin)
            found.append(len(answer))
            cut += bool(answer.cut)
        print(
            f"{kind}: search {_told(searches)}; with records {_told(wholes)}; paths {mean(found):.0f}; cut {cut} of {len(pairs)}"
        )


def _told(seconds: list[float]) -> str:
    return f"median {median(seconds) * 1e3:.2f}, mean {mean(seconds) * 1e3:.2f}, worst {max(seconds) * 1e3:.1f} ms"


if __name__ == "__main__":
    main()
