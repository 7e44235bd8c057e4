"""JSON-LD with its context inside, a flat list of things."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from cuibono.graph.export.blocks import Block, Term
from cuibono.graph.export.characters import escaped
from cuibono.schema import Vocabulary
from cuibono.schema.jsonld_context import TermDefinition, context_text, jsonld_context
from cuibono.schema.namespaces import PREFIXES, RDF, XSD
from cuibono.schema.vocabulary import expanded

__all__ = ["jsonld"]

_Value = str | bool | int | dict[str, str]
_Node = dict[str, "_Value | list[_Value] | dict[str, None]"]

# Numbers beyond these lose digits in many readers of JSON.
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")


def jsonld(blocks: Iterable[Block], vocabulary: Vocabulary) -> Iterator[str]:
    """Yield a JSON-LD document, a block at a time."""
    terms = _Terms(jsonld_context(vocabulary))
    yield context_text(vocabulary) + ',\n  "@graph": ['
    separator = "\n"
    for block in blocks:
        if block.fields:
            text = json.dumps(terms.node(block), indent=2, ensure_ascii=False)
            yield separator + "    " + escaped(text).replace("\n", "\n    ")
            separator = ",\n"
    yield "\n  ]\n}\n"


class _Terms:
    """The context, from IRIs to terms."""

    def __init__(self, context: Mapping[str, TermDefinition]) -> None:
        self._terms: dict[str, str] = {}
        self._coercions: dict[str, str] = {}
        for term, definition in context.items():
            if term not in PREFIXES:
                iri = expanded(definition if isinstance(definition, str) else definition["@id"])
                self._terms[iri] = term
                if isinstance(definition, dict):
                    self._coercions[iri] = expanded(definition["@type"])

    def node(self, block: Block) -> _Node:
        """Return the JSON of a block."""
        node: _Node = {}
        clashing = sorted(_clashing(block))
        if clashing:
            node["@context"] = dict.fromkeys(clashing)
        node["@id"] = block.subject
        for predicate, values in block.fields:
            key = "@type" if predicate == RDF + "type" else self._key(predicate, clashing)
            converted = [self._value(value, predicate, clashing) for value in values]
            node[key] = converted[0] if len(converted) == 1 else converted
        return node

    def _key(self, iri: str, clashing: list[str]) -> str:
        """Return a term, a prefixed name or the IRI itself."""
        if iri in self._terms:
            return self._terms[iri]
        for prefix, namespace in PREFIXES.items():
            local = iri.removeprefix(namespace)
            if iri.startswith(namespace) and prefix not in clashing and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri

    def _value(self, value: Term, predicate: str, clashing: list[str]) -> _Value:
        coercion = self._coercions.get(predicate)
        if isinstance(value, ox.NamedNode):
            if predicate == RDF + "type" or coercion == "@vocab":
                return self._key(value.value, clashing)
            return value.value if coercion == "@id" else {"@id": value.value}
        if value.language:
            return {"@language": value.language, "@value": value.value}
        return self._literal(value, coercion, clashing)

    def _literal(self, literal: ox.Literal, coercion: str | None, clashing: list[str]) -> _Value:
        datatype, text = literal.datatype.value, literal.value
        if coercion in (None, datatype):
            if datatype == XSD + "boolean" and text in {"true", "false"}:
                return text == "true"
            if datatype == XSD + "integer" and _WHOLE.fullmatch(text):
                return int(text)
        if datatype == (coercion or XSD + "string"):
            return text
        if datatype == XSD + "string":
            return {"@value": text}
        return {"@type": self._key(datatype, clashing), "@value": text}


def _clashing(block: Block) -> Iterator[str]:
    """Yield the prefixes that IRIs of a block begin with though they do not mean them, as ``dc:`` in ``dc:notes``.

    The block unsays them.
    """
    iris = {block.subject, *(v.value for _, values in block.fields for v in values if isinstance(v, ox.NamedNode))}
    for scheme in {iri.partition(":")[0] for iri in iris} & PREFIXES.keys():
        if any(iri.startswith(f"{scheme}:") and not iri.startswith(f"{scheme}://") for iri in iris):
            yield scheme
