"""Whether two entities are one: what speaks for it and against it, in words and in one number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cuibono.graph.build.resolution.blocking import coarse, skeletons
from cuibono.graph.build.resolution.names import GENERIC, Name
from cuibono.graph.build.resolution.profiles import Profile
from cuibono.graph.build.resolution.tables import nicknames
from cuibono.graph.errors import MissingExtra

try:
    from rapidfuzz.distance import JaroWinkler
except ImportError as _error:
    raise MissingExtra("resolution", "Finding entities that are one", "anyascii and rapidfuzz") from _error

__all__ = ["Match", "Outcome", "contradiction", "match"]


class Outcome(StrEnum):
    """What follows from a comparison."""

    CERTAIN = "certain"
    UNCERTAIN = "uncertain"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Match:
    """Two entities compared.

    Attributes
    ----------
    one, other : str
        IRIs, the smaller first.
    score : float
        How likely it is that they are one, between 0 and 1; a judgement, fixed for each kind of evidence.
    reasons : tuple of str
        What speaks for it, then what speaks against it.
    """

    one: str
    other: str
    outcome: Outcome
    score: float
    reasons: tuple[str, ...]

    @property
    def text(self) -> str:
        """The reasons in one line."""
        return "; ".join(self.reasons)


class _Likeness(StrEnum):
    SAME = "the same name"
    COMPATIBLE = "a fuller form of the same name"
    SPELLING = "the name in another spelling"
    ABBREVIATED = "an abbreviation of the name"
    ALIKE = "a name that is alike"
    PART = "a part of the name"
    NONE = "names that differ"


@dataclass(frozen=True, slots=True)
class _Names:
    """Two names compared."""

    likeness: _Likeness
    similarity: float
    one: Name
    other: Name

    @property
    def rank(self) -> tuple[int, float]:
        return -list(_Likeness).index(self.likeness), self.similarity

    @property
    def told(self) -> str:
        return f"{self.likeness.value}: {self.one.text} – {self.other.text}"


def contradiction(one: Profile, other: Profile) -> str | None:
    """Return why two entities cannot be one, or None."""
    if one.type not in other.lineage and other.type not in one.lineage:
        return "their classes differ"
    for scheme, value in one.unique:
        differing = [other_value for other_scheme, other_value in other.unique if other_scheme == scheme]
        if differing and value not in differing:
            return f"two identifiers of {scheme}: {value} – {differing[0]}"
    if one.kind == "person":
        if one.year is not None and other.year is not None and one.year != other.year:
            return f"born in {one.year} – {other.year}"
        if one.day and other.day and one.day != other.day:
            return f"born on {one.day} – {other.day}"
        generations = {n.generation for n in one.names}, {n.generation for n in other.names}
        if None not in generations[0] | generations[1] and not generations[0] & generations[1]:
            return "different generations of one name"
    return None


def match(one: Profile, other: Profile) -> Match:
    """Return what comes of comparing two entities."""
    if other.iri < one.iri:
        one, other = other, one
    against = contradiction(one, other)
    if against is not None:
        return Match(one.iri, other.iri, Outcome.DIFFERENT, 0.0, (against,))
    if not one.identifiers.isdisjoint(other.identifiers):
        shared = sorted(one.identifiers & other.identifiers)
        told = tuple(f"the same identifier: {scheme} {value}" for scheme, value in shared)
        return Match(one.iri, other.iri, Outcome.CERTAIN, 1.0, told)
    if not one.names or not other.names:
        return Match(one.iri, other.iri, Outcome.DIFFERENT, 0.0, ("no name to compare",))
    read = {"person": _person, "organization": _organization}.get(one.kind, _other)
    names = max((_compared(a, b, one.kind) for a in one.names for b in other.names), key=lambda names: names.rank)
    outcome, score, facts = read(one, other, names)
    return Match(one.iri, other.iri, outcome, score, (names.told, *facts))


# ── kinds of entities ──────────────────────────────────────────────────────────────────────────────────

_Verdict = tuple[Outcome, float, tuple[str, ...]]


def _person(one: Profile, other: Profile, names: _Names) -> _Verdict:
    facts = []
    if one.year is not None and one.year == other.year:
        facts.append(f"born in {one.year}, both" if not (one.day and other.day) else f"born on {one.year}-{one.day}, both")
    facts += [f"both tied to {end}" for _, end in sorted(one.ties & other.ties)[:3]]
    supported, likeness = bool(facts), names.likeness
    if one.nation and other.nation and one.nation != other.nation:
        facts.append(f"against it: {one.nation} – {other.nation}")
        supported = supported and likeness is _Likeness.SAME
    if names.one.generation != names.other.generation and not supported:
        facts.append("against it: one of them has a generation in the name")
        return Outcome.UNCERTAIN if likeness in (_Likeness.SAME, _Likeness.COMPATIBLE) else Outcome.DIFFERENT, 0.4, tuple(facts)
    words = [len([w for w in name.words if len(w) > 1]) for name in (names.one, names.other)]
    if likeness is _Likeness.SAME and min(words) >= 2:
        long = min(words) >= 3 and names.one.script == names.other.script == "LATIN"
        certain = supported or long
        return Outcome.CERTAIN if certain else Outcome.UNCERTAIN, 0.99 if supported else 0.95 if long else 0.7, tuple(facts)
    if likeness is _Likeness.COMPATIBLE:
        return Outcome.CERTAIN if supported else Outcome.UNCERTAIN, 0.97 if supported else 0.6, tuple(facts)
    if likeness is _Likeness.SPELLING:
        # Other characters that sound nearly the same are another name.
        supported = supported and not names.one.script == names.other.script == "CJK"
        return Outcome.CERTAIN if supported else Outcome.UNCERTAIN, 0.95 if supported else 0.55, tuple(facts)
    if likeness is _Likeness.ALIKE:
        crossing = names.one.script != names.other.script
        enough = supported or names.similarity >= (0.84 if crossing else 0.9)
        return Outcome.UNCERTAIN if enough else Outcome.DIFFERENT, 0.5 if supported else 0.3, tuple(facts)
    if likeness is _Likeness.PART and supported:
        return Outcome.UNCERTAIN, 0.4, tuple(facts)
    return Outcome.DIFFERENT, 0.0, tuple(facts)


def _organization(one: Profile, other: Profile, names: _Names) -> _Verdict:
    facts = []
    forms = names.one.form, names.other.form
    differs = bool(forms[0] and forms[1] and not forms[0] & forms[1])
    if differs:
        facts.append(f"against it: legal forms, {', '.join(sorted(forms[0]))} – {', '.join(sorted(forms[1]))}")
    if one.year and other.year and one.year != other.year:
        differs = True
        facts.append(f"against it: founded in {one.year} – {other.year}")
    if one.nation and other.nation and one.nation != other.nation:
        differs = True
        facts.append(f"against it: {one.nation} – {other.nation}")
    likeness = names.likeness
    if likeness is _Likeness.SAME:
        distinct = len(names.one.joined) >= 3 and not set(names.one.words) <= GENERIC
        certain = distinct and not differs
        return Outcome.CERTAIN if certain else Outcome.UNCERTAIN, 0.97 if certain else 0.6, tuple(facts)
    if likeness is _Likeness.NONE:
        return Outcome.DIFFERENT, 0.0, tuple(facts)
    more = {_Likeness.SPELLING: 0.2, _Likeness.ABBREVIATED: 0.0}.get(likeness, 0.1)
    return Outcome.UNCERTAIN, 0.5 * names.similarity + more, tuple(facts)


def _other(one: Profile, other: Profile, names: _Names) -> _Verdict:
    del one, other
    return (Outcome.UNCERTAIN, 0.6, ()) if names.likeness is _Likeness.SAME else (Outcome.DIFFERENT, 0.0, ())


# ── names ──────────────────────────────────────────────────────────────────────────────────────────────


def _compared(one: Name, other: Name, kind: str) -> _Names:
    if one.otherwise and other.otherwise and one.script == other.script:
        return _Names(_Likeness.NONE, 0.0, one, other)  # many are read the same; as they are written, they are compared, too
    alike = one.key == other.key or (len(one.joined) == len(other.joined) and other.joined in _turned(one.words))
    if alike:
        # Read otherwise than it is written, a name is that of many more.
        return _Names(_Likeness.SPELLING if one.otherwise or other.otherwise else _Likeness.SAME, 1.0, one, other)
    if one.numbers != other.numbers:
        return _Names(_Likeness.NONE, 0.0, one, other)
    fewer, more = sorted((one.words, other.words), key=lambda words: (len(words), words))
    crossing = one.script != other.script
    pairs, left = _aligned(fewer, more, crossing)
    whole = max(JaroWinkler.similarity(one.joined, turned) for turned in _turned(other.words))
    likeness = _Likeness.NONE
    if kind == "person":
        likeness = _person_likeness(pairs, fewer, left, whole, crossing)
    elif kind == "organization":
        likeness = _organization_likeness(one, other, pairs, left, whole)
    elif not left and ((whole >= 0.9 and min(pairs) >= 0.7) or (crossing and whole >= 0.8)):
        likeness = _Likeness.ALIKE
    average = sum(pairs) / len(pairs)
    return _Names(likeness, max(average if not left else 0.0, whole), one, other)


def _organization_likeness(one: Name, other: Name, pairs: list[float], left: list[str], whole: float) -> _Likeness:
    crossing = one.script != other.script
    # Short words of one script sound alike by the thousand: there, letters have to be alike, too.
    cores = JaroWinkler.similarity(one.core, other.core)
    if all(word in GENERIC for word in left) and min(pairs) >= 0.8 and (crossing or cores >= 0.9):
        return _Likeness.COMPATIBLE if left else _Likeness.SPELLING
    if len(one.core) >= 4 and one.core == other.core:
        return _Likeness.COMPATIBLE
    if _abbreviates(one, other) or _abbreviates(other, one):
        return _Likeness.ABBREVIATED
    if (whole >= 0.9 and not left and min(pairs) >= 0.7) or (crossing and whole >= 0.8):
        return _Likeness.ALIKE
    if crossing and (cores >= 0.85 or _sound_the_same(one.core, other.core)):
        return _Likeness.ALIKE
    return _Likeness.NONE


def _abbreviates(short: Name, long: Name) -> bool:
    """Return whether a name, of capitals or in a script that has none, is made of the initials of another."""
    written = [word for word in short.text.replace(".", "").split() if word.casefold() == short.joined]
    return short.joined in long.initials and (short.script != "LATIN" or any(word.isupper() for word in written))


def _sound_the_same(one: str, other: str) -> bool:
    return len(coarse(one)) > 2 and coarse(one) == coarse(other)


def _person_likeness(
    pairs: list[float], fewer: tuple[str, ...], left: list[str], whole: float, transliterated: bool
) -> _Likeness:
    full = sum(len(word) > 1 for word in fewer)
    average, weakest = sum(pairs) / len(pairs), min(pairs)
    if weakest >= 0.95 and full >= 2:
        return _Likeness.COMPATIBLE
    least = 0.72 if transliterated else 0.8
    if len(pairs) >= 2 and weakest >= least and average >= least + 0.08:
        return _Likeness.SPELLING
    if whole >= (0.86 if transliterated else 0.93) and not left:
        return _Likeness.SPELLING
    # One given name and two family names are alike by the thousand; from one script to another, more is forgiven.
    least, least_whole = (0.6, 0.8) if transliterated else (0.7, 0.88)
    if (weakest >= least and average >= least + 0.18 and len(pairs) >= 2) or whole >= least_whole:
        return _Likeness.ALIKE
    return _Likeness.PART if len(pairs) == 1 and weakest >= 0.95 and full else _Likeness.NONE


def _turned(words: tuple[str, ...]) -> list[str]:
    """Return the words run together, beginning with each of them: the order of names differs between peoples."""
    return ["".join(words[place:] + words[:place]) for place in range(len(words))]


def _aligned(fewer: tuple[str, ...], more: tuple[str, ...], crossing: bool) -> tuple[list[float], list[str]]:
    """Return the likeness of each of fewer words to the best of more, each used once, and the words left over.

    An initial stands for a name only where no whole name is left over that could stand in its place.
    """
    left, found, initials = list(more), [], []
    for word in sorted(fewer, key=len, reverse=True):
        best = max(left, key=lambda candidate: _likeness(word, candidate, crossing))
        found.append(_likeness(word, best, crossing))
        if len(best) == 1 < len(word):
            initials.append(len(found) - 1)
        left.remove(best)
    if any(len(word) > 1 for word in left):
        for place in initials:
            found[place] = 0.5
    return found, left


@lru_cache(262_144)
def _likeness(one: str, other: str, crossing: bool) -> float:
    """Return how alike two words are, between 0 and 1; from one script to another, sounds that are alike count too."""
    if one == other:
        return 1.0
    if 1 in (len(one), len(other)):
        return 0.95 if one[0] == other[0] else 0.0
    number = nicknames().get(one)
    if number is not None and number == nicknames().get(other):
        return 0.97
    by_letters: float = JaroWinkler.similarity(one, other)
    shared = set(skeletons(one)) & set(skeletons(other)) if crossing or by_letters >= 0.65 else set()
    by_sound = 0.88 if any(len(sound) > 1 for sound in shared) else 0.0
    if crossing and not by_sound and len(coarse(one)) > 1:
        by_sound = 0.72 * JaroWinkler.similarity(coarse(one), coarse(other))
    return max(by_letters, by_sound)
