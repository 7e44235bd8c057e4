"""Which rows of statements to look at, before a record is made of any."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from cuibono.graph.model import Status
from cuibono.graph.snapshot.columns import STATUSES
from cuibono.graph.snapshot.records import Mask

__all__ = ["with_status"]


def with_status(statuses: Collection[Status]) -> Mask:
    """Return what keeps the statements of some statuses."""
    wanted = np.array([status in statuses for status in STATUSES], np.bool_)
    return lambda columns, rows: wanted[columns.statements.status[rows]]
