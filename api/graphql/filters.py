"""What may be asked of entities, claims, statements and documents: read from the vocabulary, written in conditions.

Each input type is a table of fields, and each field says both what GraphQL shows of it and what condition it stands for.
What conditions mean stands in `cuibono.graph.filtering`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from cuibono.api.graphql import filter_inputs as inputs
from cuibono.api.graphql.asking import THING_KINDS, Asking, Field
from cuibono.api.graphql.ends import End, clash, ends_of_any
from cuibono.api.graphql.filter_inputs import DateFilter, Direction, NumberFilter, TextFilter, Value, input_type
from cuibono.graph.arguments import fraction
from cuibono.graph.dates import PartialDate
from cuibono.graph.filtering import conditions as c
from cuibono.graph.filtering.conditions import Condition
from cuibono.graph.model import Basis, Status
from cuibono.schema import Attribute, Vocabulary
from cuibono.schema.vocabulary import CLAIM, ENTITY, STATEMENT

__all__ = ["Filters"]

_ACCEPTED = frozenset({Status.ACCEPTED})
_KIND_OF = {CLAIM: "claims", STATEMENT: "statements"}


class Filters:
    """The input types of a vocabulary.

    Parameters
    ----------
    vocabulary : Vocabulary
        What there is to ask for.

    Attributes
    ----------
    where : mapping of str to type
        By the IRI of an entity class, of ``cb:Claim`` or of ``cb:Statement`` the type of its filters.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.where: dict[str, type] = {ENTITY: inputs.EntityWhere, CLAIM: inputs.ClaimWhere, STATEMENT: inputs.StatementWhere}
        for entity_class in sorted(vocabulary.classes.values(), key=lambda one: one.iri):
            if entity_class.iri != ENTITY:
                description = f"What is asked of members of the class “{entity_class.label}”; all that is given holds."
                self.where[entity_class.iri] = input_type(f"{entity_class.name}Where", description)
        self._relations: dict[type, type] = {}
        self._edges: dict[type, type] = {}
        self._kinds = {made: _KIND_OF.get(iri, "entities") for iri, made in self.where.items()}
        self._kinds |= {inputs.DocumentWhere: "documents", inputs.ThingWhere: "things"}
        for made in (*self.where.values(), inputs.ThingWhere):
            self._make_relation_types(made)

    @cached_property
    def fields(self) -> Mapping[type, Mapping[str, Field]]:
        """Those of each input type, by name.

        Raises
        ------
        OntologyError
            If the name of a relation is that of a field that every filter of its ends has.
        """
        return {made: {field.name: field for field in fields} for made, fields in self._tables()}

    @property
    def types(self) -> Sequence[type]:
        """All that the schema would not reach by itself."""
        return list(self.where.values())

    def where_of(self, classes: Sequence[str]) -> type:
        """Return the type of the filters of what may be of any of some classes: the narrowest that there is."""
        if len(set(classes)) == 1:
            return self.where[classes[0]]
        if {CLAIM, STATEMENT}.intersection(classes):
            return inputs.ThingWhere
        common = frozenset.intersection(*(self.vocabulary.ancestors(iri) for iri in classes))
        return self.where[max(common, key=lambda iri: (len(self.vocabulary.ancestors(iri)), iri))]

    def check_names(self) -> None:
        """Refuse a class that is called as one of the input types.

        Raises
        ------
        OntologyError
            If there is one.
        """
        made = {kind.__name__ for kinds in (self.where, self._edges, self._relations) for kind in kinds.values()}
        for entity_class in self.vocabulary.classes.values():
            if entity_class.name in made:
                message = f"there is a type {entity_class.name!r} for filters already; give the class's IRI another last part"
                raise self.vocabulary.ontology.error(entity_class.iri, message)

    def kind(self, made: type) -> str:
        """Return the kind of records that an input type is about."""
        return self._kinds[made]

    def _make_relation_types(self, made: type) -> None:
        base = made.__name__.removesuffix("Where")
        edge = input_type(f"{base}EdgeFilter", "What is asked of a statement and of what it leads to; both hold.")
        self._edges[made] = edge
        self._relations[made] = input_type(
            f"{base}RelationFilter",
            "How many statements there must be; all that is given holds. Accepted statements count, unless `evidence` asks for "
            "others.",
        )

    # ── the fields of each type ────────────────────────────────────────────────────────────────────────

    def _tables(self) -> Iterator[tuple[type, list[Field]]]:
        yield inputs.EvidenceFilter, list(_evidence_fields())
        for iri, made in self.where.items():
            own = {CLAIM: self._claim_fields, STATEMENT: self._statement_fields}.get(iri, self._entity_fields)
            yield (
                made,
                self._with_ends(
                    [*self._common(made), *own()], ends_of_any(self.vocabulary, iri), made.__name__.removesuffix("Where")
                ),
            )
        yield inputs.DocumentWhere, [*self._common(inputs.DocumentWhere), *self._document_fields()]
        yield inputs.ThingWhere, [*self._common(inputs.ThingWhere), *_thing_fields()]
        for made in self._relations:
            yield self._edges[made], list(self._edge_fields(made))
            yield self._relations[made], list(self._relation_fields(made))
        if self.vocabulary.attributes:
            yield _Attributes, [_attribute_field(a) for _, a in sorted(self.vocabulary.attributes.items())]
        yield from self._orders()

    def _common(self, made: type) -> Iterator[Field]:
        yield Field("and", list[made], "All of these hold.", lambda asking, all: c.All(asking.several(made, all)))  # type: ignore[valid-type]
        yield Field("or", list[made], "One of these holds.", lambda asking, any: c.Either(asking.several(made, any)))  # type: ignore[valid-type]
        yield Field("not", made, "This does not hold.", lambda asking, one: c.Not(asking.condition(made, one)))
        yield Field("is", list[str], "It is one of these: names, IRIs or ids.", lambda asking, names: asking.one_of(names))

    def _entity_fields(self) -> Iterator[Field]:
        yield Field(
            "type", list[str], "Members of one of these classes, and of those below: names or IRIs.", lambda a, v: a.of_classes(v)
        )
        yield _text("name", "Its label, or any of its other names.")
        yield _text("label", "Its label.")
        yield _text("alias", "Any of its other names.")
        yield _text("description", "What it is, in a few words.")
        yield _text("sameAs", "Any of the IRIs under which others know it.", "same_as")
        yield self._statements_field("Statements that it is an end of.")

    def _claim_fields(self) -> Iterator[Field]:
        yield _text("text", "The proposition.")
        yield _number("quantity", "The number it is about.")
        yield _text("unit", "What the number counts.")
        yield _text("hedge", "Any of the words that soften it.")
        yield _contested("Whether somebody supports and somebody disputes it.")
        yield self._statements_field("Statements that it is an end of.")

    def _document_fields(self) -> Iterator[Field]:
        yield _text("title", "Its title.")
        yield _text("publisher", "Who published it.")
        yield _text("author", "Any of those who wrote it.")
        yield _text("licence", "Under what licence.")
        yield _text("language", "Its language, as a BCP 47 tag.")
        yield _text("url", "Where it is found.")
        yield _date("published", "When it was published.")
        yield _date("retrieved", "When it was fetched.")
        yield self._statements_field("Statements found in it.")

    def _statement_fields(self) -> Iterator[Field]:
        yield Field("predicate", list[str], "Of one of these relations: names or IRIs.", lambda a, v: a.of_relations(v))
        yield _refers("subject", inputs.ThingWhere, "Its subject.")
        yield _refers("object", inputs.ThingWhere, "Its object.")
        yield _refers("speaker", inputs.EntityWhere, "Who says so.")
        yield _refers("saidVia", inputs.EntityWhere, "The channel it was said on.", "said_via")
        yield _refers("document", inputs.DocumentWhere, "Any document that it is found in.")
        yield _refers("inResponseTo", inputs.StatementWhere, "The statement that it answers.", "in_response_to")
        yield _text("quote", "Any of its quotes.", "exact")
        yield _date("statedOn", "When it was said.", "stated_on")
        yield _date("validFrom", "From when it holds.", "valid_from")
        yield _date("validTo", "Until when it holds.", "valid_to")
        yield Field("validOn", PartialDate, "It may hold on that day.", lambda _, day: c.ValidOn(day))
        yield _number("confidence", "Between 0 and 1; 1 where nobody stated one.")
        yield _among("basis", Basis, "Of one of these bases.")
        yield _among("status", Status, "Of one of these statuses, among those that the `status` of the list lets through.")
        yield _contested("Whether somebody supports and somebody disputes what it says.")
        if self.vocabulary.attributes:
            yield Field("attributes", _Attributes, "What else it carries.", lambda a, v: a.condition(_Attributes, v))

    def _statements_field(self, description: str) -> Field:
        made = inputs.StatementWhere
        return Field("statements", self._relations[made], description, lambda a, v: a.quantified(made, c.StatementEdges(), v))

    def _with_ends(self, own: list[Field], ends: Iterator[End], owner: str) -> list[Field]:
        taken = {field.name for field in own}
        for end in ends:
            if end.name in taken:
                raise clash(self.vocabulary, end, f"the filter of every {owner}")
            own.append(self._end_field(end))
        return own

    def _end_field(self, end: End) -> Field:
        target = self.where_of(end.others)
        edges = c.RelationEdges(end.relation.iri, end.inverse)
        description = f"Its statements: {end.label}."
        return Field(end.name, self._relations[target], description, lambda a, v: a.quantified(target, edges, v))

    def _edge_fields(self, made: type) -> Iterator[Field]:
        node = "The statement itself." if made is inputs.StatementWhere else "What stands at the other end."
        yield Field("node", made, node, lambda asking, value: asking.condition(made, value))
        yield Field("evidence", inputs.EvidenceFilter, "The statement as evidence.", lambda asking, value: asking.evidence(value))

    def _relation_fields(self, made: type) -> Iterator[Field]:
        edge = self._edges[made]
        for name, description in (
            ("some", "At least one is so."),
            ("none", "None is so."),
            ("every", "Each is so, as where there is none."),
        ):
            yield Field(name, edge, description, lambda _, value: value)
        yield Field("count", NumberFilter, "How many there are.", lambda _, value: value)

    def _orders(self) -> Iterator[tuple[type, list[Field]]]:
        statements = _order("statements", "The number of accepted statements that it is an end of.", c.StatementEdges())
        entity = [_order("label", "Its label, case aside.", "label"), statements]
        claim = [
            _order("text", "The proposition, case aside.", "text"),
            _order("quantity", "The number it is about.", "quantity"),
            statements,
        ]
        yield inputs.EntityOrder, self._ordered_ends(entity, ends_of_any(self.vocabulary, ENTITY), "Entity")
        yield inputs.ClaimOrder, self._ordered_ends(claim, ends_of_any(self.vocabulary, CLAIM), "Claim")
        yield (
            inputs.StatementOrder,
            [
                _order("statedOn", "When it was said.", "stated_on"),
                _order("validFrom", "From when it holds.", "valid_from"),
                _order("validTo", "Until when it holds.", "valid_to"),
                _order("confidence", "Its confidence.", "confidence"),
            ],
        )
        yield (
            inputs.DocumentOrder,
            [
                _order("title", "Its title, case aside.", "title"),
                _order("publisher", "Who published it, case aside.", "publisher"),
                _order("published", "When it was published.", "published"),
                _order("retrieved", "When it was fetched.", "retrieved"),
                _order("statements", "The number of accepted statements found in it.", c.StatementEdges()),
            ],
        )

    def _ordered_ends(self, own: list[Field], ends: Iterator[End], owner: str) -> list[Field]:
        taken = {field.name for field in own}
        for end in ends:
            if end.name in taken:
                raise clash(self.vocabulary, end, f"the order of every {owner}")
            description = f"The number of its accepted statements: {end.label}."
            own.append(_order(end.name, description, c.RelationEdges(end.relation.iri, end.inverse)))
        return own


_Attributes = input_type("StatementAttributesWhere", "What a statement must carry beside its parts; all that is given holds.")


def _text(name: str, description: str, field: str | None = None) -> Field:
    def means(_asking: Asking, value: Value) -> Condition:
        test = inputs.text_test(value)
        return _known(field or name, value, None if test is None else c.Worded(field or name, test))

    return Field(name, TextFilter, description, means)


def _date(name: str, description: str, field: str | None = None) -> Field:
    def means(_asking: Asking, value: Value) -> Condition:
        test = inputs.date_test(value)
        return _known(field or name, value, None if test is None else c.Dated(field or name, test))

    return Field(name, DateFilter, description, means)


def _number(name: str, description: str) -> Field:
    def means(_asking: Asking, value: Value) -> Condition:
        test = inputs.number_test(value)
        return _known(name, value, None if test is None else c.Numbered(name, test))

    return Field(name, NumberFilter, description, means)


def _known(field: str, value: Value, condition: Condition | None) -> Condition:
    known = value.get("known")
    parts = [] if condition is None else [condition]
    if known is not None:
        parts.append(c.Known(field) if known else c.Not(c.Known(field)))
    return c.All(tuple(parts))


def _among(name: str, kind: type, description: str) -> Field:
    return Field(name, list[kind], description, lambda _, values: c.Among(name, frozenset(values)))  # type: ignore[valid-type]


def _contested(description: str) -> Field:
    return Field("contested", bool, description, lambda _, value: c.Contested(value))


def _refers(name: str, made: type, description: str, field: str | None = None) -> Field:
    return Field(name, made, description, lambda asking, value: c.Refers(field or name, asking.condition(made, value)))


def _thing_fields() -> Iterator[Field]:
    for name, (kind, made) in THING_KINDS.items():
        article = "An" if name == "entity" else "A"
        yield Field(name, made, f"{article} {name} that has all this.", _of_kind(kind, made))


def _of_kind(kind: str, made: type) -> Callable[[Asking, Any], Condition]:
    return lambda asking, value: c.OfKind(kind, asking.condition(made, value))


def _evidence_fields() -> Iterator[Field]:
    yield Field(
        "speaker",
        list[str],
        "Said by one of these: names, IRIs or ids.",
        lambda asking, names: c.Refers("speaker", asking.one_of(names)),
    )
    yield Field(
        "document",
        list[str],
        "Found in one of these: IRIs or ids.",
        lambda asking, names: c.Refers("document", asking.one_of(names)),
    )
    yield Field(
        "publisher",
        TextFilter,
        "Found in a document of this publisher.",
        lambda asking, value: c.Refers("document", asking.condition(inputs.DocumentWhere, {"publisher": value})),
    )
    yield _text("quote", "Any of its quotes.", "exact")
    yield Field(
        "saidAfter",
        PartialDate,
        "May have been said after the last of these days.",
        lambda _, day: c.Dated("stated_on", c.DateTest(after=day)),
    )
    yield Field(
        "saidBefore",
        PartialDate,
        "May have been said before the first of these days.",
        lambda _, day: c.Dated("stated_on", c.DateTest(before=day)),
    )
    yield Field("asOf", PartialDate, "May hold on that day.", lambda _, day: c.ValidOn(day))
    yield _among("basis", Basis, "Of one of these bases.")
    yield _among("status", Status, "Of one of these statuses; accepted unless given.")
    yield Field(
        "minConfidence",
        float,
        "Of at least this confidence, between 0 and 1.",
        lambda _, least: c.Numbered("confidence", c.NumberTest(at_least=fraction(least, "min_confidence"))),
    )
    yield _contested("Whether somebody supports and somebody disputes what it says.")


def _attribute_field(attribute: Attribute) -> Field:
    description = f"{attribute.label}. {attribute.comment}".strip()
    iri = attribute.iri
    if attribute.datatype is bool:
        return Field(attribute.name, bool, description, lambda _, value: c.Attributed(iri, value))
    if attribute.datatype is str:
        return Field(attribute.name, TextFilter, description, lambda _, value: _attributed(iri, value, inputs.text_test(value)))
    return Field(attribute.name, NumberFilter, description, lambda _, value: _attributed(iri, value, inputs.number_test(value)))


def _attributed(iri: str, value: Value, test: c.TextTest | c.NumberTest | None) -> Condition:
    parts: list[Condition] = [] if test is None else [c.Attributed(iri, test)]
    if value.get("known") is not None:
        parts.append(c.Attributed(iri) if value["known"] else c.Not(c.Attributed(iri)))
    return c.All(tuple(parts))


def _order(name: str, description: str, by: str | c.RelationEdges | c.StatementEdges) -> Field:
    return Field(name, Direction, description, lambda _, _direction: by)
