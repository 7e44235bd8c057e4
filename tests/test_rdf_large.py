"""Large graphs of other vocabularies: put in order on disk, and loaded by the bulk loader, to the same graph as small ones."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cuibono
from cuibono.graph.build.rdf import sorting
from cuibono.graph.build.rdf.groups import groups, texts
from cuibono.graph.build.rdf.parsing import parsed_quads
from cuibono.graph.build.rdf.remembering import Memory
from cuibono.graph.build.rdf.sorting import SortedLines
from cuibono.graph.errors import InvalidArgument, InvalidInput, StoreError
from cuibono.graph.progress import Step
from cuibono.schema import Vocabulary
from cuibono.schema.namespaces import CB, RDF, RDFS, SKOS
from tests.exports import export_of
from tests.test_rdf_import import THEIRS, aligned

pytestmark = pytest.mark.slow

BASE = "https://example.org/mine/"
EX = "https://example.org/theirs#"
TEXTS = ['"a"', '"A b"@en', '"Ö"@de', r'"x\n\"y\""', '""', '"5"^^<http://www.w3.org/2001/XMLSchema#integer>', '"l"@en--ltr']
NAMES = [f"{SKOS}prefLabel", f"{RDFS}label", f"{SKOS}altLabel", "http://purl.org/dc/terms/description"]
PEOPLE, FIRMS = ([f"<{EX}{kind}{number}{end}>" for number in range(4) for end in ("", "!x")] for kind in ("p", "f"))
CLASSES = {"p": [f"{EX}Human", f"{CB}Person", f"{EX}Else"], "f": [f"{EX}Firm", f"{CB}Company", f"{EX}Else"]}
RELATIONS = [f"{EX}heads", f"{CB}leads", f"{CB}endorses", f"{EX}shoeSize"]
GRAPHS = ["", "", "", "<urn:g>", "<https://w3id.org/cuibono/graph/derived>", "<https://w3id.org/cuibono/graph/statements>"]


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the smallest file treated as a large one, and put in order in many pieces."""
    monkeypatch.setattr("cuibono.graph.imports.BULK_FROM", 1)
    monkeypatch.setattr(sorting, "_AT_ONCE", 600)


def drawn(seed: int) -> str:
    """Return N-Quads with all that there may be: names of two graphs, nodes without names, triples as objects, our own terms."""
    draw = random.Random(seed)

    def lines() -> Iterator[str]:
        for thing in [*PEOPLE, *FIRMS]:
            yield f"{thing} <{RDF}type> <{draw.choice(CLASSES[thing.removeprefix(f'<{EX}')[0]])}>"
            yield f"{thing} <{draw.choice(NAMES)}> {draw.choice(TEXTS)}"
        for _ in range(40):
            yield f"{draw.choice([*PEOPLE, '_:a'])} <{draw.choice(RELATIONS)}> {draw.choice([*FIRMS, '_:a', *TEXTS])}"
        yield f'{FIRMS[0]} <urn:p> <<( {FIRMS[1]} <urn:p> "q w" )>>'

    def nodes() -> Iterator[str]:
        for number in range(12):
            node, graph = draw.choice([f"_:n{number}", f"<{EX}s{number}>"]), draw.choice(GRAPHS)
            ends = (draw.choice(PEOPLE), f"<{draw.choice(RELATIONS)}>", draw.choice(FIRMS))
            for name, end in zip(("subject", "predicate", "object"), ends, strict=True):
                yield f"{node} <{RDF}{name}> {end} {graph} ."
            if number % 2:
                yield f'{node} <https://schema.org/startDate> "20{draw.randrange(10, 24)}" {graph} .'
                yield f"{node} <http://purl.org/dc/terms/source> <urn:source:{draw.randrange(3)}> {graph} ."

    text = [*(f"{line} {draw.choice(GRAPHS)} ." for line in lines()), *nodes()]
    draw.shuffle(text)
    return "\n".join(text) + "\n"


@pytest.mark.parametrize("seed", range(4))
def test_a_large_file_comes_to_what_a_small_one_comes_to(seed: int, tmp_path: Path, large: None) -> None:
    path = tmp_path / "theirs.nq"
    path.write_text(drawn(seed), encoding="utf-8")
    found = []
    for store in (None, tmp_path / "store"):
        with cuibono.open(store) as kg:
            report = kg.import_rdf(path, alignment=aligned(tmp_path), base=BASE)
            found.append((report.quads, +report.unused, report.load.added, export_of(kg, tmp_path / "g.nq")))
            assert kg.import_rdf(path, alignment=aligned(tmp_path), base=BASE).load.did_nothing
    assert found[0] == found[1]
    assert found[0][2]["Statement"] > 3
    assert sorted(each.name for each in tmp_path.iterdir()) == ["alignment.ttl", "g.nq", "store", "theirs.nq"]


KILLED = """
import os, signal, sys, cuibono
from cuibono.graph import imports
from cuibono.graph.build.rdf import sorting
from cuibono.graph.build.staging import gathering

imports.BULK_FROM, sorting._AT_ONCE, gathering._AT_ONCE, gathering._TOLD_AFTER = 1, 600, 7, 5
file, alignment, store, last = sys.argv[1:]
told = []

def tell(step):
    told.append(step)
    print(step, flush=True)
    if len(told) == int(last):
        os.kill(os.getpid(), signal.SIGKILL)

with cuibono.open(store) as kg:
    report = kg.import_rdf(file, alignment=alignment, base="https://example.org/mine/", progress=tell)
    print("unused", sorted(report.unused.items()), report.quads, report.load.added["Statement"], flush=True)
"""


def killed_after(last: int, file: Path, alignment: Path, store: Path) -> list[str]:
    """Import in a process that is killed as soon as it has told so many things, and return them."""
    command = [sys.executable, "-c", KILLED, *map(str, (file, alignment, store, last))]
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=False, timeout=120)
    assert done.returncode == (-signal.SIGKILL if last else 0)
    return done.stdout.splitlines()


def test_killed_at_whatever_it_tells_it_goes_on_and_ends_in_the_same_bytes(tmp_path: Path) -> None:
    file, alignment, store = tmp_path / "theirs.nq", aligned(tmp_path), tmp_path / "store"
    file.write_text(drawn(3), encoding="utf-8")
    *steps, report = killed_after(0, file, alignment, tmp_path / "undisturbed")
    with cuibono.open(tmp_path / "undisturbed") as kg:
        wanted = export_of(kg, tmp_path / "wanted.nq")
    assert steps[:2] == ["putting it in order", "looking what it speaks of"]
    rows = [number for number, step in enumerate(steps, 1) if " rows" in step]
    kinds = {"nothing": 1, "in order": 2, "rows read": rows[2], "loading": steps.index("checking") + 1}
    for kind, last in kinds.items():
        killed_after(last, file, alignment, store)
        assert len(staged := [each for each in tmp_path.iterdir() if ".staged-" in each.name]) == 1, kind
        with cuibono.open(store) as kg:
            assert kg.version == 0
        *after, found = killed_after(0, file, alignment, store)
        assert found == report, kind
        assert ("putting it in order" in after) is (kind == "nothing")
        assert ("looking what it speaks of" in after) is (kind in ("nothing", "in order"))
        assert any("rows, which an interrupted import has read" in step for step in after) is (kind in ("rows read", "loading"))
        with cuibono.open(store) as kg:
            assert export_of(kg, tmp_path / "after.nq") == wanted, kind
        assert not staged[0].exists()
        shutil.rmtree(store)


def test_killed_again_and_again_it_comes_to_its_end(tmp_path: Path) -> None:
    file, alignment, store = tmp_path / "theirs.nq", aligned(tmp_path), tmp_path / "store"
    file.write_text(drawn(2), encoding="utf-8")
    *steps, report = killed_after(0, file, alignment, tmp_path / "undisturbed")
    rows = [number for number, step in enumerate(steps, 1) if " rows" in step]
    for _ in range(3):
        killed_after(rows[1], file, alignment, store)
    assert killed_after(0, file, alignment, store)[-1] == report
    with cuibono.open(tmp_path / "undisturbed") as kg, cuibono.open(store) as again:
        assert export_of(again, tmp_path / "after.nq") == export_of(kg, tmp_path / "wanted.nq")


def test_where_the_order_is_lost_all_is_read_anew(tmp_path: Path) -> None:
    file, alignment, store = tmp_path / "theirs.nq", aligned(tmp_path), tmp_path / "store"
    file.write_text(drawn(3), encoding="utf-8")
    *steps, report = killed_after(0, file, alignment, tmp_path / "undisturbed")
    killed_after(steps.index("checking") + 1, file, alignment, store)
    [lines] = tmp_path.glob(".*.staged-*/sorted.nq")
    lines.write_bytes(lines.read_bytes()[:-1])
    *after, found = killed_after(0, file, alignment, store)
    assert found == report
    assert "putting it in order" in after
    with cuibono.open(tmp_path / "undisturbed") as kg, cuibono.open(store) as again:
        assert export_of(again, tmp_path / "after.nq") == export_of(kg, tmp_path / "wanted.nq")


def test_interrupted_it_says_what_is_kept(tmp_path: Path, large: None) -> None:
    file, alignment = tmp_path / "theirs.nq", aligned(tmp_path)
    file.write_text(drawn(1), encoding="utf-8")
    told: list[object] = []

    def interrupting(step: object) -> None:
        told.append(step)
        if step == "looking what it speaks of" and told.count(step) == 1:
            raise KeyboardInterrupt

    with cuibono.open(tmp_path / "store") as kg:
        with pytest.raises(KeyboardInterrupt) as interrupted:
            kg.import_rdf(file, alignment=alignment, base=BASE, progress=interrupting)
        [left] = [each for each in tmp_path.iterdir() if ".staged-" in each.name]
        [note] = interrupted.value.__notes__
        assert note.startswith(f"the triples in their order are kept in {left}: the same import goes on from there")
        assert kg.import_rdf(file, alignment=alignment, base=BASE, progress=interrupting).load.added["Statement"] > 3
    assert told.count("putting it in order") == 1
    assert not left.exists()


def test_another_import_drops_what_one_has_left(tmp_path: Path) -> None:
    file, alignment, store = tmp_path / "theirs.nq", aligned(tmp_path), tmp_path / "store"
    file.write_text(drawn(1), encoding="utf-8")
    killed_after(3, file, alignment, store)
    file.write_text(drawn(1) + f"<{EX}p9> <{RDF}type> <{CB}Person> .\n", encoding="utf-8")
    steps = killed_after(0, file, alignment, store)
    assert "dropping what an interrupted import of something else left behind" in steps
    assert "putting it in order" in steps
    assert not [each for each in tmp_path.iterdir() if ".staged-" in each.name]


def test_a_newer_large_file_retracts_what_it_no_longer_says(tmp_path: Path, large: None) -> None:
    path, told = tmp_path / "theirs.ttl", list[Step | str]()
    path.write_text(THEIRS, encoding="utf-8")
    with cuibono.open(tmp_path / "store") as kg:
        kg.import_rdf(path, alignment=aligned(tmp_path), progress=told.append)
        assert "checking" in told
        path.write_text(THEIRS.replace("ex:heads ex:acme ;", ""), encoding="utf-8")
        assert kg.import_rdf(path, alignment=aligned(tmp_path)).load.retracted == 1


def test_a_query_makes_a_large_file_another(tmp_path: Path, large: None) -> None:
    path = tmp_path / "theirs.ttl"
    path.write_text(THEIRS, encoding="utf-8")
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER (?p != <https://example.org/theirs#shoeSize>) }"
    with cuibono.open(tmp_path / "store") as kg:
        report = kg.import_rdf(path, alignment=aligned(tmp_path), construct=query)
        assert (report.quads, report.unused, report.load.added["Statement"]) == (14, {}, 2)
        for wrong, message in (("CONSTRUCT", "is not SPARQL"), ("SELECT * {?s ?p ?o}", "is no CONSTRUCT")):
            with pytest.raises(InvalidArgument, match=message):
                kg.import_rdf(path, construct=wrong)
        assert kg.version == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["alignment.ttl", "store", "theirs.ttl"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"2019-05"', '"yesterday"', "theirs.ttl: <https://example.org/theirs#jo> .*leads> .*'yesterday' is no date"),
        ('"Acme"', r'"A\u0000"', "https://example.org/theirs#acme: label: holds a lone surrogate or a null character"),
        ("ex:heads ex:acme", "ex:heads ex:jo", "https://example.org/mine/statement/.*: .*a Person cannot be the object of leads"),
        ("ex:shoeSize 43", "ex:shoeSize", "theirs.ttl:6: is no Turtle"),
    ],
)
def test_a_large_file_with_something_wrong_is_refused(old: str, new: str, message: str, tmp_path: Path, large: None) -> None:
    path = tmp_path / "theirs.ttl"
    path.write_text(THEIRS.replace(old, new), encoding="utf-8")
    with cuibono.open(tmp_path / "store") as kg:
        with pytest.raises(InvalidInput, match=message):
            kg.import_rdf(path, alignment=aligned(tmp_path), base=BASE)
        assert kg.version == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["alignment.ttl", "store", "theirs.ttl"]


@pytest.mark.parametrize("at_once", [1, 300, 10**9])
def test_lines_are_in_order_and_there_once(at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_AT_ONCE", at_once)
    draw = random.Random(at_once)
    given = [f"{draw.randrange(50)}é\n".encode() for _ in range(200)]
    lines = SortedLines(tmp_path)
    for line in given:
        lines.add(line)
    assert list(lines) == list(lines) == sorted(set(given))
    assert list(tmp_path.iterdir()) == []
    lines.close()


def test_terms_are_told_apart_as_the_parser_does(tmp_path: Path) -> None:
    path = tmp_path / "g.nq"
    path.write_text(drawn(9), encoding="utf-8")
    quads = set(parsed_quads(path, vocabulary=Vocabulary.bundled()))
    lines = sorted(f"{quad} .\n".encode() for quad in quads)
    found = [line for group in groups(lines) for line in group.lines]
    assert {(line.triple, line.graph) for line in found} == {
        (str(quad.triple), "" if str(quad.graph_name) == "DEFAULT" else str(quad.graph_name)) for quad in quads
    }
    assert texts({"p": ['"b"@de', r'"x\n\"y\"\u00E9"', '"a"@en--ltr', '" "', "<urn:a>"]}, "p") == ['x\n"y"é', "a", "b"]


def test_a_place_where_nothing_can_be_remembered_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=re.escape(str(tmp_path / "gone"))):
        Memory(tmp_path / "gone" / "remembered.sqlite")
