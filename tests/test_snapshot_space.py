"""Columns in files are those in memory, whatever parts they are made by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuibono.graph.generation import generated_columns, generated_draft
from cuibono.graph.snapshot import merging, space, strings
from cuibono.graph.snapshot.base import Base
from cuibono.graph.snapshot.columns import Columns
from cuibono.graph.snapshot.draft import KINDS
from cuibono.graph.snapshot.files import mapped_base, write_base
from cuibono.graph.snapshot.folding import joined
from cuibono.graph.snapshot.space import FileSpace
from cuibono.graph.snapshot.strings import Ragged, Strings


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileSpace:
    """Files for arrays however short, which are filled a few rows at a time."""
    monkeypatch.setattr(space, "_SHORT", 1)
    monkeypatch.setattr(space, "_SMALLEST_FILE", 4096)
    monkeypatch.setattr(strings, "_PART", 7)
    monkeypatch.setattr(merging, "_AT_ONCE", 7)
    return FileSpace(tmp_path)


def bytes_of(columns: Columns, path: Path) -> bytes:
    write_base(Base(columns), path)
    return path.read_bytes()


def test_columns_in_files_are_those_in_memory(files: FileSpace, tmp_path: Path) -> None:
    one, other = (generated_draft(120, seed=seed).columns(files) for seed in (1, 2))
    for seed, columns in ((1, one), (2, other)):
        assert bytes_of(columns, tmp_path / "files") == bytes_of(generated_columns(120, seed=seed), tmp_path / "memory")
    new = {kind: getattr(one, kind).iri.positions(getattr(other, kind).iri) < 0 for kind in KINDS}
    assert new["statements"].any()
    found = bytes_of(joined(one, other, new, files), tmp_path / "files")
    assert found == bytes_of(joined(one, other, new), tmp_path / "memory")


@settings(deadline=None)
@given(st.lists(st.text("ab\0é", max_size=20) | st.text(max_size=20)), st.lists(st.integers(0, 1_000), max_size=60))
def test_strings_are_taken_part_by_part(words: list[str], places: list[int]) -> None:
    rows = np.array([place % len(words) for place in places] if words else [], np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strings, "_PART", 7)
        all_of, ragged = Strings.of(words), Ragged.of([[ord(c) for c in word] for word in words])
        assert list(all_of.take(rows)) == [words[row] for row in rows]
        assert [row.tolist() for row in ragged.take(rows)] == [[ord(c) for c in words[row]] for row in rows]
        assert list(Strings.joined([all_of, all_of.take(rows), all_of])) == words + [words[row] for row in rows] + words
        assert [words[row] for row in all_of.order(rows)] == sorted(words[row] for row in rows)
        ordered = sorted(set(words))
        known = Strings.of(ordered[::2])
        expected = [ordered.index(word) // 2 if word in ordered[::2] else -1 for word in words]
        assert known.positions(all_of).tolist() == expected
        wanted = sorted(words)
        expected = [known.position(word) for word in wanted]
        assert known.positions(Strings.of(wanted), are_sorted=True).tolist() == expected


def test_a_file_that_columns_are_mapped_from_is_linked_and_not_written_again(tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{number}.columns" for number in range(3))
    base = mapped_base(write_base(Base(generated_columns(100)), first), tmp_path)
    content = first.read_bytes()
    assert mapped_base(write_base(base, second), tmp_path).columns.texts[0] == base.columns.texts[0]
    assert second.samefile(first)
    write_base(base, first)
    first.unlink()
    write_base(base, third)
    assert not third.samefile(second)
    assert third.read_bytes() == second.read_bytes() == content
