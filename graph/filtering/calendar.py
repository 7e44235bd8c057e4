"""Packed dates as the days they may mean, all at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Days", "first_days", "last_days"]

Days = tuple[NDArray[np.int32], NDArray[np.int32]]
"""The first and the last day that each date may mean, 0 for what is unknown."""

_LENGTHS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def first_days(packed: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the first day that each packed date may mean, as year × 10,000 + month × 100 + day; 0 for what is unknown."""
    days = np.where(packed // 100 % 100 == 0, packed + 100, packed)
    days = np.where(packed % 100 == 0, days + 1, days)
    return np.where(packed == 0, 0, days).astype(np.int32)


def last_days(packed: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the last day that each packed date may mean, as `first_days`; 0 for what is unknown.

    Examples
    --------
    >>> last_days(np.array([20240200, 20230200, 20230000, 20230105])).tolist()
    [20240229, 20230228, 20231231, 20230105]
    """
    months = np.where(packed // 100 % 100 == 0, packed + 1200, packed)
    year, month = months // 10_000, months // 100 % 100
    leap = (month == 2) & (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days = np.where(packed % 100 == 0, months + _LENGTHS[month] + leap, months)
    return np.where(packed == 0, 0, days).astype(np.int32)
