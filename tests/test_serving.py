"""What whoever runs a server chooses: who may ask, from where, under which names; what is compressed, kept and logged."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from cuibono.api.app import create_app
from cuibono.api.graphql.principal import Role
from cuibono.api.settings import Settings, environment_name, settings
from cuibono.api.web.hosts import Hosts
from cuibono.api.web.logs import logging_as
from cuibono.api.web.tokens import token_line
from cuibono.graph.errors import InvalidInput
from cuibono.graph.knowledge_graph import KnowledgeGraph
from tests.command_line import call
from tests.graphs import graph
from tests.serving import Client, serving

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parent.parent / "docs"
QUERY = {"query": "{ info { version } }"}
EDITOR, READER = "editor's token", "reader's token"
TOKENS = (token_line("Ada", [Role.EDITOR], EDITOR), token_line("Rea", [Role.READER], READER))


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


# ── Settings ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_setting_is_an_option_a_variable_and_a_row_of_the_documentation() -> None:
    page, help_text = (DOCS / "serving.md").read_text(encoding="utf-8"), call("serve", "--help").stdout
    for setting in settings():
        option = f"--{setting.name.replace('_', '-')}"
        assert option in help_text
        (row,) = re.findall(rf"^\| `{option}` \| (.*) \|$", page, re.MULTILINE)
        default, sentence = row.split(" | ", 1)
        told = {True: "yes", False: "no", None: "", (): "", "": ""}.get(setting.default, str(setting.default))
        assert default.strip("`").replace(",", "").strip() == told, option
        assert sentence == setting.metadata["help"], option


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[Settings] = []
    monkeypatch.setattr("cuibono.api.cli.serving.serve_graph", lambda _, settings: chosen.append(settings))
    variables = {"CUIBONO_TIME_LIMIT": "2.5", "CUIBONO_ALLOWED_HOSTS": "a.example b.example", "CUIBONO_INTROSPECTION": "no"}
    done = call("serve", "--store", "memory:", "--port", "1234", "--tokens", TOKENS[0], "--tokens", TOKENS[1], **variables)
    assert done.returncode == 0, done.stderr
    expected = Settings(time_limit=2.5, allowed_hosts=("a.example", "b.example"), introspection=False, port=1234, tokens=TOKENS)
    assert chosen == [expected]
    assert environment_name(settings()[0]) == "CUIBONO_HOST"


@pytest.mark.parametrize("wrong", [("--time-limit", "0"), ("--log", "loud"), ("--running", "0"), ("--port", "70000")])
def test_a_setting_out_of_range_is_told_so(wrong: tuple[str, str]) -> None:
    done = call("serve", "--store", "memory:", *wrong)
    assert done.returncode == 2
    assert wrong[0] in done.stderr


# ── Hosts and sites ────────────────────────────────────────────────────────────────────────────────────

ALLOWED = [
    ("127.0.0.1", (), "localhost:8000", True),
    ("127.0.0.1", (), "127.0.0.1", True),
    ("127.0.0.1", (), "[::1]:8000", True),
    ("127.0.0.1", (), "LOCALHOST.", True),
    ("127.0.0.1", (), "rebound.example:8000", False),
    ("127.0.0.1", (), "127.0.0.1.rebound.example", False),
    ("127.0.0.1", (), "", False),
    ("127.0.0.1", ("graph.example",), "graph.example", True),
    ("127.0.0.1", ("*.example",), "graph.example:80", True),
    ("127.0.0.1", ("*.example",), "graphexample", False),
    ("127.0.0.1", ("*",), "anything", True),
    ("127.0.0.2", (), "127.0.0.2:8000", True),
    ("0.0.0.0", (), "anything", True),
    ("0.0.0.0", ("graph.example",), "anything", False),
]


@pytest.mark.parametrize(("listening", "hosts", "host", "allowed"), ALLOWED)
def test_a_host_is_allowed_by_its_name(listening: str, hosts: tuple[str, ...], host: str, allowed: bool) -> None:
    assert Hosts(listening, hosts, ()).allows_host(host) is allowed


def test_under_a_name_that_is_not_its_own_the_server_answers_nothing(seed: Client) -> None:
    for path in ("/graphql?query={__typename}", "/export", "/healthz", "/"):
        response = seed.get(path, headers={"host": "rebound.example"})
        assert response.status_code == 421
        assert "--allowed-hosts" in response.json()["errors"][0]["message"]


def test_pages_of_other_sites_may_not_ask(seed: Client) -> None:
    other = {"origin": "https://other.example"}
    assert seed.post("/graphql", json=QUERY, headers=other).status_code == 403
    assert seed.get("/export", headers=other).status_code == 403
    assert seed.post("/graphql", json=QUERY, headers={"origin": "null"}).status_code == 403
    own = seed.post("/graphql", json=QUERY, headers={"origin": str(seed.base_url).rstrip("/")})
    assert own.status_code == 200
    assert "access-control-allow-origin" not in own.headers


def test_a_site_that_is_allowed_may_ask(seed_graph: KnowledgeGraph) -> None:
    site = {"origin": "https://site.example"}
    with serving(seed_graph, Settings(allowed_origins=("https://site.example/",))) as client:
        asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
        preflight = client.options("/graphql", headers=site | asked)
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == site["origin"]
        assert {"authorization", "content-type"} <= set(preflight.headers["access-control-allow-headers"].split(", "))
        response = client.post("/graphql", json=QUERY, headers=site)
        assert response.headers["access-control-allow-origin"] == site["origin"]
        assert "Origin" in response.headers["vary"]
        assert client.post("/graphql", json=QUERY, headers={"origin": "https://site.example.evil"}).status_code == 403
        assert "access-control-allow-origin" not in client.post("/graphql", json=QUERY).headers
    with serving(seed_graph, Settings(allowed_origins=("*",))) as client:
        assert client.post("/graphql", json=QUERY, headers=site).headers["access-control-allow-origin"] == site["origin"]


# ── Tokens ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def guarded(seed_graph: KnowledgeGraph) -> Iterator[Client]:
    """A server where reading takes a token."""
    with serving(seed_graph, Settings(tokens=TOKENS, read_token=True)) as client:
        yield client


def test_where_reading_takes_a_token_nothing_is_read_without(guarded: Client) -> None:
    for path in ("/graphql?query={__typename}", "/export", "/metrics"):
        response = guarded.get(path)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert guarded.get(path, headers=bearer(READER)).status_code == 200
    assert guarded.post("/graphql", json=QUERY).status_code == 401
    for path in ("/healthz", "/readyz", "/assets/query.js"):
        assert guarded.get(path).status_code == 200
    assert guarded.get("/graphql", headers={"accept": "text/html"}).status_code == 200


@pytest.mark.parametrize("authorization", ["Bearer wrong", "Bearer", "Basic YTpi", "Bearer " + TOKENS[0].rpartition(":")[2], ""])
def test_a_wrong_token_is_refused_even_where_none_is_needed(seed_graph: KnowledgeGraph, authorization: str) -> None:
    with serving(seed_graph, Settings(tokens=TOKENS)) as client:
        assert client.post("/graphql", json=QUERY, headers={"authorization": authorization}).status_code == 401
        assert client.post("/graphql", json=QUERY).status_code == 200


def test_tokens_come_from_a_file_and_are_made_by_the_command_line(seed_graph: KnowledgeGraph, tmp_path: Path) -> None:
    made = call("token", "Ada Lovelace", "--role", "editor", "--role", "reviewer")
    token = made.stderr.splitlines()[-1]
    assert token not in made.stdout
    file = tmp_path / "tokens.txt"
    file.write_text(f"# who may write\n\n{made.stdout}{TOKENS[1]}\n", encoding="utf-8")
    with serving(seed_graph, Settings(tokens_file=str(file), read_token=True)) as client:
        for known in (token, READER):
            assert client.post("/graphql", json=QUERY, headers=bearer(known)).status_code == 200
        assert client.post("/graphql", json=QUERY, headers=bearer(EDITOR)).status_code == 401


WRONG_TOKENS = {
    "Ada": "NAME:ROLES:SHA256",
    "Ada:editor:" + "0" * 63: "NAME:ROLES:SHA256",
    "Ada:boss:" + "0" * 64: "'boss' is none; there are reader, reviewer, editor",
    "Ada::" + "0" * 64: "'' is none",
    "Ada:editor:" + "0" * 64 + "\nBob:editor:" + "0" * 64: ":2: has the token of Ada",
}


@pytest.mark.parametrize(("content", "message"), WRONG_TOKENS.items())
def test_a_wrong_file_of_tokens_is_told_with_its_line(content: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "tokens.txt"
    file.write_text(content, encoding="utf-8")
    with graph("A leads X") as kg, pytest.raises(InvalidInput) as error:
        create_app(kg, Settings(tokens_file=str(file)))
    assert message in str(error.value)
    assert str(file) in str(error.value)


def test_a_file_of_tokens_that_is_not_there_is_told_so() -> None:
    with graph("A leads X") as kg, pytest.raises(InvalidInput, match=r"nowhere\.txt: cannot be read"):
        create_app(kg, Settings(tokens_file="nowhere.txt"))


def test_a_name_that_cannot_stand_in_the_file_is_told_so() -> None:
    done = call("token", "a:b", "--role", "editor")
    assert done.returncode == 1
    assert "without a colon" in done.stderr


# ── What is answered again, and how small ──────────────────────────────────────────────────────────────


def test_an_answer_to_a_get_is_not_sent_again_until_the_graph_changes() -> None:
    query = {"query": '{ entity(name: "A") { label } }'}
    with graph("A leads X") as kg, serving(kg) as client:
        first = client.get("/graphql", params=query)
        tag = first.headers["etag"]
        assert first.headers["cache-control"] == "no-cache"
        for given in (tag, tag.removeprefix("W/"), f'"other", {tag}'):
            again = client.get("/graphql", params=query, headers={"if-none-match": given})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        other = {"query": '{ entity(name: "A") { iri } }'}
        assert client.get("/graphql", params=other, headers={"if-none-match": tag}).status_code == 200
        assert client.get("/graphql", params=query, headers={"if-none-match": tag, "accept": "*/*"}).status_code == 304
        kg.review(kg.statements()[0].iri, "rejected", by="a tester", why="to change the graph")
        changed = client.get("/graphql", params=query, headers={"if-none-match": tag})
        assert changed.status_code == 200
        assert changed.headers["etag"] != tag


def test_what_may_be_wrong_or_is_not_safe_has_no_tag(seed: Client) -> None:
    assert "etag" not in seed.post("/graphql", json=QUERY).headers
    assert "etag" not in seed.get("/graphql", params={"query": '{ entity(name: "nobody") { id } }'}).headers


def test_a_tag_is_of_one_server_only(seed: Client) -> None:
    with graph("A leads X") as kg, serving(kg) as client:
        assert client.get("/graphql", params=QUERY).headers["etag"] != seed.get("/graphql", params=QUERY).headers["etag"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("*", "gzip"),
        ("identity", None),
        ("gzip;q=0", None),
        ("br", None),
        ("", None),
    ],
)
def test_a_large_answer_is_compressed_for_who_takes_it(seed: Client, accepted: str, encoding: str | None) -> None:
    query = {"query": "{ statements(first: 50) { edges { node { id iri label } } } }"}
    response = seed.post("/graphql", json=query, headers={"accept-encoding": accepted})
    assert response.headers.get("content-encoding") == encoding
    assert "Accept-Encoding" in response.headers["vary"]
    assert len(response.json()["data"]["statements"]["edges"]) > 10
    assert int(response.headers["content-length"]) < len(response.content) or encoding is None
    small = seed.post("/graphql", json=QUERY, headers={"accept-encoding": accepted})
    assert "content-encoding" not in small.headers


def test_introspection_can_be_switched_off(seed: Client, seed_graph: KnowledgeGraph) -> None:
    query = {"query": "{ __schema { types { name } } }"}
    typing_error = {"query": "{ entitis { totalCount } }"}
    assert seed.post("/graphql", json=query).json()["data"]
    assert "Did you mean" in seed.post("/graphql", json=typing_error).text
    with serving(seed_graph, Settings(introspection=False)) as client:
        assert "introspection" in client.post("/graphql", json=query).json()["errors"][0]["message"]
        assert client.post("/graphql", json={"query": "{ __typename }"}).json() == {"data": {"__typename": "Query"}}
        assert "Did you mean" not in client.post("/graphql", json=typing_error).text


# ── What is told of requests ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-123.X", True), ("a b", False), ("x" * 65, False), ('"}{', False), ("", False), (None, False)]
)
def test_a_request_has_an_id(seed: Client, given: str | None, kept: bool) -> None:
    id = seed.get("/healthz", headers={} if given is None else {"x-request-id": given}).headers["x-request-id"]
    assert (id == given) if kept else re.fullmatch(r"[0-9a-f]{32}", id)


def logged(capsys: pytest.CaptureFixture[str], least: int, having: str = "") -> list[str]:
    """Return the lines of the log that have something, once there are some: a client may have its answer before the line
    is written, and what is written late may be of a test before."""
    lines: list[str] = []
    until = time.monotonic() + 120
    while len(lines) < least and time.monotonic() < until:
        lines += [line for line in capsys.readouterr().err.splitlines() if having in line]
        time.sleep(0.01)
    assert len(lines) >= least
    return lines


def test_a_request_leaves_a_line_in_the_log(guarded: Client, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_as("json"):
        ids = [{"x-request-id": f"mine-{number}"} for number in range(4)]
        guarded.post("/graphql", json={"query": "query Wanted { info { version } }"}, headers=bearer(READER) | ids[0])
        guarded.get("/export", headers=ids[1])
        guarded.post("/graphql", json={"query": "query Bad { nope }"}, headers=bearer(READER) | ids[2])
        guarded.get("/healthz", headers=bearer("secret") | ids[3])
        lines = sorted((json.loads(line) for line in logged(capsys, 4, '"mine-')), key=lambda line: line["id"])
    wanted, exported, bad, wrong = lines
    assert {"id", "time", "ms", "bytes", "client"} <= set(wanted)
    expected = {"operation": "Wanted", "kind": "query", "status": 200, "principal": "Rea", "id": "mine-0", "path": "/graphql"}
    assert expected.items() <= wanted.items()
    assert wanted["cost"] > 0
    assert exported["status"] == 401
    assert bad["errors"] == "GRAPHQL_VALIDATION_FAILED"
    assert "operation" not in bad
    assert wrong["status"] == 401
    assert READER not in str(lines)
    assert "secret" not in str(lines)


def test_a_line_of_the_log_cannot_be_forged(seed: Client, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_as("text"):
        seed.get("/a%20b%0a%22c=d%e2%80%a8")
        (line,) = logged(capsys, 1, "/a b")
    assert r'path="/a b\n\"c=d\u2028"' in line
    assert re.match(r"time=\S+ level=info event=request id=[0-9a-f]{32} ", line)


def test_the_log_is_as_before_when_a_server_has_stopped() -> None:
    log = logging.getLogger("cuibono")
    before = log.level, log.propagate, list(log.handlers)
    with logging_as("text"):
        assert log.handlers != before[2]
    assert (log.level, log.propagate, list(log.handlers)) == before


def numbers(client: Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for family in families for sample in family.samples}


def test_numbers_are_counted_by_operation(seed_graph: KnowledgeGraph) -> None:
    with serving(seed_graph) as client:
        for _ in range(3):
            client.graphql("query Mine { info { version } }")
        client.graphql('query Failing { entity(name: "nobody") { id } }')
        client.get("/nowhere/at/all")
        found = numbers(client)
        assert found["cuibono_graphql_seconds_count", (("kind", "query"), ("operation", "Mine"))] == 3
        assert found["cuibono_graphql_errors_total", (("code", "NOT_FOUND"), ("operation", "Failing"))] == 1
        assert found["cuibono_http_requests_total", (("method", "POST"), ("route", "graphql"), ("status", "200"))] == 4
        assert found["cuibono_http_requests_total", (("method", "GET"), ("route", "other"), ("status", "404"))] == 1
        assert found["cuibono_graph_version", ()] == seed_graph.version
    with serving(seed_graph, Settings(metrics=False)) as client:
        assert client.get("/metrics").status_code == 404


def test_who_asks_cannot_fill_the_memory_with_names(seed_graph: KnowledgeGraph) -> None:
    with serving(seed_graph) as client:
        for number in range(150):
            client.graphql(f"query Name{number} {{ __typename }}")
            client.request(f"METHOD{number}", "/graphql")
        text = client.get("/metrics").text
        assert 'operation="other"' in text
        assert len(set(re.findall(r'operation="(\w*)"', text))) <= 102
        assert len(set(re.findall(r'method="(\w*)"', text))) <= 3


def test_what_is_unexpected_is_masked_and_logged(
    seed_graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("an inner secret")

    monkeypatch.setattr("cuibono.api.web.export.exported", broken)
    monkeypatch.setattr("cuibono.api.web.answering.Answering.answer", broken)
    with serving(seed_graph) as client, logging_as("text"):
        for ask in (lambda: client.get("/export"), lambda: client.post("/graphql", json=QUERY)):
            response = ask()
            assert response.status_code == 500
            assert "secret" not in response.text
            assert response.headers["x-request-id"] in response.json()["errors"][0]["message"]
            log = ""
            while f"id={response.headers['x-request-id']}" not in log or "an inner secret" not in log:
                log += "\n".join(logged(capsys, 1))


def test_behind_a_proxy_that_offers_it_under_a_path(seed_graph: KnowledgeGraph) -> None:
    with serving(seed_graph, Settings(root_path="/cuibono")) as client:
        assert client.get("/graphql", params=QUERY).status_code == 200
        assert client.get("/healthz").status_code == 200
        page = client.get("/graphql", headers={"accept": "text/html"})
        assert 'href="/' not in page.text


def test_other_methods_are_told_what_goes(seed: Client) -> None:
    for method in ("PUT", "DELETE", "HEAD", "OPTIONS", "TRACE"):
        response = httpx.request(method, seed.base_url.join("/graphql"))
        assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
