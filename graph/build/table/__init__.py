"""Tables in: rows of a file become statements, as a mapping says."""

from cuibono.graph.build.table.mapping import Mapping, read_mapping
from cuibono.graph.build.table.reading import opened_table
from cuibono.graph.build.table.translation import Reject, Translation, translated

__all__ = ["Mapping", "Reject", "Translation", "opened_table", "read_mapping", "translated"]
