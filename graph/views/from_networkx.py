"""Records from a networkx graph: one of ours, or anybody's whose edges say which relation they are.

Of a graph of ``to_networkx`` everything that its attributes say is read again, and what was changed in them counts;
with ``complete=True`` it holds all there is, so that the records are the same. Any other graph is a source of its
own: a document is made of its edges, a line each, and every statement rests on its line, with the basis ``recorded``.

Nodes are entities unless their ``kind`` says otherwise, under their own IRI, or under one that is made of ``base`` and
their name; ``label`` and ``type`` (a class of the ontology) are read. An edge says which relation it is by
``predicate``; ``speaker``, ``stated_on``, ``valid_from``, ``valid_to``, ``confidence`` and the attributes of the
relation are read. Attributes that mean nothing here are left out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

import networkx as nx
import pyoxigraph as ox

from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidArgument, InvalidInput, InvalidValue, Problem, Problems
from cuibono.graph.model import (
    AttributeValue,
    Basis,
    Claim,
    Document,
    Entity,
    Evidence,
    Proposition,
    Record,
    Records,
    Statement,
    Status,
    evidence_iri,
    iri_part,
    proposition,
    statement_iri,
    text_hash,
)
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.views.attributes import EDGE_ATTRIBUTES, printed
from cuibono.graph.views.details import DETAILS, document_of, evidence_of
from cuibono.schema import Relation, Vocabulary
from cuibono.schema.vocabulary import CLAIM, STATEMENT

__all__ = ["NetworkReading", "read_networkx", "unread_attributes"]

_TAKEN = frozenset(EDGE_ATTRIBUTES) | {"weight", "statement", "statements", "subject", "object", DETAILS}
"""What an edge may have that is no attribute of its relation."""

_IDENTITY = re.compile(r"statement/[a-z2-7]{26}$")


@dataclass
class NetworkReading:
    """What was read.

    Attributes
    ----------
    places : mapping of str to str
        By IRI of a record, the node or edge that it comes from.
    """

    records: Records
    places: Mapping[str, str]

    def place(self, iri: str, field: str | None) -> str:  # noqa: ARG002
        """Return where a record comes from, for messages."""
        return self.places.get(iri, iri)


def read_networkx(
    graph: nx.Graph[Any],
    snapshot: Snapshot,
    *,
    base: str | None = None,
    relation: str | None = None,
    type: str | None = None,
    name: str | None = None,
) -> NetworkReading:
    """Return the records that a networkx graph says.

    Parameters
    ----------
    snapshot : Snapshot
        The graph that they are for: documents and evidence that it has are taken as its own.
    base : str, optional
        IRI under which entities, statements and the graph's document are named, where they have no IRI.
    relation, type : str, optional
        The relation of edges that name none, and the class of nodes that name none.
    name : str, optional
        What the graph's document is known by, in each version of the graph; by what its edges say unless given.

    Raises
    ------
    InvalidInput
        With all nodes and edges that cannot be read.
    InvalidArgument
        If a base is needed and there is none.
    """
    return _Reader(graph, snapshot, base, relation, type, name).read()


def unread_attributes(graph: nx.Graph[Any], vocabulary: Vocabulary) -> Counter[str]:
    """Return how many nodes and edges have attributes that nothing is made of, by ``node`` or ``edge`` and their names.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.Graph()
    >>> graph.add_node("Ann", type="Person", size=3)
    >>> unread_attributes(graph, Vocabulary.bundled())
    Counter({'node size': 1})
    """
    of_nodes = {"kind", "type", "label", "description", "quantity", "unit", DETAILS}
    of_edges = {*EDGE_ATTRIBUTES, "statement", "subject", "object", "id", DETAILS}
    for attribute in vocabulary.attributes.values():
        of_edges |= {attribute.name, attribute.iri}
    found: Counter[str] = Counter()
    for _, node in graph.nodes(data=True):
        known = of_nodes | of_edges if node.get("kind") == "statement" else of_nodes
        found.update(f"node {name}" for name in node.keys() - known)
    for *_, edge in graph.edges(data=True):
        found.update(f"edge {name}" for name in edge.keys() - of_edges)
    return found


@dataclass
class _Edge:
    """An edge, or the node of a statement, and what it says."""

    place: str
    subject: Any
    object: Any
    attributes: Mapping[str, Any]
    key: Any
    details: Mapping[str, Any] = field(default_factory=dict)
    has_direction: bool = True


class _Reader:
    def __init__(
        self,
        graph: nx.Graph[Any],
        snapshot: Snapshot,
        base: str | None,
        relation: str | None,
        type: str | None,
        name: str | None,
    ) -> None:
        self.graph, self.snapshot, self.vocabulary = graph, snapshot, snapshot.vocabulary
        self.given_base, self.relation, self.type, self.name = base, relation, type, name
        self.problems = Problems()
        self.records: dict[str, Record] = {}
        self.places: dict[str, str] = {}
        self.iris = {node: self._iri(node) for node in graph}

    @property
    def base(self) -> str:
        if self.given_base is None:
            raise InvalidArgument("base", "is needed, as some of the graph has no IRI; give one, as https://example.org/mine/")
        return self.given_base

    def read(self) -> NetworkReading:
        for node, attributes in self.graph.nodes(data=True):
            self._node(node, attributes)
        self._check_names()
        edges = list(self._edges())
        # What rests on no document of its own rests on this graph.
        lines = [edge for edge in edges if not self._has_source(edge)]
        document = self._document(lines)
        numbers = {id(edge): number for number, edge in enumerate(lines, 1)}
        for edge in edges:
            self._statement(edge, document, numbers.get(id(edge)))
        if self.problems:
            raise InvalidInput(self.problems)
        return NetworkReading(Records.of(self.records.values()), self.places)

    # ── nodes ──────────────────────────────────────────────────────────────────────────────────────────

    def _iri(self, node: Any) -> str:
        name = str(node)
        if ":" in name and _is_iri(name):
            return name
        return f"{self.base}entity/{iri_part(name) or 'node'}"

    def _check_names(self) -> None:
        seen: dict[str, Any] = {}
        for node, iri in self.iris.items():
            if (other := seen.setdefault(iri, node)) is not node:
                self._complain(f"node {node!r}", "iri", f"would be {iri}, as node {other!r} is; call one of them otherwise")

    def _node(self, node: Any, attributes: Mapping[str, Any]) -> None:
        iri, place = self.iris[node], f"node {node!r}"
        details = self._details(attributes, place)
        label = str(attributes.get("label") or node)
        match attributes.get("kind", "entity"):
            case "claim":
                self._keep(self._made(lambda found: self._claim(iri, label, attributes, found, place), details, place), place)
            case "document":
                self._keep(self._made(lambda found: document_of(iri, found), details, place), place)
            case "statement":
                pass
            case "entity":
                self._keep(self._made(lambda found: self._entity(iri, label, attributes, found, place), details, place), place)
            case other:
                self._complain(place, "kind", f"{other!r} is none of entity, claim, statement, document")

    def _entity(
        self, iri: str, label: str, attributes: Mapping[str, Any], details: Mapping[str, Any], place: str
    ) -> Entity | None:
        name = attributes.get("type") or self.type
        if name is None:
            known = ", ".join(c.name for c in self.vocabulary.classes.values() if not c.abstract)
            self._complain(
                place,
                "type",
                f"has none; name its class, or one for all (`type`, on the command line --class); there are {known}",
            )
            return None
        try:
            class_iri = self.vocabulary.entity_class(str(name)).iri
        except KeyError:
            class_iri = str(name)  # the door says which there are
        return Entity(
            iri=iri,
            type=class_iri,
            label=_true(details, "label", label),
            aliases=_texts(details.get("aliases", ())),
            same_as=_texts(details.get("same_as", ())),
            description=_true(details, "description", _text(attributes.get("description"))),
        )

    def _claim(self, iri: str, label: str, attributes: Mapping[str, Any], details: Mapping[str, Any], place: str) -> Claim:
        quantity, exact = attributes.get("quantity"), details.get("quantity")
        if exact is not None and quantity is not None and str(float(exact)) == str(quantity):
            quantity = exact
        return Claim(
            iri=iri,
            text=_true(details, "text", label),
            quantity=self._read(Decimal, None if quantity is None else str(quantity), place, "quantity"),
            unit=_true(details, "unit", _text(attributes.get("unit"))),
            hedges=_texts(details.get("hedges", ())),
        )

    # ── edges ──────────────────────────────────────────────────────────────────────────────────────────

    def _edges(self) -> Iterator[_Edge]:
        """Yield the statements that edges and nodes are, each once."""
        seen = set()
        multi = self.graph.is_multigraph()
        every = self.graph.edges(keys=True, data=True) if multi else ((a, b, None, d) for a, b, d in self.graph.edges(data=True))  # type: ignore[call-overload]
        for start, end, key, attributes in every:
            key = attributes.get("statement", key)
            named = isinstance(key, str) and _IDENTITY.search(key)
            if named and key in seen:
                continue
            if named:
                seen.add(key)
            place = f"edge {start!r} → {end!r}"
            subject, object = attributes.get("subject", start), attributes.get("object", end)
            has_direction = self.graph.is_directed() or "subject" in attributes
            known_as, details = key if named else None, self._details(attributes, place)
            yield _Edge(place, subject, object, attributes, known_as, details, has_direction)
        for node, attributes in self.graph.nodes(data=True):
            if attributes.get("kind") == "statement" and node not in seen:
                place = f"node {node!r}"
                details = self._details(attributes, place)
                yield _Edge(place, attributes.get("subject"), attributes.get("object"), attributes, node, details)

    def _has_source(self, edge: _Edge) -> bool:
        """Return whether an edge brings its evidence, stands in the graph with it already, or needs none."""
        if edge.key in self.snapshot.statements:
            return True
        inferred = edge.attributes.get("basis") == Basis.INFERRED and edge.details.get("derived_from")
        return bool(edge.details.get("evidence") or inferred)

    def _statement(self, edge: _Edge, document: Document | None, line: int | None) -> None:
        found, place = edge.attributes, edge.place
        name = found.get("predicate") or self.relation
        try:
            relation = self.vocabulary.relation(str(name))
        except KeyError:
            known = ", ".join(self.vocabulary.relations)
            said = (
                f"{name!r} is no relation"
                if name
                else "has none; name it, or one for all (`relation`, on the command line --relation)"
            )
            self._complain(place, "predicate", f"{said}; there are {known}")
            return
        if not (relation.symmetric or edge.has_direction):
            self._point(edge, relation)
        key = proposition(relation, self._end(edge.subject), self._end(edge.object))
        evidence = self._evidence(edge, document, line)
        own_document = _text(found.get("document"))
        if own_document not in self.snapshot.documents and own_document not in self.records:
            own_document = document.iri if line is not None and document else None
        derived_from = self._made(_texts, edge.details.get("derived_from", ()), place) or ()
        fields: dict[str, Any] = {
            "speaker": _text(found.get("speaker")),
            "stated_on": self._read(PartialDate, _text(found.get("stated_on")), place, "stated_on"),
            "valid_from": self._read(PartialDate, _text(found.get("valid_from")), place, "valid_from"),
            "document": own_document,
        }
        iri = self._statement_iri(edge.key, key, fields)
        stated = found.get("confidence_stated", "confidence" in found)
        self._keep(
            Statement(
                iri=iri,
                subject=key[0],
                predicate=key[1],
                object=key[2],
                **fields,
                said_via=_text(found.get("said_via")),
                valid_to=self._read(PartialDate, _text(found.get("valid_to")), place, "valid_to"),
                confidence=self._read(float, found.get("confidence"), place, "confidence") if stated else None,
                basis=self._read(Basis, found.get("basis") if line is None else Basis.RECORDED, place, "basis") or Basis.RECORDED,
                status=self._read(Status, found.get("status"), place, "status") or Status.ACCEPTED,
                evidence=tuple(piece.iri for piece in evidence or ()),
                in_response_to=_text(edge.details.get("in_response_to")),
                derived_from=derived_from,
                revision_of=_text(edge.details.get("revision_of")),
                attributes=tuple(self._own_attributes(edge, relation)),
            ),
            place,
        )
        for piece in evidence or ():
            self._keep(piece, place)

    def _point(self, edge: _Edge, relation: Relation) -> None:
        """Turn an edge that has no direction round to where its relation can lead, if that is one way only."""
        ends = edge.subject, edge.object
        forward, backward = self._fit(relation, *ends), self._fit(relation, *reversed(ends))
        if forward and backward:
            message = (
                f"{relation.name!r} leads from one to the other, and an edge of an undirected graph does not say from which; "
                "make the graph directed, or give its edges a `subject` and an `object`"
            )
            self._complain(edge.place, "predicate", message)
        elif backward:
            edge.subject, edge.object = edge.object, edge.subject

    def _fit(self, relation: Relation, subject: Any, object: Any) -> bool:
        kinds = self._kind(subject), self._kind(object)
        both = zip(kinds, (relation.domain, relation.range), strict=True)
        return all(kind is None or self.vocabulary.ancestors(kind) & set(allowed) for kind, allowed in both)

    def _kind(self, end: Any) -> str | None:
        iri = self._end(end)
        match self.records.get(iri) or self.snapshot.node(iri):
            case Entity(type=kind):
                return kind
            case Claim():
                return CLAIM
            case Statement():
                return STATEMENT
        return None

    def _statement_iri(self, known_as: str | None, key: Proposition, fields: Mapping[str, Any]) -> str:
        """Return the IRI that an edge had, unless what it says has changed."""
        before = self.snapshot.statements.get(known_as or "")
        if before is not None and (before.subject, before.predicate, before.object) == key:
            same = all(getattr(before, name) == value for name, value in fields.items())
            if same:  # though entities may be shown merged, and the IRI not be a hash of them
                return before.iri
        identity = _IDENTITY.search(known_as or "")
        return statement_iri(known_as[: identity.start()] if known_as and identity else self.base, key, **fields)

    def _end(self, end: Any) -> str:
        return self.iris.get(end) or self._iri(end)

    def _own_attributes(self, edge: _Edge, relation: Relation) -> Iterator[tuple[str, AttributeValue]]:
        true: Any = edge.details.get("attributes")
        for iri in relation.attributes:
            attribute = self.vocabulary.attribute(iri)
            value = edge.attributes.get(iri if attribute.name in _TAKEN else attribute.name)
            if value is None:
                continue
            if isinstance(value, str):
                value = _true(true if isinstance(true, dict) else {}, iri, value)
            whole = attribute.datatype is float and isinstance(value, int) and not isinstance(value, bool)
            yield iri, float(value) if whole else value

    def _evidence(self, edge: _Edge, document: Document | None, line: int | None) -> list[Evidence]:
        if line is None:
            known = self.snapshot.statements.get(edge.key or "")
            if known is not None and not edge.details.get("evidence"):
                return [self.snapshot.evidence[iri] for iri in known.evidence]
            made: list[Evidence] | None = self._made(lambda details: list(evidence_of(details)), edge.details, edge.place)
            return made or []
        assert document is not None
        assert document.text is not None
        exact, row = document.text.split("\n")[line - 1], f"row={line}"
        iri = evidence_iri(self.base, document=document.iri, exact=exact, start=None, row=row)
        return [Evidence(iri=iri, document=document.iri, exact=exact, row=row)]

    def _document(self, lines: list[_Edge]) -> Document | None:
        """Return the document that a graph is: its edges, a line each."""
        if not lines:
            return None
        text = "\n".join(self._line(edge) for edge in lines)
        digest = text_hash(text)
        document = Document(
            iri=f"{self.base}document/{quote(self.name) if self.name else digest[:32]}",
            sha256=digest,
            text=text,
            title=self.graph.graph.get("name") or "networkx graph",
        )
        self._keep(document, "graph")
        return document

    def _line(self, edge: _Edge) -> str:
        given = {name: value for name, value in sorted(edge.attributes.items()) if name not in ("predicate", DETAILS)}
        words = [str(edge.subject), str(edge.attributes.get("predicate") or self.relation), str(edge.object)]
        words += [f"{name}={value}" for name, value in given.items()]
        return "\t".join(" ".join(word.split()) for word in words)

    # ── values ─────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, read: Any, value: Any, place: str, name: str) -> Any:
        if value is None:
            return None
        try:
            return read(value)
        except (ValueError, TypeError, InvalidOperation, InvalidValue) as error:
            self._complain(place, name, f"{value!r} cannot be read: {error}")
            return None

    def _made(self, make: Callable[[Any], Any], details: Any, place: str) -> Any:
        """Return what is made of details, which may be anything."""
        try:
            return make(details)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            self._complain(place, DETAILS, f"is not what to_networkx(complete=True) writes: {error}")
            return None

    def _details(self, attributes: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        try:
            found = json.loads(attributes.get(DETAILS, "{}"))
        except (ValueError, TypeError) as error:
            self._complain(place, DETAILS, f"is no JSON: {error}")
            return {}
        return found if isinstance(found, dict) else {}

    def _keep(self, record: Record | None, place: str) -> None:
        if record is None:
            return
        before = self.records.get(record.iri)
        if isinstance(before, Statement) and isinstance(record, Statement):
            pieces = tuple({*before.evidence, *record.evidence})
            if replace(before, evidence=pieces) != replace(record, evidence=pieces):
                self._complain(
                    place, "predicate", f"says otherwise of what {self.places[record.iri]} says, in what it has beside it"
                )
            record = replace(before, evidence=pieces)
        self.records[record.iri] = record
        self.places.setdefault(record.iri, place)

    def _complain(self, place: str, name: str, message: str) -> None:
        self.problems.append(Problem(place, name, message))


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _true(details: Mapping[str, Any], name: str, shown: Any) -> Any:
    """Return a text as it was before a character that XML cannot have was replaced, unless it was changed since."""
    before = details.get(name)
    return before if isinstance(before, str) and printed(before) == shown else shown
