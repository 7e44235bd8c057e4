"""The explorer over a generated graph of 100,000 statements."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from cuibono.api.graphql.identifiers import global_id
from cuibono.graph.generation import generated_columns
from cuibono.graph.knowledge_graph import KnowledgeGraph, open_graph
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import resolved
from tests.browser import Visit, browsing, drawn, overlaps, page_of
from tests.serving import serving

pytestmark = pytest.mark.slow
HUB = "Company 1"


@pytest.fixture(scope="module")
def large() -> Iterator[KnowledgeGraph]:
    """The graph as it is read: filling a store with it would take minutes, and show nothing more."""
    with open_graph() as kg:
        kg._snapshot = resolved(Snapshot.of(Base(generated_columns(100_000)), kg.vocabulary, kg.version))
        yield kg


@pytest.fixture(scope="module")
def visit(large: KnowledgeGraph) -> Iterator[Visit]:
    with serving(large) as client, browsing() as browser:
        visit = Visit(page_of(browser, viewport={"width": 1280, "height": 900}), str(client.base_url))
        yield visit
        assert not visit.problems


def test_find_leads_to_a_hub_and_its_statements_a_few_at_a_time(visit: Visit, large: KnowledgeGraph) -> None:
    visit.go()
    assert visit.find(".counts dd").first.inner_text() == "20,000"
    visit.find("#words").press_sequentially("company 1")
    expect(visit.find(".results a").first).to_have_text(HUB)
    visit.find(".results a").first.click()
    expect(visit.find("h1")).to_have_text(HUB)
    visit.settled()
    told = visit.find("section", "works for").locator("h3", has_text="employs").first
    expect(told).to_have_text(f"employs {len(large.statements(predicate='worksFor', object=HUB)):,}")
    assert visit.find(".statement").count() < 200
    assert not visit.violations()


@pytest.mark.parametrize(("depth", "limit"), [(1, 150), (2, 300), (3, 1000)])
@pytest.mark.parametrize("name", [HUB, "Company 50"])
def test_the_graph_of_an_entity_is_drawn_whole_and_apart(
    visit: Visit, large: KnowledgeGraph, name: str, depth: int, limit: int
) -> None:
    drawn(visit, f"#/graph/{global_id(large.entity(name))}?depth={depth}&limit={limit}")
    found = large.neighborhood(name, depth=depth, limit=limit)
    inside = [int(text) for text in visit.find(".node .count").all_text_contents()]
    assert visit.find("g.node:not(.bubble)").count() + sum(inside) == len(found.distances)
    assert bool(inside) == (len(found.distances) > 300)
    if not inside:
        expect(visit.find(".link")).to_have_count(len(found.statements))
    assert not overlaps(visit)
    assert not visit.too_wide()


def test_the_conflicts_of_all_are_ranked_and_more_of_them_shown(visit: Visit) -> None:
    visit.go("#/find").go("#/conflicts?maxHops=2&minStrength=0.5")
    expect(visit.find(".finding")).to_have_count(15)
    visit.button("Show more").click()
    expect(visit.find(".finding")).to_have_count(30)
    assert visit.find(".diagram").count() == 1
