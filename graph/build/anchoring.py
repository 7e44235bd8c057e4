"""Finding a quote in a document: where it stands, and what stands around it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from cuibono.graph.errors import InvalidValue

__all__ = ["CONTEXT_LENGTH", "Anchor", "anchored", "normalised"]

CONTEXT_LENGTH = 32

# One character for one, so that offsets in the normalised text are offsets in the text itself.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\t\n\r\v\f\u00a0\u2002\u2003\u2009\u202f", " "),
    }
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a quote stands in a text, in Unicode code points.

    Attributes
    ----------
    exact : str
        The text's own slice from ``start`` to ``end``, whatever quotation marks the quote was given with.
    prefix, suffix : str
        What stands before and after it, at most `CONTEXT_LENGTH` code points each.
    """

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


def normalised(text: str) -> str:
    """Return a text with typographic quotes, dashes and spaces made plain, one character for one.

    Examples
    --------
    >>> normalised("“Lmao, no.”")
    '"Lmao, no."'
    """
    return text.translate(_PLAIN)


# Many quotes are looked for in one document.
_normalised_document = lru_cache(maxsize=4)(normalised)


def anchored(text: str, quote: str, *, prefix: str = "", suffix: str = "", start: int | None = None) -> Anchor:
    """Return where a quote stands in a text.

    Parameters
    ----------
    text : str
        The document's text.
    quote : str
        The words; typographic and plain marks count as the same.
    prefix, suffix : str
        What stands right before and after it, as much as tells it apart.
    start : int, optional
        The code point at which it begins.

    Raises
    ------
    InvalidValue
        If the quote does not stand there, or stands in several places and nothing tells which is meant.

    Examples
    --------
    >>> anchored("He said “no”, and no again.", '"no"').start
    8
    """
    if not quote.strip():
        raise InvalidValue("the quote is empty; give the words that stand in the document")
    found = _places(_normalised_document(text), normalised(quote), normalised(prefix), normalised(suffix))
    if start is not None:
        found = [place for place in found if place == start]
    if not found:
        raise InvalidValue(_absent(text, quote, bool(prefix or suffix), start))
    if len(found) > 1:
        places = ", ".join(map(str, found[:5])) + (", …" if len(found) > 5 else "")
        raise InvalidValue(
            f"the quote {quote!r} stands {len(found)} times (at {places}); tell it apart by prefix, suffix or start"
        )
    return anchor_at(text, found[0], found[0] + len(quote))


def anchor_at(text: str, start: int, end: int) -> Anchor:
    """Return the anchor of a slice of a text, with its context."""
    return Anchor(
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT_LENGTH) : start],
        suffix=text[end : end + CONTEXT_LENGTH],
        start=start,
        end=end,
    )


def _places(text: str, quote: str, prefix: str, suffix: str) -> list[int]:
    places, needle, place = [], prefix + quote + suffix, -1
    while (place := text.find(needle, place + 1)) >= 0:
        places.append(place + len(prefix))
    return places


def _absent(text: str, quote: str, in_context: bool, start: int | None) -> str:
    alone = _places(_normalised_document(text), normalised(quote), "", "")
    if alone:
        asked = "with that prefix and suffix" if in_context else f"at {start}"
        return f"the quote {quote!r} stands in the document, at {', '.join(map(str, alone[:5]))}, but not {asked}"
    near = _nearest(text, quote)
    hint = f"; the nearest sentence is {near!r}" if near else ""
    return f"the quote {quote!r} does not stand in the document; a quote is verbatim{hint}"


def _nearest(text: str, quote: str) -> str | None:
    sentences = [s.strip() for s in re.split(r"(?<=[.!?])\s+|\n", text[:200_000]) if s.strip()]
    words = set(quote.lower().split())
    likely = sorted(sentences, key=lambda s: (-len(words & set(s.lower().split())), s))[:20]
    best: list[str] = difflib.get_close_matches(quote, likely, n=1, cutoff=0.3)
    if best:
        return best[0][:200]
    return likely[0][:200] if likely and len(words & set(likely[0].lower().split())) * 2 > len(words) else None
