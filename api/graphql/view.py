"""One version of a graph, as a request sees it from beginning to end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from cuibono.api.graphql.asking import Asking
from cuibono.api.graphql.filters import Filters
from cuibono.api.graphql.identifiers import named
from cuibono.api.graphql.principal import ANYBODY, Principal
from cuibono.graph.filtering.evaluation import Evaluation
from cuibono.graph.interest.explanation import Explainer
from cuibono.graph.interest.positions import Positions
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Status
from cuibono.graph.snapshot.names import iri_of
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary

__all__ = ["ACCEPTED", "FrozenGraph", "View"]

ACCEPTED = (Status.ACCEPTED,)


class FrozenGraph(KnowledgeGraph):
    """A graph as it was at one moment: it answers alike whatever is written meanwhile."""

    def __init__(self, graph: KnowledgeGraph, snapshot: Snapshot | None = None) -> None:
        frozen = snapshot or graph.snapshot
        super().__init__(graph.store, frozen.vocabulary)
        self._frozen, self._engines = frozen, graph._engines
        self._live = graph

    @property
    def live(self) -> KnowledgeGraph:
        """The graph itself, to be written to."""
        return self._live

    @property
    def snapshot(self) -> Snapshot:
        """The graph as it was."""
        return self._frozen

    @property
    def version(self) -> int:
        """The number of commits so far then."""
        return self._frozen.version

    @cached_property
    def explainer(self) -> Explainer:
        """What puts statements and findings into words."""
        return Explainer(self._frozen)


class View:
    """A frozen graph with what the GraphQL types read of it, each worked out when first asked for.

    Parameters
    ----------
    graph : FrozenGraph
        The graph.
    entity_types : mapping of str to callable
        By the IRI of an entity class, what makes its GraphQL object.
    filters : Filters
        The input types of its vocabulary.
    principal : Principal
        Who asks.
    """

    def __init__(
        self,
        graph: FrozenGraph,
        entity_types: Mapping[str, Callable[..., Any]],
        filters: Filters,
        principal: Principal = ANYBODY,
    ) -> None:
        self.graph, self.entity_types, self.filters, self.principal = graph, entity_types, filters, principal
        self.explainer = graph.explainer

    def now(self) -> View:
        """Return a view of the graph as it is by now."""
        return self.at(self.graph.live.snapshot)

    def at(self, snapshot: Snapshot) -> View:
        """Return a view of another version of the graph."""
        return View(FrozenGraph(self.graph.live, snapshot), self.entity_types, self.filters, self.principal)

    @property
    def snapshot(self) -> Snapshot:
        """The records."""
        return self.graph.snapshot

    @property
    def vocabulary(self) -> Vocabulary:
        """What they may say."""
        return self.graph.vocabulary

    @cached_property
    def evaluation(self) -> Evaluation:
        """What filters and orders are answered by."""
        return Evaluation(self.snapshot)

    @cached_property
    def asking(self) -> Asking:
        """What reads the inputs of the request."""
        return Asking(self.filters, lambda name: iri_of(self.snapshot, named(name) or name) or name)

    @cached_property
    def positions(self) -> Positions:
        """Who stands where, by accepted statements."""
        return self.graph.positions()
