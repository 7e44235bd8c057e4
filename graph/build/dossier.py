"""A dossier: a folder of documents, and of YAML files that say what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cuibono.graph.build.dossier_rules import broken_rules, in_order
from cuibono.graph.build.dossier_statements import StatementReader
from cuibono.graph.build.fields import Fields
from cuibono.graph.build.keys import Keys
from cuibono.graph.build.yaml_source import Located, read_text, read_yaml
from cuibono.graph.errors import InvalidInput, InvalidValue, Problem
from cuibono.graph.model import Claim, Document, Entity, Record, Records, text_hash
from cuibono.schema import OntologyError, Vocabulary
from cuibono.schema.ontology import Ontology

__all__ = ["Dossier", "Settings", "checked_base", "read_dossier", "read_settings"]

_SETTINGS = "dossier.yaml"
_DOCUMENTS = "documents"
_DOCUMENT_SUFFIXES = {".txt", ".md"}
_BASE = re.compile(r"(?:https?|urn):[^\s<>\"{}|^`\\]+[/#:]")

_SETTINGS_FIELDS = {"name", "title", "base", "ontology"}
_DOCUMENT_FIELDS = {"title", "publisher", "authors", "licence", "url", "published", "retrieved", "language"}
_ENTITY_FIELDS = {"type", "label", "aliases", "same-as", "description"}
_CLAIM_FIELDS = {"text", "quantity", "unit", "hedges"}
_SECTIONS = {"entities", "claims", "statements"}

_Read = Callable[[str, Fields], Record]


@dataclass(frozen=True)
class Settings:
    """What ``dossier.yaml`` says.

    Attributes
    ----------
    base : str
        The IRI under which the dossier's own things stand; ends in ``/``, ``#`` or ``:``.
    ontologies : tuple of Ontology
        Extensions of the bundled ontology.
    """

    name: str
    base: str
    title: str | None
    ontologies: tuple[Ontology, ...]

    @property
    def source(self) -> str:
        """The IRI that the history knows the dossier by."""
        return f"{self.base}dossier/{self.name}"


@dataclass(frozen=True)
class Dossier:
    """A dossier, read.

    Attributes
    ----------
    records : Records
        All that it says.
    keys : Keys
        What it calls its things, and where they stand.
    """

    settings: Settings
    records: Records
    keys: Keys = field(repr=False)

    def place(self, iri: str, name: str | None) -> str:
        """Return the file and line of a field of a record, or of the record."""
        return self.keys.place(iri, name)


def checked_base(base: str) -> str:
    """Return the IRI under which a dossier's things are to stand.

    Raises
    ------
    InvalidValue
        If it cannot be that.
    """
    if not _BASE.fullmatch(base):
        raise InvalidValue(f"{base!r} is no base IRI; it begins with http:, https: or urn: and ends in /, # or :")
    return base


def read_settings(folder: str | Path) -> Settings:
    """Return what the ``dossier.yaml`` of a folder says.

    Raises
    ------
    InvalidInput
        If the folder is no dossier, or the file or an ontology that it names is wrong.
    """
    root = Path(folder)
    if not (root / _SETTINGS).is_file():
        raise InvalidInput([Problem(str(folder), None, f"is no dossier: it has no {_SETTINGS}; `cuibono init` makes one")])
    problems: list[Problem] = []
    located = read_yaml(root / _SETTINGS, _SETTINGS)
    fields = Fields(located, problems, allowed=_SETTINGS_FIELDS, required={"base"}, what="dossier")
    base = fields.text("base") or ""
    if "base" in fields:
        try:
            checked_base(base)
        except InvalidValue as error:
            fields.refuse("base", str(error))
    ontologies = []
    for file in fields.texts("ontology"):
        try:
            ontologies.append(Ontology.read_file(root / file))
        except OntologyError as error:
            fields.refuse("ontology", str(error))
    name = fields.text("name") or root.resolve().name
    if not re.fullmatch(r"[\w.-]+", name):
        fields.refuse("name", f"{name!r} is no name; write letters, digits, `-`, `_` and `.`")
    if problems:
        raise InvalidInput(problems)
    return Settings(name, base, fields.text("title"), tuple(ontologies))


def read_dossier(folder: str | Path, vocabulary: Vocabulary | None = None) -> Dossier:
    """Return all that a dossier says, each quote anchored in its document.

    Parameters
    ----------
    folder : str or Path
        Holds ``dossier.yaml``, ``documents/`` and YAML files with entities, claims and statements.
    vocabulary : Vocabulary, optional
        The bundled one, extended by the ontologies that the dossier names, unless given.

    Raises
    ------
    InvalidInput
        With every problem that was found, file and line.
    """
    settings = read_settings(folder)
    if vocabulary is None:
        try:
            vocabulary = Vocabulary.extended(settings.ontologies)
        except OntologyError as error:
            raise InvalidInput([Problem(error.file, None, str(error).removeprefix(f"{error.file}: "))]) from error
    reader = _FolderReader(Path(folder), settings.base, vocabulary)
    reader.read()
    if reader.problems:
        raise InvalidInput(in_order(reader.problems))
    return Dossier(settings, Records.of(reader.records), reader.keys)


class _FolderReader:
    """Reads a folder, and collects what is wrong instead of stopping at the first."""

    def __init__(self, root: Path, base: str, vocabulary: Vocabulary) -> None:
        self.root, self.base, self.vocabulary = root, base, vocabulary
        self.problems: list[Problem] = []
        self.records: list[Record] = []
        self.keys = Keys(self.problems)
        self.lacks_documents = False
        self.flawed: set[str] = set()

    def read(self) -> None:
        documents = {document.iri: document for document in self._documents()}
        self.records += documents.values()
        sections = self._sections()
        for section in sections["entities"]:
            self._keyed(section, "entity", _ENTITY_FIELDS, {"type", "label"}, self._entity)
        for section in sections["claims"]:
            self._keyed(section, "claim", _CLAIM_FIELDS, {"text"}, self._claim)
        reader = StatementReader(
            self.base, self.vocabulary, self.keys, documents, self.problems, lacks_documents=self.lacks_documents
        )
        self.records += reader.read(sections["statements"])
        self.problems += broken_rules(
            self.records,
            self.keys,
            self.vocabulary,
            flawed=self.flawed | reader.flawed,
            lacks_documents=reader.lacks_documents,
        )

    def _name(self, file: Path) -> str:
        return file.relative_to(self.root).as_posix()

    def _yaml(self, file: Path) -> Located | None:
        try:
            return read_yaml(file, self._name(file))
        except InvalidInput as error:
            self.problems += error.problems
            self.keys.partial = True
            return None

    def _sections(self) -> dict[str, list[Located]]:
        sections: dict[str, list[Located]] = {name: [] for name in _SECTIONS}
        for file in sorted([*self.root.rglob("*.yaml"), *self.root.rglob("*.yml")]):
            if file == self.root / _SETTINGS or self.root / _DOCUMENTS in file.parents:
                continue
            located = self._yaml(file)
            if located is None:
                continue
            Fields(located, self.problems, allowed=_SECTIONS, what="file")
            for name, section in located.items():
                if name in sections and section.value is not None:
                    sections[name].append(section)
        return sections

    def _documents(self) -> Iterator[Document]:
        folder = self.root / _DOCUMENTS
        files = sorted(folder.rglob("*"))
        sidecars = {file for file in files if file.suffix == ".yaml"}
        for file in files:
            if file.suffix not in _DOCUMENT_SUFFIXES or not file.is_file():
                continue
            sidecar = file.with_suffix(".yaml")
            located = self._yaml(sidecar) if sidecar in sidecars else Located({}, f"{self._name(file)}:1")
            sidecars.discard(sidecar)
            key = file.relative_to(folder).with_suffix("").as_posix().replace("/", ".").lower()
            text = self._text(file)
            iri = None if text is None or located is None else f"{self.base}document/{key}"
            place = located.place if located is not None else f"{self._name(file)}:1"
            if self.keys.declare(key, iri, place) and iri is not None and text is not None and located is not None:
                yield self._document(iri, text, located)
            else:
                self.lacks_documents = True
        for orphan in sorted(sidecars):
            message = f"its document is missing; put {orphan.stem}.txt beside this file"
            self.problems.append(Problem(f"{self._name(orphan)}:1", None, message))
            self.lacks_documents = self.keys.partial = True

    def _text(self, file: Path) -> str | None:
        try:
            return read_text(file, self._name(file))
        except InvalidInput as error:
            self.problems += error.problems
            return None

    def _keyed(self, section: Located, what: str, allowed: set[str], required: set[str], read: _Read) -> None:
        if not isinstance(section.value, dict):
            self.problems.append(Problem(section.place, None, f"is no mapping of keys, each with the fields of one {what}"))
            self.keys.partial = True
        for key, located in section.items():
            iri = f"{self.base}{what}/{key}"
            if self.keys.declare(key, iri, located.place):
                known = len(self.problems)
                fields = Fields(located, self.problems, allowed=allowed, required=required, what=what)
                if fields.complete:
                    self.keys.locate(iri, fields.places())
                    self.records.append(read(iri, fields))
                if len(self.problems) > known:
                    self.flawed.add(iri)

    def _document(self, iri: str, text: str, located: Located) -> Document:
        fields = Fields(located, self.problems, allowed=_DOCUMENT_FIELDS, what="document")
        self.keys.locate(iri, fields.places())
        return Document(
            iri=iri,
            sha256=text_hash(text),
            text=text,
            title=fields.text("title"),
            publisher=fields.text("publisher"),
            authors=fields.texts("authors"),
            licence=fields.text("licence"),
            url=fields.text("url"),
            published=fields.date("published"),
            retrieved=fields.date("retrieved"),
            language=fields.text("language"),
        )

    def _entity(self, iri: str, fields: Fields) -> Entity:
        name = fields.text("type") or ""
        try:
            entity_type = self.vocabulary.entity_class(name).iri
        except KeyError:
            entity_type = name
        return Entity(
            iri=iri,
            type=entity_type,
            label=fields.text("label") or "",
            aliases=fields.texts("aliases"),
            same_as=fields.texts("same-as"),
            description=fields.text("description"),
        )

    def _claim(self, iri: str, fields: Fields) -> Claim:
        return Claim(
            iri=iri,
            text=fields.text("text") or "",
            quantity=fields.decimal("quantity"),
            unit=fields.text("unit"),
            hedges=fields.texts("hedges"),
        )
