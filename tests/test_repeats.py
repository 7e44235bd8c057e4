"""Requests that come again, byte for byte: answered as the ordinary way answers them, and only while nothing has changed."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cuibono.api.graphql.principal import Role
from cuibono.api.settings import Settings
from cuibono.api.web.logs import logging_as
from cuibono.api.web.repeats import Asked, Repeats
from cuibono.api.web.tokens import token_line
from cuibono.api.web.trace import Trace
from tests.graphs import graph
from tests.serving import Client, serving
from tests.test_serving import logged, numbers

QUERY = "query Mine { entities { edges { node { iri label statements { edges { node { text status } } } } } } }"
HEADERS = ("Host: localhost", "Content-Type: application/json")


def request(query: str = QUERY, *headers: str, variables: dict[str, Any] | None = None) -> bytes:
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    head = "\r\n".join(["POST /graphql HTTP/1.1", *HEADERS, *headers, f"Content-Length: {len(body)}", "", ""])
    return head.encode() + body


class Connection:
    """A connection whose bytes are chosen one by one."""

    def __init__(self, client: Client) -> None:
        self.socket = socket.create_connection((client.base_url.host, client.base_url.port), timeout=60)
        self.file = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> tuple[bytes, bytes]:
        """Return the next answer: its head, with what is new each time blotted out, and its body."""
        lines = []
        while (line := self.file.readline()) not in (b"\r\n", b""):
            lines.append(re.sub(rb"^(date|x-request-id): .*", rb"\1: -", line))
        head = b"".join(lines)
        length = re.search(rb"content-length: (\d+)", head)
        return head, self.file.read(int(length[1])) if length else b""

    def ask(self, data: bytes) -> tuple[bytes, bytes]:
        self.send(data)
        return self.answer()

    def ask_in_parts(self, data: bytes) -> tuple[bytes, bytes]:
        """Ask in a way that is never the same bytes again to the server: the ordinary way."""
        self.send(data + b"GET /heal")
        found = self.answer()
        self.send(b"thz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert self.answer()[1]
        return found


@contextmanager
def connected(client: Client) -> Iterator[Connection]:
    connection = Connection(client)
    try:
        yield connection
    finally:
        connection.file.close()
        connection.socket.close()


@pytest.fixture
def repeated(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The requests that were answered as those before them, as they come."""
    found: list[bytes] = []
    answer: Callable[..., Any] = Repeats.answer

    def noted(self: Repeats, asked: Asked) -> Any:
        given = answer(self, asked)
        if given is not None:
            found.append(asked.content)
        return given

    monkeypatch.setattr(Repeats, "answer", noted)
    return found


GET = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: localhost\r\n\r\n"
ASKED = {
    "by POST": request(),
    "with variables": request("query V($n: Int) { entities(first: $n) { edges { node { label } } } }", variables={"n": 1}),
    "by GET": GET,
    "compressed": request(QUERY, "Accept-Encoding: gzip"),
    "as the other media type": request(QUERY, "Accept: application/graphql-response+json"),
    "from a page": request(QUERY, "Origin: https://site.example"),
    "with a token": request(QUERY, "Authorization: Bearer a token"),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED.keys())
def test_the_answer_is_that_of_the_ordinary_way_byte_for_byte(asked: bytes, repeated: list[bytes]) -> None:
    tokens = (token_line("Rea", [Role.READER], "a token"),)
    settings = Settings(allowed_origins=("https://site.example",), tokens=tokens, gzip_from=100)
    with graph("A leads X") as kg, serving(kg, settings) as client, connected(client) as connection:
        answers = [connection.ask_in_parts(asked) for _ in range(4)]
        assert not repeated
        answers += [connection.ask(asked) for _ in range(4)]
        assert repeated == [asked] * 3
        assert answers == answers[:1] * 8
        assert answers[0][0].startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_change_of_the_graph_is_seen_at_once(repeated: list[bytes]) -> None:
    with graph("A leads X") as kg, serving(kg) as client, connected(client) as connection:
        iri = kg.statements()[0].iri
        for status in ("rejected", "accepted", "rejected"):
            kg.review(iri, status, by="a tester", why="to change the graph")
            before = len(repeated)
            bodies = {connection.ask(request())[1] for _ in range(6)}
            assert len(repeated) > before
            assert len(bodies) == 1
            assert (b"leads" in bodies.pop()) is (status == "accepted")


def test_what_must_not_be_answered_so_is_not(repeated: list[bytes]) -> None:
    own_id, mutation = request(QUERY, "X-Request-ID: mine"), request("mutation { nothing }")
    events, failing = request(QUERY, "Accept: text/event-stream"), request('{ entity(name: "nobody") { id } }')
    last, stranger = request(QUERY, "Connection: close"), request(QUERY, "Authorization: Bearer wrong")
    with graph("A leads X") as kg, serving(kg) as client:
        for asked in (own_id, mutation, failing, stranger):
            with connected(client) as connection:
                assert len({connection.ask(asked)[1] for _ in range(6)}) == 1
        for asked in (events, last):
            for _ in range(6):
                with connected(client) as connection:
                    connection.send(asked)
                    if asked is last:
                        connection.socket.shutdown(socket.SHUT_WR)
                    head, _ = connection.answer()
                    assert (b"connection: close" in head) is (asked is last)
    assert not repeated


def test_bytes_within_a_request_are_no_request(repeated: list[bytes]) -> None:
    """A body may hold, as a segment of its own, what would be a request if it stood alone."""
    with graph("A leads X") as kg, serving(kg) as client, connected(client) as connection:
        for _ in range(5):
            connection.ask(request())
        count = len(repeated)
        assert count
        head = "\r\n".join(["POST /graphql HTTP/1.1", *HEADERS, f"Content-Length: {len(request())}", "", ""])
        with connected(client) as other:
            other.send(head.encode())
            client.get("/healthz")  # what was sent before has been read by then
            assert other.ask(request())[0].startswith(b"HTTP/1.1 400")
        assert len(repeated) == count


def test_what_is_more_than_a_request_is_not_taken_for_it(repeated: list[bytes]) -> None:
    with graph("A leads X") as kg, serving(kg) as client:
        for _ in range(6):
            for more in (b"\0", b"NOT HTTP\r\n\r\n"):
                with connected(client) as connection:
                    connection.send(request() + more)
                    answers = connection.file.read()
                    assert b"HTTP/1.1 400 Bad Request\r\n" in answers
    assert not repeated


def test_old_http_and_clients_that_wait_for_leave_go_the_ordinary_way(repeated: list[bytes]) -> None:
    with graph("A leads X") as kg, serving(kg) as client:
        for _ in range(6):
            with connected(client) as connection:
                connection.send(request().replace(b"HTTP/1.1", b"HTTP/1.0"))
                assert b'"data":' in connection.file.read()
            with connected(client) as connection:
                connection.send(request(QUERY, "Expect: 100-continue"))
                assert connection.answer()[0].startswith((b"HTTP/1.1 100", b"HTTP/1.1 200"))
    assert not repeated


def test_many_at_once_are_answered_in_their_order(repeated: list[bytes]) -> None:
    one, two = request("{ __typename }"), request()
    with graph("A leads X") as kg, serving(kg) as client, connected(client) as connection:
        for asked in (one, two) * 5:
            connection.ask(asked)
        assert repeated
        expected = [connection.ask(one), connection.ask(two)] * 30
        connection.send((one + two) * 30)
        assert [connection.answer() for _ in expected] == expected


def test_each_is_counted_logged_and_told_its_own_id(repeated: list[bytes], capsys: pytest.CaptureFixture[str]) -> None:
    with graph("A leads X") as kg, serving(kg) as client, connected(client) as connection, logging_as("json"):
        for _ in range(8):
            connection.ask(request())
        lines = [json.loads(line) for line in logged(capsys, 8)]
        assert len(repeated) == 5
        assert len({line.pop("id") for line in lines}) == 8
        for line in lines:
            del line["time"], line["ms"]
        assert lines == lines[:1] * 8
        assert lines[0]["operation"] == "Mine"
        found = numbers(client)
        assert found["cuibono_graphql_seconds_count", (("kind", "query"), ("operation", "Mine"))] == 8
        assert found["cuibono_http_requests_total", (("method", "POST"), ("route", "graphql"), ("status", "200"))] == 8


def test_whom_a_proxy_speaks_for_stands_in_the_log(repeated: list[bytes], capsys: pytest.CaptureFixture[str]) -> None:
    asked = request(QUERY, "X-Forwarded-For: 203.0.113.9")
    with graph("A leads X") as kg, serving(kg) as client, connected(client) as connection, logging_as("json"):
        for _ in range(6):
            connection.ask(asked)
        assert {json.loads(line)["client"] for line in logged(capsys, 6)} == {"203.0.113.9"}
    assert repeated


def test_whom_nobody_speaks_for_is_the_peer() -> None:
    traces: list[Trace] = []
    repeats = Repeats(lambda: 1, traces.append, 10_000)
    headers = [(b"x-request-id", b"the-id")]
    for content, client in ((b"direct", "192.0.2.1"), (b"by proxy", "203.0.113.9")):
        trace = Trace("the-id", "POST", "/graphql", client, status=200, moment=1)
        repeats.keep(Asked(content, "192.0.2.1"), trace, headers, b"")
    assert repeats.answer(Asked(b"direct", "192.0.2.2")) is not None
    assert repeats.answer(Asked(b"by proxy", "192.0.2.1")) is not None
    assert repeats.answer(Asked(b"by proxy", "192.0.2.2")) is None  # another, who may not be believed
    assert [trace.client for trace in traces] == ["192.0.2.2", "203.0.113.9"]


def test_what_is_kept_is_bounded() -> None:
    repeats = Repeats(lambda: 1, lambda _: None, 10_000)
    for number in range(100):
        trace = Trace("the-id", "POST", "/graphql", "", status=200, moment=1)
        repeats.keep(Asked(b"%d" % number, ""), trace, [(b"x-request-id", b"the-id")], b"x" * 500)
    known = [number for number in range(100) if repeats.answer(Asked(b"%d" % number, ""))]
    assert 0 < len(known) <= 7
    assert repeats.answer(Asked(b"99", "")) is not None
    assert repeats.answer(Asked(b"a" * 9_000, "")) is None
