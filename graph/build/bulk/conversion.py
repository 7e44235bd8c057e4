"""Parses RDF from standard input, and writes it as the N-Quads that cuibono keeps: a process that may die of it.

``python -m cuibono.graph.build.bulk.conversion SYNTAX COMPRESSION DESCRIPTOR``, the last a file that has
the IRIs of relations, one a line. It exits as `cuibono.graph.build.rdf.worker` does; with 3 where the graph is none of ours.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
from typing import IO, Any, cast

import pyoxigraph as ox

from cuibono.graph.build.bulk.lines import NotOurs
from cuibono.graph.build.bulk.naming import Naming
from cuibono.graph.build.rdf.parsing import SYNTAXES, what_is_wrong

__all__ = ["NOT_OURS", "main"]

NOT_OURS = 3
_MEMORY = 4 * 1024**3
_AT_ONCE = 8 << 20
_OPENED: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


class _Named:
    """Takes in N-Triples or N-Quads as they are written, and writes whole runs of lines with one subject."""

    def __init__(self, naming: Naming | None) -> None:
        self._naming = naming
        self._waiting = bytearray()
        self._enough = _AT_ONCE

    def write(self, data: bytes) -> int:
        self._waiting += data
        if len(self._waiting) >= self._enough:
            self._pass_on(self._end_of_runs())
            # What is all of one subject is not looked through again and again.
            self._enough = len(self._waiting) + _AT_ONCE
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is left is written in the end."""

    def finish(self) -> None:
        self._pass_on(len(self._waiting))
        sys.stdout.buffer.flush()

    def _end_of_runs(self) -> int:
        """Return where the last subject begins that may go on."""
        end = self._waiting.rfind(b"\n") + 1
        last = self._waiting.rfind(b"\n", 0, end - 1) + 1
        subject = self._waiting[last : self._waiting.find(b" ", last) + 1]
        while last and (before := self._waiting.rfind(b"\n", 0, last - 1) + 1) < last:
            if not self._waiting.startswith(subject, before):
                return last
            last = before
        return 0

    def _pass_on(self, end: int) -> None:
        with memoryview(self._waiting) as waiting:
            text = bytes(waiting[:end])
        del self._waiting[:end]
        sys.stdout.buffer.write(self._naming.named(text) if self._naming and text else text)


def main() -> int:
    """Convert standard input, and return the exit code."""
    _limit()
    form = SYNTAXES[sys.argv[1]][0]
    with open(int(sys.argv[3]), encoding="utf-8") as file:
        relations = file.read().split()
    target = _Named(None if form.supports_datasets else Naming(relations))
    lines = ox.RdfFormat.N_QUADS if form.supports_datasets else ox.RdfFormat.N_TRIPLES
    try:
        with _opened(sys.argv[2]) as data:
            ox.serialize(ox.parse(data, format=form), cast("IO[bytes]", target), lines)
        target.finish()
    except NotOurs:
        return NOT_OURS
    except SyntaxError as error:
        print(error.lineno or 0, what_is_wrong(error), file=sys.stderr)
        return 1
    except (ValueError, MemoryError, OSError, EOFError, lzma.LZMAError) as error:
        print(0, what_is_wrong(error), file=sys.stderr)
        return 1
    return 0


def _opened(compression: str) -> IO[bytes]:
    opened: IO[bytes] = _OPENED[compression](sys.stdin.buffer, "rb") if compression else sys.stdin.buffer
    return opened


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
