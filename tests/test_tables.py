"""Tables become graphs: every row accounted for, each statement with its row and its source."""

from __future__ import annotations

import bz2
import csv
import gzip
import hashlib
import json
import lzma
import random
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

import cuibono
from cuibono.graph.errors import InvalidArgument, InvalidInput
from cuibono.graph.model import Basis, Status
from tests.command_line import errors, output
from tests.tables import COLUMNS, MAPPING, imported, register, write_csv, write_mapping

ROWS = register(60)


def exported(kg: cuibono.KnowledgeGraph, tmp_path: Path) -> bytes:
    kg.export(tmp_path / "graph.nq")
    return (tmp_path / "graph.nq").read_bytes()


# ── what rows become ───────────────────────────────────────────────────────────────────────────────────


def test_a_row_becomes_a_statement_with_its_row_and_its_source(tmp_path: Path) -> None:
    table = write_csv(tmp_path / "owners.csv", ROWS)
    kg = imported(table, write_mapping(tmp_path))
    first = ROWS[0]
    owner, company = kg.entity(" ".join(first[1].split())), kg.entity(first[4])
    assert owner.iri == f"https://example.org/register/entity/{first[0]}"
    [statement] = kg.statements(subject=owner.iri, object=company.iri)
    assert (statement.basis, statement.status, statement.speaker) == (Basis.RECORDED, Status.ACCEPTED, None)
    day, month, year = first[6].split("/")
    assert str(statement.valid_from) == f"{year}-{month}-{day}"
    assert dict(statement.attributes) == {
        kg.vocabulary.attribute("share").iri: float(first[5].replace(",", ".").rstrip(" %")) / 100
    }
    [evidence] = [kg.snapshot.evidence[iri] for iri in statement.evidence]
    assert evidence.row == "row=2"
    assert evidence.exact == table.read_text(encoding="utf-8").splitlines()[1]
    register_document, filing = kg.snapshot.documents[evidence.document], kg.snapshot.documents[statement.document or ""]
    assert register_document.sha256 == hashlib.sha256(table.read_bytes()).hexdigest()
    assert (register_document.title, register_document.publisher) == ("Register of owners", "The Registry")
    assert (filing.url, filing.sha256, filing.title) == (first[7], None, f"Filing of {first[4]}")


def test_importing_again_changes_nothing_and_a_newer_table_retracts(tmp_path: Path) -> None:
    mapping = write_mapping(tmp_path)
    kg = imported(write_csv(tmp_path / "owners.csv", ROWS), mapping)
    before = kg.version
    assert kg.import_table(tmp_path / "owners.csv", mapping).load.did_nothing
    assert kg.version == before
    newer = [*ROWS[5:], ["P9999", "Owner 9999", "individual", *ROWS[0][3:6], "01/02/2003", "https://registry.example.org/new"]]
    report = kg.import_table(write_csv(tmp_path / "owners.csv", newer), mapping)
    assert (report.load.added["Statement"], report.load.retracted) == (1, 5)
    assert len(kg.statements()) == len(newer)
    assert len(kg.statements(status="retracted")) == 5


def test_conflicts_and_paths_answer_over_a_register(tmp_path: Path) -> None:
    kg = imported(write_csv(tmp_path / "owners.csv", ROWS), write_mapping(tmp_path))
    owner, company = (kg.entity(" ".join(ROWS[0][index].split())) for index in (1, 4))
    assert kg.paths(owner.iri, company.iri)[0].hops[0].statement.document
    praise = write_csv(tmp_path / "praise.csv", [[ROWS[0][0], ROWS[0][3]]], ["who", "what"])
    text = """\
base: https://example.org/register/
name: praise
entities:
  who: {iri: "https://example.org/register/entity/{who}"}
  what: {iri: "https://example.org/register/entity/{what}"}
statements: [{subject: who, predicate: endorses, object: what}]
"""
    kg.import_table(praise, write_mapping(tmp_path, text))
    [finding] = kg.conflicts(actor=owner.iri, min_strength=0)
    assert finding.alignment == "SELF_SERVING"


def test_what_rows_share_is_put_together(tmp_path: Path) -> None:
    rows = [
        ["P1", "Jo Doe", "individual", "C1", "Acme", "10", "01/01/2020", "https://e.org/1"],
        ["P1", "Joanna Doe", "individual", "C2", "Byte", "10", "01/01/2020", "https://e.org/1"],
        ["P1", "Jo Doe", "individual", "C1", "Acme", "10", "01/01/2020", "https://e.org/1"],
    ]
    kg = imported(write_csv(tmp_path / "t.csv", rows), write_mapping(tmp_path))
    assert kg.entity("Joanna Doe").label == "Jo Doe"
    assert sorted(len(statement.evidence) for statement in kg.statements()) == [1, 2]


def test_conditions_optional_things_and_steps(tmp_path: Path) -> None:
    text = """\
base: "urn:example:"
entities:
  who: {type: Person, key: "{n}", label: "{name | replace 'Mr. ' '' | title}", aliases: "{also | split ;}"}
  firm: {type: Company, key: "firm-{firm | lower}", label: "{firm}", optional: true}
claims:
  said: {key: "{n}", text: "{said}", quantity: "{amount | number}", unit: euro, optional: true, when: {said: {empty: false}}}
statements:
  - {subject: who, predicate: leads, object: firm, attributes: {role: "{role | default chair}"}, when: {role: {not: [none]}}}
  - {subject: who, predicate: asserts, object: said, speaker: who, confidence: "0.5", when: {said: {matches: "^W"}}}
"""
    columns = ["n", "name", "also", "firm", "role", "said", "amount"]
    rows = [
        ["1", "Mr. jo doe", "JD; Doe ;", "Acme", "", "We sold it.", "1.234,50 €"],
        ["2", "ann roe", "", "", "ceo", "", ""],
        ["3", "bo poe", "", "Acme", "none", "Not so.", "12"],
    ]
    kg = cuibono.open()
    report = kg.import_table(write_csv(tmp_path / "t.csv", rows, columns), write_mapping(tmp_path, text))
    assert (report.rows, report.silent, report.rejected) == (3, 2, 0)
    assert kg.entity("Jo Doe").aliases == ("Doe", "JD")
    assert [claim.quantity for claim in kg.claims()] == [pytest.approx(1234.5), 12]
    leads, asserts = (kg.statements(predicate=name) for name in ("leads", "asserts"))
    assert [dict(s.attributes).popitem()[1] for s in leads] == ["chair"]
    assert [(s.confidence, s.speaker) for s in asserts] == [(0.5, "urn:example:entity/1")]


# ── formats ────────────────────────────────────────────────────────────────────────────────────────────


def write_excel(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in [COLUMNS, *ROWS]:
        book.active.append(row)
    book.save(path)
    return path


def write_objects(path: Path) -> Path:
    objects = [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]
    if path.suffix == ".parquet":
        parquet.write_table(pa.Table.from_pylist(objects), path)
    elif path.suffix == ".json":
        path.write_text(json.dumps(objects), encoding="utf-8")
    else:
        path.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    return path


def statements_of(kg: cuibono.KnowledgeGraph) -> set[str]:
    return {statement.iri for statement in kg.statements()}


@pytest.mark.parametrize(
    "name", ["t.csv", "t.tsv", "t.xlsx", "t.json", "t.jsonl", "t.parquet", "t.csv.gz", "t.csv.bz2", "t.csv.xz"]
)
def test_every_format_says_the_same(name: str, tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "plain.csv", ROWS)
    path = tmp_path / name
    if name == "t.xlsx":
        write_excel(path)
    elif name == "t.tsv":
        with path.open("w", newline="") as file:
            csv.writer(file, delimiter="\t").writerows([COLUMNS, *ROWS])
    elif name.startswith("t.csv"):
        pack = {".csv": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[path.suffix]
        path.write_bytes(pack(plain.read_bytes()))
    else:
        write_objects(path)
    mapping = write_mapping(tmp_path)
    assert statements_of(imported(path, mapping)) == statements_of(imported(plain, mapping))


def test_delimiter_encoding_and_header_row(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes("Report of today\nOwner;Firm\nZoë;Käse\n".encode("cp1252"))
    text = """\
base: "urn:example:"
table: {encoding: cp1252, header: 2}
entities:
  a: {type: Person, key: "{Owner}", label: "{Owner}"}
  b: {type: Company, key: "{Firm}", label: "{Firm}"}
statements: [{subject: a, predicate: leads, object: b}]
"""
    kg = imported(table, write_mapping(tmp_path, text))
    assert kg.entity("Zoë").iri == "urn:example:entity/Zoë"
    assert next(iter(kg.snapshot.evidence.values())).row == "row=3"


def test_objects_within_objects_are_columns(tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    table.write_text('{"who": {"name": "Jo", "also": ["J", "Joe"]}, "firm": "Acme"}\n', encoding="utf-8")
    text = """\
base: "urn:example:"
entities:
  a: {type: Person, key: "{who.name}", label: "{who.name}", aliases: "{who.also}"}
  b: {type: Company, key: "{firm}", label: "{firm}"}
statements: [{subject: a, predicate: leads, object: b}]
"""
    assert imported(table, write_mapping(tmp_path, text)).entity("Joe").label == "Jo"


# ── broken rows ────────────────────────────────────────────────────────────────────────────────────────


def broken(rows: list[list[str]], share: float, seed: int) -> tuple[list[list[str]], dict[int, str]]:
    """Return rows some of which are broken, and what the reason of each must speak of, by number of row."""
    draw = random.Random(seed)
    kinds = [
        (1, "", "label: is empty"),
        (2, "robot", "not in the lookup"),
        (5, "a lot", "is no number"),
        (5, "130", "not between 0 and 1"),
        (6, "2020-13-45", "no date"),
        (7, "not an iri", "is no URL"),
    ]
    rows, reasons = [list(row) for row in rows], {}
    for index in draw.sample(range(len(rows)), max(1, int(len(rows) * share))):
        column, value, reason = draw.choice(kinds)
        rows[index][column] = value
        reasons[index + 2] = reason
    return rows, reasons


@pytest.mark.slow
def test_good_rows_go_in_and_each_bad_one_into_the_rejects(tmp_path: Path) -> None:
    good = register(3_000)
    rows, reasons = broken(good, 0.01, seed=7)
    table, mapping = write_csv(tmp_path / "owners.csv", rows), write_mapping(tmp_path)
    kg = cuibono.open()
    with pytest.raises(InvalidInput) as refused:
        kg.import_table(table, mapping)
    assert kg.version == 0
    assert {int(p.place.split(":")[1]) for p in refused.value.problems} == set(reasons)
    rejects = tmp_path / "rejects.csv"
    report = kg.import_table(table, mapping, keep_going=True, rejects=rejects)
    assert (report.rows, report.rejected, report.load.added["Statement"]) == (3_000, 30, 2_970)
    with rejects.open(encoding="utf-8", newline="") as file:
        written = {int(row["cuibono:row"]): row for row in csv.DictReader(file)}
    assert set(written) == set(reasons)
    for number, reason in reasons.items():
        assert reason in written[number]["cuibono:reason"]
        assert [written[number][column] for column in COLUMNS] == rows[number - 2]
    # Mended, the rows that were left out go in, and the others stay.
    mended = [[str(number), row["cuibono:reason"], "", *good[number - 2]] for number, row in written.items()]
    write_csv(rejects, mended, ["cuibono:row", "cuibono:reason", "cuibono:text", *COLUMNS])
    again = kg.import_table(rejects, mapping)
    assert (again.load.added["Statement"], again.load.retracted) == (30, 0)
    whole = imported(write_csv(tmp_path / "good.csv", good), mapping)
    assert statements_of(kg) == statements_of(whole)
    assert {e.row for e in kg.snapshot.evidence.values()} == {e.row for e in whole.snapshot.evidence.values()}


def test_what_was_left_out_is_fed_back_however_the_table_is_written(tmp_path: Path) -> None:
    bad = [*ROWS[0]]
    bad[0] = ""
    header = "table: {format: csv, delimiter: ';', encoding: latin-1, header: 2}\n"
    mapping, rejects = write_mapping(tmp_path, MAPPING + header), tmp_path / "left.csv"
    lines = ["Owners of the year", ";".join(COLUMNS), *(";".join(row) for row in (bad, *ROWS[1:3]))]
    (tmp_path / "owners.txt").write_text("\n".join(lines) + "\n", encoding="latin-1")
    kg = cuibono.open()
    report = kg.import_table(tmp_path / "owners.txt", mapping, keep_going=True, rejects=rejects)
    assert (report.rows, report.rejected) == (3, 1)
    with rejects.open(encoding="utf-8", newline="") as file:
        names, [number, *row] = csv.reader(file)
    row[2 : 2 + len(COLUMNS)] = ROWS[0]
    write_csv(rejects, [[number, *row]], names)
    assert kg.import_table(rejects, mapping).load.added["Statement"] == 1
    assert len(kg.statements()) == 3


def test_rows_that_cannot_be_read_are_rejected_one_by_one(tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    good = json.dumps(dict(zip(COLUMNS, ROWS[0], strict=True)))
    table.write_text(f"{good}\n{{broken\n[1]\n", encoding="utf-8")
    kg = cuibono.open()
    report = kg.import_table(table, write_mapping(tmp_path), keep_going=True, rejects=tmp_path / "r.jsonl")
    assert (report.rows, report.rejected) == (3, 2)
    reasons = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert [(r["cuibono:row"], r["cuibono:text"]) for r in reasons] == [("2", "{broken"), ("3", "[1]")]
    assert "not JSON" in reasons[0]["cuibono:reason"]


def test_a_row_with_other_cells_than_columns(tmp_path: Path) -> None:
    table = write_csv(tmp_path / "t.csv", [ROWS[0], [*ROWS[1], "more"], ROWS[2][:3]])
    with pytest.raises(InvalidInput, match=r"t\.csv:3: has 9 cells where 8 columns have names"):
        cuibono.open().import_table(table, write_mapping(tmp_path))


def test_one_statement_said_in_two_ways_is_refused(tmp_path: Path) -> None:
    rows = [ROWS[0], [*ROWS[0][:5], "7", *ROWS[0][6:]]]
    with pytest.raises(InvalidInput, match=r"t\.csv:3: says otherwise of what row 2 says \(attributes: share"):
        cuibono.open().import_table(write_csv(tmp_path / "t.csv", rows), write_mapping(tmp_path))


def test_all_rows_of_something_wrong_are_rejected_at_once(tmp_path: Path) -> None:
    rows = [["P1", "Jo", "individual", f"C{n}", f"Company {n}", "5", "01/01/2020", "http://[broken"] for n in range(300)]
    report = cuibono.open().import_table(write_csv(tmp_path / "t.csv", rows), write_mapping(tmp_path), keep_going=True)
    assert report.rejected == 300


# ── what is wrong with a mapping or a file ─────────────────────────────────────────────────────────────

WRONG_MAPPINGS = {
    "a column that is not there": (("{owner id}", "{owner_id}"), "the table has no column 'owner_id'; did you mean 'owner id'?"),
    "a class that is none": (("type: Company,", "type: Firm,"), "owners.map.yaml:9: type: 'Firm' is no class of the ontology"),
    "a relation that is none": (("predicate: owns", "predicate: possesses"), "predicate: 'possesses' is no relation"),
    "an end that cannot stand there": (("predicate: owns", "predicate: relatedTo"), "object: a Company cannot be the object"),
    "a section that is none": (("object: company", "object: firm"), "owners.map.yaml:13: object: 'firm' is no section"),
    "a step that is none": (("| collapse", "| squeeze"), "'squeeze' is no step; there are"),
    "a lookup that is none": (("lookup kinds", "lookup sorts"), "there is no lookup 'sorts'; there are kinds"),
    "a lost brace": (('"{filing}"', '"{filing"'), "has a brace without its other half"),
    "an attribute of another relation": (("{share:", "{role:"), "'role' is no attribute of owns"),
    "neither key nor iri": (('key: "{owner id}", ', ""), "give either a key"),
    "a field that is none": (("valid-from", "valid-form"), "did you mean valid-from?"),
    "a base that is none": (("https://example.org/register/", "example"), "is no base IRI"),
    "a column about the whole table": (("title: Register of owners", 'title: "{owner}"'), "the document is the table as a whole"),
    "a form of date that is none": (("%d/%m/%Y", "dmy"), "is no form of a date"),
}


@pytest.mark.parametrize("name", WRONG_MAPPINGS)
def test_a_wrong_mapping_is_refused_before_a_row_is_read(name: str, tmp_path: Path) -> None:
    (old, new), message = WRONG_MAPPINGS[name]
    assert old in MAPPING
    table = write_csv(tmp_path / "t.csv", [["broken"] * len(COLUMNS)])
    with pytest.raises(InvalidInput) as refused:
        cuibono.open().import_table(table, write_mapping(tmp_path, MAPPING.replace(old, new, 1)))
    assert any(message in str(problem) for problem in refused.value.problems), str(refused.value)
    assert all(problem.place.startswith("owners.map.yaml:") for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.csv", b"", "has no row 1"),
        ("t.csv", b"a,a\n1,2\n", "the column 'a' is there 2 times"),
        ("t.csv", "ä,b\n".encode("latin-1"), r"t.csv:1: cannot be read as UTF-8 from this row on: the byte 0xE4 .*cp1252"),
        ("t.jsonl", b"[1, 2]\n", "t.jsonl:1: is no object with a name for each value"),
        ("t.jsonl", b"\n{broken\n", "t.jsonl:2: is not JSON"),
        ("t.json", b'["a"]', "t.json:1: is no object with a name for each value"),
        ("t.csv", b'"' + b"x" * 2_000_000, "a quotation mark may be missing"),
        ("t.csv.gz", b"no gzip", "cannot be read"),
        ("t.xlsx", b"no zip", "is no Excel file"),
        ("t.json", b'{"a": 1}', "is no list of objects"),
        ("t.json", b"[" * 50_000, "is not JSON"),
        ("t.parquet", b"no parquet", "is no Parquet file"),
    ],
)
def test_a_file_that_is_no_table(name: str, data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InvalidInput, match=message):
        cuibono.open().import_table(tmp_path / name, write_mapping(tmp_path))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b"\xe9", "owners.csv:5002: cannot be read as UTF-8"),
        (b"x" * 5_000_000, "owners.csv:5002: .*longer than 1,000,000 characters"),
        (b'"' + b"x" * 5_000_000, "owners.csv:5002: .*longer than 1,000,000 characters; a quotation mark may be missing"),
    ],
)
def test_a_row_from_which_on_nothing_can_be_read_is_named(row: bytes, message: str, tmp_path: Path) -> None:
    table = write_csv(tmp_path / "owners.csv", ROWS[:1] * 5_000)
    with table.open("ab") as file:
        file.write(row + b",2\r\n")
    with pytest.raises(InvalidInput, match=message):
        imported(table, write_mapping(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", ["owners.csv", "owners.tsv", "owners.jsonl", "owners.json", "owners.csv.gz"])
def test_a_byte_order_mark_tells_the_encoding(name: str, encoding: str, tmp_path: Path) -> None:
    kind = name.split(".")[1]
    rows = [dict(zip(COLUMNS, row, strict=True)) | {"company": f"Größe {row[4]}"} for row in ROWS[:5]]
    if kind == "jsonl":
        text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    elif kind == "json":
        text = json.dumps(rows, ensure_ascii=False)
    else:
        mark = "\t" if kind == "tsv" else ","
        text = "".join(f"{mark.join(values)}\r\n" for values in [COLUMNS, *(_quoted(row) for row in rows)])
    data = (text if encoding in ("utf-8-sig", "utf-16", "utf-32") else "\ufeff" + text).encode(encoding)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    kg = imported(tmp_path / name, write_mapping(tmp_path))
    assert len(kg.statements()) == len(rows)
    assert kg.entity(f"Größe {ROWS[0][4]}")


def _quoted(row: dict[str, str]) -> list[str]:
    return [f'"{value}"' for value in row.values()]


def test_one_key_for_things_of_two_kinds_is_told_with_the_remedy(tmp_path: Path) -> None:
    rows = [[*ROWS[0][:4], "Same", *ROWS[0][5:]], [ROWS[0][3], "Same", "individual", *ROWS[1][3:]]]
    with pytest.raises(InvalidInput, match=r"'Same' is a Company in another row, here a Person.*`key: person-\{…\}`"):
        imported(write_csv(tmp_path / "owners.csv", rows), write_mapping(tmp_path))


def test_a_format_that_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "t.doc").write_bytes(b"")
    with pytest.raises(InvalidArgument, match="there are csv, tsv"):
        cuibono.open().import_table(tmp_path / "t.doc", write_mapping(tmp_path))
    with pytest.raises(InvalidInput, match="cannot be read"):
        cuibono.open().import_table(tmp_path / "missing.csv", write_mapping(tmp_path))


# ── what spreadsheets and services give ────────────────────────────────────────────────────────────────


def suggested(*arguments: str | Path) -> str:
    return output("map", "suggest", *arguments, "--base", "https://example.org/mine/")


def test_a_workbook_whose_columns_are_named_in_two_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Owners"
    for row in (
        ["Register of owners"],
        ["Owner", None, "Company", None, "Share"],
        ["Name", "Id", "Name", "Id", "%"],
        ["Ann Bee", "P1", "Acme Ltd", "C1", 0.25],
        ["Cid Dee", "P2", "Acme Ltd", "C1", 0.5],
    ):
        sheet.append(row)
    for merged in ("A1:E1", "A2:B2", "C2:D2"):
        sheet.merge_cells(merged)
    book.create_sheet("Notes").append(["nothing"])
    path = tmp_path / "book.xlsx"
    book.save(path)
    [error] = errors("map", "suggest", path)
    assert error.startswith("book.xlsx:2: has 5 cells where 1 column has a name; ")
    assert "--header" in error
    [error] = errors("map", "suggest", path, "--header", "3")
    assert error.startswith("book.xlsx:3: the column 'Name' is there 2 times; ")
    mapping = suggested(path, "--header", "2-3")
    assert 'There is more in the file: --sheet "Notes"' in mapping
    kg = imported(path, write_mapping(tmp_path, mapping))
    found = {(kg.entity(s.subject).label, kg.entity(s.object).label, *dict(s.attributes).values()) for s in kg.statements()}
    assert found == {("Ann Bee", "Acme Ltd", 0.25), ("Cid Dee", "Acme Ltd", 0.5)}


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_a_list_within_objects_makes_a_row_of_each_of_its_elements(ending: str, tmp_path: Path) -> None:
    firms = [
        {"name": "Acme Ltd", "id": "C1", "officers": [{"name": "Ann Bee", "since": "2020-01-05"}, {"name": "Cid Dee"}]},
        {"name": "Core Ltd", "id": "C2", "officers": []},
        {"name": "Dune Ltd", "id": "C3"},
    ]
    path = tmp_path / f"firms.{ending}"
    text = "".join(f"{json.dumps(firm)}\n" for firm in firms) if ending == "jsonl" else json.dumps({"results": firms})
    path.write_text(text, encoding="utf-8")
    records, prefix = ("officers", "") if ending == "jsonl" else ("results.officers", "results.")
    if ending == "json":
        [error] = errors("map", "suggest", path)
        assert "`map suggest --records results`" in error
        assert '--records "results.officers"' in suggested(path, "--records", "results")
    else:
        assert '--records "officers"' in suggested(path)
    mapping = f"""\
base: https://example.org/mine/
table: {{records: {records}}}
entities:
  officer: {{type: Person, key: "{{{prefix}officers.name}}", label: "{{{prefix}officers.name}}", optional: true}}
  firm: {{type: Company, key: "{{{prefix}id}}", label: "{{{prefix}name}}"}}
statements:
  - {{subject: officer, predicate: leads, object: firm, valid-from: "{{{prefix}officers.since}}"}}
"""
    kg = cuibono.open()
    report = kg.import_table(path, write_mapping(tmp_path, mapping))
    assert (report.rows, report.silent) == (4, 2)
    assert {e.label for e in kg.entities(type="Company")} == {"Acme Ltd", "Core Ltd", "Dune Ltd"}
    assert {(kg.entity(s.subject).label, str(s.valid_from)) for s in kg.statements()} == {
        ("Ann Bee", "2020-01-05"),
        ("Cid Dee", "None"),
    }
    assert {kg.snapshot.evidence[iri].row for s in kg.statements() for iri in s.evidence} == {"row=1", "row=2"}


def test_a_table_in_the_encoding_of_windows_with_dates_in_several_forms(tmp_path: Path) -> None:
    rows = [["Müller AG", "Größe GmbH", "25,5 %", "01.02.2019"], ["Café Corp", "Größe GmbH", "10 %", "2020-03-04"]]
    rows.append(["José Núñez", "Ibérica S.L.", "1 %", "2019"])
    path = tmp_path / "messy.csv"
    text = "\r\n".join(";".join(row) for row in [["Eigentümer", "Firma", "Share", "Seit"], *rows])
    path.write_bytes(text.encode("cp1252"))
    [error] = errors("map", "suggest", path)
    assert "`map suggest --encoding cp1252`" in error
    mapping = suggested(path, "--encoding", "cp1252")
    assert "  eigentumer:\n" in mapping
    mapping = mapping.replace("    attributes:", '    valid-from: "{Seit | date %d.%m.%Y %Y-%m-%d %Y}"\n    attributes:')
    kg = imported(path, write_mapping(tmp_path, mapping))
    assert sorted(str(s.valid_from) for s in kg.statements()) == ["2019", "2019-02-01", "2020-03-04"]
    wrong = mapping.replace(" %Y-%m-%d %Y}", "}")
    with pytest.raises(InvalidInput, match=r"messy\.csv:3: .*'2020-03-04' is no date of the form %d\.%m\.%Y"):
        imported(path, write_mapping(tmp_path, wrong))
