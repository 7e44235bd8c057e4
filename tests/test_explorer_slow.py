"""The explorer on a slow or a broken line: what is awaited and what went wrong is told, and nobody who is quick is hindered."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from cuibono.graph.knowledge_graph import KnowledgeGraph
from tests.browser import Visit, Visiting
from tests.serving import Client
from tests.test_explorer import ADDRESSES, TOKEN, writable

__all__ = ["writable"]
pytestmark = pytest.mark.slow

ASKING = {name: path for name, path in ADDRESSES.items() if name not in ("nobody", "nowhere", "begin a graph")}


class Line:
    """The line between a page and its server: answers wait until they are let go."""

    def __init__(self, page: Page) -> None:
        self.page, self.open = page, False
        self.waiting: list[Route] = []
        page.route("**/graphql", self._hold)

    def _hold(self, route: Route) -> None:
        if self.open:
            route.continue_()
        else:
            self.waiting.append(route)

    def taken(self, words: str) -> Route:
        """Return the request with some words, once it has been sent; it waits no more for all to be let go."""
        while True:
            for route in self.waiting:
                if words in (route.request.post_data or ""):
                    self.waiting.remove(route)
                    return route
            self.page.evaluate("new Promise(requestAnimationFrame)")

    def let_go(self) -> None:
        """Let all answers through, from now on."""
        self.open = True
        while self.waiting:
            self.waiting.pop().continue_()


def test_whoever_types_elsewhere_meanwhile_is_not_disturbed(seed: Client, visiting: Visiting, ids: dict[str, str]) -> None:
    visit = visiting(seed).go("#/claims")
    line = Line(visit.page)
    visit.page.evaluate(f"location.hash = '#/entity/{ids['musk']}'")
    expect(visit.find(".waiting")).to_have_text("Reading who or what it is…")
    assert visit.page.title() == "Somebody or something · Cui bono?"
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("nad")
    line.let_go()
    expect(visit.find("h1")).to_have_text("Elon Musk")
    visit.page.keyboard.type("ella")
    expect(visit.find("#top-words")).to_have_value("nadella")


def test_what_was_typed_into_filters_stays_while_the_ranking_is_made_anew(seed: Client, visiting: Visiting) -> None:
    visit = visiting(seed).go("#/conflicts")
    line = Line(visit.page)
    visit.page.get_by_label("Who speaks").fill("Elon Musk")
    visit.page.keyboard.press("Tab")
    expect(visit.page.get_by_label("Of what")).to_be_focused()
    visit.page.keyboard.type("DeepSeek")
    line.let_go()
    expect(visit.find(".finding .who").first).to_have_text("Elon Musk → DeepSeek")
    visit.page.keyboard.press("Tab")
    expect(visit.page.get_by_label("Which way")).to_be_focused()
    expect(visit.page).to_have_url(re.compile(r"#/conflicts\?actor=Elon\+Musk&target=DeepSeek$"))
    expect(visit.page.get_by_label("Of what")).to_have_value("DeepSeek")


@pytest.mark.parametrize(("address", "label", "text"), [("#/find", "Find", "elon"), ("#/conflicts", "Who speaks", "Elon Musk")])
def test_what_was_typed_takes_nobody_back(seed: Client, visiting: Visiting, address: str, label: str, text: str) -> None:
    visit = visiting(seed).go(address)
    visit.page.clock.install()
    visit.page.get_by_label(label, exact=True).fill(text)
    visit.page.evaluate("location.hash = '#/claims'")
    expect(visit.find("h1")).to_have_text("Claims")
    visit.page.clock.run_for(5_000)
    assert visit.settled().hash == "/claims"
    visit.page.go_back()
    expect(visit.find("h1")).not_to_have_text("Claims")


def test_a_search_says_what_it_looks_for_and_old_answers_stand_under_no_new_words(seed: Client, visiting: Visiting) -> None:
    visit = visiting(seed).go("#/find?q=elon")
    line = Line(visit.page)
    visit.find("#words").fill("nadella")
    expect(visit.find(".waiting")).to_have_text("Looking for “nadella”…")
    assert not visit.find(".results").count()
    visit.find("#words").fill("deepseek")
    line.taken('"deepseek"').continue_()
    expect(visit.find(".results a").first).to_have_text("DeepSeek")
    assert visit.settled().hash == "/find?q=deepseek"
    line.let_go()


def test_of_two_questions_the_last_is_answered(seed: Client, visiting: Visiting) -> None:
    visit = visiting(seed).go("#/ask")
    line, asked = Line(visit.page), []
    for name in ("entities", "claims"):
        visit.page.get_by_label("Query").fill(f"{{ info {{ {name} }} }}")
        visit.page.keyboard.press("Control+Enter")
        asked.append(line.taken(name))
    for route in reversed(asked):
        route.continue_()
    expect(visit.find("section[aria-label=Answer] dl, section[aria-label=Answer] pre").first).to_contain_text("claims")
    assert "claims" in visit.hash


def test_a_decision_is_sent_once_and_can_be_sent_again_where_it_fails(
    visiting: Visiting, writable: tuple[KnowledgeGraph, Client]
) -> None:
    kg, client = writable
    visit = visiting(client).go("#/review")
    visit.page.get_by_label("Token of a reviewer or editor").fill(TOKEN)
    visit.button("Use it").click()
    line = Line(visit.page)
    visit.page.keyboard.press("a")
    visit.page.keyboard.press("a")
    visit.page.keyboard.press("r")
    expect(visit.find(".waiting")).to_have_text("Telling the server…")
    visit.foresee("Failed to load resource", "ERR_FAILED")
    line.taken("reviewStatement").abort()
    expect(visit.find(".state.failed")).to_contain_text("does not answer")
    assert not line.waiting
    line.let_go()
    visit.button("Try again").click()
    expect(visit.find(".queue-list button")).to_have_count(1)
    assert len(kg.statements(status="proposed")) == 1
    assert kg.info().statements.get("rejected", 0) == 0


def test_two_that_are_named_are_decided_on_as_they_were_seen(visiting: Visiting, writable: tuple[KnowledgeGraph, Client]) -> None:
    kg, client = writable
    visit = visiting(client).go("#/review?what=merge")
    visit.page.get_by_label("Token of a reviewer or editor").fill(TOKEN)
    visit.button("Use it").click()
    line = Line(visit.page)
    visit.page.get_by_label("One", exact=True).fill("OpenAI")
    visit.page.get_by_label("The other").fill("OpenAI, Inc.")
    visit.page.keyboard.press("Enter")
    expect(visit.find("main .waiting")).to_have_text("Reading what is known of OpenAI and of OpenAI, Inc.…")
    visit.page.keyboard.press("m")  # before anything is seen
    visit.page.get_by_label("The other").fill("DeepSeek")
    line.let_go()
    expect(visit.find(".card h2")).to_have_text(["OpenAI", "OpenAI, Inc."])
    visit.button("They are one: merge").click()
    expect(visit.find("main")).to_contain_text("They are one now")
    assert kg.entity("OpenAI, Inc.").iri == kg.entity("OpenAI").iri != kg.entity("DeepSeek").iri


def test_what_comes_late_into_a_graph_leaves_people_where_they_are(seed: Client, visiting: Visiting, ids: dict[str, str]) -> None:
    visit = visiting(seed).go(f"#/graph/{ids['deepseek']}")
    before = visit.find("g.node").count()
    line = Line(visit.page)
    visit.find(f".node[data-id='{ids['musk']}']").focus()
    visit.page.keyboard.press("e")
    visit.page.keyboard.press("e")
    expect(visit.find(".panel .waiting")).to_have_text("Asking what stands around it…")
    visit.page.get_by_label("Paths to").focus()
    visit.page.keyboard.type("Sam ")
    line.let_go()
    expect(visit.find("g.node")).not_to_have_count(before)
    visit.page.keyboard.type("Altman")
    expect(visit.page.get_by_label("Paths to")).to_have_value("Sam Altman")
    assert visit.settled().find("g.node").count() > before


def failing(how: str) -> Callable[[Route], None]:
    html = "<html>A proxy</html>"
    answers: dict[str, Callable[[Route], None]] = {
        "500": lambda route: route.fulfill(
            status=500, json={"errors": [{"message": "It broke.", "extensions": {"code": "INTERNAL"}}]}
        ),
        "429": lambda route: route.fulfill(status=429, body=html),
        "503": lambda route: route.fulfill(status=503, body=html),
        "a page": lambda route: route.fulfill(status=200, body=html),
        "something else": lambda route: route.fulfill(status=200, json={"hello": 1}),
        "no answer": lambda route: route.abort("connectionreset"),
    }
    return answers[how]


TOLD = {
    "500": ["It broke", "whoever runs the server"],
    "429": ["asked too often", "Wait a little"],
    "503": ["too much to do", "Wait a little"],
    "a page": ["status 200, and nothing that can be read", "whoever runs the server"],
    "something else": ["not cuibono", "whoever runs the server"],
    "no answer": ["Is it still running?", "cuibono serve"],
}


@pytest.mark.parametrize("how", TOLD)
def test_what_went_wrong_is_told_in_every_view_and_can_be_tried_again(
    seed: Client, visiting: Visiting, ids: dict[str, str], how: str
) -> None:
    visit = visiting(seed, width=390).go("#/nowhere")
    visit.foresee("Failed to load resource")
    for name, address in ASKING.items():
        visit.page.route("**/graphql", failing(how))
        visit.go(address.format(**ids))
        states = visit.find(".state.failed")
        for words in TOLD[how]:
            expect(states.first, name).to_contain_text(words)
        assert not visit.too_wide(), name
        visit.page.unroute("**/graphql")
        while states.count():
            left = states.count()
            states.first.get_by_role("button", name="Try again").click()
            visit.settled()
            assert states.count() < left, name
        assert visit.find("main h1").count() == 1, name


def test_a_view_says_what_it_waits_for(seed: Client, visiting: Visiting, ids: dict[str, str]) -> None:
    for name, address in ASKING.items():
        visit: Visit = visiting(seed, width=390)
        line = Line(visit.page)
        visit.page.goto(f"{visit.base}/{address.format(**ids)}")
        expect(visit.find("main .waiting").first, name).to_have_text(re.compile(r"^\w.+…$"))
        expect(visit.find("main h1")).to_have_count(1)
        assert visit.page.title().endswith(" · Cui bono?"), name
        assert not visit.too_wide(), name
        line.let_go()
        visit.settled()
