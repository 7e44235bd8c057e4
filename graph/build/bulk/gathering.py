"""The columns of a graph from its N-Quads as they pass by, whose every line is accounted for.

What cuibono writes of a record is known to the line, so that a line too many, too few, twice, or of another form shows
that there is something else: then nothing is made of any, and reading quad by quad tells. Nothing is done line by line.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from cuibono.graph.build.bulk.appending import AppendedValues, Numbers
from cuibono.graph.build.bulk.fields import CODE, DATE, DATE_TYPES, GRAPHS, NODE, TEXT, Field, fields_of
from cuibono.graph.build.bulk.finishing import Finish
from cuibono.graph.build.bulk.interning import Interned
from cuibono.graph.build.bulk.lines import Lines, NotOurs, Piece, codes
from cuibono.graph.build.rdf.declaring import declarations
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.draft import Table
from cuibono.graph.snapshot.space import FileSpace
from cuibono.schema import Vocabulary
from cuibono.schema.ontology import Ontology

__all__ = ["Gathering", "is_stored", "without"]

_GRAPH_NAMES = [graph.value.encode() for graph in GRAPHS.values()]
_DERIVED, _HISTORY, _ONTOLOGY = (list(GRAPHS).index(name) for name in ("derived", "history", "ontology"))
_DERIVED_OBJECT, _DERIVED_PREDICATE = "derived object", "derived predicate"


class Gathering:
    """Takes in N-Quads, and makes columns of them; what it has taken in stands in files.

    Parameters
    ----------
    vocabulary : Vocabulary
        What the records may say; what they say beyond it is not ours.
    name : str
        Of the file, for messages about the terms that it declares.
    folder : Path
        Where the files are to stand, which are the gathering's own.
    is_named : bool
        Whether the file had no named graphs, so that they were guessed: then what is left out is to follow from what is
        taken in, or to be read as terms of an ontology quad by quad as well.
    kept : mapping, optional
        What `kept` gave, to go on with what was taken in until then, in this process or another.

    Raises
    ------
    Damaged
        If the files hold less than that.

    Attributes
    ----------
    vocabulary : Vocabulary
        Extended by those terms.
    lines : int
        How many quads were taken in.
    left_out : int
        How many of them are derived, history or about terms.
    history : int
        How many are history.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        name: str,
        folder: Path,
        *,
        is_named: bool = False,
        kept: Mapping[str, Any] | None = None,
    ) -> None:
        kept = kept or {"lines": 0, "left_out": 0, "history": 0, "declared": "", "iris": None, "texts": None, "values": None}
        self.lines, self.left_out, self.history = (int(kept[name]) for name in ("lines", "left_out", "history"))
        self._before, self._name, self._folder = vocabulary, name, folder
        self._is_named = is_named
        self._iris, self._texts = Interned(folder, "iris", kept["iris"]), Interned(folder, "texts", kept["texts"])
        self._found = AppendedValues(folder, kept["values"])
        self._declared: list[ox.Triple] = []
        self._read_by(vocabulary)
        if kept["declared"]:
            self._declared += [quad.triple for quad in ox.parse(kept["declared"], format=ox.RdfFormat.N_TRIPLES)]
            self._extend()

    def kept(self) -> dict[str, Any]:
        """Write all that was taken in to the files, and return what making the gathering again takes, fit for JSON.

        What the files are given is the system's to write; `cuibono.graph.build.bulk.resuming.Beside.keep` waits for that.
        """
        return {
            "lines": self.lines,
            "left_out": self.left_out,
            "history": self.history,
            "declared": "".join(f"{triple} .\n" for triple in self._declared),
            "iris": self._iris.kept(),
            "texts": self._texts.kept(),
            "values": self._found.kept(),
        }

    def _read_by(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._fields = fields_of(vocabulary)
        self._names = list(self._fields)
        predicates = sorted({field.predicate for field in self._fields.values()})
        self._predicates = [predicate.encode() for predicate in predicates]
        self._field_of = np.full((len(GRAPHS), len(predicates) + 1), -1, np.int16)
        for number, field in enumerate(self._fields.values()):
            self._field_of[list(GRAPHS).index(field.graph), predicates.index(field.predicate)] = number

    def take(self, piece: Piece) -> bytes:
        """Take in some whole lines, and return their text; what is derived, and history, are counted only, and left empty.

        Raises
        ------
        NotOurs
            If one is nothing that cuibono writes.
        OntologyError
            If the terms that are declared contradict the ontology.
        """
        lines, text = piece.lines, piece.text
        self.lines += len(lines)
        graph = codes(lines, lines.graph, _GRAPH_NAMES)
        if (graph < 0).any():
            raise NotOurs(int(lines.number[np.argmin(graph)]))
        if (graph == _ONTOLOGY).any():
            self._declare(text, lines, np.flatnonzero(graph == _ONTOLOGY))
        predicate = codes(lines, lines.predicate, self._predicates)
        field = self._field_of[graph, predicate]
        stored = graph < 2
        if (stored & (field < 0)).any():
            raise NotOurs(int(lines.number[np.argmax(stored & (field < 0))]))
        if self._is_named:
            self._gather_derived(lines, np.flatnonzero(graph == _DERIVED))
        self.left_out += int(np.count_nonzero(~stored))
        self.history += int(np.count_nonzero(graph == _HISTORY))
        self._gather(lines, np.where(stored, field, -1))
        return text if stored.all() else without(text, lines, ~stored)

    def _declare(self, text: bytes, lines: Lines, rows: NDArray[np.int64]) -> None:
        """Read what follows by the terms that a file declares, which stand first in it."""
        if any(name in self._fields for name in self._found):
            raise NotOurs(int(lines.number[rows[0]]))
        declared = b"".join(text[lines.begin[row] : lines.end[row]] for row in rows.tolist())
        try:
            self._declared += [quad.triple for quad in ox.parse(declared, format=ox.RdfFormat.N_QUADS)]
        except SyntaxError as error:
            raise NotOurs(int(lines.number[rows[0]])) from error
        if self._is_named and len(declarations(map(_unnamed, self._declared), self._before)) < len(self._declared):
            raise NotOurs(int(lines.number[rows[0]]))
        self._extend()

    def _extend(self) -> None:
        own = Ontology.from_triples(self._declared, self._name)
        self._read_by(Vocabulary.extended([*self._before.ontology.extensions, own]))

    def _gather_derived(self, lines: Lines, rows: NDArray[np.int64]) -> None:
        relations = [iri.encode() for iri in self._fields["predicate"].choice]
        predicate = codes(lines, lines.predicate[:, rows], relations).astype(np.int32)
        wrong = (predicate < 0) | lines.is_literal[rows]
        if wrong.any():
            raise NotOurs(int(lines.number[rows[np.argmax(wrong)]]))
        subject, obj = (self._interned(self._iris, lines, part, rows) for part in (lines.subject, lines.object))
        self._found.append(_DERIVED_OBJECT, subject, obj)
        self._found.append(_DERIVED_PREDICATE, subject, predicate)

    def _gather(self, lines: Lines, field: NDArray[np.int16]) -> None:
        if not len(lines):
            return
        subjects = self._interned(self._iris, lines, lines.subject, np.flatnonzero(lines.is_first))
        of = subjects[np.cumsum(lines.is_first) - 1]
        order = np.argsort(field, kind="stable")
        each, first = np.unique(field[order], return_index=True)
        for number, rows in zip(each.tolist(), np.split(order, first[1:]), strict=True):
            if number >= 0:
                name = self._names[number]
                self._found.append(name, of[rows], self._values(lines, self._fields[name], rows))

    def _values(self, lines: Lines, field: Field, rows: NDArray[np.int64]) -> Numbers:
        """Return the values of a property in some lines, as `Values` has them."""
        is_node = field.form in (NODE, CODE)
        if (lines.is_literal[rows] == is_node).any():
            raise NotOurs(int(lines.number[rows[0]]))
        if field.form == CODE:
            part = lines.object[:, rows]
            found = codes(lines, part, [iri.encode() for iri in field.choice])
            if (found < 0).any():
                raise NotOurs(int(lines.number[rows[np.argmin(found)]]))
            return found.astype(np.int32)
        if field.form != NODE:
            self._demand_datatype(lines, field.form, rows)
        return self._interned(self._iris if field.form == NODE else self._texts, lines, lines.object, rows)

    @staticmethod
    def _interned(strings: Interned, lines: Lines, part: NDArray[np.int64], rows: NDArray[np.int64]) -> Numbers:
        return strings.append_slices(lines.data, part[0][rows], part[1][rows])

    @staticmethod
    def _demand_datatype(lines: Lines, form: str, rows: NDArray[np.int64]) -> None:
        part = lines.datatype[:, rows]
        if form == TEXT:
            right = part[0] == part[1]
        elif form == DATE:
            kinds = codes(lines, part, [iri.encode() for iri in DATE_TYPES])
            lengths = lines.object[1][rows] - lines.object[0][rows]
            right = (kinds >= 0) & (np.array(list(DATE_TYPES.values()))[kinds] == lengths)
        else:
            right = codes(lines, part, [form.encode()]) == 0
        if not right.all():
            raise NotOurs(int(lines.number[rows[np.argmin(right)]]))

    # ── all of it ──────────────────────────────────────────────────────────────────────────────────────

    def columns(self) -> Columns:
        """Return what was taken in.

        Raises
        ------
        NotOurs
            If a record lacks a line, or has one twice.
        """
        space = FileSpace(self._folder)
        draft = Finish(self.vocabulary, self._fields, self._iris.all(), self._texts, self._found, space).draft()
        if self._is_named:
            self._demand_derived(draft.statements)
        return draft.columns(space)

    def _demand_derived(self, statements: Table) -> None:
        """Demand that every direct triple says what a statement says."""
        derived, predicate = self._found.all(_DERIVED_OBJECT), self._found.all(_DERIVED_PREDICATE).value
        subjects, predicates, objects = (np.asarray(statements.columns[name]) for name in ("subject", "predicate", "object"))
        for code in np.unique(predicate).tolist():
            here, stated = predicate == code, predicates == code
            known = _pairs(subjects[stated], objects[stated])
            if self.vocabulary.relation(self._fields["predicate"].choice[code]).symmetric:
                known = np.concatenate([known, _pairs(objects[stated], subjects[stated])])
            if not np.isin(_pairs(derived.of[here], derived.value[here]), known).all():
                raise NotOurs


def _pairs(one: NDArray[np.integer], other: NDArray[np.integer]) -> NDArray[np.int64]:
    return np.asarray(one, np.int64) << 32 | np.asarray(other, np.int64)


def _unnamed(triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object)


def is_stored(lines: Lines) -> NDArray[np.bool_]:
    """Return which lines a store takes as they are: neither what is derived nor history, nor the ontology."""
    found = codes(lines, lines.graph, _GRAPH_NAMES)
    stored: NDArray[np.bool_] = (found >= 0) & (found < 2)
    return stored


def without(text: bytes, lines: Lines, left_out: NDArray[np.bool_]) -> bytes:
    """Return the text with some lines emptied, so that all keep their numbers."""
    changes = np.zeros(len(text) + 1, np.int8)
    changes[lines.begin[left_out]] += 1
    changes[lines.end[left_out] - 1] -= 1
    kept = np.cumsum(changes[:-1], dtype=np.int8) == 0
    return bytes(np.frombuffer(text, np.uint8)[kept])
