"""Pictures of a graph: what stands in them, that names do not overlap, and that they are safe on any page."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

import cuibono
from cuibono.graph.errors import InvalidArgument, NotFound
from cuibono.graph.generation import generated_records
from cuibono.graph.model import Records
from cuibono.graph.views.pictures.drawing import Drawing
from cuibono.graph.views.pictures.scene import LETTER, LINE_HEIGHT, box_of, text_of
from tests.browser import browsing, page_of
from tests.generated import records
from tests.graphs import graph
from tests.test_frames import WITHOUT

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def kg() -> Iterator[cuibono.KnowledgeGraph]:
    with cuibono.open() as opened:
        opened.build(cuibono.seed_dossier())
        yield opened


def overlapping(drawing: Drawing) -> list[tuple[str, str]]:
    """Return the names and labels of a picture that stand on one another."""
    boxes = [(node.label, box_of(node)) for node in drawing.scene.nodes]
    for line in drawing.scene.lines:
        if line.at is not None:
            half = len(text_of(line)) * LETTER * 0.9 / 2
            (x, y), down = line.at, LINE_HEIGHT / 2
            boxes.append((line.label, (x - half, y - down, x + half, y + down)))
    return [
        (one, other)
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1
    ]


def test_a_picture_shows_things_and_what_joins_them(kg: cuibono.KnowledgeGraph) -> None:
    drawing = kg.draw("xAI", relations=["owns", "founded", "competesWith"])
    page = ElementTree.fromstring(drawing.svg)
    assert page.get("role") == "img"
    assert [title.text for title in page.findall(f"{SVG}g/{SVG}g[@class='node organization']/{SVG}title")] == [
        "xAI (organization)",
        "DeepSeek (organization)",
    ]
    said = page.find(f"{SVG}desc").text
    assert "Elon Musk founded, owns xAI" in said.replace("owns, founded", "founded, owns")
    assert "competes with" in said
    (rivalry,) = (line for line in drawing.scene.lines if "competes with" in line.label)
    assert (rivalry.way, rivalry.sign, rivalry.points) == ("interest", -1, "both")


def test_stance_and_interest_are_told_apart_by_more_than_colour() -> None:
    drawing = graph("A endorses X \n A leads X \n A owns X \n X competesWith Y \n B disputes X \n X basedIn K").draw()
    ways = {(line.way, line.sign): text_of(line) for line in drawing.scene.lines}
    assert ways == {
        ("stance", 1): "endorses +",
        ("interest", 1): ways["interest", 1],
        ("interest", -1): "competes with −",
        ("stance", -1): "disputes −",
        ("other", 0): "based in",
    }
    assert set(ways["interest", 1].removesuffix(" +").split(", ")) == {"leads", "owns"}
    dashes = {path.get("stroke-dasharray") for path in ElementTree.fromstring(drawing.svg).iter(f"{SVG}path")}
    assert dashes == {"6 4", "none", "1.5 4"}


@pytest.mark.parametrize("around", [(), ("DeepSeek",), ("Elon Musk", "Sam Altman"), ("A100",)])
def test_no_name_stands_on_another(kg: cuibono.KnowledgeGraph, around: tuple[str, ...]) -> None:
    drawing = kg.draw(*around)
    assert drawing.scene.nodes
    assert overlapping(drawing) == []


def test_large_pictures_are_cut_and_say_so() -> None:
    with cuibono.open() as kg:
        kg.add(*generated_records(400))
        drawing = kg.draw(limit=60)
        assert drawing.cut
        assert "cut at a limit" in repr(drawing)
        assert overlapping(drawing) == []


def test_the_same_graph_is_the_same_picture(kg: cuibono.KnowledgeGraph) -> None:
    with cuibono.open() as again:
        again.build(cuibono.seed_dossier())
        assert again.draw("DeepSeek").svg == kg.draw("DeepSeek").svg


@given(found=records())
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_is_said_makes_a_picture_that_is_safe(found: Records) -> None:
    with cuibono.open() as kg:
        kg.add(*found)
        page = ElementTree.fromstring(kg.draw().svg)
        assert {element.tag.removeprefix(SVG) for element in page.iter()} <= {
            "svg", "title", "desc", "style", "g", "path", "polygon", "circle", "rect", "text",
        }  # fmt: skip
        assert not any(name.startswith("on") or name.endswith("href") for element in page.iter() for name in element.attrib)


def test_it_is_saved_as_svg_and_as_png(kg: cuibono.KnowledgeGraph, tmp_path: Path) -> None:
    drawing = kg.draw("xAI", theme="dark")
    drawing.save(tmp_path / "graph.svg")
    drawing.save(tmp_path / "graph.png", dpi=96)
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8") == drawing.svg
    with Image.open(tmp_path / "graph.png") as image:
        assert abs(image.width - drawing.scene.width) <= 2
        assert image.convert("RGB").getpixel((2, 2)) == (0x12, 0x14, 0x17)
    with pytest.raises(InvalidArgument, match="cannot be written"):
        drawing.save(tmp_path / "nowhere" / "graph.svg")


def test_without_a_kernel_it_is_an_image(kg: cuibono.KnowledgeGraph) -> None:
    assert set(kg.draw("xAI")._repr_mimebundle_()) == {"text/plain", "text/html"}


def test_the_widget_knows_what_is_said_of_each_thing(kg: cuibono.KnowledgeGraph) -> None:
    widget = kg.draw("xAI", relations=["owns"]).widget()
    (musk,) = (thing for thing in widget.things if thing["label"] == "Elon Musk")
    assert musk["said"] == [
        {
            "says": "Elon Musk owns xAI",
            "basis": musk["said"][0]["basis"],
            "quote": "Musk’s vested interest in AI through his own company, xAI",
        }
    ]
    widget.chosen = musk["iri"]
    assert widget.svg.startswith("<svg")


def test_what_cannot_be_drawn(kg: cuibono.KnowledgeGraph) -> None:
    with pytest.raises(NotFound):
        kg.draw("nobody")
    with pytest.raises(InvalidArgument, match="theme"):
        kg.draw("xAI", theme="blue")
    with pytest.raises(InvalidArgument, match="limit"):
        kg.draw(limit=0)
    assert repr(graph("A owns X status:proposed").draw()) == "<Drawing of 0 things and 0 lines>"


def test_a_picture_needs_no_extra() -> None:
    script = WITHOUT.replace('conflicts().to_frame("{frame}")', "draw().save('graph.png')").format(library="matplotlib")
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "pip install 'cuibono[plots]'" in run.stdout


WIDGET = """
<!doctype html><meta charset="utf-8"><main id="here"></main>
<script type="module">
CODE
const state = STATE;
window.told = [];
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; },
  save_changes: () => window.told.push(state.chosen),
  on: () => {},
};
render({ model, el: document.getElementById("here") });
</script>
"""


def test_something_is_chosen_in_the_widget(kg: cuibono.KnowledgeGraph) -> None:
    widget = kg.draw("DeepSeek").widget()
    state = json.dumps({"svg": widget.svg, "things": widget.things, "chosen": None}).replace("</", "<\\/")
    code = str(widget._esm).replace("export default { render };", "")
    (musk,) = (number for number, thing in enumerate(widget.things) if thing["label"] == "Elon Musk")
    with browsing() as browser:
        page = page_of(browser)
        thrown: list[str] = []
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.set_content(WIDGET.replace("CODE", code).replace("STATE", state))
        node = page.locator(f"#n{musk}")
        node.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("told") == [widget.things[musk]["iri"]]
        assert node.get_attribute("aria-pressed") == "true"
        assert "Musk’s vested interest in AI" in page.locator("[aria-live]").inner_text()
        assert "He simply responded with the word" in page.locator("[aria-live]").inner_text()
        assert page.locator(".far").count() > 5
        before = page.locator("svg").get_attribute("viewBox")
        page.get_by_role("button", name="Enlarge").click()
        assert page.locator("svg").get_attribute("viewBox") != before
        page.get_by_role("button", name="Whole").click()
        assert page.locator("svg").get_attribute("viewBox") == before
        with page.expect_download() as download:
            page.get_by_role("button", name="Save PNG").click()
        assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
        page.keyboard.press("Escape")
        node.click()
        assert page.evaluate("told").pop() is None
        assert thrown == []
