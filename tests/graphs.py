"""Small graphs written in letters, one statement a line.

The letter says what a thing is: A–E people, P–Q products, R a regulation, K–L countries, U–Z companies, N a news
organization, small letters claims. A statement may be named, to be spoken about::

    s1 = A leads X  since:2020 conf:0.5
    B disputes s1   on:2021
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cuibono
from cuibono.graph.dates import PartialDate
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import (
    Basis,
    Claim,
    Document,
    Entity,
    Evidence,
    Record,
    Statement,
    Status,
    evidence_iri,
    proposition,
    statement_iri,
    text_hash,
)
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB

BASE = "https://example.org/"
TEXT = "It says so."
CLASSES = {
    **dict.fromkeys("ABCDE", "Person"),
    **dict.fromkeys("PQ", "Product"),
    **dict.fromkeys("KL", "Country"),
    **dict.fromkeys("UVWXYZ", "Company"),
    "N": "NewsOrganization",
    "R": "Regulation",
}

MANY = """
A leads X
B disputes Y
X competesWith Y
C owns Y
D supplies X by:A
E questions X via:D
B owns X status:proposed
"""
"""A drawing with every kind of thing that two who are one may stand in: ends, speakers, channels, proposals."""


@dataclass
class Drawn:
    """What a drawing says, and the IRI of each of its names."""

    records: list[Record] = field(default_factory=list)
    iris: dict[str, str] = field(default_factory=dict)

    @property
    def statements(self) -> list[Statement]:
        return [record for record in self.records if isinstance(record, Statement)]


def drawn(text: str, vocabulary: Vocabulary | None = None, classes: Mapping[str, str] = MappingProxyType({})) -> Drawn:
    """Return the records of a drawing; other letters than ours may be given classes."""
    return _Pen(vocabulary or Vocabulary.bundled(), {**CLASSES, **classes}).draw(text)


def graph(
    text: str, *, ontology: str | Path | Iterable[str | Path] = (), classes: Mapping[str, str] = MappingProxyType({})
) -> KnowledgeGraph:
    """Return a graph in memory that holds a drawing."""
    kg = cuibono.open(ontology=ontology)
    kg.add(*drawn(text, kg.vocabulary, classes).records)
    return kg


def short(iri: str) -> str:
    """Return the name of a thing in the drawing."""
    return iri.removeprefix(BASE)


class _Pen:
    def __init__(self, vocabulary: Vocabulary, classes: Mapping[str, str]) -> None:
        self.vocabulary, self.classes = vocabulary, classes
        self.done = Drawn()

    def draw(self, text: str) -> Drawn:
        for line in filter(None, (line.strip() for line in text.splitlines())):
            name, is_named, rest = line.partition(" = ")
            subject, predicate, obj, *options = (rest if is_named else name).split()
            iri = self._statement(subject, predicate, obj, dict(option.split(":", 1) for option in options))
            if is_named:
                self.done.iris[name] = iri
        return self.done

    def _statement(self, subject: str, predicate: str, obj: str, options: dict[str, str]) -> str:
        relation = self.vocabulary.relation(predicate)
        key = proposition(relation, self._iri(subject), self._iri(obj))
        document = self._document(options.pop("doc", "D1"))
        fields: dict[str, Any] = {
            "speaker": self._iri(options.pop("by")) if "by" in options else None,
            "stated_on": _date(options.pop("on", None)),
            "valid_from": _date(options.pop("since", None)),
            "document": document,
        }
        iri = statement_iri(BASE, key, **fields)
        fields |= {
            "said_via": self._iri(options.pop("via")) if "via" in options else None,
            "valid_to": _date(options.pop("until", None)),
            "confidence": float(options.pop("conf")) if "conf" in options else None,
            "basis": Basis(options.pop("basis", "verbatim")),
            "status": Status(options.pop("status", "accepted")),
            "evidence": (self._evidence(document),),
            "attributes": tuple((CB + name, float(value) if name == "share" else value) for name, value in options.items()),
        }
        self.done.records.append(Statement(iri=iri, subject=key[0], predicate=key[1], object=key[2], **fields))
        return iri

    def _iri(self, name: str) -> str:
        if name in self.done.iris:
            return self.done.iris[name]
        iri = self.done.iris[name] = BASE + name
        if name.islower():
            self.done.records.append(Claim(iri=iri, text=f"Claim {name}."))
        else:
            self.done.records.append(Entity(iri=iri, type=self.vocabulary.entity_class(self.classes[name]).iri, label=name))
        return iri

    def _document(self, name: str) -> str:
        if name not in self.done.iris:
            self.done.iris[name] = BASE + name
            self.done.records.append(Document(iri=BASE + name, sha256=text_hash(TEXT), text=TEXT, title=name))
        return self.done.iris[name]

    def _evidence(self, document: str) -> str:
        iri = evidence_iri(BASE, document=document, exact=TEXT, start=0, row=None)
        if iri not in self.done.iris:
            self.done.iris[iri] = iri
            self.done.records.append(Evidence(iri=iri, document=document, exact=TEXT, start=0, end=len(TEXT)))
        return iri


def _date(text: str | None) -> PartialDate | None:
    return PartialDate(text) if text else None
