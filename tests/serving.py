"""A real server on a free port, and a client that asks it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from cuibono.api.app import create_app
from cuibono.api.settings import Settings
from cuibono.api.web.server import configuration, listening
from cuibono.graph.knowledge_graph import KnowledgeGraph


class Client(httpx.Client):
    """Speaks HTTP to a running server."""

    def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the whole answer to a query."""
        response = self.post("/graphql", json={"query": query, "variables": variables})
        answer: dict[str, Any] = response.json()
        return answer

    def ask(self, query: str, **variables: Any) -> Any:
        """Return the data of a query that has no errors."""
        answer = self.graphql(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def error(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the one error of a query."""
        errors = self.graphql(query, **variables)["errors"]
        assert len(errors) == 1
        error: dict[str, Any] = errors[0]
        return error


@contextmanager
def serving(graph: KnowledgeGraph, settings: Settings | None = None) -> Iterator[Client]:
    """Serve a graph in a thread of this process for as long as the block runs."""
    settings = settings or Settings()
    listener = listening(Settings(port=0))
    server = uvicorn.Server(configuration(create_app(graph, settings), settings))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        with Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=120) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def nodes(connection: dict[str, Any]) -> list[Any]:
    """Return the nodes of a connection."""
    return [edge["node"] for edge in connection["edges"]]
