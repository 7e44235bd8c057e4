"""Parses RDF from standard input and writes it as N-Quads: a process that may die of what it is given.

It exits with 1 and ``LINE MESSAGE`` on standard error where the input is wrong; 0 stands for no line.
"""

from __future__ import annotations

import sys

import pyoxigraph as ox

from cuibono.graph.build.rdf.parsing import SYNTAXES, what_is_wrong

__all__ = ["main"]

_MEMORY = 4 * 1024**3
_SECONDS = 900


def main() -> int:
    """Parse standard input, and return the exit code."""
    _limit()
    try:
        ox.serialize(ox.parse(sys.stdin.buffer, format=SYNTAXES[sys.argv[1]][0]), sys.stdout.buffer, ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        print(error.lineno or 0, what_is_wrong(error), file=sys.stderr)
        return 1
    except (ValueError, MemoryError) as error:
        print(0, what_is_wrong(error), file=sys.stderr)
        return 1
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
