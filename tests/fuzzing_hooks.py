"""What Schemathesis is told of the API: its scalars, what arguments are given, and what is an error of the server.

Loaded by Schemathesis, from an environment of its own. What it makes up itself hardly ever is anybody's name; so most arguments
are given what the graph has, which the file that ``CUIBONO_FUZZING_TEXTS`` names tells by the names of arguments.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random
from typing import Any

import schemathesis
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NameNode,
    NullValueNode,
    ObjectFieldNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    Visitor,
    visit,
)
from hypothesis import strategies
from schemathesis.graphql import nodes, scalar

TEXTS: dict[str, list[str]] = json.loads(Path(os.environ["CUIBONO_FUZZING_TEXTS"]).read_text(encoding="utf-8"))
ANSWERED = Path(os.environ["CUIBONO_FUZZING_ANSWERED"])
"""Where each answer leaves a line: the field that was asked for, and whether anything was found."""
IS_NEGATIVE = os.environ["CUIBONO_FUZZING_MODE"] == "negative"
"""Whether what is asked is meant to be wrong: then it is left as it is."""

OWN = 0.2
"""How often what Schemathesis made up is left as it is."""

SIZES = {"first": 30, "last": 30, "limit": 60, "maxHops": 5, "depth": 3}
FRACTIONS = ("minStrength", "minConfidence", "confidence")
NEEDED = ("by", "depth", "first", "from", "id", "ids", "input", "of", "text", "to")
SELDOM = ("after", "before", "last")

DATES = ("2024", "2024-02", "2024-02-29", "2023-02-29", "yesterday", "no date")
scalar("PartialDate", strategies.sampled_from(DATES).map(nodes.String))
scalar(
    "AttributeValue", strategies.one_of(strategies.floats(0, 2).map(nodes.Float), strategies.text(max_size=5).map(nodes.String))
)


@schemathesis.hook
def flatmap_body(_context: Any, body: DocumentNode) -> strategies.SearchStrategy[DocumentNode]:
    """Give most arguments what the graph has."""
    if IS_NEGATIVE:
        return strategies.just(body)
    return strategies.integers(0, 2**32).map(lambda seed: visit(body, _Giving(Random(seed))))


class _Giving(Visitor):
    def __init__(self, rng: Random) -> None:
        super().__init__()
        self._rng = rng

    def leave_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode:
        return ArgumentNode(name=node.name, value=self._given(node.name.value, node.value))

    def leave_object_field(self, node: ObjectFieldNode, *_: Any) -> ObjectFieldNode:
        return ObjectFieldNode(name=node.name, value=self._given(node.name.value, node.value))

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode:
        """Leave arguments out: all together let nothing through."""
        chances = dict.fromkeys(NEEDED, 1.0) | dict.fromkeys(SELDOM, 0.05) | {"name": 0.7}
        left = [argument for argument in node.arguments if self._rng.random() < chances.get(argument.name.value, 0.3)]
        return FieldNode(
            alias=node.alias,
            name=node.name,
            arguments=tuple(left),
            directives=node.directives,
            selection_set=node.selection_set,
        )

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode:
        """Ask for the type of everything, by which one sees that there is something."""
        return SelectionSetNode(selections=(*node.selections, FieldNode(name=NameNode(value="__typename"))))

    def _is_own(self) -> bool:
        return self._rng.random() < OWN

    def _given(self, name: str, value: ValueNode) -> ValueNode:
        if self._is_own():
            return value
        match value:
            case StringValueNode() if value.value not in DATES:
                return nodes.String(self._rng.choice(TEXTS.get(name) or TEXTS["String"]))
            case ListValueNode(values=values) if all(isinstance(one, StringValueNode) for one in values):
                return nodes.List([nodes.String(self._rng.choice(TEXTS.get(name) or TEXTS["String"])) for _ in values])
            case IntValueNode() if name in SIZES:
                return nodes.Int(self._rng.randint(1, SIZES[name]))
            case IntValueNode() | FloatValueNode() if name in FRACTIONS:
                return nodes.Float(round(self._rng.random() / 2, 3))
            case NullValueNode() if name in TEXTS and name not in SELDOM:
                return nodes.String(self._rng.choice(TEXTS[name]))
        return value


@schemathesis.check
def nothing_is_unexpected(_context: Any, response: Any, case: Any) -> None:
    """Answer every question; where it is a bad one, say so."""
    assert response.status_code < 500, response.text
    answer = response.json()
    for error in answer.get("errors", ()):
        assert error["message"]
        assert error["extensions"]["code"] != "INTERNAL", error
    with ANSWERED.open("a", encoding="utf-8") as file:
        found = any(map(_holds, (part for name, part in (answer.get("data") or {}).items() if name != "__typename")))
        file.write(json.dumps([case.operation.label, found]) + "\n")


def _holds(value: Any) -> bool:
    """Return whether there is anything in an answer, be it a number or a text."""
    if isinstance(value, dict):
        parts = {name: part for name, part in value.items() if name != "errors"}
        named = parts.pop("__typename", "Connection")
        return not named.endswith(("Connection", "Info", "Payload", "Query", "Mutation")) or any(map(_holds, parts.values()))
    return any(map(_holds, value)) if isinstance(value, list) else value not in (None, False, 0)
