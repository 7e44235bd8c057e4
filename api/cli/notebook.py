"""``notebook``: the tutorials, copied to a folder and opened."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import click

from cuibono.graph.errors import MissingExtra

__all__ = ["notebook"]


@click.command(
    short_help="Open the tutorials in JupyterLab.",
    epilog="""\b
Examples:
  cuibono notebook
  cuibono notebook mytutorials
  cuibono notebook mytutorials --no-open
""",
)
@click.argument("folder", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path), default="cuibono-tutorials")
@click.option("--open/--no-open", "open_it", default=True, show_default=True, help="Then start JupyterLab there.")
def notebook(folder: Path, open_it: bool) -> None:
    """Copy the tutorials to a folder, cuibono-tutorials unless named, and open them in JupyterLab.

    Notebooks that are there already are kept as they are.
    """
    copied, kept = _copied(folder)
    click.echo(f"tutorials in {folder}: {copied} copied" + (f", keeps {kept} that are there" if kept else ""))
    if not open_it:
        return
    try:
        import jupyterlab  # noqa: F401
    except ImportError as error:
        raise MissingExtra("notebook", "The tutorials", "JupyterLab") from error
    command = [sys.executable, "-m", "jupyterlab", str(folder)]
    raise SystemExit(subprocess.run(command, check=False).returncode)  # noqa: S603


def _copied(folder: Path) -> tuple[int, int]:
    """Copy the tutorials that are not there, and return how many were copied and how many kept."""
    folder.mkdir(parents=True, exist_ok=True)
    copied = kept = 0
    with as_file(files("cuibono") / "notebooks") as tutorials:
        for path in sorted(tutorials.glob("*.ipynb")):
            target = folder / path.name
            if target.exists():
                kept += 1
            else:
                shutil.copyfile(path, target)
                copied += 1
    return copied, kept
