"""What several test files share.

To see one rule at work, draw a graph of a few letters with ``tests.graphs``; small dossiers on disk come from
``tests.dossiers``, arbitrary graphs for property tests from ``tests.generated``, running servers from ``tests.serving``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NoReturn

import pytest

import cuibono
from tests.serving import Client, serving

collect_ignore = ["fuzzing_hooks.py"]  # Schemathesis loads it, in an environment of its own


def missing(reason: str) -> NoReturn:
    """Skip a test for want of something that a bare machine lacks; where everything is meant to be there, fail it."""
    if os.environ.get("CUIBONO_CI") == "1":
        pytest.fail(f"missing, though CUIBONO_CI=1 says that everything is there: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def seed_graph() -> Iterator[cuibono.KnowledgeGraph]:
    """The graph of the seed dossier, which is not to be written to."""
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        yield kg


@pytest.fixture(scope="session")
def seed(seed_graph: cuibono.KnowledgeGraph) -> Iterator[Client]:
    """A client of a running server with the graph of the seed dossier, which is not to be written to."""
    with serving(seed_graph) as client:
        yield client
