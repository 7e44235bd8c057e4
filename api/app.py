"""The HTTP application: the rooms of `cuibono.api` put together, and run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from cuibono.api.graphql.budget import Limits
from cuibono.api.graphql.execution import Executor
from cuibono.api.settings import Settings
from cuibono.api.web.admission import Admission
from cuibono.api.web.answering import Answering
from cuibono.api.web.answers import add_error_handlers
from cuibono.api.web.application import Application
from cuibono.api.web.explorer.routes import explorer_routes
from cuibono.api.web.export import export_routes
from cuibono.api.web.gate import Gate
from cuibono.api.web.graphql import GraphQLRoute
from cuibono.api.web.health import health_routes
from cuibono.api.web.hosts import Hosts
from cuibono.api.web.metrics import Metrics, metrics_routes
from cuibono.api.web.page import add_page
from cuibono.api.web.repeats import Repeats
from cuibono.api.web.server import Server, configuration, listening
from cuibono.api.web.tokens import Tokens
from cuibono.api.web.websocket import WebSocketRoute
from cuibono.graph.knowledge_graph import KnowledgeGraph

__all__ = ["create_app", "serve"]

_KEPT = 33_554_432


def create_app(graph: KnowledgeGraph, settings: Settings | None = None) -> Application:
    """Return the application that serves a graph, ready to answer its first question.

    Raises
    ------
    OntologyError
        If a name of the graph's ontology cannot be that of a GraphQL type or field.
    InvalidInput
        If the tokens that the settings name cannot be read.
    """
    settings = settings or Settings()
    tokens = Tokens.configured(settings)
    admission = Admission(settings.running, settings.waiting)
    executor = Executor(graph, _limits(settings), introspection=settings.introspection)
    answering = Answering(executor, admission, settings, writable=bool(tokens))
    websocket = WebSocketRoute(answering, tokens, settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        admission.close()

    # FastAPI's own pages load their scripts from another host.
    app = FastAPI(title="cuibono", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    add_error_handlers(app)
    graphql = GraphQLRoute(answering, settings, page=add_page(app, settings))
    app.include_router(export_routes(graph))
    app.include_router(health_routes(graph))
    metrics = Metrics(
        {
            "graph_version": lambda: graph.version,
            "requests_running": lambda: admission.running,
            "requests_waiting": lambda: admission.waiting,
            "subscriptions": lambda: answering.streams,
        }
    )
    if settings.metrics:
        app.include_router(metrics_routes(metrics))
    if settings.explorer:
        app.include_router(explorer_routes(settings))
    graph.warm()
    hosts = Hosts(settings.host, settings.allowed_hosts, settings.allowed_origins)
    repeats = Repeats(lambda: answering.moment, metrics.report, _KEPT)
    gate = Gate(_Routes(app, graphql, websocket), hosts, tokens, metrics, repeats, read_token=settings.read_token)
    return Application(gate, repeats, answering.end_streams)


def _limits(settings: Settings) -> Limits:
    return Limits(
        tokens=settings.maximum_tokens,
        depth=settings.maximum_depth,
        aliases=settings.maximum_aliases,
        root_fields=settings.maximum_root_fields,
        directives=settings.maximum_directives,
        cost=settings.maximum_cost,
    )


class _Routes:
    """GraphQL for itself, all else by FastAPI."""

    def __init__(self, app: FastAPI, graphql: GraphQLRoute, websocket: WebSocketRoute) -> None:
        self._app = app
        self._graphql: dict[str, ASGIApp] = {"http": graphql, "websocket": websocket}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        mine = self._graphql.get(scope["type"])
        if mine is not None and scope["path"] == f"{scope.get('root_path', '')}/graphql":
            await mine(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def serve(app: Application, settings: Settings) -> None:
    """Serve an application until the process is asked to stop (SIGINT or SIGTERM), and let requests under way finish.

    Subscriptions end then, as there is no other end to them.

    The address is printed once it answers.

    Raises
    ------
    InvalidArgument
        If the address cannot be listened on.
    """
    with listening(settings) as listener:
        Server(configuration(app, settings), app.end_streams).run([listener])
