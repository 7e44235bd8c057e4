"""The explorer, looked at in a real browser as a person would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pyoxigraph as ox
import pytest
from playwright.sync_api import expect

import cuibono
from cuibono.api.graphql.examples import examples
from cuibono.api.graphql.identifiers import global_id
from cuibono.api.graphql.principal import Role
from cuibono.api.settings import Settings
from cuibono.api.web.tokens import token_line
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Entity
from tests.browser import Visiting, boxes, meeting
from tests.graphs import graph
from tests.serving import Client, serving

pytestmark = pytest.mark.slow

SEED = "https://w3id.org/cuibono/seed"
TOKEN = "cuibono_of_a_test"
HELD_ANSWERS = """() => {
  const asked = window.fetch;
  const wait = new Promise((done) => { window.letGo = done; });
  window.fetch = async (...request) => { await wait; return asked(...request); };
}"""
"""Answers come no more, until `letGo` is called."""

ADDRESSES = {
    "find": "#/find",
    "search": "#/find?q=deepseek",
    "nothing found": "#/find?q=zzzz",
    "entity": "#/entity/{deepseek}",
    "conflicts": "#/conflicts",
    "claims": "#/claims",
    "claim": "#/claim/{claim}",
    "statement": "#/statement/{statement}",
    "document": "#/document/{document}",
    "graph": "#/graph/{deepseek}",
    "begin a graph": "#/graph",
    "review": "#/review",
    "merge": "#/review?what=merge",
    "ask": "#/ask?query=%7Binfo%7Brelations%7Brelation%20count%7D%7D%7D",
    "nowhere": "#/nowhere",
    "nobody": "#/entity/xyz",
}


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_every_view_is_accessible_and_has_a_heading_and_a_title(
    seed: Client, visiting: Visiting, ids: dict[str, str], colors: str
) -> None:
    visit = visiting(seed, colors=colors)
    for name, address in ADDRESSES.items():
        visit.go(address.format(**ids))
        assert not visit.violations(), name
        assert visit.find("main h1").count() == 1, name
        assert visit.page.title().endswith(" · Cui bono?")


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_every_view_fits_the_window(seed: Client, visiting: Visiting, ids: dict[str, str], width: int) -> None:
    visit = visiting(seed, width=width)
    for name, address in ADDRESSES.items():
        assert not visit.go(address.format(**ids)).too_wide(), name


def test_what_stands_in_numbers_and_what_is_told_of_others(seed: Client, visiting: Visiting, ids: dict[str, str]) -> None:
    visit = visiting(seed).go()
    expect(visit.find(".counts")).to_contain_text("document")
    assert visit.texts(".counts dt") == ["entities", "statements", "claims", "document"]
    visit.go(f"#/entity/{ids['deepseek']}")
    others = visit.find("section:has(> h3:text-is('Of others, about DeepSeek')) li")
    expect(others.first).to_contain_text("Elon Musk agrees with")
    assert "speaks in its own favour" not in " ".join(others.all_inner_texts())


def test_search_as_you_type_and_the_way_back(seed: Client, visiting: Visiting) -> None:
    visit = visiting(seed).go()
    visit.find("#words").press_sequentially("obviously")
    expect(visit.find(".results mark").first).to_have_text("Obviously")
    assert visit.hash == "/find?q=obviously"
    visit.find("#words").fill("elon")
    expect(visit.find(".results a").first).to_have_text("Elon Musk")
    assert any(text.startswith("Person") for text in visit.texts(".tabs button"))
    visit.button("Person").click()
    assert visit.texts(".results a") == ["Elon Musk"]
    visit.find(".results a").first.click()
    expect(visit.find("h1")).to_have_text("Elon Musk")
    visit.page.go_back()
    expect(visit.find("#words")).to_have_value("elon")
    visit.page.go_forward()
    expect(visit.find("h1")).to_have_text("Elon Musk")


def test_an_entity_with_its_evidence_and_the_quote_in_its_document(seed: Client, visiting: Visiting, ids: dict[str, str]) -> None:
    visit = visiting(seed).go(f"#/entity/{ids['musk']}")
    assert {"Conflicts of interest", "Interests", "Stances", "Sources"} <= set(visit.texts("h2"))
    owns = visit.find(".statement", "owns")
    owns.locator("summary").click()
    expect(owns.locator("mark").first).to_have_text("Musk’s vested interest in AI through his own company, xAI")
    expect(owns).to_contain_text("Nobody else is known to support or to dispute it.")
    owns.locator("cite a").first.click()
    expect(visit.find("mark.here").first).to_be_in_viewport()
    assert "".join(visit.texts("mark.here")) == "Musk’s vested interest in AI through his own company, xAI"


def test_who_gains_with_an_entity_is_asked_for_when_it_is_opened(seed: Client, visiting: Visiting, ids: dict[str, str]) -> None:
    visit = visiting(seed).go(f"#/entity/{ids['deepseek']}")
    visit.find("summary", "Who else gains").click()
    expect(visit.find(".balance li", "OpenAI").first).to_contain_text("−")


def test_conflicts_are_ranked_filtered_and_proved(seed: Client, visiting: Visiting) -> None:
    visit = visiting(seed).go("#/conflicts")
    assert (
        visit.find(".finding").count() == seed.ask("{ conflictsOfInterest { totalCount } }")["conflictsOfInterest"]["totalCount"]
    )
    visit.page.get_by_label("Which way").select_option("AGAINST_INTEREST")
    expect(visit.find(".finding")).to_have_count(1)
    assert visit.hash == "/conflicts?alignment=AGAINST_INTEREST"
    finding = visit.find(".finding", "Sam Altman endorses DeepSeek")
    labels = finding.locator(".diagram .label").all_text_contents()
    assert labels == ["Sam Altman", "OpenAI", "DeepSeek"]
    words = " ".join(finding.locator(".diagram text").all_text_contents())
    assert all(part in words for part in ("endorses", "leads", "+0.9", "competes with", "−0.64"))
    quotes = finding.locator("mark").all_text_contents()
    assert any("impressive model" in quote for quote in quotes)
    assert any("serious challenge to OpenAI" in quote for quote in quotes)
    expect(finding.locator(".sum").first).to_contain_text("Strength 0.46")
    visit.page.get_by_label("Who speaks").fill("Elon Musk")
    visit.page.get_by_label("Which way").select_option("")
    expect(visit.find(".finding .who").first).to_have_text("Elon Musk → DeepSeek")
    assert all(who == "Elon Musk → DeepSeek" for who in visit.texts(".finding .who"))
    visit.page.get_by_label("Who speaks").fill("Nobody Known")
    expect(visit.find(".state.failed")).to_contain_text("Nobody Known")


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_no_words_of_a_diagram_lie_on_others(seed: Client, visiting: Visiting, width: int) -> None:
    visit = visiting(seed, width=width).go("#/conflicts")
    visit.find(".diagram").first.wait_for()
    while visit.find(".finding > h2 button[aria-expanded='false']").count():
        visit.find(".finding > h2 button[aria-expanded='false']").first.click()
    for diagram in visit.find(".diagram").all():
        ((_, frame),) = boxes(diagram)
        parts = boxes(diagram.locator("a, :scope > g > text, :scope > g > g > text"))
        assert len(parts) >= 2
        assert not [one for one, box in parts if box[0] < frame[0] or box[2] > frame[2]]
        # What belongs to one line stands close, above each other.
        assert not [(one, other) for (one, a), (other, b) in combinations(parts, 2) if meeting(a, b)]


def test_an_opened_finding_can_be_shared(seed: Client, visiting: Visiting) -> None:
    visit = visiting(seed).go("#/conflicts?minStrength=0.2")
    last = visit.find(".finding > h2 button").last
    last.click()
    said = last.locator(".why").inner_text()
    again = visiting(seed).go(f"#{visit.hash}")
    expect(again.find(".finding:has(.diagram) .why")).to_have_text([said])


def test_a_contested_claim_shows_both_sides_the_numbers_and_who_gains(
    seed: Client, visiting: Visiting, ids: dict[str, str]
) -> None:
    visit = visiting(seed).go(f"#/claim/{ids['claim']}")
    assert visit.texts(".side.for h3") == ["Alexandr Wang", "Elon Musk"]
    assert set(visit.texts(".side.against h3")) == {"DeepSeek"}
    expect(visit.find(".side.for .reply")).to_contain_text("in answer to")
    assert {"50,000 Nvidia H100 GPUs", "10,000 Nvidia A100 GPUs"} <= set(visit.texts(".figures b"))
    gains = dict(zip(visit.texts(".balance li > a"), visit.texts(".balance .number"), strict=True))
    assert gains["DeepSeek"].startswith("−")
    assert gains["xAI"].startswith("+")


@pytest.fixture
def writable() -> Iterator[tuple[KnowledgeGraph, Client]]:
    """A graph of its own with two proposals, and a server with a reviewer's token."""
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        for statement in kg.statements(predicate="develops")[:2]:
            kg.review(statement.iri, "proposed", by="a test", why="to be looked at again")
        known = kg.entity("OpenAI")
        kg.add(Entity(iri=f"{known.iri}-inc", type=known.type, label="OpenAI, Inc."))
        settings = Settings(tokens=(token_line("Ada", [Role.REVIEWER, Role.EDITOR], TOKEN),))
        with serving(kg, settings) as client:
            yield kg, client


def test_proposals_are_decided_by_keys_with_a_token(visiting: Visiting, writable: tuple[KnowledgeGraph, Client]) -> None:
    kg, client = writable
    visit = visiting(client).go("#/review")
    expect(visit.find(".queue-list button")).to_have_count(2)
    expect(visit.find(".queue .quote mark").first).to_be_visible()
    visit.foresee("status of 401").page.keyboard.press("a")
    expect(visit.find(".state.failed")).to_contain_text("Give a token")
    visit.page.get_by_label("Token of a reviewer or editor").fill(TOKEN)
    visit.button("Use it").click()
    visit.find("h1").click()
    first = visit.texts(".queue-list button")[0]
    visit.page.keyboard.press("w")
    visit.page.keyboard.type("Seen with own eyes.")
    visit.button("Accept").click()
    expect(visit.find(".queue-list button")).to_have_count(1)
    visit.settled()
    assert first not in visit.texts(".queue-list button")
    visit.page.keyboard.press("r")
    expect(visit.find("main")).to_contain_text("Nothing waits")
    assert kg.info().statements["rejected"] == 1
    assert not kg.statements(status="proposed")


def test_a_proposal_is_corrected_and_keeps_its_evidence(visiting: Visiting, writable: tuple[KnowledgeGraph, Client]) -> None:
    kg, client = writable
    visit = visiting(client).go("#/review")
    visit.page.get_by_label("Token of a reviewer or editor").fill(TOKEN)
    visit.button("Use it").click()
    visit.find(".queue-list button").first.focus()
    shown = visit.texts(".queue-list button")[0]
    before = next(s for s in kg.statements(status="proposed") if kg.entity(s.object).label in shown)
    visit.page.keyboard.press("e")
    visit.page.get_by_label("Subject").fill("OpenAI")
    visit.button("Accept it so").click()
    expect(visit.find(".queue-list button")).to_have_count(1)
    (after,) = kg.statements(subject="OpenAI", predicate="develops")
    assert after.object == before.object
    assert [kg.snapshot.evidence[iri].exact for iri in after.evidence] == [
        kg.snapshot.evidence[iri].exact for iri in before.evidence
    ]
    assert kg.node(before.iri).status.value == "retracted"


def test_an_end_is_linked_to_what_is_known_and_named_alike(visiting: Visiting, writable: tuple[KnowledgeGraph, Client]) -> None:
    kg, client = writable
    visit = visiting(client).go("#/review")
    visit.page.get_by_label("Token of a reviewer or editor").fill(TOKEN)
    visit.button("Use it").click()
    visit.page.keyboard.press("l")
    expect(visit.page.get_by_label("Its subject is")).to_be_focused()
    visit.page.keyboard.type("openai")
    expect(visit.find("#corrected-subject-known option[value='OpenAI, Inc.']")).to_be_attached()
    visit.page.get_by_label("Its subject is").fill("OpenAI, Inc.")
    visit.page.keyboard.press("Enter")
    expect(visit.find(".queue-list button")).to_have_count(1)
    assert len(kg.statements(subject="OpenAI, Inc.", predicate="develops")) == 1


def propose_merges(kg: KnowledgeGraph) -> Entity:
    """Propose that OpenAI is two others as well, and return it."""
    known = kg.entity("OpenAI")
    kg.add(Entity(iri=f"{known.iri}-labs", type=known.type, label="OpenAI Labs"))
    for name in ("OpenAI, Inc.", "OpenAI Labs"):
        kg.merge("OpenAI", name, by="a test", why="They may be one.")
    for said in kg.statements(predicate="identicalTo"):
        kg.review(said.iri, "proposed", by="a test", why="to be looked at again")
    return known


def test_proposed_merges_are_decided_by_keys(visiting: Visiting, writable: tuple[KnowledgeGraph, Client]) -> None:
    kg, client = writable
    known = propose_merges(kg)
    visit = visiting(client).go("#/review")
    expect(visit.find(".queue-list button")).to_have_count(2)
    visit.page.get_by_label("Token of a reviewer or editor").fill(TOKEN)
    visit.button("Use it").click()
    visit.find("a", "Entities that may be one").click()
    expect(visit.find(".queue-list button")).to_have_count(2)
    expect(visit.find(".queue .card .card h2")).to_have_count(2)
    assert not visit.violations()
    visit.page.keyboard.press("j")
    expect(visit.find(".queue-list [aria-current]")).to_be_focused()
    merged = visit.find(".queue-list [aria-current]").inner_text().removeprefix("OpenAI is the same as ")
    expect(visit.find(".queue .card .card h2").last).to_have_text(merged)
    visit.page.keyboard.press("m")
    expect(visit.find(".queue-list button")).to_have_count(1)
    visit.settled()
    assert kg.entity(merged).iri == known.iri
    visit.page.keyboard.press("w")
    visit.page.keyboard.type("Another company.")
    visit.find(".queue-list button").focus()
    visit.page.keyboard.press("s")
    expect(visit.find("main")).to_contain_text("Nothing waits")
    (kept,) = {"OpenAI, Inc.", "OpenAI Labs"} - {merged}
    assert kg.entity(kept).iri != known.iri


def test_nothing_is_decided_before_it_is_seen(visiting: Visiting, writable: tuple[KnowledgeGraph, Client]) -> None:
    kg, client = writable
    propose_merges(kg)
    visit = visiting(client).go("#/review?what=merge")
    visit.page.evaluate(HELD_ANSWERS)
    visit.page.keyboard.press("j")
    expect(visit.find(".queue-list button").last).to_have_attribute("aria-current", "true")
    visit.page.keyboard.press("m")
    visit.page.keyboard.press("s")
    visit.page.keyboard.press("w")
    visit.page.keyboard.type("smack")
    visit.page.evaluate("window.letGo()")
    reason = visit.find(".queue").get_by_label("Reason")
    expect(reason).to_be_focused()
    visit.page.keyboard.type("Seen.")
    expect(reason).to_have_value("Seen.")
    assert len(kg.statements(status="proposed", predicate="identicalTo")) == 2


def test_a_proposal_leads_to_merging_what_it_is_about(visiting: Visiting, writable: tuple[KnowledgeGraph, Client]) -> None:
    _, client = writable
    visit = visiting(client).go("#/review")
    subject = visit.find(".queue .says a").first.inner_text()
    visit.page.keyboard.press("m")
    expect(visit.page.get_by_label("One", exact=True)).to_have_value(subject)
    expect(visit.page.get_by_label("The other")).to_be_focused()


def test_two_entities_are_merged_with_a_reason(visiting: Visiting, writable: tuple[KnowledgeGraph, Client]) -> None:
    kg, client = writable
    visit = visiting(client).go("#/review?what=merge")
    visit.page.get_by_label("Token of a reviewer or editor").fill(TOKEN)
    visit.button("Use it").click()
    visit.find("h1").click()
    visit.page.keyboard.press("n")
    expect(visit.page.get_by_label("One", exact=True)).to_be_focused()
    visit.page.keyboard.type("OpenAI")
    visit.page.get_by_label("The other").fill("OpenAI, Inc.")
    visit.button("Look at both").click()
    expect(visit.find(".card h2")).to_have_count(2)
    visit.page.get_by_label("Reason").fill("The registered name.")
    visit.button("They are one: merge").focus()
    visit.page.keyboard.press("m")
    expect(visit.find("main")).to_contain_text("They are one now")
    assert kg.entity("OpenAI, Inc.").iri == kg.entity("OpenAI").iri


def test_asking_with_an_example_as_table_and_json(seed: Client, visiting: Visiting) -> None:
    visit = visiting(seed).go("#/ask")
    assert visit.texts("#example option:not([disabled])") == [example.title for example in examples()]
    for number, example in enumerate(examples()):
        visit.page.get_by_label("Example").select_option(str(number))
        expect(visit.find("table tbody tr").first).to_be_visible()
        assert visit.page.get_by_label("Query").input_value() == example.query
        visit.settled()
        assert not visit.find(".lose").count(), example.name
    assert "mono" in visit.find("#query").evaluate("field => getComputedStyle(field).fontFamily").lower()
    visit.button("JSON").click()
    assert json.loads(visit.find("pre").inner_text())["data"]["ontology"]
    visit.foresee("status of 400").page.get_by_label("Query").fill("{ nothing }")
    visit.page.get_by_label("Query").press("Control+Enter")
    expect(visit.find(".lose").first).to_contain_text("nothing")


HOSTILE = "<img src=x onerror=\"document.title='taken'\">\"'\\</script>"


def test_a_hostile_label_stays_text_everywhere(visiting: Visiting) -> None:
    with graph("A disputes a\na harms X\nA owns Y\nX competesWith Y") as kg:
        kg.add(*(replace(kg.entity(name), label=f"{name}{HOSTILE}", description=HOSTILE) for name in "AX"))
        actor = global_id(kg.entity(f"A{HOSTILE}"))
        with serving(kg) as client:
            visit = visiting(client)
            for address in ("#/find?q=img", f"#/entity/{actor}", "#/conflicts", f"#/graph/{actor}", "#/claims"):
                visit.go(address)
                assert visit.page.locator("main img").count() == 0
                assert "taken" not in visit.page.title().replace(HOSTILE, "")
            visit.go(f"#/graph/{actor}").find("summary", "Save or copy").click()
            visit.button("Turtle").click()
            triples = list(ox.parse(visit.find("textarea[readonly]").input_value(), format=ox.RdfFormat.TURTLE))
            assert f"A{HOSTILE}" in {t.object.value for t in triples if isinstance(t.object, ox.Literal)}


@pytest.mark.parametrize("view", ["find", "review", "graph"])
def test_the_help_lists_every_key(seed: Client, visiting: Visiting, view: str) -> None:
    visit = visiting(seed).go(f"#/{view}")
    visit.find("h1").click()
    visit.page.keyboard.press("?")
    expect(visit.find("dialog h2")).to_have_text("Keys")
    told = {
        section.locator("h3").inner_text(): {key.inner_text() for key in section.locator("dt").all()}
        for section in visit.find("dialog section").all()
    }
    assert told["Proposed statements"] == {"j", "k", "a", "r", "e", "l", "m", "w"}
    assert told["Entities that may be one"] == {"j", "k", "m", "s", "n", "w"}
    assert {"e", "c", "p", "l", "0", "Enter"} <= told["In the graph"]
    assert not visit.violations()
    visit.page.keyboard.press("Escape")
    expect(visit.find("dialog")).to_have_count(0)
    visit.button("Keys").click()
    visit.button("Close").click()
    expect(visit.find("dialog")).to_have_count(0)


def test_without_a_page_for_queries_there_are_examples_still(visiting: Visiting) -> None:
    with graph("A leads X") as kg, serving(kg, Settings(query_page="none")) as client:
        assert visiting(client).go("#/ask").texts("#example option")[1] == examples()[0].title


def test_manners(seed: Client, visiting: Visiting, ids: dict[str, str]) -> None:
    visit = visiting(seed).go(f"#/entity/{ids['musk']}")
    visit.page.keyboard.press("Tab")
    expect(visit.find(".skip")).to_be_focused()
    visit.page.keyboard.press("Enter")
    expect(visit.find("main")).to_be_focused()
    visit.page.keyboard.press("/")
    expect(visit.find("#top-words")).to_be_focused()
    visit.page.keyboard.type("nadella\n")
    expect(visit.find(".results a").first).to_have_text("Satya Nadella")
    expect(visit.find("#live")).to_contain_text("results for nadella")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = visit.page.evaluate(ground)
    visit.button("Colours").click()
    visit.button("Colours").click()
    assert visit.page.evaluate(ground) != light
    visit.page.reload()
    assert visit.page.evaluate(ground) != light


def test_an_address_that_names_nothing_leads_to_the_search(seed: Client, visiting: Visiting) -> None:
    visit = visiting(seed).go("#/entity/xyz")
    expect(visit.find("h1")).to_have_text("Nothing stands at this address")
    visit.find("main a", "Search for it by name").click()
    expect(visit.find("#words")).to_be_focused()


def test_an_empty_graph_and_a_server_that_is_gone_are_told_with_the_remedy(visiting: Visiting) -> None:
    with cuibono.open() as kg, serving(kg) as client:
        visit = visiting(client).go()
        expect(visit.find(".state")).to_contain_text("cuibono build")
        visit.go("#/conflicts")
        expect(visit.find(".state")).to_contain_text("No conflict of interest fits")
    visit.foresee("Failed to load resource").page.evaluate("location.hash = '#/claims'")
    expect(visit.find(".state.failed")).to_contain_text("Is it still running?")
