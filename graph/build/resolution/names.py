"""Names made comparable: case, marks, scripts, legal forms and order aside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

from cuibono.graph.errors import MissingExtra

try:
    from anyascii import anyascii
except ImportError as _error:
    raise MissingExtra("resolution", "Finding entities that are one", "anyascii and rapidfuzz") from _error

__all__ = ["Name", "nicknames", "organization_name", "person_name", "plain_name", "table"]

_WORD = re.compile(r"\w+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BESIDES = {"the", "and", "of", "for", "a", "com", "www"}
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_TITLES = {"mr", "mrs", "ms", "dr", "prof", "sir", "lord", "dame", "hon"}
_SCRIPTS_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
_KEPT = 65_536


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the form in which names are compared.

    Attributes
    ----------
    text : str
        As it was given.
    words : tuple of str
        In order, in small Latin letters without marks; without legal forms, titles and generations.
    form : frozenset of str
        The legal forms that it has.
    generation : str or None
        ``jr``, ``sr``, ``ii``, …
    script : str
        ``LATIN``, ``CYRILLIC``, …: that of most of its letters.
    numbers : frozenset of str
        The words that are numbers.
    joined : str
        The words run together.
    key : str
        The words in the order of the alphabet: the same whatever order they stand in.
    """

    text: str
    words: tuple[str, ...]
    form: frozenset[str] = frozenset()
    generation: str | None = None
    script: str = "LATIN"
    numbers: frozenset[str] = field(init=False, compare=False)
    joined: str = field(init=False, compare=False)
    key: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", frozenset(word for word in self.words if word.isdigit()))
        object.__setattr__(self, "joined", "".join(self.words))
        object.__setattr__(self, "key", " ".join(sorted(self.words)))


@lru_cache(_KEPT)
def person_name(text: str) -> Name:
    """Return the name of a person.

    Examples
    --------
    >>> person_name("TRUMP, Donald J., Jr.").words, person_name("TRUMP, Donald J., Jr.").generation
    (('donald', 'j', 'trump'), 'jr')
    >>> person_name("马化腾").words
    ('ma', 'hua', 'teng')
    """
    family, comma, given = text.partition(",")
    turned = bool(comma) and given.strip().lower().strip(". ") not in _GENERATIONS
    ordered = f"{given} {family}" if turned else text
    words = [word for word in _latin(ordered) if word not in _TITLES]
    found = [_GENERATIONS[word] for word in words[1:] if word in _GENERATIONS]
    kept = [word for place, word in enumerate(words) if place == 0 or word not in _GENERATIONS]
    return Name(text, tuple(kept), generation=found[0] if found else None, script=_script(text))


@lru_cache(_KEPT)
def organization_name(text: str) -> Name:
    """Return the name of an organization, without its legal form.

    Examples
    --------
    >>> organization_name("NVIDIA Corp.").words == organization_name("Nvidia").words
    True
    >>> sorted(organization_name("ПАО «Газпром»").form)
    ['stock']
    """
    folded = _folded(text)
    forms = set[str]()
    for form, kind in _spaceless_forms().items():
        if form in folded:
            folded, forms = folded.replace(form, " "), forms | {kind}
    words = _WORD.findall(_dotless(folded.replace("&", " and ")))
    words, found = _without_forms(words)
    forms |= found
    words = [word for word in words if word not in _BESIDES] or words
    latin = [part for word in words for part in _translated(word)]
    kept, found = _without_forms(latin)
    return Name(text, tuple(kept), frozenset(forms | found), script=_script(text))


@lru_cache(_KEPT)
def plain_name(text: str) -> Name:
    """Return the name of anything else."""
    return Name(text, tuple(_latin(text)), script=_script(text))


# ── letters ────────────────────────────────────────────────────────────────────────────────────────────


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ё", "е").replace("й", "й"))
    marks = (c for c in decomposed if not (unicodedata.combining(c) and not _is_letter_of_its_own(c)))
    return unicodedata.normalize("NFKC", "".join(marks))


def _is_letter_of_its_own(mark: str) -> bool:
    return mark in "\u3099\u309a\u0306"  # voicing in Japanese, and the breve of й


def _latin(text: str) -> list[str]:
    """Return the words of a text in plain Latin letters."""
    words = []
    for word in _WORD.findall(_hyphenless(text)):
        latin = _in_latin_letters(word)
        parts = _CAMEL.sub(" ", latin).split() if _needs_spaces(word) else [latin]
        words += [_plain(part) for part in parts]
    return [word for word in words if word]


def _in_latin_letters(word: str) -> str:
    # The small tsu doubles what follows; ё is as often written е.
    written = unicodedata.normalize("NFKC", word).translate({0x30C3: "", 0x3063: "", 0x451: "е", 0x401: "Е"})
    return str(anyascii(written))


def _hyphenless(text: str) -> str:
    return re.sub(r"[-‐‑・·]", " ", text)


def _dotless(text: str) -> str:
    """Return a text with abbreviations run together: ``S.p.A.`` becomes ``SpA``."""
    joined = re.sub(r"\b(\w)\.(?=\s?\w\b\.?)\s?", r"\1", text) if re.search(r"\b\w\.\s?\w\b", text) else text
    return re.sub(r"(?<=\b\w)/(?=\w\b)", "", joined.replace("'", "").replace("’", ""))


def _plain(latin: str) -> str:
    lowered = re.sub(r"[^a-z0-9]", "", latin.lower())
    # German writes ü as ue where it must; both become u.
    return re.sub(r"(?<=[bcdfghjklmnpqrstvwxz])([aou])e(?=[bcdfghjklmnpqrstvwxz])", r"\1", lowered)


def _needs_spaces(word: str) -> bool:
    return _script(word) in _SCRIPTS_WITHOUT_SPACES


def _script(text: str) -> str:
    counts: dict[str, int] = {}
    for letter in text:
        if letter.isalpha():
            script = unicodedata.name(letter, "LATIN").split()[0]
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: (counts[script], script)) if counts else "LATIN"


# ── words of companies ─────────────────────────────────────────────────────────────────────────────────


def _without_forms(words: list[str]) -> tuple[list[str], set[str]]:
    """Return words without the legal forms at their ends, and these."""
    forms, found, left = _forms(), set[str](), list(words)
    for at_end in (True, False):
        while len(left) > 1:
            sizes = range(min(5, len(left) - 1), 0, -1)
            ends = ((n, " ".join(left[-n:] if at_end else left[:n])) for n in sizes)
            match = next(((n, text) for n, text in ends if text in forms), None)
            if match is None or (not at_end and forms[match[1]] in _NEVER_FIRST):
                break
            found.add(forms[match[1]])
            left = left[: -match[0]] if at_end else left[match[0] :]
    return left, found


_NEVER_FIRST = {"corporation", "public", "llc", "partnership", "european"}


def _translated(word: str) -> Iterator[str]:
    """Yield a word in English where it is a common one of trade, else in plain Latin letters."""
    known = _words()
    for part in _taken_apart(word) if _needs_spaces(word) else [word]:
        if part in known:
            found = known[part].split()
        elif _needs_spaces(part):
            found = [_plain(piece) for piece in _CAMEL.sub(" ", _in_latin_letters(part)).split()]
        else:
            found = [_plain(_in_latin_letters(part))]
        yield from (english for piece in found if piece for english in known.get(piece, piece).split())


def _taken_apart(word: str) -> list[str]:
    """Return the words of a script that puts no spaces between them, as far as they are known."""
    longest = sorted((known for known in _words() if _needs_spaces(known)), key=len, reverse=True)
    pattern = re.compile("(" + "|".join(map(re.escape, longest)) + ")")
    return [part for part in pattern.split(word) if part]


def table(name: str) -> list[list[str]]:
    """Return the rows of one of the tables that stand here, without what begins with ``#``."""
    text = (files("cuibono.graph.build.resolution") / name).read_text(encoding="utf-8")
    return [line.split(",") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _forms() -> Mapping[str, str]:
    return {_folded(form): kind for form, kind in table("legal_forms.csv") if not _needs_spaces(form)}


@cache
def _spaceless_forms() -> Mapping[str, str]:
    found = {_folded(form): kind for form, kind in table("legal_forms.csv") if _needs_spaces(form)}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


@cache
def _words() -> Mapping[str, str]:
    return {_folded(word): english for word, english in table("words.csv")}


@cache
def nicknames() -> Mapping[str, int]:
    """Return a number for each given name, the same for those that are short for one another."""
    return {name: number for number, names in enumerate(table("nicknames.csv")) for name in names}
