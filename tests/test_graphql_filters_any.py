"""Whatever the schema lets be asked of lists is answered: filters, orders and groups drawn from the schema itself."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import orjson
import pytest
from graphql import (
    ExecutionResult,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    execute_sync,
    parse,
)

import cuibono
from cuibono.api.graphql.execution import Executor
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.snapshot.records import Snapshot
from tests.filter_oracle import rich_records

SCALARS: dict[str, tuple[Any, ...]] = {
    "String": ("e", "Anna", "STRASSE", "", "BERG"),
    "Float": (0, 0.25, 0.5, 1, 2.0),
    "Int": (0, 1, 3),
    "Boolean": (True, False),
    "PartialDate": ("2019", "2020-02", "2020-02-29", "2021"),
}
LISTS = {
    "entities": ("EntityWhere", "EntityOrder", "EntityGrouping"),
    "claims": ("ClaimWhere", "ClaimOrder", "ClaimGrouping"),
    "statements": ("StatementWhere", "StatementOrder", "StatementGrouping"),
    "documents": ("DocumentWhere", "DocumentOrder", "DocumentGrouping"),
}


class Drawing:
    """Draws inputs from the types of a schema; notes which fields it drew."""

    def __init__(self, seed: int, kg: KnowledgeGraph, schema: Any) -> None:
        self.rng, self.kg, self.schema = random.Random(seed), kg, schema
        self.drawn: Counter[str] = Counter()

    def value(self, kind: Any, name: str, depth: int) -> Any:
        match kind:
            case GraphQLNonNull(of_type=inner):
                return self.value(inner, name, depth)
            case GraphQLList(of_type=inner):
                return [self.value(inner, name, depth) for _ in range(self.rng.choice((1, 1, 2)))]
            case GraphQLEnumType():
                return self.rng.choice(sorted(kind.values))
            case GraphQLScalarType():
                return self.scalar(kind, name)
        assert isinstance(kind, GraphQLInputObjectType)
        return self.input(kind, depth)

    def input(self, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        simple = [name for name, field in kind.fields.items() if depth > 0 or not self.nests(field.type)]
        chosen = self.rng.sample(simple, min(len(simple), self.rng.choice((1, 1, 2))))
        if {"equals", "in"} <= set(chosen):
            chosen.remove("in")
        self.drawn.update(f"{kind.name}.{name}" for name in chosen)
        return {name: self.value(kind.fields[name].type, name, depth - 1) for name in chosen}

    def scalar(self, kind: GraphQLScalarType, name: str) -> Any:
        known = {
            "is": lambda: list(self.kg.snapshot.entities) + list(self.kg.snapshot.claims),
            "speaker": lambda: list(self.kg.snapshot.entities),
            "document": lambda: list(self.kg.snapshot.documents),
            "type": lambda: list(self.kg.vocabulary.classes),
            "predicate": lambda: list(self.kg.vocabulary.relations),
            "minConfidence": lambda: [0, 0.5, 1],
        }
        return self.rng.choice(known[name]() if name in known else SCALARS[kind.name])

    @staticmethod
    def nests(kind: Any) -> bool:
        while isinstance(kind, (GraphQLNonNull, GraphQLList)):
            kind = kind.of_type
        return isinstance(kind, GraphQLInputObjectType) and kind.name.endswith(("Where", "RelationFilter", "EdgeFilter"))


@pytest.fixture(scope="module")
def executor() -> Any:
    with cuibono.open() as kg:
        records = rich_records(7, kg.vocabulary)
        kg._snapshot = Snapshot(records, kg.vocabulary, kg.version)
        yield Executor(kg)


def test_whatever_can_be_asked_of_lists_is_answered(executor: Executor) -> None:
    schema = executor.schema.core
    drawing, found = Drawing(1, executor.graph, schema), 0
    for number in range(400):
        name = list(LISTS)[number % 4]
        where, order, grouping = (schema.type_map[kind] for kind in LISTS[name])
        by = drawing.rng.choice(sorted(grouping.values))  # type: ignore[union-attr]
        evidence = ", evidence: $evidence" if name == "statements" else ""
        declared = ", $evidence: EvidenceFilter" if evidence else ""
        query = f"""query($where: {where.name}, $order: [{order.name}!]{declared}) {{
          {name}(where: $where, orderBy: $order, first: 1000{evidence}) {{
            totalCount groupCounts(by: {by}) {{ count }} edges {{ cursor node {{ id label }} }} }} }}"""
        variables = {"where": drawing.value(where, "", 3), "order": [drawing.value(order, "", 0)]}
        variables["order"] = [dict([next(iter(variables["order"][0].items()))])]
        if evidence:
            variables["evidence"] = drawing.value(schema.type_map["EvidenceFilter"], "", 0)
        answer = orjson.loads(executor.answer(query, variables).content)
        assert "errors" not in answer, (query, variables, answer["errors"])
        listed = answer["data"][name]
        assert listed["totalCount"] == len(listed["edges"])
        assert sum(group["count"] for group in listed["groupCounts"]) == listed["totalCount"]
        assert len({edge["cursor"] for edge in listed["edges"]}) == listed["totalCount"]
        assert answer["data"] == plainly(executor, query, variables)
        found += listed["totalCount"]
    assert found > 300
    assert len({kind for kind in drawing.drawn if kind.partition(".")[0] in {where for where, _, _ in LISTS.values()}}) > 70


def plainly(executor: Executor, query: str, variables: dict[str, Any]) -> Any:
    """Return what graphql-core's own executor answers."""
    view = executor.schema.view(executor.graph)
    result = execute_sync(executor.schema.core, parse(query), variable_values=variables, context_value=view)
    assert isinstance(result, ExecutionResult)
    assert not result.errors
    return orjson.loads(orjson.dumps(result.data))
