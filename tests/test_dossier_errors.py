"""What is wrong with a dossier is told once, with its file and line and what would be right, and nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import cuibono
from tests.command_line import call, errors, output
from tests.dossiers import COMPETES, LEADS, PRAISES, THINGS, write_dossier

LATIN = "Ada führt Acme.".encode("latin-1")
NESTED = "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9))


def with_statement(statement: str, things: str = THINGS) -> Callable[[Path], None]:
    """Return what adds a statement, on line 4 of its file, to a dossier that is right."""

    def spoil(folder: Path) -> None:
        write_dossier(folder, COMPETES, PRAISES, statement, things=things)

    return spoil


def with_file(name: str, content: str | bytes) -> Callable[[Path], None]:
    """Return what adds a file to a dossier that is right."""

    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return spoil


def without_document(folder: Path) -> None:
    (folder / "documents" / "article.yaml").write_text("language: en\n", encoding="utf-8")
    (folder / "documents" / "article.txt").unlink()


CASES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a misquote": (
        with_statement(LEADS.replace("Ada leads Acme}", "Ada lead Acme}")),
        "statements.yaml:4: quote: the quote 'Ada lead Acme' does not stand in the document; a quote is verbatim; "
        "the nearest sentence is 'Ada leads Acme.'",
    ),
    "a quote that stands in several places": (
        with_statement(LEADS.replace("quote: Ada leads Acme", "quote: Acme")),
        "statements.yaml:4: quote: the quote 'Acme' stands 3 times (at 10, 16, 91); tell it apart by prefix, suffix or start",
    ),
    "a quote that does not stand where it is said to": (
        with_statement(LEADS.replace("quote: Ada leads Acme", "evidence: [{quote: Acme, prefix: 'praises '}]")),
        "statements.yaml:4: quote: the quote 'Acme' stands in the document, at 10, 16, 91, but not with that prefix and suffix",
    ),
    "an unknown entity": (
        with_statement(LEADS.replace("subject: ada", "subject: adda")),
        "statements.yaml:4: subject: 'adda' is declared nowhere in the dossier; did you mean ada?",
    ),
    "an unknown relation": (
        with_statement(LEADS.replace("leads,", "heads,")),
        "statements.yaml:4: predicate: 'heads' is no relation of the ontology; it has agreesWith, asserts",
    ),
    "a relation the wrong way round": (
        with_statement(LEADS.replace("leads,", "ledBy,")),
        "statements.yaml:4: predicate: 'ledBy' is no relation of the ontology; write leads with the ends changed over",
    ),
    "an end of the wrong class": (
        with_statement(LEADS.replace("object: acme", "object: bob")),
        "statements.yaml:4: object: a Person cannot be the object of leads, which takes Organization",
    ),
    "a date that is none": (
        with_statement(LEADS.replace("}", ", stated-on: 1 March 2031}")),
        "statements.yaml:4: stated-on: '1 March 2031' is no date; write YYYY, YYYY-MM or YYYY-MM-DD",
    ),
    "a day that the calendar does not have": (
        with_statement(LEADS.replace("}", ", valid-from: 2031-02-30}")),
        "statements.yaml:4: valid-from: '2031-02-30' is no day of the calendar",
    ),
    "an end before the beginning": (
        with_statement(LEADS.replace("}", ", valid-from: 2031, valid-to: 2030}")),
        "statements.yaml:4: valid-to: 2030 comes before the beginning, 2031",
    ),
    "an undeclared claim": (
        with_statement("- {subject: ada, predicate: asserts, object: ada-leads, basis: verbatim, quote: Ada leads Acme}\n"),
        "statements.yaml:4: object: 'ada-leads' is declared nowhere in the dossier",
    ),
    "a statement without a basis": (
        with_statement(LEADS.replace("basis: verbatim, ", "")),
        "statements.yaml:4: basis: is missing from the statement",
    ),
    "a statement without evidence": (
        with_statement(LEADS.replace(", quote: Ada leads Acme", "")),
        "statements.yaml:4: evidence: a statement whose basis is verbatim needs a quote or a row",
    ),
    "a field that is misspelt": (
        with_statement(LEADS.replace("}", ", said_via: bob}")),
        "statements.yaml:4: said_via: is no field of a statement; did you mean said-via?",
    ),
    "an attribute out of range": (
        with_statement(
            "- {subject: ada, predicate: owns, object: acme, basis: verbatim, quote: Ada leads Acme, attributes: {share: 40}}\n"
        ),
        "statements.yaml:4: attributes: share: 40 is not between 0 and 1",
    ),
    "an attribute that the relation does not have": (
        with_statement(LEADS.replace("}", ", attributes: {size: 4}}")),
        "statements.yaml:4: attributes: 'size' is no attribute of leads, which may carry: role",
    ),
    "a confidence that is none": (
        with_statement(LEADS.replace("}", ", confidence: 1.5}")),
        "statements.yaml:4: confidence: 1.5 is not between 0 and 1",
    ),
    "a speaker who cannot speak": (
        with_statement(LEADS.replace("}", ", speaker: law}"), things=THINGS + "  law: {type: Regulation, label: Law}\n"),
        "statements.yaml:4: speaker: 'law' is no person or organization of the graph",
    ),
    "a statement that is made twice": (
        with_statement(COMPETES),
        "statements.yaml:4: is the same statement as at statements.yaml:2; give one statement all its evidence",
    ),
    "statements about one another": (
        with_statement(
            "- {key: one, subject: ada, predicate: disputes, object: two, basis: verbatim, quote: Ada leads}\n"
            "- {key: two, subject: bob, predicate: disputes, object: one, basis: verbatim, quote: Ada praises}\n"
        ),
        "statements.yaml:5: object: 'one' is about itself, by way of one and two",
    ),
    "a statement that answers itself": (
        with_statement(LEADS.replace("{", "{key: me, in-response-to: me, ", 1)),
        "statements.yaml:4: in-response-to: 'me' is no other statement of the graph",
    ),
    "an unknown class": (
        with_file("more.yaml", "entities:\n  cara: {type: Human, label: Cara}\n"),
        "more.yaml:2: type: 'Human' is no class of the ontology; it has Company, Country",
    ),
    "a key that is declared twice in two files": (
        with_file("more.yaml", "entities:\n  ada: {type: Person, label: Ada}\n"),
        "things.yaml:2: 'ada' is declared twice, first at more.yaml:2",
    ),
    "a key that stands twice in a mapping": (
        with_file("things.yaml", "entities:\n  ada: {type: Person, label: Ada}\n  ada: {type: Person, label: Eve}\n"),
        "things.yaml:3: the key 'ada' stands here twice",
    ),
    "a key that is none": (
        with_file("more.yaml", "entities:\n  Big Co: {type: Company, label: Big Co}\n"),
        "more.yaml:2: 'Big Co' is no key; write small letters, digits, `-`, `_` and `.`",
    ),
    "a name that YAML takes for something else": (
        with_file("more.yaml", "entities:\n  norway: {type: Country, label: No}\n"),
        "more.yaml:2: label: is no text; put it in quotation marks",
    ),
    "broken YAML": (
        with_file("things.yaml", "entities:\n  ada: {type: Person, label: [Ada}\n"),
        "things.yaml:2: is not YAML: did not find expected ',' or ']'",
    ),
    "a tab for indentation": (
        with_file("more.yaml", "entities:\n\tada: {}\n"),
        "more.yaml:2: is not YAML: found character that cannot start any token",
    ),
    "a file that is a list": (
        with_file("more.yaml", "- ada\n- bob\n"),
        "more.yaml:1: the file is no mapping of fields to values (`name: value`)",
    ),
    "a control character": (
        with_file("more.yaml", "entities:\n  cara: {type: Person, label: \x07}\n"),
        "more.yaml:2: is not YAML: it holds the character U+0007",
    ),
    "an alias": (
        with_file("more.yaml", "entities:\n  cara: &x {type: Person, label: Cara}\n  dora: *x\n"),
        "more.yaml:3: refers to something by an alias (*x); write it out",
    ),
    "a bomb of aliases": (
        with_file("more.yaml", "a: &a [x, x, x, x, x, x, x, x, x]\n" + NESTED),
        "more.yaml:2: refers to something by an alias (*a); write it out",
    ),
    "a bomb of brackets": (with_file("more.yaml", "[" * 200_000), "more.yaml:1: is nested more than 20 deep"),
    "a tag": (
        with_file("more.yaml", 'entities: !!python/object/apply:os.system ["true"]\n'),
        "more.yaml:1: has the tag tag:yaml.org,2002:python/object/apply:os.system, which means nothing here",
    ),
    "a document that is missing": (
        without_document,
        "documents/article.yaml:1: its document is missing; put article.txt beside this file",
    ),
    "a document that is nowhere": (
        with_statement(LEADS.replace("}", ", document: articles}")),
        "statements.yaml:4: document: 'articles' is declared nowhere in the dossier; did you mean article?",
    ),
    "a document that is not UTF-8": (
        with_file("documents/article.txt", b"First line.\n" + LATIN),
        "documents/article.txt:2: is not UTF-8: byte 0xfc at offset 17; save the file as UTF-8",
    ),
    "a YAML file that is not UTF-8": (
        with_file("things.yaml", b"entities:\n  # " + LATIN + b"\n"),
        "things.yaml:2: is not UTF-8: byte 0xfc at offset 19; save the file as UTF-8",
    ),
    "two documents, and none named": (
        with_file("documents/other.txt", "Ada leads Acme."),
        "statements.yaml:2: document: is missing: the dossier has 2 documents; name the one quoted",
    ),
    "a base that is none": (
        with_file("dossier.yaml", "base: example.org\n"),
        "dossier.yaml:1: base: 'example.org' is no base IRI; it begins with http:, https: or urn: and ends in /, # or :",
    ),
    "an ontology that is missing": (
        with_file("dossier.yaml", "base: https://example.org/\nontology: [own.ttl]\n"),
        "dossier.yaml:2: ontology: ",
    ),
}
"""What spoils a dossier, and how the one error begins that it must cause."""


@pytest.mark.parametrize("name", CASES)
def test_each_error_is_told_once_with_its_place_and_the_remedy(name: str, tmp_path: Path) -> None:
    spoil, expected = CASES[name]
    dossier = write_dossier(tmp_path / "d", PRAISES)
    kg = cuibono.open()
    spoil(dossier)
    with pytest.raises(cuibono.InvalidInput) as caught:
        kg.build(dossier)
    (problem,) = caught.value.problems
    assert str(problem).startswith(expected)
    assert "\n" not in str(problem)
    assert kg.version == 0


@pytest.mark.parametrize(
    "name",
    [
        "a misquote",
        "an unknown entity",
        "an unknown relation",
        "an end of the wrong class",
        "a date that is none",
        "an undeclared claim",
        "broken YAML",
        "a document that is missing",
        "a document that is not UTF-8",
        "a bomb of aliases",
        "a bomb of brackets",
    ],
)
def test_the_command_line_tells_it_and_changes_nothing(name: str, tmp_path: Path) -> None:
    spoil, expected = CASES[name]
    dossier, store = write_dossier(tmp_path / "d", PRAISES), tmp_path / "store"
    output("build", dossier, "--store", store)
    before = output("export", "--store", store, "-f", "nquads", "--text", "--history")
    spoil(dossier)
    done = call("build", dossier, "--store", store)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: {expected}")
    assert done.stderr.count("\n") == 1
    assert call("validate", dossier).stderr == done.stderr
    assert output("export", "--store", store, "-f", "nquads", "--text", "--history") == before


def test_several_errors_are_told_together_by_file_and_line(tmp_path: Path) -> None:
    dossier = write_dossier(
        tmp_path / "d",
        LEADS.replace("Ada leads Acme}", "Ada led Acme}"),
        COMPETES.replace("competesWith", "develops"),
        PRAISES.replace("endorses", "praises").replace("}", ", stated-on: soon}"),
        "- {subject: bob, predicate: disputes, object: bolt, basis: certain, confidence: 2, quote: Bob says}\n",
    )
    (dossier / "more.yaml").write_text("entities:\n  cara: {type: Human, label: Cara}\nclaim: {}\n", encoding="utf-8")
    found = errors("validate", dossier)
    assert [" ".join(line.split(" ")[:2]) for line in found] == [
        "more.yaml:2: type:",
        "more.yaml:3: claim:",
        "statements.yaml:2: quote:",
        "statements.yaml:3: object:",
        "statements.yaml:4: predicate:",
        "statements.yaml:4: stated-on:",
        "statements.yaml:5: basis:",
    ]


def test_a_file_that_cannot_be_read_hides_only_what_hangs_on_it(tmp_path: Path) -> None:
    dossier = write_dossier(tmp_path / "d", LEADS, COMPETES.replace("}", ", valid-from: ever}"))
    (dossier / "things.yaml").write_text("entities: {{}\n", encoding="utf-8")
    found = errors("validate", dossier)
    assert [line.split(": ")[0] for line in found] == ["statements.yaml:3", "things.yaml:1"]


def test_what_is_no_dossier_is_told_so(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        (message,) = errors("build", path, "--store", tmp_path / "store")
        assert "is no dossier: it has no dossier.yaml; `cuibono init` makes one" in message


def test_text_is_kept_as_it_was_written(tmp_path: Path) -> None:
    things = THINGS + "  noon: {type: Product, label: 12:30}\n  version: {type: Product, label: 1.10, aliases: [007, 1_000]}\n"
    with cuibono.open() as kg:
        kg.build(write_dossier(tmp_path / "d", things=things))
        assert kg.entity("12:30").label == "12:30"
        assert kg.entity("1.10").aliases == ("007", "1_000")
