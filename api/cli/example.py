"""The example dossier that ``init`` writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

__all__ = ["write_example"]


def write_example(folder: Path, *, base: str, name: str, title: str) -> None:
    """Write the example into a folder, with a base IRI, a name and a title."""
    for path, text in _texts(files("cuibono.api") / "example_dossier", ""):
        if path == "dossier.yaml":
            text = _with_settings(text, {"base": base, "name": name, "title": title})
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def _with_settings(text: str, settings: Mapping[str, str]) -> str:
    lines = text.splitlines()
    for name, value in settings.items():
        lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" if line.startswith(f"{name}:") else line for line in lines]
    return "\n".join(lines) + "\n"


def _texts(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            yield from _texts(entry, f"{path}{entry.name}/")
        elif entry.name.endswith((".yaml", ".txt")):
            yield path + entry.name, entry.read_text(encoding="utf-8")
