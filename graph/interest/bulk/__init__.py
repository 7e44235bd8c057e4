"""The engine for what outgrows memory: all conflicts of interest of a graph on disk, joined by DuckDB or by Spark.

It reads the Parquet files that `cuibono.graph.export.parquet` writes and writes Parquet, a row for each finding
that the engines in memory would make. Both run the queries in ``sql/``, the very same text; they differ in how
they keep what is computed on the way.
"""

from cuibono.graph.interest.bulk.pipeline import ENGINES, bulk_conflicts
from cuibono.graph.interest.bulk.session import Limits

__all__ = ["ENGINES", "Limits", "bulk_conflicts"]
