"""Small random graphs with every feature that an engine must get right: for differential tests by the thousand.

Take `random_records(seed)` where thousands of graphs are wanted, `graphs_beside_each_other` where each question costs
much more than what it is asked of; hypothesis strategies, which shrink, are in
`generated.py`.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterable, Iterator

from cuibono.graph.dates import PartialDate
from cuibono.graph.model import Basis, Claim, Entity, Record, Records, Statement, Status, proposition, statement_iri
from cuibono.schema import Relation, Vocabulary
from cuibono.schema.vocabulary import CLAIM, STATEMENT

BASE = "https://example.org/"
_CLASSES = ("Person", "Person", "Company", "Company", "Company", "Product", "Regulation", "Country")
_DATES = (None, None, "2019", "2020", "2020-06", "2020-06-15", "2021", "2022-01-01")


def random_records(seed: int, vocabulary: Vocabulary, *, entities: int = 8, statements: int = 28) -> Records:
    """Return a valid graph: signs, dates, confidences, shares, disputes, cycles, self-loops, parallel statements."""
    rng = random.Random(seed)
    things = [
        Entity(iri=f"{BASE}entity/{i}", type=vocabulary.entity_class(rng.choice(_CLASSES)).iri, label=f"E{i}")
        for i in range(entities)
    ]
    claims = [Claim(iri=f"{BASE}claim/{i}", text=f"C{i}") for i in range(3)]
    made: dict[str, Statement] = {}
    relations = list(vocabulary.relations.values())
    for _ in range(statements):
        relation = rng.choice(relations)
        statement = _statement(rng, relation, vocabulary, things, claims, list(made.values()))
        if statement is not None:
            made[statement.iri] = statement
    return Records.of([*things, *claims, *made.values()])


def graphs_beside_each_other(seeds: Iterable[int], vocabulary: Vocabulary) -> Records:
    """Return random graphs in one, for what takes long to ask and little to answer; nothing joins one to another."""
    return Records.of(record for seed in seeds for record in _apart(seed, vocabulary))


def _apart(seed: int, vocabulary: Vocabulary) -> Iterator[Record]:
    for record in random_records(seed, vocabulary, entities=4 + seed % 5, statements=20 + seed % 80):
        names = {field.name for field in dataclasses.fields(record)} & {"iri", "subject", "object"}
        yield dataclasses.replace(record, **{n: getattr(record, n).replace(BASE, f"{BASE}{seed}/") for n in names})


def _statement(
    rng: random.Random,
    relation: Relation,
    vocabulary: Vocabulary,
    things: list[Entity],
    claims: list[Claim],
    made: list[Statement],
) -> Statement | None:
    subjects = _members(relation.domain, vocabulary, things, claims, made)
    objects = _members(relation.range, vocabulary, things, claims, made)
    if not subjects or not objects:
        return None
    key = proposition(relation, rng.choice(subjects), rng.choice(objects))
    stated_on, valid_from, valid_to = (_date(rng) for _ in range(3))
    if valid_from and valid_to and valid_to.last < valid_from.first:
        valid_from, valid_to = valid_to, valid_from
    attributes = []
    if relation.scaled_by and rng.random() < 0.5:
        attributes.append((relation.scaled_by, rng.choice((0.0, 0.25, 0.5, 1.0))))
    return Statement(
        iri=statement_iri(BASE, key, speaker=None, stated_on=stated_on, valid_from=valid_from, document=None),
        subject=key[0],
        predicate=key[1],
        object=key[2],
        basis=rng.choice(list(Basis)),
        status=rng.choices(list(Status), (1, 8, 1, 1))[0],
        stated_on=stated_on,
        valid_from=valid_from,
        valid_to=valid_to,
        confidence=rng.choice((None, None, None, 0.0, 0.3, 0.5, 0.9, 1.0)),
        attributes=tuple(attributes),
    )


def _members(
    classes: tuple[str, ...], vocabulary: Vocabulary, things: list[Entity], claims: list[Claim], made: list[Statement]
) -> list[str]:
    found = [thing.iri for thing in things if vocabulary.ancestors(thing.type) & set(classes)]
    if CLAIM in classes:
        found += [claim.iri for claim in claims] * 2
    if STATEMENT in classes:
        found += [statement.iri for statement in made]
    return found


def _date(rng: random.Random) -> PartialDate | None:
    text = rng.choice(_DATES)
    return PartialDate(text) if text else None
