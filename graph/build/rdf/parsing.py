"""Quads of RDF files, read as hostile: parsed by Oxigraph, in a process of its own where a parser might die."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import orjson
import pyoxigraph as ox

from cuibono.graph.build.xml_source import checked_xml
from cuibono.graph.errors import InvalidArgument, InvalidInput, Problem
from cuibono.schema import Vocabulary
from cuibono.schema.jsonld_context import CONTEXT_IRI, jsonld_context

__all__ = ["LONGEST_READ", "SYNTAXES", "parsed_quads", "refuse_mark", "syntax_of", "what_is_wrong"]

SYNTAXES = {
    "turtle": (ox.RdfFormat.TURTLE, (".ttl",)),
    "trig": (ox.RdfFormat.TRIG, (".trig",)),
    "ntriples": (ox.RdfFormat.N_TRIPLES, (".nt",)),
    "nquads": (ox.RdfFormat.N_QUADS, (".nq",)),
    "rdfxml": (ox.RdfFormat.RDF_XML, (".rdf", ".owl", ".xml")),
    "jsonld": (ox.RdfFormat.JSON_LD, (".jsonld",)),
}
"""Syntaxes of RDF by name, with the endings of their files."""

LONGEST_READ = 16 * 1024**2
"""The most bytes that Oxigraph reads for one line, text or comment."""

_COMPRESSED: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_UNREADABLE = (OSError, EOFError, lzma.LZMAError, zlib.error)
_LONGEST_LITERAL = 16_000_000
_LARGEST_WHOLE = 1_000_000_000
_DIED = "the parser died of it; it may be damaged, or made to do harm"


def syntax_of(path: Path) -> str | None:
    """Return the name of the syntax that a file's ending stands for, or None."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return next((name for name, (_, endings) in SYNTAXES.items() if suffixes and suffixes[-1] in endings), None)


def parsed_quads(path: str | Path, syntax: str | None = None, *, vocabulary: Vocabulary) -> Iterator[ox.Quad]:
    """Yield the quads of an RDF file; nothing is fetched.

    RDF/XML and JSON-LD are parsed by another process with limits of memory and time, which may die of a file that is made
    to do harm, and takes nothing with it.

    Parameters
    ----------
    path : path
        May be compressed with gzip, bzip2 or xz.
    syntax : str, optional
        One of `SYNTAXES`; that of the file's ending.
    vocabulary : Vocabulary
        Whose JSON-LD context stands in where a file refers to it; other contexts by reference are refused.

    Raises
    ------
    InvalidArgument
        If the syntax is not known.
    InvalidInput
        If the file cannot be read or parsed, with the line where that is known.
    """
    file = Path(path)
    name = syntax or syntax_of(file)
    if name not in SYNTAXES:
        endings = ", ".join(f"{ending} ({known})" for known, (_, some) in SYNTAXES.items() for ending in some)
        message = f"{file.name}: nothing says which syntax of RDF it is; name one, or end its name in {endings}"
        raise InvalidArgument("format", message)
    if name not in {"rdfxml", "jsonld"}:
        refuse_mark(file)
    try:
        with _COMPRESSED.get(file.suffix.lower(), open)(file, "rb") as data:
            yield from _quads(data, name, file.name, vocabulary)
    except _UNREADABLE as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidInput([Problem(file.name, None, f"cannot be read: {reason}")]) from error


def refuse_mark(file: Path) -> None:
    """Refuse a file that begins with a byte order mark, which Turtle and its kin do not know; parsers tell of it in many ways.

    Raises
    ------
    InvalidInput
        If it does.
    """
    try:
        with _COMPRESSED.get(file.suffix.lower(), open)(file, "rb") as data:
            first = data.read(3)
    except _UNREADABLE:
        return  # whoever reads it says why it cannot be read
    if first == codecs.BOM_UTF8:
        raise _refusal(file.name, 1, "begins with a byte order mark; save it as UTF-8 without one")


def _quads(data: IO[bytes], syntax: str, name: str, vocabulary: Vocabulary) -> Iterator[ox.Quad]:
    if syntax == "rdfxml":
        yield from _parsed_apart(io.BytesIO(checked_xml(_whole(data, syntax, name), name)), syntax, name)
    elif syntax == "jsonld":
        yield from _parsed_apart(io.BytesIO(_with_contexts(_whole(data, syntax, name), name, vocabulary)), syntax, name)
    else:
        yield from _parsed(data, SYNTAXES[syntax][0], name)


def _whole(data: IO[bytes], syntax: str, name: str) -> bytes:
    """Return all of a file that has to be looked at before it is parsed; a few bytes can be compressed text without end."""
    text = data.read(_LARGEST_WHOLE + 1)
    if len(text) > _LARGEST_WHOLE:
        form = SYNTAXES[syntax][0].name
        message = f"is more than {_LARGEST_WHOLE:,} bytes of {form}; files of that size come in as N-Quads, TriG or Turtle"
        raise _refusal(name, None, message)
    return text


def _parsed(data: IO[bytes], form: ox.RdfFormat, name: str, *, is_given: bool = True) -> Iterator[ox.Quad]:
    try:
        for quad in ox.parse(data, format=form):
            if isinstance(quad.object, ox.Literal) and len(quad.object.value) > _LONGEST_LITERAL:
                what = f"{_shown(quad.predicate)} of {_shown(quad.subject)}"
                raise _refusal(
                    name, None, f"{what} is a text of more than {_LONGEST_LITERAL:,} characters; shorten it or leave it out"
                )
            yield quad
    except SyntaxError as error:
        raise _refusal(name, error.lineno, f"is no {form.name}: {what_is_wrong(error)}") from error
    except MemoryError as error:
        raise _refusal(name, _line_of(data) if is_given else None, f"cannot be read: {what_is_wrong(error)}") from error
    except ValueError as error:
        raise _refusal(name, None, f"is no {form.name}: {error}") from error


def what_is_wrong(error: Exception) -> str:
    """Return what Oxigraph's parser found, in words that say what to do about it, on one line."""
    if isinstance(error, MemoryError) and "buffer" in str(error):
        return (
            f"it holds a line, a text or a comment of more than {LONGEST_READ:,} bytes, the most that is read at once; a "
            "quotation mark may be missing, or else the text is to be shortened or left out"
        )
    found = str(getattr(error, "msg", error) or "it takes too much memory").replace("\n", " ")
    return f"{found}; save it as UTF-8" if "Invalid UTF-8" in found else found


def _long_line(data: Iterable[bytes]) -> int | None:
    """Return the number, from 1, of the first line that is longer than what is read at once, or None.

    Parameters
    ----------
    data : iterable of bytes
        Pieces of a text.
    """
    number, length = 1, 0
    for piece in data:
        first, *others = map(len, piece.split(b"\n"))
        lengths = [length + first, *others]
        for line, found in enumerate(lengths, number):
            if found > LONGEST_READ:
                return line
        number, length = number + len(others), lengths[-1]
    return None


def _line_of(data: IO[bytes]) -> int | None:
    if not data.seekable():
        return None
    data.seek(0)
    return _long_line(iter(lambda: data.read(1 << 20), b""))


def _shown(term: object) -> str:
    return f"<{term.value}>" if isinstance(term, ox.NamedNode) else "a node"


def _refusal(name: str, line: int | None, message: str) -> InvalidInput:
    return InvalidInput([Problem(f"{name}:{line}" if line else name, None, message)])


def _parsed_apart(data: IO[bytes], syntax: str, name: str) -> Iterator[ox.Quad]:
    """Yield the quads that another process parses: it writes them as N-Quads, of which no parser dies."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        shutil.copyfileobj(data, given)
        given.seek(0)
        command = [sys.executable, "-m", "cuibono.graph.build.rdf.worker", syntax]
        done = subprocess.run(command, stdin=given, stdout=made, stderr=subprocess.PIPE, check=False)  # noqa: S603
        if done.returncode == 1:
            line, _, message = done.stderr.decode(errors="replace").strip().rpartition("\n")[2].partition(" ")
            raise _refusal(name, int(line) or None, f"is no {SYNTAXES[syntax][0].name}: {message}")
        if done.returncode != 0:
            raise _refusal(name, None, f"cannot be parsed: {_DIED}")
        made.seek(0)
        yield from _parsed(made, ox.RdfFormat.N_QUADS, name, is_given=False)


def _with_contexts(text: bytes, name: str, vocabulary: Vocabulary) -> bytes:
    """Return JSON-LD in which our own context stands in place of a reference to it; other references are refused."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _refusal(name, error.lineno, f"is not JSON: {error.msg}") from error
    refused: set[str] = set()
    _put_contexts(found, jsonld_context(vocabulary), refused)
    if refused:
        message = f"refers to the context {min(refused)}, which is not fetched; put the context itself in its place"
        raise _refusal(name, None, message)
    return orjson.dumps(found)


def _put_contexts(value: object, context: object, refused: set[str]) -> None:
    # orjson refuses what is nested more than 1,024 deep, so that this ends.
    waiting = [value]
    while waiting:
        match waiting.pop():
            case dict() as found:
                if "@context" in found:
                    found["@context"] = _context(found["@context"], context, refused)
                if isinstance(found.get("@import"), str):
                    refused.add(found["@import"])
                waiting += found.values()
            case list() as found:
                waiting += found


def _context(given: object, context: object, refused: set[str]) -> object:
    if isinstance(given, list):
        return [_context(one, context, refused) for one in given]
    if not isinstance(given, str):
        return given
    if given != CONTEXT_IRI:
        refused.add(given)
    return context
