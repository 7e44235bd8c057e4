"""The statements of a dossier: their ends, sources and quotes, each anchored in its document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from cuibono.graph.build.anchoring import anchored
from cuibono.graph.build.fields import Fields
from cuibono.graph.build.keys import Keys
from cuibono.graph.build.yaml_source import Located
from cuibono.graph.errors import InvalidValue, Problem
from cuibono.graph.model import (
    AttributeValue,
    Basis,
    Document,
    Evidence,
    Record,
    Statement,
    Status,
    evidence_iri,
    proposition,
    statement_iri,
)
from cuibono.schema import Relation, Vocabulary
from cuibono.schema.vocabulary import local_name

__all__ = ["StatementReader"]

_EVIDENCE_FIELDS = {"quote", "document", "prefix", "suffix", "start"}
_REQUIRED = {"subject", "predicate", "object", "basis"}
_STATEMENT_FIELDS = _REQUIRED | {
    "key", "speaker", "said-via", "stated-on", "valid-from", "valid-to", "confidence", "status", "in-response-to",
    "derived-from", "attributes", "quote", "document", "evidence",
}  # fmt: skip


class StatementReader:
    """Reads statements, those first that others are about, as identity hangs on it.

    Parameters
    ----------
    keys : Keys
        Those of documents, entities and claims; grows by those of statements.
    documents : mapping of str to Document
        By IRI.
    problems : list of Problem
        Grows by each thing that is wrong.
    lacks_documents : bool
        Whether there are documents that could not be read.

    Attributes
    ----------
    lacks_documents : bool
        Whether quotes are without a document, and that has been told.
    flawed : set of str
        IRIs of statements that something is wrong with already.
    """

    def __init__(
        self,
        base: str,
        vocabulary: Vocabulary,
        keys: Keys,
        documents: Mapping[str, Document],
        problems: list[Problem],
        *,
        lacks_documents: bool,
    ) -> None:
        self._base, self._vocabulary, self._keys = base, vocabulary, keys
        self._documents, self._problems, self.lacks_documents = documents, problems, lacks_documents
        self.flawed: set[str] = set()
        self._waiting: dict[str, Fields] = {}
        self._open: list[str] = []
        self._evidence: dict[str, Evidence] = {}
        self._statements: dict[str, Statement] = {}
        self._links: list[tuple[str, Fields]] = []

    def read(self, sections: Iterable[Located]) -> Iterator[Record]:
        """Yield the statements of all sections, and their evidence."""
        without_key: list[Fields] = []
        for located in (element for section in sections for element in section.elements()):
            fields = Fields(located, self._problems, allowed=_STATEMENT_FIELDS, required=_REQUIRED, what="statement")
            key = fields.text("key")
            if key is not None and self._keys.declare(key, None, located.place) and fields.complete:
                self._waiting[key] = fields
            elif key is None and fields.complete:
                without_key.append(fields)
        for key in list(self._waiting):
            self._read_keyed(key)
        for fields in without_key:
            self._statement(fields)
        for iri, fields in self._links:
            self._link(iri, fields)
        yield from self._evidence.values()
        yield from self._statements.values()

    def _read_keyed(self, key: str) -> None:
        fields = self._waiting.pop(key, None)
        if fields is None:
            return
        self._open.append(key)
        iri = self._statement(fields)
        if iri is not None:
            self._keys.assign(key, iri)
        self._open.pop()

    def _resolved(self, fields: Fields, name: str) -> str | None:
        """Return the IRI that a field's key stands for, reading the statement it names if need be."""
        key = fields.text(name)
        return None if key is None else self._iri(fields, name, key)

    def _iri(self, fields: Fields, name: str, key: str) -> str | None:
        if key in self._open:
            fields.refuse(name, f"{key!r} is about itself, by way of {' and '.join(self._open)}")
            return None
        self._read_keyed(key)
        if key not in self._keys.iris and not self._keys.declared(key):
            fields.refuse(name, f"{key!r} is declared nowhere in the dossier{self._keys.near(key)}")
        return self._keys.iris.get(key)

    def _statement(self, fields: Fields) -> str | None:
        known = len(self._problems)
        iri = self._entered(fields)
        if iri is not None and len(self._problems) > known:
            self.flawed.add(iri)
        return iri

    def _entered(self, fields: Fields) -> str | None:
        relation = self._relation(fields)
        subject, obj = self._resolved(fields, "subject"), self._resolved(fields, "object")
        speaker, said_via = self._resolved(fields, "speaker"), self._resolved(fields, "said-via")
        document = self._document(fields) if "document" in fields else None
        evidence = list(self._pieces(fields, document))
        if document is None and evidence:
            document = evidence[0].document
        attributes = tuple(self._attributes(fields, relation)) if relation else ()
        stated_on, valid_from, valid_to = (fields.date(name) for name in ("stated-on", "valid-from", "valid-to"))
        confidence = fields.number("confidence")
        basis, status = fields.member(Basis, "basis"), fields.member(Status, "status") or Status.ACCEPTED
        if relation is None or subject is None or obj is None or basis is None:
            return None
        key = proposition(relation, subject, obj)
        iri = statement_iri(self._base, key, speaker=speaker, stated_on=stated_on, valid_from=valid_from, document=document)
        if iri in self._statements:
            first = self._keys.places[iri, None]
            fields.refuse(None, f"is the same statement as at {first}; give one statement all its evidence")
            return iri
        self._keys.locate(iri, fields.places(), fields.located.place)
        self._evidence |= {piece.iri: piece for piece in evidence}
        self._statements[iri] = Statement(
            iri=iri,
            subject=key[0],
            predicate=key[1],
            object=key[2],
            basis=basis,
            status=status,
            speaker=speaker,
            said_via=said_via,
            document=document,
            stated_on=stated_on,
            valid_from=valid_from,
            valid_to=valid_to,
            confidence=confidence,
            evidence=tuple(piece.iri for piece in evidence),
            attributes=attributes,
        )
        self._links.append((iri, fields))
        return iri

    def _link(self, iri: str, fields: Fields) -> None:
        """Join a statement to others that its identity does not hang on."""
        known = len(self._problems)
        answered = self._resolved(fields, "in-response-to")
        sources = [self._iri(fields, "derived-from", key) for key in fields.texts("derived-from")]
        if None in sources:
            self.flawed.add(iri)
        self._statements[iri] = replace(
            self._statements[iri], in_response_to=answered, derived_from=tuple(source for source in sources if source)
        )
        if len(self._problems) > known:
            self.flawed.add(iri)

    def _relation(self, fields: Fields) -> Relation | None:
        name = fields.text("predicate") or ""
        try:
            return self._vocabulary.relation(name)
        except KeyError:
            inverse = next((r for r in self._vocabulary.relations.values() if r.inverse_name == name), None)
            remedy = (
                f"write {inverse.name} with the ends changed over"
                if inverse
                else f"it has {', '.join(self._vocabulary.relations)}"
            )
            fields.refuse("predicate", f"{name!r} is no relation of the ontology; {remedy}")
            return None

    def _attributes(self, fields: Fields, relation: Relation) -> Iterator[tuple[str, AttributeValue]]:
        for name, located in fields.mapping("attributes").items():
            value = located.value
            if not isinstance(value, (str, int, float, bool)):
                fields.refuse("attributes", f"{name}: is no single value")
                continue
            try:
                attribute = self._vocabulary.attribute(name)
            except KeyError:
                allowed = ", ".join(local_name(iri) for iri in relation.attributes) or "none"
                fields.refuse("attributes", f"{name!r} is no attribute of {relation.name}, which may carry: {allowed}")
                continue
            if attribute.datatype is float and type(value) is int:
                value = float(value)
            yield attribute.iri, value

    def _document(self, fields: Fields) -> str | None:
        iri = self._resolved(fields, "document")
        if iri is not None and iri not in self._documents:
            fields.refuse("document", f"{fields.text('document')!r} is no document of the dossier")
            return None
        return iri

    def _pieces(self, fields: Fields, document: str | None) -> Iterator[Evidence]:
        quotes = (Located({"quote": quote}, quote.place) for quote in fields.elements("quote"))
        located = [*quotes, *fields.elements("evidence")]
        for element in located:
            piece = Fields(element, self._problems, allowed=_EVIDENCE_FIELDS, required={"quote"}, what="piece of evidence")
            if piece.complete:
                yield from self._piece(piece, document)

    def _piece(self, piece: Fields, document: str | None) -> Iterator[Evidence]:
        iri = self._document(piece) if "document" in piece else document
        if iri is None and "document" not in piece:
            if self.lacks_documents:
                return
            if len(self._documents) != 1:
                remedy = "name the one quoted" if self._documents else "put the text that is quoted into documents/, as .txt"
                piece.refuse("document", f"is missing: the dossier has {len(self._documents) or 'no'} documents; {remedy}")
                self.lacks_documents = not self._documents
                return
            iri = next(iter(self._documents))
        if iri is None:
            return
        text = self._documents[iri].text or ""
        context = {name: piece.text(name) or "" for name in ("prefix", "suffix")}
        try:
            anchor = anchored(text, piece.text("quote") or "", **context, start=piece.whole("start"))
        except InvalidValue as error:
            piece.refuse("quote", str(error))
            return
        yield Evidence(
            iri=evidence_iri(self._base, document=iri, exact=anchor.exact, start=anchor.start, row=None),
            document=iri,
            exact=anchor.exact,
            prefix=anchor.prefix,
            suffix=anchor.suffix,
            start=anchor.start,
            end=anchor.end,
        )
