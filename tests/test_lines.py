"""Records as text are what the store makes of their quads, byte for byte."""

from __future__ import annotations

import base64
import hashlib
import sys
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from cuibono.graph.model import Claim, Document, Entity, Evidence, Record, Records, content_hash, hashed_part
from cuibono.graph.store.encoding import encoded
from cuibono.graph.store.lines import record_lines
from tests.generated import records


def by_quads(record: Record) -> str:
    return "".join(f"{quad} .\n" for quad in encoded(record))


@settings(max_examples=40, deadline=None)
@given(records())
def test_any_record_is_written_as_its_quads_are(found: Records) -> None:
    for record in found:
        assert record_lines(record) == by_quads(record)


def test_every_character_is_escaped_as_oxigraph_does() -> None:
    characters = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    record = Entity(iri="urn:a", type="urn:t", label=characters, aliases=('"', "\\u0041"), same_as=("urn:x", "urn:é"))
    assert record_lines(record) == by_quads(record)


def test_what_random_graphs_seldom_have() -> None:
    for record in (
        Claim(iri="urn:c", text="", quantity=Decimal("-0.00"), unit="\n", hedges=("a", "b")),
        Claim(iri="urn:c", text="1", quantity=Decimal("1E+20")),
        Document(iri="urn:d", text="\x00", authors=("b", "a"), licence="L", language="en"),
        Evidence(iri="urn:base#e", document="urn:d", exact="x", prefix="p", suffix="s", start=0, end=1, row="row=1"),
        Evidence(iri="urn:e", document="urn:d", exact="x", start=3),
    ):
        assert record_lines(record) == by_quads(record)


@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]))))
def test_hashes_are_base32_as_the_standard_has_it(parts: list[str | None]) -> None:
    digest = hashlib.sha256(b"".join(map(hashed_part, parts))).digest()[:16]
    assert content_hash(*parts) == base64.b32encode(digest).decode().rstrip("=").lower()
