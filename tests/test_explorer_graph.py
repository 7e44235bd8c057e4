"""The graph view of the explorer: by keyboard and by pointer, legible at every width, as an overview, taken along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from playwright.sync_api import expect

import cuibono
from cuibono.api.graphql.identifiers import global_id
from cuibono.graph.generation import generated_columns
from cuibono.graph.knowledge_graph import KnowledgeGraph, open_graph
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import resolved
from tests.browser import Visiting, drawn, overlaps
from tests.graphs import graph
from tests.serving import Client, serving

pytestmark = pytest.mark.slow

WIDTHS = [390, 1280, 1920]


@pytest.fixture(scope="module")
def generated() -> Iterator[tuple[KnowledgeGraph, Client]]:
    """A generated graph as it is read, and its server."""
    with open_graph() as kg:
        kg._snapshot = resolved(Snapshot.of(Base(generated_columns(4_000)), kg.vocabulary, kg.version))
        with serving(kg) as client:
            yield kg, client


SEED_VIEWS = ["{deepseek}", "{musk}", "{claim}", "{deepseek}?depth=2&limit=300", "{musk}?to=Sam+Altman"]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_words_lie_on_others_or_on_marks(
    seed: Client, visiting: Visiting, ids: dict[str, str], generated: tuple[KnowledgeGraph, Client], width: int
) -> None:
    kg, client = generated
    visit = visiting(seed, width=width)
    for view in SEED_VIEWS:
        drawn(visit, f"#/graph/{view.format(**ids)}")
        assert not overlaps(visit), view
        visit.button("Show all").click()
        assert not overlaps(visit), view
    large = visiting(client, width=width)
    center = f"#/graph/{global_id(kg.entity('Company 1'))}"
    drawn(large, f"{center}?depth=2&limit=300")
    assert 200 < large.find("g.node").count() <= 300
    assert not overlaps(large)
    expect(large.find(".node.center")).not_to_have_class("quiet")
    drawn(large, f"{center}?depth=3&limit=1000")
    assert large.find("g.node.bubble").count() >= 3
    assert not overlaps(large)


def test_beyond_300_nodes_bubbles_stand_for_several_and_open(
    visiting: Visiting, generated: tuple[KnowledgeGraph, Client]
) -> None:
    kg, client = generated
    visit = drawn(visiting(client), f"#/graph/{global_id(kg.entity('Company 1'))}?depth=3&limit=1000")
    nodes = len(kg.neighborhood("Company 1", depth=3, limit=1000).distances)
    assert nodes > 300

    def shown() -> int:
        inside = [int(text) for text in visit.find(".node .count").all_text_contents()]
        return visit.find("g.node:not(.bubble)").count() + sum(inside)

    assert shown() == nodes
    assert visit.find("g.node").count() < 100
    assert not visit.violations()
    bubble = visit.find("g.node.bubble").last
    held = int(bubble.locator(".count").text_content() or "")
    before = visit.find("g.node:not(.bubble)").count()
    bubble.focus()
    visit.page.keyboard.press("Enter")
    came_out = min(40, held) if held - 40 > 2 else held
    expect(visit.find("g.node:not(.bubble)")).to_have_count(before + came_out)
    assert shown() == nodes
    assert "bubbles=" in visit.hash
    again = drawn(visiting(client), f"#{visit.hash}")
    assert again.find("g.node").count() == visit.find("g.node").count()
    visit.page.keyboard.press("c")
    expect(visit.find("g.node:not(.bubble)")).to_have_count(before)


def test_the_same_overview_for_the_same_graph(visiting: Visiting, generated: tuple[KnowledgeGraph, Client]) -> None:
    kg, client = generated
    address = f"#/graph/{global_id(kg.entity('Company 1'))}?depth=3&limit=1000"
    visits = [drawn(visiting(client), address) for _ in range(2)]
    one, other = (visit.find("g.node").evaluate_all("all => all.map(one => one.outerHTML)") for visit in visits)
    assert one == other


def test_the_graph_by_keyboard(seed: Client, visiting: Visiting, ids: dict[str, str]) -> None:
    visit = visiting(seed).go(f"#/graph/{ids['deepseek']}")
    center = visit.find(".node.center")
    expect(center).to_have_attribute("aria-label", "DeepSeek, Company, 15 statements")
    assert visit.find(".node[tabindex='0']").count() == 1
    center.focus()
    visit.page.keyboard.press("ArrowRight")
    assert visit.page.evaluate("document.activeElement.classList.contains('node')")
    musk = visit.find(f".node[data-id='{ids['musk']}']")
    musk.focus()
    before = visit.find(".node").count()
    visit.page.keyboard.press("e")
    expect(visit.button("Collapse")).to_be_visible()
    assert visit.find(".node").count() > before
    assert ids["musk"] in visit.hash
    again = visiting(seed).go(f"#{visit.hash}")
    assert again.find(".node").count() == visit.find(".node").count()
    visit.page.keyboard.press("c")
    expect(visit.find(".node")).to_have_count(before)
    visit.page.keyboard.press("p")
    expect(musk).to_have_class("node pinned chosen")
    visit.page.keyboard.press("l")
    assert "Elon Musk" in visit.page.evaluate("document.activeElement.getAttribute('aria-label')")
    visit.page.keyboard.press("Enter")
    expect(visit.find(".chosen-card")).to_contain_text("Its evidence")


def test_the_graph_by_pointer_with_filters_and_paths(seed: Client, visiting: Visiting, ids: dict[str, str]) -> None:
    visit = visiting(seed).go(f"#/graph/{ids['musk']}")
    lines = visit.find(".link").count()
    assert visit.find(".link.stance").count()
    assert visit.find(".link.interest").count()
    dashed = "line => getComputedStyle(line).strokeDasharray"
    assert visit.find(".link .seen.stance").first.evaluate(dashed) != "none"
    assert visit.find(".link .seen.interest").first.evaluate(dashed) == "none"
    visit.page.get_by_role("checkbox", name="disputes").uncheck()
    expect(visit.find(".link")).to_have_count(lines - 3)
    assert "hide=disputes" in visit.hash
    node = visit.find(f".node[data-id='{ids['deepseek']}']")
    node.locator(".shape").click()
    expect(visit.find(".chosen-card h2")).to_have_text("DeepSeek")
    place = node.get_attribute("transform")
    box = node.locator(".shape").bounding_box()
    assert box
    visit.page.mouse.move(box["x"] + 8, box["y"] + 8)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + 68, box["y"] + 38, steps=4)
    visit.page.mouse.up()
    assert node.get_attribute("transform") != place
    expect(node).to_have_class("node pinned chosen")
    visit.page.get_by_label("Paths to").fill("Sam Altman")
    visit.button("Show paths").click()
    expect(visit.find(".graph-told")).to_contain_text("to Sam Altman")
    expect(visit.find(".node[aria-label^='Sam Altman']")).to_be_visible()
    assert visit.settled().find(".link.chosen").count() >= 2


def triples_of(text: str, kind: ox.RdfFormat) -> set[tuple[str, str, str]]:
    return {(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in ox.parse(text, format=kind)}


def test_the_graph_taken_along(seed: Client, visiting: Visiting, ids: dict[str, str]) -> None:
    visit = visiting(seed).go(f"#/graph/{ids['musk']}")
    visit.find("summary", "Save or copy").click()

    def saved(name: str) -> bytes:
        with visit.page.expect_download() as download:
            visit.button(name, exact=True).click()
        return Path(download.value.path()).read_bytes()

    def copied(name: str) -> str:
        visit.button(name).click()
        return visit.find("textarea[readonly]").input_value()

    picture = ElementTree.fromstring(saved("SVG"))
    texts = "".join(picture.itertext())
    assert "DeepSeek" in texts
    assert saved("PNG").startswith(b"\x89PNG")
    drawn = visit.find(".link").count()
    triples = triples_of(copied("Turtle"), ox.RdfFormat.TURTLE)
    assert triples == triples_of(copied("JSON-LD"), ox.RdfFormat.JSON_LD)
    assert sum(predicate.endswith("#subject>") for _, predicate, _ in triples) == drawn
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        held = {(str(q.subject), str(q.predicate), str(q.object)) for q in kg.store.quads(None, None, None, None)}
    assert triples <= held
    found = seed.ask(copied("GraphQL query"))["neighborhood"]
    assert len(found["statements"]) == drawn


def outside(picture: bytes) -> tuple[int, int]:
    """Return how many nodes of a saved picture stand outside it, and how many have their names."""
    root = ElementTree.fromstring(picture)
    width, height = (float(root.attrib[side]) for side in ("width", "height"))
    nodes = [node for node in root.iter() if node.get("data-id")]
    assert nodes
    places = [tuple(map(float, re.findall(r"-?[\d.]+", node.attrib["transform"]))) for node in nodes]
    named = sum(bool(node.findall(".//{*}tspan")) for node in nodes)
    return sum(not (0 < x < width and 0 < y < height) for x, y in places), named


def test_all_that_is_drawn_is_saved_or_what_is_in_view(
    seed: Client, visiting: Visiting, ids: dict[str, str], tmp_path: Path
) -> None:
    visit = visiting(seed, width=390).go(f"#/graph/{ids['deepseek']}?depth=2&limit=300")
    visit.find("summary", "Save or copy").click()
    drawn_as = visit.find("g.node").evaluate_all("all => all.map(one => one.outerHTML)")

    def saved(kind: str) -> bytes:
        with visit.page.expect_download() as download:
            visit.button(kind, exact=True).click()
        return Path(download.value.path()).read_bytes()

    whole = outside(saved("SVG"))
    assert whole[0] == 0
    assert visit.find("g.node").evaluate_all("all => all.map(one => one.outerHTML)") == drawn_as
    visit.page.get_by_label("Only what is in view").check()
    part = outside(saved("SVG"))
    assert part[0] > 3
    assert part[1] < whole[1]
    assert saved("PNG").startswith(b"\x89PNG")


def test_the_graph_as_of_a_year(visiting: Visiting) -> None:
    with graph("A leads X since:2010 until:2014\nA leads Y since:2016\nA owns Z") as kg, serving(kg) as client:
        visit = visiting(client).go(f"#/graph/{global_id(kg.entity('A'))}")
        assert visit.find(".link").count() == 3
        slider = visit.page.get_by_label("As of the year")
        slider.fill("2012")
        expect(visit.find(".link")).to_have_count(2)
        assert "asOf=2012" in visit.hash
        assert "leads X" in " ".join(link.get_attribute("aria-label") or "" for link in visit.find(".link").all())
        visit.button("Any time").click()
        expect(visit.find(".link")).to_have_count(3)
