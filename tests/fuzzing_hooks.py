"""What Schemathesis is told of the API: its scalars, and what is an error of the server rather than of whoever asks.

Loaded by Schemathesis, from an environment of its own.
"""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import strategies
from schemathesis.graphql import nodes, scalar

scalar("PartialDate", strategies.sampled_from(["2024", "2024-02", "2024-02-29", "2023-02-29", "yesterday", ""]).map(nodes.String))
scalar(
    "AttributeValue", strategies.one_of(strategies.floats(0, 2).map(nodes.Float), strategies.text(max_size=5).map(nodes.String))
)


@schemathesis.check
def nothing_is_unexpected(_context: Any, response: Any, _case: Any) -> None:
    """Answer every question; where it is a bad one, say so."""
    assert response.status_code < 500, response.text
    for error in response.json().get("errors", ()):
        assert error["message"]
        assert error["extensions"]["code"] != "INTERNAL", error
