"""``cuibono demo``: what a newcomer sees first."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest

import cuibono
from tests.command_line import document, output, run


@pytest.fixture(scope="module")
def page() -> str:
    done = run("demo")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def answers() -> Any:
    return document("demo")


def part(page: str, begins: str, ends: str) -> str:
    """Return a part of the page, its line breaks and quotation lines taken out."""
    text = page[page.index(begins) : page.index(ends)]
    return " ".join(text.replace("│", " ").split())


def test_it_shows_conflicts_by_pairs_with_alignment_strength_arithmetic_path_and_quotes(page: str) -> None:
    conflicts = part(page, "Conflicts of interest", "Who stands to gain")
    musk, altman = conflicts.index("Elon Musk → DeepSeek"), conflicts.index("Sam Altman → DeepSeek")
    own = conflicts[:musk]
    assert "DeepSeek → DeepSeek OWN_CASE 0.70" in own
    assert "The company asserts that it trained its R1 model" in own
    against = conflicts[musk:altman]
    assert "SELF_SERVING 0.46" in against
    assert "Elon Musk owns xAI" in against
    assert "Musk’s vested interest in AI through his own company, xAI" in against
    assert "xAI competes with DeepSeek" in against
    assert "it could pose a serious challenge to OpenAI, xAI" in against
    assert "He simply responded with the word “Obviously,”" in against
    assert "simply replied, “Lmao, no.”" in against
    assert "strength 0.46 = stance 1 × bearing 0.8 × interest 0.576" in against
    praise = conflicts[altman:]
    assert "AGAINST_INTEREST 0.46" in praise
    assert "Sam Altman leads OpenAI" in praise
    assert "had built an “impressive model”" in praise


def test_nobody_else_has_a_conflict(page: str, answers: Any) -> None:
    assert re.findall(r"^(\S.*) → .*[A-Z]_[A-Z]", page, re.MULTILINE) == ["DeepSeek", "Elon Musk", "Sam Altman"]
    assert [pair["actor"]["label"] for pair in answers["conflictPairs"]] == ["DeepSeek", "Elon Musk", "Sam Altman"]


def test_it_shows_contested_claims_with_both_sides_and_whom_they_answer(page: str) -> None:
    claims = part(page, "Contested claims", "Conflicts of interest")
    hardware = claims[claims.index("“DeepSeek has access to around 50,000") : claims.index("“DeepSeek achieved")]
    assert "for Alexandr Wang asserts this (on CNBC" in hardware
    assert "Elon Musk agrees with this (answering Alexandr Wang · verbatim)" in hardware
    assert "against DeepSeek asserts the contrary" in hardware
    data = claims[claims.index("“DeepSeek's AI model proves") :]
    assert "for Marc Benioff asserts this" in data
    assert "against Elon Musk disputes this (answering Marc Benioff" in data


def test_it_shows_who_gains_and_who_loses(page: str, answers: Any) -> None:
    gains = part(page, "Who stands to gain", "What next?")
    first = gains[: gains.index("If people believe “DeepSeek trained")]
    assert "it raises serious concerns about how these resources were obtained" in first
    for effect in ("loses -0.80", "gains +0.58", "gains +0.51"):
        assert effect in first
    (of_hardware,) = [b for b in answers["beneficiaries"] if b["of"]["iri"].endswith("/deepseek-50000-h100")]
    effects = {b["entity"]["label"]: b["effect"] for b in of_hardware["beneficiaries"]}
    assert effects["DeepSeek"] == "LOSES"
    assert {name for name, effect in effects.items() if effect == "GAINS"} >= {"xAI", "OpenAI", "Elon Musk", "Sam Altman"}


def test_every_quote_of_the_json_document_stands_in_the_article(answers: Any) -> None:
    article = (cuibono.seed_dossier() / "documents" / "article.txt").read_text(encoding="utf-8")
    evidence = [e for e in _all(answers, "evidence") for e in e]
    assert len({e["iri"] for e in evidence}) > 20
    for piece in evidence:
        assert article[piece["start"] : piece["end"]] == piece["exact"]


def test_it_says_what_to_try_next(page: str) -> None:
    assert all(command in page[page.index("What next?") :] for command in ("demo --serve", "export", "init"))


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_lines_fit_and_nothing_is_cut(columns: int, page: str) -> None:
    narrow = output("demo", COLUMNS=str(columns))
    assert max(map(len, narrow.splitlines())) <= min(columns, 120)
    assert "…" not in narrow
    assert part(narrow, "Contested claims", "Who stands") == part(page, "Contested claims", "Who stands")


def test_what_is_piped_has_no_escapes_and_no_trailing_spaces(page: str) -> None:
    assert not [c for c in set(page) if unicodedata.category(c) == "Cc" and c != "\n"]
    assert all(line == line.rstrip() for line in page.splitlines())


def test_a_terminal_that_knows_ascii_only_gets_the_page_too() -> None:
    done = run("demo", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")


def _all(value: Any, key: str) -> list[Any]:
    if isinstance(value, list):
        return [found for element in value for found in _all(element, key)]
    if not isinstance(value, dict):
        return []
    own = [value[key]] if key in value and isinstance(value[key], list) else []
    return own + [found for name, element in value.items() if name != key for found in _all(element, key)]
