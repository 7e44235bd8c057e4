"""``serve``: the graph over HTTP."""

from __future__ import annotations

import click

from cuibono.api.cli.options import opened, store_option
from cuibono.graph.knowledge_graph import KnowledgeGraph

__all__ = ["host_option", "port_option", "serve", "serve_graph"]

host_option = click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="The address to listen on.")
port_option = click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port to listen on; 0 picks a free one."
)


@click.command(
    epilog="""\b
Examples:
  cuibono serve --store mygraph
  cuibono serve --store mygraph --host 0.0.0.0 --port 8080

\b
Offers /graphql (with a page to write queries on, for a browser), /export and /healthz.
Ctrl-C stops it.
"""
)
@store_option
@host_option
@port_option
def serve(store: str | None, host: str, port: int) -> None:
    """Serve a graph over HTTP."""
    with opened(store) as kg:
        serve_graph(kg, host, port)


def serve_graph(kg: KnowledgeGraph, host: str, port: int) -> None:
    """Serve a graph until the process is interrupted."""
    from cuibono.api.app import create_app
    from cuibono.api.app import serve as run
    from cuibono.api.settings import Settings

    settings = Settings(host=host, port=port)
    run(create_app(kg, settings), settings)
