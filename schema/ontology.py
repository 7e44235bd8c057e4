"""An ontology as read from Turtle: look-ups over its triples, the last file winning for single values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from cuibono.schema.errors import OntologyError
from cuibono.schema.namespaces import RDF, RDFS

__all__ = ["Ontology"]

_Values = dict[tuple[str, str], list[ox.NamedNode | ox.Literal]]


@dataclass(frozen=True)
class Ontology:
    """The triples of one ontology file, and of those it is extended by.

    Attributes
    ----------
    file : str
        Name of the file, for messages.
    triples : tuple of pyoxigraph.Triple
        Those of this file alone that touch no blank node, sorted. Nothing that cuibono reads of an ontology
        stands at a blank node, and it writes none.
    """

    file: str
    triples: tuple[ox.Triple, ...]
    extensions: tuple[Ontology, ...] = ()
    _values: _Values = field(default_factory=dict, repr=False, compare=False)
    _subjects: dict[tuple[str, str], list[str]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read_file(cls, file: str | Path) -> Ontology:
        """Return the ontology in a Turtle file.

        Raises
        ------
        OntologyError
            If it cannot be read or parsed.
        """
        try:
            text = Path(file).read_bytes()
        except OSError as error:
            raise OntologyError(str(file), f"cannot be read: {error.strerror or error}") from error
        return cls.parse(text, str(file))

    @classmethod
    def parse(cls, text: bytes, file: str) -> Ontology:
        """Return the ontology in a Turtle text.

        Raises
        ------
        OntologyError
            If it cannot be parsed.
        """
        try:
            quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
        except (SyntaxError, ValueError, MemoryError) as error:
            raise OntologyError(file, f"is not Turtle: {error}") from error
        return cls.from_triples((quad.triple for quad in quads), file)

    @classmethod
    def from_triples(cls, triples: Iterable[ox.Triple], file: str) -> Ontology:
        """Return the ontology that triples make up."""
        named = [t for t in triples if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, (ox.NamedNode, ox.Literal))]
        ontology = cls(file, tuple(sorted(named, key=str)))
        values: _Values = defaultdict(list)
        subjects: dict[tuple[str, str], list[str]] = defaultdict(list)
        for triple in ontology.triples:
            assert isinstance(triple.subject, ox.NamedNode)
            assert isinstance(triple.object, (ox.NamedNode, ox.Literal))
            values[_key(triple)].append(triple.object)
            if isinstance(triple.object, ox.NamedNode):
                subjects[triple.predicate.value, triple.object.value].append(triple.subject.value)
        ontology._values.update(values)
        ontology._subjects.update(subjects)
        return ontology

    def extended_by(self, extensions: Iterable[Ontology]) -> Ontology:
        """Return the ontology with others on top of it; for single values the last one wins."""
        return Ontology(self.file, self.triples, (*self.extensions, *extensions), self._values, self._subjects)

    def merged(self) -> tuple[ox.Triple, ...]:
        """Return the triples of all files; of texts and numbers of one property, those of the last file."""
        return _merged(self._layers())

    def merged_extensions(self) -> tuple[ox.Triple, ...]:
        """Return the triples of all extensions; of texts and numbers of one property, those of the last file."""
        return _merged(self.extensions)

    def error(self, iri: str, message: str) -> OntologyError:
        """Return the error that a term is wrong, naming the last file that speaks of it."""
        return OntologyError(self._last(iri), f"<{iri}>: {message}")

    def iris(self, subject: str, predicate: str) -> tuple[str, ...]:
        """Return all IRIs that stand as objects, sorted."""
        return tuple(sorted({v.value for v in self._all(subject, predicate) if isinstance(v, ox.NamedNode)}))

    def types(self, subject: str) -> tuple[str, ...]:
        """Return the classes that a term is declared a member of, sorted."""
        return self.iris(subject, RDF + "type")

    def subjects(self, predicate: str, obj: str) -> tuple[str, ...]:
        """Return all IRIs that stand as subjects before a predicate and an IRI, sorted."""
        found = {iri for layer in self._layers() for iri in layer._subjects.get((predicate, obj), ())}
        return tuple(sorted(found))

    def members(self, class_iri: str) -> tuple[str, ...]:
        """Return the terms declared members of a class, sorted."""
        return self.subjects(RDF + "type", class_iri)

    def descendants(self, class_iri: str) -> tuple[str, ...]:
        """Return all subclasses of a class, near and far, sorted."""
        found: set[str] = set()
        frontier = [class_iri]
        while frontier:
            for child in self.subjects(RDFS + "subClassOf", frontier.pop()):
                if child not in found:
                    found.add(child)
                    frontier.append(child)
        return tuple(sorted(found))

    def text(self, subject: str, predicate: str) -> str | None:
        """Return a text, the English or untagged one where there are several, or None."""
        literal = self._single(subject, predicate)
        return literal.value if literal else None

    def number(self, subject: str, predicate: str) -> float | None:
        """Return a number or None.

        Raises
        ------
        OntologyError
            If what stands there is no number.
        """
        literal = self._single(subject, predicate)
        if literal is None:
            return None
        try:
            return float(literal.value)
        except ValueError as error:
            raise self.error(subject, f"the value {literal.value!r} of <{predicate}> is no number") from error

    def boolean(self, subject: str, predicate: str) -> bool | None:
        """Return a truth value or None.

        Raises
        ------
        OntologyError
            If what stands there is neither true nor false.
        """
        literal = self._single(subject, predicate)
        if literal is None:
            return None
        if literal.value not in {"true", "false", "1", "0"}:
            raise self.error(subject, f"the value {literal.value!r} of <{predicate}> is neither true nor false")
        return literal.value in {"true", "1"}

    def _single(self, subject: str, predicate: str) -> ox.Literal | None:
        for layer in reversed(self._layers()):
            literals = [v for v in layer._values.get((subject, predicate), ()) if isinstance(v, ox.Literal)]
            if literals:
                preferred = [v for v in literals if v.language in (None, "en")]
                distinct = {v.value for v in preferred or literals}
                if len(distinct) > 1:
                    raise OntologyError(layer.file, f"<{subject}>: <{predicate}> has {len(distinct)} values; give it one")
                return (preferred or literals)[0]
        return None

    def _all(self, subject: str, predicate: str) -> list[ox.NamedNode | ox.Literal]:
        return [value for layer in self._layers() for value in layer._values.get((subject, predicate), ())]

    def _layers(self) -> list[Ontology]:
        return [self, *self.extensions]

    def _last(self, iri: str) -> str:
        speaking = [layer.file for layer in self._layers() if any(subject == iri for subject, _ in layer._values)]
        return speaking[-1] if speaking else self.file


def _merged(layers: Sequence[Ontology]) -> tuple[ox.Triple, ...]:
    speaking = {key: layer for layer in layers for key, values in layer._values.items() if _has_literal(values)}
    return tuple(
        triple
        for layer in layers
        for triple in layer.triples
        if not isinstance(triple.object, ox.Literal) or speaking[_key(triple)] is layer
    )


def _key(triple: ox.Triple) -> tuple[str, str]:
    assert isinstance(triple.subject, ox.NamedNode)
    return triple.subject.value, triple.predicate.value


def _has_literal(values: list[ox.NamedNode | ox.Literal]) -> bool:
    return any(isinstance(value, ox.Literal) for value in values)
