"""Pairs of entities that are worth comparing: those that share a key, of the many that share none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations, product

from cuibono.graph.build.resolution.names import Name
from cuibono.graph.build.resolution.profiles import Profile
from cuibono.graph.build.resolution.tables import nicknames

__all__ = ["MOST_IN_A_BLOCK", "candidates", "coarse", "skeletons"]

MOST_IN_A_BLOCK = 60
"""A key that more entities share tells too little; where it is all that two share, they are not compared."""

_WEAK = {"born": 20, "first": 20, "word": 20, "year": 20}
"""The same for keys that tell less than a whole name."""

_LONGEST_ABBREVIATION = 6

_SOUNDS = (("sch", "s"), ("tch", "s"), ("sh", "s"), ("ch", "s"), ("zh", "s"), ("cz", "s"), ("ts", "s"), ("ph", "f"), ("x", "ks"))
_SAME = str.maketrans({"c": "k", "q": "k", "g": "k", "z": "s", "b": "p", "d": "t", "l": "r", "v": "f", "w": "f"})
_SOFT_C = re.compile("c(?=[eiy])")
_DROPPED = re.compile("[aeiouyhj]")
_SOFTENED = re.compile("dzh|dj|zh|x|j|g(?=[eiy])")
_COARSER = str.maketrans({"f": "p", "m": "n"})
_REPEATED = re.compile(r"(.)\1+")


@lru_cache(65_536)
def _skeleton(word: str) -> str:
    """Return what of a word's sound most spellings and transliterations share: consonants, of like ones the same.

    Examples
    --------
    >>> _skeleton("microsoft") == _skeleton("maikurosofuto")
    True
    """
    word = _SOFT_C.sub("s", word)
    for sound, written in _SOUNDS:
        word = word.replace(sound, written)
    return _REPEATED.sub(r"\1", _DROPPED.sub("", word.translate(_SAME))) or word[:1]


@lru_cache(65_536)
def skeletons(word: str) -> tuple[str, ...]:
    """Return a word's sound, and another where ``g``, ``j`` or ``x`` may be read in two ways.

    Examples
    --------
    >>> set(skeletons("xiaomi")) & set(skeletons("siaomi"))
    {'sm'}
    """
    return tuple(dict.fromkeys((_skeleton(word), _skeleton(_SOFTENED.sub("s", word)))))


@lru_cache(65_536)
def coarse(word: str) -> str:
    """Return what is left of a word's sound in a script that tells fewer sounds apart, or drops an ``r`` at the end.

    Examples
    --------
    >>> coarse("naver") == coarse("neibeo")
    True
    """
    return _REPEATED.sub(r"\1", _skeleton(word).translate(_COARSER)).rstrip("r") or word[:1]


def candidates(profiles: Iterable[Profile]) -> tuple[set[tuple[int, int]], int]:
    """Return pairs of positions, the smaller first, and how many keys too many entities share."""
    known = list(profiles)
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, profile in enumerate(known):
        for key in set(_keys(profile)):
            blocks[key].append(place)
    pairs, skipped = _abbreviated(known)
    for key, members in blocks.items():
        if len(members) > _WEAK.get(key[0] if key[0] in _WEAK else key[1], MOST_IN_A_BLOCK):
            skipped += 1
        else:
            pairs.update(combinations(members, 2))
    return pairs, skipped


def _abbreviated(profiles: list[Profile]) -> tuple[set[tuple[int, int]], int]:
    """Return pairs of which one has a name of the other's initials, and how many such names are those of too many."""
    short: dict[str, set[int]] = defaultdict(set)
    long: dict[str, set[int]] = defaultdict(set)
    named = [(place, name) for place, each in enumerate(profiles) if each.kind == "organization" for name in each.names]
    for place, name in named:
        if len(name.words) == 1 and len(name.joined) <= _LONGEST_ABBREVIATION:
            short[name.joined].add(place)
    for place, name in named:
        for letters in name.initials & short.keys():
            long[letters].add(place)
    few = {letters for letters, places in long.items() if len(places) <= _WEAK["word"]}
    pairs = {(min(ends), max(ends)) for letters in few for ends in product(short[letters], long[letters]) if ends[0] != ends[1]}
    return pairs, len(long) - len(few)


def _keys(profile: Profile) -> Iterator[tuple[str, ...]]:
    for scheme, value in profile.identifiers:
        yield "identifier", scheme, value
    if profile.kind == "person" and profile.year is not None:
        yield "born", str(profile.year), profile.day or ""
        yield "born", str(profile.year)
    for name in profile.names:
        yield from _of_name(profile, name)


def _of_name(profile: Profile, name: Name) -> Iterator[tuple[str, ...]]:
    kind = profile.kind
    yield kind, "same", name.key
    yield kind, "joined", "".join(sorted("".join(_skeleton(word) for word in name.words)))
    yield kind, "coarse", coarse(name.core)
    sounds = {sound for word in name.words if len(word) > 1 for sound in _sounds(word)}
    for pair in combinations(sorted(sounds)[:8], 2):
        yield kind, "two", *pair
    if profile.year is not None:
        yield from ((kind, "year", sound, str(profile.year)) for sound in sorted(sounds))
    if kind != "person":
        yield from ((kind, "first", sound) for sound in skeletons(name.words[0]))
    elif sum(len(word) > 1 for word in name.words) <= 2:
        yield from ((kind, "word", word) for word in name.words if len(word) > 2)


def _sounds(word: str) -> tuple[str, ...]:
    number = nicknames().get(word)
    return skeletons(word) if number is None else (f"nickname {number}",)
