"""One small graph for each rule of where people stand, and of which triples follow."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.store.encoding import DERIVED
from cuibono.schema.namespaces import CB
from tests.graphs import BASE, drawn, graph, short

# ── Where people stand ─────────────────────────────────────────────────────────────────────────────────

POSITIONS = {
    "for and against": ("A asserts c \n B disputes c", "A", "B"),
    "agreement and doubt": ("A agreesWith c \n B endorses c \n C questions c", "A B", "C"),
    "the latest stance": ("A asserts c on:2020 \n A disputes c on:2021", "", "A"),
    "the latest stance, wherever it was found": ("A asserts c on:2021-02 doc:D1 \n A disputes c on:2021-01-31 doc:D2", "A", ""),
    "an order that cannot be told leaves both": ("A asserts c on:2021 \n A disputes c on:2021-05", "A", "A"),
    "an undated stance leaves both": ("A asserts c \n A disputes c on:2021", "A", "A"),
    "one actor's change of mind is not another's": ("A asserts c on:2020 \n B disputes c on:2021", "A", "B"),
    "the date of publication tells no order": ("A asserts c doc:D1 \n A disputes c doc:D2", "A", "A"),
    "supporting what contradicts it is opposing it": ("A asserts c \n B asserts d \n c contradicts d", "A", "B"),
    "disputing what contradicts it is no support": ("A asserts c \n B disputes d \n c contradicts d", "A", ""),
    "contradiction does not travel on": ("A asserts c \n B asserts e \n c contradicts d \n d contradicts e", "A", ""),
    "supporting both is standing on both sides": ("A asserts c \n A asserts d \n c contradicts d", "A", "A"),
    "a later support of the contrary is a change of mind": (
        "A asserts c on:2020 \n A asserts d on:2021 \n c contradicts d",
        "",
        "A",
    ),
    "a support of the contrary taken back opposes no longer": (
        "B asserts c \n A asserts d on:2020 \n A disputes d on:2021 \n c contradicts d",
        "B",
        "",
    ),
    "an earlier support of the contrary is past": ("A asserts d on:2020 \n A asserts c on:2021 \n c contradicts d", "A", ""),
    "only accepted stances": ("A asserts c \n B disputes c status:proposed", "A", ""),
    "only accepted contradictions": ("A asserts c \n B asserts d \n c contradicts d status:rejected", "A", ""),
    "reported speech is the actor's": ("A asserts c by:B \n C disputes c", "A", "C"),
}


@pytest.mark.parametrize("rule", POSITIONS)
def test_positions(rule: str) -> None:
    text, supporters, opponents = POSITIONS[rule]
    kg = graph(text)
    sides = kg.positions().on_claim(BASE + "c")
    assert [short(p.actor) for p in sides.supporters] == supporters.split()
    assert [short(p.actor) for p in sides.opponents] == opponents.split()
    assert sides.contested is bool(supporters and opponents)
    assert (BASE + "c" in [claim.iri for claim in kg.claims(contested=True)]) is sides.contested


def test_opposition_through_a_contradiction_says_so() -> None:
    kg = graph("A asserts c \n B asserts d \n c contradicts d")
    (opponent,) = kg.positions().on_claim(BASE + "c").opponents
    (supporter,) = kg.positions().on_claim(BASE + "c").supporters
    assert opponent.through is not None
    assert kg.vocabulary.relation(opponent.through.predicate).name == "contradicts"
    assert supporter.through is None


def test_opposing_both_ways_is_told_once_and_directly() -> None:
    kg = graph("B disputes c \n B asserts d \n c contradicts d")
    (opponent,) = kg.positions().on_claim(BASE + "c").opponents
    assert opponent.through is None


def test_positions_as_of_a_day() -> None:
    kg = graph("A asserts c on:2020 \n A disputes c on:2021")
    assert [p.sign for p in kg.positions(as_of="2020").on_claim(BASE + "c").supporters] == [1]
    assert kg.positions(as_of="2022").on_claim(BASE + "c").supporters == ()


def test_a_stance_on_a_statement_is_on_what_it_says() -> None:
    kg = graph("s = A leads X doc:D1 \n t = A leads X doc:D2 \n B disputes s \n C agreesWith t")
    for statement in kg.statements(predicate="leads"):
        sides = kg.positions().on_statement(statement)
        assert [short(p.actor) for p in sides.supporters] == ["C"]
        assert [short(p.actor) for p in sides.opponents] == ["B"]
        assert sides.contested


# ── Direct triples ─────────────────────────────────────────────────────────────────────────────────────


def direct(kg: KnowledgeGraph) -> set[str]:
    """Return the derived triples as ``subject relation object``."""
    quads = kg.store.quads(None, None, None, DERIVED)
    terms = [(q.subject, q.predicate, q.object) for q in quads]
    return {
        " ".join(t.value.removeprefix(BASE).removeprefix(CB) for t in triple if isinstance(t, ox.NamedNode)) for triple in terms
    }


DIRECT = {
    "an accepted statement": ("A leads X", {"A leads X"}),
    "a symmetric one both ways": ("X competesWith Y", {"X competesWith Y", "Y competesWith X"}),
    "none that is not accepted": ("A leads X status:proposed \n B leads X status:rejected \n C leads X status:retracted", set()),
    "none that is disputed": ("s = A leads X \n B disputes s conf:0.1", "B disputes s"),
    "none that is disputed in another document": ("s = A leads X doc:D1 \n A leads X doc:D2 \n B disputes s", "B disputes s"),
    "none that the subject denies": ("s = A leads X \n A disputes s", "A disputes s"),
    "one that was disputed and is no longer": (
        "s = A leads X \n B disputes s on:2020 \n B endorses s on:2021",
        {"A leads X", "B disputes s", "B endorses s"},
    ),
}


@pytest.mark.parametrize("rule", DIRECT)
def test_direct_triples(rule: str) -> None:
    text, expected = DIRECT[rule]
    names = drawn(text).iris
    wanted = {expected} if isinstance(expected, str) else expected
    assert direct(graph(text)) == {w.replace(" s", f" {short(names.get('s', ''))}") if w.endswith(" s") else w for w in wanted}


def test_direct_triples_follow_a_dispute_that_comes_and_goes() -> None:
    before = drawn("s = A leads X")
    with_dispute = drawn("s = A leads X \n B disputes s")
    kg = graph("A leads X")
    kg.add(*with_dispute.records)
    assert "A leads X" not in direct(kg)
    dispute = next(s for s in with_dispute.statements if s.object == before.iris["s"])
    kg.review(dispute.iri, "retracted", by="C", why="a misreading")
    assert direct(kg) == {"A leads X"}
    kg.review(before.iris["s"], "rejected", by="C", why="a misreading")
    assert direct(kg) == set()


def test_direct_triples_are_seen_by_plain_sparql() -> None:
    kg = graph("A leads X \n X competesWith Y")
    answer = kg.sparql("ASK { ?a cb:leads/cb:competesWith ?rival FILTER(CONTAINS(STR(?rival), 'Y')) }")
    assert bool(answer)
