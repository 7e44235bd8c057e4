"""A quote is verbatim or it is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuibono.graph.build.anchoring import CONTEXT_LENGTH, anchored, normalised
from cuibono.graph.errors import InvalidValue

TEXT = "Musk said “Obviously”. Wang\u00a0said “no” — and “no” again, isn’t it? 🙂 Then no more."


@given(st.text(min_size=1), st.data())
def test_what_stands_in_a_text_is_found_where_it_stands(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if text[start:end].strip():
        anchor = anchored(text, text[start:end], start=start)
        assert (anchor.start, anchor.end, anchor.exact) == (start, end, text[start:end])
        assert anchor.prefix == text[max(0, start - CONTEXT_LENGTH) : start]
        assert anchor.suffix == text[end : end + CONTEXT_LENGTH]


@given(st.text())
def test_normalising_keeps_every_offset(text: str) -> None:
    assert len(normalised(text)) == len(text)
    assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize(
    ("quote", "exact"),
    [
        ('"Obviously"', "“Obviously”"),
        ("Wang said", "Wang\u00a0said"),
        ("isn't it", "isn’t it"),
        ("- and", "— and"),
        ("🙂 Then", "🙂 Then"),
    ],
)
def test_plain_and_typographic_marks_count_as_the_same_and_the_text_is_kept(quote: str, exact: str) -> None:
    anchor = anchored(TEXT, quote)
    assert anchor.exact == exact == TEXT[anchor.start : anchor.end]


@pytest.mark.parametrize("quote", ["Obviously not", "obviously", "Musk  said", "MUSK", "said “Obviously“, Wang", "it?🙂"])
def test_what_does_not_stand_there_is_refused(quote: str) -> None:
    with pytest.raises(InvalidValue, match=r"does not stand in the document; a quote is verbatim"):
        anchored(TEXT, quote)


@pytest.mark.parametrize("quote", ["", " ", "\n\t"])
def test_an_empty_quote_is_refused(quote: str) -> None:
    with pytest.raises(InvalidValue, match="the quote is empty"):
        anchored(TEXT, quote)


def test_a_misquote_is_told_the_nearest_sentence() -> None:
    with pytest.raises(InvalidValue, match=r"the nearest sentence is 'Musk said “Obviously”\.'"):
        anchored(TEXT, "Musk says “Obviously”")


def test_an_ambiguous_quote_must_be_told_apart() -> None:
    places = [place for place in range(len(TEXT)) if TEXT.startswith("“no”", place)]
    with pytest.raises(
        InvalidValue, match=rf"stands 2 times \(at {places[0]}, {places[1]}\); tell it apart by prefix, suffix or start"
    ):
        anchored(TEXT, "“no”")
    assert anchored(TEXT, "“no”", prefix="and ").start == places[1]
    assert anchored(TEXT, "“no”", suffix=" —").start == places[0]
    assert anchored(TEXT, "“no”", suffix=" -").start == places[0]
    assert anchored(TEXT, "“no”", start=places[1]).start == places[1]


def test_quotes_that_overlap_themselves_are_ambiguous() -> None:
    with pytest.raises(InvalidValue, match="stands 2 times"):
        anchored("aaa", "aa")


@pytest.mark.parametrize("apart", [{"prefix": "or "}, {"suffix": "!"}, {"start": 3}])
def test_a_quote_that_stands_elsewhere_says_where(apart: dict[str, str | int]) -> None:
    with pytest.raises(InvalidValue, match=r"stands in the document, at \d+, \d+, but not"):
        anchored(TEXT, "“no”", **apart)  # type: ignore[arg-type]
