"""The server's routes: GraphQL over HTTP, the query page, exports and health."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from html.parser import HTMLParser
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from httpx_sse import connect_sse
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

import cuibono
from cuibono.api.graphql.examples import Example, examples
from cuibono.api.settings import Settings
from cuibono.api.web.server import listening
from cuibono.graph.errors import InvalidArgument
from tests.graphs import graph
from tests.serving import Client, serving

QUERY = {"query": "{ info { version } }"}
GRAPHQL_JSON = "application/graphql-response+json"
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_query_goes_by_post_or_by_get(seed: Client) -> None:
    answer = {"data": {"info": {"version": 1}}}
    assert seed.post("/graphql", json=QUERY).json() == answer
    assert seed.get("/graphql", params=QUERY).json() == answer
    query = "query Other { claims { totalCount } } query Wanted($name: String) { entity(name: $name) { label } }"
    parameters = {"query": query, "operationName": "Wanted"}
    wanted = {"data": {"entity": {"label": "Elon Musk"}}}
    assert seed.post("/graphql", json={**parameters, "variables": {"name": "musk"}}).json() == wanted
    assert seed.get("/graphql", params={**parameters, "variables": '{"name": "musk"}'}).json() == wanted


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}, application/json;q=0.9", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=0.1, application/*", "application/json"),
    ],
)
def test_the_answer_comes_as_the_client_prefers(seed: Client, accept: str | None, media_type: str) -> None:
    response = seed.post("/graphql", json=QUERY, headers={} if accept is None else {"accept": accept})
    assert response.headers["content-type"] == media_type
    assert response.status_code == 200


def test_a_query_that_cannot_run_has_a_status_of_its_own_where_the_media_type_allows(seed: Client) -> None:
    wrong = {"query": "{ nope }"}
    assert seed.post("/graphql", json=wrong, headers={"accept": GRAPHQL_JSON}).status_code == 400
    assert seed.post("/graphql", json=wrong, headers={"accept": "application/json"}).status_code == 200
    partial = {"query": '{ info { version } entity(name: "nobody") { id } }'}
    response = seed.post("/graphql", json=partial, headers={"accept": GRAPHQL_JSON})
    assert response.status_code == 200
    assert response.json()["data"] == {"info": {"version": 1}, "entity": None}


JSON = {"content-type": "application/json"}
BAD_REQUESTS = {
    "not JSON": (b"{", JSON, 400),
    "not UTF-8": (b'{"query": "\xff"}', JSON, 400),
    "deeply nested": (b"[" * 50_000, JSON, 400),
    "a number of 5,000 digits": (b'{"query": "{ __typename }", "variables": {"n": ' + b"9" * 5_000 + b"}, x}", JSON, 400),
    "nothing": (b"", JSON, 400),
    "a batch": (json.dumps([QUERY]).encode(), JSON, 400),
    "no query": (b"{}", JSON, 400),
    "an empty query": (b'{"query": " "}', JSON, 400),
    "a query that is no text": (b'{"query": 1}', JSON, 400),
    "variables that are no object": (b'{"query": "{ __typename }", "variables": [1]}', JSON, 400),
    "an operation name that is no text": (b'{"query": "{ __typename }", "operationName": 1}', JSON, 400),
    "another content type": (b'{"query": "{ __typename }"}', {"content-type": "text/plain"}, 415),
    "no content type": (b'{"query": "{ __typename }"}', {}, 415),
    "another charset": (b'{"query": "{ __typename }"}', {"content-type": "application/json; charset=utf-16"}, 415),
    "too much": (b" " * 1_048_577, JSON, 413),
    "nothing that it takes": (json.dumps(QUERY).encode(), {**JSON, "accept": "text/plain"}, 406),
}


@pytest.mark.parametrize(("body", "headers", "status"), BAD_REQUESTS.values(), ids=BAD_REQUESTS.keys())
def test_a_bad_request_is_told_so(seed: Client, body: bytes, headers: dict[str, str], status: int) -> None:
    response = seed.post("/graphql", content=body, headers=headers)
    assert response.status_code == status
    (error,) = response.json()["errors"]
    assert error["message"]
    assert error["extensions"]["code"] in {"BAD_REQUEST", "NOT_ACCEPTABLE"}
    assert "Traceback" not in response.text


def test_a_body_that_is_still_coming_is_cut_off_at_the_limit(seed: Client) -> None:
    endless = (b" " * 65_536 for _ in range(1_000))
    with suppress(httpx.WriteError):  # the server may have answered and closed before all was sent
        assert seed.post("/graphql", content=endless, headers=JSON).status_code == 413
    assert seed.get("/healthz").status_code == 200


def test_only_queries_go_by_get(seed: Client) -> None:
    response = seed.get("/graphql", params={"query": "mutation { x }"})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert "send it by POST" in response.json()["errors"][0]["message"]
    assert seed.delete("/graphql").status_code == 405
    assert seed.get("/graphql", params={"query": "{ __typename }", "variables": "{"}).status_code == 400
    assert seed.get("/graphql").status_code == 400


class Loads(HTMLParser):
    """The addresses that a page loads things from, and whether it holds scripts or styles itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [value for name, value in attrs if name in ("src", "href") and value]
        self.inline |= tag == "style" or "style" in given or (tag == "script" and "src" not in given)
        self.inline |= any(name.startswith("on") for name in given)


def test_a_browser_gets_a_page_that_loads_nothing_from_elsewhere(seed: Client) -> None:
    response = seed.get("/graphql", headers=BROWSER)
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    loads = Loads(response.text)
    assert not loads.inline
    for address in loads.addresses:
        if not address.startswith("data:"):
            assert not re.match(r"[a-z]+:|//", address)
            part = seed.get(f"/{address}")
            assert part.status_code == 200
            assert "://" not in part.text
    assert seed.get("/graphql", headers=BROWSER, params=QUERY).json()["data"]


def test_the_page_s_examples_are_those_of_the_api(seed: Client) -> None:
    assert 'fetch("assets/examples.json")' in seed.get("/assets/query.js").text
    given = seed.get("/assets/examples.json").json()
    assert [Example(**example) for example in given] == list(examples())


def test_without_the_page_a_browser_is_answered_like_any_client() -> None:
    with graph("A leads X") as kg, serving(kg, Settings(query_page="none")) as client:
        assert client.get("/graphql", headers=BROWSER).status_code == 400


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/assets/../app.py", "/assets/%2e%2e/page.py"])
def test_nothing_else_is_served(seed: Client, path: str) -> None:
    assert seed.get(path).status_code == 404


def test_health(seed: Client) -> None:
    assert seed.get("/healthz").json() == {"status": "ok"}
    assert seed.get("/readyz").json() == {"status": "ready", "version": 1}


EXPORTS = {
    "turtle": ("text/turtle", ox.RdfFormat.TURTLE),
    "trig": ("application/trig", ox.RdfFormat.TRIG),
    "nquads": ("application/n-quads", ox.RdfFormat.N_QUADS),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
}


@pytest.mark.parametrize("format", EXPORTS)
def test_the_graph_is_exported_by_name_and_by_media_type(seed: Client, format: str) -> None:
    media_type, syntax = EXPORTS[format]
    named = seed.get("/export", params={"format": format})
    negotiated = seed.get("/export", headers={"accept": f"text/html, {media_type}, */*;q=0.1"})
    assert named.content == negotiated.content
    assert named.headers["content-type"].partition(";")[0] == media_type
    assert negotiated.headers["vary"] == "Accept"
    assert len(list(ox.parse(named.content, format=syntax))) > 500


def test_an_export_is_the_same_as_to_a_file(seed: Client, tmp_path: object) -> None:
    file = f"{tmp_path}/graph.ttl"
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        kg.export(file)
    with open(file, "rb") as written:
        assert seed.get("/export").content == written.read()


def test_full_texts_are_exported_only_when_asked_for(seed: Client) -> None:
    assert len(seed.get("/export", params={"text": "true"}).content) > len(seed.get("/export").content) + 1_000


@pytest.mark.parametrize(
    ("parameters", "accept", "status", "code"),
    [
        ({"format": "docx"}, "*/*", 400, "INVALID_ARGUMENT"),
        ({"text": "maybe"}, "*/*", 400, "INVALID_ARGUMENT"),
        ({}, "image/png", 406, "NOT_ACCEPTABLE"),
    ],
)
def test_a_bad_export_is_told_so(seed: Client, parameters: dict[str, str], accept: str, status: int, code: str) -> None:
    response = seed.get("/export", params=parameters, headers={"accept": accept})
    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == code


@contextmanager
def server_process(sent: signal.Signals) -> Iterator[str]:
    """Give the address of a server in a process of its own; it is asked to stop, and must do so cleanly, after the block."""
    program = (
        "import cuibono\n"
        "from cuibono.api.app import create_app, serve\n"
        "from cuibono.api.settings import Settings\n"
        "with cuibono.open() as kg:\n"
        "    kg.build(cuibono.seed_dossier())\n"
        "    serve(create_app(kg), Settings(port=0))\n"
        "print('closed')\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert url is not None
        yield url[0]
    finally:
        os.kill(process.pid, sent)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == (0, "closed\n", "")


STOPPING = pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])


@STOPPING
def test_a_server_prints_its_address_answers_and_stops_cleanly(sent: signal.Signals) -> None:
    with server_process(sent) as url:
        assert httpx.post(url + "graphql", json=QUERY, timeout=120).json() == {"data": {"info": {"version": 1}}}


@STOPPING
def test_a_server_that_stops_ends_its_streams(sent: signal.Signals) -> None:
    told = {"query": "subscription { statementChanged { version } }"}
    with ExitStack() as streams:
        with server_process(sent) as url:
            client = streams.enter_context(httpx.Client(base_url=url, timeout=120))
            events = streams.enter_context(connect_sse(client, "POST", "/graphql", json=told))
            address = url.replace("http", "ws") + "graphql"
            protocol: Any = ["graphql-transport-ws"]
            connection = streams.enter_context(connect(address, subprotocols=protocol, close_timeout=120))
            connection.send(json.dumps({"type": "connection_init"}))
            assert json.loads(connection.recv(timeout=60))["type"] == "connection_ack"
            connection.send(json.dumps({"type": "subscribe", "id": "1", "payload": told}))
            connection.send(json.dumps({"type": "ping"}))
            assert json.loads(connection.recv(timeout=60))["type"] == "pong"
        assert [event.event for event in events.iter_sse()] == ["complete"]  # where it is cut off, this raises
        with suppress(ConnectionClosed):
            while True:
                connection.recv(timeout=60)
        assert connection.close_code == 1001


def test_an_address_that_is_taken_is_told_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidArgument, match=f"127.0.0.1, port {port} cannot be listened on"):
            listening(Settings(port=port))


def test_small_answers_are_sent_at_once() -> None:
    with listening(Settings(port=0)) as listener:
        # asyncio turns the delaying of small packets off for sockets that say that they speak TCP, and for no others
        assert listener.proto == socket.IPPROTO_TCP
