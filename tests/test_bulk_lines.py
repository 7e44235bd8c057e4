"""Lines taken apart by compiled code are what Oxigraph's parser makes of them; what it does not take is none of ours."""

from __future__ import annotations

import io
import itertools
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuibono.graph.build.bulk.lines import Lines, NotOurs, Piece, Places, codes, escaped_lines, lines_of
from cuibono.graph.build.bulk.naming import Naming
from cuibono.graph.build.bulk.passing import _whole_lines, _whole_runs
from cuibono.graph.snapshot.answers import unescape
from cuibono.graph.store.encoding import DERIVED, STATEMENTS

IRIS = st.text(st.sampled_from("ab:/é🦆"), max_size=20).map(lambda end: ox.NamedNode(f"urn:a{end}"))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('<>"^@\\ .\n\t'), max_size=30)
LITERALS = (
    TEXTS.map(ox.Literal)
    | st.builds(lambda text, tag: ox.Literal(text, language=tag), TEXTS, st.sampled_from(["en", "de-at", "x-y-z"]))
    | st.builds(lambda text, iri: ox.Literal(text, datatype=iri), TEXTS, IRIS)
)
QUADS = st.lists(st.builds(ox.Quad, IRIS, IRIS, IRIS | LITERALS, IRIS), max_size=8)
HOSTILE = [
    b"<",
    b">",
    b'"',
    b"\\",
    b"^^",
    b"@en",
    b" ",
    b" .",
    b"\n",
    b"<urn:a>",
    b'"a"',
    b"_:b",
    b"#",
    b"\\u0041",
    b"\xff",
    b"\0",
]


def part(lines: Lines, of: Places, row: int) -> str:
    return lines.data[of[0][row] : of[1][row]].tobytes().decode()


def as_parts(quad: ox.Quad) -> tuple[str, ...]:
    term = quad.object
    kind = ""
    if isinstance(term, ox.Literal):
        kind = term.language or ("" if term.datatype.value.endswith("#string") else term.datatype.value)
    graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
    assert isinstance(quad.subject, ox.NamedNode)
    assert isinstance(term, (ox.NamedNode, ox.Literal))
    return quad.subject.value, quad.predicate.value, term.value, graph, kind, str(isinstance(term, ox.Literal))


def found_parts(lines: Lines) -> list[tuple[str, ...]]:
    columns = (lines.subject, lines.predicate, lines.object, lines.graph, lines.datatype)
    return [(*(part(lines, of, row) for of in columns), str(bool(lines.is_literal[row]))) for row in range(len(lines.number))]


def unescaped(lines: Lines) -> Lines:
    unescape(lines.data, lines.object[0], lines.object[1], lines.escaped)
    return lines


def taken_apart(text: bytes, *, has_graph: bool) -> tuple[Lines | None, int | None]:
    """Return the lines, or which is none of ours."""
    try:
        return lines_of(text) if has_graph else unescaped(escaped_lines(text, has_graph=False)), None
    except NotOurs as error:
        return None, error.line


def written(quads: list[ox.Quad]) -> list[bytes]:
    return [f"{quad} .\n".encode() for quad in quads]


@settings(max_examples=200, deadline=None)
@given(QUADS, st.data())
def test_every_part_of_a_quad_is_found(quads: list[ox.Quad], data: st.DataObject) -> None:
    texts = [(b"\n" * data.draw(st.integers(0, 2))) + line for line in written(quads)]
    text = b"".join(texts)
    lines = lines_of(text)
    assert found_parts(lines) == [as_parts(quad) for quad in quads]
    assert [text[begin:end] for begin, end in zip(lines.begin, lines.end, strict=True)] == written(quads)
    assert [text.split(b"\n")[number] + b"\n" for number in lines.number] == written(quads)


@settings(max_examples=100, deadline=None)
@given(QUADS)
def test_every_part_of_a_triple_is_found(quads: list[ox.Quad]) -> None:
    triples = [ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads]
    lines = unescaped(escaped_lines(b"".join(written(triples)), has_graph=False))
    assert found_parts(lines) == [as_parts(quad) for quad in triples]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(HOSTILE), max_size=16), st.booleans(), QUADS)
def test_a_line_that_is_taken_apart_is_one_as_oxigraph_writes_it_or_is_none_to_it(
    parts: list[bytes], has_graph: bool, before: list[ox.Quad]
) -> None:
    good = before if has_graph else [ox.Quad(quad.subject, quad.predicate, quad.object) for quad in before]
    line = b"".join(parts).split(b"\n")[0] + b"\n"
    lines, wrong = taken_apart(b"".join([*written(good), line]), has_graph=has_graph)
    if lines is None:
        assert wrong == len(good)
        return
    try:
        read = list(ox.parse(line, format=ox.RdfFormat.N_QUADS if has_graph else ox.RdfFormat.N_TRIPLES))
    except SyntaxError:
        return  # so does the loader, which tells of it
    assert found_parts(lines) == [as_parts(quad) for quad in [*good, *read]]


@settings(max_examples=300, deadline=None)
@given(QUADS.filter(bool), st.data())
def test_a_quad_with_a_byte_changed_is_taken_apart_as_oxigraph_does_or_not_at_all(
    quads: list[ox.Quad], data: st.DataObject
) -> None:
    text = bytearray(b"".join(written(quads)))
    place = data.draw(st.integers(0, len(text) - 2))
    text[place : place + data.draw(st.integers(0, 2))] = data.draw(st.sampled_from(HOSTILE))
    try:
        lines = lines_of(bytes(text))
    except NotOurs:
        return
    try:
        read = list(ox.parse(bytes(text), format=ox.RdfFormat.N_QUADS))
    except SyntaxError:
        return
    assert found_parts(lines) == [as_parts(quad) for quad in read]


@pytest.mark.parametrize(
    "line",
    [
        "<urn:a> <urn:b> <urn:c> .",
        "<urn:a> <urn:b> _:c <urn:g> .",
        "_:a <urn:b> <urn:c> <urn:g> .",
        "<urn:a> <urn:b> <urn:c> _:g .",
        "<urn:a>  <urn:b> <urn:c> <urn:g> .",
        "<urn:a> <urn:b> <urn:c> <urn:g>.",
        "<urn:a> <urn:b> <urn:c> <urn:g> . # said",
        '<urn:a> <urn:b> "c <urn:g> .',
        '<urn:a> <urn:b> "c\\" <urn:g> .',
        '<urn:a> <urn:b> "c"^<urn:d> <urn:g> .',
        '<urn:a> <urn:b> "c"^^ <urn:g> .',
        "<urn:a\\u0041> <urn:b> <urn:c> <urn:g> .",
        "<urn:a> <urn:b> <urn:c> <urn:g\\u0041> .",
        "<urn:a",
        "<",
        ".",
    ],
)
def test_what_is_laid_out_otherwise_is_none_of_ours(line: str) -> None:
    good = "<urn:a> <urn:b> <urn:c> <urn:g> .\n"
    with pytest.raises(NotOurs) as error:
        lines_of(f"{good}\n{line}\n{good}".encode())
    assert error.value.line == 2


def test_a_line_that_does_not_end_is_none_of_ours() -> None:
    with pytest.raises(NotOurs):
        lines_of(b"<urn:a> <urn:b> <urn:c> <urn:g> .")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("ab", max_size=20), max_size=30), st.lists(st.text("ab", max_size=20), unique=True))
def test_known_strings_and_changes_are_told(subjects: list[str], known: list[str]) -> None:
    lines = lines_of("".join(f"<{subject}> <p> <o> <g> .\n" for subject in subjects).encode())
    assert codes(lines, lines.subject, [each.encode() for each in known]).tolist() == [
        known.index(subject) if subject in known else -1 for subject in subjects
    ]
    assert lines.is_first.tolist() == [row == 0 or subject != subjects[row - 1] for row, subject in enumerate(subjects)]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=20), st.data())
def test_what_is_said_of_one_thing_is_given_at_once(subjects: list[int], data: st.DataObject) -> None:
    lines = [f"<urn:{subject}> <urn:p> <urn:{row}> .\n".encode() for row, subject in enumerate(subjects)]
    cuts = sorted(data.draw(st.sets(st.integers(1, len(lines) - 1)) if len(lines) > 1 else st.just(set())))
    pieces = [b"".join(lines[a:b]) for a, b in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
    given_ = list(_whole_runs(iter(pieces)))
    assert b"".join(given_) == b"".join(lines)
    ends = [piece.splitlines()[-1].split()[0] for piece in given_]
    begins = [piece.split()[0] for piece in given_]
    assert all(end != begin for end, begin in zip(ends, begins[1:], strict=False))


class Endless(io.RawIOBase):
    """Some bytes, and after them a line that does not end."""

    def __init__(self, begun: bytes) -> None:
        self._begun = begun

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        given, self._begun = self._begun[: len(buffer)] or b"a" * len(buffer), b""
        buffer[: len(given)] = given
        return len(given)


@pytest.mark.parametrize("begun", [b"", b"<urn:a> <urn:b> <urn:c> <urn:g> .\n"])
def test_a_line_without_end_is_refused_and_not_waited_for(begun: bytes) -> None:
    pieces = _whole_lines(io.BufferedReader(Endless(begun)))
    with pytest.raises(NotOurs) as error:
        list(map(lines_of, pieces))
    assert error.value.line == 0


def test_a_thing_that_all_is_said_of_is_not_waited_for() -> None:
    said = b"<urn:a> <urn:b> <urn:c> .\n" * 100_000
    with pytest.raises(NotOurs):
        list(_whole_runs(itertools.repeat(said, 100)))


def test_triples_are_put_into_graphs() -> None:
    said = b'<urn:a> <urn:says> "a . <b> .\\n" .\n'
    named = Naming(["urn:leads"]).named(said + b"<urn:a> <urn:leads> <urn:b> .\n")
    assert named.text == said[:-2] + f"{STATEMENTS} .\n".encode() + f"<urn:a> <urn:leads> <urn:b> {DERIVED} .\n".encode()


@settings(max_examples=200, deadline=None)
@given(QUADS.filter(bool), st.data())
def test_quads_made_of_triples_are_known_as_if_they_were_taken_apart(quads: list[ox.Quad], data: st.DataObject) -> None:
    relations = data.draw(st.sets(st.sampled_from(quads).map(lambda quad: quad.predicate.value)))
    triples = sorted((ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads), key=lambda quad: quad.subject.value)
    piece = Naming(relations).named(b"".join(written(triples)))
    assert piece.known is not None
    again = Piece(piece.text).lines
    assert found_parts(piece.lines) == found_parts(again)
    assert [part(again, again.graph, row) for row in range(len(triples))] == [
        (DERIVED if quad.predicate.value in relations else STATEMENTS).value for quad in triples
    ]
    for name in ("number", "begin", "end", "is_first", "escaped"):
        assert getattr(piece.lines, name).tolist() == getattr(again, name).tolist(), name
