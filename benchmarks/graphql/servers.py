"""The servers side by side: cuibono, and what others would serve the same data with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

__all__ = ["LARGE", "PACKAGES", "SERVERS", "Server", "running"]

_PEERS = Path(__file__).with_name("peers")
PACKAGES = (
    "graphql@16.15.0",
    "fastify@5.12.8",
    "mercurius@16.10.1",
    "graphql-yoga@5.24.1",
    "@apollo/server@5.5.1",
)


@dataclass(frozen=True)
class Server:
    """How a server is started; ``{port}``, ``{store}`` and ``{data}`` stand for what they say.

    Attributes
    ----------
    only : str
        The questions that it is asked, by their names.
    """

    name: str
    command: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)
    only: str = "ABC"


def _node(name: str) -> list[Server]:
    command = ("node", "{packages}/servers.mjs", name, "{port}", "{data}")
    return _both(Server(name, command, {"NODE_ENV": "production"}))


def _both(server: Server) -> list[Server]:
    """Return a server that has findings beforehand, and the same one that works them out when asked."""
    variables = server.variables | {"WORKED_OUT": "1"}
    return [server, replace(server, name=f"{server.name}, worked out", variables=variables, only="C")]


_STRAWBERRY = ("-m", "uvicorn", "benchmarks.graphql.peers.strawberry_app:app", "--port", "{port}", "--log-level", "critical")
_FORGETFUL = ("-m", "benchmarks.graphql.ours", "--port", "{port}", "--store", "{store}", "--forget")
SERVERS = (
    Server("cuibono", (sys.executable, "-m", "cuibono", "serve", "--store", "{store}", "--port", "{port}", "--log", "none")),
    Server("cuibono, nothing kept", (sys.executable, *_FORGETFUL)),
    Server("Strawberry on FastAPI", (sys.executable, *_STRAWBERRY), {"DATA": "{data}"}),
    *_both(Server("Strawberry, caches, orjson", (sys.executable, *_STRAWBERRY), {"DATA": "{data}", "CACHES": "1"})),
    *_node("mercurius"),
    *_node("mercurius-jit"),
    *_node("graphql-yoga"),
    *_node("apollo-server"),
)
_LARGE = ("-m", "benchmarks.graphql.ours", "--port", "{port}", "--statements", "{statements}", "--bodies", "{folder}/bodies.json")
LARGE = (
    Server("cuibono", (sys.executable, *_LARGE)),
    Server("cuibono, nothing kept", (sys.executable, *_LARGE, "--forget")),
)
"""Serve a generated graph that has no store."""


@contextmanager
def running(server: Server, folder: Path, core: int, more: Mapping[str, str] | None = None) -> Iterator[tuple[str, int]]:
    """Run a server on a core of its own, and give its address and its process once it answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    packages = folder / "node"
    places = {"port": str(port), "store": str(folder / "store"), "data": str(folder / "data.json"), "packages": str(packages)}
    places |= {"folder": str(folder), **(more or {})}
    command = ["taskset", "-c", str(core), *(part.format(**places) for part in server.command)]
    variables = {name: value.format(**places) for name, value in server.variables.items()}
    process = subprocess.Popen(command, env=os.environ | variables, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/graphql"
        for _ in range(6_000):
            try:
                if httpx.post(url, json={"query": "{ __typename }"}).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def installed(folder: Path) -> None:
    """Have npm put the packages of the peers into a folder, beside the program that serves with them."""
    packages = folder / "node"
    packages.mkdir()
    (packages / "servers.mjs").write_text((_PEERS / "servers.mjs").read_text(encoding="utf-8"), encoding="utf-8")
    options = ("--silent", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(packages))
    subprocess.run(["npm", "install", *options, *PACKAGES], check=True)
