"""All conflicts of interest as one SPARQL query: what the engines are held against, and what they are measured beside.

The query says what the design says, in SPARQL's own words: every simple path of every length is a branch of a
UNION, and the strongest of each sign is a maximum over them. It needs nothing but the statements as cuibono writes
them. Property paths are not used: engines may drop duplicate rows of ``(a|b)``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from cuibono.graph.interest.selection import Selection
from cuibono.graph.interest.signs import DISPUTED_FACTOR, MIXED_FACTOR
from cuibono.schema import Relation, Vocabulary

__all__ = ["NO_BEARING", "conflicts_query"]

NO_BEARING = "urn:none"
"""Stands for the bearing where the stance is on the target itself."""

_TOLERANCE = "1e-12"

_PREFIXES = """\
PREFIX cb: <https://w3id.org/cuibono/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def conflicts_query(
    vocabulary: Vocabulary,
    *,
    max_hops: int = 3,
    min_strength: float = 0.0,
    selection: Selection | None = None,
    actor: str | None = None,
) -> str:
    """Return the query; its rows are ``?actor ?target ?stance ?bearing ?alignment ?strength``.

    Parameters
    ----------
    vocabulary : Vocabulary
        Signs and weights are written into the query.
    max_hops : int
        The most relations of an interest path.
    min_strength : float
        Weaker findings are left out.
    selection : Selection, optional
        Which statements count; the accepted ones unless given.
    actor : str, optional
        IRI; all unless given. It is written where the variable would stand, as engines begin with what is known.
    """
    writer = _Writer(vocabulary, selection or Selection())
    branches = "\n    UNION\n".join(writer.branches(max_hops))
    query = f"""{_PREFIXES}
SELECT ?actor ?target ?stance ?bearing ?alignment ?strength
WHERE {{
  {{ SELECT ?actor ?target ?stance ?bearing ?effective ?certainty (MAX(?interest) AS ?most) (MIN(?interest) AS ?least)
    WHERE {{
{branches}
    }}
    GROUP BY ?actor ?target ?stance ?bearing ?effective ?certainty
  }}
  BIND(IF(?most > 0, ?most, 0e0) AS ?gain)
  BIND(IF(?least < 0, -?least, 0e0) AS ?loss)
  BIND(IF(?gain >= ?loss - {_TOLERANCE}, ?gain, -?loss) AS ?main)
  BIND(IF(?gain >= ?loss - {_TOLERANCE}, ?loss, ?gain) AS ?other)
  BIND(?other > 0 && ?other >= {MIXED_FACTOR}e0 * ABS(?main) - {_TOLERANCE} AS ?mixed)
  BIND(IF(?actor = ?target, "OWN_CASE", IF(?mixed, "MIXED",
    IF(?effective * ?main > 0, "SELF_SERVING", "AGAINST_INTEREST"))) AS ?alignment)
  BIND(ABS(?effective) * ?certainty * ABS(?main) AS ?strength)
  FILTER(?strength > 0 && ?strength >= {min_strength!r} - {_TOLERANCE})
}}"""
    if actor is None:
        return query
    head, where = query.split("WHERE", 1)
    where = where.replace("SELECT ?actor ", "SELECT ").replace("GROUP BY ?actor ", "GROUP BY ").replace("?actor ", f"<{actor}> ")
    return f"{head}WHERE{where[:-1]} BIND(<{actor}> AS ?actor) }}"


class _Writer:
    """Writes the branches of the query for one vocabulary and one selection of statements.

    Each branch has all its triples first, then their filters, then what is optional, then what is reckoned: engines
    order what stands together as they like, and evaluate what stands apart from it as a whole.
    """

    def __init__(self, vocabulary: Vocabulary, selection: Selection) -> None:
        self._selection = selection
        relations = sorted(vocabulary.relations.values(), key=lambda relation: relation.iri)
        self._stances = [relation for relation in relations if relation.stance]
        self._bearings = [relation for relation in relations if relation.bearing]
        self._interests = [relation for relation in relations if relation.carries_interest]
        classes = sorted(vocabulary.classes.values(), key=lambda entity_class: entity_class.iri)
        self._entities = _iris(entity_class.iri for entity_class in classes)
        self._carrying = _iris(entity_class.iri for entity_class in classes if entity_class.carries_interest)

    def branches(self, max_hops: int) -> Iterator[str]:
        """Yield a branch for what actors say of themselves, and one for each shape of a path."""
        for effect in (self._direct(), self._through_claim()):
            yield "\n".join(["    {", *self._effect(effect), "FILTER(?actor = ?target) BIND(1e0 AS ?interest) }"])
            for hops in range(1, max_hops + 1):
                for directions in product((True, False), repeat=hops):
                    yield self._branch(effect, list(_steps(directions)))

    def _effect(self, effect: _Effect, path: Sequence[str] = ()) -> list[str]:
        return [
            *effect.triples,
            *path,
            *(self._known(name, is_stance=name == "stance") for name in effect.statements),
            f"BIND({effect.sign} AS ?effective) BIND({_certainty('stance')} AS ?certainty) FILTER(?effective * ?certainty != 0)",
        ]

    def _branch(self, effect: _Effect, steps: Sequence[_Step]) -> str:
        """Return the pattern of paths of one shape.

        A path stands in a row for each who may dispute each of its relations; the least of its factors is meant.
        """
        weight = " * ".join(map(self._weight, steps))
        halves = " * ".join(f"IF(BOUND(?who{s.place}) && !BOUND(?then{s.place}), {DISPUTED_FACTOR}e0, 1e0)" for s in steps)
        key = f"?actor ?target ?stance ?bearing ?effective ?certainty ?weight {' '.join(f'?s{step.place}' for step in steps)}"
        lines = [
            f"    {{ {{ SELECT {key} (MIN(?factor) AS ?half) WHERE {{",
            *self._effect(effect, self._path(steps)),
            f"BIND({weight} AS ?weight) FILTER(?weight != 0) BIND({halves} AS ?factor)",
            f"}} GROUP BY {key} }} BIND(?weight * ?half AS ?interest) }}",
        ]
        return "\n    ".join(lines)

    # ── stances ────────────────────────────────────────────────────────────────────────────────────────

    def _direct(self) -> _Effect:
        """Return the triples of a stance on an entity, and the signed stance."""
        triples = (
            f"?stance {_says('actor', 'taking', 'target')} . ?target a ?targetClass .",
            f"FILTER(?taking IN ({_iris(r.iri for r in self._stances)}) && ?targetClass IN ({self._entities}))",
            f"{self._seen('stance')} VALUES ?bearing {{ <{NO_BEARING}> }}",
        )
        return _Effect(triples, ("stance",), _looked_up("taking", ((r.iri, r.stance) for r in self._stances)))

    def _through_claim(self) -> _Effect:
        """Return the triples of a stance on a claim that bears on an entity, and the signed stance on that."""
        triples = (
            f"?stance {_says('actor', 'taking', 'claim')} . ?bearing {_says('claim', 'meaning', 'target')} .",
            f"FILTER(?taking IN ({_iris(r.iri for r in self._stances)}) && ?meaning IN ({_iris(r.iri for r in self._bearings)}))",
            f"{self._seen('stance')} {self._seen('bearing')}",
        )
        stance = _looked_up("taking", ((r.iri, r.stance) for r in self._stances))
        bearing = _looked_up("meaning", ((r.iri, r.bearing) for r in self._bearings))
        return _Effect(triples, ("stance", "bearing"), f"{stance} * {bearing} * {_certainty('bearing')}")

    # ── interests ──────────────────────────────────────────────────────────────────────────────────────

    def _path(self, steps: Sequence[_Step]) -> list[str]:
        """Return the pattern of a path: along each relation, or against it."""
        nodes = ["actor", *(f"n{place}" for place in range(1, len(steps))), "target"]
        unequal = [f"?{one} != ?{other}" for place, one in enumerate(nodes) for other in nodes[place + 1 :]]
        rivals = _iris(relation.iri for relation in self._interests if not relation.chains)
        broken = " + ".join(f"IF(?p{step.place} IN ({rivals}), 1, 0)" for step in steps)
        return [
            *(f"?s{step.place} {step.says} ." for step in steps),
            *(f"?{node} a ?{node}Class . FILTER(?{node}Class IN ({self._carrying}))" for node in nodes[1:-1]),
            *(f"FILTER(?p{step.place} IN ({self._weighing(step)}))" for step in steps),
            f"FILTER({' && '.join(unequal)} && {broken} <= 1)",
            *(self._seen(f"s{step.place}") for step in steps),
            *(self._known(f"s{step.place}") for step in steps),
            "OPTIONAL { ?stance cb:statedOn ?saidOn }",
            *(f"FILTER(!BOUND(?saidOn) || ({_holds(f's{step.place}', '?saidOn')}))" for step in steps),
            *(self._shares(step) + self._disputed(step) for step in steps),
        ]

    def _weighing(self, step: _Step) -> str:
        return _iris(r.iri for r in self._interests if _plain(r, step.forward) or _scaled(r, step.forward))

    def _shares(self, step: _Step) -> str:
        scales = sorted({r.scaled_by for r in self._interests if r.scaled_by})
        return " ".join(f"OPTIONAL {{ ?s{step.place} <{iri}> ?share{step.place} }}" for iri in scales)

    def _weight(self, step: _Step) -> str:
        """Return what a relation weighs: with its share where it has one, its confidence, and half where disputed."""
        n = step.place
        plain = _looked_up(f"p{n}", ((r.iri, _plain(r, step.forward)) for r in self._interests))
        scaled = [(r.iri, _scaled(r, step.forward)) for r in self._interests if _scaled(r, step.forward) is not None]
        if scaled:
            share = f"{_looked_up(f'p{n}', scaled)} * xsd:double(?share{n})"
            plain = f"IF(BOUND(?share{n}) && ?p{n} IN ({_iris(iri for iri, _ in scaled)}), {share}, {plain})"
        return f"{plain} * {_certainty(f's{n}')}"

    def _disputed(self, step: _Step) -> str:
        """Return the pattern that binds who else stands against what a statement says, and when they changed their mind."""
        n, negative = step.place, _iris(r.iri for r in self._stances if (r.stance or 0) < 0)
        return f"""OPTIONAL {{
        ?same{n} {step.says} . ?no{n} {_says(f"who{n}", f"not{n}", f"same{n}")} . {self._seen(f"no{n}")}
        FILTER(?not{n} IN ({negative}) && ?who{n} != ?actor) {self._dates(f"no{n}")}
      }}
      OPTIONAL {{
        ?no{n} cb:statedOn ?before{n} ; rdf:object ?said{n} . ?said{n} {step.says} .
        ?again{n} {step.says} . ?later{n} {_says(f"who{n}", f"now{n}", f"again{n}")} ; cb:statedOn ?then{n} .
        {self._seen(f"later{n}")} FILTER(?now{n} IN ({_iris(r.iri for r in self._stances)})) {self._dates(f"later{n}")}
        FILTER(!({_not_after(f"?then{n}", f"?before{n}")}))
      }}"""

    # ── what counts ────────────────────────────────────────────────────────────────────────────────────

    def _seen(self, statement: str) -> str:
        """Return the pattern that a statement has one of the statuses asked for."""
        statuses = ", ".join(f"cb:{status.value.capitalize()}" for status in sorted(self._selection.statuses))
        return f"?{statement} cb:status ?{statement}Status . FILTER(?{statement}Status IN ({statuses}))"

    def _known(self, statement: str, *, is_stance: bool = False) -> str:
        """Return the pattern of a statement's confidence, and of its dates; it must hold on the day asked for."""
        confidence = f"OPTIONAL {{ ?{statement} cb:confidence ?{statement}Sure }}"
        return f"{confidence} {_when(statement)} {self._dates(statement, is_stance, is_bound=True)}"

    def _dates(self, statement: str, is_stance: bool = True, *, is_bound: bool = False) -> str:
        """Return the pattern that a statement holds on the day asked for, if there is one."""
        if self._selection.as_of is None:
            return ""
        dates = "" if is_bound else _when(statement)
        said = f"OPTIONAL {{ ?{statement} cb:statedOn ?{statement}Said }}" if is_stance else ""
        return f"{dates} {said} FILTER({_holds(statement, f'{chr(34)}{self._selection.as_of.text}{chr(34)}', is_stance)})"


def _when(statement: str) -> str:
    return f"OPTIONAL {{ ?{statement} cb:validFrom ?{statement}Since }} OPTIONAL {{ ?{statement} cb:validTo ?{statement}Until }}"


@dataclass(frozen=True, slots=True)
class _Effect:
    """What binds a stance, its actor and its target, and what makes the signed stance of that."""

    triples: tuple[str, ...]
    statements: tuple[str, ...]
    sign: str


@dataclass(frozen=True, slots=True)
class _Step:
    """One relation of a path: its place from 1 on, and the variables of its statement's subject and object."""

    place: int
    subject: str
    object: str
    forward: bool

    @property
    def says(self) -> str:
        """The triples of every statement that says the same."""
        return _says(self.subject, f"p{self.place}", self.object)


def _steps(directions: Sequence[bool]) -> Iterator[_Step]:
    nodes = ["actor", *(f"n{place}" for place in range(1, len(directions))), "target"]
    for place, forward in enumerate(directions, 1):
        subject, object = nodes[place - 1 : place + 1] if forward else (nodes[place], nodes[place - 1])
        yield _Step(place, subject, object, forward)


def _says(subject: str, predicate: str, obj: str) -> str:
    return f"rdf:subject ?{subject} ; rdf:predicate ?{predicate} ; rdf:object ?{obj}"


def _looked_up(variable: str, values: Iterable[tuple[str, float | None]]) -> str:
    """Return the expression that gives the number of an IRI, 0 for others."""
    by_value: dict[float, list[str]] = defaultdict(list)
    for iri, value in values:
        if value:
            by_value[value].append(iri)
    text = "0e0"
    for value, iris in by_value.items():
        text = f"IF(?{variable} IN ({_iris(iris)}), {value!r}e0, {text})"
    return text


def _plain(relation: Relation, forward: bool) -> float:
    return relation.forward_weight if forward else relation.backward_weight


def _scaled(relation: Relation, forward: bool) -> float | None:
    return relation.forward_scaled_weight if forward else relation.backward_scaled_weight


def _certainty(statement: str) -> str:
    return f"COALESCE(xsd:double(?{statement}Sure), 1e0)"


def _holds(statement: str, period: str, is_stance: bool = False) -> str:
    """Return that a statement may hold during a period; a stance does so from when it was said."""
    since = f"COALESCE(?{statement}Since, ?{statement}Said)" if is_stance else f"?{statement}Since"
    return f"COALESCE({_not_after(since, period)}, true) && COALESCE({_not_after(period, f'?{statement}Until')}, true)"


def _not_after(first: str, last: str) -> str:
    """Return that one partial date begins no later than another ends: so far as both go, they are texts in order."""
    one, other = f"STR({first})", f"STR({last})"
    return f"SUBSTR({one}, 1, STRLEN({other})) <= SUBSTR({other}, 1, STRLEN({one}))"


def _iris(iris: Iterable[str]) -> str:
    return ", ".join(f"<{iri}>" for iri in iris)
