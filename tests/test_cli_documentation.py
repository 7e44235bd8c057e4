"""The pages on dossiers and on the command line say all that there is to say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import cuibono
from cuibono.api.cli.program import cuibono as program
from cuibono.graph.build import dossier, dossier_statements
from cuibono.graph.build.table import mapping, templates
from cuibono.schema import Vocabulary
from tests.command_line import document, output

DOCS = Path(__file__).parent.parent / "docs"
DOSSIER = (DOCS / "dossier.md").read_text(encoding="utf-8")
TABLES = (DOCS / "tables.md").read_text(encoding="utf-8")
COMMAND_LINE = (DOCS / "command-line.md").read_text(encoding="utf-8")


def words(page: str) -> set[str]:
    """Return all that a page sets as code, and the names in it."""
    return {word for code in re.findall(r"`([^`\n]+)`", page) for word in re.findall(r"[\w-]+", code)}


def test_every_field_of_a_dossier_is_described() -> None:
    fields = (
        dossier._SETTINGS_FIELDS
        | dossier._DOCUMENT_FIELDS
        | dossier._ENTITY_FIELDS
        | dossier._CLAIM_FIELDS
        | dossier._SECTIONS
        | dossier_statements._STATEMENT_FIELDS
        | dossier_statements._EVIDENCE_FIELDS
    )
    assert fields <= words(DOSSIER)


def test_every_relation_and_class_is_described() -> None:
    vocabulary = Vocabulary.bundled()
    classes = {entity_class.name for entity_class in vocabulary.classes.values() if not entity_class.abstract}
    assert set(vocabulary.relations) | classes <= words(DOSSIER)


def test_every_field_and_step_of_a_mapping_is_described() -> None:
    fields = (
        mapping._FIELDS
        | mapping._TABLE_FIELDS
        | mapping._ABOUT_DOCUMENT
        | mapping._ENTITY_FIELDS
        | mapping._CLAIM_FIELDS
        | mapping._STATEMENT_FIELDS
    )
    assert fields <= words(TABLES)
    assert {*templates._PLAIN, *templates._WITH_ONE, "lookup", "replace", "split"} <= words(TABLES)


@pytest.mark.parametrize("page", [DOSSIER], ids=["dossier"])
def test_every_example_is_yaml(page: str) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(examples) >= 5
    for example in examples:
        yaml.safe_load(example)


def test_every_command_is_described() -> None:
    assert set(program.commands) <= words(COMMAND_LINE)


def options_of(command: click.Command) -> set[str]:
    """Return the options of a command and of those in it."""
    if isinstance(command, click.Group):
        return set().union(*map(options_of, command.commands.values()))
    found = [option for option in command.params if isinstance(option, click.Option)]
    return {name for option in found for name in (*option.opts, *option.secondary_opts) if name.startswith("--")}


def test_every_option_is_described() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))
    described = {option for code in re.findall(r"`([^`\n]+)`", pages) for option in re.findall(r"--[\w-]+", code)}
    assert options_of(program) <= described


def test_the_list_of_commands_says_of_each_what_it_does_to_the_end() -> None:
    listed = output("--help").partition("Commands:")[2].partition("New here?")[0]
    assert set(program.commands) <= set(listed.split())
    assert "..." not in listed


def test_every_field_of_the_json_documents_is_described(tmp_path: Path) -> None:
    store = tmp_path / "store"
    documents = [document("build", cuibono.seed_dossier(), "--store", store), document("demo")]
    questions = ("conflicts", "conflicts --pairs", "benefits DeepSeek", "claims", "statements", "info", "paths Musk DeepSeek")
    documents += [document(*question.split(), "--store", store) for question in questions]
    names = set().union(*map(_names, documents)) - _open_names()
    assert names <= words(COMMAND_LINE)


def _open_names() -> set[str]:
    """Return the names that stand for relations, kinds and attributes, which the ontology gives."""
    vocabulary = Vocabulary.bundled()
    return {*vocabulary.relations, *vocabulary.attributes, "proposed", "accepted", "rejected", "retracted"}


def _names(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_names, value))
    if isinstance(value, dict):
        return set(value).union(*map(_names, value.values()))
    return set()
