"""Tables as people have them: damaged, merged, half computed, in other encodings, with numbers that are too long."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.chart import BarChart

import cuibono
from cuibono.graph.build.table.reading import opened_table
from cuibono.graph.build.table.source import TableFormat
from cuibono.graph.build.table.suggestion import suggested_mapping
from cuibono.graph.errors import InvalidInput
from cuibono.graph.model import Statement
from cuibono.schema.namespaces import CB
from tests.command_line import errors

MAPPING = """
base: https://example.org/
{table}
entities:
  owner: {{type: Person, key: '{owner}', label: '{owner}'}}
  company: {{type: Company, key: '{company}', label: '{company}'}}
statements:
  - {{subject: owner, predicate: owns, object: company{more}}}
"""
OWNS = [["Owner", "Company", "Share"], ["Ann", "Acme", 50], ["Bob", "Beta", 25]]


def imported(
    file: Path, *, owner: str = "{Owner}", company: str = "{Company}", table: str = "", more: str = ""
) -> list[tuple[str, str]]:
    """Import a table of owners, and return who owns what."""
    mapping = file.with_name("map.yaml")
    mapping.write_text(MAPPING.format(owner=owner, company=company, table=table, more=more))
    with cuibono.open() as kg:
        kg.import_table(file, mapping)
        assert kg.snapshot.statements
        return sorted((name_of(kg, one.subject), name_of(kg, one.object)) for one in kg.statements())


def name_of(kg: cuibono.KnowledgeGraph, iri: str) -> str:
    return kg.snapshot.entities[iri].label


def refusal(file: Path, **how: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        imported(file, **how)
    return str(caught.value)


def workbook(file: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file


def rewritten(file: Path, pattern: bytes, replacement: bytes) -> Path:
    """Change what stands in the sheet of an Excel file."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet], count = re.subn(pattern, replacement, parts[sheet])
    assert count
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file


# ── damage ─────────────────────────────────────────────────────────────────────────────────────────────

ROWS = "".join(["Owner,Company\n", *(f"Ann {row},Acme {row * 7919}\n" for row in range(400))]).encode()
LINES = b"".join(json.dumps({"Owner": f"Ann {row}", "Company": f"Acme {row * 7919}"}).encode() + b"\n" for row in range(400))
QUADS = b"".join(b"<https://e.org/%d> <https://e.org/p> <https://e.org/%d> .\n" % (row, row * 7919) for row in range(400))
COMPRESS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def inflated(data: bytes) -> str:
    try:
        zlib.decompressobj(31).decompress(data)
    except zlib.error:
        return "error"
    return "whole"


def damaged(data: bytes) -> list[bytes]:
    """Return some ways in which a file may be broken, by a byte or by its end."""
    cut = [data[: len(data) // 2], data[:-4]]
    return cut + [data[:place] + bytes([data[place] ^ 255]) + data[place + 1 :] for place in range(30, len(data), len(data) // 4)]


TABLES = {"csv": ROWS, "jsonl": LINES, "json": b"[" + LINES.replace(b"}\n{", b"},{") + b"]"}


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("ending", TABLES)
def test_what_is_compressed_and_broken_is_refused(ending: str, compression: str, tmp_path: Path) -> None:
    file = tmp_path / f"t.{ending}.{compression}"
    broken = damaged(COMPRESS[compression](TABLES[ending]))
    assert compression != "gz" or any(inflated(one) == "error" for one in broken)
    for one in broken:
        file.write_bytes(one)
        assert refusal(file)
    file.write_bytes(broken[0])  # cut in half
    assert refusal(file).startswith(file.name)


@pytest.mark.parametrize("compression", COMPRESS)
def test_so_is_a_graph(compression: str, tmp_path: Path) -> None:
    file = tmp_path / f"g.nt.{compression}"
    for one in damaged(COMPRESS[compression](QUADS)):
        file.write_bytes(one)
        with cuibono.open() as kg, pytest.raises(InvalidInput, match=re.escape(file.name)):
            kg.import_rdf(file)


def test_a_page_of_parquet_that_is_broken_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "t.parquet"
    names = [f"{row * 7919}" for row in range(5_000)]
    pq.write_table(pa.table({"Owner": names, "Company": names}), file)
    data = bytearray(file.read_bytes())
    data[200:400] = bytes(200)
    file.write_bytes(data)
    assert refusal(file).startswith("t.parquet:")


# ── encodings and what is called otherwise than it is ──────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_byte_order_mark_is_no_part_of_a_name_whatever_is_said_of_the_encoding(
    encoding: str, ending: str, tmp_path: Path
) -> None:
    file = tmp_path / f"t.{ending}"
    file.write_bytes(
        ("Owner,Company\nÄnne,Acme\n" if ending == "csv" else '{"Owner":"Änne","Company":"Acme"}\n').encode(encoding)
    )
    for said in ["", f"table: {{encoding: {encoding.removesuffix('-sig')}}}"]:
        assert imported(file, table=said) == [("Änne", "Acme")]


@pytest.mark.parametrize(
    ("data", "encoding", "told"),
    [
        (b"Owner,Company\nAnn,Acme\n", "utf-16", "utf-16-le or utf-16-be"),
        (b"Owner,Company\nAnn,Acme\n", "hex", "'hex', which is no encoding"),
        (b"Owner,Company\nAnn,Acme\n", "nonsense", "'nonsense', which is no encoding"),
        ("Owner,Company\nAnn,Acme\n".encode("utf-16-le"), "", "UTF-16 without a byte order mark"),
        (b"PK\3\4 and so on", "", "a zip archive, as Excel files are"),
        (gzip.compress(ROWS), "", "must end in .gz"),
        (b'Owner,Company\nAnn,"Acme\n', "", "a quotation mark may be missing"),
    ],
)
def test_what_cannot_be_read_says_what_it_may_be(data: bytes, encoding: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    assert told in refusal(tmp_path / "t.csv", table=f"table: {{encoding: {encoding}}}" if encoding else "")


@pytest.mark.parametrize("encoding", ["hex", "utf-16"])
def test_json_in_another_encoding_than_it_says_is_refused(encoding: str, tmp_path: Path) -> None:
    for ending, data in (("jsonl", LINES), ("json", b"[]")):
        (tmp_path / f"t.{ending}").write_bytes(data)
        assert encoding in refusal(tmp_path / f"t.{ending}", table=f"table: {{encoding: {encoding}}}")


def test_json_that_is_no_utf8_is_told_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes('{"Owner":"Änne","Company":"Acme"}\n'.encode("cp1252"))
    assert "--encoding cp1252" in refusal(tmp_path / "t.jsonl")
    assert imported(tmp_path / "t.jsonl", table="table: {encoding: cp1252}") == [("Änne", "Acme")]


def test_rows_of_spaces_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Owner,Company\n  ,\t\nAnn,Acme\n,\n")
    assert imported(tmp_path / "t.csv") == [("Ann", "Acme")]


# ── JSON ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_long_numbers_keep_their_digits(ending: str, tmp_path: Path) -> None:
    first, second = "123456789012345678901", "123456789012345678902"
    texts = [f'{{"Owner":{number},"Company":"Acme"}}' for number in (first, second)]
    file = tmp_path / f"t.{ending}"
    file.write_text("\n".join(texts) if ending == "jsonl" else f"[{','.join(texts)}]")
    assert imported(file) == [(first, "Acme"), (second, "Acme")]
    assert [row.text for row in opened_table(file).rows()] == texts


@pytest.mark.parametrize("depth", [200, 900, 1_020, 100_000])
@pytest.mark.parametrize(("opens", "closes"), [('{"a":', "}"), ("[", "]")])
@pytest.mark.parametrize("records", ["", "table: {records: a}"])
def test_what_is_nested_without_end_is_refused(depth: int, opens: str, closes: str, records: str, tmp_path: Path) -> None:
    deep = f'{{"a":{opens * depth}{{"Owner":"Ann"}}{closes * depth}}}'
    for file, text in ((tmp_path / "t.jsonl", deep), (tmp_path / "t.json", f"[{deep}]")):
        file.write_text(text)
        assert refusal(file, table=records).startswith(file.name)


def test_a_name_that_comes_late_is_a_column(tmp_path: Path) -> None:
    lines = [{"Owner": f"Ann {row}", "Company": "Acme"} for row in range(1_100)]
    file = tmp_path / "t.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in [*lines, {"Owner": "Zoe", "Company": "Acme", "Until": "2020"}]))
    assert len(imported(file, more=", valid-to: '{Until}'")) == 1_101
    assert "no column 'Untl'; did you mean 'Until'?" in refusal(file, more=", valid-to: '{Untl}'")


def test_two_values_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"Owner":"Ann","Company":"A","a.b":"x","a":{"b":"y"}}\n{"Owner":"Bob","Company":"B"}\n')
    assert "t.jsonl:1: says 'a.b' twice" in refusal(tmp_path / "t.jsonl")


# ── Excel ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_chart_before_the_sheet_is_passed_over(tmp_path: Path) -> None:
    file = workbook(tmp_path / "t.xlsx", OWNS)
    book = openpyxl.load_workbook(file)
    book.create_chartsheet("Chart", 0).add_chart(BarChart())
    book.save(file)
    assert imported(file) == [("Ann", "Acme"), ("Bob", "Beta")]
    assert "has no sheet 'Chart' with cells; it has Sheet" in refusal(file, table="table: {sheet: Chart}")


@pytest.mark.parametrize("dimension", [b'<dimension ref="A1:A2" />', b""])
def test_the_size_that_a_sheet_claims_is_not_believed(dimension: bytes, tmp_path: Path) -> None:
    rows = [[*OWNS[0], "Note"], *OWNS[1:], ["Cy", "Gamma", 5, "a note"]]
    file = rewritten(workbook(tmp_path / "t.xlsx", rows), rb"<dimension[^>]*>", dimension)
    assert imported(file) == [("Ann", "Acme"), ("Bob", "Beta"), ("Cy", "Gamma")]


def test_what_is_merged_counts_in_each_of_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    for row in (["Owner", "Company"], ["Ann", "Acme"], [None, "Beta"], [None, "Gamma"], [None, " "], ["Bob", "Beta"]):
        book.active.append(row)
    book.active.merge_cells("A2:A5")
    book.save(file)
    assert imported(file) == [("Ann", "Acme"), ("Ann", "Beta"), ("Ann", "Gamma"), ("Bob", "Beta")]
    book.active.unmerge_cells("A2:A5")
    book.save(file)
    assert "t.xlsx:3: owner: key: is empty" in refusal(file)


def test_names_that_are_merged_over_rows_name_columns_once(tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    for row in (["Owner", None, "Company"], ["Name", "Id", None], ["Ann", "P1", "Acme"]):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.active.merge_cells("C1:C2")
    book.save(file)
    assert opened_table(file, TableFormat(header=2, header_rows=2)).columns == ("Owner Name", "Owner Id", "Company")
    assert imported(file, owner="{Owner Name}", table='table: {header: "1-2"}') == [("Ann", "Acme")]


def test_a_formula_without_its_value_is_refused_and_one_that_is_empty_is_not(tmp_path: Path) -> None:
    file = workbook(tmp_path / "t.xlsx", [*OWNS, ["Cy", '="Gam"&"ma"', "=1/2"]])
    assert "t.xlsx:4: has a formula whose value is not in the file, in 'Company', 'Share'" in refusal(file)
    rewritten(file, rb'<c r="B4"([^>]*)>(<f>.*?</f>)<v ?/>', rb'<c r="B4" t="str">\2<v>Gamma</v>')
    rewritten(file, rb'<c r="C4"([^>]*)>(<f>.*?</f>)<v ?/>', rb'<c r="C4" t="str">\2<v></v>')
    assert imported(file) == [("Ann", "Acme"), ("Bob", "Beta"), ("Cy", "Gamma")]


def test_a_file_that_is_none_says_what_to_do(tmp_path: Path) -> None:
    for data, told in ((b"Owner,Company\nAnn,Acme\n", "table: {format: csv}"), (bytes.fromhex("d0cf11e0a1b11ae1"), ".xls")):
        (tmp_path / "t.xlsx").write_bytes(data)
        assert told in refusal(tmp_path / "t.xlsx")


# ── values ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_what_a_formula_that_went_wrong_leaves_is_no_name(error: str, tmp_path: Path) -> None:
    file = workbook(tmp_path / "t.xlsx", [*OWNS, [error, "Gamma", 5], ["Dee", "Delta", error]])
    assert f"t.xlsx:4: owner: key: column 'Owner' has {error}" in refusal(file)
    cleaned = f'{{Owner | replace "{error}" "Unknown"}}'
    assert ("Unknown", "Gamma") in imported(file, owner=cleaned)


def test_columns_of_any_name_can_be_named(tmp_path: Path) -> None:
    names = ["Owner | name", "{Company}", 'the "share" \\', "a\nb", "it's"]
    file = workbook(tmp_path / "t.xlsx", [names, ["Ann", "Acme", "x", "y", "z"]])
    assert imported(file, owner='{"Owner | name" | upper}', company='{"{Company}"}') == [("ANN", "Acme")]
    mapping = tmp_path / "suggested.yaml"
    mapping.write_text(suggested_mapping(opened_table(file), "https://example.org/"))
    with cuibono.open() as kg:
        kg.import_table(file, mapping)
        assert {one.label for one in kg.snapshot.entities.values()} == {"Ann", "Acme"}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('{Owner | match "[A-Z]{2}[0-9]+"}', "GB12"),
        ('{Owner | replace "|" "/"}', "x GB12/y"),
        ("{Owner | replace '{' x | replace \"|y\" '}'}", "x GB12}"),
    ],
)
def test_steps_take_braces_and_bars_in_quotation_marks(value: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"Owner":"x GB12|y","Company":"Acme"}\n')
    assert imported(tmp_path / "t.jsonl", owner=value.replace("'", "''")) == [(found, "Acme")]


def test_a_cell_can_be_split_at_a_bar(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Owner,Company,Aka\nAnn,Acme,A Inc|A Ltd\n")
    mapping = tmp_path / "map.yaml"
    text = MAPPING.format(owner="{Owner}", company="{Company}", table="", more="")
    mapping.write_text(text.replace("label: '{Company}'", "label: '{Company}', aliases: '{Aka | split \"|\"}'"))
    with cuibono.open() as kg:
        kg.import_table(tmp_path / "t.csv", mapping)
        assert kg.entity("A Ltd").label == "Acme"


def test_days_that_are_numbers_are_dates(tmp_path: Path) -> None:
    rows = [["Owner", "Company", "Since"], ["Ann", "Acme", 43832], ["Bob", "Beta", 44259.5], ["Cy", "Gamma", "03.04.2021"]]
    file = workbook(tmp_path / "t.xlsx", rows)
    mapping = tmp_path / "map.yaml"
    more = ", valid-from: '{Since | date excel %d.%m.%Y}'"
    mapping.write_text(MAPPING.format(owner="{Owner}", company="{Company}", table="", more=more))
    with cuibono.open() as kg:
        kg.import_table(file, mapping)
        found = {str(one.valid_from) for one in kg.snapshot.statements.values() if isinstance(one, Statement)}
        assert {CB + "owns"} == {one.predicate for one in kg.snapshot.statements.values()}
    assert found == {"2020-01-02", "2021-03-04", "2021-04-03"}
    assert "date excel" in suggested_mapping(opened_table(workbook(file, rows[:3])), "https://example.org/")
    (tmp_path / "t.csv").write_text("Owner,Company,Since\nAnn,Acme,59\n")
    assert "'59' is no date of the form a number of days" in refusal(tmp_path / "t.csv", more=more)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_what_was_left_out_keeps_its_lists(ending: str, tmp_path: Path) -> None:
    rows = [{"Owner": "", "Company": "Acme", "Aka": ["A; Inc", "A Ltd"]}, {"Owner": ["x", "y"], "Company": "Beta", "Aka": []}]
    file, mapping, rejects = tmp_path / "t.json", tmp_path / "map.yaml", tmp_path / f"rejects.{ending}"
    file.write_text(json.dumps([*rows, {"Owner": "Ann", "Company": '["Gamma"]', "Aka": []}]))
    text = MAPPING.format(owner="{Owner}", company="{Company}", table="", more="")
    mapping.write_text(text.replace("label: '{Company}'", "label: '{Company}', aliases: '{Aka}'"))
    with cuibono.open() as kg:
        assert kg.import_table(file, mapping, keep_going=True, rejects=rejects).rejected == 2
        # As they are they are no better than before.
        with pytest.raises(InvalidInput, match="column 'Owner' has 2 values where one is wanted"):
            kg.import_table(rejects, mapping)
        mended = rejects.read_text().replace("Acme", "Acme Co")
        mended = mended.replace(",,Acme", ",Bob,Acme").replace('"Owner":""', '"Owner":"Bob"')
        rejects.write_text(mended.replace('"[""x"",""y""]"', "Cy").replace('["x","y"]', '"Cy"'))
        assert kg.import_table(rejects, mapping).rejected == 0
        assert set(kg.entity("Acme Co").aliases) == {"A; Inc", "A Ltd"}
        assert kg.entity('["Gamma"]').iri.startswith("https://example.org/entity/")
        assert len(kg.statements()) == 3


# ── Parquet ────────────────────────────────────────────────────────────────────────────────────────────


def test_structures_of_parquet_are_named_as_objects_of_json_are(tmp_path: Path) -> None:
    file = tmp_path / "t.parquet"
    firms = [{"name": "Acme", "seat": {"country": "GB"}}, {"name": "Beta", "seat": None}]
    pq.write_table(pa.table({"Owner": [b"\xc3\x84nne", b"\xff\x00"], "Firm": firms}), file)
    assert opened_table(file).columns == ("Owner", "Firm.name", "Firm.seat.country")
    assert imported(file, company="{Firm.name}") == [("ff00", "Beta"), ("Änne", "Acme")]


def test_a_column_of_parquet_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table([["Ann"], ["Acme"]], names=["Owner", "Owner"]), tmp_path / "t.parquet")
    assert "the column 'Owner' is there 2 times" in refusal(tmp_path / "t.parquet")


def test_a_workbook_with_macros_is_read(tmp_path: Path) -> None:
    assert imported(workbook(tmp_path / "t.xlsm", OWNS)) == [("Ann", "Acme"), ("Bob", "Beta")]


def test_days_that_may_be_months_are_pointed_out(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    for day, remark in (("05/06/2020", "  # or %m/%d/%Y: both fit"), ("25/06/2020", "")):
        file.write_text(f"Owner,Company,Start date\nAnn,Acme,03/04/2020\nBob,Beta,{day}\n")
        line = f'    valid-from: "{{Start date | date %d/%m/%Y}}"{remark}'
        assert line in suggested_mapping(opened_table(file), "https://example.org/").splitlines()


@pytest.mark.parametrize("command", [("map", "suggest"), ("import", "--store", "none")])
def test_an_unknown_format_is_told_with_the_option_that_names_it(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("Owner\tCompany\n")
    (message,) = errors(*command, tmp_path / "t.txt", code=2)
    assert "t.txt" in message
    assert "--from" in message
