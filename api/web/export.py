"""The whole graph as a file: Turtle, TriG, N-Quads or JSON-LD."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from cuibono.api.web.answers import error_answer
from cuibono.api.web.negotiation import preferred_type
from cuibono.graph.export import FORMATS, export_format, exported
from cuibono.graph.knowledge_graph import KnowledgeGraph

__all__ = ["export_routes"]


def export_routes(graph: KnowledgeGraph) -> APIRouter:
    """Return the route ``/export``."""
    router = APIRouter()

    @router.get("/export")
    def export(request: Request, format: str | None = None, text: bool = False, history: bool = False) -> Response:
        names = {known.media_type: known.name for known in FORMATS.values()}
        if format is None:
            media_type = preferred_type(request.headers.get("accept"), list(names))
            if media_type is None:
                return error_answer(f"a graph is exported as {', '.join(names)}", "NOT_ACCEPTABLE", 406)
            format = names[media_type]
        chosen = export_format(format)
        chunks = exported(graph.store, chosen.name, text=text, history=history)
        headers = {"vary": "Accept", "content-disposition": f'inline; filename="graph{chosen.suffixes[0]}"'}
        return StreamingResponse(chunks, headers=headers, media_type=chosen.media_type)

    return router
