"""What a client can be told of as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import strawberry

from cuibono.api.graphql.arguments import WHICH
from cuibono.api.graphql.identifiers import named
from cuibono.api.graphql.nodes import Statement
from cuibono.api.graphql.view import View
from cuibono.graph import model
from cuibono.graph.errors import CuibonoError, InvalidArgument
from cuibono.graph.feed import Listener
from cuibono.graph.model import Status
from cuibono.graph.snapshot.names import claim_or_entity_called, entity_called
from cuibono.graph.snapshot.records import Snapshot

__all__ = ["Overrun", "Subscription"]

_Context = strawberry.Info[View, None]

_AT_ONCE = 500
"""Statements that are looked at before others have their turn."""


class Overrun(CuibonoError):
    """A subscriber who takes what happens more slowly than it happens."""

    code = "SUBSCRIPTION_OVERRUN"


@strawberry.type(description="A statement that was added or changed.")
class StatementChange:
    statement: Statement = strawberry.field(description="The statement as it is now.")
    previous_status: Status | None = strawberry.field(description="The status it had; null if it is new.")
    version: int = strawberry.field(description="The version of the graph that the change made.")


@strawberry.input(description="Which statements to be told of: those that have all that is given.")
class StatementChangeFilter:
    about: str | None = strawberry.field(default=None, description=f"An entity or claim that is either end: {WHICH}.")
    predicate: str | None = strawberry.field(default=None, description="The relation: a name or an IRI.")
    speaker: str | None = strawberry.field(default=None, description=f"Who says so: {WHICH}.")
    document: str | None = strawberry.field(default=None, description="Where it was first found: an IRI or an id.")
    status: list[Status] | None = strawberry.field(default=None, description="The status it has now, any of these.")


@strawberry.type(description="What a client is told of as it happens.")
class Subscription:
    @strawberry.subscription(
        description="Statements that are added, changed or decided on, from now on, in the order of commits. Who takes them more "
        "slowly than they come is told so, with the error code `SUBSCRIPTION_OVERRUN`, and let go."
    )
    async def statement_changed(
        self, info: _Context, where: StatementChangeFilter | None = None
    ) -> AsyncIterator[StatementChange]:
        view = info.context
        wanted = _Wanted.read(where or StatementChangeFilter(), view)
        loop, wake = asyncio.get_running_loop(), asyncio.Event()
        with view.graph.live.listen(lambda: loop.call_soon_threadsafe(wake.set)) as listener:
            async for change in _changes(listener, wake, wanted, view):
                yield change


async def _changes(listener: Listener, wake: asyncio.Event, wanted: _Wanted, view: View) -> AsyncIterator[StatementChange]:
    looked_at = 0
    while True:
        await wake.wait()
        wake.clear()
        for committed in listener.take():
            now = view.at(committed.after)
            for change in committed.statements():
                looked_at += 1
                if looked_at % _AT_ONCE == 0:
                    await asyncio.sleep(0)
                if wanted.has(change.statement, committed.after):
                    shown = Statement(view=now, record=change.statement)
                    yield StatementChange(
                        statement=shown, previous_status=change.previous_status, version=committed.after.version
                    )
        if listener.lost:
            raise Overrun(listener.lost)
        if listener.ended:
            return


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A filter with its names looked up; what they stand for is asked anew of each version."""

    about: str | None
    predicate: str | None
    speaker: str | None
    document: str | None
    status: frozenset[Status]

    @classmethod
    def read(cls, given: StatementChangeFilter, view: View) -> _Wanted:
        about, speaker = named(given.about), named(given.speaker)
        predicate = given.predicate
        if predicate is not None:
            try:
                predicate = view.vocabulary.relation(predicate).iri
            except KeyError as error:
                raise InvalidArgument("predicate", f"{predicate!r} is no relation of the ontology") from error
        return cls(
            about=None if about is None else claim_or_entity_called(view.snapshot, about),
            predicate=predicate,
            speaker=None if speaker is None else entity_called(view.snapshot, speaker).iri,
            document=named(given.document),
            status=frozenset(Status if given.status is None else given.status),
        )

    def has(self, statement: model.Statement, snapshot: Snapshot) -> bool:
        """Return whether a statement has all that is asked for."""
        of = snapshot.identities.of
        return (
            statement.status in self.status
            and self.predicate in (None, statement.predicate)
            and self.document in (None, statement.document)
            and (self.speaker is None or statement.speaker == of(self.speaker))
            and (self.about is None or of(self.about) in (of(statement.subject), of(statement.object)))
        )
