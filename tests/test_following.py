"""What is noted and derived of statements as lines is what the quads say."""

from __future__ import annotations

import numpy as np
import pyoxigraph as ox

from cuibono.graph.build.bulk.following import derived_lines, entered_lines
from cuibono.graph.build.loading import direct
from cuibono.graph.generation import generated_columns
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.strings import Strings
from cuibono.graph.store.history import entered_from
from cuibono.schema import Vocabulary

SOURCE = "https://example.org/subject/object"


def parsed(lines: list[bytes]) -> list[ox.Quad]:
    return list(ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS))


def test_entered_lines_are_the_quads_of_history() -> None:
    statements = [f"https://example.org/ä/{number}" for number in range(40_000)]
    lines = list(entered_lines(Strings.of(statements), SOURCE))
    assert len(lines) > 1
    assert parsed(lines) == [entered_from(iri, SOURCE) for iri in statements]


def test_derived_lines_are_the_direct_triples_of_what_is_not_disputed() -> None:
    vocabulary = Vocabulary.bundled()
    snapshot = Snapshot.of(Base(generated_columns(300)), vocabulary)
    columns = snapshot.base.columns
    propositions = [snapshot.proposition(snapshot.statements[iri]) for iri in columns.statements.iri]
    disputed = set(propositions[::7])
    found = parsed(list(derived_lines(columns, np.arange(len(propositions)), vocabulary, disputed)))
    assert found == [quad for each in propositions if each not in disputed for quad in direct(each, vocabulary)]
    assert any(vocabulary.relation(each[1]).symmetric for each in propositions if each not in disputed)
