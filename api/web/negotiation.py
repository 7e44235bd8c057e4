"""Content negotiation: which of the media types on offer a client would rather have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["preferred_type"]


@dataclass(frozen=True, slots=True)
class _Range:
    """A media range of an ``Accept`` header, such as ``text/*;q=0.5``."""

    type: str
    subtype: str
    quality: float
    position: int

    @property
    def precision(self) -> int:
        return (self.type != "*") + (self.subtype != "*")

    def covers(self, media_type: str) -> bool:
        kind, _, subtype = media_type.partition("/")
        return self.type in ("*", kind) and self.subtype in ("*", subtype)


def preferred_type(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the offered media type that an ``Accept`` header prefers, or None if it takes none of them.

    Without a header, or between types that it covers alike, the one offered first.

    Examples
    --------
    >>> preferred_type("text/html, application/ld+json;q=0.9, */*;q=0.1", ["text/turtle", "application/ld+json"])
    'application/ld+json'
    >>> preferred_type("text/html", ["text/turtle"]) is None
    True
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = list(_ranges(accept))
    best, chosen = (0.0, 0, 0), None
    for media_type in offered:
        covering = max((r for r in ranges if r.covers(media_type)), key=lambda r: r.precision, default=None)
        if covering is None or covering.quality == 0:
            continue
        rank = (covering.quality, covering.precision, -covering.position)
        if chosen is None or rank > best:
            best, chosen = rank, media_type
    return chosen


def _ranges(accept: str) -> Iterator[_Range]:
    for position, part in enumerate(accept.split(",")):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        kind, slash, subtype = media_range.partition("/")
        if slash:
            yield _Range(kind, subtype, _quality(parameters), position)


def _quality(parameters: Sequence[str]) -> float:
    given = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
    try:
        return min(max(float(given), 0.0), 1.0)
    except ValueError:
        return 0.0
