"""What several test files share.

To see one rule at work, draw a graph of a few letters with ``tests.graphs``; small dossiers on disk come from
``tests.dossiers``, arbitrary graphs for property tests from ``tests.generated``, running servers from ``tests.serving``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import HealthCheck, settings

import cuibono
from tests.serving import Client, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser import Visiting

collect_ignore = ["fuzzing_hooks.py"]  # Schemathesis loads it, in an environment of its own

# How long an example takes says nothing about it: the machine may have stopped meanwhile. At a desk each run tries new
# examples; where changes land, the same ones each time, so that nobody's change fails by another's chance.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CUIBONO_CI") == "1" else "desk")


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium: one for each file of tests, as no event loop can be run beside it."""
    from tests.browser import browsing  # which needs this file

    with browsing() as running:
        yield running


@pytest.fixture
def visiting(browser: Browser) -> Iterator[Visiting]:
    """Open a page of a server; in the end, nothing may have gone wrong on any of them."""
    from tests.browser import Visit, page_of

    visits: list[Visit] = []

    def opened(client: Client, width: int = 1280, colors: str = "light") -> Visit:
        page = page_of(
            browser,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if colors == "dark" else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        visits.append(Visit(page, str(client.base_url)))
        return visits[-1]

    yield opened
    problems = [problem for visit in visits for problem in visit.problems]
    for visit in visits:
        visit.page.context.close()
    assert not problems


@pytest.fixture(scope="module")
def ids(seed: Client) -> dict[str, str]:
    """Ids of a few things of the seed graph, for addresses."""
    base = "https://w3id.org/cuibono/seed"
    names = {"musk": "entity/elon-musk", "deepseek": "entity/deepseek", "claim": "claim/deepseek-50000-h100"}
    query = "query($of: String!) { neighborhood(of: $of, limit: 1) { center { ... on Node { id } } } }"
    found = {name: seed.ask(query, of=f"{base}/{path}")["neighborhood"]["center"]["id"] for name, path in names.items()}
    others = seed.ask(
        '{ documents { edges { node { id } } } statements(subject: "Elon Musk", first: 1) { edges { node { id } } } }'
    )
    return found | {name: others[f"{name}s"]["edges"][0]["node"]["id"] for name in ("document", "statement")}
