"""Partial dates: kept as given, compared as the intervals they are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuibono.graph.dates import PartialDate
from cuibono.graph.errors import InvalidValue


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31)),
        ("2023-05-06", date(2023, 5, 6), date(2023, 5, 6)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_a_partial_date_is_an_interval(text: str, first: date, last: date) -> None:
    assert (PartialDate(text).first, PartialDate(text).last, str(PartialDate(text))) == (first, last, text)


@pytest.mark.parametrize(
    "text",
    ["", "23", "2023-1", "2023-13", "2023-00", "2023-02-29", "2023-02-30", "0000", "12023", "2023-05-06T00:00:00", " 2023",
     "2023 ", "2023-05-00", "2023-00-05", "2023\n", "2023/05/06", "06.05.2023", "٢٠٢٣", "-2023", "2023-05-", "May 2023", "2023Z"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="is no d"):
        PartialDate(text)


_days = st.dates()
_partial = _days.flatmap(lambda day: st.sampled_from([day.isoformat()[:length] for length in (4, 7, 10)])).map(PartialDate)


@given(_partial, _partial)
def test_dates_overlap_where_a_day_is_in_both(one: PartialDate, other: PartialDate) -> None:
    latest, earliest = max(one.first, other.first), min(one.last, other.last)
    assert one.overlaps(other) is other.overlaps(one) is (latest <= earliest)
    assert one.overlaps(one)


@given(_partial)
def test_a_date_overlaps_no_day_beside_it(day: PartialDate) -> None:
    if day.last < date.max:
        assert not day.overlaps(PartialDate((day.last + timedelta(days=1)).isoformat()))
    if day.first > date.min:
        assert not day.overlaps(PartialDate((day.first - timedelta(days=1)).isoformat()))
