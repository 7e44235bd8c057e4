"""What holds of every graph and of every way out of it."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cuibono
from cuibono.graph.export import FORMATS, exported
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Records, proposition, statement_iri
from cuibono.graph.store.encoding import HISTORY, decoded
from tests.generated import BASES, VOCABULARY, partial_dates, records

pytestmark = pytest.mark.slow

SYNTAXES = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
}
RDFLIB_SYNTAXES = {"turtle": "turtle", "trig": "trig", "nquads": "nquads", "jsonld": "json-ld"}
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def graph_of(found: Records) -> KnowledgeGraph:
    kg = cuibono.open()
    kg.add(*found)
    return kg


def bytes_of(kg: KnowledgeGraph, format: str) -> bytes:
    return b"".join(exported(kg.store, format, text=True))


def all_bytes(kg: KnowledgeGraph) -> dict[str, bytes]:
    return {format: bytes_of(kg, format) for format in FORMATS}


def quads_of(kg: KnowledgeGraph, format: str) -> set[ox.Quad]:
    """Return what an export should hold: without the history, and without graphs where a format has none."""
    quads = {quad for quad in kg.store.quads() if quad.graph_name != HISTORY}
    return quads if FORMATS[format].keeps_graphs else {ox.Quad(*quad.triple) for quad in quads}


@few
@given(records())
def test_a_store_gives_back_what_it_was_given(found: Records) -> None:
    stored = graph_of(found).snapshot.stored  # what is one to questions stays apart in the store
    assert stored.records == found


@few
@given(records())
def test_every_format_gives_back_the_same_quads_and_records(found: Records) -> None:
    kg = graph_of(found)
    for format, syntax in SYNTAXES.items():
        read = set(ox.parse(bytes_of(kg, format), format=syntax))
        assert read == quads_of(kg, format), format
        assert decoded(read, VOCABULARY) == found, format


@pytest.fixture
def _literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    # rdflib would rewrite the year 0999 to 999.
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


@pytest.mark.usefixtures("_literals_as_written")
@settings(few, max_examples=8)
@given(records(most=6))
def test_rdflib_reads_the_same_as_oxigraph(found: Records) -> None:
    kg = graph_of(found)
    for format, syntax in RDFLIB_SYNTAXES.items():
        dataset = rdflib.Dataset()
        dataset.parse(data=bytes_of(kg, format), format=syntax)
        assert set(_from_rdflib(dataset)) == quads_of(kg, format), format


def _from_rdflib(dataset: rdflib.Dataset) -> Iterator[ox.Quad]:
    def term(found: rdflib.term.Node) -> ox.NamedNode | ox.Literal:
        if isinstance(found, rdflib.Literal):
            datatype = ox.NamedNode(found.datatype) if found.datatype else None
            return ox.Literal(str(found), datatype=datatype, language=found.language)
        assert isinstance(found, rdflib.URIRef)
        return ox.NamedNode(found)

    for subject, predicate, obj, graph in dataset.quads():
        ends = [ox.NamedNode(str(subject)), ox.NamedNode(str(predicate)), term(obj)]
        name = None if graph is None or str(graph) == "urn:x-rdflib:default" else ox.NamedNode(str(graph))
        yield ox.Quad(*ends, name)


@settings(few, max_examples=8)
@given(records(most=6), st.randoms(use_true_random=False))
def test_the_order_of_entry_changes_no_byte(found: Records, chance: random.Random) -> None:
    at_once = all_bytes(graph_of(found))
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert all_bytes(graph_of(Records.of(shuffled))) == at_once
    one_by_one = cuibono.open()
    for record in found:
        one_by_one.add(record)
    assert all_bytes(one_by_one) == at_once


@few
@given(records())
def test_loading_twice_changes_nothing(found: Records) -> None:
    kg = graph_of(found)
    before, version = set(kg.store.quads()), kg.version
    assert kg.add(*found).did_nothing
    assert (set(kg.store.quads()), kg.version) == (before, version)


@few
@given(records())
def test_what_was_exported_can_be_entered_again(found: Records) -> None:
    kg = graph_of(found)
    read = decoded(ox.parse(bytes_of(kg, "trig"), format=ox.RdfFormat.TRIG), VOCABULARY)
    assert kg.add(*read).did_nothing
    assert all_bytes(graph_of(read)) == all_bytes(kg)


@given(st.sampled_from(sorted(VOCABULARY.relations)), st.sampled_from(BASES), st.none() | partial_dates())
def test_a_symmetric_statement_is_the_same_from_either_end(name: str, base: str, day: object) -> None:
    relation = VOCABULARY.relation(name)
    identities = {
        statement_iri(base, proposition(relation, *ends), speaker=None, stated_on=None, valid_from=None, document=None)
        for ends in ((base + "a", base + "b"), (base + "b", base + "a"))
    }
    assert len(identities) == (1 if relation.symmetric else 2)


PROGRAM = """
import pickle, sys
import cuibono
from cuibono.graph.export import FORMATS, write_export
kg = cuibono.open()
records = pickle.load(open(sys.argv[1], "rb"))
report = kg.add(*records) if records else kg.build(cuibono.seed_dossier())
for format in FORMATS:
    kg.export(f"{sys.argv[2]}/graph.{format}", format, text=True)
"""


@settings(few, max_examples=2)
@given(st.none() | records(most=20))
def test_two_processes_write_the_same_bytes(found: Records | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pickled = Path(folder, "records")
        pickled.write_bytes(pickle.dumps(list(found or ())))
        written = []
        for seed in ("1", "2"):
            out = Path(folder, seed)
            out.mkdir()
            environment = {**os.environ, "PYTHONHASHSEED": seed}
            subprocess.run([sys.executable, "-c", PROGRAM, pickled, out], check=True, env=environment)
            written.append({file.name: file.read_bytes() for file in sorted(out.iterdir())})
        assert len(written[0]) == len(FORMATS)
        assert written[0] == written[1]
