"""GraphQL operations in process: compiled plans beside graphql-core's executor, over the same resolvers and data.

python -m benchmarks.graphql_executor --statements 20000

Each operation is answered for other variables each time: by graphql-core; by the plan with nothing kept; by the plan when
the parts of lists are kept that it gave before; and again, when whole answers are kept. What parsing and validation take is
left out on all sides. Answers are compared byte for byte before they count; medians of the thread's own processor time are
shown.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson
from graphql import OperationType

import cuibono
from cuibono.api.graphql.compiled.fragments import fragments_of
from cuibono.api.graphql.execution import Executor, executed
from cuibono.graph.generation import generated_records
from cuibono.graph.knowledge_graph import KnowledgeGraph

OPERATIONS = {
    "A": """query A($iri: String!) { entity(iri: $iri) {
        id iri label aliases sameAs description name: label others: aliases elsewhere: sameAs address: iri } }""",
    "B": """query B($after: String) { entities(first: 100, after: $after) { edges { node { label
        statements(first: 10) { edges { node { id iri basis status confidence } } } } } } }""",
    "C": """query C($actor: String!) { conflictsOfInterest(actor: $actor, first: 10) { edges { node {
        actor { label } target { label } alignment strength explanation
        stance { text evidence { exact document { title } } }
        interestPath { hops { weight statement { text evidence { exact } } } } } } } }""",
}


@dataclass
class Measured:
    """Microseconds that each way of answering took."""

    taken: dict[str, list[float]] = field(default_factory=dict)

    def time(self, way: str, work: Callable[[], bytes | None], depth: int) -> bytes:
        # CPython keeps its stack in chunks, and a loop that happens to cross the end of one takes several times as long:
        # each round begins at another depth.
        if depth > 0:
            return self.time(way, work, depth - 1)
        begin = time.thread_time_ns()
        content = work()
        self.taken.setdefault(way, []).append((time.thread_time_ns() - begin) / 1_000)
        assert content is not None, f"no plan answered: {way}"
        return content


def measured(graph: KnowledgeGraph, executor: Executor, query: str, variables: list[dict[str, str]]) -> Measured:
    """Answer an operation in all ways, with each of some variables."""
    operation, _ = executor.prepare(query, None, {}, (OperationType.QUERY,))
    found = Measured()
    for number, given in enumerate(variables):
        depth = number % 32

        def by_core(given: dict[str, str] = given) -> bytes:
            return orjson.dumps({"data": executed(operation, given, operation.schema.view(graph)).data})

        def by_plan(given: dict[str, str] = given, **others: str) -> bytes | None:
            return operation.plans.answer(given | others, operation.schema.view(graph))

        expected = found.time("graphql-core", by_core, depth)
        fragments_of(graph.snapshot).clear()
        answers = [found.time("plan, nothing kept", by_plan, depth)]
        by_plan(unused="makes other variables, of which no answer is kept")
        answers.append(found.time("plan, items kept", lambda: by_plan(unused="so does this"), depth))
        by_plan()
        answers.append(found.time("plan, answer kept", by_plan, depth))
        assert set(answers) == {expected}
    return found


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=96, help="other variables, a quarter as many for B")
    options = parser.parse_args()
    chosen = random.Random(1)
    with cuibono.open() as graph:
        graph.add(*generated_records(options.statements))
        executor = Executor(graph)
        entities = list(graph.snapshot.entities)
        actors = sorted({conflict.actor for conflict in graph.conflicts()})
        first = orjson.loads(executor.answer("{ entities(first: 1000) { edges { cursor } } }").content)
        cursors = [edge["cursor"] for edge in first["data"]["entities"]["edges"]]
        variables = {
            "A": [{"iri": chosen.choice(entities)} for _ in range(options.rounds)],
            "B": [{"after": chosen.choice(cursors)} for _ in range(max(2, options.rounds // 4))],
            "C": [{"actor": chosen.choice(actors)} for _ in range(options.rounds)],
        }
        gc.collect()
        gc.freeze()  # what stands in memory before is not to be looked through again and again, by any of them
        for name, query in OPERATIONS.items():
            found = measured(graph, executor, query, variables[name]).taken
            core = statistics.median(found["graphql-core"])
            print(f"\n{name}: {' '.join(query.split())[:90]}…")
            for way, taken in found.items():
                median = statistics.median(taken)
                print(f"  {way:<20} {median:>12,.1f} µs {core / median:>8.1f} × graphql-core")


if __name__ == "__main__":
    main()
