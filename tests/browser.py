"""A real browser that looks at a running server, and notes whatever goes wrong meanwhile."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from tests.conftest import missing
from tests.node import FOLDER

PATIENCE = 120_000
"""Milliseconds after which something will not happen any more, however much else a machine has to do."""
expect.set_options(timeout=PATIENCE)

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def browsing() -> Iterator[Browser]:
    """Run Debian's Chromium for as long as the block runs."""
    program = os.environ.get("CUIBONO_BROWSER") or shutil.which("chromium")
    if program is None:
        missing("a browser: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def page_of(browser: Browser, **options: Any) -> Page:
    """Return a page in a window of its own, in which nothing is given up soon."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


_GO = """address => new Promise(done => {
  const before = location.hash;
  addEventListener("hashchange", done, { once: true });
  location.hash = address;
  if (location.hash === before) done();
})"""


class Visit:
    """A page of the explorer, as somebody looks at it.

    Attributes
    ----------
    problems : list of str
        Errors of the console, and requests to another host, but for what was foreseen.
    """

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base.rstrip("/")
        self._foreseen: list[str] = []
        self._noted: list[str] = []
        page.on("console", self._told)
        page.on("pageerror", lambda error: self._noted.append(f"thrown: {error}"))
        page.on("request", self._asked)

    def _told(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._noted.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in ("data", "blob") and not request.url.startswith(f"{self.base}/"):
            self._noted.append(f"asked elsewhere: {request.url}")

    @property
    def problems(self) -> list[str]:
        """What was not to happen."""
        return [problem for problem in self._noted if not any(part in problem for part in self._foreseen)]

    def foresee(self, *parts: str) -> Visit:
        """Take what has these words for no problem: what a server refuses, the browser notes down, sooner or later."""
        self._foreseen += parts
        return self

    def go(self, address: str = "") -> Visit:
        """Go to an address, and wait until all of it is there."""
        if address.startswith("#") and self.page.url.startswith(f"{self.base}/"):
            # Within the page, to go somewhere is over before the page has heard of it: this waits until it has.
            self.page.evaluate(_GO, address)
        else:
            self.page.goto(f"{self.base}/{address}")
        return self.settled()

    def settled(self) -> Visit:
        """Wait until nothing is waited for: whatever is on its way says that it is busy."""
        expect(self.page.locator("main :is(h1, .state)").first).to_be_visible()
        expect(self.page.locator("[aria-busy=true], .waiting")).to_have_count(0)
        return self

    def find(self, selector: str, text: str | None = None) -> Locator:
        """Return what a selector finds, of that only what has a text."""
        return self.page.locator(selector, has_text=text) if text else self.page.locator(selector)

    def button(self, name: str, exact: bool = False) -> Locator:
        """Return the first button of a name."""
        return self.page.get_by_role("button", name=name, exact=exact).first

    def texts(self, selector: str) -> list[str]:
        """Return the texts of all that a selector finds."""
        return self.page.locator(selector).all_inner_texts()

    @property
    def hash(self) -> str:
        """The address within the page, as it is now."""
        address: str = self.page.evaluate("location.hash.slice(1)")
        return address

    def too_wide(self) -> int:
        """Return how many pixels of the page stand beyond the window's edge."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return max(wide, 0)

    def violations(self) -> list[str]:
        """Return what axe-core finds wrong with the page as it is now."""
        if not AXE.is_file():
            missing("axe-core: run .ci/install, which puts it into the folder .node")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("rules => axe.run({ runOnly: rules, resultTypes: ['violations'] })", RULES)
        return [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary']}" for one in found["violations"] for node in one["nodes"]
        ]


Visiting = Callable[..., Visit]
"""Opens a page of a server, of a width and in light or dark colours."""

Box = tuple[float, float, float, float]


def boxes(found: Locator) -> list[tuple[str, Box]]:
    """Return whose each element is, or its text, and where it stands; of those that show."""
    script = """elements => elements.filter(one => getComputedStyle(one).display !== "none").map(one => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      return [one.closest("[data-id]")?.dataset.id ?? one.textContent, [left, top, right, bottom]];
    })"""
    return [(whose, (box[0], box[1], box[2], box[3])) for whose, box in found.evaluate_all(script)]


def drawn(visit: Visit, address: str) -> Visit:
    """Go to a graph from elsewhere, and wait until it is drawn."""
    visit.go("#/find").go(address)
    expect(visit.find("g.node").first).to_be_visible()
    return visit


def meeting(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) - max(one[0], other[0]) > 0.5 and min(one[3], other[3]) - max(one[1], other[1]) > 0.5


def overlaps(visit: Visit) -> list[tuple[str, str]]:
    """Return the texts that lie on one another, on the mark of another node, or over the edge of the drawing."""
    names = boxes(visit.find(".node .name"))
    texts = names + boxes(visit.find(".line-words text"))
    marks = boxes(visit.find(".node .shape"))
    ((_, canvas),) = boxes(visit.find(".canvas"))
    assert len(names) >= 3
    left, top, right, bottom = canvas
    cut = [(name, "the edge") for name, b in texts if b[0] < left or b[1] < top or b[2] > right or b[3] > bottom]
    on_marks = [(name, whose) for name, box in texts for whose, mark in marks if whose != name and meeting(box, mark)]
    return cut + on_marks + [(one, other) for (one, a), (other, b) in combinations(texts, 2) if meeting(a, b)]
