"""Hostile input against a server of its own process: it answers others meanwhile, its memory stays bounded, and its log
says what happened."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.slow

SERVER = """
import cuibono
from cuibono.api.app import create_app, serve
from cuibono.api.settings import Settings
from cuibono.api.web.logs import logging_as
from cuibono.graph.generation import generated_records
settings = Settings(port=0, time_limit=2.0, body_timeout=1.0, running=2, waiting=4, maximum_connections=60, log="json")
with cuibono.open() as kg, logging_as("json"):
    kg.add(*generated_records(3_000))
    serve(create_app(kg, settings), settings)
"""
JSON = {"content-type": "application/json", "accept": "application/graphql-response+json"}


@dataclass
class Target:
    """A server, and what it logs."""

    url: str
    pid: int
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rstrip("/").rpartition(":")[2])

    @property
    def memory(self) -> int:
        """The most memory that the process has had, in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024  # type: ignore[index]

    def post(self, content: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        """Send a body; once more where this process was held up between head and body for longer than the server waits."""
        for _ in range(20):
            response = httpx.post(f"{self.url}graphql", content=content, headers=headers or JSON, timeout=120)
            if response.status_code != 408:
                break
        return response

    def ask(self, query: str, **variables: Any) -> httpx.Response:
        return self.post(json.dumps({"query": query, "variables": variables}).encode())

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def logged(self, **facts: object) -> bool:
        """Return whether the log has a line with some facts, or soon will."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if any(facts.items() <= line.items() for line in self.lines()):
                return True
            time.sleep(0.05)
        return False


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A server with a graph of some thousand statements and tight limits."""
    log = tmp_path_factory.mktemp("attacks") / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, stderr=errors, text=True)
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+/", process.stdout.readline())
        assert found is not None, log.read_text(encoding="utf-8")
        yield Target(found[0], process.pid, log)
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.communicate(timeout=180)
    assert process.returncode == 0


@pytest.fixture(autouse=True)
def bystander(target: Target) -> Iterator[None]:
    """Somebody who asks all the while, and is answered, at the latest when they have asked for a minute; and the bound of
    memory. Whom the machine holds up for a second, the server turns away with 408; that is not what is looked at here."""
    before, stop, answers = target.memory, threading.Event(), list[int]()

    def answered(client: httpx.Client) -> int:
        until, status = time.monotonic() + 60, 0
        while status != 200 and time.monotonic() < until:
            with suppress(httpx.TransportError):
                status = client.post(f"{target.url}graphql", json={"query": "{ __typename }"}).status_code
        return status

    def ask() -> None:
        with httpx.Client(timeout=60) as client:
            while not stop.is_set():
                answers.append(answered(client))
                time.sleep(0.02)

    thread = threading.Thread(target=ask)
    thread.start()
    while thread.is_alive() and not answers:
        time.sleep(0.01)
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert answers
    assert set(answers) == {200}
    assert target.memory < before + 250


def bomb(levels: int) -> str:
    parts = [f"fragment F{i} on Query {{ a: __typename ...F{i + 1} ...F{i + 1} }}" for i in range(levels)]
    return "{ ...F0 } " + " ".join(parts) + f" fragment F{levels} on Query {{ b: __typename }}"


def cycle(times: int) -> str:
    return "{ __schema { types { " + "fields { type { " * times + "name" + " } }" * times + " } } }"


BODIES = {
    "JSON nested 50,000 deep": (b"[" * 50_000 + b"]" * 50_000, 400),
    "objects nested 50,000 deep": (b'{"query":' * 50_000 + b"1" + b"}" * 50_000, 400),
    "not UTF-8": (b'{"query": "\xff\xfe"}', 400),
    "half a surrogate": (rb'{"query": "\ud800"}', 400),
    "a number of 5,000 digits": (b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 5_000 + b"}}", 400),
    "a body of 2 MB": (b'{"query": "' + b" " * 2_000_000 + b'"}', 413),
    "a null byte": (b'{"query": "{ __typename \\u0000 }"}', 400),
    "an array for a query": (b'{"query": ["{ __typename }"]}', 400),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
def test_hostile_bodies(target: Target, body: bytes, status: int) -> None:
    response = target.post(body)
    assert response.status_code == status
    assert target.logged(status=status, id=response.headers["x-request-id"])


HARMLESS = {  # bounded work, and so answered
    "45 lists side by side": "{ " + "entities { edges { node { id } } } " * 45 + "}",
    "wide pages of short lists": "{ entities(first: 1000) { edges { node { statements(first: 1000) { edges { cursor } } } } } }",
}
QUERIES = HARMLESS | {
    "10,000 aliases": "{ " + " ".join(f"a{i}: __typename" for i in range(10_000)) + " }",
    "1,000 aliases": "{ " + " ".join(f"a{i}: __typename" for i in range(1_000)) + " }",
    "a fragment bomb of 22 levels": bomb(22),
    "a fragment bomb of 150 levels": bomb(150),
    "directives": "{ __typename " + "@include(if: true) " * 800 + "}",
    "a cycle of introspection": cycle(4),
    "a long cycle of introspection": cycle(40),
    "fragments in a circle": "{ " + " ".join(f"...F{i}" for i in range(200)) + " } "
    + " ".join(f"fragment F{i} on Query {{ ...F{(i + 1) % 200} }}" for i in range(200)),
    "one field 2,000 times": "{ info { " + "version " * 2_000 + "} }",
    "fields that all might clash": "{ entities { " + "edges { node { id label iri } } " * 400 + "} }",
    "a deep query": "{ entities { edges { node { " + "statements { edges { node { subject { " * 8 + "iri" + " }" * 36,
    "lists within lists": '{ nodes(ids: ' + "[" * 900 + "]" * 900 + ") { id } }",
    "many variables": "query(" + " ".join(f"$v{i}: Int" for i in range(900)) + ") { __typename }",
    "comments": "#\n" * 100_000 + "{ __typename }",
    "unknown fields": "{ " + " ".join(f"x{i}" for i in range(2_000)) + " }",
}  # fmt: skip


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_hostile_queries(target: Target, query: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        responses = list(pool.map(lambda _: target.ask(query), range(6)))
    assert {response.status_code for response in responses} <= {200, 400, 503, 504}
    assert query in HARMLESS.values() or 200 not in {response.status_code for response in responses}
    for response in (response for response in responses if response.status_code == 400):
        codes = {error["extensions"]["code"] for error in response.json()["errors"]}
        assert codes <= {"QUERY_TOO_LARGE", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}
        assert len(response.content) < 200_000
        assert target.logged(status=400, id=response.headers["x-request-id"], errors=",".join(sorted(codes)))


def test_a_long_name_in_many_fields_makes_no_long_answer(target: Target) -> None:
    query = "query($n: String) { " + " ".join(f"a{i}: entity(name: $n) {{ id }}" for i in range(50)) + " }"
    response = target.ask(query, n="x" * 900_000)
    assert len(response.json()["errors"]) == 50
    assert len(response.content) < 500_000


def test_what_takes_too_long_is_cut_off_and_too_much_of_it_is_turned_away(target: Target) -> None:
    fields = " ".join(f"a{i}: conflictPairs(maxHops: 5, minStrength: 0.0{i}, first: 1000) {{ totalCount }}" for i in range(40))
    with ThreadPoolExecutor(20) as pool:
        responses = list(pool.map(lambda _: target.ask("query Dear { " + fields + " }"), range(20)))
    codes = [response.json()["errors"][0]["extensions"]["code"] for response in responses]
    assert set(codes) == {"TIME_LIMIT", "BUSY"}
    for response, code in zip(responses, codes, strict=True):
        assert response.status_code == {"TIME_LIMIT": 504, "BUSY": 503}[code]
        assert ("retry-after" in response.headers) == (code == "BUSY")
    assert target.logged(status=504, errors="TIME_LIMIT", operation="Dear")
    assert target.logged(status=503, errors="BUSY")
    until = time.monotonic() + 180
    while target.ask("{ entities { totalCount } }").status_code != 200:  # the threads come back
        assert time.monotonic() < until


def raw(target: Target) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", target.port), timeout=60)
    connection.settimeout(60)
    return connection


def received(connection: socket.socket) -> bytes:
    """Return what a server sends until it closes."""
    parts = []
    with suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def trickled(connection: socket.socket, start: bytes, more: Callable[[], bytes]) -> bytes:
    """Return what a server says to somebody who sends a little all the time."""
    connection.sendall(start)
    with suppress(BrokenPipeError, ConnectionResetError):
        for _ in range(2_000):
            connection.sendall(more())
            time.sleep(0.05)
            connection.setblocking(False)
            with suppress(BlockingIOError):
                if answer := connection.recv(65_536):
                    return answer
                return b""
            connection.setblocking(True)
    return b""


HEAD = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"


def test_a_head_that_trickles_in_times_out(target: Target) -> None:
    with closing(raw(target)) as connection:
        assert trickled(connection, HEAD, lambda: b"x-a: b\r\n").startswith(b"HTTP/1.1 408")
    assert target.logged(event="turned away", status=408)


def test_a_body_that_trickles_in_times_out(target: Target) -> None:
    with closing(raw(target)) as connection:
        start = HEAD + b"content-length: 1000\r\n\r\n"
        answer = trickled(connection, start, lambda: b" ")
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"connection: close" in answer.lower()
    assert target.logged(path="/graphql", status=408)


def test_a_second_request_that_trickles_in_times_out(target: Target) -> None:
    with closing(raw(target)) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        answer = b""
        while not answer.endswith(b"}"):
            answer += connection.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 200")
        assert trickled(connection, b"GET /healthz HTTP/1.1\r\n", lambda: b"x-a: b\r\n").startswith(b"HTTP/1.1 408")


def test_a_head_without_end_is_cut_off(target: Target) -> None:
    with closing(raw(target)) as connection:
        connection.sendall(HEAD)
        with suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(1_000):
                connection.sendall(b"x-a: " + b"b" * 1_000 + b"\r\n")
        with suppress(ConnectionResetError):
            assert received(connection).startswith(b"HTTP/1.1 431")
    assert target.logged(event="turned away", status=431)


def test_what_is_not_http_is_turned_away(target: Target) -> None:
    for noise in (b"\x16\x03\x01" + os.urandom(500), b"GET\r\n\r\n", b"POST /graphql HTTP/1.1\r\ncontent-length: -1\r\n\r\n"):
        with closing(raw(target)) as connection:
            connection.sendall(noise)
            assert received(connection).startswith(b"HTTP/1.1 400")
    assert target.logged(event="turned away", status=400)


def test_idle_connections_are_closed_and_those_beyond_the_limit_turned_away(target: Target) -> None:
    statuses: set[bytes] = set()
    for _ in range(20):  # those that come first may be closed before the last have come
        connections = [raw(target) for _ in range(70)]
        with ThreadPoolExecutor(70) as pool:
            statuses |= {answer[9:12] for answer in pool.map(received, connections)}
        for connection in connections:
            connection.close()
        if len(statuses) > 1:
            break
    assert statuses == {b"503", b"408"}


def test_encoded_bodies_are_not_opened(target: Target) -> None:
    assert target.post(b"\x1f\x8b", {**JSON, "content-encoding": "gzip"}).status_code == 415


def test_the_url_is_bounded(target: Target) -> None:
    with closing(raw(target)) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(b"GET /graphql?query=" + b"a" * 1_000_000)
        assert received(connection)[:12] in (b"HTTP/1.1 431", b"HTTP/1.1 400", b"")
