"""Tables in: rows of a file become statements, as a mapping says."""

from cuibono.graph.build.table.mapping import Mapping, read_mapping
from cuibono.graph.build.table.reading import opened_table
from cuibono.graph.build.table.translation import TableSource

__all__ = ["Mapping", "TableSource", "opened_table", "read_mapping"]
