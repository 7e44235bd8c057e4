"""Turtle and TriG, written to be read: a thing a paragraph, a property a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from cuibono.graph.export.blocks import Block, Term
from cuibono.graph.export.characters import escaped
from cuibono.graph.export.prefixes import Prefixes
from cuibono.schema.namespaces import RDF, XSD

__all__ = ["trig_graph", "turtle_blocks", "turtle_prefixes"]

_WIDTH = 120
_NEXT_PROPERTY = " ;\n  "
_NEXT_VALUE = ",\n    "
_ENDS = [RDF + "subject", RDF + "predicate", RDF + "object"]
_BARE = {
    XSD + "boolean": re.compile(r"true|false"),
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?(?!0\.000000)[0-9]+\.[0-9]+"),
}
"""Forms of values that stand for themselves, with neither quotes nor a datatype.

Smaller decimals could, too, but rdflib reads them as ``1E-9``, which is no decimal.
"""


def turtle_prefixes(prefixes: Prefixes) -> Iterator[str]:
    """Yield the declarations of prefixes, and an empty line."""
    for prefix, namespace in prefixes.namespaces.items():
        yield f"@prefix {prefix}: <{namespace}> .\n"


def turtle_blocks(blocks: Iterable[Block], prefixes: Prefixes) -> Iterator[str]:
    """Yield each block after an empty line."""
    for block in blocks:
        if block.fields:
            yield f"\n{prefixes.shortened(block.subject)} {_NEXT_PROPERTY.join(_lines(block, prefixes))} .\n"


def trig_graph(graph: ox.NamedNode, blocks: Iterable[Block], prefixes: Prefixes) -> Iterator[str]:
    """Yield a named graph, or nothing where there is nothing in it."""
    opening = f"\n{prefixes.shortened(graph.value)} {{\n"
    for text in turtle_blocks(blocks, prefixes):
        yield opening + text
        opening = ""
    if not opening:
        yield "\n}\n"


def _lines(block: Block, prefixes: Prefixes) -> Iterator[str]:
    """Yield the properties of a block, a line each; what a statement says stands on one line."""
    fields = [(predicate, _field(predicate, values, prefixes)) for predicate, values in block.fields]
    ends = [text for predicate, text in fields if predicate in _ENDS]
    for predicate, text in fields:
        if predicate not in _ENDS:
            yield text
        elif predicate == _ENDS[0] or len(ends) < len(_ENDS):
            yield " ; ".join(ends) if len(ends) == len(_ENDS) else text


def _field(predicate: str, values: tuple[Term, ...], prefixes: Prefixes) -> str:
    name = "a" if predicate == RDF + "type" else prefixes.shortened(predicate)
    texts = [_term(value, prefixes) for value in values]
    line = f"{name} {', '.join(texts)}"
    return line if len(texts) == 1 or len(line) < _WIDTH else f"{name} {_NEXT_VALUE.join(texts)}"


def _term(term: Term, prefixes: Prefixes) -> str:
    if isinstance(term, ox.NamedNode):
        return prefixes.shortened(term.value)
    datatype = term.datatype.value
    bare = _BARE.get(datatype)
    if bare and bare.fullmatch(term.value):
        return term.value
    if term.language:
        return f"{_quoted(term.value)}@{term.language}"
    return _quoted(term.value) if datatype == XSD + "string" else f"{_quoted(term.value)}^^{prefixes.shortened(datatype)}"


def _quoted(text: str) -> str:
    text = text.replace("\\", r"\\")
    if "\n" not in text or len(text) < _WIDTH:
        return escaped('"' + text.replace('"', r"\"").replace("\t", r"\t").replace("\n", r"\n") + '"')
    # Between three quotation marks, only three in a row, or those at the end, would be taken for the end.
    return escaped('"""' + re.sub(r'"(?="")|"(?="*\Z)', r"\"", text) + '"""')
