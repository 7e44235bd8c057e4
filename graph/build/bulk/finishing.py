"""Columns of the values of properties, where every record has what it needs, and has it once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.build.bulk.appending import AppendedValues, Numbers, Values
from cuibono.graph.build.bulk.fields import SELECTORS, Field
from cuibono.graph.build.bulk.interning import Interned
from cuibono.graph.build.bulk.lines import NotOurs
from cuibono.graph.dates import PartialDate
from cuibono.graph.snapshot.columns import ABSENT, Ints, packed_date
from cuibono.graph.snapshot.draft import Draft, Table
from cuibono.graph.snapshot.space import Space
from cuibono.graph.snapshot.strings import Ragged, Strings
from cuibono.graph.store.encoding import attribute_value, decimal, selector_iri
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, OA, RDF

__all__ = ["Finish"]

_UNSTATED = "true"
_AT_ONCE = 16_384


class _Rows:
    """The records of one kind, by number of IRI."""

    def __init__(self, iris: Numbers, count: int, space: Space) -> None:
        self.iris, self._space = iris, space
        self.row_of = space.empty(count, np.int32)
        self.row_of[:] = ABSENT
        self.row_of[iris] = np.arange(len(iris))
        if (self.row_of[iris] != np.arange(len(iris))).any():
            raise NotOurs

    def of(self, values: Values) -> Numbers:
        rows: Numbers = self.row_of[values.of]
        if (rows < 0).any():
            raise NotOurs
        return rows

    def one(self, values: Values, *, needed: bool = False) -> Numbers:
        """Return the one value of each, where there is one."""
        rows = self.of(values)
        found = self._space.empty(len(self.iris), np.int32)
        found[:] = ABSENT
        found[rows] = values.value
        filled = np.zeros(len(self.iris), np.bool_)
        filled[rows] = True
        if np.count_nonzero(filled) < len(rows) or (needed and not filled.all()):
            raise NotOurs
        return found

    def many(self, values: Values, alike: NDArray[np.int64] | None = None) -> Ragged:
        """Return the values of each; none twice, where `alike` gives the same number to those that are the same."""
        rows = self.of(values)
        same = values.value if alike is None else alike[values.value]
        order = np.lexsort((same, rows))
        if ((np.diff(rows[order]) == 0) & (np.diff(same[order]) == 0)).any():
            raise NotOurs
        return Ragged(_offsets(rows, len(self.iris), self._space), self._space.put(values.value[order]))


class Finish:
    """Records of the values of properties.

    Parameters
    ----------
    texts : Interned
        What is made of IRIs and values is added.
    space : Space
        Where the columns are put.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        fields: Mapping[str, Field],
        iris: Strings,
        texts: Interned,
        found: AppendedValues,
        space: Space,
    ) -> None:
        self._vocabulary, self._fields, self._found = vocabulary, fields, found
        self._iris, self._space = iris, space
        self._all_texts, self._texts = texts, texts.all()

    def draft(self) -> Draft:
        types = self._values("type")
        choice = self._fields["type"].choice
        classes = sorted(c.iri for c in self._vocabulary.classes.values())

        def typed(iri: str) -> Numbers:
            found: Numbers = types.of[types.value == choice.index(iri, len(classes))]
            return found

        entities = types.at(np.flatnonzero(types.value < len(classes)))
        entity_rows, claim_rows = self._rows(entities.of), self._rows(typed(CB + "Claim"))
        statement_rows, evidence_rows = self._rows(typed(CB + "Statement")), self._rows(typed(CB + "Evidence"))
        document_rows = self._rows(self._values("document type").of)
        for iri, rows in ((RDF + "Statement", statement_rows), (OA + "SpecificResource", evidence_rows)):
            if not np.array_equal(np.sort(typed(iri)), np.sort(rows.iris)):
                raise NotOurs
        selectors = {name: self._rows(typed(OA + kind)) for name, kind in SELECTORS.items()}
        kinds = [entity_rows, claim_rows, statement_rows, evidence_rows, document_rows, *selectors.values()]
        taken = np.zeros(len(self._iris), np.bool_)
        for rows in kinds:
            if taken[rows.iris].any():
                raise NotOurs
            taken[rows.iris] = True
        tables = {
            "entities": self._entities(entity_rows, entities),
            "claims": self._claims(claim_rows),
            "documents": self._documents(document_rows),
            "evidence": self._evidence(evidence_rows, selectors),
            "statements": self._statements(statement_rows),
        }
        return Draft(
            classes=tuple(classes),
            relations=self._fields["predicate"].choice,
            attributes=tuple(sorted(a.iri for a in self._vocabulary.attributes.values())),
            iris=self._iris,
            texts=self._all_texts.all(),
            **tables,
        )

    def _rows(self, iris: Numbers) -> _Rows:
        return _Rows(self._space.put(iris), len(self._iris), self._space)

    # ── kinds ──────────────────────────────────────────────────────────────────────────────────────────

    def _entities(self, rows: _Rows, types: Values) -> Table:
        label = rows.one(self._values("label"), needed=True)
        self._demand_filled(label)
        return Table(
            rows.iris,
            {
                "type": rows.one(types, needed=True).astype(np.int16),
                "label": label,
                "description": self._text(rows, "description"),
                "aliases": self._many_texts(rows, "aliases"),
                "same_as": self._as_texts(rows.many(self._values("same_as"))),
            },
        )

    def _claims(self, rows: _Rows) -> Table:
        quantity = self._text(rows, "quantity")
        self._meant(quantity[quantity != ABSENT], float, lambda text: decimal(Decimal(text)).value)
        return Table(
            rows.iris,
            {
                "text": rows.one(self._values("text"), needed=True),
                "quantity": quantity,
                "unit": self._text(rows, "unit"),
                "hedges": self._many_texts(rows, "hedges"),
            },
        )

    def _documents(self, rows: _Rows) -> Table:
        columns = {name: self._text(rows, name) for name in ("sha256", "title", "publisher", "licence", "language")}
        return Table(
            rows.iris,
            {
                **columns,
                "text": self._text(rows, "document text"),
                "authors": self._many_texts(rows, "authors"),
                "url": self._as_texts(rows.one(self._values("url"))),
                "published": self._date(rows, "published"),
                "retrieved": self._date(rows, "retrieved"),
            },
        )

    def _evidence(self, rows: _Rows, selectors: Mapping[str, _Rows]) -> Table:
        of = self._selected(rows, selectors)
        quote, position, fragment = (selectors[name] for name in SELECTORS)
        if (of["quote"] == ABSENT).any():
            raise NotOurs
        context = {name: self._text(quote, name) for name in ("exact", "prefix", "suffix")}
        if (context["exact"] == ABSENT).any():
            raise NotOurs
        empty = self._added(Strings.of([""]))[0]
        for name in ("prefix", "suffix"):
            self._demand_filled(context[name][context[name] != ABSENT])
            context[name][context[name] == ABSENT] = empty
        put = self._space.put
        columns: dict[str, NDArray[Any] | Ragged] = {name: put(column[of["quote"]]) for name, column in context.items()}
        for name in ("start", "end"):
            given = position.one(self._values(name), needed=True)
            numbers = self._meant(given, int, lambda text: str(int(text)), np.int64)
            if (np.abs(numbers) > np.iinfo(np.int32).max).any():
                raise NotOurs
            columns[name] = put(_followed(numbers, of["position"], ABSENT))
        fragment.one(self._values("conforms_to"), needed=True)
        row = fragment.one(self._values("row"), needed=True)
        columns["row"] = put(_followed(row, of["row"], ABSENT))
        columns["document"] = rows.one(self._values("has_source"), needed=True)
        return Table(rows.iris, columns)

    def _selected(self, evidence: _Rows, selectors: Mapping[str, _Rows]) -> dict[str, Numbers]:
        """Return which selector of each name evidence has, each named after its evidence, and none without."""
        given = self._values("has_selector")
        found = {}
        for name, rows in selectors.items():
            here = given.at(np.flatnonzero(rows.row_of[given.value] >= 0))
            of = evidence.of(here)
            self._demand_named_after(here, name)
            if len(here.of) != len(rows.iris) or len(np.unique(of)) != len(of):
                raise NotOurs
            found[name] = self._space.empty(len(evidence.iris), np.int32)
            found[name][:] = ABSENT
            found[name][of] = rows.row_of[here.value]
        if sum(len(rows.iris) for rows in selectors.values()) != len(given.of):
            raise NotOurs
        return found

    def _demand_named_after(self, selectors: Values, name: str) -> None:
        """Demand that selectors have the IRIs of what they are of, with the ending of their name."""
        endings = Strings.of(selector_iri(iri, name)[len(iri) :] for iri in ("", "#"))
        for first in range(0, len(selectors.of), _AT_ONCE):
            iris = self._iris.take(selectors.of[first : first + _AT_ONCE])
            hashes = np.searchsorted(np.flatnonzero(iris.data == ord("#")), iris.offsets)
            wanted = iris.extended(endings.take((hashes[1:] > hashes[:-1]).astype(np.int64)))
            are = self._iris.take(selectors.value[first : first + _AT_ONCE])
            if not (np.array_equal(wanted.offsets, are.offsets) and np.array_equal(wanted.data, are.data)):
                raise NotOurs

    def _statements(self, rows: _Rows) -> Table:
        needed = {name: rows.one(self._values(name), needed=True) for name in ("subject", "object")}
        nodes = ("speaker", "said_via", "document", "in_response_to", "revision_of")
        given = rows.one(self._values("confidence"), needed=True)
        confidence = self._meant(given, float, lambda text: decimal(float(text)).value, np.float64)
        unstated = rows.one(self._values("unstated"))
        is_unstated = unstated != ABSENT
        words = self._texts.take(np.unique(unstated[is_unstated]))
        if any(word != _UNSTATED for word in words) or (confidence[is_unstated] != 1).any():
            raise NotOurs
        names, values = self._attributes(rows)
        return Table(
            rows.iris,
            {
                **needed,
                **{name: rows.one(self._values(name)) for name in nodes},
                **{name: self._date(rows, name) for name in ("stated_on", "valid_from", "valid_to")},
                "predicate": rows.one(self._values("predicate"), needed=True).astype(np.int16),
                "confidence": self._space.put(np.where(is_unstated, np.nan, confidence)),
                "basis": rows.one(self._values("basis"), needed=True).astype(np.int8),
                "status": rows.one(self._values("status"), needed=True).astype(np.int8),
                "evidence": rows.many(self._values("evidence")),
                "derived_from": rows.many(self._values("derived_from")),
                "attribute_names": names,
                "attribute_values": values,
            },
        )

    def _attributes(self, rows: _Rows) -> tuple[Ragged, Ragged]:
        names, values, of = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
        for number, attribute in enumerate(sorted(self._vocabulary.attributes.values(), key=lambda a: a.iri)):
            here, datatype = self._values(attribute.iri), attribute.datatype
            rows.one(here)  # each has but one
            each, inverse = np.unique(here.value, return_inverse=True)
            as_json = Strings.of(self._as_json(text, datatype) for text in self._texts.take(each))
            of.append(rows.of(here))
            names.append(np.full(len(here.of), number))
            values.append(self._added(as_json)[inverse])
        owner = np.concatenate(of)
        order = np.argsort(owner, kind="stable")
        offsets, put = _offsets(owner, len(rows.iris), self._space), self._space.put
        ragged = (Ragged(offsets, put(np.concatenate(column)[order].astype(np.int32))) for column in (names, values))
        one, other = ragged
        return one, other

    # ── values ─────────────────────────────────────────────────────────────────────────────────────────

    def _values(self, name: str) -> Values:
        return self._found.all(name, self._space)

    def _text(self, rows: _Rows, name: str) -> Ints:
        return rows.one(self._values(name))

    def _many_texts(self, rows: _Rows, name: str) -> Ragged:
        values = self._values(name)
        each, inverse = np.unique(values.value, return_inverse=True)
        _, alike = self._texts.take(each).distinct()
        numbers = np.zeros(len(self._texts), np.int64)
        numbers[each] = alike
        return rows.many(values, numbers) if len(inverse) else rows.many(values)

    def _as_texts(self, iris: Any) -> Any:
        """Return IRIs, by number, as rows of texts."""
        numbers = iris.values if isinstance(iris, Ragged) else iris
        each, inverse = np.unique(numbers[numbers != ABSENT], return_inverse=True)
        rows = np.full(len(numbers), ABSENT, np.int32)
        rows[numbers != ABSENT] = self._added(self._iris.take(each))[inverse]
        return Ragged(iris.offsets, rows) if isinstance(iris, Ragged) else rows

    def _added(self, texts: Strings) -> Numbers:
        return self._all_texts.append(texts)

    def _date(self, rows: _Rows, name: str) -> Ints:
        given = rows.one(self._values(name))
        found = np.zeros(len(given), np.int32)
        found[given != ABSENT] = self._meant(
            given[given != ABSENT], lambda text: packed_date(PartialDate(text)), lambda text: PartialDate(text).text, np.int32
        )
        return found

    def _demand_filled(self, rows: NDArray[np.integer]) -> None:
        if (self._texts.offsets[rows + 1] == self._texts.offsets[rows]).any():
            raise NotOurs

    def _meant(
        self, rows: NDArray[np.integer], value: Callable[[str], float], form: Callable[[str], str], type: Any = np.float64
    ) -> NDArray[Any]:
        """Return what some texts mean, which are to stand in the form that they are written in."""
        each, inverse = np.unique(rows, return_inverse=True)
        found = np.empty(len(each), type)
        try:
            for first in range(0, len(each), _AT_ONCE):
                texts = list(self._texts.take(each[first : first + _AT_ONCE]))
                if any(form(text) != text for text in texts):
                    raise NotOurs
                found[first : first + _AT_ONCE] = [value(text) for text in texts]
        except (ValueError, ArithmeticError) as error:
            raise NotOurs from error
        return self._space.put(found[inverse])

    @staticmethod
    def _as_json(text: str, datatype: type) -> str:
        try:
            value = attribute_value(text, datatype)
            form = text if datatype is str else decimal(value).value if datatype is float else str(value).lower()  # type: ignore[arg-type]
        except (ValueError, ArithmeticError) as error:
            raise NotOurs from error
        if form != text:
            raise NotOurs
        return json.dumps(value, ensure_ascii=False)


def _offsets(rows: NDArray[np.integer], count: int, space: Space) -> NDArray[np.int64]:
    """Return where the values of each row begin."""
    offsets = space.empty(count + 1, np.int64)
    offsets[0] = 0
    np.cumsum(np.bincount(rows, minlength=count), out=offsets[1:])
    return offsets


def _followed(values: NDArray[Any], rows: Numbers, default: int) -> Ints:
    """Return what stands in some rows, a default where there is none."""
    return np.append(values, default)[rows].astype(np.int32)
