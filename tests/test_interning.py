"""Strings by the million are kept once each, and numbered as they come."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuibono.graph.build.bulk import interning
from cuibono.graph.build.bulk.interning import Interned
from cuibono.graph.build.bulk.lines import NotOurs
from cuibono.graph.snapshot.strings import Strings

WORDS = st.text(alphabet="ab\0é€", max_size=20) | st.sampled_from(["https://example.org/1", "https://example.org/2"])


@given(st.lists(st.lists(WORDS, max_size=20), max_size=6))
def test_each_string_has_one_number_as_it_comes(lots: list[list[str]]) -> None:
    known: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        strings = Interned(Path(folder), "words")
        for lot in lots:
            found = strings.append(Strings.of(lot))
            assert found.tolist() == [known.setdefault(word, len(known)) for word in lot]
            assert strings.append(Strings.of(reversed(lot))).tolist() == found[::-1].tolist()
        assert list(strings.all()) == list(known)


def test_the_table_grows_and_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interning, "_SMALLEST_TABLE", 2)
    strings = Interned(tmp_path, "words")
    for first in range(0, 3_000, 100):
        strings.append(Strings.of(map(str, range(first, first + 150))))
    kept = strings.kept()
    strings.append(Strings.of(["not kept"]))
    again = Interned(tmp_path, "words", kept)
    assert again.append(Strings.of(["7", "new", "3049", "not kept", "new"])).tolist() == [7, 3_050, 3_049, 3_051, 3_050]
    assert list(again.all()) == [*map(str, range(3_050)), "new", "not kept"]


def test_strings_that_crowd_one_place_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interning, "_SMALLEST_TABLE", 1 << 15)
    strings = Interned(tmp_path, "words")
    strings.append(Strings.of(["a"]))
    strings._table[:] = np.uint64(1 << 32 | 1)  # as if all of it were taken by strings with another hash
    with pytest.raises(NotOurs):
        strings.append(Strings.of(["b"]))


def test_what_is_looked_at_ends_with_the_string(tmp_path: Path) -> None:
    data = np.frombuffer(b"abcdefgh-abcdefghX" + bytes(8), np.uint8)
    strings = Interned(tmp_path, "words")
    begins, ends = np.array([0, 9, 9, 0, 9, 18]), np.array([8, 17, 18, 7, 16, 18])
    assert strings.append_slices(data, begins, ends).tolist() == [0, 0, 1, 2, 2, 3]
    assert list(strings.all()) == ["abcdefgh", "abcdefghX", "abcdefg", ""]
