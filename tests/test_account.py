"""The account of a finding: every statement, its quotes, and an equation that comes out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from math import isclose, prod

import pytest

import cuibono
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.interest.account import Account
from cuibono.graph.interest.findings import Path
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
from tests.random_graphs import random_records


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


def comes_out(equation: str, expected: float) -> None:
    """Hold an equation to what it says, and to a number: exactly where it says =, else to the digits that are printed."""
    factors, sign, result = re.fullmatch(r"(.*) ([=≈]) (\S+)", equation).groups()  # type: ignore[union-attr]
    product = prod(float(factor) for factor in factors.split(" × "))
    tolerance = 1e-9 if sign == "=" else 1e-4
    assert isclose(product, float(result), rel_tol=tolerance, abs_tol=1e-12)
    assert isclose(float(result), expected, rel_tol=1e-4, abs_tol=1e-12)


def test_what_is_printed_multiplies_to_what_is_printed() -> None:
    opposing = 0
    for seed in range(40):
        kg = cuibono.open()
        kg._snapshot = Snapshot(random_records(seed, Vocabulary.bundled(), statements=60), kg.vocabulary, kg.version)
        for finding in kg.conflicts(min_strength=0):
            account = kg.explain(finding)
            comes_out(account.arithmetic, finding.strength)
            if finding.opposing_path is not None:
                opposing += 1
                size = finding.strength * abs(finding.opposing_path.interest / finding.interest_path.interest)
                comes_out(account.opposing_arithmetic or "", size)
            tells_all(account)
        for of in (*kg.claims(), *kg.entities()[:3]):
            for beneficiary in kg.beneficiaries(of.iri, min_strength=0):
                comes_out(kg.explain(beneficiary).arithmetic, beneficiary.gain)
                tells_all(kg.explain(beneficiary))
    assert opposing > 5


def tells_all(account: Account) -> None:
    text = str(account)
    for step in account.steps:
        assert step.clause in text
        assert all(f"× {factor.value:g}, {factor.reason}" in text for factor in step.factors)


def test_what_is_inferred_says_from_what(seed: KnowledgeGraph) -> None:
    [owns] = seed.statements(subject="Elon Musk", predicate="owns")
    inferred = replace(owns, derived_from=(seed.statements(subject="Elon Musk", predicate="founded")[0].iri,))
    account = seed.explain(Path((replace(seed.paths("Elon Musk", "xAI", via=["owns"])[0].hops[0], statement=inferred),)))
    assert account.steps[0].derived_from == ("Elon Musk founded xAI",)
    assert "    inferred from: Elon Musk founded xAI" in str(account).splitlines()


def test_what_cannot_be_explained_is_refused(seed: KnowledgeGraph) -> None:
    for other in ("Elon Musk", seed.conflicts(), seed.conflict_pairs()[0]):
        with pytest.raises(InvalidArgument, match="give one conflict of interest, one beneficiary or one path"):
            seed.explain(other)  # type: ignore[arg-type]
    assert seed.explain(Path()).sentence == "Nothing lies between a thing and itself."
