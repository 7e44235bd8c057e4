"""``demo`` and ``init``: what a newcomer types first."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import click

import cuibono
from cuibono.api.cli.demo_view import demo_document, demo_parts
from cuibono.api.cli.example import write_example
from cuibono.api.cli.options import output_options
from cuibono.api.cli.output import Output, busy, note
from cuibono.api.cli.serving import address_options, serve_graph
from cuibono.api.settings import Settings
from cuibono.graph.build.dossier import checked_base
from cuibono.graph.errors import InvalidValue

__all__ = ["demo", "init"]


@click.command(
    epilog="""\b
Examples:
  cuibono demo
  cuibono demo --json
  cuibono demo --serve --port 8000
  cuibono demo --store seed
"""
)
@click.option("--store", metavar="DIR", help="Keep the graph in this directory; it is forgotten at the end unless given.")
@click.option("--serve", "and_serve", is_flag=True, help="Then serve the graph over HTTP until interrupted.")
@address_options
@output_options
def demo(store: str | None, and_serve: bool, host: str, port: int, out: Output) -> None:
    """Show the answers for a bundled news article.

    Needs no network, and keeps nothing unless --store says where.
    """
    with cuibono.open(store) as kg:
        with busy("building the graph of the bundled article"):
            report = kg.build(cuibono.seed_dossier(), agent="cuibono demo")
        out.show(lambda: demo_parts(kg, served=and_serve), lambda: demo_document(kg, report))
        if and_serve:
            serve_graph(kg, Settings(host=host, port=port, log="none"))


@click.command(
    epilog="""\b
Examples:
  cuibono init mydossier
  cuibono init mydossier --title "Who owns the harbour?"
  cuibono init mydossier --base https://data.example.org/mydossier/
"""
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--base", metavar="IRI", help="Under which the things of the dossier are published; asked for on a terminal.")
@click.option("--title", help="What the dossier is about.")
def init(folder: Path, base: str | None, title: str | None) -> None:
    """Write an example dossier to learn from and change.

    The folder must be new or empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder}: is not empty; name a new folder")
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", folder.resolve().name).strip("-.") or "dossier"
    if base is None:
        default = f"https://example.org/{name}/"
        if sys.stdin.isatty() and sys.stderr.isatty():
            base = click.prompt("Base IRI, under which the things of the dossier are published", default=default, err=True)
        else:
            base = default
            note(f"base IRI: {base} (--base sets another; change it in dossier.yaml before you publish)")
    try:
        checked_base(base)
    except InvalidValue as error:
        raise click.BadParameter(str(error), param_hint="--base") from error
    write_example(folder, base=base, name=name, title=title or folder.resolve().name)
    dossier, store = shlex.quote(str(folder)), shlex.quote(f"{folder}.graph")
    click.echo(f"wrote an example dossier into {folder}; read its files, then try")
    click.echo(f"  cuibono build {dossier} --store {store}")
    click.echo(f"  cuibono conflicts --store {store}")
