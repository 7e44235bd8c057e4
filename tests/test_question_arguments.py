"""Questions that cannot be answered say which argument is wrong; an empty graph has nothing to find, and says so quietly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import cuibono
from cuibono.graph.errors import InvalidArgument, NotFound
from cuibono.graph.knowledge_graph import KnowledgeGraph


@pytest.fixture(scope="module")
def kg() -> Iterator[KnowledgeGraph]:
    with cuibono.open() as graph:
        graph.build(cuibono.seed_dossier())
        yield graph


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"max_hops": 0}, "max_hops.*is 0; it must be 1 to 5"),
        ({"max_hops": 6}, "max_hops.*is 6; it must be 1 to 5"),
        ({"max_hops": 2.5}, "max_hops.*is 2.5; it must be a whole number"),
        ({"max_hops": "3"}, "max_hops.*it must be a whole number"),
        ({"min_strength": -0.1}, "min_strength.*must be between 0 and 1"),
        ({"min_strength": float("nan")}, "min_strength.*is nan; it must be between 0 and 1"),
        ({"min_strength": "strong"}, "min_strength.*must be a number between 0 and 1"),
        ({"alignment": "EVIL"}, "alignment.*'EVIL' is none of"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"status": "true"}, "status.*'true' is none of"),
    ],
)
def test_an_argument_out_of_range_is_named(kg: KnowledgeGraph, wrong: dict[str, Any], message: str) -> None:
    for ask in (kg.conflicts, kg.conflict_pairs, kg.conflict_matrix):
        with pytest.raises(InvalidArgument, match=message):
            ask(**wrong)  # type: ignore[operator]
    if "alignment" not in wrong:
        with pytest.raises(InvalidArgument, match=message):
            kg.beneficiaries("DeepSeek", **wrong)


@pytest.mark.parametrize("wrong", [{"actor": "Elon Mask"}, {"target": "Elon Mask"}])
def test_nobody_is_named_with_who_comes_near(kg: KnowledgeGraph, wrong: dict[str, str]) -> None:
    with pytest.raises(NotFound, match="Elon Musk"):
        kg.conflicts(**wrong)  # type: ignore[call-overload]


def test_an_empty_graph_has_nothing_to_find() -> None:
    with cuibono.open() as empty:
        empty.warm()
        assert list(empty.conflicts()) == []
        assert list(empty.conflict_pairs()) == []
        assert list(empty.claims(contested=True)) == []
        with pytest.raises(NotFound):
            empty.beneficiaries("anything")
        with pytest.raises(NotFound):
            empty.paths("this", "that")
