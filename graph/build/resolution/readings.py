"""Other ways to read a name: characters as in Japanese, and letters that are written as they are spoken."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from cuibono.graph.build.resolution.tables import letter_names
from cuibono.graph.errors import MissingExtra

if TYPE_CHECKING:
    from janome.tokenizer import Tokenizer

__all__ = ["HAN", "in_japanese", "spelt"]

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
"""A character that Chinese and Japanese share, and read differently."""

_LONG_O = re.compile("(?<=[コソトノホモヨロゴゾドボポョォオ])ウ")


@lru_cache(65_536)
def in_japanese(text: str) -> tuple[str, ...]:
    """Return the words of a text in katakana, as they are read in Japanese; nothing where a reading is unknown.

    Readings are those of the IPA dictionary that Janome brings along. Long vowels are written short, as names mostly are in
    Latin letters.

    Examples
    --------
    >>> in_japanese("任天堂"), in_japanese("岸田文雄")
    (('ニンテンド',), ('キシダ', 'フミオ'))
    """
    if not HAN.search(text):
        return ()
    found = []
    for token in _tokenizer().tokenize(text):
        if isinstance(token, str) or token.reading == "*":  # a string only where no readings are asked for
            return ()
        found.append(_LONG_O.sub("", token.reading.replace("ー", "")))
    return tuple(found)


def spelt(word: str) -> str | None:
    """Return the Latin letters that a word names one after the other, or None where it is not made of such names.

    Examples
    --------
    >>> spelt("에스케이"), spelt("ティ"), spelt("삼성")
    ('sk', 't', None)
    """
    known, letters, rest = letter_names(), "", word
    while rest:
        size = next((size for size in range(min(5, len(rest)), 0, -1) if rest[:size] in known), 0)
        if not size:
            return None
        letters, rest = letters + known[rest[:size]], rest[size:]
    return letters or None


@cache
def _tokenizer() -> Tokenizer:
    try:
        from janome.tokenizer import Tokenizer  # its dictionary is mapped from a file of many megabytes
    except ImportError as error:
        raise MissingExtra("resolution", "Reading names that are written in Chinese characters", "janome") from error
    return Tokenizer()
