"""A graph of another vocabulary, in Turtle, into an empty store: triples a second and memory, at a size and at a third of it.

``.venv/bin/python -m benchmarks.foreign_import --statements 60000``. Statements are nodes without names, with a date and a source
each; people and firms have names in two languages. Each size runs in a process of its own. What is read alone is
told beside what is read and loaded, as of ten triples twenty-eight quads are made.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cuibono
from benchmarks.processes import apart, measured
from cuibono.graph.build.rdf.reading import RdfSource
from cuibono.schema import Vocabulary
from cuibono.schema.ontology import Ontology

ALIGNMENT = """\
@prefix ex: <https://example.org/theirs#> .
@prefix cb: <https://w3id.org/cuibono/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:heads rdfs:subPropertyOf cb:leads . ex:Firm rdfs:subClassOf cb:Company . ex:Human rdfs:subClassOf cb:Person .
"""
PREFIXES = """\
@prefix ex: <https://example.org/theirs#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""
BASE = "https://example.org/mine/"


def lines(count: int) -> Iterator[str]:
    """Yield a graph with so many statements as Turtle."""
    draw = random.Random(1)
    people, firms = count // 3 + 1, count // 4 + 1
    yield PREFIXES
    for number in range(people):
        yield f'ex:p{number} a ex:Human ; rdfs:label "Person {number}"@en, "Mensch {number}"@de ; ex:shoeSize {number % 50} .\n'
    for number in range(firms):
        yield f'ex:f{number} a ex:Firm ; schema:name "Firm {number}" .\n'
    for number in range(count):
        ends = f"rdf:subject ex:p{draw.randrange(people)} ; rdf:predicate ex:heads ; rdf:object ex:f{draw.randrange(firms)}"
        since = f'schema:startDate "{draw.randrange(1990, 2024)}-0{draw.randrange(1, 10)}"'
        yield f"[] a rdf:Statement ; {ends} ; {since} ; dcterms:source <https://news.example.org/{number}> .\n"


def by_reading(folder: Path) -> int:
    """Read all that the file says, and keep nothing of it."""
    source = RdfSource(
        folder / "theirs.ttl",
        Vocabulary.bundled(),
        base=BASE,
        alignment=[Ontology.read_file(folder / "alignment.ttl")],
        beside=folder / "store",
    )
    for group in source.rows():
        source.said(group, Counter())
    source.close()
    return source.quads


def by_importing(folder: Path) -> int:
    """Read, check, gather, load, derive, and keep the read model."""
    with cuibono.open(folder / "store") as kg:
        return kg.import_rdf(folder / "theirs.ttl", base=BASE, alignment=folder / "alignment.ttl").quads


WAYS = {"reading": by_reading, "importing": by_importing}


def shown(way: str, count: int) -> None:
    """Run one way in a process of its own, and print what it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "alignment.ttl").write_text(ALIGNMENT, encoding="utf-8")
        with (folder / "theirs.ttl").open("w", encoding="utf-8") as file:
            file.writelines(lines(count))
        run = apart("benchmarks.foreign_import", "--way", way, "--folder", name)
    by_clock, worked = run.found / run.seconds, run.found / run.processor_seconds
    rates = f"{by_clock:>7,.0f} a second by the clock, {worked:>7,.0f} of the processors"
    print(f"{way:<9} {run.found:>10,} triples: {rates}; {run.peak:,} MiB, {run.anonymous:,} MiB anonymous", flush=True)


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=60_000)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        measured(lambda: WAYS[options.way](options.folder))
        return
    for way in WAYS:
        for count in (options.statements // 3, options.statements):
            shown(way, count)


if __name__ == "__main__":
    main()
