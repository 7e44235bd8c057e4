"""What stands around something: the same as networkx finds, within bounds, and it says where it is cut."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import pytest

import cuibono
from cuibono.graph.errors import InvalidArgument, NotFound
from cuibono.graph.interest.neighborhood import neighborhood_of
from cuibono.graph.interest.selection import Selection
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Records, Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary
from tests.random_graphs import random_records

VOCABULARY = Vocabulary.bundled()


@pytest.fixture(scope="module")
def kg() -> Iterator[KnowledgeGraph]:
    with cuibono.open() as graph:
        graph.build(cuibono.seed_dossier())
        yield graph


def seen(records: Records) -> list[Statement]:
    nodes = records.entities.keys() | records.claims.keys()
    snapshot = Snapshot(records, VOCABULARY)
    return [s for s in Selection().statements(snapshot) if {s.subject, s.object} <= nodes]


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_ego_graph_of_networkx(seed: int) -> None:
    records = random_records(seed, VOCABULARY, entities=10, statements=30)
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    graph.add_nodes_from([*records.entities, *records.claims])
    graph.add_edges_from((s.subject, s.object, s.iri) for s in seen(records))
    half = dict(list(records.statements.items())[::2])
    before = Records(records.entities, records.claims, records.documents, records.evidence, half)
    changed = [s for iri, s in records.statements.items() if iri not in half]
    snapshots = Snapshot(records, VOCABULARY), Snapshot(before, VOCABULARY).with_changes(changed, 1)
    for snapshot in snapshots:
        for center in [*list(records.entities)[:3], *list(records.claims)[:1]]:
            found = neighborhood_of(snapshot, center, depth=2, limit=1000)
            wanted = nx.ego_graph(graph, center, radius=2)
            assert found.distances == nx.single_source_shortest_path_length(graph, center, cutoff=2)
            assert sorted(s.iri for s in found.statements) == sorted(key for *_, key in wanted.edges(keys=True))
            assert not found.cut


def test_a_limit_cuts_the_farthest_and_says_so(kg: KnowledgeGraph) -> None:

    whole = kg.neighborhood("DeepSeek", depth=3)
    assert not whole.cut
    some = kg.neighborhood("DeepSeek", depth=3, limit=5)
    assert some.cut
    assert some.statements == whole.statements[:5]
    assert set(some.distances) == {some.center, *(iri for s in some.statements for iri in (s.subject, s.object))}
    assert not kg.neighborhood("DeepSeek", depth=3, limit=len(whole.statements)).cut


def test_what_is_out_of_range_or_unknown_is_named(kg: KnowledgeGraph) -> None:

    for wrong, argument in (({"depth": 0}, "depth"), ({"depth": 6}, "depth"), ({"limit": 0}, "limit"), ({"via": ["no"]}, "via")):
        with pytest.raises(InvalidArgument, match=argument):
            kg.neighborhood("DeepSeek", **wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="several names"):
        kg.neighborhood("DeepSeek", via="owns")
    with pytest.raises(NotFound, match="Nobody"):
        kg.neighborhood("Nobody")
