"""Pairs of entities that are worth comparing: those that share a key, of the many that share none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations

from cuibono.graph.build.resolution.names import Name, nicknames
from cuibono.graph.build.resolution.profiles import Profile

__all__ = ["MOST_IN_A_BLOCK", "candidates", "skeleton"]

MOST_IN_A_BLOCK = 60
"""A key that more entities share tells too little; where it is all that two share, they are not compared."""

_WEAK = {"born": 20, "first": 20, "word": 20, "year": 20}
"""The same for keys that tell less than a whole name."""

_SOUNDS = (("sch", "s"), ("tch", "s"), ("sh", "s"), ("ch", "s"), ("zh", "s"), ("cz", "s"), ("ts", "s"), ("ph", "f"), ("x", "ks"))
_SAME = str.maketrans({"c": "k", "q": "k", "g": "k", "z": "s", "b": "p", "d": "t", "l": "r", "v": "f", "w": "f"})
_SOFT_C = re.compile("c(?=[eiy])")
_DROPPED = re.compile("[aeiouyhj]")
_REPEATED = re.compile(r"(.)\1+")


@lru_cache(65_536)
def skeleton(word: str) -> str:
    """Return what of a word's sound most spellings and transliterations share: consonants, of like ones the same.

    Examples
    --------
    >>> skeleton("microsoft") == skeleton("maikurosofuto")
    True
    """
    word = _SOFT_C.sub("s", word)
    for sound, written in _SOUNDS:
        word = word.replace(sound, written)
    return _REPEATED.sub(r"\1", _DROPPED.sub("", word.translate(_SAME))) or word[:1]


def candidates(profiles: Iterable[Profile]) -> tuple[set[tuple[int, int]], int]:
    """Return pairs of positions, the smaller first, and how many keys too many entities share."""
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, profile in enumerate(profiles):
        for key in set(_keys(profile)):
            blocks[key].append(place)
    pairs: set[tuple[int, int]] = set()
    skipped = 0
    for key, members in blocks.items():
        if len(members) > _WEAK.get(key[0] if key[0] in _WEAK else key[1], MOST_IN_A_BLOCK):
            skipped += 1
        else:
            pairs.update(combinations(members, 2))
    return pairs, skipped


def _keys(profile: Profile) -> Iterator[tuple[str, ...]]:
    for scheme, value in profile.identifiers:
        yield "identifier", scheme, value
    if profile.kind == "person" and profile.year is not None:
        yield "born", str(profile.year), profile.day or ""
        yield "born", str(profile.year)
    for name in profile.names:
        yield profile.kind, "same", name.key
        yield profile.kind, "joined", "".join(sorted("".join(map(skeleton, name.words))))
        sounds = sorted({_sound(word) for word in name.words if len(word) > 1})
        for pair in combinations(sounds[:6], 2):
            yield profile.kind, "two", *pair
        if profile.year is not None:
            yield from ((profile.kind, "year", sound, str(profile.year)) for sound in sounds)
        yield from _of_few_words(profile.kind, name)


def _of_few_words(kind: str, name: Name) -> Iterator[tuple[str, ...]]:
    if kind != "person":
        yield kind, "first", skeleton(name.words[0])
    elif len(name.words) <= 2:
        yield from ((kind, "word", word) for word in name.words if len(word) > 2)


def _sound(word: str) -> str:
    number = nicknames().get(word)
    return skeleton(word) if number is None else f"nickname {number}"
