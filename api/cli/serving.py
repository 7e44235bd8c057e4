"""``serve``: the graph over HTTP; ``token``: who may write to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field
from typing import Any, TypeVar

import click

from cuibono.api.cli.options import opened, store_option
from cuibono.api.settings import Settings, environment_name, setting_help, settings
from cuibono.graph.knowledge_graph import KnowledgeGraph

__all__ = ["address_options", "serve", "serve_graph", "token"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

_METAVARS = {"host": "ADDRESS", "tokens_file": "FILE", "tokens": "NAME:ROLES:SHA256", "root_path": "PATH"}
_ROLES = ("reader", "reviewer", "editor")


def _option(setting: Field[Any]) -> Callable[[_Command], _Command]:
    """Return the option of a setting: its name, its variable of the environment, its default and its limits."""
    default, data = setting.default, setting.metadata
    name = setting.name.replace("_", "-")
    form: dict[str, Any] = {"type": type(default) if default is not None else str}
    if isinstance(default, bool):
        name, form = f"{name}/--no-{name}", {}
    elif isinstance(default, tuple):
        form = {"type": str, "multiple": True}
    elif "choices" in data:
        form = {"type": click.Choice(data["choices"])}
    elif isinstance(default, int | float):
        ranged = click.IntRange if isinstance(default, int) else click.FloatRange
        form = {"type": ranged(data.get("least"), data.get("most"))}
    return click.option(
        f"--{name}",
        setting.name,
        default=default,
        show_default=default not in (None, "", ()),
        envvar=environment_name(setting),
        metavar=_METAVARS.get(setting.name),
        help=setting_help(setting),
        **form,
    )


def _options(names: set[str] | None = None) -> Callable[[_Command], _Command]:
    def decorated(command: _Command) -> _Command:
        for setting in reversed(settings()):
            if names is None or setting.name in names:
                command = _option(setting)(command)
        return command

    return decorated


address_options = _options({"host", "port"})


@click.command(
    epilog="""\b
Examples:
  cuibono serve --store mygraph
  cuibono serve --store mygraph --port 8080 --log json --tokens-file tokens.txt
  CUIBONO_HOST=0.0.0.0 CUIBONO_ALLOWED_HOSTS=graph.example.org cuibono serve --store mygraph

\b
Offers the explorer at / for a browser, /graphql (with a page to write queries on), /export,
/healthz, /readyz and /metrics. Each option is a variable of the environment, too: --time-limit is
CUIBONO_TIME_LIMIT. What may be given several times takes words with spaces between them
there. Ctrl-C stops the server.
"""
)
@store_option
@_options()
def serve(store: str | None, **chosen: Any) -> None:
    """Serve a graph over HTTP."""
    with opened(store) as kg:
        serve_graph(kg, Settings(**chosen))


def serve_graph(kg: KnowledgeGraph, chosen: Settings) -> None:
    """Serve a graph until the process is interrupted."""
    from cuibono.api.app import create_app
    from cuibono.api.app import serve as run
    from cuibono.api.web.logs import logging_as

    with logging_as(chosen.log):
        run(create_app(kg, chosen), chosen)


@click.command(
    epilog="""\b
Examples:
  cuibono token ada --role editor --role reviewer >> tokens.txt
  cuibono serve --store mygraph --tokens-file tokens.txt

\b
The line for the server's file goes to standard output. The token goes to standard error,
once: it is kept nowhere, and the line holds no more than its hash.
"""
)
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(_ROLES), help="May be repeated.")
def token(name: str, roles: tuple[str, ...]) -> None:
    """Make a token that lets somebody in to a server."""
    from cuibono.api.graphql.principal import Role
    from cuibono.api.web.tokens import new_token, token_line

    made = new_token()
    click.echo(token_line(name, list(map(Role, roles)), made))
    click.echo(f"The token of {name}, to be sent as Authorization: Bearer …\n{made}", err=True)
