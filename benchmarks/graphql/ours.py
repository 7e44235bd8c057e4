"""cuibono's own server over a generated graph, in ways that its command line does not offer.

python -m benchmarks.graphql.ours --port 8000 --store FOLDER --forget
python -m benchmarks.graphql.ours --port 8000 --statements 1e6 --bodies FILE
"""

from __future__ import annotations

import argparse
import json
import random
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import cuibono
from benchmarks.graphql.questions import SAMPLE, asked_of, body
from cuibono.api.app import create_app, serve
from cuibono.api.graphql.compiled.fragments import Fragments, Kept
from cuibono.api.graphql.execution import Executor
from cuibono.api.settings import Settings
from cuibono.api.web.repeats import Repeats
from cuibono.graph.generation import generated_columns
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import resolved


def main() -> None:
    """Serve a graph until the process is stopped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--store", help="the graph to serve")
    parser.add_argument("--statements", type=float, default=1e6, help="of a graph that is generated, where no store is given")
    parser.add_argument("--bodies", type=Path, help="where to write bodies of requests for it: those of each question, as JSON")
    parser.add_argument("--forget", action="store_true", help="keep no answers, nor parts of them")
    options = parser.parse_args()
    settings = Settings(port=options.port, log="none")
    with ExitStack() as stack:
        kg = stack.enter_context(cuibono.open(options.store) if options.store else generated(int(options.statements)))
        if options.bodies:
            options.bodies.write_text(json.dumps(_bodies(kg)), encoding="utf-8")
        stack.enter_context(_forgetting() if options.forget else nullcontext())
        serve(create_app(kg, settings), settings)


def generated(statements: int) -> KnowledgeGraph:
    """Return a generated graph, without the minutes that a store of it takes to fill."""
    graph = cuibono.open()
    graph._snapshot = resolved(Snapshot.of(Base(generated_columns(statements)), graph.vocabulary, graph.version))
    return graph


def _forgetting() -> Any:
    """Return what has nothing kept of answers while it is entered."""
    stack = ExitStack()
    fragments: dict[str, Any] = {"answer": lambda *_: None, "keep_answer": lambda *_: None, "kept": lambda self, _: Kept(self)}
    stack.enter_context(patch.multiple(Fragments, **fragments))
    stack.enter_context(patch.object(Repeats, "keep", lambda *_: None))
    return stack


def _bodies(kg: KnowledgeGraph) -> dict[str, list[str]]:
    """Return requests for random entities, and for the conflicts of random actors who have any."""
    executor, chosen = Executor(kg), random.Random(1)
    entities = list(kg.snapshot.entities)
    people, actors = chosen.sample(entities, SAMPLE), list[str]()
    for iri in chosen.sample(entities, len(entities)):
        if len(actors) == SAMPLE:
            break
        if asked_of(executor, "C", actor=iri)["conflictsOfInterest"]["edges"]:
            actors.append(iri)
    return {"A": [body("A", iri=iri) for iri in people], "C": [body("C", actor=iri) for iri in actors]}


if __name__ == "__main__":
    main()
