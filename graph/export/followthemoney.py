"""A graph as a stream of FollowTheMoney entities: things, and accepted statements as the ties between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import orjson

from cuibono.graph.export.files import written_whole
from cuibono.graph.export.omissions import omissions
from cuibono.graph.model import Basis, Document, Entity, Statement, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema.followthemoney import Edge, FollowTheMoney
from cuibono.schema.namespaces import CB
from cuibono.schema.vocabulary import local_name

__all__ = ["followthemoney_entities", "write_followthemoney"]

_SHARE, _ROLE = CB + "share", CB + "role"
_WIKIDATA = "http://www.wikidata.org/entity/"

_Object = dict[str, Any]


def followthemoney_entities(snapshot: Snapshot) -> tuple[list[_Object], Mapping[str, int]]:
    """Return a graph as FollowTheMoney entities, sorted by id, and what the format cannot hold.

    Entities, the ties between them, and the documents that these were found in, are written. What has no schema is
    counted by its kind: claims, stances, relations and classes without one, and statements that are not accepted.
    """
    return _Writer(snapshot).written()


def write_followthemoney(snapshot: Snapshot, path: Path) -> Mapping[str, int]:
    """Write a graph as FollowTheMoney entities, an entity a line, whole or not at all.

    Returns
    -------
    mapping of str to int
        What the format cannot hold, by kind.

    Raises
    ------
    InvalidArgument
        If the file cannot be written.
    """
    entities, left_out = followthemoney_entities(snapshot)
    with written_whole(path) as file:
        file.writelines(orjson.dumps(entity, option=orjson.OPT_APPEND_NEWLINE) for entity in entities)
    return left_out


class _Writer:
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._schemata = FollowTheMoney.bundled()
        self._edges = {edge.relation: edge for edge in self._schemata.edges.values()}
        self._left_out: Counter[str] = Counter(omissions(snapshot, "followthemoney"))
        self._told: set[str] = set()
        self._documents: set[str] = set()
        kinds: dict[str, Iterable[str]] = {
            "entity": snapshot.entities,
            "document": snapshot.documents,
            "statement": snapshot.statements,
        }
        keys = Counter(_key(iri, kind) for kind, records in kinds.items() for iri in records)
        self._shared = {key for key, count in keys.items() if count > 1}

    def written(self) -> tuple[list[_Object], Mapping[str, int]]:
        things = {entity.iri: found for entity in self._snapshot.entities.values() if (found := self._thing(entity))}
        ties = [tie for s in self._snapshot.statements.values() if (tie := self._tie(s, things))]
        if self._snapshot.claims:
            self._left_out["claims"] = len(self._snapshot.claims)
        documents = [self._document(self._snapshot.documents[iri]) for iri in self._documents]
        if others := sum(iri not in self._told for iri in self._snapshot.documents):
            self._left_out["documents of no tie that is written"] = others
        return sorted([*things.values(), *documents, *ties], key=lambda entity: str(entity["id"])), self._left_out

    def _id(self, iri: str, kind: str = "entity") -> str:
        """Return an id, which no two things share."""
        return iri if (key := _key(iri, kind)) in self._shared else key

    def _thing(self, entity: Entity) -> _Object | None:
        vocabulary = self._snapshot.vocabulary
        schema = self._schemata.schema_of(entity.type, vocabulary)
        if schema is None:
            if local_name(entity.type) != "Regulation":
                self._left_out[f"entities of class {local_name(entity.type)}"] += 1
            return None
        numbers = [iri.removeprefix(_WIKIDATA) for iri in entity.same_as if iri.startswith(_WIKIDATA)]
        if others := len(entity.same_as) - len(numbers):
            self._left_out["further IRIs of entities"] += others
        properties = {
            "name": [entity.label],
            "alias": list(entity.aliases),
            "wikidataId": numbers,
            "summary": [entity.description] if entity.description else [],
        }
        return _entity(self._id(entity.iri), schema, properties, caption=entity.label)

    def _tie(self, statement: Statement, things: Mapping[str, _Object]) -> _Object | None:
        relation = self._snapshot.vocabulary.relation(statement.predicate)
        edge = self._edges.get(statement.predicate)
        if statement.status is not Status.ACCEPTED:
            self._left_out[f"{statement.status} statements"] += 1
        elif edge is None or statement.subject not in things or (edge.object and statement.object not in things):
            self._left_out[f"statements of {relation.name}"] += 1
        else:
            return self._edge(statement, edge)
        return None

    def _edge(self, statement: Statement, edge: Edge) -> _Object:
        attributes = dict(statement.attributes)
        document = self._snapshot.documents.get(statement.document or "")
        dataset = self._dataset(statement)
        self._told.update(one.iri for one in (document, dataset) if one)
        properties: dict[str, list[str]] = {
            edge.subject: [self._id(statement.subject)],
            "startDate": [str(statement.valid_from)] if statement.valid_from else [],
            "endDate": [str(statement.valid_to)] if statement.valid_to else [],
            **self._source(document, dataset),
        }
        if edge.object:
            properties[edge.object] = [self._id(statement.object)]
        else:
            properties["program"] = [self._snapshot.entities[statement.object].label]
        if edge.role and _ROLE in attributes:
            properties[edge.role] = [str(attributes[_ROLE])]
        if _SHARE in attributes:
            properties["percentage"] = [format(float(attributes[_SHARE]) * 100, ".12g")]
        name = dataset.label if dataset else None
        self._count_lost(statement, edge)
        return _entity(self._id(statement.iri, "statement"), edge.schema, properties, datasets=[name] if name else [])

    def _count_lost(self, statement: Statement, edge: Edge) -> None:
        """Count what a tie has no place for; the row that says it is the tie itself."""
        pieces = [self._snapshot.evidence[iri] for iri in statement.evidence]
        kept = {_SHARE, _ROLE} if edge.role else {_SHARE}
        lost = {
            "quotes": sum(not piece.row for piece in pieces),
            "speakers": statement.speaker is not None,
            "channels": statement.said_via is not None,
            "days on which something was said": statement.stated_on is not None,
            "confidences": statement.confidence is not None,
            f"bases that are {statement.basis}": statement.basis is not Basis.RECORDED,
            "answers to other statements": statement.in_response_to is not None,
            "statements that others were derived from": len(statement.derived_from),
            "attributes": sum(name not in kept for name, _ in statement.attributes),
        }
        self._left_out.update({f"{what}, of ties that are written": int(count) for what, count in lost.items() if count})

    def _dataset(self, statement: Statement) -> Document | None:
        """Return the document that the row of a statement stands in, if it has one."""
        pieces = (self._snapshot.evidence[iri] for iri in statement.evidence)
        iri = next((piece.document for piece in pieces if piece.row), None)
        return self._snapshot.documents.get(iri or "")

    def _source(self, document: Document | None, dataset: Document | None) -> dict[str, list[str]]:
        if document is None or document is dataset:
            return {}
        if document.url and not document.title:
            known = {"publisher": document.publisher, "retrievedAt": str(document.retrieved) if document.retrieved else None}
            return {"sourceUrl": [document.url], **{name: [value] for name, value in known.items() if value}}
        self._documents.add(document.iri)
        return {"proof": [self._id(document.iri, "document")]}

    def _document(self, document: Document) -> _Object:
        known = {
            "title": document.title,
            "publisher": document.publisher,
            "sourceUrl": document.url,
            "publishedAt": str(document.published) if document.published else None,
            "retrievedAt": str(document.retrieved) if document.retrieved else None,
            "language": document.language,
        }
        properties = {name: [value] for name, value in known.items() if value}
        properties["author"] = list(document.authors)
        if document.licence:
            self._left_out["licences of documents"] += 1
        return _entity(self._id(document.iri, "document"), "Document", properties, caption=document.label)


def _entity(key: str, schema: str, properties: Mapping[str, list[str]], **about: Any) -> _Object:
    return {"id": key, "schema": schema, **about, "properties": {name: v for name, v in sorted(properties.items()) if v}}


def _key(iri: str, kind: str) -> str:
    """Return an id: the last part of an IRI of ours, where that leads back to it, else the whole IRI."""
    _, found, key = iri.rpartition(f"/{kind}/")
    return unquote(key) if found and key and quote(unquote(key), safe="-._~") == key else iri
