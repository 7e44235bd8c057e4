"""What must come out of the seed article, with no rule written for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

import cuibono
from cuibono.graph.interest.findings import Alignment, Effect
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Basis, Statement, text_hash

SHA256 = "d8d0e7eb286a80a7b6a068afbab684e0998c20593a43e586e656873d6fcf191d"


@pytest.fixture(scope="module")
def kg() -> Iterator[KnowledgeGraph]:
    """The graph of the seed dossier."""
    with cuibono.open() as graph:
        graph.build(cuibono.seed_dossier())
        yield graph


def quotes(kg: KnowledgeGraph, statement: Statement) -> str:
    """Return the quotes of a statement, joined."""
    return " … ".join(kg.snapshot.evidence[iri].exact for iri in statement.evidence)


def said(kg: KnowledgeGraph, subject: str, predicate: str, obj: str) -> Statement:
    """Return the one statement of subject, relation and object."""
    claims = {claim.iri.rsplit("/", 1)[-1]: claim.iri for claim in kg.claims()}
    (statement,) = kg.statements(subject=claims.get(subject, subject), predicate=predicate, object=claims.get(obj, obj))
    return statement


# ── The article and its quotes ─────────────────────────────────────────────────────────────────────────


def test_the_article_is_there_byte_for_byte(kg: KnowledgeGraph) -> None:
    data = (cuibono.seed_dossier() / "documents" / "article.txt").read_bytes()
    (document,) = kg.documents()
    assert hashlib.sha256(data).hexdigest() == SHA256
    assert document.sha256 == SHA256
    assert document.text == data.decode()
    assert text_hash(document.text) == SHA256


def test_what_the_article_does_not_tell_is_not_known(kg: KnowledgeGraph) -> None:
    (document,) = kg.documents()
    assert (document.title, document.publisher, document.published, document.url, document.authors) == (
        None,
        None,
        None,
        None,
        (),
    )
    assert all(s.stated_on is s.valid_from is s.valid_to is None for s in kg.statements())


def test_every_statement_has_a_quote_that_stands_in_the_article(kg: KnowledgeGraph) -> None:
    (document,) = kg.documents()
    text = document.text or ""
    for statement in kg.statements():
        assert statement.evidence, statement
        for iri in statement.evidence:
            piece = kg.snapshot.evidence[iri]
            assert piece.start is not None
            assert piece.end is not None
            assert piece.exact == text[piece.start : piece.end]
            assert text[: piece.start].endswith(piece.prefix)
            assert text[piece.end :].startswith(piece.suffix)
            assert len(piece.prefix) == min(32, piece.start)


def test_no_evidence_is_left_over(kg: KnowledgeGraph) -> None:
    assert {iri for s in kg.statements() for iri in s.evidence} == set(kg.snapshot.evidence)


def test_everybody_the_article_is_about_is_there(kg: KnowledgeGraph) -> None:
    names = """Elon Musk, Alexandr Wang, Marc Benioff, Satya Nadella, Sam Altman, DeepSeek, xAI, Nvidia, OpenAI, Anthropic,
        Microsoft, Salesforce, Scale AI, CNBC, China, R1, Grok, A100, H100, US export restrictions"""
    for name in names.split(","):
        assert kg.entity(" ".join(name.split()))


def test_the_four_relations_asked_for_are_used(kg: KnowledgeGraph) -> None:
    assert {"endorses", "disputes", "competesWith", "restrictedBy"} <= set(kg.info().relations)


def test_hedged_speech_is_recorded_as_hedged(kg: KnowledgeGraph) -> None:
    wang = said(kg, "Alexandr Wang", "asserts", "deepseek-50000-h100")
    nadella = said(kg, "Satya Nadella", "asserts", "cost-effective-ai-spreads")
    assert "speculated" in quotes(kg, wang)
    assert "suggesting that" in quotes(kg, nadella)
    for statement in (wang, nadella):
        assert statement.certainty < 1
        assert statement.basis is not Basis.VERBATIM
    assert kg.statements(subject="Satya Nadella", predicate="endorses") == []


# ── Conflicts of interest ──────────────────────────────────────────────────────────────────────────────


def test_the_conflicts_are_those_of_musk_altman_and_deepseek(kg: KnowledgeGraph) -> None:
    pairs = {(kg.snapshot.label(p.actor), kg.snapshot.label(p.target)): p.alignment for p in kg.conflict_pairs()}
    assert pairs == {
        ("Elon Musk", "DeepSeek"): Alignment.SELF_SERVING,
        ("Sam Altman", "DeepSeek"): Alignment.AGAINST_INTEREST,
        ("DeepSeek", "DeepSeek"): Alignment.OWN_CASE,
    }


@pytest.mark.parametrize("max_hops", [3, 5])
@pytest.mark.parametrize("name", ["Marc Benioff", "Satya Nadella", "Alexandr Wang"])
def test_no_conflict_where_the_article_tells_of_no_interest(kg: KnowledgeGraph, name: str, max_hops: int) -> None:
    assert kg.conflicts(actor=name, min_strength=0, max_hops=max_hops) == []


def test_musk_disputes_the_claims_of_a_rival_of_his_company(kg: KnowledgeGraph) -> None:
    findings = kg.conflicts(actor="Elon Musk", target="DeepSeek")
    assert {f.alignment for f in findings} == {Alignment.SELF_SERVING}
    by_claim = {f.claim.rsplit("/", 1)[-1]: f for f in findings if f.claim}
    disputed = by_claim["deepseek-10000-a100"]
    assert "implying that DeepSeek’s claims are misleading" in quotes(kg, disputed.stance)
    assert "narrative that DeepSeek has achieved AI breakthroughs" in quotes(kg, disputed.bearing) if disputed.bearing else False
    owns, competes = disputed.interest_path.statements
    assert [kg.snapshot.relation(s).name for s in (owns, competes)] == ["owns", "competesWith"]
    assert "his own company, xAI" in quotes(kg, owns)
    assert "a serious challenge to OpenAI, xAI" in quotes(kg, competes)
    # |stance| 1 × its confidence 0.8 × |bearing| 0.7 × |owns 0.8 × competesWith 0.8 × its confidence 0.9|
    assert disputed.strength == pytest.approx(0.8 * 0.7 * 0.8 * 0.8 * 0.9)
    assert disputed.weakest_basis is Basis.INFERRED
    agreed = by_claim["deepseek-50000-h100"]
    assert agreed.stance.basis is Basis.VERBATIM
    assert "“Obviously,”" in quotes(kg, agreed.stance)
    assert agreed.strength == pytest.approx(0.8 * 0.8 * 0.8 * 0.9)


def test_what_musk_answers_is_recorded(kg: KnowledgeGraph) -> None:
    agreed = said(kg, "Elon Musk", "agreesWith", "deepseek-50000-h100")
    assert agreed.in_response_to == said(kg, "Alexandr Wang", "asserts", "deepseek-50000-h100").iri
    disputed = said(kg, "Elon Musk", "disputes", "data-over-hardware")
    assert disputed.in_response_to == said(kg, "Marc Benioff", "asserts", "data-over-hardware").iri
    assert "“Lmao, no.”" in quotes(kg, disputed)


def test_altman_praises_a_rival_of_his_company(kg: KnowledgeGraph) -> None:
    (finding,) = kg.conflicts(actor="Sam Altman")
    assert finding.alignment is Alignment.AGAINST_INTEREST
    assert "acknowledged that DeepSeek had built an “impressive model”" in quotes(kg, finding.stance)
    leads, competes = finding.interest_path.statements
    assert quotes(kg, leads) == "OpenAI CEO Sam Altman"
    assert "a serious challenge to OpenAI" in quotes(kg, competes)
    assert finding.strength == pytest.approx(0.8 * 0.9 * 0.8 * 0.8)
    assert finding.explanation == (
        "Sam Altman endorses DeepSeek; as Sam Altman leads OpenAI and OpenAI competes with DeepSeek, "
        "that goes against Sam Altman's own interest."
    )


def test_deepseek_speaks_in_its_own_case(kg: KnowledgeGraph) -> None:
    (pair,) = kg.conflict_pairs(actor="DeepSeek")
    claims = {f.claim.rsplit("/", 1)[-1]: f for f in pair.findings if f.claim}
    count = claims["deepseek-10000-a100"]
    assert (count.alignment, count.strength, count.product > 0) == (Alignment.OWN_CASE, pytest.approx(0.7), True)
    assert "The company asserts that it trained its R1 model" in quotes(kg, count.stance)


# ── Contested claims, and who gains ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("claim", "supporters", "opponents"),
    [
        ("deepseek-10000-a100", {"DeepSeek"}, {"Elon Musk", "Alexandr Wang"}),
        ("deepseek-50000-h100", {"Elon Musk", "Alexandr Wang"}, {"DeepSeek"}),
        ("deepseek-fewer-resources", {"DeepSeek"}, {"Elon Musk", "Alexandr Wang"}),
        ("data-over-hardware", {"Marc Benioff"}, {"Elon Musk"}),
    ],
)
def test_contested_claims(kg: KnowledgeGraph, claim: str, supporters: set[str], opponents: set[str]) -> None:
    sides = kg.positions().on_claim(kg.claim(claim).iri)
    assert {kg.snapshot.label(p.actor) for p in sides.supporters} == supporters
    assert {kg.snapshot.label(p.actor) for p in sides.opponents} == opponents
    assert sides.contested


def test_no_other_claim_is_contested(kg: KnowledgeGraph) -> None:
    contested = {claim.iri.rsplit("/", 1)[-1] for claim in kg.claims(contested=True)}
    assert contested == {"deepseek-10000-a100", "deepseek-50000-h100", "deepseek-fewer-resources", "data-over-hardware"}


def test_deepseek_opposes_the_larger_figure_only_through_its_own(kg: KnowledgeGraph) -> None:
    opponents = kg.positions().on_claim(kg.claim("deepseek-50000-h100").iri).opponents
    assert opponents
    assert all(
        p.through is not None and "five times the number officially reported" in quotes(kg, p.through) for p in opponents[:1]
    )
    assert {kg.snapshot.relation(p.stance).name for p in opponents} == {"asserts"}


def test_who_gains_if_the_larger_figure_is_believed(kg: KnowledgeGraph) -> None:
    found = {kg.snapshot.label(b.entity): b for b in kg.beneficiaries("deepseek-50000-h100")}
    losers = {name for name, b in found.items() if b.effect is Effect.LOSES}
    gainers = {name for name, b in found.items() if b.effect is Effect.GAINS}
    assert "DeepSeek" in losers
    assert {"xAI", "OpenAI", "Elon Musk", "Sam Altman"} <= gainers
    assert not {"Marc Benioff", "Satya Nadella", "Alexandr Wang"} & set(found)
    assert all(b.effect is not Effect.MIXED for b in found.values())
    deepseek = found["DeepSeek"]
    assert deepseek.bearing is not None
    assert "it raises serious concerns about how these resources were obtained" in quotes(kg, deepseek.bearing)
    assert deepseek.gain == pytest.approx(-0.8)
    assert found["Elon Musk"].gain == pytest.approx(0.8 * 0.9 * 0.8 * 0.8)


def test_who_loses_as_the_export_rules_gain_force(kg: KnowledgeGraph) -> None:
    found = {kg.snapshot.label(b.entity): b.effect for b in kg.beneficiaries("US export restrictions")}
    assert {name for name, effect in found.items() if effect is Effect.LOSES} >= {"China", "H100", "Nvidia", "DeepSeek"}
