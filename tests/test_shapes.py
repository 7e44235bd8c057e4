"""The SHACL shapes, and the checks at the door held to the same verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cuibono
from cuibono.graph.build.shapes import shape_problems
from cuibono.graph.build.validation import problems
from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Basis, Claim, Document, Entity, Evidence, Record, Records, Statement
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.store.encoding import STATEMENTS, encoded
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, OA, RDF, XSD
from tests import generated
from tests.graphs import BASE, drawn

VOCABULARY = Vocabulary.bundled()
GRAPH = drawn(
    """
    s = A leads X       role:CEO since:2020 until:2021-05
    o = B owns X        share:0.5
    r = X competesWith Y
    t = B disputes s    by:C via:N on:2023 conf:0.5
    u = A asserts c     basis:inferred
    b = c harms X
    K restrictedBy R
    """
)
S, OWNS, R, T, U = (GRAPH.iris[name] for name in "sortu")
E1 = next(record.iri for record in GRAPH.records if isinstance(record, Evidence))
Records_ = dict[str, Record]
Break = Callable[[Records_], None]
_AnyRecord = TypeVar("_AnyRecord", bound=Record)


def by_door(records: Iterable[Record]) -> set[str]:
    """Return the IRIs of the records that the checks at the door refuse."""
    empty = Snapshot(Records(), VOCABULARY)
    return {problem.place for problem in problems(Records.of(records), empty)}


def by_shapes(records: Iterable[Record]) -> set[str]:
    """Return the IRIs of the records that the shapes refuse."""
    return {problem.place for problem in shape_problems((quad for r in records for quad in encoded(r)), VOCABULARY)}


def test_the_graph_to_be_broken_is_whole() -> None:
    assert by_door(GRAPH.records) == by_shapes(GRAPH.records) == set()


def test_the_seed_has_the_right_shape() -> None:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        assert shape_problems(kg.store.quads(), kg.vocabulary) == []


# ── Rules that records can break ───────────────────────────────────────────────────────────────────────


def changed(iri: str, **fields: Any) -> tuple[Break, str]:
    """Return the change of fields of a record, and whose rule it breaks."""

    def change(records: Records_) -> None:
        records[iri] = replace(records[iri], **fields)

    return change, iri


def without(iri: str) -> Break:
    """Return the removal of a record."""
    return lambda records: records.pop(iri, None) and None


def also(record: Record) -> Break:
    """Return the addition of a record, under a key of its own."""

    def add(records: Records_) -> None:
        records[f"{type(record).__name__} {record.iri}"] = record

    return add


BREAKS: dict[str, tuple[Break, str]] = {
    "an entity without a label": changed(BASE + "A", label=" \t"),
    "an entity of a class that nobody declared": changed(BASE + "B", type=BASE + "Ghost"),
    "an entity of a class that only groups": changed(BASE + "C", type=CB + "Agent"),
    "an entity of no entity class": changed(BASE + "N", type=CB + "Basis"),
    "a claim without a text": changed(BASE + "c", text=""),
    "an entity that is a claim": (also(Claim(iri=BASE + "A", text="I am A.")), BASE + "A"),
    "an entity that is a document": (also(Document(iri=BASE + "A", sha256="0" * 64)), BASE + "A"),
    "a claim that is a document": (also(Document(iri=BASE + "c", sha256="0" * 64)), BASE + "c"),
    "a hash that is none": changed(BASE + "D1", text=None, sha256="XYZ"),
    "a hash of another text": changed(BASE + "D1", sha256="0" * 64),
    "evidence in no document": changed(E1, document=BASE + "D9"),
    "evidence in what is no document": changed(E1, document=BASE + "A"),
    "evidence without a place": changed(E1, start=None, end=None),
    "evidence without an end": changed(E1, end=None),
    "a row with half a quote": changed(E1, end=None, row="row=1"),
    "a quote that ends before it starts": changed(E1, start=5, end=2, exact="abc"),
    "a quote before the text": changed(E1, start=-1, end=10),
    "a quote beyond the text": changed(E1, start=4, end=15),
    "an empty quote": changed(E1, start=3, end=3, exact=""),
    "a misquote": changed(E1, exact="It says no."),
    "a quote with another context": changed(E1, prefix="Indeed: "),
    "a context that is too long": changed(E1, suffix="x" * 33),
    "a relation that nobody declared": changed(S, predicate=CB + "haunts"),
    "a class for a relation": changed(S, predicate=CB + "Person"),
    "a property for a relation": changed(S, predicate=CB + "speaker"),
    "an attribute for a relation": changed(S, predicate=CB + "role"),
    "a subject that is not there": changed(S, subject=BASE + "Z"),
    "an object that is not there": changed(S, object=BASE + "Z"),
    "a subject of the wrong class": changed(S, subject=BASE + "K"),
    "an object of the wrong class": changed(S, object=BASE + "A"),
    "a claim for a person": changed(S, subject=BASE + "c"),
    "a person for a claim": changed(U, object=BASE + "A"),
    "a person for a rule": changed(T, predicate=CB + "restrictedBy", object=BASE + "A", subject=BASE + "R"),
    "ends of a symmetric relation that are not sorted": changed(R, subject=BASE + "Y", object=BASE + "X"),
    "a statement about itself": changed(T, object=T),
    "a speaker who is not there": changed(S, speaker=BASE + "E"),
    "a country for a speaker": changed(S, speaker=BASE + "K"),
    "a claim for a speaker": changed(S, speaker=BASE + "c"),
    "a channel that is not there": changed(S, said_via=BASE + "E"),
    "a claim for a channel": changed(S, said_via=BASE + "c"),
    "a document that is not there": changed(S, document=BASE + "D9"),
    "an entity for a document": changed(S, document=BASE + "A"),
    "evidence that is not there": changed(S, evidence=(E1, BASE + "evidence/none")),
    "no evidence, though verbatim": changed(S, evidence=()),
    "no evidence, though recorded": changed(S, evidence=(), basis=Basis.RECORDED),
    "no evidence, though paraphrased": changed(S, evidence=(), basis=Basis.PARAPHRASED, derived_from=(OWNS,)),
    "inferred from nothing": changed(U, evidence=()),
    "derived from what is not there": changed(U, derived_from=(BASE + "statement/none",)),
    "derived from itself": changed(U, derived_from=(U,)),
    "derived from an entity": changed(U, derived_from=(BASE + "A",)),
    "in response to what is not there": changed(U, in_response_to=BASE + "statement/none"),
    "in response to itself": changed(U, in_response_to=U),
    "a revision of what is not there": changed(U, revision_of=BASE + "statement/none"),
    "a revision of itself": changed(U, revision_of=U),
    "more than certain": changed(S, confidence=1.01),
    "less than uncertain": changed(S, confidence=-0.01),
    "an end before the beginning, by years": changed(S, valid_to=PartialDate("2019")),
    "an end before the beginning, by months": changed(S, valid_from=PartialDate("2021-06"), valid_to=PartialDate("2021-05")),
    "an end before the beginning, by days": changed(S, valid_from=PartialDate("2021-06"), valid_to=PartialDate("2021-05-31")),
    "an attribute that nobody declared": changed(S, attributes=((BASE + "colour", "red"),)),
    "an attribute of another relation": changed(S, attributes=((CB + "share", 0.5),)),
    "an attribute of the wrong type": changed(S, attributes=((CB + "role", 5),)),
    "a whole number for a decimal": changed(OWNS, attributes=((CB + "share", 1),)),
    "a text for a decimal": changed(OWNS, attributes=((CB + "share", "half"),)),
    "an attribute above its maximum": changed(OWNS, attributes=((CB + "share", 1.5),)),
    "an attribute below its minimum": changed(OWNS, attributes=((CB + "share", -0.5),)),
    "an attribute twice": changed(OWNS, attributes=((CB + "share", 0.25), (CB + "share", 0.5))),
}
KEEPS: dict[str, Break] = {
    "another confidence": changed(S, confidence=0.0)[0],
    "inferred, with a source and no evidence": changed(U, evidence=(), derived_from=(S,))[0],
    "in response, as a revision": changed(U, in_response_to=S, revision_of=T)[0],
    "the same year for beginning and end": changed(S, valid_from=PartialDate("2021-03-05"), valid_to=PartialDate("2021"))[0],
    "a month within the year of the beginning": changed(S, valid_from=PartialDate("2021"), valid_to=PartialDate("2021-01"))[0],
    "a document whose text was left out": changed(BASE + "D1", text=None)[0],
    "a row of a table": changed(E1, start=None, end=None, row="row=5")[0],
    "a subclass of what is asked for": changed(BASE + "X", type=CB + "NewsOrganization")[0],
    "a claim with a quantity": changed(BASE + "c", quantity=Decimal("10000.5"), unit="GPUs", hedges=("about", "or so"))[0],
    "aliases, addresses and a description": changed(
        BASE + "A", aliases=("a", "α"), same_as=("https://example.com/a",), description="Somebody."
    )[0],
    "dates of a document": changed(
        BASE + "D1", published=PartialDate("2024-02"), retrieved=PartialDate("2024-02-29"), authors=("One", "Two"), language="en"
    )[0],
}


def broken(*breaks: Break) -> list[Record]:
    """Return the records of the graph after some changes."""
    records = {record.iri: record for record in GRAPH.records}
    for change in breaks:
        change(records)
    return list(records.values())


@pytest.mark.parametrize("rule", BREAKS)
def test_door_and_shapes_refuse(rule: str) -> None:
    change, iri = BREAKS[rule]
    records = broken(change)
    assert iri in by_door(records)
    assert by_shapes(records) == by_door(records)


@pytest.mark.parametrize("rule", KEEPS)
def test_door_and_shapes_let_pass(rule: str) -> None:
    records = broken(KEEPS[rule])
    assert by_door(records) == by_shapes(records) == set()


_changes = st.sampled_from(sorted([*BREAKS, *KEEPS]))
_removals = st.sampled_from(sorted(record.iri for record in GRAPH.records)).map(without)


@given(names=st.lists(_changes, max_size=4, unique=True), removals=st.lists(_removals, max_size=2))
@settings(max_examples=15, deadline=None)
def test_door_and_shapes_agree_on_every_record(names: list[str], removals: list[Break]) -> None:
    changes = [BREAKS[name][0] if name in BREAKS else KEEPS[name] for name in names]
    records = broken(*changes, *removals)
    assert by_shapes(records) == by_door(records)


@given(generated.records())
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_door_and_shapes_let_any_whole_graph_pass(records: Records) -> None:
    assert by_door(records) == by_shapes(records) == set()


# ── Rules that only RDF from elsewhere can break ───────────────────────────────────────────────────────


def _decimal(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "decimal"))


EXTRA: dict[str, tuple[str, str, ox.NamedNode | ox.Literal]] = {
    "two subjects": (S, RDF + "subject", ox.NamedNode(BASE + "B")),
    "two predicates": (S, RDF + "predicate", ox.NamedNode(CB + "founded")),
    "two objects": (S, RDF + "object", ox.NamedNode(BASE + "Y")),
    "two speakers": (T, CB + "speaker", ox.NamedNode(BASE + "A")),
    "two bases": (S, CB + "basis", ox.NamedNode(CB + "Inferred")),
    "two states": (S, CB + "status", ox.NamedNode(CB + "Rejected")),
    "a status that is none": (S, CB + "status", ox.NamedNode(CB + "Forgotten")),
    "two confidences": (S, CB + "confidence", _decimal("0.3")),
    "two dates": (T, CB + "statedOn", ox.Literal("2024", datatype=ox.NamedNode(XSD + "gYear"))),
    "a date that is text": (S, CB + "statedOn", ox.Literal("last year")),
    "a date that is no day": (S, CB + "statedOn", ox.Literal("2023-02-30", datatype=ox.NamedNode(XSD + "date"))),
    "a second label": (BASE + "A", "http://www.w3.org/2004/02/skos/core#prefLabel", ox.Literal("Aha")),
    "a second text": (BASE + "c", CB + "text", ox.Literal("Another.")),
    "a quantity in words": (BASE + "c", CB + "quantity", ox.Literal("many")),
    "a second hash": (BASE + "D1", CB + "sha256", ox.Literal("0" * 64)),
    "a second source": (E1, OA + "hasSource", ox.NamedNode(BASE + "A")),
    "a selector that is none": (E1, OA + "hasSelector", ox.NamedNode(BASE + "A")),
    "a second class": (BASE + "A", RDF + "type", ox.NamedNode(CB + "Evidence")),
}


@pytest.mark.parametrize("rule", EXTRA)
def test_shapes_refuse_what_no_record_could_say(rule: str) -> None:
    iri, predicate, value = EXTRA[rule]
    extra = ox.Quad(ox.NamedNode(iri), ox.NamedNode(predicate), value, STATEMENTS)
    quads = [extra, *(quad for record in GRAPH.records for quad in encoded(record))]
    assert iri in {problem.place for problem in shape_problems(quads, VOCABULARY)}


REQUIRED = {
    "label": (BASE + "A", "http://www.w3.org/2004/02/skos/core#prefLabel"),
    "text": (BASE + "c", CB + "text"),
    "hash": (BASE + "D1", CB + "sha256"),
    "source": (E1, OA + "hasSource"),
    "selectors": (E1, OA + "hasSelector"),
    "subject": (S, RDF + "subject"),
    "predicate": (S, RDF + "predicate"),
    "object": (S, RDF + "object"),
    "basis": (S, CB + "basis"),
    "status": (S, CB + "status"),
    "confidence": (S, CB + "confidence"),
}


@pytest.mark.parametrize("name", REQUIRED)
def test_shapes_refuse_what_is_not_complete(name: str) -> None:
    iri, predicate = REQUIRED[name]
    quads = [quad for record in GRAPH.records for quad in encoded(record)]
    kept = [quad for quad in quads if (quad.subject, quad.predicate) != (ox.NamedNode(iri), ox.NamedNode(predicate))]
    assert len(kept) < len(quads)
    assert iri in {problem.place for problem in shape_problems(kept, VOCABULARY)}


def test_a_problem_names_the_record_the_property_and_the_remedy() -> None:
    quads = (quad for record in broken(BREAKS["more than certain"][0]) for quad in encoded(record))
    (problem,) = shape_problems(quads, VOCABULARY)
    assert str(problem) == (
        f"{S}: cb:confidence: a statement has one confidence between 0 and 1; "
        "write 1, and that it is unstated, where nobody gave one (there is 1.01)"
    )


# ── Rules that hold only at the door: RDF has no room for what breaks them ─────────────────────────────

UNWRITABLE: dict[str, tuple[Break, str]] = {
    "an IRI with a space": changed(BASE + "A", same_as=("http://example.org/a b",)),
    "an IRI with a broken escape": changed(BASE + "A", same_as=("http://example.org/%zz",)),
    "an address that is no IRI": changed(BASE + "D1", url="http://[bad/"),
    "a lone surrogate": changed(BASE + "A", label="A\ud800"),
    "a lone surrogate in an attribute": changed(S, attributes=((CB + "role", "\ud800"),)),
    "a quantity without end": changed(BASE + "c", quantity=Decimal("Infinity")),
    "a quantity too long to write out": changed(BASE + "c", quantity=Decimal("1e999999999")),
    "a share that is no number": changed(OWNS, attributes=((CB + "share", float("nan")),)),
    "a confidence that is no number": changed(S, confidence=float("nan")),
}


@pytest.mark.parametrize("rule", UNWRITABLE)
def test_the_door_refuses_what_cannot_be_written(rule: str) -> None:
    change, iri = UNWRITABLE[rule]
    assert by_door(broken(change)) == {iri}
    with cuibono.open() as kg:
        with pytest.raises(cuibono.InvalidInput):
            kg.add(*broken(change))
        assert kg.version == 0


def test_the_door_refuses_an_iri_that_is_none() -> None:
    assert by_door([Entity(iri="not an iri", type=CB + "Person", label="A")]) == {"not an iri"}


@pytest.mark.parametrize("field", ["subject", "object", "speaker", "stated_on", "valid_from", "document"])
def test_what_makes_a_statement_itself_does_not_change(field: str) -> None:
    values = {
        "subject": BASE + "B",
        "object": BASE + "Y",
        "speaker": BASE + "C",
        "stated_on": PartialDate("2019"),
        "valid_from": PartialDate("2019"),
        "document": None,
    }
    with cuibono.open() as kg:
        kg.add(*GRAPH.records)
        statement = kg.snapshot.statements[S]
        assert isinstance(statement, Statement)
        with pytest.raises(cuibono.InvalidInput, match="make a new one"):
            kg.add(replace(statement, **{field: values[field]}))
        assert kg.snapshot.statements[S] == statement
