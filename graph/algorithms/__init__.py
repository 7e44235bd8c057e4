"""Algorithms on signed and weighted graphs that networkx does not have, with its conventions.

They take any graph of networkx whose edges have a sign or a strength, ours or another.
"""

from cuibono.graph.algorithms.balance import (
    balanced_sides,
    frustration_index,
    is_balanced,
    near_balanced_sides,
    triangle_balance,
)
from cuibono.graph.algorithms.influence import signed_pagerank
from cuibono.graph.algorithms.strength import (
    single_source_strongest_paths,
    strongest_path,
    strongest_path_strength,
)

__all__ = [
    "balanced_sides",
    "frustration_index",
    "is_balanced",
    "near_balanced_sides",
    "signed_pagerank",
    "single_source_strongest_paths",
    "strongest_path",
    "strongest_path_strength",
    "triangle_balance",
]
