"""A server that stops while some read nothing: those who listen are let go, what others are being sent they get whole."""

from __future__ import annotations

import gc
import json
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

import cuibono
from cuibono.api.app import create_app
from cuibono.api.settings import Settings
from cuibono.api.web.server import Server, configuration, listening
from cuibono.graph.knowledge_graph import KnowledgeGraph
from tests.test_streams import changing, frame, handshake, until

pytestmark = pytest.mark.slow

_END = "{ ... on Node { id iri label } }"
_WORDS = " ".join(f"a{number}: statement {{ id iri label text subject {_END} object {_END} }}" for number in range(90))
LONG = f"subscription {{ statementChanged {{ {_WORDS} }} }}"

MUCH = 30_000


class Running:
    """A server in a thread, which waits for its clients for as long as they like when it is asked to stop."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.listener = listening(Settings(port=0))
        # Connections inherit it; what is not read soon waits in the server.
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        self.address = self.listener.getsockname()
        app, settings = create_app(kg), Settings()
        config = configuration(app, settings)
        config.timeout_graceful_shutdown = None
        self.server = Server(config, app.end_streams)
        self.thread = threading.Thread(target=self.server.run, args=([self.listener],), daemon=True)

    def waiting(self) -> int:
        """Return for how many clients more waits than the system would ever take off the server before they read."""
        connections = [one.transport for one in list(self.server.server_state.connections)]
        return sum(transport is not None and transport.get_write_buffer_size() > MUCH for transport in connections)

    @contextmanager
    def client(self) -> Iterator[socket.socket]:
        """Give a connection that takes little before it is read from."""
        with socket.socket() as made:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            made.settimeout(120)
            made.connect(self.address)
            yield made


@pytest.fixture
def running() -> Iterator[Callable[[KnowledgeGraph], Running]]:
    interval, started = sys.getswitchinterval(), list[Running]()

    def run(kg: KnowledgeGraph) -> Running:
        started.append(Running(kg))
        started[-1].thread.start()
        return started[-1]

    yield run
    for one in started:
        one.server.should_exit = one.server.force_exit = True
        one.thread.join(timeout=120)
    sys.setswitchinterval(interval)
    gc.unfreeze()


def _subscribe(client: socket.socket, over: str) -> None:
    asked = {"query": LONG}
    if over == "events":
        body = json.dumps(asked).encode()
        head = f"Host: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: {len(body)}"
        client.sendall(f"POST /graphql HTTP/1.1\r\n{head}\r\n\r\n".encode() + body)
        return
    client.sendall(handshake())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += client.recv(1)
    client.sendall(frame(b'{"type":"connection_init"}'))
    client.sendall(frame(json.dumps({"type": "subscribe", "id": "1", "payload": asked}).encode()))


@pytest.mark.parametrize("over", ["a WebSocket", "events"])
def test_who_listens_and_reads_nothing_does_not_hold_a_stop_up_and_others_get_all(
    over: str, running: Callable[[KnowledgeGraph], Running], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "cuibono.http")
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        one = running(kg)
        with one.client() as silent, one.client() as other:
            _subscribe(silent, over)
            with changing(kg):
                until(lambda: one.waiting() == 1)
            other.sendall(b"GET /export?format=nquads HTTP/1.1\r\nHost: localhost\r\n\r\n")
            until(lambda: one.waiting() == 2)
            one.server.should_exit = True
            until(lambda: "let go: reads nothing, and the server stops" in caplog.messages)
            assert one.thread.is_alive()
            answer = b""
            while part := other.recv(65_536):
                answer += part
            one.thread.join(timeout=120)
            assert not one.thread.is_alive()
    assert b"200 OK" in answer[:20]
    assert len(answer) > 3 * MUCH
    assert answer.count(b"ns#Statement>") > 20
    assert answer.endswith((b" .\n", b"\r\n0\r\n\r\n"))
