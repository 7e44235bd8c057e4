"""The HTTP application: the rooms of `cuibono.api` put together, and run."""

from __future__ import annotations

import signal
import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from cuibono.api.graphql.execution import Executor
from cuibono.api.settings import Settings
from cuibono.api.web.answers import add_error_handlers
from cuibono.api.web.export import export_routes
from cuibono.api.web.graphql import graphql_routes
from cuibono.api.web.health import health_routes
from cuibono.api.web.page import add_page
from cuibono.graph.errors import InvalidArgument
from cuibono.graph.knowledge_graph import KnowledgeGraph

__all__ = ["create_app", "listening", "serve"]


def create_app(graph: KnowledgeGraph, settings: Settings | None = None) -> FastAPI:
    """Return the application that serves a graph, ready to answer its first question.

    Raises
    ------
    OntologyError
        If a name of the graph's ontology cannot be that of a GraphQL type or field.
    """
    settings = settings or Settings()
    # FastAPI's own pages load their scripts from another host.
    app = FastAPI(title="cuibono", openapi_url=None, docs_url=None, redoc_url=None)
    add_error_handlers(app)
    app.include_router(graphql_routes(Executor(graph), settings))
    app.include_router(export_routes(graph))
    app.include_router(health_routes(graph))
    if settings.query_page:
        add_page(app)
    graph.warm()
    return app


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve an application until the process is asked to stop (SIGINT or SIGTERM), and let requests under way finish.

    The address is printed once it answers.

    Raises
    ------
    InvalidArgument
        If the address cannot be listened on.
    """
    with listening(settings) as listener:
        _Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=10)).run([listener])


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            host, port, *_ = listener.getsockname()
            print(f"Serving at http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl-C stops)", flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        # uvicorn's own notes the signal down to raise it again in the end; to have been stopped is no failure.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def listening(settings: Settings) -> socket.socket:
    """Return a socket that listens on the address of the settings.

    Raises
    ------
    InvalidArgument
        If the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio sends small packets at once only where the socket says that it speaks TCP; else each answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        place = f"{settings.host}, port {settings.port}"
        raise InvalidArgument("port", f"{place} cannot be listened on ({error}); choose another") from error
    return listener
