"""What can be done to a graph over GraphQL: each field is one change, done whole or not at all, and answered with data.

What is wrong with an input stands in `errors` of the answer. Only who may not write at all gets an error of GraphQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

import strawberry

from cuibono.api.graphql.inputs import (
    AddClaimInput,
    AddDocumentInput,
    AddEntityInput,
    AddEvidenceInput,
    AddStatementInput,
    MergeEntitiesInput,
    RetractStatementInput,
    ReviewStatementInput,
    ReviewStatementsInput,
    SplitEntitiesInput,
)
from cuibono.api.graphql.nodes import Claim, Document, Entity, Statement, document, entity, statement, thing
from cuibono.api.graphql.principal import Role
from cuibono.api.graphql.view import View
from cuibono.graph.build.changes import Change, KeyReused
from cuibono.graph.errors import AmbiguousName, CuibonoError, InvalidArgument, InvalidInput, NotFound, Problem

__all__ = ["Mutation"]

_Context = strawberry.Info[View, None]

_FIELDS = {"exact": "quote"}
"""What fields of records are called in inputs, where that differs."""


@strawberry.type(description="Something that is wrong with an input; nothing was changed then.")
class UserError:
    code: str = strawberry.field(description="The kind of problem, for programs.")
    message: str = strawberry.field(description="What is wrong, and what would be right.")
    field: list[str] = strawberry.field(description="The way to the part of the input that is wrong, beginning with `input`.")


_ERRORS = "What is wrong with the input; empty if the change was made."


@strawberry.type(description="What became of an entity to be added.")
class AddEntityPayload:
    entity: Entity | None = strawberry.field(default=None, description="The entity.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=_ERRORS)


@strawberry.type(description="What became of a claim to be added.")
class AddClaimPayload:
    claim: Claim | None = strawberry.field(default=None, description="The claim.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=_ERRORS)


@strawberry.type(description="What became of a document to be added.")
class AddDocumentPayload:
    document: Document | None = strawberry.field(default=None, description="The document.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=_ERRORS)


@strawberry.type(description="What became of a statement.")
class StatementPayload:
    statement: Statement | None = strawberry.field(default=None, description="The statement as it is now.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=_ERRORS)


@strawberry.type(description="What became of statements.")
class StatementsPayload:
    statements: list[Statement] | None = strawberry.field(default=None, description="The statements as they are now.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=_ERRORS)


@strawberry.type(description="What became of two entities that are one.")
class MergeEntitiesPayload:
    entity: Entity | None = strawberry.field(default=None, description="The one that answers show from now on.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=_ERRORS)


@strawberry.type(description="What became of entities that are not one.")
class SplitEntitiesPayload:
    entities: list[Entity] | None = strawberry.field(
        default=None, description="Each that was named, as answers show it from now on."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=_ERRORS)


class _Input(Protocol):
    idempotency_key: str | None

    def change(self) -> Change: ...


class _Refused(Exception):
    """What is wrong with an input."""

    def __init__(self, errors: list[UserError]) -> None:
        self.errors = errors
        super().__init__(errors)


@strawberry.type(
    description="What can be done, by who has a token for it. Each change is made whole or not at all, and noted with name, time "
    "and reason. What is wrong with an input stands in `errors` of the answer."
)
class Mutation:
    @strawberry.mutation(description="Add an entity. Takes the role `editor`.")
    def add_entity(self, info: _Context, input: AddEntityInput) -> AddEntityPayload:
        try:
            view, results = _done(info, Role.EDITOR, input)
        except _Refused as refusal:
            return AddEntityPayload(errors=refusal.errors)
        return AddEntityPayload(entity=entity(view, view.snapshot.identities.of(results[0])))

    @strawberry.mutation(description="Add a claim. Takes the role `editor`.")
    def add_claim(self, info: _Context, input: AddClaimInput) -> AddClaimPayload:
        try:
            view, results = _done(info, Role.EDITOR, input)
        except _Refused as refusal:
            return AddClaimPayload(errors=refusal.errors)
        return AddClaimPayload(claim=thing(view, results[0]))  # type: ignore[arg-type]

    @strawberry.mutation(description="Add a document, to be quoted. Takes the role `editor`.")
    def add_document(self, info: _Context, input: AddDocumentInput) -> AddDocumentPayload:
        try:
            view, results = _done(info, Role.EDITOR, input)
        except _Refused as refusal:
            return AddDocumentPayload(errors=refusal.errors)
        return AddDocumentPayload(document=document(view, results[0]))

    @strawberry.mutation(
        description="Add a statement with its evidence. One that corrects another retracts it. Takes the role `editor`."
    )
    def add_statement(self, info: _Context, input: AddStatementInput) -> StatementPayload:
        return _statement(info, Role.EDITOR, input)

    @strawberry.mutation(description="Add evidence to a statement. Takes the role `editor`.")
    def add_evidence(self, info: _Context, input: AddEvidenceInput) -> StatementPayload:
        return _statement(info, Role.EDITOR, input)

    @strawberry.mutation(description="Decide on a statement. Takes the role `reviewer`.")
    def review_statement(self, info: _Context, input: ReviewStatementInput) -> StatementPayload:
        return _statement(info, Role.REVIEWER, input)

    @strawberry.mutation(description="Decide on several statements, on all or on none. Takes the role `reviewer`.")
    def review_statements(self, info: _Context, input: ReviewStatementsInput) -> StatementsPayload:
        try:
            view, results = _done(info, Role.REVIEWER, input)
        except _Refused as refusal:
            return StatementsPayload(errors=refusal.errors)
        return StatementsPayload(statements=[statement(view, iri) for iri in results])

    @strawberry.mutation(description="Take a statement back; it is kept, with the reason. Takes the role `reviewer`.")
    def retract_statement(self, info: _Context, input: RetractStatementInput) -> StatementPayload:
        return _statement(info, Role.REVIEWER, input)

    @strawberry.mutation(
        description="Say that two entities are one: answers show one of them from now on, and both stay as they were entered. "
        "Takes the role `reviewer`."
    )
    def merge_entities(self, info: _Context, input: MergeEntitiesInput) -> MergeEntitiesPayload:
        try:
            view, results = _done(info, Role.REVIEWER, input)
        except _Refused as refusal:
            return MergeEntitiesPayload(errors=refusal.errors)
        return MergeEntitiesPayload(entity=entity(view, view.snapshot.identities.of(results[0])))

    @strawberry.mutation(
        description="Say that two entities are not one, which neither building nor resolving undoes. Takes the role `reviewer`."
    )
    def split_entities(self, info: _Context, input: SplitEntitiesInput) -> SplitEntitiesPayload:
        try:
            view, results = _done(info, Role.REVIEWER, input)
        except _Refused as refusal:
            return SplitEntitiesPayload(errors=refusal.errors)
        return SplitEntitiesPayload(entities=[entity(view, view.snapshot.identities.of(iri)) for iri in results])


def _statement(info: _Context, role: Role, input: _Input) -> StatementPayload:
    try:
        view, results = _done(info, role, input)
    except _Refused as refusal:
        return StatementPayload(errors=refusal.errors)
    return StatementPayload(statement=statement(view, results[0]))


def _done(info: _Context, role: Role, input: _Input) -> tuple[View, tuple[str, ...]]:
    """Make a change, and return the graph afterwards and what the change is about.

    Raises
    ------
    Unauthenticated, Forbidden
        If whoever asks may not do it.
    _Refused
        If something is wrong with the input.
    """
    name = info.context.principal.require(role)
    try:
        applied = info.context.graph.live.apply(input.change(), by=name, key=input.idempotency_key)
    except (AmbiguousName, InvalidArgument, InvalidInput, KeyReused, NotFound) as error:
        raise _Refused([_placed(told, input) for told in _told(error)]) from error
    return info.context.now(), applied.results


def _placed(error: UserError, input: _Input) -> UserError:
    """Return an error in the place that this input has for it: of several statements, some take one."""
    if error.field[1:] == ["statements", "0"] and not hasattr(input, "statements"):
        error.field = ["input", "statement"]
    return error


def _told(error: CuibonoError) -> Iterator[UserError]:
    match error:
        case InvalidInput():
            yield from (_of_problem(problem) for problem in error.problems)
            if rest := error.count - len(error.problems):
                yield UserError(code=error.code, message=f"and {rest:,} more; {error.count:,} problems in all", field=_path(""))
        case InvalidArgument():
            message = str(error).removeprefix(f"{error.argument}: ")
            yield UserError(code=error.code, message=message, field=_path(error.argument))
        case KeyReused():
            yield UserError(code=error.code, message=str(error), field=_path("idempotency_key"))
        case NotFound() | AmbiguousName():
            yield UserError(code=error.code, message=str(error), field=_path(error.argument or ""))


def _of_problem(problem: Problem) -> UserError:
    # The first part of a place says what the input is about, the others lead into it.
    _, *parts = problem.place.split(".") if re.fullmatch(r"[a-z_]+(\.\w+)*", problem.place) else [""]
    name = _FIELDS.get(problem.field or "", problem.field or "")
    return UserError(code=problem.code, message=problem.message, field=_path(".".join([*parts, name])))


def _path(place: str) -> list[str]:
    """Return the way into an input.

    Examples
    --------
    >>> _path("evidence.0.same_as")
    ['input', 'evidence', '0', 'sameAs']
    """
    return ["input", *(re.sub("_([a-z])", lambda m: m[1].upper(), part) for part in place.split(".") if part)]
