"""What a graph is written as, to be compared."""

from __future__ import annotations

from pathlib import Path

import cuibono

__all__ = ["export_of"]


def export_of(kg: cuibono.KnowledgeGraph, path: Path) -> bytes:
    """Write a graph with its full texts, in the format of a file's ending, and return what stands there."""
    kg.export(path, text=True)
    return path.read_bytes()
