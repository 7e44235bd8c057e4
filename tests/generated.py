"""Hypothesis strategies for arbitrary graphs that the door lets in.

Take ``records()`` for a whole graph. With ``texts()``, ``partial_dates()`` and ``confidences()`` a test can make a
record of its own as hostile as these.
"""

from __future__ import annotations

from collections.abc import Callable

import hypothesis.strategies as st

from cuibono.graph.build.anchoring import anchor_at
from cuibono.graph.dates import PartialDate
from cuibono.graph.model import (
    AttributeValue,
    Basis,
    Claim,
    Document,
    Entity,
    Evidence,
    Records,
    Statement,
    Status,
    evidence_iri,
    proposition,
    statement_iri,
    text_hash,
)
from cuibono.schema import Attribute, Relation, Vocabulary
from cuibono.schema.vocabulary import CLAIM, STATEMENT

__all__ = ["BASES", "VOCABULARY", "confidences", "partial_dates", "records", "texts"]

VOCABULARY = Vocabulary.bundled()
BASES = ("https://example.org/dossier/", "https://example.com/other#", "urn:example:")
"""A usual base, one with a fragment, and one with no slash."""

_HOSTILE = (
    'He said "no", \\ and \\n, twice: ""',
    '"""',
    'ends with a quote"',
    "a\nb\r\nc\rd\te",
    "<script>alert('x')</script> & 'y'",
    "\u202eright to left\u202c \u2066isolated\u2069 \u2028 \u2029 \ufeff",
    "שלום עולם, مرحبا بالعالم",
    "梁文锋 👩‍👩‍👧‍👦 🇨🇳 e\u0301",
    "\x01\x08\x0b\x0c\x1f\x7f\x85\ufffe\uffff\U0010ffff",
    "${x} {{y}} %s #{z} @en ^^<a> . ; ,",
    "-- ' OR 1=1; DROP",
    "long " * 400,
    "  spaces around  ",
)
_SLUGS = (
    "ada", "a.b", "a.", "-a", "a-b_c~d", "a%20b", "a'b(c)!$&*+,;=", "a:b", "a@b", "a/b/c", "a?b=c&d", "a#b", "9",
    "名前", "שם", "é", "e\u0301", "÷", "😀", "document/x", "",
)  # fmt: skip
_URLS = (
    "https://example.org/a?b=c#d",
    "schema:Thing",
    "dc:notes",
    "mailto:a@example.org",
    "urn:isbn:1",
    "e:x",
    "http://例え.jp/",
)
_ROWS = ("row=5", "row=7-9", "cell=4,1")


def texts(minimum: int = 1) -> st.SearchStrategy[str]:
    """Texts that RDF can hold, with something to see in them where a minimum is asked for."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    found = st.sampled_from(_HOSTILE) | st.text(characters, min_size=minimum, max_size=40)
    return found.filter(str.strip) if minimum else found


def partial_dates() -> st.SearchStrategy[PartialDate]:
    """Years, months and days."""
    length = st.sampled_from([4, 7, 10])
    return st.builds(lambda day, letters: PartialDate(day.isoformat()[:letters]), st.dates(), length)


def confidences() -> st.SearchStrategy[float]:
    """Numbers between 0 and 1, both included."""
    return st.sampled_from([0.0, 1.0, 0.5, 1 / 3, 1e-9]) | st.floats(0, 1)


@st.composite
def records(draw: st.DrawFn, *, vocabulary: Vocabulary = VOCABULARY, bases: tuple[str, ...] = BASES, most: int = 12) -> Records:
    """Graphs of everything that the ontology has: all classes, all relations, statements about statements.

    Parameters
    ----------
    vocabulary : Vocabulary
        The classes and relations to take.
    bases : tuple of str
        The bases under which things are published.
    most : int
        The most statements in a graph.
    """
    making = _Making(draw, vocabulary, bases)
    making.add_entities()
    making.add_claims()
    making.add_documents()
    making.add_evidence()
    for _ in range(draw(st.integers(0, most))):
        making.add_statement()
    return Records(making.entities, making.claims, making.documents, making.evidence, making.statements)


class _Making:
    """A graph being made; whatever is drawn refers only to what is there already."""

    def __init__(self, draw: st.DrawFn, vocabulary: Vocabulary, bases: tuple[str, ...]) -> None:
        self.draw, self.vocabulary, self.bases = draw, vocabulary, bases
        self.entities: dict[str, Entity] = {}
        self.claims: dict[str, Claim] = {}
        self.documents: dict[str, Document] = {}
        self.evidence: dict[str, Evidence] = {}
        self.statements: dict[str, Statement] = {}

    def add_entities(self) -> None:
        """Add a plain entity of each class, so that no relation lacks its ends, and some with all that they can have."""
        concrete = [c.iri for c in self.vocabulary.classes.values() if not c.abstract]
        for entity_class in concrete:
            iri = self.iri("entity", len(self.entities))
            self.entities[iri] = Entity(iri=iri, type=entity_class, label=iri)
        for entity_class in self.draw(st.lists(st.sampled_from(concrete), min_size=1, max_size=3)):
            iri = self.iri("entity", len(self.entities))
            self.entities[iri] = Entity(
                iri=iri,
                type=entity_class,
                label=self.draw(texts()),
                aliases=tuple(self.draw(st.lists(texts(0), max_size=2))),
                same_as=tuple(self.draw(st.lists(st.sampled_from(_URLS), max_size=2))),
                description=self.draw(st.none() | texts(0)),
            )

    def add_claims(self) -> None:
        for number in range(self.draw(st.integers(1, 3))):
            iri = self.iri("claim", number)
            self.claims[iri] = Claim(
                iri=iri,
                text=self.draw(texts()),
                quantity=self.draw(st.none() | st.decimals(-(10**12), 10**12, allow_nan=False, places=3)),
                unit=self.draw(st.none() | texts(0)),
                hedges=tuple(self.draw(st.lists(texts(0), max_size=2))),
            )

    def add_documents(self) -> None:
        for number in range(self.draw(st.integers(1, 2))):
            iri, text, is_known = self.iri("document", number), self.draw(texts()), self.draw(st.booleans())
            self.documents[iri] = Document(
                iri=iri,
                sha256=text_hash(text) if is_known or self.draw(st.booleans()) else None,
                title=self.draw(st.none() | texts(0)),
                text=text if is_known else None,
                publisher=self.draw(st.none() | texts(0)),
                authors=tuple(self.draw(st.lists(texts(0), max_size=2))),
                licence=self.draw(st.none() | texts(0)),
                url=self.draw(st.none() | st.sampled_from(_URLS)),
                published=self.draw(st.none() | partial_dates()),
                retrieved=self.draw(st.none() | partial_dates()),
                language=self.draw(st.none() | st.sampled_from(["en", "zh-Hans", ""])),
            )

    def add_evidence(self) -> None:
        for _ in range(self.draw(st.integers(1, 4))):
            document = self.documents[self.one_of(self.documents)]
            text = document.text or self.draw(texts())
            start = self.draw(st.integers(0, len(text) - 1))
            anchor = anchor_at(text, start, self.draw(st.integers(start + 1, len(text))))
            row = self.draw(st.none() | st.sampled_from(_ROWS))
            offsets = (None, None) if row else (anchor.start, anchor.end)
            iri = evidence_iri(self.base(), document=document.iri, exact=anchor.exact, start=offsets[0], row=row)
            self.evidence[iri] = Evidence(
                iri=iri,
                document=document.iri,
                exact=anchor.exact,
                prefix=anchor.prefix,
                suffix=anchor.suffix,
                start=offsets[0],
                end=offsets[1],
                row=row,
            )

    def add_statement(self) -> None:
        relation = self.draw(st.sampled_from(list(self.vocabulary.relations.values())))
        subjects, objects = self.members(relation.domain), self.members(relation.range)
        if not subjects or not objects:
            return
        key = proposition(relation, self.draw(st.sampled_from(subjects)), self.draw(st.sampled_from(objects)))
        if relation.identifies and not self.may_be_one(key[0], key[2]):
            return
        speaker = self.draw(st.none() | st.sampled_from(self.members((self.vocabulary.entity_class("Agent").iri,))))
        document = self.draw(st.none() | st.sampled_from(list(self.documents)))
        stated_on = self.draw(st.none() | partial_dates())
        valid_from, valid_to = self.period()
        iri = statement_iri(self.base(), key, speaker=speaker, stated_on=stated_on, valid_from=valid_from, document=document)
        others = [other for other in self.statements if other != iri]
        if iri in self.statements or iri in key:
            return
        basis = self.draw(st.sampled_from(Basis))
        derived_from = self.some_of(others)
        may_do_without = basis is Basis.INFERRED and derived_from
        self.statements[iri] = Statement(
            iri=iri,
            subject=key[0],
            predicate=key[1],
            object=key[2],
            basis=basis,
            status=self.draw(st.sampled_from(Status)),
            speaker=speaker,
            said_via=self.draw(st.none() | st.sampled_from(list(self.entities))),
            document=document,
            stated_on=stated_on,
            valid_from=valid_from,
            valid_to=valid_to,
            confidence=self.draw(st.none() | confidences()),
            evidence=self.some_of(self.evidence, minimum=0 if may_do_without else 1),
            in_response_to=self.draw(st.none() | st.sampled_from(others)) if others else None,
            derived_from=derived_from,
            revision_of=self.draw(st.none() | st.sampled_from(others)) if others else None,
            attributes=self.attributes(relation),
        )

    # ── what records are made of ───────────────────────────────────────────────────────────────────────

    def base(self) -> str:
        return self.draw(st.sampled_from(self.bases))

    def iri(self, kind: str, number: int) -> str:
        base, slug = self.base(), self.draw(st.sampled_from(_SLUGS))
        return f"{base}{kind}/{slug.replace('#', '~') if '#' in base else slug}{number}"

    def one_of(self, things: dict[str, Document]) -> str:
        return self.draw(st.sampled_from(list(things)))

    def some_of(self, things: list[str] | dict[str, Evidence], minimum: int = 0) -> tuple[str, ...]:
        if not things:
            return ()
        return tuple(self.draw(st.lists(st.sampled_from(list(things)), min_size=minimum, max_size=3)))

    def members(self, classes: tuple[str, ...]) -> list[str]:
        found = [e.iri for e in self.entities.values() if self.vocabulary.ancestors(e.type) & set(classes)]
        found += self.claims if CLAIM in classes else ()
        found += self.statements if STATEMENT in classes else ()
        return found

    def may_be_one(self, one: str, other: str) -> bool:
        first, second = self.entities[one].type, self.entities[other].type
        return first in self.vocabulary.ancestors(second) or second in self.vocabulary.ancestors(first)

    def period(self) -> tuple[PartialDate | None, PartialDate | None]:
        first, last = self.draw(st.none() | partial_dates()), self.draw(st.none() | partial_dates())
        if first and last and last.last < first.first:
            first, last = last, first
        return first, last

    def attributes(self, relation: Relation) -> tuple[tuple[str, AttributeValue], ...]:
        chosen = [iri for iri in relation.attributes if self.draw(st.booleans())]
        return tuple((iri, self.draw(_attribute_values(self.vocabulary.attribute(iri)))) for iri in chosen)


def _attribute_values(attribute: Attribute) -> st.SearchStrategy[AttributeValue]:
    low, high = attribute.minimum, attribute.maximum
    by_type: dict[type, Callable[[], st.SearchStrategy[AttributeValue]]] = {
        str: lambda: texts(0),
        bool: st.booleans,
        int: lambda: st.integers(None if low is None else int(low), None if high is None else int(high)),
        float: lambda: st.floats(low, high, allow_nan=False, allow_infinity=False),
    }
    return by_type[attribute.datatype]()
