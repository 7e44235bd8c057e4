"""What nodes and edges of a networkx graph carry, made from columns a column at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.model import AttributeValue
from cuibono.graph.snapshot.columns import ABSENT, BASES, STATUSES, Columns, Ints, unpacked_date
from cuibono.graph.snapshot.strings import Strings
from cuibono.schema import Relation, Vocabulary

__all__ = ["EDGE_ATTRIBUTES", "Attributes", "claim_attributes", "entity_attributes", "printed", "statement_attributes"]

Attributes = dict[str, AttributeValue]

EDGE_ATTRIBUTES = (
    "predicate", "label", "speaker", "said_via", "document", "stated_on", "valid_from", "valid_to", "confidence",
    "confidence_stated", "basis", "status", "quote", "stance", "bearing", "interest", "interest_back",
)  # fmt: skip
"""What edges carry beside the attributes of their relations."""

_Objects = NDArray[np.object_]
_NOT_IN_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, eq=False)
class _Field:
    """One attribute of all rows.

    Attributes
    ----------
    table : array of object
        The values that there are.
    places : (n,) array of int
        Where in the table each row's value stands.
    known : (n,) array of bool
        Which rows have one.
    """

    name: str
    table: _Objects
    places: NDArray[np.integer]
    known: NDArray[np.bool_]


def entity_attributes(columns: Columns, vocabulary: Vocabulary, rows: NDArray[np.integer]) -> list[Attributes]:
    """Return what the nodes of entities carry."""
    of = columns.entities
    names = [vocabulary.entity_class(iri).name for iri in columns.classes]
    fields = [
        _constant("kind", "entity", len(rows)),
        _coded("type", names, of.type[rows]),
        _texts("label", columns.texts, of.label[rows]),
        _texts("description", columns.texts, of.description[rows]),
    ]
    return _dictionaries(fields, len(rows))


def claim_attributes(columns: Columns, rows: NDArray[np.integer]) -> list[Attributes]:
    """Return what the nodes of claims carry."""
    of = columns.claims
    quantity = _texts("quantity", columns.texts, of.quantity[rows])
    numbers = _objects([float(text) if text else None for text in quantity.table])
    fields = [
        _constant("kind", "claim", len(rows)),
        _constant("type", "Claim", len(rows)),
        _texts("label", columns.texts, of.text[rows]),
        _Field("quantity", numbers, quantity.places, quantity.known),
        _texts("unit", columns.texts, of.unit[rows]),
    ]
    return _dictionaries(fields, len(rows))


def statement_attributes(
    columns: Columns, vocabulary: Vocabulary, rows: NDArray[np.integer], wanted: Collection[str] | None = None
) -> list[Attributes]:
    """Return what the edges of statements carry: all of it, or what is called as wanted."""
    of, texts = columns.statements, columns.texts
    relations = [vocabulary.relation(iri) for iri in columns.relations]
    predicate, confidence = of.predicate[rows], of.confidence[rows]
    own = {iri: _own_values(columns, number, rows) for number, iri in enumerate(columns.attributes)}
    forward, backward = _interest(relations, predicate, own)
    makers: dict[str, Callable[[str], _Field]] = {
        "predicate": lambda name: _coded(name, [relation.name for relation in relations], predicate),
        "label": lambda name: _coded(name, [relation.label for relation in relations], predicate),
        "speaker": lambda name: _references(name, columns.entities.iri, texts, of.speaker[rows]),
        "said_via": lambda name: _references(name, columns.entities.iri, texts, of.said_via[rows]),
        "document": lambda name: _references(name, columns.documents.iri, texts, of.document[rows]),
        "stated_on": lambda name: _dates(name, of.stated_on[rows]),
        "valid_from": lambda name: _dates(name, of.valid_from[rows]),
        "valid_to": lambda name: _dates(name, of.valid_to[rows]),
        "confidence": lambda name: _numbers(name, np.nan_to_num(confidence, nan=1.0)),
        "confidence_stated": lambda name: _coded(name, (False, True), (~np.isnan(confidence)).astype(np.int8)),
        "basis": lambda name: _coded(name, [basis.value for basis in BASES], of.basis[rows]),
        "status": lambda name: _coded(name, [status.value for status in STATUSES], of.status[rows]),
        "quote": lambda name: _texts(name, texts, _first_quotes(columns, rows)),
        "stance": lambda name: _coded(name, [relation.stance for relation in relations], predicate),
        "bearing": lambda name: _coded(name, [relation.bearing for relation in relations], predicate),
        "interest": lambda name: _numbers(name, forward, forward != 0),
        "interest_back": lambda name: _numbers(name, backward, backward != 0),
    }
    made = _dictionaries([make(name) for name, make in makers.items() if wanted is None or name in wanted], len(rows), predicate)
    for iri, (places, values) in own.items():
        # An attribute called as something else that an edge has stands there under its IRI.
        name = vocabulary.attribute(iri).name
        name = iri if name in EDGE_ATTRIBUTES else name
        if wanted is None or name in wanted:
            for place, value in zip(places.tolist(), values, strict=True):
                made[place][name] = printed(value) if isinstance(value, str) else value
    return made


def printed(text: str) -> str:
    """Return a text as XML, and so GraphML and GEXF, can have it: without control characters, lines ended by newlines.

    Examples
    --------
    >>> printed("a\x0bb")
    'a�b'
    """
    return _NOT_IN_XML.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))


# ── fields ─────────────────────────────────────────────────────────────────────────────────────────────


def _objects(values: Iterable[object]) -> _Objects:
    kept = list(values)
    made = np.empty(len(kept), object)
    made[:] = kept
    return made


def _constant(name: str, value: str, count: int) -> _Field:
    return _coded(name, [value], np.zeros(count, np.int8))


def _coded(name: str, meanings: Sequence[AttributeValue | None], codes: NDArray[np.integer]) -> _Field:
    known = np.array([meaning is not None for meaning in meanings], np.bool_)
    return _Field(name, _objects(meanings), codes, known[codes] if len(codes) else np.zeros(0, np.bool_))


def _numbers(name: str, values: NDArray[np.float64], known: NDArray[np.bool_] | None = None) -> _Field:
    each, places = np.unique(values, return_inverse=True)
    return _Field(name, _objects(each.tolist()), places, np.ones(len(values), np.bool_) if known is None else known)


def _texts(name: str, texts: Strings, rows: Ints) -> _Field:
    each, places = np.unique(rows, return_inverse=True)
    nothing: list[str | None] = [None] * int(np.searchsorted(each, 0))
    return _Field(name, _objects(nothing + _printed_all(list(texts.take(each[len(nothing) :])))), places, rows >= 0)


def _printed_all(texts: list[str]) -> list[str | None]:
    # Few graphs have any such character, and one search through all texts is a tenth of one through each.
    return [*map(printed, texts)] if _NOT_IN_XML.search("".join(texts)) else [*texts]


def _dates(name: str, packed: Ints) -> _Field:
    each, places = np.unique(packed, return_inverse=True)
    decoded = [str(day) if (day := unpacked_date(number)) else None for number in each.tolist()]
    return _Field(name, _objects(decoded), places, packed != 0)


def _references(name: str, iris: Strings, texts: Strings, rows: Ints) -> _Field:
    """Return the IRIs that rows refer to, of a record or of none."""
    each, places = np.unique(rows, return_inverse=True)
    lost, present = each[each < ABSENT], each[each >= 0]
    decoded: list[str | None] = [
        *texts.take(-2 - lost.astype(np.int64)),
        *([None] if ABSENT in each else []),
        *iris.take(present),
    ]
    return _Field(name, _objects(decoded), places, rows != ABSENT)


def _first_quotes(columns: Columns, rows: NDArray[np.integer]) -> Ints:
    """Return the text of the first quote of each statement: by document, then by place; a row of texts or `ABSENT`."""
    evidence, pieces = columns.statements.evidence.take(rows), columns.evidence
    owner, piece = np.repeat(np.arange(len(rows)), np.diff(evidence.offsets)), evidence.values
    owner, piece = owner[piece >= 0], piece[piece >= 0]
    if len(owner) and (np.diff(owner) == 0).any():
        order = np.lexsort((piece, np.maximum(pieces.start[piece], 0), pieces.document[piece], owner))
        owner, piece = owner[order], piece[order]
    having, first = np.unique(owner, return_index=True)
    quotes = np.full(len(rows), ABSENT, np.int32)
    quotes[having] = pieces.exact[piece[first]]
    return quotes


def _own_values(columns: Columns, number: int, rows: NDArray[np.integer]) -> tuple[NDArray[np.int64], list[AttributeValue]]:
    """Return which of some statements have an attribute, and its values."""
    of = columns.statements
    names, values = of.attribute_names.take(rows), of.attribute_values.take(rows)
    having = np.flatnonzero(names.values == number)
    owner = np.repeat(np.arange(len(rows)), np.diff(names.offsets))[having]
    each, places = np.unique(values.values[having], return_inverse=True)
    decoded = [json.loads(text) for text in columns.texts.take(each)]
    return owner, [decoded[place] for place in places.tolist()]


def _interest(
    relations: Sequence[Relation], predicate: NDArray[np.int16], own: Mapping[str, tuple[NDArray[np.int64], list[AttributeValue]]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the forward and the backward weight of statements, as `cuibono.graph.interest.signs` has them."""
    plain = np.array([(relation.forward_weight, relation.backward_weight) for relation in relations], np.float64).reshape(-1, 2)
    weights = plain[predicate]
    for number, relation in enumerate(relations):
        scaled = relation.forward_scaled_weight, relation.backward_scaled_weight
        if relation.scaled_by is None or relation.scaled_by not in own:
            continue
        places, values = own[relation.scaled_by]
        ours = predicate[places] == number
        scale = np.array([value if isinstance(value, (int, float)) else np.nan for value in values], np.float64)
        ours &= ~np.isnan(scale)
        for side, weight in enumerate(scaled):
            if weight is not None:
                weights[places[ours], side] = weight * scale[ours]
    return weights[:, 0], weights[:, 1]


# ── dictionaries ───────────────────────────────────────────────────────────────────────────────────────


def _dictionaries(fields: Sequence[_Field], count: int, groups: NDArray[np.integer] | None = None) -> list[Attributes]:
    """Return a dictionary a row, of what is known.

    Rows that know the same fields are made together, as copies of one dictionary with what all of them have in common;
    so nothing is asked of a single row, and only what differs is put into it. `groups` says which rows are likely to
    have much in common.
    """
    if not count:
        return []
    codes = np.zeros(count, np.int64) if groups is None else groups.astype(np.int64) << len(fields)
    for number, field in enumerate(fields):
        codes |= field.known.astype(np.int64) << number
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    begins = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    sorted_places = [field.places[order] for field in fields]
    least = [np.minimum.reduceat(places, begins).tolist() for places in sorted_places]
    most = [np.maximum.reduceat(places, begins).tolist() for places in sorted_places]
    shapes, bounds = codes[begins].tolist(), [*begins.tolist(), count]
    made: list[Attributes] = []
    for group, shape in enumerate(shapes):
        common: dict[str, Any] = {}
        differing = []
        for number, field in enumerate(fields):
            if not shape >> number & 1:
                continue
            common[field.name] = field.table[least[number][group]]
            if least[number][group] != most[number][group]:
                differing.append((field.name, field.table[sorted_places[number][bounds[group] : bounds[group + 1]]].tolist()))
        some = list(map(dict.copy, repeat(common, bounds[group + 1] - bounds[group])))
        for name, values in differing:
            for row, value in zip(some, values, strict=True):
                row[name] = value
        made += some
    in_order = np.empty(count, object)
    in_order[order] = _objects(made)
    dictionaries: list[Attributes] = in_order.tolist()
    return dictionaries
