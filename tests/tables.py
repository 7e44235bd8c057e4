"""A register of owners as a table, and the mapping that reads it."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path

import cuibono
from cuibono.graph.knowledge_graph import KnowledgeGraph

COLUMNS = ["owner id", "owner", "kind", "company id", "company", "share", "since", "filing"]

MAPPING = """\
base: https://example.org/register/
name: owners
document: {title: Register of owners, publisher: The Registry, retrieved: 2024-06-01}
source: {url: "{filing}", title: "Filing of {company | collapse}"}
lookups:
  kinds: {individual: Person, corporate: Company}
entities:
  owner: {type: "{kind | lower | lookup kinds}", key: "{owner id}", label: "{owner | collapse}"}
  company: {type: Company, key: "{company id}", label: "{company | collapse}"}
statements:
  - subject: owner
    predicate: owns
    object: company
    valid-from: "{since | date %d/%m/%Y}"
    attributes: {share: "{share | number | divide 100}"}
"""


def register(count: int, seed: int = 1) -> list[list[str]]:
    """Return the rows of a register without faults: no owner has a company twice, and each name goes with one number."""
    draw = random.Random(seed)
    pairs = draw.sample([(owner, company) for owner in range(count // 3) for company in range(count // 4)], count)
    return [
        [
            f"P{owner}",
            f" Owner  {owner}",
            "Individual" if owner % 2 else "corporate",
            f"C{company:04}",
            f"Company {company}",
            f"{draw.randrange(1, 100)},5 %",
            f"{draw.randrange(1, 29):02}/{draw.randrange(1, 13):02}/{draw.randrange(1990, 2024)}",
            f"https://registry.example.org/filing/{number}",
        ]
        for number, (owner, company) in enumerate(pairs)
    ]


def write_csv(path: Path, rows: Sequence[Sequence[str]], columns: Sequence[str] = COLUMNS) -> Path:
    """Write a table with its columns' names in the first row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def write_mapping(folder: Path, text: str = MAPPING) -> Path:
    """Write a mapping file."""
    path = folder / "owners.map.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def imported(table: Path, mapping: Path) -> KnowledgeGraph:
    """Return a graph in memory of what a table says."""
    kg = cuibono.open()
    kg.import_table(table, mapping)
    return kg
