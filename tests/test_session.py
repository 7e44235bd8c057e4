"""A session in a notebook: names are completed and found by a part, and long work says how far it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from IPython.testing.globalipapp import start_ipython

import cuibono
from cuibono.graph.errors import AmbiguousName, NotFound
from tests.graphs import BASE, graph


@pytest.fixture(scope="module")
def kg() -> Iterator[cuibono.KnowledgeGraph]:
    with cuibono.open() as opened:
        opened.build(cuibono.seed_dossier())
        yield opened


@pytest.fixture(scope="module")
def shell() -> InteractiveShell:
    return start_ipython() or InteractiveShell.instance()


def completed(shell: InteractiveShell, kg: cuibono.KnowledgeGraph, text: str) -> list[str]:
    shell.user_ns["kg"] = kg
    with provisionalcompleter():
        return [completion.text for completion in shell.Completer.completions(text, len(text))]


def test_names_are_completed(shell: InteractiveShell, kg: cuibono.KnowledgeGraph) -> None:
    assert any("Elon Musk" in found for found in completed(shell, kg, 'kg["El'))
    assert any("deepseek-50000-h100" in found for found in completed(shell, kg, 'kg["deepseek-5'))
    assert any("competesWith" in found for found in completed(shell, kg, "kg.relations.comp"))
    assert any("conflict_ranking" in found for found in completed(shell, kg, "kg.plot.conf"))


def test_things_are_taken_by_name(kg: cuibono.KnowledgeGraph) -> None:
    assert kg["Elon Musk"] == kg.entity("Elon Musk")
    assert kg["deepseek-50000-h100"] == kg.claim("deepseek-50000-h100")
    (statement, *_) = kg.statements()
    assert kg[statement.iri] == statement
    assert "Elon Musk" in kg
    assert "Nobody" not in kg
    with pytest.raises(NotFound):
        kg["Nobody"]
    with pytest.raises(TypeError):
        iter(kg)


def test_relations_are_taken_by_name(kg: cuibono.KnowledgeGraph) -> None:
    rivalry = kg.relations.competesWith
    assert kg.statements(predicate=rivalry) == kg.statements(predicate="competesWith")
    assert kg.paths("OpenAI", "DeepSeek", via=[rivalry]) == kg.paths("OpenAI", "DeepSeek", via=["competesWith"])
    assert set(kg.to_networkx(relations=[rivalry])) == set(kg.to_networkx(relations=["competesWith"]))
    assert set(kg.relations) == set(kg.vocabulary.relations)
    with pytest.raises(AttributeError, match="there is no relation 'knows'; there are agreesWith"):
        kg.relations.knows  # noqa: B018


@pytest.mark.parametrize("name", ["altman", "SAM ALTMAN", "Altman  Sam", "alexandr"])
def test_an_entity_is_found_by_words_of_its_name(kg: cuibono.KnowledgeGraph, name: str) -> None:
    assert kg.entity(name).label in ("Sam Altman", "Alexandr Wang")


def test_a_word_of_several_names_is_nobody_in_particular() -> None:
    kg = graph("A leads X \n B leads X")
    for iri, label in (("A", "Ann Lee"), ("B", "Bo Lee")):
        kg.add(cuibono.graph.model.Entity(iri=BASE + iri, type=kg[BASE + iri].type, label=label))
    assert kg.entity("ann").label == "Ann Lee"
    with pytest.raises(AmbiguousName) as error:
        kg.entity("lee")
    assert set(error.value.candidates) == {BASE + "A", BASE + "B"}
    with pytest.raises(NotFound, match="did you mean 'Ann Lee'"):
        kg.entity("ann lea")
    with pytest.raises(NotFound):
        kg.entity("ann", exact=True)
    with pytest.raises(NotFound):
        kg.conflicts(actor="ann")


def test_a_part_of_a_word_is_not_enough(kg: cuibono.KnowledgeGraph) -> None:
    with pytest.raises(NotFound, match="Sam Altman"):
        kg.entity("altma")
    for nothing in ("", "   ", "(", "\\"):
        with pytest.raises(NotFound):
            kg.entity(nothing)


def test_progress_tells_what_it_was_told() -> None:
    shown = cuibono.Progress("rows")
    shown(12_000)
    assert shown.told == "12,000 rows"
    shown("reading")
    assert shown.told == "rows: reading"
