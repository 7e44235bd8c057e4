"""The two ends of each relation: what they are called, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cuibono.schema import OntologyError, Relation, Vocabulary
from cuibono.schema.vocabulary import CLAIM, STATEMENT

__all__ = ["End", "clash", "ends_at", "ends_of_any", "owner_name"]


@dataclass(frozen=True, slots=True)
class End:
    """A relation, seen from its subjects or, where `inverse`, from its objects."""

    relation: Relation
    inverse: bool

    @property
    def name(self) -> str:
        """The name of its field."""
        return self.relation.inverse_name if self.inverse else self.relation.name

    @property
    def label(self) -> str:
        """Words for it."""
        return self.relation.inverse_label if self.inverse else self.relation.label

    @property
    def description(self) -> str:
        """What its field says of itself."""
        direction = "either way" if self.relation.symmetric else "from the other to this" if self.inverse else "from this"
        return f"Statements of the relation “{self.relation.label}”, {direction}. {self.relation.comment}".strip()

    @property
    def others(self) -> Sequence[str]:
        """IRIs of the classes of what may stand at the other end."""
        return self.relation.domain if self.inverse else self.relation.range


def ends_at(vocabulary: Vocabulary, iri: str) -> Iterator[End]:
    """Yield the ends that members of a class may stand at, in the order of the relations' names.

    Parameters
    ----------
    iri : str
        IRI of an entity class, ``cb:Claim`` or ``cb:Statement``.
    """
    ancestors = vocabulary.ancestors(iri)
    for name in sorted(vocabulary.relations):
        relation = vocabulary.relations[name]
        if ancestors.intersection(relation.domain):
            yield End(relation, inverse=False)
        if ancestors.intersection(relation.range) and not relation.symmetric:
            yield End(relation, inverse=True)


def ends_of_any(vocabulary: Vocabulary, iri: str) -> Iterator[End]:
    """Yield the ends that any member of a class may stand at, be it for a class below, in the order of the relations' names."""
    below = [c.iri for c in vocabulary.classes.values() if iri in c.ancestors] or [iri]
    found = {end: None for one in below for end in ends_at(vocabulary, one)}
    return iter(sorted(found, key=lambda end: (end.relation.name, end.inverse)))


def clash(vocabulary: Vocabulary, end: End, owner: str) -> OntologyError:
    """Return the error of an end whose name is taken.

    Parameters
    ----------
    owner : str
        What has a field of that name, in the plural or with "every".
    """
    whose, remedy = "its name", "give its IRI another last part"
    if end.inverse:
        whose, remedy = "the name of its inverse", "give it an owl:inverseOf of another name"
    return vocabulary.ontology.error(end.relation.iri, f"{whose}: {owner} has a field {end.name!r} already; {remedy}")


def owner_name(vocabulary: Vocabulary, iri: str) -> str:
    """Return what a class is called."""
    return {CLAIM: "Claim", STATEMENT: "Statement"}.get(iri) or vocabulary.entity_class(iri).name
