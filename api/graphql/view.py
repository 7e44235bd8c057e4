"""One version of a graph, as a request sees it from beginning to end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from cuibono.api.graphql.principal import ANYBODY, Principal
from cuibono.graph.dates import PartialDate
from cuibono.graph.interest.explanation import Explainer
from cuibono.graph.interest.positions import Positions
from cuibono.graph.interest.selection import Selection
from cuibono.graph.knowledge_graph import KnowledgeGraph
from cuibono.graph.model import Statement, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Relation, Vocabulary

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


class View:
    """A frozen graph with what the GraphQL types read of it, each worked out when first asked for.

    Parameters
    ----------
    graph : FrozenGraph
        The graph.
    entity_types : mapping of str to callable
        By the IRI of an entity class, what makes its GraphQL object.
    principal : Principal
        Who asks.
    """

    def __init__(
        self, graph: FrozenGraph, entity_types: Mapping[str, Callable[..., Any]], principal: Principal = ANYBODY
    ) -> None:
        self.graph, self.entity_types, self.principal = graph, entity_types, principal
        self.explainer = Explainer(graph.snapshot)

    def now(self) -> View:
        """Return a view of the graph as it is by now."""
        return self.at(self.graph.live.snapshot)

    def at(self, snapshot: Snapshot) -> View:
        """Return a view of another version of the graph."""
        return View(FrozenGraph(self.graph.live, snapshot), self.entity_types, self.principal)

    @property
    def snapshot(self) -> Snapshot:
        """The records."""
        return self.graph.snapshot

    @property
    def vocabulary(self) -> Vocabulary:
        """What they may say."""
        return self.graph.vocabulary

    @cached_property
    def positions(self) -> Positions:
        """Who stands where, by accepted statements."""
        return self.graph.positions()

    @cached_property
    def responses(self) -> Mapping[str, list[Statement]]:
        """Accepted statements by the IRI of what they answer, each group in the order of IRIs."""
        found: dict[str, list[Statement]] = defaultdict(list)
        for statement in Selection().statements(self.snapshot):
            if statement.in_response_to is not None:
                found[statement.in_response_to].append(statement)
        return found

    def related(
        self, iri: str, relation: Relation, *, inverse: bool, status: Iterable[Status] | None, as_of: PartialDate | None
    ) -> list[Statement]:
        """Return the statements of a relation that begin at a thing, or that end at it, in the order of their IRIs.

        Parameters
        ----------
        inverse : bool
            Whether the thing is the object; a symmetric relation is found from both ends.
        """
        selection = Selection(frozenset(ACCEPTED if status is None else status), as_of)
        indexes = [self.snapshot.by_subject, self.snapshot.by_object]
        wanted = indexes if relation.symmetric else indexes[inverse : inverse + 1]
        found = {
            s.iri: s
            for index in wanted
            for s in index.get(iri, ())
            if s.predicate == relation.iri and selection.sees(s, relation)
        }
        return [found[key] for key in sorted(found)]
