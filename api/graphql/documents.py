"""Queries as documents: parsed and validated once, and kept for the next who asks the same."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from cuibono.api.graphql.budget import UNLIMITED, Budget, Limits, measured, size_variables
from cuibono.api.graphql.compiled import Plans
from cuibono.api.graphql.schema import VocabularySchema
from cuibono.api.graphql.sizes import Sizes

__all__ = ["Document", "Documents", "Operation", "RequestError"]

_KEPT_LENGTH = 4_000_000
_KEPT_BUDGETS = 64
_UNSET = object()
_OTHER_WAYS = {
    OperationType.MUTATION: "; send it by POST, to a server that was started with tokens (--tokens-file)",
    OperationType.SUBSCRIPTION: "; accept text/event-stream, or come by WebSocket",
}


class RequestError(Exception):
    """A request that cannot be executed.

    Attributes
    ----------
    errors : sequence of GraphQLError
        Why.
    code : str or None
        For programs; that of each error unless given.
    """

    def __init__(self, errors: Sequence[GraphQLError], code: str | None = None) -> None:
        self.errors, self.code = errors, code
        super().__init__(*errors)

    @classmethod
    def told(cls, message: str, code: str) -> RequestError:
        """Return the error of one message."""
        return cls([GraphQLError(message)], code)


@dataclass(eq=False, slots=True)
class Operation:
    """One operation of a valid document.

    Attributes
    ----------
    document : DocumentNode
        The whole document, with the fragments.
    definition : OperationDefinitionNode
        The operation in it.
    schema : VocabularySchema
        What it is valid for.
    sizes : tuple of str
        The variables that the sizes of its lists hang on.
    plans : Plans
        Answer it without graphql-core's executor, where they can.
    pace : float
        About how many seconds it took to run of late.
    """

    document: DocumentNode
    definition: OperationDefinitionNode
    schema: VocabularySchema
    sizes: tuple[str, ...]
    plans: Plans = field(init=False)
    pace: float = math.inf
    _budgets: dict[tuple[object, ...], Budget] = field(default_factory=dict)
    _measured_by: Sizes | None = None

    def __post_init__(self) -> None:
        self.plans = Plans(self.schema, self.document, self.definition)

    @property
    def name(self) -> str | None:
        """Its name."""
        return self.definition.name.value if self.definition.name else None

    @property
    def type(self) -> OperationType:
        """Whether it is a query, a mutation or a subscription."""
        return self.definition.operation

    def budget(self, variables: Mapping[str, Any], limits: Limits, sizes: Sizes | None = None) -> Budget:
        """Return what it would take of a graph, whose lists have some sizes.

        Raises
        ------
        RequestError
            If that is more than the limits have.
        """
        key = tuple(_size(variables.get(name, _UNSET)) for name in self.sizes)
        budget = self._budgets.get(key) if sizes is self._measured_by else None
        if budget is None:
            budget = measured(self.schema.core, self.document, self.definition, variables, depth=limits.depth, sizes=sizes)
            if problems := list(limits.exceeded(budget)):
                raise RequestError([GraphQLError(problem) for problem in problems], "QUERY_TOO_LARGE")
            if len(self._budgets) >= _KEPT_BUDGETS or sizes is not self._measured_by:
                self._budgets, self._measured_by = {}, sizes
            self._budgets[key] = budget
        return budget

    def took(self, seconds: float) -> None:
        """Take note of how long it took to run."""
        self.pace = seconds if self.pace == math.inf else 0.8 * self.pace + 0.2 * seconds


@dataclass(frozen=True, eq=False, slots=True)
class Document:
    """A query that was parsed.

    Attributes
    ----------
    operations : sequence of Operation
        What it asks for, or could.
    """

    operations: Sequence[Operation]

    def operation(self, name: str | None) -> Operation:
        """Return the operation of a name, or the only one.

        Raises
        ------
        RequestError
            If there is none, or no telling which.
        """
        fitting = [operation for operation in self.operations if name in (None, operation.name)]
        if len(fitting) == 1 or (fitting and name is not None):  # two of one name are for the validation to tell
            return fitting[0]
        if not self.operations:
            problem = "the query has no operation"
        elif name is None:
            problem = "the query has several operations; give operationName"
        else:
            known = ", ".join(sorted(repr(operation.name) for operation in self.operations if operation.name))
            problem = f"operationName: {name[:100]!r} is not in the query; there is {known or 'none with a name'}"
        raise RequestError.told(problem, "OPERATION_RESOLUTION_FAILURE")


@dataclass(slots=True)
class Documents:
    """The documents asked for of late, of one schema; safe to use from several threads.

    Parameters
    ----------
    schema : VocabularySchema
        What they are validated against.
    limits : Limits
        The most that an operation may take.
    introspection : bool
        Whether the schema may be asked for.
    """

    schema: VocabularySchema
    limits: Limits = UNLIMITED
    introspection: bool = True
    _kept: OrderedDict[str, Document] = field(default_factory=OrderedDict)
    _length: int = 0
    _lock: Lock = field(default_factory=Lock)

    def __contains__(self, query: str) -> bool:
        """Return whether a query is known to be valid."""
        return query in self._kept

    def operation(
        self,
        query: str,
        name: str | None,
        variables: Mapping[str, Any],
        allowed: Collection[OperationType],
        sizes: Sizes | None = None,
    ) -> tuple[Operation, Budget]:
        """Return the operation of a query that a name stands for, without a name the only one, and what it would take.

        It is measured before it is validated, as validating takes longer, and whether it is valid or not.

        Parameters
        ----------
        sizes : Sizes, optional
            Those of the graph that it is to be asked of.

        Raises
        ------
        RequestError
            If there is none, if it is of no allowed type, if it takes more than the limits have, or if the query is not
            valid; such a query is not kept.
        """
        kept = self._kept_document(query)
        document = kept or self._parsed(query)
        operation = document.operation(name)
        if operation.type not in allowed or self.schema.core.get_root_type(operation.type) is None:
            told = f"no {operation.type.value} is answered this way{_OTHER_WAYS.get(operation.type, '')}"
            raise RequestError.told(told, "OPERATION_NOT_SUPPORTED")
        budget = operation.budget(variables, self.limits, sizes)
        if kept is None:
            self._validate(operation.document)
            self._keep(query, document)
        return operation, budget

    def _parsed(self, query: str) -> Document:
        if not query.strip():
            raise RequestError.told("the query is empty", "BAD_REQUEST")
        try:
            node = parse(query, max_lexical_tokens=self.limits.tokens, max_comments=self.limits.tokens)
        except GraphQLError as error:
            raise RequestError([error]) from error
        sizes = size_variables(node)
        parts = [part for part in node.definitions if isinstance(part, OperationDefinitionNode)]
        return Document([Operation(node, part, self.schema, sizes) for part in parts])

    def _validate(self, document: DocumentNode) -> None:
        hidden = () if self.introspection else (NoSchemaIntrospectionCustomRule,)
        rules = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule, *hidden)
        # What a name is near to tells what there is.
        if errors := validate(self.schema.core, document, rules, hide_suggestions=not self.introspection):
            raise RequestError(errors)

    def _kept_document(self, query: str) -> Document | None:
        with self._lock:
            if (known := self._kept.get(query)) is not None:
                self._kept.move_to_end(query)
            return known

    def _keep(self, query: str, document: Document) -> None:
        with self._lock:
            if query not in self._kept:
                self._kept[query] = document
                self._length += len(query)
            while self._length > _KEPT_LENGTH:
                self._length -= len(self._kept.popitem(last=False)[0])


def _size(value: object) -> object:
    """Return what a variable says of the size of a list, as a key."""
    return len(value) if isinstance(value, list) else value if isinstance(value, int) or value is _UNSET else None
