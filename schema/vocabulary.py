"""The typed vocabulary: the classes, relations and attributes that an ontology declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from pathlib import Path

from cuibono.schema.namespaces import CB, OWL, PREFIXES, RDFS, SCHEMA, XSD
from cuibono.schema.ontology import Ontology

__all__ = [
    "AGENT",
    "CLAIM",
    "ENTITY",
    "STATEMENT",
    "Attribute",
    "EntityClass",
    "Relation",
    "Vocabulary",
    "expanded",
    "local_name",
]

AGENT = CB + "Agent"
ENTITY = CB + "Entity"
CLAIM = CB + "Claim"
STATEMENT = CB + "Statement"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_DATATYPES = {XSD + "string": str, XSD + "decimal": float, XSD + "double": float, XSD + "integer": int, XSD + "boolean": bool}


@dataclass(frozen=True, slots=True)
class EntityClass:
    """A class of entities.

    Attributes
    ----------
    ancestors : frozenset of str
        IRIs of every class it belongs to, itself included, as far as they descend from ``cb:Entity``.
    carries_interest : bool
        Whether an interest path may pass through a member.
    abstract : bool
        True for a class that only groups others.
    """

    iri: str
    name: str
    label: str
    comment: str
    parents: tuple[str, ...]
    ancestors: frozenset[str]
    carries_interest: bool
    abstract: bool


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property that a statement of certain relations may carry.

    Attributes
    ----------
    datatype : type
        ``str``, ``int``, ``float`` or ``bool``.
    """

    iri: str
    name: str
    label: str
    comment: str
    datatype: type
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class Relation:
    """A property that may stand as the predicate of a statement.

    Attributes
    ----------
    domain, range : tuple of str
        IRIs of classes of which the ends must be members: entity classes, ``cb:Claim`` or ``cb:Statement``.
    stance, bearing : float or None
        Signs between -1 and 1; None where the relation is no stance, or no bearing of a claim.
    forward_weight, backward_weight : float
        What happens to the subject when the object gains, and the other way round; 0 carries nothing.
    scaled_by : str or None
        IRI of the attribute by which the scaled weights, where given, are multiplied.
    chains : bool
        False where at most one such relation may stand in an interest path.
    excludes : bool
        True where the two claims it joins cannot both hold.
    identifies : bool
        True where the two entities it joins are one.
    """

    iri: str
    name: str
    label: str
    comment: str
    domain: tuple[str, ...]
    range: tuple[str, ...]
    inverse_name: str
    inverse_label: str
    symmetric: bool
    stance: float | None
    bearing: float | None
    forward_weight: float
    backward_weight: float
    scaled_by: str | None
    forward_scaled_weight: float | None
    backward_scaled_weight: float | None
    chains: bool
    excludes: bool
    identifies: bool
    attributes: tuple[str, ...]
    weight_reason: str | None

    @property
    def carries_interest(self) -> bool:
        """Whether interest runs along the relation in at least one direction."""
        return bool(self.forward_weight or self.backward_weight or self.forward_scaled_weight or self.backward_scaled_weight)


@dataclass(frozen=True)
class Vocabulary:
    """All that the ontology, and the files that extend it, allow to be said.

    Examples
    --------
    >>> vocabulary = Vocabulary.bundled()
    >>> vocabulary.relation("competesWith").forward_weight
    -0.8
    >>> vocabulary.entity_class("Company").parents == (vocabulary.entity_class("Organization").iri,)
    True
    """

    ontology: Ontology = field(repr=False)
    classes: Mapping[str, EntityClass]
    relations: Mapping[str, Relation]
    attributes: Mapping[str, Attribute]

    @classmethod
    def bundled(cls) -> Vocabulary:
        """Return the vocabulary of the ontology that comes with cuibono."""
        return cls.extended(())

    @classmethod
    def load(cls, *files: str | Path) -> Vocabulary:
        """Return the bundled vocabulary extended by Turtle files, the last of which wins.

        Raises
        ------
        OntologyError
            If a file cannot be read or parsed, or what the files say together cannot be.
        """
        return cls.extended([Ontology.read_file(file) for file in files])

    @classmethod
    def extended(cls, extensions: Sequence[Ontology]) -> Vocabulary:
        """Return the bundled vocabulary extended by ontologies already read, the last of which wins.

        Raises
        ------
        OntologyError
            If what they say together cannot be.
        """
        text = (resources.files("cuibono.schema") / "ontology.ttl").read_bytes()
        ontology = Ontology.parse(text, "ontology.ttl").extended_by(extensions)
        classes = {entity_class.name: entity_class for entity_class in _entity_classes(ontology)}
        attributes = {attribute.name: attribute for attribute in _attributes(ontology)}
        declared = list(_relations(ontology))
        _check_names(ontology, declared)
        relations = {relation.name: relation for relation in declared}
        vocabulary = cls(ontology, classes, relations, attributes)
        for relation in relations.values():
            _check_relation(vocabulary, relation)
        return vocabulary

    def relation(self, name: str) -> Relation:
        """Return the relation of that name, prefixed name or IRI.

        Raises
        ------
        KeyError
            If there is none.
        """
        return self._relations_by_iri.get(expanded(name)) or self.relations[name]

    def entity_class(self, name: str) -> EntityClass:
        """Return the entity class of that name, prefixed name or IRI.

        Raises
        ------
        KeyError
            If there is none.
        """
        return self._classes_by_iri.get(expanded(name)) or self.classes[name]

    def attribute(self, name: str) -> Attribute:
        """Return the attribute of that name, prefixed name or IRI.

        Raises
        ------
        KeyError
            If there is none.
        """
        return self._attributes_by_iri.get(expanded(name)) or self.attributes[name]

    def ancestors(self, class_iri: str) -> frozenset[str]:
        """Return the classes that members of a class belong to; of a claim or statement, its own class."""
        entity_class = self._classes_by_iri.get(class_iri)
        return entity_class.ancestors if entity_class else frozenset({class_iri})

    @cached_property
    def _relations_by_iri(self) -> dict[str, Relation]:
        return {relation.iri: relation for relation in self.relations.values()}

    @cached_property
    def _classes_by_iri(self) -> dict[str, EntityClass]:
        return {entity_class.iri: entity_class for entity_class in self.classes.values()}

    @cached_property
    def _attributes_by_iri(self) -> dict[str, Attribute]:
        return {attribute.iri: attribute for attribute in self.attributes.values()}


def expanded(name: str) -> str:
    """Return the IRI that a prefixed name stands for, or the name as it is."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES and not local.startswith("//") else name


def local_name(iri: str) -> str:
    """Return the part of an IRI after the last ``#``, ``/`` or ``:``."""
    return re.split(r"[#/:]", iri)[-1]


def _entity_classes(ontology: Ontology) -> Iterator[EntityClass]:
    parents: dict[str, tuple[str, ...]] = {ENTITY: ()}
    frontier = [ENTITY]
    while frontier:
        parent = frontier.pop()
        for child in ontology.subjects(RDFS + "subClassOf", parent):
            if child not in parents:
                frontier.append(child)
                parents[child] = ()
    for iri in parents:
        parents[iri] = tuple(sorted(p for p in ontology.iris(iri, RDFS + "subClassOf") if p in parents and p != iri))
    for iri in sorted(parents):
        line = _lineage(iri, parents)
        carries = next((c for c in (ontology.boolean(i, CB + "carriesInterest") for i in line) if c is not None), False)
        yield EntityClass(
            iri=iri,
            name=local_name(iri),
            label=ontology.text(iri, RDFS + "label") or local_name(iri),
            comment=ontology.text(iri, RDFS + "comment") or "",
            parents=parents[iri],
            ancestors=frozenset(line),
            carries_interest=carries,
            abstract=bool(ontology.boolean(iri, CB + "abstract")),
        )


def _lineage(iri: str, parents: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return a class and its ancestors, nearest first."""
    line, seen = [iri], {iri}
    for current in line:
        for parent in parents[current]:
            if parent not in seen:
                seen.add(parent)
                line.append(parent)
    return line


def _attributes(ontology: Ontology) -> Iterator[Attribute]:
    for iri in ontology.members(CB + "Attribute"):
        datatype = next(iter(ontology.iris(iri, RDFS + "range")), XSD + "string")
        if datatype not in _DATATYPES:
            known = ", ".join(sorted(_DATATYPES))
            raise ontology.error(iri, f"its rdfs:range {datatype} is not one of {known}")
        minimum, maximum = ontology.number(iri, CB + "minimum"), ontology.number(iri, CB + "maximum")
        if minimum is not None and maximum is not None and not minimum <= maximum:
            raise ontology.error(iri, f"its cb:minimum, {minimum:g}, is more than its cb:maximum, {maximum:g}")
        yield Attribute(
            iri=iri,
            name=local_name(iri),
            label=ontology.text(iri, RDFS + "label") or local_name(iri),
            comment=ontology.text(iri, RDFS + "comment") or "",
            datatype=_DATATYPES[datatype],
            minimum=minimum,
            maximum=maximum,
        )


def _relations(ontology: Ontology) -> Iterator[Relation]:
    for iri in ontology.members(CB + "Relation"):
        name = local_name(iri)
        label = ontology.text(iri, RDFS + "label") or name
        symmetric = OWL + "SymmetricProperty" in ontology.types(iri)
        inverse = next(iter(ontology.iris(iri, OWL + "inverseOf")), None)
        if inverse:
            inverse_name, inverse_label = local_name(inverse), ontology.text(inverse, RDFS + "label") or local_name(inverse)
        else:
            inverse_name, inverse_label = (name, label) if symmetric else (f"{name}Of", f"{label} (of)")
        yield Relation(
            iri=iri,
            name=name,
            label=label,
            comment=ontology.text(iri, RDFS + "comment") or "",
            domain=ontology.iris(iri, SCHEMA + "domainIncludes") or ontology.iris(iri, RDFS + "domain"),
            range=ontology.iris(iri, SCHEMA + "rangeIncludes") or ontology.iris(iri, RDFS + "range"),
            inverse_name=inverse_name,
            inverse_label=inverse_label,
            symmetric=symmetric,
            stance=ontology.number(iri, CB + "stanceSign"),
            bearing=ontology.number(iri, CB + "bearingSign"),
            forward_weight=ontology.number(iri, CB + "forwardWeight") or 0.0,
            backward_weight=ontology.number(iri, CB + "backwardWeight") or 0.0,
            scaled_by=next(iter(ontology.iris(iri, CB + "scaledBy")), None),
            forward_scaled_weight=ontology.number(iri, CB + "forwardScaledWeight"),
            backward_scaled_weight=ontology.number(iri, CB + "backwardScaledWeight"),
            chains=ontology.boolean(iri, CB + "chains") is not False,
            excludes=bool(ontology.boolean(iri, CB + "excludes")),
            identifies=bool(ontology.boolean(iri, CB + "identifies")),
            attributes=tuple(sorted(ontology.iris(iri, CB + "attribute"))),
            weight_reason=ontology.text(iri, CB + "weightReason"),
        )


def _check_names(ontology: Ontology, relations: Iterable[Relation]) -> None:
    """Refuse names that cannot be fields and types, and two terms of one name: a name alone must tell which is meant."""
    taken = {local_name(iri): iri for iri in (CLAIM, STATEMENT, CB + "Document", CB + "Evidence")}
    declared = [*ontology.members(CB + "Relation"), *ontology.members(CB + "Attribute"), *ontology.descendants(ENTITY)]
    for iri in sorted(declared, key=_bundled_first):
        _take_name(ontology, taken, iri, local_name(iri), iri)
    for relation in sorted(relations, key=lambda relation: _bundled_first(relation.iri)):
        if not relation.symmetric:
            _take_name(ontology, taken, relation.iri, relation.inverse_name, f"the inverse of {relation.iri}")


def _take_name(ontology: Ontology, taken: dict[str, str], iri: str, name: str, owner: str) -> None:
    whose = "its name" if owner == iri else "the name of its inverse (owl:inverseOf),"
    if not _NAME.fullmatch(name):
        raise ontology.error(iri, f"{whose} {name!r} is no name; write letters, digits and underscores, a letter first")
    if taken.setdefault(name, owner) != owner:
        raise ontology.error(iri, f"{whose} {name!r} is taken by {taken[name]}; give it another")


def _bundled_first(iri: str) -> tuple[bool, str]:
    """Return a key that puts our own terms first, so that a clash is the fault of what extends them."""
    return not iri.startswith(CB), iri


def _check_relation(vocabulary: Vocabulary, relation: Relation) -> None:
    for message in (*_wrong_ends(vocabulary, relation), *_wrong_weights(relation), *_wrong_attributes(vocabulary, relation)):
        raise vocabulary.ontology.error(relation.iri, message)


def _wrong_ends(vocabulary: Vocabulary, relation: Relation) -> Iterator[str]:
    if not relation.domain or not relation.range:
        yield "it needs schema:domainIncludes and schema:rangeIncludes (classes of its subjects and objects)"
    classes = {entity_class.iri for entity_class in vocabulary.classes.values()} | {CLAIM, STATEMENT}
    for class_iri in (*relation.domain, *relation.range):
        if class_iri not in classes:
            yield f"{class_iri} is no entity class, cb:Claim or cb:Statement; declare it with rdfs:subClassOf cb:Entity"
    if relation.symmetric and set(relation.domain) != set(relation.range):
        yield "it is symmetric, so its domain and range must be the same"
    if relation.stance is not None and {CLAIM, STATEMENT} & set(relation.domain):
        yield "it has a stance sign, so its domain must be classes of entities: claims and statements take no sides"
    if relation.bearing is not None and set(relation.domain) != {CLAIM}:
        yield "it has a bearing sign, so its domain must be cb:Claim"
    if relation.excludes and (set(relation.domain) | set(relation.range) != {CLAIM} or not relation.symmetric):
        yield "it excludes, so it must be symmetric and join claims"
    if relation.identifies and ({CLAIM, STATEMENT} & {*relation.domain, *relation.range} or not relation.symmetric):
        yield "it identifies, so it must be symmetric and join entities"
    if relation.identifies and (relation.stance is not None or relation.carries_interest):
        yield "it identifies, so it can be neither a stance nor an interest: nobody meets themselves"


def _wrong_weights(relation: Relation) -> Iterator[str]:
    forward = (relation.forward_weight, relation.forward_scaled_weight)
    backward = (relation.backward_weight, relation.backward_scaled_weight)
    for name, weight in (
        ("cb:stanceSign", relation.stance),
        ("cb:bearingSign", relation.bearing),
        *zip(("cb:forwardWeight", "cb:forwardScaledWeight"), forward, strict=True),
        *zip(("cb:backwardWeight", "cb:backwardScaledWeight"), backward, strict=True),
    ):
        if weight is not None and not -1 <= weight <= 1:
            yield f"its {name} is {weight:g}; it must stand between -1 and 1"
    if relation.symmetric and forward != backward:
        yield "it is symmetric, so its forward and backward weights must be equal"
    if (forward[1] is not None or backward[1] is not None) and not relation.scaled_by:
        yield "it has a scaled weight, so it needs cb:scaledBy"


def _wrong_attributes(vocabulary: Vocabulary, relation: Relation) -> Iterator[str]:
    declared = {attribute.iri: attribute for attribute in vocabulary.attributes.values()}
    for iri in (*relation.attributes, *([relation.scaled_by] if relation.scaled_by else [])):
        if iri not in declared:
            yield f"{iri} is no cb:Attribute; declare it as one"
    if relation.scaled_by and relation.scaled_by not in relation.attributes:
        yield "what it is scaled by must be one of its attributes (cb:attribute)"
    if relation.scaled_by in declared and not _is_fraction(declared[relation.scaled_by]):
        yield f"it is scaled by {relation.scaled_by}, which must be a number with cb:minimum and cb:maximum between 0 and 1"


def _is_fraction(attribute: Attribute) -> bool:
    low, high = attribute.minimum, attribute.maximum
    return attribute.datatype in {int, float} and low is not None and high is not None and 0 <= low <= high <= 1
