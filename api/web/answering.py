"""Answers to GraphQL requests, whichever way they come in: how soon, by which thread, and to whom."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing, suppress
from functools import partial

from graphql import OperationType

from cuibono.api.graphql.budget import Budget
from cuibono.api.graphql.documents import Operation, RequestError
from cuibono.api.graphql.execution import Answer, Executor, refused
from cuibono.api.graphql.principal import ANYBODY, Forbidden, Principal, Role, Unauthenticated
from cuibono.api.settings import Settings
from cuibono.api.web.admission import Admission, Busy, TooLate
from cuibono.api.web.requests import GraphQLRequest
from cuibono.api.web.trace import Trace

__all__ = ["Answering"]

_LIGHT = 200  # so much costs less to do at once than to hand to a thread
_QUICK = 0.002  # seconds; what took so long of late is as quickly done as handed to a thread
_AT_ONCE = 0.02  # seconds in which it is done, or handed to a thread after all
_SAFE = (OperationType.QUERY,)
_WRITING = (OperationType.QUERY, OperationType.MUTATION)


class Answering:
    """Answers GraphQL requests over one graph.

    Parameters
    ----------
    writable : bool
        Whether somebody may write.
    """

    def __init__(self, executor: Executor, admission: Admission, settings: Settings, *, writable: bool) -> None:
        self._executor, self._admission, self._settings = executor, admission, settings
        self._all = _WRITING if writable else _SAFE
        self._settled: int | None = None
        self._ending = asyncio.Event()
        self.streams = 0
        """How many subscriptions there are."""

    @property
    def version(self) -> int:
        """Of the graph, now."""
        return self._executor.graph.version

    def end_streams(self) -> None:
        """Have all subscriptions end as if nothing more came: the server stops."""
        self._ending.set()

    @property
    def moment(self) -> object:
        """What answers hang on, beside the request: the version of the graph, and the vocabulary that it is asked in."""
        return self._executor.graph.version, self._executor.graph.vocabulary

    async def answer(self, request: GraphQLRequest, principal: Principal, trace: Trace, *, safe: bool) -> Answer:
        """Return the answer to a request: at once where little is asked for, else from a thread, in turn.

        Parameters
        ----------
        safe : bool
            Whether only a query will do.
        """
        until = time.monotonic() + self._settings.time_limit
        try:
            operation, budget = await self._prepared(request, principal, trace, _SAFE if safe else self._all, until)
            return await self._ran(operation, budget, request, principal, trace, until)
        except RequestError as error:
            return refused(error)
        except (Busy, TooLate) as error:
            return refused(RequestError.told(str(error), error.code))

    async def answers(self, request: GraphQLRequest, principal: Principal, trace: Trace, *, safe: bool) -> AsyncIterator[Answer]:
        """Yield the answer to a query or a mutation, or those of a subscription as they come.

        Whoever stops to listen before it ends closes it: ``await answers.aclose()``.
        """
        until = time.monotonic() + self._settings.time_limit
        allowed = (*(_SAFE if safe else self._all), OperationType.SUBSCRIPTION)
        try:
            operation, budget = await self._prepared(request, principal, trace, allowed, until)
            if operation.type is not OperationType.SUBSCRIPTION:
                yield await self._ran(operation, budget, request, principal, trace, until)
                return
            if self.streams >= self._settings.maximum_streams:
                raise Busy("too many subscribe here already; try again later")
        except RequestError as error:
            yield refused(error)
            return
        except (Busy, TooLate) as error:
            yield refused(RequestError.told(str(error), error.code))
            return
        self.streams += 1
        events = self._executor.subscribe(request.query, request.variables, request.name, principal=principal)
        try:
            async with aclosing(_until(self._ending, events)) as answers:
                async for answer in answers:
                    yield answer
        finally:
            self.streams -= 1
            await events.aclose()  # type: ignore[attr-defined]

    async def _prepared(
        self, request: GraphQLRequest, principal: Principal, trace: Trace, allowed: Collection[OperationType], until: float
    ) -> tuple[Operation, Budget]:
        """Return the operation of a request, once it is known that whoever asks may begin with it."""
        if self._settings.read_token and principal is ANYBODY:
            raise RequestError.told("reading takes a token here", Unauthenticated.code)
        prepare = partial(self._executor.prepare, request.query, request.name, request.variables, allowed)
        known = request.query in self._executor.documents
        operation, budget = prepare() if known else await self._admission.run(prepare, until)
        trace.operation, trace.kind, trace.cost = operation.name, operation.type.value, budget.cost
        if operation.type is OperationType.MUTATION and not (principal.may(Role.EDITOR) or principal.may(Role.REVIEWER)):
            try:
                principal.require(Role.EDITOR)
            except (Unauthenticated, Forbidden) as error:
                raise RequestError.told(str(error), error.code) from error
        return operation, budget

    async def _ran(
        self, operation: Operation, budget: Budget, request: GraphQLRequest, principal: Principal, trace: Trace, until: float
    ) -> Answer:
        run = partial(self._executor.run, operation, request.variables, principal)
        light = (budget.light and budget.cost <= _LIGHT) or operation.pace < _QUICK
        settled = self._settled == self._executor.graph.version and operation.type is OperationType.QUERY
        answer = self._executor.kept(operation, request.variables, principal) if settled else None
        if answer is not None:
            trace.moment = answer.version, operation.schema.vocabulary
            return answer
        if light and settled:
            answer = run(min(until, time.monotonic() + _AT_ONCE))
        if answer is None or "TIME_LIMIT" in answer.codes:
            answer = await self._admission.run(partial(run, until), until)
        self._settled = answer.version
        return answer


async def _until(over: asyncio.Event, events: AsyncIterator[Answer]) -> AsyncGenerator[Answer, None]:
    """Yield what comes before an event."""
    end = asyncio.ensure_future(over.wait())
    following = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            await asyncio.wait({following, end}, return_when=asyncio.FIRST_COMPLETED)
            answer = following.result() if following.done() else None
            if answer is None:
                return
            yield answer
            following = asyncio.ensure_future(anext(events, None))
    finally:
        end.cancel()
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
