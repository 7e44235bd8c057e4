"""A picture of a graph that shows itself: as a widget where one can run, as SVG anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from cuibono.graph.errors import InvalidArgument, MissingExtra
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.attributes import printed
from cuibono.graph.views.pictures.scene import Scene
from cuibono.graph.views.pictures.svg import svg_of

__all__ = ["Drawing"]

_THEMES = ("auto", "light", "dark")


class Drawing:
    """A picture of a graph.

    Attributes
    ----------
    svg : str
        The picture as an SVG document.
    cut : bool
        Whether something was left out, as there were more statements than asked for.
    """

    def __init__(self, scene: Scene, snapshot: Snapshot, *, theme: str = "auto", cut: bool = False) -> None:
        if theme not in _THEMES:
            raise InvalidArgument("theme", f"{theme!r} is none of {', '.join(_THEMES)}")
        self.scene, self.cut = scene, cut
        self._snapshot, self._theme = snapshot, theme
        self.svg = svg_of(scene, theme)
        self._widget: Any = None

    def save(self, path: str | Path, *, dpi: int = 200) -> None:
        """Write the picture to a file: SVG as it is, PNG and other formats with matplotlib.

        Raises
        ------
        MissingExtra
            If matplotlib is not installed, and the format needs it.
        InvalidArgument
            If it cannot be written there, or in that format.
        """
        target = Path(path)
        if target.suffix.lower() == ".svg":
            try:
                target.write_text(self.svg, encoding="utf-8")
            except OSError as error:
                raise InvalidArgument("path", f"{path} cannot be written: {error.strerror or error}") from error
            return
        from cuibono.graph.views.pictures.raster import write_raster

        write_raster(self.scene, target, "light" if self._theme == "auto" else self._theme, dpi)

    def widget(self) -> Any:
        """Return the picture as a widget to move, enlarge and choose in; its ``chosen`` is the IRI of what was chosen.

        Raises
        ------
        MissingExtra
            If anywidget is not installed.
        """
        if self._widget is None:
            try:
                import anywidget
                import traitlets
            except ImportError as error:
                raise MissingExtra("notebook", "Widgets", "anywidget") from error
            code = (files("cuibono.graph.views.pictures") / "static" / "picture.js").read_text(encoding="utf-8")
            traits = {
                "_esm": code,
                "svg": traitlets.Unicode().tag(sync=True),
                "things": traitlets.List().tag(sync=True),
                "chosen": traitlets.Unicode(allow_none=True, default_value=None).tag(sync=True),
            }
            kind = type("PictureWidget", (anywidget.AnyWidget,), traits)
            self._widget = kind(svg=self.svg, things=self._things())
        return self._widget

    def _things(self) -> Sequence[dict[str, Any]]:
        """Return what the widget tells about each node: its name, and what is said with the first quote for it."""
        scene, snapshot = self.scene, self._snapshot
        said: list[list[dict[str, str]]] = [[] for _ in scene.nodes]
        for line in scene.lines:
            for statement in line.statements:
                quote = snapshot.evidence[statement.evidence[0]].exact if statement.evidence else ""
                told = {"says": printed(snapshot.label(statement.iri)), "basis": statement.basis.value, "quote": printed(quote)}
                for end in {line.start, line.end}:
                    said[end].append(told)
        return [
            {"iri": node.iri, "label": printed(node.label), "kind": node.kind, "said": told}
            for node, told in zip(scene.nodes, said, strict=True)
        ]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown = {"text/plain": repr(self), "text/html": self.svg}
        if _can_run_widgets():
            bundle = self.widget()._repr_mimebundle_(include=include, exclude=exclude)
            data = bundle[0] if isinstance(bundle, tuple) else bundle
            return {**(data or {}), **shown}
        return shown

    def __repr__(self) -> str:
        cut = ", cut at a limit" if self.cut else ""
        return f"<Drawing of {len(self.scene.nodes)} things and {len(self.scene.lines)} lines{cut}>"


def _can_run_widgets() -> bool:
    """Return whether a kernel runs this that can talk to a front end, and the library for widgets is there."""
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    if running is None or not hasattr(running, "kernel"):
        return False
    try:
        import anywidget  # noqa: F401
    except ImportError:
        return False
    return True
