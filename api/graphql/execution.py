"""Operations run over a graph, whether they come over HTTP or from the command line.

A request goes one way: document (parsed and validated once) → operation → view of one version of the graph → answer.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import AsyncIterator, Awaitable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, OperationType, execute_sync, subscribe
from graphql import Executor as CoreExecutor

from cuibono.api.graphql.budget import UNLIMITED, Budget, Limits
from cuibono.api.graphql.documents import Documents, Operation, RequestError
from cuibono.api.graphql.errors import formatted
from cuibono.api.graphql.principal import ANYBODY, Principal
from cuibono.api.graphql.schema import VocabularySchema, build_schema
from cuibono.api.graphql.sizes import Sizes
from cuibono.api.graphql.view import View
from cuibono.graph.deadline import DeadlinePassed, check_deadline, deadline
from cuibono.graph.errors import CuibonoError
from cuibono.graph.knowledge_graph import KnowledgeGraph

__all__ = ["Answer", "Executor", "execute", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request.

    Attributes
    ----------
    content : bytes
        `data`, `errors` or both, in JSON.
    executed : bool
        Whether there is `data`, be it null: without it, nothing was executed.
    codes : frozenset of str
        Those of the errors.
    version : int or None
        Of the graph that it was read from.
    """

    content: bytes
    executed: bool
    codes: frozenset[str] = frozenset()
    version: int | None = None


class Executor:
    """Answers GraphQL requests over one graph; safe to use from several threads.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph. Each request sees one version of it.
    limits : Limits
        The most that an operation may take.
    introspection : bool
        Whether the schema may be asked for.

    Raises
    ------
    OntologyError
        If a name of the graph's ontology cannot be that of a GraphQL type or field.
    """

    def __init__(self, graph: KnowledgeGraph, limits: Limits = UNLIMITED, *, introspection: bool = True) -> None:
        self.graph, self.limits, self._introspection = graph, limits, introspection
        self._documents = self._new_documents()
        self._sizes: Sizes | None = None

    @property
    def documents(self) -> Documents:
        """The documents of the schema of the graph's vocabulary, which a dossier with an ontology of its own may extend."""
        if self.graph.vocabulary is not self._documents.schema.vocabulary:
            self._documents = self._new_documents()
        return self._documents

    def _new_documents(self) -> Documents:
        return Documents(build_schema(self.graph.vocabulary), self.limits, self._introspection)

    @property
    def schema(self) -> VocabularySchema:
        """The schema of the graph's vocabulary."""
        return self.documents.schema

    def prepare(
        self, query: str, operation_name: str | None, variables: Mapping[str, Any], allowed: Collection[OperationType]
    ) -> tuple[Operation, Budget]:
        """Return the operation of a query, valid and within the limits, and what it would take.

        Raises
        ------
        RequestError
            If there is no such operation.
        """
        return self.documents.operation(query, operation_name, variables, allowed, self.sizes)

    @property
    def sizes(self) -> Sizes | None:
        """What queries are measured by; nothing where they may take what they like."""
        if self.limits is UNLIMITED:
            return None
        snapshot = self.graph.snapshot
        self._sizes = Sizes(snapshot) if self._sizes is None else self._sizes.following(snapshot)
        return self._sizes

    def kept(self, operation: Operation, variables: Mapping[str, Any], principal: Principal = ANYBODY) -> Answer | None:
        """Return the answer of an operation, if the same was given before and the graph is still as it was then."""
        view = operation.schema.view(self.graph, principal)
        content = operation.plans.kept(variables, view)
        return None if content is None else Answer(content, True, version=view.snapshot.version)

    def run(
        self,
        operation: Operation,
        variables: Mapping[str, Any],
        principal: Principal = ANYBODY,
        until: float = math.inf,
    ) -> Answer:
        """Return the answer of one operation."""
        began = time.perf_counter()
        try:
            with deadline(until):
                view = operation.schema.view(self.graph, principal)
                content = operation.plans.answer(variables, view)
                if content is not None:
                    return Answer(content, True, version=view.snapshot.version)
                return _answer_of(executed(operation, variables, view), view.snapshot.version)
        except DeadlinePassed:
            return refused(too_late())
        finally:
            operation.took(time.perf_counter() - began)

    def answer(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        *,
        principal: Principal = ANYBODY,
        allowed: Collection[OperationType] = (OperationType.QUERY, OperationType.MUTATION),
        until: float = math.inf,
    ) -> Answer:
        """Return the answer of a request, whatever is wrong with it. Errors carry a code under `extensions`.

        Parameters
        ----------
        operation_name : str, optional
            Which operation of the query to run, where it has several.
        principal : Principal
            Who asks.
        allowed : collection of OperationType
            What may be asked for.
        until : float
            When nobody waits any more, as `time.monotonic` counts.
        """
        try:
            operation, _ = self.prepare(query, operation_name, variables or {}, allowed)
        except RequestError as error:
            return refused(error)
        return self.run(operation, variables or {}, principal, until)

    async def subscribe(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        *,
        principal: Principal = ANYBODY,
    ) -> AsyncIterator[Answer]:
        """Yield an answer for each thing that happens; for a request that cannot be executed, one, which says why.

        Whoever stops to listen before it ends closes it: ``await answers.aclose()``.

        Parameters
        ----------
        operation_name : str, optional
            Which operation of the query to run, where it has several.
        principal : Principal
            Who asks.
        """
        try:
            allowed = (OperationType.SUBSCRIPTION,)
            operation, _ = self.documents.operation(query, operation_name, variables or {}, allowed)
        except RequestError as error:
            yield refused(error)
            return
        view = operation.schema.view(self.graph, principal)
        found = subscribe(
            operation.schema.core,
            operation.document,
            context_value=view,
            variable_values=dict(variables or {}),
            operation_name=operation.name,
        )
        results = await found if isinstance(found, Awaitable) else found
        if isinstance(results, ExecutionResult):
            yield _answer_of(results, view.snapshot.version)
            return
        try:
            async for result in results:
                yield _answer_of(result, self.graph.version)
        except GraphQLError as error:
            yield _answer_of(ExecutionResult(None, [error]), self.graph.version)
        except CuibonoError as error:
            yield _answer_of(ExecutionResult(None, [GraphQLError(str(error), original_error=error)]), self.graph.version)
        finally:
            await results.aclose()  # type: ignore[attr-defined]


def executed(operation: Operation, variables: Mapping[str, Any], view: View) -> ExecutionResult:
    """Return what graphql-core's own executor makes of an operation."""
    return execute_sync(
        operation.schema.core,
        operation.document,
        variable_values=dict(variables),
        context_value=view,
        operation_name=operation.name,
        executor_class=_TimedExecutor,
    )


class _TimedExecutor(CoreExecutor[None]):
    """Stops between two fields, once nobody waits any more."""

    def execute_field(self, *arguments: Any) -> Any:
        check_deadline()
        return super().execute_field(*arguments)


def too_late() -> RequestError:
    """Return the error of a request that took longer than it may."""
    message = "this takes longer than is allowed here; ask for less at a time, or for fewer hops"
    return RequestError.told(message, "TIME_LIMIT")


def refused(error: RequestError) -> Answer:
    """Return the answer to a request that cannot be executed."""
    told = [formatted(problem) for problem in error.errors]
    for problem in told if error.code else ():
        problem["extensions"] = {"code": error.code}
    return Answer(_json({"errors": told}), False, _codes(told))


def _answer_of(result: ExecutionResult, version: int) -> Answer:
    if not result.errors:
        return Answer(_json({"data": result.data}), True, version=version)
    errors = [formatted(error) for error in result.errors]
    # Without data and without a place in it, variables were wrong and nothing was executed.
    if result.data is None and not any(error.path for error in result.errors):
        return Answer(_json({"errors": errors}), False, _codes(errors))
    return Answer(_json({"errors": errors, "data": result.data}), True, _codes(errors), version)


def _codes(errors: list[dict[str, Any]]) -> frozenset[str]:
    return frozenset(error["extensions"]["code"] for error in errors)


def _json(answer: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(answer)
    except TypeError:  # a number beyond 64 bits
        return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def execute(
    graph: KnowledgeGraph, query: str, variables: Mapping[str, Any] | None = None, operation_name: str | None = None
) -> dict[str, Any]:
    """Return the answer to one GraphQL request over a graph, as JSON has it; see `Executor.answer`.

    Examples
    --------
    >>> from cuibono.graph.knowledge_graph import open_graph
    >>> execute(open_graph(), "{ info { entities } }")
    {'data': {'info': {'entities': 0}}}
    """
    answer: dict[str, Any] = json.loads(Executor(graph).answer(query, variables, operation_name).content)
    return answer
