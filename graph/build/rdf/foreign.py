"""Statements in other vocabularies: triples and reified statements whose predicate the ontology places under a relation.

A triple whose predicate is a relation, or is declared ``rdfs:subPropertyOf`` one, is a statement; so is a node with
``rdf:subject``, ``rdf:predicate`` and ``rdf:object``, which may name its source, its dates and a confidence. Their ends need a
class of the ontology, or one declared ``rdfs:subClassOf`` one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cuibono.graph.build.rdf.groups import Fields, Line, is_node, nodes, texts
from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidInput, InvalidValue, Problem
from cuibono.graph.model import (
    Basis,
    Document,
    Entity,
    Evidence,
    Proposition,
    Record,
    Statement,
    content_hash,
    evidence_iri,
    proposition,
    statement_iri,
)
from cuibono.schema import Relation, Vocabulary
from cuibono.schema.namespaces import CB, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SCHEMA, SKOS
from cuibono.schema.ontology import Ontology
from cuibono.schema.vocabulary import local_name

__all__ = ["Found", "Vocabularies", "described", "recorded"]

_HTTP_SCHEMA = "http://schema.org/"
_LABELS = (SKOS + "prefLabel", RDFS + "label", FOAF + "name", SCHEMA + "name", _HTTP_SCHEMA + "name", DCTERMS + "title")
_ALIASES = (SKOS + "altLabel", SCHEMA + "alternateName", _HTTP_SCHEMA + "alternateName")
_SAME = (OWL + "sameAs", SCHEMA + "sameAs", _HTTP_SCHEMA + "sameAs", SKOS + "exactMatch")
_DESCRIPTIONS = (DCTERMS + "description", SCHEMA + "description", _HTTP_SCHEMA + "description", RDFS + "comment")
_SOURCES = (DCTERMS + "source", PROV + "hadPrimarySource", PROV + "wasDerivedFrom", SCHEMA + "citation", SCHEMA + "isBasedOn")
_SINCE = (CB + "validFrom", SCHEMA + "startDate", _HTTP_SCHEMA + "startDate")
_UNTIL = (CB + "validTo", SCHEMA + "endDate", _HTTP_SCHEMA + "endDate")

_DESCRIBING = {RDF + "type", *_LABELS, *_ALIASES, *_SAME, *_DESCRIPTIONS}


@dataclass(frozen=True, slots=True)
class Found:
    """A statement in a file.

    Attributes
    ----------
    circumstances : Fields
        What is said of it.
    lines : sequence of str
        The triples that say it, blank nodes without names.
    numbers : (int, int) or None
        Where the first and the last of them stand among all, counted from 1, where they stand there at all.
    """

    proposition: Proposition
    circumstances: Fields
    lines: Sequence[str]
    numbers: tuple[int, int] | None


class Vocabularies:
    """What terms of other vocabularies are in that of the graph.

    Parameters
    ----------
    vocabulary : Vocabulary
        That of the graph.
    alignment : sequence of Ontology
        Place other vocabularies under it; the graph does not take them over.
    """

    def __init__(self, vocabulary: Vocabulary, alignment: Sequence[Ontology]) -> None:
        self._vocabulary = vocabulary
        self._ontology = vocabulary.ontology.extended_by(alignment)
        self._known_classes = {c.iri for c in vocabulary.classes.values() if not c.abstract}
        self._known_relations = {relation.iri: relation for relation in vocabulary.relations.values()}
        self._relations: dict[str, Relation | None] = {}
        self._classes: dict[str, str | None] = {}

    def entity(self, iri: str, fields: Fields) -> Entity | None:
        """Return the entity that something is, None where no class of the ontology has it."""
        classes = [found for one in nodes(fields, RDF + "type") if (found := self.class_of(one)) is not None]
        if not classes:
            return None
        labels = [text for name in _LABELS for text in texts(fields, name)]
        names = [*labels, *(text for name in _ALIASES for text in texts(fields, name))]
        label = labels[0] if labels else local_name(iri)
        return Entity(
            iri=iri,
            type=max(classes, key=lambda one: (len(self._vocabulary.ancestors(one)), one)),
            label=label,
            aliases=tuple(set(names) - {label}),
            same_as=tuple(other for name in _SAME for other in nodes(fields, name)),
            description=next((text for name in _DESCRIPTIONS for text in texts(fields, name)), None),
        )

    def has_class(self, fields: Fields) -> bool:
        """Return whether something is an entity."""
        return any(self.class_of(one) is not None for one in nodes(fields, RDF + "type"))

    def reified(self, fields: Fields) -> Proposition | None:
        """Return the proposition that a node is a statement of, None where it is none."""
        ends = [fields.get(RDF + name, []) for name in ("subject", "predicate", "object")]
        if any(len(values) != 1 or not is_node(values[0]) for values in ends):
            return None
        subject, predicate, obj = (values[0][1:-1] for values in ends)
        relation = self.relation(predicate)
        return None if relation is None else proposition(relation, subject, obj)

    def plain(self, line: Line) -> Proposition | None:
        """Return the proposition that a triple states, None where it states none."""
        relation = self.relation(line.predicate)
        if relation is None or not is_node(line.subject) or not is_node(line.object):
            return None
        return proposition(relation, line.subject[1:-1], line.object[1:-1])

    def class_of(self, iri: str) -> str | None:
        """Return the class of the ontology that a class is, or is declared a subclass of."""
        if iri not in self._classes:
            above = self._upwards(iri, RDFS + "subClassOf")
            self._classes[iri] = next((found for found in above if found in self._known_classes), None)
        return self._classes[iri]

    def relation(self, iri: str) -> Relation | None:
        """Return the relation that a property is, or is declared a subproperty of."""
        if iri not in self._relations:
            above = (self._known_relations.get(found) for found in self._upwards(iri, RDFS + "subPropertyOf"))
            self._relations[iri] = next((relation for relation in above if relation is not None), None)
        return self._relations[iri]

    def _upwards(self, iri: str, predicate: str) -> Iterator[str]:
        """Yield a term and what the ontology places it under, nearest first."""
        waiting, seen = [iri], {iri}
        for current in waiting:
            yield current
            above = [one for one in self._ontology.iris(current, predicate) if one not in seen]
            waiting += above
            seen.update(above)


def described(line: Line) -> bool:
    """Return whether a triple is of those that an entity is read from."""
    return line.predicate in _DESCRIBING


def recorded(found: Found, file: Document, base: str) -> list[Record]:
    """Return a statement with its evidence and the documents that they stand in.

    Parameters
    ----------
    file : Document
        The file.
    base : str
        The IRI under which they are to stand.

    Raises
    ------
    InvalidInput
        If a date or a confidence is none.
    """
    source = next((url for name in _SOURCES for url in nodes(found.circumstances, name)), None)
    document = file if source is None else Document(iri=f"{base}document/{content_hash(source)}", url=source)
    exact = " .\n".join(found.lines) + " ."
    locator = f"line={found.numbers[0] - 1},{found.numbers[1]}" if found.numbers else "line=0"
    evidence = Evidence(
        iri=evidence_iri(base, document=file.iri, exact=exact, start=None, row=locator),
        document=file.iri,
        exact=exact,
        row=locator,
    )
    since, until, said = (_date(found, names, file.label) for names in (_SINCE, _UNTIL, (CB + "statedOn",)))
    statement = Statement(
        iri=statement_iri(base, found.proposition, speaker=None, stated_on=said, valid_from=since, document=document.iri),
        subject=found.proposition[0],
        predicate=found.proposition[1],
        object=found.proposition[2],
        basis=Basis.RECORDED,
        document=document.iri,
        stated_on=said,
        valid_from=since,
        valid_to=until,
        confidence=_confidence(found, file.label),
        evidence=(evidence.iri,),
    )
    return [file, *([document] if document != file else []), evidence, statement]


def _date(found: Found, names: Iterable[str], file: str) -> PartialDate | None:
    text = next((text for name in names for text in texts(found.circumstances, name)), None)
    try:
        return None if text is None else PartialDate(text.partition("T")[0])
    except InvalidValue as error:
        raise _refusal(found, str(error), file) from error


def _confidence(found: Found, file: str) -> float | None:
    text = next(iter(texts(found.circumstances, CB + "confidence")), None)
    try:
        return None if text is None else float(text)
    except ValueError as error:
        raise _refusal(found, f"{text!r} is no confidence; it is a number between 0 and 1", file) from error


def _refusal(found: Found, message: str, file: str) -> InvalidInput:
    subject, predicate, obj = found.proposition
    return InvalidInput([Problem(file, None, f"<{subject}> <{predicate}> <{obj}>: {message}")])
