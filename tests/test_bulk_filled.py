"""Large files into a store that holds something: what the door would make of them, record by record."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cuibono
from cuibono.graph.build.bulk import incoming, loading
from cuibono.graph.errors import InvalidInput
from cuibono.graph.model import Claim, Document, Entity, Evidence, Record, Records, Statement, Status, text_hash
from cuibono.graph.store.encoding import HISTORY, encoded
from tests.exports import export_of
from tests.generated import records

pytestmark = pytest.mark.slow

few = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuibono.graph.imports.BULK_FROM", 0)


def write(found: Records, path: Path) -> Path:
    path.write_text("".join(f"{quad} .\n" for record in found for quad in encoded(record)), encoding="utf-8")
    return path


def history_of(kg: cuibono.KnowledgeGraph) -> Counter[tuple[str, str, str]]:
    """Return what stands in the history, but for the names of acts and the time."""
    found = Counter[tuple[str, str, str]]()
    for quad in kg.store.quads(None, None, None, HISTORY):
        subject = "act" if str(quad.subject).startswith("<urn:uuid:") else str(quad.subject)
        if "endedAtTime" not in quad.predicate.value:
            found[subject, quad.predicate.value, str(quad.object)] += 1
    return found


def changed(record: Record, draw: random.Random) -> Record:
    """Return a record that says something else under the same IRI."""
    match record:
        case Entity():
            return replace(record, label=draw.choice(["Another", "Zed"]), aliases=("Ä", *record.aliases))
        case Claim():
            return replace(record, unit=draw.choice([None, "chips"]), hedges=())
        case Document():
            text = None if draw.random() < 0.3 else "Another text. " + (record.text or "")
            return replace(record, text=text, sha256=text_hash(text) if text else record.sha256, title="Another")
        case Evidence():
            return record
        case Statement():
            changes = [
                {"status": draw.choice(list(Status))},
                {"confidence": draw.choice([None, 0.25, 1.0])},
                {"evidence": record.evidence[:1]},
                {"valid_to": None},
                {"attributes": ()},
            ]
            return replace(record, **draw.choice(changes))  # type: ignore[arg-type]


def newer(first: Records, second: Records, draw: random.Random) -> Records:
    """Return some of what was there, some of it changed, and more; it may refer to what it does not hold."""
    kept = [record for record in first if draw.random() < 0.8]
    kept = [changed(record, draw) if draw.random() < 0.25 else record for record in kept]
    return Records.of({record.iri: record for record in [*second, *kept]}.values())


def both(folder: Path, steps: list[tuple[str, Records]], monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[object]]:
    """Load record by record and in bulk, compare all that is to be seen, and return how often it went by bulk."""
    went = []
    bulk = loading.bulk_loaded

    def spied(*arguments: object, **options: object) -> object:
        done = bulk(*arguments, **options)  # type: ignore[arg-type]
        went.append(done is not None)
        return done

    monkeypatch.setattr("cuibono.graph.imports.bulk_loaded", spied)
    outcomes: list[object] = []
    with cuibono.open() as plain, cuibono.open(folder / "store") as stored:
        for number, (name, found) in enumerate(steps):
            (folder / str(number)).mkdir()
            file = write(found, folder / str(number) / name)
            reports = []
            for kg in (plain, stored):
                try:
                    reports.append(kg.import_rdf(file, agent="Jo").load)
                except InvalidInput as error:
                    reports.append(sorted((p.field, p.message) for p in error.problems))
            assert reports[0] == reports[1]
            outcomes.append(reports[0])
            assert export_of(stored, folder / "stored.nq") == export_of(plain, folder / "plain.nq")
            assert history_of(stored) == history_of(plain)
            assert stored.snapshot.records == plain.snapshot.records
            if number == 0:
                for kg in (plain, stored):
                    for statement in sorted(kg.snapshot.statements)[:2]:
                        kg.review(statement, "rejected", by="Eve", why="a person's word")
    with cuibono.open(folder / "store") as again:
        assert export_of(again, folder / "again.nq") == (folder / "stored.nq").read_bytes()
    return sum(went), outcomes


@few
@given(records(), records(), records(), st.randoms(use_true_random=False))
def test_it_does_what_the_door_does(
    tmp_path_factory: pytest.TempPathFactory, first: Records, second: Records, third: Records, draw: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("graph")
    following = newer(first, second, draw)
    steps = [("a.nq", first), ("a.nq", following), ("b.nq", newer(following, third, draw)), ("a.nq", first)]
    with pytest.MonkeyPatch.context() as monkeypatch:
        both(folder, steps, monkeypatch)


@few
@given(records(), records(), st.booleans(), st.randoms(use_true_random=False))
def test_one_reading_or_two_end_in_the_same_quads(
    tmp_path_factory: pytest.TempPathFactory, first: Records, second: Records, is_newer: bool, draw: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("graph")
    more = newer(first, second, draw) if is_newer else Records.of({r.iri: r for r in [*first, *second]}.values())
    files = [write(first, folder / "a.nq"), write(more, folder / "b.nq")]
    found = []
    for is_known in (True, False):
        with pytest.MonkeyPatch.context() as monkeypatch, cuibono.open(folder / f"store{is_known}") as kg:
            # What seems to be about what is there is loaded by a second reading.
            monkeypatch.setattr(incoming, "speaks_of", lambda *_, is_known=is_known: is_known)
            monkeypatch.setattr("cuibono.graph.build.bulk.passing._AT_ONCE", 30_000)
            reports: list[object] = []
            for file in files:
                try:
                    reports.append(kg.import_rdf(file, agent="Jo").load)
                except InvalidInput as error:
                    reports.append(sorted((p.place, p.field, p.message) for p in error.problems))
            graphs = {str(quad) for quad in kg.store.quads() if quad.graph_name != HISTORY}
            found.append((reports, graphs, history_of(kg), export_of(kg, folder / "export.nq")))
    assert found[0] == found[1]


def _seed_and_more(folder: Path) -> tuple[Records, Records]:
    with cuibono.open() as kg:
        kg.build(cuibono.seed_dossier())
        first = Records.of(list(kg.snapshot.records))
    draw = random.Random(5)
    kept = [record for record in first if not isinstance(record, Statement) or draw.random() < 0.7]
    altered = [replace(r, title="Altered") if isinstance(r, Document) else r for r in kept]
    return first, Records.of(altered)


def test_a_newer_version_says_what_is_no_longer_stated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = _seed_and_more(tmp_path)
    went, outcomes = both(tmp_path, [("a.nq", first), ("a.nq", second), ("a.nq", second), ("b.nq", first)], monkeypatch)
    assert went == 4
    assert [outcome.retracted > 0 for outcome in outcomes] == [False, True, False, False]  # type: ignore[attr-defined]
    assert [outcome.did_nothing for outcome in outcomes] == [False, False, True, False]  # type: ignore[attr-defined]


def test_places_are_named_and_a_part_retracts_nothing(tmp_path: Path) -> None:
    first, second = _seed_and_more(tmp_path)
    file = write(first, tmp_path / "a.nq")
    with cuibono.open(tmp_path / "store") as kg:
        kg.import_rdf(file)
        write(second, file)
        done = kg._bulk_loaded(file, kg.vocabulary, "Jo", "https://example.org/part", is_all=False)
        assert done is not None
        assert (done.report.retracted, done.report.changed) == (0, {"Document": 1})
        broken = next(iter(second.statements.values()))
        write(Records.of([*second, replace(broken, confidence=2.0)]), file)
        with pytest.raises(InvalidInput, match=r"row of .*: confidence: 2 is not between 0 and 1"):
            kg._bulk_loaded(file, kg.vocabulary, "Jo", "https://example.org/part", place=lambda iri, _: f"row of {iri}")
        assert kg.version == done.report.version


def test_who_listens_is_told_to_ask_anew(tmp_path: Path) -> None:
    first, _ = _seed_and_more(tmp_path)
    file = write(first, tmp_path / "a.nq")
    with cuibono.open(tmp_path / "store") as kg, kg.listen(lambda: None) as listener:
        assert kg.snapshot.records == Records()
        kg.import_rdf(file)
        assert listener.lost is not None
        assert len(kg.snapshot.statements) == len(first.statements)
