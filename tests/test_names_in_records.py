"""Records take IRIs: a name in the place of one is refused at the door, with the IRI it should have been."""

from __future__ import annotations

import pytest

import cuibono
from cuibono.graph.model import Basis, Entity, Statement
from cuibono.schema.namespaces import CB


@pytest.mark.parametrize("name", ["Person", "cb:Person"])
def test_a_class_by_its_name(name: str) -> None:
    kg = cuibono.open()
    with pytest.raises(cuibono.InvalidInput, match=f"type: '{name}' is a name; records take the IRI, {CB}Person"):
        kg.add(Entity(iri="https://example.org/entity/ada", type=name, label="Ada"))
    assert kg.info().entities == 0


def test_a_relation_by_its_name() -> None:
    ada, engine = (Entity(iri=f"https://example.org/entity/{i}", type=CB + "Company", label=str(i)) for i in (1, 2))
    said = Statement(
        iri="https://example.org/statement/1", subject=ada.iri, predicate="owns", object=engine.iri, basis=Basis.RECORDED
    )
    kg = cuibono.open()
    with pytest.raises(cuibono.InvalidInput, match=f"predicate: 'owns' is a name; records take the IRI, {CB}owns"):
        kg.add(ada, engine, said)
