"""Conflicts of interest in groups and as a matrix: the same findings, put together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import cuibono
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.knowledge_graph import KnowledgeGraph


@pytest.fixture(scope="module")
def kg() -> Iterator[KnowledgeGraph]:
    with cuibono.open() as graph:
        graph.build(cuibono.seed_dossier())
        yield graph


@pytest.mark.parametrize("by", ["actor", "target", "claim", "alignment"])
def test_groups_hold_every_finding_once(kg: KnowledgeGraph, by: str) -> None:
    found = kg.conflicts()
    groups = kg.conflicts(group_by=by)  # type: ignore[call-overload]
    assert sorted(f.order for group in groups.values() for f in group) == sorted(f.order for f in found)
    for key, group in groups.items():
        assert {getattr(f, by) for f in group} == {key}
    firsts = [group[0].order for group in groups.values()]
    assert firsts == sorted(firsts)


def test_groups_of_pairs_are_those_of_conflict_pairs(kg: KnowledgeGraph) -> None:
    groups = kg.conflicts(group_by="pair")
    assert [(key, list(group)) for key, group in groups.items()] == [
        ((pair.actor, pair.target), list(pair.findings)) for pair in kg.conflict_pairs()
    ]


def test_what_cannot_be_grouped_by_is_named(kg: KnowledgeGraph) -> None:
    with pytest.raises(InvalidArgument, match="'colour' is none of actor, target, pair, claim, alignment"):
        kg.conflicts(group_by="colour")  # type: ignore[call-overload]


def test_the_matrix_has_the_strongest_finding_of_each_pair(kg: KnowledgeGraph) -> None:
    matrix = kg.conflict_matrix()
    pairs = {(pair.actor, pair.target): pair for pair in kg.conflict_pairs()}
    for row, actor in enumerate(matrix.actors):
        for column, target in enumerate(matrix.targets):
            pair = pairs.pop((actor, target), None)
            if pair is None:
                assert np.isnan(matrix.values[row, column])
                assert matrix.alignments[row, column] == ""
            else:
                strongest = pair.findings[0]
                assert abs(matrix.values[row, column]) == strongest.strength
                assert (matrix.values[row, column] > 0) == (strongest.effective_stance > 0)
                assert matrix.alignments[row, column] == strongest.alignment.value
    assert not pairs
    assert np.array_equal(np.asarray(matrix), matrix.values, equal_nan=True)


def test_the_matrix_is_a_frame_by_names(kg: KnowledgeGraph) -> None:
    frame = kg.conflict_matrix().to_frame()
    assert frame.loc["Sam Altman", "DeepSeek"] == kg.conflicts(actor="Sam Altman")[0].strength


def test_a_graph_without_conflicts_has_an_empty_matrix() -> None:
    with cuibono.open() as empty:
        assert empty.conflict_matrix().values.shape == (0, 0)
        assert empty.conflicts(group_by="actor") == {}
