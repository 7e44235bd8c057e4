"""A networkx graph of who says what about whom.

Nodes are entities and claims, under their IRIs. An edge is an accepted statement, and its key is the statement's
IRI; a statement of a symmetric relation stands in both directions under the same key, so that ``successors``
tells the truth, and ``G.number_of_edges()`` may exceed the number of statements. Entities that are one are one node, so
that no edge says that they are. All values are texts, numbers
and truth values, so that every writer of networkx takes them; what is unknown has no attribute.

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
- the attributes of the relation, such as ``share`` and ``role``.

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
"""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from cuibono.graph.dates import PartialDate
from cuibono.graph.interest.signs import relation_weights
from cuibono.graph.model import AttributeValue, Claim, Entity, Evidence, Statement, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema.vocabulary import local_name

__all__ = ["to_networkx"]

_Attributes = dict[str, AttributeValue]


def to_networkx(snapshot: Snapshot, *, include_statements: bool = False) -> nx.MultiDiGraph[str]:
    """Return the accepted statements as a networkx graph.

    Parameters
    ----------
    include_statements : bool
        Whether statements about statements come along. The statements that they are about, whatever their
        status, then are nodes too, with what an edge has and their ``subject`` and ``object``.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from((iri, _entity(entity, snapshot)) for iri, entity in snapshot.entities.items())
    graph.add_nodes_from((iri, _claim(claim)) for iri, claim in snapshot.claims.items())
    for statement in snapshot.statements.values():
        if statement.status is not Status.ACCEPTED or snapshot.relation(statement).identifies:
            continue
        spoken_of = [snapshot.statements[end] for end in (statement.subject, statement.object) if end in snapshot.statements]
        if include_statements:
            graph.add_nodes_from((other.iri, _statement_node(other, snapshot)) for other in spoken_of)
        elif spoken_of:
            continue
        for start, end in _directions(statement, snapshot):
            graph.add_edge(start, end, key=statement.iri, **_statement(statement, snapshot))
    return graph


def _directions(statement: Statement, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    yield statement.subject, statement.object
    if snapshot.relation(statement).symmetric and statement.subject != statement.object:
        yield statement.object, statement.subject


def _entity(entity: Entity, snapshot: Snapshot) -> _Attributes:
    name = snapshot.vocabulary.entity_class(entity.type).name
    return _known(kind="entity", type=name, label=entity.label, description=entity.description)


def _claim(claim: Claim) -> _Attributes:
    quantity = None if claim.quantity is None else float(claim.quantity)
    return _known(kind="claim", type="Claim", label=claim.text, quantity=quantity, unit=claim.unit)


def _statement_node(statement: Statement, snapshot: Snapshot) -> _Attributes:
    return {
        **_statement(statement, snapshot),
        "kind": "statement",
        "type": "Statement",
        "label": snapshot.label(statement.iri),
        "subject": statement.subject,
        "object": statement.object,
    }


def _statement(statement: Statement, snapshot: Snapshot) -> _Attributes:
    relation = snapshot.relation(statement)
    forward, backward = relation_weights(relation, statement)
    fields = _known(
        predicate=relation.name,
        label=relation.label,
        speaker=statement.speaker,
        said_via=statement.said_via,
        document=statement.document,
        stated_on=_text(statement.stated_on),
        valid_from=_text(statement.valid_from),
        valid_to=_text(statement.valid_to),
        confidence=statement.certainty,
        confidence_stated=statement.confidence is not None,
        basis=statement.basis.value,
        status=statement.status.value,
        quote=_quote(statement, snapshot),
        stance=relation.stance,
        bearing=relation.bearing,
        interest=forward or None,
        interest_back=backward or None,
    )
    own = {_free_name(local_name(iri), iri, fields): value for iri, value in statement.attributes}
    return {**fields, **own}


def _quote(statement: Statement, snapshot: Snapshot) -> str | None:
    def place(evidence: Evidence) -> tuple[str, int, str]:
        return evidence.document, evidence.start or 0, evidence.iri

    found = sorted((snapshot.evidence[iri] for iri in statement.evidence), key=place)
    return found[0].exact if found else None


def _text(day: PartialDate | None) -> str | None:
    return str(day) if day else None


def _free_name(name: str, iri: str, taken: _Attributes) -> str:
    """Return the name of an attribute, or its IRI where an edge has something else of that name."""
    return iri if name in taken else name


def _known(**attributes: AttributeValue | None) -> _Attributes:
    return {name: value for name, value in attributes.items() if value is not None}
