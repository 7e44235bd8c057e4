"""What a mapping file says: which columns of a table make which entities, claims and statements."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cuibono.graph.build.dossier import checked_base
from cuibono.graph.build.fields import Fields
from cuibono.graph.build.table.source import FORMATS, TableFormat, header_rows
from cuibono.graph.build.table.templates import Lookups, Row, Template, parsed_template
from cuibono.graph.build.yaml_source import Located, read_yaml
from cuibono.graph.errors import InvalidInput, InvalidValue, OntologyError, Problem
from cuibono.graph.model import Basis, Status
from cuibono.schema import Relation, Vocabulary
from cuibono.schema.ontology import Ontology
from cuibono.schema.vocabulary import CLAIM, STATEMENT, local_name

__all__ = ["Condition", "Mapping", "Section", "StatementSection", "Value", "mapping_problems", "read_mapping"]

_FIELDS = {"base", "name", "title", "ontology", "table", "document", "source", "lookups", "entities", "claims", "statements"}
_TABLE_FIELDS = {"format", "delimiter", "encoding", "sheet", "header", "records"}
_ABOUT_DOCUMENT = {"title", "publisher", "authors", "licence", "url", "published", "retrieved", "language"}
_ENTITY_FIELDS = {"type", "key", "iri", "label", "aliases", "same-as", "description", "when", "optional"}
_CLAIM_FIELDS = {"key", "iri", "text", "quantity", "unit", "hedges", "when", "optional"}
_STATEMENT_FIELDS = {
    "subject", "predicate", "object", "speaker", "said-via", "stated-on", "valid-from", "valid-to", "confidence", "basis",
    "status", "attributes", "when",
}  # fmt: skip
_NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Value:
    """What a mapping writes for one field, and where.

    Attributes
    ----------
    templates : tuple of Template
        Several where the field is a list.
    place : str
        File and line.
    """

    templates: tuple[Template, ...]
    place: str

    def one(self, row: Row) -> str | None:
        """Return the value for a row; see `Template.value`."""
        return self.templates[0].value(row)

    def all(self, row: Row) -> tuple[str, ...]:
        """Return the values of a list for a row; see `Template.values`."""
        return tuple(value for template in self.templates for value in template.values(row))


@dataclass(frozen=True, slots=True)
class Condition:
    """What a cell must be for a section to say anything of a row."""

    column: str
    holds: Callable[[str], bool]
    place: str


@dataclass(frozen=True)
class Section:
    """An entity, a claim or a document that each row is about.

    Attributes
    ----------
    values : dict of str to Value
        By field, as the mapping has them.
    optional : bool
        Whether a row may leave it out; statements about it are then not made.
    """

    name: str
    values: dict[str, Value]
    place: str
    conditions: tuple[Condition, ...] = ()
    optional: bool = False

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that decide what it is."""
        named = (column for value in self.values.values() for template in value.templates for column in template.columns)
        return tuple(dict.fromkeys((*named, *(condition.column for condition in self.conditions))))


@dataclass(frozen=True, slots=True)
class StatementSection:
    """A statement that each row makes.

    Attributes
    ----------
    subject, object : str
        Names of sections; so are the speaker and the channel.
    values : dict of str to Value
        Dates and confidence.
    attributes : dict of str to Value
        By IRI.
    """

    relation: Relation
    subject: str
    object: str
    speaker: str | None
    said_via: str | None
    basis: Basis
    status: Status
    values: dict[str, Value]
    attributes: dict[str, Value]
    place: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """A mapping file, read and checked against the ontology.

    Attributes
    ----------
    base : str
        The IRI under which what the table names stands.
    name : str
        What the history knows the table by.
    document : Section
        What is known about the table.
    source : Section or None
        The document that each row names.
    sha256 : str
        Of the mapping file.
    """

    base: str
    name: str
    ontologies: tuple[Ontology, ...]
    table: TableFormat
    document: Section
    source: Section | None
    entities: dict[str, Section]
    claims: dict[str, Section]
    statements: tuple[StatementSection, ...]
    file: str = field(default="")
    sha256: str = field(default="")

    @property
    def source_iri(self) -> str:
        """The IRI that the history knows the table by."""
        return f"{self.base}table/{self.name}"

    @property
    def document_iri(self) -> str:
        """The IRI of the table as a document."""
        return f"{self.base}document/{self.name}"

    def columns(self) -> Iterator[tuple[str, str]]:
        """Yield each column that is named, and the place where."""
        sections = [*self.entities.values(), *self.claims.values(), *([self.source] if self.source else [])]
        values = [value for section in sections for value in section.values.values()]
        values += [value for made in self.statements for value in (*made.values.values(), *made.attributes.values())]
        for value in values:
            yield from ((column, value.place) for template in value.templates for column in template.columns)
        for conditions in [*(section.conditions for section in sections), *(made.conditions for made in self.statements)]:
            yield from ((condition.column, condition.place) for condition in conditions)


def mapping_problems(mapping: Mapping, columns: Sequence[str]) -> list[Problem]:
    """Return what is wrong between a mapping and the columns of a table, before a row is read."""
    problems = {}
    for column, place in mapping.columns():
        if column not in columns:
            near = difflib.get_close_matches(column, columns, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(columns)}"
            problems[column, place] = Problem(place, None, f"the table has no column {column!r}; {remedy}")
    return list(problems.values())


def read_mapping(path: str | Path, vocabulary: Vocabulary | None = None) -> Mapping:
    """Return what a mapping file says.

    Parameters
    ----------
    path : str or Path
        YAML; see ``docs/tables.md``.
    vocabulary : Vocabulary, optional
        The bundled one unless given; the ontologies that the mapping names extend it.

    Raises
    ------
    InvalidInput
        With every problem that was found, file and line.
    """
    file = Path(path)
    problems: list[Problem] = []
    mapping = _Reader(file, problems).read(vocabulary or Vocabulary.bundled())
    if problems or mapping is None:
        raise InvalidInput(problems)
    return mapping


class _Reader:
    """Reads a mapping, and collects what is wrong."""

    def __init__(self, file: Path, problems: list[Problem]) -> None:
        self._file, self._problems = file, problems
        self._lookups: Lookups = {}

    def read(self, vocabulary: Vocabulary) -> Mapping | None:
        located = read_yaml(self._file, self._file.name)
        fields = self._fields(located, _FIELDS, {"base", "statements"}, "mapping")
        if not fields.complete:
            return None
        ontologies = tuple(self._ontologies(fields))
        try:
            self._vocabulary = Vocabulary.extended([*vocabulary.ontology.extensions, *ontologies])
        except OntologyError as error:
            fields.refuse("ontology", str(error))
            return None
        self._lookups = {
            name: {key: one.written or str(one.value) for key, one in table.items()}
            for name, table in fields.mapping("lookups").items()
        }
        entities = dict(self._sections(fields, "entities", _ENTITY_FIELDS, {"label"}))
        claims = dict(self._sections(fields, "claims", _CLAIM_FIELDS, {"text"}))
        self._check_names(entities, claims)
        return Mapping(
            base=self._base(fields),
            name=self._name(fields),
            ontologies=ontologies,
            table=self._table(fields),
            document=self._about("document", fields, self._constant),
            source=self._about("source", fields, self._any) if "source" in fields else None,
            entities=entities,
            claims=claims,
            statements=tuple(self._statements(fields, entities, claims)),
            file=self._file.name,
            sha256=hashlib.sha256(self._file.read_bytes()).hexdigest(),
        )

    def _fields(self, located: Located, allowed: set[str], required: set[str], what: str) -> Fields:
        return Fields(located, self._problems, allowed=allowed, required=required, what=what)

    def _ontologies(self, fields: Fields) -> Iterator[Ontology]:
        for name in fields.texts("ontology"):
            try:
                yield Ontology.read_file(self._file.parent / name)
            except OntologyError as error:
                fields.refuse("ontology", str(error))

    def _base(self, fields: Fields) -> str:
        base = fields.text("base") or ""
        try:
            return checked_base(base)
        except InvalidValue as error:
            fields.refuse("base", str(error))
            return base

    def _name(self, fields: Fields) -> str:
        name = fields.text("name") or self._file.name.split(".")[0]
        if not _NAME.fullmatch(name):
            fields.refuse("name", f"{name!r} is no name; write letters, digits, `-`, `_` and `.`")
        return name

    def _table(self, fields: Fields) -> TableFormat:
        located = fields.elements("table")
        about = self._fields(located[0] if located else Located({}, fields.located.place), _TABLE_FIELDS, set(), "table")
        form = about.text("format")
        if form is not None and form not in FORMATS.values():
            about.refuse("format", f"{form!r} is none of {', '.join(sorted(set(FORMATS.values())))}")
        delimiter = about.text("delimiter")
        if delimiter is not None and len(delimiter) != 1:
            about.refuse("delimiter", 'is one character; for a tab write "\\t"')
        header = header_rows(about.text("header") or "1")
        if header is None:
            about.refuse("header", "is a row, counted from 1, or the first and the last of several: 2-3")
        first, last = header or (1, 1)
        return TableFormat(
            form, delimiter, about.text("encoding"), about.text("sheet"), last, last - first + 1, about.text("records")
        )

    # ── sections ───────────────────────────────────────────────────────────────────────────────────────

    def _sections(self, fields: Fields, kind: str, allowed: set[str], required: set[str]) -> Iterator[tuple[str, Section]]:
        for name, located in fields.mapping(kind).items():
            about = self._fields(located, allowed, set(), f"{kind} section")
            if not about.complete:
                continue
            refers = kind == "entities" and "type" not in about and "iri" in about
            if ("key" in about) == ("iri" in about):
                about.refuse("key", "give either a key, which is put under the base, or an iri")
            for field_name in sorted({"type", *required} if kind == "entities" else required):
                if field_name not in about and not refers:
                    about.refuse(field_name, f"is missing from {name}")
            yield name, self._section(name, about, self._any)

    def _section(self, name: str, about: Fields, checked: Callable[[Fields, str, Value], None]) -> Section:
        values = {}
        for field_name in sorted(set(about.places()) - {"when", "optional"}):
            value = self._value(about, field_name)
            if value is not None:
                checked(about, field_name, value)
                values[field_name] = value
        if "type" in values:
            self._check_type(about, values["type"])
        conditions = tuple(self._conditions(about))
        return Section(name, values, about.located.place, conditions, self._flag(about, "optional"))

    def _about(self, kind: str, fields: Fields, checked: Callable[[Fields, str, Value], None]) -> Section:
        located = fields.elements(kind)
        required = {"url"} if kind == "source" else set[str]()
        about = self._fields(
            located[0] if located else Located({}, fields.located.place),
            _ABOUT_DOCUMENT | ({"optional"} if kind == "source" else set()),
            required,
            kind,
        )
        return self._section(kind, about, checked)

    def _check_type(self, about: Fields, value: Value) -> None:
        template = value.templates[0]
        if not template.is_constant:
            return
        name = template.value({}) or ""
        try:
            entity_class = self._vocabulary.entity_class(name)
        except KeyError:
            known = ", ".join(c.name for c in self._vocabulary.classes.values() if not c.abstract)
            about.refuse("type", f"{name!r} is no class of the ontology; it has {known}")
        else:
            if entity_class.abstract:
                about.refuse("type", f"{entity_class.name} only groups other classes; take one of its subclasses")

    def _check_names(self, entities: dict[str, Section], claims: dict[str, Section]) -> None:
        for name in sorted(set(entities) & set(claims)):
            self._problems.append(Problem(claims[name].place, None, f"{name!r} is an entity's name already"))

    # ── statements ─────────────────────────────────────────────────────────────────────────────────────

    def _statements(self, fields: Fields, entities: dict[str, Section], claims: dict[str, Section]) -> Iterator[StatementSection]:
        for located in fields.elements("statements"):
            about = self._fields(located, _STATEMENT_FIELDS, {"subject", "predicate", "object"}, "statement")
            if not about.complete:
                continue
            relation = self._relation(about)
            ends = {end: self._end(about, end, {**entities, **claims}) for end in ("subject", "object")}
            others = {end: self._end(about, end, entities) for end in ("speaker", "said-via") if end in about}
            basis, status = about.member(Basis, "basis"), about.member(Status, "status")
            values = {}
            for name in ("stated-on", "valid-from", "valid-to", "confidence"):
                if (value := self._value(about, name)) is not None:
                    values[name] = value
            if relation is None:
                continue
            self._check_ends(about, relation, ends, entities, claims)
            yield StatementSection(
                relation=relation,
                subject=ends["subject"],
                object=ends["object"],
                speaker=others.get("speaker"),
                said_via=others.get("said-via"),
                basis=basis or Basis.RECORDED,
                status=status or Status.ACCEPTED,
                values=values,
                attributes=dict(self._attributes(about, relation)),
                place=located.place,
                conditions=tuple(self._conditions(about)),
            )

    def _relation(self, about: Fields) -> Relation | None:
        name = about.text("predicate") or ""
        try:
            return self._vocabulary.relation(name)
        except KeyError:
            about.refuse("predicate", f"{name!r} is no relation of the ontology; it has {', '.join(self._vocabulary.relations)}")
            return None

    def _end(self, about: Fields, end: str, sections: dict[str, Section]) -> str:
        name = about.text(end) or ""
        if name not in sections:
            known = ", ".join(sections) or "none"
            about.refuse(end, f"{name!r} is no section of this mapping that may stand here; there are {known}")
        return name

    def _check_ends(
        self,
        about: Fields,
        relation: Relation,
        ends: dict[str, str],
        entities: dict[str, Section],
        claims: dict[str, Section],
    ) -> None:
        for end, allowed in (("subject", relation.domain), ("object", relation.range)):
            name = ends[end]
            found = self._class_of(entities[name]) if name in entities else CLAIM if name in claims else None
            if found is not None and not self._ancestors(found) & set(allowed):
                names = ", ".join(sorted(local_name(iri) for iri in allowed))
                about.refuse(end, f"a {local_name(found)} cannot be the {end} of {relation.name}, which takes {names}")

    def _ancestors(self, iri: str) -> frozenset[str]:
        return frozenset({iri}) if iri in {CLAIM, STATEMENT} else self._vocabulary.ancestors(iri)

    def _class_of(self, section: Section) -> str | None:
        value = section.values.get("type")
        if value is None or not value.templates[0].is_constant:
            return None
        try:
            return self._vocabulary.entity_class(value.templates[0].value({}) or "").iri
        except KeyError:
            return None

    def _attributes(self, about: Fields, relation: Relation) -> Iterator[tuple[str, Value]]:
        for name, located in about.mapping("attributes").items():
            try:
                attribute = self._vocabulary.attribute(name)
            except KeyError:
                attribute = None
            if attribute is None or attribute.iri not in relation.attributes:
                allowed = ", ".join(local_name(iri) for iri in relation.attributes) or "none"
                about.refuse("attributes", f"{name!r} is no attribute of {relation.name}, which may carry: {allowed}")
            elif (template := self._template(about, "attributes", located)) is not None:
                yield attribute.iri, Value((template,), located.place)

    # ── values ─────────────────────────────────────────────────────────────────────────────────────────

    def _value(self, about: Fields, name: str) -> Value | None:
        templates = [self._template(about, name, element) for element in about.elements(name)]
        if len(templates) > 1 and name not in {"aliases", "same-as", "hedges", "authors"}:
            about.refuse(name, "is one value, not a list")
        known = tuple(template for template in templates if template is not None)
        return Value(known, about.place(name)) if known else None

    def _template(self, about: Fields, name: str, located: Located) -> Template | None:
        text = located.written if located.written is not None else located.value
        if not isinstance(text, str):
            about.refuse(name, 'is no text; a value with braces needs quotation marks: "{Column}"')
            return None
        try:
            return parsed_template(text, self._lookups)
        except InvalidValue as error:
            self._problems.append(Problem(located.place, name, str(error)))
            return None

    def _any(self, about: Fields, name: str, value: Value) -> None:
        """Accept whatever a section says."""

    def _constant(self, about: Fields, name: str, value: Value) -> None:
        if not all(template.is_constant for template in value.templates):
            about.refuse(name, "names a column, but the document is the table as a whole; `source` is the document of a row")

    def _flag(self, about: Fields, name: str) -> bool:
        value = next((element.value for element in about.elements(name)), False)
        if not isinstance(value, bool):
            about.refuse(name, "is true or false")
        return value is True

    def _conditions(self, about: Fields) -> Iterator[Condition]:
        for column, located in about.mapping("when").items():
            try:
                yield Condition(column, _test(located), located.place)
            except InvalidValue as error:
                self._problems.append(Problem(located.place, "when", f"{column}: {error}"))


@dataclass(frozen=True, slots=True)
class _Test:
    """Whether a cell is one of some texts, or a pattern is found in it; or neither."""

    wanted: frozenset[str] | re.Pattern[str]
    is_wanted: bool = True

    def __call__(self, cell: str) -> bool:
        found = cell in self.wanted if isinstance(self.wanted, frozenset) else self.wanted.search(cell) is not None
        return found is self.is_wanted


def _test(located: Located) -> _Test:
    """Return what tells whether a cell is as a condition wants it."""
    if not isinstance(located.value, dict):
        return _Test(frozenset(one.written or "" for one in located.elements()))
    if set(located.value) - {"not", "matches", "empty"} or len(located.value) != 1:
        raise InvalidValue("write a value, a list of values, {not: …}, {matches: …} or {empty: true}")
    name, inner = next(iter(located.items()))
    if name == "not":
        return _Test(frozenset(one.written or "" for one in inner.elements()), is_wanted=False)
    if name == "matches":
        try:
            return _Test(re.compile(inner.written or ""))
        except re.error as error:
            raise InvalidValue(f"{inner.written!r} is no regular expression: {error}") from error
    if not isinstance(inner.value, bool):
        raise InvalidValue("empty is true or false")
    return _Test(frozenset({""}), is_wanted=inner.value)
