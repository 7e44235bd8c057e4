"""What a graph says in our own model, subject by subject, and the triples that say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pyoxigraph as ox

from cuibono.graph.build.rdf.groups import Group, nodes
from cuibono.graph.build.rdf.groups import fields_of as _fields_of
from cuibono.graph.errors import InvalidInput, InvalidValue, Problem
from cuibono.graph.model import Records
from cuibono.graph.store.encoding import decoded, encoded
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, OA, RDF, SKOS

__all__ = ["Own", "OwnReader"]

_LABEL = ox.NamedNode(SKOS + "prefLabel")
_ALONE = {CB + name for name in ("Statement", "Claim", "Document")}
_TOGETHER = {CB + "Evidence"} | {OA + name for name in ("TextQuoteSelector", "TextPositionSelector", "FragmentSelector")}


@dataclass(frozen=True)
class Own:
    """Records of ours, and the triples that they are written as."""

    records: Records
    triples: frozenset[str]


_NOTHING = Own(Records.of(()), frozenset())


class OwnReader:
    """Reads what is of our own model.

    A piece of evidence stands in several nodes; these are taken together by `take`, and held in memory.

    Parameters
    ----------
    name : str
        Of the file, for messages.
    """

    def __init__(self, vocabulary: Vocabulary, name: str) -> None:
        self._vocabulary, self._name = vocabulary, name
        self._classes = _ALONE | {c.iri for c in vocabulary.classes.values()}
        self._taken: list[ox.Quad] = []
        self._evidence: Own | None = None

    def take(self, group: Group) -> bool:
        """Take a part of a piece of evidence, and return whether it is one."""
        is_of_evidence = self._is_of_evidence(self._types(group))
        if is_of_evidence:
            self._taken += group.quads()
        return is_of_evidence

    def read(self, group: Group) -> Own:
        """Return what a subject says of ours; of evidence, when all was taken, its own part.

        Raises
        ------
        InvalidInput
            If a value cannot be what it is meant to be, or something is missing.
        """
        types = self._types(group)
        if self._is_of_evidence(types):
            if self._evidence is None:
                self._evidence = self._of(self._taken)
            found = self._evidence.records.evidence.get(group.iri or "")
            return Own(Records.of([found] if found else []), self._evidence.triples)
        return self._of(group.quads()) if types & self._classes else _NOTHING

    @staticmethod
    def _is_of_evidence(types: set[str]) -> bool:
        return bool(types & _TOGETHER) and CB + "Statement" not in types

    @staticmethod
    def _types(group: Group) -> set[str]:
        return set() if group.iri is None else set(nodes(_fields_of(group.lines), RDF + "type"))

    def _of(self, quads: Iterable[ox.Quad]) -> Own:
        known = list(quads)
        try:
            found = decoded(known, self._vocabulary)
        except (InvalidValue, ValueError, ArithmeticError) as error:
            raise InvalidInput([Problem(self._name, None, f"holds a value that cannot be one of ours: {error}")]) from error
        # What has no label of ours may be an entity of another vocabulary.
        labelled = {quad.subject.value for quad in known if quad.predicate == _LABEL and isinstance(quad.subject, ox.NamedNode)}
        kept = replace(found, entities={iri: entity for iri, entity in found.entities.items() if iri in labelled})
        return Own(kept, frozenset(self._triples(kept)))

    def _triples(self, known: Records) -> set[str]:
        found = set[str]()
        for record in known:
            try:
                found.update(str(quad.triple) for quad in encoded(record))
            except ValueError as error:
                kind = type(record).__name__.lower()
                message = f"<{record.iri}>: is no {kind}: a part of it is missing ({error})"
                raise InvalidInput([Problem(self._name, None, message)]) from error
        return found
