"""What mutations take."""

from __future__ import annotations

from decimal import Decimal

import strawberry

from cuibono.api.graphql.arguments import WHICH
from cuibono.api.graphql.identifiers import named
from cuibono.api.graphql.scalars import AttributeValue
from cuibono.graph.build import changes
from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Basis, Status

__all__ = [
    "AddClaimInput",
    "AddDocumentInput",
    "AddEntityInput",
    "AddEvidenceInput",
    "AddStatementInput",
    "MergeEntitiesInput",
    "RetractStatementInput",
    "ReviewStatementInput",
    "ReviewStatementsInput",
    "SplitEntitiesInput",
]

_KEY = (
    "A text of your own choice, new for each change: sent again with the same key, a change is done once and answered alike. "
    "What was refused is not remembered."
)
_IRI = "The IRI under which it is to stand; a new one unless given."
_WHY = "The reason, in words; it is kept with the decision."


@strawberry.input(description="A new entity.")
class AddEntityInput:
    type: str = strawberry.field(description="Its class: a name or an IRI.")
    label: str = strawberry.field(description="The name it is known by.")
    aliases: list[str] = strawberry.field(default_factory=list, description="Other names.")
    same_as: list[str] = strawberry.field(default_factory=list, description="IRIs under which others know it.")
    description: str | None = strawberry.field(default=None, description="What it is, in a few words.")
    iri: str | None = strawberry.field(default=None, description=_IRI)
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def change(self) -> changes.AddEntity:
        """Return the change that it asks for."""
        return changes.AddEntity(
            type=self.type,
            label=self.label,
            aliases=tuple(self.aliases),
            same_as=tuple(self.same_as),
            description=self.description,
            iri=self.iri,
        )


@strawberry.input(description="A new claim.")
class AddClaimInput:
    text: str = strawberry.field(description="What is claimed.")
    quantity: float | None = strawberry.field(default=None, description="The number it is about.")
    unit: str | None = strawberry.field(default=None, description="What the quantity counts or measures.")
    hedges: list[str] = strawberry.field(default_factory=list, description="The words that soften it.")
    iri: str | None = strawberry.field(default=None, description=_IRI)
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def change(self) -> changes.AddClaim:
        """Return the change that it asks for."""
        quantity = None if self.quantity is None else Decimal(repr(self.quantity))
        return changes.AddClaim(text=self.text, quantity=quantity, unit=self.unit, hedges=tuple(self.hedges), iri=self.iri)


@strawberry.input(description="A new document. Quotes can be found in it only if its text is given.")
class AddDocumentInput:
    title: str | None = strawberry.field(default=None, description="Its title.")
    text: str | None = strawberry.field(default=None, description="Its full text.")
    publisher: str | None = strawberry.field(default=None, description="Who published it.")
    authors: list[str] = strawberry.field(default_factory=list, description="Who wrote it.")
    licence: str | None = strawberry.field(default=None, description="On what terms its text may be used.")
    url: str | None = strawberry.field(default=None, description="Where it can be read.")
    published: PartialDate | None = strawberry.field(default=None, description="When it was published.")
    retrieved: PartialDate | None = strawberry.field(default=None, description="When it was retrieved.")
    language: str | None = strawberry.field(default=None, description="Its language, as a BCP 47 tag.")
    iri: str | None = strawberry.field(default=None, description=_IRI)
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def change(self) -> changes.AddDocument:
        """Return the change that it asks for."""
        return changes.AddDocument(
            title=self.title,
            text=self.text,
            publisher=self.publisher,
            authors=tuple(self.authors),
            licence=self.licence,
            url=self.url,
            published=self.published,
            retrieved=self.retrieved,
            language=self.language,
            iri=self.iri,
        )


@strawberry.input(description="Where something stands in a document.")
class EvidenceInput:
    document: str = strawberry.field(description="The document: an IRI or an id.")
    quote: str = strawberry.field(description="The words, verbatim, as they stand in its text; of a table, the row's text.")
    prefix: str = strawberry.field(default="", description="What stands right before, as much as tells the place apart.")
    suffix: str = strawberry.field(default="", description="What stands right after, as much as tells the place apart.")
    start: int | None = strawberry.field(default=None, description="The Unicode code point at which the quote begins.")
    row: str | None = strawberry.field(default=None, description="The row of a table, as RFC 7111 writes it: `row=5`.")

    def quoted(self) -> changes.Quote:
        """Return it as a change has it."""
        return changes.Quote(
            document=named(self.document) or "",
            quote=self.quote,
            prefix=self.prefix,
            suffix=self.suffix,
            start=self.start,
            row=self.row,
        )


@strawberry.input(description="More evidence for a statement.")
class AddEvidenceInput:
    statement: str = strawberry.field(description="The statement: an IRI or an id.")
    evidence: list[EvidenceInput] = strawberry.field(description="Where it stands.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def change(self) -> changes.AddEvidence:
        """Return the change that it asks for."""
        return changes.AddEvidence(
            statement=named(self.statement) or "", evidence=tuple(piece.quoted() for piece in self.evidence)
        )


@strawberry.input(description="An attribute that a statement is to carry.")
class AttributeInput:
    name: str = strawberry.field(description="Its name or IRI.")
    value: AttributeValue = strawberry.field(description="Its value.")


@strawberry.input(description="A new statement, with its evidence.")
class AddStatementInput:
    subject: str = strawberry.field(description=f"Who or what it is about: {WHICH}.")
    predicate: str = strawberry.field(description="The relation: a name or an IRI.")
    object: str = strawberry.field(description=f"The other end: {WHICH}, or a claim's text.")
    basis: Basis = strawberry.field(description="How it relates to its evidence.")
    status: Status = strawberry.field(default=Status.ACCEPTED, description="Accepted or proposed.")
    evidence: list[EvidenceInput] = strawberry.field(default_factory=list, description="Where it stands.")
    speaker: str | None = strawberry.field(
        default=None, description=f"Who says so: {WHICH}. Without one, the document in its own voice."
    )
    said_via: str | None = strawberry.field(default=None, description=f"The channel it was said on: {WHICH}.")
    document: str | None = strawberry.field(
        default=None, description="Where it was first found: an IRI or an id; the first document quoted unless given."
    )
    stated_on: PartialDate | None = strawberry.field(default=None, description="When it was said.")
    valid_from: PartialDate | None = strawberry.field(default=None, description="Since when it holds.")
    valid_to: PartialDate | None = strawberry.field(default=None, description="Until when it holds.")
    confidence: float | None = strawberry.field(default=None, description="Between 0 and 1; 1 unless stated.")
    in_response_to: str | None = strawberry.field(default=None, description="The statement it answers: an IRI or an id.")
    derived_from: list[str] = strawberry.field(
        default_factory=list, description="The statements that an inferred one follows from: IRIs or ids."
    )
    revision_of: str | None = strawberry.field(
        default=None, description="The statement that it corrects, which is then retracted: an IRI or an id."
    )
    attributes: list[AttributeInput] = strawberry.field(default_factory=list, description="What the relation may carry.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def change(self) -> changes.AddStatement:
        """Return the change that it asks for."""
        return changes.AddStatement(
            subject=named(self.subject) or "",
            predicate=self.predicate,
            object=named(self.object) or "",
            basis=self.basis,
            status=self.status,
            evidence=tuple(piece.quoted() for piece in self.evidence),
            speaker=named(self.speaker),
            said_via=named(self.said_via),
            document=named(self.document),
            stated_on=self.stated_on,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            confidence=self.confidence,
            in_response_to=named(self.in_response_to),
            derived_from=tuple(named(iri) or "" for iri in self.derived_from),
            revision_of=named(self.revision_of),
            attributes=tuple((attribute.name, attribute.value) for attribute in self.attributes),  # type: ignore[misc]
        )


@strawberry.input(description="A decision on one statement.")
class ReviewStatementInput:
    statement: str = strawberry.field(description="The statement: an IRI or an id.")
    status: Status = strawberry.field(description="What it is from now on.")
    why: str = strawberry.field(description=_WHY)
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def change(self) -> changes.Review:
        """Return the change that it asks for."""
        return changes.Review(statements=(named(self.statement) or "",), status=self.status, why=self.why)


@strawberry.input(description="One decision on several statements.")
class ReviewStatementsInput:
    statements: list[str] = strawberry.field(description="The statements: IRIs or ids.")
    status: Status = strawberry.field(description="What they are from now on.")
    why: str = strawberry.field(description=_WHY)
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def change(self) -> changes.Review:
        """Return the change that it asks for."""
        iris = tuple(named(iri) or "" for iri in self.statements)
        return changes.Review(statements=iris, status=self.status, why=self.why)


@strawberry.input(description="A statement to be taken back.")
class RetractStatementInput:
    statement: str = strawberry.field(description="The statement: an IRI or an id.")
    why: str = strawberry.field(description=_WHY)
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def change(self) -> changes.Review:
        """Return the change that it asks for."""
        return changes.Review(statements=(named(self.statement) or "",), status=Status.RETRACTED, why=self.why)


@strawberry.input(description="Two entities that are one.")
class MergeEntitiesInput:
    one: str = strawberry.field(description=f"An entity as it was entered: {WHICH}.")
    other: str = strawberry.field(description=f"Another: {WHICH}.")
    why: str = strawberry.field(description=_WHY)
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def change(self) -> changes.Merge:
        """Return the change that it asks for."""
        return changes.Merge(one=named(self.one) or "", other=named(self.other) or "", why=self.why)


@strawberry.input(description="Two entities that are not one, or one that is the same as none of those it was merged with.")
class SplitEntitiesInput:
    one: str = strawberry.field(description=f"An entity as it was entered: {WHICH}.")
    other: str | None = strawberry.field(default=None, description=f"Another: {WHICH}; without it, the one is parted from all.")
    why: str = strawberry.field(description=_WHY)
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def change(self) -> changes.Split:
        """Return the change that it asks for."""
        return changes.Split(one=named(self.one) or "", other=named(self.other), why=self.why)
