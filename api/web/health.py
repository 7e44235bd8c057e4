"""Whether the server runs, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter, Response

from cuibono.api.web.answers import json_answer
from cuibono.graph.knowledge_graph import KnowledgeGraph

__all__ = ["health_routes"]


def health_routes(graph: KnowledgeGraph) -> APIRouter:
    """Return the routes ``/healthz`` and ``/readyz``."""
    router = APIRouter()

    @router.get("/healthz")
    async def alive() -> Response:
        return json_answer({"status": "ok"})

    @router.get("/readyz")
    def ready() -> Response:
        return json_answer({"status": "ready", "version": graph.snapshot.version})

    return router
