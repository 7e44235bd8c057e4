"""Columns read from a store hold the records that decoding its quads gives."""

from __future__ import annotations

import random

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuibono.graph.model import Records
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.reading import columns_in
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import decoded, encoded
from cuibono.graph.store.oxigraph import OxigraphStore
from tests.generated import VOCABULARY, records

few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(store: OxigraphStore) -> Records:
    return Records.of(Snapshot.of(Base(columns_in(store, VOCABULARY)), VOCABULARY).records)


@few
@given(records())
def test_what_was_written_is_read_back(graph: Records) -> None:
    store = OxigraphStore()
    store.backend.extend(quad for record in graph for quad in encoded(record))
    assert read(store) == decoded(store.quads(), VOCABULARY) == graph


@few
@given(records(), st.randoms(use_true_random=False))
def test_what_others_wrote_is_read_as_decoding_reads_it(graph: Records, chance: random.Random) -> None:
    """Fields are missing, have several values, or are blank nodes; several types contend."""
    quads = [quad for record in graph for quad in encoded(record)]
    attributes = {ox.NamedNode(attribute.iri) for attribute in VOCABULARY.attributes.values()}
    values: dict[object, list[ox.Quad]] = {}
    for quad in quads:
        values.setdefault((quad.predicate, quad.graph_name), []).append(quad)
    store = OxigraphStore()
    for quad in quads:
        selects = any(word in quad.predicate.value for word in ("Selector", "exact", "start"))
        if selects or chance.random() < 0.95:
            store.backend.add(quad)
        if quad.predicate not in attributes and chance.random() < 0.1:
            other = chance.choice(values[quad.predicate, quad.graph_name]).object
            store.backend.add(ox.Quad(quad.subject, quad.predicate, other, quad.graph_name))
        if chance.random() < 0.02:
            store.backend.add(ox.Quad(quad.subject, quad.predicate, ox.BlankNode(), quad.graph_name))
            store.backend.add(ox.Quad(ox.BlankNode(), quad.predicate, quad.object, quad.graph_name))
    assert read(store) == decoded(store.quads(), VOCABULARY)


def test_an_empty_store_has_no_records() -> None:
    assert read(OxigraphStore()) == Records()
