"""Which entities are one: what accepted statements of identity join, under the smallest of their IRIs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import networkx as nx
import numpy as np

from cuibono.graph.model import Entity, Statement, Status
from cuibono.graph.snapshot.records import Snapshot
from cuibono.schema import Vocabulary

__all__ = ["Identities", "identities", "identity_statements", "merged_entity"]


@dataclass(frozen=True, slots=True)
class Identities:
    """Entities that are one.

    Attributes
    ----------
    canonical : mapping of str to str
        From the IRI of each entity that is shown under another to that other.
    members : mapping of str to tuple of str
        From each of those others to all IRIs that it stands for, its own included, sorted.
    """

    canonical: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.canonical)

    def of(self, iri: str) -> str:
        """Return the IRI under which a thing is shown: its own, unless it was merged."""
        return self.canonical.get(iri, iri)

    def resolved(self, statement: Statement, vocabulary: Vocabulary) -> Statement:
        """Return a statement about the entities that are shown; one of identity keeps its ends."""
        if vocabulary.relation(statement.predicate).identifies:
            return statement
        speaker, channel = statement.speaker, statement.said_via
        return replace(
            statement,
            subject=self.of(statement.subject),
            object=self.of(statement.object),
            speaker=None if speaker is None else self.of(speaker),
            said_via=None if channel is None else self.of(channel),
        )


def identity_statements(snapshot: Snapshot) -> list[Statement]:
    """Return the statements of every status that say that two entities are one, in the order of their IRIs."""
    identifying = [relation.iri for relation in snapshot.vocabulary.relations.values() if relation.identifies]
    numbers = [row for row, iri in enumerate(snapshot.base.columns.relations) if iri in identifying]
    found = snapshot.select(lambda columns, rows: np.isin(columns.statements.predicate[rows], numbers))
    return [statement for statement in found if statement.predicate in identifying]


def identities(statements: Iterable[Statement]) -> Identities:
    """Return what the accepted ones among statements of identity make one.

    Examples
    --------
    >>> from cuibono.graph.model import Basis
    >>> same = Statement(iri="s:1", subject="e:a", predicate="cb:identicalTo", object="e:b", basis=Basis.INFERRED)
    >>> identities([same]).of("e:b")
    'e:a'
    """
    graph: nx.Graph[str] = nx.Graph()
    accepted = (s for s in statements if s.status is Status.ACCEPTED and s.subject != s.object)
    graph.add_edges_from((s.subject, s.object) for s in accepted)
    groups = [tuple(sorted(group)) for group in nx.connected_components(graph)]
    return Identities(
        canonical={iri: group[0] for group in groups for iri in group[1:]}, members={group[0]: group for group in groups}
    )


def merged_entity(entities: Iterable[Entity], vocabulary: Vocabulary) -> Entity:
    """Return the one entity that several are, given in the order of their IRIs.

    It has the IRI, and the label, of the first; all other names are its aliases. Its class is the most special of theirs.
    """
    originals = list(entities)
    first = originals[0]
    names = {name for entity in originals for name in entity.names}
    depths = defaultdict(list)
    for entity in originals:
        depths[len(vocabulary.ancestors(entity.type))].append(entity.type)
    return Entity(
        iri=first.iri,
        type=depths[max(depths)][0],
        label=first.label,
        aliases=tuple(names - {first.label}),
        same_as=tuple(iri for entity in originals for iri in entity.same_as),
        description=next((entity.description for entity in originals if entity.description), None),
    )
