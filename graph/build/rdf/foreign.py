"""Statements in other vocabularies: triples and reified statements whose predicate the ontology places under a relation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidInput, InvalidValue, Problem
from cuibono.graph.model import (
    Basis,
    Document,
    Entity,
    Evidence,
    Proposition,
    Record,
    Records,
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

__all__ = ["foreign_records"]

_HTTP_SCHEMA = "http://schema.org/"
_LABELS = (SKOS + "prefLabel", RDFS + "label", FOAF + "name", SCHEMA + "name", _HTTP_SCHEMA + "name", DCTERMS + "title")
_ALIASES = (SKOS + "altLabel", SCHEMA + "alternateName", _HTTP_SCHEMA + "alternateName")
_SAME = (OWL + "sameAs", SCHEMA + "sameAs", _HTTP_SCHEMA + "sameAs", SKOS + "exactMatch")
_DESCRIPTIONS = (DCTERMS + "description", SCHEMA + "description", _HTTP_SCHEMA + "description", RDFS + "comment")
_SOURCES = (DCTERMS + "source", PROV + "hadPrimarySource", PROV + "wasDerivedFrom", SCHEMA + "citation", SCHEMA + "isBasedOn")
_SINCE = (CB + "validFrom", SCHEMA + "startDate", _HTTP_SCHEMA + "startDate")
_UNTIL = (CB + "validTo", SCHEMA + "endDate", _HTTP_SCHEMA + "endDate")

_Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True, slots=True)
class _Found:
    """A statement in the file, and the lines of it in N-Quads."""

    proposition: Proposition
    circumstances: Mapping[str, list[_Term]]
    lines: tuple[str, ...]


def foreign_records(
    quads: Sequence[ox.Quad],
    document: Document,
    base: str,
    vocabulary: Vocabulary,
    alignment: Sequence[Ontology],
    known: Records,
) -> tuple[list[Record], set[ox.Quad]]:
    """Return what quads say in the terms of the ontology, and which of them say it.

    A triple whose predicate is a relation, or is declared ``rdfs:subPropertyOf`` one, is a statement; so is a node with
    ``rdf:subject``, ``rdf:predicate`` and ``rdf:object``, which may name its source, its dates and a confidence. Their ends
    need a class of the ontology, or one declared ``rdfs:subClassOf`` one.

    Parameters
    ----------
    document : Document
        The file.
    alignment : sequence of Ontology
        Place other vocabularies under that of the graph; the graph does not take them over.
    known : Records
        What was read of the file already: things that statements may be about, and propositions of which triples alone
        make no further statement.

    Raises
    ------
    InvalidInput
        If a date or a confidence is none.
    """
    return _Reader(quads, document, base, vocabulary, alignment).read(known)


class _Reader:
    def __init__(
        self, quads: Sequence[ox.Quad], document: Document, base: str, vocabulary: Vocabulary, alignment: Sequence[Ontology]
    ) -> None:
        self._quads, self._document, self._base, self._vocabulary = quads, document, base, vocabulary
        self._ontology = vocabulary.ontology.extended_by(alignment)
        self._classes = {c.iri for c in vocabulary.classes.values() if not c.abstract}
        self._known_relations = {relation.iri: relation for relation in vocabulary.relations.values()}
        self._fields: dict[_Term, dict[str, list[_Term]]] = defaultdict(lambda: defaultdict(list))
        self._by_subject: dict[_Term, list[ox.Quad]] = defaultdict(list)
        for quad in quads:
            if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
                self._fields[quad.subject][quad.predicate.value].append(quad.object)
                self._by_subject[quad.subject].append(quad)
        self._relations: dict[str, Relation | None] = {}
        self._entities: dict[str, Entity | None] = {}
        self._records: dict[str, Record] = {}
        self._used: set[ox.Quad] = set()
        self._others: set[str] = set()

    def read(self, known: Records) -> tuple[list[Record], set[ox.Quad]]:
        stated = {(s.subject, s.predicate, s.object) for s in known.statements.values()}
        self._others = {*known.entities, *known.claims, *known.statements}
        for node in list(self._fields):
            if isinstance(node, ox.NamedNode):
                self._has_entity(node.value)
        lines = {line: number for number, line in enumerate(sorted({_line(quad) for quad in self._quads}), 1)}
        for found in self._reified():
            stated.add(found.proposition)
            self._enter(found, lines)
        for quad in self._quads:
            relation = self._relation(quad.predicate.value)
            if relation is None or not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.NamedNode):
                continue
            key = proposition(relation, quad.subject.value, quad.object.value)
            if key in stated:
                self._used.add(quad)
            elif self._has_ends(key):
                self._used.add(quad)
                self._enter(_Found(key, {}, (_line(quad),)), lines)
        return list(self._records.values()), self._used

    def _reified(self) -> Iterator[_Found]:
        for node, fields in list(self._fields.items()):
            ends = [fields.get(RDF + name, []) for name in ("subject", "predicate", "object")]
            if any(len(values) != 1 or not isinstance(values[0], ox.NamedNode) for values in ends):
                continue
            subject, predicate, obj = (str(getattr(values[0], "value", "")) for values in ends)
            relation = self._relation(predicate)
            if relation is None:
                continue
            key = proposition(relation, subject, obj)
            if self._has_ends(key):
                quads = self._by_subject[node]
                self._used.update(quads)
                yield _Found(key, fields, tuple(sorted(map(_line, quads))))

    def _enter(self, found: _Found, lines: Mapping[str, int]) -> None:
        source = next((url for name in _SOURCES for url in _nodes(found.circumstances, name)), None)
        document = self._document
        if source is not None:
            document = Document(iri=f"{self._base}document/{content_hash(source)}", url=source)
            self._records.setdefault(document.iri, document)
        numbers = sorted(lines[line] for line in found.lines if line in lines)
        exact = " .\n".join(found.lines) + " ."
        locator = f"line={numbers[0] - 1},{numbers[-1]}" if numbers else "line=0"
        evidence = Evidence(
            iri=evidence_iri(self._base, document=self._document.iri, exact=exact, start=None, row=locator),
            document=self._document.iri,
            exact=exact,
            row=locator,
        )
        self._records[evidence.iri] = evidence
        since, until = (self._date(found, names) for names in (_SINCE, _UNTIL))
        said = self._date(found, (CB + "statedOn",))
        iri = statement_iri(self._base, found.proposition, speaker=None, stated_on=said, valid_from=since, document=document.iri)
        before = self._records.get(iri)
        pieces = before.evidence if isinstance(before, Statement) else ()
        self._records[iri] = Statement(
            iri=iri,
            subject=found.proposition[0],
            predicate=found.proposition[1],
            object=found.proposition[2],
            basis=Basis.RECORDED,
            document=document.iri,
            stated_on=said,
            valid_from=since,
            valid_to=until,
            confidence=self._confidence(found),
            evidence=(*pieces, evidence.iri),
        )

    # ── ends ───────────────────────────────────────────────────────────────────────────────────────────

    def _has_ends(self, key: Proposition) -> bool:
        return all(self._has_entity(iri) or iri in self._others for iri in (key[0], key[2]))

    def _has_entity(self, iri: str) -> bool:
        """Enter what the file says of an entity, and return whether it is one."""
        entity = self._entity(iri)
        if entity is not None and iri not in self._records:
            self._records[iri] = entity
            self._used.update(quad for quad in self._by_subject[ox.NamedNode(iri)] if _describes(quad))
        return entity is not None

    def _entity(self, iri: str) -> Entity | None:
        if iri not in self._entities:
            self._entities[iri] = self._read_entity(iri, self._fields.get(ox.NamedNode(iri), {}))
        return self._entities[iri]

    def _read_entity(self, iri: str, fields: Mapping[str, list[_Term]]) -> Entity | None:
        classes = [found for one in _nodes(fields, RDF + "type") if (found := self._class(one)) is not None]
        if not classes:
            return None
        labels = [text for name in _LABELS for text in _texts(fields, name)]
        names = [*labels, *(text for name in _ALIASES for text in _texts(fields, name))]
        label = labels[0] if labels else local_name(iri)
        return Entity(
            iri=iri,
            type=max(classes, key=lambda one: (len(self._vocabulary.ancestors(one)), one)),
            label=label,
            aliases=tuple(set(names) - {label}),
            same_as=tuple(other for name in _SAME for other in _nodes(fields, name)),
            description=next((text for name in _DESCRIPTIONS for text in _texts(fields, name)), None),
        )

    def _class(self, iri: str) -> str | None:
        """Return the class of the ontology that a class is, or is declared a subclass of."""
        for found in self._upwards(iri, RDFS + "subClassOf"):
            if found in self._classes:
                return found
        return None

    def _relation(self, iri: str) -> Relation | None:
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

    # ── circumstances ──────────────────────────────────────────────────────────────────────────────────

    def _date(self, found: _Found, names: Iterable[str]) -> PartialDate | None:
        text = next((text for name in names for text in _texts(found.circumstances, name)), None)
        try:
            return None if text is None else PartialDate(text.partition("T")[0])
        except InvalidValue as error:
            raise self._refusal(found, str(error)) from error

    def _confidence(self, found: _Found) -> float | None:
        text = next(iter(_texts(found.circumstances, CB + "confidence")), None)
        try:
            return None if text is None else float(text)
        except ValueError as error:
            raise self._refusal(found, f"{text!r} is no confidence; it is a number between 0 and 1") from error

    def _refusal(self, found: _Found, message: str) -> InvalidInput:
        subject, predicate, obj = found.proposition
        return InvalidInput([Problem(self._document.label, None, f"<{subject}> <{predicate}> <{obj}>: {message}")])


def _nodes(fields: Mapping[str, list[_Term]], name: str) -> list[str]:
    return sorted(value.value for value in fields.get(name, ()) if isinstance(value, ox.NamedNode))


def _texts(fields: Mapping[str, list[_Term]], name: str) -> list[str]:
    """Return texts, English ones and those of no language first."""
    found = [value for value in fields.get(name, ()) if isinstance(value, ox.Literal) and value.value.strip()]
    return [value.value for value in sorted(found, key=lambda v: (v.language not in (None, "en"), v.language or "", v.value))]


def _line(quad: ox.Quad) -> str:
    """Return a triple in N-Triples, blank nodes without the names that they get at each reading."""
    return " ".join("_:b" if isinstance(term, ox.BlankNode) else str(term) for term in quad.triple)


def _describes(quad: ox.Quad) -> bool:
    return quad.predicate.value in {RDF + "type", *_LABELS, *_ALIASES, *_SAME, *_DESCRIPTIONS}
