"""Numbers for Prometheus: how much is asked, by which operation, and how long that takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from cuibono.api.web.trace import Trace

disable_created_metrics()  # type: ignore[no-untyped-call]  # when the first request of each kind came is nobody's question

__all__ = ["CONTENT_TYPE", "Metrics", "metrics_routes"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_NAMES = 100
_ROUTES = frozenset({"", "assets", "export", "graphql", "healthz", "id", "metrics", "readyz", "sparql"})
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "WEBSOCKET"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The numbers of one server.

    Whoever asks chooses the names of operations; only the first hundred that are seen get numbers of their own, and all
    others are ``other``, so that nobody fills the memory with names.

    Parameters
    ----------
    gauges : mapping of str to callable
        What to read when the numbers are asked for, by name.
    """

    def __init__(self, gauges: Mapping[str, Callable[[], float]]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "cuibono_http_requests",
            "Requests by route, method and status.",
            ["route", "method", "status"],
            registry=self._registry,
        )
        labels = ["operation", "kind"]
        self._seconds = Histogram(
            "cuibono_graphql_seconds",
            "How long operations took, by name.",
            labels,
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._errors = Counter(
            "cuibono_graphql_errors",
            "Operations with an error, by name and code.",
            ["operation", "code"],
            registry=self._registry,
        )
        for name, read in gauges.items():
            Gauge(f"cuibono_{name}", f"Now: {name.replace('_', ' ')}.", registry=self._registry).set_function(read)
        self._names: set[str] = set()
        # Looking a number up by its labels takes longer than counting; both have few.
        self._counter = cache(lambda route, method, status: self._requests.labels(route, method, str(status)))
        self._histogram = cache(self._seconds.labels)

    def report(self, trace: Trace) -> None:
        """Count an answered request, and have it leave its line in the log."""
        self.count(trace)
        trace.log()

    def count(self, trace: Trace) -> None:
        """Take in an answered request."""
        route = trace.path.split("/", 2)[1] if trace.path.startswith("/") else ""
        method = trace.method if trace.method in _METHODS else "other"
        self._counter(route if route in _ROUTES else "other", method, trace.status).inc()
        if trace.kind is not None:
            name = self._named(trace.operation)
            self._histogram(name, trace.kind).observe(time.perf_counter() - trace.began)
            for code in trace.codes:
                self._errors.labels(name, code).inc()
        else:
            for code in trace.codes:
                self._errors.labels("", code).inc()

    def text(self) -> bytes:
        """Return all numbers, in the text format of Prometheus."""
        return generate_latest(self._registry)

    def _named(self, operation: str | None) -> str:
        name = operation or ""
        if name not in self._names and len(self._names) < _NAMES:
            self._names.add(name)
        return name if name in self._names else "other"


def metrics_routes(metrics: Metrics) -> APIRouter:
    """Return the route ``/metrics``."""
    router = APIRouter()

    @router.get("/metrics")
    async def numbers() -> Response:
        return Response(metrics.text(), headers={"content-type": CONTENT_TYPE})

    return router
