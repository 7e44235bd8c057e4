"""The quads of a file by their subjects, as they stand in sorted N-Quads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import pyoxigraph as ox

__all__ = ["Fields", "Group", "Line", "fields_of", "groups", "is_node", "nodes", "texts"]

Fields = Mapping[str, list[str]]
"""Objects, as N-Triples writes them, by the IRI of the predicate."""


@dataclass(frozen=True, slots=True)
class Line:
    """A quad; its terms as N-Triples writes them, but for the predicate, which is an IRI."""

    subject: str
    predicate: str
    object: str
    graph: str

    @property
    def triple(self) -> str:
        """The triple, as pyoxigraph writes it."""
        return f"{self.subject} <{self.predicate}> {self.object}"

    @property
    def anonymous(self) -> str:
        """The triple, with blank nodes without the names that they get at each reading."""
        subject, obj = ("_:b" if term.startswith("_") else term for term in (self.subject, self.object))
        return f"{subject} <{self.predicate}> {obj}"


@dataclass(frozen=True, slots=True)
class Group:
    """All quads of one subject.

    Attributes
    ----------
    number : int
        Counted from 1.
    problem : None
        That of a `cuibono.graph.build.staging.blocks.Row`; a quad that was parsed has none.
    """

    number: int
    subject: str
    lines: tuple[Line, ...]
    problem: str | None = None

    @property
    def iri(self) -> str | None:
        """The subject's IRI, None for a blank node."""
        return self.subject[1:-1] if self.subject.startswith("<") else None

    def quads(self) -> list[ox.Quad]:
        """Return the quads."""
        text = "".join([f"{line.triple} {line.graph} .\n" for line in self.lines])
        return list(ox.parse(text, format=ox.RdfFormat.N_QUADS))


def groups(lines: Iterable[bytes]) -> Iterator[Group]:
    """Yield the quads of each subject, of sorted lines of N-Quads."""
    by_subject = groupby(map(_split, lines), key=lambda line: line.subject)
    for number, (subject, found) in enumerate(by_subject, 1):
        yield Group(number, subject, tuple(found))


def _split(text: bytes) -> Line:
    subject, predicate, rest = text.decode().split(" ", 2)
    rest = rest[:-3]  # " .\n"
    if rest[0] == '"':
        end = rest.find(" ", rest.rfind('"'))
    elif rest.startswith("<<"):
        end = rest.find(" ", rest.rfind(">>"))
    else:
        end = rest.find(" ")
    obj, graph = (rest, "") if end < 0 else (rest[:end], rest[end + 1 :])
    return Line(subject, predicate[1:-1], obj, graph)


def fields_of(lines: Iterable[Line]) -> Fields:
    """Return what lines say of their subject; not what they say by triples as objects."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        if not line.object.startswith("<<"):
            found[line.predicate].append(line.object)
    return found


def is_node(term: str) -> bool:
    """Return whether a term is an IRI."""
    return term.startswith("<") and not term.startswith("<<")


def nodes(fields: Fields, name: str) -> list[str]:
    """Return IRIs, in order."""
    return sorted([term[1:-1] for term in fields[name] if is_node(term)]) if name in fields else []


def texts(fields: Fields, name: str) -> list[str]:
    """Return texts, English ones and those of no language first."""
    if name not in fields:
        return []
    found = [_literal(term) for term in fields[name] if term.startswith('"')]
    known = sorted((language not in ("", "en"), language, text) for text, language in found if text.strip())
    return [text for _, _, text in known]


def _literal(term: str) -> tuple[str, str]:
    """Return the text and the language of a literal."""
    end = term.rfind('"')
    text, rest = term[1:end], term[end + 1 :]
    if "\\" in text:
        [triple] = ox.parse(f'<urn:a> <urn:a> "{text}" .', format=ox.RdfFormat.N_TRIPLES)
        text = str(getattr(triple.object, "value", ""))
    return text, rest[1:].partition("--")[0] if rest.startswith("@") else ""
