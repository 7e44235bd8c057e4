"""The plans of an operation: one for each way that its directives can fall, made when it first falls so."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping
from typing import Any

import orjson
from graphql import DocumentNode, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues, get_variable_values

from cuibono.api.graphql.compiled.fields import Completion, Info, Request
from cuibono.api.graphql.compiled.fragments import fragments_of
from cuibono.api.graphql.compiled.plan import Planner
from cuibono.api.graphql.compiled.refusal import Refused
from cuibono.api.graphql.compiled.selection import Selections, directive_variables
from cuibono.api.graphql.schema import VocabularySchema
from cuibono.api.graphql.view import View

__all__ = ["Plans"]

_LOG = logging.getLogger("cuibono.graphql.compiled")
_MOST = 16
_LONGEST_KEY = 1024
_STRICTLY = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
_ABSENT = object()
_NO_VARIABLES = VariableValues({}, {})


class Plans:
    """Answers an operation by plans.

    Parameters
    ----------
    schema : VocabularySchema
        What the document is valid for.
    definition : OperationDefinitionNode
        The operation in it.
    """

    def __init__(self, schema: VocabularySchema, document: DocumentNode, definition: OperationDefinitionNode) -> None:
        self._schema, self._document, self._definition = schema, document, definition
        self._deciding: tuple[str, ...] | None = None
        self._made: dict[tuple[object, ...], Completion | None] = {}

    def answer(self, variables: Mapping[str, Any], view: View) -> bytes | None:
        """Return the answer in JSON, or None where graphql-core's executor must give it."""
        try:
            values = self._coerced(variables)
            plan = self._plan(values)
            if plan is None:
                return None
            fragments, key = fragments_of(view.snapshot), self._key(variables, view)
            known = None if key is None else fragments.answer(key)
            if known is not None:
                return known
            data = plan(None, Request(view, values, Info(view, self._schema.core)))
            content = orjson.dumps({"data": data})
            if key is not None:
                fragments.keep_answer(key, content)
            return content
        except Exception:  # noqa: BLE001 whatever is wrong, the executor comes across it again, and can say where
            _LOG.debug("left to graphql-core", exc_info=True)
            return None

    def kept(self, variables: Mapping[str, Any], view: View) -> bytes | None:
        """Return the answer, if it was given to the same variables before, as they were read from JSON."""
        key = self._key(variables, view)
        return None if key is None else fragments_of(view.snapshot).answer(key)

    def _key(self, variables: Mapping[str, Any], view: View) -> Hashable | None:
        try:
            given = orjson.dumps(variables, option=_STRICTLY) if variables else b""
        except TypeError:
            return None
        return (self, given, view.principal) if len(given) <= _LONGEST_KEY else None

    def _coerced(self, variables: Mapping[str, Any]) -> VariableValues:
        definitions = self._definition.variable_definitions
        if not definitions:
            return _NO_VARIABLES
        values = get_variable_values(self._schema.core, definitions, dict(variables))
        if isinstance(values, list):
            raise Refused
        return values

    def _plan(self, values: VariableValues) -> Completion | None:
        if self._deciding is None:
            self._deciding = directive_variables(self._document)
        key = tuple(values.coerced.get(name, _ABSENT) for name in self._deciding)
        if key not in self._made:
            if len(self._made) >= _MOST:
                self._made.clear()
            self._made[key] = self._planned(values)
        return self._made[key]

    def _planned(self, values: VariableValues) -> Completion | None:
        root = self._schema.core.query_type
        if self._definition.operation is not OperationType.QUERY or root is None:
            return None
        selections = Selections(self._schema.core, self._document, self._definition, values)
        try:
            return Planner(self._schema, selections).operation(root)
        except Refused:
            return None
