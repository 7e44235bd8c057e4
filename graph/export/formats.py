"""The formats that a graph is published in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cuibono.graph.errors import InvalidArgument

__all__ = ["FORMATS", "OTHER_FORMATS", "ExportFormat", "export_format", "format_name"]


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A syntax of RDF.

    Attributes
    ----------
    suffixes : tuple of str
        Endings of its files, the usual one first.
    media_type : str
        As HTTP names it.
    keeps_graphs : bool
        Whether it tells the named graphs apart; what does not gives their union.
    """

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    keeps_graphs: bool


FORMATS = {
    found.name: found
    for found in (
        ExportFormat("turtle", (".ttl",), "text/turtle", keeps_graphs=False),
        ExportFormat("trig", (".trig",), "application/trig", keeps_graphs=True),
        ExportFormat("nquads", (".nq",), "application/n-quads", keeps_graphs=True),
        ExportFormat("ntriples", (".nt",), "application/n-triples", keeps_graphs=False),
        ExportFormat("jsonld", (".jsonld", ".json"), "application/ld+json", keeps_graphs=False),
    )
}
"""By name."""


OTHER_FORMATS = {"parquet": (), "graphml": (".graphml",), "followthemoney": (".ftm.json", ".ftm.jsonl", ".ijson")}
"""What is no RDF, by name, with the endings of its files."""


def format_name(name: str | None, path: Path) -> str:
    """Return the name of a format, RDF or another: the one that is given, or that a file's ending stands for.

    Raises
    ------
    InvalidArgument
        If there is none.

    Examples
    --------
    >>> format_name(None, Path("graph.ftm.json")), format_name(None, Path("graph.json"))
    ('followthemoney', 'jsonld')
    """
    if name in OTHER_FORMATS:
        return str(name)
    if name is None:
        for other, endings in OTHER_FORMATS.items():
            if path.name.lower().endswith(endings):
                return other
    return export_format(name, path).name


def export_format(name: str | None = None, path: Path | None = None) -> ExportFormat:
    """Return the format of a name, or else the one that a file's ending stands for.

    Raises
    ------
    InvalidArgument
        If there is none.

    Examples
    --------
    >>> export_format("trig").media_type, export_format(path=Path("graph.ttl")).name
    ('application/trig', 'turtle')
    """
    if name is not None:
        if name not in FORMATS:
            raise InvalidArgument("format", f"{name!r} is none of {', '.join([*FORMATS, *OTHER_FORMATS])}")
        return FORMATS[name]
    ending = path.suffix.lower() if path is not None else ""
    for found in FORMATS.values():
        if ending in found.suffixes:
            return found
    known = ", ".join(f"{suffix} ({found.name})" for found in FORMATS.values() for suffix in found.suffixes)
    raise InvalidArgument("format", f"nothing says which; name one, or end the file's name in one of {known}")
