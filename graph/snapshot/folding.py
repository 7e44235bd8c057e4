"""Columns and what lies over them, or other columns, made into columns again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cuibono.graph.snapshot.building import draft_of
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.draft import KINDS
from cuibono.graph.snapshot.merging import merged
from cuibono.graph.snapshot.overlay import Overlay
from cuibono.graph.snapshot.space import IN_MEMORY, Space

__all__ = ["folded", "joined"]


def folded(base: Columns, overlay: Overlay) -> Columns:
    """Return the columns of what a base and an overlay say together."""
    upper = draft_of(overlay.records, base.classes, base.relations, base.attributes).columns()
    kept = _all_of(base)
    for kind in KINDS:
        kept[kind][list(overlay.hidden[kind])] = False
    return merged(base, upper, kept, _all_of(upper), IN_MEMORY)


def joined(base: Columns, other: Columns, new: Mapping[str, NDArray[np.bool_]], space: Space = IN_MEMORY) -> Columns:
    """Return columns with some rows of others, of records that are not there.

    Parameters
    ----------
    new : mapping of str to array of bool
        By kind (``entities``, ``statements``, …) which rows of the other columns.
    space : Space, optional
        Where the columns, and what making them takes, are put.
    """
    return merged(base, other, _all_of(base), new, space)


def _all_of(columns: Columns) -> dict[str, NDArray[np.bool_]]:
    return {kind: np.ones(len(getattr(columns, kind).iri), np.bool_) for kind in KINDS}
