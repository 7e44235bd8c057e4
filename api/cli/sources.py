"""What a file or a folder holds, and how it is read: the one door of `import`, `diff` and `validate`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import click

from cuibono.graph.build.followthemoney.reading import REJECTS
from cuibono.graph.build.graphml import GRAPH_FORMATS, read_graph_file
from cuibono.graph.build.rdf.parsing import syntax_of
from cuibono.graph.build.table.source import FORMATS, format_of
from cuibono.graph.knowledge_graph import KnowledgeGraph, open_graph

__all__ = [
    "COMPRESSIONS",
    "STREAM",
    "TABLE_FORMATS",
    "Kind",
    "SourceOptions",
    "are_versions",
    "graph_of",
    "kind_of",
    "source_options",
]

Kind = Literal["table", "graph", "network", "followthemoney", "parquet"]
"""A table, a graph in RDF, a network, a stream of FollowTheMoney entities or an export to Parquet."""

STREAM = "followthemoney"
COMPRESSIONS = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\xfd7zXZ\0": ".xz"}
"""Endings of compressed files, by the first bytes of these."""
TABLE_FORMATS = sorted(set(FORMATS.values()))

_STREAMS = (".ftm.json", ".ftm.jsonl", ".ijson")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How a file is to be read, as options say.

    Attributes
    ----------
    mapping : Path or None
        Of a table.
    alignment : tuple of Path
        Of a graph in RDF.
    construct : Path or None
        Likewise.
    base : str or None
        Of whatever has no IRIs of its own.
    relation, class_name : str or None
        Of a network.
    """

    mapping: Path | None = None
    alignment: tuple[Path, ...] = ()
    construct: Path | None = None
    base: str | None = None
    relation: str | None = None
    class_name: str | None = None

    @property
    def query(self) -> str | None:
        """The text of the CONSTRUCT query."""
        return self.construct.read_text(encoding="utf-8") if self.construct else None


_OPTIONS = (
    click.option("--map", "mapping", type=click.Path(path_type=Path), help="Of a table: says which columns make what."),
    click.option(
        "--align",
        "alignment",
        multiple=True,
        type=click.Path(path_type=Path),
        help="Of a graph: Turtle that places its vocabulary under ours (rdfs:subPropertyOf, rdfs:subClassOf).",
    ),
    click.option(
        "--construct",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Of a graph: a SPARQL CONSTRUCT query; what it makes of the file is read in its place.",
    ),
    click.option("--base", metavar="IRI", help="Of a graph: where things that have no IRI of their own are to stand."),
    click.option("--relation", metavar="NAME", help="Of GraphML and GEXF: the relation of edges that name none."),
    click.option("--class", "class_name", metavar="NAME", help="Of GraphML and GEXF: the class of nodes that name none."),
)


def source_options(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Give a command the options that say how a file is read; it takes them as ``source``."""

    @wraps(command)
    def wrapper(**given: Any) -> _Result:
        source = SourceOptions(**{field.name: given.pop(field.name) for field in fields(SourceOptions)})
        return command(source=source, **given)

    for option in reversed(_OPTIONS):
        wrapper = option(wrapper)
    return wrapper


def kind_of(file: Path, mapping: Path | None = None, source_format: str | None = None) -> Kind:
    """Return what a file or a folder holds, by its name, unless a format is given.

    Examples
    --------
    >>> kind_of(Path("a.ftm.json.gz")), kind_of(Path("a.ttl")), kind_of(Path("a.csv.xz")), kind_of(Path("a.graphml"))
    ('followthemoney', 'graph', 'table', 'network')
    """
    if source_format is not None:
        if source_format in GRAPH_FORMATS:
            return "network"
        if source_format == STREAM:
            return "followthemoney"
        return "table" if mapping is not None or source_format in TABLE_FORMATS else "graph"
    if mapping is not None:
        return "table"
    if file.is_dir():
        return "parquet"
    if file.suffix.lower() in GRAPH_FORMATS.values():
        return "network"
    if _uncompressed(file.name.lower().removesuffix(REJECTS)).endswith(_STREAMS):
        return "followthemoney"
    return "table" if format_of(file) not in (None, "json") else "graph"


def are_versions(before: Path, after: Path) -> bool:
    """Return whether two files can be read as versions of one: what has no IRI of its own is then the same in both."""
    return before.is_file() and after.is_file() and _form(before) == _form(after)


def graph_of(target: Path, source: SourceOptions | None = None, *, name: str | None = None) -> KnowledgeGraph:
    """Return the graph of a store, or in memory that of a dossier, an export or any file that `import` takes.

    Parameters
    ----------
    source : SourceOptions, optional
        How a file is to be read.
    name : str, optional
        What a file is taken to be called, for what has no IRI of its own.

    Raises
    ------
    click.UsageError
        If it is a table, and there is no mapping.
    CuibonoError
        If it cannot be read.
    """
    if (target / "cuibono.json").is_file():
        return open_graph(target, create=False)
    kg = open_graph()
    if target.is_dir() and not (target / "statements.parquet").is_file():
        kg.build(target)
        return kg
    with _called(target, name) as file:
        _read(kg, file, syntax_of(target), source or SourceOptions(), name)
    return kg


def _read(kg: KnowledgeGraph, file: Path, syntax: str | None, source: SourceOptions, name: str | None) -> None:
    match kind_of(file, source.mapping):
        case "parquet":
            kg.import_parquet(file)
        case "followthemoney":
            kg.import_followthemoney(file, base=source.base)
        case "network":
            base = source.base or f"https://w3id.org/cuibono/import/{quote(file.name)}/"
            graph = read_graph_file(file)
            kg.from_networkx(graph, base=base, relation=source.relation, type=source.class_name, name=name)
        case "table" if source.mapping is None:
            raise click.UsageError(f"{file.name} is a table, which needs --map", click.get_current_context(silent=True))
        case "table":
            assert source.mapping is not None
            kg.import_table(file, source.mapping)
        case "graph":
            named = "jsonld" if format_of(file) == "json" else syntax
            kg.import_rdf(file, format=named, base=source.base, alignment=source.alignment, construct=source.query)


@contextmanager
def _called(target: Path, name: str | None) -> Iterator[Path]:
    """Give a file under another name."""
    if name in (None, target.name):
        yield target
        return
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / str(name)
        named.symlink_to(target.resolve())
        yield named


def _form(file: Path) -> tuple[str, ...]:
    """Return what two files have in common that are versions of one; syntaxes of RDF are told apart otherwise."""
    kind = kind_of(file)
    compression = file.name.lower().removeprefix(_uncompressed(file.name.lower()))
    match kind:
        case "followthemoney":
            return kind, compression
        case "network":
            return kind, compression, file.suffix.lower()
    return kind, compression, str(format_of(file))


def _uncompressed(name: str) -> str:
    for ending in COMPRESSIONS.values():
        name = name.removesuffix(ending)
    return name
