"""Control characters in names: every door takes those that RDF can hold, and every export brings them back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import cuibono
from cuibono.api.graphql.execution import Executor
from cuibono.api.graphql.principal import Principal, Role
from cuibono.graph.build.graphml import read_graph_file
from cuibono.graph.errors import InvalidInput, Problem
from cuibono.graph.export import FORMATS
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Entity
from tests.tables import register, write_csv, write_mapping

NAME = "Ada\x01\x08\x1b[31m\x7f\u202e\ufffe Acme"
ADD = "mutation ($input: AddEntityInput!) { addEntity(input: $input) { entity { label } errors { message field } } }"


def by_python(kg: KnowledgeGraph, name: str, folder: Path) -> None:
    kg.add(Entity(iri="https://example.org/a", type=kg.vocabulary.entity_class("Person").iri, label=name))


def by_graphql(kg: KnowledgeGraph, name: str, folder: Path) -> None:
    given = {"input": {"type": "Person", "label": name, "idempotencyKey": "once"}}
    answer = json.loads(Executor(kg).answer(ADD, given, principal=Principal("Eve", frozenset(Role))).content)
    if errors := answer["data"]["addEntity"]["errors"]:
        raise InvalidInput([Problem("addEntity", ".".join(errors[0]["field"]), errors[0]["message"])])


def by_table(kg: KnowledgeGraph, name: str, folder: Path) -> None:
    [row] = register(12)[:1]
    row[1] = name
    kg.import_table(write_csv(folder / "owners.csv", [row]), write_mapping(folder))


Door = Callable[[KnowledgeGraph, str, Path], None]


@pytest.mark.parametrize("door", [by_python, by_graphql, by_table])
@pytest.mark.parametrize("format", [*FORMATS, "parquet", "graphml"])
def test_a_name_with_them_comes_in_and_back(door: Door, format: str, tmp_path: Path) -> None:
    with cuibono.open() as kg, cuibono.open() as again:
        door(kg, NAME, tmp_path)
        assert NAME in {entity.label for entity in kg.entities()}
        kg.export(tmp_path / "g", format)
        if format == "parquet":
            again.import_parquet(tmp_path / "g")
        elif format == "graphml":
            again.from_networkx(read_graph_file(tmp_path / "g", "graphml"))
        else:
            again.import_rdf(tmp_path / "g", format=format)
        assert again.entities() == kg.entities()


@pytest.mark.parametrize("door", [by_python, by_graphql, by_table])
def test_a_null_character_is_refused_with_its_place(door: Door, tmp_path: Path) -> None:
    with cuibono.open() as kg:
        with pytest.raises(InvalidInput, match="label: holds a lone surrogate or a null character, which RDF cannot"):
            door(kg, "Ada\0", tmp_path)
        assert kg.version == 0
