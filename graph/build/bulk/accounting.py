"""How many triples of each form the columns of a graph are written as: a store with others holds something beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from cuibono.graph.snapshot.columns import ABSENT, Columns, Ints
from cuibono.graph.store.interface import Store
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, DC, DCTERMS, OA, PROV, RDF, SCHEMA, SKOS, XSD

__all__ = ["forms_in", "forms_of_documents", "forms_of_things", "record_counts"]

Form = tuple[str, str]
"""A predicate, and the datatype of its values; of IRIs, `_IRI`."""

_IRI = "IRI"
_TEXT, _DECIMAL, _INTEGER, _BOOLEAN = (XSD + name for name in ("string", "decimal", "integer", "boolean"))
_ATTRIBUTES = {str: _TEXT, float: _DECIMAL, int: _INTEGER, bool: _BOOLEAN}

_Counts = Iterator[tuple[Form, int]]


def record_counts(columns: Columns) -> Counter[str]:
    """Return how many records of each kind there are, as reports name them."""
    sizes = {
        "Entity": len(columns.entities.iri),
        "Claim": len(columns.claims.iri),
        "Document": len(columns.documents.iri),
        "Evidence": len(columns.evidence.iri),
        "Statement": len(columns.statements.iri),
    }
    return Counter({kind: count for kind, count in sizes.items() if count})


def forms_in(store: Store, graph: ox.NamedNode) -> Counter[Form]:
    """Return how many triples of each form stand in a named graph."""
    form = f'IF(isIRI(?o), "{_IRI}", IF(isLiteral(?o), STR(DATATYPE(?o)), "blank"))'
    grouped = f"SELECT ?p ?form (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s ?p ?o }} BIND({form} AS ?form) }} GROUP BY ?p ?form"
    found = store.query(grouped)
    assert isinstance(found, ox.QuerySolutions)
    return Counter({(_value(row, "p"), _value(row, "form")): int(_value(row, "n")) for row in found if row["p"] is not None})


def _value(row: ox.QuerySolution, name: str) -> str:
    return str(getattr(row[name], "value", ""))


def forms_of_things(columns: Columns, vocabulary: Vocabulary) -> Counter[Form]:
    """Return how many triples of each form entities, claims, evidence and statements are written as."""
    parts = (_entities(columns), _claims(columns), _evidence(columns), _statements(columns, vocabulary))
    return _summed(count for part in parts for count in part)


def forms_of_documents(columns: Columns) -> Counter[Form]:
    """Return how many triples of each form documents are written as."""
    return _summed(_documents(columns))


def _summed(counts: _Counts) -> Counter[Form]:
    found = Counter[Form]()
    for form, count in counts:
        if count:
            found[form] += count
    return found


def _present(column: NDArray[np.integer]) -> int:
    return int(np.count_nonzero(column != ABSENT))


def _dates(predicate: str, packed: Ints) -> _Counts:
    known = packed[packed != 0]
    years, months = known % 10_000 == 0, (known % 10_000 != 0) & (known % 100 == 0)
    yield (predicate, XSD + "gYear"), int(np.count_nonzero(years))
    yield (predicate, XSD + "gYearMonth"), int(np.count_nonzero(months))
    yield (predicate, XSD + "date"), int(np.count_nonzero(~years & ~months))


def _entities(columns: Columns) -> _Counts:
    of = columns.entities
    yield (RDF + "type", _IRI), len(of.iri)
    yield (SKOS + "prefLabel", _TEXT), len(of.iri)
    yield (SKOS + "altLabel", _TEXT), len(of.aliases.values)
    yield (SCHEMA + "sameAs", _IRI), len(of.same_as.values)
    yield (DCTERMS + "description", _TEXT), _present(of.description)


def _claims(columns: Columns) -> _Counts:
    of = columns.claims
    yield (RDF + "type", _IRI), len(of.iri)
    yield (CB + "text", _TEXT), len(of.iri)
    yield (CB + "quantity", _DECIMAL), _present(of.quantity)
    yield (CB + "unit", _TEXT), _present(of.unit)
    yield (CB + "hedge", _TEXT), len(of.hedges.values)


def _evidence(columns: Columns) -> _Counts:
    of, lengths = columns.evidence, np.diff(columns.texts.offsets)
    count, places, rows = len(of.iri), _present(of.start), _present(of.row)
    yield (RDF + "type", _IRI), 2 * count + count + places + rows
    yield (OA + "hasSource", _IRI), count
    yield (OA + "hasSelector", _IRI), count + places + rows
    yield (OA + "exact", _TEXT), count
    yield (OA + "prefix", _TEXT), int(np.count_nonzero(lengths[of.prefix]))
    yield (OA + "suffix", _TEXT), int(np.count_nonzero(lengths[of.suffix]))
    yield (OA + "start", _INTEGER), places
    yield (OA + "end", _INTEGER), places
    yield (RDF + "value", _TEXT), rows
    yield (DCTERMS + "conformsTo", _IRI), rows


def _statements(columns: Columns, vocabulary: Vocabulary) -> _Counts:
    of = columns.statements
    count = len(of.iri)
    yield (RDF + "type", _IRI), 2 * count
    for name in ("subject", "predicate", "object"):
        yield (RDF + name, _IRI), count
    yield (CB + "basis", _IRI), count
    yield (CB + "status", _IRI), count
    yield (CB + "confidence", _DECIMAL), count
    yield (CB + "confidenceUnstated", _BOOLEAN), int(np.count_nonzero(np.isnan(of.confidence)))
    nodes = {"speaker": of.speaker, "saidVia": of.said_via, "document": of.document, "inResponseTo": of.in_response_to}
    for name, column in nodes.items():
        yield (CB + name, _IRI), _present(column)
    yield (CB + "evidence", _IRI), len(of.evidence.values)
    yield (PROV + "wasRevisionOf", _IRI), _present(of.revision_of)
    yield (PROV + "wasDerivedFrom", _IRI), len(of.derived_from.values)
    for name, dates in (("statedOn", of.stated_on), ("validFrom", of.valid_from), ("validTo", of.valid_to)):
        yield from _dates(CB + name, dates)
    for number, found in enumerate(np.bincount(of.attribute_names.values, minlength=len(columns.attributes)).tolist()):
        iri = columns.attributes[number]
        yield (iri, _ATTRIBUTES[vocabulary.attribute(iri).datatype]), found


def _documents(columns: Columns) -> _Counts:
    of = columns.documents
    yield (RDF + "type", _IRI), len(of.iri)
    yield (CB + "sha256", _TEXT), _present(of.sha256)
    yield (DCTERMS + "title", _TEXT), _present(of.title)
    yield (CB + "text", _TEXT), _present(of.text)
    yield (DC + "publisher", _TEXT), _present(of.publisher)
    yield (DC + "creator", _TEXT), len(of.authors.values)
    yield (DC + "rights", _TEXT), _present(of.licence)
    yield (SCHEMA + "url", _IRI), _present(of.url)
    yield from _dates(DCTERMS + "issued", of.published)
    yield from _dates(CB + "retrieved", of.retrieved)
    yield (DC + "language", _TEXT), _present(of.language)
