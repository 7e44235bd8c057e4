"""The read model next to a store is a copy: found again, kept up to date, and never believed over the store."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyoxigraph as ox
import pytest

import cuibono
from cuibono.graph.build.loading import load
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Document, Entity, Records, Status
from cuibono.graph.snapshot import keeping
from cuibono.graph.snapshot.files import sealed, unsealed
from cuibono.graph.store.encoding import decoded
from cuibono.schema.namespaces import CB
from tests.generated import VOCABULARY

COMPANY = VOCABULARY.entity_class("Company").iri


def files(store: Path) -> dict[str, Path]:
    """The files of a snapshot by their endings."""
    return {path.suffix: path for path in (store / "snapshot").iterdir()}


def answers(kg: KnowledgeGraph) -> tuple[Records, list[str]]:
    return Records.of(kg.snapshot.records), [finding.explanation for finding in kg.conflicts()]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the seed dossier, a snapshot of it, and commits since."""
    directory = tmp_path_factory.mktemp("original") / "store"
    with cuibono.open(directory) as kg:
        kg.build(cuibono.seed_dossier())
    with cuibono.open(directory) as kg:
        statements = list(kg.snapshot.statements)
        kg.review(statements[0], Status.REJECTED, by="me", why="test")
        kg.add(Entity(iri="https://example.org/acme", type=COMPANY, label="Acme"))
        kg.review(statements[0], Status.ACCEPTED, by="me", why="test")
        kg.review(statements[1], Status.RETRACTED, by="me", why="test")
    return directory


@pytest.fixture(scope="module")
def expected(original: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Records, list[str]]:
    """What a graph answers that has no snapshot to go by."""
    bare = tmp_path_factory.mktemp("bare") / "store"
    shutil.copytree(original, bare, ignore=shutil.ignore_patterns("snapshot"))
    with cuibono.open(bare) as kg:
        return answers(kg)


@pytest.fixture
def store(original: Path, tmp_path: Path) -> Path:
    """A copy of the store, to be spoilt."""
    return Path(shutil.copytree(original, tmp_path / "store"))


@pytest.fixture
def read_from_store(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stores that were read whole, instead of the files next to them."""
    found: list[str] = []
    original = keeping.read_snapshot

    def noted(store, vocabulary, tell=None):  # type: ignore[no-untyped-def]
        found.append(store.url)
        return original(store, vocabulary, tell)

    monkeypatch.setattr(keeping, "read_snapshot", noted)
    return found


def test_a_kept_snapshot_is_found_again(store: Path, expected: object, read_from_store: list[str]) -> None:
    for _ in range(2):
        with cuibono.open(store) as kg:
            assert answers(kg) == expected
            assert kg.snapshot.version == kg.version
    assert read_from_store == []


def test_it_follows_every_commit(store: Path, read_from_store: list[str]) -> None:
    with cuibono.open(store) as kg:
        kg.add(Entity(iri="https://example.org/acme", type=COMPANY, label="Acme Incorporated"))
        document = next(iter(kg.snapshot.documents.values()))
        kg.add(
            Document(iri="https://example.org/d", sha256=document.sha256, title='“Quoted” \\ "\n\t\u2028 𝄞', text=document.text)
        )
        expected = answers(kg)
    with cuibono.open(store) as kg:
        assert answers(kg) == expected
        assert kg.entity("Acme Incorporated").iri == "https://example.org/acme"
    assert read_from_store == []


def test_evidence_that_was_dropped_stays_dropped(store: Path, read_from_store: list[str]) -> None:
    with cuibono.open(store) as kg:
        before = kg.snapshot
        statement = next(s for s in before.statements.values() if len(s.evidence) == 1)
        piece = statement.evidence[0]
        other = next(s.evidence for s in before.statements.values() if piece not in s.evidence)
        changed = [replace(s, evidence=other) if piece in s.evidence else s for s in before.statements.values()]
        source = next(quad.object.value for quad in kg.store.quads(None, ox.NamedNode(CB + "enteredFrom"), None, None))
        commit = load(kg.store, before, Records.of(changed), agent="me", source=source)
        keeping.keep_commit(kg.store, before, commit.snapshot, commit.records, commit.removed)
        assert piece in commit.removed
        expected = Records.of(commit.snapshot.records)
        assert piece not in expected.evidence
    with cuibono.open(store) as kg:
        assert Records.of(kg.snapshot.records) == expected
    assert read_from_store == []
    shutil.rmtree(store / "snapshot")
    with cuibono.open(store) as kg:
        assert Records.of(kg.snapshot.records) == expected


@pytest.mark.parametrize("seed", range(3))
def test_after_any_commits_it_is_what_the_store_holds(store: Path, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        with cuibono.open(store) as kg:
            for _ in range(6):
                commit_at_random(kg, chance)
                held = decoded(kg.store.quads(), kg.vocabulary)
                assert Records.of(kg.snapshot.records) == held
                assert Records.of(kg.snapshot.folded().records) == held
                assert kg.snapshot.version == kg.version


def commit_at_random(kg: KnowledgeGraph, chance: random.Random) -> None:
    statement = chance.choice(list(kg.snapshot.statements.values()))
    match chance.randrange(5):
        case 0:
            kg.review(statement.iri, chance.choice(list(Status)), by="me", why="test")
        case 1:
            kg.add(Entity(iri=f"https://example.org/{chance.randrange(9)}", type=COMPANY, label=f"C{chance.randrange(99)}"))
        case 2:
            pieces = chance.sample(list(kg.snapshot.evidence), 2)
            kg.add(replace(statement, evidence=tuple(pieces), confidence=chance.random()))
        case 3:
            kg.build(cuibono.seed_dossier())
        case 4:
            entity = chance.choice(list(kg.snapshot.entities.values()))
            kg.add(replace(entity, aliases=(f"Alias {chance.randrange(99)}",)))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in range(0, len(data), 997):
        data[place] ^= 0xFF
    path.write_bytes(data)


def one_bit_flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def lengthened(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(4096))


DAMAGES: list[Callable[[Path], None]] = [cut, emptied, overwritten, one_bit_flipped, lengthened, Path.unlink]


@pytest.mark.parametrize("ending", [".json", ".columns", ".journal"])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_not_believed(
    store: Path, expected: object, read_from_store: list[str], damage: Callable[[Path], None], ending: str
) -> None:
    damage(files(store)[ending])
    with cuibono.open(store) as kg:
        assert answers(kg) == expected
    assert read_from_store == [str(store)]
    with cuibono.open(store) as kg:
        assert answers(kg) == expected
    assert read_from_store == [str(store)], "it is made anew once"


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_every_array_is_checked(store: Path, expected: object, read_from_store: list[str], place: int) -> None:
    path = files(store)[".columns"]
    data = np.frombuffer(path.read_bytes(), np.uint8).copy()
    data[len(data) * place // 40 : len(data) * place // 40 + 8] += 1
    path.write_bytes(data.tobytes())
    with cuibono.open(store) as kg:
        assert answers(kg) == expected
    assert read_from_store


@pytest.mark.parametrize("change", [{"format": 0}, {"byteorder": "middle"}, {"vocabulary": "other"}, {"state": "other"}])
def test_a_snapshot_of_another_kind_is_not_believed(
    store: Path, expected: object, read_from_store: list[str], change: dict[str, object]
) -> None:
    manifest = files(store)[".json"]
    manifest.write_text(sealed(unsealed(manifest.read_text()) | change))
    files(store)[".journal"].write_text("")
    with cuibono.open(store) as kg:
        assert answers(kg) == expected
    assert read_from_store


def test_a_missing_entry_of_the_journal_is_noticed(store: Path, expected: object, read_from_store: list[str]) -> None:
    journal = files(store)[".journal"]
    lines = journal.read_text().splitlines(keepends=True)
    assert len(lines) > 2
    for kept in (lines[:-1], lines[1:], lines[:1] + lines[2:]):
        journal = files(store)[".journal"]
        journal.write_text("".join(kept))
        read_from_store.clear()
        with cuibono.open(store) as kg:
            assert answers(kg) == expected
        assert read_from_store


def test_a_snapshot_of_another_store_is_not_believed(store: Path, tmp_path: Path, read_from_store: list[str]) -> None:
    """Both have as many commits, and one was a copy of the other once."""
    twin = tmp_path / "twin"
    shutil.copytree(store, twin)
    for directory, label in ((store, "One"), (twin, "Other")):
        with cuibono.open(directory) as kg:
            kg.add(Entity(iri="https://example.org/new", type=COMPANY, label=label))
    shutil.rmtree(twin / "snapshot")
    shutil.copytree(store / "snapshot", twin / "snapshot")
    with cuibono.open(twin) as kg:
        assert kg.entity("https://example.org/new").label == "Other"
    assert read_from_store == [str(twin)]


def test_a_snapshot_that_is_ahead_of_its_store_is_not_believed(store: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    shutil.copytree(store, earlier)
    with cuibono.open(store) as kg:
        kg.add(Entity(iri="https://example.org/new", type=COMPANY, label="New"))
    shutil.rmtree(earlier / "snapshot")
    shutil.copytree(store / "snapshot", earlier / "snapshot")
    with cuibono.open(earlier) as kg:
        assert "https://example.org/new" not in kg.snapshot.entities


def test_another_ontology_reads_the_store_again(store: Path, tmp_path: Path, read_from_store: list[str]) -> None:
    more = tmp_path / "more.ttl"
    more.write_text(
        "@prefix cb: <https://w3id.org/cuibono/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        'cb:Shipyard a owl:Class ; rdfs:subClassOf cb:Company ; rdfs:label "shipyard"@en .\n'
    )
    with cuibono.open(store, ontology=more) as kg:
        assert kg.snapshot.vocabulary.entity_class("Shipyard")
    assert read_from_store == [str(store)]


def test_where_nothing_can_be_kept_the_graph_works_all_the_same(store: Path, expected: object) -> None:
    shutil.rmtree(store / "snapshot")
    (store / "snapshot").write_text("in the way")
    with cuibono.open(store) as kg:
        assert answers(kg) == expected
        kg.add(Entity(iri="https://example.org/new", type=COMPANY, label="New"))
    with cuibono.open(store) as kg:
        assert kg.entity("New").iri == "https://example.org/new"


def test_only_what_is_needed_is_kept(store: Path) -> None:
    for _ in range(3):
        files(store)[".json"].unlink()
        with cuibono.open(store) as kg:
            assert kg.snapshot.entities
    assert sorted(files(store)) == [".columns", ".journal", ".json"]
    assert len(list((store / "snapshot").iterdir())) == 3
    assert json.loads(files(store)[".json"].read_text()).keys() == {"seal", "body"}
