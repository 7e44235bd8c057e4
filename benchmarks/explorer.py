"""How soon the explorer shows something on a generated graph, in a real browser, and how much it weighs.

    python -m benchmarks.explorer --statements 100000

Serves the graph on this machine and opens each view some times in a new page of Debian's Chromium: the time from asking for
the address until the first text is painted, and until the view is whole. Prints medians; needs the extra ``test`` and a
``chromium`` on the path.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from cuibono.api.app import create_app
from cuibono.api.graphql.identifiers import global_id
from cuibono.api.settings import Settings
from cuibono.api.web.explorer.files import page_files
from cuibono.api.web.server import configuration, listening
from cuibono.graph.generation import generated_columns
from cuibono.graph.knowledge_graph import KnowledgeGraph, open_graph
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.resolved import resolved

_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def generated(statements: int) -> KnowledgeGraph:
    """Return a generated graph, without the minutes that a store of it takes to fill."""
    graph = open_graph()
    graph._snapshot = resolved(Snapshot.of(Base(generated_columns(statements)), graph.vocabulary, graph.version))
    return graph


@dataclass(frozen=True)
class _View:
    """A view, at an address of its own in each round: what the server keeps of an answer must not help the next."""

    name: str
    address: str
    whole: str
    entities: Sequence[str] = ("Company 1",)

    def addresses(self, graph: KnowledgeGraph, rounds: int) -> list[str]:
        chosen = [self.entities[number % len(self.entities)] for number in range(rounds)]
        return [self.address.replace("ID", global_id(graph.entity(name))) for name in chosen]


_OTHERS = [f"Company {number}" for number in range(50, 90)]
_VIEWS = (
    _View("find", "#/find", ".counts"),
    _View("search", "#/find?q=company%2012", ".results li"),
    _View("entity", "#/entity/ID", ".statement", _OTHERS),
    _View("entity, a hub", "#/entity/ID", ".statement"),
    _View("conflicts about one target", "#/conflicts?target=ID", ".finding, .state", _OTHERS),
    _View("graph of an entity", "#/graph/ID", ".node", _OTHERS),
    _View("graph, two hops, 300 statements", "#/graph/ID?depth=2&limit=300", ".node", _OTHERS),
    _View("graph, three hops, 1,000 statements", "#/graph/ID?depth=3&limit=1000", ".node", _OTHERS),
)


def _measured(browser: Browser, url: str, whole: str) -> tuple[float, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    script = f"""new MutationObserver((_, observer) => {{
      if (!document.querySelector({whole!r})) return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => {{ window.whole = performance.now(); }}));
    }}).observe(document, {{ childList: true, subtree: true }});"""
    page.add_init_script(script)
    page.goto(url)
    page.locator(whole).first.wait_for(timeout=60_000)
    painted = at = None
    while painted is None or at is None:
        page.wait_for_timeout(20)
        painted, at = page.evaluate(f"[{_PAINTED}, window.whole ?? null]")
    context.close()
    return painted, at


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--statements", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=7)
    chosen = options.parse_args()
    program = shutil.which("chromium")
    if program is None:
        sys.exit("no chromium on the path: apt-get install chromium")
    files = page_files()
    print(f"page weight: {sum(len(f.compressed) for f in files.values()) / 1000:.1f} kB compressed, {len(files)} files")
    graph = generated(chosen.statements)
    settings = Settings(log="none")
    listener = listening(Settings(port=0))
    server = uvicorn.Server(configuration(create_app(graph, settings), settings))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    base = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
            print(f"{chosen.statements:,} statements, medians of {chosen.rounds}, milliseconds")
            print(f"{'view':38}{'painted':>9}{'whole':>9}")
            for view in _VIEWS:
                first, *others = view.addresses(graph, chosen.rounds + 1)
                _measured(browser, base + first, view.whole)  # the server's first answer of a kind compiles its plan
                painted, whole = zip(*(_measured(browser, base + other, view.whole) for other in others), strict=True)
                print(f"{view.name:38}{median(painted):9.0f}{median(whole):9.0f}", flush=True)
            browser.close()
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


if __name__ == "__main__":
    main()
