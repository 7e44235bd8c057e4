"""Conflicts of interest on one generated graph, in one run: the compiled engine, a C loop, DuckDB, networkx, rustworkx and
SPARQL, which must all find the same; and the read model.

python -m benchmarks.interest --statements 1000000
python -m benchmarks.interest --only oxigraph
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from benchmarks.interest import slow_peers
from benchmarks.interest.engine_peer import first_call
from benchmarks.interest.report import heading, line
from benchmarks.interest.run import Run
from benchmarks.interest.snapshots import in_arrays, in_store

HOPS = (2, 3)


class Sections:
    """What can be run, each by itself."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self._options, self._folder = options, folder

    @cached_property
    def _run(self) -> Run:
        return Run(self._options, self._folder)

    def conflicts(self) -> None:
        """All conflicts: the C loop, the compiled engine, DuckDB."""
        for hops in HOPS:
            self._run.all_conflicts(hops)

    def actor(self) -> None:
        """One actor: the C loop, the compiled engine."""
        for hops in HOPS:
            self._run.one_actor(hops)

    def rustworkx(self) -> None:
        """One actor, by rustworkx."""
        slow_peers.rustworkx(self._run, HOPS)

    def networkx(self) -> None:
        """One actor, by networkx."""
        slow_peers.networkx(self._run, HOPS)

    def oxigraph(self) -> None:
        """One actor, by SPARQL on Oxigraph that is made for speed."""
        slow_peers.oxigraph(self._run, HOPS)

    def sparql(self) -> None:
        """One actor, by one SPARQL query over the statements as they are stored, on small graphs."""
        slow_peers.plain_sparql(self._options)

    def arrays(self) -> None:
        """A snapshot made of arrays, and opened."""
        heading("The read model, from arrays")
        for figure in in_arrays(self._run.columns, self._folder, self._run.names[0]):
            line(*figure)

    def store(self) -> None:
        """A snapshot read from a store on disk, opened, and followed by commits."""
        for figure in in_store(self._options.store, self._options.store_statements):
            line(*figure)

    def first(self) -> None:
        """The first question of a process."""
        heading("The first question of a process, beyond the second")
        line("compiled code from the cache on disk", f"{first_call(None):,.2f} s")
        line("compiled anew", f"{first_call(str(self._folder / 'cache')):,.1f} s")


SECTIONS: dict[str, Callable[[Sections], None]] = {
    name: section for name, section in vars(Sections).items() if callable(section) and not name.startswith("_")
}


def main() -> None:
    """Run the measurements."""
    told = "".join(f"\n  {name:<10} {section.__doc__}" for name, section in SECTIONS.items())
    parser = argparse.ArgumentParser(
        description=f"{__doc__}\nsections:{told}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="+", default=list(SECTIONS), choices=SECTIONS, metavar="SECTION", help="what to run; all")
    parser.add_argument("--actors", type=int, default=500, help="how many are asked for one at a time; 500")
    parser.add_argument("--slow-actors", type=int, default=25, help="how many of them the slow peers are asked for; 25")
    parser.add_argument("--patience", type=float, default=8, help="seconds that a slow peer may take for one; 8")
    parser.add_argument("--memory", default="4GB", help="what DuckDB may take; 4GB")
    parser.add_argument("--store-statements", type=int, default=100_000, help="how many the store on disk holds; 100,000")
    parser.add_argument("--store", type=Path, help="where that is kept for another run; it is made where there is none")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sections = Sections(options, Path(folder))
        for name in SECTIONS:
            if name in options.only:
                SECTIONS[name](sections)


if __name__ == "__main__":
    main()
