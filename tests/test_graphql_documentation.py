"""The page on GraphQL: each of its queries gives the answer that stands below it, and it names what filters there are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cuibono.graph.filtering.grouping import ClaimGrouping, DocumentGrouping, EntityGrouping, StatementGrouping
from tests.serving import Client

PAGE = (Path(__file__).parent.parent / "docs" / "graphql.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```graphql\n(.*?)```\n\n```json\n(.*?)```", PAGE, re.DOTALL)
README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def nearly(value: Any) -> Any:
    """Return an answer to compare with, whose numbers may differ in their last digits."""
    match value:
        case dict():
            return {key: nearly(part) for key, part in value.items()}
        case list():
            return [nearly(part) for part in value]
        case float():
            return pytest.approx(value, abs=1e-9)
    return value


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_gives_the_answer_below_it(seed: Client, number: int) -> None:
    query, answer = EXAMPLES[number]
    assert seed.graphql(query) == nearly(json.loads(answer)), query


def test_every_query_has_its_answer() -> None:
    assert len(EXAMPLES) == PAGE.count("```graphql") >= 12


def test_the_readme_s_queries_run(seed: Client) -> None:
    queries = re.findall(r"```graphql\n(.*?)```", README, re.DOTALL)
    assert queries
    for query in queries:
        assert seed.ask(query)


def test_every_filter_and_grouping_is_named(seed: Client) -> None:
    words = {word for code in re.findall(r"`([^`\n]+)`", PAGE) for word in re.findall(r"\w+", code)}
    for kind in ("TextFilter", "NumberFilter", "DateFilter", "EvidenceFilter", "EntityRelationFilter"):
        fields = seed.ask("query($name: String!) { __type(name: $name) { inputFields { name } } }", name=kind)["__type"]
        assert {field["name"] for field in fields["inputFields"]} <= words, kind
    for grouping in (EntityGrouping, ClaimGrouping, DocumentGrouping, StatementGrouping):
        assert set(grouping.__members__) <= words
