"""One small graph for each rule of the design's sections on the model and on signed interest.

What is expected was worked out by hand from the rules, not by running the engine.
"""

from __future__ import annotations

from typing import Any

import pytest

from cuibono.graph.errors import InvalidArgument
from cuibono.graph.interest.findings import Alignment
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Basis, Status
from tests.graphs import BASE, graph, short


def found(kg: KnowledgeGraph, **options: Any) -> list[str]:
    """Return conflicts as ``actor target alignment strength``, however weak unless told."""
    conflicts = kg.conflicts(**{"min_strength": 0, **options})
    return sorted(f"{short(c.actor)} {short(c.target)} {c.alignment} {c.strength:.4g}" for c in conflicts)


def gains(kg: KnowledgeGraph, of: str, **options: Any) -> dict[str, float]:
    """Return the gain of everybody who gains or loses, however little unless told."""
    beneficiaries = kg.beneficiaries(of, **{"min_strength": 0, **options})
    return {short(b.entity): round(b.gain, 6) for b in beneficiaries}


# ── Conflicts: a graph, and every conflict that is in it ───────────────────────────────────────────────

CONFLICTS = {
    # What a stance is
    "praise of what one leads serves oneself": ("A endorses X \n A leads X", "A X SELF_SERVING 0.9"),
    "blame of what one leads goes against oneself": ("A disputes X \n A leads X", "A X AGAINST_INTEREST 0.9"),
    "doubt is half a denial": ("A questions X \n A leads X", "A X AGAINST_INTEREST 0.45"),
    "no interest, no conflict": ("A endorses X \n A leads Y", ""),
    "no stance, no conflict": ("A leads X \n X competesWith Y", ""),
    "a stance needs no interest relation to be one": ("A asserts c \n c favours X", ""),
    "what is said by another is still the actor's": (
        "A endorses X by:B \n A leads X \n B leads Y \n Y competesWith X",
        "A X SELF_SERVING 0.9",
    ),
    "a stance on a statement is none on the people in it": ("s = A leads X \n B disputes s \n B relatedTo A \n B worksFor X", ""),
    # What a claim means
    "asserting what favours": ("A asserts c \n c favours X \n A leads X", "A X SELF_SERVING 0.9"),
    "asserting what harms": ("A asserts c \n c harms X \n A leads X", "A X AGAINST_INTEREST 0.9"),
    "agreeing counts as asserting": ("A agreesWith c \n c favours X \n A leads X", "A X SELF_SERVING 0.9"),
    "endorsing a claim counts as asserting": ("A endorses c \n c favours X \n A leads X", "A X SELF_SERVING 0.9"),
    "disputing what favours": ("A disputes c \n c favours X \n A leads X", "A X AGAINST_INTEREST 0.9"),
    "disputing what favours a rival": (
        "A disputes c \n c favours X \n A leads Y \n X competesWith Y",
        "A X SELF_SERVING 0.72",
    ),
    "a claim may bear on several": (
        "A asserts c \n c favours X \n c harms Y \n A leads X \n A leads Y",
        "A X SELF_SERVING 0.9 ; A Y AGAINST_INTEREST 0.9",
    ),
    "stances do not travel through contradicts": ("A asserts c \n c contradicts d \n d favours X \n A leads X", ""),
    "a bearing that is no stance gives the speaker none": ("c favours X by:A \n A leads X", ""),
    # Confidence
    "the stance counts at its confidence": ("A endorses X conf:0.5 \n A leads X", "A X SELF_SERVING 0.45"),
    "the bearing counts at its confidence": ("A asserts c \n c favours X conf:0.5 \n A leads X", "A X SELF_SERVING 0.45"),
    "the relation counts at its confidence": ("A endorses X \n A leads X conf:0.5", "A X SELF_SERVING 0.45"),
    "weights and confidences multiply along a path": (
        "A endorses X \n A leads Y conf:0.5 \n X competesWith Y conf:0.5",
        "A X AGAINST_INTEREST 0.18",
    ),
    "no confidence, no conflict": ("A endorses X conf:0 \n A leads X \n B endorses X \n B leads X conf:0", ""),
    # Directions
    "against a relation its other weight counts": ("X endorses A \n A leads X", "X A SELF_SERVING 0.5"),
    "with and against relations in one path": ("A endorses B \n A leads X \n B worksFor X", "A B SELF_SERVING 0.09"),
    "a direction of weight 0 carries nothing": ("K competesWith L \n X restrictedBy K \n X endorses L \n L restrictedBy X", ""),
    # Shares
    "no share known": ("A owns X \n A endorses X", "A X SELF_SERVING 0.8"),
    "no share known, backwards": ("A owns X \n X endorses A", "X A SELF_SERVING 0.5"),
    "a share": ("A owns X share:0.25 \n A endorses X", "A X SELF_SERVING 0.25"),
    "a share, backwards": ("A owns X share:0.25 \n X endorses A", "X A SELF_SERVING 0.15"),
    "the whole": ("A owns X share:1 \n A endorses X", "A X SELF_SERVING 1"),
    "nothing of it": ("A owns X share:0 \n A endorses X", ""),
    "an investor's share": ("A investsIn X share:0.5 \n A endorses X", "A X SELF_SERVING 0.35"),
    "an investor's share is nothing to the other": ("A investsIn X share:0.5 \n X endorses A", "X A SELF_SERVING 0.3"),
    # Chains and middles
    "a rival of a rival is no ally": ("A endorses X \n A leads U \n U competesWith V \n V competesWith X", ""),
    "a rival's ally is a rival": (
        "A endorses X \n A leads U \n U competesWith V \n V partnersWith X",
        "A X AGAINST_INTEREST 0.288",
    ),
    "no interest passes through a country": (
        "A endorses L \n A leads X \n X restrictedBy K \n K competesWith L",
        "",
    ),
    "a country may end a path": ("A endorses K \n A leads X \n X restrictedBy K", "A K AGAINST_INTEREST 0.63"),
    "a regulation may end a path": ("A disputes R \n A leads X \n X restrictedBy R", "A R SELF_SERVING 0.63"),
    "interest passes through a product": ("A endorses X \n A develops P \n X uses P", "A X SELF_SERVING 0.16"),
    "paths are simple: nobody stands in one twice": ("A endorses X \n A relatedTo B \n B relatedTo C \n C relatedTo A", ""),
    # The strongest path of each sign
    "the strongest path counts": ("A endorses X \n A founded X \n A leads X \n A worksFor X", "A X SELF_SERVING 0.9"),
    "a longer path may be the stronger": (
        "A endorses X \n A memberOf X \n A leads Y \n Y owns X share:1",
        "A X SELF_SERVING 0.9",
    ),
    "of parallel statements the stronger counts": (
        "A endorses X \n A leads X doc:D1 conf:0.4 \n A leads X doc:D2 conf:0.6",
        "A X SELF_SERVING 0.54",
    ),
    "mixed from one half": ("A endorses X \n A leads X \n A competesWith X conf:0.5625", "A X MIXED 0.9"),
    "not mixed below one half": ("A endorses X \n A leads X \n A competesWith X conf:0.5624", "A X SELF_SERVING 0.9"),
    "mixed whichever is the stronger": ("A endorses X \n A leads X conf:0.5 \n A competesWith X", "A X MIXED 0.8"),
    # Time
    "not yet": ("A endorses X on:2023 \n A leads X since:2024", ""),
    "no longer": ("A endorses X on:2023 \n A leads X until:2022", ""),
    "then": ("A endorses X on:2023 \n A leads X since:2022 until:2024", "A X SELF_SERVING 0.9"),
    "a year overlaps a day in it": ("A endorses X on:2023-05-06 \n A leads X since:2023", "A X SELF_SERVING 0.9"),
    "a month overlaps a day in it": ("A endorses X on:2023-05-06 \n A leads X until:2023-05", "A X SELF_SERVING 0.9"),
    "a month does not overlap the next": ("A endorses X on:2023-06 \n A leads X until:2023-05", ""),
    "the last day counts": ("A endorses X on:2023-05-06 \n A leads X until:2023-05-06", "A X SELF_SERVING 0.9"),
    "the first day counts": ("A endorses X on:2023-05-06 \n A leads X since:2023-05-06", "A X SELF_SERVING 0.9"),
    "an undated stance meets every relation": ("A endorses X \n A leads X since:2024 until:2025", "A X SELF_SERVING 0.9"),
    "an undated relation meets every stance": ("A endorses X on:1950 \n A leads X", "A X SELF_SERVING 0.9"),
    "every relation of a path must hold": (
        "A endorses X on:2023 \n A leads Y since:2020 \n X competesWith Y until:2021",
        "",
    ),
    # Disputes of a relation
    "a disputed relation counts half": ("A endorses X \n s = A leads X \n B disputes s", "A X SELF_SERVING 0.45"),
    "half once, however many dispute it": (
        "A endorses X \n s = A leads X \n B disputes s \n C disputes s",
        "A X SELF_SERVING 0.45",
    ),
    "a dispute is of the proposition, whatever the document": (
        "A endorses X \n s = A leads X doc:D1 status:rejected \n A leads X doc:D2 \n B disputes s doc:D3",
        "A X SELF_SERVING 0.45",
    ),
    "a dispute is of the proposition, whoever the speaker": (
        "A endorses X \n s = A leads X by:C \n A leads X by:D \n B disputes s",
        "A X SELF_SERVING 0.45",
    ),
    "of a symmetric relation both directions are disputed": (
        "A endorses X \n s = A leads Y \n t = Y competesWith X \n B disputes t",
        "A X AGAINST_INTEREST 0.36",
    ),
    "nobody halves by denying": ("A endorses X \n s = A leads X \n A disputes s", "A X SELF_SERVING 0.9"),
    "another's denial halves beside one's own": (
        "A endorses X \n s = A leads X \n A disputes s \n B disputes s",
        "A X SELF_SERVING 0.45",
    ),
    "a denial halves what others have through one": (
        "A endorses X \n s = B leads X \n A relatedTo B \n B disputes s",
        "A X SELF_SERVING 0.36",
    ),
    "who took it back disputes no longer": (
        "A endorses X \n s = A leads X \n B disputes s on:2020 \n B endorses s on:2021",
        "A X SELF_SERVING 0.9",
    ),
    "who may have taken it back may still dispute": (
        "A endorses X \n s = A leads X \n B disputes s on:2021-03 \n B endorses s on:2021",
        "A X SELF_SERVING 0.45",
    ),
    "a proposed dispute is none": ("A endorses X \n s = A leads X \n B disputes s status:proposed", "A X SELF_SERVING 0.9"),
    "support makes a relation no stronger": ("A endorses X \n s = A leads X \n B agreesWith s", "A X SELF_SERVING 0.9"),
    # Status
    "only accepted stances": ("A endorses X status:proposed \n B endorses X status:rejected \n A leads X \n B leads X", ""),
    "only accepted relations": ("A endorses X \n A leads X status:retracted", ""),
    "only accepted bearings": ("A asserts c \n c favours X status:proposed \n A leads X", ""),
    # One's own case
    "praise of oneself": ("X endorses X", "X X OWN_CASE 1"),
    "a claim about oneself": ("X asserts c \n c favours X conf:0.5", "X X OWN_CASE 0.5"),
    "an own case is one whatever else ties one to oneself": ("X disputes X \n X owns X", "X X OWN_CASE 1"),
    # One finding per stance, bearing and target
    "each stance is a finding": (
        "A endorses X doc:D1 \n A endorses X doc:D2 conf:0.5 \n A leads X",
        "A X SELF_SERVING 0.45 ; A X SELF_SERVING 0.9",
    ),
    "each bearing is a finding": (
        "A asserts c \n c favours X doc:D1 \n c favours X doc:D2 conf:0.5 \n A leads X",
        "A X SELF_SERVING 0.45 ; A X SELF_SERVING 0.9",
    ),
    "a stance that was changed was still taken": (
        "A endorses X on:2020 \n A disputes X on:2021 \n A leads X",
        "A X AGAINST_INTEREST 0.9 ; A X SELF_SERVING 0.9",
    ),
}


@pytest.mark.parametrize("rule", CONFLICTS)
def test_conflicts(rule: str) -> None:
    text, expected = CONFLICTS[rule]
    assert found(graph(text)) == sorted(filter(None, expected.split(" ; ")))


@pytest.mark.parametrize("max_hops", range(1, 6))
def test_a_path_has_at_most_so_many_relations(max_hops: int) -> None:
    kg = graph(
        "A relatedTo B \n B relatedTo C \n C relatedTo D \n D relatedTo E \n E leads X \n"
        + "\n".join(f"A endorses {x}" for x in "BCDEX")
    )
    within = {"B": 0.8, "C": 0.64, "D": 0.512, "E": 0.4096, "X": 0.36864}
    expected = [f"A {name} SELF_SERVING {strength:.4g}" for name, strength in list(within.items())[:max_hops]]
    assert found(kg, max_hops=max_hops) == sorted(expected)


def test_three_relations_unless_asked() -> None:
    kg = graph("A relatedTo B \n B relatedTo C \n C relatedTo D \n D relatedTo E \n A endorses D \n A endorses E")
    assert found(kg) == ["A D SELF_SERVING 0.512"]


@pytest.mark.parametrize("max_hops", [0, 6, -1])
def test_one_to_five_relations(max_hops: int) -> None:
    with pytest.raises(InvalidArgument, match=r"hops: .*must be 1 to 5"):
        graph("A leads X").conflicts(max_hops=max_hops)


def test_findings_are_shown_from_strength_one_tenth() -> None:
    kg = graph("A endorses X conf:0.2 \n A memberOf X \n B endorses X conf:0.19 \n B memberOf X")
    assert found(kg, min_strength=0.1) == ["A X SELF_SERVING 0.1"]
    assert [short(c.actor) for c in kg.conflicts()] == ["A"]
    assert [short(c.actor) for c in kg.conflicts(min_strength=0)] == ["A", "B"]


def test_other_statuses_are_seen_when_asked_for() -> None:
    kg = graph("A endorses X status:proposed \n A leads X")
    assert found(kg, status=[Status.ACCEPTED, Status.PROPOSED]) == ["A X SELF_SERVING 0.9"]


def test_by_actor_by_target_and_by_alignment() -> None:
    kg = graph("A endorses X \n A leads X \n B disputes X \n B leads X \n A endorses Y \n A leads Y")
    assert found(kg, actor="A", target="X") == ["A X SELF_SERVING 0.9"]
    assert found(kg, alignment=Alignment.AGAINST_INTEREST) == ["B X AGAINST_INTEREST 0.9"]


# ── What a finding carries ─────────────────────────────────────────────────────────────────────────────


def test_a_mixed_finding_carries_both_paths() -> None:
    (finding,) = graph("A endorses X \n A leads X \n A competesWith X").conflicts()
    assert [path.interest for path in (finding.interest_path, finding.opposing_path) if path] == pytest.approx([0.9, -0.8])
    assert "but as" in finding.explanation


def test_an_opposing_path_too_weak_to_mix_is_left_out() -> None:
    (finding,) = graph("A endorses X \n A leads X \n A competesWith X conf:0.5").conflicts()
    assert finding.opposing_path is None


@pytest.mark.parametrize(("text", "sign"), [("X endorses X", 1), ("X asserts c \n c harms X", -1), ("X disputes X", -1)])
def test_the_signed_product_tells_praise_of_oneself_from_admission(text: str, sign: int) -> None:
    (finding,) = graph(text).conflicts()
    assert finding.alignment is Alignment.OWN_CASE
    assert finding.product == sign
    assert finding.interest_path.hops == ()


def test_ones_own_denial_is_shown() -> None:
    kg = graph("A endorses X \n s = A leads X \n A disputes s")
    (finding,) = kg.conflicts()
    (hop,) = finding.interest_path.hops
    assert (hop.disputed_by, hop.halved) == ((BASE + "A",), False)
    assert "A leads X (which A denies)" in finding.explanation


def test_a_halved_relation_says_so() -> None:
    (finding,) = graph("A endorses X \n s = A leads X \n B disputes s").conflicts()
    (hop,) = finding.interest_path.hops
    assert (hop.disputed_by, hop.halved, hop.relation_weight, hop.weight) == ((BASE + "B",), True, 0.9, 0.45)
    assert "A leads X (which B disputes)" in finding.explanation


@pytest.mark.parametrize(
    ("text", "undated"),
    [
        ("A endorses X on:2023 \n A leads X since:2020", False),
        ("A endorses X on:2023 \n A leads X", True),
        ("A endorses X on:2023 \n A leads X until:2024", True),
        ("A endorses X \n A leads X since:2020", True),
        ("X endorses X", False),
        ("A endorses X on:2023 \n A leads X since:2020 \n A competesWith X", True),
    ],
)
def test_unknown_dates_are_flagged(text: str, undated: bool) -> None:
    (finding,) = graph(text).conflicts()
    assert finding.undated is undated


@pytest.mark.parametrize(
    ("text", "weakest"),
    [
        ("A endorses X \n A leads X", Basis.VERBATIM),
        ("A endorses X basis:paraphrased \n A leads X basis:recorded", Basis.PARAPHRASED),
        ("A asserts c \n c favours X basis:inferred \n A leads X basis:recorded", Basis.INFERRED),
        ("A endorses X \n A leads X \n A competesWith X basis:inferred", Basis.INFERRED),
        ("A endorses X \n A leads X \n A worksFor X basis:inferred", Basis.VERBATIM),
    ],
)
def test_the_weakest_basis_of_all_that_a_finding_rests_on(text: str, weakest: Basis) -> None:
    (finding,) = graph(text).conflicts()
    assert finding.weakest_basis is weakest


def test_reported_speech_says_who_reports() -> None:
    (finding,) = graph("A endorses X by:B \n A leads X").conflicts()
    assert finding.stance.is_reported
    assert finding.explanation == "A endorses X (as B reports); as A leads X, that serves A's own interest."


def test_the_bearing_and_its_claim_are_named() -> None:
    (finding,) = graph("A disputes c \n c favours X \n A leads Y \n X competesWith Y").conflicts()
    assert finding.claim == BASE + "c"
    assert [short(s.object) for s in finding.statements] == ["c", "X", "Y", "Y"]
    assert finding.explanation == (
        "A disputes “Claim c”, which favours X; as A leads Y and Y competes with X, that serves A's own interest."
    )


def test_findings_come_strongest_first_then_by_name() -> None:
    kg = graph("B endorses X \n B leads X \n A endorses X \n A leads X \n C endorses X \n C owns X share:1")
    assert [short(c.actor) for c in kg.conflicts()] == ["C", "A", "B"]


def test_findings_are_grouped_by_actor_and_target() -> None:
    kg = graph("A endorses X doc:D1 \n A endorses X doc:D2 conf:0.5 \n A leads X \n B disputes X \n B leads X")
    pairs = [(short(p.actor), short(p.target), p.alignment, round(p.strength, 6), len(p.findings)) for p in kg.conflict_pairs()]
    assert pairs == [("A", "X", Alignment.SELF_SERVING, 0.9, 2), ("B", "X", Alignment.AGAINST_INTEREST, 0.9, 1)]


@pytest.mark.parametrize(("confidence", "alignment"), [(0.5, Alignment.MIXED), (0.49, Alignment.SELF_SERVING)])
def test_a_group_whose_findings_disagree_is_mixed_from_one_half(confidence: float, alignment: Alignment) -> None:
    (pair,) = graph(f"A endorses X \n A disputes X conf:{confidence} \n A leads X").conflict_pairs()
    assert pair.alignment is alignment


# ── As of a day ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2019", []), ("2020", ["A X SELF_SERVING 0.9"]), ("2021-06", ["A X SELF_SERVING 0.9"]), ("2023", [])],
)
def test_as_of_means_valid_on_that_day(as_of: str, expected: list[str]) -> None:
    kg = graph("A endorses X \n A leads X since:2020-05 until:2022")
    assert found(kg, as_of=as_of) == expected


def test_nobody_holds_a_stance_before_taking_it() -> None:
    kg = graph("A endorses X on:2021 \n A leads X")
    assert found(kg, as_of="2020") == []
    assert found(kg, as_of="2021-01") == ["A X SELF_SERVING 0.9"]


def test_a_dispute_halves_from_the_day_it_was_voiced() -> None:
    kg = graph("A endorses X \n s = A leads X \n B disputes s on:2021")
    assert found(kg, as_of="2020") == ["A X SELF_SERVING 0.9"]
    assert found(kg, as_of="2022") == ["A X SELF_SERVING 0.45"]


def test_gains_as_of_a_day() -> None:
    kg = graph("A leads X since:2020 until:2021 \n B leads X since:2022")
    assert gains(kg, "X", as_of="2021") == {"A": 0.9}
    assert gains(kg, "X", as_of="2022-01-01") == {"B": 0.9}
    assert [b.path.undated for b in kg.beneficiaries("X", as_of="2021")] == [False]


# ── Weights: who gains with whom ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("statement", "forward", "backward"),
    [
        ("A owns X", 0.8, 0.5),
        ("A owns X share:0.5", 0.5, 0.3),
        ("A leads X", 0.9, 0.5),
        ("A founded X", 0.4, 0.2),
        ("A investsIn X", 0.7, 0.3),
        ("A investsIn X share:0.5", 0.35, 0.3),
        ("A worksFor X", 0.7, 0.1),
        ("A memberOf X", 0.5, 0.1),
        ("A relatedTo B", 0.8, 0.8),
        ("X develops P", 0.8, 0.8),
        ("X supplies Y", 0.5, 0.2),
        ("X uses P", 0.2, 0.2),
        ("X partnersWith Y", 0.4, 0.4),
        ("X competesWith Y", -0.8, -0.8),
        ("X restrictedBy R", -0.7, 0),
        ("R regulates X", 0, 0),
        ("R issuedBy K", 0, 0),
        ("X basedIn K", 0, 0),
        ("A endorses X", 0, 0),
        ("A disputes X", 0, 0),
    ],
)
def test_weights_of_both_directions(statement: str, forward: float, backward: float) -> None:
    subject, _, obj, *_ = statement.split()
    kg = graph(statement)
    assert gains(kg, obj) == ({subject: forward} if forward else {})
    assert gains(kg, subject) == ({obj: backward} if backward else {})


# ── Who gains if a claim is believed, or if an entity gains ────────────────────────────────────────────

GAINS = {
    "whom it touches, who is tied to them, and who rivals them": (
        "c harms X \n A leads X \n X competesWith Y \n B leads Y",
        "c",
        {"X": -1, "A": -0.9, "Y": 0.8, "B": 0.72},
    ),
    "a bearing counts at its confidence": ("c favours X conf:0.5 \n A leads X", "c", {"X": 0.5, "A": 0.45}),
    "a bearing without confidence touches nobody": ("c favours X conf:0 \n A leads X", "c", {}),
    "a claim that bears on nothing": ("A asserts c \n A leads X", "c", {}),
    "what it does to one who is touched and tied to another who is": (
        "c favours X conf:0.5 \n c favours Y \n A leads X \n A leads Y",
        "c",
        {"X": 0.5, "Y": 1, "A": 0.9},
    ),
    "one who is touched less than through another": (
        "c favours X conf:0.1 \n c favours Y \n Y owns X share:1",
        "c",
        {"Y": 1, "X": 0.6},
    ),
    "a rule that gains": (
        "X restrictedBy R \n A leads X \n X competesWith Y \n K restrictedBy R",
        "R",
        {"X": -0.7, "A": -0.63, "Y": 0.56, "K": -0.7},
    ),
    "nothing passes through a country": ("X restrictedBy K \n L competesWith K", "L", {"K": -0.8}),
    "a rival's rival does not gain": ("X competesWith Y \n Y competesWith Z", "X", {"Y": -0.8}),
    "self-loops carry nothing": ("X owns X \n A leads X", "X", {"A": 0.9}),
    "stances tell nothing of gains": ("A endorses X \n B asserts c \n c favours X", "X", {}),
    "a disputed relation counts half": ("s = A leads X \n B disputes s", "X", {"A": 0.45}),
    "ones own denial changes nothing": ("s = A leads X \n A disputes s \n B relatedTo A", "X", {"A": 0.9, "B": 0.36}),
    "claims that contradict it gain nobody anything": ("c favours X \n c contradicts d \n d favours Y", "c", {"X": 1}),
}


@pytest.mark.parametrize("rule", GAINS)
def test_gains(rule: str) -> None:
    text, of, expected = GAINS[rule]
    assert gains(graph(text), of) == pytest.approx(expected)


@pytest.mark.parametrize(("confidence", "effect"), [(0.5, "MIXED"), (0.49, "GAINS")])
def test_a_gain_is_mixed_from_one_half(confidence: float, effect: str) -> None:
    kg = graph(f"c favours X \n c harms Y conf:{confidence} \n A leads X \n A leads Y")
    gain = next(b for b in kg.beneficiaries("c") if short(b.entity) == "A")
    assert gain.effect == effect
    assert gain.gain == pytest.approx(0.9)
    assert (gain.opposing_bearing is not None) == (effect == "MIXED")


def test_gains_come_strongest_first_and_from_one_tenth() -> None:
    kg = graph("c favours X \n A leads X \n B memberOf X \n C memberOf X conf:0.1 \n X competesWith Y")
    assert [(short(b.entity), b.effect) for b in kg.beneficiaries("c")] == [
        ("X", "GAINS"),
        ("A", "GAINS"),
        ("Y", "LOSES"),
        ("B", "GAINS"),
    ]


def test_a_gain_names_the_bearing_and_the_path() -> None:
    (_, lost) = sorted(graph("c harms X basis:inferred \n A leads X").beneficiaries("c"), key=lambda b: -b.strength)
    assert lost.bearing is not None
    assert [short(s.object) for s in lost.statements] == ["X", "X"]
    assert lost.weakest_basis is Basis.INFERRED
    assert lost.explanation == "A loses if the claim is believed, as the claim harms X and A leads X."
