"""Being told of statements as they change."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from typing import Any

import pytest

import cuibono
from cuibono.api.graphql.execution import Answer, Executor
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Status
from tests.graphs import BASE, drawn, graph, short

pytestmark = pytest.mark.slow

ASKED = """subscription ($where: StatementChangeFilter) { statementChanged(where: $where) {
  version previousStatus
  statement { iri status predicate { name } subject { ... on Node { iri } } object { ... on Node { iri } } } } }"""


class Subscriber:
    """One who is told."""

    def __init__(self, answers: AsyncIterator[Answer]) -> None:
        self.answers = answers

    async def whole(self) -> Any:
        return json.loads((await asyncio.wait_for(anext(self.answers), 120)).content)

    async def next(self) -> tuple[str, str, str, str | None, str]:
        """Return subject, predicate and object, and the status before and after."""
        answer = await self.whole()
        assert "errors" not in answer, answer
        change = answer["data"]["statementChanged"]
        said = change["statement"]
        ends = short(said["subject"]["iri"]), said["predicate"]["name"], short(said["object"]["iri"])
        return (*ends, change["previousStatus"], said["status"])


def told(kg: KnowledgeGraph, story: Callable[[Subscriber], Coroutine[Any, Any, None]], **where: Any) -> None:
    """Run a story with somebody who listens from its beginning."""

    async def run() -> None:
        answers = Executor(kg).subscribe(ASKED, {"where": where})
        async with aclosing(answers):  # type: ignore[type-var]
            subscriber = Subscriber(answers)
            first = asyncio.ensure_future(anext(answers))
            await asyncio.sleep(0)
            while not kg._feed._listeners and not first.done():
                await asyncio.sleep(0.01)
            subscriber.answers = _with(first, answers)
            await story(subscriber)
        assert not kg._feed._listeners, "who stops to listen is forgotten"

    asyncio.run(run())


async def _with(first: asyncio.Future[Answer], others: AsyncIterator[Answer]) -> AsyncIterator[Answer]:
    yield await first
    async for answer in others:
        yield answer


def test_who_listens_is_told_of_what_is_added_decided_and_merged() -> None:
    kg = graph("A leads X")

    async def story(subscriber: Subscriber) -> None:
        more = drawn("A leads X\nB owns Y status:proposed")
        await asyncio.to_thread(kg.add, *more.records)
        assert await subscriber.next() == ("B", "owns", "Y", None, "PROPOSED")
        [owns] = kg.statements(predicate="owns", status="proposed")
        await asyncio.to_thread(kg.review, owns.iri, Status.ACCEPTED, by="Eve", why="checked")
        assert await subscriber.next() == ("B", "owns", "Y", "PROPOSED", "ACCEPTED")
        await asyncio.to_thread(kg.merge, "A", "B", why="one", by="Eve")
        assert await subscriber.next() == ("A", "identicalTo", "B", None, "ACCEPTED")
        await asyncio.to_thread(kg.retract, owns.iri, by="Eve", why="wrong")
        assert await subscriber.next() == ("A", "owns", "Y", "ACCEPTED", "RETRACTED")

    told(kg, story)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"predicate": "owns"}, ["C owns Y"]),
        ({"about": "A"}, ["A leads Y", "A leads Z"]),
        ({"about": BASE + "Y", "predicate": "leads"}, ["A leads Y", "B leads Y"]),
        ({"speaker": "B"}, ["A leads Z"]),
        ({"status": ["PROPOSED"]}, ["B leads Y"]),
        ({"document": BASE + "D2"}, ["C owns Y"]),
    ],
)
def test_who_asks_for_some_is_told_of_those(where: dict[str, Any], expected: list[str]) -> None:
    kg = graph("A leads X\nB leads X\nC leads X\nA leads Y status:retracted since:1999")
    more = "A leads Y\nB leads Y status:proposed\nC owns Y doc:D2\nA leads Z by:B"

    async def story(subscriber: Subscriber) -> None:
        await asyncio.to_thread(kg.add, *drawn(more).records)
        found = [await subscriber.next() for _ in expected]
        assert sorted(" ".join(parts[:3]) for parts in found) == expected
        await asyncio.to_thread(kg.close)
        with pytest.raises(StopAsyncIteration):
            await subscriber.whole()

    told(kg, story, **where)


def test_a_slow_one_is_told_so_and_let_go_and_hinders_nobody() -> None:
    kg = graph("A leads X")

    async def story(subscriber: Subscriber) -> None:
        for number in range(150):  # while nobody takes anything
            kg.add(*drawn(f"A leads X since:{1000 + number}").records)
        answer = await subscriber.whole()
        assert answer["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_OVERRUN"
        assert "more than 100 commits" in answer["errors"][0]["message"]

    told(kg, story)
    assert kg.version == 151


@pytest.mark.parametrize(
    ("where", "code"),
    [({"predicate": "likes"}, "INVALID_ARGUMENT"), ({"about": "Nobody"}, "NOT_FOUND"), ({"speaker": "Nobody"}, "NOT_FOUND")],
)
def test_a_filter_that_is_wrong_is_refused_at_once(where: dict[str, Any], code: str) -> None:
    async def story(subscriber: Subscriber) -> None:
        answer = await subscriber.whole()
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
        with pytest.raises(StopAsyncIteration):
            await subscriber.whole()

    told(graph("A leads X"), story, **where)


def test_a_query_is_no_subscription_and_a_broken_one_none_either() -> None:
    async def answers(query: str) -> list[Any]:
        with cuibono.open() as kg:
            return [json.loads(answer.content) async for answer in Executor(kg).subscribe(query)]

    for query, code in (("{ info { entities } }", "OPERATION_NOT_SUPPORTED"), ("subscription {", "GRAPHQL_PARSE_FAILED")):
        [answer] = asyncio.run(answers(query))
        assert answer["errors"][0]["extensions"]["code"] == code
