"""Records as N-Quads text: what `cuibono.graph.store.encoding.encoded` gives, written without making the quads.

Making and writing a quad for each line takes ten times as long, which a table of a million rows notices. A property test
holds the two to the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import AttributeValue, Claim, Document, Entity, Evidence, Record, Statement
from cuibono.graph.store.encoding import (
    DATE_TYPES,
    DOCUMENTS,
    ROW_FRAGMENTS,
    STATEMENT_TYPES,
    STATEMENTS,
    decimal_text,
    selector_iri,
)
from cuibono.schema.namespaces import CB, DC, DCTERMS, OA, PROV, RDF, SCHEMA, SKOS, XSD

__all__ = ["record_lines"]

_Pair = tuple[str, str]

_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f\ufffe\uffff]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_ENDS = dict.fromkeys((Entity, Claim, Evidence, Statement), f" {STATEMENTS} .\n") | {Document: f" {DOCUMENTS} .\n"}
_TRUE = f'"true"^^<{XSD}boolean>'


def record_lines(record: Record) -> str:
    r"""Return the lines of N-Quads that a record is stored as.

    The record must be one that can be written: its IRIs are IRIs, and its texts hold no lone surrogates.

    Examples
    --------
    >>> record_lines(Entity(iri="urn:a", type="urn:t", label="A")).splitlines()[1]
    '<urn:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "A" <https://w3id.org/cuibono/graph/statements> .'
    """
    end = _ENDS[type(record)]
    match record:
        case Entity():
            pairs = _entity(record)
        case Claim():
            pairs = _claim(record)
        case Document():
            pairs = _document(record)
        case Evidence():
            return _evidence(record, end)
        case Statement():
            pairs = _statement(record)
    return _lines(record.iri, pairs, end)


def _lines(iri: str, pairs: Iterable[_Pair], end: str) -> str:
    return "".join([f"<{iri}> <{predicate}> {value}{end}" for predicate, value in pairs])


# ── terms ──────────────────────────────────────────────────────────────────────────────────────────────


def _text(text: str) -> str:
    if _ESCAPED.search(text):
        text = _ESCAPED.sub(lambda match: _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}", text)
    return f'"{text}"'


def _typed(text: str, datatype: str) -> str:
    return f'"{text}"^^<{XSD}{datatype}>'


def _decimal(value: float | Decimal) -> str:
    return _typed(decimal_text(value), "decimal")


def _date(day: PartialDate) -> str:
    return f'"{day.text}"^^<{DATE_TYPES[len(day.text)]}>'


def _attribute(value: AttributeValue) -> str:
    match value:
        case bool():
            return _typed("true" if value else "false", "boolean")
        case int():
            return _typed(str(value), "integer")
        case float():
            return _decimal(value)
        case str():
            return _text(value)


def _texts(*pairs: tuple[str, str | None]) -> list[_Pair]:
    return [(predicate, _text(text)) for predicate, text in pairs if text is not None]


def _nodes(*pairs: tuple[str, str | None]) -> list[_Pair]:
    return [(predicate, f"<{iri}>") for predicate, iri in pairs if iri is not None]


def _dates(*pairs: tuple[str, PartialDate | None]) -> list[_Pair]:
    return [(predicate, _date(day)) for predicate, day in pairs if day is not None]


# ── records ────────────────────────────────────────────────────────────────────────────────────────────


def _entity(entity: Entity) -> list[_Pair]:
    return [
        (RDF + "type", f"<{entity.type}>"),
        (SKOS + "prefLabel", _text(entity.label)),
        *[(SKOS + "altLabel", _text(alias)) for alias in entity.aliases],
        *[(SCHEMA + "sameAs", f"<{iri}>") for iri in entity.same_as],
        *_texts((DCTERMS + "description", entity.description)),
    ]


def _claim(claim: Claim) -> list[_Pair]:
    return [
        (RDF + "type", f"<{CB}Claim>"),
        (CB + "text", _text(claim.text)),
        *([] if claim.quantity is None else [(CB + "quantity", _decimal(claim.quantity))]),
        *_texts((CB + "unit", claim.unit)),
        *[(CB + "hedge", _text(hedge)) for hedge in claim.hedges],
    ]


def _document(document: Document) -> list[_Pair]:
    return [
        (RDF + "type", f"<{CB}Document>"),
        *_texts(
            (CB + "sha256", document.sha256),
            (DCTERMS + "title", document.title),
            (CB + "text", document.text),
            (DC + "publisher", document.publisher),
        ),
        *[(DC + "creator", _text(author)) for author in document.authors],
        *_texts((DC + "rights", document.licence)),
        *_nodes((SCHEMA + "url", document.url)),
        *_dates((DCTERMS + "issued", document.published), (CB + "retrieved", document.retrieved)),
        *_texts((DC + "language", document.language)),
    ]


def _evidence(evidence: Evidence, end: str) -> str:
    iri = evidence.iri
    quote, position, row = (selector_iri(iri, name) for name in ("quote", "position", "row"))
    quoted = [(RDF + "type", f"<{OA}TextQuoteSelector>"), (OA + "exact", _text(evidence.exact))]
    quoted += [(OA + name, _text(text)) for name, text in (("prefix", evidence.prefix), ("suffix", evidence.suffix)) if text]
    found = [_lines(quote, quoted, end)]
    selectors = [quote]
    if evidence.start is not None:
        selectors.append(position)
    if evidence.start is not None and evidence.end is not None:
        places = (("start", evidence.start), ("end", evidence.end))
        offsets = [(OA + name, _typed(str(offset), "integer")) for name, offset in places]
        found.append(_lines(position, [(RDF + "type", f"<{OA}TextPositionSelector>"), *offsets], end))
    if evidence.row is not None:
        selectors.append(row)
        fragment = [
            (RDF + "type", f"<{OA}FragmentSelector>"),
            (RDF + "value", _text(evidence.row)),
            (DCTERMS + "conformsTo", f"<{ROW_FRAGMENTS}>"),
        ]
        found.append(_lines(row, fragment, end))
    own = [
        (RDF + "type", f"<{CB}Evidence>"),
        (RDF + "type", f"<{OA}SpecificResource>"),
        (OA + "hasSource", f"<{evidence.document}>"),
        *[(OA + "hasSelector", f"<{selector}>") for selector in selectors],
    ]
    return "".join([*found, _lines(iri, own, end)])


def _statement(statement: Statement) -> list[_Pair]:
    return [
        *[(RDF + "type", f"<{iri}>") for iri in STATEMENT_TYPES],
        (RDF + "subject", f"<{statement.subject}>"),
        (RDF + "predicate", f"<{statement.predicate}>"),
        (RDF + "object", f"<{statement.object}>"),
        *_nodes((CB + "speaker", statement.speaker), (CB + "saidVia", statement.said_via), (CB + "document", statement.document)),
        *_dates(
            (CB + "statedOn", statement.stated_on),
            (CB + "validFrom", statement.valid_from),
            (CB + "validTo", statement.valid_to),
        ),
        (CB + "confidence", _decimal(statement.certainty)),
        *([(CB + "confidenceUnstated", _TRUE)] if statement.confidence is None else []),
        (CB + "basis", f"<{CB}{statement.basis.capitalize()}>"),
        (CB + "status", f"<{CB}{statement.status.capitalize()}>"),
        *[(CB + "evidence", f"<{iri}>") for iri in statement.evidence],
        *_nodes((CB + "inResponseTo", statement.in_response_to)),
        *[(PROV + "wasDerivedFrom", f"<{iri}>") for iri in statement.derived_from],
        *_nodes((PROV + "wasRevisionOf", statement.revision_of)),
        *[(iri, _attribute(value)) for iri, value in statement.attributes],
    ]
