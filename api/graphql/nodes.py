"""The things that stand in a graph, as GraphQL types: entities, claims, statements, evidence and documents.

The fields that stand for relations are not written here: `cuibono.api.graphql.relations` reads them from the ontology.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import strawberry
from strawberry.types.lazy_type import LazyType

from cuibono.api.graphql.arguments import Evidence as EvidenceArgument
from cuibono.api.graphql.arguments import StatementsOrder, StatementsWhere, StatusArgument
from cuibono.api.graphql.connections import Connection, Listing, Paged
from cuibono.api.graphql.filter_inputs import StatementOrder, StatementWhere, Value
from cuibono.api.graphql.identifiers import global_id
from cuibono.api.graphql.listings import chosen_statuses, record_listing
from cuibono.api.graphql.predicates import Predicate, StatementAttribute
from cuibono.api.graphql.scalars import AttributeValue
from cuibono.api.graphql.view import View
from cuibono.graph import model
from cuibono.graph.dates import PartialDate
from cuibono.graph.filtering.conditions import All, Condition, StatementEdges
from cuibono.graph.filtering.tables import Rows
from cuibono.graph.interest import positions
from cuibono.graph.model import Basis, Status

__all__ = [
    "Claim",
    "Document",
    "Entity",
    "Evidence",
    "Node",
    "Position",
    "Statement",
    "Thing",
    "entity",
    "node",
    "statement",
    "statement_listing",
    "statements_asked",
    "thing",
]


# Named, not imported: the module of connections needs the types that stand here.
_Statements: Any = LazyType("StatementConnection", "cuibono.api.graphql.record_connections")


@strawberry.interface(description="Anything in the graph.")
class Node:
    view: strawberry.Private[View]
    record: strawberry.Private[Any]

    @strawberry.field(description="An opaque id that stands for the thing everywhere in this API, and does not change.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(global_id(self.record))

    @strawberry.field(description="The IRI under which the thing is published.")
    def iri(self) -> str:
        iri: str = self.record.iri
        return iri

    @strawberry.field(
        description="A name that people can read: a label, a claim's text, a statement as a clause, a quote or a title."
    )
    def label(self) -> str:
        return self.view.snapshot.label(self.record.iri)


@strawberry.interface(description="Somebody or something that statements are about; one type for each class of the ontology.")
class Entity(Node):
    record: strawberry.Private[model.Entity]
    as_entered: strawberry.Private[bool] = False

    @strawberry.field(description="Other names.")
    def aliases(self) -> list[str]:
        return list(self.record.aliases)

    @strawberry.field(description="IRIs under which others know it.")
    def same_as(self) -> list[str]:
        return list(self.record.same_as)

    @strawberry.field(description="What it is, in a few words.")
    def description(self) -> str | None:
        return self.record.description

    @strawberry.field(description="The entities as they were entered that this one was merged of, itself among them; else empty.")
    def merged_from(self) -> list[Entity]:
        members = self.view.snapshot.identities.members.get(self.record.iri, ())
        return [entity(self.view, iri, as_entered=True) for iri in members] if not self.as_entered else []

    @strawberry.field(description="The entity that answers show in the place of this one; null unless it was merged.")
    def merged_into(self) -> Entity | None:
        shown = self.view.snapshot.identities.of(self.record.iri)
        return entity(self.view, shown) if shown != self.record.iri else None

    @strawberry.field(
        graphql_type=_Statements,
        extensions=[Paged()],
        description="Statements that it is an end of, in the order of their IRIs; accepted ones unless asked otherwise.",
    )
    def statements(
        self,
        status: StatusArgument = None,
        where: StatementsWhere = None,
        evidence: EvidenceArgument = None,
        order_by: StatementsOrder = None,
    ) -> Listing[int]:
        edges = StatementEdges(chosen_statuses(status, evidence))
        return statement_listing(self.view, self.view.evaluation.at(self.record.iri, edges), where, evidence, order_by)


@strawberry.type(description="A proposition that people take sides on.")
class Claim(Node):
    record: strawberry.Private[model.Claim]

    @strawberry.field(description="What is claimed.")
    def text(self) -> str:
        return self.record.text

    @strawberry.field(description="The number it is about.")
    def quantity(self) -> float | None:
        return None if self.record.quantity is None else float(self.record.quantity)

    @strawberry.field(description="What the quantity counts or measures.")
    def unit(self) -> str | None:
        return self.record.unit

    @strawberry.field(description="The words that soften it.")
    def hedges(self) -> list[str]:
        return list(self.record.hedges)

    @strawberry.field(
        graphql_type=Connection["Position"],
        extensions=[Paged()],
        description="Those who stand for it, by each actor's latest stance, in the order of actors.",
    )
    def supported_by(self, evidence: EvidenceArgument = None) -> Listing[positions.Position]:
        return _position_listing(self.view, self._sides.supporters, evidence)

    @strawberry.field(
        graphql_type=Connection["Position"],
        extensions=[Paged()],
        description="Those who stand against it, by each actor's latest stance, in the order of actors; to support a claim "
        "that contradicts it counts, and `through` says so.",
    )
    def disputed_by(self, evidence: EvidenceArgument = None) -> Listing[positions.Position]:
        return _position_listing(self.view, self._sides.opponents, evidence)

    @strawberry.field(description="Whether somebody supports and somebody disputes it.")
    def contested(self) -> bool:
        return self._sides.contested

    @strawberry.field(
        graphql_type=_Statements,
        extensions=[Paged()],
        description="Statements that it is an end of, in the order of their IRIs; accepted ones unless asked otherwise.",
    )
    def statements(
        self,
        status: StatusArgument = None,
        where: StatementsWhere = None,
        evidence: EvidenceArgument = None,
        order_by: StatementsOrder = None,
    ) -> Listing[int]:
        edges = StatementEdges(chosen_statuses(status, evidence))
        return statement_listing(self.view, self.view.evaluation.at(self.record.iri, edges), where, evidence, order_by)

    @property
    def _sides(self) -> positions.Sides:
        return self.view.positions.on_claim(self.record.iri)


@strawberry.type(
    description="Subject, predicate and object, said by somebody, somewhere, sometime: quoted, not asserted as a fact."
)
class Statement(Node):
    record: strawberry.Private[model.Statement]

    @strawberry.field(description="Who or what it is about.")
    def subject(self) -> Thing:
        return thing(self.view, self.record.subject)

    @strawberry.field(description="What it says of the subject and the object.")
    def predicate(self) -> Predicate:
        relation = self.view.snapshot.relation(self.record)
        return Predicate(name=relation.name, label=relation.label, iri=relation.iri)

    @strawberry.field(description="What the subject stands in relation to.")
    def object(self) -> Thing:
        return thing(self.view, self.record.object)

    @strawberry.field(description="The statement as a clause that people can read.")
    def text(self) -> str:
        return self.view.explainer.statement(self.record)

    @strawberry.field(description="Who says so; null: the document, in its own voice.")
    def speaker(self) -> Entity | None:
        return optional_entity(self.view, self.record.speaker)

    @strawberry.field(description="The channel it was said on, where that is not the document.")
    def said_via(self) -> Entity | None:
        return optional_entity(self.view, self.record.said_via)

    @strawberry.field(description="Where the statement was first found.")
    def document(self) -> Document | None:
        iri = self.record.document
        return None if iri is None else document(self.view, iri)

    @strawberry.field(description="When it was said.")
    def stated_on(self) -> PartialDate | None:
        return self.record.stated_on

    @strawberry.field(description="From when it holds.")
    def valid_from(self) -> PartialDate | None:
        return self.record.valid_from

    @strawberry.field(description="Until when it holds.")
    def valid_to(self) -> PartialDate | None:
        return self.record.valid_to

    @strawberry.field(description="Between 0 and 1; 1 where nobody stated one.")
    def confidence(self) -> float:
        return self.record.certainty

    @strawberry.field(description="Whether somebody stated the confidence.")
    def confidence_stated(self) -> bool:
        return self.record.confidence is not None

    @strawberry.field(description="How it relates to its evidence.")
    def basis(self) -> Basis:
        return self.record.basis

    @strawberry.field(description="What was decided about it last.")
    def status(self) -> Status:
        return self.record.status

    @strawberry.field(description="The places that support it.")
    def evidence(self) -> list[Evidence]:
        found = self.view.snapshot.evidence
        return [Evidence(view=self.view, record=found[iri]) for iri in self.record.evidence]

    @strawberry.field(description="The statement that it answers.")
    def in_response_to(self) -> Statement | None:
        iri = self.record.in_response_to
        return None if iri is None else statement(self.view, iri)

    @strawberry.field(
        graphql_type=_Statements,
        extensions=[Paged()],
        description="Statements that answer it, in the order of their IRIs; accepted ones unless asked otherwise.",
    )
    def responses(
        self,
        status: StatusArgument = None,
        where: StatementsWhere = None,
        evidence: EvidenceArgument = None,
        order_by: StatementsOrder = None,
    ) -> Listing[int]:
        evaluation = self.view.evaluation
        rows = evaluation.tables.answering(evaluation.tables.statements.row(self.record.iri))
        rows = evaluation.with_status(rows, chosen_statuses(status, evidence))
        return statement_listing(self.view, rows, where, evidence, order_by)

    @strawberry.field(description="The statements that it was inferred from.")
    def derived_from(self) -> list[Statement]:
        return [statement(self.view, iri) for iri in self.record.derived_from]

    @strawberry.field(description="What else the document says of the relation.")
    def attributes(self) -> list[StatementAttribute]:
        told = [(self.view.vocabulary.attribute(iri), value) for iri, value in self.record.attributes]
        return [StatementAttribute(name=a.name, label=a.label, iri=a.iri, value=AttributeValue(v)) for a, v in told]

    @strawberry.field(
        graphql_type=Connection["Position"],
        extensions=[Paged()],
        description="Those who stand for what it says, whichever document says it, in the order of actors.",
    )
    def supported_by(self, evidence: EvidenceArgument = None) -> Listing[positions.Position]:
        return _position_listing(self.view, self._sides.supporters, evidence)

    @strawberry.field(
        graphql_type=Connection["Position"],
        extensions=[Paged()],
        description="Those who stand against what it says, whichever document says it, in the order of actors.",
    )
    def disputed_by(self, evidence: EvidenceArgument = None) -> Listing[positions.Position]:
        return _position_listing(self.view, self._sides.opponents, evidence)

    @strawberry.field(description="Whether somebody supports and somebody disputes what it says.")
    def contested(self) -> bool:
        return self._sides.contested

    @property
    def _sides(self) -> positions.Sides:
        return self.view.positions.on_statement(self.record)


@strawberry.type(description="A place in a document that supports a statement: an exact quote, or a row of a table.")
class Evidence(Node):
    record: strawberry.Private[model.Evidence]

    @strawberry.field(description="The quote, letter by letter; of a table, the text of the row.")
    def exact(self) -> str:
        return self.record.exact

    @strawberry.field(description="What stands before the quote.")
    def prefix(self) -> str:
        return self.record.prefix

    @strawberry.field(description="What stands after the quote.")
    def suffix(self) -> str:
        return self.record.suffix

    @strawberry.field(description="Where the quote begins in the document's text, in Unicode code points.")
    def start(self) -> int | None:
        return self.record.start

    @strawberry.field(description="Where the quote ends; the end is not part of it.")
    def end(self) -> int | None:
        return self.record.end

    @strawberry.field(description="The fragment of RFC 7111 that picks the row of a table.")
    def row(self) -> str | None:
        return self.record.row

    @strawberry.field(description="The document it stands in.")
    def document(self) -> Document:
        return document(self.view, self.record.document)


@strawberry.type(description="An article, filing, table or web page that statements are found in. What is unknown is null.")
class Document(Node):
    record: strawberry.Private[model.Document]

    @strawberry.field(description="Its title.")
    def title(self) -> str | None:
        return self.record.title

    @strawberry.field(description="Who published it.")
    def publisher(self) -> str | None:
        return self.record.publisher

    @strawberry.field(description="Who wrote it.")
    def authors(self) -> list[str]:
        return list(self.record.authors)

    @strawberry.field(description="Under what licence.")
    def licence(self) -> str | None:
        return self.record.licence

    @strawberry.field(description="Where it is found.")
    def url(self) -> str | None:
        return self.record.url

    @strawberry.field(description="When it was published.")
    def published(self) -> PartialDate | None:
        return self.record.published

    @strawberry.field(description="When it was fetched.")
    def retrieved(self) -> PartialDate | None:
        return self.record.retrieved

    @strawberry.field(description="Its language, as a BCP 47 tag.")
    def language(self) -> str | None:
        return self.record.language

    @strawberry.field(description="The full text, which the offsets of evidence count in; null where it is not kept.")
    def text(self) -> str | None:
        return self.record.text

    @strawberry.field(description="SHA-256 of the text in UTF-8, or of a table's bytes; null where only the address is known.")
    def sha256(self) -> str | None:
        return self.record.sha256

    @strawberry.field(
        graphql_type=_Statements,
        extensions=[Paged()],
        description="Statements found in it, in the order of their IRIs; accepted ones unless asked otherwise.",
    )
    def statements(
        self,
        status: StatusArgument = None,
        where: StatementsWhere = None,
        evidence: EvidenceArgument = None,
        order_by: StatementsOrder = None,
    ) -> Listing[int]:
        evaluation = self.view.evaluation
        rows = evaluation.tables.found_in(evaluation.tables.documents.row(self.record.iri))
        rows = evaluation.with_status(rows, chosen_statuses(status, evidence))
        return statement_listing(self.view, rows, where, evidence, order_by)


Thing = Annotated[Entity | Claim | Statement, strawberry.union("Thing", description="What a statement can be about.")]


@strawberry.type(description="Where somebody stands on a claim or a statement.")
class Position:
    actor: Entity = strawberry.field(description="Who stands there.")
    stance: Statement = strawberry.field(description="The statement that says so.")
    through: Statement | None = strawberry.field(
        description="That two claims contradict each other, where the stance is on the other one."
    )


def node(view: View, iri: str) -> Node | None:
    """Return what stands under an IRI, or None."""
    match view.snapshot.node(iri):
        case model.Document() as record:
            return Document(view=view, record=record)
        case model.Evidence() as record:
            return Evidence(view=view, record=record)
        case None:
            return None
        case _:
            return thing(view, iri)


def thing(view: View, iri: str) -> Entity | Claim | Statement:
    """Return the entity, claim or statement of an IRI."""
    snapshot = view.snapshot
    if iri in snapshot.entities or iri in snapshot.identities.canonical:
        return entity(view, iri)
    if iri in snapshot.claims:
        return Claim(view=view, record=snapshot.claims[iri])
    return statement(view, iri)


def entity(view: View, iri: str, *, as_entered: bool = False) -> Entity:
    """Return the entity of an IRI, as an object of its class's type.

    Parameters
    ----------
    as_entered : bool
        Whether it is wanted as it was before it was merged with others, as it is under any IRI but that of the whole.
    """
    as_entered = as_entered or iri in view.snapshot.identities.canonical
    record = (view.snapshot.stored if as_entered else view.snapshot).entities[iri]
    made: Entity = view.entity_types[record.type](view=view, record=record, as_entered=as_entered)
    return made


def optional_entity(view: View, iri: str | None) -> Entity | None:
    """Return the entity of an IRI, if there is one."""
    return None if iri is None else entity(view, iri)


def statement(view: View, iri: str) -> Statement:
    """Return the statement of an IRI."""
    return Statement(view=view, record=view.snapshot.statements[iri])


def document(view: View, iri: str) -> Document:
    """Return the document of an IRI."""
    return Document(view=view, record=view.snapshot.documents[iri])


def statement_listing(
    view: View, rows: Rows, where: Value | None, evidence: Value | None, order_by: Sequence[Value] | None
) -> Listing[int]:
    """Return those of some statements, given in the order of their IRIs, that have what is asked for, to page through."""
    rows = view.evaluation.meeting(rows, statements_asked(view, where, evidence))
    order = view.asking.order(StatementOrder, order_by)
    return record_listing(view, "statements", rows, order, lambda record: Statement(view=view, record=record))


def statements_asked(view: View, where: Value | None, evidence: Value | None) -> Condition:
    """Return what is asked of statements, but for their status."""
    if not where and not evidence:
        return All()
    parts = (view.asking.condition(StatementWhere, where), view.asking.evidence(evidence)[1])
    return All(tuple(part for part in parts if part != All()))


def _position_listing(view: View, side: Sequence[positions.Position], evidence: Value | None) -> Listing[positions.Position]:
    """Return positions as a list to page through; those whose stance is as an evidence filter asks."""
    if evidence:
        statuses, asked = view.asking.evidence(evidence)
        row = view.evaluation.tables.statements.row
        rows = np.array([row(position.stance.iri) for position in side], np.int64)
        kept = set(view.evaluation.meeting(rows, asked).tolist())
        chosen = (position for position in side if row(position.stance.iri) in kept)
        side = [position for position in chosen if statuses is None or position.stance.status in statuses]

    def shown(position: positions.Position) -> Position:
        return Position(
            actor=entity(view, position.actor),
            stance=Statement(view=view, record=position.stance),
            through=None if position.through is None else Statement(view=view, record=position.through),
        )

    return Listing.of_nodes(side, lambda p: (p.actor, p.stance.iri, p.through.iri if p.through else ""), shown)
