"""The account of a finding: every statement, its quotes, and an equation that comes out."""

from __future__ import annotations

import json
from math import prod

import pytest

import cuibono
from cuibono.graph.knowledge_graph import KnowledgeGraph


@pytest.fixture(scope="module")
def seed() -> KnowledgeGraph:
    kg = cuibono.open()
    kg.build(cuibono.seed_dossier())
    return kg


def test_the_factors_of_every_conflict_multiply_to_its_strength(seed: KnowledgeGraph) -> None:
    for finding in seed.conflicts(min_strength=0):
        account = seed.explain(finding)
        factors = [abs(f.value) for step in account.steps if step.role != "opposing interest" for f in step.factors]
        assert prod(factors) == pytest.approx(finding.strength)
        assert account.strength == finding.strength


def test_the_factors_of_every_beneficiary_multiply_to_its_gain(seed: KnowledgeGraph) -> None:
    for beneficiary in seed.beneficiaries("deepseek-50000-h100", min_strength=0):
        account = seed.explain(beneficiary)
        factors = [f.value for step in account.steps if step.role != "opposing interest" for f in step.factors]
        assert prod(factors) == pytest.approx(beneficiary.gain)


def test_every_step_of_a_conflict_of_the_seed_is_quoted(seed: KnowledgeGraph) -> None:
    article = seed.documents()[0].text or ""
    for finding in seed.conflicts():
        account = seed.explain(finding)
        assert [step.statement for step in account.steps] == [s.iri for s in finding.statements]
        for step in account.steps:
            assert step.quotes
            assert all(quote.prefix + quote.exact + quote.suffix in article for quote in step.quotes)


def test_an_account_is_text_and_data(seed: KnowledgeGraph) -> None:
    account = seed.explain(seed.conflicts(actor="Elon Musk")[0])
    assert "Obviously" in str(account)
    assert str(account).startswith(account.sentence)
    assert json.loads(json.dumps(account.as_dict()))["steps"][0]["role"] == "stance"


def test_a_path_is_accounted_for_even_where_it_carries_no_interest(seed: KnowledgeGraph) -> None:
    for path in seed.paths("Marc Benioff", "Elon Musk", max_hops=4):
        account = seed.explain(path)
        assert len(account.steps) == len(path.hops)
        if path.strength is None:
            assert "no interest" in account.arithmetic
