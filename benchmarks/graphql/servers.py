"""The servers side by side: cuibono, and what others would serve the same data with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

__all__ = ["PACKAGES", "SERVERS", "Server", "running"]

_PEERS = Path(__file__).with_name("peers")
PACKAGES = (
    "graphql@16.15.0",
    "fastify@5.12.8",
    "mercurius@16.10.1",
    "graphql-yoga@5.24.1",
    "@apollo/server@5.5.1",
    "autocannon@9.0.0",
)


@dataclass(frozen=True)
class Server:
    """How a server is started; ``{port}``, ``{store}`` and ``{data}`` stand for what they say."""

    name: str
    command: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)


def _node(name: str) -> Server:
    return Server(name, ("node", "{packages}/servers.mjs", name, "{port}", "{data}"), {"NODE_ENV": "production"})


_STRAWBERRY = ("-m", "uvicorn", "benchmarks.graphql.peers.strawberry_app:app", "--port", "{port}", "--log-level", "critical")
SERVERS = (
    Server("cuibono", (sys.executable, "-m", "cuibono", "serve", "--store", "{store}", "--port", "{port}", "--log", "none")),
    Server("Strawberry on FastAPI", (sys.executable, *_STRAWBERRY), {"DATA": "{data}"}),
    Server("Strawberry, caches, orjson", (sys.executable, *_STRAWBERRY), {"DATA": "{data}", "CACHES": "1"}),
    _node("mercurius"),
    _node("mercurius-jit"),
    _node("graphql-yoga"),
    _node("apollo-server"),
)


@contextmanager
def running(server: Server, folder: Path, core: int) -> Iterator[tuple[str, int]]:
    """Run a server on a core of its own, and give its address and its process once it answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    packages = folder / "node"
    places = {"port": str(port), "store": str(folder / "store"), "data": str(folder / "data.json"), "packages": str(packages)}
    command = ["taskset", "-c", str(core), *(part.format(**places) for part in server.command)]
    variables = {name: value.format(**places) for name, value in server.variables.items()}
    process = subprocess.Popen(command, env=os.environ | variables, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/graphql"
        for _ in range(600):
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
