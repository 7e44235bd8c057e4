"""How records stand as quads, and records read back from quads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

import pyoxigraph as ox

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import (
    AttributeValue,
    Basis,
    Claim,
    Document,
    Entity,
    Evidence,
    Record,
    Records,
    Statement,
    Status,
)
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, DC, DCTERMS, OA, PROV, RDF, SCHEMA, SKOS, XSD
from cuibono.schema.vocabulary import local_name

__all__ = [
    "DATE_TYPES",
    "DERIVED",
    "DOCUMENTS",
    "HISTORY",
    "ONTOLOGY",
    "ROW_FRAGMENTS",
    "STATEMENTS",
    "STATEMENT_TYPES",
    "attribute_value",
    "decimal",
    "decimal_text",
    "decoded",
    "encoded",
    "graph_of",
    "selector_iri",
]

_GRAPHS = "https://w3id.org/cuibono/graph/"
STATEMENTS = ox.NamedNode(_GRAPHS + "statements")
DOCUMENTS = ox.NamedNode(_GRAPHS + "documents")
DERIVED = ox.NamedNode(_GRAPHS + "derived")
HISTORY = ox.NamedNode(_GRAPHS + "history")
ONTOLOGY = ox.NamedNode(_GRAPHS + "ontology")

_Term = ox.NamedNode | ox.Literal
_Fields = dict[str, list[_Term]]

TYPE = RDF + "type"
ROW_FRAGMENTS = "https://www.rfc-editor.org/rfc/rfc7111"
DATE_TYPES = {4: XSD + "gYear", 7: XSD + "gYearMonth", 10: XSD + "date"}
STATEMENT_TYPES = (CB + "Statement", RDF + "Statement")


def graph_of(record: Record) -> ox.NamedNode:
    """Return the named graph that a record stands in."""
    return DOCUMENTS if isinstance(record, Document) else STATEMENTS


def encoded(record: Record) -> Iterator[ox.Quad]:
    """Yield the quads of a record; `decoded` gives the record back."""
    graph = graph_of(record)
    match record:
        case Entity():
            pairs = _entity(record)
        case Claim():
            pairs = _claim(record)
        case Document():
            pairs = _document(record)
        case Evidence():
            yield from _selectors(record, graph)
            pairs = _evidence(record)
        case Statement():
            pairs = _statement(record)
    subject = ox.NamedNode(record.iri)
    for predicate, value in pairs:
        yield ox.Quad(subject, ox.NamedNode(predicate), value, graph)


def decoded(quads: Iterable[ox.Quad | ox.Triple], vocabulary: Vocabulary) -> Records:
    """Return the records that quads make up; what is no record of ours is passed over.

    Parameters
    ----------
    quads : iterable of pyoxigraph.Quad
        All quads of the records wanted, in any order; of evidence with those of its selectors.
    """
    subjects: dict[str, _Fields] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, (ox.NamedNode, ox.Literal)):
            subjects[quad.subject.value][quad.predicate.value].append(quad.object)
    return Records.of(_records(subjects, vocabulary))


def _records(subjects: dict[str, _Fields], vocabulary: Vocabulary) -> Iterator[Record]:
    classes = {c.iri for c in vocabulary.classes.values()}
    attributes = {a.iri: a.datatype for a in vocabulary.attributes.values()}
    for iri, fields in subjects.items():
        types = {t.value for t in fields.get(TYPE, ())}
        if CB + "Statement" in types:
            yield _read_statement(iri, fields, attributes)
        elif CB + "Evidence" in types:
            yield _read_evidence(iri, fields, subjects)
        elif CB + "Claim" in types:
            yield _read_claim(iri, fields)
        elif CB + "Document" in types:
            yield _read_document(iri, fields)
        elif entity_types := types & classes:
            yield _read_entity(iri, fields, min(entity_types))


# ── records to terms ───────────────────────────────────────────────────────────────────────────────────


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def decimal(value: float | Decimal) -> ox.Literal:
    """Return a number as a decimal literal."""
    return ox.Literal(decimal_text(value), datatype=_node(XSD + "decimal"))


def decimal_text(value: float | Decimal) -> str:
    """Return a number in the canonical form of a decimal, which Oxigraph would make of it anyway."""
    text = format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _date(day: PartialDate) -> ox.Literal:
    return ox.Literal(day.text, datatype=_node(DATE_TYPES[len(day.text)]))


def _attribute(value: AttributeValue) -> ox.Literal:
    match value:
        case bool():
            return ox.Literal(value)
        case int():
            return ox.Literal(str(value), datatype=_node(XSD + "integer"))
        case float():
            return decimal(value)
        case str():
            return ox.Literal(value)


_Pairs = Iterator[tuple[str, _Term]]


def _optional(predicate: str, text: str | None) -> _Pairs:
    if text is not None:
        yield predicate, ox.Literal(text)


def _optional_node(predicate: str, iri: str | None) -> _Pairs:
    if iri is not None:
        yield predicate, _node(iri)


def _optional_date(predicate: str, day: PartialDate | None) -> _Pairs:
    if day is not None:
        yield predicate, _date(day)


def _entity(entity: Entity) -> _Pairs:
    yield TYPE, _node(entity.type)
    yield SKOS + "prefLabel", ox.Literal(entity.label)
    for alias in entity.aliases:
        yield SKOS + "altLabel", ox.Literal(alias)
    for iri in entity.same_as:
        yield SCHEMA + "sameAs", _node(iri)
    yield from _optional(DCTERMS + "description", entity.description)


def _claim(claim: Claim) -> _Pairs:
    yield TYPE, _node(CB + "Claim")
    yield CB + "text", ox.Literal(claim.text)
    if claim.quantity is not None:
        yield CB + "quantity", decimal(claim.quantity)
    yield from _optional(CB + "unit", claim.unit)
    for hedge in claim.hedges:
        yield CB + "hedge", ox.Literal(hedge)


def _document(document: Document) -> _Pairs:
    yield TYPE, _node(CB + "Document")
    yield from _optional(CB + "sha256", document.sha256)
    yield from _optional(DCTERMS + "title", document.title)
    yield from _optional(CB + "text", document.text)
    yield from _optional(DC + "publisher", document.publisher)
    for author in document.authors:
        yield DC + "creator", ox.Literal(author)
    yield from _optional(DC + "rights", document.licence)
    yield from _optional_node(SCHEMA + "url", document.url)
    yield from _optional_date(DCTERMS + "issued", document.published)
    yield from _optional_date(CB + "retrieved", document.retrieved)
    yield from _optional(DC + "language", document.language)


def _evidence(evidence: Evidence) -> _Pairs:
    yield TYPE, _node(CB + "Evidence")
    yield TYPE, _node(OA + "SpecificResource")
    yield OA + "hasSource", _node(evidence.document)
    yield OA + "hasSelector", _node(selector_iri(evidence.iri, "quote"))
    if evidence.start is not None:
        yield OA + "hasSelector", _node(selector_iri(evidence.iri, "position"))
    if evidence.row is not None:
        yield OA + "hasSelector", _node(selector_iri(evidence.iri, "row"))


def selector_iri(evidence_iri: str, name: str) -> str:
    """Return the IRI of a selector: a fragment, unless the base ended in ``#`` and an IRI has but one."""
    return f"{evidence_iri}{'/' if '#' in evidence_iri else '#'}{name}"


def _selectors(evidence: Evidence, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    def quad(name: str, predicate: str, value: _Term) -> ox.Quad:
        return ox.Quad(_node(selector_iri(evidence.iri, name)), _node(predicate), value, graph)

    yield quad("quote", TYPE, _node(OA + "TextQuoteSelector"))
    yield quad("quote", OA + "exact", ox.Literal(evidence.exact))
    if evidence.prefix:
        yield quad("quote", OA + "prefix", ox.Literal(evidence.prefix))
    if evidence.suffix:
        yield quad("quote", OA + "suffix", ox.Literal(evidence.suffix))
    if evidence.start is not None and evidence.end is not None:
        yield quad("position", TYPE, _node(OA + "TextPositionSelector"))
        yield quad("position", OA + "start", _attribute(evidence.start))
        yield quad("position", OA + "end", _attribute(evidence.end))
    if evidence.row is not None:
        yield quad("row", TYPE, _node(OA + "FragmentSelector"))
        yield quad("row", RDF + "value", ox.Literal(evidence.row))
        yield quad("row", DCTERMS + "conformsTo", _node(ROW_FRAGMENTS))


def _statement(statement: Statement) -> _Pairs:
    for iri in STATEMENT_TYPES:
        yield TYPE, _node(iri)
    yield RDF + "subject", _node(statement.subject)
    yield RDF + "predicate", _node(statement.predicate)
    yield RDF + "object", _node(statement.object)
    yield from _optional_node(CB + "speaker", statement.speaker)
    yield from _optional_node(CB + "saidVia", statement.said_via)
    yield from _optional_node(CB + "document", statement.document)
    yield from _optional_date(CB + "statedOn", statement.stated_on)
    yield from _optional_date(CB + "validFrom", statement.valid_from)
    yield from _optional_date(CB + "validTo", statement.valid_to)
    yield CB + "confidence", decimal(statement.certainty)
    if statement.confidence is None:
        yield CB + "confidenceUnstated", ox.Literal(True)
    yield CB + "basis", _node(CB + statement.basis.capitalize())
    yield CB + "status", _node(CB + statement.status.capitalize())
    for iri in statement.evidence:
        yield CB + "evidence", _node(iri)
    yield from _optional_node(CB + "inResponseTo", statement.in_response_to)
    for iri in statement.derived_from:
        yield PROV + "wasDerivedFrom", _node(iri)
    yield from _optional_node(PROV + "wasRevisionOf", statement.revision_of)
    for iri, value in statement.attributes:
        yield iri, _attribute(value)


# ── terms to records ───────────────────────────────────────────────────────────────────────────────────


def _one(fields: _Fields, predicate: str) -> str | None:
    values = fields.get(predicate)
    return min(value.value for value in values) if values else None


def _many(fields: _Fields, predicate: str) -> tuple[str, ...]:
    return tuple(sorted(value.value for value in fields.get(predicate, ())))


def _day(fields: _Fields, predicate: str) -> PartialDate | None:
    text = _one(fields, predicate)
    return PartialDate(text) if text else None


def _whole(fields: _Fields, predicate: str) -> int | None:
    text = _one(fields, predicate)
    return int(text) if text else None


def _read_entity(iri: str, fields: _Fields, entity_type: str) -> Entity:
    return Entity(
        iri=iri,
        type=entity_type,
        label=_one(fields, SKOS + "prefLabel") or local_name(iri),
        aliases=_many(fields, SKOS + "altLabel"),
        same_as=_many(fields, SCHEMA + "sameAs"),
        description=_one(fields, DCTERMS + "description"),
    )


def _read_claim(iri: str, fields: _Fields) -> Claim:
    quantity = _one(fields, CB + "quantity")
    return Claim(
        iri=iri,
        text=_one(fields, CB + "text") or "",
        quantity=Decimal(quantity) if quantity else None,
        unit=_one(fields, CB + "unit"),
        hedges=_many(fields, CB + "hedge"),
    )


def _read_document(iri: str, fields: _Fields) -> Document:
    return Document(
        iri=iri,
        title=_one(fields, DCTERMS + "title"),
        sha256=_one(fields, CB + "sha256"),
        text=_one(fields, CB + "text"),
        publisher=_one(fields, DC + "publisher"),
        authors=_many(fields, DC + "creator"),
        licence=_one(fields, DC + "rights"),
        url=_one(fields, SCHEMA + "url"),
        published=_day(fields, DCTERMS + "issued"),
        retrieved=_day(fields, CB + "retrieved"),
        language=_one(fields, DC + "language"),
    )


def _read_evidence(iri: str, fields: _Fields, subjects: dict[str, _Fields]) -> Evidence:
    quote = subjects.get(selector_iri(iri, "quote"), {})
    position = subjects.get(selector_iri(iri, "position"), {})
    return Evidence(
        iri=iri,
        document=_one(fields, OA + "hasSource") or "",
        exact=_one(quote, OA + "exact") or "",
        prefix=_one(quote, OA + "prefix") or "",
        suffix=_one(quote, OA + "suffix") or "",
        start=_whole(position, OA + "start"),
        end=_whole(position, OA + "end"),
        row=_one(subjects.get(selector_iri(iri, "row"), {}), RDF + "value"),
    )


def _read_statement(iri: str, fields: _Fields, attributes: dict[str, type]) -> Statement:
    stated = CB + "confidenceUnstated" not in fields
    confidence = _one(fields, CB + "confidence") if stated else None
    return Statement(
        iri=iri,
        subject=_one(fields, RDF + "subject") or "",
        predicate=_one(fields, RDF + "predicate") or "",
        object=_one(fields, RDF + "object") or "",
        basis=Basis(local_name(_one(fields, CB + "basis") or CB + "Inferred").lower()),
        status=Status(local_name(_one(fields, CB + "status") or CB + "Proposed").lower()),
        speaker=_one(fields, CB + "speaker"),
        said_via=_one(fields, CB + "saidVia"),
        document=_one(fields, CB + "document"),
        stated_on=_day(fields, CB + "statedOn"),
        valid_from=_day(fields, CB + "validFrom"),
        valid_to=_day(fields, CB + "validTo"),
        confidence=float(confidence) if confidence else None,
        evidence=_many(fields, CB + "evidence"),
        in_response_to=_one(fields, CB + "inResponseTo"),
        derived_from=_many(fields, PROV + "wasDerivedFrom"),
        revision_of=_one(fields, PROV + "wasRevisionOf"),
        attributes=tuple((a, attribute_value(fields[a][0].value, attributes[a])) for a in sorted(attributes) if a in fields),
    )


def attribute_value(text: str, datatype: type) -> AttributeValue:
    """Return the value of an attribute from its lexical form."""
    if datatype is bool:
        return text in {"true", "1"}
    value: AttributeValue = datatype(text)
    return value
