"""What all figures share: colours that the colour-blind tell apart, shapes that need no colour, light and dark."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cuibono.graph.errors import InvalidArgument, MissingExtra

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "ALIGNMENTS",
    "THEMES",
    "Plot",
    "Theme",
    "ThemeName",
    "drawing",
    "letters_in",
    "line_height",
    "theme_called",
    "wrapped",
]

ThemeName = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a figure; those for signs are of Okabe and Ito's palette (2008), lightened on dark paper.

    Attributes
    ----------
    gain, loss : str
        For what is above and below 0: for and against, gaining and losing.
    """

    paper: str
    ink: str
    quiet: str
    faint: str
    gain: str
    loss: str
    other: str
    own: str


THEMES: Mapping[str, Theme] = {
    "light": Theme("#ffffff", "#1a1a1a", "#595959", "#d9d9d9", "#0072b2", "#c04f00", "#7a5195", "#6b6b6b"),
    "dark": Theme("#121417", "#f0f0f0", "#b3b3b3", "#3f444b", "#56b4e9", "#ff8a3d", "#cc9be0", "#a6a6a6"),
}

ALIGNMENTS = {
    "SELF_SERVING": ("self-serving", "gain", ""),
    "AGAINST_INTEREST": ("against interest", "loss", "////"),
    "MIXED": ("mixed", "other", "xxxx"),
    "OWN_CASE": ("own case", "own", "...."),
}
"""The word, the colour and the hatching of each alignment."""

_SIZE = 9.0


def theme_called(name: str) -> Theme:
    """Return a theme by its name.

    Raises
    ------
    InvalidArgument
        If there is none of that name.
    """
    if name not in THEMES:
        raise InvalidArgument("theme", f"{name!r} is none of {', '.join(THEMES)}")
    return THEMES[name]


class Plot:
    """A figure that shows itself in a notebook, and is saved in any format that matplotlib writes.

    Attributes
    ----------
    figure, ax : Figure, Axes
        Matplotlib's, to be changed at will.
    description : str
        What is to be seen, in words, for those who cannot see it.
    """

    def __init__(self, ax: Axes, description: str) -> None:
        self.ax, self.description = ax, description

    @property
    def figure(self) -> Figure:
        """The figure that the axes are in."""
        figure: Any = self.ax.get_figure()
        return figure  # type: ignore[no-any-return]

    def save(self, path: str | Path, *, dpi: int = 200) -> None:
        """Write the figure to a file, whose ending names the format: PNG, SVG, PDF, …

        Raises
        ------
        InvalidArgument
            If it cannot be written there, or in that format.
        """
        try:
            self.figure.savefig(path, dpi=dpi, facecolor=self.figure.get_facecolor(), metadata={"Title": self.description})
        except (OSError, ValueError) as error:
            raise InvalidArgument("path", f"{path} cannot be written: {error}") from error

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ARG002
        file = io.BytesIO()
        self.figure.savefig(file, format="png", dpi=200, facecolor=self.figure.get_facecolor())
        width, height = (int(inches * 100) for inches in self.figure.get_size_inches())
        size = {"width": width, "height": height}
        return {"image/png": file.getvalue(), "text/plain": repr(self)}, {"image/png": {**size, "alt": self.description}}

    def __repr__(self) -> str:
        return f"<Plot: {self.description}>"


@contextmanager
def drawing(
    theme: Theme, size: tuple[float, float], ax: Axes | None, margins: tuple[float, float, float, float] = (0.1, 0.1, 0.1, 0.1)
) -> Iterator[Axes]:
    """Give axes to draw on, those given or of a new figure, in the colours of a theme.

    Parameters
    ----------
    size : (float, float)
        Width and height of a new figure in inches.
    margins : (float, float, float, float)
        Left, right, bottom and top of it, in inches: what is written beside the axes takes that much.

    Raises
    ------
    MissingExtra
        If matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("plots", "Figures", "matplotlib") from error
    settings: Any = {
        "font.size": _SIZE,
        "font.family": ["DejaVu Sans"],
        "text.color": theme.ink,
        "axes.labelcolor": theme.ink,
        "axes.edgecolor": theme.faint,
        "axes.facecolor": theme.paper,
        "xtick.color": theme.quiet,
        "ytick.color": theme.ink,
        "hatch.linewidth": 0.8,
        "text.parse_math": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "cuibono",
    }
    with mpl.rc_context(settings):
        if ax is None:
            left, right, bottom, top = margins
            figure = Figure(figsize=size, facecolor=theme.paper)
            inside = (max(size[0] - left - right, 0.2), max(size[1] - bottom - top, 0.2))
            ax = figure.add_axes((left / size[0], bottom / size[1], inside[0] / size[0], inside[1] / size[1]))
        yield ax


def wrapped(text: str, width: int, lines: int = 3) -> str:
    """Return a text in lines of at most so many characters, shortened where it takes more lines.

    Examples
    --------
    >>> wrapped("one two three four", 8, lines=2)
    'one two\\nthree …'
    """
    return "\n".join(textwrap.wrap(" ".join(text.split()), max(width, 4), max_lines=lines, placeholder=" …"))


def letters_in(inches: float) -> int:
    """Return how many letters fit into a width; names with wide letters take a little more."""
    return max(6, int(inches / (_SIZE * 0.6 / 72)))


def line_height() -> float:
    """Return the height of a line of text in inches."""
    return _SIZE * 1.25 / 72
