"""The examples that come with the API, each asked of the seed graph."""

from __future__ import annotations

import pytest

from cuibono.api.graphql.examples import Example, examples
from tests.serving import Client


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_an_example_runs_as_it_comes_and_finds_something(seed: Client, example: Example) -> None:
    data = seed.ask(example.query)
    assert all(data.values())
    lists = [root["edges"] for root in data.values() if "edges" in root]
    assert all(lists)


def test_every_example_says_what_it_does() -> None:
    assert len(examples()) >= 10
    for example in examples():
        assert example.title
        assert example.title[-1] != "."
        assert example.description.endswith((".", "?"))
        assert example.query.startswith(("query ", "subscription ", "mutation "))
    assert len({example.name for example in examples()}) == len(examples())
