"""Names made comparable: case, marks, scripts, legal forms and order aside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from cuibono.graph.build.resolution.readings import HAN, in_japanese, spelt
from cuibono.graph.build.resolution.tables import table
from cuibono.graph.errors import MissingExtra

try:
    from anyascii import anyascii
except ImportError as _error:
    raise MissingExtra("resolution", "Finding entities that are one", "anyascii and rapidfuzz") from _error

__all__ = ["GENERIC", "Name", "organization_name", "organization_names", "person_name", "person_names", "plain_names"]

GENERIC = frozenset(
    re.findall(
        r"\w+",
        """group holding holdings international technologies systems company industries global services motors motor financial
        national limited bank jituan ai artificial intelligence china russia oil enterprises brands stores platforms worldwide
        labs laboratories pharmaceuticals pharmaceutical pharma airlines airways software solutions products works
        manufacturing trading auto automobile telecom telecommunications communications network networks consulting partners""",
    )
)
"""Words that may be missing from the name of an organization, and that alone do not tell one from another."""

_WORD = re.compile(r"\w+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SPACELESS = re.compile("([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+)")
_BESIDES = {"the", "and", "of", "for", "a", "com", "www"}
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_TITLES = {"mr", "mrs", "ms", "dr", "prof", "sir", "lord", "dame", "hon"}
_OFFICES = {"president", "senator", "governor", "king", "queen", "prince", "princess", "pope", "sheikh", "baron", "ayatollah"}
_ARTICLES = {"al", "el", "ul"}
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{3})")
# What two letters of another alphabet stand for together.
_TOGETHER = (("дж", "j"), ("Дж", "J"), ("\bμπ", "b"), ("\bΜπ", "B"), ("\bγκ", "g"), ("\bΓκ", "G"))
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
    otherwise : bool
        Whether it is read otherwise than it is written: as in Japanese, or letters by what they are called.
    initials : frozenset of str
        What it may be abbreviated to.
    numbers : frozenset of str
        The words that are numbers.
    joined : str
        The words run together.
    key : str
        The words in the order of the alphabet: the same whatever order they stand in.
    core : str
        The words run together, without those that tell little of an organization; all of them where no other is left.
    """

    text: str
    words: tuple[str, ...]
    form: frozenset[str] = frozenset()
    generation: str | None = None
    script: str = "LATIN"
    otherwise: bool = False
    initials: frozenset[str] = frozenset()
    numbers: frozenset[str] = field(init=False, compare=False)
    joined: str = field(init=False, compare=False)
    key: str = field(init=False, compare=False)
    core: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", frozenset(word for word in self.words if word.isdigit()))
        object.__setattr__(self, "joined", "".join(self.words))
        object.__setattr__(self, "key", " ".join(sorted(self.words)))
        object.__setattr__(self, "core", "".join(word for word in self.words if word not in GENERIC) or self.joined)


def person_names(text: str) -> tuple[Name, ...]:
    """Return the name of a person, first as it is written, then as it may be read otherwise.

    Examples
    --------
    >>> [name.joined for name in person_names("岸田文雄")]
    ['antianwenxiong', 'kishidafumio']
    """
    return (person_name(text), *_read_in_japanese(text, person_name))


def organization_names(text: str) -> tuple[Name, ...]:
    """Return the name of an organization, first as it is written, then as it may be read otherwise.

    Examples
    --------
    >>> [name.words for name in organization_names("케이티텔레콤 주식회사")][1:]
    [('kt', 'telecom')]
    """
    return (organization_name(text), *_spelt_out(text), *_read_in_japanese(text, organization_name))


@lru_cache(_KEPT)
def person_name(text: str) -> Name:
    """Return the name of a person as it is written.

    Examples
    --------
    >>> person_name("TRUMP, Donald J., Jr.").words, person_name("TRUMP, Donald J., Jr.").generation
    (('donald', 'j', 'trump'), 'jr')
    >>> person_name("马化腾").words
    ('ma', 'hua', 'teng')
    >>> person_name("Bashar al-Assad").words
    ('bashar', 'assad')
    """
    family, comma, given = text.partition(",")
    turned = bool(comma) and given.strip().lower().strip(". ") not in _GENERATIONS
    ordered = f"{given} {family}" if turned else text
    words = [word for word in _latin(_ARABIC_ARTICLE.sub(" ", _korean_family(ordered))) if word not in _TITLES]
    if len(words) > 2 and words[0] in _OFFICES:
        words = words[1:]
    found = [_GENERATIONS[word] for word in words[1:] if word in _GENERATIONS]
    kept = [word for place, word in enumerate(words) if place == 0 or word not in _GENERATIONS]
    kept = [word for place, word in enumerate(kept) if place == 0 or word not in _ARTICLES] if len(kept) > 2 else kept
    return Name(text, tuple(kept), generation=found[0] if found else None, script=_script(text))


@lru_cache(_KEPT)
def organization_name(text: str) -> Name:
    """Return the name of an organization as it is written, without its legal form.

    Examples
    --------
    >>> organization_name("NVIDIA Corp.").words == organization_name("Nvidia").words
    True
    >>> sorted(organization_name("ПАО «Газпром»").form)
    ['stock']
    >>> "ibm" in organization_name("International Business Machines").initials
    True
    """
    folded = _folded(text)
    forms = set[str]()
    for form, kind in _spaceless_forms().items():
        if form in folded:
            folded, forms = folded.replace(form, " "), forms | {kind}
    written = _WORD.findall(_dotless(folded.replace("&", " and ")))
    words, found = _without_forms(written)
    forms |= found
    named = [word for word in words if word not in _BESIDES] or words
    latin = _letters_joined([part for word in named for part in _translated(word)])
    kept, found = _without_forms(latin)
    return Name(text, tuple(kept), frozenset(forms | found), script=_script(text), initials=_initials(written, words, kept))


@lru_cache(_KEPT)
def plain_names(text: str) -> tuple[Name, ...]:
    """Return the name of anything else."""
    return (Name(text, tuple(_latin(text)), script=_script(text)),)


# ── readings ───────────────────────────────────────────────────────────────────────────────────────────


def _read_in_japanese(text: str, read: Callable[[str], Name]) -> Iterator[Name]:
    """Yield a name as it is read in Japanese, where it has characters that are read so."""
    if HAN.search(text):
        parts = (part for piece in _SPACELESS.split(_without_spaceless_forms(text)) for part in _known_apart(piece))
        words = [part if part in _words() or not HAN.search(part) else " ".join(in_japanese(part)) for part in parts]
        if all(words):
            name = read(" ".join(words))
            yield replace(name, text=text, script=_script(text), otherwise=True)


def _spelt_out(text: str) -> Iterator[Name]:
    """Yield the name of an organization with letters for what they are called, where it has such words."""
    pieces = _WORD.findall(_SPACELESS.sub(r" \1 ", _folded(_hyphenless(_without_spaceless_forms(text)))))
    parts = [part for piece in pieces for part in _known_apart(piece)]
    letters = [spelt(part) for part in parts]
    if sum(len(letter or "") for letter in letters) > 1:
        name = organization_name(" ".join(letter or part for letter, part in zip(letters, parts, strict=True)))
        yield replace(name, text=text, script=_script(text), otherwise=True)


def _korean_family(text: str) -> str:
    """Return the name of a person with a Korean family name as it is customarily written in Latin letters."""
    family = _korean_families().get(text[:1])
    return f"{family} {text[1:]}" if family and 2 <= len(text) <= 4 and _script(text) == "HANGUL" else text


def _initials(*ways: list[str]) -> frozenset[str]:
    """Return what the words of a name, with and without its legal form and small words, may be abbreviated to."""
    found = {"".join(word[0] for word in words) for words in ways}
    found |= {"".join(word[0] for word in words if word not in _BESIDES) for words in ways}
    return frozenset(letters for letters in map(_plain, found) if len(letters) > 1)


def _letters_joined(words: list[str]) -> list[str]:
    """Return words with single letters that follow each other as one word: ``n t t data`` becomes ``ntt data``."""
    return re.sub(r"(?<=\b\w) (?=\w\b)", "", " ".join(words)).split()


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
    for word in _WORD.findall(_SPACELESS.sub(r" \1 ", _hyphenless(text))):
        latin = _in_latin_letters(word)
        parts = _CAMEL.sub(" ", latin).split() if _needs_spaces(word) else [latin]
        words += [_plain(part) for part in parts]
    return [word for word in words if word]


def _in_latin_letters(word: str) -> str:
    # The small tsu doubles what follows; ё is as often written е.
    written = unicodedata.normalize("NFKC", word).translate({0x30C3: "", 0x3063: "", 0x451: "е", 0x401: "Е"})
    for letters, latin in _TOGETHER:
        written = re.sub(letters, latin, written)
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
            # A character of those scripts is a syllable or a word.
            counts[script] = counts.get(script, 0) + (3 if script in _SCRIPTS_WITHOUT_SPACES else 1)
    return max(counts, key=lambda script: (counts[script], script)) if counts else "LATIN"


# ── words of companies ─────────────────────────────────────────────────────────────────────────────────


def _without_spaceless_forms(text: str) -> str:
    for form in _spaceless_forms():
        text = text.replace(form, " ")
    return text


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
    for part in _known_apart(word):
        if part in known:
            found = known[part].split()
        elif _needs_spaces(part):
            found = [_plain(piece) for piece in _CAMEL.sub(" ", _in_latin_letters(part)).split()]
        else:
            found = [_plain(_in_latin_letters(part))]
        yield from (english for piece in found if piece for english in known.get(piece, piece).split())


def _known_apart(word: str) -> list[str]:
    """Return a word taken apart where scripts meet and, where one puts no spaces between words, around those that are known."""
    pieces = (piece for piece in _SPACELESS.split(word) if piece)
    parts = (part for piece in pieces for part in (_known_words().split(piece) if _SPACELESS.match(piece) else [piece]))
    return [part for part in map(str.strip, parts) if part]


@cache
def _known_words() -> re.Pattern[str]:
    longest = sorted(filter(_SPACELESS.match, _words()), key=len, reverse=True)
    return re.compile("(" + "|".join(map(re.escape, longest)) + ")")


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
def _korean_families() -> Mapping[str, str]:
    return dict(table("korean_families.csv"))
