"""Figures: what is drawn, that nothing that is written overlaps, and that they say in words what they show."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

import cuibono
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.views.plots.style import THEMES, Plot
from tests.graphs import graph
from tests.test_frames import WITHOUT

FIGURES: dict[str, Callable[..., Plot]] = {
    "ranking": lambda kg, **options: kg.plot.conflict_ranking(**options),
    "matrix": lambda kg, **options: kg.plot.stance_matrix(**options),
    "timeline of a claim": lambda kg, **options: kg.plot.timeline("deepseek-50000-h100", **options),
    "timeline of an entity": lambda kg, **options: kg.plot.timeline("DeepSeek", **options),
    "diagram, against interest": lambda kg, **options: kg.plot.interest_diagram(kg.conflicts(actor="Sam Altman")[0], **options),
    "diagram, by a claim": lambda kg, **options: kg.plot.interest_diagram(kg.conflicts(actor="Elon Musk")[0], **options),
    "diagram, own case": lambda kg, **options: kg.plot.interest_diagram(kg.conflicts(actor="DeepSeek")[0], **options),
}
DATED = "A endorses c on:2021-05 \n B disputes c on:2020 \n C asserts c on:2022-01-15 \n D questions c \n c harms X \n A owns X"


@pytest.fixture(scope="module")
def kg() -> Iterator[cuibono.KnowledgeGraph]:
    with cuibono.open() as opened:
        opened.build(cuibono.seed_dossier())
        yield opened


def written(plot: Plot) -> list[tuple[str, list[list[float]]]]:
    """Return the texts of a figure with the corners of the boxes that they fill."""
    canvas = FigureCanvasAgg(plot.figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [text for text in plot.figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [
        (text.get_text(), text.get_window_extent(renderer).get_points().tolist()) for text in texts if text.get_text().strip()
    ]


@pytest.mark.parametrize("width", [3.0, 8.0])
@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_nothing_written_overlaps_or_leaves_the_figure(
    kg: cuibono.KnowledgeGraph, figure: Callable[..., Plot], width: float
) -> None:
    plot = figure(kg, width=width)
    found = written(plot)
    assert found
    across, up = plot.figure.bbox.width, plot.figure.bbox.height
    for text, ((left, low), (right, high)) in found:
        assert left >= -2, text
        assert right <= across + 2, text
        assert low >= -2, text
        assert high <= up + 2, text
    if "matrix" in plot.description or (width >= 5 and figure is FIGURES["matrix"]):
        return  # names that stand aslant fill less than their boxes
    for (one, a), (other, b) in combinations(found, 2):
        wide = min(a[1][0], b[1][0]) - max(a[0][0], b[0][0])
        high = min(a[1][1], b[1][1]) - max(a[0][1], b[0][1])
        assert wide <= 2 or high <= 3, (one, other)


def test_figures_say_in_words_what_they_show(kg: cuibono.KnowledgeGraph) -> None:
    assert "Sam Altman on DeepSeek, against interest, 0.46" in kg.plot.conflict_ranking().description
    assert "Elon Musk against DeepSeek" in kg.plot.stance_matrix(actors=["Elon Musk"]).description
    assert "Sam Altman" not in kg.plot.stance_matrix(actors=["Elon Musk"]).description
    assert "competes with" in kg.plot.interest_diagram(kg.conflicts(actor="Sam Altman")[0]).description
    said = graph(DATED).plot.timeline("c").description
    assert said == (
        "Claim c.: B disputes this (2020); A endorses this (2021-05); C asserts this (2022-01-15); D questions this, undated"
    )


def test_support_of_what_excludes_a_claim_is_drawn_against_it() -> None:
    plot = graph("A endorses c on:2020 \n B asserts d on:2021 \n c contradicts d").plot.timeline("c")
    assert plot.description == "Claim c.: A endorses this (2020); B asserts Claim d. (2021), which excludes this"
    assert {line.get_marker() for line in plot.ax.get_lines()} >= {"^", "v"}


def test_a_figure_shows_itself_and_is_saved(kg: cuibono.KnowledgeGraph, tmp_path: Path) -> None:
    plot = kg.plot.conflict_ranking(width=4)
    data, size = plot._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert (size["image/png"]["width"], size["image/png"]["alt"]) == (400, plot.description)
    for ending in ("png", "svg", "pdf"):
        plot.save(tmp_path / f"figure.{ending}", dpi=50)
    with Image.open(tmp_path / "figure.png") as image:
        assert image.width == 200
    assert "Sam Altman → DeepSeek" in (tmp_path / "figure.svg").read_text(encoding="utf-8")
    with pytest.raises(InvalidArgument, match="cannot be written"):
        plot.save(tmp_path / "figure.docx")


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_what_is_written_can_be_read_on_its_paper(kg: cuibono.KnowledgeGraph, figure: Callable[..., Plot], theme: str) -> None:
    plot = figure(kg, theme=theme)
    paper = plot.figure.get_facecolor()[:3]
    for text in plot.figure.findobj(Text):
        if text.get_text().strip():
            assert contrast(text.get_color(), paper) >= 4.5, text.get_text()


def contrast(colour: object, paper: object) -> float:
    """Return the contrast of two colours, as WCAG 2 has it."""
    from matplotlib.colors import to_rgb

    def light(rgb: tuple[float, ...]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(to_rgb(colour)), light(to_rgb(paper))))
    return (high + 0.05) / (low + 0.05)


def test_axes_of_ones_own(kg: cuibono.KnowledgeGraph) -> None:
    figure = Figure()
    ax = figure.add_subplot()
    assert kg.plot.conflict_ranking(ax=ax).ax is ax
    assert kg.plot.conflict_ranking(ax=ax).figure is figure


def test_nothing_to_draw_is_drawn_as_that() -> None:
    kg = graph("A owns X")
    assert kg.plot.conflict_ranking().description == "Conflicts of interest by strength: none"
    assert kg.plot.stance_matrix().description == "Who stands where: nobody"
    assert kg.plot.timeline("A").description


@pytest.mark.parametrize(
    ("option", "message"), [({"theme": "blue"}, "theme: 'blue' is none of"), ({"width": 1}, "width: is 1 inches")]
)
def test_what_cannot_be_drawn(kg: cuibono.KnowledgeGraph, option: dict, message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        kg.plot.conflict_ranking(**option)


def test_without_matplotlib_the_error_names_the_extra() -> None:
    script = WITHOUT.replace('conflicts().to_frame("{frame}")', "plot.conflict_ranking()").format(library="matplotlib")
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "pip install 'cuibono[plots]'" in run.stdout
