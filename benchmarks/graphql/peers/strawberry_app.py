"""The data behind Strawberry on FastAPI, as it comes, or with its caches of documents and orjson."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, TypeVar

import orjson
import strawberry
from fastapi import FastAPI
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.fastapi import GraphQLRouter

from benchmarks.graphql.peers.walking import Walker

_Made = TypeVar("_Made")
_DATA = json.loads(Path(os.environ["DATA"]).read_text(encoding="utf-8"))


@strawberry.type
class Document:
    title: str | None = None


@strawberry.type
class Evidence:
    exact: str
    document: Document | None = None


@strawberry.type
class Statement:
    id: strawberry.ID | None = None
    iri: str | None = None
    basis: str | None = None
    status: str | None = None
    confidence: float | None = None
    text: str | None = None
    evidence: list[Evidence] | None = None


@strawberry.type
class StatementEdge:
    node: Statement


@strawberry.type
class StatementConnection:
    edges: list[StatementEdge]


@strawberry.type
class Entity:
    label: str
    id: strawberry.ID | None = None
    iri: str | None = None
    aliases: list[str] | None = None
    same_as: list[str] | None = None
    description: str | None = None
    all_statements: strawberry.Private[StatementConnection | None] = None

    @strawberry.field
    def statements(self, first: int) -> StatementConnection:
        assert self.all_statements is not None
        return StatementConnection(edges=self.all_statements.edges[:first])


@strawberry.type
class EntityEdge:
    node: Entity


@strawberry.type
class EntityConnection:
    edges: list[EntityEdge]


@strawberry.type
class Hop:
    weight: float | None
    statement: Statement


@strawberry.type
class Path_:  # noqa: N801
    hops: list[Hop]


@strawberry.type
class Conflict:
    actor: Entity
    target: Entity
    alignment: str
    strength: float
    explanation: str
    stance: Statement
    interest_path: Path_


@strawberry.type
class ConflictEdge:
    node: Conflict


@strawberry.type
class ConflictConnection:
    edges: list[ConflictEdge]


def statement(given: dict[str, Any]) -> Statement:
    """Return a statement of the data."""
    quotes = [
        Evidence(exact=e["exact"], document=Document(**e["document"]) if "document" in e else None)
        for e in given.get("evidence", ())
    ]
    return Statement(**{**given, "evidence": quotes})


def entity(given: dict[str, Any]) -> Entity:
    """Return an entity of the data."""
    statements = StatementConnection(
        edges=[StatementEdge(node=statement(edge["node"])) for edge in given.get("statements", {}).get("edges", ())]
    )
    known = {name: given.get(name) for name in ("id", "iri", "aliases", "description")}
    return Entity(label=given["label"], same_as=given.get("sameAs"), all_statements=statements, **known)


def conflict(given: dict[str, Any]) -> Conflict:
    """Return a finding of the data."""
    hops = [Hop(weight=hop["weight"], statement=statement(hop["statement"])) for hop in given["interestPath"]["hops"]]
    plain = {name: given[name] for name in ("alignment", "strength", "explanation")}
    actor, target = entity(given["actor"]), entity(given["target"])
    return Conflict(**plain, actor=actor, target=target, stance=statement(given["stance"]), interest_path=Path_(hops=hops))


_ENTITY = {iri: entity(given) for iri, given in _DATA["entity"].items()}
_ENTITIES = [EntityEdge(node=entity(edge["node"])) for edge in _DATA["entities"]["edges"]]
_CONFLICTS = {
    actor: [ConflictEdge(node=conflict(edge["node"])) for edge in given["edges"]] for actor, given in _DATA["conflicts"].items()
}

_WORKED_OUT = os.environ.get("WORKED_OUT") == "1"
_GRAPH = _DATA["graph"]
_WALKER = Walker(_GRAPH)
_STATEMENTS = {iri: statement(given) for iri, given in _GRAPH["statements"].items()} if _WORKED_OUT else {}


def worked_out(actor: str, first: int) -> list[ConflictEdge]:
    """Return conflicts, found in the graph."""
    labels, found = _GRAPH["labels"], []
    for strength, alignment, hops, stance in _WALKER.conflicts(actor, first):
        path = Path_(hops=[Hop(weight=weight, statement=_STATEMENTS[iri]) for weight, iri in hops])
        found.append(
            ConflictEdge(
                node=Conflict(
                    actor=Entity(label=labels[actor]),
                    target=Entity(label=labels[stance["target"]]),
                    alignment=alignment,
                    strength=strength,
                    explanation=_GRAPH["explanations"][stance["key"]],
                    stance=_STATEMENTS[stance["statement"]],
                    interest_path=path,
                )
            )
        )
    return found


@strawberry.type
class Query:
    @strawberry.field
    def entity(self, iri: str) -> Entity | None:
        return _ENTITY.get(iri)

    @strawberry.field
    def entities(self, first: int) -> EntityConnection:
        return EntityConnection(edges=_ENTITIES[:first])

    @strawberry.field
    def conflicts_of_interest(self, actor: str, first: int) -> ConflictConnection:
        return ConflictConnection(edges=worked_out(actor, first) if _WORKED_OUT else _CONFLICTS[actor][:first])


class _Router(GraphQLRouter[Any, Any]):
    def encode_json(self, data: object) -> str | bytes:
        return orjson.dumps(data)


_CACHES = os.environ.get("CACHES") == "1"
_schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache] if _CACHES else [])
app = FastAPI()
app.include_router((_Router if _CACHES else GraphQLRouter)(_schema), prefix="/graphql")
