"""A networkx graph of who says what about whom.

Nodes are entities and claims, under their IRIs. An edge is an accepted statement, and its key is the statement's
IRI; a statement of a symmetric relation stands in both directions under the same key, so that ``successors``
tells the truth, and ``G.number_of_edges()`` may exceed the number of statements. Entities that are one are one node, so
that no edge says that they are; only a ``complete`` graph has everything as it was entered. All values are texts, numbers
and truth values, so that every writer of networkx takes them; what is unknown has no attribute.

What XML cannot have (a control character in a quote) stands there as a replacement character.

A node has ``kind`` (``entity``, ``claim``, ``statement``), ``type`` (the name of its class), ``label``, and where
known ``description`` (entities), ``quantity`` and ``unit`` (claims).

An edge has

- ``predicate``, ``label``: the relation's name, and how people read it;
- ``speaker``, ``said_via``, ``document``: IRIs;
- ``stated_on``, ``valid_from``, ``valid_to``: texts such as ``2024-05``;
- ``confidence``, and ``confidence_stated``, False where nobody gave one and it is 1;
- ``basis``, ``status``, and ``quote``, the first of its quotes;
- ``stance`` or ``bearing``: the sign, where the relation is one;
- ``interest``: what happens to the edge's start when its end gains, between -1 and 1, where the relation carries
  interest from there, and ``interest_back``, the other way round. They can be negative and so are not called
  ``weight``, which the shortest paths of networkx read as a distance. Neither includes the confidence;
- the attributes of the relation, such as ``share`` and ``role``;
- ``weight``, where one was asked for.

A graph without directions has each statement once, and its edges name their ``subject`` and ``object``. A graph
without parallel edges (``multi=False``) has for each pair the statement that weighs most, under ``statement``, and
the number of all of them under ``statements``.

What networkx hands to other backends (``backend="parallel"``, ``nx.config.backend_priority``), it hands over of
these graphs as well: they are networkx' own classes.

Examples
--------
Whom does Elon Musk own or lead, and who competes with those?

>>> import cuibono
>>> kg = cuibono.open()
>>> report = kg.build(cuibono.seed_dossier())
>>> G = kg.to_networkx()
>>> musk = kg.entity("Elon Musk").iri
>>> stakes = {end for _, end, edge in G.out_edges(musk, data=True) if edge.get("interest", 0) > 0.5}
>>> [G.nodes[company]["label"] for company in stakes]
['xAI']
>>> for company in stakes:
...     for _, rival, edge in G.out_edges(company, data=True):
...         if edge["predicate"] == "competesWith":
...             print(G.nodes[rival]["label"], edge["interest"], edge["quote"])
DeepSeek -0.8 it could pose a serious challenge to OpenAI, xAI, and other major players in the field

What networkx knows works on it; who is at most two statements away from the claim about 50,000 H100s?

>>> import networkx as nx
>>> near = nx.single_source_shortest_path_length(G.to_undirected(), kg.claim("deepseek-50000-h100").iri, cutoff=2)
>>> "Sam Altman" in {G.nodes[node]["label"] for node in near}
True

The chain of interest that matters most is the shortest where a weak interest is a long way:

>>> H = kg.to_networkx(relations=["leads", "owns", "competesWith"], multi=False, weight="distance")
>>> altman, deepseek = kg.entity("Sam Altman").iri, kg.entity("DeepSeek").iri
>>> [H.nodes[node]["label"] for node in nx.shortest_path(H, altman, deepseek, weight="weight")]
['Sam Altman', 'OpenAI', 'DeepSeek']
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from cuibono.graph.model import Claim, Document, Entity, Statement, Status
from cuibono.graph.snapshot.columns import CLAIM_KIND, ENTITY_KIND, STATEMENT_KIND, STATUSES, Columns, Ints
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.sets import distinct, united
from cuibono.graph.snapshot.strings import Strings
from cuibono.graph.views.attributes import (
    Attributes,
    claim_attributes,
    entity_attributes,
    printed,
    statement_attributes,
)
from cuibono.graph.views.details import DETAILS, details_of, document_node, needed
from cuibono.graph.views.edges import Weight, add_weights, fill, single_edges, weighed_by

__all__ = ["to_networkx"]


def to_networkx(
    snapshot: Snapshot,
    *,
    entities: Collection[str] | None = None,
    relations: Collection[str] | None = None,
    where: Callable[[Statement], bool] | Collection[str] | None = None,
    include_claims: bool = True,
    include_statements: bool = False,
    complete: bool = False,
    attributes: Collection[str] | None = None,
    directed: bool = True,
    multi: bool = True,
    weight: Weight | None = None,
) -> Any:
    """Return the accepted statements, or those chosen, as a networkx graph.

    Parameters
    ----------
    entities : collection of str, optional
        IRIs. Statements about other entities stay out.
    relations : collection of str, optional
        IRIs of relations. Statements of others stay out.
    where : callable or collection of str, optional
        Says of an accepted statement whether it comes along; or the IRIs of those that do, whatever their status.
    include_claims : bool
        Whether claims, and what is said about them, come along.
    include_statements : bool
        Whether statements about statements come along. The statements that they are about, whatever their
        status, then are nodes too, with what an edge has and their ``subject`` and ``object``.
    complete : bool
        Whether all else that is known comes along as texts, documents among the nodes, so that `from_networkx`
        gives the same records again; with claims and statements about statements.
    attributes : collection of str, optional
        Which attributes edges carry; all unless given. With few of them the graph is made in half the time, and takes
        half the memory.
    directed, multi : bool
        Whether edges have a direction, and whether there may be several between two nodes: one of networkx' four
        classes of graphs.
    weight : str or callable, optional
        What edges carry as ``weight``: ``count``, ``confidence``, ``strength`` or ``distance``, see
        `cuibono.graph.views.edges.WEIGHTS`; the name of another attribute; or what a callable gives for the
        attributes of an edge. Edges without a value carry none.

    Returns
    -------
    networkx.MultiDiGraph, MultiGraph, DiGraph or Graph
        With all entities and claims, or, where statements were chosen by anything but ``entities``, with those that
        the chosen statements touch.

    Raises
    ------
    InvalidArgument
        If no edge has an attribute called like the weight.
    """
    # What is to come back as it was goes out as it was entered.
    snapshot = snapshot.stored if complete else snapshot
    columns = snapshot.columns
    include_claims, include_statements = include_claims or complete, include_statements or complete
    rows = _chosen(snapshot, columns, relations, where, merging=complete)
    names = _Names(columns)
    within = None if entities is None else names.entities(entities)
    subjects, objects, kept = names.ends(rows, within, include_claims, include_statements)
    rows, subjects, objects = rows[kept], subjects[kept], objects[kept]
    if multi:
        # Edges of one node are put in together, where its dictionary is at hand.
        near = np.argsort(subjects, kind="stable")
        rows, subjects, objects = rows[near], subjects[near], objects[near]
    graph: Any = _CLASSES[directed, multi]()
    # Millions of dictionaries that nothing can free are searched again and again while they are made.
    with _no_collection():
        everything = relations is None and where is None and within is None
        numbers = names.nodes(np.concatenate([subjects, objects]), within, everything, include_claims)
        nodes = names.of(numbers)
        graph.add_nodes_from(zip(nodes, _node_attributes(snapshot, names, numbers), strict=True))
        edges = _edges(snapshot, rows, attributes, weight, ranked=not multi)
        keys = list(columns.statements.iri.take(rows))
        if complete:
            _complete(graph, snapshot, keys, edges)
        symmetric = np.array([snapshot.vocabulary.relation(iri).symmetric for iri in columns.relations], np.bool_)
        both = (symmetric[columns.statements.predicate[rows]] & directed).tolist()
        starts, ends = (np.searchsorted(numbers, end).tolist() for end in (subjects, objects))
        if not directed:
            for edge, start, end in zip(edges, starts, ends, strict=True):
                edge["subject"], edge["object"] = nodes[start], nodes[end]
        if multi:
            fill(graph, nodes, starts, ends, keys, edges, both)
        else:
            graph.add_edges_from(single_edges(nodes, starts, ends, keys, edges, both, weight, directed=directed))
    return graph


def _edges(
    snapshot: Snapshot, rows: NDArray[np.integer], wanted: Collection[str] | None, weight: Weight | None, *, ranked: bool
) -> list[Attributes]:
    """Return what the edges of statements carry, weights included."""
    needed = None if wanted is None else {*wanted, *weighed_by(weight, ranked=ranked)}
    edges = statement_attributes(snapshot.columns, snapshot.vocabulary, rows, needed)
    add_weights(edges, weight)
    surplus = set() if wanted is None or needed is None else needed - set(wanted) - ({"confidence"} if ranked else set())
    for edge in edges if surplus else ():
        for name in surplus:
            edge.pop(name, None)
    return edges


_CLASSES: Mapping[tuple[bool, bool], type] = {
    (True, True): nx.MultiDiGraph,
    (False, True): nx.MultiGraph,
    (True, False): nx.DiGraph,
    (False, False): nx.Graph,
}


@contextmanager
def _no_collection() -> Iterator[None]:
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


# ── choosing ───────────────────────────────────────────────────────────────────────────────────────────


def _chosen(
    snapshot: Snapshot,
    columns: Columns,
    relations: Collection[str] | None,
    where: Callable[[Statement], bool] | Collection[str] | None,
    *,
    merging: bool,
) -> Ints:
    """Return the rows of the statements that are asked for; of those that make entities one, only if so asked."""
    of = columns.statements
    if where is None or callable(where):
        wanted = of.status == STATUSES.index(Status.ACCEPTED)
    else:
        positions = (of.iri.position(iri) for iri in where)
        wanted = np.zeros(len(of.iri), np.bool_)
        wanted[[row for row in positions if row >= 0]] = True
    if relations is not None:
        wanted &= np.array([iri in relations for iri in columns.relations], np.bool_)[of.predicate]
    if not merging:
        wanted &= np.array([not snapshot.vocabulary.relation(iri).identifies for iri in columns.relations], np.bool_)[
            of.predicate
        ]
    rows = np.flatnonzero(wanted).astype(np.int32)
    if callable(where):
        rows = rows[np.array([bool(where(snapshot.statements[of.iri[row]])) for row in rows.tolist()], np.bool_)]
    return rows


class _Names:
    """Numbers for nodes: entities, then claims, then statements, each in the order of their IRIs."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.starts = np.zeros(4, np.int64)
        self.starts[[CLAIM_KIND, STATEMENT_KIND]] = np.cumsum([len(columns.entities.iri), len(columns.claims.iri)])
        self._things = [*columns.entities.iri, *columns.claims.iri]

    def entities(self, iris: Collection[str]) -> NDArray[np.int64]:
        """Return the rows of entities."""
        rows = (self.columns.entities.iri.position(iri) for iri in iris)
        return np.array(sorted({row for row in rows if row >= 0}), np.int64)

    def ends(
        self, rows: Ints, within: NDArray[np.int64] | None, include_claims: bool, include_statements: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Return the ends of statements, and which statements may come along for their ends' sake."""
        of, kept = self.columns.statements, np.ones(len(rows), np.bool_)
        allowed_kinds = np.array([True, include_claims, include_statements, False])
        allowed = np.ones(len(self.columns.entities.iri) + 1, np.bool_)  # the last stands for what is no entity
        if within is not None:
            allowed[:-1] = False
            allowed[within] = True
        numbers = []
        for kinds, places in ((of.subject_kind[rows], of.subject[rows]), (of.object_kind[rows], of.object[rows])):
            kept &= allowed_kinds[kinds] & allowed[np.where(kinds == ENTITY_KIND, places, -1)]
            numbers.append(places + self.starts[kinds])
        return numbers[0], numbers[1], kept

    def nodes(
        self, touched: NDArray[np.int64], within: NDArray[np.int64] | None, everything: bool, include_claims: bool
    ) -> NDArray[np.int64]:
        """Return the numbers of the nodes of a graph, in order: those touched, and those wanted all the same."""
        wanted = within
        if everything:
            wanted = np.arange(self.starts[STATEMENT_KIND] if include_claims else self.starts[CLAIM_KIND])
        return distinct(touched) if wanted is None else united(touched, wanted)

    def parts(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows of entities, of claims and of statements that numbers in order stand for."""
        claims, statements = np.searchsorted(numbers, self.starts[[CLAIM_KIND, STATEMENT_KIND]]).tolist()
        first = self.starts
        return (
            numbers[:claims],
            numbers[claims:statements] - first[CLAIM_KIND],
            numbers[statements:] - first[STATEMENT_KIND],
        )

    def of(self, numbers: NDArray[np.int64]) -> list[str]:
        """Return the IRIs of nodes."""
        things, first = self._things, int(self.starts[STATEMENT_KIND])
        iris = self.columns.statements.iri
        return [things[number] if number < first else iris[number - first] for number in numbers.tolist()]


# ── nodes ──────────────────────────────────────────────────────────────────────────────────────────────


def _node_attributes(snapshot: Snapshot, names: _Names, numbers: NDArray[np.int64]) -> list[Attributes]:
    columns, vocabulary = names.columns, snapshot.vocabulary
    entities, claims, statements = names.parts(numbers)
    spoken_of = statement_attributes(columns, vocabulary, statements)
    return [
        *entity_attributes(columns, vocabulary, entities),
        *claim_attributes(columns, claims),
        *(
            _statement_node(snapshot.statements[columns.statements.iri[row]], attributes, snapshot)
            for row, attributes in zip(statements.tolist(), spoken_of, strict=True)
        ),
    ]


def _statement_node(statement: Statement, attributes: Attributes, snapshot: Snapshot) -> Attributes:
    return {
        **attributes,
        "kind": "statement",
        "type": "Statement",
        "label": printed(snapshot.label(statement.iri)),
        "subject": statement.subject,
        "object": statement.object,
    }


# ── all that is known ──────────────────────────────────────────────────────────────────────────────────


def _complete(graph: nx.Graph[str], snapshot: Snapshot, keys: Sequence[str], made: Sequence[Attributes]) -> None:
    """Add what the chosen statements refer to, and to each node and edge what its attributes leave out."""
    statements = [iri for iri, node in graph.nodes(data=True) if node["kind"] == "statement"]
    records = needed(iter([*keys, *statements]), snapshot)
    edges = set(keys)
    for key, edge in zip(keys, made, strict=True):
        # GEXF keeps no keys of a graph that has no parallel edges.
        edge["statement"], edge[DETAILS] = key, details_of(snapshot.statements[key], snapshot)
    for iri, record in records.items():
        if iri in graph or iri in edges:
            continue
        graph.add_node(iri, **_node(record, snapshot))
    for iri, node in graph.nodes(data=True):
        if DETAILS not in node:
            node[DETAILS] = details_of(_record(snapshot, iri), snapshot)


def _record(snapshot: Snapshot, iri: str) -> Entity | Claim | Statement:
    found = snapshot.node(iri)
    assert isinstance(found, (Entity, Claim, Statement))
    return found


def _node(record: Entity | Claim | Statement | Document, snapshot: Snapshot) -> Attributes:
    if isinstance(record, Document):
        return document_node(record, snapshot)
    columns = snapshot.columns
    rows = np.array([_strings_of(record, columns).position(record.iri)], np.int32)
    match record:
        case Entity():
            return entity_attributes(columns, snapshot.vocabulary, rows)[0]
        case Claim():
            return claim_attributes(columns, rows)[0]
        case Statement():
            return _statement_node(record, statement_attributes(columns, snapshot.vocabulary, rows)[0], snapshot)


def _strings_of(record: Entity | Claim | Statement, columns: Columns) -> Strings:
    match record:
        case Entity():
            return columns.entities.iri
        case Claim():
            return columns.claims.iri
        case Statement():
            return columns.statements.iri
