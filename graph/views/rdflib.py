"""The store as an rdflib dataset: live, and only to be read.

Examples
--------
>>> import cuibono
>>> from rdflib import Literal, Namespace
>>> from rdflib.namespace import SKOS
>>> kg = cuibono.open()
>>> report = kg.build(cuibono.seed_dossier())
>>> dataset = kg.to_rdflib()
>>> CB = Namespace("https://w3id.org/cuibono/ns#")
>>> xai = dataset.value(predicate=SKOS.prefLabel, object=Literal("xAI"))
>>> for rival in dataset.objects(xai, CB.competesWith):
...     print(dataset.value(rival, SKOS.prefLabel))
DeepSeek
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import pyoxigraph as ox
import rdflib
from oxrdflib import OxigraphStore as OxigraphView
from rdflib.namespace import XSD
from rdflib.query import Result

from cuibono.graph.errors import InvalidArgument, StoreError
from cuibono.graph.store.interface import Store
from cuibono.graph.store.oxigraph import OxigraphStore
from cuibono.schema.namespaces import PREFIXES

__all__ = ["to_rdflib"]


def to_rdflib(store: Store) -> rdflib.Dataset:
    """Return a dataset over a store, whose default graph is the union of the named graphs.

    It shows every later change of the store, until the store is closed. Closing the dataset leaves the store
    open. Writing to it raises `StoreError`: what is written goes through `KnowledgeGraph.add` and
    `KnowledgeGraph.build`, where it is checked.

    Raises
    ------
    StoreError
        If rdflib cannot stand over a store of that kind.
    """
    if not isinstance(store, OxigraphStore):
        raise StoreError(store.url, "rdflib cannot stand over it; export it, and parse the export with rdflib")
    dataset = rdflib.Dataset(store=_ReadOnlyView(store), default_union=True)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace, override=True, replace=True)
    return dataset


class _Reading:
    """The part of pyoxigraph's store that only reads; parsers of oxrdflib would write past the view's methods."""

    def __init__(self, store: OxigraphStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        if name not in {"quads_for_pattern", "query", "named_graphs", "dump"}:
            _refuse(self._store.url)
        if not hasattr(self._store, "backend"):
            raise StoreError(self._store.url, "is closed, and this view of it with it")
        return getattr(self._store.backend, name)


class _ReadOnlyView(OxigraphView):
    def __init__(self, store: OxigraphStore) -> None:
        super().__init__()
        self._url = store.url
        self._reading = _Reading(store)

    @property
    def _inner(self) -> ox.Store:
        return self._reading  # type: ignore[return-value]

    def triples(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Yield what matches, texts as rdflib's parsers give them: without a datatype."""
        for triple, graphs in super().triples(*args, **kwargs):
            yield tuple(map(_plain, triple)), graphs

    def query(self, query: Any, initNs: Any, initBindings: Any, queryGraph: str, **kwargs: Any) -> Result:  # noqa: N803
        """Return the answer to a query, texts without a datatype."""
        if initBindings:
            # Oxigraph binds only what is selected; at this error rdflib answers itself, and binds all.
            raise NotImplementedError
        try:
            result = super().query(query, initNs, initBindings, queryGraph, **kwargs)
        except SyntaxError as error:
            raise InvalidArgument("query", f"is not SPARQL: {error}") from error
        if result.type == "SELECT":
            result.bindings = ({name: _plain(term) for name, term in row.items()} for row in result.bindings)
        elif result.graph is not None:
            answer = rdflib.Graph()
            answer += (tuple(map(_plain, triple)) for triple in result.graph)
            result.graph = answer
        return result

    def close(self, commit_pending_transaction: bool = False) -> None:
        """Leave the store as it is: it is not the dataset's to close."""

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Do nothing: rdflib calls this to look at a graph, and what is looked at need not be there."""

    def _refused(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002
        _refuse(self._url)

    open = create = destroy = add = addN = remove = remove_graph = update = _refused  # noqa: N815


def _refuse(url: str) -> NoReturn:
    raise StoreError(url, "is only read through rdflib; write with KnowledgeGraph.add or KnowledgeGraph.build")


def _plain(term: Any) -> Any:
    if isinstance(term, rdflib.Literal) and term.datatype == XSD.string:
        return rdflib.Literal(str(term))
    return term
