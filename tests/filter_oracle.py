"""What conditions mean, in plain Python over records: slow, and easy to read. And conditions by the thousand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from cuibono.graph.dates import PartialDate
from cuibono.graph.filtering import conditions as c
from cuibono.graph.filtering.conditions import Condition
from cuibono.graph.interest.positions import Positions
from cuibono.graph.model import Basis, Claim, Document, Entity, Evidence, Record, Records, Statement, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.graph.snapshot.validity import holds_during
from cuibono.schema import Vocabulary
from tests.random_graphs import random_records

KINDS = ("entities", "claims", "statements", "documents")
_WORDS = ("Anna", "anna Berg", "BERG", "Straße", "STRASSE", "o'Neill", "e", "", "ÉCOLE", "école", "x" * 40)
_DAYS = ("2019", "2020-02", "2020-02-29", "2020-06-15", "2021", "2022-01-01", "1999-12-31")
_HALF = 0.5


def rich_records(seed: int, vocabulary: Vocabulary) -> Records:
    """Return a random graph with names, documents, quotes, speakers, answers and attributes."""
    rng = random.Random(seed)
    plain = random_records(seed, vocabulary)
    entities = [
        replace(e, label=rng.choice(_WORDS[:-4]) or "nobody", aliases=_some(rng, _WORDS), description=_maybe(rng, _WORDS))
        for e in plain.entities.values()
    ]
    claims = [
        replace(one, text=rng.choice(_WORDS), unit=_maybe(rng, ("GPU", "dollars")), hedges=_some(rng, _WORDS))
        for one in plain.claims.values()
    ]
    documents = [
        Document(
            iri=f"https://example.org/document/{i}",
            sha256="0" * 64,
            title=_maybe(rng, _WORDS),
            publisher=_maybe(rng, _WORDS),
            authors=_some(rng, _WORDS),
            language=_maybe(rng, ("en", "de")),
            published=_date(rng),
        )
        for i in range(4)
    ]
    evidence = [
        Evidence(iri=f"https://example.org/evidence/{i}", document=rng.choice(documents).iri, exact=rng.choice(_WORDS), start=0)
        for i in range(6)
    ]
    known: list[str] = []
    statements = []
    for statement in plain.statements.values():
        statements.append(
            replace(
                statement,
                speaker=_maybe(rng, [e.iri for e in entities]),
                said_via=_maybe(rng, [e.iri for e in entities]),
                document=_maybe(rng, [d.iri for d in documents]),
                evidence=_some(rng, [e.iri for e in evidence]),
                in_response_to=_maybe(rng, known),
                attributes=(*statement.attributes, *_role(rng, vocabulary)),
            )
        )
        known.append(statement.iri)
    return Records.of([*entities, *claims, *documents, *evidence, *statements])


def layered(records: Records, seed: int, vocabulary: Vocabulary) -> Snapshot:
    """Return the snapshot of records of which some came late, and some were another way before."""
    rng = random.Random(seed)
    late = [record for record in records if rng.random() < _HALF]
    before = [record for record in records if record not in late or rng.random() < _HALF]
    return Snapshot(Records.of(map(_earlier, before)), vocabulary, 1).with_changes([*late, *before], 2)


def _earlier(record: Record) -> Record:
    match record:
        case Entity():
            return replace(record, label="before", aliases=("BERG",))
        case Claim():
            return replace(record, text="before")
        case Document():
            return replace(record, title="before", published=None)
        case Evidence():
            return replace(record, exact="before")
        case Statement():
            return replace(record, status=Status.PROPOSED, confidence=None, evidence=())


def _role(rng: random.Random, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    if rng.random() < _HALF:
        yield vocabulary.attribute("role").iri, rng.choice(_WORDS)


def _some(rng: random.Random, values: Any) -> tuple[Any, ...]:
    return tuple(rng.sample(list(values), rng.choice((0, 0, 1, 2))))


def _maybe(rng: random.Random, values: Any) -> Any:
    return rng.choice(list(values)) if values and rng.random() < _HALF else None


def _date(rng: random.Random) -> PartialDate | None:
    text = _maybe(rng, _DAYS)
    return None if text is None else PartialDate(text)


# ── what conditions mean ───────────────────────────────────────────────────────────────────────────────


class Oracle:
    """Says which records of a snapshot meet a condition."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self.positions = snapshot, Positions(snapshot)

    def meeting(self, kind: str, condition: Condition) -> list[str]:
        """Return the IRIs of those that do, in order."""
        records = getattr(self.snapshot, kind)
        return [iri for iri, record in records.items() if self.meets(record, condition)]

    def meets(self, record: Any, condition: Condition) -> bool:
        """Return whether a record does."""
        match condition:
            case c.All(parts):
                return all(self.meets(record, part) for part in parts)
            case c.Either(parts):
                return any(self.meets(record, part) for part in parts)
            case c.Not(part):
                return not self.meets(record, part)
            case c.OneOf(iris):
                return record.iri in iris
            case c.OfKind(kind, part):
                return record.iri in getattr(self.snapshot, kind) and self.meets(record, part)
            case c.Refers(field, part):
                return any(self.meets(other, part) for other in self._referred(record, field))
            case c.Quantified():
                return self._quantified(record, condition)
        return self._has(record, condition)

    def _has(self, record: Any, condition: Condition) -> bool:
        match condition:
            case c.Worded(field, test):
                return any(test.meets(text) for text in self._texts(record, field))
            case c.Dated(field, test):
                return _meets_day(getattr(record, field), test)
            case c.Numbered(field, test):
                return _meets_number(self._number(record, field), test)
            case c.Known(field):
                return self._knows(record, field)
            case c.Of(classes):
                return bool(self.snapshot.vocabulary.ancestors(record.type) & classes)
            case c.Among(field, values):
                return getattr(record, field) in values
            case c.Attributed(attribute, test):
                return any(iri == attribute and _meets(value, test) for iri, value in record.attributes)
            case c.Contested(wanted):
                sides = self.positions.on_claim(record.iri) if isinstance(record, Claim) else self.positions.on_statement(record)
                return sides.contested is wanted
            case c.ValidOn(day):
                return holds_during(record, self.snapshot.relation(record), day)
        raise TypeError(condition)

    def _texts(self, record: Any, field: str) -> list[str]:
        if isinstance(record, Statement):
            return [self.snapshot.evidence[iri].exact for iri in record.evidence]
        several = {"alias": "aliases", "name": "names", "hedge": "hedges", "author": "authors", "same_as": "same_as"}
        if field in several:
            return list(getattr(record, several[field]))
        text = getattr(record, field)
        return [] if text is None else [text]

    def _number(self, record: Any, field: str) -> float | None:
        value = record.certainty if field == "confidence" else record.quantity
        return None if value is None else float(value)

    def _knows(self, record: Any, field: str) -> bool:
        if field in ("document", "speaker", "said_via", "in_response_to"):
            return bool(self._referred(record, field))
        if field in ("alias", "name", "hedge", "author", "exact", "same_as"):
            return bool(self._texts(record, field))
        return getattr(record, field) is not None

    def _referred(self, record: Statement, field: str) -> list[Any]:
        if field == "document":
            documents = {record.document, *(self.snapshot.evidence[iri].document for iri in record.evidence)}
            return [self.snapshot.documents[iri] for iri in documents if iri is not None]
        iri = getattr(record, field)
        return [] if iri is None else [self.snapshot.node(iri)]

    def _quantified(self, record: Any, condition: c.Quantified) -> bool:
        edges = list(self._edges(record, condition.edges))
        meeting = [
            self.meets(statement, condition.statement)
            and (condition.other is None or self.meets(self.snapshot.node(other), condition.other))
            for statement, other in edges
        ]
        return all(meeting) if condition.every else _meets_number(float(sum(meeting)), condition.number)

    def _edges(self, record: Any, edges: c.RelationEdges | c.StatementEdges) -> Iterator[tuple[Statement, str]]:
        for statement in self.snapshot.statements.values():
            if statement.status not in edges.statuses:
                continue
            subject, obj = statement.subject, statement.object
            if isinstance(edges, c.StatementEdges):
                if isinstance(record, Document):
                    if record in self._referred(statement, "document"):
                        yield statement, ""
                elif record.iri in (subject, obj):
                    yield statement, ""
            elif statement.predicate == edges.relation:
                symmetric = self.snapshot.relation(statement).symmetric
                if (symmetric or not edges.inverse) and subject == record.iri:
                    yield statement, obj
                elif (symmetric or edges.inverse) and obj == record.iri:
                    yield statement, subject


def _meets_day(day: PartialDate | None, test: c.DateTest) -> bool:
    return (
        day is not None
        and (test.on is None or day.overlaps(test.on))
        and (test.before is None or day.first < test.before.first)
        and (test.after is None or day.last > test.after.last)
        and (test.not_after is None or day.first <= test.not_after.last)
        and (test.not_before is None or day.last >= test.not_before.first)
    )


def _meets_number(value: float | None, test: c.NumberTest) -> bool:
    return (
        value is not None
        and (test.one_of is None or value in test.one_of)
        and (test.less is None or value < test.less)
        and (test.at_most is None or value <= test.at_most)
        and (test.more is None or value > test.more)
        and (test.at_least is None or value >= test.at_least)
    )


def _meets(value: Any, test: Any) -> bool:
    if test is None:
        return True
    if isinstance(test, c.TextTest):
        return isinstance(value, str) and test.meets(value)
    return not isinstance(value, str) and _meets_number(float(value), test)


# ── conditions by the thousand ─────────────────────────────────────────────────────────────────────────


class Asker:
    """Makes random conditions on the records of a snapshot."""

    def __init__(self, seed: int, snapshot: Snapshot) -> None:
        self._rng, self._snapshot, self._vocabulary = random.Random(seed), snapshot, snapshot.vocabulary

    def condition(self, kind: str, depth: int = 3) -> Condition:
        rng = self._rng
        if depth and rng.random() < _HALF:
            choice = rng.randrange(4)
            if choice == 0:
                return c.Not(self.condition(kind, depth - 1))
            if choice < 3:
                made = (c.All, c.Either)[choice - 1]
                return made(tuple(self.condition(kind, depth - 1) for _ in range(rng.randrange(4))))
            if kind != "things":
                return self._quantified(kind, depth - 1)
        return rng.choice(self._leaves(kind))(depth)

    def _leaves(self, kind: str) -> list[Callable[[int], Condition]]:
        rng = self._rng
        texts = {
            "entities": ("label", "alias", "name", "description", "same_as"),
            "claims": ("text", "unit", "hedge"),
            "documents": ("title", "publisher", "author", "language"),
            "statements": ("exact",),
        }.get(kind, ())
        leaves: list[Callable[[int], Condition]] = [lambda _: self._one_of(kind)]
        for field in texts:
            leaves += [lambda _, field=field: c.Worded(field, self._text_test()), lambda _, field=field: c.Known(field)]
        if kind == "things":
            of = rng.choice(("entities", "claims", "statements"))
            return [*leaves, lambda depth: c.OfKind(of, self.condition(of, max(0, depth - 1)))]
        if kind == "entities":
            classes = [one.iri for one in self._vocabulary.classes.values()]
            leaves.append(lambda _: c.Of(frozenset(rng.sample(classes, 2))))
        if kind == "claims":
            leaves += [lambda _: c.Contested(rng.random() < _HALF), lambda _: c.Numbered("quantity", self._number_test())]
        if kind == "documents":
            leaves += [lambda _: c.Dated("published", self._date_test()), lambda _: c.Known("published")]
        return leaves + (self._statement_leaves() if kind == "statements" else [])

    def _statement_leaves(self) -> list[Callable[[int], Condition]]:
        rng = self._rng
        relations = [relation.iri for relation in self._vocabulary.relations.values()]
        dates, references = ("stated_on", "valid_from", "valid_to"), ("speaker", "said_via", "document", "in_response_to")
        targets = {"speaker": "entities", "said_via": "entities", "document": "documents", "in_response_to": "statements"}
        targets |= {"subject": "things", "object": "things"}
        share, role = (self._vocabulary.attribute(name).iri for name in ("share", "role"))

        def refers(depth: int) -> Condition:
            field = rng.choice(list(targets))
            return c.Refers(field, self.condition(targets[field], max(0, depth - 1)))

        return [
            refers,
            refers,
            lambda _: c.Among("predicate", frozenset(rng.sample(relations, 4))),
            lambda _: c.Among("basis", frozenset(rng.sample(list(Basis), 2))),
            lambda _: c.Among("status", frozenset(rng.sample(list(Status), 2))),
            lambda _: c.Dated(rng.choice(dates), self._date_test()),
            lambda _: c.Known(rng.choice((*dates, *references, "confidence"))),
            lambda _: c.Numbered("confidence", self._number_test()),
            lambda _: c.Contested(rng.random() < _HALF),
            lambda _: c.ValidOn(PartialDate(rng.choice(_DAYS))),
            lambda _: c.Attributed(share, rng.choice((None, self._number_test()))),
            lambda _: c.Attributed(role, rng.choice((None, self._text_test()))),
        ]

    def _one_of(self, kind: str) -> Condition:
        kinds = KINDS[:3] if kind == "things" else (kind,)
        known = [iri for one in kinds for iri in getattr(self._snapshot, one)]
        return c.OneOf(frozenset(self._rng.sample([*known, "https://example.org/nothing"], 1)))

    def _quantified(self, kind: str, depth: int) -> Condition:
        rng = self._rng
        statuses = frozenset(rng.sample(list(Status), 2)) if rng.random() < 0.3 else frozenset({Status.ACCEPTED})
        number = rng.choice((c.NumberTest(at_least=1), c.NumberTest(more=1), c.NumberTest(one_of=(0.0, 2.0))))
        statement, every = self.condition("statements", depth), rng.random() < 0.3
        if kind == "documents" or rng.random() < 0.2:
            return c.Quantified(c.StatementEdges(statuses), statement, every=every, number=number)
        relation = rng.choice(list(self._vocabulary.relations.values()))
        edges = c.RelationEdges(relation.iri, rng.random() < _HALF, statuses)
        return c.Quantified(edges, statement, self.condition("things", depth), every=every, number=number)

    def _text_test(self) -> c.TextTest:
        rng = self._rng
        part = rng.choice(_WORDS)[: rng.choice((1, 2, 3, 99))]
        one_of = tuple(rng.sample(_WORDS, rng.choice((1, 2, 9))))
        asked = rng.choice(({"one_of": one_of}, {"contains": part}, {"starts_with": part}, {"ends_with": part[-2:]}))
        return c.TextTest(**asked, match_case=rng.random() < _HALF)  # type: ignore[arg-type]

    def _date_test(self) -> c.DateTest:
        names = self._rng.sample(("on", "before", "after", "not_after", "not_before"), self._rng.choice((1, 2)))
        return c.DateTest(**{name: PartialDate(self._rng.choice(_DAYS)) for name in names})

    def _number_test(self) -> c.NumberTest:
        value = self._rng.choice((0.0, 0.25, 0.3, 0.5, 0.9, 1.0))
        return c.NumberTest(**{self._rng.choice(("less", "at_most", "more", "at_least")): value})
