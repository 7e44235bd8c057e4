"""The engine for what outgrows memory, on graphs that no other engine here could hold.

    python benchmarks/bulk_engine.py --relations 1e8 --hops 2 --memory 4GB --folder /scratch

Makes a random graph straight as Parquet, with many relations at a few entities, unless the folder holds it
already; finds all conflicts of interest; and says how long that took, how much memory the process came to and
how much disk its tables took at most.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from pathlib import Path

import duckdb
import pyarrow.parquet

from benchmarks.memory import most_memory
from cuibono.graph.export.parquet import write_parquet
from cuibono.graph.generation import generated_columns
from cuibono.graph.interest.bulk import Limits, bulk_conflicts
from cuibono.schema import Vocabulary

RELATIONS = (
    "owns", "leads", "founded", "investsIn", "worksFor", "memberOf",
    "develops", "supplies", "uses", "partnersWith", "competesWith",
)  # fmt: skip
STANCES = ("endorses", "disputes")

ENTITIES = """
SELECT
  i::INTEGER AS number, format('https://example.org/entity/{:09d}', i) AS iri,
  CASE WHEN i % 5 = 0 THEN $person ELSE $company END AS class
FROM range($entities) t(i)
"""

# Half the objects are near their subjects, so that stances and interests meet. The others are drawn by a power of a number
# between 0 and 1, so that the first entities have very many relations.
STATEMENTS = """
WITH drawn AS (
  SELECT
    i, (i < $stances) AS is_stance, (hash(i) >> 2)::BIGINT AS h, (hash(i + 1000000007) >> 2)::BIGINT AS g,
    CASE WHEN hash(i + 3) % 5 < 3 THEN 20000101 + (hash(i + 5) % 25)::INTEGER * 10000 END AS since,
    CASE WHEN hash(i + 7) % 2 = 0 THEN 20000101 + (hash(i + 11) % 25)::INTEGER * 10000 END AS said
  FROM range($stances + $relations) t(i)
),
ended AS (
  SELECT
    *, (h % $entities)::INTEGER AS subject,
    CASE WHEN hash(i + 13) % 2 = 0 THEN (h % $entities + 1 + hash(i + 17) % 30) % $entities
      ELSE floor($entities * pow((g % 1000000007) / 1000000007.0, 3)) END::INTEGER AS object
  FROM drawn
)
SELECT
  i::INTEGER AS number, format('https://example.org/statement/{:09d}', i) AS iri,
  'entity' AS subject_kind, subject AS subject_number, 'entity' AS object_kind, object AS object_number,
  $namespace
    || CASE WHEN is_stance THEN $stance_names[1 + g % 2] ELSE $relation_names[1 + g % len($relation_names)] END AS relation,
  CASE WHEN is_stance THEN said END AS stated_on_first, CASE WHEN is_stance THEN said END AS stated_on_last,
  CASE WHEN NOT is_stance THEN since END AS valid_from_first, NULL::INTEGER AS valid_to_last,
  CASE WHEN g % 4 = 0 THEN 0.5 + (h % 50) / 100.0 END::DOUBLE AS confidence,
  'recorded' AS basis, 'accepted' AS status,
  CASE WHEN NOT is_stance AND h % 2 = 0 AND g % len($relation_names) = 0 THEN (h % 100) / 100.0 END::DOUBLE AS scale
FROM ended
WHERE subject <> object
"""


def make(folder: Path, relations: int, stances: int) -> None:
    """Write a random graph of so many relations and a fifth as many entities."""
    vocabulary = Vocabulary.bundled()
    write_parquet(generated_columns(100), vocabulary, folder)
    entities = relations // 5
    connection = duckdb.connect(config={"memory_limit": "2GB", "preserve_insertion_order": False})
    names = {kind: vocabulary.entity_class(kind.capitalize()).iri for kind in ("person", "company")}
    namespace = vocabulary.relation("owns").iri.removesuffix("owns")
    shape = {"entities": entities, "relations": relations, "stances": stances}
    words = {"namespace": namespace, "relation_names": list(RELATIONS), "stance_names": list(STANCES)}
    for name, query, values in (
        ("entities", ENTITIES, {"entities": entities, **names}),
        ("statements", STATEMENTS, {**shape, **words}),
    ):
        target = folder / f"{name}.parquet"
        connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)", values)


class Watch(threading.Thread):
    """Remembers the most that a folder held."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder, self.most, self.done = folder, 0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(1):
            sizes = []
            for path in self.folder.rglob("*"):
                try:
                    sizes.append(path.stat().st_size)
                except FileNotFoundError:
                    continue
            self.most = max(self.most, sum(sizes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--relations", type=float, default=1e6)
    parser.add_argument("--stances", type=float, help="a fiftieth of the relations unless given")
    parser.add_argument("--hops", type=int, default=3)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--folder", type=Path, required=True, help="where there is room")
    options = parser.parse_args()
    relations = int(options.relations)
    stances = int(options.stances or relations // 50)
    tables, scratch = options.folder / f"tables-{relations}-{stances}", options.folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    if not tables.exists():
        unfinished = tables.with_name(f"{tables.name}.part")
        make(unfinished, relations, stances)
        unfinished.rename(tables)
    watch = Watch(scratch)
    watch.start()
    begun = time.perf_counter()
    found = options.folder / "conflicts.parquet"
    bulk_conflicts(tables, found, max_hops=options.hops, limits=Limits(options.memory, str(scratch)))
    seconds = time.perf_counter() - begun
    watch.done.set()
    report = {
        "relations": relations,
        "stances": stances,
        "hops": options.hops,
        "findings": pyarrow.parquet.read_metadata(found).num_rows,
        "seconds": round(seconds, 1),
        "memory limit": options.memory,
        "peak memory MB": most_memory(),
        "peak disk MB": watch.most // 2**20,
        "input MB": sum(path.stat().st_size for path in tables.iterdir()) // 2**20,
    }
    json.dump(report, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
