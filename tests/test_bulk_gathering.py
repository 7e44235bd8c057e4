"""What is gathered from a large file: kept in files, gone on with, and made into columns."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from cuibono.graph.build.bulk.gathering import Gathering
from cuibono.graph.build.bulk.lines import Piece
from cuibono.graph.generation import generated_columns
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.files import Damaged, write_base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import ONTOLOGY, encoded
from cuibono.schema import Vocabulary

pytestmark = pytest.mark.slow

OWN = """
@prefix cb: <https://w3id.org/cuibono/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix x: <https://example.org/terms#> .
x:ThinkTank a owl:Class ; rdfs:subClassOf cb:Organization ; rdfs:label "think tank"@en .
"""


def pieces_of(count: int, at_once: int = 100) -> list[bytes]:
    """Return a graph as N-Quads, some records at a time, with the terms of an ontology first."""
    records = list(Snapshot.of(Base(generated_columns(count)), Vocabulary.bundled()).records)
    declared = "".join(f"{ox.Quad(*quad.triple, ONTOLOGY)} .\n" for quad in ox.parse(OWN, format=ox.RdfFormat.TURTLE))
    pieces = [records[first : first + at_once] for first in range(0, len(records), at_once)]
    return [declared.encode(), *("".join(f"{q} .\n" for r in piece for q in encoded(r)).encode() for piece in pieces)]


def bytes_of(columns: Columns, path: Path) -> bytes:
    write_base(Base(columns), path)
    return path.read_bytes()


def gathering_in(folder: Path, kept: Any = None) -> Gathering:
    folder.mkdir(exist_ok=True)
    return Gathering(Vocabulary.bundled(), "g.nq", folder, kept=kept)


def test_it_goes_on_from_what_was_kept_and_forgets_what_came_after(tmp_path: Path) -> None:
    pieces = pieces_of(400)
    undisturbed = gathering_in(tmp_path / "undisturbed")
    for piece in pieces:
        undisturbed.take(Piece(piece))
    wanted = bytes_of(undisturbed.columns(), tmp_path / "wanted")
    for at in (0, 1, 2, len(pieces) // 2, len(pieces)):
        first = gathering_in(tmp_path / "first")
        for piece in pieces[:at]:
            first.take(Piece(piece))
        kept = json.dumps(first.kept())
        for piece in pieces[at : at + 3]:
            first.take(Piece(piece))
        if at == len(pieces):
            first.columns()
        again = gathering_in(tmp_path / "first", json.loads(kept))
        for piece in pieces[at:]:
            again.take(Piece(piece))
        assert (again.lines, again.left_out) == (undisturbed.lines, undisturbed.left_out)
        assert "https://example.org/terms#ThinkTank" in {c.iri for c in again.vocabulary.classes.values()}
        assert bytes_of(again.columns(), tmp_path / "found") == wanted


@pytest.mark.parametrize("name", ["iris.data", "iris.offsets", "texts.data", "texts.offsets", "values"])
def test_files_that_hold_less_than_was_kept_are_not_gone_on_with(name: str, tmp_path: Path) -> None:
    first = gathering_in(tmp_path / "first")
    for piece in pieces_of(100):
        first.take(Piece(piece))
    kept = first.kept()
    with (tmp_path / "first" / name).open("r+b") as file:
        file.truncate(7)
    with pytest.raises(Damaged, match=name):
        gathering_in(tmp_path / "first", kept)


def most_memory(count: int, folder: Path) -> int:
    """Return the bytes that gathering a graph, and making columns of it, takes at most."""
    pieces = pieces_of(count, at_once=1_000)
    tracemalloc.start()
    try:
        gathering = gathering_in(folder)
        for piece in pieces:
            gathering.take(Piece(piece))
        gathering.columns()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_hardly_grows_with_the_file(tmp_path: Path) -> None:
    few, many = (most_memory(count, tmp_path / str(count)) for count in (5_000, 20_000))
    # What is gathered of the 15,000 statements between, and their columns, come to 14 MB.
    assert many - few < 4_000_000
