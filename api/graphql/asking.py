"""What a request asks for, read from its inputs: conditions, orders, and how many statements there must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from cuibono.api.graphql import filter_inputs as inputs
from cuibono.api.graphql.filter_inputs import Direction, Value
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.filtering import conditions as c
from cuibono.graph.filtering.conditions import Condition
from cuibono.graph.filtering.ordering import OrderBy
from cuibono.graph.model import Status
from cuibono.schema import Vocabulary

__all__ = ["THING_KINDS", "Asking", "Field", "Tables"]

THING_KINDS = {
    "entity": ("entities", inputs.EntityWhere),
    "claim": ("claims", inputs.ClaimWhere),
    "statement": ("statements", inputs.StatementWhere),
}
"""What may stand at an end of a statement: its kind of records, and the type of its filters."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an input type.

    Attributes
    ----------
    type : object
        Its type, as Strawberry takes it.
    means : callable
        Gives the condition, or what else its value stands for.
    """

    name: str
    type: Any
    description: str
    means: Callable[[Asking, Any], Any]

    def shown(self) -> StrawberryField:
        """Return the field as Strawberry has it."""
        return StrawberryField(
            python_name=self.name,
            graphql_name=self.name,
            type_annotation=StrawberryAnnotation(self.type | None),
            default=UNSET,
            description=self.description,
        )


class Tables(Protocol):
    """What inputs are read by."""

    vocabulary: Vocabulary

    @property
    def fields(self) -> Mapping[type, Mapping[str, Field]]:
        """Those of each input type, by name."""

    def kind(self, made: type) -> str:
        """Return the kind of records that an input type is about."""


class Asking:
    """Reads the inputs of a request.

    Parameters
    ----------
    tables : Tables
        The input types of the request's schema.
    iri : callable
        Gives the IRI of a name, an IRI or an id, and raises where it is nobody's.
    """

    def __init__(self, tables: Tables, iri: Callable[[str], str]) -> None:
        self._tables, self._iri = tables, iri

    def condition(self, made: type, value: Value | None) -> Condition:
        """Return the condition of an input."""
        if not value:
            return c.All()
        fields = self._tables.fields[made]
        given = {name: fields[name].means(self, part) for name, part in value.items() if part is not None}
        if made is inputs.ThingWhere:
            kinds = tuple(given.pop(name) for name in THING_KINDS if name in given)
            given |= {"kinds": c.Either(kinds)} if kinds else {}
        return c.All(tuple(given.values()))

    def several(self, made: type, values: Sequence[Value]) -> tuple[Condition, ...]:
        """Return the conditions of several inputs."""
        return tuple(self.condition(made, value) for value in values)

    def order(self, made: type, values: Sequence[Value] | None) -> tuple[OrderBy, ...]:
        """Return what a list of inputs puts records in order by.

        Raises
        ------
        InvalidArgument
            If one of them has not one field, or one comes twice.
        """
        fields, keys = self._tables.fields[made], list[OrderBy]()
        for value in values or ():
            given = [(name, direction) for name, direction in value.items() if direction is not None]
            if len(given) != 1:
                names = ", ".join(name for name, _ in given) or "none"
                raise InvalidArgument("orderBy", f"has an item with {len(given)} fields ({names}); give one in each, in a list")
            (name, direction), *_ = given
            keys.append(OrderBy(fields[name].means(self, direction), direction is Direction.DESC))
        if len({key.by for key in keys}) < len(keys):
            raise InvalidArgument("orderBy", "names a field twice; name each once")
        return tuple(keys)

    def evidence(self, value: Value | None) -> tuple[frozenset[Status] | None, Condition]:
        """Return the statuses that an evidence filter asks for, None if it names none, and the condition of the rest."""
        if not value:
            return None, c.All()
        given = dict(value)
        status = given.pop("status", None)
        return None if status is None else frozenset(status), self.condition(inputs.EvidenceFilter, given)

    def quantified(self, target: type, edges: c.RelationEdges | c.StatementEdges, value: Value) -> Condition:
        """Return the condition of a relation filter."""
        parts: list[Condition] = []
        for name, asked in value.items():
            if asked is None:
                continue
            if name == "count":
                test = inputs.number_test(asked)
                if test is not None:
                    parts.append(c.Quantified(edges, number=test))
                continue
            found = self._quantified(target, edges, asked, every=name == "every")
            parts.append(c.Not(found) if name == "none" else found)
        return c.All(tuple(parts))

    def _quantified(self, target: type, edges: c.RelationEdges | c.StatementEdges, asked: Value, *, every: bool) -> c.Quantified:
        statuses, statement = self.evidence(asked.get("evidence"))
        if statuses is not None:
            edges = (
                c.RelationEdges(edges.relation, edges.inverse, statuses)
                if isinstance(edges, c.RelationEdges)
                else c.StatementEdges(statuses)
            )
        node = asked.get("node")
        if node is None:
            return c.Quantified(edges, statement, every=every)
        condition = self.condition(target, node)
        if isinstance(edges, c.StatementEdges):
            return c.Quantified(edges, c.All((statement, condition)), every=every)
        return c.Quantified(edges, statement, self._of_things(target, condition), every=every)

    def other(self, target: type, value: Value | None) -> Condition | None:
        """Return the condition of an input on what stands at the other end of statements, None where it asks for nothing."""
        return None if not value else self._of_things(target, self.condition(target, value))

    def _of_things(self, target: type, condition: Condition) -> Condition:
        kind = self._tables.kind(target)
        return condition if kind == "things" else c.OfKind(kind, condition)

    def one_of(self, names: Sequence[str]) -> Condition:
        """Return the condition to be one of some names, IRIs or ids."""
        return c.OneOf(frozenset(map(self._iri, names)))

    def of_classes(self, names: Sequence[str]) -> Condition:
        """Return the condition to be of some classes."""
        known = self._tables.vocabulary
        return c.Of(frozenset(_iri(known.entity_class, name, "type", "class", known.classes) for name in names))

    def of_relations(self, names: Sequence[str]) -> Condition:
        """Return the condition to be of some relations."""
        known = self._tables.vocabulary
        return c.Among(
            "predicate", frozenset(_iri(known.relation, name, "predicate", "relation", known.relations) for name in names)
        )


def _iri(known: Callable[[str], Any], name: str, argument: str, what: str, names: Mapping[str, Any]) -> str:
    try:
        iri: str = known(name).iri
    except KeyError as error:
        raise InvalidArgument(argument, f"{name!r} is no {what}; there are {', '.join(names)}") from error
    return iri
