"""What somebody does to a graph by hand, one commit each: the same for Python, the command line and GraphQL."""

from cuibono.graph.build.changes.additions import AddClaim, AddDocument, AddEntity, AddEvidence, AddStatement, Quote
from cuibono.graph.build.changes.decisions import Merge, Review, Split
from cuibono.graph.build.changes.interface import Applied, Change, KeyReused, Made

__all__ = [
    "AddClaim",
    "AddDocument",
    "AddEntity",
    "AddEvidence",
    "AddStatement",
    "Applied",
    "Change",
    "KeyReused",
    "Made",
    "Merge",
    "Quote",
    "Review",
    "Split",
]
