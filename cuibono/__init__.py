"""cuibono: who stands to gain? Knowledge graphs of sourced statements, and the conflicts of interest in them.

Examples
--------
>>> import cuibono
>>> kg = cuibono.open()
>>> report = kg.build(cuibono.seed_dossier())
>>> for conflict in kg.conflicts(actor="Sam Altman"):
...     print(conflict.alignment, round(conflict.strength, 2))
AGAINST_INTEREST 0.46
"""

from importlib.resources import files
from pathlib import Path

from cuibono.graph.errors import (
    AmbiguousName,
    CuibonoError,
    InvalidArgument,
    InvalidInput,
    InvalidValue,
    NotFound,
    OntologyError,
    StoreError,
)
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.knowledge_graph import open_graph as open
from cuibono.graph.progress import Progress

__all__ = [
    "AmbiguousName",
    "CuibonoError",
    "InvalidArgument",
    "InvalidInput",
    "InvalidValue",
    "KnowledgeGraph",
    "NotFound",
    "OntologyError",
    "Progress",
    "StoreError",
    "open",
    "seed_dossier",
]


def seed_dossier() -> Path:
    """Return the folder of the seed dossier: the article on DeepSeek, and the statements reviewed from it."""
    return Path(str(files("cuibono") / "seed_data"))
