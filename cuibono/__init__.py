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
from typing import TYPE_CHECKING

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
from cuibono.graph.progress import Progress

if TYPE_CHECKING:
    from cuibono.graph.knowledge_graph import KnowledgeGraph
    from cuibono.graph.knowledge_graph import open_graph as open

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

_IN_KNOWLEDGE_GRAPH = {"KnowledgeGraph": "KnowledgeGraph", "open": "open_graph"}

if not TYPE_CHECKING:  # which knows these names from above, and is to tell of others

    def __getattr__(name: str) -> object:
        """Import what people hold when it is first asked for: that takes a third of a second, and who only parses needs none."""
        if name not in _IN_KNOWLEDGE_GRAPH:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        from cuibono.graph import knowledge_graph

        globals().update({known: getattr(knowledge_graph, there) for known, there in _IN_KNOWLEDGE_GRAPH.items()})
        return globals()[name]

    def __dir__() -> list[str]:
        return sorted({*globals(), *_IN_KNOWLEDGE_GRAPH})


def seed_dossier() -> Path:
    """Return the folder of the seed dossier: the article on DeepSeek, and the statements reviewed from it."""
    return Path(str(files("cuibono") / "seed_data"))
