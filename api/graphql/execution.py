"""Queries run over a graph, whether they come over HTTP or from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, parse
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from cuibono.api.graphql.errors import formatted, request_error
from cuibono.api.graphql.schema import VocabularySchema, build_schema
from cuibono.graph.knowledge_graph import KnowledgeGraph

__all__ = ["Executor", "execute"]


class Executor:
    """Answers GraphQL queries over one graph.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph. Each query sees one version of it.

    Raises
    ------
    OntologyError
        If a name of the graph's ontology cannot be that of a GraphQL type or field.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph
        self._vocabulary, self._schema = graph.vocabulary, build_schema(graph.vocabulary)

    @property
    def schema(self) -> VocabularySchema:
        """The schema of the graph's vocabulary, which a dossier with an ontology of its own may extend."""
        if self.graph.vocabulary is not self._vocabulary:
            self._vocabulary, self._schema = self.graph.vocabulary, build_schema(self.graph.vocabulary)
        return self._schema

    def execute(
        self, query: str, variables: Mapping[str, Any] | None = None, operation_name: str | None = None
    ) -> dict[str, Any]:
        """Return the answer as JSON takes it: `data`, `errors` or both.

        Without `data`, nothing was executed. Errors carry a code under `extensions`.

        Parameters
        ----------
        operation_name : str, optional
            Which operation of the query to run, where it has several.
        """
        if operation_name is None and _has_choice(query):
            return request_error("the query has several operations; give operationName", "OPERATION_RESOLUTION_FAILURE")
        schema = self.schema
        try:
            result = schema.execute_sync(
                query,
                variable_values=dict(variables or {}),
                context_value=schema.view(self.graph),
                operation_name=operation_name,
                allowed_operation_types={OperationType.QUERY},
            )
        except MissingQueryError:
            return request_error("the query is empty", "BAD_REQUEST")
        except CannotGetOperationTypeError as error:
            return request_error(error.as_http_error_reason(), "OPERATION_RESOLUTION_FAILURE")
        except InvalidOperationTypeError:
            return request_error("this server answers queries only", "OPERATION_NOT_SUPPORTED")
        answer: dict[str, Any] = {}
        if result.errors:
            answer["errors"] = [formatted(error) for error in result.errors]
        if result.data is not None or not result.errors or any(error.path for error in result.errors):
            answer["data"] = result.data
        return answer


def _has_choice(query: str) -> bool:
    """Return whether a query has more operations than one, of which Strawberry would take the first."""
    try:
        definitions = parse(query, no_location=True).definitions
    except GraphQLError:
        return False
    return sum(isinstance(definition, OperationDefinitionNode) for definition in definitions) > 1


def execute(
    graph: KnowledgeGraph, query: str, variables: Mapping[str, Any] | None = None, operation_name: str | None = None
) -> dict[str, Any]:
    """Return the answer to one GraphQL query over a graph; see `Executor.execute`.

    Examples
    --------
    >>> from cuibono.graph.knowledge_graph import open_graph
    >>> execute(open_graph(), "{ info { entities } }")
    {'data': {'info': {'entities': 0}}}
    """
    return Executor(graph).execute(query, variables, operation_name)
