"""Parses RDF from standard input, and writes it as N-Quads, or as N-Triples where it names no graphs: a process that may die.

``python -m cuibono.graph.build.bulk.conversion SYNTAX COMPRESSION``. It exits as `cuibono.graph.build.rdf.worker` does.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
import zlib
from typing import IO, Any

import pyoxigraph as ox

from cuibono.graph.build.rdf.parsing import SYNTAXES, what_is_wrong

__all__ = ["main"]

_MEMORY = 4 * 1024**3
_AT_ONCE = 1 << 18
"""Bytes. The parser and the serializer ask for eight thousand, and whoever waits for these would be woken for each."""
_OPENED: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


def main() -> int:
    """Convert standard input, and return the exit code."""
    _limit()
    form = SYNTAXES[sys.argv[1]][0]
    lines = ox.RdfFormat.N_QUADS if form.supports_datasets else ox.RdfFormat.N_TRIPLES
    try:
        with (
            open(0, "rb", _AT_ONCE, closefd=False) as given,
            _opened(given, sys.argv[2]) as data,
            open(1, "wb", _AT_ONCE, closefd=False) as target,
        ):
            ox.serialize(ox.parse(data, format=form), target, lines)
    except SyntaxError as error:
        print(error.lineno or 0, what_is_wrong(error), file=sys.stderr)
        return 1
    except (ValueError, MemoryError, OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        print(0, what_is_wrong(error), file=sys.stderr)
        return 1
    return 0


def _opened(given: IO[bytes], compression: str) -> IO[bytes]:
    opened: IO[bytes] = _OPENED[compression](given, "rb") if compression else given
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
