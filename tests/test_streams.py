"""Subscriptions over WebSocket and server-sent events: by other people's clients, and against those who break the rules."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from httpx_sse import connect_sse
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from cuibono.api.graphql.principal import Role
from cuibono.api.settings import Settings
from cuibono.api.web.tokens import token_line
from cuibono.graph.knowledge_graph import KnowledgeGraph
from tests.graphs import graph
from tests.node import node
from tests.serving import Client, serving

pytestmark = pytest.mark.slow

TOLD = "subscription Told { statementChanged { previousStatus statement { status } } }"
TOKEN = "a reader's token"
GUARDED = Settings(tokens=(token_line("Rea", [Role.READER], TOKEN),), read_token=True)


@contextmanager
def changing(kg: KnowledgeGraph) -> Iterator[None]:
    """Have a statement of a graph rejected and accepted again and again, for as long as the block runs."""
    iri, stop = kg.statements()[0].iri, threading.Event()

    def change() -> None:
        while not stop.is_set():
            for status in ("rejected", "accepted"):
                kg.review(iri, status, by="a tester", why="to be told of")
                time.sleep(0.02)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def socket_of(client: Client, **options: Any) -> ClientConnection:
    url = str(client.base_url.join("/graphql")).replace("http", "ws")
    return connect(url, subprotocols=["graphql-transport-ws"], **options)  # type: ignore[list-item]


def say(connection: ClientConnection, **message: Any) -> None:
    connection.send(json.dumps(message))


def heard(connection: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(connection.recv(timeout=120))
    return message


@contextmanager
def introduced(client: Client, **options: Any) -> Iterator[ClientConnection]:
    """A connection whose client has introduced itself."""
    with socket_of(client, **options) as connection:
        say(connection, type="connection_init")
        assert heard(connection) == {"type": "connection_ack"}
        yield connection


def closed(connection: ClientConnection) -> tuple[int, str]:
    """Return how a server closes a connection, whatever it says before."""
    try:
        while True:
            connection.recv(timeout=120)
    except ConnectionClosed as error:
        frame = error.rcvd
    assert frame is not None
    return frame.code, frame.reason


def test_the_clients_of_the_protocols_authors_are_told_of_changes() -> None:
    with graph("A leads X") as kg, serving(kg, GUARDED) as client, changing(kg):
        told = node("subscribing.mjs", str(client.base_url.join("/graphql")), TOKEN)
    assert told["query"] == [[{"data": {"__typename": "Query"}}]] * 2
    for changes in told["changes"]:
        assert len(changes) == 3
        for change in changes:
            (now, before) = (change["data"]["statementChanged"][key] for key in ("statement", "previousStatus"))
            assert {now["status"], before} == {"ACCEPTED", "REJECTED"}
    assert "nope" in told["wrong"][0]["errors"][0]["message"]


def test_each_operation_of_a_connection_is_told_apart() -> None:
    with graph("A leads X") as kg, serving(kg) as client, introduced(client) as connection:
        say(connection, type="subscribe", id="told", payload={"query": TOLD})
        say(connection, type="subscribe", id="wrong", payload={"query": "{ nope }"})
        say(connection, type="subscribe", id="asked", payload={"query": '{ entity(name: "A") { label } }'})
        say(connection, type="ping")
        found = [heard(connection) for _ in range(4)]
        assert {"type": "pong"} in found
        assert {"id": "asked", "type": "next", "payload": {"data": {"entity": {"label": "A"}}}} in found
        assert {"id": "asked", "type": "complete"} in found
        (wrong,) = (message for message in found if message.get("id") == "wrong")
        assert wrong["type"] == "error"
        assert wrong["payload"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        with changing(kg):
            first = heard(connection)
            assert (first["id"], first["type"]) == ("told", "next")
            say(connection, type="complete", id="told")
            say(connection, type="subscribe", id="told", payload={"query": "{ __typename }"})
            while heard(connection) != {"id": "told", "type": "complete"}:
                pass


BREACHES: dict[str, tuple[list[object], int]] = {
    "no introduction": ([{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }"}}], 4401),
    "two introductions": ([{"type": "connection_init"}, {"type": "connection_init"}], 4429),
    "a payload that is no object": ([{"type": "connection_init", "payload": 1}], 4400),
    "no JSON": (["{"], 4400),
    "nested JSON": (["[" * 50_000], 4400),
    "no object": ([[]], 4400),
    "an unknown type": ([{"type": "connection_init"}, {"type": "shout"}], 4400),
    "no id": ([{"type": "connection_init"}, {"type": "subscribe", "payload": {"query": "{ __typename }"}}], 4400),
    "no query": ([{"type": "connection_init"}, {"type": "subscribe", "id": "1", "payload": {}}], 4400),
    "one id twice": (
        [{"type": "connection_init"}, *({"type": "subscribe", "id": "1", "payload": {"query": TOLD}} for _ in range(2))],
        4409,
    ),
    "too many operations": (
        [{"type": "connection_init"}, *({"type": "subscribe", "id": str(n), "payload": {"query": TOLD}} for n in range(11))],
        4429,
    ),
    "a wrong token": ([{"type": "connection_init", "payload": {"authorization": "Bearer wrong"}}], 4403),
}


@pytest.mark.parametrize(("messages", "code"), BREACHES.values(), ids=BREACHES)
def test_who_breaks_the_protocol_is_told_why_and_let_go(seed: Client, messages: list[object], code: int) -> None:
    with socket_of(seed) as connection:
        for message in messages:
            connection.send(message if isinstance(message, str) else json.dumps(message))
        found, reason = closed(connection)
    assert found == code
    assert reason


def test_who_does_not_introduce_itself_is_let_go(seed_graph: KnowledgeGraph) -> None:
    with serving(seed_graph, Settings(body_timeout=0.2)) as client, socket_of(client) as connection:
        assert closed(connection)[0] == 4408


def test_another_protocol_is_refused(seed: Client) -> None:
    url = str(seed.base_url.join("/graphql")).replace("http", "ws")
    with connect(url) as connection:
        assert closed(connection)[0] == 4406


def test_messages_are_bounded(seed_graph: KnowledgeGraph) -> None:
    with serving(seed_graph, Settings(maximum_body=1_000)) as client, introduced(client) as connection:
        connection.send("x" * 2_000)
        assert closed(connection)[0] == 1009


def test_pages_of_other_sites_cannot_connect(seed: Client) -> None:
    for headers in ({"Origin": "https://other.example"}, {"Authorization": "Bearer wrong"}):
        with pytest.raises(InvalidStatus) as error, socket_of(seed, additional_headers=headers):
            pass
        assert error.value.response.status_code in (401, 403)


def test_where_reading_takes_a_token_so_does_a_connection(seed_graph: KnowledgeGraph) -> None:
    with serving(seed_graph, GUARDED) as client:
        with introduced(client, additional_headers={"Authorization": f"Bearer {TOKEN}"}) as connection:
            say(connection, type="subscribe", id="1", payload={"query": "{ __typename }"})
            assert heard(connection)["type"] == "next"
        with socket_of(client) as connection:
            say(connection, type="connection_init")
            assert closed(connection)[0] == 4403


def test_events_of_a_query_and_of_a_subscription() -> None:
    with graph("A leads X") as kg, serving(kg) as client:
        with connect_sse(client, "GET", "/graphql", params={"query": "{ __typename }"}) as source:
            events = [(event.event, event.data) for event in source.iter_sse()]
            assert events == [("next", '{"data":{"__typename":"Query"}}'), ("complete", "")]
        with changing(kg), connect_sse(client, "POST", "/graphql", json={"query": TOLD}) as source:
            event = next(source.iter_sse())
            assert event.event == "next"
            assert json.loads(event.data)["data"]["statementChanged"]["statement"]["status"]
        with connect_sse(client, "POST", "/graphql", json={"query": "{ nope }"}) as source:
            first, last = source.iter_sse()
            assert "nope" in first.data
            assert last.event == "complete"
        with connect_sse(client, "GET", "/graphql", params={"query": "mutation { x }"}) as source:
            assert "OPERATION_NOT_SUPPORTED" in next(source.iter_sse()).data


def test_a_subscription_without_a_stream_is_told_what_to_ask_for(seed: Client) -> None:
    response = seed.post("/graphql", json={"query": TOLD})
    assert "text/event-stream" in response.json()["errors"][0]["message"]


def streams(client: Client) -> int:
    (line,) = (line for line in client.get("/metrics").text.splitlines() if line.startswith("cuibono_subscriptions "))
    return int(float(line.split()[1]))


def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    latest = time.monotonic() + 90
    while not happened():
        assert time.monotonic() < latest
        time.sleep(0.05)


def test_who_goes_is_forgotten_and_there_are_not_too_many() -> None:
    with graph("A leads X") as kg, serving(kg, Settings(maximum_streams=2)) as client:
        with introduced(client) as connection, connect_sse(client, "POST", "/graphql", json={"query": TOLD}):
            say(connection, type="subscribe", id="1", payload={"query": TOLD})
            until(lambda: streams(client) == 2)
            say(connection, type="subscribe", id="2", payload={"query": TOLD})
            assert heard(connection)["payload"][0]["extensions"]["code"] == "BUSY"
        until(lambda: streams(client) == 0)


@pytest.mark.parametrize("over", ["a WebSocket", "events"])
def test_who_does_not_read_is_let_go_and_others_are_told_on(over: str) -> None:
    end = "{ ... on Node { id iri label } }"
    parts = " ".join(f"a{i}: statement {{ id iri label text subject {end} object {end} }}" for i in range(90))
    query = f"subscription {{ statementChanged {{ {parts} }} }}"
    with graph("A leads X") as kg, serving(kg, Settings(stream_timeout=0.5)) as client:
        address = client.base_url.host, client.base_url.port
        with socket.socket() as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            silent.connect(address)
            body = json.dumps({"query": query}).encode()
            head = (
                f"Host: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: {len(body)}"
            )
            if over == "events":
                silent.sendall(f"POST /graphql HTTP/1.1\r\n{head}\r\n\r\n".encode() + body)
            else:
                silent.sendall(handshake())
                answer = b""
                while not answer.endswith(b"\r\n\r\n"):  # what comes before the upgrade is done may be lost
                    answer += silent.recv(1)
                silent.sendall(frame(b'{"type":"connection_init"}'))
                silent.sendall(frame(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": query}}).encode()))
            until(lambda: streams(client) == 1)
            with introduced(client) as connection:
                say(connection, type="subscribe", id="1", payload={"query": TOLD})
                until(lambda: streams(client) == 2)
                with changing(kg):  # not before both are there: who does not read may be let go at once
                    until(lambda: streams(client) == 1)
                assert heard(connection)["type"] == "next"


def handshake() -> bytes:
    lines = (
        "GET /graphql HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol: graphql-transport-ws", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def frame(text: bytes) -> bytes:
    """Return a masked frame of text, as a client sends it."""
    return b"\x81" + bytes([0x80 | 126]) + len(text).to_bytes(2, "big") + b"\0\0\0\0" + text
