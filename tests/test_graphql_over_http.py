"""The public audits of GraphQL over HTTP, all of them, against the running server."""

from __future__ import annotations

from tests.node import node
from tests.serving import Client


def test_every_audit_passes(seed: Client) -> None:
    outcomes = node("graphql_over_http.mjs", str(seed.base_url.join("/graphql")))
    assert len(outcomes) == 61
    assert [outcome for outcome in outcomes if outcome["status"] != "ok"] == []
