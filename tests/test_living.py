"""``diff``, ``log``, ``stats`` and ``review``: what changed, who did it, how well it is founded, and what is decided."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest

import cuibono
from cuibono.graph.errors import AmbiguousName
from cuibono.graph.model import Document, Status
from cuibono.schema.namespaces import CB, RDF, RDFS
from tests.command_line import call, document, errors, output
from tests.graphs import BASE, drawn, graph


def seeded(folder: Path) -> Path:
    with cuibono.open(folder) as kg:
        kg.build(cuibono.seed_dossier(), agent="Ada")
    return folder


# ── diff ───────────────────────────────────────────────────────────────────────────────────────────────


def test_what_changed_and_what_follows_from_it(tmp_path: Path) -> None:
    before, after = seeded(tmp_path / "before"), seeded(tmp_path / "after")
    with cuibono.open(after) as kg:
        [leads] = [s for s in kg.statements(predicate="leads") if kg.entity(s.subject).label == "Sam Altman"]
        kg.review(leads.iri, "retracted", by="Jo", why="a test")
    done = call("diff", before, after)
    assert done.returncode == 1
    assert "~ Sam Altman leads OpenAI (status: accepted → retracted)" in done.stdout
    assert "- Sam Altman → DeepSeek AGAINST_INTEREST 0.46" in done.stdout
    found = json.loads(call("diff", before, after, "--json").stdout)
    assert found["changed"]["statements"] == [{"iri": leads.iri, "fields": ["status"]}]
    assert {change["before"]["actor"]["label"] for change in found["conflicts"]} == {"Sam Altman"}
    assert all(change["after"] is None for change in found["conflicts"])
    assert {kind: len(iris) for kind, iris in found["added"].items()} == dict.fromkeys(found["added"], 0)


def test_stores_dossiers_and_exports_are_compared(tmp_path: Path) -> None:
    store = seeded(tmp_path / "store")
    with cuibono.open(store) as kg:
        kg.export(tmp_path / "seed.trig", text=True)
        kg.export(tmp_path / "seed.ttl")
        kg.export(tmp_path / "tables", "parquet")
    for other in (cuibono.seed_dossier(), *(tmp_path / name for name in ("seed.trig", "seed.ttl", "tables"))):
        assert output("diff", store, other) == "the two say the same\n"
    empty = tmp_path / "empty"
    cuibono.open(empty).close()
    found = json.loads(call("diff", empty, store, "--json").stdout)
    assert len(found["added"]["statements"]) == 44
    assert found["removed"]["statements"] == []


def ties(folder: Path, name: str, *keys: str) -> Path:
    """Write a stream in which people lead a company, compressed if its name says so."""
    entities: list[dict[str, object]] = [{"id": "acme", "schema": "Company", "properties": {"name": ["Acme"]}}]
    for key in keys:
        entities.append({"id": key, "schema": "Person", "properties": {"name": [key.title()]}})
        ends = {"director": [key], "organization": ["acme"]}
        entities.append({"id": f"dir-{key}", "schema": "Directorship", "properties": ends})
    data = "".join(json.dumps(one) + "\n" for one in entities).encode()
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return folder / name


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_streams_of_followthemoney_are_compared_as_versions_of_one(tmp_path: Path, ending: str) -> None:
    before = ties(tmp_path, f"monday.ftm.json{ending}", "ada", "bob", "cy")
    after = ties(tmp_path, f"tuesday.ftm.json{ending}", "bob", "cy", "dee")
    done = call("diff", before, after)
    assert (done.returncode, done.stderr) == (1, "")
    assert "entities  1 added, 1 gone, 0 changed" in done.stdout
    assert "+ Dee leads Acme" in done.stdout
    assert "- Ada leads Acme" in done.stdout
    # What Bob's and Cy's lines say stands elsewhere now, which is no difference.
    found = json.loads(call("diff", before, after, "--json").stdout)
    assert (found["changed"]["statements"], len(found["added"]["evidence"]), len(found["removed"]["evidence"])) == ([], 1, 1)
    output("import", after, "--store", tmp_path / "store")
    assert output("diff", after, tmp_path / "store") == "the two say the same\n"


def test_networks_are_compared(tmp_path: Path) -> None:
    for name, share in (("old", 0.25), ("new", 0.5)):
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(["Ann", "Bob"], type="Person")
        graph.add_node("Acme", type="Company")
        graph.add_edge("Ann", "Acme", predicate="owns", share=share)
        graph.add_edge("Bob", "Acme")
        nx.write_graphml(graph, tmp_path / f"{name}.graphml")
    done = call("diff", tmp_path / "old.graphml", tmp_path / "new.graphml", "--relation", "leads")
    assert (done.returncode, done.stderr) == (1, "")
    assert "0 added, 0 gone, 1 changed" in done.stdout
    assert "~ Ann owns Acme" in done.stdout
    assert "relation" in errors("diff", tmp_path / "old.graphml", tmp_path / "new.graphml")[0]


def test_graphs_in_other_vocabularies_and_syntaxes_are_compared(tmp_path: Path) -> None:
    (tmp_path / "theirs.ttl").write_text(f"<urn:heads> <{RDFS}subPropertyOf> <{CB}leads> .")
    people = "".join(f"<urn:{key}> a <{CB}Person> .\n" for key in ("ada", "bob")) + f"<urn:acme> a <{CB}Company> .\n"
    (tmp_path / "old.ttl").write_text(people + "<urn:ada> <urn:heads> <urn:acme> .")
    new = people + "<urn:ada> <urn:heads> <urn:acme> . <urn:bob> <urn:heads> <urn:acme> ."
    (tmp_path / "new.nt").write_text(new.replace(" a ", f" <{RDF}type> ").replace(" . ", " .\n"))
    found = json.loads(
        call("diff", tmp_path / "old.ttl", tmp_path / "new.nt", "--align", tmp_path / "theirs.ttl", "--json").stdout
    )
    assert [len(found[part]["statements"]) for part in ("added", "removed", "changed")] == [1, 0, 0]


def test_tables_are_compared_by_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "owners.map.yaml").write_text(
        "base: https://example.org/\nentities:\n  owner: {type: Person, key: '{owner}', label: '{owner}'}\n"
        "  firm: {type: Company, key: '{firm}', label: '{firm}'}\n"
        "statements:\n  - {subject: owner, predicate: owns, object: firm}\n"
    )
    (tmp_path / "old.csv").write_text("owner,firm\nAda,Acme\nBob,Bolt\n")
    (tmp_path / "new.csv").write_text("owner,firm\nBob,Bolt\nCy,Cog\n")
    tables = tmp_path / "old.csv", tmp_path / "new.csv"
    found = json.loads(call("diff", *tables, "--map", tmp_path / "owners.map.yaml", "--json").stdout)
    assert [len(found[part]["statements"]) for part in ("added", "removed", "changed")] == [1, 1, 0]
    assert "old.csv is a table, which needs --map" in call("diff", *tables).stderr


def test_a_difference_turned_round() -> None:
    old, new = cuibono.open(), cuibono.open()
    new.build(cuibono.seed_dossier())
    there, back = new.difference(old), old.difference(new)
    assert there.added == back.removed
    assert [c.after for c in there.conflicts] == [c.before for c in back.conflicts]
    assert not new.difference(new)


# ── log ────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_did_what_when_and_why(tmp_path: Path) -> None:
    store = seeded(tmp_path / "store")
    with cuibono.open(store) as kg:
        statement = kg.statements()[0]
        kg.review(statement.iri, "rejected", by="Jo Reader", why="the quote is a joke")
    [decision, load] = document("log", "--store", store)["events"]
    assert (load["version"], load["agent"], load["statement"]) == (1, "Ada", None)
    assert load["source"].endswith("dossier/deepseek")
    assert (decision["version"], decision["agent"], decision["status"]) == (2, "Jo Reader", "rejected")
    assert (decision["statement"], decision["reason"], decision["byLoading"]) == (statement.iri, "the quote is a joke", False)
    text = output("log", "--store", store, "--agent", "Jo Reader")
    assert "the quote is a joke" in text
    assert "loaded" not in text
    assert document("log", "--store", store, "--statement", statement.iri)["events"] == [decision]
    assert document("log", "--store", store, "--since", "2999-01-01")["events"] == []


# ── stats ──────────────────────────────────────────────────────────────────────────────────────────────


def test_how_well_the_seed_is_founded(tmp_path: Path) -> None:
    store = seeded(tmp_path / "store")
    found = document("stats", "--store", store)
    with cuibono.open(store) as kg:
        accepted = kg.statements()
        assert found["statements"] == {s.value: len(kg.statements(status=s)) for s in Status}
        assert found["bases"] == {b: sum(s.basis.value == b for s in accepted) for b in found["bases"]}
        assert sum(found["documents"].values()) == len(accepted)
        assert len(found["singleSource"]) == len(accepted)
        assert found["contestedClaims"] == [c.iri for c in kg.claims(contested=True)]
        assert [kg.entity(iri).label for iri in found["unmentionedEntities"]] == ["Anthropic"]
        assert found["undated"] == sum(not (s.stated_on or s.valid_from or s.valid_to) for s in accepted)
    assert "4 claims with people for and against" in output("stats", "--store", store)


def test_what_is_worth_a_look() -> None:
    kg = graph("""
        s = A endorses U since:2020 conf:0.5
        A endorses U doc:D2
        B endorses V
        C disputes s
        D asserts s
    """)
    found = kg.quality()
    assert len(found.single_source) == 3
    assert len(found.contested_statements) == 1
    assert (found.undated, found.unstated_confidence, found.unquoted) == (4, 4, ())
    assert found.documents == {BASE + "D1": 4, BASE + "D2": 1}


def test_an_empty_graph_has_nothing_to_look_at(tmp_path: Path) -> None:
    cuibono.open(tmp_path / "store").close()
    found = document("stats", "--store", tmp_path / "store")
    assert not any(found[name] for name in ("unquoted", "singleSource", "orphanDocuments", "unmentionedEntities", "undated"))
    assert output("stats", "--store", tmp_path / "store")


# ── review ─────────────────────────────────────────────────────────────────────────────────────────────


def proposed(folder: Path) -> Path:
    """Return a store of three statements, two of them proposed, one of those from a table."""
    with cuibono.open(folder) as kg:
        kg.add(*drawn("A leads U status:proposed\nB leads V").records)
        table, mapping = folder.parent / "t.csv", folder.parent / "t.map.yaml"
        table.write_text("a,u\nZoe,Acme\n", encoding="utf-8")
        mapping.write_text(
            """\
base: https://example.org/table/
name: leaders
entities:
  a: {type: Person, key: "{a}", label: "{a}"}
  u: {type: Company, key: "{u}", label: "{u}"}
statements: [{subject: a, predicate: leads, object: u, status: proposed}]
""",
            encoding="utf-8",
        )
        kg.import_table(table, mapping)
    return folder


def test_proposals_are_shown_and_decided_on_by_filter_or_source(tmp_path: Path) -> None:
    store = proposed(tmp_path / "store")
    waiting = document("review", "--store", store)
    assert (waiting["decided"], len(waiting["statements"])) == (False, 2)
    dry = document("review", "accepted", "--source", "leaders", "--dry-run", "--store", store)
    assert (dry["decided"], [s["subject"]["label"] for s in dry["statements"]]) == (False, ["Zoe"])
    assert len(document("review", "--store", store)["statements"]) == 2
    text = output("review", "accept", "--source", "leaders", "--why", "As filed", "--by", "Jo", "--store", store)
    assert text.splitlines() == ["1 statement is accepted now", "  Zoe leads Acme"]
    done = document("review", "reject", "--subject", "A", "--why", "No quote", "--by", "Jo", "--store", store)
    assert [s["status"] for s in done["statements"]] == ["rejected"]
    events = document("log", "--agent", "Jo", "--store", store)["events"]
    assert [(event["status"], event["reason"]) for event in events] == [("rejected", "No quote"), ("accepted", "As filed")]
    assert document("review", "--store", store)["statements"] == []


def test_statements_are_named_and_decided_on_together_or_not_at_all(tmp_path: Path) -> None:
    store = proposed(tmp_path / "store")
    iris = [s["iri"] for s in document("review", "--store", store)["statements"]]
    [error] = errors("review", "accepted", iris[0], "urn:nothing", "--why", "x", "--store", store)
    assert "no statement is called 'urn:nothing'" in error
    assert len(document("review", "--store", store)["statements"]) == 2
    assert document("review", "accepted", *iris, "--why", "Both hold", "--store", store)["decided"]
    [error] = errors("review", "accepted", *iris, "--store", store, code=2)
    assert "give --why" in error
    [error] = errors("review", "--source", "leader", "--store", store)
    assert "no source is called 'leader'; did you mean 'https://example.org/table/table/leaders'?" in error


def test_documents_of_one_title_are_counted_apart_and_those_that_are_not_shown_are_told(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with cuibono.open(store) as kg:
        kg.build(cuibono.seed_dossier())
        [document] = kg.documents()
        leads = kg.statements(predicate="leads")[0]
        for number in range(24):
            url = f"https://example.org/{number}"
            other = Document(iri=f"{document.iri}-{number}", title="The same", url=url)
            kg.add(other, replace(leads, iri=f"{leads.iri}-{number}", document=other.iri))
    page = output("stats", "--store", store)
    assert page.count("The same") == 19
    assert "(and 5 more; --json has all)" in page
    assert output("diff", store, store) == "the two say the same\n"


def test_a_document_is_called_by_its_address_or_its_title(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with cuibono.open(store) as kg:
        kg.build(cuibono.seed_dossier())
        [leads] = kg.statements(predicate="leads", subject="Sam Altman")
        filing = Document(iri=f"{BASE}document/filing", title="The filing", url="https://example.org/filing")
        kg.add(filing, replace(leads, iri=f"{leads.iri}-2", document=filing.iri))
        for name in (filing.iri, filing.url, "the FILING"):
            assert [statement.iri for statement in kg.statements(document=name)] == [f"{leads.iri}-2"]
        kg.add(replace(filing, iri=f"{filing.iri}-2"))
        with pytest.raises(AmbiguousName):
            kg.statements(document=filing.url)
    [error] = errors("review", "retract", "--document", "https://example.org/none", "--why", "x", "--store", store)
    assert error == "no document is called 'https://example.org/none'"


def test_what_was_decided_together_is_told_together(tmp_path: Path) -> None:
    store = tmp_path / "store"
    seeded(store)
    decided = document("review", "retract", "--status", "accepted", "--why", "A satire", "--store", store)["statements"]
    assert len(decided) > 40
    lines = output("log", "--store", store).splitlines()
    assert sum("retracted: " in line for line in lines) == 3
    assert f"  (and {len(decided) - 3} more retracted with it; --json has all)" in lines
    assert len([event for event in document("log", "--store", store)["events"] if event["statement"]]) == len(decided)
    before = tmp_path / "before"
    seeded(before)
    page = call("diff", before, store).stdout
    assert f"statements  0 added, 0 gone, {len(decided)} changed" in page
    with cuibono.open(before) as kg:
        assert f"conflicts of interest  0 new, {len(kg.conflicts())} gone, 0 changed; the strongest first" in page
