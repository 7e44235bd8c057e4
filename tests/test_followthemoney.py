"""FollowTheMoney streams in and out: ties are dated statements with their sources, and nothing is lost in silence."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cuibono
from cuibono.graph.errors import InvalidInput
from cuibono.graph.export.followthemoney import followthemoney_entities
from cuibono.graph.export.omissions import HISTORY
from cuibono.graph.model import Basis, Entity, Records, Statement
from cuibono.schema import Vocabulary
from cuibono.schema.followthemoney import FollowTheMoney
from tests.command_line import call, document, errors, output
from tests.generated import records
from tests.test_export_properties import few

pytestmark = pytest.mark.slow

BASE = "https://example.org/ftm/"


def entity(key: str, schema: str, **properties: Any) -> dict[str, Any]:
    listed = {name: value if isinstance(value, list) else [value] for name, value in properties.items()}
    return {"id": key, "schema": schema, "properties": listed, "datasets": ["register"]}


STREAM = [
    entity("own-1", "Ownership", owner="p1", asset="c1", percentage="25.5", startDate="2019-04", sourceUrl="https://r.example.org/1"),
    entity("p1", "Person", name=["Jo Doe", "Joanna Doe"], weakAlias="JD", wikidataId="Q42", birthDate="1970"),
    entity("c1", "Company", name="Acme Ltd", summary="Makes anvils."),
    entity("v1", "Vessel", name="The Anvil"),
    entity("l1", "LegalEntity", name="Somebody"),
    entity("dir-1", "Directorship", director="l1", organization="c1", role="secretary", endDate="2021", proof="doc-1"),
    entity("doc-1", "Article", title="Who runs Acme", publishedAt="2020-02-03", sourceUrl="https://n.example.org/acme"),
    entity("own-2", "Ownership", owner="c1", asset="v1", percentage="most"),
    entity("fam-1", "Family", person="p1", relative="p2", relationship="sister"),
    entity("p2", "Person", name="Al Doe"),
    entity("ass-1", "Associate", person="p1", associate="p2", relationship="friend"),
    entity("rep-1", "Representation", agent="p2", client="c1", role="lawyer"),
    entity("san-1", "Sanction", entity="c1", program="Anvil Act", startDate="2022-01-01", authority="The Ministry"),
    entity("pay-1", "Payment", payer="p1", beneficiary="c1"),
]  # fmt: skip


def write_stream(folder: Path, entities: list[dict[str, Any]] | None = None) -> Path:
    path = folder / "register.ftm.json"
    path.write_text("".join(json.dumps(one) + "\n" for one in (STREAM if entities is None else entities)), encoding="utf-8")
    return path


def test_ties_are_dated_statements_with_their_sources(tmp_path: Path) -> None:
    kg = cuibono.open()
    report = kg.import_followthemoney(write_stream(tmp_path), base=BASE)
    assert (report.rows, report.rejected) == (14, 0)
    assert report.unused == {
        "Person.birthDate": 1,
        "Ownership.percentage": 1,
        "Payment": 1,
        "Sanction.authority": 1,
        **{f"{schema}.datasets": 1 for schema in ("Company", "Vessel", "LegalEntity", "Article")},
        "Person.datasets": 2,
    }
    jo, acme = kg.entity("Joanna Doe"), kg.entity("Acme Ltd")
    assert (jo.iri, jo.label, jo.aliases) == (f"{BASE}entity/p1", "Jo Doe", ("JD", "Joanna Doe"))
    assert jo.same_as == ("http://www.wikidata.org/entity/Q42",)
    [owns] = kg.statements(subject=jo.iri, predicate="owns")
    assert (owns.object, owns.basis, str(owns.valid_from)) == (acme.iri, Basis.RECORDED, "2019-04")
    assert [value for _, value in owns.attributes] == [0.255]
    assert kg.snapshot.documents[owns.document or ""].url == "https://r.example.org/1"
    [row] = [kg.snapshot.evidence[iri] for iri in owns.evidence]
    assert (row.row, json.loads(row.exact)["id"], kg.snapshot.documents[row.document].label) == ("line=0,1", "own-1", "register")
    [leads] = kg.statements(predicate="leads")
    assert kg.snapshot.documents[leads.document or ""].title == "Who runs Acme"
    assert (str(leads.valid_to), [value for _, value in leads.attributes]) == ("2021", ["secretary"])
    assert kg.entity("Anvil Act").type.endswith("Regulation")
    assert {s.predicate.rpartition("#")[2] for s in kg.statements()} == {
        "owns", "leads", "relatedTo", "associatedWith", "represents", "restrictedBy"
    }  # fmt: skip
    assert kg.import_followthemoney(tmp_path / "register.ftm.json", base=BASE).load.did_nothing


def test_in_out_and_in_again_loses_nothing(tmp_path: Path) -> None:
    kg = cuibono.open()
    kg.import_followthemoney(write_stream(tmp_path), base=BASE)
    folder = tmp_path / "again"
    folder.mkdir()
    entities, left_out = followthemoney_entities(kg.snapshot)
    assert left_out == {HISTORY: 1}
    again = cuibono.open()
    report = again.import_followthemoney(write_stream(folder, entities), base=BASE)
    assert (report.unused, report.rejected) == ({}, 0)
    assert again.snapshot.entities == kg.snapshot.entities
    parts = ("subject", "predicate", "object", "valid_from", "valid_to", "attributes", "document")
    assert {tuple(getattr(s, part) for part in parts) for s in again.statements()} == {
        tuple(getattr(s, part) for part in parts) for s in kg.statements()
    }
    assert again.snapshot.documents == kg.snapshot.documents
    assert {s.iri for s in again.statements()} == {s.iri for s in kg.statements()}
    once_more, _ = followthemoney_entities(again.snapshot)
    assert once_more == entities


def test_what_the_format_cannot_hold_is_said(tmp_path: Path) -> None:
    kg = cuibono.open()
    kg.build(cuibono.seed_dossier())
    entities, left_out = followthemoney_entities(kg.snapshot)
    assert left_out["claims"] == 9
    assert left_out["statements of disputes"] >= 1
    assert {e["schema"] for e in entities} >= {"Person", "Company", "Directorship"}
    written = sum(e["schema"] in FollowTheMoney.bundled().edges for e in entities)
    assert written + sum(n for what, n in left_out.items() if what.startswith("statements of")) == len(kg.statements())


@few
@given(records())
def test_any_graph_goes_out_and_in_again_and_what_is_lost_is_counted(found: Records) -> None:
    kg = cuibono.open()
    kg.add(*found)
    entities, left_out = followthemoney_entities(kg.snapshot)
    assert len({one["id"] for one in entities}) == len(entities)
    ties = [one for one in entities if one["schema"] in FollowTheMoney.bundled().edges]
    lost = sum(n for what, n in left_out.items() if what.startswith("statements of") or what.endswith(" statements"))
    assert len(ties) + lost == len(kg.snapshot.statements)
    with tempfile.TemporaryDirectory() as folder:
        again = cuibono.open()
        report = again.import_followthemoney(write_stream(Path(folder), entities), base="https://example.org/dossier/")
    assert (report.rejected, report.unused) == (0, {})
    for entity in again.entities():
        if not entity.iri.startswith("https://example.org/dossier/entity/sanction-"):
            assert set(entity.names) | {""} == {*kg.node(entity.iri).names, ""}
    parts = ("subject", "predicate", "object", "valid_from", "valid_to")
    known = {tuple(getattr(s, part) for part in parts) for s in kg.statements()}
    for statement in again.statements():
        if kg.vocabulary.relation(statement.predicate).name != "restrictedBy":
            assert tuple(getattr(statement, part) for part in parts) in known


# ── any stream ─────────────────────────────────────────────────────────────────────────────────────────

PEOPLE, FIRMS = ("Person", "LegalEntity"), ("Company", "Organization", "PublicBody", "LegalEntity")
ASSETS = ("Asset", "Vessel", "Airplane", "Vehicle", "RealEstate", "Security", "CryptoWallet")
ENDS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "Ownership": (("owner", PEOPLE), ("asset", FIRMS + ASSETS)),
    "Directorship": (("director", PEOPLE), ("organization", FIRMS)),
    "Membership": (("member", ("Person",)), ("organization", FIRMS)),
    "Employment": (("employee", ("Person",)), ("employer", ("Company", "Organization", "PublicBody"))),
    "Family": (("person", ("Person",)), ("relative", ("Person",))),
    "Associate": (("person", PEOPLE), ("associate", FIRMS)),
    "Representation": (("agent", PEOPLE), ("client", FIRMS)),
    "UnknownLink": (("subject", PEOPLE), ("object", FIRMS + ASSETS)),
    "Sanction": (("entity", PEOPLE + FIRMS),),
}
COMES_OUT_AS = {
    **dict.fromkeys(("name", "alias", "weakAlias", "previousName", "abbreviation"), ("name", "alias")),
    **dict.fromkeys(("summary", "description", "notes"), ("summary",)),
    **dict.fromkeys(("startDate", "listingDate"), ("startDate",)),
    **dict.fromkeys(("program", "programId", "authority"), ("program",)),
    "date": ("startDate", "publishedAt"),
    "fileName": ("title",),
    # Ties that go both ways have their ends in order.
    **dict.fromkeys(("person", "relative", "associate"), ("person", "relative", "associate")),
    **dict.fromkeys(("subject", "object"), ("subject", "object")),
}
"""As which properties a value may come out again: its own, unless told."""

FIRST = ("startDate", "listingDate", "publishedAt", "date", "summary", "description", "notes", "title", "fileName")
"""Of the same value in several of these, the first one's is the one that comes out."""

TEXT = st.text("abc Ж東.", min_size=3, max_size=8).map(str.strip).filter(lambda text: len(text) > 2)
DATE = st.sampled_from(["2019", "2020-02", "2021-03-04", "some day"])
OF_TIES = {
    "startDate": DATE, "listingDate": DATE, "date": DATE, "endDate": st.sampled_from(["2022", "2023-05-06", "never"]),
    "publisher": TEXT, "retrievedAt": DATE,
    "role": TEXT, "relationship": TEXT, "percentage": st.sampled_from(["12.5", "100", "most"]), "recordId": TEXT,
    "sourceUrl": st.sampled_from(["https://e.org/1", "https://e.org/2"]), "proof": st.sampled_from(["doc-1", "doc-2", "doc-x"]),
}  # fmt: skip
OF_THINGS = {
    **dict.fromkeys(("alias", "weakAlias", "previousName", "summary", "description", "notes", "birthDate"), TEXT),
    "wikidataId": st.sampled_from(["Q1", "Q2", "Q?"]),
}
OF_DOCUMENTS = {
    **dict.fromkeys(("fileName", "author", "publisher", "language", "mimeType"), TEXT),
    **dict.fromkeys(("publishedAt", "date", "retrievedAt"), DATE),
}


@st.composite
def streams(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw things of every kind, documents, and ties between them, each said once; no property has a value twice."""

    def some(choices: dict[str, st.SearchStrategy[str]], most: int = 5) -> dict[str, list[str]]:
        names = draw(st.sets(st.sampled_from(sorted(choices)), max_size=most))
        found = {name: draw(st.lists(choices[name], min_size=1, max_size=2, unique=True)) for name in sorted(names)}
        return {name: [f"{name} {one}" for one in values] if choices[name] is TEXT else values for name, values in found.items()}

    kinds = sorted({*PEOPLE, *FIRMS, *ASSETS})
    things = [entity(f"{kind}-{n}", kind, name=f"{kind} {n}", **some(OF_THINGS)) for kind in kinds for n in (1, 2)]
    documents = [entity(f"doc-{n}", kind, title=f"Doc {n}", **some(OF_DOCUMENTS)) for n, kind in ((1, "Article"), (2, "Pages"))]
    ties = []
    for schema, ends in ENDS.items():
        if draw(st.booleans()):
            given = {name: f"{draw(st.sampled_from(kinds))}-{n}" for n, (name, kinds) in enumerate(ends, 1)}
            also = {"program": TEXT, "programId": TEXT, "authority": TEXT} if schema == "Sanction" else {}
            rule = {"program": "The Act"} if schema == "Sanction" else {}
            ties.append(entity(f"tie-{schema}", schema, **{**rule, **some({**OF_TIES, **also}), **given}))
    return draw(st.permutations([*things, *documents, *ties]))


def lost(given: list[dict[str, Any]], found: list[dict[str, Any]]) -> dict[str, int]:
    """Return which values of a stream did not come out again, by schema and property."""
    by_id = {one["id"]: one["properties"] for one in found}
    by_schema = {one["schema"]: one["properties"] for one in found}
    counts: Counter[str] = Counter()
    for one in given:
        schema, is_tie = one["schema"], one["schema"] in ENDS
        out = by_schema[schema] if is_tie else by_id[one["id"]]
        waiting = {place: [text for value in values for text in {value, *value.split("; ")}] for place, values in out.items()}
        for name, values in sorted(one["properties"].items(), key=lambda item: FIRST.index(item[0]) if item[0] in FIRST else -1):
            for value in values:
                place = next((p for p in COMES_OUT_AS.get(name, (name,)) if value in waiting.get(p, ())), None)
                if place is None:
                    counts[f"{schema}.{name}"] += 1
                else:
                    waiting[place].remove(value)
    return counts


@few
@given(streams())
def test_any_stream_goes_in_out_and_in_and_what_is_lost_is_counted(stream: list[dict[str, Any]]) -> None:
    first, again = cuibono.open(), cuibono.open()
    with tempfile.TemporaryDirectory() as folder:
        report = first.import_followthemoney(write_stream(Path(folder), stream), base=BASE)
        entities, left_out = followthemoney_entities(first.snapshot)
        assert again.import_followthemoney(write_stream(Path(folder), entities), base=BASE).unused == {}
    told = {one["id"] for one in entities}
    silent = [one for one in stream if one["id"].startswith("doc-") and one["id"] not in told]
    assert left_out.pop("documents of no tie that is written", 0) == len(silent)
    assert left_out == {HISTORY: 1}
    counted = {name: n for name, n in report.unused.items() if not name.endswith(".datasets") and not of_schema(name, silent)}
    assert counted == lost([one for one in stream if one not in silent], entities)
    assert again.snapshot.entities == first.snapshot.entities
    assert {s.iri: what_is_said(s) for s in again.statements()} == {s.iri: what_is_said(s) for s in first.statements()}
    assert again.snapshot.documents.items() <= first.snapshot.documents.items()
    assert followthemoney_entities(again.snapshot)[0] == entities


def of_schema(name: str, entities: list[dict[str, Any]]) -> bool:
    return name.partition(".")[0] in {one["schema"] for one in entities}


def what_is_said(statement: Statement) -> tuple[Any, ...]:
    parts = ("subject", "predicate", "object", "valid_from", "valid_to", "attributes", "document", "basis", "status")
    return tuple(getattr(statement, part) for part in parts)


def test_what_nothing_is_made_of_is_counted_to_the_last_value(tmp_path: Path) -> None:
    pages = ["https://e.org/1", "https://e.org/2"]
    stream = [
        entity("p1", "Person", name="Jo Doe", summary=["One.", "Two."], notes="Three."),
        entity("c1", "Company", name="Acme Ltd"),
        entity("d1", "Document", title=["A", "B"], fileSize="12"),
        entity(
            "o1",
            "Ownership",
            owner="p1",
            asset="c1",
            sourceUrl=pages,
            startDate=["2019", "2020"],
            date="2021",
            role="founder",
        ),
        entity("d2", "Directorship", director="p1", organization="c1", percentage="5", publisher="A court", proof="nowhere"),
        entity("m1", "Membership", member="p1", organization="c1", proof="d1", sourceUrl=pages[0])
        | {"datasets": ["register", "gazette"], "first_seen": "2024-01-01", "referents": ["x", "y"]},
    ]
    report = cuibono.open().import_followthemoney(write_stream(tmp_path, stream), base=BASE)
    assert report.unused == {
        "Person.summary": 1,
        "Person.notes": 1,
        "Document.title": 1,
        "Document.fileSize": 1,
        "Ownership.sourceUrl": 1,
        "Ownership.startDate": 1,
        "Ownership.date": 1,
        "Ownership.role": 1,
        "Directorship.percentage": 1,
        "Directorship.publisher": 1,
        "Directorship.proof": 1,
        "Membership.sourceUrl": 1,
        "Membership.datasets": 1,
        "Membership.first_seen": 1,
        "Membership.referents": 2,
        **{f"{schema}.datasets": 1 for schema in ("Person", "Company", "Document")},
    }


def test_what_several_lines_say_of_one_thing_is_put_together(tmp_path: Path) -> None:
    stream = [
        entity("p1", "Person", name="Jo Doe"),
        entity("p1", "Person", name="Joanna Doe", wikidataId="Q42"),
        entity("c1", "Company", name="Acme Ltd"),
        entity("d1", "Directorship", director="p1", organization="c1", role="director"),
        entity("d2", "Directorship", director="p1", organization="c1", role=["secretary", "director"]),
    ]
    kg = cuibono.open()
    report = kg.import_followthemoney(write_stream(tmp_path, stream), base=BASE)
    assert report.rejected == 0
    jo = kg.entity("Jo Doe")
    assert (jo.label, jo.aliases, len(jo.same_as)) == ("Joanna Doe", ("Jo Doe",), 1)
    [leads] = kg.statements(predicate="leads")
    assert [value for _, value in leads.attributes] == ["director; secretary"]
    assert len(leads.evidence) == 2
    assert kg.import_followthemoney(tmp_path / "register.ftm.json", base=BASE).load.did_nothing


def test_two_things_of_one_key_stay_two(tmp_path: Path) -> None:
    kg = cuibono.open()
    person = kg.vocabulary.entity_class("Person").iri
    iris = ["https://one.example/entity/ada", "https://other.example/entity/ada"]
    kg.add(*(Entity(iri=iri, type=person, label="Ada") for iri in iris))
    entities, _ = followthemoney_entities(kg.snapshot)
    assert [one["id"] for one in entities] == iris
    again = cuibono.open()
    again.import_followthemoney(write_stream(tmp_path, entities), base=BASE)
    assert again.snapshot.entities == kg.snapshot.entities


WRONG = {
    "an end that is nowhere": (
        entity("o", "Ownership", owner="p1", asset="x9"),
        "'x9' is neither in the stream nor in the graph",
    ),
    "two ends": (entity("o", "Ownership", owner=["p1", "p2"], asset="c1"), "owner: has 2 ends where one is wanted"),
    "no schema": ({"id": "x", "properties": {}}, "schema: is missing"),
    "no id": ({"schema": "Person"}, "id: is missing"),
    "an end of the wrong kind": (entity("f", "Family", person="p1", relative="c1"), "a Company cannot be the"),
    "a sanction under nothing": (entity("s", "Sanction", entity="c1"), "names neither a programme nor an authority"),
    "an entity twice, each another thing": (entity("p1", "Vessel", name="Jo"), "is a Person in line 2, here a Vessel"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_by_line_or_left_out(name: str, tmp_path: Path) -> None:
    wrong, message = WRONG[name]
    path = write_stream(tmp_path, [*STREAM, wrong])
    kg = cuibono.open()
    with pytest.raises(InvalidInput) as refused:
        kg.import_followthemoney(path, base=BASE)
    assert message in str(refused.value)
    assert kg.version == 0
    report = kg.import_followthemoney(path, base=BASE, keep_going=True, rejects=tmp_path / "left.jsonl")
    assert report.rejected >= 1
    reasons = [json.loads(line) for line in (tmp_path / "left.jsonl").read_text(encoding="utf-8").splitlines()]
    assert any(message in one["cuibono:reason"] for one in reasons)


def test_the_ontology_that_is_added_is_whole() -> None:
    schemata = FollowTheMoney.bundled()
    vocabulary = Vocabulary.extended([schemata.ontology])
    assert {"Person", "Company", "LegalEntity", "Vessel"} <= set(schemata.classes)
    assert {"Ownership", "Directorship", "Family", "UnknownLink"} <= set(schemata.edges)
    for entity_class in vocabulary.classes.values():
        if not entity_class.abstract and entity_class.name not in {"Regulation", "Country"}:
            assert schemata.schema_of(entity_class.iri, vocabulary), entity_class.name


def test_the_command(tmp_path: Path) -> None:
    stream, store = write_stream(tmp_path), tmp_path / "store"
    written = output("import", stream, "--base", BASE, "--store", store)
    assert "entities   14 read" in written
    assert "Person.birthDate  1" in written
    assert document("import", stream, "--base", BASE, "--store", store)["didNothing"]
    with cuibono.open(store) as kg:
        assert kg.import_followthemoney(stream, base=BASE).load.did_nothing, "the command and Python call it the same"
    stream.write_text(stream.read_text(encoding="utf-8") + "{}\n", encoding="utf-8")
    [error] = errors("import", stream, "--base", BASE, "--store", store)
    assert error.startswith(f"{stream.name}:15: ")
    done = call("export", "--store", store, "-f", "followthemoney")
    assert len(done.stdout.splitlines()) == len([json.loads(line) for line in done.stdout.splitlines()]) >= 12
    assert output("export", "--store", store, "-f", "followthemoney", "-o", tmp_path / "out.ftm.json") == ""
    assert (tmp_path / "out.ftm.json").read_text(encoding="utf-8") == done.stdout
    [error] = errors("export", "--store", store, "-f", "followthemoney", "--history", code=2)
    assert "has no place for" in error


def test_what_was_left_out_and_is_mended_belongs_to_its_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = entity("o9", "Ownership", owner="p1", asset="c9")
    stream, store = write_stream(tmp_path, [*STREAM, wrong]), tmp_path / "store"
    assert call("import", stream, "--keep-going", "--store", store).returncode == 0
    left = tmp_path / f"{stream.name}.rejects.jsonl"
    left.write_text(left.read_text(encoding="utf-8").replace("c9", "c1"), encoding="utf-8")
    assert "1 read" in output("import", left, "--store", store)
    with cuibono.open(store) as kg:
        under = f"https://w3id.org/cuibono/import/{stream.name}/entity/"
        assert {entity.iri for entity in kg.entities() if "/entity/sanction-" not in entity.iri} >= {f"{under}p1", f"{under}c1"}
        assert kg.statements(subject=f"{under}p1", object=f"{under}c1", predicate="owns")


@pytest.mark.parametrize(
    ("schemata", "found"),
    [
        (["LegalEntity", "Company"], "Company"),
        (["Company", "LegalEntity"], "Company"),
        (["Person", "LegalEntity", "Person"], "Person"),
        (["Asset", "Company"], "Company"),
        (["Organization", "PublicBody"], "PublicBody"),
        (["Vessel", "Asset"], "Vessel"),
    ],
)
def test_lines_of_one_thing_make_it_the_most_special_of_their_schemata(schemata: list[str], found: str, tmp_path: Path) -> None:
    lines = [{"id": "a", "schema": schema, "properties": {"name": ["Acme"]}} for schema in schemata]
    (tmp_path / "t.ftm.json").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with cuibono.open() as kg:
        kg.import_followthemoney(tmp_path / "t.ftm.json", base="https://example.org/")
        assert kg.entity("Acme").type.endswith(f"#{found}")


def test_lines_of_one_thing_may_not_make_it_two(tmp_path: Path) -> None:
    lines = [{"id": "a", "schema": schema, "properties": {"name": ["Acme"]}} for schema in ("Person", "Company")]
    (tmp_path / "t.ftm.json").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with cuibono.open() as kg, pytest.raises(InvalidInput, match=r"t.ftm.json:2: 'Acme' is a Person in line 1, here a Company"):
        kg.import_followthemoney(tmp_path / "t.ftm.json", base="https://example.org/")
