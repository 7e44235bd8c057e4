"""Graphs, records and findings show themselves in a notebook: what is known of them, escaped, and readable by machines."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from IPython.core.formatters import DisplayFormatter

import cuibono
from cuibono.graph.model import Entity, Records
from tests.generated import records
from tests.graphs import BASE, graph


@pytest.fixture(scope="module")
def kg() -> Iterator[cuibono.KnowledgeGraph]:
    with cuibono.open() as opened:
        opened.build(cuibono.seed_dossier())
        yield opened


def shown(thing: object) -> str:
    """Return the HTML that IPython takes from a thing, checked for what every piece of it must have."""
    html = DisplayFormatter().format(thing)[0]["text/html"]
    page = ElementTree.fromstring(html)
    for table in page.iter("table"):
        assert table.find("caption") is not None
        assert all(head.get("scope") in ("col", "row") for head in table.iter("th"))
        widths = {len(row) for row in table.iter("tr")}
        assert len(widths) == 1
    assert not {element.tag for element in page.iter()} & {"script", "img", "iframe", "a"}
    return html


def words(html: str) -> str:
    page = ElementTree.fromstring(html)
    page.remove(page.find("style"))
    return " ".join("".join(page.itertext()).split())


def test_a_graph_shows_what_it_holds(kg: cuibono.KnowledgeGraph) -> None:
    assert "entities22claims9" in words(shown(kg)).replace(" ", "")


def test_records_show_their_quotes_in_context(kg: cuibono.KnowledgeGraph) -> None:
    musk = shown(kg.entity("Elon Musk"))
    assert "Elon Musk owns xAI" in words(musk)
    assert "pticism is not surprising given Musk’s vested interest in AI through his own company, xAI, which recently" in words(
        musk
    )
    assert "<mark><bdi>Musk’s vested interest in AI through his own company, xAI</bdi></mark>" in musk
    claim = words(shown(kg.claim("deepseek-50000-h100")))
    assert "Who stands where: contested" in claim
    assert "for asserts" in claim.replace("Wangfor", "Wang for ").replace("forasserts", "for asserts")
    (statement, *_) = kg.statements(predicate="competesWith")
    assert "inferred · accepted · confidence 0.8" in words(shown(statement))
    assert "document" in words(shown(kg.documents()[0])).lower()
    assert kg.node(statement.evidence[0]).exact in words(shown(kg.node(statement.evidence[0])))


def test_findings_show_the_arithmetic(kg: cuibono.KnowledgeGraph) -> None:
    (conflict,) = kg.conflicts(actor="Sam Altman")
    found = words(shown(conflict))
    assert conflict.explanation in found
    assert "1 × 0.8 × 0.9 × 0.8 × 0.8 = 0.4608" in found
    assert "OpenAI CEO Sam Altman" in found
    assert "competes with" in words(shown(conflict.interest_path))
    assert "loses" in words(shown(kg.beneficiaries("deepseek-50000-h100")[0]))


def test_lists_show_their_first(kg: cuibono.KnowledgeGraph) -> None:
    asked = (kg.conflicts(), kg.conflict_pairs(), kg.beneficiaries("DeepSeek"), kg.paths("Musk", "DeepSeek"), kg.claims())
    for found in (*asked, kg.entities(), kg.documents(), kg.statements()):
        assert found.what in words(shown(found))
    assert "The first 20 statements" in words(shown(kg.statements()))
    assert "No conflicts of interest" in words(shown(kg.conflicts(actor="A100")))


def test_a_record_of_no_graph_shows_what_it_says() -> None:
    assert "Nobody" in words(shown(Entity(iri=BASE + "nobody", type=BASE + "Person", label="Nobody")))


def test_a_record_is_shown_as_its_own_graph_knows_it() -> None:
    one, other = graph("A owns X"), cuibono.open()
    other.add(*(Entity(iri=e.iri, type=e.type, label=f"the other {e.label}") for e in one.entities()))
    assert "the other" not in words(shown(one.entity("A")))
    assert "A owns X" in words(shown(one.statements()[0]))


@given(found=records())
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_nothing_that_is_said_gets_out_of_its_place(found: Records) -> None:
    with cuibono.open() as kg:
        kg.add(*found)
        for iri in (record.iri for record in found):
            assert "<script" not in shown(kg.node(iri)).lower()
        for several in (kg, kg.entities(), kg.claims(), kg.statements(), kg.documents(), kg.conflicts()):
            shown(several)


ALONE = """
import sys, cuibono
kg = cuibono.open()
kg.build(cuibono.seed_dossier())
assert kg._repr_html_() and kg.conflicts()[0]._repr_html_()
print(*(name for name in ("IPython", "pandas", "pyarrow", "matplotlib") if name in sys.modules))
"""


def test_showing_needs_no_extra() -> None:
    run = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert run.stdout == "\n"
