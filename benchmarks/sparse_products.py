"""The walks of all conflicts as sparse matrix products: GraphBLAS (max, ×) and scipy (+, ×), beside the compiled kernels.

An easier question than ours: dates, disputes, cycles, what does not chain and what may stand in the middle are left
out, so that the products find paths that do not count. scipy has no other product than sums of products, which give
no strongest path; its time is there for the size of the work.

python -m benchmarks.sparse_products --statements 100000

Needs ``pip install scipy python-graphblas suitesparse-graphblas``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse

from benchmarks.interest.problem import LEAST
from cuibono.graph.generation import generated_columns
from cuibono.graph.interest.compiled import CompiledEngine
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary


def timed(label: str, work: Callable[[], Any]) -> Any:
    """Return what work gives, and print how many seconds of processors it took."""
    begin = time.process_time()
    found = work()
    print(f"{label:<66} {time.process_time() - begin:9.2f} s", flush=True)
    return found


def strongest(edges: np.ndarray[Any, Any], count: int) -> dict[int, tuple[Any, Any, Any]]:
    """Return sources, targets and the greatest size of the weights of each sign, parallel relations as one."""
    found = {}
    for sign in (1, -1):
        chosen = edges[np.sign(edges["weight"]) == sign]
        key = chosen["source"].astype(np.int64) * count + chosen["target"]
        order = np.lexsort((-np.abs(chosen["weight"]), key))
        first = np.concatenate([[True], np.diff(key[order]) != 0]) if len(order) else np.zeros(0, np.bool_)
        kept = chosen[order][first]
        found[sign] = kept["source"].astype(np.int64), kept["target"].astype(np.int64), np.abs(kept["weight"]).astype(np.float64)
    return found


def _edges(engine: CompiledEngine) -> np.ndarray[Any, Any]:
    """Return all relations, and none of the room for more."""
    edges = engine.adjacency.graph.edges
    known: np.ndarray[Any, Any] = edges[edges["weight"] != 0]
    return known


def main() -> None:
    """Run the measurements."""
    import graphblas as gb

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=float, default=100_000)
    options = parser.parse_args()
    snapshot = Snapshot.of(Base(generated_columns(int(options.statements))), Vocabulary.bundled())
    engine = CompiledEngine(snapshot)
    count = len(snapshot.columns.entities.iri)
    effects = engine.adjacency.effects.table[: engine.adjacency.effects.count]
    list(engine.conflicts(actor=snapshot.columns.entities.iri[int(effects["actor"][0])]))  # compiled, or from the cache
    for max_hops in (2, 3):
        timed(
            f"compiled kernels, all conflicts, {max_hops} hops",
            partial(engine.conflicts, max_hops=max_hops, min_strength=LEAST),
        )
    parts = strongest(_edges(engine), count)
    pairs = np.unique(effects["actor"].astype(np.int64) * count + effects["target"])
    asked = gb.Matrix.from_coo(pairs // count, pairs % count, True, nrows=count, ncols=count)
    actors = np.unique(pairs // count)
    whole = {sign: gb.Matrix.from_coo(*coo, nrows=count, ncols=count) for sign, coo in parts.items()}
    holders = {sign: matrix[actors, :].new() for sign, matrix in whole.items()}
    wanted = asked[actors, :].new()

    def two(mask: Any) -> dict[tuple[int, int], Any]:
        products = {}
        for one, other in ((a, b) for a in holders for b in whole):
            result = gb.Matrix(float, len(actors), count)
            product = holders[one].mxm(whole[other], gb.semiring.max_times)
            if mask is None:
                result << product
            else:
                result(mask.S) << product
            products[one, other] = result
        return products

    timed("GraphBLAS (max, ×), two hops, only where it is asked", lambda: two(wanted))
    reached = timed("GraphBLAS (max, ×), two hops, all that is reached", lambda: two(None))
    size = sum(int(matrix.nvals) for matrix in reached.values())
    print(f"  {size:,} pairs reached, {size * 16 / 1e9:.1f} GB, for {len(pairs):,} that are asked about")

    def three() -> None:
        for matrix in reached.values():
            for last in whole.values():
                result = gb.Matrix(float, len(actors), count)
                result(wanted.S) << matrix.mxm(last, gb.semiring.max_times)

    timed("GraphBLAS (max, ×), the third hop, only where it is asked", three)
    plain = scipy.sparse.coo_array((parts[1][2], parts[1][:2]), shape=(count, count)).tocsr()
    rows = plain[actors, :]
    product = timed("scipy (+, ×), two hops of positive relations, all that is reached", lambda: rows @ plain)
    print(f"  {product.nnz:,} pairs reached")


if __name__ == "__main__":
    main()
