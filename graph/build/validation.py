"""The rules that hold everywhere, checked at the door: records that break one are not let in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter

import pyoxigraph as ox

from cuibono.graph.build.anchoring import CONTEXT_LENGTH, anchor_at
from cuibono.graph.errors import Problem
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
    proposition,
    text_hash,
)
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Attribute, Relation, Vocabulary
from cuibono.schema.vocabulary import AGENT, CLAIM, ENTITY, STATEMENT, local_name

__all__ = ["Judge", "Place", "own_problems", "problems", "record_place"]

Place = Callable[[str, str | None], str]
"""From the IRI of a record and a field of it to the place that a message names."""


Judge = Callable[[Iterable[Problem]], object]
"""Given all that is wrong with an input, one by one; raises if that is anything, as `cuibono.graph.errors.refuse` does."""


def record_place(iri: str, field: str | None) -> str:  # noqa: ARG001
    """Return the IRI of a record, for records that stand in no file."""
    return iri


_IDENTITY = ("subject", "predicate", "object", "speaker", "document", "stated_on", "valid_from")
_VALUES: dict[type[Record], Callable[[Record], tuple[object, ...]]] = {
    kind: attrgetter(*kind.__dataclass_fields__) for kind in (Entity, Claim, Document, Evidence, Statement)
}
_IRI_FIELDS = ("subject", "object", "speaker", "said_via")
_LARGEST_EXPONENT = 100
_NOT_IN_RDF = re.compile("[\0\ud800-\udfff]")
_DATATYPE_NAMES = {str: "text", float: "number", int: "whole number", bool: "truth value (true or false)"}
_Finding = tuple[str | None, str]


def problems(
    records: Records, existing: Snapshot, place: Place = record_place, *, among: Records | None = None
) -> Iterator[Problem]:
    """Yield all that is wrong with records about to be added.

    Parameters
    ----------
    records : Records
        What is to be added.
    existing : Snapshot
        What is in the graph already; records may refer to it.
    place : callable
        Names the place of a record's field in messages; the record's IRI unless given.
    among : Records, optional
        All that is to be added, where only some is to be looked at.
    """
    after = _Union(records if among is None else among, existing)
    for record in records:
        for field, message in _of_record(record, after):
            yield Problem(place(record.iri, field), field, message)


class _Union:
    """The records to be added on top of those that are there."""

    def __init__(self, records: Records, existing: Snapshot) -> None:
        self.vocabulary: Vocabulary = existing.vocabulary
        self._records, self._existing = records, existing

    def get(self, kind: str, iri: str) -> Record | None:
        incoming: Mapping[str, Record] = getattr(self._records, kind)
        present: Mapping[str, Record] = getattr(self._existing, kind)
        return incoming.get(iri) or present.get(iri)

    def before(self, statement: str) -> Statement | None:
        return self._existing.statements.get(statement)

    def class_of(self, iri: str) -> str | None:
        entity = self._records.entities.get(iri)
        if entity is not None:
            return entity.type
        if iri in self._records.claims:
            return CLAIM
        if iri in self._records.statements:
            return STATEMENT
        return self._existing.class_of(iri)

    def is_a(self, iri: str, class_iri: str) -> bool:
        found = self.class_of(iri)
        return found is not None and class_iri in self.vocabulary.ancestors(found)

    def kinds_of(self, iri: str) -> list[str]:
        return [kind for kind in ("entities", "claims", "documents", "evidence", "statements") if self.get(kind, iri)]


def own_problems(record: Record, vocabulary: Vocabulary, *, is_text: bool = False) -> Iterator[tuple[str | None, str]]:
    """Yield the fields of a record that break a rule whatever else the graph holds, and what is wrong with each.

    A record without any can be written as RDF.

    Parameters
    ----------
    is_text : bool
        Whether its texts are known to be such as RDF can hold; looking through them takes most of the time.
    """
    if not _is_iri(record.iri):
        yield None, f"{record.iri!r} is no IRI; percent-encode spaces, quotes and brackets"
    if not is_text:
        yield from _of_text(record)
    match record:
        case Entity():
            yield from _of_entity(record, vocabulary)
        case Claim():
            yield from _of_claim(record)
        case Document():
            yield from _of_document(record)
        case Statement():
            yield from _of_statement_alone(record, vocabulary)


def _of_record(record: Record, after: _Union) -> Iterator[_Finding]:
    kinds = after.kinds_of(record.iri)
    if len(kinds) > 1:
        yield (
            None,
            f"is both among the {' and the '.join(kinds)}; entities, claims, statements, evidence and documents are disjoint",
        )
    yield from own_problems(record, after.vocabulary)
    match record:
        case Evidence():
            yield from _of_evidence(record, after)
        case Statement():
            yield from _of_statement(record, after)


def _of_text(record: Record) -> Iterator[_Finding]:
    values = _VALUES[type(record)](record)
    if _NOT_IN_RDF.search("".join(_texts(values))) is None:
        return
    for name, value in zip(type(record).__dataclass_fields__, values, strict=True):
        if _NOT_IN_RDF.search("".join(_texts((value,)))):
            yield name, "holds a lone surrogate or a null character, which RDF cannot; take it out"


def _texts(values: Iterable[object]) -> list[str]:
    """Return all texts among values, and in the tuples among them."""
    found = []
    for value in values:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, tuple) and value:
            found += _texts(value)
    return found


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _of_entity(entity: Entity, vocabulary: Vocabulary) -> Iterator[_Finding]:
    if not entity.label.strip():
        yield "label", "is empty; give the name it is known by"
    try:
        entity_class = vocabulary.entity_class(entity.type)
    except KeyError:
        known = ", ".join(c.name for c in vocabulary.classes.values() if not c.abstract)
        yield "type", f"{local_name(entity.type)!r} is no class of the ontology; it has {known}"
    else:
        yield from _of_name("type", entity.type, entity_class.iri)
        if entity_class.abstract:
            yield "type", f"{entity_class.name} only groups other classes; take one of its subclasses"
    for iri in entity.same_as:
        if not _is_iri(iri):
            yield "same_as", f"{iri!r} is no IRI"


def _of_name(field: str, name: str, iri: str) -> Iterator[_Finding]:
    """Refuse a name where a record takes an IRI: as RDF it would be another thing, or none."""
    if name != iri:
        yield field, f"{name!r} is a name; records take the IRI, {iri}"


def _of_claim(claim: Claim) -> Iterator[_Finding]:
    if not claim.text.strip():
        yield "text", "is empty; say what is claimed"
    if claim.quantity is not None and not (claim.quantity.is_finite() and abs(claim.quantity.adjusted()) <= _LARGEST_EXPONENT):
        yield "quantity", f"{claim.quantity} is no number that can be written out"


def _of_document(document: Document) -> Iterator[_Finding]:
    if document.text is not None and text_hash(document.text) != document.sha256:
        yield "sha256", "is not the hash of the text"
    if document.sha256 is not None and not re.fullmatch(r"[0-9a-f]{64}", document.sha256):
        yield "sha256", f"{document.sha256!r} is no SHA-256 in lower-case hexadecimal"
    if document.url is not None and not _is_iri(document.url):
        yield "url", f"{document.url!r} is no URL"


def _of_evidence(evidence: Evidence, after: _Union) -> Iterator[_Finding]:
    document = after.get("documents", evidence.document)
    if not isinstance(document, Document):
        yield "document", f"{evidence.document} is no document of the graph"
        return
    if max(len(evidence.prefix), len(evidence.suffix)) > CONTEXT_LENGTH:
        yield "prefix", f"prefix or suffix is longer than {CONTEXT_LENGTH} code points"
    if evidence.start is None or evidence.end is None:
        if evidence.row is None or evidence.start != evidence.end:
            yield "start", "evidence needs the offsets of a quote, start and end, or a row"
        return
    if evidence.start < 0 or evidence.end <= evidence.start or len(evidence.exact) != evidence.end - evidence.start:
        yield "end", f"a quote of {len(evidence.exact)} code points cannot stand at {evidence.start} to {evidence.end}"
        return
    if document.text is None:
        return
    anchor = anchor_at(document.text, evidence.start, evidence.end)
    if anchor.exact != evidence.exact:
        yield "exact", f"the quote {evidence.exact!r} is not what stands at {evidence.start} to {evidence.end} of the document"
    elif (anchor.prefix, anchor.suffix) != (evidence.prefix, evidence.suffix):
        yield "prefix", "prefix or suffix is not what stands around the quote"


def _of_statement_alone(statement: Statement, vocabulary: Vocabulary) -> Iterator[_Finding]:
    for field in _IRI_FIELDS:
        iri = getattr(statement, field)
        if iri is not None and not _is_iri(iri):
            yield field, f"{iri!r} is no IRI; percent-encode spaces, quotes and brackets"
    try:
        relation = vocabulary.relation(statement.predicate)
    except KeyError:
        known = ", ".join(vocabulary.relations)
        yield "predicate", f"{local_name(statement.predicate)!r} is no relation of the ontology; it has {known}"
        return
    yield from _of_name("predicate", statement.predicate, relation.iri)
    yield from _of_basis(statement)
    if statement.confidence is not None and not 0 <= statement.confidence <= 1:
        yield "confidence", f"{statement.confidence:g} is not between 0 and 1"
    if statement.valid_from and statement.valid_to and statement.valid_to.last < statement.valid_from.first:
        yield "valid_to", f"{statement.valid_to} comes before the beginning, {statement.valid_from}"
    names = [iri for iri, _ in statement.attributes]
    for iri in sorted({iri for iri in names if names.count(iri) > 1}):
        yield "attributes", f"{local_name(iri)!r} is there {names.count(iri)} times; give it one value"
    for iri, value in statement.attributes:
        yield from _of_attribute(iri, value, relation, vocabulary)


def _of_statement(statement: Statement, after: _Union) -> Iterator[_Finding]:
    try:
        relation = after.vocabulary.relation(statement.predicate)
    except KeyError:
        return
    yield from _of_ends(statement, relation, after)
    yield from _of_source(statement, after)
    yield from _of_identity(statement, after.before(statement.iri))


def _of_ends(statement: Statement, relation: Relation, after: _Union) -> Iterator[_Finding]:
    for field, iri, allowed in (("subject", statement.subject, relation.domain), ("object", statement.object, relation.range)):
        end_class = after.class_of(iri)
        if end_class is None:
            yield field, f"{iri} is not in the graph; declare it as an entity, claim or statement"
        elif not after.vocabulary.ancestors(end_class) & set(allowed):
            names = ", ".join(sorted(local_name(c) for c in allowed))
            yield field, f"a {local_name(end_class)} cannot be the {field} of {relation.name}, which takes {names}"
    if proposition(relation, statement.subject, statement.object)[0] != statement.subject:
        yield "subject", f"{relation.name} is symmetric: the end with the smaller IRI stands as the subject"
    if statement.iri in (statement.subject, statement.object):
        yield "object", "a statement cannot be about itself"
    if relation.identifies:
        yield from _of_likeness(statement, after)


def _of_likeness(statement: Statement, after: _Union) -> Iterator[_Finding]:
    """Refuse to make one of what cannot be: a person is no product."""
    one, other = after.class_of(statement.subject), after.class_of(statement.object)
    if one and other and one not in after.vocabulary.ancestors(other) and other not in after.vocabulary.ancestors(one):
        yield "object", f"a {local_name(one)} and a {local_name(other)} cannot be the same; mend the class of either first"


def _of_source(statement: Statement, after: _Union) -> Iterator[_Finding]:
    if statement.speaker is not None and not after.is_a(statement.speaker, AGENT):
        yield "speaker", f"{statement.speaker} is no person or organization of the graph"
    if statement.said_via is not None and not after.is_a(statement.said_via, ENTITY):
        yield "said_via", f"{statement.said_via} is no entity of the graph"
    if statement.document is not None and after.get("documents", statement.document) is None:
        yield "document", f"{statement.document} is no document of the graph"
    for iri in statement.evidence:
        if after.get("evidence", iri) is None:
            yield "evidence", f"{iri} is no evidence of the graph"
    others = {
        "in_response_to": (statement.in_response_to,),
        "derived_from": statement.derived_from,
        "revision_of": (statement.revision_of,),
    }
    for field, iris in others.items():
        for other in iris:
            if other is not None and (after.get("statements", other) is None or other == statement.iri):
                yield field, f"{other} is no other statement of the graph"


def _of_basis(statement: Statement) -> Iterator[_Finding]:
    if statement.basis is Basis.INFERRED:
        if not statement.derived_from and not statement.evidence:
            yield "basis", "an inferred statement names the statements it was derived from, or quotes the text it rests on"
    elif not statement.evidence:
        yield "evidence", f"a statement whose basis is {statement.basis} needs a quote or a row"


def _of_identity(statement: Statement, before: Statement | None) -> Iterator[_Finding]:
    for field in _IDENTITY:
        if before is not None and getattr(statement, field) != getattr(before, field):
            yield field, "is part of what makes the statement itself; make a new one that revises it, and retract the old"


def _of_attribute(iri: str, value: AttributeValue, relation: Relation, vocabulary: Vocabulary) -> Iterator[_Finding]:
    if iri not in relation.attributes:
        allowed = ", ".join(local_name(a) for a in relation.attributes) or "none"
        yield "attributes", f"{local_name(iri)!r} is no attribute of {relation.name}, which may carry: {allowed}"
        return
    attribute: Attribute = vocabulary.attribute(iri)
    if type(value) is not attribute.datatype:
        yield "attributes", f"{attribute.name}: {value!r} is no {_DATATYPE_NAMES[attribute.datatype]}"
    elif isinstance(value, float) and not math.isfinite(value):
        yield "attributes", f"{attribute.name}: {value} is no number that can be written out"
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = attribute.minimum, attribute.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            yield "attributes", f"{attribute.name}: {value:g} is not {_between(low, high)}"


def _between(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"{low:g} or more" if low is not None else f"{high:g} or less"
    return f"between {low:g} and {high:g}"
