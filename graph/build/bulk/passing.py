"""The N-Quads of a file of our own model, in pieces as they pass by: from any syntax, and compressed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from cuibono.graph.build.bulk.lines import NotOurs, Piece
from cuibono.graph.build.bulk.naming import Naming
from cuibono.graph.build.bulk.room import Need, need_of_file
from cuibono.graph.build.rdf.parsing import LONGEST_READ, syntax_of, what_is_wrong
from cuibono.graph.disk import write_failure
from cuibono.graph.errors import InvalidInput, Problem, StoreError

__all__ = ["BULK_SYNTAXES", "Passage", "parsing_problem", "widen"]

BULK_SYNTAXES = ("nquads", "trig", "turtle", "ntriples")
"""What is read by the bulk loader; other syntaxes hold a graph in memory to be parsed."""

_AT_ONCE = 4 << 20
"""Bytes. Half of that takes a twentieth more time; each megabyte more takes six of memory on its way to the loader."""
_LONGEST_RUN = 64 << 20
"""Bytes, far beyond all that cuibono writes of one thing."""
_TOLD_EVERY = 0.5
_LOOKED_AT = 1 << 20
_PIPE = 1 << 20
"""Bytes; the most that Linux gives to everybody."""


class Passage:
    """A file as N-Quads, which can pass by more than once.

    Parameters
    ----------
    file : Path
        One whose syntax is of `BULK_SYNTAXES`; may be compressed with gzip, bzip2 or xz.
    relations : iterable of str
        IRIs of the ontology's relations.
    made : callable, optional
        Gives the pieces where there is no such file.
    tell : callable
        Told what is being done, how far it has come, and the seconds left.

    Attributes
    ----------
    is_named : bool
        Whether the file names no graphs.
    is_plain : bool
        Whether it is N-Quads as they are.
    is_resumable : bool
        Whether it will still be there if the process is killed.
    """

    def __init__(
        self,
        file: Path,
        relations: Iterable[str],
        tell: Callable[[str], None],
        *,
        made: Callable[[], Iterator[bytes]] | None = None,
    ) -> None:
        self.name = file.name
        self._file, self._relations, self._tell = file, list(relations), tell
        self._made, self.is_resumable = made, made is None
        self._kept_in: Path | None = None
        self._compression = file.suffix.lower() if file.suffix.lower() in (".gz", ".bz2", ".xz") else ""
        self._syntax = syntax_of(file)
        self.is_named = self._syntax in ("turtle", "ntriples")
        self.is_plain = self._syntax == "nquads" and not self._compression
        with self._explained():
            self._stamp = _stamp(file) if made is None else None

    def identity(self) -> str:
        """Return what tells the file, as it is, from others.

        Raises
        ------
        InvalidInput
            If it cannot be read.
        """
        with self._explained(), self._file.open("rb") as file:
            looked_at = file.read(_LOOKED_AT)
            file.seek(max(self._file.stat().st_size - _LOOKED_AT, 0))
            looked_at += file.read(_LOOKED_AT)
        return f"{self.name} {self._stamp} {hashlib.sha256(looked_at).hexdigest()}"

    def need(self, stored: int) -> Need:
        """Return how much room on the disk its import takes, into a store of so many bytes.

        Raises
        ------
        InvalidInput
            If the file cannot be read.
        """
        with self._explained():
            return need_of_file(self._file.stat().st_size, self._syntax or "nquads", self._compression, stored)

    def keep_in(self, folder: Path) -> None:
        """Keep what is made into N-Quads in a folder, so that it is made once."""
        self._kept_in = folder

    def pieces(self, doing: str, after: int = 0) -> Iterator[Piece]:
        """Yield whole lines of N-Quads, the last with an end of line, some megabytes at a time.

        Parameters
        ----------
        doing : str
            What is told.
        after : int
            How many bytes of N-Quads to pass over, whole lines.

        Raises
        ------
        NotOurs
            If there is something that cuibono does not write.
        InvalidInput
            If the file cannot be read or parsed.
        """
        if self._made is not None:
            made, self._made = self._made(), None
            yield from self._kept(map(Piece, made))
            return
        with self._explained(), self._file.open("rb") as file:
            self._demand_unchanged()
            size, begun, told = os.fstat(file.fileno()).st_size, time.monotonic(), 0.0
            begun_at = file.seek(after) if self.is_plain else 0
            for piece in self._lines(file, after):
                yield piece
                passed = time.monotonic() - begun
                if passed - told >= _TOLD_EVERY:
                    told = passed
                    self._tell(_how_far(doing, os.lseek(file.fileno(), 0, os.SEEK_CUR), size, passed, begun_at))
            self._demand_unchanged()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise InvalidInput([Problem(self.name, None, f"cannot be read: {error.strerror or error}")]) from error

    def _lines(self, file: IO[bytes], after: int) -> Iterator[Piece]:
        if self.is_plain:
            return map(Piece, _whole_lines(file))
        return _passed_over(self._kept(self._converted(file)), after)

    def _demand_unchanged(self) -> None:
        """Refuse a file that is written to meanwhile: what is loaded is to be what was checked."""
        if self._stamp != _stamp(self._file):
            raise InvalidInput([Problem(self.name, None, "was changed while it was read; import it again")])

    def _kept(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        """Pass pieces on, and keep them for the next time, where there is a place for them."""
        if self._kept_in is None:
            yield from pieces
            return
        path = self._kept_in / "incoming.nq"
        with path.open("wb") as target:
            for piece in pieces:
                yield piece
                try:
                    target.write(piece.text)
                    target.flush()
                except OSError as error:
                    failure = write_failure(error, self._kept_in)
                    raise StoreError(str(self._kept_in), f"what comes in cannot be kept there: {failure}") from error
        if self._stamp is not None:
            self._demand_unchanged()
        self._file, self.is_plain, self._stamp = path, True, _stamp(path)

    def demand_parsed(self, piece: bytes, line: int | None, before: int) -> None:
        """Raise the error of a line that cannot be parsed.

        Parameters
        ----------
        line : int, optional
            From 0, in the piece.
        before : int
            How many lines came before the piece.
        """
        if line is None or not self.is_plain:
            return
        try:
            list(ox.parse(piece.split(b"\n", line + 1)[line], format=ox.RdfFormat.N_QUADS))
        except (SyntaxError, MemoryError) as error:
            raise parsing_problem(self.name, error, before + line + 1) from error

    def _converted(self, file: IO[bytes]) -> Iterator[Piece]:
        """Yield what another process makes of the file, which may die of it."""
        command = [sys.executable, "-m", "cuibono.graph.build.bulk.conversion", str(self._syntax), self._compression]
        with (
            tempfile.TemporaryFile() as told,
            subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE, stderr=told) as process,  # noqa: S603
        ):
            try:
                lines = self._made_by(process, told)
                yield from map(Naming(self._relations).named, _whole_runs(lines)) if self.is_named else map(Piece, lines)
            except BaseException:
                process.kill()
                raise

    def _made_by(self, process: subprocess.Popen[bytes], told: IO[bytes]) -> Iterator[bytes]:
        """Yield the lines that a process makes, and demand in the end that it has made all of them."""
        assert process.stdout is not None
        widen(process.stdout.fileno())
        yield from _whole_lines(process.stdout, is_made=True)
        code = process.wait()
        told.seek(0)
        self._demand_done(code, told.read().decode(errors="replace"))

    def _demand_done(self, code: int, told: str) -> None:
        if code == 1:
            line, _, message = told.strip().rpartition("\n")[2].partition(" ")
            place = f"{self.name}:{line}" if line.isdigit() and int(line) else self.name
            raise InvalidInput([Problem(place, None, f"cannot be parsed: {message}")])
        if code != 0:
            reason = "the parser died of it; it may be damaged, or made to do harm"
            raise InvalidInput([Problem(self.name, None, f"cannot be parsed: {reason}")])


def _stamp(file: Path) -> tuple[int, int, int]:
    found = file.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _passed_over(pieces: Iterator[Piece], size: int) -> Iterator[Piece]:
    """Pass on what comes after some bytes."""
    for piece in pieces:
        if len(piece.text) > size:
            yield Piece(piece.text[size:]) if size else piece
        size = max(size - len(piece.text), 0)


def _whole_lines(file: IO[bytes], *, is_made: bool = False) -> Iterator[bytes]:
    """Yield whole lines; of what a process makes, the last has an end unless the process was ended.

    A line that is longer than any parser reads is cut, so that it is refused before it takes all memory.
    """
    waiting = b""
    while piece := file.read(_AT_ONCE):
        end = piece.rfind(b"\n") + 1
        if end:
            yield b"".join((waiting, memoryview(piece)[:end]))
            waiting = piece[end:]
        else:
            waiting += piece
        if len(waiting) > LONGEST_READ:
            yield waiting + b"\n"
            waiting = b""
    if waiting and not is_made:
        yield waiting + b"\n"


def _whole_runs(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield whole lines so that all of those with one subject, which follow each other, are given at once.

    Raises
    ------
    NotOurs
        If they are so many that they might take all memory.
    """
    waiting: list[bytes] = []
    for piece in pieces:
        last = piece.rfind(b"\n", 0, -1) + 1
        subject = piece[last : piece.find(b" ", last) + 1]
        end = last
        while end and piece.startswith(subject, before := piece.rfind(b"\n", 0, end - 1) + 1):
            end = before
        # A piece that is all about the last subject may be about the one before it as well.
        if end:
            yield b"".join((*waiting, memoryview(piece)[:end]))
            waiting = []
        waiting.append(piece[end:])
        if sum(map(len, waiting)) > _LONGEST_RUN:
            raise NotOurs
    if waiting:
        yield b"".join(waiting)


def widen(pipe: int) -> None:
    """Have a pipe hold more at once, where that can be."""
    try:
        import fcntl
    except ImportError:  # Windows has none
        return
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # who has many pipes is given less
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _how_far(doing: str, done: int, size: int, passed: float, begun_at: int) -> str:
    share = done / size if size else 1.0
    rate = (done - begun_at) / passed if passed else 0.0
    left = (size - done) / rate if rate else 0.0
    return f"{doing}: {share:.0%}, {rate / 1e6:,.0f} MB/s, {left:,.0f} s left"


def parsing_problem(name: str, error: Exception, line: int | None = None) -> InvalidInput:
    """Return what is wrong with a file that Oxigraph cannot parse."""
    line = line or getattr(error, "lineno", None)
    return InvalidInput([Problem(f"{name}:{line}" if line else name, None, f"cannot be parsed: {what_is_wrong(error)}")])
